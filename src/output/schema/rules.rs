//! The rules in a schema: each with its meaning, unit, range, grade, source and today's value, all from the loaded baseline.

use super::{Meanings, entry, merge, number};
use crate::month::insurance::Cause;
use crate::month::rehabilitation::RehabilitationRules;
use crate::output::parameters;
use crate::rules;
use crate::scenario::card::{Measure, most_whole, unit_at, unit_words};
use crate::scenario::keys::NOTES;
use crate::scenario::{OPEN, RuleRow, Scenario, Shape, Verb, pattern, readable};
use crate::units::Month;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How a file writes a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As a change of what the baseline says.
    Change,
    /// As the baseline does.
    Card,
}

/// A table of rules.
#[derive(Default)]
struct Node {
    rules: BTreeMap<String, RuleRow>,
    tables: BTreeMap<String, Node>,
}

impl Node {
    fn insert(&mut self, path: &str, row: &RuleRow) {
        match path.split_once('.') {
            Some((table, rest)) => self.tables.entry(table.into()).or_default().insert(rest, row),
            None => {
                self.rules.entry(path.into()).or_insert_with(|| row.clone());
            }
        }
    }

    fn find(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, word| node.tables.get(word))
    }
}

/// The rules of a baseline.
pub struct Rules<'a> {
    baseline: &'a Scenario,
    meanings: &'a Meanings,
    /// What the schema says once and refers to.
    definitions: Map<String, Value>,
}

impl<'a> Rules<'a> {
    pub fn new(baseline: &'a Scenario, meanings: &'a Meanings) -> Rules<'a> {
        let definitions = Map::new();
        Rules {
            baseline,
            meanings,
            definitions,
        }
    }

    /// The names of what stands in the table `path`, such as the counties in `world.counties`.
    pub fn names_in(&self, path: &str) -> Vec<String> {
        let start = format!("{path}.");
        let name = |row: &RuleRow| Some(row.path.strip_prefix(&start)?.split_once('.')?.0.to_owned());
        let mut names: Vec<String> = self.rows().iter().filter_map(name).collect();
        names.dedup();
        names
    }

    fn rows(&self) -> Vec<RuleRow> {
        self.baseline.rules_in(Month::of(rules::BASE_YEAR, 1))
    }

    pub fn into_definitions(self) -> Map<String, Value> {
        self.definitions
    }

    /// The table of all rules, which is defined once.
    pub fn table(&mut self, manner: Manner) -> Value {
        let name = match manner {
            Manner::Change => "changes",
            Manner::Card => "rules",
        };
        if !self.definitions.contains_key(name) {
            let (mut all, mut patterns) = (Node::default(), Node::default());
            for row in self.rows() {
                all.insert(&row.path, &row);
                patterns.insert(&pattern(&row.path).0, &row);
            }
            let top = self.table_of(&all, "", &patterns, manner);
            self.definitions.insert(name.into(), top);
        }
        // Beside `$ref`, some editors do not see a description.
        json!({ "anyOf": [to(name)] })
    }

    /// The table `path`; entries of open tables can have whatever their neighbours have.
    fn table_of(&mut self, node: &Node, path: &str, patterns: &Node, manner: Manner) -> Value {
        let mut properties = Map::new();
        let below = |key: &str| {
            if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            }
        };
        for (key, row) in &node.rules {
            properties.insert(key.clone(), self.rule(&below(key), row, manner));
        }
        for (key, inner) in node.tables.iter().filter(|(key, _)| *key != ANY) {
            properties.insert(key.clone(), self.table_of(inner, &below(key), patterns, manner));
        }
        let own = pattern(path).0;
        if let Some(kin) = patterns.find(&own) {
            for (key, row) in kin.rules.iter().filter(|(key, _)| !node.rules.contains_key(*key)) {
                let path = format!("{own}.{key}");
                properties.insert(key.clone(), self.rule(&path, row, manner));
            }
        }
        let mut others = json!(false);
        if OPEN.contains(&own.as_str()) {
            let path = format!("{own}.{ANY}");
            let name = slug(&path.replace(ANY, "any"));
            if !self.definitions.contains_key(&name)
                && let Some(kin) = patterns.find(&path)
            {
                let table = self.table_of(kin, &path, patterns, manner);
                self.definitions.insert(name.clone(), table);
            }
            others = to(&name);
        }
        let mut table = json!({ "type": "object", "properties": properties, "additionalProperties": others });
        if let Some((_, meaning)) = self.meanings.find(parameters::Kind::Section, path) {
            merge(&mut table, json!({ "description": meaning.text }));
        }
        table
    }

    /// One rule: what it means and is today, and what it can be.
    fn rule(&mut self, path: &str, row: &RuleRow, manner: Manner) -> Value {
        let meaning = self.meanings.find(parameters::Kind::Parameter, path);
        let mut text = meaning.map_or(String::new(), |(_, meaning)| meaning.text.clone());
        if Shape::of(&row.value).is_numeric() {
            let _ = write!(text, " Unit: {}.", unit_words(path));
        }
        let mut rule = json!({ "anyOf": [self.kind(path, row, manner)] });
        if !path.split('.').any(|word| word == ANY) {
            text += &today(row);
            let value = row.value.get("value").unwrap_or(&row.value);
            merge(&mut rule, json!({ "default": value }));
        }
        merge(&mut rule, json!({ "description": text.trim() }));
        rule
    }

    /// What the rule at `path` can be, defined once for all of the same kind.
    fn kind(&mut self, path: &str, row: &RuleRow, manner: Manner) -> Value {
        let shape = Shape::of(&row.value);
        let unit = unit_at(path);
        let words = match shape {
            Shape::Text | Shape::List => self.words(path, &row.path),
            _ => Vec::new(),
        };
        let whole = most_whole(path);
        let mut name = match (words.is_empty(), whole) {
            (false, _) => slug(&pattern(path).0.replace(ANY, "any")),
            (true, Some(_)) => "whole".into(),
            (true, None) => slug(&format!("{shape:?} {} {} {}", unit.name, unit.low, unit.high)),
        };
        if manner == Manner::Card && row.sure.is_none() {
            name += "_name";
        }
        if !self.definitions.contains_key(&name) {
            let one = match (whole, words.is_empty()) {
                (Some(most), _) => json!({ "type": "integer", "minimum": 1, "maximum": most as u64 }),
                (None, false) => json!({ "enum": words }),
                (None, true) => match shape {
                    Shape::Text | Shape::List => json!({ "type": "string" }),
                    Shape::YesNo => json!({ "type": "boolean" }),
                    Shape::Number | Shape::Numbers | Shape::ByAge => number(unit.low, unit.high),
                },
            };
            let value = match shape {
                Shape::List | Shape::Numbers | Shape::ByAge => json!({ "type": "array", "items": one.clone() }),
                Shape::Text | Shape::YesNo | Shape::Number => one.clone(),
            };
            let kind = match (manner, row.sure.is_some()) {
                (Manner::Change, _) => json!({ "anyOf": [value, self.change(shape, unit.measure, &value, &one)] }),
                (Manner::Card, true) => {
                    let mut card = self.card(value);
                    if shape == Shape::ByAge {
                        merge(&mut card["properties"], json!({ "from_age": ages() }));
                    }
                    card
                }
                (Manner::Card, false) => value,
            };
            self.definitions.insert(name.clone(), kind);
        }
        to(&name)
    }

    /// The words that the rule at `path` can be or list: those that the rule structs know, or that they check later.
    fn words(&self, path: &str, known: &str) -> Vec<String> {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        match path.rsplit('.').next() {
            Some("conditions") => owned(Cause::names()),
            Some("events") => owned(RehabilitationRules::event_names()),
            Some("line") => self.names_in("poverty.lines"),
            _ => self.baseline.words::<rules::Rules>(known),
        }
    }

    /// A card with such a value, as the baseline and costs have it: a number of grade C or D says how far it may be off.
    pub fn card(&mut self, value: Value) -> Value {
        let measured = value["type"] == "number" || value["items"]["type"] == "number";
        let mut properties = self.notes();
        properties.insert("value".into(), value);
        let mut card = json!({
            "type": "object",
            "properties": properties,
            "required": ["value", "grade", "source"],
            "additionalProperties": false,
        });
        if measured {
            let seen = json!({ "properties": { "grade": { "enum": ["A", "B"] } } });
            merge(&mut card, json!({ "anyOf": [seen, { "required": ["low", "high"] }] }));
        }
        card
    }

    /// A change of a rule of this shape, as a table: one verb, and what is known about it. The value as a whole is a `value`,
    /// one of what it lists a `one`.
    fn change(&mut self, shape: Shape, measure: Measure, value: &Value, one: &Value) -> Value {
        let mut properties = self.notes();
        let mut verbs = Vec::new();
        for verb in Verb::ALL {
            let by = match verb {
                Verb::Set => value.clone(),
                Verb::Add if shape == Shape::List => one.clone(),
                _ if !shape.is_numeric() => continue,
                Verb::Add | Verb::Scale => json!({ "type": "number" }),
                Verb::Odds if measure == Measure::Chance => json!({ "type": "number", "minimum": 0 }),
                Verb::Hazard if matches!(measure, Measure::Chance | Measure::Rate) => {
                    json!({ "type": "number", "minimum": 0 })
                }
                Verb::Odds | Verb::Hazard => continue,
            };
            let mut by = json!({ "anyOf": [by] });
            merge(&mut by, json!({ "description": verb.meaning() }));
            properties.insert(verb.name().into(), by);
            verbs.push(json!({ "required": [verb.name()] }));
        }
        match shape {
            Shape::ByAge => {
                properties.insert("from_age".into(), ages());
            }
            Shape::List => {
                let text = "For `add`: the word of the list before which it stands; at the end if not said.";
                properties.insert("before".into(), json!({ "type": "string", "description": text }));
            }
            _ => {}
        }
        json!({ "type": "object", "properties": properties, "oneOf": verbs, "additionalProperties": false })
    }

    fn notes(&mut self) -> Map<String, Value> {
        NOTES
            .iter()
            .map(|key| (key.name.to_owned(), entry(key, self)))
            .collect()
    }
}

/// The ages at which the steps of a value begin.
fn ages() -> Value {
    json!({
        "type": "array",
        "items": { "type": "number" },
        "description": "The ages at which the steps of the value begin, from young to old.",
    })
}

/// What a rule is in the baseline, and how sure that is.
fn today(row: &RuleRow) -> String {
    let own = readable(&row.value);
    let mut text = format!(" Baseline: {}", own.value);
    if !own.from_age.is_empty() {
        let _ = write!(text, " from age {}", own.from_age);
    }
    if let Some(sure) = &row.sure {
        if let (Some(low), Some(high)) = (sure.low, sure.high) {
            let _ = write!(text, " ({low} to {high})");
        }
        if let Some(grade) = sure.grade {
            let _ = write!(text, ", grade {grade}");
        }
        let _ = write!(text, ": {}", sure.source);
    }
    text + "."
}

/// Letters, digits and single underscores of a name, which can stand in a reference.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("_")
}

/// What stands in patterns for any name.
const ANY: &str = "*";

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}
