//! What is asked of the cluster, from the command line and the last submission.

use super::super::Failure;
use crate::cluster::{Options, script};
use crate::problem::{Problem, Problems};
use clap::Args;
use std::path::{Path, PathBuf};

/// The options of `submit` and `resume`.
#[derive(Args, Debug)]
pub struct Given {
    /// Partition; the cluster's own if not said
    #[arg(long)]
    partition: Option<String>,
    /// Account
    #[arg(long)]
    account: Option<String>,
    /// Time limit of a task: minutes, hours:minutes:seconds or days-hours. A task that comes near it saves and is started again
    #[arg(long)]
    time: Option<String>,
    /// Memory of a task, such as 4G
    #[arg(long)]
    mem: Option<String>,
    /// Cores of a task, which are its threads; 1 if not said
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    cpus: Option<u32>,
    /// Tasks of an array that run at once, at most
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    array_limit: Option<u32>,
    /// Shards, a task each; if not said, as many as take about 20 minutes each by a measured pilot, at most one a scenario
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4_000_000))]
    shards: Option<u32>,
    /// Name of the jobs
    #[arg(long, value_name = "NAME")]
    job_name: Option<String>,
    /// Seconds before the time limit at which a task is told to finish its runs in flight: more than the longest run; 300, or a
    /// quarter of a time limit below 20 minutes, if not said
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=65_535))]
    notice: Option<u32>,
    /// A further option of sbatch, such as --sbatch-arg=--qos=long; may be given several times
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    sbatch_arg: Vec<String>,
    /// Lines of shell before the program starts, or a file of them, such as --prologue 'module load gcc'; may be given several times
    #[arg(long, value_name = "LINE|FILE")]
    prologue: Vec<String>,
    /// The program on the nodes, if it is not where this one is
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

impl Given {
    /// The number of shards, if said.
    pub fn shards(&self) -> Option<u32> {
        self.shards
    }

    /// With what was asked `before` where nothing is said now; `name` names the jobs at first.
    pub fn options(&self, before: Option<&Options>, name: &str) -> Result<Options, Failure> {
        let or = |own: &Option<String>, was: fn(&Options) -> &Option<String>| {
            own.clone().or_else(|| before.and_then(|before| was(before).clone()))
        };
        let program = match (&self.program, before) {
            (Some(program), _) => super::absolute(program)?,
            (None, Some(before)) => before.program.clone(),
            (None, None) => std::env::current_exe().map_err(|error| {
                let problem = Problem::new(format!("the program does not know its own path: {error}"));
                Failure::from(Problems::from(problem.help("name it with --program")))
            })?,
        };
        let time = or(&self.time, |before| &before.time);
        // A new time limit asks for a new notice.
        let notice = self.notice.or_else(|| {
            let same = before.filter(|before| before.time == time);
            same.map(|before| before.notice_seconds)
        });
        Ok(Options {
            partition: or(&self.partition, |before| &before.partition),
            account: or(&self.account, |before| &before.account),
            mem: or(&self.mem, |before| &before.mem),
            cpus: self.cpus.or(before.map(|before| before.cpus)).unwrap_or(1),
            array_limit: self.array_limit.or(before.and_then(|before| before.array_limit)),
            job_name: self.job_name.clone().unwrap_or_else(|| match before {
                Some(before) => before.job_name.clone(),
                None => format!("kangcun-{name}"),
            }),
            notice_seconds: notice.unwrap_or_else(|| script::notice(time.as_deref())),
            sbatch_args: match before {
                Some(before) if self.sbatch_arg.is_empty() => before.sbatch_args.clone(),
                _ => self.sbatch_arg.clone(),
            },
            prologue: match before {
                Some(before) if self.prologue.is_empty() => before.prologue.clone(),
                _ => self.lines()?,
            },
            program,
            time,
        })
    }

    /// The lines of the prologue, from files where they name one.
    fn lines(&self) -> Result<String, Failure> {
        let mut text = String::new();
        for own in &self.prologue {
            let path = Path::new(own);
            if path.is_file() {
                let read = std::fs::read_to_string(path).map_err(|error| {
                    Failure::from(Problems::from(Problem::new(format!("`{own}` cannot be read: {error}"))))
                })?;
                text += read.trim_end();
            } else {
                text += own.trim_end();
            }
            text.push('\n');
        }
        Ok(text)
    }
}
