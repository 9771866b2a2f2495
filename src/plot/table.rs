//! A written table, read back whole and checked, with every complaint naming the file and the line.

use std::fs;
use std::path::{Path, PathBuf};

use super::PlotError;

/// A table of text cells with a header.
pub(super) struct Table {
    file: PathBuf,
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    line: u64,
    cells: &'t csv::StringRecord,
}

impl Table {
    /// Reads a table; every row must have as many cells as the header and the last line must be complete.
    pub(super) fn read(file: &Path) -> Result<Table, PlotError> {
        let bytes = fs::read(file).map_err(|source| PlotError::Read {
            file: file.to_owned(),
            source,
        })?;
        let wrong = |line, what: String| PlotError::Table {
            file: file.to_owned(),
            line,
            what,
        };
        if bytes.is_empty() {
            return Err(wrong(1, "the file is empty; a header row was expected".to_owned()));
        }
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
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
        let header: Vec<String> = header
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let mut rows = Vec::new();
        let mut last = 1;
        for record in reader.records() {
            let cells = record.map_err(|error| complaint(&error, last))?;
            last = cells.position().map_or(last + 1, csv::Position::line);
            rows.push((last, cells));
        }
        if bytes.last() != Some(&b'\n') {
            return Err(wrong(
                last,
                "the file ends in the middle of this line; it was cut short".to_owned(),
            ));
        }
        Ok(Table {
            file: file.to_owned(),
            header,
            rows,
        })
    }

    /// The place of a column; its absence is an error of the header.
    fn column(&self, name: &str) -> Result<usize, PlotError> {
        self.header
            .iter()
            .position(|head| head == name)
            .ok_or_else(|| PlotError::Table {
                file: self.file.clone(),
                line: 1,
                what: format!(
                    "the column `{name}` is missing; the columns are {}",
                    self.header.join(", ")
                ),
            })
    }

    /// The rows whose cells equal the given values, in the order of the file.
    pub(super) fn rows_where(&self, wanted: &[(&str, &str)]) -> Result<Vec<Row<'_>>, PlotError> {
        let wanted: Vec<(usize, &str)> = wanted
            .iter()
            .map(|&(name, value)| Ok((self.column(name)?, value)))
            .collect::<Result<_, PlotError>>()?;
        let fits = |cells: &csv::StringRecord| wanted.iter().all(|&(at, value)| cells.get(at) == Some(value));
        Ok(self
            .rows
            .iter()
            .filter(|(_, cells)| fits(cells))
            .map(|(line, cells)| Row {
                table: self,
                line: *line,
                cells,
            })
            .collect())
    }

    /// The values of a column in the rows that fit, each once, in the order of appearance.
    pub(super) fn distinct(&self, column: &str, wanted: &[(&str, &str)]) -> Result<Vec<String>, PlotError> {
        self.column(column)?;
        let mut values: Vec<String> = Vec::new();
        for row in self.rows_where(wanted)? {
            let value = row.text(column)?;
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        Ok(values)
    }
}

impl<'t> Row<'t> {
    /// A cell as text.
    pub(super) fn text(&self, column: &str) -> Result<&'t str, PlotError> {
        let at = self.table.column(column)?;
        Ok(self.cells.get(at).unwrap_or_default())
    }

    /// A cell as a number; empty, `NA` and `NaN` mean that there is none.
    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, PlotError> {
        let text = self.text(column)?.trim();
        if matches!(text, "" | "NA" | "NaN" | "nan") {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(self.wrong(format!("`{column}` is `{text}`, which is not a number"))),
        }
    }

    /// A cell as a calendar year.
    pub(super) fn year(&self) -> Result<i32, PlotError> {
        let text = self.text("year")?;
        text.parse()
            .map_err(|_| self.wrong(format!("`year` is `{text}`; a year such as 2025 or `all` was expected")))
    }

    /// A cell as yes or no; empty means no.
    pub(super) fn flag(&self, column: &str) -> Result<bool, PlotError> {
        match self.text(column)?.trim() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" | "" => Ok(false),
            other => Err(self.wrong(format!("`{column}` is `{other}`; true or false was expected"))),
        }
    }

    /// A complaint about this row.
    pub(super) fn wrong(&self, what: String) -> PlotError {
        PlotError::Table {
            file: self.table.file.clone(),
            line: self.line,
            what,
        }
    }
}
