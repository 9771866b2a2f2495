//! `kangcun scenario new`: a starter file that runs as it stands and explains every key.

use super::{Common, Failure};
use crate::exit;
use crate::output::new_file;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What is asked.
#[derive(Subcommand, Debug)]
pub enum Asked {
    /// Write a commented starter file, which checks and runs as it stands: ID.toml here, or the file of --out
    New(New),
}

/// Which starter is asked for.
#[derive(Args, Debug)]
pub struct New {
    /// The id: the file's name without its ending
    #[arg(conflicts_with = "out")]
    id: Option<String>,
    /// A programme instead of a scenario
    #[arg(long)]
    programme: bool,
}

const SCENARIO: &str = include_str!("scenario/scenario.toml");
const PROGRAMME: &str = include_str!("scenario/programme.toml");
/// What the starters call themselves.
const THIS_FILE: &str = "THIS_FILE";

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let Asked::New(new) = asked;
    let (starter, usual) = if new.programme {
        (PROGRAMME, "my-programme")
    } else {
        (SCENARIO, "my-scenario")
    };
    let id = new.id.as_deref().unwrap_or(usual);
    let path = match &common.out {
        Some(path) => path.clone(),
        None => PathBuf::from(format!("{id}.toml")),
    };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    if id.is_empty() || !id.chars().all(is_word) {
        let message =
            format!("error: `{id}` cannot be an id\nhelp: letters, digits, `-` and `_`; --out names a file elsewhere");
        return Err(Failure::new(message, exit::USAGE));
    }
    if path.extension().is_none_or(|ending| ending != "toml") {
        let message = format!(
            "error: `{}` is no name for it\nhelp: the file's name ends in .toml",
            path.display()
        );
        return Err(Failure::new(message, exit::USAGE));
    }
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    new_file(&path, &starter.replace(THIS_FILE, &name))?;
    say!("{}", path.display());
    say!("It runs as it stands: kangcun check {}", path.display());
    Ok(())
}
