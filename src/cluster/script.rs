//! The scripts that Slurm runs: one an array of shards, and one that collects.
//!
//! A script holds everything that it needs, so that it can be read, kept and submitted by hand. All paths are absolute. What a
//! path may hold differs by reader: the shell takes anything in single quotes; `sbatch` unquotes its directives by its own rules, and
//! in names of logs replaces `%` patterns, for which there is `%%`, and knows no way to write a backslash.

use super::shards::Array;
use super::{Options, RESTARTS};
use crate::problem::Problem;
use std::fmt::Write as _;
use std::path::Path;

/// A word of the shell, in quotes.
fn shell(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A path as a command line needs it: in quotes where the shell would read it otherwise.
pub fn typed(path: &Path) -> String {
    let text = path.to_string_lossy();
    let plain = |letter: char| letter.is_alphanumeric() || "-_=./:,@%+".contains(letter);
    if text.chars().all(plain) {
        text.into_owned()
    } else {
        shell(&text)
    }
}

/// A word of an `#SBATCH` line, in quotes where it needs them.
fn directive(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_=./:,@%+[]&*!()|".contains(letter);
    if word.chars().all(plain) {
        return word.to_owned();
    }
    match word.split_once('=') {
        Some((name, value)) if word.starts_with('-') => format!("{name}={}", in_quotes(value)),
        _ => in_quotes(word),
    }
}

fn in_quotes(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', r"\\").replace('"', "\\\""))
}

/// The path as text that a script can hold.
///
/// # Errors
/// The path is not absolute, or has a letter that cannot be written in a script: a line break, a backslash, no Unicode.
pub fn writable<'a>(path: &'a Path, what: &str) -> Result<&'a str, Problem> {
    let refuse = |why: &str| {
        let problem = Problem::new(format!("the path of {what} {why}: {}", path.display()));
        problem.help("Slurm cannot be told such a path; rename it or work elsewhere")
    };
    let text = path.to_str().ok_or_else(|| refuse("is not Unicode"))?;
    if text.contains(['\n', '\r', '\\']) {
        return Err(refuse("holds a line break or a backslash"));
    }
    if path.is_absolute() {
        Ok(text)
    } else {
        Err(refuse("is not absolute"))
    }
}

/// What the scripts of a sweep have in common.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    folder: &'a str,
    program: &'a str,
    options: &'a Options,
}

impl<'a> Script<'a> {
    /// The scripts of the sweep in `folder`.
    ///
    /// # Errors
    /// A path that cannot be written in a script.
    pub fn new(folder: &'a Path, options: &'a Options) -> Result<Script<'a>, Problem> {
        Ok(Script {
            folder: writable(folder, "the sweep's folder")?,
            program: writable(&options.program, "the program")?,
            options,
        })
    }

    /// The directives of `kind` (`%A_%a` names a task's log, `%j` a job's).
    fn head(&self, name: &str, log: &str, own: &[String]) -> String {
        let options = self.options;
        let mut all = vec![
            format!("--job-name={name}"),
            format!("--chdir={}", self.folder),
            format!("--output={}/logs/{log}.log", self.folder.replace('%', "%%")),
            "--open-mode=append".to_owned(),
            "--requeue".to_owned(),
            format!("--cpus-per-task={}", options.cpus),
        ];
        let given = [
            ("partition", &options.partition),
            ("account", &options.account),
            ("time", &options.time),
            ("mem", &options.mem),
        ];
        let given = given
            .iter()
            .filter_map(|(name, value)| value.as_ref().map(|value| format!("--{name}={value}")));
        all.extend(given);
        all.extend_from_slice(own);
        all.extend(options.sbatch_args.iter().cloned());
        let mut text = "#!/bin/bash\n".to_owned();
        for one in all {
            let _ = writeln!(text, "#SBATCH {}", directive(&one));
        }
        text
    }

    /// The folder, the program and the user's own lines.
    fn places(&self) -> String {
        let mut text = format!("folder={}\nprogram={}\n", shell(self.folder), shell(self.program));
        let prologue = self.options.prologue.trim_end();
        if !prologue.is_empty() {
            let _ = write!(text, "\n{prologue}\n");
        }
        text
    }

    /// The script of an array: each task lives what is missing of one shard of `of`.
    pub fn of_shards(&self, array: &Array, of: u32) -> String {
        let options = self.options;
        let at_once = options.array_limit.map(|limit| format!("%{limit}")).unwrap_or_default();
        let own = [
            format!("--array={}{at_once}", array.indexes()),
            format!("--signal=B:USR1@{}", options.notice_seconds),
        ];
        let mut text = self.head(&options.job_name, "%A_%a", &own);
        let _ = write!(
            text,
            r#"
# Each task lives what is missing of one shard. It may be started any number of times, also twice at once.
told=
worker=
caught=
hand_on() {{
    caught=yes
    echo "$(date -u +%FT%TZ) heard $1"
    if [ "$told" != TERM ]; then told=$1; fi
    if [ -n "$worker" ]; then kill -s "$1" "$worker" 2>/dev/null; fi
}}
trap 'hand_on USR1' USR1
trap 'hand_on TERM' TERM

{places}
index=${{SLURM_ARRAY_TASK_ID:?"this script is for sbatch"}}
task=${{SLURM_ARRAY_JOB_ID}}_$index
shard=$(({offset} + index))
restarts=${{SLURM_RESTART_COUNT:-0}}
echo "$(date -u +%FT%TZ) shard $shard/{of}, task $task on $(hostname), restart $restarts"

# A signal that came before the program was there is handed on late.
if [ "$told" = TERM ]; then exit 143; fi
"$program" sweep run "$folder" --shard "$shard/{of}" --threads "${{SLURM_CPUS_PER_TASK:-{cpus}}}" &
worker=$!
if [ -n "$told" ]; then kill -s "$told" "$worker" 2>/dev/null; fi

# A signal ends `wait` early; what counts is how the program ends. 127: it has been waited for before.
code=127
while :; do
    caught=
    wait "$worker"
    now=$?
    if [ "$now" -ne 127 ] || [ "$code" -eq 127 ]; then code=$now; fi
    if [ -z "$caught" ]; then break; fi
done
# Ended by the notice itself, before it could listen.
if [ "$told" = USR1 ] && [ "$code" -eq 138 ]; then code=75; fi
echo "$(date -u +%FT%TZ) shard $shard/{of} ended with $code"

# Only 75 asks for another start: the time limit was near, and what was finished is saved. Never after TERM, which is how
# `scancel` and preemption speak; never for wrong input, results that differ or a full disk, which would only come again.
if [ "$code" -eq 75 ] && [ "$told" != TERM ]; then
    if [ "$restarts" -lt {RESTARTS} ]; then
        scontrol requeue "$task"
    else
        echo "restarted {RESTARTS} times and still not complete: kangcun cluster resume submits the rest"
    fi
fi
exit "$code"
"#,
            places = self.places(),
            offset = array.offset,
            cpus = options.cpus,
        );
        text
    }

    /// The script of the job that collects, after all others have ended in whatever way.
    pub fn of_collecting(&self) -> String {
        let name = format!("{}-collect", self.options.job_name);
        let mut text = self.head(&name, "collect-%j", &[]);
        let _ = write!(
            text,
            r#"
# Makes one table of all runs. It refuses (code 1) while some are missing: kangcun cluster resume submits them.
{places}
exec "$program" sweep collect "$folder" --threads "${{SLURM_CPUS_PER_TASK:-{cpus}}}"
"#,
            places = self.places(),
            cpus = self.options.cpus,
        );
        text
    }
}

/// Seconds of a time limit as Slurm writes it: `90` (minutes), `1:30` (minutes and seconds), `1:30:00`, `1-12` (days and hours),
/// `1-12:30`, `1-12:30:00`. `None` for what is not one; no limit is `u32::MAX`.
///
/// ```
/// # use kangcun::cluster::script::seconds;
/// assert_eq!(seconds("90"), Some(5_400));
/// assert_eq!(seconds("1:30"), Some(90));
/// assert_eq!(seconds("1-12"), Some(129_600));
/// assert_eq!(seconds("an hour"), None);
/// ```
pub fn seconds(time: &str) -> Option<u32> {
    if matches!(time, "UNLIMITED" | "INFINITE") {
        return Some(u32::MAX);
    }
    let (days, clock) = match time.split_once('-') {
        Some((days, clock)) => (Some(days.parse::<u32>().ok()?), clock),
        None => (None, time),
    };
    let parts = clock.split(':').map(|part| part.parse::<u32>().ok());
    let parts: Vec<u32> = parts.collect::<Option<_>>()?;
    let [hours, minutes, seconds] = match (days, &parts[..]) {
        (None, [minutes]) => [0, *minutes, 0],
        (None, [minutes, seconds]) => [0, *minutes, *seconds],
        (Some(_), [hours]) => [*hours, 0, 0],
        (Some(_), [hours, minutes]) => [*hours, *minutes, 0],
        (_, [hours, minutes, seconds]) => [*hours, *minutes, *seconds],
        _ => return None,
    };
    let all = days.unwrap_or(0).checked_mul(24)?.checked_add(hours)?.checked_mul(60)?;
    all.checked_add(minutes)?.checked_mul(60)?.checked_add(seconds)
}

/// How long before the time limit a task is told to finish: five minutes, or a quarter of a limit of less than twenty.
pub fn notice(time: Option<&str>) -> u32 {
    let limit = time.and_then(seconds).unwrap_or(u32::MAX);
    (limit / 4).clamp(1, 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell_and_for_sbatch() {
        assert_eq!(shell("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(directive("--mem=4G"), "--mem=4G");
        assert_eq!(directive("--chdir=/a \"b\" #c"), r#"--chdir="/a \"b\" #c""#);
        assert_eq!(directive("--comment=x\\y"), r#"--comment="x\\y""#);
    }

    #[test]
    fn notice_is_a_quarter_of_a_short_limit() {
        assert_eq!(notice(None), 300);
        assert_eq!(notice(Some("1-0")), 300);
        assert_eq!(notice(Some("10")), 150);
        assert_eq!(notice(Some("0:02")), 1);
    }

    #[test]
    fn paths_that_slurm_cannot_be_told_are_refused() {
        for bad in ["relative/path", "/a\nb", "/a\\b"] {
            assert!(writable(Path::new(bad), "the sweep's folder").is_err(), "{bad:?}");
        }
        assert!(writable(Path::new("/a 'b' %j \"c\" é"), "the sweep's folder").is_ok());
    }
}
