//! A plane of cost and outcome with a front, its spots numbered and named in a key.

use super::super::estimate::{Estimate, span_of};
use super::super::number_axis::{NumberAxis, named};
use crate::plot::PlotError;
use crate::plot::axes::{MARGIN, Panel, Ticks, heading};
use crate::plot::legend::marker_rows;
use crate::plot::page::Page;
use crate::plot::sheet::{Drawing, Hang, Place, Sheet, draw, text_width, typed, wrap};
use crate::plot::style::{INK, LABEL, LineStyle, PT, SMALL, SOFT};
use plotters::style::RGBColor;

const LEFT: f64 = 46.0 * PT;
const FOOT: f64 = 34.0 * PT;
/// Height of the plane.
const UPRIGHT: f64 = 205.0 * PT;
/// More points than these are drawn without the intervals of those that are not named, as they would cover everything.
pub(super) const CROWD: usize = 40;
/// Intervals of spots that are not named.
const PALE: RGBColor = RGBColor(0xc4, 0xc4, 0xc4);

/// A point of the plane.
pub(super) struct Spot {
    /// What it is.
    pub(super) name: String,
    /// What it costs.
    pub(super) across: Estimate,
    /// The outcome.
    pub(super) up: Estimate,
    /// How it looks.
    pub(super) style: LineStyle,
    /// Whether it is only outlined.
    pub(super) is_hollow: bool,
}

/// What is drawn of the spots.
pub(super) struct Plane<'p> {
    /// The title.
    pub(super) question: &'p str,
    /// What it shows.
    pub(super) note: &'p str,
    /// The title of the axis across.
    pub(super) across: &'p str,
    /// That of the upright one.
    pub(super) up: &'p str,
    /// The spots on the front, by cost.
    pub(super) front: &'p [usize],
    /// The spots with a number and a name.
    pub(super) keyed: &'p [usize],
    /// What markers mean.
    pub(super) marks: &'p [(String, LineStyle, bool)],
    /// Whether zero is a spot of its own, at which nothing is done, and belongs to the front unless one betters it.
    pub(super) has_zero: bool,
}

impl Plane<'_> {
    /// Whether the intervals of a spot are drawn.
    fn has_interval(&self, at: usize, spots: usize) -> bool {
        spots <= CROWD || self.has_zero || self.keyed.contains(&at)
    }
}

/// The places that no other betters, by what they cost: less across and, if `lower`, less upwards.
pub(super) fn front(places: &[(f64, f64)], lower: bool) -> Vec<usize> {
    let up = |at: usize| if lower { places[at].1 } else { -places[at].1 };
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&one, &other| {
        let across = places[one].0.total_cmp(&places[other].0);
        across.then(up(one).total_cmp(&up(other)))
    });
    let mut best = f64::INFINITY;
    order.retain(|&at| {
        let is_better = up(at) < best;
        best = best.min(up(at));
        is_better
    });
    order
}

/// Draws the plane with its key: at the right, or under it on one column.
pub(super) fn draw_plane(page: Page, plane: &Plane, spots: &[Spot]) -> Result<Drawing, PlotError> {
    let zero = |(low, high): (f64, f64)| {
        if plane.has_zero {
            (low.min(0.0), high.max(0.0))
        } else {
            (low, high)
        }
    };
    // What is drawn of a spot: in a crowd only named ones have intervals.
    let seen = |at: usize, estimate: Estimate| {
        let ends = estimate.ends.filter(|_| plane.has_interval(at, spots.len()));
        Estimate { ends, ..estimate }
    };
    let spots_seen = || spots.iter().enumerate();
    let (left, right) = zero(span_of(spots_seen().map(|(at, spot)| seen(at, spot.across))));
    let across = Ticks::around(left, right);
    let (low, high) = zero(span_of(spots_seen().map(|(at, spot)| seen(at, spot.up))));
    let up = Ticks::around(low, high);
    draw(page, |sheet| {
        let mut top = heading(sheet, plane.question, plane.note)?;
        if !plane.marks.is_empty() {
            top = marker_rows(sheet, top + 7.0 * PT, plane.marks)?;
        }
        let from = top + 12.0 * PT;
        let key = if page.narrow() { 0.0 } else { 150.0 * PT };
        let edge = if page.narrow() { 2.0 * MARGIN } else { MARGIN };
        let room = if page.narrow() {
            sheet.width() - 2.0 * MARGIN
        } else {
            key - 6.0 * PT
        } - 14.0 * PT;
        let names: Vec<Vec<String>> = plane
            .keyed
            .iter()
            .map(|&at| wrap(&spots[at].name, SMALL, room))
            .collect();
        let key_height: f64 = names
            .iter()
            .map(|lines| lines.len() as f64 * 1.18 * SMALL + 3.0 * PT)
            .sum();
        let height = if page.narrow() {
            UPRIGHT
        } else {
            key_height.max(UPRIGHT)
        };
        let panel = Panel {
            left: LEFT,
            right: sheet.width() - edge - key,
            top: from,
            bottom: from + height,
            across: across.range,
            up: up.range,
        };
        NumberAxis::lines(sheet, &panel, &across)?;
        panel.vertical_axis(sheet, &up, plane.up)?;
        axis_across(sheet, &panel, &across, plane)?;
        spots_on(sheet, &panel, plane, spots)?;
        let mut end = panel.bottom + FOOT;
        let place = if page.narrow() {
            (MARGIN, end + SMALL)
        } else {
            (panel.right + 12.0 * PT, from + SMALL)
        };
        let mut y = place.1;
        for (number, lines) in names.iter().enumerate() {
            let look = typed(SMALL, Hang::End);
            sheet.text(&(number + 1).to_string(), (place.0 + 9.0 * PT, y), look)?;
            for (at, line) in lines.iter().enumerate() {
                let below = y + at as f64 * 1.18 * SMALL;
                sheet.text(line, (place.0 + 13.0 * PT, below), typed(SMALL, Hang::Start))?;
            }
            y += lines.len() as f64 * 1.18 * SMALL + 3.0 * PT;
        }
        if page.narrow() {
            end = y;
        }
        Ok(end.max(y - SMALL))
    })
}

fn axis_across(sheet: &Sheet, panel: &Panel, ticks: &Ticks, plane: &Plane) -> Result<(), PlotError> {
    sheet.line(
        &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
        INK,
        0.7 * PT,
        &[],
    )?;
    if plane.has_zero {
        sheet.line(
            &[(panel.x(0.0), panel.top), (panel.x(0.0), panel.bottom)],
            INK,
            0.9 * PT,
            &[],
        )?;
    }
    for &tick in &ticks.at {
        let x = panel.x(tick);
        sheet.line(&[(x, panel.bottom), (x, panel.bottom + 3.0 * PT)], INK, 0.7 * PT, &[])?;
    }
    for tick in named(panel, ticks) {
        let place = (panel.x(tick), panel.bottom + 4.5 * PT + 0.73 * SMALL);
        sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
    }
    let place = (
        0.5 * (panel.left + panel.right),
        panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
    );
    sheet.text(plane.across, place, typed(LABEL, Hang::Middle))
}

/// Intervals behind, then the front, then markers, then numbers where nothing else stands.
fn spots_on(sheet: &Sheet, panel: &Panel, plane: &Plane, spots: &[Spot]) -> Result<(), PlotError> {
    let place = |spot: &Spot| (panel.x(spot.across.mean), panel.y(spot.up.mean));
    let is_keyed = |at: &usize| plane.keyed.contains(at);
    let order: Vec<usize> = (0..spots.len())
        .filter(|at| !is_keyed(at))
        .chain((0..spots.len()).filter(|at| is_keyed(at)))
        .collect();
    for &at in &order {
        let spot = &spots[at];
        if !plane.has_interval(at, spots.len()) {
            continue;
        }
        let (x, y) = place(spot);
        let (colour, thick) = if is_keyed(&at) {
            (spot.style.colour, 0.9 * PT)
        } else {
            (PALE, 0.5 * PT)
        };
        if let Some((low, high)) = spot.across.ends {
            sheet.line(&[(panel.x(low), y), (panel.x(high), y)], colour, thick, &[])?;
        }
        if let Some((low, high)) = spot.up.ends {
            sheet.line(&[(x, panel.y(low)), (x, panel.y(high))], colour, thick, &[])?;
        }
    }
    let mut line: Vec<(f64, f64)> = plane
        .front
        .iter()
        .map(|&at| (spots[at].across.mean, spots[at].up.mean))
        .collect();
    if plane.has_zero && !line.iter().any(|&(across, up)| across <= 0.0 && up <= 0.0) {
        line.push((0.0, 0.0));
        line.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    // Between two spots nothing is known that is better than the cheaper of them: the front goes by steps.
    let mut steps: Vec<Place> = Vec::new();
    for (across, up) in line {
        let spot = (panel.x(across), panel.y(up));
        if let Some(&(_, before)) = steps.last() {
            steps.push((spot.0, before));
        }
        steps.push(spot);
    }
    let line = steps;
    sheet.line(&line, INK, 0.9 * PT, &[4.0 * PT, 2.4 * PT])?;
    for &at in &order {
        sheet.marker(place(&spots[at]), spots[at].style, spots[at].is_hollow)?;
    }
    // A number keeps off markers and other numbers.
    let side = 2.6 * PT;
    let box_of = |(x, y): Place, wide: f64, high: f64| (x - wide, y - high, x + wide, y + high);
    let mut taken: Vec<(f64, f64, f64, f64)> = spots.iter().map(|spot| box_of(place(spot), side, side)).collect();
    for (number, &at) in plane.keyed.iter().enumerate() {
        let word = (number + 1).to_string();
        let (wide, high) = (0.5 * text_width(&word, SMALL) + 0.6 * PT, 0.42 * SMALL);
        let (x, y) = place(&spots[at]);
        let around = (1..=4).flat_map(|ring| {
            let far = side + 2.2 * PT * f64::from(ring);
            [
                (0.8, -0.8),
                (-0.8, -0.8),
                (0.8, 0.8),
                (-0.8, 0.8),
                (1.1, 0.0),
                (-1.1, 0.0),
                (0.0, -1.1),
                (0.0, 1.1),
            ]
            .map(|(dx, dy)| (x + dx * (far + wide), y + dy * (far + 0.6 * high)))
        });
        let free = |spot: &Place| {
            let own = box_of(*spot, wide, high);
            let inside = own.0 > panel.left
                && own.2 < panel.right + 8.0 * PT
                && own.1 > panel.top - 8.0 * PT
                && own.3 < panel.bottom;
            let zero = (panel.x(0.0), panel.y(0.0));
            let on_lines = plane.has_zero && ((own.0..own.2).contains(&zero.0) || (own.1..own.3).contains(&zero.1));
            inside
                && !on_lines
                && taken
                    .iter()
                    .all(|other| own.2 < other.0 || other.2 < own.0 || own.3 < other.1 || other.3 < own.1)
        };
        let spot = around
            .clone()
            .find(free)
            .or_else(|| around.clone().next())
            .unwrap_or((x, y));
        if (spot.0 - x).hypot(spot.1 - y) > side + 10.0 * PT {
            sheet.line(&[(x, y), spot], SOFT, 0.4 * PT, &[])?;
        }
        sheet.text_mid(&word, spot, typed(SMALL, Hang::Middle))?;
        taken.push(box_of(spot, wide, high));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::front;

    #[test]
    fn the_front_is_what_no_other_betters() {
        // Cheap and bad, dear and good, between; one dearer and worse than another, one as dear and worse, one the same.
        let places = [(3.0, 1.0), (1.0, 5.0), (2.0, 2.0), (2.5, 3.0), (2.0, 4.0), (3.0, 1.0)];
        assert_eq!(front(&places, true), [1, 2, 0]);
        // Where more is better.
        assert_eq!(front(&places, false), [1]);
        assert!(front(&[], true).is_empty());
    }
}
