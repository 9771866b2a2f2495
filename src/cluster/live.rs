//! What has become of a sweep on a cluster: its folder says what is done, the scheduler what is on its way.

use super::ask::{self, Refusal};
use super::jobs::{Jobs, Kind, Submission};
use super::shards::{ranges, read_ranges};
use super::slurm::Task;
use super::words;
use super::{Standing, counted};
use serde::Serialize;
use std::collections::BTreeMap;

/// What becomes of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// No run is missing.
    Complete,
    /// A task lives it.
    Running,
    /// A task waits.
    Waiting,
    /// Runs are missing, and the scheduler could not be asked whether they are on their way.
    Unknown,
    /// It was never submitted.
    New,
    /// It was submitted, runs are missing, and nothing is on its way.
    Lost,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            State::Complete => "complete",
            State::Running => "running",
            State::Waiting => "waiting",
            State::Unknown => "incomplete",
            State::New => "not submitted",
            State::Lost => "lost",
        }
    }
}

/// A shard that is not complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shard {
    /// Its number, from 1.
    pub shard: u32,
    /// Runs missing.
    pub missing: u64,
    /// What becomes of it.
    pub state: State,
    /// The task that runs, waits or was the last, such as `12_3`.
    pub task: Option<String>,
    /// Slurm's reason to wait, or its word for how the task ended.
    pub reason: Option<String>,
    /// The same in plain words.
    pub meaning: Option<String>,
    /// The log of the task, under the sweep's folder.
    pub log: Option<String>,
}

/// A live job that collects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Collecting {
    /// Its number.
    pub job: String,
    /// Slurm's state.
    pub state: String,
    /// Slurm's reason to wait.
    pub reason: String,
}

/// What has become of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Runs planned.
    pub planned: u64,
    /// Runs done.
    pub done: u64,
    /// Runs that were lived and failed.
    pub failed: u64,
    /// Runs missing.
    pub missing: u64,
    /// The number of shards.
    pub of: u32,
    /// Shards by state.
    pub shards: BTreeMap<&'static str, u32>,
    /// Those that are not complete.
    pub incomplete: Vec<Shard>,
    /// Live jobs that collect.
    pub collecting: Vec<Collecting>,
    /// Why the scheduler could not be asked.
    pub not_asked: Option<String>,
    /// Jobs that were ever submitted.
    pub submitted: usize,
    /// Lines of `jobs.jsonl` that cannot be read.
    pub unreadable_lines: usize,
}

/// The words for a task: `12_3`.
fn name(task: &Task) -> String {
    task.index
        .map_or_else(|| task.job.clone(), |index| format!("{}_{index}", task.job))
}

/// The log of a task of an array.
fn log(task: &Task) -> Option<String> {
    task.index.map(|_| format!("logs/{}.log", name(task)))
}

/// The submissions that have brought the shards last, each shard with its own.
fn last_for<'a>(jobs: &'a Jobs, shards: &[u32], of: u32) -> BTreeMap<u32, &'a Submission> {
    let mut last = BTreeMap::new();
    for one in jobs.list.iter().filter(|one| one.kind == Kind::Shards && one.of == of) {
        for shard in read_ranges(&one.shards).unwrap_or_default() {
            if shards.binary_search(&shard).is_ok() {
                last.insert(shard, one);
            }
        }
    }
    last
}

/// What is live of the sweep's jobs.
///
/// # Errors
/// The scheduler cannot be asked.
pub fn tasks(jobs: &Jobs) -> Result<Vec<Task>, Refusal> {
    if jobs.list.is_empty() {
        return Ok(Vec::new());
    }
    ask::live(&jobs.numbers())
}

impl Report {
    /// Holds what is live by the scheduler's word, or why it does not say, against the folder's own account. How lost tasks ended is
    /// asked of it only where there are some.
    pub fn make(standing: &Standing, jobs: &Jobs, live: Result<Vec<Task>, Refusal>) -> Report {
        match live {
            Ok(tasks) => {
                let under_way = jobs.by_shard(&tasks, standing.shards());
                let mut lost = standing.incomplete();
                lost.retain(|shard| !under_way.contains_key(shard));
                let mut last: Vec<ask::Job> = last_for(jobs, &lost, standing.shards())
                    .values()
                    .map(|one| one.job())
                    .collect();
                last.sort_unstable();
                last.dedup();
                let ended = if last.is_empty() { Vec::new() } else { ask::ended(&last) };
                Report::of(standing, jobs, Ok(&tasks), &ended)
            }
            Err(refusal) => Report::of(standing, jobs, Err(refusal.problem.title().to_owned()), &[]),
        }
    }

    /// The report from what is `live` (or why that is not known) and how tasks `ended`.
    pub fn of(standing: &Standing, jobs: &Jobs, live: Result<&[Task], String>, ended: &[Task]) -> Report {
        let of = standing.shards();
        let tasks = live.as_ref().map_or(&[][..], |tasks| tasks);
        let under_way = jobs.by_shard(tasks, of);
        let ended = jobs.by_shard(ended, of);
        let missing = standing.incomplete();
        let last = last_for(jobs, &missing, of);
        let shard = |shard: u32| {
            let mut one = Shard {
                shard,
                missing: standing.missing[shard as usize - 1],
                state: State::Lost,
                task: None,
                reason: None,
                meaning: None,
                log: None,
            };
            if let Some(tasks) = under_way.get(&shard) {
                // A task that runs says more than one that waits.
                let task = tasks.iter().find(|task| !task.waits()).or(tasks.first());
                if let Some(task) = task {
                    one.state = if task.waits() { State::Waiting } else { State::Running };
                    one.task = Some(name(task));
                    one.log = log(task);
                    one.reason = task.waits().then(|| task.reason.clone());
                    one.meaning = task.waits().then(|| words::waiting(&task.reason).why.to_owned());
                }
            } else if let Some(&submission) = last.get(&shard) {
                let task = Task {
                    job: submission.job.clone(),
                    index: Some(shard - submission.offset),
                    state: String::new(),
                    reason: String::new(),
                    ended: None,
                };
                one.task = Some(name(&task));
                one.log = log(&task);
                let own = |known: &&&Task| known.job == task.job;
                if live.is_err() {
                    one.state = State::Unknown;
                } else if let Some(known) = ended.get(&shard).and_then(|all| all.iter().rev().find(own)) {
                    one.reason = Some(known.state.clone());
                    one.meaning = Some(words::ending(known));
                }
            } else {
                one.state = State::New;
            }
            one
        };
        let incomplete: Vec<Shard> = missing.iter().map(|&number| shard(number)).collect();
        let mut shards = BTreeMap::from([(State::Complete.name(), of - incomplete.len() as u32)]);
        for one in &incomplete {
            *shards.entry(one.state.name()).or_default() += 1;
        }
        let of_collecting = |task: &&Task| jobs.of_task(task).is_some_and(|one| one.kind == Kind::Collect);
        let collecting = tasks.iter().filter(of_collecting).map(|task| Collecting {
            job: task.job.clone(),
            state: task.state.clone(),
            reason: task.reason.clone(),
        });
        Report {
            planned: standing.planned,
            done: standing.done,
            failed: standing.failed,
            missing: standing.all_missing(),
            of,
            shards,
            incomplete,
            collecting: collecting.collect(),
            not_asked: live.err(),
            submitted: jobs.list.len(),
            unreadable_lines: jobs.unreadable,
        }
    }

    /// Whether every run is done.
    pub fn is_complete(&self) -> bool {
        self.done == self.planned
    }

    /// Shards in a state.
    fn number(&self, state: State) -> u32 {
        self.shards.get(state.name()).copied().unwrap_or_default()
    }

    /// The report for a person: counts, why shards wait, how lost ones ended, and what to do. `sweep` is the folder's name in
    /// commands.
    pub fn lines(&self, sweep: &str) -> Vec<String> {
        let mut lines = vec![format!(
            "runs    {} planned: {} done, {} failed, {} missing",
            self.planned, self.done, self.failed, self.missing
        )];
        let order = [
            State::Complete,
            State::Running,
            State::Waiting,
            State::Unknown,
            State::New,
            State::Lost,
        ];
        let counts = order.iter().map(|state| (state, self.number(*state)));
        let counts: Vec<String> = counts
            .filter(|(_, number)| *number > 0)
            .map(|(state, number)| format!("{number} {}", state.name()))
            .collect();
        lines.push(format!("shards  {}: {}", self.of, counts.join(", ")));
        if let Some(why) = &self.not_asked {
            lines.push(format!("the queue could not be asked: {why}"));
        }
        if self.unreadable_lines > 0 {
            lines.push(format!(
                "{} of jobs.jsonl cannot be read: what was submitted there is not known here",
                counted(self.unreadable_lines, "line")
            ));
        }
        lines.extend(self.grouped(State::Waiting));
        for one in &self.collecting {
            let why = words::waiting(&one.reason);
            let waits = if one.state == "PENDING" {
                format!(" ({}: {})", one.reason, why.why)
            } else {
                String::new()
            };
            lines.push(format!(
                "collecting: job {} {}{waits}",
                one.job,
                one.state.to_lowercase()
            ));
            if !why.help.is_empty() {
                lines.push(format!("  do: {}", why.help));
            }
        }
        lines.extend(self.grouped(State::Lost));
        lines.extend(self.advice(sweep));
        lines
    }

    /// Shards of a state by their reason.
    fn grouped(&self, state: State) -> Vec<String> {
        let mut groups: BTreeMap<(&str, &str), Vec<&Shard>> = BTreeMap::new();
        for one in self.incomplete.iter().filter(|one| one.state == state) {
            let reason = one.reason.as_deref().unwrap_or("");
            let meaning = one
                .meaning
                .as_deref()
                .unwrap_or("Slurm does not know it any more: cancelled while it waited, or ended some time ago");
            groups.entry((reason, meaning)).or_default().push(one);
        }
        let mut lines = Vec::new();
        for ((reason, meaning), shards) in groups {
            let numbers: Vec<u32> = shards.iter().map(|one| one.shard).collect();
            let reason = if reason.is_empty() {
                String::new()
            } else {
                format!("{reason}: ")
            };
            lines.push(format!(
                "{} {} {}: {reason}{meaning}",
                state.name(),
                if numbers.len() == 1 { "shard" } else { "shards" },
                ranges(&numbers)
            ));
            if state == State::Waiting {
                let help = words::waiting(shards[0].reason.as_deref().unwrap_or("")).help;
                if !help.is_empty() {
                    lines.push(format!("  do: {help}"));
                }
            } else {
                let logs = shards.iter().filter_map(|one| one.log.as_deref()).take(3);
                lines.push(format!("  logs: {}", logs.collect::<Vec<_>>().join(" ")));
            }
        }
        lines
    }

    /// What to do next.
    fn advice(&self, sweep: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if self.number(State::Lost) + self.number(State::New) > 0 {
            lines.push(match self.submitted {
                0 => format!("do: kangcun cluster submit {sweep} --engine slurm"),
                _ => format!("do: kangcun cluster resume {sweep}"),
            });
        }
        if self.failed > 0 {
            lines.push(format!(
                "do: kangcun sweep status {sweep} tells why runs failed; kangcun sweep retry {sweep} lives them again"
            ));
        }
        if self.is_complete() && self.collecting.is_empty() {
            lines.push(format!(
                "complete; kangcun sweep collect {sweep} makes the table, if it is not there"
            ));
        }
        lines
    }
}
