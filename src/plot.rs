//! Figures for a paper or a report, drawn from the written tables of a result, so that a figure can always be redrawn.
//!
//! Nothing here knows the simulation. [`draw`] reads written tables and writes, for each figure and page, drawings as SVG and
//! PDF whose text is outlines (no font needed), a PNG, and a text file with the caption. Every figure keeps to one colour-blind
//! safe palette and tells its series apart by marker, dash, hatching or order as well as by colour. The same tables give the
//! same bytes. A figure is added by a file of its own and a line in `RESULTS`.
//!
//! | Figure | Question | Table |
//! |---|---|---|
//! | `return_curves` | how many lifted households fall back, by the register | `indicators.csv` |
//! | `return_measured` | the same, when poverty is measured by consumption | `indicators.csv` |
//! | `paired_difference` | how far a policy changes the hazard of return | `paired.csv` |
//! | `causes` | which part illness played in the returns | `causes.csv` |
//! | `payers` | who pays for care | `payers.csv` |
//! | `fund` | whether the insurance fund lasts | `funds.csv`, `pools.csv`, `indicators.csv` |
//! | `care` | who gets care, and where | `indicators.csv`, `paired.csv` |
//! | `equity` | whom the return to poverty strikes, by fifth of income | `attribution.csv`, `winners.csv`, `indicators.csv` |
//! | `counties` | where the return to poverty is high | `indicators.csv`, `paired.csv` |
//! | `published` | whether the model finds what was published of the same years | `published.csv`, if there is one |
//! | `because_of_illness` | how many return because of illness, by each of six questions | `attributable.csv` |
//! | `cost_effectiveness` | what the policies cost the public, and what they avert | `cost_effect.csv` |
//! | `acceptability` | from what price of a return or a DALY on a policy is worth it | `cost_effect.csv` |
//! | `calibration` | whether the model finds what was published | `validation.csv` |
//! | `programmes` | what each programme of a sweep changes | `programmes.csv` |
//! | `response` | how the headline of a sweep answers to a number | `summary.csv` and `results.csv` of the sweep |
//! | `heat_map` | how it answers to two axes together | the same |
//! | `tornado` | what it depends on most | the same, and `draws.csv` |
//! | `shapley` | how much of what all axes do is due to each | the same |
//! | `pareto` | which points are not bettered at their cost | `summary.csv` of a sweep, or `programmes.csv` |

mod axes;
mod bars;
mod because;
mod calibration;
mod caption;
mod care;
mod causes;
mod counties;
mod curves;
mod equity;
mod forest;
mod fund;
mod legend;
mod page;
mod payers;
mod pdf;
mod published;
mod series;
mod sheet;
mod sources;
mod style;
mod sweep;
mod table;
mod text;
mod worth;
#[cfg(test)]
mod written;

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use page::{Columns, Format, Language, Page};
use sheet::Drawing;
use sources::Sources;

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
    /// The folder of a sweep of which nothing was collected.
    #[error(
        "{}: nothing was collected of this sweep; `kangcun sweep collect FOLDER` does it, with --partial while runs are missing",
        .folder.display()
    )]
    Uncollected {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder holds no result.
    #[error("{}: this is no folder of a result: it has no tables of a run, a comparison, a sweep or a validation", .folder.display())]
    NoResult {
        /// The folder.
        folder: PathBuf,
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
    /// A table is not the one that was written.
    #[error(
        "{}: this is not the table that was written with the result: it was changed or cut short since; copy the result again, or run \
         its command again", .file.display()
    )]
    Changed {
        /// The table.
        file: PathBuf,
    },
    /// A figure was asked for that this kind of result does not have.
    #[error("there is no figure `{name}` of this kind of result; its figures are: {known}")]
    Unknown {
        /// The figure.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The drawing library failed.
    #[error("the drawing failed: {0}")]
    Drawing(String),
}

/// A drawing with its caption, not yet written.
struct Figure {
    /// The drawing, text still being text.
    drawing: Drawing,
    /// The question that it answers.
    question: String,
    /// What the figure shows, for a reader who has nothing else.
    caption: String,
}

/// Draws what was read onto any page.
type Draw = Box<dyn Fn(Page) -> Result<Figure, PlotError>>;

/// A figure that a result may have.
struct Kind {
    /// The name of its files.
    name: &'static str,
    /// What a result must have for it, in words that end "is drawn of".
    needs: &'static str,
    /// Reads what it shows; nothing if the result has none of it.
    read: fn(&Sources) -> Result<Option<Draw>, PlotError>,
}

/// What results there are, told by a table that only they have; the first that fits counts.
const RESULTS: [(&str, &[Kind]); 5] = [
    (
        "./sweep.json",
        &[
            Kind {
                name: "response",
                needs: "an axis of numbers, with runs along it",
                read: sweep::response,
            },
            Kind {
                name: "heat_map",
                needs: "every combination of two axes or more, with runs",
                read: sweep::heat_map,
            },
            Kind {
                name: "tornado",
                needs: "two axes or more with runs at all points, or drawn cards",
                read: sweep::tornado,
            },
            Kind {
                name: "shapley",
                needs: "every combination of two axes or more that have two levels each, with runs",
                read: sweep::shapley,
            },
            Kind {
                name: "pareto",
                needs: "two points or more with a cost and an outcome of which less, or more, is better",
                read: sweep::pareto,
            },
        ],
    ),
    (
        "programmes.csv",
        &[
            Kind {
                name: "programmes",
                needs: "programmes, each beside its own base",
                read: forest::read,
            },
            Kind {
                name: "pareto",
                needs: "programmes with an effect on returns and a public cost",
                read: sweep::programmes_pareto,
            },
        ],
    ),
    (
        "attributable.csv",
        &[Kind {
            name: "because_of_illness",
            needs: "returns to poverty by the register",
            read: because::read,
        }],
    ),
    (
        "validation.csv",
        &[Kind {
            name: "calibration",
            needs: "published figures beside simulated ones",
            read: calibration::figures,
        }],
    ),
    (
        "indicators.csv",
        &[
            Kind {
                name: "return_curves",
                needs: "years after 2020 with returns by the register",
                read: curves::returns,
            },
            Kind {
                name: "return_measured",
                needs: "years after 2020 with returns by measured consumption",
                read: curves::measured,
            },
            Kind {
                name: "paired_difference",
                needs: "years after 2020 and two scenarios or more",
                read: curves::differences,
            },
            Kind {
                name: "causes",
                needs: "years after 2020 with returns by the register",
                read: causes::read,
            },
            Kind {
                name: "payers",
                needs: "medical spending",
                read: payers::read,
            },
            Kind {
                name: "published",
                needs: "a scenario of the past, with published figures beside it",
                read: published::read,
            },
            Kind {
                name: "fund",
                needs: "accounts of a fund that pays claims",
                read: fund::read,
            },
            Kind {
                name: "care",
                needs: "visits and admissions by place of care",
                read: care::read,
            },
            Kind {
                name: "equity",
                needs: "years after 2020 with returns of lifted households by fifth of income",
                read: equity::read,
            },
            Kind {
                name: "counties",
                needs: "years after 2020 and two counties or more whose hazards are shown",
                read: counties::read,
            },
            Kind {
                name: "cost_effectiveness",
                needs: "two scenarios or more with the table of what they cost and avert",
                read: worth::plane::effectiveness,
            },
            Kind {
                name: "acceptability",
                needs: "two scenarios or more that differ in cost and in what they avert",
                read: worth::acceptability::curves,
            },
        ],
    ),
];

/// Which figures are drawn, for which pages, as which files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The pages; each has a folder of its own, but for [`Page::USUAL`].
    pub pages: Vec<Page>,
    /// The files of each figure; a caption is always written.
    pub formats: Vec<Format>,
    /// The names of the figures; all that the tables allow, if empty.
    pub figures: Vec<String>,
}

impl Default for Wanted {
    /// All figures for the usual page in all formats.
    fn default() -> Wanted {
        Wanted {
            pages: vec![Page::USUAL],
            formats: Format::ALL.to_vec(),
            figures: Vec::new(),
        }
    }
}

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The files written, in the order of the figures.
    pub files: Vec<PathBuf>,
    /// The figures that this kind of result can have but this one does not, with what they need.
    pub left_out: Vec<(&'static str, &'static str)>,
}

/// The figures that a result of this kind can have, each with what it needs.
///
/// # Errors
///
/// [`PlotError::NoResult`] if no result is there.
pub fn figures_of(result: &Path) -> Result<Vec<(&'static str, &'static str)>, PlotError> {
    Ok(kinds(&Sources::of(result))?
        .iter()
        .map(|kind| (kind.name, kind.needs))
        .collect())
}

/// The figures of the kind of result that this is.
fn kinds(sources: &Sources) -> Result<&'static [Kind], PlotError> {
    match RESULTS.iter().find(|(table, _)| sources.has(table)) {
        Some((_, kinds)) => Ok(kinds),
        None => Err(PlotError::NoResult {
            folder: sources.folder().to_owned(),
        }),
    }
}

/// Draws the figures that the tables of a result folder allow into its folder `figures`.
///
/// # Errors
///
/// As [`draw`].
pub fn draw_all(result: &Path) -> Result<Vec<PathBuf>, PlotError> {
    Ok(draw(result, &result.join("figures"), &Wanted::default())?.files)
}

/// Draws the figures that the tables of a result folder allow.
///
/// Reads only written tables of `result`, and writes `<name>.svg`, `.pdf` (text as outlines), `.png` (300 dots per inch) and `.txt` (the
/// caption) into `folder`, for pages other than [`Page::USUAL`] into folders under it. A figure for which the tables hold no
/// rows is left out without an error.
///
/// # Errors
///
/// [`PlotError`] if a table is missing, cut short or ill-formed, or a figure is asked for that this kind of result does not
/// have (nothing is written then), or a file cannot be written.
pub fn draw(result: &Path, folder: &Path, wanted: &Wanted) -> Result<Drawn, PlotError> {
    let sources = Sources::of(result);
    let kinds = kinds(&sources)?;
    for name in &wanted.figures {
        if kinds.iter().all(|kind| kind.name != name) {
            return Err(PlotError::Unknown {
                name: name.clone(),
                known: kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", "),
            });
        }
    }
    let mut figures = Vec::new();
    let mut left_out = Vec::new();
    for kind in kinds {
        if !wanted.figures.is_empty() && wanted.figures.iter().all(|name| name != kind.name) {
            continue;
        }
        match (kind.read)(&sources)? {
            Some(drawn) => {
                for &page in &wanted.pages {
                    figures.push((folder.join(page.folder()).join(kind.name), drawn(page)?));
                }
            }
            None => left_out.push((kind.name, kind.needs)),
        }
    }
    // Outlines take far longer than the drawing.
    let rendered: Vec<Vec<(Format, Vec<u8>)>> = figures
        .par_iter()
        .map(|(_, figure)| {
            let description = figure.caption.split_once("\n\n").map_or("", |(_, rest)| rest);
            sheet::render(&figure.drawing, (&figure.question, description), &wanted.formats)
        })
        .collect::<Result<_, _>>()?;
    let mut files = Vec::new();
    for ((path, figure), rendered) in figures.iter().zip(rendered) {
        let mut put = |extension: &str, bytes: &[u8]| {
            let file = path.with_extension(extension);
            whole(&file, bytes).map_err(|source| PlotError::Write {
                file: file.clone(),
                source,
            })?;
            files.push(file);
            Ok::<(), PlotError>(())
        };
        for (format, bytes) in rendered {
            put(format.extension(), &bytes)?;
        }
        put("txt", figure.caption.as_bytes())?;
    }
    Ok(Drawn { files, left_out })
}

/// Writes a file under another name first, so that it is never half there.
fn whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = file.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // What cannot be removed either is told by the first error.
        let _ = fs::remove_file(&part);
    }
    written
}
