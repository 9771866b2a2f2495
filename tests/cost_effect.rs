//! What scenarios cost and avert: the table agrees with what the same result says elsewhere, to the fen and the household.

use kangcun::output::{Study, write};
use kangcun::scenario::Scenario;
use kangcun::study::{self, Arm, public_cost, year_total};
use std::collections::BTreeMap;
use std::path::Path;

type Row = BTreeMap<String, String>;

const SMALL: [&str; 3] = ["world.people_count=4000", "run.last_year=2024", "run.replicates=3"];

fn arm(name: &str, sets: &[&str]) -> Arm {
    let sets: Vec<String> = SMALL.iter().chain(sets).map(ToString::to_string).collect();
    Arm::new(name, Scenario::load(name, &sets).unwrap()).unwrap()
}

fn written(arms: &[Arm], folder: &Path) {
    let study = Study {
        arms,
        equal_cost: &[],
        published: &[],
        min_cell: None,
        command: "test".into(),
        when: "now".into(),
    };
    write(&study, folder).unwrap();
}

fn rows(folder: &Path, table: &str) -> Vec<Row> {
    let mut table = csv::Reader::from_path(folder.join("tables").join(table)).unwrap();
    table.deserialize().map(|row| row.unwrap()).collect()
}

/// The row of an item for a scenario and replicate.
fn item<'a>(rows: &'a [Row], scenario: &str, replicate: usize, item: &str) -> &'a Row {
    let found = rows
        .iter()
        .filter(|row| row["scenario"] == scenario && row["replicate"] == replicate.to_string() && row["item"] == item);
    let found: Vec<&Row> = found.collect();
    assert_eq!(found.len(), 1, "{scenario} {replicate} {item}");
    found[0]
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

#[test]
fn cost_and_effect_agree_with_the_other_tables() {
    let mut arms = vec![
        arm("baseline", &[]),
        arm("package", &[]),
        // A control has fewer replicates and is compared with nothing.
        arm("no-illness", &["run.replicates=1"]),
        arm("full-cover", &["run.replicates=2"]),
    ];
    arms[2].control = true;
    study::compare(&mut arms, &|_| ()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("result");
    written(&arms, &result);
    let table = rows(&result, "cost_effect.csv");
    assert_eq!(table.len(), 9 * (3 + 2), "replicates common to both, and no control");
    let replicates = rows(&result, "replicates.csv");
    let counted = |scenario: &str, replicate: usize, indicator: &str, part: &str| -> f64 {
        let of = replicates.iter().filter(|row| {
            row["scenario"] == scenario
                && row["replicate"] == replicate.to_string()
                && row["category"] == "lifted"
                && row["indicator"] == indicator
                && row["line"] == "national"
                && row["convention"] == "register"
        });
        of.map(|row| number(row, part)).sum()
    };
    let mut moved = 0;
    for (arm, among) in [(&arms[1], 3), (&arms[3], 2)] {
        for replicate in 0..among {
            let of = |name| item(&table, &arm.id, replicate, name);
            for (name, indicator, part) in [
                ("returns", "return_hazard", "numerator"),
                ("household_years_at_risk", "return_hazard", "denominator"),
                ("returns_without_illness", "return_hazard_without_illness", "numerator"),
            ] {
                let row = of(name);
                assert_eq!(
                    number(row, "in_base"),
                    counted("baseline", replicate, indicator, part),
                    "{row:?}"
                );
                assert_eq!(
                    number(row, "in_scenario"),
                    counted(&arm.id, replicate, indicator, part),
                    "{row:?}"
                );
            }
            // What the headline adds up: every year's tally with the funders of its own scenario.
            for (column, own) in [("in_base", &arms[0]), ("in_scenario", arm)] {
                let funders = own.policy.funders().unwrap();
                let own = &own.results[replicate];
                let years = (0..own.years.len()).map(|year| year_total(own, year));
                let cost: i64 = years.map(|tally| public_cost(&tally, &funders)).sum();
                let written = of("public_cost")[column].replace('.', "");
                assert_eq!(written.parse::<i64>().unwrap(), cost);
                let by_illness = number(of("returns"), column) - number(of("returns_without_illness"), column);
                assert_eq!(number(of("returns_by_illness"), column), by_illness);
            }
            for name in [
                "public_cost",
                "oop",
                "returns",
                "dalys",
                "person_years",
                "household_years",
            ] {
                let row = of(name);
                let difference = number(row, "in_scenario") - number(row, "in_base");
                assert!((number(row, "difference") - difference).abs() < 1e-3, "{row:?}");
                moved += usize::from(difference != 0.0);
            }
            assert_eq!(
                (of("returns")["from"].as_str(), of("returns")["to"].as_str()),
                ("2021", "2024")
            );
        }
    }
    assert!(moved > 10, "{moved}");
    for (indicator, name) in [("oop", "oop"), ("dalys", "dalys")] {
        agrees_with_paired(&result, &table, indicator, name);
    }
}

/// The mean of paired differences a head, by both tables; the other has six digits.
fn agrees_with_paired(result: &Path, table: &[Row], indicator: &str, name: &str) {
    let paired = rows(result, "paired.csv");
    for (scenario, among) in [("package", 3), ("full-cover", 2)] {
        let row = paired.iter().find(|row| {
            let cells = ["scenario", "year", "category", "indicator"].map(|column| row[column].as_str());
            cells == [scenario, "all", "all", indicator]
        });
        let expected = number(row.unwrap(), "difference");
        let a_head = |replicate: usize, column: &str| {
            let (over, under) = (
                item(table, scenario, replicate, name),
                item(table, scenario, replicate, "person_years"),
            );
            number(over, column) / number(under, column)
        };
        let differences = (0..among).map(|replicate| a_head(replicate, "in_scenario") - a_head(replicate, "in_base"));
        let mean = differences.sum::<f64>() / among as f64;
        assert!(
            (mean - expected).abs() <= 1e-5 * expected.abs().max(1e-3),
            "{scenario} {name}: {mean} {expected}"
        );
    }
}

#[test]
fn the_table_is_documented_and_hashed_and_only_there_with_a_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let (alone, both) = (folder.path().join("alone"), folder.path().join("both"));
    let mut arms = vec![
        arm("baseline", &["run.last_year=2022", "run.replicates=1"]),
        arm("package", &["run.last_year=2022", "run.replicates=1"]),
    ];
    study::compare(&mut arms, &|_| ()).unwrap();
    written(&arms[..1], &alone);
    written(&arms, &both);
    assert!(!alone.join("tables/cost_effect.csv").exists());
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(both.join("manifest.json")).unwrap()).unwrap();
    let bytes = std::fs::read(both.join("tables/cost_effect.csv")).unwrap();
    assert_eq!(
        manifest["tables_blake3"]["cost_effect.csv"],
        blake3::hash(&bytes).to_hex().as_str()
    );
    let known = |folder: &Path| -> Vec<String> {
        let names = rows(folder, "dictionary.csv")
            .into_iter()
            .map(|row| row["indicator"].clone());
        names.filter(|name| name.starts_with("cost_effect.csv")).collect()
    };
    assert!(known(&alone).is_empty());
    let known = known(&both);
    for row in rows(&both, "cost_effect.csv") {
        assert!(known.contains(&format!("cost_effect.csv: {}", row["item"])), "{row:?}");
    }
    // What one world would have to itself stays the same bytes.
    for table in ["indicators.csv", "replicates.csv"] {
        let first = |folder: &Path| -> Vec<Row> {
            let own = rows(folder, table)
                .into_iter()
                .filter(|row| row["scenario"] == "baseline");
            own.collect()
        };
        assert_eq!(first(&alone), first(&both), "{table}");
    }
}
