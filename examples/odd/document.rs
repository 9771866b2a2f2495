//! The ODD description: the template with what the sources and the cards say put in.
//!
//! A line of the template that is `{{ORDER ARGUMENTS}}` is replaced:
//!
//! - `{{mechanism MODULE}}`: its module docs;
//! - `{{state RECORD}}`: the fields or columns of a struct with their doc comments;
//! - `{{options ENUM}}`: what something can be, with doc comments;
//! - `{{parameters TABLE}}`: the cards of the baseline in that table and below;
//! - `{{rows FILE COLUMN ..}}`: columns of a CSV file;
//! - `{{data}}`: the data files that the program carries.

use crate::source::{Sources, plain, type_name};
use kangcun::output::parameters::{Book, section_table};
use kangcun::scenario::{Scenario, embedded_paths, embedded_text};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The files made from the package in `root`, by path, with their text.
pub fn made(root: &Path) -> Vec<(&'static str, String)> {
    let sources = Sources::read(root);
    let meanings = sources.meanings();
    let scenario = Scenario::load("baseline", &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let book = Book::of(&scenario, &meanings);
    let template = fs::read_to_string(root.join("docs/ODD.template.md")).expect("docs/ODD.template.md");
    vec![
        ("src/output/parameters/meanings.csv", meanings.table()),
        ("docs/ODD.md", filled(&template, &sources, &book)),
    ]
}

fn filled(template: &str, sources: &Sources, book: &Book) -> String {
    let mut text = String::from(
        "<!-- Made by `cargo run --example odd` from docs/ODD.template.md, the sources and the cards. Do not edit. -->\n\n",
    );
    for line in template.lines() {
        let order = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        match order
            .map(|order| order.split_whitespace().collect::<Vec<_>>())
            .as_deref()
        {
            None => text.push_str(line),
            Some(["mechanism", module]) => text.push_str(mechanism(sources, module).trim_end()),
            Some(["state", record]) => text.push_str(state(sources, record).trim_end()),
            Some(["options", list]) => text.push_str(options(sources, list).trim_end()),
            Some(["parameters", table]) => text.push_str(parameters(book, table).trim()),
            Some(["rows", file, columns @ ..]) => text.push_str(rows(file, columns).trim_end()),
            Some(["data"]) => text.push_str(data().trim_end()),
            Some(other) => panic!("docs/ODD.template.md: nobody knows what `{}` is", other.join(" ")),
        }
        text.push('\n');
    }
    text
}

/// The docs of a module as written for a reader, the name of the module below.
fn mechanism(sources: &Sources, name: &str) -> String {
    let module = sources.module(name).unwrap_or_else(|| panic!("no module `{name}`"));
    assert!(!module.docs.is_empty(), "module `{name}` has no docs");
    format!("{}\n\n*Implemented in `{name}`.*", plain(&module.docs).trim_end())
}

/// A table of fields.
fn state(sources: &Sources, name: &str) -> String {
    let record = sources.record(name).unwrap_or_else(|| panic!("no record `{name}`"));
    let mut text = String::from("| variable | type | meaning |\n|---|---|---|\n");
    for field in &record.fields {
        let kind = type_name(&field.kind).unwrap_or_else(|| "list".into());
        let docs = plain(&field.docs).replace('\n', " ").replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {} | {docs} |", field.name, type_word(&kind));
    }
    text
}

/// What a reader who knows no Rust calls a type.
fn type_word(kind: &str) -> &str {
    match kind {
        "u8" | "u16" | "u32" | "u64" | "i64" | "i32" => "whole number",
        "f32" | "f64" => "number",
        "bool" => "yes or no",
        "Fen" | "Fen32" => "fen",
        "Month16" | "Month" => "month",
        "String" => "text",
        "Vec" => "list",
        other => other,
    }
}

/// What something can be.
fn options(sources: &Sources, name: &str) -> String {
    let options = sources.options(name).unwrap_or_else(|| panic!("no enum `{name}`"));
    let line = |(name, docs): &(String, String)| format!("- {}: {}\n", words(name), plain(docs).replace('\n', " "));
    options.iter().map(line).collect()
}

/// `FirstYear` as *first year*.
fn words(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    format!("*{text}*")
}

/// Columns of a data file that the program carries.
fn rows(file: &str, columns: &[&str]) -> String {
    let mut reader = carried(file);
    let header = reader.headers().expect("a header").clone();
    let at = |column: &&str| {
        header
            .iter()
            .position(|name| name == *column)
            .expect("a column of the file")
    };
    let places: Vec<usize> = columns.iter().map(at).collect();
    let mut text = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for row in reader.records() {
        let row = row.expect("a row");
        let cells: Vec<&str> = places.iter().map(|&place| &row[place]).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | ").replace('*', "\\*"));
    }
    text
}

fn carried(file: &str) -> csv::Reader<&'static [u8]> {
    let name = file.strip_prefix("scenarios/").expect("a file below scenarios");
    let text = embedded_text(name).unwrap_or_else(|| panic!("no file `{file}`"));
    csv::Reader::from_reader(text.as_bytes())
}

/// The data files with their columns.
fn data() -> String {
    let mut text = String::from("| file | rows | columns |\n|---|---|---|\n");
    for path in embedded_paths().iter().filter(|path| path.starts_with("data/")) {
        let mut reader = carried(&format!("scenarios/{path}"));
        let columns: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let count = reader.records().count();
        let _ = writeln!(text, "| `scenarios/{path}` | {count} | {} |", columns.join(", "));
    }
    text
}

/// The tables of parameters.
fn parameters(book: &Book, table: &str) -> String {
    let start = format!("{table}.");
    let mut tables = String::new();
    for section in &book.sections {
        if section.path == table || section.path.starts_with(&start) {
            tables.push_str(&section_table(section, 5, false));
        }
    }
    assert!(!tables.is_empty(), "no parameters in `{table}`");
    tables
}
