//! Slurm's commands, asked; and what they refuse, said with their own words and the way out.

use super::outside::{self, Answer, Silence};
use super::slurm::{Limits, Task, read_sacct, read_scontrol, read_squeue, read_submitted};
use crate::exit;
use crate::problem::Problem;
use std::path::Path;
use std::time::Duration;

/// A job: its number, and the cluster that it was given to where there are several.
pub type Job = (String, Option<String>);

/// How long `squeue`, `sacct` and `scontrol` may take.
const ASKING: Duration = Duration::from_mins(1);
/// How long `sbatch` may take; it tries again by itself while the controller is busy.
const SUBMITTING: Duration = Duration::from_mins(5);
/// How long `scancel` may take; it tries again for minutes where a job is in transition.
const CANCELLING: Duration = Duration::from_secs(30);

/// Why the scheduler did not do what was asked of it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What happened and what to do.
    pub problem: Box<Problem>,
    /// The exit code of a command that ends with it.
    pub code: u8,
}

impl Refusal {
    /// A refusal of the scheduler, or a scheduler that cannot be asked.
    pub fn of_scheduler(problem: Problem) -> Refusal {
        Refusal {
            problem: Box::new(problem),
            code: exit::UNAVAILABLE,
        }
    }

    /// The same with another way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Refusal {
        *self.problem = self.problem.help(text);
        self
    }

    /// An option or input that cannot be.
    pub fn of_input(problem: Problem) -> Refusal {
        Refusal {
            problem: Box::new(problem),
            code: exit::BAD_INPUT,
        }
    }
}

/// What a sweep may ask of the cluster, from its configuration.
///
/// # Errors
/// `scontrol` is missing or the controller does not answer.
pub fn limits() -> Result<Limits, Refusal> {
    let answer = asked("scontrol", &["show", "config"], None, ASKING)?;
    Ok(Limits::read(&answer.out))
}

/// Jobs of everybody in the queue, as far as they are shown to us.
///
/// # Errors
/// `squeue` is missing or the controller does not answer.
pub fn jobs_in_queue() -> Result<usize, Refusal> {
    let answer = asked("squeue", &["-h", "-r", "-o", "%i"], None, ASKING)?;
    Ok(answer.out.lines().count())
}

/// Those of the jobs that have not ended. Jobs are grouped by the cluster that they were given to.
///
/// # Errors
/// `squeue` is missing or the controller does not answer.
pub fn live(jobs: &[Job]) -> Result<Vec<Task>, Refusal> {
    let mut tasks = Vec::new();
    for (cluster, numbers) in by_cluster(jobs) {
        let numbers = numbers.join(",");
        let mut words = vec!["-h", "-r", "-o", "%i|%T|%r", "-j", &numbers];
        words.extend(cluster.iter().flat_map(|name| ["-M", name]));
        match asked("squeue", &words, None, ASKING) {
            Ok(answer) => tasks.extend(read_squeue(&answer.out)),
            // Jobs that ended long ago are not known any more.
            Err(Heard::Refused { answer, .. }) if answer.err.contains("Invalid job id") => {}
            Err(heard) => return Err(heard.into()),
        }
    }
    tasks.retain(Task::is_live);
    Ok(tasks)
}

/// How the jobs ended, as far as Slurm still knows: from the accounting where there is one, else from the controller, which
/// forgets a job after some minutes. What cannot be asked is left out: the sweep's own folder says what was done.
pub fn ended(jobs: &[Job]) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (cluster, numbers) in by_cluster(jobs) {
        let name: Vec<&str> = cluster.iter().flat_map(|name| ["-M", name]).collect();
        let list = numbers.join(",");
        let words = [
            &["-X", "-n", "-P", "-o", "JobID,State,ExitCode", "-j", &list][..],
            &name,
        ]
        .concat();
        let by_accounts =
            asked("sacct", &words, None, ASKING).map_or_else(|_| Vec::new(), |answer| read_sacct(&answer.out));
        if !by_accounts.is_empty() {
            tasks.extend(by_accounts);
            continue;
        }
        for number in &numbers {
            let words = [&name[..], &["-o", "show", "job", number]].concat();
            if let Ok(answer) = asked("scontrol", &words, None, ASKING) {
                tasks.extend(read_scontrol(&answer.out));
            }
        }
    }
    tasks.retain(|task| !task.is_live());
    tasks
}

/// Submits a script; returns the number of the job, and the cluster where there are several.
///
/// # Errors
/// `sbatch` is missing or refuses.
pub fn submit(script: &Path, folder: &Path, after: &[String]) -> Result<Job, Refusal> {
    let mut words = vec!["--parsable".to_owned()];
    if !after.is_empty() {
        words.push(format!("--dependency=afterany:{}", after.join(":")));
    }
    words.push(script.to_string_lossy().into_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answer = asked("sbatch", &words, Some(folder), SUBMITTING)?;
    read_submitted(&answer.out).ok_or_else(|| {
        let said = answer.out.trim();
        let problem = Problem::new(format!("`sbatch` did not say which job it made: `{said}`"));
        Refusal::of_scheduler(problem.help("look for it with `squeue`, and cancel it with `scancel`"))
    })
}

/// Cancels jobs.
///
/// # Errors
/// `scancel` is missing, refuses or does not end in time.
pub fn cancel(jobs: &[Job]) -> Result<(), Refusal> {
    for (cluster, numbers) in by_cluster(jobs) {
        let mut words: Vec<&str> = cluster.iter().flat_map(|name| ["-M", name]).collect();
        words.extend(numbers.iter().map(String::as_str));
        asked("scancel", &words, None, CANCELLING)?;
    }
    Ok(())
}

/// The numbers of jobs, cluster by cluster, each once.
fn by_cluster(jobs: &[Job]) -> Vec<(Option<&str>, Vec<String>)> {
    let mut groups: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    for (number, cluster) in jobs {
        let cluster = cluster.as_deref();
        match groups.iter_mut().find(|(name, _)| *name == cluster) {
            Some((_, numbers)) if numbers.contains(number) => {}
            Some((_, numbers)) => numbers.push(number.clone()),
            None => groups.push((cluster, vec![number.clone()])),
        }
    }
    groups
}

/// What came of asking.
enum Heard {
    /// It ended with a code that is not 0.
    Refused { command: String, answer: Answer },
    /// There was no answer.
    Nothing { command: String, silence: Silence },
}

impl From<Heard> for Refusal {
    fn from(heard: Heard) -> Refusal {
        Refusal::of_scheduler(match heard {
            Heard::Refused { command, answer } => {
                let said = [answer.err.trim(), answer.out.trim()].join("\n");
                let code = answer
                    .code
                    .map_or_else(|| "a signal".to_owned(), |code| format!("code {code}"));
                let problem = Problem::new(format!("`{command}` ended with {code}: {}", said.trim()));
                problem.help(way_out(&said))
            }
            Heard::Nothing { command, silence } => match silence {
                Silence::NotFound => Problem::new(format!("there is no `{command}` on this machine"))
                    .help("log in where jobs are submitted, or load Slurm there (`module load slurm`)")
                    .help("without Slurm, `kangcun sweep run` lives the sweep on this machine"),
                Silence::TooSlow => Problem::new(format!("`{command}` did not end in time and was stopped"))
                    .help("the controller is busy or away: see `scontrol ping`, and try again later")
                    .help("`kangcun cluster status` tells what of the request was taken"),
                Silence::NotStarted(reason) => Problem::new(format!("`{command}` cannot be started: {reason}")),
            },
        })
    }
}

/// What to do about words of Slurm.
fn way_out(said: &str) -> String {
    const KNOWN: [(&str, &str); 13] = [
        (
            "nvalid partition",
            "`sinfo -s` lists the partitions; name one with --partition",
        ),
        (
            "nvalid account",
            "`sacctmgr show associations user=$USER` lists your accounts; name one with --account",
        ),
        (
            "nvalid qos",
            "`sacctmgr show qos` lists them; name one with --sbatch-arg=--qos=NAME",
        ),
        (
            "nable to contact",
            "the controller does not answer: see `scontrol ping`, and try again later",
        ),
        (
            "onnection refused",
            "the controller does not answer: see `scontrol ping`, and try again later",
        ),
        (
            "nvalid job array",
            "the array is larger than the cluster allows: see MaxArraySize in `scontrol show config`",
        ),
        (
            "emory specification",
            "no node has so much memory: ask for less with --mem",
        ),
        (
            "ode configuration is not available",
            "no node has so much: ask for less with --mem or --cpus",
        ),
        (
            "ime limit",
            "ask for less with --time, and for more shards with --shards",
        ),
        (
            "accounting/QOS policy",
            "a limit of your account is reached: wait until jobs have ended, or ask for fewer --shards",
        ),
        (
            "emporarily unable to accept",
            "the queue is full: wait until jobs have ended, or ask for fewer --shards",
        ),
        ("ermission denied", "the cluster does not let you: ask who runs it"),
        (
            "rotocol",
            "the commands are of another version than the controller: ask who runs the cluster",
        ),
    ];
    let known = KNOWN.iter().find(|(words, _)| said.contains(words));
    known.map_or_else(
        || "mend what Slurm complains of; `kangcun cluster submit --dry-run` shows the script".to_owned(),
        |(_, help)| (*help).to_owned(),
    )
}

/// Calls a command of Slurm; its answer, if it ended well.
fn asked(command: &str, words: &[&str], folder: Option<&Path>, limit: Duration) -> Result<Answer, Heard> {
    match outside::call(command, words, folder, limit) {
        Ok(answer) if answer.code == Some(0) => Ok(answer),
        Ok(answer) => Err(Heard::Refused {
            command: command.to_owned(),
            answer,
        }),
        Err(silence) => Err(Heard::Nothing {
            command: command.to_owned(),
            silence,
        }),
    }
}
