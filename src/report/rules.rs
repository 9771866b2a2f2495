//! The rules that scenarios change, and the card of every parameter: texts that repeat are kept once.

use super::manifest::Folder;
use super::sheet::Sheet;
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
#[derive(Clone, Default, Serialize)]
pub(super) struct Cards {
    texts: Vec<String>,
    cards: Vec<Card>,
}

/// A parameter card: the texts by their places.
#[derive(Clone, PartialEq, Serialize)]
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

/// Gathers the cards of scenarios, those that are the same once.
#[derive(Default)]
pub(super) struct Reader {
    cards: Cards,
    places: BTreeMap<Name, usize>,
    texts: BTreeMap<String, usize>,
}

impl Reader {
    /// Takes in the cards of the scenario at place `arm`.
    ///
    /// # Errors
    /// When the table is ill-formed.
    pub fn cards(&mut self, sheet: &Sheet, arm: usize, meaning: Meaning) -> Result<(), Problem> {
        let Reader { cards, places, texts } = self;
        let mut kept = |text: &str, list: &mut Vec<String>| {
            *texts.entry(text.into()).or_insert_with(|| {
                list.push(text.into());
                list.len() - 1
            })
        };
        let columns = [
            "rule", "verb", "value", "unit", "low", "high", "grade", "source", "year", "note", "set_by",
        ];
        sheet.each(columns, |row| {
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
        })
    }

    /// All of them, by rule.
    pub fn end(self) -> Cards {
        let mut cards = self.cards;
        cards
            .cards
            .sort_by(|one, other| (&one.rule, one.of.first()).cmp(&(&other.rule, other.of.first())));
        cards
    }
}

impl Cards {
    /// As many of them as find room in so many bytes of a page, and how many do not: cards that only some of `arms` scenarios
    /// have come first, then those that are assumed.
    pub fn within(&self, room: usize, arms: usize) -> (Cards, usize) {
        let mut order: Vec<usize> = (0..self.cards.len()).collect();
        order.sort_by_key(|&at| {
            let card = &self.cards[at];
            (card.of.len() == arms, card.grade != "D", at)
        });
        let mut texts = vec![usize::MAX; self.texts.len()];
        let (mut some, mut kept, mut taken) = (Cards::default(), Vec::new(), 0);
        for at in order {
            let card = &self.cards[at];
            let own = [card.unit, card.source, card.note, card.meaning];
            let new = own.iter().filter(|&&text| texts[text] == usize::MAX);
            let size = 220 + card.rule.len() + card.value.len() + 4 * card.of.len();
            let size = size + new.map(|&text| self.texts[text].len() + 3).sum::<usize>();
            if taken + size > room {
                continue;
            }
            taken += size;
            let [unit, source, note, meaning] = own.map(|text| {
                if texts[text] == usize::MAX {
                    texts[text] = some.texts.len();
                    some.texts.push(self.texts[text].clone());
                }
                texts[text]
            });
            let own = Card {
                unit,
                source,
                note,
                meaning,
                ..card.clone()
            };
            kept.push((at, own));
        }
        let left = self.cards.len() - kept.len();
        kept.sort_by_key(|(at, _)| *at);
        some.cards = kept.into_iter().map(|(_, card)| card).collect();
        (some, left)
    }
}

/// Reads the changes and cards of every scenario; the first is the base.
///
/// # Errors
/// When a file is missing or ill-formed.
pub(super) fn read(folder: &Folder, meaning: Meaning) -> Result<(Vec<Change>, Cards), Problem> {
    let cards = cards(folder, meaning)?;
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

/// The cards of every scenario of a result.
///
/// # Errors
/// When a file is missing or ill-formed.
pub(super) fn cards(folder: &Folder, meaning: Meaning) -> Result<Cards, Problem> {
    let mut reader = Reader::default();
    for (arm, scenario) in folder.manifest.scenarios.iter().enumerate() {
        reader.cards(&folder.rules(&scenario.id, "cards")?, arm, meaning)?;
    }
    Ok(reader.end())
}

/// A number as written in a table, without the zeros that only say how exact it is.
fn trimmed(number: &str) -> String {
    if !number.contains('.') {
        return number.into();
    }
    number.trim_end_matches('0').trim_end_matches('.').into()
}
