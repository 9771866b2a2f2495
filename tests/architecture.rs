//! The rooms of the house and who may enter which: read from the `use` lines, so that the map in `lib.rs` stays true.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path from `src/` on and its code without tests and comments.
struct Source {
    path: String,
    code: String,
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        Source {
            path,
            code: code(&text),
        }
    };
    let all: Vec<Source> = files.into_iter().map(read).collect();
    assert!(all.len() > 40, "{} files", all.len());
    all
}

/// The text without its test module (always last), comments and doc comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end]
        .lines()
        .map(|line| line.find("//").map_or(line, |at| &line[..at]));
    lines.fold(String::new(), |code, line| code + line + "\n")
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs")
}

/// Files of a room: `month` means `month.rs` and all of `month/`.
fn within(path: &str, rooms: &[&str]) -> bool {
    rooms
        .iter()
        .any(|room| path == format!("{room}.rs") || path.starts_with(&format!("{room}/")))
}

/// The rooms of the crate that the code names: `crate::x` and each of `crate::{x, y}`.
fn rooms(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let mut all = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0, true);
            for (at, letter) in group.char_indices() {
                if start && depth == 0 && !letter.is_whitespace() {
                    all.push(word(&group[at..]));
                    start = false;
                }
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' => start = depth == 0,
                    _ => {}
                }
            }
        } else {
            all.push(word(rest));
        }
    }
    all
}

/// Every use of a `forbidden` room in the rooms `from`.
fn trespasses(from: &[&str], forbidden: &[&str]) -> Vec<String> {
    let inside = |source: &&Source| within(&source.path, from) && !is_test(&source.path);
    let sources = sources();
    assert!(sources.iter().any(|source| inside(&source)), "{from:?} is no room");
    let named = |source: &Source| {
        let rooms = rooms(&source.code);
        let path = source.path.clone();
        let bad = rooms.into_iter().filter(|room| forbidden.contains(&room.as_str()));
        bad.map(move |room| format!("{path} uses crate::{room}"))
            .collect::<Vec<_>>()
    };
    sources.iter().filter(inside).flat_map(named).collect()
}

/// Files outside `allowed` that name the library `name`.
fn outsiders(name: &str, allowed: &[&str]) -> Vec<String> {
    let names = |code: &str| {
        let path = format!("{name}::");
        code.match_indices(&path).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
        })
    };
    let sources = sources();
    assert!(
        sources
            .iter()
            .any(|source| within(&source.path, allowed) && names(&source.code)),
        "{name} is used by nobody in {allowed:?}"
    );
    let outside = |source: &&Source| !within(&source.path, allowed) && !is_test(&source.path) && names(&source.code);
    sources
        .iter()
        .filter(outside)
        .map(|source| format!("{} uses {name}", source.path))
        .collect()
}

#[test]
fn the_reader_of_use_lines_sees_groups_and_nests() {
    let code = "use crate::units::Fen;\nuse crate::{draws, world::{self, Block}, year::funds};\nlet x = crate::maths::pow(1.0, 2.0);";
    assert_eq!(rooms(code), ["units", "draws", "world", "year", "maths"]);
}

#[test]
fn mechanisms_know_nothing_of_files_runs_and_output() {
    let above = ["scenario", "run", "cli", "output", "plot", "study"];
    assert_eq!(trespasses(&["month", "year"], &above), [""; 0]);
}

#[test]
fn everything_depends_downwards() {
    let (study, cli) = (["study", "output", "plot", "cli"], ["cli"]);
    assert_eq!(trespasses(&["run", "scenario"], &study), [""; 0]);
    assert_eq!(trespasses(&["study", "output", "plot", "indicators"], &cli), [""; 0]);
    assert_eq!(
        trespasses(&["founding"], &["scenario", "run", "study", "output", "plot"]),
        [""; 0]
    );
    // What a run hands over lies with the indicators (`indicators::result`), so that they need nothing from above.
    assert_eq!(
        trespasses(&["indicators"], &["scenario", "run", "study", "output", "plot"]),
        [""; 0]
    );
    // A survey is checked for a scenario; what a scenario and a founding know of it is the population it came to.
    assert_eq!(
        trespasses(&["survey"], &["run", "study", "output", "plot", "cli", "month", "year"]),
        [""; 0]
    );
    assert_eq!(
        trespasses(&["scenario", "founding", "run", "world"], &["survey"]),
        [""; 0]
    );
    assert_eq!(
        trespasses(
            &["population"],
            &["scenario", "founding", "survey", "run", "month", "year"]
        ),
        [""; 0]
    );
    // A cluster is told of shards and asked of jobs; it knows no model, and a sweep knows no cluster.
    let model = [
        "cli", "study", "ledger", "run", "scenario", "month", "year", "world", "output",
    ];
    assert_eq!(trespasses(&["cluster"], &model), [""; 0]);
    assert_eq!(trespasses(&["study", "ledger", "run"], &["cluster"]), [""; 0]);
    let all = [
        "founding",
        "month",
        "year",
        "indicators",
        "scenario",
        "run",
        "study",
        "output",
        "plot",
        "cli",
    ];
    assert_eq!(trespasses(&["units", "draws", "maths", "lanes"], &all), [""; 0]);
    // The batch arithmetic stands on the keyed luck alone; nothing below the mechanisms stands on it.
    let others = ["world", "rules", "maths", "problem", "exit"];
    assert_eq!(trespasses(&["lanes"], &others), [""; 0]);
    assert_eq!(trespasses(&["units", "draws", "maths"], &["lanes"]), [""; 0]);
    // The indicators of the field know columns of numbers only.
    let below = [
        "units",
        "draws",
        "maths",
        "lanes",
        "world",
        "rules",
        "population",
        "survey",
        "problem",
        "exit",
    ];
    assert_eq!(trespasses(&["measure"], &all), [""; 0]);
    assert_eq!(trespasses(&["measure"], &below), [""; 0]);
    assert_eq!(
        trespasses(
            &["world"],
            &["scenario", "run", "study", "output", "plot", "cli", "month", "year"]
        ),
        [""; 0]
    );
    assert_eq!(
        trespasses(&["scenario"], &["run", "month", "year", "founding"]),
        [""; 0]
    );
}

#[test]
fn figures_take_only_written_tables() {
    let model = [
        "run",
        "month",
        "year",
        "founding",
        "world",
        "rules",
        "scenario",
        "study",
        "output",
        "indicators",
    ];
    assert_eq!(trespasses(&["plot"], &model), [""; 0]);
    assert_eq!(trespasses(&["report"], &model), [""; 0]);
    assert_eq!(trespasses(&["view"], &model), [""; 0]);
    // What is printed is laid out by a room that knows nothing but text.
    let others = ["cli", "plot", "report", "view", "story", "problem", "units", "measure"];
    assert_eq!(trespasses(&["terminal"], &[&model[..], &others].concat()), [""; 0]);
}

#[test]
fn libraries_stay_in_their_rooms() {
    let rules = [
        ("pulp", &["lanes"][..]),
        ("rayon", &["run", "study", "ledger", "cli", "output", "plot"]),
        ("toml", &["scenario"]),
        ("clap", &["cli"]),
        ("indicatif", &["cli"]),
        ("anstream", &["terminal"]),
        ("terminal_size", &["terminal"]),
        ("plotters", &["plot"]),
        ("resvg", &["plot"]),
        ("annotate_snippets", &["problem"]),
        (
            "csv",
            &[
                "output",
                "ledger",
                "plot",
                "study",
                "scenario",
                "founding",
                "population",
                "survey",
                "cli",
                "report",
                "view",
            ],
        ),
        // The ledger names the module of the output room that is called so.
        ("parquet", &["survey", "output", "ledger"]),
    ];
    let wrong: Vec<String> = rules
        .iter()
        .flat_map(|(name, allowed)| outsiders(name, allowed))
        .collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn nothing_depends_on_the_order_of_a_hash_map_on_clocks_or_on_ambient_luck() {
    let words = [
        "HashMap",
        "HashSet",
        "SystemTime::now",
        "Instant::now",
        "thread_rng",
        "rand::rng(",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for word in words {
            if source.code.contains(word) && !(within(&source.path, &["cli"]) && word.contains("now")) {
                wrong.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn debug_is_derived_so_that_it_leaves_nothing_out() {
    // Rules are told apart by what `Debug` writes of them (`run/fingerprint.rs`).
    let by_hand = |source: &Source| source.code.contains("Debug for ");
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(by_hand)
        .map(|source| source.path)
        .collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let long = |file: &PathBuf| {
        let lines = fs::read_to_string(file).unwrap().lines().count();
        (lines >= LIMIT).then(|| format!("{}: {lines} lines", file.display()))
    };
    assert_eq!(files.iter().filter_map(long).collect::<Vec<_>>(), [""; 0]);
}

/// Lines of a source file, tests included.
const LIMIT: usize = 700;

/// The text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let parts = text.split('(').enumerate();
    parts
        .map(|(at, part)| match part.split_once(')') {
            Some((_, after)) if at > 0 => after,
            _ => part,
        })
        .collect()
}

#[test]
fn every_check_that_is_listed_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/checks.md")).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| I") || line.starts_with("| C"));
    let mut named = 0;
    for row in rows {
        let cell = without_brackets(row.trim_end_matches('|').rsplit('|').next().unwrap());
        for part in cell.split(';') {
            let Some((file, names)) = part.trim().split_once(": ") else {
                continue;
            };
            let path = if file.starts_with("src") {
                root.join(format!("{file}.rs"))
            } else {
                root.join(format!("tests/{file}.rs"))
            };
            // What is not a file's name is prose.
            let Ok(source) = fs::read_to_string(&path) else {
                assert!(file.contains(' '), "{}: no such file", path.display());
                continue;
            };
            for name in names.split(',') {
                let name = name.split_whitespace().next().unwrap();
                // A test of proptest takes what it draws.
                assert!(source.contains(&format!("fn {name}(")), "{file}: no test `{name}`");
                named += 1;
            }
        }
    }
    assert!(named > 40, "{named}");
}
