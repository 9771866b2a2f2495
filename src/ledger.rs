//! The folder of a sweep: what was asked for, frozen; what has been lived, in parts; what came of it, in one table.
//!
//! `sweep.json` and `design.parquet` say which runs there are and what determines each ([`Folder`]). A part is a Parquet file of many
//! runs, named by the hash of its bytes: written under another name, flushed, and renamed, so that whatever bears such a
//! name and has that hash is whole ([`parts`]). A run is done when a part that is whole holds it; nothing else is believed, neither
//! a scheduler's word nor a process that is still there ([`records`]). Any number of processes may live the same runs: what they
//! write of a run is the same, and where it is not, somebody must hear of it ([`collect`]).

pub mod collect;
pub mod crew;
mod folder;
mod freeze;
pub mod parts;
pub mod records;
mod summary;

pub use folder::{Asked, Extension, Folder};
pub use freeze::{Cells, cells};

use crate::exit;
use crate::output::OutputError;
use crate::problem::{Problem, Problems};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What can go wrong with the folder of a sweep.
#[derive(Debug, Error)]
pub enum Fault {
    /// What was frozen is wrong, or what was asked for is.
    #[error(transparent)]
    Input(#[from] Problems),
    /// Something cannot be made.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file cannot be written.
    #[error(
        "cannot write {path}: {source}\nhelp: nothing that was saved before is lost; make room, and the same command goes on"
    )]
    Write {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not everything that was asked for is there.
    #[error("{0}")]
    Incomplete(String),
    /// Two processes lived the same run to different ends.
    #[error("{0}")]
    Differ(String),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Fault {
        Fault::Input(problem.into())
    }
}

impl Fault {
    fn writing(path: &Path) -> impl FnOnce(io::Error) -> Fault {
        let path = path.to_path_buf();
        move |source| Fault::Write { path, source }
    }

    /// The exit code of a command that ends with it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Fault::Input(problems) => problems.exit_code(),
            Fault::Output(error) => error.exit_code(),
            Fault::Write { .. } => exit::CANNOT_WRITE,
            Fault::Incomplete(_) => exit::FAILED,
            Fault::Differ(_) => exit::INTERNAL,
        }
    }
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:@%+=".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
