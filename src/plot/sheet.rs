//! The paper: a drawing area in units of 1/50 mm, with lines, shapes and text, and its way to SVG, PNG and PDF.
//!
//! The drawing library rounds coordinates to whole units, so the units are fine (8,500 across two columns of 170 mm) and the
//! drawing is scaled down when it is rendered.

use std::sync::{Arc, OnceLock};

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, Color, DrawingArea, FontStyle, FontTransform, IntoDrawingArea, IntoFont, IntoTextStyle, PathElement,
    Polygon, RGBColor, Rectangle, SVGBackend, ShapeStyle, Text,
};
use plotters::style::register_font;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use resvg::{tiny_skia, usvg};

use super::PlotError;
use super::page::{Format, Page};
use super::style::{Fill, INK, LineStyle, Marker, PAPER, PT, SMALL};
use super::text::shown;
pub(super) use super::text::{text_width, wrap};

const UNITS_PER_MM: u32 = 50;
/// Paper to draw on before its height is known.
const ENDLESS: u32 = 100_000;
/// Dots per inch of a picture.
const DOTS: f64 = 300.0;
const MM_PER_INCH: f64 = 25.4;
/// The family under which the font is known to both libraries; text of an unknown family would vanish.
pub(super) const FAMILY: &str = "DejaVu Sans";
pub(super) static LATIN: &[u8] = include_bytes!("../../assets/fonts/dejavu_sub.ttf");
pub(super) static CHINESE: &[u8] = include_bytes!("../../assets/fonts/cjk_gb2312.ttf");
/// The drawing library divides font sizes by this when it writes SVG.
const SVG_FONT_RATIO: f64 = 1.24;
/// Height of a capital or a digit over the size of the font.
const CAPITAL: f64 = 0.729;

/// A place on the paper, right and down from the upper left corner.
pub(super) type Place = (f64, f64);

/// Where a text hangs on its place.
#[derive(Clone, Copy)]
pub(super) enum Hang {
    /// The text starts there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

/// The look of a text.
#[derive(Clone, Copy)]
pub(super) struct Type {
    /// Size of the font in units.
    pub(super) size: f64,
    /// Its colour.
    pub(super) colour: RGBColor,
    /// Where it hangs.
    pub(super) hang: Hang,
}

/// Text of a size in the usual ink.
pub(super) fn typed(size: f64, hang: Hang) -> Type {
    Type {
        size,
        colour: INK,
        hang,
    }
}

/// A sheet of paper being drawn on.
pub(super) struct Sheet<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    /// What it is drawn for.
    pub(super) page: Page,
}

/// A finished drawing: its text is text still, and its height is known.
pub(super) struct Drawing {
    svg: String,
    /// Width and height in units.
    size: (u32, u32),
}

impl Drawing {
    /// Whether a text stands in the drawing, for tests.
    #[cfg(test)]
    pub(super) fn says(&self, text: &str) -> bool {
        self.svg.contains(text)
    }
}

/// Draws on a new sheet and cuts it where the drawing says that it ends, counted in units from above.
pub(super) fn draw(page: Page, drawing: impl FnOnce(&Sheet) -> Result<f64, PlotError>) -> Result<Drawing, PlotError> {
    register()?;
    let mut svg = String::new();
    let width = page.millimetres() * UNITS_PER_MM;
    let height = {
        let sheet = Sheet {
            area: SVGBackend::with_string(&mut svg, (width, ENDLESS)).into_drawing_area(),
            page,
        };
        let end = drawing(&sheet)?;
        sheet.area.present().map_err(failed)?;
        end.ceil() as u32
    };
    // The drawing library writes the size in pixels; a figure of a page has one in millimetres.
    let head = svg.find('>').filter(|_| svg.starts_with("<svg"));
    let head = head.ok_or_else(|| PlotError::Drawing("the drawing does not begin as one".to_owned()))?;
    let sized = format!(
        "<svg width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>",
        millimetres(width),
        millimetres(height)
    );
    svg.replace_range(..=head, &sized);
    Ok(Drawing {
        svg,
        size: (width, height),
    })
}

/// Turns the text of a drawing into outlines and writes it in each of the formats; `title` and `description` are kept in the
/// SVG for those who hear it.
pub(super) fn render(
    drawing: &Drawing,
    (title, description): (&str, &str),
    formats: &[Format],
) -> Result<Vec<(Format, Vec<u8>)>, PlotError> {
    let options = usvg::Options {
        fontdb: fonts()?,
        font_family: FAMILY.to_owned(),
        ..Default::default()
    };
    let tree = usvg::Tree::from_str(&drawing.svg, &options).map_err(failed)?;
    let writing = usvg::WriteOptions {
        preserve_text: false,
        coordinates_precision: 2,
        ..Default::default()
    };
    let outlined = tree.to_string(&writing);
    let each = formats.iter().map(|&format| {
        let bytes = match format {
            Format::Svg => told(&outlined, drawing.size, title, description).into_bytes(),
            Format::Png => picture(&tree, drawing.size)?,
            Format::Pdf => paper(&outlined, title)?,
        };
        Ok((format, bytes))
    });
    each.collect()
}

/// Both fonts, read once.
fn fonts() -> Result<Arc<usvg::fontdb::Database>, PlotError> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(LATIN)));
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(CHINESE)));
        Arc::new(fonts)
    });
    let known = |face: &usvg::fontdb::FaceInfo| face.families.iter().any(|(name, _)| name == FAMILY);
    if fonts.faces().any(known) {
        Ok(Arc::clone(fonts))
    } else {
        Err(PlotError::Drawing(format!("the font {FAMILY} is not in the program")))
    }
}

/// An SVG of its size in millimetres, which grows with its page, with a title and a description for those who hear it.
fn told(outlined: &str, size: (u32, u32), title: &str, description: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (width, height) = (usual_pixels(size.0), usual_pixels(size.1));
    let head = format!(
        "<svg role=\"img\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width:.4} {height:.4}\" \
         xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>",
        millimetres(size.0),
        millimetres(size.1),
        escaped(title),
        escaped(description)
    );
    let body = outlined.find('>').map_or("", |end| &outlined[end + 1..]);
    head + body
}

/// Units in pixels of 96 a inch, as style sheets count them.
fn usual_pixels(units: u32) -> f64 {
    f64::from(units) / f64::from(UNITS_PER_MM) / MM_PER_INCH * 96.0
}

/// Units in millimetres, as an attribute.
fn millimetres(units: u32) -> String {
    format!("{}.{:02}mm", units / UNITS_PER_MM, units % UNITS_PER_MM * 2)
}

/// A PNG that knows its dots per inch.
fn picture(tree: &usvg::Tree, (width, height): (u32, u32)) -> Result<Vec<u8>, PlotError> {
    let dots = |units: u32| (f64::from(units) / f64::from(UNITS_PER_MM) / MM_PER_INCH * DOTS).round() as u32;
    let (across, down) = (dots(width), dots(height));
    let mut picture =
        tiny_skia::Pixmap::new(across, down).ok_or_else(|| PlotError::Drawing("the picture has no size".to_owned()))?;
    picture.fill(tiny_skia::Color::WHITE);
    let scale = across as f32 / tree.size().width();
    let place = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(tree, place, &mut picture.as_mut());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, across, down);
    // Every pixel is opaque, so what is kept is plain colour.
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (DOTS / MM_PER_INCH * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let colours: Vec<u8> = picture
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&colours).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// A PDF of one page of the size of the drawing.
fn paper(outlined: &str, title: &str) -> Result<Vec<u8>, PlotError> {
    let tree = usvg::Tree::from_str(outlined, &usvg::Options::default()).map_err(failed)?;
    super::pdf::write(&tree, title)
}

/// Makes the font known to the drawing library, once.
fn register() -> Result<(), PlotError> {
    static DONE: OnceLock<bool> = OnceLock::new();
    if *DONE.get_or_init(|| register_font(FAMILY, FontStyle::Normal, LATIN).is_ok()) {
        Ok(())
    } else {
        Err(PlotError::Drawing(format!("the font {FAMILY} cannot be read")))
    }
}

fn failed(error: impl std::fmt::Display) -> PlotError {
    PlotError::Drawing(error.to_string())
}

fn rounded((x, y): Place) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

impl Sheet<'_> {
    /// Width of the paper in units.
    pub(super) fn width(&self) -> f64 {
        f64::from(self.page.millimetres() * UNITS_PER_MM)
    }

    /// The text in the language of the page.
    pub(super) fn say<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        self.page.say(english, chinese)
    }

    /// A line through places, `width` units wide, full or in dashes (lengths of ink and gap in units).
    pub(super) fn line(&self, places: &[Place], colour: RGBColor, width: f64, dash: &[f64]) -> Result<(), PlotError> {
        let style = ShapeStyle::from(&colour).stroke_width(width.round().max(1.0) as u32);
        for stroke in strokes(places, dash) {
            let points: Vec<_> = stroke.into_iter().map(rounded).collect();
            self.area.draw(&PathElement::new(points, style)).map_err(failed)?;
        }
        Ok(())
    }

    /// An interval: a line straight up from a place to a height, with a cap at both ends.
    pub(super) fn upright(&self, (x, from): Place, to: f64, colour: RGBColor) -> Result<(), PlotError> {
        let cap = 1.7 * PT;
        let strokes = [
            [(x, from), (x, to)],
            [(x - cap, from), (x + cap, from)],
            [(x - cap, to), (x + cap, to)],
        ];
        strokes
            .iter()
            .try_for_each(|stroke| self.line(stroke, colour, 0.9 * PT, &[]))
    }

    /// An interval that lies: a line from a place straight to another, with a cap at both ends.
    pub(super) fn lying(&self, (from, y): Place, to: f64, colour: RGBColor) -> Result<(), PlotError> {
        let cap = 1.7 * PT;
        let strokes = [
            [(from, y), (to, y)],
            [(from, y - cap), (from, y + cap)],
            [(to, y - cap), (to, y + cap)],
        ];
        strokes
            .iter()
            .try_for_each(|stroke| self.line(stroke, colour, 0.9 * PT, &[]))
    }

    /// A filled shape.
    pub(super) fn shape(&self, places: &[Place], colour: RGBColor, opacity: f64) -> Result<(), PlotError> {
        let points: Vec<_> = places.iter().copied().map(rounded).collect();
        self.area
            .draw(&Polygon::new(points, colour.mix(opacity)))
            .map_err(failed)
    }

    /// A filled rectangle between two opposite corners.
    pub(super) fn rectangle(&self, from: Place, to: Place, colour: RGBColor) -> Result<(), PlotError> {
        self.area
            .draw(&Rectangle::new([rounded(from), rounded(to)], colour.filled()))
            .map_err(failed)
    }

    /// A rectangle of a part's colour and hatching, with a thin edge of paper.
    pub(super) fn filled(&self, from: Place, to: Place, fill: Fill) -> Result<(), PlotError> {
        let (left, right, top, bottom) = (from.0.min(to.0), from.0.max(to.0), from.1.min(to.1), from.1.max(to.1));
        if right - left < 1.0 || bottom - top < 1.0 {
            return Ok(());
        }
        self.rectangle((left, top), (right, bottom), fill.colour)?;
        if fill.hatched {
            let gap = 4.2 * PT;
            // Lines x + y = sum, cut to the rectangle.
            let mut sum = ((left + top) / gap).ceil() * gap;
            while sum < right + bottom {
                let (x0, x1) = (left.max(sum - bottom), right.min(sum - top));
                if x1 > x0 {
                    self.line(&[(x0, sum - x0), (x1, sum - x1)], PAPER, 0.55 * PT, &[])?;
                }
                sum += gap;
            }
        }
        let edge = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.line(&edge, PAPER, 0.6 * PT, &[])
    }

    /// A marker, filled or (`hollow`) only outlined.
    pub(super) fn marker(&self, place: Place, style: LineStyle, hollow: bool) -> Result<(), PlotError> {
        self.marker_of(2.1 * PT, place, style, hollow)
    }

    /// A marker of half that width.
    pub(super) fn marker_of(&self, r: f64, (x, y): Place, style: LineStyle, hollow: bool) -> Result<(), PlotError> {
        let corners: Vec<Place> = match style.marker {
            Marker::Disc => {
                let inside = if hollow { PAPER } else { style.colour };
                self.area
                    .draw(&Circle::new(rounded((x, y)), r.round() as i32, inside.filled()))
                    .map_err(failed)?;
                let rim = ShapeStyle::from(&style.colour).stroke_width((0.9 * PT) as u32);
                return self
                    .area
                    .draw(&Circle::new(rounded((x, y)), r.round() as i32, rim))
                    .map_err(failed);
            }
            Marker::Square => vec![(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            Marker::Triangle => vec![(0.0, -1.25), (1.15, 0.8), (-1.15, 0.8)],
            Marker::Diamond => vec![(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            Marker::Wedge => vec![(0.0, 1.25), (1.15, -0.8), (-1.15, -0.8)],
            Marker::Post => vec![(-0.4, -1.35), (0.4, -1.35), (0.4, 1.35), (-0.4, 1.35)],
            Marker::Beam => vec![(-1.35, -0.4), (1.35, -0.4), (1.35, 0.4), (-1.35, 0.4)],
            Marker::Arrow => vec![(-1.2, 0.0), (0.85, -1.15), (0.85, 1.15)],
        };
        let mut corners: Vec<Place> = corners.iter().map(|(dx, dy)| (x + dx * r, y + dy * r)).collect();
        self.shape(&corners, if hollow { PAPER } else { style.colour }, 1.0)?;
        corners.extend([corners[0], corners[1]]);
        self.line(&corners, style.colour, 0.9 * PT, &[])
    }

    /// A line of text whose baseline passes through the place.
    pub(super) fn text(&self, text: &str, (x, y): Place, look: Type) -> Result<(), PlotError> {
        // The drawing library lifts text that hangs by its bottom by a quarter of its size.
        self.write(text, (x, y + 0.25 * look.size), look, FontTransform::None)
    }

    /// A line of text whose digits and capitals are centred on the place.
    pub(super) fn text_mid(&self, text: &str, (x, y): Place, look: Type) -> Result<(), PlotError> {
        self.text(text, (x, y + 0.5 * CAPITAL * look.size), look)
    }

    /// A small number in the middle of a part of a bar, in a colour that shows there and free of hatching.
    pub(super) fn number_on(&self, fill: Fill, number: &str, (x, y): Place) -> Result<(), PlotError> {
        if fill.hatched {
            let (wide, high) = (0.5 * text_width(number, SMALL) + PT, 0.5 * SMALL);
            self.rectangle((x - wide, y - high), (x + wide, y + high), fill.colour)?;
        }
        self.text_mid(
            number,
            (x, y),
            Type {
                size: SMALL,
                colour: fill.ink(),
                hang: Hang::Middle,
            },
        )
    }

    /// A line of text that reads upwards, its baseline on the place.
    pub(super) fn text_up(&self, text: &str, (x, y): Place, look: Type) -> Result<(), PlotError> {
        self.write(text, (x + 0.25 * look.size, y), look, FontTransform::Rotate270)
    }

    fn write(&self, text: &str, place: Place, look: Type, turn: FontTransform) -> Result<(), PlotError> {
        let side = match look.hang {
            Hang::Start => HPos::Left,
            Hang::Middle => HPos::Center,
            Hang::End => HPos::Right,
        };
        let font = (FAMILY, look.size * SVG_FONT_RATIO).into_font().transform(turn);
        let style = font
            .into_text_style(&self.area)
            .color(&look.colour)
            .pos(Pos::new(side, VPos::Bottom));
        self.area
            .draw(&Text::new(shown(text)?, rounded(place), style))
            .map_err(failed)
    }
}

/// Cuts a line into strokes of ink after a pattern of ink and gap.
fn strokes(places: &[Place], dash: &[f64]) -> Vec<Vec<Place>> {
    if dash.len() < 2 || dash.iter().any(|length| *length <= 0.0) {
        return vec![places.to_vec()];
    }
    let mut strokes = Vec::new();
    let mut stroke: Vec<Place> = places.first().copied().into_iter().collect();
    let (mut part, mut left) = (0, dash[0]);
    for pair in places.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                if part % 2 == 0 {
                    stroke.push(to);
                }
                break;
            }
            from = (
                from.0 + (to.0 - from.0) * left / length,
                from.1 + (to.1 - from.1) * left / length,
            );
            if part % 2 == 0 {
                stroke.push(from);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![from];
            }
            part = (part + 1) % dash.len();
            left = dash[part];
        }
    }
    if stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}
