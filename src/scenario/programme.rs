//! One programme of the study, as its file says it.

use super::card;
use super::files::Spot;
use super::keys;
use super::node::{Node, Reader, Table, get};
use super::{Bound, Comparator, Cost, First, Null, PaidBy, Programme, Who};
use crate::problem::Place;
use crate::world::{ALL_CATEGORIES, CONDITIONS, Category, Condition};
use std::ops::Range;

/// What a programme names, with the places: the counties that it runs in and the programmes that it requires.
#[derive(Default)]
pub(crate) struct Named {
    pub counties: Vec<(String, Place)>,
    pub requires: Vec<(String, Place)>,
}

/// Reads all of a programme but its changes; also what it names.
pub(crate) fn read(reader: &mut Reader, top: &Table, spot: &Spot) -> (Programme, Named) {
    reader.allow(top, "a programme", &keys::names(&keys::PROGRAMME));
    let start = 0..0;
    let mut needed = |key| reader.needed_text(top, &start, key);
    let (title, section, summary) = (needed("title"), needed("section"), needed("summary"));
    let evidence = needed("evidence");
    if get(top, "comparator").is_none() {
        reader.missing(&start, "comparator");
    }
    let comparators = Comparator::ALL.map(|comparator| (comparator.name(), comparator));
    let comparator = reader
        .one_of(top, "comparator", "comparator", &comparators)
        .unwrap_or(Comparator::Add);
    if get(top, "from").is_none() {
        reader.missing(&start, "from");
    }
    let (from, until) = (reader.month(top, "from"), reader.month(top, "until"));
    reader.window(top, from, until);
    let (coverage_share, first, needs_connection) = coverage(reader, top);
    let mut listed = |key| -> Vec<(String, Place)> {
        let names = reader.texts(top, key).into_iter();
        names.map(|(name, span)| (name, reader.place(&span))).collect()
    };
    let named = Named {
        counties: listed("counties"),
        requires: listed("requires"),
    };
    let names = |of: &[(String, Place)]| of.iter().map(|(name, _)| name.clone()).collect();
    let (least, most) = keys::whole_bounds(&keys::PROGRAMME, "ramp_years");
    let mut programme = Programme {
        id: spot.id(),
        title,
        section,
        summary,
        from: from.unwrap_or_default(),
        until,
        ramp_years: reader.whole(top, "ramp_years", least, most).unwrap_or(0) as i32,
        coverage_share,
        first,
        needs_connection,
        requires: names(&named.requires),
        counties: names(&named.counties),
        who: who(reader, top),
        cost: Cost::default(),
        paid_by: PaidBy::default(),
        evidence,
        moves: reader.texts(top, "moves").into_iter().map(|(name, _)| name).collect(),
        comparator,
        against: reader.text(top, "against").unwrap_or_else(|| "baseline".to_owned()),
        cost_source: String::new(),
        cost_grade: None,
        file: reader.source.name.clone(),
        nulls: nulls(reader, top),
        cost_cards: Vec::new(),
    };
    cost(reader, top, &mut programme);
    (programme, named)
}

/// The share of villages, which of them first, and whether they must be connected.
fn coverage(reader: &mut Reader, top: &Table) -> (f64, First, bool) {
    let Some((table, _)) = reader.table(top, "coverage") else {
        return (1.0, First::default(), false);
    };
    reader.allow(table, "`coverage`", &keys::names(&keys::COVERAGE));
    let share = reader.number(table, "share", 0.0, 1.0).unwrap_or(1.0);
    let first = reader.one_of(table, "first", "order", &First::ALL.map(|first| (first.name(), first)));
    let needs = reader.one_of(table, "needs", "need", &[(keys::CONNECTION, true)]);
    (share, first.unwrap_or_default(), needs.unwrap_or_default())
}

fn who(reader: &mut Reader, top: &Table) -> Who {
    let Some((table, _)) = reader.table(top, "who") else {
        return Who::default();
    };
    reader.allow(table, "`who`", &keys::names(&keys::WHO));
    let mut who = Who {
        categories: reader.some_of(
            table,
            "category",
            "category of households",
            &ALL_CATEGORIES.map(|category| (Category::name(category), category)),
        ),
        conditions: reader.some_of(
            table,
            "condition",
            "chronic condition",
            &CONDITIONS.map(|condition| (Condition::name(condition), condition)),
        ),
        age: None,
    };
    if let Some(node) = get(table, "age") {
        let plain = node.plain();
        let ages: Option<Vec<i64>> = plain
            .as_ref()
            .and_then(|ages| ages.as_array()?.iter().map(toml::Value::as_integer).collect());
        match ages.as_deref() {
            Some(&[low, high]) if (0..=high).contains(&low) && high <= keys::OLDEST => {
                who.age = Some((low as u8, high as u8));
            }
            _ => reader.wrong(&node.span, "`age` is not a range of ages", "write [youngest, oldest]"),
        }
    }
    who
}

fn cost(reader: &mut Reader, top: &Table, programme: &mut Programme) {
    let Some((table, _)) = reader.table(top, "cost") else {
        return;
    };
    reader.allow(table, "`cost`", &keys::names(&keys::COST));
    for key in keys::names(&keys::COST) {
        let Some(node) = get(table, key) else { continue };
        let Some(amount) = programme.cost.item(key) else {
            continue;
        };
        let card = node.table().map(|inner| card::read_card(reader, key, inner, &node.key));
        let value = match card {
            None => card::read_plain(reader, key, node).map(|value| (value, card::Notes::default())),
            Some(card) => card.map(|(leaf, notes)| (leaf.value, notes)),
        };
        let Some((value, notes)) = value else { continue };
        let Some(yuan) = card::as_number(&value) else {
            reader.wrong(
                &node.span,
                format!("`{key}` is not a number"),
                "an amount in yuan is needed",
            );
            continue;
        };
        *amount = yuan;
        programme
            .cost_cards
            .push((key.to_owned(), yuan, notes, reader.place(&node.key)));
    }
    let payers = PaidBy::ALL.map(|payer| (payer.name(), payer));
    programme.paid_by = reader.one_of(table, "paid_by", "payer", &payers).unwrap_or_default();
    programme.cost_source = reader.text(table, "source").unwrap_or_default();
    programme.cost_grade = card::read_grade(reader, table);
}

/// The effects that the evidence says are none.
fn nulls(reader: &mut Reader, top: &Table) -> Vec<Null> {
    let tables = reader.tables(top, "nulls");
    tables
        .into_iter()
        .filter_map(|(table, at)| null(reader, table, &at))
        .collect()
}

fn null(reader: &mut Reader, table: &Table, at: &Range<usize>) -> Option<Null> {
    reader.allow(table, "`[[nulls]]`", &keys::names(&keys::NULL));
    let (indicator, source) = (
        reader.needed_text(table, at, "indicator"),
        reader.needed_text(table, at, "source"),
    );
    if get(table, "grade").is_none() {
        reader.missing(at, "grade");
    }
    let grade = card::read_grade(reader, table)?;
    let bound = match (get(table, "within"), get(table, "within_ratio")) {
        (Some(node), None) => Bound::Difference(bound(reader, node, 0.0)?),
        (None, Some(node)) => Bound::Ratio(bound(reader, node, 1.0)?),
        (Some(_), Some(node)) => {
            reader.wrong(
                &node.key,
                "`within` and `within_ratio` are given",
                "leave one of them out",
            );
            return None;
        }
        (None, None) => {
            reader.missing(at, "within");
            return None;
        }
    };
    Some(Null {
        indicator,
        bound,
        grade,
        source,
    })
}

/// Two ends around `none`, the value of no effect.
fn bound(reader: &mut Reader, node: &Node, none: f64) -> Option<[f64; 2]> {
    let ends: Option<Vec<f64>> = node.list().map(|list| list.iter().filter_map(Node::number).collect());
    match ends.as_deref() {
        Some(&[low, high]) if low <= none && none <= high && low < high => Some([low, high]),
        _ => {
            let help = format!("write [lowest, highest], with {none}, no effect, between them");
            reader.push(
                &node.span,
                "not a range around no effect",
                "not such a range",
                Some(help),
            );
            None
        }
    }
}
