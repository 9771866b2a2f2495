//! One replicate of the main job from founding to the last close, on all cores: baseline and package at 20,000 people.
//!
//! The job itself runs 20 replicates of each at 100,000 people and more: its time is near 100 times the sum printed here,
//! and a little less, because replicates also run beside each other.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{Criterion, criterion_group, criterion_main};
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;

fn main_job(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("main_job");
    group.sample_size(10);
    for name in ["baseline", "package"] {
        let scenario = Scenario::load(name, &["world.people_count=20000".into()]).expect("it loads");
        let policy = Policy::new(scenario).expect("its rules compile");
        group.bench_function(name, |bencher| {
            bencher.iter(|| run(&policy, 0, &|| ()).expect("the embedded scenario runs"));
        });
    }
    group.finish();
}

criterion_group!(benches, main_job);
criterion_main!(benches);
