//! Bars: one line each with a number on a common axis and the interval around it.

use super::canvas::Canvas;
use super::{Letters, Ticks};
use crate::terminal::{HEADING, SOFT, Screen, columns, left, wrapped};
use anstyle::Style;
use std::fmt::Write as _;

/// A line: what it is, its number on the axis, and the number in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Set over the bars that follow, where it changes.
    pub group: String,
    /// What it is.
    pub label: String,
    /// The number.
    pub mean: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// The number and its interval as they are printed, with marks.
    pub number: String,
    /// How it is coloured.
    pub style: Style,
    /// Whether its marker is hollow.
    pub hollow: bool,
}

/// Bars over a common axis.
#[derive(Clone, Debug)]
pub struct Bars {
    /// What is shown, with its unit; it is wrapped.
    pub title: String,
    /// The lines.
    pub bars: Vec<Bar>,
    /// Whether bars begin at zero, as amounts do; else only the number and its interval are drawn, as differences are.
    pub filled: bool,
}

const WIDTH: usize = 80;
/// Columns that the axis needs.
const LEAST: usize = 20;

impl Bars {
    /// The bars as they are printed on `screen`.
    pub fn text(&self, screen: &Screen, letters: Letters) -> String {
        let width = screen.width.unwrap_or(WIDTH);
        let mut text = String::new();
        for line in wrapped("", 2, &self.title, width) {
            text += &screen.paint(&line, HEADING);
            text.push('\n');
        }
        let ends = || self.bars.iter().filter_map(|bar| Some((bar.mean?, bar.interval)));
        if ends().next().is_none() {
            text += "  nothing to draw\n";
            return text;
        }
        let (low, high) = ends().fold((0.0_f64, 0.0_f64), |(low, high), (mean, interval)| {
            let (lo, hi) = interval.unwrap_or((mean, mean));
            (low.min(lo).min(mean), high.max(hi).max(mean))
        });
        let widest = |of: &dyn Fn(&Bar) -> usize| self.bars.iter().map(of).max().unwrap_or(0);
        let indent = if self.bars.iter().any(|bar| !bar.group.is_empty()) {
            2
        } else {
            0
        };
        let names = widest(&|bar| columns(&bar.label)) + indent;
        let numbers =
            crate::terminal::point::aligned(&self.bars.iter().map(|bar| bar.number.as_str()).collect::<Vec<_>>());
        let written = numbers.first().map_or(0, |own| columns(own));
        // Where there is no room beside each other, the numbers stand on the line below.
        let beside = width >= names + 1 + LEAST + 2 + written;
        let room = width.saturating_sub(names + 1 + if beside { written + 2 } else { 0 });
        let room = room.clamp(LEAST.min(width), 60);
        let ticks = Ticks::around(low, high, (room / 7).clamp(2, 8));
        let at = |value: f64| (ticks.share(value) * (room - 1) as f64).round() as usize;
        let mut group = "";
        for (bar, number) in self.bars.iter().zip(&numbers) {
            if bar.group != group {
                group = &bar.group;
                text += &screen.paint(group, HEADING);
                text.push('\n');
            }
            let mut canvas = Canvas::new(room, 1, letters);
            self.draw(bar, &at, &mut canvas, letters);
            let label = left(&format!("{}{}", " ".repeat(indent), bar.label), names);
            let drawn = canvas.row(0, screen);
            // What is drawn may hold escape codes, which take no room.
            let bare = columns(&canvas.row(0, &Screen::default()));
            if beside {
                let gap = " ".repeat(room - bare + 2);
                text += format!("{label} {drawn}{gap}{}", number.trim_end()).trim_end();
            } else {
                text += format!("{label} {drawn}").trim_end();
                let _ = write!(text, "\n{}{}", " ".repeat(indent + 2), bar.number);
            }
            text.push('\n');
        }
        foot(&ticks, room, names, &at, letters, &mut text);
        text
    }

    fn draw(&self, bar: &Bar, at: &dyn Fn(f64) -> usize, canvas: &mut Canvas, letters: Letters) {
        let zero = at(0.0);
        if let Some(mean) = bar.mean {
            if self.filled {
                for column in zero.min(at(mean))..=zero.max(at(mean)) {
                    canvas.put(0, column, letters.pick('▬', '='), bar.style);
                }
            }
            if let Some((lo, hi)) = bar.interval {
                let [start, line, end] = letters.pick(['├', '─', '┤'], ['[', '-', ']']);
                for column in at(lo)..=at(hi) {
                    canvas.put(0, column, line, bar.style);
                }
                if at(hi) > at(lo) {
                    canvas.put(0, at(lo), start, bar.style);
                    canvas.put(0, at(hi), end, bar.style);
                }
            }
            let marker = if bar.hollow {
                letters.pick('○', 'o')
            } else {
                letters.pick('●', 'O')
            };
            canvas.put(0, at(mean), marker, bar.style);
        }
        canvas.under(0, zero, letters.pick('┊', ':'), SOFT);
    }
}

/// The axis below the bars.
fn foot(ticks: &Ticks, room: usize, names: usize, at: &dyn Fn(f64) -> usize, letters: Letters, text: &mut String) {
    let (line, tick) = letters.pick(('─', '┴'), ('-', '+'));
    let mut axis: Vec<char> = vec![line; room];
    let mut below = String::new();
    for value in ticks.values() {
        let label = ticks.label(value);
        let own = at(value);
        axis[own] = tick;
        let from = (own + 1).saturating_sub(columns(&label).div_ceil(2));
        let from = from.min(room.saturating_sub(columns(&label)));
        if below.is_empty() || from > columns(&below) {
            below += &" ".repeat(from - columns(&below));
            below += &label;
        }
    }
    let blank = " ".repeat(names + 1);
    let _ = writeln!(text, "{blank}{}\n{blank}{below}", axis.iter().collect::<String>());
}
