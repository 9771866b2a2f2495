//! A result on a terminal: its main curves, bars and numbers, for those who work where no picture can be shown.
//!
//! Nothing here knows the simulation: everything is read from the written tables of a result folder, so that what is shown is what was
//! written. [`view`] looks at what kind of result it is:
//!
//! | Result of | Shown | Table |
//! |---|---|---|
//! | `run`, `compare`, the main job | curves over the years and paired differences | `tables/indicators.csv`, `tables/paired.csv` |
//! | `compare SWEEP` | what each programme changes | `tables/programmes.csv` |
//! | `attribute` | the answers to how many return because of illness | `tables/attributable.csv` |
//! | `sweep` | the response over a swept axis | `summary.csv` |

mod answers;
mod forest;
mod numbers;
mod response;
mod scenarios;
mod written;

use crate::terminal::Screen;
use crate::terminal::chart::Letters;
use std::path::{Path, PathBuf};

/// Columns where no terminal says how many there are.
const WIDTH: usize = 80;

/// What is to be shown; nothing said means what the main figures show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// An indicator, as the tables name it.
    pub indicator: Option<String>,
    /// How poverty is measured.
    pub convention: Option<String>,
    /// The poverty line.
    pub line: Option<String>,
    /// Which households.
    pub category: Option<String>,
    /// A county, or `all`.
    pub county: Option<String>,
    /// A year, or `all`, where the years are not across.
    pub year: Option<String>,
    /// The axis of a sweep that is across.
    pub axis: Option<String>,
    /// Only differences to the base.
    pub paired: bool,
    /// What charts are made of.
    pub letters: Letters,
}

/// Why a result could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// A table is not there, or cannot be read.
    #[error("{}: cannot be read: {source}\nhelp: {help}", .file.display())]
    Read {
        /// The table.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
        /// What to do.
        help: String,
    },
    /// A table does not hold what is needed.
    #[error("{}, line {line}: {what}\nhelp: copy the result folder again, or run what made it again", .file.display())]
    Table {
        /// The table.
        file: PathBuf,
        /// The line, counted from 1, the header being the first.
        line: u64,
        /// What is missing or wrong there.
        what: String,
    },
    /// The folder is no result.
    #[error("`{}` is no result: it has neither `tables/indicators.csv`, `tables/programmes.csv` or `tables/attributable.csv` nor `sweep.json`\nhelp: name the folder that `kangcun`, `kangcun compare`, `kangcun attribute` or `kangcun sweep run` wrote", .0.display())]
    NoResult(PathBuf),
    /// The result has nothing of what is asked for.
    #[error("{0}")]
    Absent(String),
    /// An option means nothing for this kind of result.
    #[error("{0}")]
    Usage(String),
}

/// The main curves of a result, as they are printed on `screen`.
///
/// # Errors
/// When a table is missing, cut short or ill-formed, or holds nothing of what is asked for.
pub fn view(result: &Path, wanted: &Wanted, screen: &Screen) -> Result<String, ViewError> {
    // Charts have a width: what is not printed on a terminal is as wide as most terminals are.
    let screen = &Screen {
        width: Some(screen.width.unwrap_or(WIDTH)),
        ..*screen
    };
    let tables = result.join("tables");
    let has = |name: &str| tables.join(name).is_file();
    if result.join("sweep.json").is_file() {
        refuse(
            "a sweep",
            &[
                ("--paired", wanted.paired),
                ("--convention", wanted.convention.is_some()),
                ("--line", wanted.line.is_some()),
            ],
        )?;
        return response::view(result, wanted, screen);
    }
    refuse("this result", &[("--axis", wanted.axis.is_some())])?;
    if has("programmes.csv") {
        let of_scenarios = [
            ("--convention", wanted.convention.is_some()),
            ("--line", wanted.line.is_some()),
            ("--category", wanted.category.is_some()),
            ("--county", wanted.county.is_some()),
            ("--year", wanted.year.is_some()),
            ("--paired", wanted.paired),
        ];
        refuse(
            "the result of a sweep of programmes, which holds differences of all years",
            &of_scenarios,
        )?;
        return forest::view(&tables, wanted, screen);
    }
    if has("attributable.csv") {
        let of_scenarios = [
            ("--indicator", wanted.indicator.is_some()),
            ("--category", wanted.category.is_some()),
            ("--county", wanted.county.is_some()),
            ("--paired", wanted.paired),
        ];
        refuse("the result of `attribute`", &of_scenarios)?;
        return answers::view(&tables, wanted, screen);
    }
    // Any other folder with tables is one of scenarios, even where a table of them is gone: the message says which.
    if tables.is_dir() {
        refuse(
            "scenarios, whose years are across",
            &[("--year", wanted.year.is_some())],
        )?;
        return scenarios::view(&tables, wanted, screen);
    }
    Err(ViewError::NoResult(result.to_owned()))
}

/// Refuses options that would change nothing.
fn refuse(kind: &str, options: &[(&str, bool)]) -> Result<(), ViewError> {
    match options.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(ViewError::Usage(format!("{option} means nothing for {kind}"))),
        None => Ok(()),
    }
}

/// The value that is asked for, which must be among those present; else the first of the usual ones that is, else the first.
fn chosen(option: &str, asked: Option<&str>, present: &[String], usual: &[&str]) -> Result<String, ViewError> {
    if let Some(asked) = asked {
        if present.iter().any(|own| own == asked) {
            return Ok(asked.to_owned());
        }
        let near = present
            .iter()
            .map(|own| (strsim::jaro_winkler(asked, own), own))
            .filter(|(near, _)| *near > 0.8)
            .max_by(|one, two| one.0.total_cmp(&two.0));
        let shown = present.iter().filter(|own| !own.is_empty()).take(40);
        let list: Vec<&str> = shown.map(String::as_str).collect();
        let more = if present.len() > 40 { ", ..." } else { "" };
        let help = match (near, list.is_empty()) {
            (Some((_, near)), _) => format!("did you mean `{near}`?"),
            (None, true) => format!("it has no {option} to choose from; leave it out"),
            (None, false) => format!("there is {}{more}", list.join(", ")),
        };
        return Err(ViewError::Absent(format!(
            "the tables have no {option} `{asked}`\nhelp: {help}"
        )));
    }
    let found = usual.iter().find_map(|usual| present.iter().find(|own| own == usual));
    found
        .or(present.first())
        .cloned()
        .ok_or_else(|| ViewError::Absent(format!("the tables have no {option} to show")))
}

/// An identifier as people read it.
fn words(id: &str) -> String {
    id.replace('_', " ")
}

#[cfg(test)]
mod tests;
