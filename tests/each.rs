//! Each programme beside its own base: rows are what the pair alone gives, nulls are judged by two one-sided tests.

mod common;

use common::{ends, file, policy};
use kangcun::indicators::list::indicators;
use kangcun::indicators::table::Estimate;
use kangcun::indicators::tally::{Add, Tally};
use kangcun::run::{RunResult, run};
use kangcun::scenario::{Bound, Scenario, Sweep, carried_programmes, embedded_text};
use kangcun::study::each::{Role, Row, batches, run as lived, sort};
use kangcun::world::Category;
use std::collections::BTreeMap;
use std::fs;

const SMALL: [&str; 3] = ["world.people_count=6000", "run.last_year=2024", "run.replicates=3"];

/// One with a null, one that is measured by taking it away, one beside another base.
const THREE: &str = "title = \"Three\"\nsummary = \"Three.\"\nbase = \"against\"\n\n[[axes]]\nprogrammes = [\"secondary-aid\", \
                     \"zero-markup\", \"premium-subsidy\"]\n";

fn rows(sweep: &Sweep, sets: &[&str]) -> Vec<Row> {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let batches = batches(sweep, &sets).unwrap_or_else(|problems| panic!("{problems}"));
    let rows = batches
        .into_iter()
        .map(|mut batch| lived(&mut batch, &|_| ()).unwrap_or_else(|problems| panic!("{problems}")));
    let mut rows: Vec<Row> = rows.flatten().collect();
    sort(&mut rows);
    rows
}

/// Everything counted in households of these categories.
fn total(result: &RunResult, categories: &[Category]) -> Tally {
    let mut sum = Tally::default();
    for county in result.years.iter().flat_map(|year| &year.counties) {
        for &category in categories {
            sum.add(&county.counted.cells[category as usize]);
        }
    }
    sum
}

/// The mean over replicates of having a programme less not having it, each world run alone.
fn apart(with: &str, without: &str, read: &dyn Fn(&RunResult) -> f64) -> f64 {
    let replicates = |name: &str| -> Vec<f64> {
        let policy = policy(name, &SMALL);
        let result = |replicate| run(&policy, replicate, &|| ()).unwrap();
        (0..3).map(|replicate| read(&result(replicate))).collect()
    };
    let pairs = replicates(with).into_iter().zip(replicates(without));
    pairs.map(|(with, without)| with - without).sum::<f64>() / 3.0
}

#[test]
fn rows_are_what_each_pair_alone_gives() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "three.toml", THREE);
    let sweep = Sweep::load(path.to_str().unwrap()).unwrap();
    let rows = rows(&sweep, &SMALL);
    let poor = [Category::Tekun, Category::Dibao, Category::Lifted, Category::Monitored];
    let returned = |result: &RunResult| {
        let lifted = total(result, &[Category::Lifted]);
        1000.0 * lifted.returned[0] as f64 / lifted.at_risk[0] as f64
    };
    let all = [&poor[..], &[Category::Ordinary]].concat();
    let village = |result: &RunResult| {
        let everybody = total(result, &all);
        everybody.visits[1] as f64 / 100.0 / everybody.persons as f64
    };
    let delivery = |result: &RunResult| {
        let everybody = total(result, &all);
        everybody.programme_cost as f64 / 100.0 / everybody.persons as f64
    };
    let own_share = |result: &RunResult| {
        let poor = total(result, &poor);
        poor.oop as f64 / poor.bill as f64
    };
    // Of what is taken away, its file is the world without it.
    let worlds = [
        ("secondary-aid", "secondary-aid", "baseline"),
        ("premium-subsidy", "premium-subsidy", "premium-response"),
        ("zero-markup", "ageing-clinics", "zero-markup"),
    ];
    assert_eq!(rows.len(), 3);
    for (id, with, without) in worlds {
        let row = rows.iter().find(|row| row.programme.id == id).unwrap();
        let close = |role: Role, read: &dyn Fn(&RunResult) -> f64| {
            let (shown, alone) = (row.cell(role).unwrap().difference.mean, apart(with, without, read));
            assert!((shown - alone).abs() < 1e-9, "{id} {role:?}: {shown}, alone {alone}");
            shown
        };
        close(Role::Return, &returned);
        close(Role::Delivery, &delivery);
        match id {
            "secondary-aid" => {
                let declared = row.cell(Role::Declared).unwrap();
                assert_eq!(declared.indicator, "oop_share", "the base has no layer of this name");
                assert_eq!(declared.group, "tekun, dibao, monitored, lifted");
                assert!(close(Role::Declared, &own_share) < 0.0);
                assert!(row.cell(Role::Null).unwrap().null_holds().is_some());
            }
            "zero-markup" => {
                assert!(row.is_taken_away());
                // A cheaper clinic is visited more: the effect of having zero markup, not of losing it.
                assert!(close(Role::Declared, &village) > 0.0);
            }
            _ => assert!(!row.is_taken_away()),
        }
    }
}

#[test]
fn a_null_holds_where_the_ninety_per_cent_interval_lies_within_its_bound() {
    // Mean 2, standard error 1/sqrt(3); t(0.95, 2) = 2.91999, so 1.68586 either way: 0.31414 to 3.68586.
    let estimate = Estimate::of(&[1.0, 2.0, 3.0]);
    assert!(estimate.is_none_within([0.314, 3.686]));
    assert!(!estimate.is_none_within([0.315, 3.686]));
    assert!(!estimate.is_none_within([0.314, 3.685]));
    // The 95% interval, 2 less and more 4.30265/sqrt(3) = 2.48414, holds zero.
    assert!(!estimate.is_beyond_noise());
    assert!(Estimate::of(&[2.0, 2.5, 3.0]).is_beyond_noise());
    // One world shows nothing; a difference that is nothing in all of them is none in any bound.
    assert!(!Estimate::of(&[0.0]).is_none_within([-9.0, 9.0]));
    assert!(Estimate::of(&[0.0, 0.0]).is_none_within([0.0, 1e-9]));
    assert!(!Estimate::of(&[0.0, 0.0]).is_beyond_noise());
    // Deaths of 13 per 1,000, from 0.97 to 1.03 times as many.
    let [low, high] = Bound::Ratio([0.97, 1.03]).at(13.0);
    assert!((low + 0.39).abs() < 1e-12 && (high - 0.39).abs() < 1e-12);
}

#[test]
fn every_programme_has_a_row() {
    let sweep = Sweep::load("countermeasures").unwrap();
    let programmes = sweep.alone().unwrap();
    assert_eq!(programmes, carried_programmes());
    assert_eq!(programmes.len(), 50);
    let tiny = ["world.people_count=1500", "run.last_year=2022", "run.replicates=2"];
    let rows = rows(&sweep, &tiny);
    let mut ids: Vec<&str> = rows.iter().map(|row| row.programme.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, programmes);
    for row in &rows {
        let roles: BTreeMap<Role, usize> = row.cells.iter().fold(BTreeMap::new(), |mut roles, cell| {
            *roles.entry(cell.role).or_default() += 1;
            roles
        });
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Null) {
            assert_eq!(roles.get(&role), Some(&1), "{}: {role:?}", row.programme.id);
        }
        let nulls = roles.get(&Role::Null).copied().unwrap_or_default();
        assert_eq!(nulls, row.programme.nulls.len(), "{}", row.programme.id);
        assert!(row.levers > 0 && row.assumed <= row.levers, "{}", row.programme.id);
    }
    let taken: Vec<&str> = rows
        .iter()
        .filter(|row| row.is_taken_away())
        .map(|row| row.programme.id.as_str())
        .collect();
    assert_eq!(taken, ["zero-markup"]);
    assert!(rows.iter().filter(|row| !row.programme.nulls.is_empty()).count() >= 9);
}

/// Outcomes that sources give to compare with (`target` in the collected effects), as this program measures them.
const TARGETS: [(&str, &[&str]); 12] = [
    ("family-doctor-contract", &["primary_share"]),
    ("telemedicine", &["primary_share"]),
    ("zero-markup", &["oop"]),
    ("central-procurement", &["bill"]),
    ("clinic-insurance-integration", &["oop", "visits_village"]),
    ("secondary-aid", &["catastrophic_40"]),
    ("expense-warning", &["catastrophic_40"]),
    ("pro-poor-cover", &["oop", "impoverished"]),
    ("three-batches", &["oop", "impoverished"]),
    ("provincial-pooling", &["admissions_tertiary"]),
    ("commercial-supplement", &["oop"]),
    ("epidemic-response", &["infections"]),
];

#[test]
fn no_lever_sets_an_outcome() {
    let result = common::lived("baseline", &["world.people_count=500", "run.last_year=2021"]);
    let outcomes: Vec<String> = indicators(&result).into_iter().map(|own| own.id).collect();
    for id in carried_programmes() {
        let scenario = Scenario::load(&id, &[]).unwrap();
        for lever in scenario.timeline() {
            let rule = lever.path.rsplit('.').next().unwrap();
            // Outcomes are counted and cannot be set: no rule is called as one of them is. (`dibao` is a category as well.)
            assert!(
                rule == "dibao" || !outcomes.iter().any(|outcome| outcome == rule),
                "{id}: {}",
                lever.path
            );
        }
    }
    for (id, targets) in TARGETS {
        assert!(carried_programmes().contains(&id.to_owned()), "{id}");
        for target in targets {
            assert!(outcomes.iter().any(|outcome| outcome == target), "{id}: {target}");
        }
    }
}

#[test]
fn a_sweep_with_faults_is_refused_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str, parts: &[&str]| {
        file(folder.path(), "wrong.toml", text);
        let said = ends(folder.path(), "compare wrong.toml", 65);
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in:\n{said}");
        }
        assert!(!folder.path().join("outputs").exists());
    };
    refused(
        &THREE.replace("base =", "bas ="),
        &["unknown key `bas`", "wrong.toml:3", "`base` is missing"],
    );
    refused(
        &THREE.replace("zero-markup", "zero-markdown"),
        &["zero-markdown", "wrong.toml:6", "zero-markup"],
    );
    refused(
        &THREE.replace("zero-markup", "shanxi"),
        &["no file `shanxi`", "wrong.toml:6"],
    );
    refused(
        &THREE.replace("\"against\"", "\"baseline\""),
        &["nothing is compared", "`kangcun sweep run` runs it"],
    );
    refused(
        &(THREE.to_owned() + "[[axes]]\nprogrammes = \"all\"\n"),
        &["one axis", "wrong.toml:"],
    );
    refused(
        &(THREE.to_owned() + "\n[run]\nyears = 3\n"),
        &["unknown key `years`", "wrong.toml:9"],
    );
    refused(
        "title = \"x\"\nsummary = \"x\"\naxis = 1\n",
        &["is not a sweep", "two or more scenarios, or one sweep"],
    );
    refused(
        &THREE.replace("[[axes]]", "axes = [] #").replace("programmes =", "#"),
        &["without an axis"],
    );
    let text = embedded_text("countermeasures/screening.toml").unwrap();
    file(folder.path(), "screening.toml", text);
    refused(
        "title = \"x\"\nsummary = \"x\"\nbase = \"against\"\n[[axes]]\nprogrammes = [\"screening\", \"./screening.toml\"]\n",
        &["two programmes of the sweep are called `screening`", "wrong.toml:5"],
    );
    // What cannot be measured is told before anything is lived.
    file(
        folder.path(),
        "own.toml",
        &text.replacen("indicator = \"deaths\"", "indicator = \"bananas\"", 1),
    );
    refused(
        "title = \"x\"\nsummary = \"x\"\nbase = \"against\"\n[[axes]]\nprogrammes = [\"./own.toml\"]\n",
        &["`nulls` of `own`", "bananas"],
    );
    // One scenario is nothing to compare; a sweep is nothing to run.
    assert!(ends(folder.path(), "compare baseline", 2).contains("two or more scenarios, or one sweep"));
    file(folder.path(), "right.toml", THREE);
    assert!(ends(folder.path(), "run right.toml", 65).contains("is a sweep, not a scenario"));
    assert!(ends(folder.path(), "check right.toml", 0).contains("3 programmes beside 3 scenarios"));
}

#[test]
fn a_null_with_faults_is_refused_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let programme = "title = \"A test\"\nsection = \"test\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
                     moves = [\"visits\"]\nfrom = \"2022-01\"\n\n[[nulls]]\nindicator = \"deaths\"\ngrade = \"A\"\nsource = \"a test\"\n";
    let refused = |bound: &str, parts: &[&str]| {
        file(folder.path(), "wrong.toml", &format!("{programme}{bound}\n"));
        let said = ends(folder.path(), "check wrong.toml", 65);
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in:\n{said}");
        }
    };
    refused("", &["`within` is missing", "wrong.toml:9"]);
    refused(
        "within = 0.3",
        &["not a range around no effect", "wrong.toml:13", "with 0, no effect"],
    );
    refused("within = [0.1, 0.3]", &["not a range around no effect"]);
    refused("within_ratio = [-0.1, 0.1]", &["with 1, no effect"]);
    refused(
        "within = [-1, 1]\nwithin_ratio = [0.9, 1.1]",
        &["leave one of them out"],
    );
    refused("withn = [-1, 1]", &["unknown key `withn`", "within"]);
    file(
        folder.path(),
        "right.toml",
        &format!("{programme}within_ratio = [0.9, 1.1]\n"),
    );
    let scenario = Scenario::load(folder.path().join("right.toml").to_str().unwrap(), &[]).unwrap();
    let [null] = &scenario.programmes[0].nulls[..] else {
        panic!()
    };
    assert_eq!((null.bound, null.grade), (Bound::Ratio([0.9, 1.1]), 'A'));
}

#[test]
fn a_result_holds_table_figure_and_rules() {
    let folder = tempfile::tempdir().unwrap();
    file(
        folder.path(),
        "three.toml",
        &THREE.replace("[[axes]]", "[run]\nlast_year = 2022\nreplicates = 2\n\n[[axes]]"),
    );
    let said = ends(
        folder.path(),
        "compare three.toml --set world.people_count=1500 --out result --threads 2",
        0,
    );
    for part in [
        "TAKEN AWAY from ageing-clinics",
        "2022, 2 replicates",
        "are assumptions (grade D)",
        "null",
    ] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    // Beside a long group or indicator, all that is printed fits on a wide terminal.
    assert!(said.lines().all(|line| line.chars().count() <= 160), "{said}");
    let result = folder.path().join("result");
    let table = fs::read_to_string(result.join("tables/programmes.csv")).unwrap();
    assert_eq!(table.matches(",return,").count(), 3);
    let caption = fs::read_to_string(result.join("figures/programmes.txt")).unwrap();
    assert!(
        caption.contains("of 3 programmes rest on assumptions alone"),
        "{caption}"
    );
    assert!(result.join("figures/programmes.png").is_file());
    for file in [
        "manifest.json",
        "programmes.md",
        "tables/dictionary.csv",
        "rules/zero-markup-changes.csv",
        "rules/ageing-clinics.toml",
    ] {
        assert!(result.join(file).is_file(), "{file}");
    }
    // Drawn again from the table alone, it is the same.
    let svg = fs::read(result.join("figures/programmes.svg")).unwrap();
    ends(folder.path(), "plot result", 0);
    assert_eq!(svg, fs::read(result.join("figures/programmes.svg")).unwrap());
    // The same on another number of threads.
    ends(
        folder.path(),
        "compare three.toml --set world.people_count=1500 --out again --threads 1",
        0,
    );
    assert_eq!(
        table,
        fs::read_to_string(folder.path().join("again/tables/programmes.csv")).unwrap()
    );
}

#[test]
fn a_result_says_what_of_each_programme_was_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let shares = |sets: &str, out: &str| -> Vec<(String, f64, f64)> {
        let line = format!(
            "run limited-budget --set world.people_count=3000 --set run.last_year=2023 --replicates 2 {sets} --out {out}"
        );
        ends(folder.path(), &line, 0);
        let mut table = csv::Reader::from_path(folder.path().join(out).join("tables/delivery.csv")).unwrap();
        let rows = table.records().map(Result::unwrap);
        rows.map(|row| {
            (
                format!("{} {}", &row[3], &row[1]),
                row[5].parse().unwrap(),
                row[6].parse().unwrap(),
            )
        })
        .collect()
    };
    let limited = shares("", "limited");
    // Six programmes in six counties, from 2022 on.
    assert_eq!(limited.len(), 6 * 6 * 2);
    assert!(limited.iter().all(|(_, _, delivered)| (0.0..=1.0).contains(delivered)));
    assert!(limited.iter().any(|(_, _, delivered)| *delivered < 0.9), "{limited:?}");
    // 60% of villages in three yearly steps.
    let planned = |row: &str| limited.iter().find(|own| own.0 == row).unwrap().1;
    assert!((planned("chronic-management 2022") - 0.2).abs() < 1e-9);
    assert!((planned("chronic-management 2023") - 0.4).abs() < 1e-9);
    let free = shares("--set health_budget.limited_yes=false", "free");
    assert!(free.iter().all(|(_, _, delivered)| *delivered == 1.0));
}
