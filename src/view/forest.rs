//! What each programme of a sweep changes, as bars with intervals.

use super::numbers::{Number, Style, unit};
use super::written::Table;
use super::{ViewError, Wanted, chosen, words};
use crate::terminal::chart::{Bar, Bars};
use crate::terminal::{SOFT, Screen};
use anstyle::Style as Paint;
use std::path::Path;

pub(super) fn view(tables: &Path, wanted: &Wanted, screen: &Screen) -> Result<String, ViewError> {
    let table = Table::read(&tables.join("programmes.csv"), None)?;
    // Roles are what every programme has; an indicator may be had by some.
    let roles = table.distinct("role", &[])?;
    let indicators = table.distinct("indicator", &[])?;
    let (column, value) = match wanted.indicator.as_deref() {
        None => ("role", chosen("role", None, &roles, &["return"])?),
        Some(role) if roles.iter().any(|own| own == role) => ("role", role.to_owned()),
        Some(own) => {
            let present: Vec<String> = roles.iter().chain(&indicators).cloned().collect();
            ("indicator", chosen("indicator", Some(own), &present, &[])?)
        }
    };
    let rows = table.rows_where(&[(column, &value)])?;
    let mut numbers = Vec::new();
    let (mut name, mut replicates, mut group) = (String::new(), 0.0_f64, String::new());
    let mut units: Vec<&str> = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for row in &rows {
        // An indicator may stand in several roles of a programme: it is the same number.
        let who = (row.text("programme")?, row.text("group")?);
        if column == "indicator" && seen.contains(&who) {
            continue;
        }
        seen.push(who);
        let (own, factor) = unit(row.text("unit")?, true);
        if !units.contains(&own) {
            units.push(own);
        }
        name = words(row.text("indicator")?);
        row.text("group")?.clone_into(&mut group);
        replicates = replicates.max(row.number("replicates")?.unwrap_or(0.0));
        let number = row.estimate("difference")?.map(|number| number.times(factor));
        numbers.push((row, number, row.flag("beyond_noise")?));
    }
    let one = units.len() == 1;
    let style = Style::of(numbers.iter().filter_map(|own| own.1), true);
    let mut bars = Vec::new();
    for (row, number, beyond) in &numbers {
        let taken = row.text("comparator")? != "added";
        let text = mark(style.text(*number), *beyond);
        let Some(Number { mean, interval, few }) = *number else {
            continue;
        };
        bars.push(Bar {
            group: section(row.text("section")?),
            label: format!("{}{}", row.text("programme")?, if taken { " -" } else { "" }),
            mean: one.then_some(mean),
            interval,
            number: if one {
                text
            } else {
                format!("{text} {} {}", words(row.text("indicator")?), row.text("unit")?)
            },
            style: if *beyond { Paint::new().bold() } else { SOFT },
            hollow: few,
        });
    }
    let what = match (value.as_str(), one) {
        ("return", _) => {
            "Lifted households that return to poverty by the register, per 1,000 and year (below 0: fewer)".to_owned()
        }
        ("declared", false) => "What each programme says it moves first".to_owned(),
        (_, true) => format!("{name} of {group}, {}", units[0]),
        (other, false) => words(other),
    };
    let mut text = String::new();
    text += &screen.paragraph(
        "",
        0,
        &format!(
            "What each programme changes beside the scenario that it is held against, over the same luck: mean and 95% interval of paired \
             differences, {replicates} replicates. *: beyond noise; !, hollow: fewer than 20 events; -: taken away from its base, effects are \
             those of having it."
        ),
    );
    text.push('\n');
    let title = what;
    if one {
        text += &Bars {
            title,
            bars,
            filled: false,
        }
        .text(screen, wanted.letters);
    } else {
        text += &listed(&title, &bars, screen);
    }
    Ok(text)
}

/// A section of the text by its number, else as it is called.
fn section(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Section {name}")
    } else {
        name.to_owned()
    }
}

/// Numbers in several units have no common axis.
fn listed(title: &str, bars: &[Bar], screen: &Screen) -> String {
    use crate::terminal::table::{Column, Table};
    let mut table = Table::new(vec![Column::words("programme"), Column::wraps(title, 30)]);
    let mut group = "";
    for bar in bars {
        if bar.group != group {
            group = &bar.group;
            table.heading(group.to_owned());
        }
        table.row([format!("  {}", bar.label), bar.number.clone()]);
    }
    table.text(screen)
}

/// With a star before the interval where the number is beyond noise.
fn mark(text: String, beyond: bool) -> String {
    if !beyond {
        return text;
    }
    match text.split_once(' ') {
        Some((mean, interval)) => format!("{mean}* {interval}"),
        None => text + "*",
    }
}
