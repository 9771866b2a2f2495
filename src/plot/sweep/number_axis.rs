//! A horizontal axis of numbers, evenly spaced by differences or by ratios.

use super::super::PlotError;
use super::super::axes::{Panel, Ticks};
use super::super::sheet::{Hang, Sheet, text_width, typed};
use super::super::style::{GRID, INK, LABEL, PT, SMALL};
use super::names::number_words;

/// From the lower edge of a panel to what stands under the title of its axis.
pub(super) const FOOT: f64 = 34.0 * PT;

/// Where numbers stand across, and which are named.
pub(super) struct NumberAxis {
    is_log: bool,
    /// Numbers that are named.
    ticks: Vec<f64>,
    /// Numbers that have a tick and no name.
    others: Vec<f64>,
    /// The numbers at the ends, on the scale of the axis.
    pub(super) range: (f64, f64),
}

impl NumberAxis {
    /// For ascending numbers: a tick at each if they are few, else at round ones.
    pub(super) fn of(numbers: &[f64], is_log: bool) -> NumberAxis {
        let (low, high) = (
            numbers.first().copied().unwrap_or(0.0),
            numbers.last().copied().unwrap_or(1.0),
        );
        let ticks = if numbers.len() <= 9 {
            numbers.to_vec()
        } else if is_log {
            let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
            let round = powers.flat_map(|power| [1.0, 2.0, 3.0, 5.0].map(|of| of * 10_f64.powi(power)));
            round
                .filter(|tick| (low * 0.999..=high * 1.001).contains(tick))
                .collect()
        } else {
            let ticks = Ticks::around(low, high).at;
            let air = 0.05 * (high - low);
            ticks
                .into_iter()
                .filter(|tick| (low - air..=high + air).contains(tick))
                .collect()
        };
        let mut axis = NumberAxis {
            is_log,
            ticks,
            others: Vec::new(),
            range: (0.0, 1.0),
        };
        let (from, to) = (axis.at(low), axis.at(high));
        let air = if to > from { 0.04 * (to - from) } else { 0.5 };
        axis.range = (from - air, to + air);
        axis
    }

    /// The same with a small tick at each of the numbers.
    pub(super) fn with_all(numbers: &[f64], is_log: bool) -> NumberAxis {
        NumberAxis {
            others: numbers.to_vec(),
            ..NumberAxis::of(numbers, is_log)
        }
    }

    /// A number on the scale of the axis.
    pub(super) fn at(&self, number: f64) -> f64 {
        if self.is_log { number.ln() } else { number }
    }

    /// Draws the axis under a panel, naming as many ticks as there is room for.
    pub(super) fn draw(&self, sheet: &Sheet, panel: &Panel, title: &str) -> Result<(), PlotError> {
        sheet.line(
            &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
            INK,
            0.7 * PT,
            &[],
        )?;
        for &other in &self.others {
            let x = panel.x(self.at(other));
            sheet.line(&[(x, panel.bottom), (x, panel.bottom + 1.8 * PT)], INK, 0.6 * PT, &[])?;
        }
        let widest = self
            .ticks
            .iter()
            .map(|tick| text_width(&number_words(*tick), SMALL))
            .fold(0.0, f64::max);
        let mut free = f64::NEG_INFINITY;
        for &tick in &self.ticks {
            let x = panel.x(self.at(tick));
            let named = x - 0.5 * widest >= free;
            let length = if named { 3.0 * PT } else { 1.8 * PT };
            sheet.line(&[(x, panel.bottom), (x, panel.bottom + length)], INK, 0.7 * PT, &[])?;
            if named {
                let place = (x, panel.bottom + 4.5 * PT + 0.73 * SMALL);
                sheet.text(&number_words(tick), place, typed(SMALL, Hang::Middle))?;
                free = x + 0.5 * widest + 4.0 * PT;
            }
        }
        let title = if self.is_log {
            format!("{title}{}", sheet.say(" (log scale)", "（对数刻度）"))
        } else {
            title.to_owned()
        };
        let place = (
            0.5 * (panel.left + panel.right),
            panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
        );
        sheet.text(&title, place, typed(LABEL, Hang::Middle))
    }

    /// Lines of the grid across a panel at round numbers.
    pub(super) fn lines(sheet: &Sheet, panel: &Panel, ticks: &Ticks) -> Result<(), PlotError> {
        for &tick in &ticks.at {
            let x = panel.x(tick);
            sheet.line(&[(x, panel.top), (x, panel.bottom)], GRID, 0.5 * PT, &[])?;
        }
        Ok(())
    }
}

/// The ticks that have room for their numbers: every one, or every second and so on, zero among them if it is there.
pub(super) fn named(panel: &Panel, ticks: &Ticks) -> Vec<f64> {
    let widest = ticks
        .at
        .iter()
        .map(|tick| text_width(&ticks.words(*tick), SMALL))
        .fold(0.0, f64::max)
        + 4.0 * PT;
    let apart = ticks
        .at
        .windows(2)
        .next()
        .map_or(f64::INFINITY, |two| panel.x(two[1]) - panel.x(two[0]));
    let every = (widest / apart).ceil().max(1.0) as usize;
    let zero = ticks.at.iter().position(|tick| tick.abs() < 1e-12).unwrap_or(0);
    let is_named = |(place, _): &(usize, &f64)| place.abs_diff(zero).is_multiple_of(every);
    ticks
        .at
        .iter()
        .enumerate()
        .filter(is_named)
        .map(|(_, tick)| *tick)
        .collect()
}

/// The range of a vertical axis: from zero, unless the numbers lie far from it; then it says so by its second value.
pub(super) fn up_from_zero((low, high): (f64, f64)) -> (Ticks, bool) {
    if low >= 0.0 && low > 0.5 * high {
        (Ticks::around(low, high), false)
    } else {
        (Ticks::around(low.min(0.0), high.max(0.0)), true)
    }
}
