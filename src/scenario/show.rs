//! A scenario laid open: its rules with their sources, its cards, its timeline, its canonical text.

use super::book::join;
use super::card::{Notes, Unit, most_whole, numbers, unit_at};
use super::change::{Change, Owner, Verb};
use super::resolve::lookup;
use super::{Programme, Scenario};
use crate::problem::Place;
use crate::units::Month;
use std::fmt::Write as _;
use std::ops::Range;
use toml::Value;

/// One card: a parameter of the baseline, an effect of a programme, or a unit cost.
#[derive(Clone, Debug, PartialEq)]
pub struct CardRow {
    /// The path below `rules`; for a unit cost, `programmes.<id>.cost.<key>`.
    pub path: String,
    /// What the number does: `Set` for a parameter of the baseline.
    pub verb: Verb,
    /// Its value: plain, or a table of `from_age` and `value`.
    pub value: Value,
    /// Its unit.
    pub unit: Unit,
    /// The least it may plausibly be.
    pub low: Option<f64>,
    /// The most it may plausibly be.
    pub high: Option<f64>,
    /// `A` (measured for this population) to `D` (a guess).
    pub grade: Option<char>,
    /// Where it comes from.
    pub source: String,
    /// The year it was measured in.
    pub year: Option<i32>,
    /// Anything else to know about it.
    pub note: String,
    /// The file and line that set it.
    pub set_by: String,
    /// The programme whose effect or cost it is.
    pub programme: Option<String>,
    pub(super) at: At,
}

impl CardRow {
    /// The numbers of a list, plain or by age; `None` where the value is none.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let list = self.value.get("value").unwrap_or(&self.value);
        list.is_array().then(|| numbers(list))
    }

    /// How the card is called among all: its path; of a programme's effect or cost, behind the programme's name and a colon.
    pub fn full_name(&self) -> String {
        match &self.programme {
            Some(programme) if !self.path.starts_with("programmes.") => format!("{programme}:{}", self.path),
            _ => self.path.clone(),
        }
    }

    /// The least and the most that a number, or the numbers of a list, may plausibly be; `None` where the card does not say, or
    /// holds no number, or one that counts people of the world and says nothing about them.
    pub fn range(&self) -> Option<[f64; 2]> {
        let has_number = !numbers(self.value.get("value").unwrap_or(&self.value)).is_empty();
        match (self.low, self.high) {
            (Some(low), Some(high)) if low < high && has_number && most_whole(&self.path).is_none() => {
                Some([low, high])
            }
            _ => None,
        }
    }

    /// Whether the value is true or false.
    pub fn is_truth(&self) -> bool {
        self.value.is_bool()
    }

    /// Whether the value names something and measures nothing.
    pub fn is_name(&self) -> bool {
        self.value.is_str()
    }
}

/// Where a card row lives in its scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum At {
    Book,
    Change(usize),
    Cost(usize, usize),
}

/// One change, for printing.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// Its first month; `None` is from the start.
    pub from: Option<Month>,
    /// The first month in which it is no longer in force.
    pub until: Option<Month>,
    /// The path below `rules`.
    pub path: String,
    /// What it does.
    pub verb: Verb,
    /// With which value, as written in a scenario file.
    pub value: String,
    /// The file and line that say so.
    pub set_by: String,
    /// The programme that brings it.
    pub programme: Option<String>,
    /// What its card says of how sure it is, if it has one.
    pub sure: Surety,
}

/// How sure a number is, and where it comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surety {
    /// The least it may plausibly be.
    pub low: Option<f64>,
    /// The most it may plausibly be.
    pub high: Option<f64>,
    /// `A` (measured for this population) to `D` (a guess).
    pub grade: Option<char>,
    /// Where it comes from.
    pub source: String,
    /// The year it was measured in.
    pub year: Option<i32>,
    /// Anything else to know about it.
    pub note: String,
}

impl From<&Notes> for Surety {
    fn from(notes: &Notes) -> Surety {
        let Notes {
            low,
            high,
            grade,
            source,
            year,
            note,
        } = notes.clone();
        Surety {
            low,
            high,
            grade,
            source,
            year,
            note,
        }
    }
}

/// Who set a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Setter {
    /// The file and line.
    pub place: String,
    /// The programme that brings it, if one does.
    pub programme: Option<String>,
}

/// One rule in force.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleRow {
    /// The path below `rules`.
    pub path: String,
    /// Its value: plain, or a table of `from_age` and `value`.
    pub value: Value,
    /// The value of the baseline, where it is another.
    pub baseline: Option<Value>,
    /// What its card says; `None` for what orders or names things and so carries no card.
    pub sure: Option<Surety>,
    /// The file and line that set it.
    pub set_by: String,
}

impl Scenario {
    /// Every rule in force in `month` where no programme reaches, by path. A rule that a file changes without a card of its
    /// own keeps what the baseline's card says.
    pub fn rules_in(&self, month: Month) -> Vec<RuleRow> {
        let active = vec![false; self.programmes.len()];
        let (tree, _) = self.tree(&active, month);
        let mut paths = Vec::new();
        leaves(&tree, "", &mut paths);
        let row = |path: String| {
            let value = lookup(&tree, &path)?.clone();
            let baseline = lookup(&self.book.tree, &path).filter(|old| **old != value);
            let set_by = self.set_by(&path, &active, month);
            let own = self.book.entries.get(&path).and_then(|entry| entry.notes.as_ref());
            Some(RuleRow {
                value,
                baseline: baseline.cloned(),
                sure: set_by.and_then(|(_, notes, _)| notes).or(own).map(Surety::from),
                set_by: set_by.map_or(String::new(), |(place, ..)| place.to_string()),
                path,
            })
        };
        paths.into_iter().filter_map(row).collect()
    }

    /// The rules in force in `month` as TOML, with all programmes or none; a comment on each line says which file set
    /// it, and what the card says.
    pub fn rules_text(&self, month: Month, active_all: bool) -> String {
        let active = vec![active_all; self.programmes.len()];
        let (tree, _) = self.tree(&active, month);
        let mut text = format!("# Rules in force in {month}\n");
        emit(&mut text, &tree, "rules", &mut |path, line, _| {
            let path = path.strip_prefix("rules.").unwrap_or_default();
            if is_leaf(&tree, path) {
                let _ = write!(line, "  # {}", self.comment(path, &active, month));
            }
        });
        text
    }

    /// Every card: the baseline's parameters, the effects of programmes that carry notes, and unit costs.
    pub fn cards(&self) -> Vec<CardRow> {
        let mut rows = Vec::new();
        for (path, entry) in self.book.entries.iter() {
            if let (Some(notes), Some(value)) = (&entry.notes, lookup(&self.book.tree, path)) {
                rows.push(row(
                    path.clone(),
                    Verb::Set,
                    value.clone(),
                    notes,
                    &entry.place,
                    None,
                    At::Book,
                ));
            }
        }
        for (number, change) in self.changes.iter().enumerate() {
            if let Some(notes) = &change.notes {
                let value = change.leaf.resolved();
                let at = At::Change(number);
                rows.push(row(
                    change.path.clone(),
                    change.verb,
                    value,
                    notes,
                    &change.place,
                    self.owner_id(change),
                    at,
                ));
            }
        }
        for (number, programme) in self.programmes.iter().enumerate() {
            for (item, (key, yuan, notes, place)) in programme.cost_cards.iter().enumerate() {
                let path = format!("programmes.{}.cost.{key}", programme.id);
                let own = Notes {
                    grade: notes.grade.or(programme.cost_grade),
                    source: if notes.source.is_empty() {
                        programme.cost_source.clone()
                    } else {
                        notes.source.clone()
                    },
                    ..notes.clone()
                };
                let (at, id) = (At::Cost(number, item), Some(programme.id.clone()));
                rows.push(row(path, Verb::Set, Value::Float(*yuan), &own, place, id, at));
            }
        }
        rows
    }

    /// All changes in the order of their first month; those of one month in the order in which they are applied.
    pub fn timeline(&self) -> Vec<TimelineRow> {
        let mut rows: Vec<TimelineRow> = self.changes.iter().map(|change| self.timeline_row(change)).collect();
        rows.sort_by_key(|row| row.from);
        rows
    }

    fn timeline_row(&self, change: &Change) -> TimelineRow {
        let (from, until) = self.window(change);
        TimelineRow {
            from,
            until,
            path: change.path.clone(),
            verb: change.verb,
            value: change.shown(),
            set_by: change.place.to_string(),
            programme: self.owner_id(change),
            sure: change.notes.as_ref().map(Surety::from).unwrap_or_default(),
        }
    }

    /// The canonical text of everything that determines the rules; two scenarios with the same text have the same
    /// rules.
    pub fn hash_text(&self) -> String {
        let mut text = format!("{:?}\n", self.run);
        if let Some(population) = &self.population {
            let _ = writeln!(text, "population {}", population.fingerprint());
        }
        for programme in &self.programmes {
            let Programme {
                id,
                from,
                until,
                ramp_years,
                coverage_share,
                first,
                needs_connection,
                requires,
                paid_by,
                counties,
                who,
                cost,
                ..
            } = programme;
            let until = until.map(|until| until.to_string());
            let reach = format!(
                "{ramp_years} {coverage_share} {first:?} {needs_connection} {requires:?} {counties:?} {who:?} {paid_by:?}"
            );
            let _ = writeln!(text, "programme {id} {from} {until:?} {reach} {cost:?}");
        }
        emit(&mut text, &self.book.tree, "rules", &mut |_, _, _| {});
        for change in &self.changes {
            let Change {
                path,
                verb,
                from,
                until,
                owner,
                needs,
                ..
            } = change;
            let window = format!("{:?} {:?}", from.map(|m| m.to_string()), until.map(|m| m.to_string()));
            let _ = writeln!(
                text,
                "change {path} {} {} {window} {owner:?} {needs:?}",
                verb.name(),
                change.shown()
            );
        }
        text
    }

    fn owner_id(&self, change: &Change) -> Option<String> {
        match change.owner {
            Owner::Programme(number) => self.programmes.get(number).map(|programme| programme.id.clone()),
            _ => None,
        }
    }

    /// Who set the rule at `path` in `month`, where `active[i]` says that programme `i` reaches the place; `None` where no file
    /// says anything of it.
    pub fn setter(&self, path: &str, active: &[bool], month: Month) -> Option<Setter> {
        let mut changes = self.changes.iter().rev();
        let last = changes.find(|change| change.path == path && self.in_force(change, active, month));
        let place = last.map(|change| &change.place);
        let place = place.or_else(|| self.book.entries.get(path).map(|entry| &entry.place))?;
        Some(Setter {
            place: place.to_string(),
            programme: last.and_then(|change| self.owner_id(change)),
        })
    }

    /// The change or card that set `path`.
    pub(super) fn set_by(&self, path: &str, active: &[bool], month: Month) -> Option<(&Place, Option<&Notes>, bool)> {
        let changes = self.changes.iter().rev();
        let below = |change: &&Change| change.path == path && self.in_force(change, active, month);
        if let Some(change) = changes.clone().find(below) {
            return Some((&change.place, change.notes.as_ref(), true));
        }
        self.book
            .entries
            .get(path)
            .map(|entry| (&entry.place, entry.notes.as_ref(), false))
    }

    /// The changes on which the last one builds, from last to first.
    fn beneath<'a>(&'a self, path: &str, active: &[bool], month: Month) -> Vec<&'a Change> {
        let below = |change: &&Change| change.path == path && self.in_force(change, active, month);
        let all: Vec<&Change> = self.changes.iter().filter(below).collect();
        let first = all.iter().rposition(|change| change.verb == Verb::Set).unwrap_or(0);
        all[first..].iter().rev().skip(1).copied().collect()
    }

    fn comment(&self, path: &str, active: &[bool], month: Month) -> String {
        let Some((place, notes, changed)) = self.set_by(path, active, month) else {
            return String::new();
        };
        let mut text = place.to_string();
        for change in self.beneath(path, active, month) {
            let _ = write!(text, " on {} {} {}", change.verb.name(), change.shown(), change.place);
        }
        if changed && let (Some(entry), Some(old)) = (self.book.entries.get(path), lookup(&self.book.tree, path)) {
            let _ = write!(text, " (was {} at {})", old.to_string().trim(), entry.place);
        }
        if let Some(notes) = notes {
            if let Some(grade) = notes.grade {
                let _ = write!(text, "; grade {grade}");
            }
            if !notes.source.is_empty() {
                let _ = write!(text, "; {}", notes.source.replace('\n', " "));
            }
        }
        text
    }
}

fn row(
    path: String,
    verb: Verb,
    value: Value,
    notes: &Notes,
    place: &Place,
    programme: Option<String>,
    at: At,
) -> CardRow {
    let unit = unit_at(&path);
    let Notes {
        low,
        high,
        grade,
        source,
        year,
        note,
    } = notes.clone();
    CardRow {
        path,
        verb,
        value,
        unit,
        low,
        high,
        grade,
        source,
        year,
        note,
        set_by: place.to_string(),
        programme,
        at,
    }
}

fn is_steps(value: &Value) -> bool {
    value
        .as_table()
        .is_some_and(|table| table.len() == 2 && table.contains_key("from_age") && table.contains_key("value"))
}

/// The paths of all rules of a tree.
fn leaves(table: &toml::Table, parent: &str, paths: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            Value::Table(inner) if !is_steps(value) => leaves(inner, &join(parent, key), paths),
            _ => paths.push(join(parent, key)),
        }
    }
}

/// Whether `path` is a rule rather than a table of rules.
fn is_leaf(tree: &toml::Table, path: &str) -> bool {
    lookup(tree, path).is_some_and(|value| is_steps(value) || !value.is_table())
}

/// Called with a path, its line so far and the bytes that the line takes.
pub(super) type Note<'a> = &'a mut dyn FnMut(&str, &mut String, Range<usize>);

/// Writes a tree of rules as TOML, one rule a line.
pub(super) fn emit(text: &mut String, table: &toml::Table, path: &str, note: Note<'_>) {
    let is_group = |value: &Value| value.is_table() && !is_steps(value);
    let line = |text: &mut String, path: &str, mut line: String, note: Note<'_>| {
        let start = text.len();
        let end = start + line.len();
        note(path, &mut line, start..end);
        text.push_str(&line);
        text.push('\n');
    };
    if !path.is_empty() && (table.is_empty() || table.values().any(|value| !is_group(value))) {
        text.push('\n');
        line(text, path, format!("[{path}]"), note);
    }
    for (key, value) in table.iter().filter(|(_, value)| !is_group(value)) {
        line(
            text,
            &join(path, key),
            format!("{key} = {}", value.to_string().trim()),
            note,
        );
    }
    for (key, value) in table {
        if let (Value::Table(inner), true) = (value, is_group(value)) {
            emit(text, inner, &join(path, key), note);
        }
    }
}
