//! What can only be seen when everything is loaded: programmes that collide, and changes that lead out of bounds.

use super::Scenario;
use super::change::{Change, Owner, Verb};
use super::resolve::{Fault, Window};
use crate::problem::Problem;
use crate::units::Month;
use std::collections::{BTreeMap, BTreeSet};

impl Scenario {
    /// Looks for collisions, and for values that leave their bounds with no programme, each alone and all together.
    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = self.collisions();
        let count = self.programmes.len();
        let start = Month::of(self.run.first_year - self.run.burn_in_years, 1);
        let own = self.changes.iter().filter(|change| change.owner == Owner::Scenario);
        let mut common: BTreeSet<Month> = own.flat_map(|change| [change.from, change.until]).flatten().collect();
        common.insert(start);
        let mut all = common.clone();
        all.extend(self.change_months());
        let mut settings: Vec<(String, Vec<bool>, BTreeSet<Month>)> = vec![
            ("without any programme".into(), vec![false; count], common.clone()),
            ("with all programmes".into(), vec![true; count], all),
        ];
        for (number, programme) in self.programmes.iter().enumerate() {
            let mut months = common.clone();
            months.insert(programme.from);
            let active = (0..count).map(|other| other == number).collect();
            settings.push((format!("with `{}` alone", programme.id), active, months));
        }
        let mut seen = BTreeSet::new();
        let touched = self.touched();
        for (setting, active, months) in settings {
            for month in months {
                for fault in self.tree_over(touched.clone(), &active, month).1 {
                    if seen.insert(fault.0) {
                        problems.push(self.fault(&fault, &format!("in {month} {setting}")));
                    }
                }
            }
        }
        problems
    }

    /// Changes of the scenario itself that act in no month of worlds that begin with `start`, in words: each block of the same
    /// months once.
    pub fn idle(&self, start: Month) -> Vec<String> {
        let end = Month::of(self.run.last_year, 12);
        let mut blocks: BTreeMap<(Option<Month>, Option<Month>), Vec<&Change>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.owner == Owner::Scenario) {
            let (before, after) = (
                change.until.is_some_and(|until| until <= start),
                change.from.is_some_and(|from| from > end),
            );
            if before || after {
                blocks.entry((change.from, change.until)).or_default().push(change);
            }
        }
        let words = |((from, until), changes): (&(Option<Month>, Option<Month>), &Vec<&Change>)| {
            let first = changes.first()?;
            let also = match changes.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let why = match (from, until) {
                (Some(from), _) if *from > end => format!("begins in {from}, after the run ends in {end}"),
                (_, until) => format!("ends before {}, before the worlds begin in {start}", (*until)?),
            };
            Some(format!("{}: `{}`{also} never acts: it {why}", first.place, first.path))
        };
        blocks.iter().filter_map(words).collect()
    }

    /// Plain values that two programmes set for the same rule in the same months.
    fn collisions(&self) -> Vec<Problem> {
        let mut by_path: BTreeMap<&str, Vec<(usize, &Change)>> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| change.verb == Verb::Set) {
            if let Owner::Programme(number) = change.owner {
                by_path.entry(&change.path).or_default().push((number, change));
            }
        }
        let mut problems = Vec::new();
        for (path, changes) in by_path {
            for (at, (one, first)) in changes.iter().enumerate() {
                for (_, second) in changes[at + 1..].iter().filter(|(two, _)| two != one) {
                    if overlap(self.window(first), self.window(second)) {
                        let title = format!("two programmes set `{path}` in the same months");
                        let problem = Problem::new(title).at(second.place.clone(), format!("to {}", second.shown()));
                        let help = "use `add` or `scale` in one of them, or give them months that do not overlap";
                        problems.push(
                            problem
                                .also(first.place.clone(), format!("to {}", first.shown()))
                                .help(help),
                        );
                    }
                }
            }
        }
        problems
    }

    pub(super) fn fault(&self, (number, message): &Fault, setting: &str) -> Problem {
        let problem = Problem::new(message.clone());
        match self.changes.get(*number) {
            Some(change) => {
                let label = format!("`{} = {}` leads there {setting}", change.verb.name(), change.shown());
                let problem = problem.at(change.place.clone(), label);
                match self.book.entries.get(&change.path) {
                    Some(entry) => problem.also(entry.place.clone(), "the baseline has it here"),
                    None => problem,
                }
            }
            None => problem,
        }
    }
}

fn overlap(one: Window, two: Window) -> bool {
    let before = |a: Window, b: Window| matches!((a.1, b.0), (Some(end), Some(start)) if end <= start);
    !before(one, two) && !before(two, one)
}
