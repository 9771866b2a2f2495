//! What the folder of a sweep says of itself: `sweep.json`, what was asked for, and `collected.json`, what there is of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::PlotError;
use super::super::sources::Sources;

/// A column of the design, or one of outputs.
pub(super) struct Column {
    /// Its name in the tables.
    pub(super) name: String,
    /// Whether it holds numbers.
    pub(super) is_number: bool,
}

/// An output of the runs.
#[derive(Clone)]
pub(super) struct Output {
    /// The indicator as the summary has it.
    pub(super) indicator: String,
    /// Its column in the results.
    pub(super) column: String,
    /// The unit of its numbers there.
    pub(super) unit: String,
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Points of the design.
    pub(super) points: usize,
    /// Draws of uncertain parameters, 1 where none are drawn.
    pub(super) draws: usize,
    /// Seeds.
    pub(super) seeds: usize,
    /// Replicates of each.
    pub(super) replicates: usize,
    /// Runs asked for when it was collected.
    pub(super) planned: usize,
    /// Of these, the ones that failed.
    pub(super) failed: usize,
    /// And those that were not lived.
    pub(super) missing: usize,
}

/// What the folder says.
pub(super) struct Folder {
    /// The columns of the design.
    pub(super) columns: Vec<Column>,
    /// The outputs.
    pub(super) outputs: Vec<Output>,
    /// How many there are of everything.
    pub(super) counts: Counts,
    /// The table of points, by its name in [`Sources`].
    pub(super) summary: &'static str,
    /// The table of runs.
    pub(super) results: &'static str,
}

impl Folder {
    /// Reads both files.
    pub(super) fn read(sources: &Sources) -> Result<Folder, PlotError> {
        let asked = Json::read(&sources.path("./sweep.json"))?;
        let collected = sources.path("./collected.json");
        if !collected.is_file() {
            let folder = collected.parent().map_or_else(PathBuf::new, Path::to_path_buf);
            return Err(PlotError::Uncollected { folder });
        }
        let collected = Json::read(&collected)?;
        let root = asked.part(&[])?;
        let columns = root.list(&["columns"])?;
        let columns = columns.iter().map(|column| {
            Ok(Column {
                name: column.text("name")?,
                is_number: column.truth("is_number")?,
            })
        });
        let outputs = root.list(&["outputs", "columns"])?;
        let outputs = outputs.iter().map(|output| {
            Ok(Output {
                indicator: output.text("indicator")?,
                column: output.text("column")?,
                unit: output.text("unit")?,
            })
        });
        let first = asked.part(&["asked"])?;
        let added = root.list(&["extensions"])?;
        let more = |key| {
            added
                .iter()
                .try_fold(0, |sum, own| Ok::<usize, PlotError>(sum + own.whole(key)?))
        };
        let whole = collected.part(&[])?;
        // A table that is not whole says so in its name.
        let is_whole = whole.part(&["files_blake3"])?.value.get("summary.csv").is_some();
        Ok(Folder {
            columns: columns.collect::<Result<_, PlotError>>()?,
            outputs: outputs.collect::<Result<_, PlotError>>()?,
            counts: Counts {
                points: first.whole("points")?,
                draws: first.whole("draws")? + more("draws")?,
                seeds: first.whole("seeds")? + more("seeds")?,
                replicates: first.whole("replicates")?,
                planned: whole.whole("planned")?,
                failed: whole.whole("failed")?,
                missing: whole.whole("missing")?,
            },
            summary: if is_whole {
                "./summary.csv"
            } else {
                "./summary.partial.csv"
            },
            results: if is_whole {
                "./results.csv"
            } else {
                "./results.partial.csv"
            },
        })
    }
}

/// A file of JSON, every complaint naming it.
struct Json {
    file: PathBuf,
    value: Value,
}

/// A part of it.
struct Part<'j> {
    file: &'j Path,
    value: &'j Value,
}

impl Json {
    fn read(file: &Path) -> Result<Json, PlotError> {
        let text = fs::read_to_string(file).map_err(|source| PlotError::Read {
            file: file.to_owned(),
            source,
        })?;
        let value = serde_json::from_str(&text).map_err(|error| PlotError::Table {
            file: file.to_owned(),
            line: error.line() as u64,
            what: format!("this is not JSON: {error}"),
        })?;
        Ok(Json {
            file: file.to_owned(),
            value,
        })
    }

    fn part(&self, keys: &[&str]) -> Result<Part<'_>, PlotError> {
        let root = Part {
            file: &self.file,
            value: &self.value,
        };
        root.part(keys)
    }
}

impl<'j> Part<'j> {
    fn part(&self, keys: &[&str]) -> Result<Part<'j>, PlotError> {
        let mut value = self.value;
        for key in keys {
            value = value.get(key).ok_or_else(|| self.lacks(key, "a value"))?;
        }
        Ok(Part { file: self.file, value })
    }

    fn list(&self, keys: &[&str]) -> Result<Vec<Part<'j>>, PlotError> {
        let own = self.part(keys)?;
        let list = own.value.as_array();
        let list = list.ok_or_else(|| self.lacks(keys.last().unwrap_or(&""), "a list"))?;
        let part = |value| Part { file: self.file, value };
        Ok(list.iter().map(part).collect())
    }

    fn text(&self, key: &str) -> Result<String, PlotError> {
        let text = self.part(&[key])?.value.as_str();
        text.map(str::to_owned).ok_or_else(|| self.lacks(key, "a text"))
    }

    fn truth(&self, key: &str) -> Result<bool, PlotError> {
        let truth = self.part(&[key])?.value.as_bool();
        truth.ok_or_else(|| self.lacks(key, "true or false"))
    }

    fn whole(&self, key: &str) -> Result<usize, PlotError> {
        let number = self.part(&[key])?.value.as_u64();
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| self.lacks(key, "a whole number"))
    }

    fn lacks(&self, key: &str, what: &str) -> PlotError {
        PlotError::Table {
            file: self.file.to_owned(),
            line: 1,
            what: format!(
                "there is no `{key}` that is {what}; was this file written by another version of the program?"
            ),
        }
    }
}
