//! A design over one base: its axes, its draws and seeds, and what is kept of each run.

use super::axes;
use super::range::Range;
use crate::problem::{Place, Problem, Problems};
use crate::scenario::Scenario;
use crate::scenario::files::{Files, Spot};
use crate::scenario::load::{Asked, Mention, load_asked};
use std::collections::{BTreeMap, BTreeSet};

/// The most runs of a sweep.
pub const MOST_RUNS: u64 = 10_000_000;
/// The most worlds (a scenario with programmes) of a sweep; each is read and checked before anything is run.
pub(super) const MOST_WORLDS: usize = 1000;

/// Points of a design, crossed with draws and seeds.
#[derive(Clone, Debug)]
pub struct Crossed {
    /// How points are chosen.
    pub layout: Layout,
    /// The luck of points and draws.
    pub design_seed: u64,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// How many seeds each point is run with: seed `s` is `run.seed + s`.
    pub seeds: u32,
    /// How many times the parameters of `draw` are drawn for each point; `None` where cards keep their values.
    pub draws: Option<u32>,
    /// Which parameters are drawn.
    pub draw: Draw,
    /// The replicates of each run's scenario and seed.
    pub replicates: u32,
    /// Indicators, with their places in the file; `None` where the file does not say.
    pub indicators: Option<Vec<(String, Place)>>,
    /// What the indicators are told apart by, in the order of [`By::ALL`].
    pub by: Vec<By>,
    /// What the command line sets on top of everything.
    pub over: Vec<String>,
    pub(super) sets: Vec<String>,
    pub(super) base: Option<Mention>,
    pub(super) place: Place,
    pub(super) texts: BTreeMap<Spot, String>,
}

/// How points are chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    /// Every combination of levels, the first axis slowest.
    Grid,
    /// These points: the number of the level of each axis.
    Table(Vec<Vec<u32>>),
    /// So many points, one in each of as many strata of each axis.
    LatinHypercube(u32),
    /// The first points of a scrambled Sobol sequence.
    Sobol(u32),
    /// So many independent points.
    Random(u32),
}

/// What the indicators of a sweep are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The year.
    Year,
    /// The county.
    County,
    /// The category of households.
    Category,
}

impl By {
    /// All.
    pub const ALL: [By; 3] = [By::Year, By::County, By::Category];

    /// The name used in files and tables.
    pub fn name(self) -> &'static str {
        ["year", "county", "category"][self as usize]
    }
}

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its name: that of its column, unless it moves several paths.
    pub name: String,
    /// Where the file says so.
    pub place: Place,
    /// What it moves.
    pub moves: Moves,
    /// Names of its levels; empty where they have none.
    pub labels: Vec<String>,
}

/// What an axis moves.
#[derive(Clone, Debug)]
pub enum Moves {
    /// Which scenario is the base: names and files.
    Scenarios(Vec<File>),
    /// Which programmes run on top.
    Programmes(Vec<Vec<File>>),
    /// Rules, on top of everything; none where a table's `label` moves nothing.
    Rules {
        /// Their paths.
        paths: Vec<String>,
        /// Their values.
        levels: Levels,
    },
    /// A card, underneath whatever builds on it.
    Card {
        /// The programme whose effect or cost it is.
        programme: Option<String>,
        /// Its path.
        path: String,
        /// Its values.
        levels: Levels,
    },
}

/// A file of an axis and the name of its level.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: String,
    pub(super) mention: Mention,
}

/// The levels of rules or of a card.
#[derive(Clone, Debug)]
pub enum Levels {
    /// A list.
    List(Vec<Listed>),
    /// Anything between two ends.
    Range(Range),
    /// A card's own range, until the card is known.
    Own,
}

/// A level of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// A value for each path.
    pub values: Vec<Value>,
    /// Where the file says so.
    pub place: Place,
}

/// A value of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// As in a scenario file, behind `path = `.
    pub text: String,
    /// As in a table.
    pub level: Level,
}

/// The level of an axis at a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// A name: a scenario, a list of programmes, a label, a truth or a word.
    Text(String),
    /// A number.
    Number(f64),
}

/// Which cards are drawn.
#[derive(Clone, Debug, Default)]
pub struct Draw {
    /// Paths or patterns; `None` is all.
    pub cards: Option<Vec<(String, Place)>>,
    /// Only these grades; empty is all.
    pub grades: Vec<char>,
    /// Paths or patterns of what keeps its value.
    pub except: Vec<(String, Place)>,
}

impl Axis {
    /// How many levels it has; `None` where any number of a range is one.
    pub fn count(&self) -> Option<usize> {
        match &self.moves {
            Moves::Scenarios(files) => Some(files.len()),
            Moves::Programmes(lists) => Some(lists.len()),
            Moves::Rules { levels, .. } | Moves::Card { levels, .. } => match levels {
                Levels::List(list) => Some(list.len()),
                Levels::Range(_) | Levels::Own => None,
            },
        }
    }

    /// The names of its levels, where they are worlds.
    pub fn level_names(&self) -> Vec<String> {
        axes::level_names(self)
    }

    /// Whether its levels are worlds: scenarios or programmes.
    pub fn is_world(&self) -> bool {
        matches!(self.moves, Moves::Scenarios(_) | Moves::Programmes(_))
    }

    /// The names of its columns: of its labels or names, and of what its levels set. Whether each holds numbers.
    pub fn columns(&self) -> Vec<(String, bool)> {
        let (paths, levels) = match &self.moves {
            Moves::Scenarios(_) | Moves::Programmes(_) => return vec![(self.name.clone(), false)],
            Moves::Rules { paths, levels } => (paths.clone(), levels),
            Moves::Card {
                programme,
                path,
                levels,
            } => (vec![axes::card_name(programme.as_deref(), path)], levels),
        };
        let is_number = |at: usize| match levels {
            Levels::List(list) => list.iter().all(|level| {
                let value = level.values.get(at).map(|value| &value.level);
                matches!(value, Some(Level::Number(_)))
            }),
            Levels::Range(_) | Levels::Own => true,
        };
        let mut columns: Vec<(String, bool)> = paths
            .into_iter()
            .enumerate()
            .map(|(at, path)| (path, is_number(at)))
            .collect();
        if !self.labels.is_empty() {
            columns.insert(0, (self.name.clone(), false));
        } else if let [only] = &mut columns[..] {
            only.0.clone_from(&self.name);
        }
        columns
    }
}

impl Crossed {
    /// How many points it has.
    pub fn points(&self) -> u64 {
        match &self.layout {
            Layout::Grid => {
                let counts = self.axes.iter().map(|axis| axis.count().unwrap_or(1) as u64);
                counts.fold(1, u64::saturating_mul)
            }
            Layout::Table(rows) => rows.len() as u64,
            Layout::LatinHypercube(points) | Layout::Sobol(points) | Layout::Random(points) => u64::from(*points),
        }
    }

    /// How many runs it has: points, draws, seeds and replicates.
    pub fn runs(&self) -> u64 {
        let each = [self.draws.unwrap_or(1), self.seeds, self.replicates].map(u64::from);
        each.into_iter().fold(self.points(), u64::saturating_mul)
    }

    pub(super) fn extend(&mut self, seeds: u32, draws: u32) -> Result<(), Problem> {
        if draws > 0 && self.draws.is_none() {
            let problem = Problem::new("draws are added to a sweep that draws nothing");
            return Err(problem.help("give the file `[draw]`, and `draws` under `[run]`"));
        }
        self.seeds = self.seeds.saturating_add(seeds);
        self.draws = self.draws.map(|old| old.saturating_add(draws));
        self.too_many().map_or(Ok(()), Err)
    }

    pub(super) fn too_many(&self) -> Option<Problem> {
        let (runs, points) = (self.runs(), self.points());
        let (draws, seeds, replicates) = (self.draws.unwrap_or(1), self.seeds, self.replicates);
        (runs > MOST_RUNS).then(|| {
            let title = format!("the sweep has {runs} runs, but may have {MOST_RUNS}");
            let label = format!("{points} points, {draws} draws, {seeds} seeds, {replicates} replicates");
            let help = "take levels, points, draws, seeds or replicates away, or cut it into several sweeps";
            Problem::new(title).at(self.place.clone(), label).help(help)
        })
    }

    /// The levels of the axes that say the world, for each world that its points can have: numbers of levels in the order of
    /// these axes.
    pub fn worlds(&self) -> Vec<Vec<usize>> {
        let own: Vec<usize> = (0..self.axes.len()).filter(|at| self.axes[*at].is_world()).collect();
        if let Layout::Table(rows) = &self.layout {
            let world = |row: &Vec<u32>| own.iter().map(|at| row[*at] as usize).collect();
            let all: BTreeSet<Vec<usize>> = rows.iter().map(world).collect();
            return all.into_iter().collect();
        }
        let mut worlds = vec![Vec::new()];
        for at in own {
            let levels = 0..self.axes[at].count().unwrap_or(0);
            let longer = |world: &Vec<usize>| {
                let world = world.clone();
                levels.clone().map(move |level| [&world[..], &[level]].concat())
            };
            worlds = worlds.iter().flat_map(longer).collect();
        }
        worlds
    }

    /// Loads a world: the levels of the axes that say it, as in [`Self::worlds`]. Years, replicates and seed are those of the
    /// file's `[run]`; what the command line sets is not in it.
    ///
    /// # Errors
    /// What is wrong with its files, or with them together.
    pub fn world(&self, levels: &[usize]) -> Result<Scenario, Problems> {
        self.load(&Files::kept(self.texts.clone()), levels)
    }

    pub(super) fn load(&self, files: &Files, levels: &[usize]) -> Result<Scenario, Problems> {
        let (mut first, mut added) = (self.base.as_ref(), Vec::new());
        for (axis, level) in self.axes.iter().filter(|axis| axis.is_world()).zip(levels) {
            match &axis.moves {
                Moves::Scenarios(files) => first = files.get(*level).map(|file| &file.mention).or(first),
                Moves::Programmes(lists) => {
                    let list = lists.get(*level).map_or(&[][..], |list| &list[..]);
                    added.extend(list.iter().map(|file| file.mention.clone()));
                }
                Moves::Rules { .. } | Moves::Card { .. } => {}
            }
        }
        let Some(first) = first else {
            return Err(Problem::new("the sweep has no base").into());
        };
        let asked = Asked {
            first,
            added: &added,
            sets: &self.sets,
            over: None,
        };
        load_asked(files, &asked)
    }
}
