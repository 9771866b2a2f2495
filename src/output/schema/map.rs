//! The map of a survey in a schema: the fields of the model, each with what a survey can say of it.

use super::{Rules, entry, merge, number};
use crate::survey::keys::{FIELD, needed_fields};
use crate::survey::{Field, Holds, all_fields, unit_names};
use serde_json::{Map, Value, json};

/// Says what the tables of a map hold whose keys are not fixed: fields and shares.
pub fn fill(schema: &mut Value, rules: &mut Rules) {
    let counties = rules.names_in("world.counties");
    for (name, of_household) in [("household", true), ("person", false)] {
        let table = fields_of(of_household, &counties, rules);
        merge(&mut schema["properties"][name], table);
    }
    let aged = json!({ "anyOf": [{ "required": ["age"] }, { "required": ["birth_year"] }] });
    merge(&mut schema["properties"]["person"], aged);
    let share = json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 });
    let margin = &mut schema["properties"]["rake"]["properties"]["margin"]["items"];
    merge(
        &mut margin["properties"]["share"],
        json!({ "additionalProperties": share }),
    );
    let told = json!({ "anyOf": [{ "required": ["share"] }, { "required": ["file"] }] });
    merge(margin, told);
}

fn fields_of(of_household: bool, counties: &[String], rules: &mut Rules) -> Value {
    let fields = all_fields();
    let own = fields.iter().filter(|field| field.of_household == of_household);
    let properties: Map<String, Value> = own
        .map(|field| (field.name.into(), of_field(field, counties, rules)))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": needed_fields(of_household),
        "additionalProperties": false,
    })
}

/// A field: the name of its column, or a table.
fn of_field(field: &Field, counties: &[String], rules: &mut Rules) -> Value {
    let words: Vec<String> = match field.holds {
        Holds::Word(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Holds::County => counties.to_vec(),
        _ => Vec::new(),
    };
    let mut properties: Map<String, Value> = FIELD
        .iter()
        .map(|key| (key.name.to_owned(), entry(key, rules)))
        .collect();
    let stands_in = match field.holds {
        Holds::Word(words) => json!({ "enum": words }),
        Holds::Number(low, high) => json!({ "anyOf": [number(low, high), { "type": "string" }] }),
        _ => json!({ "type": ["string", "number"] }),
    };
    for name in ["value", "default"] {
        properties[name]["anyOf"] = json!([stands_in]);
    }
    match unit_names(field.holds) {
        units if units.is_empty() => drop(properties.remove("unit")),
        units => merge(&mut properties["unit"], json!({ "enum": units })),
    }
    let codes = properties["missing"]["anyOf"].clone();
    for word in words {
        let text = format!("The survey's codes of `{word}`.");
        properties.insert(word, json!({ "anyOf": codes, "description": text }));
    }
    // A scenario may have counties of its own.
    let others = match field.holds {
        Holds::County => json!({ "anyOf": codes }),
        _ => json!(false),
    };
    let table = json!({
        "type": "object",
        "properties": properties,
        "oneOf": [{ "required": ["column"] }, { "required": ["value"] }],
        "additionalProperties": others,
    });
    let text = match field.filled {
        "" => "A column, or a table.".to_owned(),
        filled => format!("A column, or a table. Where it is not told: {filled}."),
    };
    json!({ "anyOf": [{ "type": "string" }, table], "description": text })
}
