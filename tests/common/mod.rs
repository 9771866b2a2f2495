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
