//! Laws and distributions: bills against the lognormal that the rules name, cover above a deductible against its formula, and
//! what wider eligibility does to those who had it.

mod common;

use common::{file, policy, taped};
use kangcun::month::Tape;
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Settlement};
use kangcun::rules::Rules;
use kangcun::run::Policy;
use kangcun::units::Month;
use kangcun::world::Provider;
use statrs::distribution::{ContinuousCDF, Normal};
use std::collections::BTreeMap;

fn told(text: &str, sets: &[&str]) -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\n{text}");
    let path = file(folder.path(), "told.toml", &text);
    policy(path.to_str().unwrap(), sets)
}

/// Bills of first visits and ordinary admissions, and what of them was paid out of pocket, yuan.
#[derive(Default)]
struct Bills {
    last: Option<(u64, Event)>,
    place: Option<(Need, Provider)>,
    all: BTreeMap<(u8, u8), Vec<(f64, f64)>>,
}

impl Tape for Bills {
    fn struck(&mut self, who: u64, _: Month, event: Event) {
        (self.last, self.place) = (Some((who, event)), None);
    }

    fn sought(&mut self, _: u64, _: Month, need: Need, place: Provider, _: Option<Forgone>) {
        self.place = Some((need, place));
    }

    fn settled(&mut self, _: u64, _: Month, bill: &Bill, split: &Settlement) {
        let plain = matches!(self.last, Some((_, Event::Acute | Event::Admission)));
        if let (true, Some((need, place))) = (plain, self.place.take()) {
            let paid = (bill.total.as_yuan(), split.household.as_yuan());
            self.all.entry((need as u8, place as u8)).or_default().push(paid);
        }
    }
}

/// All bills by need and provider.
fn bills(policy: &Policy) -> BTreeMap<(u8, u8), Vec<(f64, f64)>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for tape in taped(policy, Bills::default).1 {
        for (key, bills) in tape.all {
            all.entry(key).or_default().extend(bills);
        }
    }
    all
}

/// Prices that stand still, so that the bills of all years are of one kind.
const STILL: &str = "[set.billing]\nprice_growth = 0.0\n";
const SETS: [&str; 2] = ["world.people_count=12000", "run.last_year=2022"];
/// Spread of the log of bills, as the card has it.
const SPREAD: f64 = 0.75;

#[test]
fn bills_of_every_level_are_the_lognormal_of_the_rules() {
    let all = bills(&told(STILL, &SETS));
    // The published means of admissions; of minor visits the mean of all visits, spread over minor and moderate episodes.
    let rules: Rules = policy("baseline", &SETS)
        .scenario()
        .resolve(&[], Month::of(2021, 1))
        .unwrap();
    let moderate = rules.illness.acute.moderate_share;
    let minor = |visit: f64| 2.6 * visit / (1.0 - moderate + 1.8 * moderate);
    let levels = [
        (Need::Admission, Provider::Township, 2083.0),
        (Need::Admission, Provider::County, 6500.0),
        (Need::Admission, Provider::Tertiary, 13_700.0),
        (Need::Minor, Provider::Village, minor(55.0)),
        (Need::Minor, Provider::Township, minor(84.7)),
        (Need::Minor, Provider::County, minor(222.4)),
        (Need::Moderate, Provider::County, 1.8 * minor(222.4)),
    ];
    for (need, place, mean) in levels {
        let mut own: Vec<f64> = all[&(need as u8, place as u8)].iter().map(|bill| bill.0).collect();
        own.sort_by(f64::total_cmp);
        let n = own.len() as f64;
        assert!(n > 150.0, "{need:?} {place:?}: {n}");
        let average = own.iter().sum::<f64>() / n;
        let error = mean * ((SPREAD * SPREAD).exp() - 1.0).sqrt() / n.sqrt();
        assert!(
            (average - mean).abs() < 4.0 * error,
            "{need:?} {place:?}: mean {average}, not {mean}"
        );
        // Order statistics: the rank of the true quantile is binomial.
        for p in [0.5, 0.9, 0.99] {
            let score = Normal::standard().inverse_cdf(p);
            let quantile = mean * (SPREAD * score - SPREAD * SPREAD / 2.0).exp();
            let below = own.partition_point(|bill| *bill < quantile) as f64;
            let error = (n * p * (1.0 - p)).sqrt();
            assert!(
                (below - n * p).abs() < 4.0 * error,
                "{need:?} {place:?}: {below} of {n} below the quantile {p}"
            );
        }
    }
}

/// One layer pays everything above a deductible, all others nothing.
fn full_cover_above(deductible: f64) -> String {
    let text = std::fs::read_to_string("scenarios/no-insurance.toml").unwrap();
    let silent = text.split("[set.insurance.layers]").nth(1).unwrap();
    format!(
        "[set.insurance.layers]{silent}\n{STILL}
[set.insurance.layers.above]
title = \"above\"
order = 1
services = [\"inpatient\"]
base = \"all\"
deductible_per = \"visit\"
funded_by = \"programme\"
enrolled_only_yes = false
needs_designation_yes = false
delay_months = 0.0
deductible_growth = 0.0
[set.insurance.layers.above.arms.everybody]
tiers = [\"township\", \"county\", \"tertiary\", \"private\"]
categories = [\"tekun\", \"dibao\", \"lifted\", \"monitored\", \"ordinary\"]
conditions = []
brackets_from_yuan = [0.0]
deductible_yuan = {deductible:?}
later_deductible_ratio = 1.0
reimbursed_share = [1.0]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
"
    )
}

#[test]
fn full_cover_above_a_deductible_leaves_what_the_stop_loss_formula_says() {
    let (deductible, mean) = (4_000.0, 6_500.0);
    let all = bills(&told(&full_cover_above(deductible), &SETS));
    let own = &all[&(Need::Admission as u8, Provider::County as u8)];
    let n = own.len() as f64;
    assert!(n > 200.0, "{n}");
    for (bill, oop) in own {
        assert_eq!(*oop, bill.min(deductible), "of a bill of {bill}");
    }
    // E[min(X, d)] = E[X; X < d] + d P(X >= d), X lognormal with mean m and log spread s.
    let (normal, location) = (Normal::standard(), f64::ln(mean) - SPREAD * SPREAD / 2.0);
    let score = (f64::ln(deductible) - location) / SPREAD;
    let expected = mean * normal.cdf(score - SPREAD) + deductible * (1.0 - normal.cdf(score));
    // The same as the integral of the survival function up to the deductible.
    let steps = 200_000;
    let width = deductible / f64::from(steps);
    let survives = |step: i32| {
        let x = (f64::from(step) + 0.5) * width;
        1.0 - normal.cdf((x.ln() - location) / SPREAD)
    };
    let integral: f64 = (0..steps).map(survives).sum::<f64>() * width;
    assert!((integral / expected - 1.0).abs() < 1e-6, "{integral} {expected}");
    let average = own.iter().map(|bill| bill.1).sum::<f64>() / n;
    let squares = own.iter().map(|bill| (bill.1 - average).powi(2)).sum::<f64>();
    let error = (squares / (n - 1.0) / n).sqrt();
    assert!(
        (average - expected).abs() < 4.0 * error,
        "{average}, not {expected} +- {error}"
    );
}

/// Out of pocket by person and year.
#[derive(Default)]
struct Paid {
    oop: BTreeMap<(u64, i32), i64>,
    bill: BTreeMap<(u64, i32), i64>,
    /// Those whom the layer of aid paid something.
    aided: BTreeMap<(u64, i32), i64>,
    layer: usize,
}

impl Tape for Paid {
    fn settled(&mut self, who: u64, when: Month, bill: &Bill, split: &Settlement) {
        let key = (who, when.year());
        *self.oop.entry(key).or_default() += split.household.0;
        *self.bill.entry(key).or_default() += bill.total.0;
        *self.aided.entry(key).or_default() += split.layers[self.layer].0;
    }
}

/// Behaviour that does not look at prices or purses, queues that nobody feels, standing that does not move, and aid for the
/// lifted, whose terms come last.
const FIXED: &str = "[set.care_seeking]
visit_price_weight = 0.0
admission_price_weight = 0.0
queue_weight = 0.0
[set.livelihood]
debt_limit_years = 100000.0
[set.monitoring]
sensitivity_share = 0.0
[set.status]
dibao_grant_share = 0.0
dibao_end_share = 0.0
monitoring_sensitivity_share = 0.0
[set.insurance.layers.medical_aid.arms.lifted]
deductible_yuan = 500.0
reimbursed_share = [0.6]
";

/// Medical aid of the lifted, for ordinary households too.
const WIDER: &str = "categories = [\"lifted\", \"ordinary\"]\n";

/// Lives a world, with wider eligibility or not, on a budget of aid; returns what was paid, and whether a budget fell short.
fn aided(budget: f64, wider: &str) -> (Paid, bool) {
    let funds = format!("[set.funds]\ndeficit_step_share = 0.0\naid_budget_yuan_per_year = {budget:?}\n");
    let policy = told(
        &format!("{funds}{FIXED}{wider}"),
        &["world.people_count=6000", "run.last_year=2023"],
    );
    let layers = kangcun::run::run(&policy, 0, &|| ()).unwrap().layers;
    let layer = layers.iter().position(|name| name == "medical_aid").unwrap();
    let (result, tapes) = taped(&policy, || Paid {
        layer,
        ..Paid::default()
    });
    let mut all = Paid::default();
    for tape in tapes {
        all.oop.extend(tape.oop);
        all.bill.extend(tape.bill);
        all.aided.extend(tape.aided);
    }
    let counties = result.years.iter().flat_map(|year| &year.counties);
    let short = counties.map(|county| county.fund.aid_ppm).any(|ppm| ppm < 1_000_000);
    (all, short)
}

/// Of those whom aid paid something before it was widened: how many pay more now, and how many others pay less.
fn harmed(before: &Paid, after: &Paid) -> (usize, usize) {
    assert!(before.bill == after.bill, "everybody behaves alike");
    let beneficiary = |key: &(u64, i32)| before.aided[key] > 0;
    let more = before
        .oop
        .iter()
        .filter(|(key, oop)| beneficiary(key) && after.oop[*key] > **oop);
    let less = before
        .oop
        .iter()
        .filter(|(key, oop)| !beneficiary(key) && after.oop[*key] < **oop);
    (more.count(), less.count())
}

#[test]
fn wider_eligibility_harms_nobody_who_had_it_unless_the_budget_is_exhausted() {
    let ((before, _), (after, short)) = (aided(1e6, ""), aided(1e6, WIDER));
    assert!(!short);
    let (harmed_by_it, won) = harmed(&before, &after);
    assert_eq!(harmed_by_it, 0);
    assert!(won > 100, "{won}");
    let ((before, _), (after, short)) = (aided(25.0, ""), aided(25.0, WIDER));
    let (harmed_by_it, won) = harmed(&before, &after);
    assert!(harmed_by_it > 0 && won > 100, "{harmed_by_it} {won}");
    assert!(short, "somebody is harmed only where the budget is exhausted");
}
