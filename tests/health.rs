//! Health as lived by the baseline: the life table it was given, and a prevalence at each age that stays where it was founded.

use kangcun::indicators::tally::AGE_GROUPS;
use kangcun::rules::{BASE_YEAR, Rules};
use kangcun::scenario::Scenario;
use kangcun::study::health::{ages, life_tables, prevalence};
use kangcun::study::{self, Arm};
use kangcun::units::Month;
use kangcun::world::CONDITIONS;

#[test]
fn life_expectancy_and_prevalence_by_age_stay_as_published() {
    let sets = ["run.replicates=2".to_owned()];
    let scenario = Scenario::load("baseline", &sets).unwrap_or_else(|problems| panic!("{problems}"));
    let rules: Rules = scenario
        .resolve(&[], Month::of(BASE_YEAR, 1))
        .unwrap_or_else(|problems| panic!("{problems}"));
    let mut arms = [Arm::new("baseline", scenario).unwrap_or_else(|problems| panic!("{problems}"))];
    study::run(&mut arms, &|_| ()).unwrap_or_else(|problems| panic!("{problems}"));
    let results = &arms[0].results;
    // About 13,000 deaths of each sex, at ages with a standard deviation of 17 years: 0.15 years of noise.
    for (sex, table) in ["men", "women"].iter().zip(life_tables(results, &rules.demography)) {
        let off = table.expectancy - table.schedule_expectancy;
        assert!(off.abs() < 0.5, "{sex}: {off:+.2} years");
        assert!((70.0..85.0).contains(&table.expectancy), "{sex}: {}", table.expectancy);
    }
    let last = results[0].years.len() - 1;
    let (weights, then, now) = (ages(results, 0), prevalence(results, 0), prevalence(results, last));
    for condition in CONDITIONS {
        let at = |shares: &[[Option<f64>; CONDITIONS.len()]; AGE_GROUPS]| -> f64 {
            let groups = shares.iter().zip(&weights);
            groups
                .map(|(own, weight)| own[condition as usize].unwrap_or(0.0) * weight)
                .sum()
        };
        let moved = at(&now) / at(&then);
        // Dialysis: a hundred people.
        let room = if at(&then) < 0.001 { 0.5 } else { 0.2 };
        assert!(
            (moved - 1.0).abs() < room,
            "{}: x{moved:.2} in nine years at equal ages",
            condition.name()
        );
    }
}
