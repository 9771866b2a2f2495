//! Charts made of characters: curves with intervals, and bars of differences.
//!
//! Whatever a colour says, a letter or a shape says as well, so that a chart reads on a terminal without colours and on paper.

mod bars;
mod canvas;
mod curves;

pub use bars::{Bar, Bars};
pub use curves::{Chart, Point, Series};

use anstyle::{AnsiColor, Color, Style};

/// Which characters a chart is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Letters {
    /// Lines, blocks and braille dots.
    #[default]
    Unicode,
    /// What every terminal has.
    Ascii,
}

impl Letters {
    fn pick<T>(self, unicode: T, ascii: T) -> T {
        match self {
            Letters::Unicode => unicode,
            Letters::Ascii => ascii,
        }
    }
}

/// The colour of the series at `place`: in the order of the figures of a result, as near as the sixteen colours of a terminal come. The
/// first has that of the text.
pub fn colour(place: usize) -> Style {
    const COLOURS: [Option<AnsiColor>; 7] = [
        None,
        Some(AnsiColor::Blue),
        Some(AnsiColor::Red),
        Some(AnsiColor::Green),
        Some(AnsiColor::Magenta),
        Some(AnsiColor::Yellow),
        Some(AnsiColor::Cyan),
    ];
    let colour = COLOURS[place % COLOURS.len()];
    Style::new().fg_color(colour.map(Color::Ansi)).bold()
}

/// The letter of the series at `place`.
pub fn letter(place: usize) -> char {
    char::from(b'A' + (place % 26) as u8)
}

/// Round numbers along an axis, and how they are written.
#[derive(Clone, Debug)]
struct Ticks {
    low: f64,
    step: f64,
    steps: usize,
}

impl Ticks {
    /// About `most` steps of 1, 2 or 5 times a power of ten around `low` to `high`, both within.
    fn around(low: f64, high: f64, most: usize) -> Ticks {
        let (low, high) = if (high - low).abs() > 1e-12 * high.abs().max(low.abs()) {
            (low, high)
        } else if low == 0.0 {
            (0.0, 1.0)
        } else {
            (low - 0.1 * low.abs(), high + 0.1 * high.abs())
        };
        let rough = (high - low) / most.max(1) as f64;
        let ten = 10_f64.powf(rough.log10().floor());
        let mut tried = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0].map(|own| own * ten).into_iter();
        let fits = |step: &f64| {
            let steps = (high / step - 1e-9).ceil() - (low / step + 1e-9).floor();
            steps <= most.max(1) as f64
        };
        let step = tried.find(fits).unwrap_or(100.0 * ten);
        let first = (low / step + 1e-9).floor();
        let last = (high / step - 1e-9).ceil();
        Ticks {
            low: first * step,
            step,
            steps: (last - first).max(1.0) as usize,
        }
    }

    fn high(&self) -> f64 {
        self.low + self.step * self.steps as f64
    }

    /// From low to high.
    fn values(&self) -> impl Iterator<Item = f64> {
        // By counting steps from zero, so that zero is zero.
        let first = (self.low / self.step).round();
        (0..=self.steps).map(move |at| (first + at as f64) * self.step)
    }

    fn digits(&self) -> usize {
        (-(self.step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize
    }

    fn label(&self, value: f64) -> String {
        let text = format!("{value:.*}", self.digits());
        // No sign before nothing.
        if text.trim_start_matches(['-', '0', '.']).is_empty() {
            text.trim_start_matches('-').to_owned()
        } else {
            text
        }
    }

    /// Where a value lies, 0 at the low end and 1 at the high one.
    fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high() - self.low)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests;
