//! What stands in a parameter book: the rows, gathered from a scenario and from what its parameters mean.

use super::meanings::{Kind, Meanings};
use crate::scenario::card::{unit_at, unit_words};
use crate::scenario::keys::{Key, RUN};
use crate::scenario::{RuleRow, Scenario, Surety, readable};
use crate::units::Month;
use std::collections::BTreeMap;

/// A parameter with all that is known about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// `parameter`, `name` (orders or names something, carries no card), `run`, `change` or `cost`.
    pub kind: &'static str,
    /// Its path below `rules`.
    pub path: String,
    /// What it means.
    pub meaning: String,
    /// Its value: a number, a text, or a list parted by `; `.
    pub value: String,
    /// The ages at which the steps of its value begin, parted by `; `.
    pub from_age: String,
    /// Its unit in words.
    pub unit: String,
    /// How sure it is.
    pub sure: Surety,
    /// The modules that read it.
    pub used_by: Vec<String>,
    /// The file and line that set it.
    pub set_by: String,
    /// The baseline's value, where it is another.
    pub baseline: String,
    /// What a change does with the value.
    pub verb: String,
    /// The first month of a change.
    pub from: String,
    /// The first month after a change.
    pub until: String,
    /// The programme that brings a change or cost.
    pub programme: String,
}

/// The parameters of one table of the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The table's path below `rules`.
    pub path: String,
    /// What it holds.
    pub meaning: String,
    /// Its parameters.
    pub rows: Vec<Row>,
}

/// The parameter book of a scenario.
#[derive(Clone, Debug)]
pub struct Book {
    /// The scenario.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// The month whose rules stand in the book.
    pub month: Month,
    /// Years, replicates, seed.
    pub run: Vec<Row>,
    /// The tables of the rules, in the order of the mechanisms.
    pub sections: Vec<Section>,
    /// What files and programmes change, and when.
    pub changes: Vec<Row>,
    /// What programmes cost.
    pub costs: Vec<Row>,
    /// What each module does.
    pub modules: BTreeMap<String, String>,
}

impl Book {
    /// The book of `scenario`.
    pub fn of(scenario: &Scenario, meanings: &Meanings) -> Book {
        let month = Month::of(scenario.run.first_year, 1);
        let modules = meanings.0.iter().filter(|line| line.kind == Kind::Module);
        Book {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            month,
            run: run_rows(scenario),
            sections: sections(scenario.rules_in(month), meanings),
            changes: changes(scenario, meanings),
            costs: costs(scenario),
            modules: modules.map(|line| (line.name.clone(), line.text.clone())).collect(),
        }
    }

    /// The rows of all parts, in order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        let rules = self.sections.iter().flat_map(|section| &section.rows);
        self.run.iter().chain(rules).chain(&self.changes).chain(&self.costs)
    }

    /// How many rules in force are of each grade, `A` first.
    pub fn grades(&self) -> [(char, usize); 4] {
        let rules = || self.sections.iter().flat_map(|section| &section.rows);
        ['A', 'B', 'C', 'D'].map(|grade| (grade, rules().filter(|row| row.sure.grade == Some(grade)).count()))
    }
}

/// The sections of rules, each after the table it lies in.
fn sections(rules: Vec<RuleRow>, meanings: &Meanings) -> Vec<Section> {
    let mut by_table: BTreeMap<Vec<(usize, String)>, Section> = BTreeMap::new();
    let orders = orders(&rules);
    for rule in rules {
        let table = rule.path.rsplit_once('.').map_or("", |(table, _)| table).to_owned();
        let section = by_table
            .entry(place(&table, &orders, meanings))
            .or_insert_with(|| Section {
                meaning: meaning(Kind::Section, &table, meanings),
                rows: Vec::new(),
                path: table,
            });
        section.rows.push(rule_row(rule, meanings));
    }
    let mut sections: Vec<Section> = by_table.into_values().collect();
    for section in &mut sections {
        let rank = |row: &Row| meanings.find(Kind::Parameter, &row.path).map(|(at, _)| at);
        section.rows.sort_by_key(rank);
    }
    sections
}

/// The place of each entry that says its own `order`, such as a layer of insurance.
fn orders(rules: &[RuleRow]) -> BTreeMap<String, usize> {
    let order = |rule: &RuleRow| {
        let entry = rule.path.strip_suffix(".order")?;
        Some((entry.to_owned(), rule.value.as_integer()?.max(0) as usize))
    };
    rules.iter().filter_map(order).collect()
}

/// Where the table `path` stands: word by word in the order of the rule structs, then by its own order, then by name.
fn place(path: &str, orders: &BTreeMap<String, usize>, meanings: &Meanings) -> Vec<(usize, String)> {
    let mut so_far = String::new();
    let mut place = Vec::new();
    for word in path.split('.') {
        if !so_far.is_empty() {
            so_far.push('.');
        }
        so_far.push_str(word);
        let of_struct = meanings.place(&so_far);
        place.push((of_struct, String::new()));
        place.push((orders.get(&so_far).copied().unwrap_or(0), word.to_owned()));
    }
    place
}

fn meaning(kind: Kind, path: &str, meanings: &Meanings) -> String {
    meanings
        .find(kind, path)
        .map_or(String::new(), |(_, line)| line.text.clone())
}

fn rule_row(rule: RuleRow, meanings: &Meanings) -> Row {
    let own = readable(&rule.value);
    let known = meanings.find(Kind::Parameter, &rule.path).map(|(_, line)| line);
    Row {
        kind: if rule.sure.is_some() { "parameter" } else { "name" },
        meaning: known.map_or(String::new(), |line| line.text.clone()),
        used_by: known.map_or(Vec::new(), |line| line.used_by.clone()),
        unit: if own.is_names { String::new() } else { words(&rule.path) },
        value: own.value,
        from_age: own.from_age,
        sure: rule.sure.unwrap_or_default(),
        set_by: rule.set_by,
        baseline: rule.baseline.map_or(String::new(), |value| readable(&value).value),
        path: rule.path,
        ..Row::default()
    }
}

fn run_rows(scenario: &Scenario) -> Vec<Row> {
    let run = &scenario.run;
    let values = [
        run.first_year.to_string(),
        run.last_year.to_string(),
        run.burn_in_years.to_string(),
        run.replicates.to_string(),
        run.seed.to_string(),
    ];
    let row = |(key, value): (&Key, String)| Row {
        kind: "run",
        path: format!("run.{}", key.name),
        meaning: key.meaning.into(),
        value,
        ..Row::default()
    };
    RUN.iter().zip(values).map(row).collect()
}

fn changes(scenario: &Scenario, meanings: &Meanings) -> Vec<Row> {
    let row = |change: crate::scenario::TimelineRow| {
        let known = meanings.find(Kind::Parameter, &change.path).map(|(_, line)| line);
        let relative = !matches!(change.verb, crate::scenario::Verb::Set | crate::scenario::Verb::Add);
        Row {
            kind: "change",
            meaning: known.map_or(String::new(), |line| line.text.clone()),
            used_by: known.map_or(Vec::new(), |line| line.used_by.clone()),
            value: change.value,
            unit: if relative { "ratio".into() } else { words(&change.path) },
            sure: change.sure,
            set_by: change.set_by,
            verb: change.verb.name().into(),
            from: change.from.map_or(String::new(), |month| month.to_string()),
            until: change.until.map_or(String::new(), |month| month.to_string()),
            programme: change.programme.unwrap_or_default(),
            path: change.path,
            ..Row::default()
        }
    };
    scenario.timeline().into_iter().map(row).collect()
}

fn costs(scenario: &Scenario) -> Vec<Row> {
    let cards = scenario.cards().into_iter();
    let costs = cards.filter(|card| card.path.starts_with("programmes."));
    let row = |card: crate::scenario::CardRow| Row {
        kind: "cost",
        meaning: cost_meaning(&card.path),
        value: readable(&card.value).value,
        unit: "yuan".into(),
        sure: Surety {
            low: card.low,
            high: card.high,
            grade: card.grade,
            source: card.source,
            year: card.year,
            note: card.note,
        },
        used_by: vec!["year::programmes".into()],
        set_by: card.set_by,
        programme: card.programme.unwrap_or_default(),
        path: card.path,
        ..Row::default()
    };
    costs.map(row).collect()
}

/// `per_village_once_yuan`: Delivery cost per village, once.
fn cost_meaning(path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or_default();
    let words = key.trim_end_matches("_yuan").replace('_', " ");
    match (words.strip_suffix(" year"), words.strip_suffix(" once")) {
        (Some(whom), _) => format!("Delivery cost {whom} reached and year."),
        (_, Some(whom)) => format!("Delivery cost {whom} reached, once."),
        _ => format!("Delivery cost {words}."),
    }
}

/// The unit in words, without what the name says of its range, which has a column of its own.
fn words(path: &str) -> String {
    let unit = unit_at(path);
    match unit.name {
        "number" => String::new(),
        name if name.contains(", ") => name.split(", ").next().unwrap_or(name).to_owned(),
        _ => unit_words(path),
    }
}
