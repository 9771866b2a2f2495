//! The tables that commands print: the same numbers for people and for machines, at any width, with and without colours.

mod common;

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// What a command prints on standard output, and nothing else; variables that speak of colours and width are unset before.
fn printed(folder: &Path, line: &str, set: &[(&str, &str)]) -> String {
    let mut command = Command::cargo_bin("kangcun").unwrap();
    command.current_dir(folder).args(line.split_whitespace());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(name);
    }
    let output = command.envs(set.iter().copied()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Rows of comma-separated values, by column; numbers as numbers, empty cells as nothing.
fn rows_of(csv: &str) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let cells = header.iter().zip(&record);
        cells
            .map(|(name, cell)| (name.to_owned(), Value::from(plain(cell))))
            .collect()
    });
    records.collect()
}

/// A cell; a number in one form, as 1 and 1.0 are the same.
fn plain(cell: &str) -> String {
    cell.parse::<f64>()
        .map_or_else(|_| cell.to_owned(), |number| number.to_string())
}

/// A row of JSON as comma-separated values have it.
fn as_text(row: &Value) -> Value {
    let cells = row.as_object().unwrap().iter().map(|(name, value)| {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        (name.clone(), Value::from(plain(&text)))
    });
    cells.collect()
}

/// The rows of both forms, which must be the same; those of JSON, under `name` if it has one.
#[track_caller]
fn both(folder: &Path, line: &str, name: &str, json_out: &str, csv_out: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(&printed(folder, &format!("{line} --json{json_out}"), &[])).unwrap();
    let csv = rows_of(&printed(folder, &format!("{line} --csv{csv_out}"), &[]));
    let rows = json[name].as_array().unwrap().clone();
    assert!(!rows.is_empty());
    assert_eq!(rows.iter().map(as_text).collect::<Vec<_>>(), csv, "{line}");
    rows
}

const TINY: &str = "--set world.people_count=2000 --set run.last_year=2023 --replicates 2";

#[test]
fn a_comparison_has_the_same_numbers_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!("compare baseline package {TINY}");
    let rows = both(folder.path(), &line, "numbers", " --out one", " --out two");
    let text = printed(folder.path(), &format!("{line} --out three"), &[]);
    assert!(!text.contains('\u{1b}'));
    // The level of each scenario stands in the line of its words.
    for row in rows
        .iter()
        .filter(|row| row["part"] == "level" && row["scenario"] == "baseline+set")
    {
        let mean = row["mean"].as_f64().unwrap();
        let digits = usize::from(mean.abs() < 100.0);
        let unit = if row["unit"] == "%" { "%" } else { "" };
        let label = row["label"].as_str().unwrap();
        let line = text.lines().find(|line| line.starts_with(label)).unwrap();
        let number = line[label.len()..].split_whitespace().next().unwrap();
        assert_eq!(number, format!("{mean:.digits$}{unit}"), "{line}");
    }
    let difference = |quantity: &str| {
        let own = rows
            .iter()
            .find(|row| row["part"] == "difference" && row["quantity"] == quantity);
        own.unwrap()["mean"].as_f64().unwrap()
    };
    let said = format!(
        "{:+.2} returns per 1,000",
        difference("return_hazard@register_national")
    );
    assert!(text.contains(&said), "{said}\n{text}");
    let said = format!(
        "public cost {:+.2} million yuan a year",
        difference("public_cost") / 1e6
    );
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains(&said), "{said}\n{text}");
    assert!(
        rows.iter().any(|row| row["part"] == "winners"),
        "winners and losers are among them"
    );
    // What does not fit is folded or wrapped.
    let narrow = printed(folder.path(), &format!("{line} --out narrow"), &[("COLUMNS", "60")]);
    let long: Vec<&str> = narrow.lines().filter(|line| line.width() > 60).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn validate_has_the_same_figures_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let rows = both(folder.path(), &format!("validate no-illness {TINY}"), "figures", "", "");
    assert!(rows.len() > 30, "{}", rows.len());
    let left_out = both(folder.path(), "validate --left-out", "figures", "", "");
    let text = printed(folder.path(), "validate --left-out", &[]);
    for one in left_out {
        assert!(text.contains(one["id"].as_str().unwrap()), "{one}");
    }
}

#[test]
fn a_claim_has_the_same_payers_in_every_form_and_they_pay_the_whole_bill() {
    let folder = tempfile::tempdir().unwrap();
    let line = "claim --category dibao --bill 12000 --bill 800";
    let json: Value = serde_json::from_str(&printed(folder.path(), &format!("{line} --json"), &[])).unwrap();
    let rows = rows_of(&printed(folder.path(), &format!("{line} --csv"), &[]));
    let fen = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
    for (at, bill) in json.as_array().unwrap().iter().enumerate() {
        let own: Vec<&Value> = rows.iter().filter(|row| fen(&row["bill"]) == at as i64 + 1).collect();
        let layers = bill["layers"].as_array().unwrap();
        assert_eq!(own.len(), layers.len() + 1, "the layers and the household");
        for (row, layer) in own.iter().zip(layers) {
            assert_eq!(row["payer"], layer["layer"]);
            assert_eq!(fen(&row["paid_fen"]), layer["paid_fen"].as_i64().unwrap());
        }
        let paid: i64 = own.iter().map(|row| fen(&row["paid_fen"])).sum();
        assert_eq!(paid, bill["bill_fen"].as_i64().unwrap());
        assert_eq!(
            fen(&own[layers.len()]["paid_fen"]),
            bill["household_fen"].as_i64().unwrap()
        );
    }
    let text = printed(folder.path(), line, &[]);
    let household = json[0]["household_fen"].as_i64().unwrap();
    let yuan = kangcun::story::page::yuan(kangcun::units::Fen(household));
    assert!(
        text.lines()
            .any(|line| line.trim_start().starts_with("pays the rest") && line.ends_with(&yuan)),
        "{text}"
    );
}

#[test]
fn a_household_is_told_with_the_same_bills_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let line = format!(
        "explain baseline {} --pick illness-return",
        TINY.replace("--replicates 2", "")
    );
    let json: Value = serde_json::from_str(&printed(folder.path(), &format!("{line} --json"), &[])).unwrap();
    let rows = rows_of(&printed(folder.path(), &format!("{line} --csv"), &[]));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut own = 0;
    let mut events = 0;
    for month in list(&json["months"]) {
        for episode in list(&month["episodes"]) {
            let bills = list(&episode["bills"]);
            events += bills
                .iter()
                .map(|bill| list(&bill["layers"]).len() + 1)
                .sum::<usize>()
                .max(1);
            own += bills
                .iter()
                .map(|bill| bill["household_fen"].as_i64().unwrap())
                .sum::<i64>();
        }
    }
    assert_eq!(rows.len(), events);
    let told = rows.iter().filter(|row| row["payer"] == "household");
    let told: i64 = told
        .map(|row| row["paid_fen"].as_str().unwrap().parse::<i64>().unwrap())
        .sum();
    assert_eq!(told, own);
    let text = printed(folder.path(), &format!("{line} --width 60"), &[]);
    let long: Vec<&str> = text.lines().filter(|line| line.width() > 60).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_survey_is_measured_with_the_same_numbers_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let survey = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/measure/households.csv");
    let header = std::fs::read_to_string(survey).unwrap();
    let header = header.lines().next().unwrap().to_owned();
    assert!(header.contains("consumption") && header.contains("oop"), "{header}");
    let line = format!("measure {survey} --consumption consumption --consumption-is gross --oop oop --line 3000");
    let rows = both(folder.path(), &line, "estimates", "", "");
    assert_eq!(
        printed(folder.path(), &format!("{line} --json"), &[]),
        printed(folder.path(), &format!("{line} --format json"), &[])
    );
    let text = printed(folder.path(), &line, &[]);
    let marked = text.lines().filter(|line| line.starts_with("  che_headcount,")).count();
    assert_eq!(
        marked,
        rows.iter().filter(|row| row["indicator"] == "che_headcount").count()
    );
}

#[test]
fn two_forms_at_once_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "compare baseline package --json --csv",
        "validate --json --csv",
        "claim --bill 1 --json --csv",
        "explain baseline --pick illness-return --json --csv",
        "measure survey.csv --json --csv",
        "measure survey.csv --json --format csv",
        "nudge --json --csv",
    ] {
        let said = common::ends(folder.path(), line, 2);
        assert!(said.contains("cannot be used with"), "{line}\n{said}");
    }
}

#[test]
fn tables_fit_the_terminal_and_are_plain_without_one() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "programmes",
        "programmes cash-transfer",
        "rules package",
        "claim --bill 12000 --year 2021",
        "founding --set world.people_count=2000",
        "validate --left-out",
    ] {
        let plain = printed(folder.path(), line, &[("TERM", "xterm")]);
        assert!(!plain.contains('\u{1b}'), "{line}");
        let painted = printed(folder.path(), &format!("{line} --color always"), &[]);
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain, "{line}");
        for width in [60, 80, 120] {
            let own = printed(folder.path(), line, &[("COLUMNS", &width.to_string())]);
            let long: Vec<&str> = own.lines().filter(|line| line.width() > width).collect();
            assert!(long.is_empty(), "{line} at {width}: {long:#?}");
        }
    }
}
