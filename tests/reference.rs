//! The engine against a slow, scalar reference written from the rules: every strike, choice, bill, purse, close and tally
//! on small worlds.

mod common;

mod reference {
    pub mod books;
    pub mod care;
    pub mod choice;
    pub mod close;
    pub mod illness;
    pub mod law;
    pub mod luck;
    pub mod money;
    pub mod month;
    pub mod opening;
    pub mod purse;
    pub mod settlement;
    pub mod treatment;
    pub mod witness;
    pub mod world_year;
}

use common::{policy, taped};
use kangcun::indicators::result::YearResult;
use reference::witness::{Compared, Diary, Witness};
use reference::world_year;

const YEARS: &str = "run.last_year=2022";

/// Runs the engine with diaries and the reference along them, and compares everything.
fn compare(scenario: &str, sets: &[&str]) -> Compared {
    let mut all = vec![YEARS];
    all.extend(sets);
    let policy = policy(scenario, &all);
    let (result, diaries) = taped(&policy, Diary::default);
    let mut witness = Witness::following(&diaries);
    let years = world_year::live(policy.scenario(), 0, &result.layers, &mut witness);
    let mut compared = witness.compared;
    tallies(&mut compared, &result.years, &years);
    println!(
        "{scenario} {sets:?}: {} strikes, {} choices ({} forgone), {} bills, {} household-months, {} households closed",
        compared.strikes,
        compared.choices,
        compared.forgone,
        compared.bills,
        compared.household_months,
        compared.households_closed
    );
    println!(
        "  other choices {:?}, other reasons {:?}, narrowest margin {:.2e}, sizes apart {:.2e}, wrong {}",
        compared.other_choices, compared.other_reasons, compared.narrowest, compared.size_apart, compared.wrong
    );
    assert_eq!(compared.wrong, 0, "{}", compared.first_wrong.join("\n"));
    let others = compared.other_choices.len() + compared.other_reasons.len();
    assert!(others as u64 * 10_000 <= compared.choices, "{others} choices differ");
    compared
}

/// The tallies of every county and year, funds and moves included.
fn tallies(compared: &mut Compared, engine: &[YearResult], reference: &[YearResult]) {
    assert_eq!(engine.len(), reference.len());
    for (engine, reference) in engine.iter().zip(reference) {
        for (theirs, own) in engine.counties.iter().zip(&reference.counties) {
            let of = |what: &str| format!("{what} of {} in {}", own.county, reference.year);
            for (cell, (theirs, own)) in theirs.counted.cells.iter().zip(&own.counted.cells).enumerate() {
                compared.same(|| of(&format!("cell {cell}")), theirs, own);
            }
            let rest = |county: &kangcun::indicators::result::CountyResult| {
                (county.county.clone(), county.fund, county.moves, county.residents)
            };
            compared.same(|| of("fund and moves"), &rest(theirs), &rest(own));
        }
    }
}

#[test]
fn baseline() {
    let compared = compare("baseline", &["world.people_count=6000"]);
    assert!(compared.bills > 50_000);
}
