//! The paper: a drawing area in units of 1/50 mm, with lines, shapes and text, and its way to SVG and PNG.
//!
//! The drawing library rounds coordinates to whole units, so the units are fine (8,000 across a 160 mm figure) and the
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
use super::style::{Fill, INK, LineStyle, Marker, PAPER, PT, SMALL};

/// Width of every figure, in units of 1/50 mm.
pub(super) const WIDTH: u32 = 8000;
/// Width of the PNG in pixels.
const PIXELS: f32 = 2000.0;
const UNITS_PER_MM: u32 = 50;
/// The family under which the font is known to both libraries; text of an unknown family would vanish.
const FAMILY: &str = "DejaVu Sans";
static LATIN: &[u8] = include_bytes!("../../assets/fonts/dejavu_sub.ttf");
static CHINESE: &[u8] = include_bytes!("../../assets/fonts/cjk_l1.ttf");
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
}

/// Draws on a new sheet of the given height and returns the SVG.
pub(super) fn draw(height: f64, drawing: impl FnOnce(&Sheet) -> Result<(), PlotError>) -> Result<String, PlotError> {
    register()?;
    let height = height.ceil() as u32;
    let mut svg = String::new();
    {
        let sheet = Sheet {
            area: SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area(),
        };
        sheet.area.fill(&PAPER).map_err(failed)?;
        drawing(&sheet)?;
        sheet.area.present().map_err(failed)?;
    }
    // The drawing library writes the size in pixels; a page figure has one in millimetres.
    let mm = |units: u32| format!("{}.{:02}mm", units / UNITS_PER_MM, units % UNITS_PER_MM * 2);
    Ok(svg.replacen(
        &format!("width=\"{WIDTH}\" height=\"{height}\""),
        &format!("width=\"{}\" height=\"{}\"", mm(WIDTH), mm(height)),
        1,
    ))
}

/// Turns the text of a drawing into outlines; returns the SVG and a PNG.
pub(super) fn render(svg: &str) -> Result<(String, Vec<u8>), PlotError> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(LATIN)));
    fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(CHINESE)));
    if !fonts
        .faces()
        .any(|face| face.families.iter().any(|(name, _)| name == FAMILY))
    {
        return Err(PlotError::Drawing(format!("the font {FAMILY} is not in the program")));
    }
    let options = usvg::Options {
        fontdb: Arc::new(fonts),
        font_family: FAMILY.to_owned(),
        ..Default::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| PlotError::Drawing(error.to_string()))?;
    let scale = PIXELS / tree.size().width();
    let mut picture = tiny_skia::Pixmap::new(PIXELS as u32, (tree.size().height() * scale).round() as u32)
        .ok_or_else(|| PlotError::Drawing("the picture has no size".to_owned()))?;
    picture.fill(tiny_skia::Color::WHITE);
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    let png = picture
        .encode_png()
        .map_err(|error| PlotError::Drawing(error.to_string()))?;
    let writing = usvg::WriteOptions {
        preserve_text: false,
        coordinates_precision: 2,
        ..Default::default()
    };
    Ok((tree.to_string(&writing), png))
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
    /// A line through places, `width` units wide, full or in dashes (lengths of ink and gap in units).
    pub(super) fn line(&self, places: &[Place], colour: RGBColor, width: f64, dash: &[f64]) -> Result<(), PlotError> {
        let style = ShapeStyle::from(&colour).stroke_width(width.round().max(1.0) as u32);
        for stroke in strokes(places, dash) {
            let points: Vec<_> = stroke.into_iter().map(rounded).collect();
            self.area.draw(&PathElement::new(points, style)).map_err(failed)?;
        }
        Ok(())
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
    pub(super) fn marker(&self, (x, y): Place, style: LineStyle, hollow: bool) -> Result<(), PlotError> {
        let r = 2.1 * PT;
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
            .draw(&Text::new(text.to_owned(), rounded(place), style))
            .map_err(failed)
    }
}

/// The width of a text in units; Chinese characters are square.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let square = |letter: &char| *letter >= '\u{2e80}';
    let squares = text.chars().filter(square).count() as f64;
    let latin: String = text.chars().filter(|letter| !square(letter)).collect();
    let guess = latin.chars().count() as f64 * 0.62 * size;
    // The drawing library measures by the height of a line, 1.164 of this font's size.
    let measured = (FAMILY, size * 1.164).into_font().layout_box(&latin);
    squares * size + measured.map_or(guess, |((left, _), (right, _))| f64::from(right - left))
}

/// Breaks a text between words so that no line is wider than `width`, as far as words allow.
pub(super) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
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
