//! A panel with its axes: from numbers to places on the paper, ticks at round numbers.

use super::PlotError;
use super::sheet::{Hang, Place, Sheet, Type, text_width, typed, wrap};
use super::style::{GRID, INK, LABEL, PT, SMALL, SOFT, TITLE, grouped};

/// Paper left free at the left and the right of a figure.
pub(super) const MARGIN: f64 = 9.0 * PT;

/// A rectangle of paper on which numbers have places.
pub(super) struct Panel {
    /// Left edge in units of paper.
    pub(super) left: f64,
    /// Right edge.
    pub(super) right: f64,
    /// Upper edge.
    pub(super) top: f64,
    /// Lower edge.
    pub(super) bottom: f64,
    /// The numbers at the left and the right edge.
    pub(super) across: (f64, f64),
    /// The numbers at the lower and the upper edge.
    pub(super) up: (f64, f64),
}

impl Panel {
    /// The place of a number on the horizontal axis.
    pub(super) fn x(&self, number: f64) -> f64 {
        self.left + (number - self.across.0) / (self.across.1 - self.across.0) * (self.right - self.left)
    }

    /// The place of a number on the vertical axis; what lies outside is drawn at the edge.
    pub(super) fn y(&self, number: f64) -> f64 {
        let share = ((number - self.up.0) / (self.up.1 - self.up.0)).clamp(0.0, 1.0);
        self.bottom - share * (self.bottom - self.top)
    }

    /// Draws the grid, the numbers and the title of the vertical axis.
    pub(super) fn vertical_axis(&self, sheet: &Sheet, ticks: &Ticks, title: &str) -> Result<(), PlotError> {
        let mut widest: f64 = 0.0;
        for &tick in &ticks.at {
            let y = self.y(tick);
            sheet.line(&[(self.left, y), (self.right, y)], GRID, 0.5 * PT, &[])?;
            let number = ticks.words(tick);
            sheet.text_mid(&number, (self.left - 4.0 * PT, y), typed(SMALL, Hang::End))?;
            widest = widest.max(text_width(&number, SMALL));
        }
        if self.up.0 < 0.0 && self.up.1 >= 0.0 {
            sheet.line(
                &[(self.left, self.y(0.0)), (self.right, self.y(0.0))],
                INK,
                0.9 * PT,
                &[],
            )?;
        }
        let place = (self.left - widest - 10.0 * PT, 0.5 * (self.top + self.bottom));
        sheet.text_up(title, place, typed(LABEL, Hang::Middle))
    }

    /// Draws the horizontal axis of years: a tick for each, a number for as many as there is room for.
    pub(super) fn year_axis(&self, sheet: &Sheet, years: (i32, i32)) -> Result<(), PlotError> {
        self.year_ticks(sheet, years)?;
        let place = (
            0.5 * (self.left + self.right),
            self.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL),
        );
        sheet.text(sheet.say("Year", "年份"), place, typed(LABEL, Hang::Middle))
    }

    /// As [`Self::year_axis`], without its title.
    pub(super) fn year_ticks(&self, sheet: &Sheet, years: (i32, i32)) -> Result<(), PlotError> {
        sheet.line(
            &[(self.left, self.bottom), (self.right, self.bottom)],
            INK,
            0.7 * PT,
            &[],
        )?;
        let room = self.x(f64::from(years.0 + 1)) - self.x(f64::from(years.0));
        let every = ((text_width("2026", SMALL) + 5.0 * PT) / room).ceil().max(1.0) as i32;
        for year in years.0..=years.1 {
            let x = self.x(f64::from(year));
            let named = (year - years.0) % every == 0;
            let length = if named { 3.0 * PT } else { 1.8 * PT };
            sheet.line(&[(x, self.bottom), (x, self.bottom + length)], INK, 0.7 * PT, &[])?;
            if named {
                let place = (x, self.bottom + 4.5 * PT + 0.73 * SMALL);
                sheet.text(&year.to_string(), place, typed(SMALL, Hang::Middle))?;
            }
        }
        Ok(())
    }

    /// The title of a panel, above its left edge.
    pub(super) fn title(&self, sheet: &Sheet, title: &str) -> Result<(), PlotError> {
        sheet.text(title, (self.left, self.top - 6.0 * PT), typed(LABEL, Hang::Start))
    }
}

/// The range of an axis and the round numbers on it.
pub(super) struct Ticks {
    /// The round numbers, ascending.
    pub(super) at: Vec<f64>,
    /// The numbers at the ends of the axis.
    pub(super) range: (f64, f64),
    decimals: usize,
}

impl Ticks {
    /// An axis for numbers from `low` to `high`, with a little air beside an end that is not zero.
    pub(super) fn around(low: f64, high: f64) -> Ticks {
        // What differs by rounding alone does not differ.
        let largest = low.abs().max(high.abs());
        let span = if high - low > 1e-9 * largest.max(1e-3) {
            high - low
        } else {
            largest.max(1.0)
        };
        let air = 0.05 * span;
        let range = (
            if low == 0.0 { low } else { low - air },
            if high == 0.0 && low < high {
                high
            } else {
                low + span + air
            },
        );
        let rough = span / 6.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|of| of * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let decimals = (-(step.log10() + 1e-9).floor()).max(0.0) as usize;
        let first = (range.0 / step - 1e-9).ceil() as i64;
        let last = (range.1 / step + 1e-9).floor() as i64;
        Ticks {
            at: (first..=last).map(|n| n as f64 * step).collect(),
            range,
            decimals,
        }
    }

    /// A number as it stands at its tick, with a true minus sign.
    pub(super) fn words(&self, tick: f64) -> String {
        let text = if self.decimals == 0 {
            grouped(tick.abs())
        } else {
            format!("{:.*}", self.decimals, tick.abs())
        };
        if tick < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            format!("\u{2212}{text}")
        } else {
            text
        }
    }
}

/// Writes lines of text one under the other, the first baseline on the place; returns the last baseline.
pub(super) fn paragraph(sheet: &Sheet, lines: &[String], place: Place, look: Type) -> Result<f64, PlotError> {
    let mut y = place.1;
    for (number, line) in lines.iter().enumerate() {
        y = place.1 + number as f64 * 1.18 * look.size;
        sheet.text(line, (place.0, y), look)?;
    }
    Ok(y)
}

/// The question that a figure answers and, in grey, what it shows, above everything else; returns where they end.
pub(super) fn heading(sheet: &Sheet, question: &str, note: &str) -> Result<f64, PlotError> {
    let room = sheet.width() - 2.0 * MARGIN;
    let title = wrap(question, TITLE, room);
    let y = paragraph(sheet, &title, (MARGIN, 17.0 * PT), typed(TITLE, Hang::Start))?;
    let look = Type {
        colour: SOFT,
        ..typed(LABEL, Hang::Start)
    };
    let note = wrap(note, LABEL, room);
    Ok(paragraph(sheet, &note, (MARGIN, y + 14.0 * PT), look)? + 0.3 * LABEL)
}

#[cfg(test)]
mod tests {
    use super::Ticks;

    #[test]
    fn ticks_are_round_and_enclose() {
        let ticks = Ticks::around(0.0, 1.37);
        assert_eq!(
            ticks.at.iter().map(|at| ticks.words(*at)).collect::<Vec<_>>(),
            ["0.0", "0.5", "1.0"]
        );
        let ticks = Ticks::around(-0.52, 0.08);
        assert_eq!(ticks.words(ticks.at[0]), "\u{2212}0.5");
        assert!(ticks.range.0 < -0.52 && ticks.range.1 > 0.08);
        assert_eq!(ticks.words(-0.0), "0.0");
        assert_eq!(Ticks::around(0.0, 1432.0).words(1000.0), "1,000");
        assert!(!Ticks::around(0.0, 0.0).at.is_empty());
    }
}
