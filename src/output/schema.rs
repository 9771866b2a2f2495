//! JSON Schemas (draft 2020-12) of the files that people write, so that editors complete and check them.
//!
//! They are made from what the loader itself goes by: the lists of keys (`scenario::keys`, `survey::keys`), and the rules as the
//! loaded baseline has them. A new rule of the baseline is in them by itself. What is more than a schema can say (a name that
//! must be listed elsewhere, shares that sum to 1, a programme that another requires) is left to `kangcun check`.

mod map;
mod rules;

use super::parameters::Meanings;
use crate::scenario::Scenario;
use crate::scenario::card::unit_of;
use crate::scenario::keys::{self, Holds, Key};
use rules::{Manner, Rules};
use serde_json::{Map, Value, json};

/// A kind of file that has a schema. A further kind is added here, with its keys in `Kind::keys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scenario.
    Scenario,
    /// A programme.
    Programme,
    /// A package of programmes.
    Package,
    /// A baseline: every rule, on its card.
    Baseline,
    /// A sweep.
    Sweep,
    /// The map of a survey.
    Map,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 6] = [
        Kind::Scenario,
        Kind::Programme,
        Kind::Package,
        Kind::Baseline,
        Kind::Sweep,
        Kind::Map,
    ];

    /// The name of its schema's file.
    pub fn file_name(self) -> String {
        format!("kangcun-{}.json", self.name())
    }

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Scenario => "scenario",
            Kind::Programme => "programme",
            Kind::Package => "package",
            Kind::Baseline => "baseline",
            Kind::Sweep => "sweep",
            Kind::Map => "map",
        }
    }

    fn keys(self) -> &'static [Key] {
        match self {
            Kind::Scenario => &keys::SCENARIO,
            Kind::Programme => &keys::PROGRAMME,
            Kind::Package => &keys::PACKAGE,
            Kind::Baseline => &keys::BASELINE,
            Kind::Sweep => &keys::SWEEP,
            Kind::Map => &crate::survey::keys::MAP,
        }
    }
}

/// The schema of files of `kind`, whose rules are those of `baseline`.
pub fn schema(kind: Kind, baseline: &Scenario, meanings: &Meanings) -> Value {
    let mut rules = Rules::new(baseline, meanings);
    let mut schema = table(kind.keys(), &mut rules);
    if kind == Kind::Map {
        map::fill(&mut schema, &mut rules);
    }
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("kangcun {}", kind.name()),
        "description": format!("Made by kangcun {} with `kangcun schema {}`.", env!("CARGO_PKG_VERSION"), kind.name()),
        "$defs": rules.into_definitions(),
    });
    merge(&mut schema, head);
    schema
}

/// Adds the entries of one object to another.
fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

/// A table with these keys and no others.
fn table(keys: &[Key], rules: &mut Rules) -> Value {
    let mut properties = Map::new();
    for key in keys {
        properties.insert(key.name.into(), entry(key, rules));
    }
    let needed: Vec<&str> = keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": false,
    })
}

/// What a key holds, with what it means.
fn entry(key: &Key, rules: &mut Rules) -> Value {
    let mut holds = match key.holds {
        Holds::Text if key.needed => json!({ "type": "string", "pattern": r"\S" }),
        Holds::Text => json!({ "type": "string" }),
        Holds::Texts => list_of(&json!({ "type": "string" })),
        Holds::File(folders) => file(folders),
        Holds::Files(folders) => list_of(&file(folders)),
        Holds::FileOr(folders, word) => json!({ "anyOf": [{ "const": word }, file(folders)] }),
        Holds::FilesOr(folders, word) => {
            let files = list_of(&file(folders));
            json!({ "anyOf": [{ "const": word }, files, list_of(&files)] })
        }
        Holds::TextOrTexts => json!({ "anyOf": [{ "type": "string" }, list_of(&json!({ "type": "string" }))] }),
        Holds::Values => json!({ "type": "array", "items": { "type": ["number", "boolean", "string", "array"] } }),
        Holds::Month => json!({ "type": "string", "pattern": MONTH }),
        Holds::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Holds::Number(low, high) => number(low, high),
        Holds::Word(words) => json!({ "enum": words() }),
        Holds::Words(words) => list_of(&json!({ "enum": words() })),
        Holds::Ages => json!({
            "type": "array",
            "items": { "type": "integer", "minimum": 0, "maximum": keys::OLDEST },
            "minItems": 2,
            "maxItems": 2,
        }),
        Holds::Amount => {
            let unit = unit_of(key.name);
            let plain = number(unit.low, unit.high);
            let card = rules.card(plain.clone());
            json!({ "anyOf": [plain, card] })
        }
        Holds::Changes => rules.table(Manner::Change),
        Holds::Rules => rules.table(Manner::Card),
        Holds::Table(keys) => table(keys, rules),
        Holds::Tables(keys) => json!({ "type": "array", "items": table(keys, rules) }),
        Holds::Open => json!({ "type": "object" }),
        Holds::Numbers(count) => json!({
            "type": "array",
            "items": { "type": "number" },
            "minItems": count,
            "maxItems": count,
        }),
        Holds::Codes => {
            let code = json!({ "type": ["string", "number"] });
            json!({ "anyOf": [code, { "type": "array", "items": code }] })
        }
    };
    merge(&mut holds, json!({ "description": key.meaning }));
    holds
}

/// `2022-01`, from 1900 to 2200.
const MONTH: &str = "^(19[0-9]{2}|2[01][0-9]{2}|2200)-(0?[1-9]|1[0-2])$";

/// A list in which nothing stands twice.
fn list_of(items: &Value) -> Value {
    json!({ "type": "array", "items": items, "uniqueItems": true })
}

/// A file that the program carries, by name, or any file by its path.
fn file(folders: &[&str]) -> Value {
    json!({ "anyOf": [{ "enum": keys::carried(folders) }, { "type": "string", "pattern": r"/|\.toml$" }] })
}

/// A number within bounds, where they are finite.
fn number(low: f64, high: f64) -> Value {
    let mut number = json!({ "type": "number" });
    for (key, bound, none) in [("minimum", low, f64::MIN), ("maximum", high, f64::MAX)] {
        if bound.is_finite() && bound != none {
            merge(&mut number, json!({ key: bound }));
        }
    }
    number
}
