//! Replicates of a scenario on this thread, and nothing else: what instruction counters and profilers are held to.
//!
//! `engine SCENARIO REPLICATES [level=LEVEL] [KEY=VALUE ...]` prints what happened in the reported years, as sums that
//! depend on every month lived, and how many months of how many people were lived in all.

use clap::Parser;
use kangcun::indicators::tally::{Add, Tally};
use kangcun::lanes::Level;
use kangcun::problem::Problems;
use kangcun::rules::Rules;
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;
use kangcun::study::memory::Need;
use std::process::ExitCode;

/// Runs replicates of a scenario on one thread.
#[derive(Parser)]
struct Arguments {
    /// The scenario: a name or a file.
    #[arg(default_value = "baseline")]
    scenario: String,
    /// How many replicates, one after the other; 0 only reads the rules.
    #[arg(default_value_t = 1)]
    replicates: u32,
    /// Rules, as `kangcun --set` takes them, and `level=portable`, `avx2` or `avx512` (the widest of this machine unless given).
    #[arg(value_name = "KEY=VALUE", value_parser = told)]
    told: Vec<String>,
}

/// A level that this machine has, or a rule.
fn told(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        None => Err("KEY=VALUE was expected".into()),
        Some(("level", name)) if Level::named(name).is_none() => Err(format!("this machine has no level `{name}`")),
        Some(_) => Ok(text.into()),
    }
}

fn main() -> ExitCode {
    match measure(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::from(problems.exit_code())
        }
    }
}

fn measure(arguments: Arguments) -> Result<(), Problems> {
    let (levels, sets): (Vec<String>, Vec<String>) =
        arguments.told.into_iter().partition(|text| text.starts_with("level="));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("one thread");
    let mut policy = Policy::new(Scenario::load(&arguments.scenario, &sets)?)?;
    let level = levels.last().and_then(|text| text.strip_prefix("level="));
    policy.level = level.and_then(Level::named).unwrap_or(policy.level);
    let scenario = policy.scenario();
    let base: Rules = scenario.founding_rules()?;
    Need::of_world(&base.world, &base.founding).check()?;
    let mut sum = Tally::default();
    for replicate in 0..arguments.replicates {
        let result = pool.install(|| run(&policy, replicate, &|| ()))?;
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
    println!(
        "(both above: of the reported years, {} to {}; an agent counts for the people it stands for)",
        scenario.run.first_year, scenario.run.last_year
    );
    let years = (scenario.run.last_year + 1 - scenario.run.founding_year()) as u64;
    println!(
        "{} founded person-months: {} agents, {years} years with the base year, {} replicates",
        base.world.people_count as u64 * 12 * years * u64::from(arguments.replicates),
        base.world.people_count,
        arguments.replicates
    );
    // Where the system tells: the most memory that was resident.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        println!("peak memory {}", peak.trim());
    }
    Ok(())
}
