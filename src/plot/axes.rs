//! A panel with its axes: from numbers to places on the paper, ticks at round numbers, names of lines at their ends.

use super::PlotError;
use super::sheet::{Hang, Place, Sheet, Type, WIDTH, text_width, typed, wrap};
use super::style::{GRID, INK, LABEL, LineStyle, PT, SMALL, SOFT, TITLE, grouped, words};

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
        sheet.text("Year", place, typed(LABEL, Hang::Middle))
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
        let span = if high > low { high - low } else { low.abs().max(1.0) };
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
pub(super) fn names_height<'n>(names: impl Iterator<Item = &'n str>, width: f64) -> f64 {
    let room = width - NAME_INDENT - MARGIN;
    names
        .map(|name| name_height(wrap(&words(name), LABEL, room).len()))
        .sum()
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

/// Writes lines of text one under the other, the first baseline on the place; returns the last baseline.
pub(super) fn paragraph(sheet: &Sheet, lines: &[String], place: Place, look: Type) -> Result<f64, PlotError> {
    let mut y = place.1;
    for (number, line) in lines.iter().enumerate() {
        y = place.1 + number as f64 * 1.18 * look.size;
        sheet.text(line, (place.0, y), look)?;
    }
    Ok(y)
}

/// The question that a figure answers and, in grey, what it shows, above everything else.
pub(super) fn heading(sheet: &Sheet, question: &str, note: &str) -> Result<(), PlotError> {
    let room = f64::from(WIDTH) - 2.0 * MARGIN;
    let fitted = |text: &str, size: f64| size * (room / text_width(text, size)).min(1.0);
    sheet.text(
        question,
        (MARGIN, 17.0 * PT),
        typed(fitted(question, TITLE), Hang::Start),
    )?;
    let look = Type {
        colour: SOFT,
        ..typed(fitted(note, LABEL), Hang::Start)
    };
    sheet.text(note, (MARGIN, 31.0 * PT), look)
}

/// The last line of a caption.
pub(super) fn source(table: &str) -> String {
    format!("Drawn from tables/{table}.\n")
}

#[cfg(test)]
mod tests {
    use super::{Ticks, spread};

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

    #[test]
    fn names_are_moved_apart_and_stay_inside() {
        let places = spread(&[10.0, 11.0, 50.0], &[8.0, 8.0, 8.0], (0.0, 60.0));
        assert_eq!(places, [6.5, 14.5, 50.0]);
        let places = spread(&[1.0, 1.0], &[8.0, 8.0], (0.0, 60.0));
        assert_eq!(places, [4.0, 12.0]);
    }
}
