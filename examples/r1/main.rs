//! The reference workload R1 on the engine's own parts: `r1 PERSONS YEARS SEED`.
//!
//! R1 is a reduced model of illness, care, insurance and household budgets, small enough to be written in any simulation
//! framework and fixed in the distribution of its outputs, so that frameworks can be compared by speed. Prints one CSV row
//! a year and the process's CPU seconds for founding and simulating.

mod workload;

use clap::Parser;
use kangcun::lanes::Level;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write;
use workload::World;

/// The reference workload R1.
#[derive(Parser)]
struct Arguments {
    /// People at the start, in households of four.
    persons: usize,
    /// Years to simulate.
    years: u32,
    /// The seed of all luck.
    seed: u64,
    /// Threads; the output does not depend on them.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Vector instructions (portable, avx2, avx512), the widest of this machine unless given; the output does not depend
    /// on them.
    #[arg(long)]
    level: Option<String>,
}

/// CPU seconds that this process has taken on all its threads.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let level = arguments.level.map_or_else(Level::detect, |name| {
        Level::named(&name).unwrap_or_else(|| panic!("this machine has no level {name}"))
    });
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build();
    let threads = threads.expect("threads to start");

    let mut out = std::io::stdout().lock();
    let start = cpu_seconds();
    let mut world = World::found(arguments.persons, arguments.seed);
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
