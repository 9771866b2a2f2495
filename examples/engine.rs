//! One replicate of a scenario on this thread, and nothing else: what instruction counters and profilers are held to.
//!
//! `engine SCENARIO REPLICATES [level=LEVEL] [KEY=VALUE ...]` prints the person-months lived and a sum that depends on all of
//! them. Without a level (`portable`, `avx2`, `avx512`) it takes the widest of this machine.

use kangcun::indicators::tally::{Add, Tally};
use kangcun::lanes::Level;
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "baseline".into());
    let replicates: u32 = args
        .next()
        .map_or(1, |text| text.parse().expect("a number of replicates"));
    let (levels, sets): (Vec<String>, Vec<String>) = args.partition(|text| text.starts_with("level="));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread");
    let mut policy = Policy::new(Scenario::load(&name, &sets).unwrap_or_else(|problems| panic!("{problems}")))
        .unwrap_or_else(|problems| panic!("{problems}"));
    if let Some(name) = levels.last().and_then(|text| text.strip_prefix("level=")) {
        policy.level = Level::named(name).unwrap_or_else(|| panic!("this machine has no level `{name}`"));
    }
    let mut sum = Tally::default();
    for replicate in 0..replicates {
        let result = pool
            .install(|| run(&policy, replicate, &|| ()))
            .unwrap_or_else(|problems| panic!("{problems}"));
        for year in &result.years {
            for cell in year.counties.iter().flat_map(|county| &county.counted.cells) {
                sum.add(cell);
            }
        }
    }
    println!("needs {:?} of {} pm, {:?}", sum.needs, 12 * sum.persons, sum.forgone);
    println!(
        "{} weighted person-months, {} fen out of pocket, {} returned",
        12 * sum.persons,
        sum.oop,
        sum.returned[0]
    );
    // Where the system tells: the most memory that was resident.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        println!("peak memory {}", peak.trim());
    }
}
