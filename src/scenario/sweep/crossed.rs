//! A design over one base: its axes, its draws and seeds, and what is kept of each run.

use super::range::Range;
use super::{alone, axes, fit, table};
use crate::problem::{Place, Problem, Problems};
use crate::scenario::Scenario;
use crate::scenario::files::{Files, Spot};
use crate::scenario::keys;
use crate::scenario::load::{Asked, Mention, load_asked};
use crate::scenario::node::{Reader, Table, get};
use std::collections::{BTreeMap, BTreeSet};

/// The most runs of a sweep.
pub const MOST_RUNS: u64 = 10_000_000;
/// The most worlds (a scenario with programmes) of a sweep; each is read and checked before anything is run.
pub(super) const MOST_WORLDS: usize = 1000;
/// The most points of a Sobol design: as many as its generator has.
const MOST_SOBOL: u32 = 1 << 16;
/// The most axes of a Sobol design.
const MOST_SOBOL_AXES: usize = 256;

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

/// What was read.
pub(super) struct Read {
    /// What `[run]` sets.
    pub sets: Vec<String>,
    /// `None` where the reader has problems.
    pub crossed: Option<Crossed>,
}

/// A design as its word says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    Grid,
    Table,
    LatinHypercube,
    Sobol,
    Random,
}

pub(super) const WORDS: [(&str, Word); 5] = [
    ("grid", Word::Grid),
    ("table", Word::Table),
    ("latin-hypercube", Word::LatinHypercube),
    ("sobol", Word::Sobol),
    ("random", Word::Random),
];

/// Reads a sweep over one base.
pub(super) fn read(reader: &mut Reader, top: &Table, spot: &Spot, files: &Files, over: &[String]) -> Read {
    reader.allow(top, "a sweep", &keys::names(&keys::SWEEP));
    let word = reader.one_of(top, "design", "design", &WORDS).unwrap_or(Word::Grid);
    let is_spread = !matches!(word, Word::Grid | Word::Table);
    let points = points(reader, top, word);
    let design_seed = whole(reader, top, "design_seed").unwrap_or(1) as u64;
    let (axes, layout) = if word == Word::Table {
        table::read(reader, top, spot, files)
    } else {
        let axes = axes::read(reader, top, spot, files, is_spread);
        let layout = match word {
            Word::LatinHypercube => Layout::LatinHypercube(points),
            Word::Sobol => Layout::Sobol(points),
            Word::Random => Layout::Random(points),
            Word::Grid | Word::Table => Layout::Grid,
        };
        (axes, layout)
    };
    let base = base(reader, top, spot, &axes);
    let (sets, seeds, draws) = run(reader, top);
    let draw = draw(reader, top, draws);
    let (indicators, by) = outputs(reader, top);
    let place = ["axes", "table", "design"]
        .iter()
        .find_map(|key| get(top, key))
        .map_or_else(|| reader.place(&(0..0)), |node| reader.place(&node.key));
    if axes.is_empty() && reader.problems.is_empty() {
        if is_spread {
            let help = "give it axes with ranges or levels; draws and seeds of one point need no design";
            let problem = Problem::new("points are spread over no axis").at(place.clone(), "nothing to spread over");
            reader.problems.push(problem.help(help));
        } else if draws.is_none() && seeds == 1 {
            let problem = Problem::new("a sweep without an axis runs nothing").at(place.clone(), "nothing is varied");
            let help = "write `[[axes]]`, or `draws` or `seeds` under `[run]`; `kangcun run` runs a single scenario";
            reader.problems.push(problem.help(help));
        }
    }
    if word == Word::Sobol && axes.len() > MOST_SOBOL_AXES {
        let title = format!("a Sobol design has {MOST_SOBOL_AXES} axes at most");
        let problem = Problem::new(title).at(place.clone(), format!("{} axes", axes.len()));
        reader.problems.push(problem.help("use `latin-hypercube` or `random`"));
    }
    if !reader.problems.is_empty() {
        return Read { sets, crossed: None };
    }
    let mut crossed = Crossed {
        layout,
        design_seed,
        axes,
        seeds,
        draws,
        draw,
        replicates: 1,
        indicators,
        by,
        over: over.to_vec(),
        sets: sets.clone(),
        base,
        place,
        texts: BTreeMap::new(),
    };
    let problems = fit::fit(&mut crossed, files, is_spread);
    let texts = files.found().into_iter();
    crossed.texts = texts.map(|(spot, source)| (spot, source.text.clone())).collect();
    let is_right = problems.is_empty();
    reader.problems.extend(problems);
    Read {
        sets,
        crossed: is_right.then_some(crossed),
    }
}

fn whole(reader: &mut Reader, top: &Table, key: &str) -> Option<i64> {
    let (low, high) = keys::whole_bounds(&keys::SWEEP, key);
    reader.whole(top, key, low, high)
}

/// How many points a design is asked for that is neither grid nor table.
fn points(reader: &mut Reader, top: &Table, word: Word) -> u32 {
    let points = whole(reader, top, "points");
    match (get(top, "points"), word) {
        (Some(node), Word::Grid | Word::Table) => {
            let (has, help) = match word {
                Word::Table => ("a table has as many points as rows", "leave `points` out"),
                _ => (
                    "a grid has a point for each combination of levels",
                    "leave `points` out, or say `design = \"latin-hypercube\"`, `\"sobol\"` or `\"random\"`",
                ),
            };
            reader.push(&node.key, has, "of another design", Some(help.into()));
        }
        (None, Word::LatinHypercube | Word::Sobol | Word::Random) => {
            let name = WORDS.iter().find(|(_, own)| *own == word).map_or("", |(name, _)| name);
            let at = get(top, "design").map_or(0..0, |node| node.span.clone());
            let title = format!("a design of `{name}` does not say how many points it has");
            reader.push(&at, title, "of how many points?", Some("add `points = 256`".into()));
        }
        (Some(node), Word::Sobol) if points.is_some_and(|points| points > i64::from(MOST_SOBOL)) => {
            let help = "use `latin-hypercube` or `random`, or cut it into sweeps with other `design_seed`s";
            let title = format!("a Sobol design has {MOST_SOBOL} points at most");
            reader.push(&node.span, title, "more than its sequence has", Some(help.into()));
        }
        _ => {}
    }
    if let (Some(node), false) = (get(top, "table"), word == Word::Table) {
        let help = "add `design = \"table\"`".to_owned();
        reader.push(&node.key, "`table` belongs to another design", "not read", Some(help));
    }
    points.unwrap_or(1) as u32
}

/// The base; it may be left out where an axis names scenarios.
fn base(reader: &mut Reader, top: &Table, spot: &Spot, axes: &[Axis]) -> Option<Mention> {
    let has_scenarios = axes.iter().any(|axis| matches!(axis.moves, Moves::Scenarios(_)));
    let Some(node) = get(top, "base") else {
        if !has_scenarios && reader.problems.is_empty() {
            reader.missing(&(0..0), "base");
        }
        return None;
    };
    let name = reader.text(top, "base")?;
    let place = reader.place(&node.span);
    Some(Mention {
        name,
        place: Some(place),
        from: Some(spot.clone()),
    })
}

/// What `[run]` sets, seeds and draws.
fn run(reader: &mut Reader, top: &Table) -> (Vec<String>, u32, Option<u32>) {
    let Some((run, _)) = reader.table(top, "run") else {
        return (Vec::new(), 1, None);
    };
    reader.allow(run, "`run` of a sweep", &keys::names(&keys::SWEEP_RUN));
    let sets = alone::run_sets(reader, run, &keys::names(&keys::RUN));
    let mut count = |key| {
        let (low, high) = keys::whole_bounds(&keys::SWEEP_RUN, key);
        reader.whole(run, key, low, high).map(|count| count as u32)
    };
    let seeds = count("seeds").unwrap_or(1);
    (sets, seeds, count("draws"))
}

fn draw(reader: &mut Reader, top: &Table, draws: Option<u32>) -> Draw {
    let Some((table, place)) = reader.table(top, "draw") else {
        if let (true, Some((run, _))) = (draws.is_some(), reader.table(top, "run")) {
            let at = get(run, "draws").map_or(0..0, |node| node.key.clone());
            let help = "add `[draw]` with `cards = \"all\"`, or leave `draws` out".to_owned();
            reader.push(&at, "draws of nothing", "no `[draw]` says what is drawn", Some(help));
        }
        return Draw::default();
    };
    reader.allow(table, "`draw`", &keys::names(&keys::DRAW));
    if draws.is_none() {
        let help = "add `draws = 10` under `[run]`".to_owned();
        reader.push(
            &place,
            "`[draw]` without a number of draws",
            "drawn how often?",
            Some(help),
        );
    }
    let placed = |reader: &mut Reader, key: &str| -> Vec<(String, Place)> {
        let texts = reader.texts(table, key).into_iter();
        texts.map(|(text, span)| (text, reader.place(&span))).collect()
    };
    let cards = match get(table, "cards") {
        None => None,
        Some(node) if node.text().is_some() => {
            let all = [(keys::ALL, ())];
            reader.one_of(table, "cards", "list of cards", &all);
            None
        }
        Some(_) => Some(placed(reader, "cards")),
    };
    let grades = keys::GRADES.map(|grade| (grade, grade.chars().next().unwrap_or('D')));
    Draw {
        cards,
        grades: reader.some_of(table, "grades", "grade", &grades),
        except: placed(reader, "except"),
    }
}

type Outputs = (Option<Vec<(String, Place)>>, Vec<By>);

fn outputs(reader: &mut Reader, top: &Table) -> Outputs {
    let usual = vec![By::Year, By::Category];
    let Some((table, _)) = reader.table(top, "outputs") else {
        return (None, usual);
    };
    reader.allow(table, "`outputs`", &keys::names(&keys::OUTPUTS));
    let indicators = get(table, "indicators").map(|node| {
        let texts = reader.texts(table, "indicators");
        if texts.is_empty() && node.list().is_some() {
            let help = "name some, or leave `indicators` out".to_owned();
            reader.push(&node.span, "no indicator is asked for", "an empty list", Some(help));
        }
        let placed = |(text, span)| (text, reader.place(&span));
        texts.into_iter().map(placed).collect()
    });
    let by = match get(table, "by") {
        None => usual,
        Some(_) => {
            let mut by = reader.some_of(table, "by", "grouping", &By::ALL.map(|by| (by.name(), by)));
            by.sort();
            by
        }
    };
    (indicators, by)
}
