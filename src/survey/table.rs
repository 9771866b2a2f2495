//! The rows of a survey file, as texts with the line on which each stands.

use crate::problem::Problem;
use std::path::Path;

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its line in the file, the header being line 1; in a Parquet file, the number of the row.
    pub line: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// A file of rows.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Its name without folders.
    pub file: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The hash of the file.
    pub blake3: String,
}

/// Reads a CSV file with a header line, in UTF-8.
///
/// # Errors
/// When it cannot be read, or has no rows.
pub fn read(path: &Path) -> Result<Rows, Problem> {
    let shown = path.display();
    let wrong = |what: String| Problem::new(format!("cannot read the survey `{shown}`: {what}"));
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let file = path
        .file_name()
        .map_or(String::new(), |name| name.to_string_lossy().into_owned());
    if !path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
    {
        return Err(
            wrong("it does not end in .csv".into()).help("write the survey as CSV, with a header line, in UTF-8")
        );
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&bytes[..]);
    let help = "a survey file is CSV with a header line, in UTF-8";
    let headers = reader.headers().map_err(|error| wrong(error.to_string()).help(help))?;
    let columns: Vec<String> = headers.iter().map(|name| name.trim().to_owned()).collect();
    if let Some(twin) = columns
        .iter()
        .enumerate()
        .find_map(|(at, name)| columns[..at].contains(name).then_some(name))
    {
        return Err(wrong(format!("two columns are called `{twin}`")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()).help(help))?;
        rows.push(Row {
            line: record.position().map_or(0, csv::Position::line),
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        });
    }
    if rows.is_empty() {
        return Err(wrong("it has no rows".into()).help(help));
    }
    let blake3 = crate::population::hash(&bytes);
    Ok(Rows {
        file,
        columns,
        rows,
        blake3,
    })
}
