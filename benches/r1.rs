//! A year of the reference workload R1 on one core, at each vector level: living person-months a second ("elements").
#![allow(missing_docs)] // the harness macro makes public functions

#[path = "../examples/r1/workload/mod.rs"]
mod workload;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kangcun::lanes::Level;
use rayon::ThreadPoolBuilder;
use workload::World;

const PEOPLE: usize = 100_000;

fn year(criterion: &mut Criterion) {
    let one_core = ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let mut group = criterion.benchmark_group("r1");
    group
        .sample_size(20)
        .throughput(Throughput::Elements(12 * PEOPLE as u64));
    for level in Level::every() {
        group.bench_function(level.name(), |bencher| {
            // Always the first year, from the same start: later ones have fewer people.
            bencher.iter_batched_ref(
                || World::found(PEOPLE, 1),
                |world| one_core.install(|| world.year(0, level)),
                criterion::BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, year);
criterion_main!(benches);
