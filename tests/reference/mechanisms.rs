//! Scenarios that turn on what the baseline leaves off, each mechanism at a time.

use crate::common::file;
use crate::{agree, law, sum};
use kangcun::indicators::result::CountyResult;
use kangcun::indicators::tally::{Add, Tally};
use kangcun::units::Fen;

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

/// Programmes for the poorest villages, for connected ones, for patients who know, and beside another programme.
const REACHING: [(&str, &str); 3] = [
    (
        "poorest",
        "who = { condition = [\"hypertension\", \"stroke\"], age = [40, 120] }\ncoverage = { share = 0.4, first = \"poorest\" }\n\
         [set.illness.hypertension]\ncontrol_per_year = 0.8\n[set.billing]\ndrug_price_ratio = 0.7\n[cost]\n\
         per_person_year_yuan = 30.0\nper_doctor_year_yuan = 700.0\n",
    ),
    (
        "online",
        "coverage = { share = 0.9, needs = \"connection\" }\n[set.care_seeking.available_share]\nremote = 0.8\n[cost]\n\
         per_village_year_yuan = 100.0\n",
    ),
    (
        "beside",
        "requires = [\"online\", \"poorest\"]\n[set.service.correct_management_share]\nvillage = 0.7\n[cost]\n\
         per_managed_patient_year_yuan = 50.0\n",
    ),
];

#[test]
fn every_way_in_which_programmes_reach() {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in REACHING {
        let text = format!(
            "title = \"A test\"\nsection = \"5.1\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
             moves = [\"oop_share\"]\nfrom = \"2021-01\"\nramp_years = 2\n{text}grade = \"D\"\nsource = \"a test\"\n"
        );
        file(folder.path(), &format!("{id}.toml"), &text);
    }
    let text = "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [\"./beside.toml\", \"./poorest.toml\", \"./online.toml\"]\n\
                [set.travel]\nconnected_village_share = 0.7\n";
    let path = file(folder.path(), "reaching.toml", text);
    let (compared, years) = agree(path.to_str().unwrap(), &["run.last_year=2022"]);
    let last = sum(&years[1]);
    assert!(
        last.programme_cost > sum(&years[0]).programme_cost
            && last.visits[kangcun::world::Provider::Remote as usize] > 0
    );
    assert!(compared.bills > 10_000);
}
