//! The roofline: what a month of the default world must do at the least, and how near to that it comes.
//!
//! `roofline [PEOPLE]` lives the baseline once with a tape that counts (choices by need, bills, household-months), measures
//! on this machine what each piece costs at its best (in a batch, from the nearer caches, nothing else going on), multiplies
//! the two to a floor, and times the warm years of a run without a tape on one thread.
//!
//! Person-months are those of founded agents; births and deaths are not followed (the population moves by a few per cent).
#![allow(clippy::disallowed_methods)] // measuring time is what it is for

#[path = "../benches/parts/mod.rs"]
mod parts;

use clap::Parser;
use kangcun::lanes::{self, Level};
use kangcun::month::books::{HouseholdYear, Ledger, PersonYear};
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::illness::Looks;
use kangcun::month::insurance::{Bill, Settlement, YearToDate};
use kangcun::month::livelihood::purses;
use kangcun::month::{NoTape, Tape};
use kangcun::problem::Problems;
use kangcun::run::{Policy, found, run, run_with};
use kangcun::scenario::Scenario;
use kangcun::units::Month;
use kangcun::world::{Households, PROVIDERS, People, Provider};
use parts::Warm;
use std::hint::black_box;
use std::mem::size_of;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Lines of 64 bytes that a choice reads of the books of the one who chooses: the person's 1, the household's 2, claims 2.
const LINES_CHOSEN: f64 = 5.0;
/// The same when a bill is written.
const LINES_BILLED: f64 = 5.0;
/// Sums of the year that a need and a bill are added to.
const SUMS_NEED: f64 = 2.0;
const SUMS_BILL: f64 = 8.0;
/// Household-years draw two normals: the persistent and the passing part of income.
const NORMALS_YEAR: f64 = 2.0;

/// What happened, over all people and months.
#[derive(Default)]
struct Counts {
    needs: [u64; 4],
    forgone: u64,
    bills: u64,
    /// Layers that paid something.
    paying: u64,
    household_months: u64,
}

impl Tape for Counts {
    fn sought(&mut self, _: u64, _: Month, need: Need, _: Provider, forgone: Option<Forgone>) {
        self.needs[need as usize] += 1;
        self.forgone += u64::from(forgone.is_some());
    }

    fn settled(&mut self, _: u64, _: Month, _: &Bill, split: &Settlement) {
        self.bills += 1;
        self.paying += split.layers.iter().filter(|paid| paid.0 > 0).count() as u64;
    }

    fn lived(
        &mut self,
        _: u64,
        _: Month,
        _: &purses::Purses,
        _: &purses::Flows,
        _: &purses::Lived,
        _: &purses::Purses,
    ) {
        self.household_months += 1;
    }
}

/// The least nanoseconds an element of `number` takes, over many passes.
fn unit(number: usize, mut pass: impl FnMut()) -> f64 {
    let mut least = f64::INFINITY;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(200) {
        let from = Instant::now();
        for _ in 0..4 {
            pass();
        }
        least = least.min(from.elapsed().as_nanos() as f64 / 4.0);
    }
    least / number as f64
}

/// What this thread has worked, so that other programs do not count; by the clock where the system does not say.
fn worked(since: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// One kind of work: how much a person-month has of it, and what a piece costs.
struct Work {
    name: &'static str,
    count: f64,
    unit: f64,
}

/// Lines of 64 bytes to fetch from: 384 KiB, more than the nearest cache holds.
const LINES: usize = 6_144;

/// Costs of single operations in a batch of a block's size.
struct Units {
    hash: f64,
    compare: f64,
    normal: f64,
    exp: f64,
    ln: f64,
    gumbel: f64,
    line: f64,
    sum: f64,
    byte: f64,
}

impl Units {
    fn measured() -> Units {
        const N: usize = 1_200;
        let level = Level::detect();
        let ids: Vec<u64> = (0..N as u64).map(kangcun::draws::mix).collect();
        let mut bits = vec![0; N];
        let hash = unit(N, || {
            level.call(
                #[inline(always)]
                || lanes::bits::hash(black_box(&ids), 7, &mut bits),
            );
        });
        let limits = vec![1u32 << 27; N];
        let (mut flags, mut found) = (vec![false; N], vec![0; N]);
        let compare = unit(N, || {
            level.call(
                #[inline(always)]
                || {
                    for ((flag, &bits), &limit) in flags.iter_mut().zip(black_box(&bits)).zip(&limits) {
                        *flag = lanes::bits::low(bits) < limit;
                    }
                    black_box(lanes::select_rare(&flags, &mut found));
                },
            );
        });
        let uniforms: Vec<f32> = bits
            .iter()
            .map(|&bits| lanes::bits::uniform(lanes::bits::low(bits)))
            .collect();
        let mut results = vec![0.0; N];
        let mut each =
            |function: fn(&[f32], &mut [f32])| unit(N, || function(black_box(&uniforms), black_box(&mut results)));
        let normal = each(|from, to| apply(from, to, lanes::maths::normal));
        let exp = each(|from, to| apply(from, to, lanes::maths::exp));
        let ln = each(|from, to| apply(from, to, lanes::maths::ln));
        let gumbel = each(|from, to| apply(from, to, lanes::maths::gumbel));

        // Lines in an order that nothing foresees, none waiting for another.
        let lines = vec![[1u64; 8]; LINES];
        let order: Vec<u32> = (0..LINES as u64)
            .map(|at| (kangcun::draws::mix(at) % LINES as u64) as u32)
            .collect();
        let line = unit(LINES, || {
            black_box(order.iter().map(|&at| black_box(&lines)[at as usize][0]).sum::<u64>());
        });
        let mut sums = vec![0i64; 1_024];
        let sum = unit(LINES, || {
            let sums = black_box(&mut sums);
            for &at in &order {
                sums[at as usize % 1_024] += 3;
            }
        });
        let (from, mut to) = (vec![1u8; 192 << 10], vec![0u8; 192 << 10]);
        let byte = unit(from.len(), || black_box(&mut to).copy_from_slice(black_box(&from)));
        Units {
            hash,
            compare,
            normal,
            exp,
            ln,
            gumbel,
            line,
            sum,
            byte,
        }
    }
}

#[allow(clippy::inline_always)] // it must be compiled for the level it runs on
#[inline(always)]
fn apply(from: &[f32], to: &mut [f32], function: impl Fn(f32) -> f32) {
    Level::detect().call(
        #[inline(always)]
        || {
            for (to, &from) in to.iter_mut().zip(from) {
                *to = function(from);
            }
        },
    );
}

/// Costs of the model's own pieces, each alone over one block.
struct Pieces {
    /// A layer of a quote, all eight options.
    pass: f64,
    /// Layers a quote passes through, by need.
    passes: [f64; 4],
    choice: f64,
    bill: f64,
    purses: f64,
}

impl Pieces {
    fn measured() -> Pieces {
        let (warm, level) = (Warm::new(), Level::detect());
        let (record, class) = (warm.recorded(), warm.class());
        let mut claims = Vec::new();
        let bill = unit(record.bills.len(), || {
            black_box(record.settle(class, &mut claims));
        });
        let number = record.choices.len();
        let mut prices = vec![[0.0; PROVIDERS]; number];
        let quote = unit(number, || {
            record.quote(level, class, black_box(&claims), &mut prices);
        });
        let passes = record.passes(class, &claims);
        let mut needs = [0; 4];
        for choice in &record.choices {
            needs[choice.need as usize] += 1;
        }
        let noises = vec![[0.5; PROVIDERS]; number];
        let ways = parts::ways(class);
        let choice = unit(number, || {
            black_box(record.choose(level, class, &ways, black_box(&prices), &noises));
        });
        let (_, mut books) = warm.opened();
        let when = Month::of(parts::YEAR, 6);
        let outside = warm.outside();
        let purses = unit(books.households.len(), || {
            books.purses(black_box(&outside), when, &mut NoTape);
        });
        Pieces {
            pass: quote * number as f64 / passes.iter().sum::<u64>() as f64,
            passes: std::array::from_fn(|need| passes[need] as f64 / f64::max(f64::from(needs[need]), 1.0)),
            choice,
            bill,
            purses,
        }
    }
}

/// The work of a person-month, for a world of `people` that lived `months`.
fn works(counts: &Counts, people: u64, months: u64, units: &Units, pieces: &Pieces) -> Vec<Work> {
    let each = |number: f64| number / (people * months) as f64;
    let per = |number: u64| each(number as f64);
    let choices = per(counts.needs.iter().sum());
    let bills = per(counts.bills);
    let household_months = per(counts.household_months);
    let passes: f64 = (0..4).map(|need| per(counts.needs[need]) * pieces.passes[need]).sum();
    // What the opening writes (books), the close (columns) and demography (columns again), by household with its members.
    let books = size_of::<PersonYear>() + Looks::ROW_BYTES + size_of::<YearToDate>();
    let person = (books + 2 * People::ROW_BYTES) as f64 / 12.0;
    let household = (size_of::<HouseholdYear>() + size_of::<Ledger>() + 2 * Households::ROW_BYTES) as f64 / 12.0;
    let row = |name, count, unit| Work { name, count, unit };
    vec![
        row("people looked at: draws hashed", 1.0, units.hash),
        row("people looked at: compared and listed", 1.0, units.compare),
        row("draws of episodes hashed", 4.0 * choices, units.hash),
        row(
            "normals (bills, income)",
            choices + household_months / 12.0 * NORMALS_YEAR,
            units.normal,
        ),
        row("exponentials (bills)", choices, units.exp),
        row("Gumbel noises, two logarithms each", 8.0 * choices, units.gumbel),
        row("layer passes of quotes, 8 options each", passes, pieces.pass),
        row("choices: 8 utilities and the highest", choices, pieces.choice),
        row("bills settled", bills, pieces.bill),
        row(
            "lines of 64 bytes fetched",
            LINES_CHOSEN * choices + LINES_BILLED * bills,
            units.line,
        ),
        row("sums added to", SUMS_NEED * choices + SUMS_BILL * bills, units.sum),
        row("household-months, 4 purses each", household_months, pieces.purses),
        row(
            "bytes written by opening, close, demography",
            person + household * household_months,
            units.byte,
        ),
    ]
}

/// Nanoseconds a person-month of the warm years, the best of three replicates, and nanoseconds a founded person.
fn measured(policy: &Policy, people: u64) -> Result<(f64, f64), Problems> {
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread");
    one.install(|| {
        let begun = Instant::now();
        let mut least = f64::INFINITY;
        for replicate in 0..3 {
            let ticks = Mutex::new(Vec::new());
            let tick = || ticks.lock().expect("no tick panics").push(worked(begun));
            run(policy, replicate, &tick)?;
            let ticks = ticks.into_inner().expect("no tick panics");
            let spent = ticks[ticks.len() - 1]
                .checked_sub(ticks[0])
                .expect("work does not shrink");
            least = least.min(spent.as_nanos() as f64 / ((ticks.len() - 1) as u64 * 12 * people) as f64);
        }
        let rules = parts::rules(people, parts::YEAR - 1);
        let founding = (0..3).map(|replicate| {
            let before = worked(begun);
            black_box(found(&rules, &kangcun::draws::Luck::new(1, replicate)));
            worked(begun)
                .checked_sub(before)
                .expect("work does not shrink")
                .as_nanos() as f64
        });
        Ok((least, founding.fold(f64::INFINITY, f64::min) / people as f64))
    })
}

/// What a month must do at the least, and how near to that it comes.
#[derive(Parser)]
struct Arguments {
    /// Agents of the world.
    #[arg(default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    people: u64,
}

fn main() -> ExitCode {
    match roofline(Arguments::parse().people) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::from(problems.exit_code())
        }
    }
}

fn roofline(people: u64) -> Result<(), Problems> {
    let policy = Policy::new(Scenario::load("baseline", &[format!("world.people_count={people}")])?)?;
    let (result, tapes) = run_with(&policy, 0, &|| (), Counts::default)?;
    let months = 12 * (result.years.len() as u64 + 1);
    let mut counts = Counts::default();
    for tape in tapes {
        for (sum, own) in counts.needs.iter_mut().zip(tape.needs) {
            *sum += own;
        }
        counts.forgone += tape.forgone;
        counts.bills += tape.bills;
        counts.paying += tape.paying;
        counts.household_months += tape.household_months;
    }
    let (units, pieces) = (Units::measured(), Pieces::measured());
    let works = works(&counts, people, months, &units, &pieces);
    let (now, founding) = measured(&policy, people)?;

    let per = |number: u64| number as f64 / (people * months) as f64;
    let [minor, moderate, admission, chronic] = counts.needs.map(per);
    println!(
        "{people} agents, {months} months, level {}; per person-month:",
        policy.level.name()
    );
    println!("choices: minor {minor:.4}, moderate {moderate:.4}, chronic {chronic:.4}, admission {admission:.4}");
    println!(
        "forgone {:.4}; options priced {:.3}",
        per(counts.forgone),
        8.0 * (minor + moderate + admission + chronic)
    );
    println!(
        "bills {:.4}; layers that paid {:.4}",
        per(counts.bills),
        per(counts.paying)
    );
    println!(
        "households opened and closed {:.4}; one logarithm alone: {:.2} ns\n",
        per(counts.household_months) / 12.0,
        units.ln
    );
    println!("| work | count | ns each | floor, ns |\n|---|--:|--:|--:|");
    let mut floor = 0.0;
    for work in &works {
        let all = work.count * work.unit;
        floor += all;
        println!("| {} | {:.4} | {:.3} | {all:.2} |", work.name, work.count, work.unit);
    }
    println!("| **floor** | | | **{floor:.1}** |\n| **measured, warm years** | | | **{now:.1}** |");
    println!("| **ratio** | | | **{:.2}** |\n", now / floor);
    println!(
        "founding: {founding:.0} ns a person ({:.1} million people a CPU-second), {:.1} ns a person-month of this run",
        1e3 / founding,
        founding / months as f64
    );

    let members = months as f64 * people as f64 / counts.household_months as f64;
    let columns = People::ROW_BYTES as f64 + Households::ROW_BYTES as f64 / members;
    let household = size_of::<HouseholdYear>() + size_of::<Ledger>();
    let books =
        (size_of::<PersonYear>() + Looks::ROW_BYTES + size_of::<YearToDate>()) as f64 + household as f64 / members;
    println!(
        "columns: {} bytes a person, {} a household, {members:.2} people in each: {columns:.0} bytes a person resident",
        People::ROW_BYTES,
        Households::ROW_BYTES
    );
    println!(
        "books while a year is lived: {} + {} + {} bytes a person, {} a household: {:.0} KiB for a block of 1,200 people",
        size_of::<PersonYear>(),
        Looks::ROW_BYTES,
        size_of::<YearToDate>(),
        household,
        books * 1_200.0 / 1_024.0
    );
    Ok(())
}
