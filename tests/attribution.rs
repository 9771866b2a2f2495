//! How many returns illness caused: the truth table by fifth, the twins, lineages, and what worlds have in common.

mod common;

use common::{ends, policy};
use kangcun::indicators::result::{CountyResult, RunResult};
use kangcun::indicators::tally::{Add, FifthTally, Tally};
use kangcun::month::livelihood::purses::Carried;
use kangcun::month::{BlockYear, Tape};
use kangcun::output::truth_table;
use kangcun::study::Arm;
use kangcun::study::attribution::{self, Attribution, Measure, Rate, Row, Unit};
use kangcun::study::matched::{Alike, matched};
use kangcun::world::{Block, Category};
use kangcun::year::poverty::Convention;
use std::collections::BTreeMap;

const SMALL: [&str; 3] = ["world.people_count=6000", "run.last_year=2023", "run.replicates=2"];
/// The gauge of the headline.
const NATIONAL: usize = 0;

fn attributed(name: &str, sets: &[&str]) -> Attribution {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let arms = attribution::arms(name, &sets).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    attribution::run(arms, &|_| ()).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

fn of_lifted(results: &[RunResult]) -> Tally {
    let mut sum = Tally::default();
    for county in results
        .iter()
        .flat_map(|result| &result.years)
        .flat_map(|year| &year.counties)
    {
        sum.add(&county.counted.cells[Category::Lifted as usize]);
    }
    sum
}

#[track_caller]
fn all_alike(own: Alike, what: &str) {
    assert!(own.alike == own.first && own.alike == own.second, "{what}: {own:?}");
}

#[test]
fn counts_by_fifth_add_up_to_those_of_everybody() {
    let arm = policy("baseline", &SMALL);
    let result = kangcun::run::run(&arm, 0, &|| ()).unwrap();
    let counties: Vec<&CountyResult> = result.years.iter().flat_map(|year| &year.counties).collect();
    let mut by_fifth = [0; 5];
    for county in &counties {
        let [lifted, others] = &county.counted.fifths;
        let mut everybody = Tally::default();
        county.counted.cells.iter().for_each(|cell| everybody.add(cell));
        let sum = |groups: &[&[FifthTally; 5]]| {
            let mut sum = FifthTally::default();
            groups
                .iter()
                .flat_map(|group| group.iter())
                .for_each(|fifth| sum.add(fifth));
            sum
        };
        let cell = &county.counted.cells[Category::Lifted as usize];
        for (all, fifths) in [(cell, sum(&[lifted])), (&everybody, sum(&[lifted, others]))] {
            assert_eq!(
                (all.households_held, all.persons_held, all.oop),
                (fifths.households_held, fifths.persons_held, fifths.oop)
            );
            assert_eq!(
                (all.catastrophic_10, all.catastrophic_25, all.catastrophic_40),
                (fifths.catastrophic_10, fifths.catastrophic_25, fifths.catastrophic_40)
            );
            assert_eq!(
                (all.poor, all.at_risk, all.returned),
                (fifths.poor, fifths.at_risk, fifths.returned)
            );
            assert_eq!(all.returned_accounting, fifths.returned_accounting);
            assert_eq!(all.returned_without_illness, fifths.returned_without_illness);
            assert_eq!(all.causes, fifths.causes);
            // Without the bill: those whom it does not save, and those whom it harms (no more than are poor only in a shadow).
            for (gauge, causes) in fifths.causes.iter().enumerate() {
                let not_saved = causes[1] + causes[3] + causes[4];
                let harmed = fifths.returned_without_bill[gauge] - not_saved;
                assert!((0..=causes[5]).contains(&harmed), "gauge {gauge}: {causes:?}");
            }
        }
        for (at, fifth) in lifted.iter().zip(others).enumerate() {
            by_fifth[at] += fifth.0.households_held + fifth.1.households_held;
        }
    }
    // Fifths of the founding: each holds a fifth of households, but for those that came and went since.
    let all: i64 = by_fifth.iter().sum();
    assert!(
        by_fifth
            .iter()
            .all(|&own| (0.17..0.23).contains(&(own as f64 / all as f64))),
        "{by_fifth:?}"
    );
    // The lifted were poor: nearly all of them stand in the three lower fifths.
    let lifted = |from: usize, to: usize| -> i64 {
        let fifths = counties.iter().flat_map(|county| &county.counted.fifths[0][from..to]);
        fifths.map(|fifth| fifth.households_held).sum()
    };
    assert!(lifted(0, 3) > 9 * lifted(3, 5), "{} {}", lifted(0, 3), lifted(3, 5));
}

#[test]
fn the_truth_table_adds_up_over_classes_fifths_and_counties() {
    let mut arm = Arm::new("baseline", policy("baseline", &SMALL).scenario().clone()).unwrap();
    kangcun::study::run(std::slice::from_mut(&mut arm), &|_| ()).unwrap();
    let text = truth_table(&[arm], None);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let header = table.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|own| own == name).unwrap();
    let key = ["year", "county", "category", "fifth", "convention", "line"].map(column);
    let [part, measure, households, share, lo, hi] =
        ["part", "measure", "households", "share_of_returns", "lo", "hi"].map(column);
    // Two replicates: counts are halves, and few enough for six digits to be exact.
    let mut cells: BTreeMap<Vec<String>, BTreeMap<String, f64>> = BTreeMap::new();
    let mut parts: BTreeMap<Vec<String>, BTreeMap<String, f64>> = BTreeMap::new();
    for row in table.records().map(Result::unwrap) {
        let own: Vec<String> = key.iter().map(|&at| row[at].to_owned()).collect();
        let number = |at: usize| row[at].parse::<f64>().unwrap_or(f64::NAN);
        *parts
            .entry(own.clone())
            .or_default()
            .entry(row[part].into())
            .or_default() += number(households);
        cells
            .entry(own)
            .or_default()
            .insert(row[measure].into(), number(households));
        assert!(number(lo).is_nan() == number(hi).is_nan(), "{row:?}");
        assert!(number(lo).is_nan() || number(lo) <= number(hi), "{row:?}");
        assert!(row[share].is_empty() || number(share) >= 0.0, "{row:?}");
    }
    assert!(cells.len() > 200, "{}", cells.len());
    let (mut fifths, mut counties) = (0, 0);
    for (own, counts) in &cells {
        let parts = &parts[own];
        assert_eq!(
            parts["illness"] + parts["interaction"] + parts["other"],
            counts["returned"],
            "{own:?}"
        );
        // The sum of the cells that differ from this one in one key alone.
        let over = |at: usize, name: &str| -> f64 {
            let same = |other: &&Vec<String>| {
                other[at] != "all" && (0..own.len()).all(|key| key == at || other[key] == own[key])
            };
            cells
                .keys()
                .filter(same)
                .filter_map(|other| cells[other].get(name))
                .sum()
        };
        for (name, &count) in counts {
            if own[3] == "all" && ["all", "lifted"].contains(&own[2].as_str()) {
                assert_eq!(over(3, name), count, "fifths: {own:?} {name}");
                fifths += 1;
            }
            if own[1] == "all" && ["all", "lifted"].contains(&own[2].as_str()) {
                assert_eq!(over(1, name), count, "counties: {own:?} {name}");
                counties += 1;
            }
            if own[0] == "all" {
                assert_eq!(over(0, name), count, "years: {own:?} {name}");
            }
        }
    }
    assert!(fifths > 200 && counties > 200, "{fifths} {counties}");
}

#[test]
fn without_illness_nothing_is_caused_by_it_and_all_worlds_are_one() {
    let own = attributed("no-illness", &SMALL);
    // Households are founded with debts for care of earlier years: their service is all that accounting finds.
    let undebted = "founding.purse.medical_debt_share=[0.0, 0.0, 0.0]";
    for row in attributed("no-illness", &[&SMALL[..], &[undebted]].concat()).rows() {
        assert_eq!(row.averted.mean, 0.0, "{row:?}");
    }
    let rows = own.rows();
    assert!(
        rows.iter().any(|row| row.fact.mean > 0.0),
        "somebody returns through income"
    );
    for row in rows.iter().filter(|row| row.measure != Measure::Accounting) {
        assert_eq!(row.averted.mean, 0.0, "{row:?}");
    }
    for arm in &own.arms[1..] {
        let counted = |arm: &Arm| -> Vec<Vec<Vec<_>>> {
            let years = |result: &RunResult| {
                result
                    .years
                    .iter()
                    .map(|year| year.counties.iter().map(|county| county.counted.clone()).collect())
                    .collect()
            };
            arm.results.iter().map(years).collect()
        };
        let (one, two) = (counted(&own.arms[0]), counted(arm));
        if arm.id.ends_with("cumulative") {
            assert_eq!(one, two, "the purse carried is the same purse");
        }
    }
    for matched in &own.matched {
        all_alike(matched.events, "events");
        all_alike(matched.care, "care");
        all_alike(matched.returns, "returns");
        assert_eq!(
            (matched.events.share(), matched.returns.share()),
            (Some(1.0), Some(1.0))
        );
    }
    assert_eq!(own.lineages[0], own.lineages[1]);
    assert_eq!(own.lineages[0], own.lineages[3]);
}

#[test]
fn where_care_is_free_no_bill_causes_a_return() {
    let own = attributed("full-cover", &SMALL);
    let rows = own.rows();
    let find = |measure| Row::find(&rows, measure, NATIONAL, Rate::Hazard, Unit::Household).unwrap();
    assert!(find(Measure::ShadowBill).fact.mean > 0.0);
    assert_eq!(find(Measure::ShadowBill).averted.mean, 0.0);
    assert_eq!(
        find(Measure::Behavioural).averted.mean,
        0.0,
        "it is its own behavioural twin"
    );
    let behavioural = own.matched[1];
    for (what, alike) in behavioural.items() {
        all_alike(alike, what);
        assert!(alike.first > 0, "{what}");
    }
    assert_eq!(own.lineages[0], own.lineages[2]);
}

#[test]
fn a_scenario_matches_itself_and_another_seed_does_not() {
    let (one, two) = (policy("baseline", &SMALL), policy("baseline", &SMALL));
    for (what, alike) in matched(&one, &two, 1).unwrap().items() {
        all_alike(alike, what);
        assert!(alike.first > 0 && alike.share() == Some(1.0), "{what}");
    }
    let other = policy("baseline", &[&SMALL[..], &["run.seed=5"]].concat());
    for (what, alike) in matched(&one, &other, 1).unwrap().items() {
        // Quarters of chronic care fall into the same months whatever the luck.
        assert!(alike.share().unwrap() < 0.3, "{what}: {alike:?}");
    }
}

#[test]
fn twins_of_a_package_are_the_package_without_costs_prices_or_illness() {
    let own = attributed("package", &SMALL);
    let [fact, cumulative, behavioural, system] = [0, 1, 2, 3].map(|at| of_lifted(&own.arms[at].results));
    // Whatever programmes set, the twin's rules hold on top.
    assert!(fact.oop > 0 && cumulative.oop > 0);
    assert_eq!((behavioural.oop, behavioural.travel), (0, 0));
    assert!(
        behavioural.bill > fact.bill && behavioural.lost_income > 0,
        "use rises, work is lost"
    );
    assert_eq!((system.bill, system.lost_income), (0, 0));
    assert!(system.programme_cost > 0, "the package is still delivered");
    // In the purse that is carried nothing was ever spent on care or owed for it by those who were not in debt at founding.
    assert_eq!((cumulative.catastrophic_10, cumulative.impoverished[NATIONAL]), (0, 0));
    assert!(
        cumulative.medical_debt < fact.medical_debt,
        "{} {}",
        cumulative.medical_debt,
        fact.medical_debt
    );
}

#[test]
fn what_illness_took_over_years_keeps_more_households_poor_than_what_it_takes_in_one() {
    let own = attributed(
        "baseline",
        &["world.people_count=12000", "run.last_year=2025", "run.replicates=2"],
    );
    let [fact, cumulative] = [0, 1].map(|at| of_lifted(&own.arms[at].results));
    for (gauge, (_, convention, _)) in own.arms[0].results[0].gauges.iter().enumerate() {
        // Measured gross of spending on care, care counts as welfare.
        if *convention != Convention::MeasuredGross {
            assert!(cumulative.poor[gauge] <= fact.poor[gauge], "gauge {gauge}");
        }
        // In the twin no illness of the year is left to take off.
        assert_eq!(cumulative.returned[gauge], cumulative.returned_without_illness[gauge]);
        assert_eq!(cumulative.causes[gauge][..4], [0; 4]);
    }
    let rows = own.rows();
    let find = |measure, rate, unit| Row::find(&rows, measure, NATIONAL, rate, unit);
    let hazard = |measure| find(measure, Rate::Hazard, Unit::Household).unwrap();
    assert!(hazard(Measure::ShadowBoth).averted.mean >= hazard(Measure::ShadowBill).averted.mean);
    for measure in [Measure::Cumulative, Measure::Behavioural, Measure::System] {
        assert!(
            hazard(measure).averted.mean > 0.5 * hazard(measure).fact.mean,
            "{measure:?}"
        );
        // Lineages hold the households of the cohort and those that split off.
        let of_lineages = find(measure, Rate::Hazard, Unit::Lineage).unwrap();
        assert!((of_lineages.fact.mean / hazard(measure).fact.mean - 1.0).abs() < 0.1);
    }
    assert!(
        find(Measure::ShadowBill, Rate::Cumulative, Unit::Household).is_none(),
        "shadows begin anew each year"
    );
}

/// Household-years of the cohort by household and year: poor on 1 January, poor at the close.
#[derive(Default)]
struct Standing {
    was: Vec<bool>,
    years: BTreeMap<(u64, i32), (bool, bool)>,
}

impl Tape for Standing {
    fn closing(&mut self, _year: i32, block: &Block, _books: &BlockYear) {
        self.was = block.households.poor.iter().map(|poor| poor & 1 == 1).collect();
    }

    fn judged(&mut self, year: i32, block: &Block, _books: &BlockYear) {
        let home = &block.households;
        for h in (0..home.len()).filter(|&h| year > 2020 && home.cohort[h]) {
            let own = (self.was[h], home.poor[h] & 1 == 1);
            self.years.insert((home.id[h], year), own);
        }
    }
}

#[test]
fn more_return_in_the_cumulative_twin_than_in_the_shadows_because_fewer_are_down_already() {
    // A rate of return is over those at risk. Who fell through illness is poor in fact and not at risk; in the twin it stands,
    // and falls when its income fails.
    let lived = |carried| {
        let mut own = policy("baseline", &["world.people_count=20000", "run.last_year=2030"]);
        own.carried = carried;
        let (result, tapes) = common::taped(&own, Standing::default);
        let years = tapes.into_iter().flat_map(|tape| tape.years);
        (of_lifted(&[result]), years.collect::<BTreeMap<_, _>>())
    };
    let (counted, fact) = lived(Carried::InFact);
    let (of_twin, twin) = lived(Carried::WithoutIllness);
    let count = |of: &dyn Fn((bool, bool), (bool, bool)) -> bool| {
        let both = fact.iter().filter_map(|(key, one)| Some((*one, *twin.get(key)?)));
        both.filter(|(one, two)| of(*one, *two)).count() as i64
    };
    let returned = count(&|_, (was, is)| !was && is);
    let down_in_fact = count(&|(down, _), (was, is)| down && !was && is);
    let extra = of_twin.returned[NATIONAL] - counted.returned_without_illness[NATIONAL];
    assert!(returned > 50 && extra > 0, "{returned} {extra}");
    assert!(2 * down_in_fact > extra, "{down_in_fact} of {extra}");
    // Poverty itself is less for nearly everybody: who is poor in the twin is poor in fact.
    let (poor, in_twin_only) = (count(&|_, two| two.1), count(&|one, two| two.1 && !one.1));
    assert!(10 * in_twin_only < poor, "{in_twin_only} of {poor}");
}

#[test]
fn the_command_prints_the_six_answers_and_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let tiny = "--set world.people_count=3000 --set run.last_year=2022 --replicates 2";
    let text = ends(folder.path(), &format!("attribute {tiny} --out mine"), 0);
    for measure in Measure::ALL {
        assert!(text.contains(measure.name()), "{text}");
    }
    for part in [
        "return in a year",
        "By founding lineage",
        "illness events",
        "care decisions",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    let read = |name: &str| std::fs::read_to_string(folder.path().join("mine").join(name)).unwrap();
    for name in ["attributable", "attribution", "lineages", "matched", "dictionary"] {
        assert!(read("manifest.json").contains(&format!("{name}.csv")));
        assert!(read(&format!("tables/{name}.csv")).lines().count() > 3, "{name}");
    }
    let hazard = |line: &&str| line.contains(",all,register,national,") && line.contains(",hazard,household,");
    assert_eq!(
        read("tables/attributable.csv").lines().filter(hazard).count(),
        Measure::ALL.len()
    );
    ends(folder.path(), &format!("attribute {tiny} --out mine"), 73);
    ends(folder.path(), "attribute nowhere", 65);
    let text = ends(
        folder.path(),
        &format!("compare baseline full-cover --matched {tiny}"),
        0,
    );
    assert!(text.contains("so much happens alike in"), "{text}");
    let text = ends(folder.path(), "compare countermeasures --matched", 2);
    assert!(text.contains("not at a sweep"), "{text}");
}
