//! Parquet files of plain columns, written a group of rows at a time; and what was so written, read again.

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
pub use parquet::errors::ParquetError as Error;
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
}

/// The cells of a column, some of them missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Text.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<Option<f64>>),
}

/// A file in the making.
pub struct File<W: Write + Send>(SerializedFileWriter<W>);

impl Cells {
    fn holds(&self) -> Holds {
        match self {
            Cells::Text(_) => Holds::Text,
            Cells::Whole(_) => Holds::Whole,
            Cells::Number(_) => Holds::Number,
        }
    }
}

/// The bytes of a file of one group of rows.
///
/// # Errors
/// What the writer says.
pub fn bytes(columns: Vec<(&str, Cells)>) -> Result<Vec<u8>> {
    let named: Vec<(String, Holds)> = columns
        .iter()
        .map(|(name, cells)| ((*name).to_owned(), cells.holds()))
        .collect();
    let mut file = File::new(Vec::new(), &named, Vec::new())?;
    let cells: Vec<Cells> = columns.into_iter().map(|(_, cells)| cells).collect();
    file.rows(&cells)?;
    file.end()
}

impl<W: Write + Send> File<W> {
    /// Begins a file with these columns, and with notes for whoever reads its metadata.
    ///
    /// # Errors
    /// What the writer says.
    pub fn new(to: W, columns: &[(String, Holds)], notes: Vec<(String, String)>) -> Result<File<W>> {
        let field = |(name, holds): &(String, Holds)| {
            let (physical, converted, logical) = match holds {
                Holds::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8, Some(LogicalType::String)),
                Holds::Whole => (Physical::INT64, ConvertedType::NONE, None),
                Holds::Number => (Physical::DOUBLE, ConvertedType::NONE, None),
            };
            let field = Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_converted_type(converted)
                .with_logical_type(logical);
            Ok(Arc::new(field.build()?))
        };
        let fields = columns.iter().map(field).collect::<Result<_>>()?;
        let schema = Type::group_type_builder("rows").with_fields(fields).build()?;
        let notes = notes.into_iter().map(|(key, note)| KeyValue::new(key, note)).collect();
        let properties = WriterProperties::builder()
            .set_compression(parquet::basic::Compression::SNAPPY)
            .set_created_by(format!("kangcun {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(notes));
        let file = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties.build()))?;
        Ok(File(file))
    }

    /// Writes a group of rows: the cells of every column, in order.
    ///
    /// # Errors
    /// What the writer says.
    pub fn rows(&mut self, columns: &[Cells]) -> Result<()> {
        let mut group = self.0.next_row_group()?;
        let mut columns = columns.iter();
        while let (Some(mut column), Some(cells)) = (group.next_column()?, columns.next()) {
            put(&mut column, cells)?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer says.
    pub fn end(self) -> Result<W> {
        self.0.into_inner()
    }
}

/// The columns `wanted` of a file that this module wrote, all rows.
///
/// # Errors
/// When it is no such file, or lacks one of them.
pub fn read(bytes: Bytes, wanted: &[&str]) -> Result<Vec<Cells>> {
    let file = SerializedFileReader::new(bytes)?;
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let mut all = Vec::new();
    for name in wanted {
        let found = schema.columns().iter().position(|column| column.name() == *name);
        let at = found.ok_or_else(|| Error::General(format!("there is no column `{name}`")))?;
        let mut cells = match schema.column(at).physical_type() {
            Physical::BYTE_ARRAY => Cells::Text(Vec::new()),
            Physical::INT64 => Cells::Whole(Vec::new()),
            Physical::DOUBLE => Cells::Number(Vec::new()),
            other => return Err(Error::General(format!("column `{name}` holds {other}"))),
        };
        for group in 0..file.num_row_groups() {
            let group = file.get_row_group(group)?;
            let rows = group.metadata().num_rows() as usize;
            match (&mut cells, group.get_column_reader(at)?) {
                (Cells::Text(cells), ColumnReader::ByteArrayColumnReader(reader)) => {
                    let text = |value: ByteArray| value.as_utf8().map(str::to_owned);
                    fetch(reader, rows, cells, text)?;
                }
                (Cells::Whole(cells), ColumnReader::Int64ColumnReader(reader)) => fetch(reader, rows, cells, Ok)?,
                (Cells::Number(cells), ColumnReader::DoubleColumnReader(reader)) => fetch(reader, rows, cells, Ok)?,
                _ => return Err(Error::General(format!("column `{name}` changes its type"))),
            }
        }
        all.push(cells);
    }
    Ok(all)
}

/// Appends the cells of a group of rows.
fn fetch<T: DataType, V>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    cells: &mut Vec<Option<V>>,
    value: impl Fn(T::T) -> Result<V>,
) -> Result<()> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    while levels.len() < rows {
        let (read, ..) = reader.read_records(rows - levels.len(), Some(&mut levels), None, &mut values)?;
        if read == 0 {
            return Err(Error::General("fewer rows than it says".into()));
        }
    }
    let mut values = values.into_iter();
    for level in levels {
        let cell = if level > 0 {
            values.next().map(&value).transpose()?
        } else {
            None
        };
        cells.push(cell);
    }
    Ok(())
}

fn put(column: &mut SerializedColumnWriter, cells: &Cells) -> Result<()> {
    fn told<T, V>(cells: &[Option<T>], value: impl Fn(&T) -> V) -> (Vec<V>, Vec<i16>) {
        let levels = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        (cells.iter().flatten().map(value).collect(), levels)
    }
    match cells {
        Cells::Text(cells) => {
            let (values, levels) = told(cells, |text| ByteArray::from(text.as_str()));
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&levels), None)?;
        }
        Cells::Whole(cells) => {
            let (values, levels) = told(cells, |value| *value);
            column.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
        }
        Cells::Number(cells) => {
            let (values, levels) = told(cells, |value| *value);
            column.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let columns = vec![
            ("name", Cells::Text(vec![Some("one".into()), None, Some("三".into())])),
            ("count", Cells::Whole(vec![None, Some(-2), Some(3)])),
            ("value", Cells::Number(vec![Some(0.1), Some(f64::MAX), None])),
        ];
        let cells: Vec<Cells> = columns.iter().map(|(_, cells)| cells.clone()).collect();
        let bytes = Bytes::from(bytes(columns).unwrap());
        assert_eq!(read(bytes.clone(), &["name", "count", "value"]).unwrap(), cells);
        assert_eq!(read(bytes.clone(), &["value"]).unwrap(), cells[2..]);
        assert!(read(bytes.clone(), &["other"]).is_err());
        assert!(read(bytes.slice(..bytes.len() - 9), &["name"]).is_err());
    }
}
