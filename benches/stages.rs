//! Each stage alone, on one core, over a block in mid-life: time by person, choice, bill or household.
//!
//! Everything lies in the nearer caches and nothing else wants them, so the stages add up to less than a month in place.
//! Treating as a whole (outcome, bill, settlement, counting) and the deciding around quote and choice work on a block's
//! inner books and are measured in place: `docs/measure` profiles `examples/engine`.
#![allow(missing_docs)] // the harness macro makes public functions

mod parts;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kangcun::draws::{Luck, Purpose};
use kangcun::lanes::Level;
use kangcun::month::NoTape;
use kangcun::month::illness::{self, Scan, Strikes};
use kangcun::run::found;
use kangcun::units::Month;
use kangcun::world::PROVIDERS;
use kangcun::year::demography;
use parts::{Warm, YEAR};
use std::hint::black_box;

fn look(criterion: &mut Criterion) {
    let warm = Warm::new();
    let (_, mut books) = warm.opened();
    let mut looks = warm.looks(&books);
    let ids = &warm.block.people.id;
    let tables = [&warm.class().illness];
    let (mut strikes, mut scan) = (Strikes::default(), Scan::default());
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(ids.len() as u64));
    let mut month = 0;
    group.bench_function("look_by_person", |bencher| {
        bencher.iter(|| {
            month += 1;
            let when = Month::of(YEAR, 1 + month % 12);
            let draws = warm.luck.stream(Purpose::Illness, month);
            let people = &mut books.people;
            let level = Level::detect();
            level.call(
                #[inline(always)]
                || {
                    illness::strike(&mut strikes, &mut scan, people, ids, &mut looks, &tables, when, draws);
                },
            );
        });
    });
    group.finish();
}

fn choices(criterion: &mut Criterion) {
    let warm = Warm::new();
    let (record, class, level) = (warm.recorded(), warm.class(), Level::detect());
    let mut claims = Vec::new();
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(record.bills.len() as u64));
    group.bench_function("settlement_by_bill", |bencher| {
        bencher.iter(|| record.settle(class, &mut claims));
    });

    let number = record.choices.len();
    let mut prices = vec![[0.0; PROVIDERS]; number];
    group.throughput(Throughput::Elements(number as u64));
    group.bench_function("quote_by_choice", |bencher| {
        bencher.iter(|| {
            record.quote(level, class, &claims, &mut prices);
        });
    });

    let (first, second) = (record.draws(&warm.luck, 0), record.draws(&warm.luck, 1));
    let mut noises = vec![[0.0; PROVIDERS]; number];
    group.bench_function("noise_by_choice", |bencher| {
        bencher.iter(|| {
            level.rows(parts::Noises {
                first: &first,
                second: &second,
                into: &mut noises,
            });
        });
    });

    let ways = parts::ways(class);
    group.bench_function("choice", |bencher| {
        bencher.iter(|| record.choose(level, class, &ways, black_box(&prices), black_box(&noises)));
    });
    group.finish();
}

fn households(criterion: &mut Criterion) {
    let warm = Warm::new();
    let outside = warm.outside();
    let number = warm.block.households.len() as u64;
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(number));

    let (_, mut books) = warm.opened();
    let mut month = 0;
    group.bench_function("purses_by_household_month", |bencher| {
        bencher.iter(|| {
            month = month % 12 + 1;
            let when = Month::of(YEAR, month);
            books.purses(&outside, when, &mut NoTape);
        });
    });

    let (mut block, mut books) = warm.opened();
    group.bench_function("opening_by_household", |bencher| {
        bencher.iter(|| books.open(&mut block, &outside));
    });
    group.bench_function("closing_by_household", |bencher| {
        bencher.iter(|| books.close(&mut block, &outside, &mut NoTape));
    });

    group.throughput(Throughput::Elements(warm.block.people.len() as u64));
    let (before, books) = warm.opened();
    group.bench_function("demography_by_person", |bencher| {
        let mut room = demography::Room::default();
        let aged = |mut block| {
            warm.age(&mut block, &books, &mut room);
            block
        };
        bencher.iter_batched(|| before.clone(), aged, BatchSize::SmallInput);
    });
    group.finish();
}

fn founding(criterion: &mut Criterion) {
    const PEOPLE: u64 = 20_000;
    let rules = parts::rules(PEOPLE, YEAR - 1);
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20).throughput(Throughput::Elements(PEOPLE));
    let mut replicate = 0;
    group.bench_function("founding_by_person", |bencher| {
        bencher.iter(|| {
            replicate += 1;
            found(&rules, &Luck::new(1, replicate))
        });
    });
    group.finish();
}

criterion_group!(benches, look, choices, households, founding);
criterion_main!(benches);
