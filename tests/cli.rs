//! The command line as a user meets it: what it prints, what it leaves on disk, and how it ends.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Output;

const TINY: [&str; 4] = ["--set", "world.people_count=3000", "--set", "run.last_year=2022"];
const ONE: [&str; 2] = ["--replicates", "2"];

/// Runs the program in `folder`.
fn kangcun(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::cargo_bin("kangcun").unwrap();
    command.current_dir(folder).env("NO_COLOR", "1").args(words);
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs the program, which must end with `code`; returns what it printed and said.
#[track_caller]
fn ends(folder: &Path, words: &[&str], code: i32) -> (String, String) {
    let output = kangcun(folder, words);
    let (out, err) = (out(&output), err(&output));
    assert_eq!(output.status.code(), Some(code), "{words:?}\n{out}\n{err}");
    assert!(!err.contains("panicked"), "{words:?} shows a panic:\n{err}");
    (out, err)
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Every file under `folder` with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                all.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

fn told(folder: &Path, body: &str) {
    let text = format!("title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\n{body}");
    fs::write(folder.join("mine.toml"), text).unwrap();
}

#[test]
fn help_names_every_command_and_exit_code() {
    let folder = here();
    let (text, _) = ends(folder.path(), &["--help"], 0);
    let commands = [
        "run",
        "compare",
        "attribute",
        "check",
        "rules",
        "parameters",
        "claim",
        "found",
        "founding",
        "validate",
        "health",
        "elasticity",
        "explain",
        "plot",
        "view",
    ];
    holds(&text, &commands);
    holds(&text, &["65 bad input", "73", "--set", "--seed", "--threads", "--out"]);
    for command in commands {
        let (text, _) = ends(folder.path(), &[command, "--help"], 0);
        holds(&text, &["Usage: kangcun"]);
    }
    let (text, _) = ends(folder.path(), &["--version"], 0);
    assert_eq!(text.trim(), format!("kangcun {}", env!("CARGO_PKG_VERSION")));
    assert!(files(folder.path()).is_empty(), "asking leaves nothing behind");
}

#[test]
fn bad_usage_ends_with_two() {
    let folder = here();
    for words in [
        &["simulate"][..],
        &["run"],
        &["compare", "baseline"],
        &["run", "baseline", "--replicates", "0"],
        &["run", "baseline", "--threads", "none"],
        &["run", "baseline", "--seed", "-1"],
        &["rules", "baseline", "--month", "2025-13"],
        &["check", "baseline", "--fast"],
        &["parameters", "baseline", "--format", "pdf"],
    ] {
        let (out, err) = ends(folder.path(), words, 2);
        assert!(out.is_empty() && !err.is_empty(), "{words:?}: {out}");
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn check_finds_no_fault_in_what_is_carried() {
    let folder = here();
    for name in ["baseline", "package", "cash-transfer", "zero-growth", "no-illness"] {
        let (text, err) = ends(folder.path(), &["check", name], 0);
        holds(&text, &["No fault found.", "2021 to 2030"]);
        assert!(err.is_empty(), "{err}");
    }
}

#[test]
fn an_unknown_key_is_shown_with_file_line_caret_and_the_nearest_name() {
    let folder = here();
    told(folder.path(), "\n[set.livelihood]\nincome_grwth = 0.02\n");
    for command in ["check", "run", "rules", "parameters", "founding", "validate"] {
        let (_, err) = ends(folder.path(), &[command, "mine.toml"], 65);
        holds(&err, &["mine.toml:6", "income_grwth", "^", "income_growth"]);
    }
}

#[test]
fn a_share_out_of_range_is_refused_at_its_place() {
    let folder = here();
    told(folder.path(), "[set.insurance]\nclinic_designated_share = 1.2\n");
    let (_, err) = ends(folder.path(), &["check", "mine.toml"], 65);
    holds(&err, &["mine.toml:5", "clinic_designated_share", "^"]);
    told(folder.path(), "[set.livelihood]\npersistence_share = \"much\"\n");
    let (_, err) = ends(folder.path(), &["check", "mine.toml"], 65);
    holds(&err, &["mine.toml:5", "^"]);
    told(folder.path(), "[set.livelihood\n");
    let (_, err) = ends(folder.path(), &["check", "mine.toml"], 65);
    holds(&err, &["mine.toml:4"]);
}

#[test]
fn a_missing_file_says_what_was_looked_for() {
    let folder = here();
    let (_, err) = ends(folder.path(), &["check", "missing.toml"], 65);
    holds(&err, &["missing.toml"]);
    let (_, err) = ends(folder.path(), &["run", "bseline"], 65);
    holds(&err, &["did you mean `baseline`?"]);
    let (_, err) = ends(folder.path(), &["plot", "nowhere"], 65);
    holds(&err, &["nowhere"]);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_slip_in_a_set_is_refused() {
    let folder = here();
    for (set, near) in [
        ("insurance.clinic_designated_shar=1", "clinic_designated_share"),
        ("world.people_cout=1000", "people_count"),
        ("run.last_yeer=2022", "last_year"),
        ("insurance.clinic_designated_share=2", "clinic_designated_share"),
        ("insurance.clinic_designated_share", "="),
        ("run.last_year=2019", "2019"),
        ("world.people_count=0", "a whole number from 1"),
        ("world.people_count=1000.5", "a whole number from 1"),
        ("world.people_count=5e9", "a whole number from 1"),
        ("world.people_count=1e300", "is 1e300, but"),
        ("world.people_count=-3", "people_count"),
    ] {
        let (_, err) = ends(folder.path(), &["check", "baseline", "--set", set], 65);
        holds(&err, &[near]);
    }
}

#[test]
#[cfg(target_os = "linux")] // elsewhere nobody says how much memory there is
fn a_world_that_does_not_fit_in_memory_is_refused_at_once() {
    let folder = here();
    for words in [
        &["run", "baseline"][..],
        &["compare", "baseline", "package", "--out", "result"],
        &["founding"],
        &["validate"],
        &[],
    ] {
        let words = [words, &["--set", "world.people_count=4000000000"]].concat();
        let (out, err) = ends(folder.path(), &words, 71);
        holds(&err, &["4000000000 people", "GiB", "available", "fewer people"]);
        assert!(out.is_empty(), "{out}");
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn a_world_of_a_few_people_runs_with_counties_that_nobody_lives_in() {
    let folder = here();
    let words = [
        "run",
        "baseline",
        "--out",
        "result",
        "--set",
        "world.people_count=4",
        "--set",
        "run.last_year=2022",
    ];
    let (out, _) = ends(folder.path(), &[&words[..], &ONE].concat(), 0);
    holds(&out, &["nobody to count"]);
    assert!(!out.contains("NaN"), "{out}");
}

#[test]
fn a_folder_that_is_there_is_not_touched() {
    let folder = here();
    fs::create_dir(folder.path().join("result")).unwrap();
    fs::write(folder.path().join("result/kept.txt"), "mine").unwrap();
    let before = files(folder.path());
    for words in [
        &["run", "baseline", "--out", "result"][..],
        &["compare", "baseline", "package", "--out", "result"],
        &["--out", "result"],
        &["run", "baseline", "--out", "result/kept.txt"],
    ] {
        let (out, err) = ends(folder.path(), words, 73);
        holds(&err, &["result"]);
        assert!(out.is_empty(), "{out}");
        assert!(files(folder.path()) == before);
    }
}

#[test]
fn a_run_leaves_a_folder_that_explains_itself() {
    let folder = here();
    let words = [
        &["run", "baseline", "--out", "result", "--threads", "2", "--seed", "5"][..],
        &TINY,
        &ONE,
    ]
    .concat();
    let (text, _) = ends(folder.path(), &words, 0);
    holds(&text, &["result"]);
    let result = folder.path().join("result");
    for file in [
        "tables/indicators.csv",
        "tables/paired.csv",
        "tables/causes.csv",
        "tables/payers.csv",
        "tables/funds.csv",
        "tables/pools.csv",
        "tables/lenders.csv",
        "tables/population.csv",
        "rules/baseline+set.toml",
        "rules/baseline+set-cards.csv",
        "rules/baseline+set-changes.csv",
        "manifest.json",
    ] {
        assert!(result.join(file).is_file(), "{file}");
    }
    let figures = fs::read_dir(result.join("figures")).unwrap().count();
    assert!(
        figures > 0 && figures.is_multiple_of(4),
        "{figures} files: each figure as svg, png, pdf and caption"
    );
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(result.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["scenarios"][0]["seed"], 5);
    assert_eq!(manifest["scenarios"][0]["replicates"], 2);
    assert_eq!(manifest["scenarios"][0]["last_year"], 2022);
    assert_eq!(manifest["threads"], 2);
    assert!(
        manifest["command"]
            .as_str()
            .unwrap()
            .starts_with("kangcun run baseline")
    );
    let rows = fs::read_to_string(result.join("tables/indicators.csv")).unwrap();
    holds(&rows, &["return_hazard", "2021", "2022", "lifted", "oop_share"]);
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["result"], "no draft is left behind");

    // The figures are drawn again from the tables alone, byte for byte.
    let drawn = files(&result.join("figures"));
    fs::remove_dir_all(result.join("figures")).unwrap();
    let (text, _) = ends(folder.path(), &["plot", "result"], 0);
    assert_eq!(text.lines().count(), drawn.len());
    assert!(files(&result.join("figures")) == drawn);

    // A table that was cut short is named, and nothing is drawn over what is there.
    let table = result.join("tables/causes.csv");
    let whole = fs::read(&table).unwrap();
    fs::write(&table, &whole[..whole.len() - 7]).unwrap();
    let (_, err) = ends(folder.path(), &["plot", "result"], 65);
    holds(&err, &["causes.csv", "line"]);
    assert!(files(&result.join("figures")) == drawn);
}

#[test]
fn the_same_scenario_twice_is_compared_and_differs_by_nothing() {
    let folder = here();
    let words = [&["compare", "baseline", "baseline", "--out", "result"][..], &TINY, &ONE].concat();
    ends(folder.path(), &words, 0);
    let result = folder.path().join("result");
    let mut table = csv::Reader::from_path(result.join("tables/paired.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|own| own == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(
            (&row[at("base")], &row[at("scenario")], &row[at("difference")]),
            ("baseline+set", "baseline+set (2)", "0")
        );
    }
    for id in ["baseline+set", "baseline+set (2)"] {
        assert!(result.join("rules").join(format!("{id}.toml")).is_file(), "{id}");
    }
}

#[test]
fn without_a_name_a_free_folder_under_outputs_is_taken() {
    let folder = here();
    let words = [&["run", "no-illness"][..], &TINY, &["--replicates", "1"]].concat();
    ends(folder.path(), &words, 0);
    ends(folder.path(), &words, 0);
    let mut names: Vec<String> = fs::read_dir(folder.path().join("outputs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    // A world with rules set on the command line does not go by the name of its file.
    assert_eq!(names, ["no-illness+set", "no-illness+set-2"]);
}

#[test]
fn rules_print_the_changes_and_the_rules_of_a_month() {
    let folder = here();
    let (text, _) = ends(folder.path(), &["rules", "package"], 0);
    holds(
        &text,
        &[
            "medical_aid",
            "reimbursed_share",
            "2022-01",
            "pro-poor-cover",
            "chronic-management",
        ],
    );
    let (text, _) = ends(folder.path(), &["rules", "baseline"], 0);
    holds(&text, &["No changes"]);
    let (text, _) = ends(folder.path(), &["rules", "package", "--month", "2025-01"], 0);
    holds(
        &text,
        &["people_count", "medical_aid", "income_growth", "pro-poor-cover"],
    );
    let (text, _) = ends(
        folder.path(),
        &["rules", "baseline", "--set", "livelihood.income_growth=0.01"],
        0,
    );
    holds(&text, &["income_growth", "0.01", "--set"]);
}

#[test]
fn the_parameter_book_is_written_whole_and_never_over_another() {
    let folder = here();
    let (text, _) = ends(folder.path(), &["parameters"], 0);
    holds(&text, &["of grade D", "parameters.md", "parameters.csv"]);
    let first = files(folder.path());
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("outputs/parameters-baseline/")),
        "{names:?}"
    );
    assert_eq!(names.len(), 2);
    // The same command again: the same bytes beside it.
    ends(folder.path(), &["parameters"], 0);
    let again = fs::read(folder.path().join("outputs/parameters-baseline-2/parameters.csv")).unwrap();
    assert!(
        first
            .iter()
            .any(|(name, bytes)| name.ends_with("parameters.csv") && *bytes == again)
    );
    let (_, err) = ends(
        folder.path(),
        &["parameters", "--out", "outputs/parameters-baseline"],
        73,
    );
    holds(&err, &["is there already", "--out"]);
    ends(
        folder.path(),
        &["parameters", "package", "--format", "md", "--out", "mine"],
        0,
    );
    let mine = files(&folder.path().join("mine"));
    assert_eq!(
        mine.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["parameters.md"]
    );
    holds(
        std::str::from_utf8(&mine[0].1).unwrap(),
        &["# Parameter book", "## changes", "## costs", "| **D** |"],
    );
}

#[test]
fn founding_and_validate_print_their_tables() {
    let folder = here();
    let (text, _) = ends(folder.path(), &["founding", "--set", "world.people_count=3000"], 0);
    holds(&text, &["3000 agents in 6 counties", "published", "founded"]);
    let (text, _) = ends(folder.path(), &[&["validate"][..], &TINY, &ONE].concat(), 0);
    // The tiny run ends before five years after a shock are over.
    holds(
        &text,
        &[
            "published",
            "must lie in",
            "not fitted",
            "V99",
            "use of care",
            "not asked",
        ],
    );
    let (text, _) = ends(folder.path(), &["validate", "--left-out"], 0);
    holds(&text, &["V116", "other countries"]);
    let (text, _) = ends(
        folder.path(),
        &[&["validate", "no-illness", "--csv"][..], &TINY, &ONE].concat(),
        0,
    );
    assert!(
        text.starts_with("id,family,figure") && !text.contains("poverty package"),
        "{text}"
    );
    let (_, said) = ends(folder.path(), &[&["event-study"][..], &TINY, &ONE].concat(), 65);
    holds(
        &said,
        &["follows households over 7 years", "run.last_year at least 2027"],
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn validate_keeps_its_table_with_rules_and_figure_in_a_folder() {
    let folder = here();
    let words = [&["validate", "no-illness", "--csv", "--out", "result"][..], &TINY, &ONE].concat();
    let (text, _) = ends(folder.path(), &words, 0);
    let result = folder.path().join("result");
    let table = fs::read_to_string(result.join("tables/validation.csv")).unwrap();
    assert_eq!(text, table, "what is printed is what is kept");
    for file in [
        "manifest.json",
        "rules/no-illness.toml",
        "inputs/scenarios.json",
        "figures/calibration.svg",
    ] {
        assert!(result.join(file).is_file(), "{file}");
    }
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(result.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(
        manifest["tables_blake3"]["validation.csv"],
        blake3::hash(table.as_bytes()).to_hex().as_str()
    );
    // The figure is drawn again from the table alone, with the same bytes.
    let drawn = fs::read(result.join("figures/calibration.svg")).unwrap();
    ends(folder.path(), &["plot", "result"], 0);
    assert_eq!(drawn, fs::read(result.join("figures/calibration.svg")).unwrap());
    let before = files(folder.path());
    let (_, said) = ends(folder.path(), &words, 73);
    holds(&said, &["result is there already"]);
    assert!(files(folder.path()) == before);
}

#[test]
fn the_main_job_writes_the_three_arms_and_the_controls() {
    let folder = here();
    let words = [&["--out", "main"][..], &TINY, &ONE].concat();
    let (text, _) = ends(folder.path(), &words, 0);
    assert!(!text.is_empty());
    for arm in ["baseline", "package", "cash-transfer", "zero-growth", "no-illness"] {
        assert!(folder.path().join(format!("main/rules/{arm}.toml")).is_file(), "{arm}");
    }
}

#[test]
#[cfg(unix)]
fn a_reader_that_has_seen_enough_is_no_fault() {
    // As in `kangcun rules baseline --month 2025-01 | head -1`.
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("kangcun"));
    command.args(["rules", "baseline", "--month", "2025-01"]);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_not_utf_8_is_taken_or_refused() {
    use std::os::unix::ffi::OsStrExt;
    let folder = here();
    let mut command = Command::cargo_bin("kangcun").unwrap();
    command
        .current_dir(folder.path())
        .args(["run", "no-illness", "--replicates", "1"])
        .args(TINY);
    command.arg("--out").arg(std::ffi::OsStr::from_bytes(b"r\xff"));
    let output = command.output().unwrap();
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}

#[test]
fn claim_settles_a_bill_line_by_line() {
    let folder = here();
    let words = [
        "claim",
        "--year",
        "2020",
        "--category",
        "dibao",
        "--bill",
        "12000",
        "--catalogue",
        "10400",
    ];
    let (out, _) = ends(folder.path(), &words, 0);
    holds(
        &out,
        &[
            "78% of 9,950.00                                                       7,761.00",
            "70% of 2,639.00                                                       1,847.30",
            "pays the rest                                                         2,391.70",
            "sum of all payers = the bill                                         12,000.00",
        ],
    );
    let (json, _) = ends(folder.path(), &[&words[..], &["--json"]].concat(), 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["household_fen"], 239_170);
    let (_, err) = ends(folder.path(), &["claim", "--bill", "500", "--catalogue", "600"], 65);
    holds(&err, &["600.00 yuan in the catalogue of a bill of 500.00 yuan"]);
    let (_, err) = ends(folder.path(), &["claim", "--bill=-5"], 2);
    holds(&err, &["write an amount of yuan from 0 on"]);
    let (_, err) = ends(
        folder.path(),
        &[
            "claim", "--bill", "1", "--bill", "2", "--bill", "3", "--month", "1", "--month", "2",
        ],
        2,
    );
    holds(&err, &["--month is given 2 times for 3 bills"]);
    assert!(files(folder.path()).is_empty(), "a claim leaves nothing behind");
}
