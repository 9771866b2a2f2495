//! Epidemics in whole runs: what switches them on, how large the wave of a winter is, what vaccination, response and
//! reserve do to it.

mod common;

use common::{counted, file, lived, policy, taped};
use kangcun::indicators::tally::Tally;
use kangcun::month::Tape;
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::epidemic::EpidemicYear;
use kangcun::run::{RunResult, run};
use kangcun::units::Month;
use kangcun::world::Provider;

const SMALL: [&str; 2] = ["run.last_year=2023", "world.people_count=12000"];

/// The winter of 2022 in a small world, with `sets` on top.
fn winter(sets: &[&str]) -> RunResult {
    lived("epidemic-winter", &[&SMALL, sets].concat())
}

/// The epidemic of a year over all counties; the peak is that of the largest county wave.
fn epidemic(result: &RunResult, year: i32) -> EpidemicYear {
    let year = result.years.iter().find(|own| own.year == year).unwrap();
    year.counties.iter().fold(EpidemicYear::default(), |sum, county| {
        let own = county.epidemic;
        let larger = own.peak_infections > sum.peak_infections;
        EpidemicYear {
            infections: sum.infections + own.infections,
            found: sum.found + own.found,
            response_days: sum.response_days + own.response_days,
            peak_infections: sum.peak_infections.max(own.peak_infections),
            peak_week: if larger { own.peak_week } else { sum.peak_week },
            least_capacity_ppm: own.least_capacity_ppm,
        }
    })
}

#[test]
fn without_seeds_nothing_happens() {
    let off = lived("baseline", &SMALL);
    assert_eq!(counted(&off).infections, 0);
    let on = lived("baseline", &[&SMALL[..], &["epidemic.active_yes=true"]].concat());
    assert!(on == off, "switched on, but nobody brought it");
    let nobody_ill = winter(&["illness.active_yes=false"]);
    assert_eq!(counted(&nobody_ill).infections, 0);
}

#[test]
fn the_winter_infects_as_many_as_were_counted() {
    let result = winter(&[]);
    let all = counted(&result);
    let residents: i64 = result.years[1].counties.iter().map(|county| county.residents.0).sum();
    let [before, first, second] = [2021, 2022, 2023].map(|year| epidemic(&result, year));
    assert_eq!(before.infections, 0);
    // Rural people in December 2022 and January 2023: 83.7%; later in 2023 some are infected again.
    let attack = (first.infections + second.infections) as f64 / residents as f64;
    println!("{attack} {first:?} {second:?}");
    assert!((0.78..0.92).contains(&attack), "{attack}");
    assert!((50..=52).contains(&first.peak_week), "week {}", first.peak_week);
    // The people who drew are as many as the wave says, but for those who died or came in between.
    let waves = first.infections + second.infections;
    let apart = all.infections as f64 / waves as f64;
    assert!((0.97..1.03).contains(&apart), "{apart}");
    // Felt by 70%.
    let felt = all.infections_ill as f64 / all.infections as f64;
    assert!((0.68..0.72).contains(&felt), "{felt}");
    assert!(all.infections_oop > 0 && all.infections_oop < all.infections_bill);
}

#[test]
fn vaccination_prevents_most_deaths() {
    let deaths = |coverage: &str| {
        let result = winter(&[coverage]);
        let Tally {
            infections,
            infections_severe,
            infections_died,
            ..
        } = counted(&result);
        println!("{coverage}: {infections} {infections_severe} {infections_died}");
        (infections, infections_died)
    };
    let (wave, none) = deaths("epidemic.vaccine.coverage_share={ value = [0.0], from_age = [0] }");
    let (same, all) = deaths("epidemic.vaccine.coverage_share={ value = [1.0], from_age = [0] }");
    // It prevents severe illness; whom the wave reaches moves only because fewer of them died before it ended.
    assert!((wave - same).abs() * 50 < wave, "{wave} {same}");
    // Published: deaths of the old fall about tenfold.
    assert!(all * 5 < none && none < all * 25, "{none} without, {all} with");
}

/// Needs of admission forgone for want of capacity, and all needs of admission, in each month of 2022.
#[derive(Default)]
struct Queues {
    forgone: [u32; 12],
}

impl Tape for Queues {
    fn sought(&mut self, _: u64, when: Month, _: Need, _: Provider, forgone: Option<Forgone>) {
        if when.year() == 2022 {
            self.forgone[when.index()] += u32::from(forgone == Some(Forgone::Capacity));
        }
    }
}

#[test]
fn lost_capacity_keeps_people_from_care_in_the_month_of_the_peak() {
    let forgone = |ratio: &str| {
        let sets = [&SMALL[..], &["run.last_year=2022", ratio]].concat();
        let (_, tapes) = taped(&policy("epidemic-winter", &sets), Queues::default);
        let months = std::array::from_fn(|month| tapes.iter().map(|tape| tape.forgone[month]).sum());
        println!("{ratio}: {months:?}");
        months
    };
    let none: [u32; 12] = forgone("epidemic.capacity_lost_ratio=0");
    let much: [u32; 12] = forgone("epidemic.capacity_lost_ratio=2");
    assert_eq!(none[..10], much[..10], "before the wave");
    assert!(much[11] > none[11] + 20, "{} and {}", much[11], none[11]);
    let reserve = winter(&[
        "epidemic.capacity_lost_ratio=0.4",
        "epidemic.reserve.capacity_share=0.3",
    ]);
    let counties = &reserve.years[1].counties;
    assert!(
        counties
            .iter()
            .all(|county| county.epidemic.least_capacity_ppm > 950_000)
    );
}

#[test]
fn a_response_flattens_the_wave() {
    let free = epidemic(&winter(&[]), 2022);
    assert!(free.found > 0);
    let sets = [
        "epidemic.response.contact_reduction_share=0.5",
        "epidemic.response.duration_days=60",
    ];
    let slowed = epidemic(&winter(&sets), 2022);
    assert!(slowed.response_days > 0);
    assert!(
        slowed.peak_infections * 3 < free.peak_infections * 2,
        "{slowed:?} {free:?}"
    );
    // Nothing is found where nobody looks.
    let blind = epidemic(
        &winter(&[&sets[..], &["epidemic.detection.sensitivity_share=0"]].concat()),
        2022,
    );
    assert_eq!(
        (blind.found, blind.response_days, blind.infections),
        (0, 0, free.infections)
    );
}

/// Today's winter with a fund that pays what all other layers leave of bills of the wave.
const FUND: &str = r#"
title = "An emergency fund"
summary = "Care for infections of the wave is free."
extends = "epidemic-winter"

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
tiers = ["self_care", "village", "township", "county", "tertiary", "remote", "tcm", "private"]
categories = ["tekun", "dibao", "lifted", "monitored", "ordinary"]
conditions = ["epidemic"]
deductible_yuan = 0.0
later_deductible_ratio = 1.0
brackets_from_yuan = [0.0]
reimbursed_share = [1.0]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
"#;

#[test]
fn a_fund_for_the_wave_pays_its_bills_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "fund.toml", FUND);
    let result = lived(path.to_str().unwrap(), &SMALL);
    let all = counted(&result);
    let fund = result
        .layers
        .iter()
        .position(|layer| layer == "emergency_fund")
        .unwrap();
    assert!(
        all.infections_bill > 0 && all.infections_oop == 0,
        "{}",
        all.infections_oop
    );
    assert!(all.layers[fund] > 0 && all.layers[fund] < all.infections_bill);
    let before = &result.years[0].counties;
    let paid: i64 = before
        .iter()
        .flat_map(|county| &county.counted.cells)
        .map(|cell| cell.layers[fund])
        .sum();
    assert_eq!(paid, 0, "nothing before the wave");
    assert!(all.oop > 0);
}

#[test]
fn threads_change_nothing() {
    let policy = policy("epidemic-winter", &SMALL);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(&policy, 0, &|| ()).unwrap())
    };
    assert!(on(1) == on(3));
}

#[test]
fn an_epidemic_that_moves_in_half_days_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"T\"\nsummary = \"S\"\nextends = \"baseline\"\n[set.epidemic]\nlatent_days = 0.5\n";
    let path = file(folder.path(), "fast.toml", text);
    let scenario = kangcun::scenario::Scenario::load(path.to_str().unwrap(), &[]).unwrap();
    let refused = kangcun::run::Policy::new(scenario).err().unwrap().to_string();
    assert!(refused.contains("epidemic.latent_days is 0.5"), "{refused}");
}
