//! Numbers as they are printed: in per cent where they are shares, with as many digits as their like, with their intervals and marks.

use crate::terminal::chart::{colour, letter};
use crate::terminal::{SOFT, Screen, columns};

/// A mean with what is known of it, in the unit of its table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub mean: f64,
    pub interval: Option<(f64, f64)>,
    pub few: bool,
}

impl Number {
    /// In another unit.
    pub fn times(self, factor: f64) -> Number {
        Number {
            mean: self.mean * factor,
            interval: self.interval.map(|(lo, hi)| (lo * factor, hi * factor)),
            ..self
        }
    }
}

/// The unit of a table, for people: its name, and what numbers are multiplied by.
pub(super) fn unit(unit: &str, is_difference: bool) -> (&str, f64) {
    match (unit, is_difference) {
        ("share", false) => ("%", 100.0),
        ("share", true) => ("percentage points", 100.0),
        (other, _) => (other, 1.0),
    }
}

/// How numbers of one kind are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    digits: usize,
    signed: bool,
}

impl Style {
    /// For these numbers: three digits of the largest, or four.
    pub fn of(numbers: impl IntoIterator<Item = Number>, signed: bool) -> Style {
        let most = numbers.into_iter().map(|own| own.mean.abs()).fold(0.0, f64::max);
        let digits = match most {
            most if most >= 1000.0 => 0,
            most if most >= 100.0 => 1,
            most if most >= 1.0 => 2,
            most if most >= 0.1 => 3,
            _ => 4,
        };
        Style { digits, signed }
    }

    /// A number with its interval; `!` marks few events.
    pub fn text(self, number: Option<Number>) -> String {
        let Some(number) = number else { return "-".to_owned() };
        let mark = if number.few { "!" } else { "" };
        let own = |value: f64| plain(value, self.digits, self.signed);
        match number.interval {
            Some((lo, hi)) => format!("{}{mark} ({} to {})", own(number.mean), own(lo), own(hi)),
            None => format!("{}{mark}", own(number.mean)),
        }
    }
}

/// A number with so many digits, without a sign before nothing.
pub(super) fn plain(value: f64, digits: usize, signed: bool) -> String {
    let bare = format!("{value:.digits$}");
    let nothing = bare.trim_start_matches(['-', '0', '.']).is_empty();
    match (nothing, signed) {
        (true, _) => bare.trim_start_matches('-').to_owned(),
        (false, true) => format!("{value:+.digits$}"),
        (false, false) => bare,
    }
}

/// Which letter is which series, in as many lines as it takes; `notes` follow.
pub(super) fn legend(names: &[(usize, &str)], notes: &[&str], screen: &Screen) -> String {
    let width = screen.width.unwrap_or(80);
    let mut items: Vec<(usize, String)> = names
        .iter()
        .map(|(place, name)| {
            let bare = format!("{} {name}", letter(*place));
            (
                columns(&bare),
                format!("{} {name}", screen.paint(&letter(*place).to_string(), colour(*place))),
            )
        })
        .collect();
    items.extend(notes.iter().map(|note| (columns(note), screen.paint(note, SOFT))));
    let mut text = String::new();
    let mut used = 0;
    for (wide, item) in items {
        if used > 0 && used + 3 + wide > width {
            text.push('\n');
            used = 0;
        }
        let gap = if used > 0 { "   " } else { "" };
        text += gap;
        text += &item;
        used += gap.len() + wide;
    }
    text.push('\n');
    text
}
