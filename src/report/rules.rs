//! The rules that scenarios change, and the card of every parameter: texts that repeat are kept once.

use super::manifest::Folder;
use crate::problem::Problem;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a rule means, by its path; `None` where nothing is known of it.
pub type Meaning<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A dated change of a rule.
#[derive(Serialize)]
pub(super) struct Change {
    scenario: String,
    from: String,
    until: String,
    rule: String,
    verb: String,
    value: String,
    programme: String,
    set_by: String,
    unit: String,
    /// What the rule is in the base, where it has it.
    before: Option<String>,
    meaning: Option<String>,
    grade: String,
    low: String,
    high: String,
}

/// The cards of all scenarios; `texts` holds units, sources, notes and meanings once.
#[derive(Default, Serialize)]
pub(super) struct Cards {
    texts: Vec<String>,
    cards: Vec<Card>,
}

/// A parameter card: the texts by their places.
#[derive(PartialEq, Serialize)]
struct Card {
    rule: String,
    verb: String,
    value: String,
    unit: usize,
    low: String,
    high: String,
    grade: String,
    source: usize,
    year: String,
    note: usize,
    set_by: String,
    meaning: usize,
    /// The scenarios that have it, as places.
    of: Vec<usize>,
}

/// What of a card tells it from others of the same rule: verb, value, and the line that sets it.
type Name = [String; 4];

/// Reads the changes and cards of every scenario; the first is the base.
///
/// # Errors
/// When a file is missing or ill-formed.
pub(super) fn read(folder: &Folder, meaning: Meaning) -> Result<(Vec<Change>, Cards), Problem> {
    let mut cards = Cards::default();
    let mut places: BTreeMap<Name, usize> = BTreeMap::new();
    let mut texts: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = |text: &str, list: &mut Vec<String>| {
        *texts.entry(text.into()).or_insert_with(|| {
            list.push(text.into());
            list.len() - 1
        })
    };
    for (arm, scenario) in folder.manifest.scenarios.iter().enumerate() {
        let columns = [
            "rule", "verb", "value", "unit", "low", "high", "grade", "source", "year", "note", "set_by",
        ];
        folder.rules(&scenario.id, "cards")?.each(columns, |row| {
            let [rule, verb, value, unit, low, high, grade, source, year, note, set_by] = row.cells();
            let name = [rule, verb, value, set_by].map(str::to_owned);
            if let Some(&at) = places.get(&name) {
                cards.cards[at].of.push(arm);
                return Ok(());
            }
            places.insert(name, cards.cards.len());
            let card = Card {
                rule: rule.into(),
                verb: verb.into(),
                value: value.into(),
                unit: kept(unit, &mut cards.texts),
                low: trimmed(low),
                high: trimmed(high),
                grade: grade.into(),
                source: kept(source, &mut cards.texts),
                year: year.into(),
                note: kept(note, &mut cards.texts),
                set_by: set_by.into(),
                meaning: kept(&meaning(rule).unwrap_or_default(), &mut cards.texts),
                of: vec![arm],
            };
            cards.cards.push(card);
            Ok(())
        })?;
    }
    cards
        .cards
        .sort_by(|one, other| (&one.rule, one.of.first()).cmp(&(&other.rule, other.of.first())));
    let mut changes = Vec::new();
    for (arm, scenario) in folder.manifest.scenarios.iter().enumerate() {
        let columns = ["from", "until", "rule", "verb", "value", "programme", "set_by"];
        folder.rules(&scenario.id, "changes")?.each(columns, |row| {
            let [from, until, rule, verb, value, programme, set_by] = row.cells();
            let of_rule = cards.cards.iter().filter(|card| card.rule == rule);
            let own = of_rule
                .clone()
                .find(|card| card.of.contains(&arm) && card.set_by == set_by);
            let base = of_rule
                .clone()
                .find(|card| card.of.contains(&0) && card.verb == "value");
            let unit = own.or(base).map(|card| cards.texts[card.unit].clone());
            changes.push(Change {
                scenario: scenario.id.clone(),
                from: from.into(),
                until: until.into(),
                rule: rule.into(),
                verb: verb.into(),
                value: value.into(),
                programme: programme.into(),
                set_by: set_by.into(),
                unit: unit.unwrap_or_default(),
                before: base.filter(|card| card.set_by != set_by).map(|card| card.value.clone()),
                meaning: meaning(rule),
                grade: own.map(|card| card.grade.clone()).unwrap_or_default(),
                low: own.map(|card| card.low.clone()).unwrap_or_default(),
                high: own.map(|card| card.high.clone()).unwrap_or_default(),
            });
            Ok(())
        })?;
    }
    Ok((changes, cards))
}

/// A number as written in a table, without the zeros that only say how exact it is.
fn trimmed(number: &str) -> String {
    if !number.contains('.') {
        return number.into();
    }
    number.trim_end_matches('0').trim_end_matches('.').into()
}
