//! What stands beside a result: the dated changes and the parameter cards of its scenarios.

use super::{Sheet, number};
use crate::scenario::Scenario;

/// The dated changes of a scenario.
pub fn timeline(scenario: &Scenario) -> String {
    let mut sheet = Sheet::new(&["from", "until", "rule", "verb", "value", "programme", "set_by"]);
    for row in scenario.timeline() {
        sheet.row([
            row.from.map_or(String::new(), |month| month.to_string()),
            row.until.map_or(String::new(), |month| month.to_string()),
            row.path,
            row.verb.name().into(),
            row.value,
            row.programme.unwrap_or_default(),
            row.set_by,
        ]);
    }
    sheet.text()
}

/// Every parameter card of a scenario.
pub fn cards(scenario: &Scenario) -> String {
    let mut sheet = Sheet::new(&[
        "rule", "verb", "value", "unit", "low", "high", "grade", "source", "year", "note", "set_by",
    ]);
    for card in scenario.cards() {
        sheet.row([
            card.path.clone(),
            card.verb.name().into(),
            card.value.to_string(),
            card.unit.name.into(),
            card.low.map_or(String::new(), number),
            card.high.map_or(String::new(), number),
            card.grade.map_or(String::new(), |grade| grade.to_string()),
            card.source.clone(),
            card.year.map_or(String::new(), |year| year.to_string()),
            card.note.clone(),
            card.set_by.clone(),
        ]);
    }
    sheet.text()
}
