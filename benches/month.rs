//! The month's loop on one core: person-months per second of a warm year, and the bytes that a person takes.
//!
//! A world is founded, lives its base year, and is then timed from one year's tick to the next, closes included. Divide the
//! printed rate ("elements", here person-months) into whole runs to see what founding and reporting add.
#![allow(missing_docs)] // the harness macro makes public functions
#![allow(clippy::disallowed_methods)] // measuring time is what a benchmark is for

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;
use kangcun::world::{Households, People};
use rayon::ThreadPoolBuilder;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const PEOPLE: u64 = 20_000;
/// Years timed in one run, after the base year.
const YEARS: u32 = 3;

/// The mean time of a warm year of one replicate.
fn warm_year(policy: &Policy, replicate: u32) -> Duration {
    let ticks = Mutex::new(Vec::new());
    let tick = || {
        if let Ok(mut ticks) = ticks.lock() {
            ticks.push(Instant::now());
        }
    };
    run(policy, replicate, &tick).expect("the embedded scenario runs");
    let ticks = ticks.into_inner().expect("no tick panics");
    (ticks[ticks.len() - 1] - ticks[0]) / YEARS
}

fn month(criterion: &mut Criterion) {
    // A household row is shared by the people of the household: 2.7 at founding.
    let person = People::ROW_BYTES as f64 + Households::ROW_BYTES as f64 / 2.7;
    println!(
        "columns: {} bytes a person and {} a household, about {person:.0} for each person in all",
        People::ROW_BYTES,
        Households::ROW_BYTES
    );
    let one_core = ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let mut group = criterion.benchmark_group("month");
    group.sample_size(10).throughput(Throughput::Elements(PEOPLE * 12));
    for name in ["baseline", "package"] {
        let sets = [
            format!("world.people_count={PEOPLE}"),
            format!("run.last_year={}", 2020 + YEARS),
        ];
        let policy = Policy::new(Scenario::load(name, &sets).expect("it loads")).expect("its rules compile");
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|years| {
                one_core.install(|| (0..years).map(|replicate| warm_year(&policy, replicate as u32)).sum())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, month);
criterion_main!(benches);
