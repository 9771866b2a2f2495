//! Changes that a study makes to a scenario that is already loaded.

use super::Scenario;
use super::book::{Found, leaf_of};
use super::card::{Leaf, as_number, check_bounds, numbers};
use super::change::{Change, Owner, Verb, misfit};
use super::origin::Pushed;
use super::resolve::lookup;
use super::show::{At, CardRow};
use crate::problem::{Place, Problem, Problems, Source};
use crate::units::Month;
use std::sync::Arc;
use toml::Value;

impl Scenario {
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
        let mut new = card.value.clone();
        let first = numbers(new.get("value").unwrap_or(&new))
            .into_iter()
            .find(|number| *number != 0.0);
        match &mut new {
            Value::Integer(_) if value.fract() == 0.0 => new = Value::Integer(value as i64),
            Value::Integer(_) | Value::Float(_) => new = Value::Float(value),
            list => scale(list, value / first.unwrap_or(1.0)),
        }
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
                    cost.1 = value;
                    if let Some(amount) = programme.cost.item(leaf_of(&card.path)) {
                        *amount = value;
                    }
                }
            }
            At::Change(number) => {
                if let Some(change) = self.changes.get_mut(number) {
                    change.leaf.value = new.get("value").cloned().unwrap_or(new);
                }
            }
        }
        Problems::or(self.check(), ())
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
