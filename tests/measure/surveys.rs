//! Invented surveys, and what the tests of `kangcun measure` do with them.
#![allow(dead_code)] // every test binary uses its own part of it

use super::common::ends;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Two strata of two PSUs of three households.
pub const TWELVE: &str = include_str!("twelve.csv");
/// Eight strata of five PSUs of ten households, about.
pub const HOUSEHOLDS: &str = include_str!("households.csv");
/// What every test says of the twelve.
pub const COLUMNS: &str =
    "--weight weight --size size --consumption consumption --oop oop --consumption-is gross --line 1000";
pub const DESIGN: &str = "--strata stratum --psu psu";

/// A folder with a survey in it.
pub fn with(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("survey.csv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// The result folder of a survey that is measured.
#[track_caller]
pub fn measured(text: &str, words: &str) -> TempDir {
    let (folder, _) = with(text);
    ends(folder.path(), &format!("measure survey.csv {words} --out result"), 0);
    folder
}

pub fn table(folder: &Path) -> String {
    fs::read_to_string(folder.join("result/indicators.csv")).unwrap()
}

pub type Record = BTreeMap<String, String>;

/// The rows of a table by the names of its columns.
pub fn records(table: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The rows of the twelve, measured with these words on top.
#[track_caller]
pub fn of_twelve(words: &str) -> Vec<Record> {
    records(&table(measured(TWELVE, &format!("{COLUMNS} {words}")).path()))
}

/// The row whose cells hold these texts; there is one.
#[track_caller]
pub fn row<'a>(rows: &'a [Record], cells: &[(&str, &str)]) -> &'a Record {
    let fits = |row: &&Record| cells.iter().all(|(column, text)| row[*column].contains(text));
    let found: Vec<&Record> = rows.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{cells:?}: {found:#?}");
    found[0]
}

#[track_caller]
pub fn near(row: &Record, column: &str, expected: f64, tolerance: f64) {
    let value: f64 = row[column].parse().unwrap_or_else(|_| panic!("no {column}: {row:?}"));
    let bound = tolerance * expected.abs().max(1e-3);
    assert!(
        (value - expected).abs() <= bound,
        "{column}: {value}, not {expected}: {row:?}"
    );
}

/// What a survey with these words ends with: bad data.
#[track_caller]
pub fn refused(text: &str, words: &str, parts: &[&str]) {
    let (folder, _) = with(text);
    let said = ends(folder.path(), &format!("measure survey.csv {words} --out result"), 65);
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    assert!(!folder.path().join("result").exists(), "something was written");
}

/// The twelve with the cell of a line (the header being line 1) replaced.
pub fn changed(line: usize, column: &str, to: &str) -> String {
    let rows: Vec<Vec<&str>> = TWELVE.lines().map(|line| line.split(',').collect()).collect();
    let at = rows[0].iter().position(|name| *name == column).unwrap();
    let mut text = String::new();
    for (number, mut row) in (1..).zip(rows) {
        if number == line {
            row[at] = to;
        }
        text += &(row.join(",") + "\n");
    }
    text
}

/// The survey with all cells of a column made anew.
pub fn remade(text: &str, column: &str, make: impl Fn(&str) -> String) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let at = header.split(',').position(|name| name == column).unwrap();
    let each = lines.map(|line| {
        let cells = line.split(',').enumerate();
        let cells: Vec<String> = cells
            .map(|(place, cell)| if place == at { make(cell) } else { cell.into() })
            .collect();
        cells.join(",")
    });
    std::iter::once(header.to_owned())
        .chain(each)
        .map(|line| line + "\n")
        .collect()
}
