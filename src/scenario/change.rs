//! A change of one rule: the only way in which a scenario, a programme, a sweep or `--set` alters the baseline.
//!
//! Five verbs: a plain value, `add`, `scale`, and for chances `odds` (multiplies the odds) and `hazard` (multiplies
//! the hazard behind the chance). To a list of names, `add` adds a name (`before` says where), so that two programmes
//! can each bring an insurance layer.
//!
//! Changes of programmes act in an order of their own ([`Change::rank`]): values, sums, then products.

use super::Programme;
use super::book::{Found, Known, Shape, join, leaf_of, open_entry};
use super::card::{self, Leaf, Measure, Notes, as_number, unit_at};
use super::keys::{NOTES, names};
use super::node::{Node, Reader, Table, get};
use crate::maths;
use crate::problem::{Place, Problem};
use crate::units::Month;
use std::collections::BTreeSet;
use toml::Value;

/// What a change does to the value it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Takes its place.
    Set,
    /// Is added.
    Add,
    /// Multiplies it.
    Scale,
    /// Multiplies its odds: `p` becomes `ok / (1 + ok)` with `o = p / (1 - p)`.
    Odds,
    /// Multiplies its hazard: a chance `p` becomes `1 - (1 - p)^k`, a rate is multiplied.
    Hazard,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Verb; 5] = [Verb::Set, Verb::Add, Verb::Scale, Verb::Odds, Verb::Hazard];

    /// The word in a scenario file.
    pub fn name(self) -> &'static str {
        ["value", "add", "scale", "odds", "hazard"][self as usize]
    }

    /// What it does, in a sentence, for those who write scenario files.
    pub fn meaning(self) -> &'static str {
        match self {
            Verb::Set => "The new value.",
            Verb::Add => "Is added to the value in force.",
            Verb::Scale => "The value in force is multiplied by it.",
            Verb::Odds => "The odds of the share in force are multiplied by it.",
            Verb::Hazard => "The hazard behind the chance or rate in force is multiplied by it.",
        }
    }

    /// What becomes of `old` when the verb's number is `by`.
    ///
    /// ```
    /// # use kangcun::scenario::{Verb, card::Measure};
    /// assert_eq!(Verb::Odds.apply(0.5, 3.0, Measure::Chance), 0.75);
    /// assert!((Verb::Hazard.apply(0.5, 2.0, Measure::Chance) - 0.75).abs() < 1e-9);
    /// assert_eq!(Verb::Hazard.apply(0.5, 2.0, Measure::Rate), 1.0);
    /// ```
    pub fn apply(self, old: f64, by: f64, measure: Measure) -> f64 {
        match self {
            Verb::Set => by,
            Verb::Add => old + by,
            // Not a rounding away from what it was.
            Verb::Odds | Verb::Hazard if by == 1.0 => old,
            Verb::Odds if old < 1.0 => {
                let odds = by * old / (1.0 - old);
                odds / (1.0 + odds)
            }
            Verb::Hazard if measure == Measure::Chance && old < 1.0 => 1.0 - maths::pow(1.0 - old, by),
            // Nothing but a factor of zero moves what is certain.
            Verb::Odds | Verb::Hazard if measure == Measure::Chance => f64::from(u8::from(by > 0.0)),
            Verb::Scale | Verb::Odds | Verb::Hazard => old * by,
        }
    }
}

/// Who brings a change; it is in force where they are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owner {
    /// The scenario itself: everywhere.
    Scenario,
    /// One programme.
    Programme(usize),
    /// A package: where all of these programmes are in force.
    Package(Vec<usize>),
}

/// A dated change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub path: String,
    pub words: Vec<String>,
    pub verb: Verb,
    pub leaf: Leaf,
    pub from: Option<Month>,
    /// The first month in which it is no longer in force.
    pub until: Option<Month>,
    pub owner: Owner,
    pub notes: Option<Notes>,
    pub place: Place,
    /// A table that some other change founds; where it is not there, this change has nothing to act on.
    pub needs: Option<String>,
}

impl Change {
    /// The value in a scenario file's words.
    pub fn shown(&self) -> String {
        let value = self.leaf.resolved().to_string();
        match &self.leaf.before {
            Some(before) => format!("{value} before \"{before}\""),
            None => value,
        }
    }

    /// The place of a programme's change among those of all programmes, so that the order in which programmes are listed decides
    /// nothing: values, then what is added, then what multiplies; what another change must found comes after it; changes of one
    /// kind by the name of their programme, as sums and products of numbers depend on their order in the last digit. Names that are
    /// added to a list keep the order in which they are said, and what a package says comes after its programmes.
    pub fn rank(&self, programmes: &[Programme]) -> (bool, Verb, bool, Option<String>) {
        let adds_a_name = self.verb == Verb::Add && self.leaf.value.is_str();
        let owner = match &self.owner {
            Owner::Programme(at) if !adds_a_name => programmes.get(*at).map(|own| own.id.clone()),
            _ => None,
        };
        let of_package = matches!(self.owner, Owner::Package(_));
        (of_package, self.verb, self.needs.is_some(), owner)
    }

    /// Applies it to a tree of rules.
    pub fn apply(&self, tree: &mut toml::Table) -> Result<(), String> {
        if self.needs.as_deref().is_some_and(|path| !has_table(tree, path)) {
            return Ok(());
        }
        let Some((key, parents)) = self.words.split_last() else {
            return Ok(());
        };
        let mut table = tree;
        for word in parents {
            if self.verb != Verb::Set && !table.contains_key(word) {
                return Ok(());
            }
            let inner = table
                .entry(word.clone())
                .or_insert_with(|| Value::Table(toml::Table::new()));
            table = inner
                .as_table_mut()
                .ok_or_else(|| format!("`{word}` of `{}` is not a table", self.path))?;
        }
        match table.get_mut(key) {
            None if self.verb == Verb::Set => {
                table.insert(key.clone(), self.leaf.resolved());
            }
            None => return Ok(()),
            Some(old) if self.verb == Verb::Set => self.put(old)?,
            Some(Value::Array(list)) if Shape::of(&self.leaf.value) == Shape::Text => self.enlist(list),
            Some(old) => {
                let by = as_number(&self.leaf.value).unwrap_or(f64::NAN);
                turn(old, self.verb, by, unit_at(&self.path).measure);
            }
        }
        table
            .get(key)
            .map_or(Ok(()), |value| card::check_bounds(&self.path, value))
    }

    /// Adds a name to a list that does not have it yet.
    fn enlist(&self, list: &mut Vec<Value>) {
        if !list.contains(&self.leaf.value) {
            let before = |item: &Value| {
                item.as_str()
                    .is_some_and(|name| Some(name) == self.leaf.before.as_deref())
            };
            let at = list.iter().position(before).unwrap_or(list.len());
            list.insert(at, self.leaf.value.clone());
        }
    }

    fn put(&self, old: &mut Value) -> Result<(), String> {
        match old {
            Value::Table(steps) if self.leaf.from_age.is_none() => {
                let count = |value: Option<&Value>| value.and_then(Value::as_array).map_or(0, Vec::len);
                let (ages, values) = (count(steps.get("from_age")), count(Some(&self.leaf.value)));
                if ages != values {
                    return Err(format!("`{}` has {ages} ages, but {values} values are set", self.path));
                }
                steps.insert("value".into(), self.leaf.value.clone());
            }
            _ => *old = self.leaf.resolved(),
        }
        Ok(())
    }
}

fn has_table(tree: &toml::Table, path: &str) -> bool {
    let mut table = tree;
    path.split('.').all(|word| match table.get(word) {
        Some(Value::Table(inner)) => {
            table = inner;
            true
        }
        _ => false,
    })
}

fn turn(old: &mut Value, verb: Verb, by: f64, measure: Measure) {
    match old {
        Value::Array(list) => list.iter_mut().for_each(|item| turn(item, verb, by, measure)),
        Value::Table(steps) => {
            if let Some(value) = steps.get_mut("value") {
                turn(value, verb, by, measure);
            }
        }
        Value::Integer(number) => {
            let new = verb.apply(*number as f64, by, measure);
            // A count stays a count where it can.
            *old = if new.fract() == 0.0 && new.abs() < 9e15 {
                Value::Integer(new as i64)
            } else {
                Value::Float(new)
            };
        }
        Value::Float(number) => *number = verb.apply(*number, by, measure),
        _ => {}
    }
}

/// When and for whom the changes of one `[set]` are in force.
pub(crate) struct Frame {
    pub from: Option<Month>,
    pub until: Option<Month>,
    pub owner: Owner,
}

/// Reads a `[set]`: every path must exist, every value must fit it.
pub(crate) fn read_set(reader: &mut Reader, table: &Table, known: &mut Known, frame: &Frame) -> Vec<Change> {
    let mut changes = Vec::new();
    walk(reader, table, "", known, frame, &mut changes);
    found(reader, known, &mut changes);
    changes
}

/// Tells which changes found a new entry of an open map and which only alter one that another file founded.
fn found(reader: &mut Reader, known: &mut Known, changes: &mut [Change]) {
    let entries: BTreeSet<String> = changes
        .iter()
        .filter_map(|change| open_entry(&change.path))
        .map(str::to_owned)
        .collect();
    for entry in entries {
        let start = format!("{entry}.");
        let own: Vec<&mut Change> = changes
            .iter_mut()
            .filter(|change| change.path.starts_with(&start))
            .collect();
        let given: BTreeSet<String> = own.iter().map(|change| change.path[start.len()..].to_owned()).collect();
        if known.has_table(&entry) {
            if known.founded.get(&entry).is_some_and(|keys| !keys.is_subset(&given)) {
                for change in own {
                    change.needs = Some(entry.clone());
                }
            }
            continue;
        }
        if let (Some(meant), Some(first)) = (known.meant_entry(&entry, &given), own.first()) {
            let problem = Problem::new(format!("`{entry}` is new, but lacks keys that `{meant}` has"))
                .at(first.place.clone(), "in a new entry")
                .help(format!("did you mean `{meant}`? A new entry gives all its keys"));
            reader.problems.push(problem);
        }
        known.founded.insert(entry, given);
    }
    for change in changes.iter() {
        for end in 1..change.words.len() {
            known.add_table(&change.words[..end].join("."));
        }
    }
}

fn walk(reader: &mut Reader, table: &Table, parent: &str, known: &mut Known, frame: &Frame, changes: &mut Vec<Change>) {
    for (key, node) in table {
        let path = join(parent, key);
        let shape = match (known.find(&path), node.table()) {
            (Found::Unknown(help), _) => {
                let help = deepest(&path, node).and_then(|full| known.elsewhere(&full)).or(help);
                let title = format!("unknown rule `{path}`");
                reader.push(&node.key, title, "not a rule of the baseline", help);
                continue;
            }
            (Found::Table, Some(inner)) => {
                walk(reader, inner, &path, known, frame, changes);
                continue;
            }
            (Found::New, Some(inner)) if !is_verbs(inner) => {
                walk(reader, inner, &path, known, frame, changes);
                continue;
            }
            (Found::Table, None) => {
                let title = format!("`{path}` is a group of rules, found {}", node.word());
                reader.wrong(&node.span, title, "name one rule of it");
                continue;
            }
            (Found::Leaf(shape), _) => Some(shape),
            (Found::New, _) => None,
        };
        let Some((verb, leaf, notes)) = read_change(reader, &path, node, shape) else {
            continue;
        };
        known.add_leaf(&path, shape.unwrap_or_else(|| Shape::of(&leaf.resolved())));
        changes.push(Change {
            words: path.split('.').map(str::to_owned).collect(),
            path,
            verb,
            leaf,
            from: frame.from,
            until: frame.until,
            owner: frame.owner.clone(),
            notes,
            place: reader.place(&node.key),
            needs: None,
        });
    }
}

/// The full path that was meant, where an unknown group leads to a single rule.
fn deepest(path: &str, node: &Node) -> Option<String> {
    let (key, inner) = node.table().filter(|table| !is_verbs(table))?.first()?;
    let path = join(path, key);
    Some(deepest(&path, inner).unwrap_or(path))
}

fn is_verbs(table: &Table) -> bool {
    Verb::ALL.iter().any(|verb| get(table, verb.name()).is_some())
}

fn read_change(
    reader: &mut Reader,
    path: &str,
    node: &Node,
    shape: Option<Shape>,
) -> Option<(Verb, Leaf, Option<Notes>)> {
    let key = leaf_of(path);
    let before = reader.problems.len();
    let change = match node.table() {
        None => (Verb::Set, Leaf::plain(card::read_plain(reader, key, node)?), None),
        Some(table) => {
            let verbs = Verb::ALL.map(Verb::name);
            let others = ["from_age", "before"].into_iter().chain(names(&NOTES));
            let allowed: Vec<&str> = verbs.into_iter().chain(others).collect();
            let named = shape == Some(Shape::List) && get(table, "add").is_some();
            let fitting: Vec<&str> = allowed.into_iter().filter(|key| named || *key != "before").collect();
            reader.allow(table, "a change", &fitting);
            let given: Vec<Verb> = Verb::ALL
                .into_iter()
                .filter(|verb| get(table, verb.name()).is_some())
                .collect();
            let &[verb] = given.as_slice() else {
                let title = format!("the change of `{path}` has {} verbs", given.len());
                reader.wrong(
                    &node.key,
                    title,
                    "give one of `value`, `add`, `scale`, `odds`, `hazard`",
                );
                return None;
            };
            let leaf = if verb == Verb::Set {
                card::read_leaf(reader, key, table, &node.key)?
            } else if verb == Verb::Add && shape == Some(Shape::List) {
                let added = get(table, "add")?;
                let before = reader.text(table, "before");
                Leaf {
                    before,
                    ..Leaf::plain(card::read_plain(reader, key, added)?)
                }
            } else {
                Leaf::plain(Value::Float(reader.number(table, verb.name(), f64::MIN, f64::MAX)?))
            };
            let notes = card::read_notes(reader, table, &card::numbers(&leaf.value), &node.key);
            (verb, leaf, Some(notes))
        }
    };
    if let Some(message) = misfit(path, change.0, &change.1, shape) {
        reader.wrong(&node.span, message, "does not fit");
    }
    (reader.problems.len() == before).then_some(change)
}

/// Says why a change does not fit the parameter of `shape` at `path`.
pub(crate) fn misfit(path: &str, verb: Verb, leaf: &Leaf, shape: Option<Shape>) -> Option<String> {
    let Some(shape) = shape else {
        return (verb != Verb::Set).then(|| format!("`{path}` is new, so there is nothing to {}", verb.name()));
    };
    if verb == Verb::Set {
        let new = Shape::of(&leaf.resolved());
        return (!shape.takes(new)).then(|| format!("`{path}` is {}, not {}", shape.word(), new.word()));
    }
    if verb == Verb::Add && shape == Shape::List {
        return (!leaf.value.is_str()).then(|| format!("`{path}` is a list, to which a text can be added"));
    }
    let measure = unit_at(path).measure;
    let by = as_number(&leaf.value).unwrap_or_default();
    if !shape.is_numeric() {
        return Some(format!(
            "`{path}` is {}, which `{}` cannot change",
            shape.word(),
            verb.name()
        ));
    }
    match verb {
        Verb::Odds | Verb::Hazard if by < 0.0 => Some(format!("`{}` is {by}, but cannot be negative", verb.name())),
        Verb::Odds if measure != Measure::Chance => Some(format!("`{path}` is no chance or share, so it has no odds")),
        Verb::Hazard if !matches!(measure, Measure::Chance | Measure::Rate) => {
            Some(format!("`{path}` is no chance, share or rate, so it has no hazard"))
        }
        _ => None,
    }
}
