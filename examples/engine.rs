//! One replicate of a scenario on this thread, and nothing else: what instruction counters and profilers are held to.
//!
//! `engine SCENARIO REPLICATES [KEY=VALUE ...]` prints the person-months lived and a sum that depends on all of them.
#![allow(clippy::disallowed_methods)] // measuring time is what it is for

use kangcun::indicators::tally::{Add, Tally};
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "baseline".into());
    let replicates: u32 = args
        .next()
        .map_or(1, |text| text.parse().expect("a number of replicates"));
    let sets: Vec<String> = args.collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread");
    let policy = Policy::new(Scenario::load(&name, &sets).unwrap_or_else(|problems| panic!("{problems}")))
        .unwrap_or_else(|problems| panic!("{problems}"));
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
}
