//! The engine against a slow, scalar reference written from the rules: every strike, choice, bill, purse, close and tally
//! on small worlds.

mod common;

mod reference {
    pub mod books;
    pub mod care;
    pub mod choice;
    pub mod close;
    pub mod diary;
    pub mod epidemic;
    pub mod funds;
    pub mod illness;
    pub mod law;
    pub mod luck;
    mod mechanisms;
    pub mod money;
    pub mod monitoring;
    pub mod month;
    pub mod opening;
    pub mod purse;
    pub mod recovery;
    pub mod settlement;
    pub mod supply;
    pub mod treatment;
    pub mod waste;
    pub mod witness;
    pub mod world_year;
}

use common::{file, policy, taped};
use kangcun::indicators::result::{CountyResult, YearResult};
use kangcun::indicators::tally::{Add, Tally};
use kangcun::rules::Rules;
use kangcun::run::run;
use kangcun::units::Month;
use kangcun::world::Category;
use reference::diary::Diary;
use reference::witness::{Compared, Witness};
use reference::world_year;

const YEARS: &str = "run.last_year=2022";
const PEOPLE: &str = "world.people_count=4000";

/// Runs the engine with diaries and the reference along them, and compares everything; the years of the engine come back.
fn along(scenario: &str, sets: &[&str], other_rules: &[&str]) -> (Compared, Vec<YearResult>) {
    let mut all = vec![YEARS, PEOPLE];
    all.extend(sets);
    let engine = policy(scenario, &all);
    all.extend(other_rules);
    let rules = policy(scenario, &all);
    let (result, diaries) = taped(&engine, Diary::default);
    let mut witness = Witness::following(&diaries);
    let years = world_year::live(rules.scenario(), 0, &result.layers, &mut witness);
    witness.read_to_the_end();
    let mut compared = witness.compared;
    tallies(&mut compared, &result.years, &years);
    (compared, result.years)
}

/// The rules of a scenario in January 2021.
fn law(scenario: &str) -> Rules {
    let policy = policy(scenario, &[]);
    policy
        .scenario()
        .resolve(&[], Month::of(2021, 1))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The tallies of every county and year, funds and moves included.
fn tallies(compared: &mut Compared, engine: &[YearResult], reference: &[YearResult]) {
    assert_eq!(engine.len(), reference.len());
    for (engine, reference) in engine.iter().zip(reference) {
        assert_eq!(engine.year, reference.year);
        assert_eq!(engine.counties.len(), reference.counties.len());
        for (theirs, own) in engine.counties.iter().zip(&reference.counties) {
            assert_eq!(theirs.counted.cells.len(), own.counted.cells.len());
            let of = |what: &str| format!("{what} of {} in {}", own.county, reference.year);
            for (cell, (theirs, own)) in theirs.counted.cells.iter().zip(&own.counted.cells).enumerate() {
                compared.same(|| of(&format!("cell {cell}")), theirs, own);
            }
            let by_age = |county: &CountyResult| {
                let counted = &county.counted;
                (counted.persons_by_age, counted.deaths_by_age, counted.conditions_by_age)
            };
            compared.same(
                || of("people, deaths and conditions by age"),
                &by_age(theirs),
                &by_age(own),
            );
            let rest = |county: &CountyResult| {
                let places = (county.county.clone(), county.residents);
                (places, county.fund, county.moves, county.epidemic, county.workforce)
            };
            compared.same(|| of("fund and moves"), &rest(theirs), &rest(own));
            let (lent, own_lent) = (theirs.counted.lending, own.counted.lending);
            compared.same(|| of("loans"), &lent, &own_lent);
        }
        compared.same(
            || format!("joint accounts of {}", reference.year),
            &engine.joint,
            &reference.joint,
        );
    }
}

/// Engine and reference agree on a scenario.
fn agree(scenario: &str, sets: &[&str]) -> (Compared, Vec<YearResult>) {
    let (compared, years) = along(scenario, sets, &[]);
    println!(
        "{sets:?}: {} strikes, {} choices ({} forgone, {} for want of cash), {} bills ({} with aid cut), \
         {} household-months (borrowed {}, sold {}, unpaid {}, reimbursed {}), {} households closed",
        compared.strikes,
        compared.choices,
        compared.forgone,
        compared.no_cash,
        compared.bills,
        compared.aid_cut,
        compared.household_months,
        compared.borrowed,
        compared.sold,
        compared.unpaid,
        compared.reimbursed,
        compared.households_closed
    );
    println!(
        "  other choices {:?}, other reasons {:?}, {} choices within 0.001 of a tie; apart: sizes of bills {:.1e}, \
         income scores {:.1e}, incomes {:.1e}; wrong {}",
        compared.other_choices,
        compared.other_reasons,
        compared.narrow,
        compared.size_apart,
        compared.scores_apart,
        compared.incomes_apart,
        compared.wrong
    );
    assert_eq!(compared.wrong, 0, "{}", compared.first_wrong.join("\n"));
    let others = compared.other_choices.len() + compared.other_reasons.len();
    assert!(others as u64 * 10_000 <= compared.choices, "{others} choices differ");
    (compared, years)
}

#[test]
fn baseline() {
    let (compared, _) = agree("baseline", &["world.people_count=6000"]);
    assert!(compared.bills > 40_000 && compared.forgone > 1_000 && compared.borrowed > 1_000);
}

#[test]
fn package() {
    let (compared, years) = agree("package", &[]);
    let delivered: i64 = years.iter().map(|year| sum(year).programme_cost).sum();
    assert!(delivered > 0 && compared.bills > 20_000);
}

/// A world founded in 2011 in which every year grows otherwise and insurance answers the premium at old prices.
#[test]
fn the_past() {
    let folder = tempfile::tempdir().unwrap();
    let year = |year: i32, incomes: f64, prices: f64| {
        format!(
            "[[dated]]\nfrom = \"{year}-01\"\nuntil = \"{}-01\"\n[dated.set.livelihood]\n\
             income_growth = {incomes}\nprice_growth = {prices}\n",
            year + 1
        )
    };
    let text = format!(
        "title = \"The past\"\nsummary = \"The past.\"\nextends = \"baseline\"\n\
         [run]\nfirst_year = 2012\nlast_year = 2013\n\
         [set.enrolment]\ndearer_odds_ratio = 0.8\n[set.livelihood]\nharvest_loading_share = 0.0\n{}{}{}",
        year(2012, 0.12, 0.04),
        year(2013, 0.1, 0.03),
        year(2016, 0.08, 0.0)
    );
    let path = file(folder.path(), "past.toml", &text);
    let path = path.to_str().unwrap();
    let (compared, years) = agree(path, &["run.last_year=2013"]);
    assert!(compared.bills > 15_000 && compared.borrowed > 500);
    // Nominal incomes grow by what the year says, but for demography and lost work.
    let income = |at: usize| {
        let all = sum(&years[at]);
        all.income as f64 / all.persons as f64
    };
    let growth = income(1) / income(0) - 1.0;
    assert!((growth - 0.1).abs() < 0.04, "{growth}");
}

#[test]
fn a_layer_that_pays_later() {
    let (compared, _) = agree("baseline", &["insurance.layers.inpatient_basic.delay_months=3"]);
    assert!(compared.reimbursed > 100, "{}", compared.reimbursed);
}

/// An advance that stayed unpaid was the provider's loss: its reimbursement is not the household's.
#[test]
fn only_what_was_advanced_is_paid_back() {
    let (compared, _) = agree("baseline", &["insurance.layers.inpatient_basic.delay_months=3"]);
    let yuan = compared.never_advanced / 100;
    assert!(yuan == 0, "{yuan} yuan paid back to households was never advanced");
}

#[test]
fn a_deposit_for_admissions() {
    let (_, without) = agree("baseline", &[]);
    let (_, years) = agree("baseline", &["insurance.deposit_share=0.3"]);
    let admissions = |years: &[YearResult]| years.iter().map(|year| sum(year).admissions).collect::<Vec<_>>();
    assert_ne!(
        admissions(&years),
        admissions(&without),
        "the deposit keeps some at home"
    );
}

#[test]
fn funds_in_deficit_and_a_short_budget_of_aid() {
    let sets = ["funds.aid_budget_yuan_per_year=20", "enrolment.subsidy_yuan=100"];
    let (compared, years) = agree("baseline", &sets);
    let counties = &years.last().unwrap().counties;
    assert!(counties.iter().any(|county| county.fund.aid_ppm < 500_000));
    assert!(counties.iter().any(|county| county.fund.rate_ppm < 1_000_000));
    assert!(compared.aid_cut > 100, "{}", compared.aid_cut);
}

#[test]
fn no_illness() {
    let (compared, years) = agree("no-illness", &[]);
    assert!(compared.bills == 0 && compared.strikes > 0);
    let without: i64 = years.iter().map(|year| sum(year).returned.iter().sum::<i64>()).sum();
    assert!(without > 0);
}

/// Little money, dear care, ready monitors, and rules that change in the middle of a year.
const HARD_TIMES: &str = r#"
title = "A test"
summary = "A test."
extends = "package"

[set.livelihood]
debt_limit_years = 0.1
buffer_years = 0.02
homecoming_share = 1.0
harvest_loading_share = 0.6
cash_transfer_yuan_per_year = 100.0
cash_transfer_reach_share = 0.5

[set.founding.purse]
savings_median_yuan = 300.0

[set.illness.acute]
season_amplitude_share = 0.3

[set.monitoring]
spending_trigger_share = 0.2
sensitivity_share = 0.7
delay_months = 1.0

[set.poverty]
years_below_count = 2.0

[set.insurance.layers.inpatient_basic]
delay_months = 2.0
deductible_growth = 0.05

[[dated]]
from = "2021-07"
[dated.set.billing]
visit_yuan = { county = 400.0 }
size_sd = 0.9
[dated.set.insurance]
deposit_share = 0.2
[dated.set.illness.injury]
onset_per_1000_year = { value = [60.0, 60.0, 60.0, 60.0] }
[dated.set.service]
comfortable_load_share = 0.1
"#;

#[test]
fn hard_times_and_a_change_in_july() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "hard-times.toml", HARD_TIMES);
    let (compared, _) = agree(path.to_str().unwrap(), &[]);
    assert!(compared.unpaid > 100 && compared.sold > 100 && compared.reimbursed > 100);
    assert!(compared.no_cash > 100, "{}", compared.no_cash);
}

#[test]
fn the_other_scenarios() {
    let few = ["world.people_count=2000", "run.seed=7"];
    for scenario in [
        "cash-transfer",
        "full-cover",
        "no-insurance",
        "zero-growth",
        "zero-coverage",
    ] {
        agree(scenario, &few);
    }
}

#[test]
#[ignore = "slow"]
fn a_larger_world_and_ten_years() {
    let large = ["world.people_count=20000", "run.last_year=2030", "run.seed=11"];
    for scenario in ["baseline", "package"] {
        agree(scenario, &large);
    }
}

/// The comparison has teeth: where the reference reads a rule that differs a little, something differs.
#[test]
fn a_rule_that_differs_is_noticed() {
    let slight = [
        "insurance.layers.inpatient_basic.arms.county.reimbursed_share=[0.701]",
        "insurance.layers.critical_illness.arms.general.deductible_yuan=8100",
        "insurance.layers.inpatient_basic.arms.county.payout_ceiling_day_yuan=400",
        "insurance.layers.inpatient_basic.arms.county.deductible_bill_share=0.02",
        "insurance.layers.critical_illness.arms.general.deductible_income_ratio=0.01",
        "care_seeking.travel_hour_weight=0.41",
        "care_seeking.queue_weight=0.5",
        "service.moderate_worsens_share=0.11",
        "livelihood.repayment_share=0.101",
        "livelihood.consumption_cut_share=0.41",
        "monitoring.spending_trigger_share=0.4",
        "poverty.register_sensitivity_share=0.8",
        "monitoring.screening.reached_share=0.05",
        "waste.items_removed_share=0.01",
        "waste.admissions_removed_share=0.05",
        "waste.false_claims_share=0.001",
        "rehabilitation.natural_recovery_per_year=0.1",
        "status.dibao_topup_share=0.99",
        "illness.hypertension.relapse_per_year=0.3",
        "service.equipment_share.village=0.5",
        "service.restock_months.township=1.2",
        "service.stock_out_ratio.diabetes=1.3",
        "travel.minutes_ratio=1.05",
        "workforce.turnover_yes=true",
        "funds.administration_share=0.011",
        "funds.pooling=\"prefecture\"",
        "funds.reinsurance.premium_share=0.01",
    ];
    for rule in slight {
        let (compared, _) = along("baseline", &["run.last_year=2021"], &[rule]);
        println!("{rule}: {} differences", compared.wrong);
        assert!(compared.wrong > 0, "{rule}");
    }
}

fn sum(year: &YearResult) -> Tally {
    let mut sum = Tally::default();
    let cells = year.counties.iter().flat_map(|county| &county.counted.cells);
    cells.for_each(|cell| sum.add(cell));
    sum
}

/// The main indicators of a run: the return hazard of the cohort on the first gauge, spending out of pocket a head, the
/// share of needs of an admission, and of all needs, that is forgone.
fn indicators(years: &[YearResult]) -> [f64; 4] {
    let (mut all, mut cohort) = (Tally::default(), Tally::default());
    for year in years {
        all.add(&sum(year));
        for county in &year.counties {
            cohort.add(&county.counted.cells[Category::Lifted as usize]);
        }
    }
    let share = |part: i64, whole: i64| part as f64 / whole as f64;
    let forgone = |need: usize| all.forgone[need].iter().sum::<i64>();
    [
        share(cohort.returned[0], cohort.at_risk[0]),
        share(all.oop, all.persons),
        share(forgone(2), all.needs[2]),
        share((0..4).map(forgone).sum(), all.needs.iter().sum()),
    ]
}

/// What single precision does to the indicators is nothing beside the luck of a world of a million people.
#[test]
fn single_precision_is_lost_in_the_luck() {
    const REPLICATES: u32 = 6;
    let (people, million) = (4_000.0, 1e6);
    let policy = policy("baseline", &[YEARS, PEOPLE]);
    let (mut engine, mut reference) = (Vec::new(), Vec::new());
    for replicate in 0..REPLICATES {
        let result = run(&policy, replicate, &|| ()).unwrap();
        let alone = world_year::live(policy.scenario(), replicate, &result.layers, &mut Witness::default());
        engine.push(indicators(&result.years));
        reference.push(indicators(&alone));
    }
    for (at, name) in ["return hazard", "oop a head", "forgone admissions", "forgone care"]
        .into_iter()
        .enumerate()
    {
        let mean = |runs: &[[f64; 4]]| runs.iter().map(|run| run[at]).sum::<f64>() / runs.len() as f64;
        let (fast, exact) = (mean(&engine), mean(&reference));
        let squares: f64 = engine.iter().map(|run| (run[at] - fast).powi(2)).sum();
        let spread = (squares / f64::from(REPLICATES - 1)).sqrt();
        // Luck shrinks with the root of the number of people.
        let luck = spread * f64::sqrt(people / million) / fast;
        let apart = (fast / exact - 1.0).abs();
        println!("{name}: {fast:.6}, apart by {apart:.1e}, standard error at a million people {luck:.1e} (relative)");
        assert!(apart < 0.1 * luck, "{name}: {fast} and {exact}");
    }
}
