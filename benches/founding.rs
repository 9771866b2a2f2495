//! Founding on one core: people per second for worlds of ten thousand, a hundred thousand and a million people.
//!
//! Also prints a fingerprint of a founded world, all columns of all blocks: it stays the same as long as founding does.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kangcun::draws::Luck;
use kangcun::rules::Rules;
use kangcun::run::found;
use kangcun::scenario::Scenario;
use kangcun::units::Month;
use kangcun::world::World;
use rayon::ThreadPoolBuilder;

/// The baseline's rules of the base year for a world of `people` agents.
fn rules(people: u64) -> Rules {
    let scenario = Scenario::load("baseline", &[format!("world.people_count={people}")]).expect("it loads");
    scenario.resolve(&[], Month::of(2020, 1)).expect("its rules resolve")
}

fn fingerprint(world: &World) -> String {
    let mut hash = blake3::Hasher::new();
    for block in world.counties.iter().flat_map(|county| &county.blocks) {
        hash.update(format!("{block:?}").as_bytes());
    }
    hash.finalize().to_hex().as_str()[..16].to_owned()
}

fn founding(criterion: &mut Criterion) {
    let one_core = ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for people in [1_000, 100_000] {
        let world = found(&rules(people), &Luck::new(1, 0));
        println!("fingerprint of {people} people: {}", fingerprint(&world));
    }
    let mut group = criterion.benchmark_group("founding");
    group.sample_size(10);
    for people in [10_000, 100_000, 1_000_000] {
        let rules = rules(people);
        let mut replicate = 0;
        group.throughput(Throughput::Elements(people));
        group.bench_function(people.to_string(), |bencher| {
            one_core.install(|| {
                bencher.iter_batched(
                    || {
                        replicate += 1;
                        Luck::new(1, replicate)
                    },
                    |luck| found(&rules, &luck),
                    BatchSize::PerIteration,
                );
            });
        });
    }
    group.finish();
}

criterion_group!(benches, founding);
criterion_main!(benches);
