//! Commands of the scheduler, called with a time limit: a controller that hangs must not hang us.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What a command that ended has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// No such program on `PATH`.
    NotFound,
    /// It did not end in time and was killed.
    TooSlow,
    /// It could not be started; the reason of the operating system.
    NotStarted(String),
}

/// Settings of the user's environment that would change what Slurm's commands print or ask for. Options in a script are weaker
/// than these.
const UNWANTED: [&str; 12] = [
    "SQUEUE_",
    "SCANCEL_",
    "SACCT_",
    "SLURM_TIME_FORMAT",
    "SBATCH_ARRAY_INX",
    "SBATCH_OPEN_MODE",
    "SBATCH_SIGNAL",
    "SBATCH_REQUEUE",
    "SBATCH_NO_REQUEUE",
    "SBATCH_WAIT",
    "SBATCH_OUTPUT",
    "SBATCH_ERROR",
];

/// Calls a program and waits for its end, at most `limit`.
///
/// # Errors
/// The program is missing, too slow, or cannot be started.
pub fn call<S: AsRef<OsStr>>(
    program: &str,
    words: &[S],
    folder: Option<&Path>,
    limit: Duration,
) -> Result<Answer, Silence> {
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if UNWANTED.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Silence::NotFound,
        _ => Silence::NotStarted(error.to_string()),
    })?;
    let (tell, told) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        listen(pipe, true, &tell);
    }
    if let Some(pipe) = child.stderr.take() {
        listen(pipe, false, &tell);
    }
    drop(tell);
    let mut answer = Answer {
        code: None,
        out: String::new(),
        err: String::new(),
    };
    for _ in 0..2 {
        match told.recv_timeout(limit) {
            Ok((true, text)) => answer.out = text,
            Ok((false, text)) => answer.err = text,
            Err(_) => {
                // It may have ended this moment; then there is nothing to kill, and it is too slow all the same.
                let _ = child.kill();
                let _ = child.wait();
                return Err(Silence::TooSlow);
            }
        }
    }
    let ended = child.wait().map_err(|error| Silence::NotStarted(error.to_string()))?;
    answer.code = ended.code();
    Ok(answer)
}

/// Reads a pipe to its end beside the caller and hands the text over.
fn listen(mut pipe: impl Read + Send + 'static, is_out: bool, tell: &mpsc::Sender<(bool, String)>) {
    let tell = tell.clone();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is the best there is.
        let _ = pipe.read_to_end(&mut bytes);
        let _ = tell.send((is_out, String::from_utf8_lossy(&bytes).into_owned()));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn both_outputs_and_the_code_come_back() {
        let answer = call("sh", &["-c", "echo one; echo two >&2; exit 3"], None, LONG).unwrap();
        assert_eq!((answer.code, &*answer.out, &*answer.err), (Some(3), "one\n", "two\n"));
    }

    #[test]
    fn more_than_a_pipe_holds_is_read() {
        let answer = call("sh", &["-c", "head -c 300000 /dev/zero | tr '\\0' x"], None, LONG).unwrap();
        assert_eq!(answer.out.len(), 300_000);
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let answer = call("sleep", &["1000"], None, Duration::from_millis(50));
        assert_eq!(answer, Err(Silence::TooSlow));
    }

    #[test]
    fn a_missing_program_is_told_from_one_that_fails() {
        assert_eq!(
            call::<&str>("no-such-program-anywhere", &[], None, LONG),
            Err(Silence::NotFound)
        );
    }
}
