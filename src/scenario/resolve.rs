//! What holds in a given month: the baseline with every change in force, in order.

use super::Scenario;
use super::change::{Change, Owner};
use super::overrides::put;
use super::show::emit;
use crate::problem::{Problem, Problems};
use crate::units::Month;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use toml::Value;

/// A finding of the check: which change went wrong in which setting.
pub(super) type Fault = (usize, String);

impl Scenario {
    /// The typed rules in force in `month`, where `active[i]` says that programme `i` reaches the place. The
    /// programmes' own months apply as well; coverage, ramp and target group are the caller's, who says them through
    /// `active`.
    ///
    /// # Errors
    /// When the rules do not have the fields or types that `R` asks for, or a change leaves the bounds of its rule.
    pub fn resolve<R: DeserializeOwned>(&self, active: &[bool], month: Month) -> Result<R, Problems> {
        let (tree, faults) = self.tree(active, month);
        if !faults.is_empty() {
            return Err(faults
                .iter()
                .map(|fault| self.fault(fault, &format!("in {month}")))
                .collect::<Vec<_>>()
                .into());
        }
        R::deserialize(Value::Table(tree.clone())).map_err(|error| {
            let problem = self.mistyped::<R>(&tree, active, month);
            problem
                .unwrap_or_else(|| Problem::new(format!("the rules cannot be read: {}", error.message())))
                .into()
        })
    }

    /// The typed rules of the first January, before any programme: those under which worlds are founded.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn founding_rules<R: DeserializeOwned>(&self) -> Result<R, Problems> {
        let nobody = vec![false; self.programmes.len()];
        self.resolve(&nobody, Month::of(self.run.founding_year(), 1))
    }

    /// The months in which anything changes, in order.
    pub fn change_months(&self) -> Vec<Month> {
        let changes = self.changes.iter().flat_map(|change| [change.from, change.until]);
        let programmes = self
            .programmes
            .iter()
            .flat_map(|programme| [Some(programme.from), programme.until]);
        changes
            .chain(programmes)
            .flatten()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    pub(super) fn window(&self, change: &Change) -> (Option<Month>, Option<Month>) {
        let dates = |numbers: &[usize]| {
            let programmes = || numbers.iter().filter_map(|number| self.programmes.get(*number));
            let from = programmes().map(|programme| programme.from).max();
            (from, programmes().filter_map(|programme| programme.until).min())
        };
        match &change.owner {
            Owner::Scenario => (change.from, change.until),
            Owner::Programme(number) => dates(&[*number]),
            Owner::Package(numbers) => dates(numbers),
        }
    }

    pub(super) fn in_force(&self, change: &Change, active: &[bool], month: Month) -> bool {
        let reaches = |number: &usize| {
            active.get(*number) == Some(&true) && self.programmes.get(*number).is_some_and(|p| p.in_force(month))
        };
        match &change.owner {
            Owner::Scenario => {
                change.from.is_none_or(|from| from <= month) && change.until.is_none_or(|until| month < until)
            }
            Owner::Programme(number) => reaches(number),
            Owner::Package(numbers) => numbers.iter().all(reaches),
        }
    }

    /// The numbers of the changes in force in `month` where `active` programmes reach: the same numbers give the same rules.
    pub(crate) fn in_force_at(&self, active: &[bool], month: Month) -> Vec<usize> {
        let changes = self.changes.iter().enumerate();
        let own = changes.filter(|(_, change)| self.in_force(change, active, month));
        own.map(|(number, _)| number).collect()
    }

    /// The tree of rules in force, and the changes that could not be applied.
    pub(super) fn tree(&self, active: &[bool], month: Month) -> (toml::Table, Vec<Fault>) {
        self.tree_over(self.book.tree.clone(), active, month)
    }

    /// As [`Self::tree`], over some of the rules of the baseline.
    pub(super) fn tree_over(&self, mut tree: toml::Table, active: &[bool], month: Month) -> (toml::Table, Vec<Fault>) {
        let mut faults = Vec::new();
        for (number, change) in self.changes.iter().enumerate() {
            if self.in_force(change, active, month)
                && let Err(message) = change.apply(&mut tree)
            {
                faults.push((number, message));
            }
        }
        (tree, faults)
    }

    /// The rules of the baseline that any change has to do with, and nothing else: enough to see whether changes lead out of
    /// bounds, and quick to copy.
    pub(super) fn touched(&self) -> toml::Table {
        let mut touched = toml::Table::new();
        for change in &self.changes {
            let (mut from, mut into) = (&self.book.tree, &mut touched);
            for (at, word) in change.words.iter().enumerate() {
                let is_last = at + 1 == change.words.len();
                match from.get(word) {
                    Some(Value::Table(inner)) if !is_last => from = inner,
                    Some(value) => {
                        into.insert(word.clone(), value.clone());
                        break;
                    }
                    None => break,
                }
                let entry = into.entry(word.clone());
                let Value::Table(inner) = entry.or_insert_with(|| Value::Table(toml::Table::new())) else {
                    break;
                };
                into = inner;
            }
        }
        touched
    }

    /// The words that the rule at `path` can be, or those that its list can hold, as `R` knows them; none where `R` takes any
    /// text.
    pub fn words<R: DeserializeOwned>(&self, path: &str) -> Vec<String> {
        let nonsense = Value::String("?".into());
        let value = match lookup(&self.book.tree, path) {
            Some(Value::Array(_)) => Value::Array(vec![nonsense]),
            _ => nonsense,
        };
        let mut tree = self.book.tree.clone();
        put(&mut tree, path, value);
        let error = R::deserialize(Value::Table(tree)).err();
        let said = error.as_ref().and_then(|error| other_words(error.message()));
        said.map_or(Vec::new(), |(_, words)| {
            words.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        })
    }

    /// The path of the rule that does not have the type the program asks for.
    fn mistyped<R: DeserializeOwned>(&self, tree: &toml::Table, active: &[bool], month: Month) -> Option<Problem> {
        let (mut text, mut lines) = (String::new(), Vec::new());
        emit(&mut text, tree, "", &mut |path, _, span| {
            lines.push((path.to_owned(), span));
        });
        let error = toml::from_str::<R>(&text).err()?;
        let at = error.span().map_or(0, |span| span.start);
        let path = lines
            .iter()
            .rev()
            .find(|(_, span)| span.start <= at)
            .map_or("", |(path, _)| path);
        let words = other_words(error.message());
        let title = match (path, &words) {
            ("", _) => format!("the rules: {}", error.message()),
            (path, Some((word, _))) => format!("rule `{path}` cannot be `{word}`"),
            (path, None) => format!("rule `{path}`: {}", error.message()),
        };
        let start = format!("{path}.");
        let inside = || {
            self.book
                .entries
                .iter()
                .find(|(known, _)| known.starts_with(&start))
                .map(|(_, e)| &e.place)
        };
        let place = self
            .set_by(path, active, month)
            .map(|(place, ..)| place)
            .or_else(inside);
        let problem = Problem::new(title).help(match words {
            Some((_, right)) => format!("write {right}"),
            None => "the program and the scenario files must have the same rules".into(),
        });
        Some(match place {
            Some(place) => problem.at(place.clone(), format!("in force in {month}")),
            None => problem,
        })
    }
}

/// Where a word was given that the program does not know: the word, and the words there are.
fn other_words(message: &str) -> Option<(&str, &str)> {
    let (word, right) = message.strip_prefix("unknown variant `")?.split_once("`, expected ")?;
    Some((word, right))
}

pub(super) type Window = (Option<Month>, Option<Month>);

pub(super) fn lookup<'a>(tree: &'a toml::Table, path: &str) -> Option<&'a Value> {
    let (first, rest) = path
        .split_once('.')
        .map_or((path, None), |(first, rest)| (first, Some(rest)));
    match (tree.get(first)?, rest) {
        (value, None) => Some(value),
        (Value::Table(inner), Some(rest)) => lookup(inner, rest),
        _ => None,
    }
}
