//! Sweeps on a cluster: scripts for its scheduler, who was asked for what, and what has become of it.
//!
//! The scheduler is never believed. What is done is what lies in the sweep's folder; Slurm only says what still runs or waits. So a
//! lost node, a cancelled task or a job that ended well without a result come to the same thing: runs that are missing and are not
//! on their way, which `kangcun cluster resume` submits again. Nothing here knows the model; what it needs of a sweep is
//! a [`Standing`].

pub mod ask;
pub mod jobs;
pub mod live;
mod outside;
pub mod script;
pub mod shards;
pub mod slurm;
pub mod submit;
mod words;

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How far a sweep is, as its own folder says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Runs planned.
    pub planned: u64,
    /// Runs done, failing ones not counted.
    pub done: u64,
    /// Runs that were lived and failed, with a record of why.
    pub failed: u64,
    /// Runs that are missing, shard by shard from the first.
    pub missing: Vec<u64>,
}

impl Standing {
    /// Runs that are missing.
    pub fn all_missing(&self) -> u64 {
        self.missing.iter().sum()
    }

    /// The number of shards.
    pub fn shards(&self) -> u32 {
        self.missing.len() as u32
    }

    /// Shards with a missing run, counted from 1.
    pub fn incomplete(&self) -> Vec<u32> {
        let shards = (1..).zip(&self.missing);
        shards
            .filter(|(_, missing)| **missing > 0)
            .map(|(shard, _)| shard)
            .collect()
    }
}

/// What is asked of the cluster for each task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The partition; the cluster's own if not said.
    pub partition: Option<String>,
    /// The account that pays.
    pub account: Option<String>,
    /// The time limit of a task, as Slurm writes it: minutes, `hours:minutes:seconds`, `days-hours`, ...
    pub time: Option<String>,
    /// Memory of a task, such as `4G`.
    pub mem: Option<String>,
    /// Cores of a task; its threads.
    pub cpus: u32,
    /// Tasks of an array that run at once.
    pub array_limit: Option<u32>,
    /// The name of the jobs.
    pub job_name: String,
    /// Seconds before the time limit at which a task is told to finish the runs in flight.
    pub notice_seconds: u32,
    /// Further options of `sbatch`.
    pub sbatch_args: Vec<String>,
    /// Lines of shell before the program is started.
    pub prologue: String,
    /// The program.
    pub program: PathBuf,
}

/// A number of things, in words: `1 task`, `3 tasks`.
///
/// ```
/// # use kangcun::cluster::counted;
/// assert_eq!([counted(1, "task"), counted(3, "task")], ["1 task", "3 tasks"]);
/// ```
pub fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Times that a task asks to be started again when its time limit is near.
pub const RESTARTS: u32 = 3;
