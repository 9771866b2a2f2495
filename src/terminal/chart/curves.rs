//! Curves: one letter a series at each of its points, a bar for the interval, dots from point to point.

use super::canvas::Canvas;
use super::{Letters, Ticks, colour, letter};
use crate::terminal::{HEADING, SOFT, Screen, columns, right, wrapped};
use std::fmt::Write as _;

/// A number of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Where it stands across.
    pub x: f64,
    /// The number.
    pub mean: f64,
    /// Its interval, where there is one.
    pub interval: Option<(f64, f64)>,
    /// Whether few events stand behind it; its letter is a small one then.
    pub few: bool,
}

/// Numbers that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Its place among all that are shown anywhere, which gives its letter and colour.
    pub place: usize,
    /// From left to right.
    pub points: Vec<Point>,
}

/// Curves over a common axis.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What is shown, with its unit; it is wrapped.
    pub title: String,
    /// Places across, with what is written below them.
    pub across: Vec<(f64, String)>,
    /// What is across, where that is not plain.
    pub axis: String,
    /// The series.
    pub series: Vec<Series>,
    /// Whether zero is shown as a line.
    pub zero: bool,
    /// Rows between the lowest and the highest number, about.
    pub height: usize,
    /// Whether dots lead from point to point.
    pub joined: bool,
}

/// Columns where no terminal says how many there are.
const WIDTH: usize = 80;
/// More letters than this in a column's width are not spread.
const MOST: usize = 3;

impl Chart {
    /// The chart as it is printed on `screen`, without a legend.
    pub fn text(&self, screen: &Screen, letters: Letters) -> String {
        let width = screen.width.unwrap_or(WIDTH);
        let mut text = String::new();
        for line in wrapped("", 2, &self.title, width) {
            text += &screen.paint(&line, HEADING);
            text.push('\n');
        }
        let points = || self.series.iter().flat_map(|one| &one.points);
        if points().next().is_none() {
            text += "  nothing to draw\n";
            return text;
        }
        let ticks = self.ticks();
        let each = (self.height / ticks.steps).max(2);
        let height = each * ticks.steps + 1;
        let labels: Vec<String> = ticks.values().map(|value| ticks.label(value)).collect();
        let margin = labels.iter().map(|label| columns(label)).max().unwrap_or(0) + 1;
        let room = width.saturating_sub(margin + 2).max(10);
        let place = self.places(room);
        let mut canvas = Canvas::new(room, height, letters);
        let row = |value: f64| (1.0 - ticks.share(value)) * (height - 1) as f64;
        self.draw(&mut canvas, &row, &place, letters);
        let (tick, edge) = letters.pick(('┤', '│'), ('+', '|'));
        for at in 0..height {
            let label = (at % each == 0).then(|| &labels[ticks.steps - at / each]);
            let head = right(label.map_or("", String::as_str), margin);
            let line = format!(
                "{head} {}{}",
                if label.is_some() { tick } else { edge },
                canvas.row(at, screen)
            );
            text += line.trim_end();
            text.push('\n');
        }
        self.foot(&mut text, margin, room, &place, letters);
        text
    }

    fn ticks(&self) -> Ticks {
        let points = self.series.iter().flat_map(|one| &one.points);
        let (mut low, mut high) = points.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
            let (lo, hi) = point.interval.unwrap_or((point.mean, point.mean));
            (low.min(lo).min(point.mean), high.max(hi).max(point.mean))
        });
        // Zero is shown where it costs little room.
        if self.zero || (low > 0.0 && low < 0.4 * high) {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        Ticks::around(low, high, (self.height / 3).clamp(2, 6))
    }

    /// The column of a place across, as many of them as there is room for.
    fn places(&self, room: usize) -> impl Fn(f64) -> f64 + use<> {
        let xs = || self.across.iter().map(|(x, _)| *x);
        let (low, high) = xs().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        // Half a slot free at both ends.
        let slots = self.across.len().max(1) as f64;
        let free = (room as f64 / slots / 2.0).min(8.0);
        let wide = (room as f64 - 1.0 - 2.0 * free).max(1.0);
        move |x| {
            if high > low {
                free + (x - low) / (high - low) * wide
            } else {
                (room as f64 - 1.0) / 2.0
            }
        }
    }

    /// Columns from a letter to that of the next series at the same place.
    fn spread(&self, place: &dyn Fn(f64) -> f64) -> usize {
        let mut at: Vec<f64> = self.across.iter().map(|(x, _)| place(*x)).collect();
        at.sort_by(f64::total_cmp);
        let slot = at
            .windows(2)
            .map(|two| two[1] - two[0])
            .filter(|gap| *gap > 0.0)
            .fold(16.0, f64::min);
        ((slot - 1.0) / self.series.len().max(1) as f64).clamp(0.0, MOST as f64) as usize
    }

    fn draw(&self, canvas: &mut Canvas, row: &dyn Fn(f64) -> f64, place: &dyn Fn(f64) -> f64, letters: Letters) {
        let spread = self.spread(place);
        let middle = self.series.len().saturating_sub(1) as f64 / 2.0;
        let column = |at: usize, x: f64| (place(x) + (at as f64 - middle) * spread as f64).round().max(0.0);
        for (at, one) in self.series.iter().enumerate().filter(|_| self.joined) {
            for two in one.points.windows(2) {
                let end = |point: &Point| (row(point.mean), column(at, point.x));
                // Between the letters of one place nothing is drawn.
                let wide = middle * spread as f64;
                let free = (place(two[0].x) + wide, place(two[1].x) - wide);
                canvas.line(end(&two[0]), end(&two[1]), free, colour(one.place));
            }
        }
        let ends = letters.pick(['┬', '│', '┴'], ['+', '|', '+']);
        for (at, one) in self.series.iter().enumerate() {
            for point in &one.points {
                let Some((lo, hi)) = point.interval else { continue };
                let (top, bottom) = (row(hi).round() as usize, row(lo).round() as usize);
                for own in top..=bottom {
                    let shape = match own {
                        _ if top == bottom => continue,
                        own if own == top => ends[0],
                        own if own == bottom => ends[2],
                        _ => ends[1],
                    };
                    canvas.put(own, column(at, point.x) as usize, shape, colour(one.place));
                }
            }
        }
        for (at, one) in self.series.iter().enumerate() {
            for point in &one.points {
                let (own, column) = (row(point.mean).round() as usize, column(at, point.x) as usize);
                let mark = match letter(one.place) {
                    mark if point.few => mark.to_ascii_lowercase(),
                    mark => mark,
                };
                let taken = canvas
                    .at(own, column)
                    .is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '*');
                canvas.put(own, column, if taken { '*' } else { mark }, colour(one.place));
            }
        }
        if self.zero {
            let zero = row(0.0).round() as usize;
            for column in 0..WIDTH.max(1000) {
                canvas.under(zero, column, letters.pick('┄', '-'), SOFT);
            }
        }
    }

    /// The axis across, its numbers, and what they are.
    fn foot(&self, text: &mut String, margin: usize, room: usize, place: &dyn Fn(f64) -> f64, letters: Letters) {
        let (corner, line, tick) = letters.pick(('└', '─', '┬'), ('+', '-', '+'));
        let mut axis: Vec<char> = vec![line; room];
        let mut below = String::new();
        for (x, label) in &self.across {
            let at = place(*x).round() as usize;
            let from = (at + 1).saturating_sub(columns(label).div_ceil(2));
            let from = from.min(room.saturating_sub(columns(label)));
            // What would touch its neighbour is left out.
            if below.is_empty() || from > columns(&below) {
                below += &" ".repeat(from - columns(&below));
                below += label;
                if let Some(spot) = axis.get_mut(at) {
                    *spot = tick;
                }
            }
        }
        let blank = " ".repeat(margin + 1);
        let _ = writeln!(text, "{blank}{corner}{}", axis.iter().collect::<String>());
        let _ = writeln!(text, "{blank} {}", below.trim_end());
        if !self.axis.is_empty() {
            let _ = writeln!(text, "{blank} {}", self.axis);
        }
    }
}
