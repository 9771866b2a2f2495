//! The cards of the baseline, and the parameter book made of them.

use kangcun::output::parameters::{Book, Kind, Meanings, Row};
use kangcun::scenario::Scenario;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Everything in the baseline that carries no card: it names, orders or places things.
const PLAIN: [&str; 14] = [
    "events",
    "title",
    "order",
    "tiers",
    "services",
    "categories",
    "conditions",
    "base",
    "deductible_per",
    "funded_by",
    "brackets_from_yuan",
    "referral",
    "convention",
    "line",
];

/// All leaves of the rules of the baseline: path and value, or card.
fn leaves() -> Vec<(String, Value)> {
    let baseline: Table = include_str!("../scenarios/baseline.toml").parse().unwrap();
    let mut leaves = Vec::new();
    let mut tables = vec![(String::new(), baseline["rules"].clone())];
    while let Some((path, value)) = tables.pop() {
        match value.as_table().filter(|table| !table.contains_key("value")) {
            Some(table) => {
                let join = |key: &str| {
                    if path.is_empty() {
                        key.to_owned()
                    } else {
                        format!("{path}.{key}")
                    }
                };
                tables.extend(table.iter().map(|(key, inner)| (join(key), inner.clone())));
            }
            None => leaves.push((path, value)),
        }
    }
    leaves
}

fn key(path: &str) -> &str {
    path.rsplit('.').next().unwrap()
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or(value.as_integer().map(|whole| whole as f64))
}

fn book(name: &str, sets: &[&str]) -> Book {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let scenario = Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{problems}"));
    Book::of(&scenario, &Meanings::carried())
}

fn row<'a>(book: &'a Book, path: &str) -> &'a Row {
    book.rows()
        .find(|row| row.path == path)
        .unwrap_or_else(|| panic!("no {path}"))
}

#[test]
fn every_leaf_of_the_baseline_is_a_card_or_plain() {
    let leaves = leaves();
    assert!(leaves.len() > 700, "{}", leaves.len());
    let wrong: Vec<&String> = leaves
        .iter()
        .filter(|(path, value)| value.is_table() == PLAIN.contains(&key(path)))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_card_is_in_its_range_and_says_where_it_comes_from() {
    let mut wrong = Vec::new();
    for (path, card) in leaves().iter().filter(|(_, value)| value.is_table()) {
        let mut need = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{path}: {what}"));
            }
        };
        let text = |key: &str| card.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        let (grade, source) = (text("grade"), text("source"));
        need(["A", "B", "C", "D"].contains(&grade), "the grade is none of A to D");
        need(!source.is_empty(), "no source");
        let value = &card["value"];
        let numbers: Vec<f64> = match value {
            Value::Array(list) => list.iter().filter_map(number).collect(),
            one => number(one).into_iter().collect(),
        };
        let (low, high) = (card.get("low").and_then(number), card.get("high").and_then(number));
        need(
            low.is_none_or(|low| numbers.iter().all(|value| low <= *value)),
            "a value lies below low",
        );
        need(
            high.is_none_or(|high| numbers.iter().all(|value| *value <= high)),
            "a value lies above high",
        );
        need(
            low.zip(high).is_none_or(|(low, high)| low <= high),
            "low lies above high",
        );
        if ["C", "D"].contains(&grade) && !numbers.is_empty() {
            need(low.is_some() && high.is_some(), "grade C or D without a range");
        }
        // An assumption says that it is one, or how it was derived: from which file or number, or in a sentence.
        let says = source.to_lowercase().contains("assum")
            || source.contains(".csv")
            || source.contains(|letter: char| letter.is_ascii_digit())
            || source.split_whitespace().count() >= 6;
        need(
            grade != "D" || says,
            "grade D, but neither an assumption nor how it was derived",
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_parameter_has_a_meaning_that_reads_alone_and_somebody_who_reads_it() {
    let book = book("baseline", &[]);
    let meanings = Meanings::carried();
    for row in book.rows().filter(|row| ["parameter", "name"].contains(&row.kind)) {
        let lost = ["The same", "See ", "Its growth", "Likewise"]
            .iter()
            .any(|start| row.meaning.starts_with(start));
        assert!(!row.meaning.is_empty() && !lost, "{}: `{}`", row.path, row.meaning);
        assert!(!row.used_by.is_empty(), "{}", row.path);
        for module in &row.used_by {
            let (_, does) = meanings
                .find(Kind::Module, module)
                .unwrap_or_else(|| panic!("no {module}"));
            assert!(!does.text.is_empty(), "{module}");
        }
    }
}

#[test]
fn the_book_holds_every_leaf_once_and_counts_grades() {
    let book = book("baseline", &[]);
    let mut paths: Vec<&str> = book
        .rows()
        .filter(|row| row.kind != "run")
        .map(|row| row.path.as_str())
        .collect();
    paths.sort_unstable();
    let leaves = leaves();
    let mut expected: Vec<&str> = leaves.iter().map(|(path, _)| path.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(paths, expected);
    let mut grades: BTreeMap<char, usize> = BTreeMap::new();
    for (_, card) in leaves.iter().filter(|(_, value)| value.is_table()) {
        *grades
            .entry(card["grade"].as_str().unwrap().chars().next().unwrap())
            .or_default() += 1;
    }
    assert_eq!(book.grades().to_vec(), grades.into_iter().collect::<Vec<_>>());
}

#[test]
fn a_row_tells_value_ages_unit_and_reader() {
    let book = book("baseline", &[]);
    let share = row(&book, "illness.acute.moderate_share");
    assert_eq!((share.value.as_str(), share.unit.as_str()), ("0.25", "share"));
    assert_eq!(
        share.meaning,
        "Share of acute episodes that are moderate (the rest are minor)."
    );
    let care = row(&book, "illness.stroke.care_yuan_per_year");
    assert_eq!(care.unit, "yuan per year");
    let steps = row(&book, "illness.diabetes.prevalence_share");
    assert_eq!(
        (steps.value.as_str(), steps.from_age.as_str()),
        ("0; 0.05; 0.14; 0.24", "0; 18; 40; 60")
    );
    let days = row(&book, "service.stay_days.county");
    assert_eq!(
        (days.unit.as_str(), days.meaning.as_str()),
        ("days", "Length of stay of an admission: county hospital.")
    );
    assert!(
        days.used_by.contains(&"month::service".to_owned()),
        "{:?}",
        days.used_by
    );
    let migrants = row(&book, "founding.work.left_behind_migrant_ratio");
    assert_eq!(migrants.used_by, ["founding::income"]);
    let tiers = row(&book, "insurance.layers.medical_aid.arms.lifted.tiers");
    assert_eq!((tiers.kind, tiers.unit.as_str()), ("name", ""));
}

#[test]
fn a_scenario_shows_what_it_changes_and_the_baseline_beside_it() {
    let set = book("baseline", &["illness.acute.moderate_share=0.3"]);
    let share = row(&set, "illness.acute.moderate_share");
    assert_eq!((share.value.as_str(), share.baseline.as_str()), ("0.3", "0.25"));
    assert_eq!(share.sure.grade, Some('D'));
    assert!(
        set.markdown().contains("| 0.3 (baseline: 0.25; set by --set"),
        "{}",
        share.set_by
    );
    let package = book("package", &[]);
    assert!(package.changes.len() >= 3 && package.costs.len() >= 3);
    assert!(
        package
            .changes
            .iter()
            .all(|row| row.sure.grade.is_some() && !row.programme.is_empty())
    );
    assert!(
        package
            .costs
            .iter()
            .all(|row| row.sure.grade.is_some() && row.unit == "yuan")
    );
}

#[test]
fn the_csv_reads_back_and_ends_its_lines_as_the_rfc_says() {
    for name in ["baseline", "package"] {
        let book = book(name, &[]);
        let text = book.csv();
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let at = |name: &str| header.iter().position(|own| own == name).unwrap();
        let (path, value, source) = (at("path"), at("value"), at("source"));
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), book.rows().count());
        for (read, row) in rows.iter().zip(book.rows()) {
            assert_eq!(
                (&read[path], &read[value], &read[source]),
                (&*row.path, &*row.value, &*row.sure.source)
            );
        }
        assert_eq!(book.csv(), text);
    }
}

#[test]
fn tables_of_the_markdown_are_whole_and_its_contents_lead_somewhere() {
    for name in ["baseline", "package"] {
        let text = book(name, &[]).markdown();
        let mut columns = 0;
        for line in text.lines() {
            let cells = line.replace("\\|", "").matches('|').count();
            if line.starts_with("|---") {
                assert_eq!(cells, columns, "{line}");
            } else if line.starts_with('|') {
                assert!(columns == 0 || cells == columns, "{line}");
                columns = cells;
            } else {
                columns = 0;
            }
        }
        for part in text.split("](#").skip(1) {
            let link = part.split(')').next().unwrap();
            let leads = text
                .lines()
                .any(|line| line.starts_with('#') && line.trim_start_matches('#').trim().replace('.', "") == link);
            assert!(leads, "#{link}");
        }
        assert!(text.contains("| **D** |"));
    }
}
