//! The rows of a survey file, as texts with the line on which each stands.

use crate::problem::Problem;
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
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
pub struct File {
    /// Its name without folders.
    pub name: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
    /// The hash of the file.
    pub blake3: String,
}

/// Reads a CSV file with a header line, in UTF-8, or a Parquet file of plain columns. Messages call it `what`, such as "the
/// survey".
///
/// # Errors
/// When it cannot be read, or has no rows.
pub fn read(path: &Path, what: &str) -> Result<File, Problem> {
    let shown = path.display();
    let help = "it must be CSV with a header line, in UTF-8, or Parquet (plain columns, Snappy or no compression)";
    let wrong = |why: String| Problem::new(format!("cannot read {what} `{shown}`: {why}")).help(help);
    let ending = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    let read = if ending("parquet") {
        parquet_rows
    } else if ending("csv") {
        csv_rows
    } else {
        return Err(wrong("it ends neither in .csv nor in .parquet".into()));
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let blake3 = crate::population::hash(&bytes);
    let (columns, rows) = read(&bytes).map_err(wrong)?;
    let twin = |(at, name): (usize, &String)| columns[..at].contains(name).then(|| name.clone());
    if let Some(twin) = columns.iter().enumerate().find_map(twin) {
        return Err(wrong(format!("two columns are called `{twin}`")));
    }
    if rows.is_empty() {
        return Err(wrong("it has no rows".into()));
    }
    Ok(File {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        columns,
        rows,
        blake3,
    })
}

fn csv_rows(bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>), String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headers = reader.headers().map_err(|error| error.to_string())?;
    let columns = headers.iter().map(|name| name.trim().to_owned()).collect();
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| error.to_string())?;
        Ok(Row {
            line: record.position().map_or(0, csv::Position::line),
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        })
    };
    let rows: Result<Vec<Row>, String> = reader.records().map(row).collect();
    Ok((columns, rows?))
}

fn parquet_rows(bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>), String> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(|error| error.to_string())?;
    let schema = reader.metadata().file_metadata().schema();
    if let Some(nested) = schema.get_fields().iter().find(|field| field.is_group()) {
        return Err(format!("its column `{}` is nested", nested.name()));
    }
    let columns = schema
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    let mut rows = Vec::new();
    for (row, line) in reader.get_row_iter(None).map_err(|error| error.to_string())?.zip(1..) {
        let row = row.map_err(|error| error.to_string())?;
        let cells = row.get_column_iter().map(|(_, field)| text(field)).collect();
        rows.push(Row { line, cells });
    }
    Ok((columns, rows))
}

/// A cell as it would stand in a CSV file: whole numbers without a point, nothing for null and for not-a-number.
fn text(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.trim().to_owned(),
        Field::Float(number) if number.is_nan() => String::new(),
        Field::Double(number) if number.is_nan() => String::new(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        other => other.to_string(),
    }
}
