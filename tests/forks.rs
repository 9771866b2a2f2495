//! Scenarios that share a past live it once, and each gets what it would have got alone, to the bit.

mod common;

use common::file;
use kangcun::run::{Policy, RunResult, run};
use kangcun::scenario::Scenario;
use kangcun::study::{self, Arm, Effort};
use kangcun::units::Month;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// A base year and four reported ones: five years each.
const SMALL: [&str; 3] = ["world.people_count=2000", "run.last_year=2024", "run.replicates=2"];
const YEARS: u64 = 5;

fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<String> = SMALL.iter().chain(sets).map(ToString::to_string).collect();
    Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

/// The baseline with `value` at `path` from `from` on.
fn changed(path: &str, value: f64, from: Month) -> Scenario {
    let mut scenario = scenario("baseline", &[]);
    scenario.push_change(path, value, from, None).unwrap();
    scenario
}

fn arms(scenarios: Vec<Scenario>) -> Vec<Arm> {
    let named = scenarios.into_iter().enumerate();
    named
        .map(|(at, scenario)| Arm::new(&format!("arm {at}"), scenario).unwrap())
        .collect()
}

/// Runs the scenarios as a study, holds every replicate of each against a run of its own, and the ticks against the years.
fn shared(scenarios: Vec<Scenario>) -> Effort {
    let mut arms = arms(scenarios);
    let ticks = Mutex::new(BTreeMap::new());
    let tick = |arm: &str| *ticks.lock().unwrap().entry(arm.to_owned()).or_insert(0u64) += 1;
    let effort = study::run(&mut arms, &tick).unwrap();
    for arm in &arms {
        let alone: Vec<RunResult> = (0..arm.replicates())
            .map(|replicate| run(&arm.policy, replicate, &|| ()).unwrap())
            .collect();
        assert!(arm.results == alone, "{} of the study is not what it is alone", arm.id);
        let all = arm.years() * u64::from(arm.replicates());
        assert_eq!(ticks.lock().unwrap()[&arm.id], all, "{}", arm.id);
    }
    effort
}

/// Worlds founded and years lived by each replicate of two.
fn each(effort: Effort) -> (u64, u64) {
    assert_eq!(
        (effort.worlds_founded % 2, effort.years_lived % 2),
        (0, 0),
        "{effort:?}"
    );
    (effort.worlds_founded / 2, effort.years_lived / 2)
}

/// A programme file that reaches everybody from `from` on, at no cost.
fn programme(from: &str, coverage: f64, set: &str) -> String {
    format!(
        "title = \"A test\"\nsection = \"test\"\nsummary = \"A test.\"\ncomparator = \"add\"\n\
         evidence = \"Grade D: none.\"\nmoves = [\"oop_share\"]\nfrom = \"{from}\"\nramp_years = 0\n\
         coverage = {{ share = {coverage:?} }}\n{set}\n\
         [cost]\nper_household_year_yuan = 1.0\ngrade = \"D\"\nsource = \"test\"\n"
    )
}

/// The baseline with programmes, each a file name and its text, in order.
fn with_programmes(folder: &Path, name: &str, programmes: &[(&str, String)]) -> Scenario {
    let names: Vec<String> = programmes
        .iter()
        .map(|(name, text)| {
            file(folder, &format!("{name}.toml"), text);
            format!("\"./{name}.toml\"")
        })
        .collect();
    let text = format!(
        "title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\nprogrammes = [{}]\n",
        names.join(", ")
    );
    scenario(file(folder, &format!("{name}.toml"), &text).to_str().unwrap(), &[])
}

/// A layer of ten yuan a day in hospital, or so.
fn layer(funder: &str, order: i32) -> String {
    format!(
        "[set.insurance.layers.extra]\ntitle = \"extra\"\norder = {order}\nservices = [\"inpatient\", \"outpatient\"]\n\
         base = \"all\"\ndeductible_per = \"visit\"\nfunded_by = \"{funder}\"\nenrolled_only_yes = false\n\
         needs_designation_yes = false\ndelay_months = 0.0\ndeductible_growth = 0.0\n\
         [set.insurance.layers.extra.arms.everybody]\n\
         tiers = [\"village\", \"township\", \"county\", \"tertiary\"]\n\
         categories = [\"tekun\", \"dibao\", \"lifted\", \"monitored\", \"ordinary\"]\nconditions = []\n\
         brackets_from_yuan = [0.0]\ndeductible_yuan = 0.0\nlater_deductible_ratio = 1.0\nreimbursed_share = [0.1]\n\
         payout_ceiling_visit_yuan = 0.0\npayout_ceiling_year_yuan = 0.0\n"
    )
}

#[test]
fn a_package_shares_all_years_before_it_starts() {
    // It starts in January 2022: 2020 and 2021 are lived once.
    let effort = shared(vec![scenario("baseline", &[]), scenario("package", &[])]);
    assert_eq!(each(effort), (1, 2 + 2 * (YEARS - 2)));
    let effort = shared(vec![scenario("package", &[]), scenario("baseline", &[])]);
    assert_eq!(each(effort), (1, 2 + 2 * (YEARS - 2)));
}

#[test]
fn what_holds_from_the_first_day_shares_the_founding_only() {
    for other in ["no-illness", "zero-growth", "full-cover"] {
        let effort = shared(vec![scenario("baseline", &[]), scenario(other, &[])]);
        assert_eq!(each(effort), (1, 2 * YEARS), "{other}");
    }
    let set = scenario("baseline", &["care_seeking.queue_weight=3"]);
    assert_eq!(
        each(shared(vec![scenario("baseline", &[]), set])),
        (1, 2 * YEARS),
        "--set"
    );
}

#[test]
fn who_works_in_clinics_is_part_of_the_world_that_is_forked() {
    // Staff move from the first close on; training starts in January 2022, so 2020 and 2021 are lived once.
    let moving = || scenario("baseline", &["workforce.turnover_yes=true"]);
    let mut trained = moving();
    let path = "workforce.village.training_per_year";
    trained.push_change(path, 0.5, Month::of(2022, 1), None).unwrap();
    assert_eq!(each(shared(vec![moving(), trained])), (1, 2 + 2 * (YEARS - 2)));
}

#[test]
fn another_founding_or_seed_is_another_world() {
    for set in [
        "world.counties.hills.people_share=0.3",
        "founding.income.transitory_share=0.2",
        "illness.hypertension.aware_share=0.5",
        "run.seed=7",
    ] {
        let effort = shared(vec![scenario("baseline", &[]), scenario("baseline", &[set])]);
        assert_eq!(each(effort), (2, 2 * YEARS), "{set}");
    }
}

#[test]
fn equal_rules_are_lived_once_whatever_the_files_are_called() {
    let effort = shared(vec![
        scenario("baseline", &[]),
        scenario("zero-coverage", &[]),
        scenario("baseline", &["care_seeking.queue_weight=2"]),
        changed("livelihood.price_growth", 0.05, Month::of(2025, 1)),
    ]);
    assert_eq!(
        each(effort),
        (1, YEARS),
        "a programme that reaches nobody, a value set to what it was, a change after the end"
    );
}

#[test]
fn arms_part_one_after_the_other() {
    let from = |year, value| changed("funds.aid_budget_yuan_per_year", value, Month::of(year, 1));
    let effort = shared(vec![
        from(2024, 10.0),
        scenario("baseline", &[]),
        from(2022, 10.0),
        from(2023, 20.0),
    ]);
    // The baseline lives all five years, the others those from their change on.
    assert_eq!(each(effort), (1, 5 + 1 + 3 + 2));
    // Four that part at once, two of which stay together for another year.
    let mut both = from(2022, 10.0);
    both.push_change("livelihood.food_share", 0.5, Month::of(2023, 1), None)
        .unwrap();
    let effort = shared(vec![
        scenario("baseline", &[]),
        from(2022, 10.0),
        from(2022, 20.0),
        both,
    ]);
    assert_eq!(each(effort), (1, 5 + 3 + 3 + 2));
}

#[test]
fn a_change_in_the_middle_of_a_year_parts_its_january() {
    let middle = || changed("care_seeking.queue_weight", 3.0, Month::of(2023, 7));
    assert_eq!(each(shared(vec![scenario("baseline", &[]), middle()])), (1, 5 + 2));
    // What differs in December only differs all the same.
    let later = changed("care_seeking.queue_weight", 3.0, Month::of(2023, 12));
    assert_eq!(each(shared(vec![later, middle()])), (1, 5 + 2));
}

#[test]
fn an_arm_with_a_layer_of_its_own_shares_the_years_before_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, order) in [("first", 5), ("middle", 35), ("last", 90)] {
        let extra = [(name, programme("2023-01", 1.0, &layer("programme", order)))];
        let with = || with_programmes(folder.path(), &format!("with-{name}"), &extra);
        let orders = [
            vec![scenario("baseline", &[]), with(), scenario("package", &[])],
            vec![with(), scenario("package", &[]), scenario("baseline", &[])],
        ];
        for scenarios in orders {
            let layers: Vec<usize> = scenarios
                .iter()
                .map(|scenario| {
                    run(&Policy::new(scenario.clone()).unwrap(), 0, &|| ())
                        .unwrap()
                        .layers
                        .len()
                })
                .collect();
            assert_ne!(layers[0], layers[1], "{name}: each arm lists its own layers");
            assert_eq!(each(shared(scenarios)), (1, 5 + 3 + 2), "{name}");
        }
    }
}

#[test]
fn a_layer_that_changes_what_is_counted_before_it_starts_is_not_shared() {
    // First in the stack and of the pool, it would count as the basic insurance even while it has no arms.
    let folder = tempfile::tempdir().unwrap();
    let extra = [("pool", programme("2023-01", 1.0, &layer("pool", 5)))];
    let with = with_programmes(folder.path(), "with-pool", &extra);
    assert_eq!(each(shared(vec![scenario("baseline", &[]), with])), (1, 2 * YEARS));
}

#[test]
fn a_later_programme_does_not_renumber_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let queue = "[set.care_seeking]\nqueue_weight = 3.0\n";
    let early = || ("early", programme("2021-01", 0.5, queue));
    let late = || {
        (
            "late",
            programme("2024-01", 1.0, "[set.livelihood]\nfood_share = 0.5\n"),
        )
    };
    let only = with_programmes(folder.path(), "only", &[early()]);
    let both = with_programmes(folder.path(), "both", &[late(), early()]);
    assert_eq!(each(shared(vec![only, both])), (1, 5 + 1));
}

#[test]
fn arms_with_fewer_years_and_replicates_go_along_as_far_as_they_go() {
    let mut short = scenario("package", &["run.last_year=2022"]);
    short.run.replicates = 3;
    let effort = shared(vec![
        scenario("baseline", &[]),
        short,
        scenario("baseline", &["run.last_year=2021"]),
    ]);
    // Two replicates with baseline and package, one of the package alone.
    assert_eq!((effort.worlds_founded, effort.years_lived), (3, 2 * (5 + 1) + 3));
}

#[test]
fn results_do_not_depend_on_threads_and_worlds_do_not_pile_up() {
    let scenarios = || -> Vec<Scenario> {
        let mut all = vec![
            scenario("baseline", &[]),
            scenario("no-illness", &[]),
            scenario("package", &[]),
            scenario("cash-transfer", &[]),
            changed("funds.aid_budget_yuan_per_year", 10.0, Month::of(2023, 1)),
        ];
        for one in &mut all {
            one.run.replicates = 12;
            one.run.last_year = 2023;
        }
        all
    };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut arms = arms(scenarios());
        let effort = pool.install(|| study::run(&mut arms, &|_| ()).unwrap());
        // No more replicates than threads are under way, and no more worlds of each than arms.
        assert!(
            effort.most_worlds_at_once <= threads * 5,
            "{threads} threads: {effort:?}"
        );
        (arms, effort)
    };
    let (one, effort) = on(1);
    assert_eq!(effort.worlds_founded, 12);
    assert_eq!(effort.years_lived, 12 * (4 + 4 + 2 + 2 + 1));
    // One lives, one waits: four arms part from `no-illness`, then two of them from the other two, one by one.
    assert_eq!(effort.most_worlds_at_once, 2);
    for threads in [2, 3, 7] {
        let (other, _) = on(threads);
        for (one, other) in one.iter().zip(&other) {
            assert!(one.results == other.results, "{} on {threads} threads", one.id);
        }
    }
}

#[test]
fn a_fault_that_only_some_villages_meet_ends_the_study() {
    // With both programmes the arms do not overlap; where the second comes alone, they do.
    let folder = tempfile::tempdir().unwrap();
    let arm =
        |arm: &str, names: &str| format!("[set.insurance.layers.critical_illness.arms.{arm}]\ncategories = {names}\n");
    let narrow = programme("2022-01", 0.0, &arm("general", "[\"ordinary\"]"));
    let wide = programme(
        "2022-01",
        1.0,
        &arm("tilt", "[\"tekun\", \"dibao\", \"lifted\", \"monitored\"]"),
    );
    let faulty = with_programmes(folder.path(), "faulty", &[("narrow", narrow), ("wide", wide)]);
    let mut arms = arms(vec![scenario("baseline", &[]), faulty]);
    let problems = study::run(&mut arms, &|_| ()).unwrap_err().to_string();
    assert!(problems.contains("both cover"), "{problems}");
    assert!(arms.iter().all(|arm| arm.results.is_empty()));
}

#[test]
fn a_layer_that_would_move_in_the_stack_is_refused() {
    let moved = changed("insurance.layers.medical_aid.order", 5.0, Month::of(2023, 1));
    let problems = Policy::new(moved).err().unwrap().to_string();
    assert!(problems.contains("`order`"), "{problems}");
}

#[test]
fn the_first_replicate_and_scenario_that_fails_is_named_on_any_threads() {
    // The first arm grows rich in the end, the second is founded too rich, so it fails long before.
    let late = scenario(
        "baseline",
        &[
            "livelihood.income_growth=0.49",
            "run.last_year=2040",
            "world.people_count=500",
        ],
    );
    let early = scenario("baseline", &["founding.purse.savings_median_yuan=1e8"]);
    let refusal = |threads: usize| {
        let mut arms = arms(vec![late.clone(), early.clone()]);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let problems = pool.install(|| study::run(&mut arms, &|_| ())).unwrap_err();
        problems.to_string()
    };
    let alone = refusal(1);
    assert!(alone.contains("scenario `arm 0`, replicate 0: in 20"), "{alone}");
    for threads in [2, 3, 4] {
        assert_eq!(refusal(threads), alone, "{threads} threads");
    }
}
