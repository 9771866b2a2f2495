//! Screening, waste taken off and rehabilitation in whole runs: limits and identities.

mod common;

use common::{counted, file, policy, taped};
use kangcun::indicators::tally::Tally;
use kangcun::month::Tape;
use kangcun::month::books::{Desk, HouseholdYear, Ledger};
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::illness::Event;
use kangcun::run::{Policy, RunResult, run};
use kangcun::units::{Fen, Month};
use kangcun::world::{Block, Category, Provider};
use std::collections::BTreeMap;

const SMALL: [&str; 2] = ["world.people_count=6000", "run.last_year=2022"];

fn told(text: &str) -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\n{text}");
    let path = file(folder.path(), "told.toml", &text);
    policy(path.to_str().unwrap(), &SMALL)
}

fn lived(text: &str) -> RunResult {
    run(&told(text), 0, &|| ()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A result without what is only counted of screening.
fn but_for_looks(mut result: RunResult) -> RunResult {
    for county in result.years.iter_mut().flat_map(|year| &mut year.counties) {
        for cell in &mut county.counted.cells {
            (cell.screened, cell.screened_at_risk) = (0, 0);
        }
    }
    result
}

/// Behaviour that does not look at prices, purses or queues.
const FIXED: &str = "[set.care_seeking]
visit_price_weight = 0.0
admission_price_weight = 0.0
queue_weight = 0.0
[set.livelihood]
debt_limit_years = 100000.0
";

/// `name` for each provider.
fn everywhere(name: &str, share: f64) -> String {
    let providers = [
        "self_care",
        "village",
        "township",
        "county",
        "tertiary",
        "remote",
        "tcm",
        "private",
    ];
    let lines = providers.map(|provider| format!("{provider} = {share}\n"));
    format!("[set.{name}]\n{}", lines.concat())
}

// Screening.

#[test]
fn a_screening_that_finds_nobody_changes_nothing() {
    let blind = "[set.monitoring.screening]\nreached_share = 1.0\ninterval_months = 1.0\nsensitivity_share = 0.0\n\
                 specificity_share = 1.0\nlook_yuan = 0.0\n";
    let looked = lived(blind);
    let sum = counted(&looked);
    assert!(sum.screened > sum.households * 9 && sum.screened_at_risk > 0);
    assert_eq!((sum.screened_found, sum.screened_wrongly), (0, 0));
    assert!(but_for_looks(looked) == lived(""));
}

/// What the register saw at each close: by household and year, its standing on 1 January, whether it is below the monitoring
/// line, and until when it is listed.
#[derive(Default)]
struct Registers {
    standing: BTreeMap<u64, Category>,
    closed: BTreeMap<(u64, i32), (Category, bool, u16)>,
}

/// The place of `register_monitoring` among the gauges.
const MONITORING: u16 = 1 << 2;

impl Tape for Registers {
    fn opened(&mut self, _block: &Block, households: &[HouseholdYear], _ledgers: &[Ledger], _desks: &[Desk]) {
        self.standing = households.iter().map(|book| (book.id, book.category)).collect();
    }

    fn closed(&mut self, year: i32, block: &Block) {
        let homes = &block.households;
        for at in 0..homes.len() {
            // Households that split off this year had no books.
            let Some(&standing) = self.standing.get(&homes.id[at]) else {
                continue;
            };
            let below = homes.poor[at] & MONITORING != 0;
            self.closed
                .insert((homes.id[at], year), (standing, below, homes.monitored_until[at]));
        }
    }
}

#[test]
fn a_perfect_screening_in_december_finds_exactly_whom_the_register_sees_below_the_line() {
    let policy = told(
        "[set.monitoring]\nsensitivity_share = 0.0\n[set.status]\ndibao_grant_share = 0.0\n\
         monitoring_sensitivity_share = 0.0\n[set.poverty]\nregister_sensitivity_share = 1.0\nyears_below_count = 1.0\n\
         [set.monitoring.screening]\nreached_share = 1.0\ninterval_months = 12.0\nat_risk_ratio = 1.0\n\
         sensitivity_share = 1.0\nspecificity_share = 1.0\ndelay_months = 0.0\nlisted_years = 1.0\n",
    );
    let (result, tapes) = taped(&policy, Registers::default);
    assert_eq!(result.gauges[2].0, "register_monitoring");
    let sum = counted(&result);
    assert!(sum.screened_at_risk > 100);
    assert_eq!((sum.screened_found, sum.screened_wrongly), (sum.screened_at_risk, 0));
    let (mut found, mut passed) = (0, 0);
    for tape in &tapes {
        for ((id, year), (standing, below, until)) in &tape.closed {
            let listed = i32::from(*until) > *year;
            match standing {
                Category::Lifted | Category::Ordinary => {
                    assert_eq!(listed, *below, "household {id} in {year}");
                    found += usize::from(listed);
                    passed += usize::from(!listed);
                }
                // Nobody else is looked at: who is monitored leaves after the year (at founding, after two).
                _ => assert!(!listed || *year == 2020, "household {id} in {year}"),
            }
        }
    }
    assert!(found > 50 && passed > 4_000, "{found} {passed}");
}

#[test]
fn screening_has_the_sensitivity_and_specificity_of_its_rules() {
    let sum = counted(&lived(
        "[set.monitoring.screening]\nreached_share = 1.0\ninterval_months = 1.0\nsensitivity_share = 0.3\n\
         specificity_share = 0.98\n",
    ));
    let near = |part: i64, whole: i64, share: f64| {
        // Weights of households are small whole numbers: allow for twice the spread of single ones.
        let (part, whole) = (part as f64, whole as f64);
        let allowed = 8.0 * (share * (1.0 - share) / whole).sqrt();
        assert!((part / whole - share).abs() < allowed, "{part} of {whole}, not {share}");
    };
    near(sum.screened_found, sum.screened_at_risk, 0.3);
    near(sum.screened_wrongly, sum.screened - sum.screened_at_risk, 0.02);
}

#[test]
fn a_look_costs_and_relief_is_paid_to_the_year_s_end() {
    // Everybody without aid is found in March, aid opens in April: nine months of 100 yuan, each year anew.
    let result = lived(
        "[set.monitoring]\nsensitivity_share = 0.0\nrelief_yuan_per_month = 100.0\n[set.livelihood]\nprice_growth = 0.0\n\
         [set.monitoring.screening]\nreached_share = 1.0\ninterval_months = 3.0\nsensitivity_share = 1.0\n\
         specificity_share = 0.0\ndelay_months = 0.0\nlisted_years = 0.0\nlook_yuan = 20.0\n",
    );
    let sum = counted(&result);
    let found = sum.screened_found + sum.screened_wrongly;
    assert_eq!(found, sum.screened, "nobody is looked at twice");
    assert_eq!(sum.programme_cost, found * 2_000);
    assert_eq!(sum.relief, found * 9 * 10_000);
}

#[test]
fn screenings_less_than_a_month_apart_are_refused() {
    for months in ["0.0", "2.5", "13.0"] {
        let set = format!("monitoring.screening.interval_months={months}");
        let scenario = kangcun::scenario::Scenario::load("baseline", &[set]);
        let problems = scenario
            .and_then(Policy::new)
            .err()
            .map(|problems| problems.to_string());
        assert!(
            problems.is_some_and(|text| text.contains("interval_months")),
            "{months}"
        );
    }
}

// Waste.

#[test]
fn waste_of_which_nothing_is_taken_off_changes_nothing() {
    let text = format!(
        "{}{}{}[set.waste]\ninduced_visit_share = 0.9\ndaily_bill_share = 0.9\nrevenue_made_up_share = 1.0\n",
        everywhere("waste.extra_items_share", 0.3),
        everywhere("waste.extra_stay_share", 0.3),
        everywhere("waste.induced_admission_share", 0.3)
    );
    assert!(lived(&text) == lived(""));
}

#[test]
fn taking_all_extra_items_off_lowers_bills_by_their_share() {
    let base = counted(&lived(FIXED));
    let items = everywhere("waste.extra_items_share", 0.2);
    let with = counted(&lived(&format!(
        "{FIXED}{items}[set.waste]\nitems_removed_share = 1.0\n"
    )));
    assert_eq!(
        (base.needs, base.admissions, base.visits),
        (with.needs, with.admissions, with.visits)
    );
    let bills: i64 = base.admissions.iter().sum();
    let apart = with.bill_admissions as f64 - 0.8 * base.bill_admissions as f64;
    assert!(apart.abs() <= bills as f64, "a fen a bill: {apart}");
    // Chronic care and what shops sell to those who treat themselves hold none.
    assert!(with.bill - with.bill_admissions > base.bill * 8 / 10 - base.bill_admissions * 8 / 10);
    assert!(
        with.layers.iter().sum::<i64>() + with.oop == with.bill,
        "every fen has its payer"
    );
}

#[test]
fn providers_who_make_up_all_revenue_leave_bills_as_they_were() {
    let items = everywhere("waste.extra_items_share", 0.2);
    let base = counted(&lived(FIXED));
    let with = counted(&lived(&format!(
        "{FIXED}{items}[set.waste]\nitems_removed_share = 1.0\nrevenue_made_up_share = 1.0\n"
    )));
    let bills: i64 = base.admissions.iter().sum();
    let apart = with.bill_admissions - base.bill_admissions;
    assert!(apart.abs() <= bills, "{apart}");
    assert!(with.drugs < base.drugs, "what is made up is no drugs");
}

#[test]
fn taking_extra_days_off_lowers_the_daily_part_of_the_bill_and_lost_work() {
    let base = counted(&lived(FIXED));
    let stay = everywhere("waste.extra_stay_share", 0.25);
    let with = counted(&lived(&format!(
        "{FIXED}{stay}[set.waste]\nstay_removed_share = 1.0\ndaily_bill_share = 0.4\n"
    )));
    let bills: i64 = base.admissions.iter().sum();
    let apart = with.bill_admissions as f64 - 0.9 * base.bill_admissions as f64;
    assert!(apart.abs() <= bills as f64, "{apart}");
    assert!(with.lost_days_centi < base.lost_days_centi && with.lost_income < base.lost_income);
    assert_eq!(with.deaths, base.deaths);
}

#[test]
fn taking_induced_visits_off_lowers_visits_and_their_bills_alike() {
    let base = counted(&lived(FIXED));
    let with = counted(&lived(&format!(
        "{FIXED}[set.waste]\ninduced_visit_share = 0.5\nvisits_removed_share = 0.5\n"
    )));
    // 2.6 visits an episode become 1.95; a quarter's chronic care stays one visit.
    let episodes = |sum: &Tally, each: i64| -> i64 {
        let chronic = sum.needs[3] - sum.forgone[3].iter().sum::<i64>();
        (sum.visits.iter().sum::<i64>() - 100 * chronic) / each
    };
    assert!(episodes(&base, 260) > 0);
    assert_eq!(episodes(&base, 260), episodes(&with, 195));
}

/// Who was admitted for what: weights of ordinary admissions, and of all others, that were treated in reported years.
#[derive(Default)]
struct Admitted {
    weight: BTreeMap<u64, i64>,
    last: Option<(u64, Event)>,
    ordinary: i64,
    squares: i64,
    others: i64,
}

impl Tape for Admitted {
    fn opened(&mut self, block: &Block, _: &[HouseholdYear], _: &[Ledger], _: &[Desk]) {
        self.weight.clear();
        for h in 0..block.households.len() {
            for at in block.members(h) {
                let weight = i64::from(block.households.weight[h]);
                self.weight.insert(block.people.id[at], weight);
            }
        }
    }

    fn struck(&mut self, who: u64, _when: Month, event: Event) {
        self.last = Some((who, event));
    }

    fn sought(&mut self, who: u64, when: Month, need: Need, place: Provider, _: Option<Forgone>) {
        if need != Need::Admission || place == Provider::SelfCare || when.year() < 2021 {
            return;
        }
        let weight = self.weight[&who];
        if self.last == Some((who, Event::Admission)) {
            self.ordinary += weight;
            self.squares += weight * weight;
        } else {
            self.others += weight;
        }
    }
}

#[test]
fn induced_admissions_that_are_taken_off_become_visits() {
    let deathless = "[set.illness.admission]\nfatality_share = { value = [0.0], from_age = [0] }\n";
    let at = |share: f64| {
        let induced = everywhere("waste.induced_admission_share", share);
        let policy = told(&format!(
            "{FIXED}{deathless}{induced}[set.waste]\nadmissions_removed_share = 1.0\n"
        ));
        let (result, tapes) = taped(&policy, Admitted::default);
        let sum = |of: fn(&Admitted) -> i64| tapes.iter().map(of).sum::<i64>();
        (
            counted(&result),
            sum(|tape| tape.ordinary),
            sum(|tape| tape.squares),
            sum(|tape| tape.others),
        )
    };
    // Where none was needed, only major events, injuries, births and relapses are admitted.
    let (sum, ordinary, _, others) = at(1.0);
    assert!(ordinary > 1_000);
    assert_eq!(sum.sent_home, ordinary);
    assert_eq!(sum.admissions.iter().sum::<i64>(), others);
    let (sum, ordinary, squares, others) = at(0.3);
    let apart = sum.sent_home as f64 - 0.3 * ordinary as f64;
    assert!(apart.abs() < 4.0 * (0.21 * squares as f64).sqrt(), "{apart}");
    assert_eq!(sum.admissions.iter().sum::<i64>(), others + ordinary - sum.sent_home);
}

#[test]
fn sending_the_unneeded_home_saves_nobody_from_death() {
    let induced = everywhere("waste.induced_admission_share", 0.5);
    let year = |removed: &str| {
        let policy = policy_of_a_year(&format!(
            "{FIXED}{induced}[set.waste]\nadmissions_removed_share = {removed}\n"
        ));
        counted(&run(&policy, 0, &|| ()).unwrap())
    };
    let (base, with) = (year("0.0"), year("1.0"));
    assert!(with.sent_home > 0 && with.bill < base.bill && with.lost_income < base.lost_income);
    // What a year later comes of who came back is another matter.
    let apart = (with.deaths - base.deaths).abs();
    assert!(apart * 50 <= base.deaths, "{} and {}", base.deaths, with.deaths);
}

fn policy_of_a_year(text: &str) -> Policy {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\n{text}");
    let path = file(folder.path(), "told.toml", &text);
    policy(
        path.to_str().unwrap(),
        &["world.people_count=6000", "run.last_year=2021"],
    )
}

#[test]
fn the_fund_bears_false_claims_and_no_patient_does() {
    let base = lived("");
    let with = lived("[set.waste]\nfalse_claims_share = 0.04\nfalse_claims_found_share = 0.75\n");
    let first = |result: &RunResult| result.years[0].counties.iter().map(|own| own.fund).collect::<Vec<_>>();
    for (base, with) in first(&base).into_iter().zip(first(&with)) {
        common::account("with false claims", &with);
        assert_eq!(with.claims, base.claims, "care is as it was");
        assert_eq!(with.false_claims, Fen((with.claims.0 + 50) / 100), "a hundredth");
        assert_eq!(base.false_claims, Fen::ZERO);
    }
    assert_eq!(counted(&base).bill > 0, counted(&with).bill > 0);
}

// Rehabilitation.

#[test]
fn rehabilitation_that_reaches_nobody_changes_nothing() {
    let text = "[set.rehabilitation]\nrecovery_per_year = 5.0\ncourse_months = 12.0\ncare_yuan_per_month = 5000.0\n";
    assert!(lived(text) == lived(""));
}

#[test]
fn rehabilitation_is_billed_by_the_month_and_brings_work_back() {
    let text = |rate: &str| {
        format!(
            "{FIXED}{}[set.rehabilitation]\nrecovery_per_year = {rate}\ncare_yuan_per_month = 800.0\n\
             [set.billing]\nprice_growth = 0.0\n",
            everywhere("rehabilitation.reached_share", 1.0)
        )
    };
    let (idle, helped) = (counted(&lived(&text("0.0"))), counted(&lived(&text("2.0"))));
    assert!(idle.rehabilitation_months > 0 && idle.recovered_percent == 0);
    assert_eq!(idle.rehabilitation_bill, idle.rehabilitation_months * 80_000);
    assert!(helped.recovered_percent > 0 && helped.lost_income < idle.lost_income);
    assert_eq!(helped.layers.iter().sum::<i64>() + helped.oop, helped.bill);
}

#[test]
fn losses_that_pass_by_themselves_are_gone_after_a_month() {
    // What is left of a loss after a month at 100 a year is one in 4,000.
    let base = counted(&lived(FIXED));
    let with = counted(&lived(&format!(
        "{FIXED}[set.rehabilitation]\nnatural_recovery_per_year = 100.0\n"
    )));
    assert!(with.recovered_percent > 0 && with.rehabilitation_months == 0);
    assert!(with.lost_income < base.lost_income);
}

#[test]
fn an_event_that_there_is_not_and_a_course_without_end_are_refused() {
    for (set, part) in [
        ("rehabilitation.events=[\"strike\"]", "there is no `strike`"),
        ("rehabilitation.course_months=32", "longer than the 31"),
    ] {
        let scenario = kangcun::scenario::Scenario::load("baseline", &[set.to_owned()]);
        let problems = scenario
            .and_then(Policy::new)
            .err()
            .map(|problems| problems.to_string());
        assert!(
            problems.as_ref().is_some_and(|text| text.contains(part)),
            "{problems:?}"
        );
    }
}
