//! Parquet files of plain columns, written a group of rows at a time.

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
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
