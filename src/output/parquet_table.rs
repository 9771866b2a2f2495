//! A table of columns as a Parquet file: texts, numbers and counts, each of which may be missing; Snappy, one row group.

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// A column, by row.
#[derive(Clone, Debug)]
pub enum Column {
    /// Texts.
    Texts(Vec<String>),
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Whole numbers.
    Counts(Vec<Option<i64>>),
}

impl Column {
    fn kind(&self) -> [&'static str; 2] {
        match self {
            Column::Texts(_) => ["BINARY", " (UTF8)"],
            Column::Numbers(_) => ["DOUBLE", ""],
            Column::Counts(_) => ["INT64", ""],
        }
    }

    fn write(&self, into: &mut SerializedColumnWriter) -> Result<()> {
        match self {
            Column::Texts(texts) => {
                let texts: Vec<Option<ByteArray>> = texts.iter().map(|text| Some(text.as_str().into())).collect();
                put::<ByteArrayType>(&texts, into)
            }
            Column::Numbers(numbers) => put::<DoubleType>(numbers, into),
            Column::Counts(counts) => put::<Int64Type>(counts, into),
        }
    }
}

fn put<T: DataType>(cells: &[Option<T::T>], into: &mut SerializedColumnWriter) -> Result<()> {
    let there: Vec<T::T> = cells.iter().flatten().cloned().collect();
    let defined: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    into.typed::<T>().write_batch(&there, Some(&defined), None).map(|_| ())
}

/// The bytes of the file.
///
/// # Errors
/// When a name is no name of a column, or the columns differ in length.
pub fn parquet(columns: &[(&str, Column)]) -> Result<Vec<u8>> {
    let fields = columns.iter().map(|(name, column)| {
        let [kind, note] = column.kind();
        format!("OPTIONAL {kind} {name}{note}; ")
    });
    let schema = parse_message_type(&format!("message table {{ {} }}", fields.collect::<String>()))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (_, column) in columns {
        if let Some(mut into) = group.next_column()? {
            column.write(&mut into)?;
            into.close()?;
        }
    }
    group.close()?;
    writer.into_inner()
}
