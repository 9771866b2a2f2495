//! The schemas that editors read say what the loader says: they take every file that the program carries and refuse what the
//! loader refuses.

use jsonschema::{Validator, draft202012};
use kangcun::output::parameters::Meanings;
use kangcun::output::schema::{Kind, schema};
use kangcun::scenario::{Scenario, embedded_paths, embedded_text};
use serde_json::Value;
use std::path::Path;
use std::sync::LazyLock;

static SCHEMAS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let (baseline, meanings) = (Scenario::load("baseline", &[]).unwrap(), Meanings::carried());
    Kind::ALL.map(|kind| schema(kind, &baseline, &meanings)).into()
});

static VALIDATORS: LazyLock<Vec<Validator>> =
    LazyLock::new(|| SCHEMAS.iter().map(|own| draft202012::new(own).unwrap()).collect());

/// What the schema of `kind` finds wrong with a file.
fn faults(kind: Kind, text: &str) -> Vec<String> {
    let file: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let errors = VALIDATORS[kind as usize].iter_errors(&file);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The kind of a carried file.
fn kind_of(path: &str, text: &str) -> Kind {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match (folder, name) {
        ("", "baseline.toml") => Kind::Baseline,
        ("countermeasures" | "histories/programmes", _) => Kind::Programme,
        ("packages", _) => Kind::Package,
        ("checks", _) if text.contains("\nsection = ") => Kind::Programme,
        ("" | "histories" | "checks", _) => Kind::Scenario,
        ("sweeps", _) => Kind::Sweep,
        _ => panic!("which schema has {path}?"),
    }
}

#[test]
fn the_schemas_are_schemas() {
    for (kind, schema) in Kind::ALL.iter().zip(SCHEMAS.iter()) {
        assert!(draft202012::meta::is_valid(schema), "{kind:?}");
    }
}

#[test]
fn every_carried_file_fits_its_schema() {
    let mut counts = [0; Kind::ALL.len()];
    for path in embedded_paths() {
        let Some(("toml", text)) = path
            .rsplit_once('.')
            .map(|(_, ending)| ending)
            .zip(embedded_text(&path))
        else {
            continue;
        };
        let kind = kind_of(&path, text);
        assert_eq!(faults(kind, text), [""; 0], "{path}");
        counts[kind as usize] += 1;
    }
    let map = std::fs::read_to_string("tests/survey/example.toml").unwrap();
    assert_eq!(faults(Kind::Map, &map), [""; 0]);
    assert!(counts[Kind::Programme as usize] >= 50, "{counts:?}");
    assert!(counts[Kind::Package as usize] >= 13, "{counts:?}");
    assert!(counts[Kind::Sweep as usize] >= 1, "{counts:?}");
}

#[test]
fn a_new_rule_of_the_baseline_is_in_the_schema_by_itself() {
    let text = embedded_text("baseline.toml").unwrap();
    let card = "made_up_share = { value = 0.25, low = 0.1, high = 0.4, grade = \"D\", source = \"a test\" }";
    let text = text.replacen(
        "[rules.illness.acute]\n",
        &format!("[rules.illness.acute]\n{card}\n"),
        1,
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    std::fs::write(&path, text).unwrap();
    let own = Scenario::load(path.to_str().unwrap(), &[]).unwrap();
    let schema = schema(Kind::Scenario, &own, &Meanings::carried());
    let place = "/$defs/changes/properties/illness/properties/acute/properties/made_up_share";
    let rule = schema.pointer(place).unwrap();
    assert_eq!(rule["default"], 0.25);
    let said = rule["description"].as_str().unwrap();
    assert!(said.contains("0.25 (0.1 to 0.4), grade D: a test"), "{said}");
    let validator = draft202012::new(&schema).unwrap();
    let fits = |share: f64| {
        let set = serde_json::json!({ "illness": { "acute": { "made_up_share": share } } });
        validator.is_valid(&serde_json::json!({ "title": "t", "summary": "s", "set": set }))
    };
    assert!(fits(1.0) && !fits(1.01));
}

const SCENARIO: &str = r#"
title = "A test"
summary = "A test."
extends = "baseline"
programmes = ["telemedicine"]
[run]
replicates = 2
[set.insurance]
clinic_designated_share = 0.8
[set.insurance.layers.outpatient_pool.arms.village]
tiers = ["village", "tcm"]
categories = { add = "ordinary", before = "dibao" }
[set.illness.acute]
moderate_share = { hazard = 1.2, grade = "D", source = "a test" }
[[dated]]
from = "2023-01"
until = "2025-01"
[dated.set.insurance.layers.extra]
title = "extra"
order = 90
services = ["inpatient"]
base = "all"
deductible_per = "visit"
funded_by = "programme"
enrolled_only_yes = false
needs_designation_yes = false
delay_months = 0.0
deductible_growth = 0.0
[dated.set.insurance.layers.extra.arms.all]
tiers = ["county"]
categories = ["dibao"]
conditions = ["epidemic"]
brackets_from_yuan = [0.0]
deductible_yuan = 0.0
later_deductible_ratio = 1.0
reimbursed_share = [0.5]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
"#;

const PROGRAMME: &str = r#"
title = "A test"
section = "own"
summary = "A test."
comparator = "add"
evidence = "None."
moves = ["visits"]
from = "2022-01"
ramp_years = 2
coverage = { share = 0.5, first = "poorest", needs = "connection" }
who = { category = ["lifted"], age = [35, 80], condition = ["stroke"] }
[set.illness.hypertension]
diagnosis_per_year = { scale = 1.5, low = 1.0, high = 2.0, grade = "C", source = "a test" }
[cost]
paid_by = "higher"
per_village_year_yuan = { value = 100.0, low = 50.0, high = 200.0, grade = "D", source = "a test" }
per_person_year_yuan = 2.0
grade = "D"
source = "a test"
"#;

/// What breaks a good file: the part that is replaced, and by what.
const BROKEN_SCENARIOS: [[&str; 2]; 21] = [
    ["extends = \"baseline\"", "extend = \"baseline\""],
    ["extends = \"baseline\"", "extends = \"base\""],
    ["title = \"A test\"", "title = \" \""],
    ["title = \"A test\"", ""],
    ["[\"telemedicine\"]", "\"telemedicine\""],
    ["[\"telemedicine\"]", "[\"telemedicin\"]"],
    ["[\"telemedicine\"]", "[\"telemedicine\", \"telemedicine\"]"],
    ["replicates = 2", "replicates = 0"],
    ["replicates = 2", "repetitions = 2"],
    ["clinic_designated_share = 0.8", "clinic_designated_share = 1.2"],
    ["clinic_designated_share = 0.8", "clinic_designated_share = true"],
    ["clinic_designated_share = 0.8", "clinic_designatet_share = 0.8"],
    ["[set.illness.acute]", "[set]\ntravel = 3\n[set.illness.acute]"],
    ["[\"village\", \"tcm\"]", "[\"vilage\", \"tcm\"]"],
    [
        "{ add = \"ordinary\", before = \"dibao\" }",
        "{ add = \"ordinary\", befor = \"dibao\" }",
    ],
    ["{ hazard = 1.2, grade", "{ hazard = 1.2, scale = 2.0, grade"],
    ["{ hazard = 1.2, grade", "{ hazard = -1.2, grade"],
    ["grade = \"D\"", "grade = \"E\""],
    ["from = \"2023-01\"\n", ""],
    ["until = \"2025-01\"", "until = \"2025-13\""],
    ["conditions = [\"epidemic\"]", "conditions = [\"epidemics\"]"],
];

const BROKEN_PROGRAMMES: [[&str; 2]; 16] = [
    ["from = \"2022-01\"", "form = \"2022-01\""],
    ["comparator = \"add\"", "comparator = \"plus\""],
    ["evidence = \"None.\"\n", ""],
    ["share = 0.5", "share = 1.5"],
    ["first = \"poorest\"", "first = \"poor\""],
    ["needs = \"connection\"", "needs = \"internet\""],
    ["category = [\"lifted\"]", "category = [\"lift\"]"],
    ["category = [\"lifted\"]", "categories = [\"lifted\"]"],
    ["age = [35, 80]", "age = [35]"],
    ["condition = [\"stroke\"]", "condition = [\"strokes\"]"],
    ["diagnosis_per_year", "diagnoses_per_year"],
    ["{ scale = 1.5,", "{ times = 1.5,"],
    ["paid_by = \"higher\"", "paid_by = \"nobody\""],
    ["per_person_year_yuan = 2.0", "per_person_year_yuan = -2.0"],
    ["low = 50.0, high = 200.0, ", ""],
    ["ramp_years = 2", "ramp_years = \"two\""],
];

/// What `kangcun check` exits with.
fn checked(folder: &Path, text: &str) -> Option<i32> {
    std::fs::write(folder.join("own.toml"), text).unwrap();
    let mut command = assert_cmd::Command::cargo_bin("kangcun").unwrap();
    let done = command.current_dir(folder).args(["check", "own.toml"]).assert();
    done.get_output().status.code()
}

#[test]
fn what_the_loader_refuses_the_schema_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (Kind::Scenario, SCENARIO, &BROKEN_SCENARIOS[..]),
        (Kind::Programme, PROGRAMME, &BROKEN_PROGRAMMES[..]),
    ];
    for (kind, good, breaks) in files {
        assert_eq!(faults(kind, good), [""; 0]);
        assert_eq!(checked(folder.path(), good), Some(0), "{good}");
        for [old, new] in breaks {
            let broken = good.replacen(old, new, 1);
            assert_ne!(broken, good, "{old}");
            assert!(!faults(kind, &broken).is_empty(), "the schema takes {new}");
            assert_eq!(checked(folder.path(), &broken), Some(65), "the loader takes {new}");
        }
    }
}

#[test]
fn what_is_refused_in_a_map_the_schema_refuses() {
    let good = std::fs::read_to_string("tests/survey/example.toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy("tests/survey/example.csv", folder.path().join("survey.csv")).unwrap();
    let found = |text: &str, at: usize| {
        std::fs::write(folder.path().join("map.toml"), text).unwrap();
        let out = format!("out{at}");
        let words = ["found", "--survey", "survey.csv", "--map", "map.toml", "--out", &out];
        let small = ["--set", "world.people_count=2000"];
        let mut command = assert_cmd::Command::cargo_bin("kangcun").unwrap();
        let done = command.current_dir(folder.path()).args(words).args(small).assert();
        done.get_output().status.code()
    };
    assert_eq!(found(&good, 0), Some(0));
    let breaks = [
        ["id = \"hhid\"\n", ""],
        ["weight = \"wt\"", "weigth = \"wt\""],
        ["unit = \"yuan_per_year\"", "unit = \"yuan\""],
        ["ordinary = 0", "usual = 0"],
        ["male = [1, \"M\"]", "male = true"],
        ["age = \"age\"\n", ""],
        ["other_debt = { value = 0 }", "other_debt = { }"],
        ["of = \"people\"", "of = \"persons\""],
        ["by = [\"sex\"]", "by = [\"gender\"]"],
        ["price_ratio = 1.0", "price_ratio = 0"],
        ["male = 0.5", "male = 1.5"],
    ];
    for (at, [old, new]) in breaks.into_iter().enumerate() {
        let broken = good.replacen(old, new, 1);
        assert_ne!(broken, good, "{old}");
        assert!(!faults(Kind::Map, &broken).is_empty(), "the schema takes {new}");
        assert_eq!(found(&broken, at + 1), Some(65), "the reader takes {new}");
    }
}

#[test]
fn the_command_writes_what_an_editor_reads() {
    let folder = tempfile::tempdir().unwrap();
    let kangcun = |args: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("kangcun").unwrap();
        let done = command.current_dir(folder.path()).args(args).assert();
        let output = done.get_output().clone();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, printed) = kangcun(&["schema", "programme"]);
    assert_eq!(code, Some(0));
    assert_eq!(kangcun(&["schema", "--out", "schemas"]).0, Some(0));
    for kind in Kind::ALL {
        let text = std::fs::read_to_string(folder.path().join("schemas").join(kind.file_name())).unwrap();
        let written: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(written, SCHEMAS[kind as usize]);
        assert_eq!(text == printed, kind == Kind::Programme);
    }
    assert_eq!(
        kangcun(&["schema", "--out", "schemas"]).0,
        Some(73),
        "never over an earlier one"
    );
    assert_eq!(kangcun(&["schema"]).0, Some(2));
    assert_eq!(kangcun(&["schema", "novel"]).0, Some(2));
}
