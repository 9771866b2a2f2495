//! Curves over an axis of numbers, with bands and dots, in panels side by side or one under the other.

use super::super::PlotError;
use super::super::axes::{MARGIN, Panel, Ticks, heading};
use super::super::legend::{EndName, end_names, line_rows, names_height, names_room};
use super::super::page::Page;
use super::super::sheet::{Drawing, Place, Sheet, draw};
use super::super::style::{LineStyle, PT, SOFT, line_style};
use super::estimate::{Estimate, span_of};
use super::number_axis::{FOOT, NumberAxis, up_from_zero};

/// Paper for the numbers and the title left of a panel.
const LEFT: f64 = 46.0 * PT;
/// Height of a panel.
const PANEL: f64 = 138.0 * PT;
const ABOVE: f64 = 12.0 * PT;
const ABOVE_WITH_TITLE: f64 = 25.0 * PT;

/// A line with a band.
pub(super) struct Curve {
    /// Its name.
    pub(super) name: String,
    /// Its place among the lines, which gives its look.
    pub(super) place: usize,
    /// A number across, and what is found there.
    pub(super) points: Vec<(f64, Estimate)>,
}

/// What a panel shows.
pub(super) struct Shown {
    /// Its title.
    pub(super) title: String,
    /// The title of its vertical axis.
    pub(super) axis: String,
    /// Its lines.
    pub(super) curves: Vec<Curve>,
    /// Points behind the lines.
    pub(super) dots: Vec<Place>,
}

impl Shown {
    /// The vertical axis, and whether it starts at zero.
    pub(super) fn up(&self) -> (Ticks, bool) {
        let lines = span_of(
            self.curves
                .iter()
                .flat_map(|curve| &curve.points)
                .map(|(_, value)| *value),
        );
        let dots = self.dots.iter().map(|(_, y)| *y);
        up_from_zero(dots.fold(lines, |(low, high), y| (low.min(y), high.max(y))))
    }
}

/// Draws panels over the same horizontal axis.
pub(super) fn chart(
    page: Page,
    (question, note): (&str, &str),
    (axis, axis_title): (&NumberAxis, &str),
    panels: &[Shown],
) -> Result<Drawing, PlotError> {
    draw(page, |sheet| {
        let mut top = heading(sheet, question, note)?;
        let named: Vec<(String, LineStyle)> = panels.last().map_or(Vec::new(), |last| {
            let named = |curve: &Curve| (curve.name.clone(), line_style(curve.place));
            last.curves
                .iter()
                .filter(|curve| !curve.name.is_empty() && !curve.points.is_empty())
                .map(named)
                .collect()
        });
        let names = if named.is_empty() {
            2.0 * MARGIN
        } else {
            names_room(page)
        };
        let across = if page.narrow() { 1.0 } else { panels.len() as f64 };
        let width = (sheet.width() - names - LEFT * across) / across;
        let mut height = PANEL;
        if page.narrow() && !named.is_empty() {
            top = line_rows(sheet, top + 7.0 * PT, &named)?;
        } else {
            height = height.max(names_height(named.into_iter().map(|(name, _)| name), names));
        }
        let (mut left, mut bottom) = (LEFT, top);
        for (at, shown) in panels.iter().enumerate() {
            let from = top + if panels.len() > 1 { ABOVE_WITH_TITLE } else { ABOVE };
            bottom = from + height;
            let (ticks, _) = shown.up();
            let panel = Panel {
                left,
                right: left + width,
                top: from,
                bottom,
                across: axis.range,
                up: ticks.range,
            };
            panel.vertical_axis(sheet, &ticks, &shown.axis)?;
            axis.draw(sheet, &panel, axis_title)?;
            if panels.len() > 1 {
                panel.title(sheet, &shown.title)?;
            }
            let ends = lines(sheet, &panel, axis, shown)?;
            if page.narrow() {
                top = bottom + FOOT;
            } else {
                left += width + LEFT;
                if at + 1 == panels.len() {
                    end_names(sheet, &panel, sheet.width() - MARGIN, &ends)?;
                }
            }
        }
        Ok(bottom + FOOT)
    })
}

/// Draws dots, then bands, then lines, then markers; returns the names of the lines.
fn lines(sheet: &Sheet, panel: &Panel, axis: &NumberAxis, shown: &Shown) -> Result<Vec<EndName>, PlotError> {
    for &(x, y) in &shown.dots {
        let (x, y) = (panel.x(axis.at(x)), panel.y(y));
        let arm = 1.5 * PT;
        sheet.line(&[(x - arm, y), (x + arm, y)], SOFT, 0.6 * PT, &[])?;
        sheet.line(&[(x, y - arm), (x, y + arm)], SOFT, 0.6 * PT, &[])?;
    }
    let x = |number: f64| panel.x(axis.at(number));
    let opacity = if shown.curves.len() > 4 { 0.06 } else { 0.18 };
    for curve in shown.curves.iter().rev() {
        let edge = |pick: fn((f64, f64)) -> f64| {
            let ends = curve.points.iter().filter_map(|(at, value)| Some((*at, value.ends?)));
            ends.map(|(at, ends)| (x(at), panel.y(pick(ends))))
                .collect::<Vec<Place>>()
        };
        let mut band = edge(|(low, _)| low);
        band.extend(edge(|(_, high)| high).into_iter().rev());
        if band.len() > 3 {
            sheet.shape(&band, line_style(curve.place).colour, opacity)?;
        }
    }
    let mut names = Vec::new();
    for curve in shown.curves.iter().rev() {
        let style = line_style(curve.place);
        let places: Vec<Place> = curve
            .points
            .iter()
            .map(|(at, value)| (x(*at), panel.y(value.mean)))
            .collect();
        let dash: Vec<f64> = style.dash.iter().map(|length| length * PT).collect();
        sheet.line(&places, style.colour, 1.3 * PT, &dash)?;
        // Of markers that would touch, only some are drawn, the last among them.
        let mut free = f64::INFINITY;
        for &(x, y) in places.iter().rev() {
            if x <= free {
                sheet.marker((x, y), style, false)?;
                free = x - 9.0 * PT;
            }
        }
        if let (Some(&end), false) = (places.last(), curve.name.is_empty()) {
            names.push(EndName {
                name: curve.name.clone(),
                style,
                end,
            });
        }
    }
    Ok(names)
}
