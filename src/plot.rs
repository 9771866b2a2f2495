//! Figures for a paper or a report, drawn from the written tables of a run, so that a figure can always be redrawn.
//!
//! Nothing here knows the simulation: [`draw_all`] reads `tables/*.csv` of a result folder and writes, for each figure,
//! an SVG whose text is outlines (no font needed), a PNG of the same drawing, and a text file with the caption. Every
//! figure is 160 mm wide, keeps to one colour-blind safe palette and tells its series apart by marker, dash or order as
//! well as by colour. The same tables give the same bytes.
//!
//! | Figure | Question | Table |
//! |---|---|---|
//! | `return_curves` | how many lifted households fall back, by the register | `indicators.csv` |
//! | `return_measured` | the same, when poverty is measured by consumption | `indicators.csv` |
//! | `causes` | which part illness played in the returns | `causes.csv` |
//! | `payers` | who pays for care | `payers.csv` |
//! | `published` | whether the model finds what was published of the same years | `published.csv`, if there is one |
//! | `paired_difference` | how far a policy changes the hazard of return | `paired.csv` |
//! | `programmes` | what each programme of a sweep changes | `programmes.csv` |

mod axes;
mod causes;
mod curves;
mod forest;
mod payers;
mod published;
mod series;
mod sheet;
mod style;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use table::Table;

/// Why a figure could not be drawn. The message names the file and, where there is one, the line.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// A table is not there, or cannot be read.
    #[error("{}: cannot be read: {source}", .file.display())]
    Read {
        /// The table.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table does not hold what its figure needs.
    #[error("{}, line {line}: {what}", .file.display())]
    Table {
        /// The table.
        file: PathBuf,
        /// The line, counted from 1, the header being the first.
        line: u64,
        /// What is missing or wrong there.
        what: String,
    },
    /// A figure cannot be written.
    #[error("{}: cannot be written: {source}", .file.display())]
    Write {
        /// The figure.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The drawing library failed.
    #[error("the drawing failed: {0}")]
    Drawing(String),
}

/// The year by which all registered households were declared out of poverty.
const LIFTED_BY: i32 = 2020;

/// A drawing with its caption, not yet written.
struct Figure {
    /// The file name without extension.
    name: &'static str,
    /// The drawing as the drawing library wrote it, text still being text.
    svg: String,
    /// What the figure shows, for a reader who has nothing else.
    caption: String,
}

/// Draws every figure that the tables of a result folder allow.
///
/// Reads `result/tables/{indicators,causes,payers,paired}.csv`, or `programmes.csv` of a sweep, and writes `result/figures/<name>.svg`, `.png` (2,000
/// pixels wide, 317 dots per inch at 160 mm) and `.txt` (the caption). Returns the files written, in the order of the
/// figures. A figure for which a table holds no rows is left out without an error.
///
/// # Errors
///
/// [`PlotError`] if a table is missing, cut short or ill-formed (nothing is written then), or a file cannot be written.
pub fn draw_all(result: &Path) -> Result<Vec<PathBuf>, PlotError> {
    let tables = result.join("tables");
    // The result of a sweep of programmes has one table, any other has all of the others.
    let programmes = tables.join("programmes.csv");
    let figures = if programmes.is_file() {
        vec![forest::programmes(&Table::read(&programmes)?)?]
    } else {
        of_scenarios(&tables)?
    };

    let folder = result.join("figures");
    fs::create_dir_all(&folder).map_err(|source| PlotError::Write {
        file: folder.clone(),
        source,
    })?;
    let mut written = Vec::new();
    for figure in figures.into_iter().flatten() {
        let (svg, png) = sheet::render(&figure.svg)?;
        let files: [(&str, &[u8]); 3] = [
            ("svg", svg.as_bytes()),
            ("png", &png),
            ("txt", figure.caption.as_bytes()),
        ];
        for (extension, bytes) in files {
            let file = folder.join(format!("{}.{extension}", figure.name));
            fs::write(&file, bytes).map_err(|source| PlotError::Write {
                file: file.clone(),
                source,
            })?;
            written.push(file);
        }
    }
    Ok(written)
}

/// The figures of scenarios that were run side by side.
fn of_scenarios(tables: &Path) -> Result<Vec<Option<Figure>>, PlotError> {
    let indicators = Table::read(&tables.join("indicators.csv"))?;
    let causes = Table::read(&tables.join("causes.csv"))?;
    let payers = Table::read(&tables.join("payers.csv"))?;
    let paired = Table::read(&tables.join("paired.csv"))?;
    let published = tables.join("published.csv");
    let published = published.exists().then(|| Table::read(&published)).transpose()?;
    let scenarios = indicators.distinct("scenario", &[])?;
    let replicates = series::replicates(&indicators)?;
    let mut figures = vec![
        payers::payers(&payers, &indicators, &replicates)?,
        published.as_ref().map(published::published).transpose()?.flatten(),
    ];
    // Until then the households of the cohort were still being lifted: who fell back is no question of those years.
    let years = indicators.distinct("year", &[])?;
    if years
        .iter()
        .all(|year| year.parse::<i32>().map_or(true, |year| year > LIFTED_BY))
    {
        figures.extend([
            curves::return_curves(&indicators)?,
            curves::return_measured(&indicators)?,
            causes::causes(&causes, &replicates)?,
            curves::paired_difference(&paired, &scenarios)?,
        ]);
    }
    Ok(figures)
}
