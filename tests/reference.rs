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
use kangcun::units::{Fen, Month};
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

/// Everything on, poor funds, a pool of prefectures from 2021 on, of the province from 2022, and none again in 2023.
const FUNDS: &str = r#"
title = "Funds"
summary = "Every instrument of the funds."
extends = "baseline"

[set.enrolment]
subsidy_yuan = 250.0
dearer_odds_ratio = 0.5
premium_growth = 0.2

[set.funds]
administration_share = 0.011

[set.funds.deficit]
local_budget_share = 0.3

[set.funds.reserve]
alert_months = 2.0
target_months = 3.0
excess_months = 4.0
alert_step_share = 0.02
alert_topup_share = 0.4
excess_release_share = 0.5

[set.funds.adjustment]
contribution_share = 0.08
deficit_share = 0.6

[set.funds.reinsurance]
premium_share = 0.013
attachment_ratio = 1.2
paid_share = 0.7
limit_ratio = 0.2

[set.funds.emergency]
repaid_share = 0.3

[[dated]]
from = "2021-03"
until = "2021-08"
[dated.set.funds.emergency]
advance_yuan_per_month = 5.0

[[dated]]
from = "2021-01"
[dated.set.funds]
pooling = "prefecture"

[[dated]]
from = "2022-01"
[dated.set.funds]
pooling = "province"

[[dated]]
from = "2023-01"
[dated.set.funds]
pooling = "county"
"#;

#[test]
fn every_instrument_of_the_funds() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "funds.toml", FUNDS);
    let (_, years) = agree(
        path.to_str().unwrap(),
        &["run.last_year=2024", "world.people_count=2000"],
    );
    let (counties, joint): (Vec<_>, Vec<_>) = years.iter().map(|year| (&year.counties, &year.joint)).unzip();
    let counties: Vec<_> = counties.into_iter().flatten().map(|county| county.fund).collect();
    let joint: Vec<_> = joint.into_iter().flatten().collect();
    let all: Vec<_> = counties.iter().chain(joint.iter().map(|joint| &joint.year)).collect();
    let happened: [fn(&kangcun::year::funds::FundYear) -> Fen; 9] = [
        |own| own.swept_in,
        |own| own.swept_out,
        |own| own.from_adjustment,
        |own| own.to_adjustment,
        |own| own.reinsured,
        |own| own.reinsurance_premium,
        |own| own.local_budget,
        |own| own.emergency,
        |own| own.emergency_repaid,
    ];
    for (at, flow) in happened.into_iter().enumerate() {
        assert!(all.iter().any(|own| flow(own) > Fen::ZERO), "flow {at}");
    }
    assert!(counties.iter().any(|own| own.rate_ppm < 1_000_000));
}

/// Rules that the baseline leaves at 0: ceilings by the day, amounts tied to local incomes, a part of the bill that stays with the
/// patient, arms that ask for a referral, and a layer of an insurer.
const EVERY_RULE: &str = r#"
title = "A test"
summary = "A test."
extends = "baseline"

[set.insurance]
referred_share = 0.4
local_income_growth = 0.05

[set.insurance.layers.outpatient_pool.arms.village]
payout_ceiling_day_yuan = 21.5

[set.insurance.layers.inpatient_basic.arms.county]
payout_ceiling_day_yuan = 150.0
deductible_income_ratio = 0.01

[set.insurance.layers.inpatient_basic.arms.tertiary]
referral = "with"

[set.insurance.layers.inpatient_basic.arms.unreferred]
tiers = ["tertiary"]
categories = ["tekun", "dibao", "lifted", "monitored", "ordinary"]
conditions = []
referral = "without"
deductible_yuan = 2000.0
later_deductible_ratio = 0.7
brackets_from_yuan = [0.0, 9000.0]
reimbursed_share = [0.4, 0.35]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
payout_ceiling_year_income_ratio = 0.4

[set.insurance.layers.critical_illness.arms.general]
deductible_yuan = 0.0
deductible_income_ratio = 0.2

[set.insurance.layers.topped_up]
title = "A cap on the patient's part of a bill"
order = 70
services = ["inpatient", "chronic_care"]
base = "all"
deductible_per = "visit"
funded_by = "insurer"
enrolled_only_yes = false
needs_designation_yes = false
delay_months = 0.0
deductible_growth = 0.0

[set.insurance.layers.topped_up.arms.some]
tiers = ["township", "county", "tertiary"]
categories = ["tekun", "dibao", "lifted", "ordinary"]
conditions = []
deductible_yuan = 30.0
deductible_bill_share = 0.25
later_deductible_ratio = 0.5
brackets_from_yuan = [0.0]
reimbursed_share = [0.9]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
"#;

#[test]
fn every_rule_of_a_layer() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "every-rule.toml", EVERY_RULE);
    let (compared, years) = agree(path.to_str().unwrap(), &["enrolment.subsidy_yuan=200"]);
    // The cap has the highest order, so it is the last of the stack.
    let layers = law(path.to_str().unwrap()).insurance.layers;
    assert!(layers.values().all(|layer| layer.order <= layers["topped_up"].order));
    let topped_up: i64 = years.iter().map(|year| sum(year).layers[layers.len() - 1]).sum();
    assert!(topped_up > 0 && compared.bills > 20_000);
}

/// A wave in the spring of 2021 whose immunity wanes fast, with everything that is off by default.
const EPIDEMIC: &str = r#"
title = "A wave"
summary = "A wave with late detection, a response, a reserve and little vaccination."
extends = "baseline"

[set.epidemic]
waning_per_year = 4.0
capacity_lost_ratio = 2.5
season_amplitude_share = 0.1
susceptibility_ratio = { value = [1.5, 1.0, 0.7], from_age = [0, 15, 60] }

# An emergency fund for what is left of bills of the wave.
[set.insurance.layers.emergency_fund]
title = "Emergency fund"
order = 95
services = ["outpatient", "inpatient"]
base = "all"
deductible_per = "visit"
funded_by = "programme"
enrolled_only_yes = false
needs_designation_yes = false
delay_months = 0.0
deductible_growth = 0.0
[set.insurance.layers.emergency_fund.arms.wave]
tiers = ["village", "township", "county", "tertiary"]
categories = ["tekun", "dibao", "lifted", "monitored", "ordinary"]
conditions = ["epidemic"]
deductible_yuan = 0.0
later_deductible_ratio = 1.0
brackets_from_yuan = [0.0]
reimbursed_share = [0.8]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0

[set.epidemic.vaccine]
coverage_share = { value = [0.1, 0.4, 0.5], from_age = [0, 18, 60] }

[set.epidemic.response]
contact_reduction_share = 0.2
travel_reduction_share = 0.5

[set.epidemic.reserve]
capacity_share = 0.02

[[dated]]
from = "2021-02"
[dated.set.epidemic]
active_yes = true

[[dated]]
from = "2021-02"
until = "2021-04"
[dated.set.epidemic]
seeds_per_100000_count = 400.0
"#;

#[test]
fn an_epidemic() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "wave.toml", EPIDEMIC);
    let (compared, years) = agree(path.to_str().unwrap(), &[]);
    let infections = |at: usize| sum(&years[at]).infections;
    assert!(
        infections(0) > 4_000 && infections(1) > 500,
        "{} {}",
        infections(0),
        infections(1)
    );
    let first = sum(&years[0]);
    assert!(first.infections_severe > first.infections_admitted && first.infections_died > 0);
    assert!(compared.bills > 20_000);
    let counties = years.iter().flat_map(|year| &year.counties);
    let (response, least) = counties.fold((0, 1_000_000), |(days, least), county| {
        let own = county.epidemic;
        (days + own.response_days, own.least_capacity_ppm.min(least))
    });
    assert!(response > 0 && least < 900_000, "{response} {least}");
}

/// Staff that move, training and equipment by programme, shelves that villages share, rain in the hills, a road, consultations
/// by wire for the connected, and doctors in rotation.
const SUPPLY: &str = r#"
title = "Supply"
summary = "Every mechanism of supply."
extends = "baseline"

[set.workforce]
turnover_yes = true
retirement_per_year = { value = [0.02, 0.5], from_age = [0, 55] }
workload_attrition_weight = 2.0

[set.workforce.village]
attrition_per_year = 0.25
recruitment_per_year = 0.15
pay_ratio = 1.2

[set.workforce.township]
attrition_per_year = 0.3
training_per_year = 0.4

[set.service]
shared_shelf_yes = true
village_doctor_visits_per_month_count = 120.0

[set.service.restock_months]
village = 2.4
township = 1.5
county = 0.7

[set.service.stock_out_ratio]
hypertension = 1.5
other_chronic = 0.5

[set.travel]
connected_village_share = 0.7

[set.travel.month_ratio]
hills = [1.0, 1.0, 1.0, 1.0, 1.1, 1.4, 1.6, 1.4, 1.1, 1.0, 1.0, 1.2]
mountain = [1.5, 1.2, 1.0, 1.0, 1.2, 1.6, 2.0, 1.6, 1.2, 1.0, 1.0, 1.5]

[set.care_seeking.available_share]
remote = 0.8

[[dated]]
from = "2022-04"
[dated.set.service]
shared_shelf_yes = false
visiting_doctors_count = 0.25
"#;

/// A programme for the old only: the clinic follows it all the same.
const TRAINING: &str = r#"
title = "Training and equipment"
section = "5.6"
summary = "Village doctors are trained, clinics equipped, and a road is built."
comparator = "add"
evidence = "Grade D: none."
moves = ["oop_share"]
from = "2021-01"
ramp_years = 0
coverage = { share = 0.5 }
who = { age = [50, 120] }

[set.workforce.village]
training_per_year = 0.7
training_decay_per_year = 0.1

[set.service.equipment_share]
village = 1.0

[set.travel]
minutes_ratio = 0.8

[cost]
per_village_year_yuan = 1000.0
grade = "D"
source = "test"
"#;

#[test]
fn every_mechanism_of_supply() {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "training.toml", TRAINING);
    let text = SUPPLY.replace(
        "extends = \"baseline\"\n",
        "extends = \"baseline\"\nprogrammes = [\"./training.toml\"]\n",
    );
    let path = file(folder.path(), "supply.toml", &text);
    let (compared, years) = agree(path.to_str().unwrap(), &["run.last_year=2023"]);
    let last = years.last().unwrap();
    let counties = || years.iter().flat_map(|year| &year.counties);
    let of = |read: fn(&CountyResult) -> i64| counties().map(read).sum::<i64>();
    assert!(of(|county| county.workforce.clinics_without_doctor) > 0);
    assert!(of(|county| county.workforce.doctors_trained) > 0);
    assert!(
        last.counties
            .iter()
            .all(|county| county.workforce.township_ppm < 900_000)
    );
    let first = sum(&years[0]);
    assert!(first.visits[kangcun::world::Provider::Remote as usize] > 0);
    assert!(compared.bills > 20_000);
}

#[test]
fn bank_and_kin_lend_assets_are_bought_back_and_households_join_kin() {
    let sets = [
        "livelihood.asset_rebuild_per_year=0.4",
        "livelihood.bank_limit_years=0.1",
        "livelihood.debt_limit_years=0.3",
        "livelihood.buffer_years=0.05",
        "founding.purse.savings_median_yuan=1000",
        "demography.orphans_join_share=1",
        "demography.merge_per_year=0.3",
        "demography.marry_out_per_year=0.03",
        "demography.schooling_income_weight=0.2",
        "demography.literacy_follows_yes=true",
    ];
    let (_, years) = agree("baseline", &sets);
    let counties = || years.iter().flat_map(|year| &year.counties);
    assert!(counties().map(|county| county.moves.households_merged).sum::<i64>() > 50);
    assert!(years.iter().map(|year| sum(year).invested).sum::<i64>() > 0);
    for lender in 0..2 {
        let of = |part: fn(&kangcun::year::lenders::Loans) -> i64| -> i64 {
            counties()
                .map(|county| part(&county.counted.lending.loans[lender]))
                .sum()
        };
        assert!(
            of(|own| own.lent) > 0 && of(kangcun::year::lenders::Loans::repaid) > 0 && of(|own| own.written_off) > 0
        );
    }
}

/// Everything that screening, waste and rehabilitation can do.
const EVERY_MEASURE: &str = r#"
title = "Measures"
summary = "Screening, waste taken off, rehabilitation."
extends = "baseline"

[set.monitoring]
relief_yuan_per_month = 150.0

[set.monitoring.screening]
reached_share = 0.7
interval_months = 3.0
at_risk_ratio = 1.3
sensitivity_share = 0.75
specificity_share = 0.9
delay_months = 2.0
listed_years = 2.0

[set.waste]
items_removed_share = 0.8
stay_removed_share = 0.7
admissions_removed_share = 0.9
visits_removed_share = 0.6
revenue_made_up_share = 0.4
skimping_share = 0.05
false_claims_share = 0.04
false_claims_found_share = 0.5

[set.insurance.layers.inpatient_basic.arms.county]
payout_ceiling_day_yuan = 400.0

[set.illness.injury]
onset_per_1000_year = { value = [60.0, 60.0, 60.0, 60.0] }

[set.rehabilitation]
natural_recovery_per_year = 0.05
recovery_per_year = 0.9

[set.rehabilitation.reached_share]
township = 0.9
county = 0.8
tertiary = 0.7
private = 0.6

[[dated]]
from = "2022-04"
[dated.set.billing]
drug_price_ratio = 0.7
[dated.set.waste]
items_removed_share = 0.3
"#;

#[test]
fn screening_waste_and_rehabilitation() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "measures.toml", EVERY_MEASURE);
    let (compared, years) = agree(path.to_str().unwrap(), &[]);
    assert!(compared.bills > 20_000);
    let mut all = Tally::default();
    for year in &years {
        all.add(&sum(year));
    }
    let happened = [
        all.screened - all.screened_at_risk,
        all.screened_at_risk - all.screened_found,
        all.screened_found,
        all.screened_wrongly,
        all.relief,
        all.sent_home,
        all.rehabilitation_months,
        all.rehabilitation_bill,
        all.recovered_percent,
    ];
    assert!(happened.iter().all(|&count| count > 0), "{happened:?}");
    let funds = years.iter().flat_map(|year| &year.counties).map(|county| county.fund);
    assert!(funds.map(|fund| fund.false_claims).sum::<Fen>() > Fen::ZERO);
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
