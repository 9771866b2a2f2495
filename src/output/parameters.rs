//! The parameter book: every number of a scenario with its meaning, unit, range, grade, source and who reads it.
//!
//! Three parts: the rules in force when reporting starts, where no programme reaches; what files and programmes change, and
//! when; what programmes cost. As Markdown for readers, as CSV (RFC 4180) for programs; the same scenario gives the same
//! bytes.

mod book;
mod meanings;
mod pages;

pub use book::{Book, Row};
pub use meanings::{Kind, Meaning, Meanings};
pub use pages::section_table;

use super::{OutputError, prepare, whole};
use std::path::Path;

/// The forms in which a book is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `parameters.md`.
    Markdown,
    /// `parameters.csv`.
    Csv,
    /// One of each.
    Both,
}

/// Writes the book into `folder`, which must not exist yet; gives the names of the files.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write(book: &Book, form: Form, folder: &Path) -> Result<Vec<&'static str>, OutputError> {
    prepare(folder)?;
    let mut files = Vec::new();
    if form != Form::Csv {
        files.push(("parameters.md", book.markdown()));
    }
    if form != Form::Markdown {
        files.push(("parameters.csv", book.csv()));
    }
    whole(folder, |draft| {
        files
            .iter()
            .try_for_each(|(name, text)| super::put(&draft.join(name), text))
    })?;
    Ok(files.into_iter().map(|(name, _)| name).collect())
}
