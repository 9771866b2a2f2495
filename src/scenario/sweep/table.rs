//! The table of a design that lists its points: a row a point, a column an axis.

use super::axes::{self, NONE, card_of};
use super::crossed::{Axis, File, Layout, Level, Levels, Listed, Moves, Value};
use super::levels::number_value;
use crate::problem::{Place, Problem, Source};
use crate::scenario::files::{ALL_FOLDERS, Files, PROGRAMME_FOLDERS, Spot};
use crate::scenario::node::{Reader, Table, get};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The axes of the columns, and the level of each row in each.
pub(super) fn read(reader: &mut Reader, top: &Table, spot: &Spot, files: &Files) -> (Vec<Axis>, Layout) {
    let nothing = (Vec::new(), Layout::Table(Vec::new()));
    if let Some(node) = get(top, "axes") {
        let help = "the columns of the table are its axes: leave `[[axes]]` or `design` out".to_owned();
        reader.push(&node.key, "axes beside a table", "not read", Some(help));
        return nothing;
    }
    let Some(node) = get(top, "table") else {
        let at = get(top, "design").map_or(0..0, |node| node.span.clone());
        let help = "add `table = \"points.csv\"`".to_owned();
        reader.push(&at, "a design of `table` without a table", "which table?", Some(help));
        return nothing;
    };
    let Some(name) = reader.text(top, "table") else {
        return nothing;
    };
    let path = if name.contains('/') { name } else { format!("./{name}") };
    match files.find(&path, Some(spot), &[]) {
        Ok((own, source)) => {
            let mut table = Reader::new(source);
            let read = points(&mut table, &own, files);
            reader.problems.append(&mut table.problems);
            read
        }
        Err(problem) => {
            reader.problems.push(problem.at(reader.place(&node.span), "named here"));
            nothing
        }
    }
}

/// A row of cells and the bytes of its line.
struct Row {
    cells: Vec<String>,
    start: usize,
}

fn rows(reader: &mut Reader) -> Option<Vec<Row>> {
    let source: Arc<Source> = Arc::clone(&reader.source);
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(source.text.as_bytes());
    let mut rows = Vec::new();
    for record in table.records() {
        match record {
            Ok(record) => rows.push(Row {
                cells: record.iter().map(str::to_owned).collect(),
                start: start_of(&source.text, record.position().map_or(0, |at| at.byte() as usize)),
            }),
            Err(error) => {
                let problem = Problem::new(format!("not a table: {error}"));
                reader.problems.push(problem.at(reader.place(&(0..0)), "in this file"));
                return None;
            }
        }
    }
    Some(rows)
}

/// The first byte of a row: past the lines that are empty or only said to be comments.
fn start_of(text: &str, at: usize) -> usize {
    let mut start = at.min(text.len());
    while let Some(line) = text.get(start..).and_then(|rest| rest.split_inclusive('\n').next()) {
        if !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
        start += line.len();
    }
    start
}

impl Row {
    fn place(&self, reader: &Reader) -> Place {
        reader.place(&(self.start..reader.source.text.len()))
    }
}

fn points(reader: &mut Reader, spot: &Spot, files: &Files) -> (Vec<Axis>, Layout) {
    let nothing = (Vec::new(), Layout::Table(Vec::new()));
    let Some(all) = rows(reader) else { return nothing };
    let Some((header, rows)) = all.split_first().filter(|(_, rows)| !rows.is_empty()) else {
        let problem = Problem::new("a table without rows").at(reader.place(&(0..0)), "no point");
        let help = "write the names of its columns, then a row for each point";
        reader.problems.push(problem.help(help));
        return nothing;
    };
    let before = reader.problems.len();
    for (at, name) in header.cells.iter().enumerate() {
        let wrong = if name.is_empty() {
            Some(("a column without a name".to_owned(), "name it, or take its comma away"))
        } else if header.cells[..at].contains(name) {
            let title = format!("two columns are called `{name}`");
            Some((title, "a rule has one value at a point: take one away"))
        } else {
            None
        };
        if let Some((title, help)) = wrong {
            let problem = Problem::new(title).at(header.place(reader), "names of columns");
            reader.problems.push(problem.help(help));
        }
    }
    for row in rows {
        let (has, needs) = (row.cells.len(), header.cells.len());
        if has != needs {
            let title = format!("a row of {has} cells in a table of {needs} columns");
            let problem = Problem::new(title).at(row.place(reader), "this row");
            let help = "write a value for each column; a cell with a comma stands in quotes";
            reader.problems.push(problem.help(help));
        } else if let Some(at) = row.cells.iter().position(String::is_empty) {
            let title = format!("a row without a value for `{}`", header.cells[at]);
            let problem = Problem::new(title).at(row.place(reader), "an empty cell");
            let help = "each row says all of its point; no programme is `none`";
            reader.problems.push(problem.help(help));
        }
    }
    if reader.problems.len() > before {
        return nothing;
    }
    let mut axes = Vec::new();
    let mut points = vec![Vec::with_capacity(header.cells.len()); rows.len()];
    for (column, name) in header.cells.iter().enumerate() {
        let mut levels: BTreeMap<&str, u32> = BTreeMap::new();
        let mut firsts: Vec<&Row> = Vec::new();
        for (row, point) in rows.iter().zip(&mut points) {
            let level = *levels.entry(&row.cells[column]).or_insert_with(|| {
                firsts.push(row);
                firsts.len() as u32 - 1
            });
            point.push(level);
        }
        axes.push(axis(reader, header.place(reader), name, column, &firsts, spot, files));
    }
    axes::check_names(reader, &axes);
    (axes, Layout::Table(points))
}

/// The axis of a column whose different cells stand first in `firsts`.
fn axis(
    reader: &mut Reader,
    place: Place,
    name: &str,
    column: usize,
    firsts: &[&Row],
    spot: &Spot,
    files: &Files,
) -> Axis {
    let mut labels = Vec::new();
    let mut find = |row: &Row, name: &str, folders: &[&str]| -> Option<File> {
        let span = row.start..reader.source.text.len();
        axes::file(reader, name, &span, spot, files, folders)
    };
    let moves = match name {
        "scenario" => {
            let scenario = |row: &&Row| find(row, &row.cells[column], ALL_FOLDERS);
            Moves::Scenarios(firsts.iter().filter_map(scenario).collect())
        }
        "programmes" => {
            let mut list = |row: &&Row| -> Vec<File> {
                let names = row.cells[column].split('+').map(str::trim).filter(|name| *name != NONE);
                names.filter_map(|name| find(row, name, PROGRAMME_FOLDERS)).collect()
            };
            Moves::Programmes(firsts.iter().map(&mut list).collect())
        }
        "label" => {
            labels = firsts.iter().map(|row| row.cells[column].clone()).collect();
            let level = |row: &&Row| Listed {
                values: Vec::new(),
                place: row.place(reader),
            };
            Moves::Rules {
                paths: Vec::new(),
                levels: Levels::List(firsts.iter().map(level).collect()),
            }
        }
        _ => {
            let level = |row: &&Row| Listed {
                values: vec![cell(&row.cells[column])],
                place: row.place(reader),
            };
            let levels = Levels::List(firsts.iter().map(level).collect());
            match name.strip_prefix("card:") {
                Some(card) => {
                    let (programme, path) = card_of(card);
                    Moves::Card {
                        programme,
                        path,
                        levels,
                    }
                }
                None => Moves::Rules {
                    paths: vec![name.to_owned()],
                    levels,
                },
            }
        }
    };
    Axis {
        name: name.strip_prefix("card:").unwrap_or(name).to_owned(),
        place,
        moves,
        labels,
    }
}

/// A value as a cell has it: a number, a truth, a list, or a word.
fn cell(text: &str) -> Value {
    let word = || Value {
        text: toml::Value::String(text.to_owned()).to_string(),
        level: Level::Text(text.to_owned()),
    };
    if let Ok(whole) = text.parse::<i64>() {
        return Value {
            text: whole.to_string(),
            level: Level::Number(whole as f64),
        };
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => return number_value(number, false),
        _ => {}
    }
    let is_plain = matches!(text, "true" | "false") || text.starts_with('[');
    if is_plain && format!("cell = {text}").parse::<toml::Table>().is_ok() {
        return Value {
            text: text.to_owned(),
            level: Level::Text(text.to_owned()),
        };
    }
    word()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_truths_lists_or_words() {
        for (text, written, number) in [
            ("300", "300", Some(300.0)),
            ("0.5", "0.5", Some(0.5)),
            (".5", "0.5", Some(0.5)),
            ("1e-3", "0.001", Some(0.001)),
            ("true", "true", None),
            ("county", "\"county\"", None),
            ("[0.5, 0.5]", "[0.5, 0.5]", None),
            ("inf", "\"inf\"", None),
        ] {
            let value = cell(text);
            assert_eq!(value.text, written);
            let level = number.map_or(Level::Text(text.to_owned()), Level::Number);
            assert_eq!(value.level, level);
        }
    }
}
