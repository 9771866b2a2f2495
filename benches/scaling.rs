//! How the time of a run grows with threads and with people, and whether many small worlds cost what one large one does.
//!
//! Worlds are founded and lived through 2022: three years. Time is that of the clock; with several threads divide by it to
//! see how well they were used (`docs/measure` also prints CPU time). `KANGCUN_HUGE=1` adds ten million people, which takes
//! a minute a run and 0.9 GB.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Months lived: three years.
const MONTHS: u64 = 36;

fn policy(people: u64) -> Policy {
    let sets = [format!("world.people_count={people}"), "run.last_year=2022".into()];
    Policy::new(Scenario::load("baseline", &sets).expect("it loads")).expect("its rules compile")
}

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

fn threads(criterion: &mut Criterion) {
    const PEOPLE: u64 = 100_000;
    let policy = policy(PEOPLE);
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(10).throughput(Throughput::Elements(PEOPLE * MONTHS));
    for threads in [1, 2] {
        let pool = pool(threads);
        group.bench_function(BenchmarkId::from_parameter(threads), |bencher| {
            bencher.iter(|| pool.install(|| run(&policy, 0, &|| ()).expect("the baseline runs")));
        });
    }
    group.finish();
}

fn people(criterion: &mut Criterion) {
    let mut sizes = vec![10_000, 100_000, 1_000_000];
    if std::env::var_os("KANGCUN_HUGE").is_some() {
        sizes.push(10_000_000);
    }
    let one = pool(1);
    let mut group = criterion.benchmark_group("people");
    group.sample_size(10);
    for people in sizes {
        let policy = policy(people);
        group.throughput(Throughput::Elements(people * MONTHS));
        group.bench_function(BenchmarkId::from_parameter(people), |bencher| {
            bencher.iter(|| one.install(|| run(&policy, 0, &|| ()).expect("the baseline runs")));
        });
    }
    group.finish();
}

/// A hundred worlds of 2,000 people beside one of 200,000, on all cores.
fn worlds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("worlds");
    group.sample_size(10).throughput(Throughput::Elements(200_000 * MONTHS));
    for (worlds, people) in [(100, 2_000), (1, 200_000)] {
        let policy = policy(people);
        group.bench_function(format!("{worlds}_of_{people}"), |bencher| {
            bencher.iter(|| {
                let lived = (0..worlds)
                    .into_par_iter()
                    .map(|replicate| run(&policy, replicate, &|| ()));
                lived.collect::<Result<Vec<_>, _>>().expect("the baseline runs")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, threads, people, worlds);
criterion_main!(benches);
