//! Who was asked for what: `jobs.jsonl` in the sweep's folder, a line a submission, only ever added to.
//!
//! A line is on the disk before the next job is submitted. Should the machine fail between a submission and its line, the tasks
//! run all the same and what they finish counts; their shards may be submitted once more, which is safe.

use super::Options;
use super::ask::{Job, Refusal};
use super::shards::read_ranges;
use super::slurm::Task;
use crate::exit;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a job is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An array of shards.
    Shards,
    /// The one that collects.
    Collect,
}

/// A job that was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// When, in UTC.
    pub at: String,
    /// The scheduler: `slurm`.
    pub engine: String,
    /// What for.
    pub kind: Kind,
    /// The number that the scheduler gave it.
    pub job: String,
    /// The cluster, where the scheduler has several.
    pub cluster: Option<String>,
    /// The shards, as ranges; empty for the collecting job.
    pub shards: String,
    /// The shard of the task with index 0.
    pub offset: u32,
    /// The number of shards of the sweep.
    pub of: u32,
    /// The script, under the sweep's folder.
    pub script: String,
    /// What was asked for.
    pub options: Options,
    /// The command line that submitted it.
    pub argv: Vec<String>,
}

impl Submission {
    /// Its number and cluster.
    pub fn job(&self) -> Job {
        (self.job.clone(), self.cluster.clone())
    }
}

/// All submissions of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jobs {
    /// Oldest first.
    pub list: Vec<Submission>,
    /// Lines that cannot be read: cut off by a failure of the machine.
    pub unreadable: usize,
}

/// The file in a sweep's folder.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("jobs.jsonl")
}

fn refused(what: &str, path: &Path, error: &std::io::Error, code: u8) -> Refusal {
    Refusal {
        problem: Box::new(Problem::new(format!("{} cannot be {what}: {error}", path.display()))),
        code,
    }
}

impl Jobs {
    /// What was submitted for the sweep in `folder`; nothing where there is no file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(folder: &Path) -> Result<Jobs, Refusal> {
        let path = path(folder);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Jobs::default()),
            Err(error) => return Err(refused("read", &path, &error, exit::BAD_INPUT)),
        };
        let mut jobs = Jobs::default();
        for line in String::from_utf8_lossy(&bytes)
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            match serde_json::from_str(line) {
                Ok(one) => jobs.list.push(one),
                Err(_) => jobs.unreadable += 1,
            }
        }
        Ok(jobs)
    }

    /// The jobs by number and cluster.
    pub fn numbers(&self) -> Vec<Job> {
        self.list.iter().map(Submission::job).collect()
    }

    /// The last submission of shards: its number of shards and its options hold for what follows.
    pub fn last(&self) -> Option<&Submission> {
        self.list.iter().rev().find(|one| one.kind == Kind::Shards)
    }

    /// The submission that a task belongs to.
    pub fn of_task(&self, task: &Task) -> Option<&Submission> {
        self.list.iter().rev().find(|one| one.job == task.job)
    }

    /// The shards among `of` that tasks are for, each with its tasks.
    pub fn by_shard<'a>(&self, tasks: &'a [Task], of: u32) -> BTreeMap<u32, Vec<&'a Task>> {
        let mut shards: BTreeMap<u32, Vec<&Task>> = BTreeMap::new();
        for task in tasks {
            let Some(one) = self.of_task(task) else { continue };
            if one.kind != Kind::Shards || one.of != of {
                continue;
            }
            // A job that was not yet split into its tasks stands for all of them.
            let all = match task.index {
                Some(index) => vec![one.offset + index],
                None => read_ranges(&one.shards).unwrap_or_default(),
            };
            for shard in all {
                shards.entry(shard).or_default().push(task);
            }
        }
        shards
    }
}

/// Adds a line and brings it to the disk.
///
/// # Errors
/// The file cannot be written.
pub fn add(folder: &Path, one: &Submission) -> Result<(), Refusal> {
    let path = path(folder);
    append(&path, one).map_err(|error| {
        let help = format!("job {} was submitted; cancel it with `scancel {}`", one.job, one.job);
        refused("written", &path, &error, exit::CANNOT_WRITE).help(help)
    })
}

fn append(path: &Path, one: &Submission) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut line = serde_json::to_vec(one)?;
    line.push(b'\n');
    // A line that a failure has cut off is closed, so that it does not swallow this one.
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            line.insert(0, b'\n');
        }
    }
    file.write_all(&line)?;
    file.sync_all()
}

/// Keeps two submissions of a sweep from doing the same thing at once; ends when dropped. Where the file system has no locks, both
/// go on, which costs time and no result.
///
/// # Errors
/// Another one holds it.
pub fn lock(folder: &Path) -> Result<Option<File>, Refusal> {
    let path = folder.join("jobs").join(".lock");
    let file = File::create(&path).map_err(|error| refused("made", &path, &error, exit::CANNOT_CREATE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => {
            let problem = Problem::new("another command is submitting this sweep at this moment");
            Err(Refusal::of_scheduler(problem.help(
                "wait until it has ended; `kangcun cluster status` shows what it did",
            )))
        }
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}

/// Makes a folder, which may be there already, and tries that files can be made in it.
///
/// # Errors
/// It cannot be made or written in.
pub fn folder_for_files(path: &Path) -> Result<(), Refusal> {
    fs::create_dir_all(path).map_err(|error| refused("made", path, &error, exit::CANNOT_CREATE))?;
    tempfile::tempfile_in(path).map_err(|error| refused("written in", path, &error, exit::CANNOT_CREATE))?;
    Ok(())
}

/// The number of the next script in `folder`: one more than the highest there is.
pub fn next_script(folder: &Path) -> u32 {
    let entries = fs::read_dir(folder.join("jobs")).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.split(['-', '.']).next()?.parse::<u32>().ok()
    });
    numbers.max().unwrap_or(0) + 1
}
