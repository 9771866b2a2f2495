//! What tells the lines of a figure apart: their names beside their ends, or above the panels where there is no room there.

use super::PlotError;
use super::axes::{MARGIN, Panel};
use super::page::Page;
use super::sheet::{Hang, Place, Sheet, text_width, typed, wrap};
use super::style::{Fill, LABEL, LineStyle, PT, SOFT};

/// Paper that the names of lines take to the right of the panels; little on one column, where they stand above.
pub(super) fn names_room(page: Page) -> f64 {
    if page.narrow() { MARGIN } else { 110.0 * PT }
}

/// A name beside the end of a line.
pub(super) struct EndName {
    /// The name.
    pub(super) name: String,
    /// How its line looks.
    pub(super) style: LineStyle,
    /// Where its line ends.
    pub(super) end: Place,
}

/// From the right edge of a panel to the names of its lines.
const NAME_INDENT: f64 = 33.0 * PT;

fn name_height(lines: usize) -> f64 {
    lines as f64 * 1.18 * LABEL + 3.0 * PT
}

/// The height that names of lines need beside a panel that leaves them `width`.
pub(super) fn names_height(names: impl Iterator<Item = String>, width: f64) -> f64 {
    let room = width - NAME_INDENT - MARGIN;
    names.map(|name| name_height(wrap(&name, LABEL, room).len())).sum()
}

/// Writes the names of lines to the right of a panel, each as near to its line's end as the others allow, with a
/// sample.
pub(super) fn end_names(sheet: &Sheet, panel: &Panel, right: f64, names: &[EndName]) -> Result<(), PlotError> {
    let sample = (panel.right + 11.0 * PT, panel.right + 29.0 * PT);
    let text = panel.right + NAME_INDENT;
    let pitch = 1.18 * LABEL;
    let mut wanted: Vec<(f64, Vec<String>, &EndName)> = names
        .iter()
        .map(|name| (name.end.1, wrap(&name.name, LABEL, right - text), name))
        .collect();
    wanted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let heights: Vec<f64> = wanted.iter().map(|(_, lines, _)| name_height(lines.len())).collect();
    let targets: Vec<f64> = wanted.iter().map(|(y, ..)| *y).collect();
    let middles = spread(&targets, &heights, (panel.top, panel.bottom));
    for ((_, lines, name), y) in wanted.iter().zip(middles) {
        let colour = name.style.colour;
        let elbow = [
            (name.end.0 + 3.0 * PT, name.end.1),
            (panel.right + 1.0 * PT, name.end.1),
            (sample.0 - 1.0 * PT, y),
        ];
        sheet.line(&elbow, SOFT, 0.4 * PT, &[])?;
        let dash: Vec<f64> = name.style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&[(sample.0, y), (sample.1, y)], colour, 1.3 * PT, &dash)?;
        sheet.marker((0.5 * (sample.0 + sample.1), y), name.style, false)?;
        let first = y - 0.5 * pitch * (lines.len() as f64 - 1.0);
        for (place, line) in lines.iter().enumerate() {
            sheet.text_mid(line, (text, first + place as f64 * pitch), typed(LABEL, Hang::Start))?;
        }
    }
    Ok(())
}

/// Moves ascending targets apart so that boxes of the given heights centred on them do not overlap, as little as
/// possible (least squares), then all into `limits` where they fit.
fn spread(targets: &[f64], heights: &[f64], limits: (f64, f64)) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(heights.len());
    let mut used = 0.0;
    for height in heights {
        offsets.push(used + 0.5 * height);
        used += height;
    }
    // Without their offsets the middles only have to ascend: pool neighbours that do not.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (target, offset) in targets.iter().zip(&offsets) {
        let mut pool = (target - offset, 1_usize);
        while let Some(&(before, count)) = pools.last() {
            if before <= pool.0 {
                break;
            }
            pools.pop();
            let both = count + pool.1;
            pool = ((before * count as f64 + pool.0 * pool.1 as f64) / both as f64, both);
        }
        pools.push(pool);
    }
    let lowest = (limits.1 - used).max(limits.0);
    let starts = pools
        .into_iter()
        .flat_map(|(start, count)| std::iter::repeat_n(start.clamp(limits.0, lowest), count));
    starts.zip(offsets).map(|(start, offset)| start + offset).collect()
}

/// Writes the names of lines above the panels, in rows, each with a sample; returns where they end.
pub(super) fn line_rows(sheet: &Sheet, top: f64, names: &[(String, LineStyle)]) -> Result<f64, PlotError> {
    let sample = 18.0 * PT;
    rows(sheet, top, names, sample, |style, (x, y)| {
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&[(x, y), (x + sample, y)], style.colour, 1.3 * PT, &dash)?;
        sheet.marker((x + 0.5 * sample, y), *style, false)
    })
}

/// Writes the names of markers in rows; returns where they end.
pub(super) fn marker_rows(sheet: &Sheet, top: f64, names: &[(String, LineStyle, bool)]) -> Result<f64, PlotError> {
    let each: Vec<(String, (LineStyle, bool))> = names
        .iter()
        .map(|(name, style, hollow)| (name.clone(), (*style, *hollow)))
        .collect();
    let side = 6.0 * PT;
    rows(sheet, top, &each, side, |(style, hollow), (x, y)| {
        sheet.marker((x + 0.5 * side, y), *style, *hollow)
    })
}

/// Writes the names of the parts of bars in rows, each with a patch; returns where they end.
pub(super) fn fill_rows(sheet: &Sheet, top: f64, names: &[(String, Fill)]) -> Result<f64, PlotError> {
    let side = 7.0 * PT;
    rows(sheet, top, names, side, |fill, (x, y)| {
        sheet.filled((x, y - 0.5 * side), (x + side, y + 0.5 * side), *fill)
    })
}

/// Names in rows, each behind a sample of that width; the first row's middle is on `top`.
fn rows<L>(
    sheet: &Sheet,
    top: f64,
    names: &[(String, L)],
    sample: f64,
    draw: impl Fn(&L, Place) -> Result<(), PlotError>,
) -> Result<f64, PlotError> {
    let right = sheet.width() - MARGIN;
    let (mut x, mut y) = (MARGIN, top + 0.5 * LABEL);
    for (name, look) in names {
        let width = sample + 4.0 * PT + text_width(name, LABEL);
        if x > MARGIN && x + width > right {
            (x, y) = (MARGIN, y + 13.0 * PT);
        }
        draw(look, (x, y))?;
        let text = x + sample + 4.0 * PT;
        let lines = wrap(name, LABEL, right - text);
        for (place, line) in lines.iter().enumerate() {
            if place > 0 {
                y += 1.18 * LABEL;
            }
            sheet.text_mid(line, (text, y), typed(LABEL, Hang::Start))?;
        }
        x += width + 13.0 * PT;
    }
    Ok(y + 0.5 * LABEL)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn names_are_moved_apart_and_stay_inside() {
        let places = spread(&[10.0, 11.0, 50.0], &[8.0, 8.0, 8.0], (0.0, 60.0));
        assert_eq!(places, [6.5, 14.5, 50.0]);
        let places = spread(&[1.0, 1.0], &[8.0, 8.0], (0.0, 60.0));
        assert_eq!(places, [4.0, 12.0]);
    }
}
