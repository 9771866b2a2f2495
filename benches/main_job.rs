//! One replicate of the main job from founding to the last close, on all cores: baseline and package at 20,000 people; and
//! what a comparison saves by living a shared past once.
//!
//! The job itself runs 20 replicates of each at 100,000 people and more: its time is near 100 times the sum printed here,
//! and a little less, because replicates also run beside each other.
//!
//! The comparison has four arms that differ only in the last two of eleven years: forked it lives 9 + 4 x 2 = 17 years, arm
//! by arm 44, and founds one world instead of four. The ratio of the two times is what forking is worth there.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{Criterion, criterion_group, criterion_main};
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;
use kangcun::study::{self, Arm};
use kangcun::units::Month;

fn scenario(name: &str) -> Scenario {
    let sets = ["world.people_count=20000", "run.replicates=1"].map(Into::into);
    Scenario::load(name, &sets).expect("it loads")
}

fn main_job(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("main_job");
    group.sample_size(10);
    for name in ["baseline", "package"] {
        let policy = Policy::new(scenario(name)).expect("its rules compile");
        group.bench_function(name, |bencher| {
            bencher.iter(|| run(&policy, 0, &|| ()).expect("the embedded scenario runs"));
        });
    }
    group.finish();
}

/// The baseline and three more generous budgets of aid from 2029 on.
fn late() -> Vec<Arm> {
    let arm = |at: usize| {
        let mut scenario = scenario("baseline");
        if at > 0 {
            let budget = 40.0 + 20.0 * at as f64;
            scenario
                .push_change("funds.aid_budget_yuan_per_year", budget, Month::of(2029, 1), None)
                .expect("a rule of the baseline");
        }
        Arm::new(&format!("arm {at}"), scenario).expect("its rules compile")
    };
    (0..4).map(arm).collect()
}

fn comparison(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("comparison_of_four");
    group.sample_size(10);
    let mut arms = late();
    group.bench_function("forked", |bencher| {
        bencher.iter(|| {
            for arm in &mut arms {
                arm.results.clear();
            }
            study::run(&mut arms, &|_| ()).expect("the arms run")
        });
    });
    group.bench_function("arm_by_arm", |bencher| {
        bencher.iter(|| {
            let alone = |arm: &Arm| run(&arm.policy, 0, &|| ()).expect("the arms run");
            arms.iter().map(alone).collect::<Vec<_>>()
        });
    });
    group.finish();
}

criterion_group!(benches, main_job, comparison);
criterion_main!(benches);
