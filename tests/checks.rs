//! The scenarios that check the model behave as they must, in a small world over two years.

use kangcun::indicators::tally::{Add, Tally};
use kangcun::run::{Policy, RunResult, run};
use kangcun::scenario::Scenario;
use kangcun::year::poverty::Cause;

fn lived(name: &str) -> RunResult {
    let sets = ["world.people_count=6000".to_owned(), "run.last_year=2023".to_owned()];
    let scenario = Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    let policy = Policy::new(scenario).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    run(&policy, 0, &|| ()).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

/// Everything counted over all years, counties and categories.
fn counted(result: &RunResult) -> Tally {
    let mut sum = Tally::default();
    let counties = result.years.iter().flat_map(|year| &year.counties);
    counties
        .flat_map(|county| &county.counted.cells)
        .for_each(|cell| sum.add(cell));
    sum
}

fn by_cause(sum: &Tally, cause: Cause) -> i64 {
    sum.causes.iter().map(|gauge| gauge[cause as usize]).sum()
}

#[test]
fn a_package_that_reaches_nobody_changes_nothing() {
    assert!(lived("zero-coverage") == lived("baseline"));
}

#[test]
fn a_package_that_reaches_somebody_changes_something_from_its_first_year_on() {
    let (without, with) = (lived("baseline"), lived("package"));
    assert!(without.years[0] == with.years[0], "2021 lies before the package");
    assert!(without.years[1] != with.years[1]);
    let (without, with) = (counted(&without), counted(&with));
    assert!(with.programme_cost > 0 && without.programme_cost == 0);
    let share = |sum: &Tally| sum.oop as f64 / sum.bill as f64;
    assert!(share(&with) < share(&without), "a smaller share is out of pocket");
}

#[test]
fn without_illness_nothing_is_spent_and_no_return_is_caused_by_it() {
    let sum = counted(&lived("no-illness"));
    assert_eq!((sum.bill, sum.oop, sum.travel, sum.lost_income), (0, 0, 0, 0));
    assert_eq!(sum.returned, sum.returned_without_illness);
    for cause in [
        Cause::BillAlone,
        Cause::WorkAlone,
        Cause::Either,
        Cause::BothNeeded,
        Cause::ShadowOnly,
    ] {
        assert_eq!(by_cause(&sum, cause), 0, "{cause:?}");
    }
    assert!(sum.deaths > 0 && sum.returned[0] > 0, "death and bad years remain");
}

#[test]
fn full_cover_leaves_lost_work_alone() {
    let sum = counted(&lived("full-cover"));
    assert!(sum.bill > 0 && sum.lost_income > 0);
    assert_eq!((sum.oop, sum.travel, sum.unpaid), (0, 0, 0));
    assert_eq!(sum.layers[0], sum.bill, "the first layer pays every fen");
    for cause in [Cause::BillAlone, Cause::Either, Cause::BothNeeded] {
        assert_eq!(by_cause(&sum, cause), 0, "{cause:?}");
    }
    let caused = by_cause(&sum, Cause::WorkAlone);
    assert!(caused > 0, "lost work remains");
}

#[test]
fn without_insurance_the_household_is_billed_everything() {
    let sum = counted(&lived("no-insurance"));
    assert!(sum.bill > 0);
    assert_eq!(sum.oop, sum.bill);
    assert_eq!(sum.layers.iter().sum::<i64>(), 0);
    assert_eq!((sum.premiums, sum.public_premiums), (0, 0));
}
