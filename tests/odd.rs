//! What is made from the sources and the cards is up to date and fit to read: `docs/ODD.md` and the meanings of parameters.

#[path = "../examples/odd/document.rs"]
mod document;
#[path = "../examples/odd/source.rs"]
mod source;

use source::{first_sentence, plain};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn odd() -> String {
    fs::read_to_string(root().join("docs/ODD.md")).unwrap()
}

#[test]
fn what_is_made_from_the_sources_is_up_to_date() {
    for (path, made) in document::made(root()) {
        let there = fs::read_to_string(root().join(path)).unwrap_or_default();
        let differs = there.lines().zip(made.lines()).position(|(there, made)| there != made);
        assert!(
            there == made,
            "{path} is stale from line {}: run `cargo run --example odd`",
            differs.map_or(there.lines().count().min(made.lines().count()), |at| at) + 1
        );
    }
}

#[test]
fn the_seven_elements_and_eleven_concepts_of_odd_are_there() {
    let text = odd();
    let elements = [
        "## Summary",
        "## 1 Purpose and patterns",
        "## 2 Entities, state variables and scales",
        "## 3 Process overview and scheduling",
        "## 4 Design concepts",
        "## 5 Initialisation",
        "## 6 Input data",
        "## 7 Submodels",
    ];
    let places: Vec<Option<usize>> = elements
        .iter()
        .map(|element| text.find(&format!("\n{element}\n")))
        .collect();
    assert!(places.iter().all(Option::is_some), "{places:?}");
    assert!(places.is_sorted(), "{places:?}");
    let concepts = [
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    ];
    for concept in concepts {
        assert!(text.contains(&format!("\n**{concept}.** ")), "{concept}");
    }
}

#[test]
fn every_parameter_of_the_baseline_stands_in_odd() {
    let text = odd();
    let baseline: toml::Table = include_str!("../scenarios/baseline.toml").parse().unwrap();
    let mut missing = Vec::new();
    let mut tables = vec![(String::new(), baseline["rules"].as_table().unwrap().clone())];
    while let Some((path, table)) = tables.pop() {
        for (key, value) in &table {
            let own = format!("{path}.{key}");
            match value.as_table().filter(|inner| !inner.contains_key("value")) {
                Some(inner) => tables.push((own, inner.clone())),
                None if !text.contains(&format!("| `{key}` | ")) => missing.push(own),
                None => {}
            }
        }
        let heading = format!("\n##### {}\n", path.trim_start_matches('.'));
        let has_rules = table
            .values()
            .any(|value| !value.is_table() || value.get("value").is_some());
        if path.matches('.').count() > 1 && has_rules && !text.contains(&heading) {
            missing.push(heading);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_reader_meets_no_marks_of_the_sources() {
    for (number, line) in odd().lines().enumerate() {
        let marks = ["[`", "](crate", "](super", "](Self", "{{", "}}", "```"];
        for mark in marks {
            assert!(!line.contains(mark), "line {}: {line}", number + 1);
        }
        assert!(
            line.matches('`').count() % 2 == 0 || !line.starts_with('|'),
            "line {}: {line}",
            number + 1
        );
    }
}

#[test]
fn links_within_odd_lead_somewhere() {
    let text = odd();
    let anchor = |heading: &str| -> String {
        let kept = heading.to_lowercase();
        let kept = kept
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let headings: BTreeSet<String> = text
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect();
    let mut links = 0;
    for part in text.split("](#").skip(1) {
        let link = part.split(')').next().unwrap();
        assert!(headings.contains(link), "#{link}");
        links += 1;
    }
    assert!(links >= 10, "{links}");
}

#[test]
fn links_of_the_sources_become_names() {
    assert_eq!(
        plain("see [`purses`] and [`deaths`](Self::deaths)."),
        "see `purses` and `deaths`."
    );
    assert_eq!(
        plain("from [`super::SOURCES`]; a [list](crate::list)"),
        "from `SOURCES`; a list"
    );
    assert_eq!(
        plain("kept: [page](https://example.org) [0]"),
        "kept: [page](https://example.org) [0]"
    );
    assert_eq!(
        first_sentence("One, of 1.5 kinds. Two.\n\nThree."),
        "One, of 1.5 kinds."
    );
}
