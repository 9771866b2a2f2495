//! What is missing and not on its way is submitted; nothing else is.

use super::ask::{self, Refusal};
use super::jobs::{self, Jobs, Kind, Submission};
use super::script::{self, Script};
use super::shards::{Array, ranges, split};
use super::slurm::{Limits, Task};
use super::{Options, Standing, counted};
use crate::exit;
use crate::problem::Problem;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// What would be submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The number of shards.
    pub of: u32,
    /// Arrays, in order of shards.
    pub arrays: Vec<Array>,
    /// Shards with missing runs that are on their way already.
    pub live: BTreeSet<u32>,
    /// Jobs of this sweep that are live: what collects waits for them too.
    pub before: Vec<String>,
    /// Whether a job that collects is live already; one that will never start does not count.
    pub collecting: bool,
}

impl Plan {
    /// What is missing by `standing` and not live by `tasks`, in arrays that the cluster takes.
    pub fn of(standing: &Standing, jobs: &Jobs, tasks: &[Task], limits: &Limits) -> Plan {
        let of = standing.shards();
        let under_way = jobs.by_shard(tasks, of);
        let (live, missing): (Vec<u32>, Vec<u32>) = standing
            .incomplete()
            .into_iter()
            .partition(|shard| under_way.contains_key(shard));
        let of_kind = |task: &&Task, kind: Kind| jobs.of_task(task).is_some_and(|one| one.kind == kind);
        let mut before: Vec<String> = tasks
            .iter()
            .filter(|task| of_kind(task, Kind::Shards))
            .map(|task| task.job.clone())
            .collect();
        before.sort_unstable_by_key(|job| (job.len(), job.clone()));
        before.dedup();
        Plan {
            of,
            arrays: split(&missing, limits),
            live: live.into_iter().collect(),
            before,
            collecting: tasks
                .iter()
                .any(|task| of_kind(&task, Kind::Collect) && task.reason != "DependencyNeverSatisfied"),
        }
    }

    /// The number of tasks.
    pub fn tasks(&self) -> usize {
        self.arrays.iter().map(|array| array.shards.len()).sum()
    }

    /// Refuses what the cluster would not hold, before anything is submitted.
    ///
    /// # Errors
    /// Arrays are turned off, or the queue has not enough room.
    pub fn check(&self, limits: &Limits, in_queue: usize) -> Result<(), Refusal> {
        if limits.array_size < 2 {
            let problem = Problem::new("this cluster has turned job arrays off (MaxArraySize is 0)");
            return Err(Refusal::of_scheduler(problem.help(
                "run shards as single jobs with `kangcun sweep run FOLDER --shard i/n`: see docs/clusters.md",
            )));
        }
        let free = (limits.jobs as usize).saturating_sub(in_queue);
        // One more for the job that collects.
        if self.tasks() < free {
            return Ok(());
        }
        let problem = Problem::new(format!(
            "the queue has no room: {} and one that collects, while the cluster holds {} jobs (MaxJobCount) and has {in_queue}",
            counted(self.tasks(), "task"),
            limits.jobs
        ));
        Err(Refusal::of_scheduler(problem.help(
            "ask for fewer and longer tasks with --shards, or wait until jobs have ended",
        )))
    }
}

/// Checks the options that only the user can mend.
///
/// # Errors
/// A time that is none; an option of `sbatch` that would change what a shard is.
pub fn check(options: &Options) -> Result<(), Refusal> {
    const OURS: [&str; 12] = [
        "--array",
        "-a",
        "--wrap",
        "--chdir",
        "-D",
        "--parsable",
        "--test-only",
        "--wait",
        "-W",
        "--dependency",
        "-d",
        "--no-requeue",
    ];
    if let Some(time) = &options.time
        && script::seconds(time).is_none_or(|seconds| seconds == 0)
    {
        let problem = Problem::new(format!("`{time}` is no time limit"));
        return Err(Refusal::of_input(problem.help(
            "write minutes (90), hours:minutes:seconds (1:30:00) or days-hours (1-12)",
        )));
    }
    for word in &options.sbatch_args {
        let name = word.split('=').next().unwrap_or(word).trim();
        if OURS.contains(&name) {
            let problem = Problem::new(format!(
                "`{name}` cannot be given to sbatch here: the script sets it itself"
            ));
            return Err(Refusal::of_input(problem.help("leave it out of --sbatch-arg")));
        }
        if !word.starts_with('-') || word.contains(['\n', '\r']) {
            let problem = Problem::new(format!("`{word}` is no option of sbatch"));
            return Err(Refusal::of_input(
                problem.help("write --sbatch-arg=--qos=long, one option each time"),
            ));
        }
    }
    let words = [
        ("--partition", options.partition.as_deref()),
        ("--account", options.account.as_deref()),
        ("--mem", options.mem.as_deref()),
        ("--job-name", Some(&*options.job_name)),
    ];
    for (name, value) in words {
        if value.is_some_and(|value| value.is_empty() || value.contains(['\n', '\r'])) {
            return Err(Refusal::of_input(Problem::new(format!(
                "{name} needs a value of one line"
            ))));
        }
    }
    Ok(())
}

/// Submits a plan: writes each script, hands it to `sbatch`, and notes it before the next. Returns what was submitted.
///
/// # Errors
/// A folder or file that cannot be written; a script that the cluster refuses. What was submitted before stands in `jobs.jsonl`.
pub fn submit(
    folder: &Path,
    plan: &Plan,
    options: &Options,
    at: &str,
    argv: &[String],
) -> Result<Vec<Submission>, Refusal> {
    let scripts = Script::new(folder, options).map_err(Refusal::of_input)?;
    let mut number = jobs::next_script(folder);
    let mut done: Vec<Submission> = Vec::new();
    let mut one = |kind: Kind, text: &str, array: Option<&Array>, after: &[String]| {
        let ending = if kind == Kind::Collect { "-collect" } else { "" };
        let name = format!("jobs/{number:04}{ending}.sbatch");
        number += 1;
        let path = folder.join(&name);
        write(&path, text)?;
        let (job, cluster) = ask::submit(&path, folder, after)?;
        let submission = Submission {
            at: at.to_owned(),
            engine: "slurm".to_owned(),
            kind,
            job,
            cluster,
            shards: array.map(|array| ranges(&array.shards)).unwrap_or_default(),
            offset: array.map_or(0, |array| array.offset),
            of: plan.of,
            script: name,
            options: options.clone(),
            argv: argv.to_vec(),
        };
        jobs::add(folder, &submission)?;
        Ok(submission)
    };
    for array in &plan.arrays {
        match one(Kind::Shards, &scripts.of_shards(array, plan.of), Some(array), &[]) {
            Ok(submission) => done.push(submission),
            Err(refusal) => return Err(part_way(refusal, &done, plan)),
        }
    }
    let mut after = plan.before.clone();
    after.extend(done.iter().map(|submission| submission.job.clone()));
    let is_collected = done.is_empty() && plan.collecting;
    if !after.is_empty() && !is_collected {
        match one(Kind::Collect, &scripts.of_collecting(), None, &after) {
            Ok(submission) => done.push(submission),
            Err(refusal) => return Err(part_way(refusal, &done, plan)),
        }
    }
    Ok(done)
}

/// Says what was taken before the refusal.
fn part_way(refusal: Refusal, done: &[Submission], plan: &Plan) -> Refusal {
    if done.is_empty() {
        return refusal;
    }
    let jobs: Vec<&str> = done.iter().map(|one| one.job.as_str()).collect();
    refusal.help(format!(
        "{} of {} arrays were submitted before (jobs {}); `kangcun cluster resume` submits the rest, `kangcun cluster cancel` takes \
         them back",
        done.len(),
        plan.arrays.len(),
        jobs.join(", ")
    ))
}

/// Writes a script and brings it to the disk.
fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    let refuse = |error: std::io::Error, code| Refusal {
        problem: Box::new(Problem::new(format!("{} cannot be written: {error}", path.display()))),
        code,
    };
    let mut file = File::create(path).map_err(|error| refuse(error, exit::CANNOT_CREATE))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| refuse(error, exit::CANNOT_WRITE))
}

/// The scripts of a plan as they would be submitted, one after the other.
///
/// # Errors
/// A path that cannot be written in a script.
pub fn scripts(folder: &Path, plan: &Plan, options: &Options) -> Result<Vec<String>, Refusal> {
    let scripts = Script::new(folder, options).map_err(Refusal::of_input)?;
    let mut all: Vec<String> = plan
        .arrays
        .iter()
        .map(|array| scripts.of_shards(array, plan.of))
        .collect();
    if !all.is_empty() {
        all.push(scripts.of_collecting());
    }
    Ok(all)
}
