//! What was measured, as text, CSV, JSON and Parquet.

use super::estimate::{Estimate, Measurement};
use crate::measure::Weight;
use crate::output::parquet::Cells;
use crate::problem::{Problem, Problems};
use crate::terminal::table::{Cell as Shown, Column, Table};
use crate::terminal::{CAUTION, HEADING, SOFT, Screen, wrapped};
use anstyle::Style;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The columns of the table of estimates.
pub const COLUMNS: [&str; 16] = [
    "indicator",
    "variant",
    "convention",
    "weight",
    "group",
    "n",
    "events",
    "value",
    "se",
    "ci_low",
    "ci_high",
    "interval",
    "method",
    "df",
    "few_events",
    "note",
];

/// A cell of the table of estimates.
enum Cell {
    Text(String),
    Number(Option<f64>),
    Count(Option<usize>),
    Flag(Option<bool>),
}

impl Cell {
    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    /// As it stands in a CSV file.
    fn written(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.map_or(String::new(), |number| number.to_string()),
            Cell::Count(count) => count.map_or(String::new(), |count| count.to_string()),
            Cell::Flag(flag) => flag.map_or(String::new(), |flag| flag.to_string()),
        }
    }

    fn json(self) -> Value {
        match self {
            Cell::Text(text) => Value::from(text),
            Cell::Number(number) => Value::from(number),
            Cell::Count(count) => Value::from(count),
            Cell::Flag(flag) => Value::from(flag),
        }
    }
}

/// The word for whom an indicator is counted over.
pub fn counted_over(weight: Weight) -> &'static str {
    match weight {
        Weight::Persons => "persons",
        Weight::Households => "households",
    }
}

/// What stands in the columns. Where there is no value, it has no method, degrees of freedom or mark either.
fn cells(one: &Estimate) -> [Cell; COLUMNS.len()] {
    let [low, high] = one.interval.map_or([None; 2], |ends| ends.map(Some));
    [
        Cell::text(one.indicator),
        Cell::text(&one.variant),
        Cell::text(&one.convention),
        Cell::text(counted_over(one.weight)),
        Cell::text(&one.group),
        Cell::Count(one.n),
        Cell::Count(one.events),
        Cell::Number(one.value),
        Cell::Number(one.se),
        Cell::Number(low),
        Cell::Number(high),
        Cell::text(one.scale),
        Cell::text(one.value.map_or("", |_| one.method)),
        Cell::Count(one.value.map(|_| one.df)),
        Cell::Flag(one.value.map(|_| one.few)),
        Cell::text(&one.note),
    ]
}

/// The estimates as comma-separated values, a line an estimate.
pub fn csv(estimates: &[Estimate]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    // Memory takes what is written.
    let _ = table.write_record(COLUMNS);
    for one in estimates {
        let _ = table.write_record(cells(one).map(|cell| cell.written()));
    }
    String::from_utf8(table.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The estimates as Parquet.
///
/// # Errors
/// When the library cannot write them.
pub fn parquet(estimates: &[Estimate]) -> Result<Vec<u8>, Problems> {
    let rows: Vec<[Cell; COLUMNS.len()]> = estimates.iter().map(cells).collect();
    let column = |at: usize| {
        let cells = rows.iter().map(|row| &row[at]);
        match rows.first().map(|row| &row[at]) {
            Some(Cell::Number(_)) => Cells::Number(
                cells
                    .map(|cell| if let Cell::Number(number) = cell { *number } else { None })
                    .collect(),
            ),
            Some(Cell::Count(_)) => {
                let count = |cell: &Cell| {
                    if let Cell::Count(count) = cell {
                        count.map(|count| count as i64)
                    } else {
                        None
                    }
                };
                Cells::Whole(cells.map(count).collect())
            }
            Some(Cell::Flag(_)) => {
                let flag = |cell: &Cell| Some(cell.written()).filter(|text| !text.is_empty());
                Cells::Text(cells.map(flag).collect())
            }
            _ => Cells::Text(cells.map(|cell| Some(cell.written())).collect()),
        }
    };
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)));
    crate::output::parquet::bytes(columns.collect())
        .map_err(|error| Problem::new(format!("the table cannot be written as Parquet: {error}")).into())
}

/// What there is to say of them, and the estimates, as JSON.
pub fn json(head: Value, estimates: &[Estimate]) -> String {
    let estimate = |one: &Estimate| -> Value {
        let cells = COLUMNS
            .iter()
            .zip(cells(one))
            .map(|(name, cell)| ((*name).to_owned(), cell.json()));
        Value::Object(cells.collect::<Map<String, Value>>())
    };
    let estimates: Vec<Value> = estimates.iter().map(estimate).collect();
    let mut all = head;
    all["estimates"] = Value::from(estimates);
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// The manifest of a folder of these files.
pub fn manifest(head: Value, (command, when): (&str, &str), files: &[(&str, Vec<u8>)]) -> String {
    let mut all = head;
    all["program"] = "kangcun".into();
    all["version"] = env!("CARGO_PKG_VERSION").into();
    all["command"] = command.into();
    all["run_at"] = when.into();
    let hashes = files
        .iter()
        .map(|(name, content)| ((*name).to_owned(), crate::population::hash(content).into()));
    all["files_blake3"] = Value::Object(hashes.collect());
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// What there is to say of them, and a table for each group; estimates of one convention stand under it.
pub fn text(head: &str, estimates: &[Estimate], screen: &Screen) -> String {
    let mut text = String::new();
    for line in head.lines() {
        // In a file, a line that is said is a line.
        for line in wrapped("", 2, line, screen.width.unwrap_or(usize::MAX)) {
            let _ = writeln!(text, "{line}");
        }
    }
    for group in estimates.chunk_by(|one, other| one.group == other.group) {
        let _ = writeln!(text, "\n{}", screen.paint(&group[0].group, HEADING));
        let mut table = Table::new(vec![
            Column::wraps("indicator", 24),
            Column::numbers("value"),
            Column::numbers("SE"),
            Column::numbers("95% interval"),
            Column::numbers("rows"),
            Column::numbers("events"),
            Column::wraps("", 24),
        ]);
        let alike =
            |one: &Estimate, other: &Estimate| (one.weight, &one.convention) == (other.weight, &other.convention);
        for same in group.chunk_by(alike) {
            let under = format!("{}; {}", counted_over(same[0].weight), same[0].convention);
            table.below(0, Shown::styled(under, SOFT));
            for one in same {
                table.row(line(one));
            }
        }
        text += &table.text(screen);
    }
    if estimates.iter().any(is_marked) {
        text += "\n* fewer than 20 events\n";
    }
    text
}

/// The indicator with its variant.
fn named(one: &Estimate) -> String {
    match one.variant.as_str() {
        "" => one.indicator.to_owned(),
        variant => format!("{}, {variant}", one.indicator),
    }
}

/// Whether it is marked as one of few events.
fn is_marked(one: &Estimate) -> bool {
    one.few && one.value.is_some()
}

/// An estimate in the table of its group.
fn line(one: &Estimate) -> [Shown; 7] {
    let count = |count: Option<usize>| count.map_or("-".to_owned(), |count| count.to_string());
    let interval = one
        .interval
        .map_or("-".into(), |[low, high]| format!("{} to {}", short(low), short(high)));
    let (mark, style) = if is_marked(one) {
        ("*", CAUTION)
    } else {
        ("", Style::new())
    };
    let as_given = one.method.strip_prefix("linearised, ").unwrap_or_default();
    let notes: Vec<&str> = [as_given, &one.note]
        .into_iter()
        .filter(|note| !note.is_empty())
        .collect();
    let note = if notes.is_empty() {
        String::new()
    } else {
        format!("[{}]", notes.join("; "))
    };
    [
        format!("  {}", named(one)),
        one.value.map_or("-".into(), short),
        one.se.map_or("-".into(), short),
        interval,
        count(one.n),
        format!("{}{mark}", count(one.events)),
        note,
    ]
    .map(|text| Shown::styled(text, style))
}

impl Measurement {
    /// What was read, and how.
    pub fn head_json(&self) -> Value {
        let [strata, psus, lone] = self.design;
        json!({
            "survey": self.file,
            "survey_blake3": self.blake3,
            "rows_read": self.account.read,
            "rows_used": self.account.used(),
            "rows_of_weight_zero": self.account.weightless,
            "rows_left_out": self.account.left_out,
            "notes": self.account.notes,
            "strata": strata,
            "psus": psus,
            "strata_of_one_psu": lone,
            "errors": self.errors,
            "indicators_left_out": self.absent,
        })
    }

    /// What was read and how, in words.
    pub fn head(&self) -> String {
        let account = &self.account;
        let mut text = format!("{}: {} rows read, {} used", self.file, account.read, account.used());
        if account.weightless > 0 {
            let _ = write!(text, ", {} of weight zero (drawn, but unused)", account.weightless);
        }
        for (reason, rows) in &account.left_out {
            let _ = write!(text, ", {rows} left out ({reason})");
        }
        text.push('\n');
        for note in &account.notes {
            let _ = writeln!(text, "note: {note}");
        }
        let [strata, psus, lone] = self.design;
        let many = if strata == 1 { "stratum" } else { "strata" };
        let _ = write!(text, "design: {psus} PSUs in {strata} {many}");
        if lone > 0 {
            let _ = write!(text, ", {lone} of one PSU");
        }
        let _ = writeln!(text, "; errors: {}", self.errors);
        for reason in &self.absent {
            let _ = writeln!(text, "left out: {reason}");
        }
        text
    }
}

/// Five or six digits.
fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 100_000.0 => format!("{number:.0}"),
        size if size >= 100.0 => format!("{number:.1}"),
        size if size >= 10.0 => format!("{number:.3}"),
        _ => format!("{number:.5}"),
    }
}
