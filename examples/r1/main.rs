//! The reference workload R1 on the engine's own parts: `r1 PERSONS YEARS SEED`.
//!
//! R1 is a reduced model of illness, care, insurance and household budgets, small enough to be written in any simulation
//! framework and fixed in the distribution of its outputs, so that frameworks can be compared by speed. Prints one CSV row
//! a year and the process's CPU seconds for founding and simulating.

mod workload;

use clap::Parser;
use kangcun::exit;
use kangcun::lanes::Level;
use kangcun::study::memory::available;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;
use std::process::ExitCode;
use workload::World;

/// The reference workload R1.
#[derive(Parser)]
struct Arguments {
    /// People at the start, in households of four (what is over is left out).
    #[arg(value_parser = clap::value_parser!(u64).range(4..=10_000_000_000))]
    persons: u64,
    /// Years to simulate.
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000))]
    years: u32,
    /// The seed of all luck.
    seed: u64,
    /// Threads; the output does not depend on them.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: u16,
    /// Vector instructions (portable, avx2, avx512), the widest of this machine unless given; the output does not depend
    /// on them.
    #[arg(long, value_parser = level)]
    level: Option<Level>,
}

fn level(name: &str) -> Result<Level, String> {
    Level::named(name).ok_or_else(|| "this machine has no such level".into())
}

/// Bytes a person takes: with a block's other columns and room to copy the list of blocks while it is made.
const PERSON_BYTES: u64 = 16;
/// The program and what a thread works in.
const REST_BYTES: u64 = 16 << 20;

/// CPU seconds that this process has taken on all its threads.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let need = arguments.persons * PERSON_BYTES + REST_BYTES;
    if available().is_some_and(|available| need > available) {
        eprintln!(
            "{} people do not fit in memory: about {} MiB are needed",
            arguments.persons,
            need >> 20
        );
        return ExitCode::from(exit::NO_MEMORY);
    }
    if !arguments.persons.is_multiple_of(4) {
        let whole = arguments.persons / 4 * 4;
        eprintln!(
            "households have four members: {whole} people are simulated, not {}",
            arguments.persons
        );
    }
    match simulate(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(exit::CANNOT_WRITE)
        }
    }
}

fn simulate(arguments: &Arguments) -> std::io::Result<()> {
    let level = arguments.level.unwrap_or_else(Level::detect);
    let threads = rayon::ThreadPoolBuilder::new().num_threads(usize::from(arguments.threads));
    let threads = threads.build().map_err(std::io::Error::other)?;

    let mut out = std::io::stdout().lock();
    let start = cpu_seconds();
    let mut world = World::found(arguments.persons as usize, arguments.seed);
    let founded = cpu_seconds();
    writeln!(out, "year,alive,chronic,epi,poor,fall,che,share,debt")?;
    let mut months = 0;
    for year in 0..arguments.years {
        let tally = threads.install(|| world.year(year, level));
        writeln!(out, "{},{}", year + 1, tally.row())?;
        months += 12 * tally.alive;
    }
    let simulated = cpu_seconds();
    writeln!(
        out,
        "#cpu {:.4} {:.4} pm {months}",
        founded - start,
        simulated - founded
    )
}
