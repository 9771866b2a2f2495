//! `kangcun sweep`: many worlds said in one file, lived by any number of processes, gathered into one table.

mod asked;
mod collect;
pub mod forecast;
mod plan;
mod replay;
mod run;
mod status;
mod verify;

use super::{Common, Failure};
use crate::ledger::Fault;
use clap::Subcommand;
use std::path::PathBuf;

pub use asked::Opened;

/// What is to be done with a sweep.
#[derive(Subcommand, Debug)]
pub enum Asked {
    /// Say which runs there would be, and what they would take in time, memory and disk, from a pilot that is measured
    Plan {
        /// A sweep: an id such as `premium-and-cover`, a path ending in .toml, or the folder of one that was begun
        sweep: String,
        /// As JSON
        #[arg(long, conflicts_with = "csv")]
        json: bool,
        /// Every run as comma-separated values, without a pilot
        #[arg(long)]
        csv: bool,
        /// Measure no pilot
        #[arg(long)]
        no_pilot: bool,
    },
    /// Live what is missing, on all cores; the same command goes on after an interruption
    Run(run::Words),
    /// Say what is done, failed and missing
    Status {
        /// The sweep or its folder
        sweep: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Live again the runs that failed
    Retry(run::Words),
    /// Live a random sample of the runs that are done once more and compare to the last bit
    Verify {
        /// The sweep or its folder
        sweep: String,
        /// How many runs
        #[arg(long, default_value_t = 10, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
        sample: u32,
        /// Which sample: another number draws other runs
        #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
        pick: u64,
    },
    /// Gather all runs into one table
    Collect {
        /// The sweep or its folder
        sweep: String,
        /// Write what there is, and label what is missing or failed
        #[arg(long)]
        partial: bool,
    },
    /// Live one run alone, print its rows, and hold them against what was saved
    Replay {
        /// The sweep or its folder
        sweep: String,
        /// The number of the run, as in the table
        run: usize,
    },
}

/// Does it.
pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    match asked {
        Asked::Plan {
            sweep,
            json,
            csv,
            no_pilot,
        } => plan::run(sweep, [*json, *csv, *no_pilot], common),
        Asked::Run(words) => run::run(words, run::What::Missing, common),
        Asked::Retry(words) => run::run(words, run::What::Failed, common),
        Asked::Status { sweep, json } => status::run(sweep, *json, common),
        Asked::Verify { sweep, sample, pick } => verify::run(sweep, *sample as usize, *pick, common),
        Asked::Collect { sweep, partial } => collect::run(sweep, *partial, common),
        Asked::Replay { sweep, run } => replay::run(sweep, *run, common),
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        let code = fault.exit_code();
        match fault {
            Fault::Input(problems) => Failure::from(problems),
            Fault::Output(error) => Failure::from(error),
            Fault::Write { .. } => Failure::new(format!("error: {fault}"), code),
            Fault::Incomplete(message) | Fault::Differ(message) => Failure::new(message, code),
        }
    }
}

/// Where a sweep called `id` lies if nothing else is said.
pub fn usual_folder(id: &str, common: &Common) -> PathBuf {
    common.out.clone().unwrap_or_else(|| PathBuf::from("outputs").join(id))
}
