//! Lying bars, stacked, a row for each scenario or year; and rows of markers with intervals on one axis.

use super::PlotError;
use super::axes::{MARGIN, Panel, Ticks};
use super::legend::fill_rows;
use super::page::Page;
use super::sheet::{Hang, Place, Sheet, text_width, typed, wrap};
use super::style::{Fill, GRID, INK, LABEL, LineStyle, PT, SMALL};

/// One bar: its name, its marker where it is a scenario's, and its parts.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) style: Option<LineStyle>,
    pub(super) parts: Vec<f64>,
}

/// What a panel of bars says beside its bars.
pub(super) struct Words<'w> {
    pub(super) title: &'w str,
    pub(super) axis: &'w str,
    /// The names and looks of the parts, in their order.
    pub(super) parts: &'w [(String, Fill)],
    /// Before this part stands a mark, if there is one.
    pub(super) split: Option<usize>,
}

/// Whether bars stand beside their markers alone: the names of many would take more paper than the bars.
pub(super) fn nameless(page: Page, bars: usize) -> bool {
    page.narrow() && bars > 5
}

/// Draws a panel of bars from `top` down: title, names of the parts, bars with their numbers and sums, axis; returns where it
/// ends.
pub(super) fn stacked(sheet: &Sheet, top: f64, words: &Words, bars: &[Bar]) -> Result<f64, PlotError> {
    let narrow = sheet.page.narrow();
    sheet.text(words.title, (MARGIN, top + 0.8 * LABEL), typed(LABEL, Hang::Start))?;
    let sum = |bar: &Bar| bar.parts.iter().sum::<f64>();
    let most = bars.iter().map(sum).fold(0.0, f64::max);
    // What nobody can see needs no name.
    let used = |at: &usize| {
        bars.iter()
            .any(|bar| bar.parts.get(*at).is_some_and(|part| *part > 5e-4 * most))
    };
    let named: Vec<(String, Fill)> = (0..words.parts.len())
        .filter(used)
        .map(|at| words.parts[at].clone())
        .collect();
    let top = fill_rows(sheet, top + LABEL + 7.0 * PT, &named)? + 6.0 * PT;
    let named = |bar: &Bar| bar.style.is_none() || !nameless(sheet.page, bars.len());
    let names = match (narrow, bars.iter().all(|bar| named(bar) && bar.style.is_some())) {
        (true, true) => 62.0 * PT,
        (true, false) if bars.iter().all(|bar| bar.style.is_some()) => 14.0 * PT,
        (true, false) => 30.0 * PT,
        (false, _) => 100.0 * PT,
    };
    let (left, right) = (MARGIN + names, sheet.width() - MARGIN - 26.0 * PT);
    let decimals = usize::from(most < 100.0);
    let ticks = Ticks::around(0.0, most.max(1e-9));
    let text = |bar: &Bar| MARGIN + if bar.style.is_some() { 12.0 * PT } else { 0.0 };
    let lines_of = |bar: &Bar| {
        if named(bar) {
            wrap(&bar.name, SMALL, left - 4.0 * PT - text(bar))
        } else {
            Vec::new()
        }
    };
    let lines: Vec<Vec<String>> = bars.iter().map(lines_of).collect();
    let (least, half) = if bars.len() > 5 {
        (12.0 * PT, 4.8 * PT)
    } else {
        (15.0 * PT, 5.6 * PT)
    };
    let pitch = |lines: &[String]| (lines.len() as f64 * 1.1 * SMALL + 4.0 * PT).max(least);
    let bottom = top + lines.iter().map(|lines| pitch(lines)).sum::<f64>() + 1.5 * PT;
    let panel = Panel {
        left,
        right,
        top,
        bottom,
        across: (0.0, most.max(1e-9)),
        up: (0.0, 1.0),
    };
    for &tick in ticks.at.iter().filter(|tick| **tick <= most * 1.0001) {
        let x = panel.x(tick);
        sheet.line(&[(x, top), (x, bottom)], GRID, 0.5 * PT, &[])?;
        sheet.line(&[(x, bottom), (x, bottom + 2.5 * PT)], INK, 0.7 * PT, &[])?;
        sheet.text(
            &ticks.words(tick),
            (x, bottom + 4.0 * PT + 0.73 * SMALL),
            typed(SMALL, Hang::Middle),
        )?;
    }
    let mut y = top;
    for (bar, lines) in bars.iter().zip(&lines) {
        let middle = y + 0.5 * pitch(lines);
        if let Some(style) = bar.style {
            sheet.marker((MARGIN + 4.0 * PT, middle), style, false)?;
        }
        let first = middle - 0.55 * SMALL * (lines.len() as f64 - 1.0);
        for (at, line) in lines.iter().enumerate() {
            sheet.text_mid(
                line,
                (text(bar), first + at as f64 * 1.1 * SMALL),
                typed(SMALL, Hang::Start),
            )?;
        }
        let (mut before, mut mark) = (0.0, None);
        for (at, (part, (_, fill))) in bar.parts.iter().zip(words.parts).enumerate() {
            let (from, to) = (panel.x(before), panel.x(before + part));
            sheet.filled((from, middle - half), (to, middle + half), *fill)?;
            if words.split == Some(at) {
                mark = Some(from);
            }
            let number = format!("{part:.decimals$}");
            if to - from > text_width(&number, SMALL) + 3.0 * PT {
                sheet.number_on(*fill, &number, (0.5 * (from + to), middle))?;
            }
            before += part;
        }
        if let Some(x) = mark {
            let reach = half + 1.4 * PT;
            sheet.line(&[(x, middle - reach), (x, middle + reach)], INK, 1.3 * PT, &[])?;
        }
        let number = format!("{before:.decimals$}");
        sheet.text_mid(&number, (panel.x(before) + 3.0 * PT, middle), typed(SMALL, Hang::Start))?;
        y += pitch(lines);
    }
    sheet.line(&[(left, top), (left, bottom)], INK, 0.7 * PT, &[])?;
    sheet.line(&[(left, bottom), (right, bottom)], INK, 0.7 * PT, &[])?;
    let end = bottom + 9.0 * PT + 0.73 * (SMALL + LABEL);
    sheet.text(words.axis, (0.5 * (left + right), end), typed(LABEL, Hang::Middle))?;
    Ok(end + 0.3 * LABEL)
}

/// A marker: its look, its number and its interval.
pub(super) type Dot = (LineStyle, f64, Option<(f64, f64)>);

/// A row of markers with its name.
pub(super) struct Dots {
    pub(super) name: String,
    pub(super) dots: Vec<Dot>,
}

/// Draws rows of markers on one axis with a line at zero, between `left` and `right`; returns where they end.
pub(super) fn dotted(
    sheet: &Sheet,
    (left, top): Place,
    right: f64,
    (title, axis): (&str, &str),
    rows: &[Dots],
) -> Result<f64, PlotError> {
    let narrow = sheet.page.narrow();
    sheet.text(title, (left, top + 0.8 * LABEL), typed(LABEL, Hang::Start))?;
    let names = if narrow { 74.0 * PT } else { 82.0 * PT };
    let most = rows.iter().map(|row| row.dots.len()).max().unwrap_or(0);
    let each = if most > 4 { 4.4 * PT } else { 5.6 * PT };
    let pitch = (each * most as f64 + 4.0 * PT).max(15.0 * PT);
    let ends = rows.iter().flat_map(|row| &row.dots).flat_map(|(_, at, interval)| {
        let (lo, hi) = interval.unwrap_or((*at, *at));
        [*at, lo, hi]
    });
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let ticks = Ticks::around(low, high.max(low + 1e-9));
    let panel = Panel {
        left: left + names,
        right,
        top: top + LABEL + 5.0 * PT,
        bottom: top + LABEL + 5.0 * PT + pitch * rows.len() as f64,
        across: ticks.range,
        up: (0.0, 1.0),
    };
    // Numbers may not run into each other.
    let widest = ticks
        .at
        .iter()
        .map(|&tick| text_width(&ticks.words(tick), SMALL))
        .fold(0.0, f64::max);
    let step = ticks
        .at
        .windows(2)
        .map(|pair| panel.x(pair[1]) - panel.x(pair[0]))
        .fold(f64::INFINITY, f64::min);
    let every = ((widest + 4.0 * PT) / step).ceil().max(1.0) as usize;
    let zero = ticks.at.iter().position(|tick| tick.abs() < 1e-12).unwrap_or(0);
    for (at, &tick) in ticks.at.iter().enumerate() {
        let x = panel.x(tick);
        sheet.line(&[(x, panel.top), (x, panel.bottom)], GRID, 0.5 * PT, &[])?;
        sheet.line(&[(x, panel.bottom), (x, panel.bottom + 2.5 * PT)], INK, 0.7 * PT, &[])?;
        if at.abs_diff(zero) % every == 0 {
            let place = (x, panel.bottom + 4.0 * PT + 0.73 * SMALL);
            sheet.text(&ticks.words(tick), place, typed(SMALL, Hang::Middle))?;
        }
    }
    sheet.line(
        &[(panel.left, panel.bottom), (panel.right, panel.bottom)],
        INK,
        0.7 * PT,
        &[],
    )?;
    sheet.line(
        &[(panel.x(0.0), panel.top), (panel.x(0.0), panel.bottom)],
        INK,
        0.9 * PT,
        &[],
    )?;
    for (at, row) in rows.iter().enumerate() {
        let from = panel.top + at as f64 * pitch;
        if at > 0 {
            sheet.line(&[(left, from), (panel.right, from)], GRID, 0.5 * PT, &[])?;
        }
        let lines = wrap(&row.name, SMALL, names - 4.0 * PT);
        let first = from + 0.5 * pitch - 0.55 * SMALL * (lines.len() as f64 - 1.0);
        for (line, words) in lines.iter().enumerate() {
            sheet.text_mid(
                words,
                (left, first + line as f64 * 1.1 * SMALL),
                typed(SMALL, Hang::Start),
            )?;
        }
        let step = (pitch - 4.0 * PT) / row.dots.len().max(1) as f64;
        for (order, (style, mean, interval)) in row.dots.iter().enumerate() {
            let y = from + 2.0 * PT + (order as f64 + 0.5) * step;
            if let Some((lo, hi)) = interval {
                sheet.lying((panel.x(*lo), y), panel.x(*hi), style.colour)?;
            }
            sheet.marker((panel.x(*mean), y), *style, false)?;
        }
    }
    let end = panel.bottom + 9.0 * PT + 0.73 * (SMALL + LABEL);
    let room = panel.right - left;
    let middle = if text_width(axis, LABEL) > panel.right - panel.left {
        left + 0.5 * room
    } else {
        0.5 * (panel.left + panel.right)
    };
    sheet.text(axis, (middle, end), typed(LABEL, Hang::Middle))?;
    Ok(end + 0.3 * LABEL)
}
