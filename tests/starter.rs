//! The starter files of `kangcun scenario new`: they check, run, fit their schemas, and explain every key.

use kangcun::output::parameters::Meanings;
use kangcun::output::schema::{Kind, schema};
use kangcun::scenario::Scenario;
use kangcun::scenario::keys::{COST, COVERAGE, DATED, Key, PROGRAMME, RUN, SCENARIO, WHO, WORLD};
use std::path::Path;

/// Exit code, standard output and standard error of the program.
fn kangcun(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = assert_cmd::Command::cargo_bin("kangcun").unwrap();
    let done = command.current_dir(folder).env("NO_COLOR", "1").args(args).assert();
    let output = done.get_output().clone();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The keys that `text` does not show, as they stand or commented out.
fn missing(text: &str, keys: &[Key]) -> Vec<&'static str> {
    let shows = |key: &Key| {
        let forms = [
            format!("{} = ", key.name),
            format!("[{}", key.name),
            format!("[[{}", key.name),
            format!("{{ {} = ", key.name),
            format!(", {} = ", key.name),
        ];
        forms.iter().any(|form| text.contains(form))
    };
    keys.iter().filter(|key| !shows(key)).map(|key| key.name).collect()
}

#[test]
fn the_starters_check_and_run_and_fit_their_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = Scenario::load("baseline", &[]).unwrap();
    let starters = [
        (
            Kind::Scenario,
            "one",
            &["scenario", "new", "one"][..],
            "#:schema ./kangcun-scenario.json\n",
        ),
        (
            Kind::Programme,
            "two",
            &["scenario", "new", "two", "--programme"],
            "#:schema ./kangcun-programme.json\n",
        ),
    ];
    for (kind, id, words, first) in starters {
        let file = format!("{id}.toml");
        let (code, said, _) = kangcun(folder.path(), words);
        assert_eq!((code, said.lines().next()), (Some(0), Some(file.as_str())));
        let (code, said, wrong) = kangcun(folder.path(), &["check", &file]);
        assert_eq!(code, Some(0), "{wrong}");
        assert!(said.contains("No fault found."), "{said}");
        let text = std::fs::read_to_string(folder.path().join(&file)).unwrap();
        assert!(
            text.starts_with(first) && text.contains(&format!("kangcun check {file} ")),
            "{text}"
        );
        let schema = schema(kind, &baseline, &Meanings::carried());
        let json: serde_json::Value = toml::from_str(&text).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let faults: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert_eq!(faults, [""; 0]);
    }
    let small = [
        "--replicates",
        "1",
        "--set",
        "world.people_count=1200",
        "--set",
        "run.last_year=2023",
    ];
    let args: Vec<&str> = ["compare", "baseline", "one.toml", "two.toml", "--out", "result"]
        .into_iter()
        .chain(small)
        .collect();
    let (code, _, wrong) = kangcun(folder.path(), &args);
    assert_eq!(code, Some(0), "{wrong}");
}

#[test]
fn the_starters_show_every_key() {
    let folder = tempfile::tempdir().unwrap();
    kangcun(folder.path(), &["scenario", "new", "--out", "s.toml"]);
    kangcun(folder.path(), &["scenario", "new", "--programme", "--out", "p.toml"]);
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    for keys in [&SCENARIO[..], &RUN, &WORLD, &DATED] {
        assert_eq!(missing(&text("s.toml"), keys), [""; 0]);
    }
    for keys in [&PROGRAMME[..], &COVERAGE, &WHO, &COST] {
        assert_eq!(missing(&text("p.toml"), keys), [""; 0]);
    }
}

#[test]
fn what_is_commented_out_works_as_well() {
    let folder = tempfile::tempdir().unwrap();
    kangcun(folder.path(), &["scenario", "new", "--programme", "--out", "p.toml"]);
    let path = folder.path().join("p.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    // One alternative after the other takes the place of the key that it is an alternative of.
    let alternatives = text.lines().filter_map(|line| {
        let line = line.strip_prefix("# ")?;
        let (key, _) = line.split_once(" = ")?;
        let is_key = key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
        is_key.then(|| (key.to_owned(), line.to_owned()))
    });
    let mut tried = 0;
    for (key, line) in alternatives {
        let start = format!("{key} = ");
        let who = ["category", "age", "condition"].contains(&key.as_str());
        let old = text.lines().find(|line| line.starts_with(&start));
        let commented = format!("# {line}");
        let new = match old {
            Some(old) => text.replacen(old, &line, 1),
            None if who => text.replacen("# [who]", "[who]", 1).replacen(&commented, &line, 1),
            None if key == "requires" => continue, // runs only beside the other programme
            None => text.replacen(&commented, &line, 1),
        };
        std::fs::write(&path, &new).unwrap();
        let (code, _, wrong) = kangcun(folder.path(), &["check", "p.toml"]);
        assert_eq!(code, Some(0), "{line}\n{wrong}");
        tried += 1;
    }
    assert!(tried >= 11, "{tried}");
}

#[test]
fn a_file_that_is_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.toml"), "precious").unwrap();
    let (code, _, said) = kangcun(folder.path(), &["scenario", "new", "mine"]);
    assert_eq!(code, Some(73), "{said}");
    assert!(said.contains("mine.toml is there already"), "{said}");
    assert_eq!(
        kangcun(folder.path(), &["scenario", "new", "--out", "no/where.toml"]).0,
        Some(73)
    );
    for wrong in [
        &["a/b"][..],
        &["--out", "file.txt"],
        &["mine", "--seed", "1"],
        &["mine", "--out", "b.toml"],
    ] {
        let words: Vec<&str> = ["scenario", "new"].iter().chain(wrong).copied().collect();
        assert_eq!(kangcun(folder.path(), &words).0, Some(2), "{wrong:?}");
    }
    let kept = std::fs::read_to_string(folder.path().join("mine.toml")).unwrap();
    assert_eq!(kept, "precious");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
