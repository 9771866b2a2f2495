//! Written tables, read row by row: only the columns that are asked for, every complaint naming file and line.

use crate::problem::Problem;
use std::fs;
use std::path::{Path, PathBuf};

/// A table as it was written, not yet cut into rows.
pub(super) struct Sheet {
    file: PathBuf,
    bytes: Vec<u8>,
}

/// The cells of a row, as many as were asked for.
pub(super) struct Row<'r, const N: usize> {
    file: &'r Path,
    line: u64,
    names: &'r [&'r str; N],
    cells: [&'r str; N],
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is empty or was cut short.
    pub fn read(file: &Path) -> Result<Sheet, Problem> {
        let bytes =
            fs::read(file).map_err(|error| Problem::new(format!("cannot read `{}`: {error}", file.display())))?;
        if bytes.last() != Some(&b'\n') {
            return Err(
                Problem::new(format!("`{}` is empty or was cut short", file.display())).help("run its command again")
            );
        }
        Ok(Sheet {
            file: file.into(),
            bytes,
        })
    }

    /// The hash of its bytes, as a manifest has it.
    pub fn blake3(&self) -> String {
        blake3::hash(&self.bytes).to_hex().to_string()
    }

    /// Hands the cells of the columns `names` of each row to `take`, in the order of the file.
    ///
    /// # Errors
    /// When a column is missing or a row is ill-formed, and what `take` finds wrong.
    pub fn each<const N: usize>(
        &self,
        names: [&str; N],
        mut take: impl FnMut(&Row<N>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut reader = csv::Reader::from_reader(self.bytes.as_slice());
        let wrong = |error: &csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            Problem::new(format!("{}, line {line}: {error}", self.file.display()))
        };
        let header = reader.headers().map_err(|error| wrong(&error))?.clone();
        let mut at = [0; N];
        for (place, name) in at.iter_mut().zip(names) {
            *place = header.iter().position(|own| own == name).ok_or_else(|| {
                let has: Vec<&str> = header.iter().collect();
                let problem = Problem::new(format!("{}: the column `{name}` is missing", self.file.display()));
                problem.help(format!("the columns are {}", has.join(", ")))
            })?;
        }
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| wrong(&error))? {
            take(&Row {
                file: &self.file,
                line: record.position().map_or(0, csv::Position::line),
                names: &names,
                cells: at.map(|place| record.get(place).unwrap_or_default()),
            })?;
        }
        Ok(())
    }
}

impl<'r, const N: usize> Row<'r, N> {
    /// The cells as text.
    pub fn cells(&self) -> [&'r str; N] {
        self.cells
    }

    /// Cell `at` as a number; an empty one means that there is none, or that it is masked.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number(&self, at: usize) -> Result<Option<f64>, Problem> {
        let text = self.cells[at].trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(Problem::new(format!(
                "{}, line {}: `{}` is `{text}`, which is not a number",
                self.file.display(),
                self.line,
                self.names[at]
            ))),
        }
    }
}

/// A number for the page: five significant digits show no less than any interval.
pub(super) fn short(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}
