//! Supply turned to its ends: no way and an endless one, nobody on duty, shelves that are never restocked, no connection.

mod common;

use common::{counted, lived};
use kangcun::indicators::tally::Tally;
use kangcun::month::care_seeking::Forgone;
use kangcun::problem::Problems;
use kangcun::run::{Policy, RunResult};
use kangcun::scenario::Scenario;
use kangcun::world::{PROVIDERS, Provider};

const SMALL: [&str; 2] = ["world.people_count=6000", "run.last_year=2022"];
const CARE: [&str; 7] = ["village", "township", "county", "tertiary", "remote", "tcm", "private"];

/// The baseline of a small world with `sets` on top.
fn small(sets: &[String]) -> RunResult {
    let sets: Vec<&str> = SMALL.into_iter().chain(sets.iter().map(String::as_str)).collect();
    lived("baseline", &sets)
}

fn sets(all: &[&str]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// `rule` set to `value` for everybody who gives care.
fn for_care(rule: &str, value: f64) -> Vec<String> {
    CARE.iter()
        .map(|provider| format!("{rule}.{provider}={value:?}"))
        .collect()
}

fn forgone(sum: &Tally, reason: Forgone) -> i64 {
    sum.forgone.iter().map(|need| need[reason as usize]).sum()
}

fn all_forgone(sum: &Tally) -> i64 {
    sum.forgone.iter().flatten().sum()
}

#[test]
fn without_a_way_and_with_endless_capacity_nobody_forgoes_care_for_want_of_access() {
    let usual = counted(&small(&[]));
    assert!(forgone(&usual, Forgone::Distance) > 0, "somebody is far from care");
    let mut near = for_care("service.visits_per_resident_month_ratio", 1e6);
    near.extend(sets(&[
        "travel.minutes_ratio=0",
        "service.village_doctor_visits_per_month_count=1000000000",
    ]));
    let near = counted(&small(&near));
    assert_eq!(forgone(&near, Forgone::Distance), 0);
    assert_eq!(forgone(&near, Forgone::Capacity), 0);
    assert!(all_forgone(&near) < all_forgone(&usual));
    assert!(near.visits.iter().sum::<i64>() > usual.visits.iter().sum::<i64>());
}

#[test]
fn at_the_end_of_an_endless_way_nobody_is_seen() {
    let far = counted(&small(&sets(&["travel.minutes_ratio=1000000"])));
    assert_eq!((far.visits, far.admissions), ([0; PROVIDERS], [0; PROVIDERS]));
    assert!(forgone(&far, Forgone::Distance) > 0);
    let needed: i64 = far.needs[1..].iter().sum();
    assert_eq!(
        all_forgone(&far),
        needed,
        "all care but for minor complaints is forgone"
    );
    // What is still paid is drugs from a shop; no admission is billed.
    assert_eq!((far.bill_admissions, far.layers.iter().sum::<i64>()), (0, 0));
    assert!(far.oop > 0 && far.oop == far.bill);
}

#[test]
fn a_bad_season_keeps_people_of_the_mountains_at_home_and_nobody_else() {
    let ratio = |month: usize| {
        let year: Vec<String> = (0..12)
            .map(|at| if at == month { "3.0" } else { "1.0" }.into())
            .collect();
        format!("travel.month_ratio.mountain=[{}]", year.join(","))
    };
    // Counties do not meet: nothing of it reaches the plain.
    let (usual, icy) = (small(&[]), small(&[ratio(11)]));
    let visits = |result: &RunResult, county: &str| -> i64 {
        let years = result.years.iter().flat_map(|year| &year.counties);
        let own = years.filter(|own| own.county == county);
        own.flat_map(|own| &own.counted.cells)
            .flat_map(|cell| &cell.visits)
            .sum()
    };
    assert!(visits(&icy, "karst") < visits(&usual, "karst"));
    assert_eq!(visits(&icy, "plain"), visits(&usual, "plain"));
}

#[test]
fn where_all_doctors_leave_and_none_comes_clinics_see_nobody() {
    let result = small(&sets(&[
        "workforce.turnover_yes=true",
        "workforce.village.attrition_per_year=1.0",
        "workforce.village.recruitment_per_year=0.0",
    ]));
    let (empty, usual) = (counted(&result), counted(&small(&[])));
    assert_eq!(empty.visits[Provider::Village as usize], 0);
    assert!(usual.visits[Provider::Village as usize] > 0);
    assert!(forgone(&empty, Forgone::Capacity) > 2 * forgone(&usual, Forgone::Capacity));
    assert!(all_forgone(&empty) > all_forgone(&usual));
    for county in result.years.iter().flat_map(|year| &year.counties) {
        let own = county.workforce;
        assert_eq!((own.doctors, own.clinics_without_doctor), (0, own.clinics));
        assert!(own.posts > 0);
    }
    // Doctors in rotation open the clinics again.
    let visited = counted(&small(&sets(&[
        "workforce.turnover_yes=true",
        "workforce.village.attrition_per_year=1.0",
        "workforce.village.recruitment_per_year=0.0",
        "service.visiting_doctors_count=1.0",
    ])));
    assert!(visited.visits[Provider::Village as usize] > 0);
}

#[test]
fn shelves_that_are_never_restocked_are_empty_shelves() {
    let mut never = for_care("service.drug_in_stock_share", 0.5);
    never.extend(for_care("service.restock_months", 120.0));
    never.push("service.shared_shelf_yes=true".into());
    let empty = for_care("service.drug_in_stock_share", 0.0);
    assert!(small(&never).years == small(&empty).years);
}

#[test]
fn where_no_shelf_runs_out_it_does_not_matter_whose_it_is() {
    let full = for_care("service.drug_in_stock_share", 1.0);
    let mut shared = full.clone();
    shared.push("service.shared_shelf_yes=true".into());
    shared.extend(for_care("service.restock_months", 7.5));
    assert!(small(&full).years == small(&shared).years);
}

#[test]
fn equipment_that_is_as_usual_or_not_needed_changes_nothing() {
    let usual = small(&[]);
    let mut both = for_care("service.equipment_share", 0.5);
    both.extend(for_care("service.usual_equipment_share", 0.5));
    assert!(small(&both).years == usual.years);
    let mut idle: Vec<String> = ["minor", "moderate", "admission", "chronic"]
        .map(|need| format!("service.equipment_needed_share.{need}=0.0"))
        .into();
    let unneeded = small(&idle);
    idle.extend(for_care("service.equipment_share", 0.1));
    assert!(small(&idle).years == unneeded.years);
    let without = counted(&small(&for_care("service.equipment_share", 0.0)));
    assert!(without.lost_days_centi > counted(&usual).lost_days_centi);
}

#[test]
fn staff_that_stand_still_are_untouched_by_pay_and_training_that_fades() {
    let moved = small(&sets(&[
        "workforce.village.attrition_per_year=0.5",
        "workforce.village.pay_ratio=2.0",
        "workforce.county.attrition_per_year=0.5",
        "workforce.township.training_decay_per_year=1.0",
    ]));
    assert!(moved.years == small(&[]).years);
}

#[test]
fn training_alone_moves_care_and_leaves_the_number_of_staff() {
    let result = small(&sets(&["workforce.village.training_per_year=1.0"]));
    let usual = small(&[]);
    for (own, usual) in result
        .years
        .iter()
        .flat_map(|year| &year.counties)
        .zip(usual.years.iter().flat_map(|year| &year.counties))
    {
        assert_eq!(own.workforce.doctors, usual.workforce.doctors);
        assert_eq!(
            own.workforce.doctors_trained, own.workforce.doctors,
            "all are trained each year"
        );
    }
    assert!(counted(&result).visits[Provider::Village as usize] > counted(&usual).visits[Provider::Village as usize]);
}

#[test]
fn a_consultation_by_wire_needs_the_wire_and_the_offer() {
    let remote = |share: f64, connected: f64| {
        let sets = [
            format!("care_seeking.available_share.remote={share:?}"),
            format!("travel.connected_village_share={connected:?}"),
        ];
        counted(&small(&sets)).visits[Provider::Remote as usize]
    };
    assert_eq!((remote(1.0, 0.0), remote(0.0, 1.0)), (0, 0));
    assert!(remote(1.0, 1.0) > remote(1.0, 0.5) && remote(1.0, 0.5) > 0);
}

#[test]
fn what_cannot_be_is_refused_and_says_where() {
    let refused = |set: &str| -> String {
        let policy = || -> Result<Policy, Problems> { Policy::new(Scenario::load("baseline", &[set.to_owned()])?) };
        policy().err().unwrap_or_else(|| panic!("{set} is taken")).to_string()
    };
    for (set, says) in [
        ("service.restock_months.village=121", "service.restock_months"),
        ("workforce.county.pay_ratio=0", "workforce.county.pay_ratio"),
        ("workforce.village.vacant_share=0.9", "workforce.village.vacant_share"),
        ("service.equipment_share.village=1.2", "share"),
        ("travel.month_ratio.hills=[1.0, 1.0]", "twelve numbers"),
        ("workforce.turnover_yes=0.5", "true or false"),
    ] {
        let told = refused(set);
        assert!(told.contains(says), "{set}: {told}");
    }
}
