//! Reading a design over one base.

use super::crossed::{Axis, By, Crossed, Draw, Layout, Moves};
use super::{alone, axes, fit, table};
use crate::problem::{Place, Problem};
use crate::scenario::files::{Files, Spot};
use crate::scenario::keys;
use crate::scenario::load::Mention;
use crate::scenario::node::{Node, Reader, Table, get};
use std::collections::BTreeMap;

/// The most points of a Sobol design: as many as its generator has.
const MOST_SOBOL: u32 = 1 << 16;
/// The most axes of a Sobol design.
const MOST_SOBOL_AXES: usize = 256;

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
    let Some(node) = get(top, "base") else {
        let has_scenarios = axes.iter().any(|axis| matches!(axis.moves, Moves::Scenarios(_)));
        // An axis that is wrong, or a table that could not be read, may have been the one.
        let tables = get(top, "axes").and_then(Node::list).unwrap_or_default();
        let meant = |axis: &Node| axis.table().is_some_and(|axis| get(axis, "scenarios").is_some());
        let unread = get(top, "table").is_some() && axes.is_empty();
        if !has_scenarios && !unread && !tables.iter().any(meant) {
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
    let mut by = reader.some_of(table, "by", "grouping", &By::ALL.map(|by| (by.name(), by)));
    by.sort();
    if get(table, "by").is_none() {
        by = usual;
    }
    (indicators, by)
}
