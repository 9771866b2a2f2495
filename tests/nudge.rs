//! What each parameter is expected to move, and whether it does (invariant I19): the table speaks for every parameter once,
//! in words that are known, and a few parameters of every room do as it says. All of them: the slow tier.

use kangcun::scenario::{Scenario, Verb};
use kangcun::study::nudge::measure::Measure;
use kangcun::study::nudge::table::{Expected, Table};
use kangcun::study::nudge::{Nudge, nudges, run as nudge};
use kangcun::study::{self, Arm};
use std::collections::BTreeSet;

fn table() -> Table {
    Table::carried().unwrap_or_else(|problems| panic!("{problems}"))
}

fn all(table: &Table) -> Vec<Nudge> {
    nudges(table, "").unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn one_row_speaks_for_every_parameter_and_none_for_nothing() {
    let table = table();
    let scenario = Scenario::load("baseline", &[]).unwrap();
    let mut spoken: BTreeSet<&str> = BTreeSet::new();
    let cards: Vec<String> = scenario
        .cards()
        .into_iter()
        .filter(|card| card.verb == Verb::Set)
        .map(|card| card.path)
        .collect();
    assert!(cards.len() > 1000, "{}", cards.len());
    for path in &cards {
        let (row, _) = table
            .speaks_for(path)
            .unwrap_or_else(|message| panic!("{path}: {message}"));
        spoken.insert(&row.parameter);
    }
    let silent: Vec<&str> = table
        .moves
        .iter()
        .map(|row| row.parameter.as_str())
        .filter(|pattern| !spoken.contains(pattern))
        .collect();
    assert_eq!(silent, [""; 0], "no parameter fits");
    assert_eq!(all(&table).len(), cards.len());
}

#[test]
fn every_measure_and_world_is_known_and_used() {
    let table = table();
    let nudges = all(&table);
    let measures: BTreeSet<&str> = nudges.iter().map(|nudge| nudge.measure.as_str()).collect();
    let sets = ["world.people_count=2000", "run.last_year=2021", "run.replicates=1"].map(str::to_owned);
    let mut arms = [Arm::new("baseline", Scenario::load("baseline", &sets).unwrap()).unwrap()];
    study::run(&mut arms, &|_| ()).unwrap_or_else(|problems| panic!("{problems}"));
    for text in measures.into_iter().filter(|text| !text.is_empty()) {
        let measure = Measure::parse(text).unwrap();
        if let Err(message) = measure.values(&arms[0]) {
            // Where a mechanism is off, there may be nobody to count; a name must be known all the same.
            assert!(
                message.starts_with("nothing to measure") && !measure.is_founded(),
                "{text}: {message}"
            );
        }
    }
    for world in &table.worlds {
        let like = |own: &&str| *own == world.name;
        let used = nudges.iter().map(|nudge| nudge.world.as_str());
        let likened = table.worlds.iter().map(|other| other.like.as_str());
        assert!(
            used.chain(likened).any(|own| like(&own)),
            "nobody uses `{}`",
            world.name
        );
        let (scenario, sets) = table.sets_of(world).unwrap();
        Scenario::load(scenario, &sets).unwrap_or_else(|problems| panic!("{}: {problems}", world.name));
        assert!(!world.why.is_empty(), "{}", world.name);
    }
}

#[test]
fn few_parameters_are_exempt() {
    let nudges = all(&table());
    let exempt = nudges
        .iter()
        .filter(|nudge| nudge.expected == Expected::Nothing)
        .count();
    // One in seven, nearly all of them cards that say that there is no such thing (an admission at a village clinic).
    assert!(exempt * 7 < nudges.len(), "{exempt} of {}", nudges.len());
}

/// Nudges those of `paths`; what fails, in words.
fn failures(paths: &[&str]) -> Vec<String> {
    let table = table();
    let wanted: Vec<Nudge> = all(&table)
        .into_iter()
        .filter(|nudge| paths.is_empty() || paths.contains(&nudge.path.as_str()))
        .collect();
    assert!(paths.is_empty() || wanted.len() == paths.len(), "a path is unknown");
    let findings = nudge(&table, wanted, &[], None, &|_| ()).unwrap_or_else(|problems| panic!("{problems}"));
    let failed = findings.iter().filter(|finding| !finding.verdict.holds());
    failed
        .map(|finding| {
            let (path, verdict) = (&finding.nudge.path, &finding.verdict);
            format!("{path}: {verdict:?}, {:?} {}", finding.means, finding.nudge.measure)
        })
        .collect()
}

#[test]
fn a_few_parameters_of_every_room_move_what_is_expected() {
    let few = [
        "illness.acute.moderate_share",
        "illness.admission.need_per_year",
        "illness.stroke.event_bill_ratio",
        "illness.hypertension.control_per_year",
        "illness.copd.death_per_year",
        "epidemic.reproduction_ratio",
        "care_seeking.visit_price_weight",
        "care_seeking.moderate_weight.township",
        "travel.minutes_ratio",
        "service.correct_management_share.village",
        "service.drug_in_stock_share.township",
        "billing.visit_yuan.county",
        "billing.out_of_catalogue_share.county",
        "insurance.clinic_designated_share",
        "insurance.layers.inpatient_basic.arms.county.reimbursed_share",
        "insurance.layers.critical_illness.arms.general.deductible_yuan",
        "livelihood.consumption_poor_ratio",
        "livelihood.income_growth",
        "poverty.lines.monitoring.line_2020_yuan",
        "status.dibao_grant_share",
        "funds.interest_share",
        "workforce.village.recruitment_per_year",
        "demography.births_per_1000_year",
        "enrolment.enrolled_share.ordinary",
        "founding.purse.savings_median_yuan",
        "world.counties.karst.income_ratio",
    ];
    assert_eq!(failures(&few), [""; 0]);
}

#[test]
#[ignore = "slow"]
fn every_parameter_moves_what_is_expected() {
    let failed = failures(&[]);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
