//! A drawing as a PDF of one page: paths with colours, dashes and opacity, which is all that figures are made of.
//!
//! The order of everything is that of the drawing, so the same drawing gives the same bytes. Operators and dictionaries are
//! those of ISO 32000-1:2008, 8.5 (paths), 8.4.5 (graphics states) and 14.3.3 (document information).

use std::collections::BTreeSet;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use resvg::tiny_skia::{Path, PathSegment, Point};
use resvg::usvg::{FillRule, Group, LineCap, LineJoin, Node, Paint, PaintOrder, Tree};

use super::PlotError;

/// Points of a PDF in a pixel of an SVG: 72 and 96 an inch.
const POINTS: f32 = 0.75;
/// How hard the page is packed, of 10.
const PACKING: u8 = 8;

/// What a page is made of so far.
struct Page {
    content: Content,
    /// The opacities that are asked for, in 1/255, by which graphics states are named.
    opacities: BTreeSet<u8>,
    /// The opacity in force.
    opacity: u8,
}

/// The PDF of a drawing without text.
///
/// # Errors
///
/// [`PlotError::Drawing`] if the drawing holds what no figure has: gradients, pictures, clips, masks, filters or text.
pub(super) fn write(tree: &Tree, title: &str) -> Result<Vec<u8>, PlotError> {
    let (width, height) = (tree.size().width() * POINTS, tree.size().height() * POINTS);
    let mut drawn = Page {
        content: Content::new(),
        opacities: BTreeSet::new(),
        opacity: u8::MAX,
    };
    // From pixels that count downwards to points that count upwards.
    drawn.content.transform([POINTS, 0.0, 0.0, -POINTS, 0.0, height]);
    group(&mut drawn, tree.root(), 1.0)?;
    let packed = compress_to_vec_zlib(&drawn.content.finish(), PACKING);

    let [catalog, pages, page, content, about] = [1, 2, 3, 4, 5].map(Ref::new);
    let state = |opacity: u8| Ref::new(6 + i32::from(opacity));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut only = pdf.page(page);
    only.parent(pages)
        .media_box(Rect::new(0.0, 0.0, width, height))
        .contents(content);
    let mut resources = only.resources();
    let mut states = resources.ext_g_states();
    for &opacity in &drawn.opacities {
        states.pair(Name(name(opacity).as_bytes()), state(opacity));
    }
    states.finish();
    resources.finish();
    only.finish();
    pdf.stream(content, &packed).filter(Filter::FlateDecode);
    for &opacity in &drawn.opacities {
        let alpha = f32::from(opacity) / f32::from(u8::MAX);
        pdf.ext_graphics(state(opacity))
            .non_stroking_alpha(alpha)
            .stroking_alpha(alpha);
    }
    pdf.document_info(about)
        .title(TextStr(title))
        .creator(TextStr("kangcun"));
    Ok(pdf.finish())
}

/// The name of the graphics state with an opacity.
fn name(opacity: u8) -> String {
    format!("A{opacity}")
}

fn group(page: &mut Page, group: &Group, above: f32) -> Result<(), PlotError> {
    // The opacity of a group is that of its only path; more of them would have to be painted together first.
    let together = group.opacity().get() < 1.0 && group.children().len() > 1;
    if together || group.clip_path().is_some() || group.mask().is_some() || !group.filters().is_empty() {
        return Err(PlotError::Drawing(
            "a figure holds a clip, a mask, a filter or a faded group".to_owned(),
        ));
    }
    let opacity = above * group.opacity().get();
    for node in group.children() {
        match node {
            Node::Group(inner) => self::group(page, inner, opacity)?,
            Node::Path(path) if path.is_visible() => painted(page, path, opacity)?,
            Node::Path(_) => {}
            Node::Image(_) | Node::Text(_) => {
                return Err(PlotError::Drawing(
                    "a figure holds a picture, or text that is no outline".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

/// Fills and strokes a path.
fn painted(page: &mut Page, path: &resvg::usvg::Path, above: f32) -> Result<(), PlotError> {
    let placed = path.data().clone().transform(path.abs_transform());
    // A path that lies on a line or a point after all has nothing to show.
    let Some(placed) = placed else { return Ok(()) };
    let scale = path.abs_transform().get_scale();
    let scale = 0.5 * (scale.0 + scale.1);
    let fill = |page: &mut Page| {
        let Some(fill) = path.fill() else { return Ok(()) };
        page.fade(above * fill.opacity().get());
        let [r, g, b] = colour(fill.paint())?;
        page.content.set_fill_rgb(r, g, b);
        page.trace(&placed);
        match fill.rule() {
            FillRule::NonZero => page.content.fill_nonzero(),
            FillRule::EvenOdd => page.content.fill_even_odd(),
        };
        Ok::<(), PlotError>(())
    };
    let stroke = |page: &mut Page| {
        let Some(stroke) = path.stroke() else { return Ok(()) };
        page.fade(above * stroke.opacity().get());
        let [r, g, b] = colour(stroke.paint())?;
        page.content.set_stroke_rgb(r, g, b);
        page.content.set_line_width(stroke.width().get() * scale);
        page.content.set_line_cap(match stroke.linecap() {
            LineCap::Butt => LineCapStyle::ButtCap,
            LineCap::Round => LineCapStyle::RoundCap,
            LineCap::Square => LineCapStyle::ProjectingSquareCap,
        });
        page.content.set_line_join(match stroke.linejoin() {
            LineJoin::Miter | LineJoin::MiterClip => LineJoinStyle::MiterJoin,
            LineJoin::Round => LineJoinStyle::RoundJoin,
            LineJoin::Bevel => LineJoinStyle::BevelJoin,
        });
        page.content.set_miter_limit(stroke.miterlimit().get());
        let dashes = stroke
            .dasharray()
            .unwrap_or_default()
            .iter()
            .map(|length| length * scale);
        page.content.set_dash_pattern(dashes, stroke.dashoffset() * scale);
        page.trace(&placed);
        page.content.stroke();
        Ok::<(), PlotError>(())
    };
    match path.paint_order() {
        PaintOrder::FillAndStroke => fill(page).and_then(|()| stroke(page)),
        PaintOrder::StrokeAndFill => stroke(page).and_then(|()| fill(page)),
    }
}

/// A colour as shares of red, green and blue.
fn colour(paint: &Paint) -> Result<[f32; 3], PlotError> {
    match paint {
        Paint::Color(colour) => Ok([colour.red, colour.green, colour.blue].map(|part| f32::from(part) / 255.0)),
        Paint::LinearGradient(_) | Paint::RadialGradient(_) | Paint::Pattern(_) => {
            Err(PlotError::Drawing("a figure holds a gradient or a pattern".to_owned()))
        }
    }
}

impl Page {
    /// Draws what follows with an opacity.
    fn fade(&mut self, opacity: f32) {
        let opacity = (opacity * f32::from(u8::MAX)).round() as u8;
        if self.opacity != opacity {
            self.opacities.insert(opacity);
            self.content.set_parameters(Name(name(opacity).as_bytes()));
            self.opacity = opacity;
        }
    }

    /// Says where a path runs; curves of the second degree become such of the third.
    fn trace(&mut self, path: &Path) {
        let mut at = Point::zero();
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    self.content.move_to(to.x, to.y);
                    at = to;
                }
                PathSegment::LineTo(to) => {
                    self.content.line_to(to.x, to.y);
                    at = to;
                }
                PathSegment::QuadTo(by, to) => {
                    let third = |end: Point| (end.x + (by.x - end.x) * 2.0 / 3.0, end.y + (by.y - end.y) * 2.0 / 3.0);
                    let ((x1, y1), (x2, y2)) = (third(at), third(to));
                    self.content.cubic_to(x1, y1, x2, y2, to.x, to.y);
                    at = to;
                }
                PathSegment::CubicTo(one, two, to) => {
                    self.content.cubic_to(one.x, one.y, two.x, two.y, to.x, to.y);
                    at = to;
                }
                PathSegment::Close => {
                    self.content.close_path();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::usvg::Options;

    fn pdf(body: &str) -> Result<Vec<u8>, PlotError> {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"48\">{body}</svg>");
        write(&Tree::from_str(&svg, &Options::default()).unwrap(), "谁来承担？")
    }

    #[test]
    fn a_page_has_the_size_of_its_drawing_and_its_opacities_in_order() {
        let body = "<path d=\"M0 0L9 9L0 9Z\" fill=\"#ff0000\" opacity=\"0.5\"/>\
                    <path d=\"M0 0L9 9\" stroke=\"#000\" fill=\"none\" stroke-opacity=\"0.2\"/>\
                    <path d=\"M0 0Q4 4 9 0\" stroke=\"#000\" fill=\"none\"/>";
        let bytes = pdf(body).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("/MediaBox [0 0 72 36]"), "{text}");
        let places = ["/A51", "/A128", "/A255"].map(|name| text.find(name).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(bytes, pdf(body).unwrap());
    }

    #[test]
    fn what_no_figure_has_is_refused() {
        let gradient = "<linearGradient id=\"g\"><stop offset=\"0\" stop-color=\"red\"/><stop offset=\"1\"/></linearGradient>\
                        <rect width=\"9\" height=\"9\" fill=\"url(#g)\"/>";
        assert!(pdf(gradient).unwrap_err().to_string().contains("gradient"));
    }
}
