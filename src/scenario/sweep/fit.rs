//! Holding a sweep against the worlds it names: every path must be there, every value must fit, every card must have a range.

use super::crossed::{Axis, Crossed, Draw, Layout, Levels, Listed, MOST_WORLDS, Moves};
use super::levels::number_value;
use super::range::Range;
use crate::problem::{Place, Problem, suggest};
use crate::scenario::book::{Found, Known, open_entry};
use crate::scenario::card::is_whole;
use crate::scenario::files::Files;
use crate::scenario::overrides::read_text;
use crate::scenario::paths::covers;
use crate::scenario::{CardRow, RunSettings, Scenario, keys};
use std::collections::BTreeMap;

/// What is wrong with a sweep in the worlds that its axes name; cards without values of their own get those of their range.
pub(super) fn fit(crossed: &mut Crossed, files: &Files, is_spread: bool) -> Vec<Problem> {
    if let Some(problem) = too_many_worlds(crossed) {
        return vec![problem];
    }
    let mut problems = Gathered::default();
    let mut worlds = Vec::new();
    for choice in each_level(crossed) {
        match crossed.load(files, &choice) {
            Ok(world) => worlds.push(world),
            Err(wrong) => wrong.list().iter().for_each(|problem| problems.add(problem.clone())),
        }
    }
    if worlds.is_empty() || !problems.list.is_empty() {
        return problems.list;
    }
    let cards: Vec<Vec<CardRow>> = worlds.iter().map(Scenario::cards).collect();
    let all: Vec<&CardRow> = cards.iter().flatten().collect();
    for axis in &mut crossed.axes {
        own_range(axis, &all, is_spread, &mut problems);
    }
    for world in &worlds {
        let mut known = world.known.clone();
        for axis in &crossed.axes {
            check_axis(axis, world, &mut known, &mut problems);
        }
        check_over(crossed, world, &mut known, &mut problems);
    }
    check_replicates(crossed, &worlds, &mut problems);
    if crossed.draws.is_some() {
        check_draw(crossed, &cards, &mut problems);
    }
    if let Some(problem) = crossed.too_many() {
        problems.add(problem);
    }
    problems.list
}

/// Problems, each once: many worlds share their files.
#[derive(Default)]
struct Gathered {
    list: Vec<Problem>,
}

impl Gathered {
    fn add(&mut self, problem: Problem) {
        let place = |problem: &Problem| problem.place().map(ToString::to_string);
        let same = |other: &Problem| other.title() == problem.title() && place(other) == place(&problem);
        if !self.list.iter().any(same) {
            self.list.push(problem);
        }
    }
}

fn too_many_worlds(crossed: &Crossed) -> Option<Problem> {
    let levels = crossed.axes.iter().filter(|axis| axis.is_world());
    let product = levels.fold(1, |count: u64, axis| {
        count.saturating_mul(axis.count().unwrap_or(1) as u64)
    });
    let count = if let Layout::Table(_) = crossed.layout {
        crossed.worlds().len() as u64
    } else {
        product
    };
    (count > MOST_WORLDS as u64).then(|| {
        let title = format!("the sweep has {count} worlds, but may have {MOST_WORLDS}");
        let label = "scenarios and lists of programmes, each combination a world";
        let help = "cut it into several sweeps, or vary rules instead";
        Problem::new(title).at(crossed.place.clone(), label).help(help)
    })
}

/// Worlds in which each level of each axis is met: all rows of a table; of other designs, one axis at a time.
fn each_level(crossed: &Crossed) -> Vec<Vec<usize>> {
    if matches!(crossed.layout, Layout::Table(_)) {
        return crossed.worlds();
    }
    let counts: Vec<usize> = crossed
        .axes
        .iter()
        .filter(|axis| axis.is_world())
        .map(|axis| axis.count().unwrap_or(1))
        .collect();
    let mut choices = vec![vec![0; counts.len()]];
    for (axis, count) in counts.iter().enumerate() {
        for level in 1..*count {
            let mut choice = vec![0; counts.len()];
            choice[axis] = level;
            choices.push(choice);
        }
    }
    choices
}

/// Whether a card is the one that an axis names.
pub(super) fn is_card(card: &CardRow, programme: Option<&str>, path: &str) -> bool {
    card.path == path && (programme.is_none() || card.programme.as_deref() == programme)
}

/// Finds the card of an axis, and its range where the file gives none.
fn own_range(axis: &mut Axis, all: &[&CardRow], is_spread: bool, problems: &mut Gathered) {
    let place = axis.place.clone();
    let Moves::Card {
        programme,
        path,
        levels,
    } = &mut axis.moves
    else {
        return;
    };
    let fits: Vec<&&CardRow> = all
        .iter()
        .filter(|card| is_card(card, programme.as_deref(), path))
        .collect();
    let mut names: Vec<String> = fits.iter().map(|card| card.full_name()).collect();
    names.sort();
    names.dedup();
    // A path alone means the card of the baseline where there is one.
    let plain = fits.iter().find(|card| card.programme.is_none());
    let chosen = match (plain, &fits[..], names.len()) {
        (Some(card), ..) => *card,
        (None, [first, ..], 1) => *first,
        (None, [], _) => {
            let names: Vec<String> = all.iter().map(|card| card.full_name()).collect();
            let help = suggest(path, names.iter().map(String::as_str));
            let problem = Problem::new(format!("unknown card `{path}`")).at(place, "no card of any world");
            problems.add(problem.help_if(help));
            return;
        }
        (None, ..) => {
            let title = format!("several programmes have a card `{path}`");
            let problem = Problem::new(title).at(place, "whose?");
            problems.add(problem.help(format!("write one of `{}`", names.join("`, `"))));
            return;
        }
    };
    programme.clone_from(&chosen.programme);
    if !matches!(levels, Levels::Own) {
        let number = chosen.value.is_integer() || chosen.value.is_float() || chosen.numbers().is_some();
        if !number {
            let problem = Problem::new(format!("`{path}` is no number")).at(place, "cannot be moved along a range");
            problems.add(problem.help("set it: `set = ...` with `values`"));
        }
        return;
    }
    let numbers = chosen.numbers().unwrap_or_default();
    let range = chosen
        .range()
        .filter(|_| numbers.windows(2).all(|pair| pair[0] == pair[1]));
    let Some([low, high]) = range else {
        let title = if chosen.range().is_some() {
            format!("`{path}` is a list of different numbers")
        } else {
            format!("the card of `{path}` has no low and high")
        };
        let help = if chosen.range().is_some() {
            "say `from` and `to` of its first number that is not 0; the others keep their ratios to it"
        } else {
            "say `from` and `to`, or `values`"
        };
        problems.add(Problem::new(title).at(place, "has no range of its own").help(help));
        return;
    };
    *levels = if is_spread {
        Levels::Range(Range {
            from: low,
            to: high,
            is_log: false,
            is_whole: is_whole(path),
        })
    } else {
        let level = |number: f64| Listed {
            values: vec![number_value(number, false)],
            place: place.clone(),
        };
        Levels::List(vec![level(low), level(high)])
    };
}

/// The settings of a run that an axis can move; the others are axes of their own.
const RUN_PATHS: [&str; 3] = ["run.first_year", "run.last_year", "run.burn_in_years"];

fn check_axis(axis: &Axis, world: &Scenario, known: &mut Known, problems: &mut Gathered) {
    let Moves::Rules { paths, levels } = &axis.moves else {
        return;
    };
    for (at, path) in paths.iter().enumerate() {
        if let Some(problem) = unknown(path, axis, world, known) {
            problems.add(problem);
            continue;
        }
        let ends: Vec<Listed>;
        let list = match levels {
            Levels::List(list) => list,
            Levels::Own => return,
            Levels::Range(range) => {
                let end = |number: f64| Listed {
                    values: vec![number_value(number, range.is_whole)],
                    place: axis.place.clone(),
                };
                ends = vec![end(range.from), end(range.to)];
                &ends
            }
        };
        for level in list {
            let Some(value) = level.values.get(at) else { continue };
            let text = format!("{path}={}", value.text);
            let mut run = world.run.clone();
            let (_, wrong) = read_text(&text, known, &mut run);
            let wrong = wrong.into_iter().chain(run.backwards());
            for problem in wrong {
                problems.add(problem.at(level.place.clone(), "this level"));
            }
        }
    }
}

/// Why an axis cannot move `path` in a world.
fn unknown(path: &str, axis: &Axis, world: &Scenario, known: &Known) -> Option<Problem> {
    if let Some(key) = path.strip_prefix("run.") {
        let help = match key {
            "seed" => "give `seeds` under `[run]`: each point is run with as many".to_owned(),
            "replicates" => "give `replicates` under `[run]`: all points have as many".to_owned(),
            _ if RUN_PATHS.contains(&path) => return None,
            _ => suggest(key, keys::names(&keys::RUN))?,
        };
        let title = format!("an axis cannot move `{path}`");
        return Some(Problem::new(title).at(axis.place.clone(), "not a rule").help(help));
    }
    let missing = |title: String, help: Option<String>| {
        let problem = Problem::new(title).at(axis.place.clone(), "not a rule of every world");
        Some(problem.help_if(help))
    };
    let is_new = open_entry(path).is_some_and(|entry| !known.has_table(entry));
    match known.find(path) {
        Found::Leaf(_) if !is_new => None,
        Found::Leaf(_) | Found::New => {
            let title = format!("`{path}` is not there in `{}`", world.id);
            missing(
                title,
                Some("an axis moves rules that are there in each of its worlds".into()),
            )
        }
        Found::Table => {
            let problem = Problem::new(format!("`{path}` is a group of rules"));
            Some(
                problem
                    .at(axis.place.clone(), "not one rule")
                    .help("name one rule of it"),
            )
        }
        Found::Unknown(help) => missing(format!("unknown rule `{path}`"), help),
    }
}

/// Checks what the command line sets on top of everything.
fn check_over(crossed: &Crossed, world: &Scenario, known: &mut Known, problems: &mut Gathered) {
    let mut run = world.run.clone();
    for set in &crossed.over {
        let (changes, wrong) = read_text(set, known, &mut run);
        for problem in wrong {
            problems.add(problem);
        }
        let written = set.split('=').next().unwrap_or_default().trim();
        let moved = |axis: &&Axis| match &axis.moves {
            Moves::Rules { paths, .. } => paths
                .iter()
                .any(|path| path == written || changes.iter().any(|change| change.path == *path)),
            _ => false,
        };
        if let Some(axis) = crossed.axes.iter().find(moved) {
            let title = format!("`--set {set}` holds still what an axis moves");
            let problem = Problem::new(title).at(axis.place.clone(), "moved here");
            problems.add(problem.help("leave the set out, or take the axis out of the file"));
        }
    }
}

/// All runs have as many replicates; also takes what the command line says of them.
fn check_replicates(crossed: &mut Crossed, worlds: &[Scenario], problems: &mut Gathered) {
    let of = |world: &Scenario| -> RunSettings {
        let (mut run, mut known) = (world.run.clone(), Known::default());
        let sets = crossed.over.iter().filter(|set| set.trim_start().starts_with("run"));
        sets.for_each(|set| drop(read_text(set, &mut known, &mut run)));
        run
    };
    let runs: Vec<(&Scenario, RunSettings)> = worlds.iter().map(|world| (world, of(world))).collect();
    let Some((first, own)) = runs.first() else { return };
    if let Some((other, run)) = runs.iter().find(|(_, run)| run.replicates != own.replicates) {
        let title = format!(
            "`{}` has {} replicates, and `{}` has {}",
            first.id, own.replicates, other.id, run.replicates
        );
        let problem = Problem::new(title).at(crossed.place.clone(), "all runs have as many");
        problems.add(problem.help("give `replicates` under `[run]`"));
    }
    let replicates = own.replicates;
    crossed.replicates = replicates;
}

/// Whether a pattern of `[draw]` fits a card.
fn fits(pattern: &str, card: &CardRow) -> bool {
    match pattern.split_once(':') {
        Some((programme, path)) => card.programme.as_deref() == Some(programme) && covers(path, &card.path),
        None => covers(pattern, &card.path),
    }
}

impl Draw {
    /// Whether a card is drawn: it has a range, and the file asks for it.
    pub fn takes(&self, card: &CardRow) -> bool {
        let listed = |patterns: &[(String, Place)]| patterns.iter().any(|(pattern, _)| fits(pattern, card));
        card.range().is_some()
            && self.cards.as_deref().is_none_or(listed)
            && (self.grades.is_empty() || card.grade.is_some_and(|grade| self.grades.contains(&grade)))
            && !listed(&self.except)
    }
}

impl Crossed {
    /// The cards of a world that are drawn, with names that no two of them share; those that an axis moves are not among them.
    /// The name is that of [`CardRow::full_name`], with a number where a scenario says a card more than once.
    pub fn drawn_cards(&self, world: &Scenario) -> Vec<(String, CardRow)> {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let on_axis = |card: &CardRow| {
            self.axes.iter().any(|axis| match &axis.moves {
                Moves::Card { programme, path, .. } => card.path == *path && card.programme == *programme,
                _ => false,
            })
        };
        let named = |card: CardRow| {
            let name = card.full_name();
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            let name = if *count == 1 { name } else { format!("{name}#{count}") };
            (name, card)
        };
        let all: Vec<(String, CardRow)> = world.cards().into_iter().map(named).collect();
        let wanted = |(_, card): &(String, CardRow)| self.draw.takes(card) && !on_axis(card);
        all.into_iter().filter(wanted).collect()
    }

    /// The card that an axis moves, in a world; `None` where it does not have it, or the axis moves no card.
    pub fn axis_card(&self, axis: usize, world: &Scenario) -> Option<CardRow> {
        match &self.axes.get(axis)?.moves {
            Moves::Card { programme, path, .. } => world
                .cards()
                .into_iter()
                .find(|card| card.path == *path && card.programme == *programme),
            _ => None,
        }
    }
}

/// Every pattern of `[draw]` must fit a card, and something must be drawn.
fn check_draw(crossed: &Crossed, cards: &[Vec<CardRow>], problems: &mut Gathered) {
    let all: Vec<&CardRow> = cards.iter().flatten().collect();
    let names = || all.iter().map(|card| card.full_name()).collect::<Vec<String>>();
    let no_card = |pattern: &str, place: &Place| {
        let names = names();
        let problem = Problem::new(format!("no card fits `{pattern}`")).at(place.clone(), "no card of any world");
        problem.help_if(suggest(pattern, names.iter().map(String::as_str)))
    };
    for (pattern, place) in crossed.draw.cards.iter().flatten() {
        let fitting: Vec<&&CardRow> = all.iter().filter(|card| fits(pattern, card)).collect();
        if fitting.is_empty() {
            problems.add(no_card(pattern, place));
        } else if fitting.iter().all(|card| card.range().is_none()) {
            let title = format!("`{pattern}` cannot be drawn");
            let problem = Problem::new(title).at(place.clone(), "has no low and high, or is no number");
            problems.add(problem.help("leave it out, or give it an axis with `values`"));
        }
    }
    for (pattern, place) in &crossed.draw.except {
        if !all.iter().any(|card| fits(pattern, card)) {
            problems.add(no_card(pattern, place));
        }
    }
    if problems.list.is_empty() && !all.iter().any(|card| crossed.draw.takes(card)) {
        let problem = Problem::new("`[draw]` draws nothing").at(crossed.place.clone(), "no card is left");
        problems.add(problem.help("ask for more `cards` or `grades`, or leave `[draw]` out"));
    }
}
