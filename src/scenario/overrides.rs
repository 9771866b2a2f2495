//! Changes that a study makes to a scenario that is already loaded.

use super::book::{Found, Known, leaf_of};
use super::card::{Leaf, as_number, check_bounds, numbers};
use super::change::{Change, Frame, Owner, Verb, misfit, read_set};
use super::node::Reader;
use super::origin::Pushed;
use super::resolve::lookup;
use super::show::{At, CardRow};
use super::{RunSettings, Scenario};
use crate::problem::{Place, Problem, Problems, Source};
use crate::units::Month;
use std::sync::Arc;
use toml::Value;

/// The changes of one `path=value`; what it says of the run is put into `run`.
pub(super) fn read_text(text: &str, known: &mut Known, run: &mut RunSettings) -> (Vec<Change>, Vec<Problem>) {
    let mut reader = Reader::new(Arc::new(Source::new("--set", text)));
    let Some(mut top) = reader.parse() else {
        let help = "write path=value, such as insurance.layers.basic.deductible_yuan=300; texts in quotes";
        let problems = reader.problems.into_iter().map(|problem| problem.help(help));
        return (Vec::new(), problems.collect());
    };
    if let Some((table, _)) = reader.table(&top, "run") {
        run.read(&mut reader, table);
    }
    top.retain(|(key, _)| key != "run");
    let frame = Frame {
        from: None,
        until: None,
        owner: Owner::Scenario,
    };
    let changes = read_set(&mut reader, &top, known, &frame);
    (changes, reader.problems)
}

impl Scenario {
    /// Puts `sets` of the form `path=value` on top of everything, as if the scenario had been loaded with them.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place in its text.
    pub fn set(&mut self, sets: &[String]) -> Result<(), Problems> {
        let mut problems = self.take_sets(sets);
        if problems.is_empty() {
            problems = self.check();
        }
        Problems::or(problems, ())
    }

    /// As [`Self::set`], without looking whether values leave their bounds once all is applied.
    pub(super) fn take_sets(&mut self, sets: &[String]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for set in sets {
            let (changes, mut wrong) = read_text(set, &mut self.known, &mut self.run);
            self.changes.extend(changes);
            problems.append(&mut wrong);
        }
        self.origin.sets.extend_from_slice(sets);
        problems.extend(self.run.backwards());
        problems
    }

    /// Puts one more change on top of all others: `path` is `value` from month `from` until before month `until`.
    ///
    /// # Errors
    /// When there is no such path, or it cannot have that value.
    pub fn push_change(&mut self, path: &str, value: f64, from: Month, until: Option<Month>) -> Result<(), Problems> {
        let source = Arc::new(Source::new("pushed change", format!("{path} = {value}")));
        let place = Place::new(&source, 0..path.len());
        let leaf = Leaf::plain(Value::Float(value));
        let wrong = match self.known.find(path) {
            Found::Leaf(shape) => {
                misfit(path, Verb::Set, &leaf, Some(shape)).or_else(|| check_bounds(path, &leaf.value).err())
            }
            _ => Some(format!("unknown rule `{path}`")),
        };
        if let Some(message) = wrong {
            return Err(Problem::new(message).at(place, "").into());
        }
        let was_whole = matches!(lookup(&self.book.tree, path), Some(Value::Integer(_)));
        let is_count = was_whole && value.fract() == 0.0;
        let leaf = Leaf::plain(if is_count {
            Value::Integer(value as i64)
        } else {
            Value::Float(value)
        });
        self.origin.pushed.push(Pushed {
            path: path.to_owned(),
            value,
            from: from.to_string(),
            until: until.map(|until| until.to_string()),
        });
        let words = path.split('.').map(str::to_owned).collect();
        let (owner, path, until) = (Owner::Scenario, path.to_owned(), until);
        let (verb, from, notes, needs) = (Verb::Set, Some(from), None, None);
        self.changes.push(Change {
            path,
            words,
            verb,
            leaf,
            from,
            until,
            owner,
            notes,
            place,
            needs,
        });
        Ok(())
    }

    /// Moves a card to another value, underneath whatever is built on it: a sensitivity analysis varies the baseline's
    /// parameter or the programme's effect itself. A list is multiplied so that its first nonzero number becomes
    /// `value`.
    ///
    /// # Errors
    /// When the card cannot have that value.
    pub fn vary(&mut self, card: &CardRow, value: f64) -> Result<(), Problems> {
        self.move_card(card, value)?;
        Problems::or(self.check(), ())
    }

    /// As [`Self::vary`], without looking whether what is built on the card leaves its bounds: for many cards at once, with
    /// [`Self::checked`] after the last.
    ///
    /// # Errors
    /// When the card itself cannot have that value.
    pub fn move_card(&mut self, card: &CardRow, value: f64) -> Result<(), Problems> {
        let mut new = card.value.clone();
        let first = numbers(new.get("value").unwrap_or(&new))
            .into_iter()
            .find(|number| *number != 0.0);
        match &mut new {
            Value::Integer(_) if value.fract() == 0.0 => new = Value::Integer(value as i64),
            Value::Integer(_) | Value::Float(_) => new = Value::Float(value),
            list => scale(list, value / first.unwrap_or(1.0)),
        }
        self.put_card(card, new, value)
    }

    /// Gives a card whose value is a list other numbers, as many as it has, underneath whatever is built on it; not checked
    /// further, as in [`Self::move_card`].
    ///
    /// # Errors
    /// When the card cannot have these values.
    pub fn move_list(&mut self, card: &CardRow, values: &[f64]) -> Result<(), Problems> {
        let list = Value::Array(values.iter().map(|value| Value::Float(*value)).collect());
        let mut new = card.value.clone();
        match &mut new {
            Value::Table(steps) => {
                steps.insert("value".into(), list);
            }
            other => *other = list,
        }
        self.put_card(card, new, f64::NAN)
    }

    /// The scenario, if no change leads out of bounds.
    ///
    /// # Errors
    /// Every change that does.
    pub fn checked(self) -> Result<Scenario, Problems> {
        let problems = self.check();
        Problems::or(problems, self)
    }

    fn put_card(&mut self, card: &CardRow, new: Value, number: f64) -> Result<(), Problems> {
        if card.verb == Verb::Set
            && let Err(message) = check_bounds(&card.path, &new)
        {
            return Err(Problem::new(message).into());
        }
        match card.at {
            At::Book => put(&mut self.book.tree, &card.path, new),
            At::Cost(programme, item) => {
                if let Some(programme) = self.programmes.get_mut(programme)
                    && let Some(cost) = programme.cost_cards.get_mut(item)
                {
                    cost.1 = number;
                    if let Some(amount) = programme.cost.item(leaf_of(&card.path)) {
                        *amount = number;
                    }
                }
            }
            At::Change(number) => {
                if let Some(change) = self.changes.get_mut(number) {
                    change.leaf.value = new.get("value").cloned().unwrap_or(new);
                }
            }
        }
        Ok(())
    }
}

/// Puts a value in the place of another.
pub(super) fn put(tree: &mut toml::Table, path: &str, new: Value) {
    match path.split_once('.') {
        None => {
            tree.insert(path.to_owned(), new);
        }
        Some((first, rest)) => {
            if let Some(Value::Table(inner)) = tree.get_mut(first) {
                put(inner, rest, new);
            }
        }
    }
}

fn scale(value: &mut Value, by: f64) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| scale(item, by)),
        Value::Table(steps) => {
            if let Some(inner) = steps.get_mut("value") {
                scale(inner, by);
            }
        }
        other => {
            if let Some(number) = as_number(other) {
                *other = Value::Float(number * by);
            }
        }
    }
}
