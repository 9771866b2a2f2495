//! A written table, read back whole and checked, with every complaint naming the file and the line.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::PlotError;

/// A table of text cells with a header. All cells lie in one text, as there may be millions.
pub(super) struct Table {
    file: PathBuf,
    header: Vec<String>,
    /// The line of each row, and where its text begins.
    rows: Vec<(u64, usize)>,
    /// The cells of all rows, one after the other.
    text: String,
    /// Where each cell ends in the text of its row.
    ends: Vec<u32>,
}

/// One row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'t> {
    table: &'t Table,
    at: usize,
}

impl Table {
    /// Reads a table; every row must have as many cells as the header and the last line must be complete.
    pub(super) fn read(file: &Path) -> Result<Table, PlotError> {
        Table::read_where(file, &[])
    }

    /// As [`Self::read`], but keeps only the rows whose cells equal the given values: of a table that may be long.
    pub(super) fn read_where(file: &Path, wanted: &[(&str, &str)]) -> Result<Table, PlotError> {
        let unread = |source| PlotError::Read {
            file: file.to_owned(),
            source,
        };
        let mut bytes = File::open(file).map_err(unread)?;
        let ending = last_byte(&mut bytes).map_err(unread)?;
        let wrong = |line, what: String| PlotError::Table {
            file: file.to_owned(),
            line,
            what,
        };
        if ending.is_none() {
            return Err(wrong(1, "the file is empty; a header row was expected".to_owned()));
        }
        let mut reader = csv::Reader::from_reader(BufReader::new(bytes));
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
        let mut table = Table {
            file: file.to_owned(),
            header,
            rows: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
        };
        let wanted: Vec<(usize, &str)> = wanted
            .iter()
            .map(|&(name, value)| Ok((table.column(name)?, value)))
            .collect::<Result<_, PlotError>>()?;
        let mut last = 1;
        let mut cells = csv::StringRecord::new();
        while reader
            .read_record(&mut cells)
            .map_err(|error| complaint(&error, last))?
        {
            last = cells.position().map_or(last + 1, csv::Position::line);
            if wanted.iter().any(|&(at, value)| cells.get(at) != Some(value)) {
                continue;
            }
            let from = table.text.len();
            table.rows.push((last, from));
            for cell in &cells {
                table.text.push_str(cell);
                let end = u32::try_from(table.text.len() - from);
                table
                    .ends
                    .push(end.map_err(|_| wrong(last, "the row is too long".to_owned()))?);
            }
        }
        if ending != Some(b'\n') {
            return Err(wrong(
                last,
                "the file ends in the middle of this line; it was cut short".to_owned(),
            ));
        }
        Ok(table)
    }

    /// The text of column `column` in row `row`.
    fn cell(&self, row: usize, column: usize) -> &str {
        let text = &self.text[self.rows[row].1..];
        let ends = &self.ends[row * self.header.len()..];
        let from = column.checked_sub(1).map_or(0, |before| ends[before]);
        &text[from as usize..ends[column] as usize]
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

    /// The names of its columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(String::as_str)
    }

    /// The rows whose cells equal the given values, in the order of the file.
    pub(super) fn rows_where(&self, wanted: &[(&str, &str)]) -> Result<Vec<Row<'_>>, PlotError> {
        let wanted: Vec<(usize, &str)> = wanted
            .iter()
            .map(|&(name, value)| Ok((self.column(name)?, value)))
            .collect::<Result<_, PlotError>>()?;
        let fits = |row: &usize| wanted.iter().all(|&(at, value)| self.cell(*row, at) == value);
        let rows = (0..self.rows.len()).filter(fits);
        Ok(rows.map(|at| Row { table: self, at }).collect())
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
        Ok(self.table.cell(self.at, at))
    }

    /// A cell as a number; an empty one means that there is none, as result tables have it.
    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, PlotError> {
        let text = self.text(column)?.trim();
        if text.is_empty() {
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

    /// A cell as yes or no; empty means no, and so does a row that is not shown, of which nothing is known.
    pub(super) fn flag(&self, column: &str) -> Result<bool, PlotError> {
        match self.text(column)?.trim() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" | "" | "masked" => Ok(false),
            other => Err(self.wrong(format!("`{column}` is `{other}`; true or false was expected"))),
        }
    }

    /// A complaint about this row.
    pub(super) fn wrong(&self, what: String) -> PlotError {
        PlotError::Table {
            file: self.table.file.clone(),
            line: self.table.rows[self.at].0,
            what,
        }
    }
}

/// The last byte of a file, none of an empty one; then it stands at its beginning again.
fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    file.rewind()?;
    Ok(Some(last[0]))
}
