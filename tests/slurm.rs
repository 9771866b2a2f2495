//! Sweeps on a real Slurm: slurmctld and two nodes on this machine (`tests/slurm/cluster.sh`), one disturbance a test. Whatever
//! happens, the table must be that of an undisturbed run on one machine, byte for byte, and nothing may be left behind.
//!
//! They need root, the packages of Slurm and a few minutes: `.ci/slurm` runs them. A task is caught in the act by stopping its
//! process (SIGSTOP) as soon as it is seen, so that no test depends on who is faster.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;
use std::time::Duration;

/// Sixty runs of two to three seconds in all on an idle machine: enough for every shard to be caught.
const SWEEP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster/village.toml");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slurm/cluster.sh");
/// What `sweep collect` makes.
const TABLES: [&str; 3] = ["results.parquet", "results.csv", "summary.csv"];

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Asks until the answer is yes.
#[track_caller]
#[allow(clippy::disallowed_methods)] // it waits for other processes; what is tested does not depend on how long
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..6_000 {
        if let Some(answer) = ask() {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("in a minute it has not come to this: {what}");
}

/// The tables of the same sweep when nothing disturbs it.
fn undisturbed() -> &'static BTreeMap<&'static str, Vec<u8>> {
    static TABLE: OnceLock<BTreeMap<&'static str, Vec<u8>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("local");
        let mut command = Command::cargo_bin("kangcun").unwrap();
        let done = command
            .args(["sweep", "run", SWEEP, "--out"])
            .arg(&folder)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        TABLES
            .into_iter()
            .map(|name| (name, fs::read(folder.join(name)).unwrap()))
            .collect()
    })
}

/// A cluster, and a sweep on it. It ends with the test.
struct Cluster {
    place: tempfile::TempDir,
    folder: PathBuf,
}

impl Cluster {
    /// Two nodes of two cores; the sweep's folder has every letter that a path may have.
    fn up() -> Cluster {
        Cluster::with(1001, None)
    }

    /// With a limit of arrays, and the sweep's folder in a file system of its own of so many bytes.
    fn with(array_size: u32, room: Option<&str>) -> Cluster {
        undisturbed();
        let place = tempfile::Builder::new().prefix("kangcun-slurm-").tempdir().unwrap();
        let folder = match room {
            Some(_) => place.path().join("small/village"),
            None => place.path().join("a \"village's\" 家 %j #1"),
        };
        let cluster = Cluster { place, folder };
        if let Some(size) = room {
            Cluster::script_in("mount", &cluster.place.path().join("small"), &[size]);
        }
        cluster.script("start", &[&array_size.to_string()]);
        cluster
    }

    #[track_caller]
    fn script(&self, action: &str, words: &[&str]) {
        Cluster::script_in(action, self.place.path(), words);
    }

    #[track_caller]
    fn script_in(action: &str, folder: &Path, words: &[&str]) {
        let mut command = std::process::Command::new("bash");
        let done = command
            .arg(SCRIPT)
            .arg(action)
            .arg(folder)
            .args(words)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{action}: {}{}",
            text(&done.stdout),
            text(&done.stderr)
        );
    }

    /// Calls a program of Slurm, or any other, as a user of the cluster.
    fn call(&self, program: &str, words: &[&str]) -> Output {
        let mut command = std::process::Command::new(program);
        command
            .env("SLURM_CONF", self.place.path().join("slurm.conf"))
            .args(words)
            .output()
            .unwrap()
    }

    /// As [`Cluster::call`], and it must end well; returns what it printed.
    #[track_caller]
    fn does(&self, program: &str, words: &[&str]) -> String {
        let done = self.call(program, words);
        assert!(
            done.status.success(),
            "{program} {words:?}: {}{}",
            text(&done.stdout),
            text(&done.stderr)
        );
        text(&done.stdout)
    }

    /// Runs our program, which must end with `code`; returns what it printed.
    #[track_caller]
    fn ends(&self, words: &[&str], code: i32) -> String {
        let mut command = Command::cargo_bin("kangcun").unwrap();
        let done = command
            .env("SLURM_CONF", self.place.path().join("slurm.conf"))
            .env("NO_COLOR", "1")
            .args(words)
            .output()
            .unwrap();
        assert_eq!(
            done.status.code(),
            Some(code),
            "{words:?}\n{}{}",
            text(&done.stdout),
            text(&done.stderr)
        );
        text(&done.stdout)
    }

    fn shown(&self) -> &str {
        self.folder.to_str().unwrap()
    }

    /// Submits the sweep in so many shards; returns the numbers of the jobs, the last one collects.
    #[track_caller]
    fn submits(&self, shards: &str, more: &[&str]) -> Vec<String> {
        let words = [
            "cluster",
            "submit",
            SWEEP,
            "--engine",
            "slurm",
            "--shards",
            shards,
            "--out",
            self.shown(),
        ];
        self.ends(&[&words[..], more].concat(), 0);
        self.jobs()
    }

    fn resumes(&self) {
        self.ends(&["cluster", "resume", self.shown()], 0);
    }

    /// The numbers of all jobs that were submitted.
    fn jobs(&self) -> Vec<String> {
        let lines = fs::read_to_string(self.folder.join("jobs.jsonl")).unwrap();
        let job = |line: &str| {
            serde_json::from_str::<Value>(line).unwrap()["job"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        lines.lines().map(job).collect()
    }

    fn status(&self, code: i32) -> Value {
        serde_json::from_str(&self.ends(&["cluster", "status", self.shown(), "--json"], code)).unwrap()
    }

    /// What becomes of a shard that is not complete.
    #[track_caller]
    fn shard(&self, shard: u32) -> Value {
        let status = self.status(1);
        let all = status["incomplete"].as_array().unwrap();
        let own = all.iter().find(|one| one["shard"] == shard);
        own.unwrap_or_else(|| panic!("shard {shard} is complete: {status:#}"))
            .clone()
    }

    /// The state of a task in the queue; `None` when it is not there.
    fn state(&self, task: &str) -> Option<(String, String)> {
        let out = self.does("squeue", &["-h", "-r", "-o", "%i|%T|%r"]);
        out.lines().find_map(|line| {
            let parts: Vec<&str> = line.splitn(3, '|').collect();
            (parts[0] == task).then(|| (parts[1].to_owned(), parts[2].to_owned()))
        })
    }

    /// Waits until a task was put back and waits for its time; then its time is at once: not in the same second, in
    /// which the node would take the new start for the old one.
    #[track_caller]
    fn begins_again(&self, task: &str) {
        until(&format!("{task} waits to be started again"), || {
            self.state(task)
                .filter(|(state, reason)| state == "PENDING" && reason == "BeginTime")
        });
        self.does("scontrol", &["update", &format!("JobId={task}"), "StartTime=now+2"]);
    }

    /// Waits until nothing runs or waits any more.
    #[track_caller]
    fn drains(&self) {
        until("the queue is empty", || {
            self.does("squeue", &["-h"]).trim().is_empty().then_some(())
        });
    }

    /// Processes of our program that live a shard, such as `3/8`, of this sweep.
    fn workers(&self, shard: &str) -> Vec<u32> {
        let numbers = fs::read_dir("/proc").unwrap().flatten();
        let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let lives = |pid: &u32| {
            let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let words: Vec<&[u8]> = words.split(|byte| *byte == 0).collect();
            let own = ["sweep", "run", self.shown(), "--shard", shard].map(str::as_bytes);
            words.windows(5).any(|part| part == own)
        };
        numbers.filter(lives).collect()
    }

    /// Waits for the process that lives a shard and stops it where it is.
    #[track_caller]
    fn catches(&self, shard: &str) -> u32 {
        let pid = until(&format!("shard {shard} runs"), || self.workers(shard).first().copied());
        signal("STOP", pid);
        // It could have ended in between.
        assert_eq!(self.workers(shard), [pid], "shard {shard} was too fast to be caught");
        pid
    }

    /// As [`Cluster::catches`], but in the midst of its runs, when it listens for signals; `task` is the one that lives the shard.
    #[track_caller]
    fn catches_living(&self, shard: &str, task: &str) -> u32 {
        let log = self.folder.join(format!("logs/{task}.log"));
        let begun = || {
            text(&fs::read(&log).unwrap_or_default())
                .contains("runs to live")
                .then_some(())
        };
        until(&format!("shard {shard} is being lived"), begun);
        self.catches(shard)
    }

    /// All logs of shards, one after the other.
    fn logs(&self) -> String {
        let entries = fs::read_dir(self.folder.join("logs")).unwrap().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files.iter().map(|file| text(&fs::read(file).unwrap())).collect()
    }

    /// The parts of the sweep and what is not yet one.
    fn parts(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let mut all = Vec::new();
        for fan in fs::read_dir(self.folder.join("parts")).into_iter().flatten().flatten() {
            all.extend(
                fs::read_dir(fan.path())
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|entry| entry.path()),
            );
        }
        all.sort();
        all.into_iter()
            .partition(|path| path.extension().is_some_and(|ending| ending == "parquet"))
    }

    /// The sweep is complete and collected by its own job, the tables are those of an undisturbed run, and nothing is left over.
    #[track_caller]
    fn is_whole(&self) {
        self.drains();
        let log = self.logs();
        self.ends(&["cluster", "status", self.shown()], 0);
        for (name, bytes) in undisturbed() {
            let own = fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}\n{log}"));
            assert!(own == *bytes, "{name} differs\n{log}");
        }
        assert_eq!(self.parts().1, Vec::<PathBuf>::new(), "files that are not parts");
        let odd = fs::read_dir(&self.folder)
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name());
        let odd: Vec<String> = odd
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| name.starts_with('.') || name.contains("partial") || name.contains("tmp"))
            .collect();
        assert_eq!(odd, [""; 0]);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = text(&fs::read(self.place.path().join("slurmctld.log")).unwrap_or_default());
            let lines: Vec<&str> = log.lines().collect();
            eprintln!(
                "the end of slurmctld.log:\n{}",
                lines[lines.len().saturating_sub(30)..].join("\n")
            );
            let mut command = std::process::Command::new("bash");
            let _ = command.arg(SCRIPT).arg("stop").arg(self.place.path()).status();
            return;
        }
        self.script("stop", &[]);
        let conf = format!("SLURM_CONF={}", self.place.path().join("slurm.conf").display());
        let numbers = fs::read_dir("/proc").unwrap().flatten();
        let left = numbers.filter(|entry| {
            let words = fs::read(entry.path().join("environ")).unwrap_or_default();
            words.split(|byte| *byte == 0).any(|word| word == conf.as_bytes())
        });
        let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
        assert!(left.is_empty(), "processes are left: {left:?}");
    }
}

#[track_caller]
fn signal(name: &str, pid: u32) {
    let done = std::process::Command::new("kill")
        .args(["-s", name, &pid.to_string()])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn an_array_and_its_collecting_job_make_the_table_of_one_machine() {
    let cluster = Cluster::up();
    let jobs = cluster.submits(
        "16",
        &[
            "--array-limit",
            "3",
            "--mem",
            "500M",
            "--time",
            "5",
            "--partition",
            "main",
        ],
    );
    assert_eq!(jobs.len(), 2);
    // Asked again while it runs, it submits nothing.
    cluster.resumes();
    assert_eq!(cluster.jobs().len(), 2);
    cluster.is_whole();
    assert_eq!(cluster.logs().matches("ended with 0").count(), 16);
    // Nor afterwards.
    cluster.resumes();
    assert_eq!(cluster.jobs().len(), 2);
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn more_shards_than_an_array_takes_go_in_several() {
    let cluster = Cluster::with(11, None);
    let jobs = cluster.submits("25", &[]);
    assert_eq!(jobs.len(), 4);
    cluster.is_whole();
    let logs = cluster.logs();
    for shard in 1..=25 {
        assert_eq!(
            logs.matches(&format!("shard {shard}/25 ended with 0")).count(),
            1,
            "{logs}"
        );
    }
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_task_that_is_killed_in_mid_write_is_lived_again() {
    let cluster = Cluster::up();
    // The program, held when a part is written and not yet safe.
    let (held, library) = (cluster.place.path().join("held"), cluster.place.path().join("hold.so"));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slurm/hold.c");
    cluster.does("cc", &["-shared", "-fPIC", "-o", library.to_str().unwrap(), source]);
    let program = assert_cmd::cargo::cargo_bin("kangcun");
    let script = format!(
        "#!/bin/bash\nLD_PRELOAD='{}' exec '{}' \"$@\"\n",
        library.display(),
        program.display()
    );
    fs::write(&held, script).unwrap();
    cluster.does("chmod", &["+x", held.to_str().unwrap()]);
    cluster.submits("4", &["--program", held.to_str().unwrap()]);
    until("four parts are being written", || {
        (cluster.parts().1.len() == 4).then_some(())
    });
    assert_eq!(cluster.parts().0, Vec::<PathBuf>::new());
    // Two lose the program, two the whole task, script and all.
    for shard in ["1/4", "2/4"] {
        signal("KILL", cluster.workers(shard)[0]);
    }
    let tasks = [3, 4].map(|shard| format!("{}_{}", cluster.jobs()[0], shard - 1));
    cluster.does("scancel", &["--signal=KILL", "--full", &tasks[0], &tasks[1]]);
    cluster.drains();
    assert_eq!(cluster.parts().1.len(), 4, "what was being written is still there");
    let status = cluster.status(1);
    assert_eq!(
        (&status["shards"]["lost"], &status["missing"]),
        (&4.into(), &60.into()),
        "{status:#}"
    );
    assert!(
        cluster.shard(1)["meaning"]
            .as_str()
            .unwrap()
            .contains("killed (signal 9)"),
        "{status:#}"
    );
    cluster.ends(
        &[
            "cluster",
            "resume",
            cluster.shown(),
            "--program",
            program.to_str().unwrap(),
        ],
        0,
    );
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn half_of_an_array_is_cancelled_and_comes_back() {
    let cluster = Cluster::up();
    let job = cluster.submits("8", &["--array-limit", "2"])[0].clone();
    // One that runs, and those that wait.
    let caught = [cluster.catches("1/8"), cluster.catches("2/8")];
    let half: Vec<String> = [0, 2, 4, 6].iter().map(|index| format!("{job}_{index}")).collect();
    cluster.does("scancel", &half.iter().map(String::as_str).collect::<Vec<_>>());
    until("the one that ran is gone", || {
        cluster.workers("1/8").is_empty().then_some(())
    });
    signal("CONT", caught[1]);
    cluster.drains();
    let status = cluster.status(1);
    assert_eq!(
        (&status["shards"]["lost"], &status["shards"]["complete"]),
        (&4.into(), &4.into()),
        "{status:#}"
    );
    assert_eq!(cluster.shard(1)["reason"], "CANCELLED");
    assert!(
        !cluster.folder.join("results.csv").exists(),
        "a table was made of half of the runs"
    );
    cluster.resumes();
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_sweep_is_taken_back_and_taken_up_again() {
    let cluster = Cluster::up();
    cluster.submits("8", &["--array-limit", "2"]);
    cluster.catches("1/8");
    cluster.ends(&["cluster", "cancel", cluster.shown()], 0);
    cluster.drains();
    // TERM never starts a task again.
    assert!(!cluster.logs().contains("restart 1"));
    cluster.resumes();
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_running_task_is_requeued() {
    let cluster = Cluster::up();
    let job = cluster.submits("4", &[])[0].clone();
    cluster.catches("2/4");
    let task = format!("{job}_1");
    cluster.does("scontrol", &["requeue", &task]);
    until("it waits", || (cluster.shard(2)["reason"] == "BeginTime").then_some(()));
    cluster.begins_again(&task);
    cluster.is_whole();
    assert!(cluster.logs().contains("restart 1"));
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_daemon_that_dies_and_comes_back_loses_nothing() {
    let cluster = Cluster::up();
    cluster.submits("4", &[]);
    let caught: Vec<u32> = ["1/4", "2/4", "3/4", "4/4"]
        .iter()
        .map(|shard| cluster.catches(shard))
        .collect();
    for node in ["n1", "n2"] {
        cluster.script("kill-slurmd", &[node]);
    }
    for pid in caught {
        signal("CONT", pid);
    }
    until("the tasks end without a daemon", || {
        (cluster.parts().0.len() == 4).then_some(())
    });
    for node in ["n1", "n2"] {
        cluster.script("start-slurmd", &[node]);
    }
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_task_that_slurm_believes_dead_runs_beside_its_successor() {
    let cluster = Cluster::up();
    let job = cluster.submits("2", &[])[0].clone();
    // Both run on the first node; its daemon dies, and after a while Slurm gives them up.
    let caught = [cluster.catches("1/2"), cluster.catches("2/2")];
    cluster.script("kill-slurmd", &["n1"]);
    for index in [0, 1] {
        cluster.begins_again(&format!("{job}_{index}"));
    }
    until("two live the same shard", || {
        (cluster.workers("1/2").len() == 2).then_some(())
    });
    for pid in caught {
        signal("CONT", pid);
    }
    cluster.drains();
    until("the old ones end", || {
        (cluster.workers("1/2").is_empty() && cluster.workers("2/2").is_empty()).then_some(())
    });
    cluster.script("start-slurmd", &["n1"]);
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_node_that_loses_power_is_made_up_for_by_slurm_itself() {
    let cluster = Cluster::up();
    let job = cluster.submits("4", &[])[0].clone();
    // Two run on each node.
    let caught: Vec<u32> = ["1/4", "2/4", "3/4", "4/4"]
        .iter()
        .map(|shard| cluster.catches(shard))
        .collect();
    cluster.script("power-off", &["n1"]);
    until("half of the tasks are gone", || {
        (caught
            .iter()
            .filter(|pid| Path::new(&format!("/proc/{pid}/cmdline")).exists())
            .count()
            == 2)
            .then_some(())
    });
    let all = |own: &str| {
        (0..4)
            .filter(|index| {
                cluster
                    .state(&format!("{job}_{index}"))
                    .is_some_and(|(state, _)| state == own)
            })
            .count()
    };
    until("Slurm has seen it", || (all("PENDING") == 2).then_some(()));
    for pid in caught {
        if Path::new(&format!("/proc/{pid}/cmdline")).exists() {
            signal("CONT", pid);
        }
    }
    // They go on on the other node.
    for index in 0..4 {
        let task = format!("{job}_{index}");
        if cluster.state(&task).is_some_and(|(state, _)| state == "PENDING") {
            cluster.begins_again(&task);
        }
    }
    cluster.drains();
    cluster.script("power-on", &["n1"]);
    cluster.is_whole();
    assert_eq!(cluster.jobs().len(), 2, "nothing had to be submitted again");
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn the_same_task_twice_at_once_gives_one_result() {
    let cluster = Cluster::up();
    let job = cluster.submits("3", &[])[0].clone();
    let caught = cluster.catches("2/3");
    // The script of the array as somebody might submit it by hand, and a worker beside it.
    let by_hand = cluster.does(
        "sbatch",
        &[
            "--parsable",
            "--array=1",
            cluster.folder.join("jobs/0001.sbatch").to_str().unwrap(),
        ],
    );
    until("it runs twice", || (cluster.workers("2/3").len() == 2).then_some(()));
    cluster.ends(&["sweep", "run", cluster.shown(), "--shard", "2/3"], 0);
    signal("CONT", caught);
    let by_hand = by_hand.trim().to_owned();
    for task in [format!("{job}_1"), format!("{by_hand}_1")] {
        until("both end", || cluster.state(&task).is_none().then_some(()));
    }
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_full_disk_fails_without_a_loop_and_is_made_up_for() {
    let cluster = Cluster::with(1001, Some("4m"));
    // Held back until the disk is full.
    let jobs = cluster.submits("3", &["--sbatch-arg=--hold"]);
    let ballast = cluster.place.path().join("small/ballast");
    let full = cluster.call("dd", &["if=/dev/zero", &format!("of={}", ballast.display()), "bs=4096"]);
    assert!(!full.status.success(), "the disk is not full");
    cluster.does("scontrol", &["release", &jobs[0]]);
    cluster.does("scontrol", &["release", &jobs[1]]);
    cluster.drains();
    let status = cluster.status(1);
    assert_eq!(status["shards"]["lost"], 3, "{status:#}");
    for shard in 1..=3 {
        assert!(
            cluster.shard(shard)["meaning"]
                .as_str()
                .unwrap()
                .contains("could not write"),
            "{status:#}"
        );
    }
    assert_eq!(cluster.parts(), (Vec::new(), Vec::new()));
    fs::remove_file(ballast).unwrap();
    // The options of the last time would hold them back again.
    cluster.ends(&["cluster", "resume", cluster.shown(), "--sbatch-arg=--nice=0"], 0);
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_truncated_part_is_made_again() {
    let cluster = Cluster::up();
    cluster.submits("4", &[]);
    cluster.is_whole();
    let part = cluster.parts().0[1].clone();
    let bytes = fs::read(&part).unwrap();
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    let status = cluster.status(1);
    assert_eq!(
        (&status["shards"]["lost"], &status["missing"]),
        (&1.into(), &15.into()),
        "{status:#}"
    );
    let lost = &status["incomplete"][0];
    assert_eq!(lost["reason"], "COMPLETED", "Slurm's word is not taken for it");
    for name in TABLES {
        fs::remove_file(cluster.folder.join(name)).unwrap();
    }
    cluster.resumes();
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_task_that_is_told_to_end_saves_and_is_not_started_again() {
    let cluster = Cluster::up();
    let job = cluster.submits("3", &[])[0].clone();
    let caught = cluster.catches_living("1/3", &format!("{job}_0"));
    // To the script alone; it hands the signal on.
    cluster.does("scancel", &["--signal=TERM", "--batch", &format!("{job}_0")]);
    until("the script has heard it", || {
        cluster.logs().contains("TERM").then_some(())
    });
    signal("CONT", caught);
    cluster.drains();
    let logs = cluster.logs();
    assert!(logs.contains("shard 1/3 ended with 143"), "{logs}");
    assert!(!logs.contains("restart 1"), "{logs}");
    let lost = cluster.shard(1);
    assert_eq!(
        (&lost["state"], &lost["meaning"]),
        (&"lost".into(), &"was told to end".into())
    );
    cluster.resumes();
    cluster.is_whole();
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_task_near_its_time_limit_saves_and_starts_itself_again() {
    let cluster = Cluster::up();
    // Slurm gives notice up to a minute early, so this is at once.
    let job = cluster.submits("3", &["--time", "2", "--notice", "115"])[0].clone();
    let caught = cluster.catches_living("1/3", &format!("{job}_0"));
    until("the script has heard it", || {
        cluster.logs().contains("USR1").then_some(())
    });
    signal("CONT", caught);
    cluster.begins_again(&format!("{job}_0"));
    cluster.is_whole();
    let logs = cluster.logs();
    assert!(
        logs.contains("shard 1/3 ended with 75") && logs.contains("restart 1"),
        "{logs}"
    );
}

#[test]
#[ignore = "a real Slurm: .ci/slurm"]
fn a_task_starts_itself_again_three_times_and_no_more() {
    let cluster = Cluster::up();
    // A program that is always told to stop too early.
    let program = cluster.place.path().join("never");
    fs::write(&program, "#!/bin/bash\nexit 75\n").unwrap();
    cluster.does("chmod", &["+x", program.to_str().unwrap()]);
    let job = cluster.submits("1", &["--program", program.to_str().unwrap()])[0].clone();
    for times in 1..=3 {
        until("the task has ended once more", || {
            (cluster.logs().matches("ended with 75").count() == times).then_some(())
        });
        cluster.begins_again(&format!("{job}_0"));
    }
    cluster.drains();
    assert_eq!(cluster.logs().matches("ended with 75").count(), 4);
    assert!(
        cluster.shard(1)["meaning"]
            .as_str()
            .unwrap()
            .contains("stopped in good order")
    );
    cluster.ends(
        &[
            "cluster",
            "resume",
            cluster.shown(),
            "--program",
            assert_cmd::cargo::cargo_bin("kangcun").to_str().unwrap(),
        ],
        0,
    );
    cluster.is_whole();
}
