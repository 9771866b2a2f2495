//! What Slurm's commands print, read.
//!
//! Only plain text is read (`squeue -o`, `sacct -P`, `scontrol`): its forms have stayed the same over versions, while JSON came
//! late, needs plugins and changes with each version.

use super::shards::read_ranges;

/// What a cluster allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `MaxArraySize`: the index of a task is below it. 0 where arrays are turned off.
    pub array_size: u32,
    /// `max_array_tasks`: tasks of one array.
    pub array_tasks: u32,
    /// `MaxJobCount`: jobs of everybody that the controller holds.
    pub jobs: u32,
}

impl Default for Limits {
    /// What Slurm allows where its configuration says nothing.
    fn default() -> Limits {
        Limits {
            array_size: 1001,
            array_tasks: 1001,
            jobs: 10_000,
        }
    }
}

impl Limits {
    /// The limits in what `scontrol show config` prints.
    pub fn read(text: &str) -> Limits {
        let mut limits = Limits::default();
        let mut tasks = None;
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            let (key, value) = (key.trim(), value.trim());
            match key {
                "MaxArraySize" => limits.array_size = value.parse().unwrap_or(limits.array_size),
                "MaxJobCount" => limits.jobs = value.parse().unwrap_or(limits.jobs),
                "SchedulerParameters" => {
                    let of_tasks = value
                        .split(',')
                        .find_map(|part| part.trim().strip_prefix("max_array_tasks="));
                    tasks = of_tasks.and_then(|text| text.parse().ok());
                }
                _ => {}
            }
        }
        limits.array_tasks = tasks.unwrap_or(limits.array_size).min(limits.array_size.max(1));
        limits
    }
}

/// A job or a task of an array, as a command of Slurm showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The number of the job or array.
    pub job: String,
    /// The index in the array; `None` of a job that is no array.
    pub index: Option<u32>,
    /// The state: `PENDING`, `RUNNING`, `FAILED`, ...
    pub state: String,
    /// Why it waits, or why it ended; empty where Slurm gives no reason.
    pub reason: String,
    /// How it ended: exit code and signal.
    pub ended: Option<(i32, i32)>,
}

impl Task {
    /// Whether it has not ended: it runs, waits, or is on the way between the two.
    pub fn is_live(&self) -> bool {
        const ENDED: [&str; 11] = [
            "BOOT_FAIL",
            "CANCELLED",
            "COMPLETED",
            "DEADLINE",
            "FAILED",
            "LAUNCH_FAILED",
            "NODE_FAIL",
            "OUT_OF_MEMORY",
            "PREEMPTED",
            "REVOKED",
            "TIMEOUT",
        ];
        !ENDED.contains(&self.state.as_str())
    }

    /// Whether it waits to be started.
    pub fn waits(&self) -> bool {
        matches!(
            self.state.as_str(),
            "PENDING" | "REQUEUED" | "REQUEUE_HOLD" | "REQUEUE_FED" | "RESV_DEL_HOLD" | "SPECIAL_EXIT"
        )
    }
}

/// The tasks that a job number stands for: `12`, `12_3`, `12_[3,5-7%2]` (tasks that still wait together).
fn numbered(text: &str) -> Option<(String, Vec<Option<u32>>)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((job, index)) = text.split_once('_') else {
        // Parts of a heterogeneous job are `12+0`; a sweep has none.
        return is_number(text).then(|| (text.to_owned(), vec![None]));
    };
    let list = index.strip_prefix('[').map_or(index, |list| list.trim_end_matches(']'));
    let list = list.split('%').next().unwrap_or(list);
    let indexes = read_ranges(list)?;
    is_number(job).then(|| (job.to_owned(), indexes.into_iter().map(Some).collect()))
}

/// What `squeue -h -r -o '%i|%T|%r'` prints. Lines of another form (a header a cluster, warnings) are passed over.
pub fn read_squeue(text: &str) -> Vec<Task> {
    let mut tasks = Vec::new();
    for line in text.lines() {
        let mut parts = line.trim().splitn(3, '|');
        let (Some(number), Some(state)) = (parts.next(), parts.next()) else {
            continue;
        };
        let reason = parts.next().unwrap_or_default().trim().trim_matches(['(', ')']);
        let reason = if matches!(reason, "None" | "null") { "" } else { reason };
        let Some((job, indexes)) = numbered(number) else {
            continue;
        };
        tasks.extend(indexes.into_iter().map(|index| Task {
            job: job.clone(),
            index,
            state: state.trim().to_owned(),
            reason: reason.to_owned(),
            ended: None,
        }));
    }
    tasks
}

/// `3:0` as exit code and signal.
fn read_ending(text: &str) -> Option<(i32, i32)> {
    let (code, signal) = text.split_once(':')?;
    Some((code.parse().ok()?, signal.parse().ok()?))
}

/// What `sacct -X -n -P -o JobID,State,ExitCode` prints.
pub fn read_sacct(text: &str) -> Vec<Task> {
    let mut tasks = Vec::new();
    for line in text.lines() {
        let mut parts = line.trim().split('|');
        let (Some(number), Some(state)) = (parts.next(), parts.next()) else {
            continue;
        };
        let Some((job, indexes)) = numbered(number) else {
            continue;
        };
        let ended = parts.next().and_then(read_ending);
        // `CANCELLED by 1000`
        let mut words = state.splitn(2, ' ');
        let state = words.next().unwrap_or_default().trim_end_matches('+');
        let reason = words.next().unwrap_or_default();
        tasks.extend(indexes.into_iter().map(|index| Task {
            job: job.clone(),
            index,
            state: state.to_owned(),
            reason: reason.to_owned(),
            ended,
        }));
    }
    tasks
}

/// What `scontrol -o show job` prints, a job or task a line.
pub fn read_scontrol(text: &str) -> Vec<Task> {
    let mut tasks = Vec::new();
    for line in text.lines() {
        let value = |key: &str| {
            line.split_whitespace()
                .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
        };
        let (Some(job), Some(state)) = (value("JobId"), value("JobState")) else {
            continue;
        };
        let indexes = match value("ArrayTaskId") {
            None => vec![None],
            Some(list) => {
                let list = list.split('%').next().unwrap_or(list);
                let Some(indexes) = read_ranges(list) else { continue };
                indexes.into_iter().map(Some).collect()
            }
        };
        let reason = value("Reason").filter(|reason| *reason != "None").unwrap_or_default();
        tasks.extend(indexes.into_iter().map(|index| Task {
            job: value("ArrayJobId").unwrap_or(job).to_owned(),
            index,
            state: state.to_owned(),
            reason: reason.to_owned(),
            ended: value("ExitCode").and_then(read_ending),
        }));
    }
    tasks
}

/// The number, and the cluster where there are several, in what `sbatch --parsable` prints: `12` or `12;name`.
pub fn read_submitted(text: &str) -> Option<(String, Option<String>)> {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    let (job, cluster) = line
        .split_once(';')
        .map_or((line, None), |(job, cluster)| (job, Some(cluster)));
    let is_number = !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (job.to_owned(), cluster.map(str::to_owned)))
}
