//! Sweep files: many runs said once.
//!
//! There are two kinds. With `base = "against"`, each programme of a list stands beside the scenario that its own file names
//! (`alone`). Otherwise axes are crossed or sampled over one base (`crossed`): scenarios, programmes, rules and cards, with
//! draws of uncertain parameters and seeds as two axes more.
//!
//! Everything that is read (the file, its table, the scenarios and programmes of all its points) is kept with the sweep, so that
//! it can be made again elsewhere from the texts alone.

mod alone;
mod axes;
mod crossed;
mod fit;
mod levels;
mod range;
mod reading;
mod table;

pub use alone::carried_programmes;
pub use crossed::{Axis, By, Crossed, Draw, Layout, Level, Levels, Listed, MOST_RUNS, Moves, Value};
pub use range::Range;

use super::files::{Files, SWEEP_FOLDERS, Spot};
use super::keys;
use super::node::{Node, Table, get};
use super::open::{File, open};
use super::origin::{Input, keep, kept};
use crate::problem::{Problem, Problems, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Many runs said once.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The name by which commands call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// The question it answers, where it says so.
    pub question: Option<String>,
    /// What its `[run]` table sets, as `--set` would.
    pub sets: Vec<String>,
    /// What is run.
    pub kind: Kind,
    name: String,
    files: Vec<(Spot, Arc<Source>)>,
    added: [u32; 2],
}

/// What a sweep runs.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Programmes one by one, each beside the scenario that it is held against: ids, or paths from here.
    Alone {
        /// The programmes.
        programmes: Vec<String>,
    },
    /// Points of a design, crossed with draws and seeds.
    Crossed(Box<Crossed>),
}

/// All that it takes to make a sweep again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SweepInputs {
    /// The name or path by which it was asked for.
    pub name: String,
    /// What was set on the command line.
    pub sets: Vec<String>,
    /// Seeds that were added to those of the file.
    pub added_seeds: u32,
    /// Draws that were added to those of the file.
    pub added_draws: u32,
    /// The files.
    pub files: Vec<Input>,
}

impl Sweep {
    /// Loads the sweep `name_or_path`.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with its place.
    pub fn load(name_or_path: &str) -> Result<Sweep, Problems> {
        Sweep::load_with(name_or_path, &[])
    }

    /// As [`Self::load`], with `sets` of the form `path=value` on top of everything that its points set; `run.seed`,
    /// `run.replicates` and the like among them.
    ///
    /// # Errors
    /// As [`Self::load`]; also what is wrong with the sets, and one that an axis moves.
    pub fn load_with(name_or_path: &str, sets: &[String]) -> Result<Sweep, Problems> {
        read(&Files::program(), name_or_path, sets)
    }

    /// Whether `name_or_path` is the name of a sweep that the program carries, or the path of one.
    pub fn is(name_or_path: &str) -> bool {
        let opened = open(&Files::program(), name_or_path, None, SWEEP_FOLDERS, None);
        opened.is_ok_and(|file| mark(&file.top).is_some())
    }

    /// The design over one base.
    ///
    /// # Errors
    /// Where it is a sweep of programmes, each beside its own base.
    pub fn crossed(&self) -> Result<&Crossed, Problems> {
        match &self.kind {
            Kind::Crossed(crossed) => Ok(crossed),
            Kind::Alone { .. } => {
                let problem = Problem::new(format!("`{}` holds each programme against its own base", self.id));
                Err(problem.help("`kangcun compare` with this sweep alone runs it").into())
            }
        }
    }

    /// The programmes that are run one by one, each beside its own base.
    ///
    /// # Errors
    /// Where it is a design over one base.
    pub fn alone(&self) -> Result<&[String], Problems> {
        match &self.kind {
            Kind::Alone { programmes } => Ok(programmes),
            Kind::Crossed(_) => {
                let problem = Problem::new(format!("`{}` is a design over one base: nothing is compared", self.id));
                Err(problem.help("`kangcun sweep run` runs it").into())
            }
        }
    }

    /// Adds seeds and draws to those that the file asks for; the earlier ones stay what they are.
    ///
    /// # Errors
    /// Where draws are added and the file draws nothing, or the sweep becomes too large.
    pub fn extend(&mut self, seeds: u32, draws: u32) -> Result<(), Problems> {
        self.crossed()?;
        if let Kind::Crossed(crossed) = &mut self.kind {
            crossed.extend(seeds, draws)?;
        }
        self.added[0] += seeds;
        self.added[1] += draws;
        Ok(())
    }

    /// What it was made from, and the texts of all files by the names under which they are kept: the sweep file, its table, and
    /// the scenarios and programmes of all points.
    pub fn inputs(&self) -> (SweepInputs, BTreeMap<String, &str>) {
        let (files, texts) = keep(&self.files);
        let sets = match &self.kind {
            Kind::Crossed(crossed) => crossed.over.clone(),
            Kind::Alone { .. } => Vec::new(),
        };
        let [added_seeds, added_draws] = self.added;
        let inputs = SweepInputs {
            name: self.name.clone(),
            sets,
            added_seeds,
            added_draws,
            files,
        };
        (inputs, texts)
    }

    /// Makes a sweep again from what was kept; `text` gives the text that is kept under a name.
    ///
    /// # Errors
    /// When a text is gone, or the texts are wrong by now.
    pub fn again(inputs: &SweepInputs, text: impl Fn(&str) -> Result<String, Problem>) -> Result<Sweep, Problems> {
        let files = kept(&inputs.files, text)?;
        let mut sweep = read(&files, &inputs.name, &inputs.sets)?;
        if inputs.added_seeds > 0 || inputs.added_draws > 0 {
            sweep.extend(inputs.added_seeds, inputs.added_draws)?;
        }
        Ok(sweep)
    }
}

/// The first key of a file that only sweeps have.
pub(super) fn mark(top: &Table) -> Option<&Node> {
    ["axes", "design", "draw", "outputs", "table", "base"]
        .iter()
        .find_map(|key| get(top, key))
}

/// Whether each programme of a sweep stands beside its own base.
pub(super) fn is_against(top: &Table) -> bool {
    get(top, "base").and_then(Node::text) == Some(keys::AGAINST)
}

fn read(files: &Files, name: &str, over: &[String]) -> Result<Sweep, Problems> {
    let File { spot, mut reader, top } = open(files, name, None, SWEEP_FOLDERS, None)?;
    if mark(&top).is_none() {
        let problem = Problem::new(format!("`{name}` is not a sweep: it has no `[[axes]]`"));
        return Err(problem
            .help("`compare` takes two or more scenarios, or one sweep")
            .into());
    }
    let id = spot.id();
    let (title, summary) = (
        reader.needed_text(&top, &(0..0), "title"),
        reader.needed_text(&top, &(0..0), "summary"),
    );
    let question = reader.text(&top, "question");
    let (sets, kind) = if is_against(&top) {
        let (sets, programmes) = alone::read(&mut reader, &top, &spot, files);
        (sets, Some(Kind::Alone { programmes }))
    } else {
        let read = reading::read(&mut reader, &top, &spot, files, over);
        let kind = read.crossed.map(|crossed| Kind::Crossed(Box::new(crossed)));
        (read.sets, kind)
    };
    Problems::or(reader.problems, ())?;
    let Some(kind) = kind else {
        return Err(Problem::new(format!("`{name}` cannot be read")).into());
    };
    Ok(Sweep {
        id,
        title,
        summary,
        question,
        sets,
        kind,
        name: name.to_owned(),
        files: files.found(),
        added: [0, 0],
    })
}
