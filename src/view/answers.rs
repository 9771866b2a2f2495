//! How many return because of illness: the answers of `attribute`, as bars.

use super::numbers::{Style, plain};
use super::written::Table;
use super::{ViewError, Wanted, chosen, words};
use crate::terminal::Screen;
use crate::terminal::chart::{Bar, Bars, colour};
use std::path::Path;

/// What is counted, and what it is called.
const RATES: [(&str, &str); 3] = [
    ("hazard", "Returns in a year"),
    ("cumulative", "Returned at least once"),
    ("poor", "Poor at a close"),
];

pub(super) fn view(tables: &Path, wanted: &Wanted, screen: &Screen) -> Result<String, ViewError> {
    let table = Table::read(&tables.join("attributable.csv"), None)?;
    let convention = table.distinct("convention", &[])?;
    let convention = chosen("convention", wanted.convention.as_deref(), &convention, &["register"])?;
    let line = table.distinct("line", &[("convention", &convention)])?;
    let line = chosen("line", wanted.line.as_deref(), &line, &["national"])?;
    let mut about = vec![
        ("convention", convention.as_str()),
        ("line", line.as_str()),
        ("counted_by", "household"),
    ];
    let year = table.distinct("year", &about)?;
    let year = chosen("year", wanted.year.as_deref(), &year, &["all"])?;
    about.push(("year", &year));
    let scenario = chosen("scenario", None, &table.distinct("scenario", &[])?, &[])?;
    let mut text = String::new();
    let when = if year == "all" {
        "all years".to_owned()
    } else {
        year.clone()
    };
    let mut replicates = 0.0_f64;
    for row in table.rows_where(&about)? {
        replicates = replicates.max(row.number("replicates")?.unwrap_or(0.0));
    }
    text += &screen.paragraph(
        "",
        0,
        &format!(
            "Returns to poverty because of illness: {scenario}, {when}; {}, line {}; per 1,000 lifted households, mean and 95% interval, \
             {replicates} replicates; %: of all; !, hollow: fewer than 20 returns",
            words(&convention),
            words(&line)
        ),
    );
    for (rate, name) in RATES {
        let mut about = about.clone();
        about.push(("rate", rate));
        let rows = table.rows_where(&about)?;
        if rows.is_empty() {
            continue;
        }
        let mut numbers = Vec::new();
        for row in &rows {
            numbers.extend(row.estimate("averted_per_1000")?.map(|number| (row, number)));
        }
        let style = Style::of(numbers.iter().map(|own| own.1), false);
        let mut bars = Vec::new();
        if let Some(fact) = rows[0].number("fact_per_1000")? {
            bars.push(Bar {
                group: String::new(),
                label: "in fact".to_owned(),
                mean: Some(fact),
                interval: None,
                number: plain(fact, 2, false),
                style: colour(0),
                hollow: false,
            });
        }
        for (row, number) in numbers {
            let share = row.number("share_of_returns")?.filter(|_| rate == "hazard");
            let share = share.map_or(String::new(), |share| format!("; {:.0}%", 100.0 * share));
            let measure = row.text("measure")?;
            bars.push(Bar {
                group: String::new(),
                label: words(measure.strip_prefix("attributable_").unwrap_or(measure)),
                mean: Some(number.mean),
                interval: number.interval,
                number: style.text(Some(number)) + &share,
                style: colour(1),
                hollow: number.few,
            });
        }
        text.push('\n');
        let title = format!("{name}, per 1,000: in fact, and how many fewer without illness");
        text += &Bars {
            title,
            bars,
            filled: true,
        }
        .text(screen, wanted.letters);
    }
    text += &questions(tables, screen)?;
    Ok(text)
}

/// The question that each answers, from the dictionary of the result.
fn questions(tables: &Path, screen: &Screen) -> Result<String, ViewError> {
    let file = tables.join("dictionary.csv");
    if !file.is_file() {
        return Ok(String::new());
    }
    let table = Table::read(&file, None)?;
    let mut text = "\n".to_owned();
    for row in table.rows_where(&[])? {
        let measure = row.text("measure")?;
        if let Some(short) = measure.strip_prefix("attributable_") {
            text += &screen.paragraph(&format!("{}: ", words(short)), 4, row.text("question")?);
        }
    }
    Ok(text)
}
