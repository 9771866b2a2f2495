//! The same inputs give the same bytes, on any number of threads.

mod common;

use common::policy;
use kangcun::lanes::Level;
use kangcun::output::{Study, write};
use kangcun::run::{RunResult, run};
use kangcun::scenario::Scenario;
use kangcun::study::{self, Arm};
use std::path::Path;

const SMALL: [&str; 3] = ["world.people_count=3000", "run.last_year=2022", "run.replicates=2"];

fn on_threads<T: Send>(threads: usize, job: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        assert_eq!(rayon::current_num_threads(), threads);
        job()
    })
}

fn lived(name: &str, replicate: u32, sets: &[&str]) -> RunResult {
    run(&policy(name, sets), replicate, &|| ()).unwrap()
}

#[test]
fn a_run_does_not_depend_on_threads() {
    for name in ["baseline", "package"] {
        let one = on_threads(1, || lived(name, 0, &SMALL));
        for threads in [2, 3, 7] {
            let other = on_threads(threads, || lived(name, 0, &SMALL));
            assert!(one == other, "{name} on {threads} threads");
        }
        assert!(one == lived(name, 0, &SMALL), "{name}: a second run");
    }
}

#[test]
fn a_run_does_not_depend_on_vector_instructions() {
    for name in ["baseline", "package"] {
        let mut narrow = policy(name, &SMALL);
        narrow.level = Level::PORTABLE;
        let portable = run(&narrow, 0, &|| ()).unwrap();
        for level in Level::every() {
            let mut other = policy(name, &SMALL);
            other.level = level;
            assert!(
                run(&other, 0, &|| ()).unwrap() == portable,
                "{name} on {}",
                level.name()
            );
        }
    }
}

#[test]
fn another_seed_or_replicate_is_another_world() {
    let one = lived("baseline", 0, &SMALL);
    assert!(one != lived("baseline", 1, &SMALL), "a replicate of its own");
    assert!(
        one != lived("baseline", 0, &[&SMALL[..], &["run.seed=7"]].concat()),
        "a seed of its own"
    );
}

#[test]
fn the_policy_keeps_nothing_of_an_earlier_run() {
    // Rules are compiled once and shared: what ran before on them must leave no trace.
    let shared = policy("package", &SMALL);
    let first = run(&shared, 0, &|| ()).unwrap();
    let _ = run(&shared, 1, &|| ()).unwrap();
    assert!(first == run(&shared, 0, &|| ()).unwrap());
}

/// Runs `names` as a study and writes its result into `folder`.
fn written(names: &[&str], folder: &Path) {
    let mut arms: Vec<Arm> = Vec::new();
    for name in names {
        let scenario = Scenario::load(name, &SMALL.map(ToOwned::to_owned)).unwrap();
        let id = format!("{}{}", scenario.id, if arms.is_empty() { "" } else { " (2)" });
        arms.push(Arm::new(&id, scenario).unwrap());
    }
    study::compare(&mut arms, &|_| ()).unwrap();
    let study = Study {
        arms: &arms,
        equal_cost: &[],
        published: &[],
        min_cell: None,
        command: "test".into(),
        when: "now".into(),
    };
    write(&study, folder).unwrap();
}

fn hashes(folder: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest["tables_blake3"].clone()
}

#[test]
fn written_tables_do_not_depend_on_threads_and_are_what_the_manifest_says() {
    let folder = tempfile::tempdir().unwrap();
    let (one, three) = (folder.path().join("one"), folder.path().join("three"));
    on_threads(1, || written(&["baseline", "package"], &one));
    on_threads(3, || written(&["baseline", "package"], &three));
    let expected = hashes(&one);
    assert_eq!(expected, hashes(&three));
    let expected = expected.as_object().unwrap();
    assert!(expected.len() >= 6, "{expected:?}");
    let mut files = 0;
    for entry in std::fs::read_dir(one.join("tables")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(expected[name], blake3::hash(&bytes).to_hex().as_str(), "{name}");
        assert_eq!(bytes, std::fs::read(three.join("tables").join(name)).unwrap(), "{name}");
        files += 1;
    }
    assert_eq!(files, expected.len(), "the manifest names every table");
}

#[test]
fn a_scenario_differs_from_itself_by_exactly_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("result");
    written(&["baseline", "baseline"], &result);
    let mut table = csv::Reader::from_path(result.join("tables/paired.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|own| own == name).unwrap();
    let mut rows = 0;
    for row in table.records() {
        let row = row.unwrap();
        for column in ["difference", "se", "lo", "hi"] {
            let text = &row[at(column)];
            // With one replicate that has a value there is no interval.
            assert!(
                text == "0" || (text.is_empty() && column != "difference"),
                "{column} of {row:?}"
            );
        }
        rows += 1;
    }
    assert!(rows > 100, "{rows} rows");
}
