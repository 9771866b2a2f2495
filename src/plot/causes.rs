//! Which part illness played in the returns to poverty, as one stacked bar a scenario.

use std::fmt::Write as _;

use super::axes::{MARGIN, heading, paragraph, source};
use super::series::replicates_in_words;
use super::sheet::{Hang, Place, Sheet, Type, WIDTH, draw, text_width, typed, wrap};
use super::style::{CAUSES, GRID, INK, LABEL, PT, SMALL, SOFT, convention_definition, grouped, line_name, words};
use super::table::{Row, Table};
use super::{Figure, PlotError};

/// One scenario's returns by class.
struct Returns {
    scenario: String,
    households: f64,
    /// Share in per cent and its interval, in the order of [`CAUSES`].
    shares: [(f64, Option<(f64, f64)>); 5],
}

/// Shares of returns to poverty by the part illness played, one bar a scenario.
pub(super) fn causes(table: &Table, replicates: &[f64]) -> Result<Option<Figure>, PlotError> {
    let mut wanted = vec![
        ("county", "all"),
        ("category", "lifted"),
        ("convention", "register"),
        ("year", "all"),
    ];
    let lines = table.distinct("line", &wanted)?;
    let Some(line) = lines.iter().find(|line| *line == "national").or(lines.first()) else {
        return Ok(None);
    };
    wanted.push(("line", line));
    let mut bars = Vec::new();
    for scenario in table.distinct("scenario", &wanted)? {
        let mut wanted = wanted.clone();
        wanted.push(("scenario", &scenario));
        bars.extend(returns_of(&table.rows_where(&wanted)?, &scenario)?);
    }
    if bars.is_empty() {
        return Ok(None);
    }

    let question = "Why did lifted households fall back?";
    let names = bars
        .iter()
        .map(|bar| wrap(&words(&bar.scenario), LABEL, 78.0 * PT))
        .collect::<Vec<_>>();
    let (pitch, thick) = (27.0 * PT, 19.0 * PT);
    let top = 82.0 * PT;
    let bottom = top + pitch * bars.len() as f64 + 2.0 * PT;
    let svg = draw(bottom + 36.0 * PT, |sheet| {
        heading(
            sheet,
            question,
            "Returns to poverty by the register, by the part illness played in them",
        )?;
        let left = MARGIN
            + names
                .iter()
                .flatten()
                .map(|name| text_width(name, LABEL))
                .fold(0.0, f64::max)
            + 7.0 * PT;
        let right = f64::from(WIDTH) - 92.0 * PT;
        legend(sheet, (MARGIN, 45.0 * PT))?;
        let x = |percent: f64| left + percent / 100.0 * (right - left);
        for tick in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
            sheet.line(&[(x(tick), top - 4.0 * PT), (x(tick), bottom)], GRID, 0.5 * PT, &[])?;
            let place = (x(tick), bottom + 4.0 * PT + 0.73 * SMALL);
            sheet.text(&format!("{tick:.0}"), place, typed(SMALL, Hang::Middle))?;
        }
        sheet.line(&[(left, bottom), (right, bottom)], INK, 0.7 * PT, &[])?;
        let place = (0.5 * (left + right), bottom + 9.0 * PT + 0.73 * (SMALL + LABEL));
        sheet.text("Share of returns to poverty, %", place, typed(LABEL, Hang::Middle))?;
        let (illness, count) = (right + 26.0 * PT, right + 67.0 * PT);
        let head = Type {
            colour: SOFT,
            ..typed(SMALL, Hang::Middle)
        };
        sheet.text("illness, %", (illness, top - 4.0 * PT), head)?;
        sheet.text("returns, n", (count, top - 4.0 * PT), head)?;
        for ((bar, name), order) in bars.iter().zip(&names).zip(0..) {
            let middle = top + pitch * (f64::from(order) + 0.5);
            let first = middle + 0.36 * LABEL - 0.59 * LABEL * (name.len() as f64 - 1.0);
            paragraph(sheet, name, (left - 6.0 * PT, first), typed(LABEL, Hang::End))?;
            shares(sheet, bar, (middle - 0.5 * thick, middle + 0.5 * thick), x)?;
            let (neither, interval) = bar.shares[4];
            let mean = middle - if interval.is_some() { 0.62 * SMALL } else { 0.0 };
            sheet.text_mid(
                &format!("{:.0}", 100.0 - neither),
                (illness, mean),
                typed(LABEL, Hang::Middle),
            )?;
            if let Some((lo, hi)) = interval {
                let text = format!("({:.0}\u{2013}{:.0})", (100.0 - hi).max(0.0), (100.0 - lo).min(100.0));
                let look = Type {
                    colour: SOFT,
                    ..typed(SMALL, Hang::Middle)
                };
                sheet.text_mid(&text, (illness, middle + 0.62 * SMALL), look)?;
            }
            sheet.text_mid(&grouped(bar.households), (count, mean), typed(LABEL, Hang::Middle))?;
        }
        Ok(())
    })?;
    let mut caption = format!(
        "{question}\n\nReturns to poverty of lifted households in all years and counties, by the part illness played, \
         found from the same household's year replayed without the medical bill, without the lost work, and without \
         both. {} Line: {}.\n",
        convention_definition("register"),
        line_name(line),
    );
    caption.push_str(
        "  the bill alone was enough: poor with the bill and no work lost, not poor with the lost work and no bill\n  \
         lost work alone was enough: the reverse\n  either alone was enough: poor with either of the two without the \
         other\n  both were needed: poor with neither of the two alone, only with both\n  not illness (income alone): \
         poor without the bill and without the lost work as well\n",
    );
    let counts: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {}", bar.scenario, grouped(bar.households)))
        .collect();
    let _ = writeln!(
        caption,
        "Column \u{201c}illness\u{201d}: the first four together, that is 100 less the share of \u{201c}not \
         illness\u{201d}. Returns (households, column households of the table): {}. Households poor only in a replay \
         are left out. {} replicates; numbers in brackets: 95% intervals over replicates (columns lo and hi), not of \
         the model's parameters. Numbers in a part are left out where they find no room.",
        counts.join("; "),
        replicates_in_words(replicates),
    );
    caption.push_str(&source("causes.csv"));
    Ok(Some(Figure {
        name: "causes",
        svg,
        caption,
    }))
}

/// Reads one scenario's five classes; none if it has no returns.
fn returns_of(rows: &[Row], scenario: &str) -> Result<Option<Returns>, PlotError> {
    let mut bar = Returns {
        scenario: scenario.to_owned(),
        households: 0.0,
        shares: [(0.0, None); 5],
    };
    let mut seen = [false; 5];
    for row in rows {
        let class = row.text("class")?;
        let Some(at) = CAUSES.iter().position(|(id, ..)| *id == class) else {
            if class == "shadow_only" {
                continue;
            }
            return Err(row.wrong(format!("`class` is `{class}`, which is not a class of returns")));
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(row.wrong(format!("a second row for scenario `{scenario}` and class `{class}`")));
        }
        let interval = row
            .number("lo")?
            .zip(row.number("hi")?)
            .map(|(lo, hi)| (100.0 * lo, 100.0 * hi));
        // Where a part is masked, the others are no whole.
        let (Some(households), Some(share)) = (row.number("households")?, row.number("share")?) else {
            return Ok(None);
        };
        bar.households += households;
        bar.shares[at] = (100.0 * share, interval);
    }
    let sum: f64 = bar.shares.iter().map(|(share, _)| share).sum();
    let (Some(last), true) = (rows.last(), sum > 0.0) else {
        return Ok(None);
    };
    if let Some(missing) = seen.iter().position(|seen| !seen) {
        return Err(last.wrong(format!(
            "scenario `{scenario}` has no row for class `{}`",
            CAUSES[missing].0
        )));
    }
    if (sum - 100.0).abs() > 1.0 {
        return Err(last.wrong(format!(
            "the shares of scenario `{scenario}` sum to {sum:.1}%; 100% was expected"
        )));
    }
    Ok(Some(bar))
}

/// Draws one horizontal bar with its numbers where they find room.
fn shares(sheet: &Sheet, bar: &Returns, (upper, lower): (f64, f64), x: impl Fn(f64) -> f64) -> Result<(), PlotError> {
    let mut from = 0.0;
    for ((share, interval), (_, _, fill)) in bar.shares.iter().zip(CAUSES) {
        let (left, right) = (x(from), x(from + share));
        from += share;
        sheet.filled((left, upper), (right, lower), fill)?;
        let look = Type {
            colour: fill.ink(),
            ..typed(SMALL, Hang::Middle)
        };
        let (middle, height) = (0.5 * (left + right), 0.5 * (upper + lower));
        let room = right - left - 4.0 * PT;
        let number = format!("{share:.0}");
        let range = interval.map(|(lo, hi)| format!("({lo:.0}\u{2013}{hi:.0})"));
        match range {
            Some(range) if text_width(&range, SMALL) <= room => {
                sheet.text_mid(&number, (middle, height - 0.6 * SMALL), look)?;
                sheet.text_mid(&range, (middle, height + 0.6 * SMALL), look)?;
            }
            _ if text_width(&number, SMALL) <= room => {
                sheet.number_on(fill, &number, (middle, height))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The names of the classes in the order of the stack, in rows.
fn legend(sheet: &Sheet, (left, top): Place) -> Result<(), PlotError> {
    let side = 7.0 * PT;
    let (mut x, mut y) = (left, top);
    for (_, name, fill) in CAUSES {
        let width = side + 4.0 * PT + text_width(name, LABEL);
        if x > left && x + width > f64::from(WIDTH) - MARGIN {
            (x, y) = (left, y + 13.0 * PT);
        }
        sheet.filled((x, y - 0.5 * side), (x + side, y + 0.5 * side), fill)?;
        sheet.text_mid(name, (x + side + 4.0 * PT, y), typed(LABEL, Hang::Start))?;
        x += width + 13.0 * PT;
    }
    Ok(())
}
