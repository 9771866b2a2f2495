//! A written table, read back; every complaint names the file and the line.

use super::ViewError;
use std::fs;
use std::path::{Path, PathBuf};

/// A table of text cells with a header.
pub(super) struct Table {
    file: PathBuf,
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    at: usize,
}

impl Table {
    /// Reads the rows of a table in which `column` is `value`; where no column is named, all. Every row must have as many cells as the
    /// header, and the last line must be complete.
    pub(super) fn read(file: &Path, only: Option<(&str, &[String])>) -> Result<Table, ViewError> {
        let bytes = fs::read(file).map_err(|source| ViewError::Read {
            file: file.to_owned(),
            source,
            help: "the result folder is not whole; copy it again, or run what made it again".to_owned(),
        })?;
        let wrong = |line: u64, what: String| ViewError::Table {
            file: file.to_owned(),
            line,
            what,
        };
        if bytes.is_empty() {
            return Err(wrong(1, "the file is empty; a header row was expected".to_owned()));
        }
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let complaint = |error: &csv::Error, before: u64| {
            let line = error.position().map_or(before + 1, csv::Position::line);
            match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => wrong(
                    line,
                    format!("{len} cells where the header has {expected_len}; the row is cut short or ill-formed"),
                ),
                csv::ErrorKind::Utf8 { .. } => wrong(line, "the row is not UTF-8 text".to_owned()),
                _ => wrong(line, error.to_string()),
            }
        };
        let header = reader.headers().map_err(|error| complaint(&error, 0))?;
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let mut table = Table {
            file: file.to_owned(),
            header,
            rows: Vec::new(),
        };
        let only = only
            .map(|(column, values)| table.column(column).map(|at| (at, values)))
            .transpose()?;
        let mut last = 1;
        for record in reader.records() {
            let record = record.map_err(|error| complaint(&error, last))?;
            last = record.position().map_or(last + 1, csv::Position::line);
            let fits = only.is_none_or(|(at, values)| values.iter().any(|value| record.get(at) == Some(value)));
            if fits {
                table.rows.push((last, record));
            }
        }
        if bytes.last() != Some(&b'\n') {
            let what = "the file ends in the middle of this line; it was cut short";
            return Err(wrong(last, what.to_owned()));
        }
        Ok(table)
    }

    /// The header.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The place of a column; its absence is an error of the header.
    fn column(&self, name: &str) -> Result<usize, ViewError> {
        let found = self.header.iter().position(|head| head == name);
        found.ok_or_else(|| ViewError::Table {
            file: self.file.clone(),
            line: 1,
            what: format!(
                "the column `{name}` is missing; the columns are {}",
                self.header.join(", ")
            ),
        })
    }

    /// The rows whose cells equal the given values, in the order of the file.
    pub(super) fn rows_where(&self, wanted: &[(&str, &str)]) -> Result<Vec<Row<'_>>, ViewError> {
        let wanted: Vec<(usize, &str)> = wanted
            .iter()
            .map(|&(name, value)| Ok((self.column(name)?, value)))
            .collect::<Result<_, ViewError>>()?;
        let fits = |at: &usize| {
            wanted
                .iter()
                .all(|&(column, value)| self.rows[*at].1.get(column) == Some(value))
        };
        let rows = (0..self.rows.len()).filter(fits);
        Ok(rows.map(|at| Row { table: self, at }).collect())
    }

    /// The values of a column in the rows that fit, each once, in the order of appearance.
    pub(super) fn distinct(&self, column: &str, wanted: &[(&str, &str)]) -> Result<Vec<String>, ViewError> {
        self.column(column)?;
        let mut values: Vec<String> = Vec::new();
        for row in self.rows_where(wanted)? {
            let value = row.text(column)?;
            if values.last().is_none_or(|last| last != value) && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        Ok(values)
    }
}

impl<'t> Row<'t> {
    /// A cell as text.
    pub(super) fn text(&self, column: &str) -> Result<&'t str, ViewError> {
        let at = self.table.column(column)?;
        Ok(self.table.rows[self.at].1.get(at).unwrap_or_default())
    }

    /// A cell as a number; an empty one means that there is none.
    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, ViewError> {
        let text = self.text(column)?.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.wrong(format!("`{column}` is `{text}`, which is not a number"))),
        }
    }

    /// A cell as yes or no; empty means no, and so does a row that is not shown, of which nothing is known.
    pub(super) fn flag(&self, column: &str) -> Result<bool, ViewError> {
        match self.text(column)?.trim() {
            "true" => Ok(true),
            "false" | "" | "masked" => Ok(false),
            other => Err(self.wrong(format!("`{column}` is `{other}`; true or false was expected"))),
        }
    }

    /// A mean, its interval and whether few events stand behind it; nothing where there is no value.
    pub(super) fn estimate(&self, mean: &str) -> Result<Option<super::numbers::Number>, ViewError> {
        let (lo, hi) = (self.number("lo")?, self.number("hi")?);
        let interval = lo.zip(hi);
        if interval.is_some_and(|(lo, hi)| lo > hi) {
            return Err(self.wrong("`lo` is above `hi`".to_owned()));
        }
        let few = self.table.header.iter().any(|name| name == "few_events") && self.flag("few_events")?;
        Ok(self
            .number(mean)?
            .map(|mean| super::numbers::Number { mean, interval, few }))
    }

    /// A complaint about this row.
    pub(super) fn wrong(&self, what: String) -> ViewError {
        ViewError::Table {
            file: self.table.file.clone(),
            line: self.table.rows[self.at].0,
            what,
        }
    }
}
