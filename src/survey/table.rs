//! The rows of a survey file, as texts with the line on which each stands.

use crate::problem::{Problem, Problems, suggest};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;
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
    let (format, file) = open(path, what)?;
    let rows = format.rows(&file, None).map_err(|why| unreadable(path, what, &why))?;
    with_rows(path, what, file, rows)
}

/// As [`read`], keeping the cells of these columns alone, in this order. Rows of a CSV file must be as long as its header.
///
/// # Errors
/// Also when the file lacks a column.
pub fn read_columns(path: &Path, what: &str, wanted: &[&str]) -> Result<File, Problems> {
    let (format, mut file) = open(path, what)?;
    let (mut places, mut problems) = (Vec::new(), Vec::new());
    for name in wanted {
        match file.columns.iter().position(|column| column == name) {
            Some(place) => places.push(place),
            None => problems.push(
                Problem::new(format!("`{}` has no column `{name}`", file.name))
                    .help_if(suggest(name, file.columns.iter().map(String::as_str))),
            ),
        }
    }
    Problems::or(problems, ())?;
    let rows = format
        .rows(&file, Some(&places))
        .map_err(|why| unreadable(path, what, &why))?;
    file.columns = wanted.iter().map(ToString::to_string).collect();
    Ok(with_rows(path, what, file, rows)?)
}

fn unreadable(path: &Path, what: &str, why: &str) -> Problem {
    let help = "it must be CSV with a header line, in UTF-8, or Parquet (plain columns, Snappy or no compression)";
    Problem::new(format!("cannot read {what} `{}`: {why}", path.display())).help(help)
}

/// A file of which the header is read.
struct Opened {
    name: String,
    columns: Vec<String>,
    bytes: Bytes,
}

fn open(path: &Path, what: &str) -> Result<(Format, Opened), Problem> {
    let wrong = |why: String| unreadable(path, what, &why);
    let ending = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    let format = if ending("parquet") {
        Format::Parquet
    } else if ending("csv") {
        Format::Csv
    } else {
        return Err(wrong("it ends neither in .csv nor in .parquet".into()));
    };
    let bytes = Bytes::from(std::fs::read(path).map_err(|error| wrong(error.to_string()))?);
    let columns = format.columns(&bytes).map_err(wrong)?;
    let twin = |(at, name): (usize, &String)| columns[..at].contains(name).then(|| name.clone());
    if let Some(twin) = columns.iter().enumerate().find_map(twin) {
        return Err(wrong(format!("two columns are called `{twin}`")));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((format, Opened { name, columns, bytes }))
}

fn with_rows(path: &Path, what: &str, file: Opened, rows: Vec<Row>) -> Result<File, Problem> {
    if rows.is_empty() {
        return Err(unreadable(path, what, "it has no rows"));
    }
    Ok(File {
        name: file.name,
        columns: file.columns,
        rows,
        blake3: crate::population::hash(&file.bytes),
    })
}

/// The formats of a survey file.
#[derive(Clone, Copy)]
enum Format {
    Csv,
    Parquet,
}

impl Format {
    fn columns(self, bytes: &Bytes) -> Result<Vec<String>, String> {
        match self {
            Format::Csv => {
                let mut reader = csv::Reader::from_reader(bytes.as_ref());
                let headers = reader.headers().map_err(|error| error.to_string())?;
                Ok(headers.iter().map(|name| name.trim().to_owned()).collect())
            }
            Format::Parquet => {
                let reader = SerializedFileReader::new(bytes.clone()).map_err(|error| error.to_string())?;
                let fields = reader.metadata().file_metadata().schema().get_fields();
                if let Some(nested) = fields.iter().find(|field| field.is_group()) {
                    return Err(format!("its column `{}` is nested", nested.name()));
                }
                Ok(fields.iter().map(|field| field.name().to_owned()).collect())
            }
        }
    }

    /// The rows, of all cells or of those in `places`.
    fn rows(self, file: &Opened, places: Option<&[usize]>) -> Result<Vec<Row>, String> {
        match self {
            Format::Csv => csv_rows(&file.bytes, places),
            Format::Parquet => parquet_rows(&file.bytes, places),
        }
    }
}

fn csv_rows(bytes: &[u8], places: Option<&[usize]>) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(places.is_none()).from_reader(bytes);
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| error.to_string())?;
        let cells = match places {
            None => record.iter().map(|cell| cell.trim().to_owned()).collect(),
            Some(places) => places.iter().map(|place| record[*place].trim().to_owned()).collect(),
        };
        Ok(Row {
            line: record.position().map_or(0, csv::Position::line),
            cells,
        })
    };
    reader.records().map(row).collect()
}

fn parquet_rows(bytes: &Bytes, places: Option<&[usize]>) -> Result<Vec<Row>, String> {
    let reader = SerializedFileReader::new(bytes.clone()).map_err(|error| error.to_string())?;
    let schema = reader.metadata().file_metadata().schema();
    let width = schema.get_fields().len();
    // Columns come in the order of the file; `from` says which of them is the next cell.
    let mut kept: Vec<usize> = places.map_or((0..width).collect(), <[usize]>::to_vec);
    kept.sort_unstable();
    kept.dedup();
    let fields = kept.iter().map(|place| schema.get_fields()[*place].clone()).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(fields).build();
    let projection = projection.map_err(|error| error.to_string())?;
    let from: Vec<usize> = places
        .unwrap_or(&kept)
        .iter()
        .map(|place| kept.partition_point(|other| other < place))
        .collect();
    let read = reader
        .get_row_iter(Some(projection))
        .map_err(|error| error.to_string())?;
    let row = |(row, line): (parquet::errors::Result<parquet::record::Row>, u64)| {
        let row = row.map_err(|error| error.to_string())?;
        let cells: Vec<String> = row.get_column_iter().map(|(_, field)| text(field)).collect();
        let cells = from.iter().map(|at| cells[*at].clone()).collect();
        Ok(Row { line, cells })
    };
    read.zip(1..).map(row).collect()
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
