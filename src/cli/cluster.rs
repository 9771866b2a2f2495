//! `kangcun cluster`: a sweep handed to the scheduler of a cluster, watched, taken back and taken up again.

mod options;

use super::sweep::{Opened, forecast};
use super::{Common, Failure, now};
use crate::cluster::ask::{self, Refusal};
use crate::cluster::jobs::{self, Jobs, Kind};
use crate::cluster::live::{self, Report};
use crate::cluster::script::typed;
use crate::cluster::slurm::Limits;
use crate::cluster::submit::{self, Plan};
use crate::cluster::{Options, Standing, counted};
use crate::exit;
use crate::ledger::Folder;
use crate::ledger::records::Ledger;
use crate::problem::{Problem, Problems};
use clap::{Subcommand, ValueEnum};
use options::Given;
use std::path::{Path, PathBuf};

/// What is to be done with a sweep on a cluster.
#[derive(Subcommand, Debug)]
pub enum Asked {
    /// Freeze a sweep in its folder and submit what is missing and not on its way, and a job that collects
    Submit {
        /// A sweep: an id, a path ending in .toml, or the folder of one that was begun
        sweep: String,
        /// The scheduler
        #[arg(long, value_enum)]
        engine: Engine,
        #[command(flatten)]
        given: Box<Given>,
        /// Print the scripts, and write and submit nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Say what is done by the folder's own account, what the scheduler runs, and what is lost
    Status {
        /// The sweep or its folder
        sweep: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Cancel what still runs or waits; what was finished stays
    Cancel {
        /// The sweep or its folder
        sweep: String,
    },
    /// Submit again what is missing and not on its way, with the options of the last time but for those given
    Resume {
        /// The sweep or its folder
        sweep: String,
        #[command(flatten)]
        given: Box<Given>,
        /// Print the scripts, and write and submit nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// The schedulers that are spoken to; others are served by `kangcun sweep run --shard`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Slurm
    Slurm,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure {
            code: refusal.code,
            ..Failure::from(Problems::from(*refusal.problem))
        }
    }
}

/// Does it.
pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    match asked {
        Asked::Submit {
            sweep,
            engine: Engine::Slurm,
            given,
            dry_run,
        } => {
            let mut opened = Opened::of(sweep, common)?;
            let sweep = Sweep::of(&mut opened, *dry_run)?;
            let jobs = Jobs::read(&sweep.path)?;
            let options = given.options(None, &opened.sweep.id)?;
            let of = match (given.shards(), jobs.last()) {
                (Some(of), _) => of,
                (None, Some(last)) => last.of,
                (None, None) => shards(&opened, options.cpus)?,
            };
            hand_over(&sweep, &jobs, of, &options, *dry_run)
        }
        Asked::Resume { sweep, given, dry_run } => {
            let sweep = Sweep::begun(sweep, common)?;
            let jobs = Jobs::read(&sweep.path)?;
            let Some(last) = jobs.last() else {
                let problem = Problem::new(format!("nothing of `{}` was ever submitted", sweep.path.display()));
                let help = format!(
                    "`kangcun cluster submit {} --engine slurm` does it for the first time",
                    typed(&sweep.path)
                );
                return Err(Problems::from(problem.help(help)).into());
            };
            let options = given.options(Some(&last.options), &last.options.job_name)?;
            hand_over(&sweep, &jobs, given.shards().unwrap_or(last.of), &options, *dry_run)
        }
        Asked::Status { sweep, json } => status(&Sweep::begun(sweep, common)?, *json),
        Asked::Cancel { sweep } => cancel(&Sweep::begun(sweep, common)?),
    }
}

/// A sweep as far as a cluster has to do with it.
struct Sweep {
    /// Its folder, absolute.
    path: PathBuf,
    /// Runs of each shard for a number of shards that are missing, and the other counts.
    folder: Option<Folder>,
    counts: crate::study::sweep::plan::Counts,
}

impl Sweep {
    /// Frozen now, unless it is only looked at.
    fn of(opened: &mut Opened, look: bool) -> Result<Sweep, Failure> {
        let path = absolute(&opened.path)?;
        let counts = opened.counts;
        let folder = if look && opened.folder.is_none() && !Folder::is(&opened.path) {
            None
        } else {
            let (folder, _) = opened.freeze(false)?;
            Some(folder)
        };
        let counts = folder.as_ref().map_or(counts, |folder| *folder.counts());
        Ok(Sweep { path, folder, counts })
    }

    /// One that lies in its folder already.
    fn begun(sweep: &str, common: &Common) -> Result<Sweep, Failure> {
        let opened = Opened::of(sweep, common)?;
        let (folder, _) = opened.begun()?;
        Ok(Sweep {
            path: absolute(folder.path())?,
            counts: *folder.counts(),
            folder: Some(folder),
        })
    }

    /// How far it is, in `of` shards.
    fn standing(&self, of: u32) -> Result<Standing, Failure> {
        let runs = self.counts.runs();
        let Some(folder) = &self.folder else {
            let missing = (1..=of as usize).map(|shard| self.counts.shard(shard, of as usize).len() as u64);
            return Ok(Standing {
                planned: runs as u64,
                done: 0,
                failed: 0,
                missing: missing.collect(),
            });
        };
        let ledger = Ledger::read(folder)?;
        let tally = ledger.tally();
        let missing = ledger.missing_by_shard(folder, of as usize);
        Ok(Standing {
            planned: tally.planned as u64,
            done: tally.done as u64,
            failed: tally.failed as u64,
            missing: missing.into_iter().map(|runs| runs as u64).collect(),
        })
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| {
        let problem = Problem::new(format!("{} has no absolute path: {error}", path.display()));
        Problems::from(problem).into()
    })
}

/// Minutes that a shard takes if nothing else is said.
const SHARD_MINUTES: f64 = 20.0;

/// Shards of about twenty minutes each by the forecast, in round numbers, at most one a scenario.
fn shards(opened: &Opened, cpus: u32) -> Result<u32, Failure> {
    let most = opened.counts.cells().clamp(1, u32::MAX as usize) as u32;
    let Some(forecast) = forecast::measure(opened)? else {
        return Ok(most.min(16));
    };
    let wanted = forecast.core_hours * 60.0 / SHARD_MINUTES / f64::from(cpus);
    Ok(round(wanted).min(most))
}

/// The next of 1, 2, 5, 10, 20, 50, ... so that a forecast that differs a little gives the same number.
fn round(wanted: f64) -> u32 {
    let mut ten = 1_u32;
    loop {
        for step in [1, 2, 5] {
            if f64::from(ten * step) >= wanted || ten >= 100_000_000 {
                return ten * step;
            }
        }
        ten *= 10;
    }
}

/// Submits what is missing and not on its way.
fn hand_over(sweep: &Sweep, jobs: &Jobs, of: u32, options: &Options, dry_run: bool) -> Result<(), Failure> {
    submit::check(options)?;
    let folder = &sweep.path;
    if dry_run {
        // Without a scheduler at hand the script can be looked at all the same.
        let limits = ask::limits().unwrap_or_else(|_| {
            eprintln!("kangcun: Slurm could not be asked for its limits; arrays are made for MaxArraySize 1001");
            Limits::default()
        });
        let tasks = live::tasks(jobs).unwrap_or_default();
        let plan = Plan::of(&sweep.standing(of)?, jobs, &tasks, &limits);
        let scripts = submit::scripts(folder, &plan, options)?;
        say_on!("{}", scripts.join("\n"));
        eprintln!(
            "kangcun: {} in {}; nothing was written or submitted",
            counted(plan.tasks(), "task"),
            counted(plan.arrays.len(), "array")
        );
        return Ok(());
    }
    jobs::folder_for_files(&folder.join("jobs"))?;
    jobs::folder_for_files(&folder.join("logs"))?;
    let _lock = jobs::lock(folder)?;
    // Read again: somebody may have submitted before the lock was had.
    let jobs = Jobs::read(folder)?;
    // First the queue, then the folder: what ends in between is done, and not taken for lost.
    let tasks = live::tasks(&jobs)?;
    let standing = sweep.standing(of)?;
    let otherwise = |task: &&crate::cluster::slurm::Task| {
        let one = jobs.of_task(task);
        one.is_some_and(|one| one.kind == Kind::Shards && one.of != of)
    };
    if let Some(task) = tasks.iter().find(otherwise) {
        let other = jobs.of_task(task).map_or(0, |one| one.of);
        let problem = Problem::new(format!(
            "job {} of this sweep is still live and knows {other} shards, not {of}",
            task.job
        ));
        let help = format!(
            "leave out --shards, or `kangcun cluster cancel {}` first",
            typed(folder)
        );
        return Err(Refusal::of_input(problem.help(help)).into());
    }
    let limits = ask::limits()?;
    let plan = Plan::of(&standing, &jobs, &tasks, &limits);
    if plan.tasks() > 0 {
        plan.check(&limits, ask::jobs_in_queue()?)?;
    }
    let argv: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let done = submit::submit(folder, &plan, options, &now(), &argv)?;
    for one in &done {
        match one.kind {
            Kind::Shards => say!("array {}: shards {} of {of} ({})", one.job, one.shards, one.script),
            Kind::Collect => say!("job {}: collects when they have ended ({})", one.job, one.script),
        }
    }
    let shown = typed(folder);
    if plan.tasks() == 0 {
        match (plan.live.len(), standing.all_missing()) {
            (0, 0) if standing.failed == 0 => say!("nothing is missing; kangcun sweep collect {shown} makes the table"),
            (0, 0) => say!(
                "nothing is missing; {} runs failed: kangcun sweep status {shown}",
                standing.failed
            ),
            (live, _) => say!(
                "nothing to submit: {} with missing runs, on the way already",
                counted(live, "shard")
            ),
        }
    } else {
        say!(
            "{} submitted, {} on the way before; kangcun cluster status {shown}",
            counted(plan.tasks(), "task"),
            plan.live.len()
        );
    }
    Ok(())
}

/// Says how far a sweep is; ends with 1 where not everything is done.
fn status(sweep: &Sweep, json: bool) -> Result<(), Failure> {
    let jobs = Jobs::read(&sweep.path)?;
    // First the queue, then the folder: what ends in between is done, and not taken for lost.
    let tasks = live::tasks(&jobs);
    let standing = sweep.standing(jobs.last().map_or(1, |last| last.of))?;
    let report = Report::make(&standing, &jobs, tasks);
    if json {
        say!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        for line in report.lines(&typed(&sweep.path)) {
            say!("{line}");
        }
    }
    if report.is_complete() {
        return Ok(());
    }
    let left = report.planned - report.done;
    Err(Failure::new(
        format!("kangcun: {left} of {} runs are not done", report.planned),
        exit::FAILED,
    ))
}

/// Cancels what is live.
fn cancel(sweep: &Sweep) -> Result<(), Failure> {
    let jobs = Jobs::read(&sweep.path)?;
    let tasks = live::tasks(&jobs)?;
    let is_live = |job: &ask::Job| tasks.iter().any(|task| task.job == job.0);
    let numbers: Vec<ask::Job> = jobs.numbers().into_iter().filter(is_live).collect();
    if numbers.is_empty() {
        say!("nothing of this sweep runs or waits");
        return Ok(());
    }
    ask::cancel(&numbers)?;
    let shown: Vec<&str> = numbers.iter().map(|(number, _)| number.as_str()).collect();
    say!(
        "cancelled {} of {} {}; finished runs are kept",
        counted(tasks.len(), "task"),
        if shown.len() == 1 { "job" } else { "jobs" },
        shown.join(", ")
    );
    say!("kangcun cluster resume {} goes on", typed(&sweep.path));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn numbers_of_shards_are_round() {
        let rounded: Vec<u32> = [0.0, 0.3, 1.1, 4.0, 5.1, 31.0, 99.0, 101.0, 4321.0]
            .into_iter()
            .map(round)
            .collect();
        assert_eq!(rounded, [1, 1, 2, 5, 10, 50, 100, 200, 5000]);
    }
}
