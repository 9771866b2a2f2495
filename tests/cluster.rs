//! Sweeps on a cluster, without one: what scripts say, what the scheduler is asked, and what is made of its answers. The commands of
//! Slurm are small scripts on `PATH` that note what they were asked. `tests/slurm.rs` does the same against a real Slurm.

use assert_cmd::Command;
use kangcun::cluster::jobs::{Jobs, Kind};
use kangcun::cluster::live::{Report, State};
use kangcun::cluster::slurm::{Limits, Task, read_sacct, read_scontrol, read_squeue, read_submitted};
use kangcun::cluster::{Standing, shards};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const SWEEP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster/village.toml");

/// A place to submit from, with commands of Slurm that only take notes.
struct Desk {
    place: tempfile::TempDir,
}

/// Each notes its words, one a line, and does what the files beside the notes say.
const FAKE: &str = r#"#!/bin/bash
here=$(dirname "$0")/..
name=$(basename "$0")
{ echo "$name in $PWD"; printf '  %s\n' "$@"; } >>"$here/notes"
if [ -e "$here/$name.refuses" ]; then cat "$here/$name.refuses" >&2; exit 1; fi
case $name in
sbatch)
    number=$(($(cat "$here/number" 2>/dev/null || echo 100) + 1))
    echo "$number" >"$here/number"
    echo "$number"
    ;;
squeue) [[ " $* " == *" -j "* ]] && cat "$here/queue" 2>/dev/null ;;
sacct) cat "$here/accounts" 2>/dev/null || { echo "Slurm accounting storage is disabled" >&2; exit 1; } ;;
scontrol) if [ "$2" = config ]; then cat "$here/config"; else cat "$here/job.${@: -1}" 2>/dev/null; fi ;;
esac
exit 0
"#;

impl Desk {
    fn new() -> Desk {
        let place = tempfile::Builder::new().prefix("kangcun desk 'é' ").tempdir().unwrap();
        let desk = Desk { place };
        fs::create_dir(desk.path("bin")).unwrap();
        for name in ["sbatch", "squeue", "sacct", "scontrol", "scancel"] {
            let file = desk.path("bin").join(name);
            fs::write(&file, FAKE).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        desk.has(
            "config",
            "MaxArraySize            = 1001\nMaxJobCount             = 10000\n",
        );
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn has(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// What the commands of Slurm were asked since the last look.
    fn notes(&self) -> String {
        let notes = fs::read_to_string(self.path("notes")).unwrap_or_default();
        let _ = fs::remove_file(self.path("notes"));
        notes
    }

    /// Runs the program, which must end with `code`; returns what it printed and said.
    #[track_caller]
    fn ends(&self, words: &[&str], code: i32) -> (String, String) {
        let usual = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.path("bin")).chain(std::env::split_paths(&usual));
        self.ends_with_path(words, code, &std::env::join_paths(all).unwrap())
    }

    #[track_caller]
    fn ends_with_path(&self, words: &[&str], code: i32, path: &std::ffi::OsStr) -> (String, String) {
        let mut command = Command::cargo_bin("kangcun").unwrap();
        let output = command
            .current_dir(self.place.path())
            .env("NO_COLOR", "1")
            .env("PATH", path)
            .args(words)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{words:?}\n{out}\n{err}");
        assert!(!err.contains("panicked"), "{words:?} shows a panic:\n{err}");
        (out, err)
    }

    /// Submits the village in so many shards; returns the folder.
    #[track_caller]
    fn submits(&self, shards: &str) -> PathBuf {
        let folder = self.path("a 'village' \"é\" %j");
        let words = [
            "cluster", "submit", SWEEP, "--engine", "slurm", "--shards", shards, "--time", "10", "--out",
        ];
        self.ends(&[&words[..], &[folder.to_str().unwrap()]].concat(), 0);
        folder
    }
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

/// All files under a folder, with the time of their last change.
fn files(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            let changed = fs::metadata(&path).unwrap().modified().unwrap();
            all.push((path, changed));
        }
    }
    all.sort();
    all
}

#[test]
fn a_dry_run_prints_the_scripts_byte_for_byte_and_leaves_nothing() {
    let desk = Desk::new();
    desk.has("config", "MaxArraySize = 6\nMaxJobCount = 10000\n");
    let words = [
        "cluster",
        "submit",
        SWEEP,
        "--engine",
        "slurm",
        "--dry-run",
        "--out",
        "/data/the family's \"sweep\" 家 100%",
        "--program",
        "/opt/kang cun/kangcun",
        "--shards",
        "8",
        "--partition",
        "long",
        "--account",
        "health",
        "--time",
        "4:00:00",
        "--mem",
        "8G",
        "--cpus",
        "16",
        "--array-limit",
        "20",
        "--sbatch-arg=--qos=night",
        "--sbatch-arg=--comment=two words",
        "--prologue",
        "module load gcc",
        "--job-name",
        "village",
    ];
    let before = files(desk.place.path());
    let (script, said) = desk.ends(&words, 0);
    holds(&said, &["8 tasks in 2 arrays", "nothing was written or submitted"]);
    assert!(!desk.notes().contains("sbatch"));
    assert_eq!(files(desk.place.path()), before);
    assert_eq!(script, include_str!("cluster/scripts.txt"));
    assert_eq!(desk.ends(&words, 0).0, script);
}

#[test]
fn the_number_of_shards_comes_from_a_measured_pilot_if_not_said() {
    let desk = Desk::new();
    // A few core-seconds in all: one task of twenty minutes is more than enough.
    let (script, said) = desk.ends(&["cluster", "submit", SWEEP, "--engine", "slurm", "--dry-run"], 0);
    holds(&said, &["1 task in 1 array;"]);
    holds(&script, &["--array=0\n", "--shard \"$shard/1\""]);
}

#[test]
fn scripts_are_what_bash_reads() {
    let desk = Desk::new();
    let folder = desk.submits("4");
    let mut seen = 0;
    for (path, _) in files(&folder.join("jobs")) {
        if path.extension().is_some_and(|ending| ending == "sbatch") {
            let checked = std::process::Command::new("bash")
                .arg("-n")
                .arg(&path)
                .output()
                .unwrap();
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

#[test]
fn arrays_below_the_limit_cover_each_shard_once_by_offsets() {
    let desk = Desk::new();
    desk.has(
        "config",
        "MaxArraySize            = 11\nMaxJobCount             = 10000\n",
    );
    let folder = desk.submits("25");
    let notes = desk.notes();
    assert_eq!(notes.matches("sbatch in ").count(), 4, "{notes}");
    holds(&notes, &["--dependency=afterany:101:102:103"]);
    let jobs = Jobs::read(&folder).unwrap();
    let of_shards = jobs.list.iter().filter(|one| one.kind == Kind::Shards);
    let mut covered = Vec::new();
    for one in of_shards {
        let script = fs::read_to_string(folder.join(&one.script)).unwrap();
        let list = script
            .lines()
            .find_map(|line| line.strip_prefix("#SBATCH --array="))
            .unwrap();
        let indexes = shards::read_ranges(list).unwrap();
        assert!(indexes.iter().all(|index| *index < 11), "{list}");
        let offset: u32 = script
            .lines()
            .find_map(|line| line.strip_prefix("shard=$((")?.strip_suffix(" + index))")?.parse().ok())
            .unwrap();
        assert_eq!(offset, one.offset);
        let own: Vec<u32> = indexes.iter().map(|index| index + offset).collect();
        assert_eq!(shards::read_ranges(&one.shards).unwrap(), own);
        covered.extend(own);
    }
    assert_eq!(covered, (1..=25).collect::<Vec<u32>>());
}

#[test]
fn what_is_on_its_way_is_not_submitted_again() {
    let desk = Desk::new();
    let folder = desk.submits("4");
    let shown = folder.to_str().unwrap();
    desk.notes();
    // All four live, one of them in a state that this program has never heard of.
    desk.has("queue", "101_0|RUNNING|None\n101_1|PENDING|Resources\n101_2|COMPLETING|None\n101_3|DREAMING|None\n102|PENDING|Dependency\n");
    let (out, _) = desk.ends(&["cluster", "resume", shown], 0);
    holds(&out, &["nothing to submit: 4 shards with missing runs"]);
    assert!(!desk.notes().contains("sbatch"));
    // Two are gone: these, and one that collects after everything.
    desk.has(
        "queue",
        "101_0|RUNNING|None\n101_1|PENDING|Resources\n102|PENDING|Dependency\n",
    );
    let (out, _) = desk.ends(&["cluster", "submit", shown, "--engine", "slurm"], 0);
    holds(
        &out,
        &[
            "array 103: shards 3-4 of 4",
            "job 104",
            "2 tasks submitted, 2 on the way before",
        ],
    );
    holds(&desk.notes(), &["--dependency=afterany:101:103"]);
    // What the new array does is known from its own offset.
    desk.has("queue", "103_0|RUNNING|None\n103_1|PENDING|Priority\n");
    let (out, _) = desk.ends(&["cluster", "status", shown, "--json"], 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        report["shards"],
        serde_json::json!({"complete": 0, "running": 1, "waiting": 1, "lost": 2})
    );
    assert_eq!(report["incomplete"][2]["task"], "103_0");
    assert_eq!(report["incomplete"][2]["state"], "running");
    // Shards that are done are never submitted again.
    desk.ends(&["sweep", "run", shown, "--shard", "2/4"], 0);
    desk.has("queue", "");
    desk.notes();
    let (out, _) = desk.ends(&["cluster", "resume", shown], 0);
    holds(&out, &["array 105: shards 1,3-4 of 4"]);
    desk.ends(&["sweep", "run", shown], 0);
    desk.notes();
    let (out, _) = desk.ends(&["cluster", "resume", shown], 0);
    holds(&out, &["nothing is missing"]);
    assert!(!desk.notes().contains("sbatch"));
    desk.ends(&["cluster", "status", shown], 0);
}

#[test]
fn resume_keeps_the_options_of_the_last_time_but_for_those_given() {
    let desk = Desk::new();
    let folder = desk.path("village");
    let shown = folder.to_str().unwrap();
    let first = [
        "cluster", "submit", SWEEP, "--engine", "slurm", "--shards", "3", "--out", shown,
    ];
    let options = [
        "--partition",
        "long",
        "--time",
        "2:00:00",
        "--mem",
        "3G",
        "--prologue",
        "module load gcc",
    ];
    desk.ends(&[&first[..], &options].concat(), 0);
    let (script, _) = desk.ends(&["cluster", "resume", shown, "--dry-run", "--mem", "6G"], 0);
    holds(
        &script,
        &[
            "--partition=long\n",
            "--time=2:00:00\n",
            "--mem=6G\n",
            "\nmodule load gcc\n",
            "/3 ",
            "--array=0-2\n",
        ],
    );
    assert!(!script.contains("3G"));
}

#[test]
fn the_queue_and_the_folder_together_tell_what_is_lost_and_why() {
    let desk = Desk::new();
    let folder = desk.submits("6");
    let shown = folder.to_str().unwrap();
    desk.ends(&["sweep", "run", shown, "--shard", "1/6"], 0);
    desk.has(
        "queue",
        "101_1|RUNNING|None\n101_2|PENDING|BeginTime\n101_3|PENDING|ReqNodeNotAvail, UnavailableNodes:n[1-2]\n102|PENDING|Dependency\n",
    );
    let ended = "JobId=107 ArrayJobId=101 ArrayTaskId=4 JobName=x JobState=FAILED Reason=NonZeroExitCode Dependency=(null) ExitCode=74:0\n\
                 JobId=101 ArrayJobId=101 ArrayTaskId=5 JobName=x JobState=TIMEOUT Reason=TimeLimit Dependency=(null) ExitCode=0:15\n";
    desk.has("job.101", ended);
    let (out, err) = desk.ends(&["cluster", "status", shown], 1);
    holds(
        &out,
        &[
            "60 planned: 10 done, 0 failed, 50 missing",
            "6: 1 complete, 1 running, 2 waiting, 2 lost",
            "waiting shard 3: BeginTime: was started again",
            "waiting shard 4: ReqNodeNotAvail",
            "sinfo -R",
            "lost shard 5: FAILED: could not write: the disk or a quota is full",
            "logs/101_4.log",
            "lost shard 6: TIMEOUT: reached its time limit",
            "collecting: job 102 pending (Dependency: waits for others to end)",
            "do: kangcun cluster resume ",
        ],
    );
    holds(&err, &["50 of 60 runs are not done"]);
    // Where there is an accounting, it is asked first and knows longer.
    desk.has(
        "accounts",
        "101_4|CANCELLED by 1000|0:15\n101_5|OUT_OF_MEMORY|0:125\n101_[7-9]|PENDING|0:0\n",
    );
    let (out, _) = desk.ends(&["cluster", "status", shown], 1);
    holds(
        &out,
        &["lost shard 5: CANCELLED: was cancelled", "lost shard 6: OUT_OF_MEMORY"],
    );
}

#[test]
fn without_slurm_the_folder_still_says_what_is_done() {
    let desk = Desk::new();
    let folder = desk.submits("2");
    let shown = folder.to_str().unwrap();
    let nowhere = desk.path("nowhere");
    let (out, _) = desk.ends_with_path(&["cluster", "status", shown], 1, nowhere.as_os_str());
    holds(
        &out,
        &[
            "60 missing",
            "2 incomplete",
            "the queue could not be asked: there is no `squeue`",
        ],
    );
    // Nothing is submitted on a guess.
    let (_, err) = desk.ends_with_path(&["cluster", "resume", shown], 69, nowhere.as_os_str());
    holds(&err, &["no `squeue` on this machine", "where jobs are submitted"]);
    let (_, err) = desk.ends_with_path(&["cluster", "cancel", shown], 69, nowhere.as_os_str());
    holds(&err, &["no `squeue`"]);
}

#[test]
fn what_sbatch_refuses_is_said_in_its_own_words_with_a_way_out() {
    for (said, way_out) in [
        (
            "sbatch: error: invalid partition specified: nope",
            "`sinfo -s` lists the partitions",
        ),
        (
            "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified",
            "--account",
        ),
        (
            "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
            "scontrol ping",
        ),
        ("sbatch: error: Memory specification can not be satisfied", "--mem"),
        (
            "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
            "--shards",
        ),
        ("sbatch: error: something new", "--dry-run"),
    ] {
        let desk = Desk::new();
        desk.has("sbatch.refuses", said);
        let folder = desk.path("village");
        let words = [
            "cluster",
            "submit",
            SWEEP,
            "--engine",
            "slurm",
            "--shards",
            "2",
            "--out",
            folder.to_str().unwrap(),
        ];
        let (_, err) = desk.ends(&words, 69);
        holds(&err, &["`sbatch` ended with code 1", said, way_out]);
        assert_eq!(Jobs::read(&folder).unwrap(), Jobs::default());
        // Once the cluster takes it, the same command goes on.
        fs::remove_file(desk.path("sbatch.refuses")).unwrap();
        desk.ends(&words, 0);
        assert_eq!(Jobs::read(&folder).unwrap().list.len(), 2);
    }
}

#[test]
fn what_was_taken_before_a_refusal_is_kept_and_said() {
    let desk = Desk::new();
    desk.has("config", "MaxArraySize = 3\n");
    // The second array is refused.
    let fake = FAKE.replace(
        "sbatch)\n",
        "sbatch)\n    [ -e \"$here/number\" ] && { echo 'sbatch: error: no more' >&2; exit 1; }\n",
    );
    fs::write(desk.path("bin/sbatch"), fake).unwrap();
    let folder = desk.path("village");
    let words = [
        "cluster",
        "submit",
        SWEEP,
        "--engine",
        "slurm",
        "--shards",
        "6",
        "--out",
        folder.to_str().unwrap(),
    ];
    let (_, err) = desk.ends(&words, 69);
    holds(
        &err,
        &["1 of 2 arrays were submitted before (jobs 101)", "cluster resume"],
    );
    let jobs = Jobs::read(&folder).unwrap();
    assert_eq!(
        jobs.list.iter().map(|one| one.shards.as_str()).collect::<Vec<_>>(),
        ["1-3"]
    );
}

#[test]
fn a_queue_without_room_is_seen_before_anything_is_submitted() {
    let desk = Desk::new();
    desk.has("config", "MaxArraySize = 1001\nMaxJobCount = 40\n");
    let folder = desk.path("village");
    let words = |shards| {
        [
            "cluster",
            "submit",
            SWEEP,
            "--engine",
            "slurm",
            "--shards",
            shards,
            "--out",
            folder.to_str().unwrap(),
        ]
    };
    let (_, err) = desk.ends(&words("40"), 69);
    holds(&err, &["the queue has no room", "40 tasks", "MaxJobCount", "--shards"]);
    assert!(!desk.notes().contains("sbatch"));
    desk.has("config", "MaxArraySize = 0\n");
    let (_, err) = desk.ends(&words("4"), 69);
    holds(&err, &["turned job arrays off", "docs/clusters.md"]);
    assert!(!desk.notes().contains("sbatch"));
    desk.has("config", "MaxArraySize = 1001\nMaxJobCount = 40\n");
    desk.ends(&words("39"), 0);
}

#[test]
fn cancel_ends_what_is_live_and_nothing_else() {
    let desk = Desk::new();
    let folder = desk.submits("4");
    let shown = folder.to_str().unwrap();
    desk.has("queue", "102|PENDING|Dependency\n");
    desk.notes();
    desk.ends(&["cluster", "cancel", shown], 0);
    let notes = desk.notes();
    holds(&notes, &["scancel in ", "\n  102\n"]);
    assert!(!notes.ends_with("  101\n"), "{notes}");
    desk.has("queue", "");
    let (out, _) = desk.ends(&["cluster", "cancel", shown], 0);
    holds(&out, &["nothing of this sweep runs or waits"]);
    assert!(!desk.notes().contains("scancel"));
    // Slurm has forgotten the job.
    desk.has("squeue.refuses", "slurm_load_jobs error: Invalid job id specified");
    desk.ends(&["cluster", "cancel", shown], 0);
    desk.has(
        "squeue.refuses",
        "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
    );
    let (_, err) = desk.ends(&["cluster", "cancel", shown], 69);
    holds(&err, &["Unable to contact", "scontrol ping"]);
}

#[test]
fn options_that_would_change_what_a_shard_is_are_refused() {
    let desk = Desk::new();
    let folder = desk.path("village");
    let words = [
        "cluster",
        "submit",
        SWEEP,
        "--engine",
        "slurm",
        "--shards",
        "2",
        "--out",
        folder.to_str().unwrap(),
    ];
    for (more, part) in [
        ("--sbatch-arg=--array=1-9", "`--array` cannot be given"),
        ("--sbatch-arg=--no-requeue", "`--no-requeue` cannot be given"),
        ("--sbatch-arg=qos", "`qos` is no option of sbatch"),
        ("--time=an hour", "`an hour` is no time limit"),
        ("--time=0", "`0` is no time limit"),
        ("--job-name=a\n#SBATCH --uid=0", "--job-name needs a value of one line"),
        ("--sbatch-arg=--qos=x\nrm", "is no option of sbatch"),
    ] {
        let (_, err) = desk.ends(&[&words[..], &[more]].concat(), 65);
        holds(&err, &[part]);
    }
    desk.ends(&[&words[..], &["--shards", "0"]].concat(), 2);
    let (_, err) = desk.ends(&["cluster", "submit", SWEEP, "--engine", "pbs"], 2);
    holds(&err, &["slurm"]);
    assert!(!desk.notes().contains("sbatch"));
    // Another number of shards while some are live would do work twice.
    desk.ends(&words, 0);
    desk.has("queue", "101_0|RUNNING|None\n");
    let (_, err) = desk.ends(&["cluster", "resume", folder.to_str().unwrap(), "--shards", "5"], 65);
    holds(&err, &["knows 2 shards, not 5"]);
}

#[test]
fn a_folder_that_slurm_cannot_be_told_is_refused() {
    let desk = Desk::new();
    for name in ["back\\slash", "line\nbreak"] {
        let folder = desk.path(name);
        let words = [
            "cluster",
            "submit",
            SWEEP,
            "--engine",
            "slurm",
            "--shards",
            "2",
            "--out",
            folder.to_str().unwrap(),
        ];
        let (_, err) = desk.ends(&words, 65);
        holds(&err, &["line break or a backslash"]);
        assert!(!desk.notes().contains("sbatch"));
    }
}

#[test]
fn nothing_to_resume_is_said() {
    let desk = Desk::new();
    let folder = desk.path("village");
    let shown = folder.to_str().unwrap();
    desk.ends(&["sweep", "run", SWEEP, "--shard", "1/2", "--out", shown], 0);
    let (_, err) = desk.ends(&["cluster", "resume", shown], 65);
    holds(&err, &["nothing of", "was ever submitted", "cluster submit"]);
    let (out, _) = desk.ends(&["cluster", "status", shown], 1);
    holds(&out, &["1 not submitted", "do: kangcun cluster submit "]);
}

#[test]
fn a_line_cut_off_by_a_failure_neither_hides_nor_swallows_others() {
    let desk = Desk::new();
    let folder = desk.submits("4");
    let file = folder.join("jobs.jsonl");
    let whole = fs::read_to_string(&file).unwrap();
    let cut = whole.trim_end().rfind('\n').unwrap() + 40;
    fs::write(&file, &whole[..cut]).unwrap();
    let jobs = Jobs::read(&folder).unwrap();
    assert_eq!((jobs.list.len(), jobs.unreadable), (1, 1));
    let (out, _) = desk.ends(&["cluster", "resume", folder.to_str().unwrap()], 0);
    holds(&out, &["array 103: shards 1-4 of 4"]);
    let jobs = Jobs::read(&folder).unwrap();
    assert_eq!((jobs.list.len(), jobs.unreadable), (3, 1));
    let (out, _) = desk.ends(&["cluster", "status", folder.to_str().unwrap()], 1);
    holds(&out, &["1 line of jobs.jsonl cannot be read"]);
}

/// A task as the parsers give it.
fn task(job: &str, index: Option<u32>, state: &str, reason: &str, ended: Option<(i32, i32)>) -> Task {
    Task {
        job: job.into(),
        index,
        state: state.into(),
        reason: reason.into(),
        ended,
    }
}

#[test]
fn squeue_is_read_as_versions_print_it() {
    // One line a task with -r; older versions in parentheses; tasks that wait together without -r; headers of a federation.
    let text = "12_0|RUNNING|None\n12_3|PENDING|Resources\n13|PENDING|(Dependency)\n12_[5,7-8%2]|PENDING|JobArrayTaskLimit\n\
                CLUSTER: north\n14_1|PENDING|ReqNodeNotAvail, UnavailableNodes:n[1-2]\nslurm_load_jobs: warning\n\n15+0|RUNNING|None\n";
    assert_eq!(
        read_squeue(text),
        [
            task("12", Some(0), "RUNNING", "", None),
            task("12", Some(3), "PENDING", "Resources", None),
            task("13", None, "PENDING", "Dependency", None),
            task("12", Some(5), "PENDING", "JobArrayTaskLimit", None),
            task("12", Some(7), "PENDING", "JobArrayTaskLimit", None),
            task("12", Some(8), "PENDING", "JobArrayTaskLimit", None),
            task(
                "14",
                Some(1),
                "PENDING",
                "ReqNodeNotAvail, UnavailableNodes:n[1-2]",
                None
            ),
        ]
    );
}

#[test]
fn sacct_is_read_as_versions_print_it() {
    let text = "12_0|COMPLETED|0:0\n12_1|CANCELLED by 1000|0:15\n12_2|FAILED|74:0|\n12_3|CANCELLED+|0:0\n12_[4-5]|PENDING|0:0\n13|TIMEOUT|0:0\n";
    assert_eq!(
        read_sacct(text),
        [
            task("12", Some(0), "COMPLETED", "", Some((0, 0))),
            task("12", Some(1), "CANCELLED", "by 1000", Some((0, 15))),
            task("12", Some(2), "FAILED", "", Some((74, 0))),
            task("12", Some(3), "CANCELLED", "", Some((0, 0))),
            task("12", Some(4), "PENDING", "", Some((0, 0))),
            task("12", Some(5), "PENDING", "", Some((0, 0))),
            task("13", None, "TIMEOUT", "", Some((0, 0))),
        ]
    );
}

#[test]
fn scontrol_is_read_as_versions_print_it() {
    let text = "JobId=19 ArrayJobId=12 ArrayTaskId=3 ArrayTaskThrottle=2 JobName=a b UserId=u(1) JobState=FAILED Reason=NonZeroExitCode Dependency=(null) Requeue=1 ExitCode=65:0 RunTime=00:00:01\n\
                JobId=12 ArrayJobId=12 ArrayTaskId=4-5%2 JobName=a b JobState=PENDING Reason=Resources ExitCode=0:0\n\
                JobId=14 JobName=x JobState=CANCELLED Reason=None Dependency=(null) ExitCode=0:15 DerivedExitCode=0:0\n\
                slurm_load_jobs error: Invalid job id specified\n";
    assert_eq!(
        read_scontrol(text),
        [
            task("12", Some(3), "FAILED", "NonZeroExitCode", Some((65, 0))),
            task("12", Some(4), "PENDING", "Resources", Some((0, 0))),
            task("12", Some(5), "PENDING", "Resources", Some((0, 0))),
            task("14", None, "CANCELLED", "", Some((0, 15))),
        ]
    );
}

#[test]
fn limits_are_read_from_the_configuration() {
    let text = "Configuration data as of 2026-01-01T00:00:00\nMaxArraySize            = 4001\nMaxJobCount             = 50000\n\
                SchedulerParameters     = bf_continue,max_array_tasks=1000,bf_window=4320\nSLURM_VERSION           = 23.11.4\n";
    let limits = Limits::read(text);
    assert_eq!(
        (limits.array_size, limits.array_tasks, limits.jobs),
        (4001, 1000, 50_000)
    );
    let limits = Limits::read("MaxArraySize = 11\nSchedulerParameters = (null)\n");
    assert_eq!((limits.array_size, limits.array_tasks), (11, 11));
}

#[test]
fn the_number_of_a_new_job_is_found_with_and_without_a_cluster() {
    assert_eq!(read_submitted("123\n"), Some(("123".into(), None)));
    assert_eq!(
        read_submitted("123;north\n"),
        Some(("123".into(), Some("north".into())))
    );
    assert_eq!(
        read_submitted("a notice of the site\n123\n"),
        Some(("123".into(), None))
    );
    assert_eq!(read_submitted("Submitted batch job"), None);
    assert_eq!(read_submitted(""), None);
}

#[test]
fn a_task_that_ended_well_without_its_runs_is_lost_all_the_same() {
    let desk = Desk::new();
    let folder = desk.submits("3");
    let jobs = Jobs::read(&folder).unwrap();
    let standing = Standing {
        planned: 60,
        done: 40,
        failed: 0,
        missing: vec![0, 20, 0],
    };
    let ended = read_sacct("101_0|COMPLETED|0:0\n101_1|COMPLETED|0:0\n101_2|COMPLETED|0:0\n");
    let report = Report::of(&standing, &jobs, Ok(&[]), &ended);
    assert_eq!(report.incomplete.len(), 1);
    assert_eq!(report.incomplete[0].state, State::Lost);
    holds(
        report.incomplete[0].meaning.as_deref().unwrap(),
        &["ended well", "lost or damaged"],
    );
}
