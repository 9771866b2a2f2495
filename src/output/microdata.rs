//! Simulated microdata: a row a household or person and year, as CSV and Parquet, with a codebook and files that give the
//! labels to Stata and R.

mod codebook;

use super::parquet::{Cells, File, Holds};
use super::{OutputError, put, whole};
use crate::study::panel::Panel;
use crate::study::panel::variables::{Kind, Value, Variable, county_names, households, persons};
use std::fs;
use std::path::Path;

/// Rows that are written together.
const GROUP: usize = 50_000;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A row a household and year.
    pub households: bool,
    /// A row a person and year.
    pub persons: bool,
    /// As CSV.
    pub csv: bool,
    /// As Parquet.
    pub parquet: bool,
}

/// Where the people come from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The scenario's name.
    pub scenario: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The replicate, counted from 0.
    pub replicate: u32,
    /// The seed.
    pub seed: u64,
    /// The command line as given.
    pub command: &'a str,
    /// Food share of consumption other than care, by reported year.
    pub food_share: &'a [f64],
}

/// Writes the microdata of a replicate into `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write(panel: &Panel, asked: Asked, source: &Source, folder: &Path) -> Result<(), OutputError> {
    let (households, persons) = (
        households(&panel.result, source.food_share),
        persons(&county_names(&panel.result)),
    );
    whole(folder, |draft| {
        if asked.households {
            one(draft, "households", &households, &panel.interviews, asked, source)?;
        }
        if asked.persons {
            one(draft, "persons", &persons, &panel.members, asked, source)?;
        }
        Ok(())
    })
}

fn one<R>(
    folder: &Path,
    name: &str,
    variables: &[Variable<R>],
    rows: &[R],
    asked: Asked,
    source: &Source,
) -> Result<(), OutputError> {
    if asked.csv {
        csv(&folder.join(format!("{name}.csv")), variables, rows)?;
    }
    if asked.parquet {
        parquet(&folder.join(format!("{name}.parquet")), name, variables, rows, source)?;
    }
    let book = codebook::csv(variables);
    put(&folder.join(format!("{name}-codebook.csv")), &book)?;
    put(
        &folder.join(format!("{name}.do")),
        codebook::stata(name, variables, source),
    )?;
    put(&folder.join(format!("{name}.R")), codebook::r(name, variables, source))
}

fn csv<R>(path: &Path, variables: &[Variable<R>], rows: &[R]) -> Result<(), OutputError> {
    let wrong = |source: csv::Error| OutputError::Write {
        path: path.into(),
        source: source.into(),
    };
    let mut file = csv::Writer::from_path(path).map_err(wrong)?;
    file.write_record(variables.iter().map(|variable| &variable.name))
        .map_err(wrong)?;
    for row in rows {
        file.write_record(variables.iter().map(|variable| variable.value(row).text()))
            .map_err(wrong)?;
    }
    file.flush().map_err(|source| OutputError::Write {
        path: path.into(),
        source,
    })
}

fn parquet<R>(
    path: &Path,
    name: &str,
    variables: &[Variable<R>],
    rows: &[R],
    source: &Source,
) -> Result<(), OutputError> {
    let written = || -> parquet::errors::Result<()> {
        let columns: Vec<(String, Holds)> = variables
            .iter()
            .map(|variable| (variable.name.clone(), holds(&variable.kind)))
            .collect();
        let mut notes = vec![("about".to_owned(), codebook::about(name, source))];
        notes.extend(
            variables
                .iter()
                .map(|variable| (format!("label:{}", variable.name), variable.label.clone())),
        );
        let mut file = File::new(fs::File::create(path)?, &columns, notes)?;
        for rows in rows.chunks(GROUP) {
            let cells: Vec<Cells> = variables.iter().map(|variable| cells(variable, rows)).collect();
            file.rows(&cells)?;
        }
        file.end()?;
        Ok(())
    };
    written().map_err(|error| OutputError::Write {
        path: path.into(),
        source: std::io::Error::other(error),
    })
}

fn cells<R>(variable: &Variable<R>, rows: &[R]) -> Cells {
    let values = rows.iter().map(|row| variable.value(row));
    match holds(&variable.kind) {
        Holds::Text => Cells::Text(values.map(Value::into_text).collect()),
        Holds::Whole => Cells::Whole(values.map(Value::into_whole).collect()),
        Holds::Number => Cells::Number(values.map(Value::into_number).collect()),
    }
}

/// What the cells of a kind hold.
fn holds(kind: &Kind) -> Holds {
    match kind {
        Kind::Name | Kind::Code(_) => Holds::Text,
        Kind::Yes | Kind::Count => Holds::Whole,
        Kind::Amount => Holds::Number,
    }
}
