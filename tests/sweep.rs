//! Sweeps: whoever lives the runs, in whatever order and however often they are stopped, the same table comes of it.

mod common;

use common::{ends, file};
use kangcun::indicators::list::indicators;
use kangcun::indicators::table::Slice;
use kangcun::ledger::Folder;
use kangcun::ledger::parts::Batch;
use kangcun::ledger::records::Ledger;
use kangcun::run::{Policy, run};
use kangcun::scenario::Scenario;
use kangcun::world::ALL_CATEGORIES;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SMALL: &str =
    "title = \"Small\"\nsummary = \"A small world.\"\n[run]\nlast_year = 2022\n[set.world]\npeople_count = 600\n";

/// Two policies, two prices, two seeds, two replicates: sixteen runs.
const SIXTEEN: &str = "title = \"Sixteen\"\nsummary = \"Sixteen runs.\"\nbase = \"small.toml\"\n\
[run]\nseeds = 2\nreplicates = 2\nseed = 7\n\
[[axes]]\nname = \"policy\"\nprogrammes = [[], [\"secondary-aid\"]]\nlabels = [\"none\", \"aid\"]\n\
[[axes]]\nset = \"insurance.clinic_designated_share\"\nvalues = [0.5, 1.0]\n\
[outputs]\nindicators = [\"return_hazard@register_national\", \"return_cumulative@register_national\", \"oop\", \"public_cost\"]\n\
by = [\"year\", \"county\", \"category\"]\n";

const DRAWN: &str = "title = \"Drawn\"\nsummary = \"Draws of uncertain prices.\"\nbase = \"small.toml\"\n\
[run]\nseeds = 1\ndraws = 2\nreplicates = 2\n\
[draw]\ncards = [\"care_seeking.*\"]\n";

/// A folder with the files of these tests.
fn bench() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "small.toml", SMALL);
    file(folder.path(), "sixteen.toml", SIXTEEN);
    file(folder.path(), "drawn.toml", DRAWN);
    folder
}

/// The collected files.
fn table(folder: &Path) -> [Vec<u8>; 3] {
    ["results.parquet", "results.csv", "summary.csv"].map(|name| fs::read(folder.join(name)).unwrap())
}

/// The parts in a folder of a sweep.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let inner = fs::read_dir(folder.join("parts"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = inner
        .flat_map(|path| fs::read_dir(path).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

#[test]
fn what_is_collected_does_not_depend_on_who_lived_it() {
    let bench = bench();
    let text = ends(bench.path(), "sweep run sixteen.toml --out one --threads 1", 0);
    assert!(text.contains("16 runs lived now, 0 failed"), "{text}");
    let one = table(&bench.path().join("one"));
    // Shards in any order, the last on more threads than there are cores, one of them twice.
    for (shard, threads) in [("3/3", 1), ("1/3", 2), ("1/3", 1), ("2/3", 7)] {
        ends(
            bench.path(),
            &format!("sweep run sixteen.toml --out three --shard {shard} --threads {threads}"),
            0,
        );
    }
    assert!(
        !bench.path().join("three/results.csv").exists(),
        "a shard collects nothing"
    );
    ends(bench.path(), "sweep collect three", 0);
    assert_eq!(table(&bench.path().join("three")), one);
    // A share, then the rest; a run a part.
    ends(bench.path(), "sweep run sixteen.toml --out rest --shard 5/16", 0);
    let text = ends(
        bench.path(),
        "sweep run sixteen.toml --out rest --save-every 0 --threads 2",
        0,
    );
    assert!(text.contains("15 runs lived now"), "{text}");
    assert_eq!(parts(&bench.path().join("rest")).len(), 16);
    assert_eq!(table(&bench.path().join("rest")), one);
    // Nothing is left to do, and nothing is done.
    let text = ends(bench.path(), "sweep run rest", 0);
    assert!(text.contains("0 runs lived now"), "{text}");
    assert_eq!(table(&bench.path().join("rest")), one);
    ends(bench.path(), "sweep verify rest --sample 4", 0);
}

#[test]
fn a_row_says_what_the_run_itself_says() {
    let bench = bench();
    ends(bench.path(), "sweep run sixteen.toml --out out", 0);
    let mut reader = csv::Reader::from_path(bench.path().join("out/results.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let wanted = [
        "run",
        "point",
        "draw",
        "seed",
        "replicate",
        "policy",
        "insurance.clinic_designated_share",
        "status",
        "year",
        "county",
        "category",
        "return_hazard_register_national",
        "return_cumulative_register_national",
        "oop",
        "public_cost",
    ];
    assert_eq!(header, wanted);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    // Run 13: point 3 (aid, 1.0), draw 0, seed 7, replicate 1.
    let own: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == "13").collect();
    assert_eq!(
        own[0].iter().take(8).collect::<Vec<_>>(),
        ["13", "3", "0", "7", "1", "aid", "1", "ok"]
    );
    let text = SMALL.replace("[run]", "programmes = [\"secondary-aid\"]\n[run]");
    let path = file(bench.path(), "aid.toml", &text);
    let sets = ["run.seed=7", "insurance.clinic_designated_share=1.0"].map(str::to_owned);
    let policy = Policy::new(Scenario::load(path.to_str().unwrap(), &sets).unwrap()).unwrap();
    let result = run(&policy, 1, &|| ()).unwrap();
    let (years, counties) = (result.years.len(), result.years[0].counties.len());
    let list = indicators(&result);
    let gauge = result
        .gauges
        .iter()
        .position(|gauge| gauge.0 == "register_national")
        .unwrap();
    let wanted = |id: &str| {
        let at = list
            .iter()
            .position(|own| own.id == id && (own.line.is_empty() || own.line == result.gauges[gauge].2));
        &list[at.unwrap()]
    };
    let mut expected = own.iter();
    for year in (0..years).map(Some).chain([None]) {
        for county in std::iter::once(None).chain((0..counties).map(Some)) {
            for category in std::iter::once(None).chain(ALL_CATEGORIES.map(Some)) {
                let slice = Slice { year, county, category };
                let row = expected.next().unwrap();
                let labels = slice.labels(&result);
                assert_eq!([&row[8], &row[9], &row[10]], [&labels.0, &labels.1, labels.2]);
                for (column, id) in [(11, "return_hazard"), (12, "return_cumulative"), (13, "oop")] {
                    let value = wanted(id).value(&slice.tally(&result, id == "return_cumulative"));
                    let told = (!row[column].is_empty()).then(|| row[column].parse::<f64>().unwrap());
                    assert_eq!(told, value, "{id} {labels:?}");
                }
            }
        }
    }
    assert!(expected.next().is_none());
    // The summary is of the four runs of a point.
    let mut summary = csv::Reader::from_path(bench.path().join("out/summary.csv")).unwrap();
    let line = summary
        .records()
        .map(Result::unwrap)
        .find(|row| &row[0] == "3" && &row[3] == "all" && &row[4] == "all" && &row[5] == "all" && &row[6] == "oop");
    let line = line.unwrap();
    let values = rows
        .iter()
        .filter(|row| &row[1] == "3" && &row[8] == "all" && &row[9] == "all" && &row[10] == "all");
    let values: Vec<f64> = values.map(|row| row[13].parse().unwrap()).collect();
    assert_eq!((values.len(), &line[8]), (4, "4"));
    assert!((line[9].parse::<f64>().unwrap() - values.iter().sum::<f64>() / 4.0).abs() < 1e-9);
}

#[test]
fn a_finished_sweep_takes_more_seeds_and_draws_without_living_anything_again() {
    let bench = bench();
    ends(bench.path(), "sweep run drawn.toml --out small", 0);
    let text = ends(bench.path(), "sweep run drawn.toml --out small --add-draws 1", 0);
    assert!(text.contains("2 runs lived now"), "{text}");
    let text = ends(bench.path(), "sweep run small --add-seeds 1", 0);
    assert!(text.contains("6 runs lived now"), "{text}");
    let large = DRAWN
        .replace("draws = 2", "draws = 3")
        .replace("seeds = 1", "seeds = 2");
    file(bench.path(), "large.toml", &large);
    ends(bench.path(), "sweep run large.toml --out large", 0);
    let [parquet, csv, summary] = table(&bench.path().join("large"));
    let extended = table(&bench.path().join("small"));
    assert_eq!([&extended[1], &extended[2]], [&csv, &summary]);
    let drawn = fs::read_to_string(bench.path().join("small/draws.csv")).unwrap();
    assert_eq!(drawn, fs::read_to_string(bench.path().join("large/draws.csv")).unwrap());
    assert!(
        drawn.lines().count() == 4 && drawn.starts_with("draw,care_seeking."),
        "{drawn}"
    );
    // The name of the sweep stands in the Parquet file.
    assert_eq!(extended[0].len(), parquet.len());
    // Asked again while its runs are missing, the same extension goes on; then it is another.
    assert!(ends(bench.path(), "sweep run small --add-seeds 1 --shard 1/12", 2).contains("not to a shard"));
    let part = parts(&bench.path().join("small")).pop().unwrap();
    ends(bench.path(), "sweep run small --add-seeds 1", 0);
    fs::remove_file(part).unwrap();
    let text = ends(bench.path(), "sweep run small --add-seeds 1", 0);
    assert!(
        text.contains("going on") && text.contains("of 18 runs 18 are done"),
        "{text}"
    );
    ends(bench.path(), "sweep run sixteen.toml --out sixteen --shard 1/16", 0);
    let text = ends(bench.path(), "sweep run sixteen.toml --out sixteen --add-draws 1", 65);
    assert!(text.contains("draws"), "{text}");
}

#[test]
fn a_part_that_was_cut_off_or_changed_is_made_again() {
    let bench = bench();
    let out = bench.path().join("out");
    ends(bench.path(), "sweep run sixteen.toml --out out --save-every 0", 0);
    let whole = table(&out);
    let all = parts(&out);
    let bytes = fs::read(&all[0]).unwrap();
    fs::write(&all[0], &bytes[..bytes.len() / 2]).unwrap();
    let mut bytes = fs::read(&all[5]).unwrap();
    bytes[100] ^= 1;
    fs::write(&all[5], bytes).unwrap();
    fs::write(&all[9], b"").unwrap();
    fs::remove_file(&all[11]).unwrap();
    fs::write(all[2].with_file_name(".part-left"), b"half a par").unwrap();
    let text = ends(bench.path(), "sweep status out", 1);
    assert!(
        text.contains("3 parts were cut off or changed") && text.contains("1 files are being written"),
        "{text}"
    );
    let text = ends(bench.path(), "sweep verify out --sample 1", 1);
    assert!(text.contains("is not what its name says"), "{text}");
    let text = ends(bench.path(), "sweep collect out", 1);
    assert!(text.contains("4 are missing"), "{text}");
    let text = ends(bench.path(), "sweep run out", 0);
    assert!(text.contains("4 runs lived now"), "{text}");
    assert_eq!(table(&out), whole);
    let left = parts(&out);
    assert!(
        left.iter()
            .all(|path| path.extension().is_some_and(|ending| ending == "parquet")),
        "{left:?}"
    );
    // A table that was changed is noticed.
    fs::write(out.join("results.csv"), "run\n").unwrap();
    let text = ends(bench.path(), "sweep verify out", 1);
    assert!(text.contains("results.csv was changed"), "{text}");
    ends(bench.path(), "sweep collect out", 0);
    assert_eq!(table(&out), whole);
    fs::remove_file(out.join("collected.json")).unwrap();
    let text = ends(bench.path(), "sweep verify out --sample 1", 1);
    assert!(text.contains("no collected.json"), "{text}");
}

#[test]
fn what_is_not_there_is_labelled_or_refused() {
    let bench = bench();
    let out = bench.path().join("out");
    ends(bench.path(), "sweep run sixteen.toml --out out --shard 1/2", 0);
    let text = ends(bench.path(), "sweep collect out", 1);
    assert!(
        text.contains("8 are missing and 0 failed") && text.contains("--partial"),
        "{text}"
    );
    assert!(!out.join("results.csv").exists());
    ends(bench.path(), "sweep collect out --partial", 0);
    assert!(!out.join("results.csv").exists());
    let partial = fs::read_to_string(out.join("results.partial.csv")).unwrap();
    assert_eq!(partial.lines().filter(|line| line.contains(",missing,")).count(), 8);
    assert_eq!(fs::read_to_string(out.join("failures.csv")).unwrap().lines().count(), 9);
    ends(bench.path(), "sweep run sixteen.toml --out out", 0);
    assert!(!out.join("results.partial.csv").exists() && !out.join("failures.csv").exists());
}

#[test]
fn a_run_that_fails_is_recorded_and_spoils_nothing() {
    let bench = bench();
    // Incomes that grow by half every year leave what can be reckoned before 2036.
    file(bench.path(), "long.toml", &SMALL.replace("2022", "2036"));
    let text = "title = \"Two\"\nsummary = \"One of two cannot be lived.\"\nbase = \"long.toml\"\n[run]\nreplicates = 2\n\
                [[axes]]\nset = \"livelihood.income_growth\"\nvalues = [0.05, 0.49]\n";
    file(bench.path(), "two.toml", text);
    let text = ends(bench.path(), "sweep run two.toml --out out", 1);
    assert!(
        text.contains("2 runs lived now, 2 failed") && text.contains("sweep replay out 2"),
        "{text}"
    );
    let text = ends(bench.path(), "sweep replay out 2", 1);
    assert!(text.contains("beyond what can be reckoned"), "{text}");
    assert!(ends(bench.path(), "sweep replay out 1", 0).contains("the same as was saved"));
    // What failed is not missing: it is lived again when that is asked for.
    assert!(ends(bench.path(), "sweep run out", 1).contains("0 runs lived now"));
    assert!(ends(bench.path(), "sweep retry out", 1).contains("2 failed"));
    let text = ends(bench.path(), "sweep status out --json", 1);
    // The last line says, on the other stream, that not everything is done.
    let json = &text[..=text.rfind('}').unwrap()];
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(report["runs"]["failed"], 2);
    ends(bench.path(), "sweep collect out --partial", 0);
    let table = fs::read_to_string(bench.path().join("out/results.partial.csv")).unwrap();
    assert_eq!(table.lines().filter(|line| line.contains(",failed,")).count(), 2);
}

#[test]
fn two_ends_of_one_run_are_told() {
    let bench = bench();
    let out = bench.path().join("out");
    ends(bench.path(), "sweep run sixteen.toml --out out", 0);
    let folder = Folder::open(&out).unwrap();
    let ledger = Ledger::read(&folder).unwrap();
    let (entry, part) = ledger.lived(folder.key(3)).next().unwrap();
    let mut rows = ledger.open(part, folder.outputs().columns.len()).unwrap().rows(entry);
    // The same once more changes nothing.
    let mut batch = Batch::new(folder.outputs());
    batch.push(folder.key(3), Ok(rows.clone()));
    batch.save(&out).unwrap();
    ends(bench.path(), "sweep collect out", 0);
    let value = rows[0].values[2].unwrap();
    rows[0].values[2] = Some(f64::from_bits(value.to_bits() + 1));
    batch.push(folder.key(3), Ok(rows));
    batch.save(&out).unwrap();
    let text = ends(bench.path(), "sweep collect out", 70);
    assert!(
        text.contains("run 3 was lived more than once, to different ends"),
        "{text}"
    );
    let text = ends(bench.path(), "sweep verify out --sample 16", 1);
    assert!(text.contains("run 3, lived again, gives other numbers"), "{text}");
}

#[test]
fn a_folder_keeps_to_what_it_was_begun_with() {
    let bench = bench();
    ends(bench.path(), "sweep run sixteen.toml --out out", 0);
    let before = table(&bench.path().join("out"));
    // A comment changes no run.
    file(bench.path(), "sixteen.toml", &format!("# Two policies.\n{SIXTEEN}"));
    assert!(ends(bench.path(), "sweep run sixteen.toml --out out", 0).contains("0 runs lived now"));
    file(
        bench.path(),
        "sixteen.toml",
        &SIXTEEN.replace("[0.5, 1.0]", "[0.5, 0.9]"),
    );
    let text = ends(bench.path(), "sweep run sixteen.toml --out out", 65);
    assert!(
        text.contains("holds another sweep: 2 of 4 cells have other rules") && text.contains("--revise"),
        "{text}"
    );
    // The folder itself knows what it was begun with.
    assert!(ends(bench.path(), "sweep run out", 0).contains("0 runs lived now"));
    let text = ends(bench.path(), "sweep run sixteen.toml --out out --revise", 0);
    assert!(text.contains("8 runs lived now"), "{text}");
    assert_ne!(table(&bench.path().join("out")), before);
    assert!(ends(bench.path(), "sweep status out", 0).contains("8 runs are of what the sweep was before"));
    // And back: nothing was thrown away.
    file(bench.path(), "sixteen.toml", SIXTEEN);
    assert!(ends(bench.path(), "sweep run sixteen.toml --out out --revise", 0).contains("0 runs lived now"));
    assert_eq!(table(&bench.path().join("out")), before);
}

#[test]
fn what_cannot_be_is_refused_with_a_way_out() {
    let bench = bench();
    let says = |line: &str, code: i32, parts: &[&str]| {
        let text = ends(bench.path(), line, code);
        for part in parts {
            assert!(text.contains(part), "{line}: `{part}` is not in\n{text}");
        }
    };
    says("sweep run sixteen.toml --shard 0/3", 2, &["counted from 1"]);
    says("sweep run sixteen.toml --shard 4/3", 2, &["no shard 4 of 3"]);
    says(
        "sweep run sixteen.toml --add-seeds 1",
        2,
        &["nothing of `sixteen` has been run"],
    );
    says("sweep status sixteen.toml", 65, &["nothing of `sixteen` has been run"]);
    says("sweep run nowhere.toml", 65, &["no file `nowhere.toml`"]);
    says("sweep run baseline", 65, &["baseline"]);
    says("sweep run countermeasures", 65, &["kangcun compare"]);
    fs::create_dir(bench.path().join("full")).unwrap();
    file(&bench.path().join("full"), "thesis.docx", "years of work");
    says("sweep run sixteen.toml --out full", 73, &["full", "is there already"]);
    says("sweep run full", 65, &["not of a sweep"]);
    says("sweep run sixteen.toml --out out --shard 1/16", 0, &[]);
    says("sweep run out --seed 4", 2, &["is frozen"]);
    says("sweep run out --out other", 2, &["--out means nothing here"]);
    says("sweep replay out 16", 2, &["numbered 0 to 15"]);
    says(
        "sweep run sixteen.toml --out out --replicates 3",
        65,
        &["3 replicates instead of 2"],
    );
    let frozen = fs::read_to_string(bench.path().join("out/sweep.json")).unwrap();
    let path = bench.path().join("out/sweep.json");
    fs::write(&path, frozen.replace("\"replicates\": 2", "\"replicates\": 1")).unwrap();
    says("sweep status out", 65, &["is not what was frozen", "remove sweep.json"]);
    // What is advised helps: the parts are known again.
    fs::remove_file(&path).unwrap();
    says(
        "sweep run sixteen.toml --out out --shard 1/16",
        0,
        &["0 runs lived now"],
    );
    fs::write(&path, frozen.replace("\"results_version\": ", "\"results_version\": 9")).unwrap();
    says("sweep run out", 65, &["results version 9"]);
    fs::write(&path, &frozen[..frozen.len() / 2]).unwrap();
    says("sweep run out", 65, &["cannot be understood"]);
    fs::write(&path, &frozen).unwrap();
    let mut inside = fs::read_dir(bench.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let design = inside
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("design-"))
        .unwrap();
    fs::write(&design, b"PAR1").unwrap();
    says("sweep run out", 65, &["is not what was frozen"]);
}

/// A sweep that takes some time, and a run of it that has begun to live.
fn begun(bench: &Path) -> Child {
    let long = SIXTEEN.replace("replicates = 2", "replicates = 400");
    file(bench, "long.toml", &long);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("kangcun"))
        .args(["sweep", "run", "long.toml", "--out", "long", "--threads", "2"])
        .current_dir(bench)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("runs to live")),
        "it ended before it began"
    );
    // Somebody must go on reading.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn told(child: &mut Child, signal: &str) -> Option<i32> {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    child.wait().unwrap().code()
}

#[test]
fn signals_end_a_run_in_good_order() {
    let bench = bench();
    for (signal, code) in [("-TERM", 143), ("-USR1", 75), ("-INT", 130)] {
        let mut child = begun(bench.path());
        assert_eq!(told(&mut child, signal), Some(code), "{signal}");
        let long = bench.path().join("long");
        let ledger = Ledger::read(&Folder::open(&long).unwrap()).unwrap();
        assert_eq!((ledger.spoilt.len(), ledger.unfinished.len()), (0, 0), "{signal}");
        if signal == "-USR1" {
            assert!(ledger.tally().done > 0, "what was being lived was finished and saved");
        }
    }
    // Other commands leave nothing half written.
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("kangcun"))
        .args(["run", "small.toml", "--out", "killed", "--replicates", "4000"])
        .current_dir(bench.path())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("world-years")),
        "it says how far it is"
    );
    assert_eq!(told(&mut child, "-TERM"), Some(143));
    let left: Vec<_> = fs::read_dir(bench.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter().all(|name| !name.to_string_lossy().starts_with(".kangcun")),
        "{left:?}"
    );
}

#[test]
fn any_number_of_processes_can_do_the_same_at_once() {
    let bench = bench();
    ends(bench.path(), "sweep run sixteen.toml --out one", 0);
    let begin = || {
        Command::new(assert_cmd::cargo::cargo_bin("kangcun"))
            .args([
                "sweep",
                "run",
                "sixteen.toml",
                "--out",
                "many",
                "--threads",
                "1",
                "--save-every",
                "0",
            ])
            .current_dir(bench.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    for mut child in [begin(), begin(), begin(), begin()] {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert_eq!(table(&bench.path().join("many")), table(&bench.path().join("one")));
}

#[test]
fn a_plan_says_what_there_is_to_run() {
    let bench = bench();
    let text = ends(bench.path(), "sweep plan sixteen.toml", 0);
    for part in [
        "4 points x 1 draws x 2 seeds x 2 replicates = 16 runs",
        "core-hours",
        "memory",
        "disk",
    ] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    let list = ends(bench.path(), "sweep plan sixteen.toml --csv", 0);
    assert_eq!(list.lines().count(), 17);
    assert!(list.contains("13,3,0,7,1,aid,1"), "{list}");
    let plan: serde_json::Value =
        serde_json::from_str(&ends(bench.path(), "sweep plan sixteen.toml --json", 0)).unwrap();
    assert_eq!((plan["runs"].as_u64(), plan["scenarios"].as_u64()), (Some(16), Some(4)));
    assert!(plan["forecast"]["seconds_per_run"].as_f64().unwrap() > 0.0);
    assert_eq!(plan["points"][3], serde_json::json!(["aid", 1.0]));
    assert!(!bench.path().join("outputs").exists(), "a plan writes nothing");
}
