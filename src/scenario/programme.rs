//! One programme of the study, as its file says it.

use super::card;
use super::files::Spot;
use super::node::{Reader, Table, get};
use super::{Comparator, Cost, Programme, Who};
use crate::problem::{Place, suggest};
use crate::world::{ALL_CATEGORIES, Category};

const PROGRAMME_KEYS: [&str; 14] = [
    "title",
    "section",
    "summary",
    "comparator",
    "evidence",
    "moves",
    "from",
    "until",
    "ramp_years",
    "coverage",
    "counties",
    "who",
    "set",
    "cost",
];

/// Reads all of a programme but its changes; also the counties it names, with their places.
pub(crate) fn read(reader: &mut Reader, top: &Table, spot: &Spot) -> (Programme, Vec<(String, Place)>) {
    reader.allow(top, "a programme", &PROGRAMME_KEYS);
    let start = 0..0;
    let mut needed = |key| reader.needed_text(top, &start, key);
    let (title, section, summary) = (needed("title"), needed("section"), needed("summary"));
    let (evidence, comparator) = (needed("evidence"), needed("comparator"));
    if get(top, "from").is_none() {
        reader.missing(&start, "from");
    }
    let (from, until) = (reader.month(top, "from"), reader.month(top, "until"));
    reader.window(top, from, until);
    let (coverage_share, remotest_first) = coverage(reader, top);
    let counties = reader.texts(top, "counties");
    let said = counties
        .iter()
        .map(|(name, span)| (name.clone(), reader.place(span)))
        .collect();
    let mut programme = Programme {
        id: spot.id(),
        title,
        section,
        summary,
        from: from.unwrap_or_default(),
        until,
        ramp_years: reader.whole(top, "ramp_years", 0, 100).unwrap_or(0) as i32,
        coverage_share,
        remotest_first,
        counties: counties.into_iter().map(|(name, _)| name).collect(),
        who: who(reader, top),
        cost: Cost::default(),
        evidence,
        moves: reader.texts(top, "moves").into_iter().map(|(name, _)| name).collect(),
        comparator: if comparator == "remove" {
            Comparator::Remove
        } else {
            Comparator::Add
        },
        cost_source: String::new(),
        cost_grade: None,
        file: reader.source.name.clone(),
        cost_cards: Vec::new(),
    };
    if let Some(node) = get(top, "comparator")
        && !matches!(comparator.as_str(), "" | "add" | "remove")
    {
        let help = suggest(&comparator, ["add", "remove"]);
        reader.push(
            &node.span,
            format!("unknown comparator `{comparator}`"),
            "not known",
            help,
        );
    }
    cost(reader, top, &mut programme);
    (programme, said)
}

fn coverage(reader: &mut Reader, top: &Table) -> (f64, bool) {
    let Some((table, _)) = reader.table(top, "coverage") else {
        return (1.0, false);
    };
    reader.allow(table, "`coverage`", &["share", "first"]);
    let share = reader.number(table, "share", 0.0, 1.0).unwrap_or(1.0);
    let first = reader.text(table, "first");
    if let (Some(node), Some(first)) = (get(table, "first"), &first)
        && !matches!(first.as_str(), "remotest" | "random")
    {
        let help = suggest(first, ["remotest", "random"]);
        reader.push(&node.span, format!("unknown order `{first}`"), "not known", help);
    }
    (share, first.as_deref() == Some("remotest"))
}

fn who(reader: &mut Reader, top: &Table) -> Who {
    let Some((table, _)) = reader.table(top, "who") else {
        return Who::default();
    };
    reader.allow(table, "`who`", &["category", "age"]);
    let mut who = Who::default();
    for (name, span) in reader.texts(table, "category") {
        if let Some(category) = ALL_CATEGORIES.into_iter().find(|category| category.name() == name) {
            who.categories.push(category);
        } else {
            let help = suggest(&name, ALL_CATEGORIES.map(Category::name));
            reader.push(
                &span,
                format!("unknown category `{name}`"),
                "not a category of households",
                help,
            );
        }
    }
    if let Some(node) = get(table, "age") {
        let plain = node.plain();
        let ages: Option<Vec<i64>> = plain
            .as_ref()
            .and_then(|ages| ages.as_array()?.iter().map(toml::Value::as_integer).collect());
        match ages.as_deref() {
            Some(&[low, high]) if (0..=high).contains(&low) && high <= 130 => who.age = Some((low as u8, high as u8)),
            _ => reader.wrong(&node.span, "`age` is not a range of ages", "write [youngest, oldest]"),
        }
    }
    who
}

fn cost(reader: &mut Reader, top: &Table, programme: &mut Programme) {
    let Some((table, _)) = reader.table(top, "cost") else {
        return;
    };
    let items = [
        ("per_village_once_yuan", &mut programme.cost.per_village_once),
        ("per_village_year_yuan", &mut programme.cost.per_village_year),
        ("per_person_year_yuan", &mut programme.cost.per_person_year),
        (
            "per_managed_patient_year_yuan",
            &mut programme.cost.per_managed_patient_year,
        ),
        ("per_household_year_yuan", &mut programme.cost.per_household_year),
    ];
    let allowed: Vec<&str> = items.iter().map(|(key, _)| *key).chain(["source", "grade"]).collect();
    reader.allow(table, "`cost`", &allowed);
    for (key, amount) in items {
        let Some(node) = get(table, key) else { continue };
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
    programme.cost_source = reader.text(table, "source").unwrap_or_default();
    programme.cost_grade = card::read_grade(reader, table);
}
