//! What the tests of whole runs share.
#![allow(dead_code)] // every test binary uses its own part of it

use kangcun::indicators::tally::{Add, Tally};
use kangcun::month::Tape;
use kangcun::run::{Policy, RunResult, run, run_with};
use kangcun::scenario::Scenario;
use kangcun::units::Fen;
use kangcun::year::funds::FundYear;
use std::path::{Path, PathBuf};

/// The policy of a scenario with `sets` on top.
pub fn policy(name: &str, sets: &[&str]) -> Policy {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let scenario = Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    Policy::new(scenario).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

/// A replicate of a scenario.
pub fn lived(name: &str, sets: &[&str]) -> RunResult {
    run(&policy(name, sets), 0, &|| ()).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

/// The first replicate with a tape a block.
pub fn taped<T: Tape + Send>(policy: &Policy, tape: impl Fn() -> T) -> (RunResult, Vec<T>) {
    run_with(policy, 0, &|| (), tape).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Everything counted over all years, counties and categories.
pub fn counted(result: &RunResult) -> Tally {
    let mut sum = Tally::default();
    let counties = result.years.iter().flat_map(|year| &year.counties);
    counties
        .flat_map(|county| &county.counted.cells)
        .for_each(|cell| sum.add(cell));
    sum
}

/// The identity of an account, to the fen; nothing flows backwards.
pub fn account(place: &str, own: &FundYear) {
    let came = [
        own.premiums,
        own.subsidies,
        own.interest,
        own.swept_in,
        own.from_adjustment,
        own.reinsured,
        own.local_budget,
        own.emergency,
    ];
    let went = [
        own.claims,
        own.false_claims,
        own.administration,
        own.swept_out,
        own.to_adjustment,
        own.reinsurance_premium,
        own.emergency_repaid,
    ];
    assert!(
        came.iter().chain(&went).all(|flow| *flow >= Fen::ZERO),
        "{place}: {own:?}"
    );
    let (came, went): (Fen, Fen) = (came.into_iter().sum(), went.into_iter().sum());
    assert_eq!(own.opening + came - went, own.closing, "{place}: {own:?}");
}

/// Writes a scenario or programme file for a test and returns its path.
pub fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// A policy from the text of a scenario file.
pub fn told(text: &str, sets: &[&str]) -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("title = \"A test\"\nsummary = \"A test.\"\n{text}");
    let path = file(folder.path(), "told.toml", &text);
    policy(path.to_str().unwrap(), sets)
}

/// Behaviour that does not look at prices or purses, standing that does not move, budgets that never bind.
pub const FIXED: &str = "[set.care_seeking]
visit_price_weight = 0.0
admission_price_weight = 0.0
[set.livelihood]
debt_limit_years = 100000.0
[set.monitoring]
sensitivity_share = 0.0
[set.status]
dibao_grant_share = 0.0
dibao_end_share = 0.0
monitoring_sensitivity_share = 0.0
[set.funds]
deficit_step_share = 0.0
aid_budget_yuan_per_year = 1e6
";

/// Every leaf of the rules of the baseline, as the file has it: its path, and its value or structural key.
pub fn rules_of_the_baseline() -> Vec<(String, toml::Value)> {
    fn walk(path: &str, value: &toml::Value, all: &mut Vec<(String, toml::Value)>) {
        match value.as_table() {
            Some(card) if card.contains_key("value") => all.push((path.into(), card["value"].clone())),
            Some(group) => {
                for (key, inner) in group {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    walk(&path, inner, all);
                }
            }
            None => all.push((path.into(), value.clone())),
        }
    }
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/baseline.toml")).unwrap();
    let file: toml::Table = text.parse().unwrap();
    let mut all = Vec::new();
    walk("", &file["rules"], &mut all);
    all
}

/// Scenario text in which no illness takes a day of work from anybody: neither days, nor a stay, nor
/// incapacity, nor a migrant who comes home.
pub fn without_lost_work() -> String {
    let lasting = |path: &str| path.ends_with(".incapacity_months") || path.contains(".stay_days.");
    let days = |path: &str| path.ends_with("_lost_days") || path.ends_with("carer_day_share");
    let migrants = |path: &str| path == "livelihood.homecoming_share";
    let paths = rules_of_the_baseline().into_iter().map(|(path, _)| path);
    let off: Vec<String> = paths
        .filter(|path| lasting(path) || days(path) || migrants(path))
        .map(|path| format!("{path} = 0.0\n"))
        .collect();
    assert!(off.len() > 20, "{off:?}");
    format!("[set]\n{}", off.concat())
}

/// Runs the program in `folder`, which must end with `code`; gives what it printed and said.
#[track_caller]
pub fn ends(folder: &Path, line: &str, code: i32) -> String {
    let mut command = assert_cmd::Command::cargo_bin("kangcun").unwrap();
    command.current_dir(folder).env("NO_COLOR", "1");
    let output = command.args(line.split_whitespace()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}\n{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}
