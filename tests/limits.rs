//! Limits and orderings that need no data: what a rule must do when it is turned to its end, or a little, person by person.

mod common;

use common::{FIXED, counted, file, lived, policy, taped, told, without_lost_work};
use kangcun::indicators::list::indicators;
use kangcun::indicators::table::Slice;
use kangcun::month::Tape;
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Settlement};
use kangcun::run::{Policy, RunResult};
use kangcun::units::Month;
use kangcun::year::poverty::Cause;
use std::collections::{BTreeMap, BTreeSet};

const SMALL: [&str; 2] = ["world.people_count=6000", "run.last_year=2022"];

/// Notes what struck whom and what each person paid.
#[derive(Default)]
struct Diary {
    struck: BTreeSet<(u64, Month, String)>,
    died: BTreeSet<(u64, Month)>,
    /// By person and year: bills, fen billed, fen out of pocket.
    year: BTreeMap<(u64, i32), (i64, i64, i64)>,
}

impl Tape for Diary {
    fn struck(&mut self, who: u64, when: Month, event: Event) {
        self.struck.insert((who, when, format!("{event:?}")));
        if event == Event::Death {
            self.died.insert((who, when));
        }
    }

    fn settled(&mut self, who: u64, when: Month, bill: &Bill, split: &Settlement) {
        let own = self.year.entry((who, when.year())).or_default();
        own.0 += 1;
        own.1 += bill.total.0;
        own.2 += split.household.0;
    }
}

fn diary(policy: &Policy) -> Diary {
    let mut all = Diary::default();
    for tape in taped(policy, Diary::default).1 {
        all.struck.extend(tape.struck);
        all.died.extend(tape.died);
        all.year.extend(tape.year);
    }
    all
}

/// Events of the months before `end`.
fn before(diary: &Diary, end: Month) -> BTreeSet<&(u64, Month, String)> {
    diary.struck.iter().filter(|(_, when, _)| *when < end).collect()
}

const FEBRUARY: Month = Month(2020 * 12 + 1);

#[test]
fn full_cover_with_lost_work_off_leaves_nothing_to_illness() {
    // Nobody loses work: then no class but "neither" may hold anybody, on any gauge.
    let text = format!("extends = \"full-cover\"\n{}", without_lost_work());
    let result = kangcun::run::run(&told(&text, &SMALL), 0, &|| ()).unwrap();
    let sum = counted(&result);
    assert!(sum.bill > 0 && sum.deaths > 0, "people fall ill all the same");
    assert_eq!(sum.lost_income, 0);
    assert_eq!(sum.returned, sum.returned_without_illness);
    assert_eq!((sum.oop, sum.travel, sum.unpaid, sum.borrowed_for_care), (0, 0, 0, 0));
    assert_eq!(
        (sum.catastrophic_10, sum.catastrophic_25, sum.catastrophic_40),
        (0, 0, 0)
    );
    assert_eq!(sum.impoverished.iter().sum::<i64>(), 0);
    for (gauge, causes) in sum.causes.iter().enumerate() {
        for cause in [
            Cause::BillAlone,
            Cause::WorkAlone,
            Cause::Either,
            Cause::BothNeeded,
            Cause::ShadowOnly,
        ] {
            assert_eq!(causes[cause as usize], 0, "gauge {gauge}: {cause:?}");
        }
    }
}

/// Every arm of the stack by layer.
const ARMS: [(&str, &[&str]); 8] = [
    ("outpatient_pool", &["village", "township", "county"]),
    ("hypertension_drugs", &["drugs"]),
    ("diabetes_drugs", &["drugs"]),
    ("special_outpatient", &["chronic", "grave"]),
    ("inpatient_basic", &["township", "county", "tertiary"]),
    ("critical_illness", &["general", "tilt"]),
    ("medical_aid", &["tekun", "dibao", "monitored", "lifted"]),
    ("tilt_aid", &["aided"]),
];

/// Sets `rule` in the `arms` of `layer`.
fn each_arm(layer: &str, arms: &[&str], rule: &str) -> String {
    let tables: Vec<String> = arms
        .iter()
        .map(|arm| format!("[set.insurance.layers.{layer}.arms.{arm}]\n{rule}\n"))
        .collect();
    tables.concat()
}

fn every_arm(rule: &str) -> String {
    let layers: Vec<String> = ARMS.iter().map(|(layer, arms)| each_arm(layer, arms, rule)).collect();
    layers.concat()
}

#[test]
fn a_deductible_above_any_bill_is_no_insurance() {
    let same = "[set.enrolment]\npremium_yuan = 0.0\nsubsidy_yuan = 0.0\n[set.funds]\naid_budget_yuan_per_year = 0.0\n";
    let text = format!(
        "extends = \"baseline\"\n{}{same}",
        every_arm("deductible_yuan = 1e8\nlater_deductible_ratio = 1.0")
    );
    let deductible = kangcun::run::run(&told(&text, &SMALL), 0, &|| ()).unwrap();
    let sum = counted(&deductible);
    assert!(sum.bill > 0);
    assert_eq!(sum.oop, sum.bill);
    assert!(deductible == lived("no-insurance", &SMALL), "to the fen, for everybody");
}

#[test]
fn a_ceiling_of_a_fen_is_next_to_no_insurance() {
    let text = format!(
        "extends = \"baseline\"\n{}",
        every_arm("payout_ceiling_visit_yuan = 0.01\npayout_ceiling_year_yuan = 0.01")
    );
    let sum = counted(&kangcun::run::run(&told(&text, &SMALL), 0, &|| ()).unwrap());
    let paid = sum.layers.iter().sum::<i64>();
    assert!(
        paid > 0 && paid <= sum.persons * 7 * 2,
        "a fen a layer and year: {paid}"
    );
}

/// The diary of a world with behaviour fixed, and `change` on top.
fn fixed(change: &str) -> Diary {
    diary(&told(&format!("extends = \"baseline\"\n{FIXED}{change}"), &SMALL))
}

/// Holds each person's year against the same with `change`, by which nobody may pay less; returns how many pay more.
fn ordered(one: &Diary, change: &str) -> usize {
    let two = fixed(change);
    assert!(one.struck == two.struck, "the same people fall ill");
    assert_eq!(one.year.len(), two.year.len());
    let mut moved = 0;
    for (who, (bills, billed, oop)) in &one.year {
        let (other_bills, other_billed, other_oop) = two.year[who];
        assert_eq!((*bills, *billed), (other_bills, other_billed), "{who:?} behaves alike");
        let rise = other_oop - oop;
        // Each bracket of a bill is rounded to the fen, so a bill that falls into another bracket may turn a fen.
        assert!(
            rise >= -bills,
            "{who:?}: {oop} became {other_oop} fen over {bills} bills"
        );
        moved += usize::from(rise > *bills);
    }
    moved
}

#[test]
fn a_higher_deductible_never_lowers_what_a_person_pays() {
    let usual = fixed("");
    for (layer, arms) in [ARMS[0], ARMS[3], ARMS[4], ARMS[5]] {
        let higher = each_arm(layer, arms, "deductible_yuan = { add = 500.0 }");
        assert!(ordered(&usual, &higher) > 0, "{layer}: nobody pays more");
    }
}

/// The layers whose terms matter to somebody in a small world: all but the last.
const USED: &[(&str, &[&str])] = ARMS.split_at(7).0;

#[test]
fn a_lower_reimbursement_never_lowers_what_a_person_pays() {
    let usual = fixed("");
    for (layer, arms) in USED {
        let lower = each_arm(layer, arms, "reimbursed_share = { scale = 0.8 }");
        assert!(ordered(&usual, &lower) > 0, "{layer}: nobody pays more");
    }
}

#[test]
fn a_lower_ceiling_never_lowers_what_a_person_pays() {
    let usual = fixed("");
    for (layer, arms) in USED {
        let lower = each_arm(layer, arms, "payout_ceiling_year_yuan = { scale = 0.05 }");
        assert!(ordered(&usual, &lower) > 0, "{layer}: nobody pays more");
    }
}

#[test]
fn insurance_does_not_change_who_falls_ill() {
    let (with, without) = (
        diary(&policy("baseline", &SMALL)),
        diary(&policy("no-insurance", &SMALL)),
    );
    assert!(before(&with, FEBRUARY).len() > 500);
    assert!(before(&with, FEBRUARY) == before(&without, FEBRUARY), "January 2020");
    // Later, care changes who recovers and who dies, but new acute illness and injury still strike whoever is there.
    let fresh = |diary: &Diary, other: &Diary| -> BTreeSet<(u64, Month, String)> {
        let known: BTreeSet<u64> = other.struck.iter().map(|(who, ..)| *who).collect();
        let last = |who: u64, of: &Diary| {
            of.struck
                .range((who, Month(0), String::new())..)
                .take_while(|own| own.0 == who)
                .map(|own| own.1)
                .max()
        };
        let year = diary
            .struck
            .iter()
            .filter(|(_, when, event)| when.year() == 2020 && (event == "Acute" || event == "Injury"));
        // Somebody who is struck by anything later in both worlds was alive in both.
        year.filter(|(who, when, _)| {
            known.contains(who) && last(*who, diary) > Some(*when) && last(*who, other) > Some(*when)
        })
        .cloned()
        .collect()
    };
    let (one, two) = (fresh(&with, &without), fresh(&without, &with));
    assert!(one.len() > 2000, "{}", one.len());
    assert!(one == two);
}

#[test]
fn more_acute_illness_adds_events_and_takes_none_away() {
    let more = "extends = \"baseline\"\n[set.illness.acute]\ntwo_week_morbidity_share = { scale = 1.3 }\n";
    let (base, more) = (diary(&policy("baseline", &SMALL)), diary(&told(more, &SMALL)));
    let (one, two) = (before(&base, FEBRUARY), before(&more, FEBRUARY));
    assert!(one.is_subset(&two), "no event of January is lost");
    let added: Vec<_> = two.difference(&one).collect();
    assert!(added.len() * 5 > one.iter().filter(|own| own.2 == "Acute").count());
    assert!(added.iter().all(|own| own.2 == "Acute"), "nothing else is touched");
}

#[test]
fn a_programme_changes_nothing_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let programme = "title = \"Late\"\nsection = \"test\"\nsummary = \"Aid from 2024 on.\"\ncomparator = \"add\"\n\
        evidence = \"Grade D: none.\"\nmoves = [\"oop_share\"]\nfrom = \"2024-01\"\nramp_years = 0\n\
        coverage = { share = 1.0 }\n[set.insurance.layers.medical_aid.arms.lifted]\nreimbursed_share = [0.6]\n\
        [set.illness.hypertension]\ndiagnosis_per_year = { hazard = 3.0 }\n\
        [cost]\nper_household_year_yuan = 3.0\ngrade = \"D\"\nsource = \"test\"\n";
    let path = file(folder.path(), "late.toml", programme);
    let sets = ["world.people_count=3000", "run.last_year=2025"];
    let (without, with) = (lived("baseline", &sets), lived(path.to_str().unwrap(), &sets));
    for (one, two) in without.years.iter().zip(&with.years) {
        assert_eq!(one == two, one.year < 2024, "{}", one.year);
    }
    assert_eq!(without.years.len(), 5);
}

#[test]
fn a_line_at_nothing_finds_nobody_and_a_line_beyond_all_finds_everybody() {
    let text = "extends = \"baseline\"\n[set.poverty.lines]\nppp_3_00.line_2020_yuan = 0.0\n";
    let result = kangcun::run::run(&told(text, &SMALL), 0, &|| ()).unwrap();
    let at = |id: &str| result.gauges.iter().position(|gauge| gauge.0 == id).unwrap();
    let (none, sum) = (at("measured_net_3_00"), counted(&result));
    assert_eq!((sum.poor[none], sum.gap_ppm[none], sum.returned[none]), (0, 0, 0));
    assert_eq!(rates(&result, "fgt0"), [Some(0.0)]);
    assert_eq!(rates(&result, "poor_named_illness"), [None], "of nobody");
    let text = "extends = \"baseline\"\n[set.poverty.lines]\nppp_3_00.line_2020_yuan = 1e7\n";
    let result = kangcun::run::run(&told(text, &SMALL), 0, &|| ()).unwrap();
    let (all, sum) = (at("measured_net_3_00"), counted(&result));
    assert_eq!(
        (sum.poor[all], sum.poor_persons[all]),
        (sum.households_held, sum.persons_held)
    );
    assert_eq!(
        (sum.at_risk[all], sum.returned[all]),
        (0, 0),
        "nobody is left to return"
    );
    assert_eq!(rates(&result, "fgt0"), [Some(1.0)]);
    for id in [
        "return_hazard",
        "return_cumulative",
        "return_hazard_without_illness",
        "return_illness_accounting",
    ] {
        assert_eq!(
            rates(&result, id),
            [None],
            "{id}: nobody could return, which is not a rate of 0"
        );
    }
}

/// The indicator `id` over all years, by measured consumption on the lowest international line.
fn rates(result: &RunResult, id: &str) -> Vec<Option<f64>> {
    let everybody = Slice {
        year: None,
        county: None,
        category: None,
    };
    let own = indicators(result)
        .into_iter()
        .filter(|own| own.id == id && own.line == "ppp_3_00" && own.convention == "measured_net");
    own.map(|own| own.value(&everybody.tally(result, own.is_stock())))
        .collect()
}

#[test]
fn a_household_too_rich_for_its_columns_ends_the_run() {
    // One grows rich over the years, the other is made so by what it is paid.
    for rich in [
        &["livelihood.income_growth=0.49", "run.last_year=2040"][..],
        &[
            "livelihood.cash_transfer_yuan_per_year=1e6",
            "livelihood.cash_transfer_reach_share=1",
            "livelihood.excess_spent_share=0",
            "run.last_year=2050",
        ],
    ] {
        let sets = [&SMALL[..], rich].concat();
        let problems = kangcun::run::run(&told("extends = \"baseline\"\n", &sets), 0, &|| ())
            .unwrap_err()
            .to_string();
        for part in ["42.9 million yuan", "replicate 0: in 20", "run.last_year"] {
            assert!(problems.contains(part), "{problems}");
        }
    }
}

#[test]
fn what_a_programme_sets_works_or_is_refused() {
    // A programme that reaches everybody from 2022 on; each of these rules, set for the whole scenario, moves results.
    let sets = ["world.people_count=3000", "run.last_year=2023"];
    let base = lived("baseline", &sets);
    let silent = |(table, rule): &(&str, &str)| {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "title = \"All\"\nsection = \"test\"\nsummary = \"Everywhere.\"\ncomparator = \"add\"\n\
             evidence = \"Grade D: none.\"\nmoves = [\"oop_share\"]\nfrom = \"2022-01\"\nramp_years = 0\n\
             coverage = {{ share = 1.0 }}\n[set.{table}]\n{rule}\n\
             [cost]\nper_household_year_yuan = 0.0\ngrade = \"D\"\nsource = \"test\"\n"
        );
        let path = file(folder.path(), "all.toml", &text);
        let sets = sets.map(ToOwned::to_owned);
        let Ok(scenario) = kangcun::scenario::Scenario::load(path.to_str().unwrap(), &sets) else {
            return false;
        };
        let Ok(policy) = Policy::new(scenario) else {
            return false;
        };
        kangcun::run::run(&policy, 0, &|| ()).unwrap() == base
    };
    let rules = [
        ("livelihood", "harvest_loading_share = 0.5"),
        ("funds", "aid_budget_yuan_per_year = 1000.0"),
        ("service.visits_per_resident_month_ratio", "township = 0.001"),
        ("demography", "leave_per_year = 0.9"),
        ("world", "people_count = 5000"),
    ];
    let ignored: Vec<_> = rules.iter().filter(|rule| silent(rule)).collect();
    assert!(ignored.is_empty(), "accepted and without effect: {ignored:?}");
}
