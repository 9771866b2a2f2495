//! A sweep that is killed again and again comes to the same table.

mod common;

use common::{ends, file};
use kangcun::draws::mix;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SMALL: &str =
    "title = \"Small\"\nsummary = \"A small world.\"\n[run]\nlast_year = 2021\n[set.world]\npeople_count = 400\n";

const MANY: &str = "title = \"Many\"\nsummary = \"Many small runs.\"\nbase = \"small.toml\"\n[run]\nseeds = 2\nreplicates = 30\n\
[[axes]]\nset = \"insurance.clinic_designated_share\"\nvalues = [0.2, 0.5, 0.8, 1.0]\n";

fn table(folder: &Path) -> [Vec<u8>; 2] {
    ["results.parquet", "results.csv"].map(|name| fs::read(folder.join(name)).unwrap())
}

/// Begins the sweep, kills it after `wait` (SIGKILL: nothing is asked of it), and says whether it had ended before.
#[allow(clippy::disallowed_methods)] // the clock says when to kill; what comes of it must not depend on it
fn killed(bench: &Path, out: &str, wait: Duration) -> bool {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("kangcun"))
        .args([
            "sweep",
            "run",
            "many.toml",
            "--out",
            out,
            "--save-every",
            "0",
            "--threads",
            "2",
        ])
        .current_dir(bench)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + wait;
    while Instant::now() < until {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

/// Kills the sweep at `kills` moments drawn from `seed`, each on what the last one left, and begins anew when it has come to its end.
fn same_after(kills: u64, seed: u64) {
    let bench = tempfile::tempdir().unwrap();
    file(bench.path(), "small.toml", SMALL);
    file(bench.path(), "many.toml", MANY);
    ends(bench.path(), "sweep run many.toml --out whole", 0);
    let whole = table(&bench.path().join("whole"));
    let (mut round, mut ended) = (0, 0);
    for kill in 0..kills {
        // Within a second and a half: while it reads its files, freezes, lives, saves, or collects.
        let wait = Duration::from_micros(mix(seed ^ kill) % 1_500_000);
        let out = format!("out{round}");
        if killed(bench.path(), &out, wait) {
            assert_eq!(table(&bench.path().join(&out)), whole);
            (round, ended) = (round + 1, ended + 1);
        }
    }
    println!("{kills} kills; it came to its end {ended} times between them");
    let out = format!("out{round}");
    ends(bench.path(), &format!("sweep run many.toml --out {out}"), 0);
    let folder = bench.path().join(&out);
    assert_eq!(table(&folder), whole);
    let left = fs::read_dir(&folder)
        .unwrap()
        .chain(fs::read_dir(folder.join("parts")).unwrap());
    for entry in left {
        let name = entry.unwrap().file_name();
        assert!(!name.to_string_lossy().starts_with('.'), "{} was left", name.display());
    }
}

#[test]
fn five_kills_change_nothing() {
    same_after(5, 1);
}

/// Slow tier: `cargo test --release --test kills -- --ignored`.
#[test]
#[ignore = "slow tier: a minute or more"]
fn fifty_kills_change_nothing() {
    same_after(50, 2);
}
