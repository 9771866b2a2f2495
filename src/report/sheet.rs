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

    /// A table that lies in no file, under a name for complaints.
    pub fn of(name: &str, text: &str) -> Sheet {
        Sheet {
            file: name.into(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    /// The hash of its bytes, as a manifest has it.
    pub fn blake3(&self) -> String {
        blake3::hash(&self.bytes).to_hex().to_string()
    }

    /// The names of its columns.
    ///
    /// # Errors
    /// When it has none.
    pub fn header(&self) -> Result<Vec<String>, Problem> {
        let mut reader = csv::Reader::from_reader(self.bytes.as_slice());
        let header = reader.headers().map_err(|error| self.wrong(&error))?;
        Ok(header.iter().map(str::to_owned).collect())
    }

    /// The places of columns.
    ///
    /// # Errors
    /// When one is missing.
    pub fn places<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Problem> {
        let header = self.header()?;
        let mut at = [0; N];
        for (place, name) in at.iter_mut().zip(names) {
            *place = header.iter().position(|own| own == name).ok_or_else(|| {
                let problem = Problem::new(format!("{}: the column `{name}` is missing", self.file.display()));
                problem.help(format!("the columns are {}", header.join(", ")))
            })?;
        }
        Ok(at)
    }

    /// Hands each row and the number of its line to `take`, in the order of the file.
    ///
    /// # Errors
    /// When a row is ill-formed, and what `take` finds wrong.
    pub fn rows(&self, mut take: impl FnMut(&csv::StringRecord, u64) -> Result<(), Problem>) -> Result<(), Problem> {
        let mut reader = csv::Reader::from_reader(self.bytes.as_slice());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| self.wrong(&error))? {
            let line = record.position().map_or(0, csv::Position::line);
            take(&record, line)?;
        }
        Ok(())
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
        let at = self.places(names)?;
        self.rows(|record, line| {
            take(&Row {
                file: &self.file,
                line,
                names: &names,
                cells: at.map(|place| record.get(place).unwrap_or_default()),
            })
        })
    }

    /// A cell as a number; an empty one means that there is none.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number(&self, text: &str, name: &str, line: u64) -> Result<Option<f64>, Problem> {
        number(&self.file, line, name, text)
    }

    fn wrong(&self, error: &csv::Error) -> Problem {
        let line = error.position().map_or(1, csv::Position::line);
        Problem::new(format!("{}, line {line}: {error}", self.file.display()))
    }
}

/// A cell as a number; an empty one means that there is none, or that it is masked.
fn number(file: &Path, line: u64, name: &str, text: &str) -> Result<Option<f64>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(Problem::new(format!(
            "{}, line {line}: `{name}` is `{text}`, which is not a number",
            file.display()
        ))),
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
        number(self.file, self.line, self.names[at], self.cells[at])
    }
}

/// A number for the page: five significant digits show no less than any interval.
pub(super) fn short(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}
