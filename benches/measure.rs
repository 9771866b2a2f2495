//! `kangcun measure` on surveys of ten thousand households: reading a file, measuring by linearisation, a bootstrap replicate.
#![allow(missing_docs)] // the harness macro makes public functions

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kangcun::draws::{Luck, Purpose, Stream};
use kangcun::measure::Basis;
use kangcun::study::measure::asked::{Asked, Errors, LineAsked};
use kangcun::study::measure::measure;
use kangcun::study::measure::reading::read;
use std::fmt::Write;

const HOUSEHOLDS: u64 = 10_000;

/// A survey as text: eight strata of 25 villages.
fn survey() -> String {
    let draws: Stream = Luck::new(1, 0).stream(Purpose::Resampling, 1);
    let mut text = String::from("w,size,cons,oop,food,region,stratum,psu,ill\n");
    for who in 0..HOUSEHOLDS {
        let uniform = |index: u64| draws.uniform(who, index);
        let (stratum, psu, size) = (
            (uniform(0) * 8.0) as u32,
            (uniform(1) * 25.0) as u32,
            1 + (uniform(2) * 6.0) as u32,
        );
        let consumption = (9.0 + 0.6 * draws.normal(who, 3)).exp() * f64::from(size);
        let oop = consumption * uniform(4).powi(6);
        let (food, weight, ill) = (
            consumption * (0.2 + 0.4 * uniform(5)),
            50.0 + 300.0 * uniform(6),
            u32::from(uniform(7) < 0.3),
        );
        let _ = writeln!(
            text,
            "{weight:.2},{size},{consumption:.2},{oop:.2},{food:.2},r{},{stratum},{psu},{ill}",
            stratum % 3
        );
    }
    text
}

fn asked(errors: Errors) -> Asked {
    let name = |name: &str| Some(name.to_owned());
    Asked {
        weight: name("w"),
        size: name("size"),
        consumption: name("cons"),
        basis: Some(Basis::Gross),
        oop: name("oop"),
        food: name("food"),
        lines: vec![LineAsked::Amount(4000.0)],
        outcomes: vec!["ill".into()],
        groups: vec!["region".into()],
        strata: name("stratum"),
        psu: name("psu"),
        ppp: Some(4.2),
        errors,
        ..Asked::default()
    }
}

fn surveys(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("survey.csv");
    std::fs::write(&path, survey()).expect("a survey");
    let linearised = asked(Errors::Linearised);
    let survey = read(&path, &linearised).expect("a survey that can be measured");
    let mut group = criterion.benchmark_group("measure");
    group.throughput(Throughput::Elements(HOUSEHOLDS)).sample_size(10);
    group.bench_function("read", |bencher| bencher.iter(|| read(&path, &linearised)));
    group.bench_function("linearised", |bencher| bencher.iter(|| measure(&survey, &linearised)));
    let bootstrap = asked(Errors::Bootstrap {
        replicates: 20,
        seed: 1,
    });
    group.bench_function("bootstrap_of_20", |bencher| {
        bencher.iter(|| measure(&survey, &bootstrap));
    });
    group.finish();
}

criterion_group!(benches, surveys);
criterion_main!(benches);
