//! `kangcun measure` from file to table: numbers worked by hand and by R, and what must not matter. The surveys are invented.

mod common;
#[path = "measure/surveys.rs"]
mod surveys;

use common::ends;
use kangcun::output::parquet::{Cells, bytes};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs;
use std::path::Path;
use surveys::*;

// Numbers.

#[test]
fn twelve_households_are_as_worked_by_hand() {
    let rows = of_twelve(&format!("{DESIGN} --group region"));
    let persons = |indicator: &'static str, variant: &'static str| {
        [
            ("indicator", indicator),
            ("variant", variant),
            ("group", "all"),
            ("weight", "persons"),
            ("convention", "consumption"),
        ]
    };
    let find = |indicator, variant| {
        let found = rows.iter().filter(|row| {
            persons(indicator, variant)
                .iter()
                .all(|(column, text)| row[*column].contains(text))
        });
        let found: Vec<&Record> = found
            .filter(|row| row["indicator"] == indicator && !row["convention"].starts_with("consumption net"))
            .collect();
        assert_eq!(found.len(), 1, "{indicator} {variant}");
        found[0]
    };
    // People: 8 of weight 10 and 10 of weight 20 make 280. Beyond a tenth are households 3, 4 and 8, of 10, 20 and 40; those
    // at a tenth are not.
    let beyond = find("che_headcount", "above 10%");
    near(beyond, "value", 70.0 / 280.0, 1e-14);
    assert_eq!(
        (&beyond["n"][..], &beyond["events"][..], &beyond["few_events"][..]),
        ("12", "3", "true")
    );
    near(find("sdg_382_2024", "above 25%"), "value", 60.0 / 280.0, 1e-14);
    near(
        find("che_overshoot", "above 10%"),
        "value",
        (1.0 + 4.0 + 18.0) / 280.0,
        1e-13,
    );
    near(
        find("che_mean_positive_overshoot", "above 10%"),
        "value",
        23.0 / 70.0,
        1e-13,
    );
    // Below 1,000 a head are 1, 5 and 12; household 11 stands on the line. Paying takes 3 and 8 below it.
    near(find("poverty_headcount", "line 1000"), "value", 60.0 / 280.0, 1e-14);
    near(find("poverty_gap", "line 1000"), "value", 11.0 / 280.0, 1e-13);
    let paid = |indicator| {
        row(
            &rows,
            &[("indicator", indicator), ("variant", "line 1000"), ("group", "all")],
        )
    };
    near(paid("further_impoverishing_headcount"), "value", 50.0 / 280.0, 1e-14);
    let fallen = rows
        .iter()
        .find(|row| row["indicator"] == "impoverishing_headcount" && row["group"] == "all")
        .unwrap();
    near(fallen, "value", 50.0 / 280.0, 1e-14);
    near(find("mean", ""), "value", 484_000.0 / 280.0, 1e-14);
    near(
        row(&rows, &[("indicator", "oop_share"), ("group", "all")]),
        "value",
        75_700.0 / 484_000.0,
        1e-14,
    );

    // Weight times (beyond - 1/4) is 0, 10, 20 and -30 in the PSUs: 2 (5^2 + 5^2) and 2 (25^2 + 25^2) in the strata.
    let se = 2600_f64.sqrt() / 280.0;
    near(beyond, "se", se, 1e-13);
    assert_eq!((&beyond["df"][..], &beyond["interval"][..]), ("2", "logit"));
    // Student's t of 2 degrees: 4.30265; odds 1/3.
    let width = 4.302_652_729_696_142 * se / (0.25 * 0.75);
    let odds = (1.0_f64 / 3.0).ln();
    near(beyond, "ci_low", 1.0 / (1.0 + (width - odds).exp()), 1e-9);
    near(beyond, "ci_high", 1.0 / (1.0 + (-width - odds).exp()), 1e-9);

    // East has the PSUs 1 and 3, of 120 people: 50 are beyond, and the sums of weight times (beyond - 5/12) are -40/6 and
    // 40/6. The PSUs of west count with 0: 2 (10/3)^2 2 in each stratum, over 120.
    let east = row(
        &rows,
        &[
            ("indicator", "sdg_382_2024"),
            ("variant", "above 10%"),
            ("group", "region=east"),
        ],
    );
    near(east, "value", 50.0 / 120.0, 1e-14);
    near(
        east,
        "se",
        (2.0 * 2.0 * 2.0 * (10.0_f64 / 3.0).powi(2)).sqrt() / 120.0,
        1e-13,
    );
}

#[test]
fn every_form_has_the_same_numbers() {
    let (folder, _) = with(TWELVE);
    let words = format!("measure survey.csv {COLUMNS} {DESIGN} --food food --ppp 4 --outcome ill --group region");
    let said = ends(folder.path(), &format!("{words} --out result"), 0);
    let result = folder.path().join("result");
    let records = records(&table(folder.path()));
    assert!(records.len() > 300);
    for row in &records {
        assert!(
            !row["convention"].is_empty() && !row.values().any(|cell| cell == "NaN" || cell == "inf"),
            "{row:?}"
        );
    }
    assert!(
        said.starts_with("survey.csv: 12 rows read, 12 used\ndesign: 4 PSUs in 2 strata; errors: linearised"),
        "{said}"
    );
    let spoken = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        spoken.contains("che_headcount, above 10% ") && spoken.contains(" 0.25000 0.18211 "),
        "{said}"
    );
    assert_eq!(said, fs::read_to_string(result.join("indicators.txt")).unwrap());

    let csv = ends(folder.path(), &format!("{words} --format csv"), 0);
    assert!(csv.starts_with(&table(folder.path())) && csv.contains("12 rows read, 12 used"));

    let text = fs::read_to_string(result.join("indicators.json")).unwrap();
    assert_eq!(text, ends(folder.path(), &format!("{words} --format json"), 0));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["rows_read"], &json["psus"]), (&12.into(), &4.into()));
    let estimates = json["estimates"].as_array().unwrap();

    let bytes = fs::read(result.join("indicators.parquet")).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!((records.len(), records.len()), (estimates.len(), rows.len()));
    for ((record, estimate), row) in records.iter().zip(estimates).zip(&rows) {
        for (name, field) in row.get_column_iter() {
            let (cell, told) = (&record[name], &estimate[name]);
            let same = |number: f64| cell.parse() == Ok(number) && told.as_f64() == Some(number);
            let agrees = match field {
                parquet::record::Field::Null => cell.is_empty() && told.is_null(),
                parquet::record::Field::Str(text) if name == "few_events" => {
                    cell == text && told.as_bool() == text.parse().ok()
                }
                parquet::record::Field::Str(text) => cell == text && told == text,
                parquet::record::Field::Double(number) => same(*number),
                parquet::record::Field::Long(number) => same(*number as f64),
                other => panic!("{other:?}"),
            };
            assert!(agrees, "{name}: {cell}, {told}, {field}");
        }
    }
    let manifest = fs::read_to_string(result.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let hash = kangcun::population::hash(table(folder.path()).as_bytes());
    assert_eq!(manifest["files_blake3"]["indicators.csv"], hash);
}

/// Golden: R's survey package (`measure/design.R`).
#[test]
fn errors_are_those_of_r_survey() {
    let words = "--weight weight --size size --income income --line 5000 --strata stratum --psu psu --group outcome";
    let rows = records(&table(measured(HOUSEHOLDS, words).path()));
    let lone = HOUSEHOLDS.lines().filter(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        cells[1] != "1" || cells[2] == "1"
    });
    let lone: String = lone.map(|line| line.to_owned() + "\n").collect();
    refused(
        &lone,
        words,
        &[
            "1 of 8 strata have one PSU, which cannot vary: `1`",
            "--lone-psu centre",
        ],
    );
    let of_lone = |rule: &str| records(&table(measured(&lone, &format!("{words} --lone-psu {rule}")).path()));
    let (centre, certain) = (of_lone("centre"), of_lone("certain"));
    for golden in records(include_str!("measure/design.csv")) {
        let (quantity, of) = golden["quantity"].split_once(' ').unwrap();
        let (rows, group) = match of {
            "centre" => (&centre, "all"),
            "certain" => (&certain, "all"),
            group => (&rows, group),
        };
        let indicator = if quantity == "mean" {
            "mean"
        } else {
            "poverty_headcount"
        };
        let own = rows
            .iter()
            .find(|row| row["indicator"] == indicator && row["group"] == group)
            .unwrap();
        let golden = |column: &str| -> f64 { golden[column].parse().unwrap() };
        // The proportion of R is an iterated fit.
        near(own, "value", golden("value"), 1e-9);
        near(own, "se", golden("error"), 1e-9);
        if of == "outcome=1" {
            // R takes PSUs without members off the degrees of freedom, Stata and we only strata without.
            assert_eq!((&own["df"][..], golden("df")), ("32", 31.0));
        } else {
            assert_eq!(own["df"].parse(), Ok(golden("df")));
            near(own, "ci_low", golden("low"), 1e-8);
            near(own, "ci_high", golden("high"), 1e-8);
        }
    }
}

/// Golden: the rows of the library's own table, through file and command.
#[test]
fn a_survey_gives_the_numbers_of_independent_programs() {
    let words = "--weight weight --size size --income income --consumption consumption --oop oop --consumption-is gross \
                 --oop-above-consumption keep --rank rank --outcome outcome --factor schooling,size --line line --strata stratum --psu psu";
    let rows = records(&table(measured(HOUSEHOLDS, words).path()));
    let golden = records(include_str!("measure/golden.csv"));
    let golden = |quantity: &str| golden.iter().find(|row| row["quantity"] == quantity).unwrap();
    for (quantity, indicator, variant, convention) in [
        ("mean", "mean", "", "income"),
        ("poverty_headcount", "poverty_headcount", "line `line`", "income"),
        ("watts", "watts", "line `line`", "income"),
        ("gini", "gini", "", "income"),
        ("theil", "theil", "", "income"),
        ("relative_poverty_rate", "relative_poverty_rate", "60%", "income"),
        ("s80_s20", "s80_s20", "", "income"),
        ("oop_share", "oop_share", "", "total"),
        ("CI", "concentration_index", "of `outcome`", "ranked by `rank`"),
        (
            "CIc",
            "concentration_index_erreygers",
            "of `outcome`",
            "ranked by `rank`",
        ),
        (
            "contribution_schooling",
            "concentration_contribution",
            "of `outcome`, factor `schooling`",
            "ranked by `rank`",
        ),
        (
            "contribution_residual",
            "concentration_residual",
            "of `outcome`",
            "ranked by `rank`",
        ),
        ("kakwani", "kakwani", "", "gross"),
    ] {
        let fits = |row: &&Record| {
            let holds = |column: &str, text: &str| row[column].contains(text);
            row["indicator"] == indicator && holds("variant", variant) && holds("convention", convention)
        };
        let own = rows.iter().find(fits).unwrap_or_else(|| panic!("no {indicator}"));
        near(own, "value", golden(quantity)["value"].parse().unwrap(), 1e-9);
        // The estimator of convey's Gini is another, and lines that hang on a median are taken as given.
        if let (Ok(error), "linearised") = (golden(quantity)["error"].parse(), &own["method"][..]) {
            near(own, "se", error, 1e-9);
        }
    }
}

#[test]
fn poverty_over_time_is_as_worked_by_hand() {
    // Below 1,000: A poor, not, poor; B not, poor, poor; C not, not, not seen; D poor throughout; weights 1, 2, 3, 4.
    let survey = "id,year,w,income,lifted\nA,2018,1,500,1\nA,2019,1,2000,1\nA,2020,1,500,1\nB,2018,2,2000,1\nB,2019,2,500,1\nB,2020,2,500,1\n\
                  C,2018,3,2000,0\nC,2019,3,2000,0\nD,2018,4,500,0\nD,2019,4,500,0\nD,2020,4,500,0\n";
    let words = "--weight w --income income --line 1000 --household id --wave year";
    let rows = records(&table(measured(survey, words).path()));
    let all = |indicator: &str, variant: &str| {
        let fits =
            |row: &&Record| row["indicator"] == indicator && row["variant"].ends_with(variant) && row["group"] == "all";
        rows.iter()
            .find(fits)
            .unwrap_or_else(|| panic!("no {indicator} {variant}"))
            .clone()
    };
    // Moves from poor: A leaves (1), B stays (2), D stays twice (8). From not poor: A and B fall (1 + 2), C stays (3).
    near(
        &all("poverty_transition", "poor to not poor"),
        "value",
        1.0 / 11.0,
        1e-14,
    );
    near(
        &all("poverty_transition", "not poor to poor"),
        "value",
        3.0 / 6.0,
        1e-14,
    );
    near(&all("poverty_entry", "2018 to 2019"), "value", 2.0 / 5.0, 1e-14);
    near(&all("poverty_entry", "2019 to 2020"), "value", 1.0, 1e-14);
    // Seen in every wave are A, B and D: gaps of one half in 2, 2 and 3 of 3 waves, means over the line 1, 1 and 0.5.
    near(
        &all("poverty_over_time", "alpha 2"),
        "value",
        0.25 * (2.0 / 3.0 * 3.0 + 4.0) / 7.0,
        1e-14,
    );
    near(&all("poverty_chronic", "alpha 2"), "value", 0.25 * 4.0 / 7.0, 1e-14);
    near(
        &all("chronic_poverty_headcount", "poor in all waves"),
        "value",
        4.0 / 7.0,
        1e-14,
    );
    near(
        &all("chronic_poverty_headcount", "poor in half of waves"),
        "value",
        1.0,
        1e-14,
    );
    // The one spell out of poverty whose beginning was seen is A's of 2019, which ends after a wave.
    near(&all("poverty_return_hazard", "after 1 wave"), "value", 1.0, 1e-14);
    // So nobody is left, whoever is drawn.
    let left = all("return_free_survival", "after 1 wave");
    assert_eq!(
        ["value", "se", "ci_low", "note"].map(|column| &left[column][..]),
        ["0", "0", "", "no variation, so no interval"]
    );
    // Of the spells of poverty that were seen to begin, A's ended with the panel after a wave, B's after two.
    near(&all("poverty_spell_survival", "after 1 wave"), "value", 1.0, 1e-14);
    // The error of the first entry: households are PSUs. B adds 2 (1 - 2/5)/5, C 3 (0 - 2/5)/5, A and D nothing.
    let (b, c) = (2.0 * 0.6 / 5.0, -3.0 * 0.4 / 5.0);
    let se = (4.0_f64 / 3.0 * (b * b + c * c)).sqrt();
    let entry = all("poverty_entry", "2018 to 2019");
    near(&entry, "se", se, 1e-13);
    assert_eq!(
        (&entry["n"][..], &entry["events"][..], &entry["df"][..]),
        ("2", "1", "3")
    );
    // A wave draws a median of its own: in 2019, B and D have more than half of the weight.
    let median = rows
        .iter()
        .find(|row| row["indicator"] == "relative_poverty_line" && row["group"] == "year=2019")
        .unwrap();
    near(median, "value", 0.5 * 500.0, 1e-14);

    refused(
        &format!("{survey}A,2018,1,700,1\n"),
        words,
        &["line 13: household `A` stands on line 2 with the same wave 2018"],
    );
    refused(
        &survey.replace("A,2018", "A,2018.5"),
        words,
        &["line 2: a year must be a whole number, and here it is 2018.5"],
    );
}

/// Of 280 people, the middles of the households lie at 25 (1 and 12, who are equals), 55 (5), 70 (11), 85 (3), 100 (2), 120 (4),
/// 190 (7, 8 and 10), 260 (9) and 275 (6).
#[test]
fn quantiles_are_as_worked_by_hand() {
    let rows = of_twelve("--quantiles 4");
    let in_quantile = |indicator: &str, variant: &str, number: usize| {
        let group = format!("quantile={number} of 4");
        let fits = |row: &&Record| {
            row["indicator"] == indicator
                && row["variant"] == variant
                && row["group"] == group
                && row["weight"] == "persons"
                && row["convention"].contains("consumption gross")
        };
        rows.iter()
            .find(fits)
            .unwrap_or_else(|| panic!("no {indicator} in {group}"))
            .clone()
    };
    let mean = |number| in_quantile("mean", "", number);
    assert_eq!(
        [1, 2, 3, 4].map(|number| mean(number)["n"].clone()),
        ["3", "4", "3", "2"]
    );
    near(&mean(1), "value", (50.0 * 800.0 + 10.0 * 900.0) / 60.0, 1e-14);
    near(&mean(3), "value", 2000.0, 1e-14);
    near(&mean(4), "value", (20.0 * 3000.0 + 10.0 * 5000.0) / 30.0, 1e-14);
    let beyond = |number| in_quantile("che_headcount", "above 10%", number);
    near(&beyond(2), "value", 30.0 / 70.0, 1e-14);
    near(&beyond(3), "value", 40.0 / 120.0, 1e-14);

    // Another rank, by households: at 900 of food stand 4, 9 and 12, whose middle is at 110 of 280 people.
    let food = of_twelve("--rank food --quantiles 2");
    let shares: Vec<&Record> = food.iter().filter(|row| row["indicator"] == "oop_share").collect();
    assert_eq!(
        shares
            .iter()
            .map(|row| (&row["group"][..], &row["n"][..]))
            .collect::<Vec<_>>(),
        [("all", "12"), ("quantile=1 of 2", "8"), ("quantile=2 of 2", "4")]
    );

    // Equals stay together, so that the fifth and the seventh eighth are empty.
    let folder = measured(TWELVE, &format!("{COLUMNS} --quantiles 8"));
    let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
    let empty: Vec<&str> = said.lines().filter(|line| line.contains("nobody is in it")).collect();
    assert_eq!(
        empty,
        [5, 7].map(|number| format!("left out: `quantile={number} of 8`: nobody is in it, since equals stay together"))
    );

    // Each wave has its own poorer half: A in 2018, B in 2019.
    let panel = "id,year,income\nA,2018,1\nB,2018,2\nA,2019,20\nB,2019,10\n";
    let folder = measured(panel, "--income income --household id --wave year --quantiles 2");
    let rows = records(&table(folder.path()));
    let poorer = rows
        .iter()
        .find(|row| row["indicator"] == "mean" && row["group"] == "quantile=1 of 2")
        .unwrap();
    near(poorer, "value", 5.5, 1e-14);
}

#[test]
fn what_nobody_has_and_what_nobody_said_is_told() {
    let folder = measured(TWELVE, "--consumption consumption --line 5");
    let rows = records(&table(folder.path()));
    let poor = row(&rows, &[("indicator", "poverty_headcount")]);
    assert_eq!(
        ["value", "se", "ci_low", "ci_high"].map(|column| &poor[column][..]),
        ["0", "0", "", ""]
    );
    assert_eq!(poor["note"], "no variation, so no interval");
    assert!(
        poor["convention"].starts_with("consumption as given (net or gross"),
        "{poor:?}"
    );
    let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
    assert!(
        said.contains("note: no --weight: every row counts the same\nnote: no --size: a row is a person\n"),
        "{said}"
    );
}

/// The example of the page is what the program prints.
#[test]
fn the_page_shows_what_is_printed() {
    let page = include_str!("../docs/measure.md");
    let example = page.split("## An example").nth(1).unwrap();
    let mut blocks = example.split("```").skip(1).step_by(2);
    let command = blocks.next().unwrap().trim().replace("\\\n", " ");
    let printed = ends(
        Path::new(env!("CARGO_MANIFEST_DIR")),
        command.trim_start_matches("kangcun "),
        0,
    );
    let shown: Vec<&str> = blocks.next().unwrap().trim().lines().collect();
    assert!(shown.len() > 10);
    for line in shown.into_iter().filter(|line| *line != "...") {
        assert!(printed.lines().any(|printed| printed == line), "not printed: {line}");
    }
}

// What must not matter.

#[test]
fn neither_the_format_nor_the_order_of_rows_matters() {
    let words = format!("{COLUMNS} {DESIGN} --food food --ppp 4 --outcome ill --group region");
    let straight = measured(TWELVE, &words);
    let mut lines: Vec<&str> = TWELVE.lines().collect();
    lines[1..].reverse();
    lines.swap(3, 9);
    let shuffled = measured(&(lines.join("\n") + "\n"), &words);
    assert_eq!(table(straight.path()), table(shuffled.path()));

    let rows: Vec<Vec<&str>> = TWELVE.lines().map(|line| line.split(',').collect()).collect();
    let column = |at: usize| {
        let cells = || rows[1..].iter().map(|row| row[at]);
        match cells().map(|cell| cell.parse().ok()).collect::<Option<Vec<f64>>>() {
            Some(numbers) if at > 2 => Cells::Number(numbers.into_iter().map(Some).collect()),
            Some(numbers) => Cells::Whole(numbers.into_iter().map(|number| Some(number as i64)).collect()),
            None => Cells::Text(cells().map(|cell| Some(cell.to_owned())).collect()),
        }
    };
    let columns: Vec<(&str, Cells)> = rows[0]
        .iter()
        .enumerate()
        .map(|(at, name)| (*name, column(at)))
        .collect();
    fs::write(straight.path().join("survey.parquet"), bytes(columns).unwrap()).unwrap();
    ends(
        straight.path(),
        &format!("measure survey.parquet {words} --out columns"),
        0,
    );
    let of_columns = fs::read_to_string(straight.path().join("columns/indicators.csv")).unwrap();
    assert_eq!(table(straight.path()), of_columns);
}

#[test]
fn weights_may_be_of_any_scale_and_groups_add_up() {
    let words = format!("{COLUMNS} {DESIGN} --outcome ill --group region");
    let rows = table(measured(TWELVE, &words).path());
    let doubled = remade(TWELVE, "weight", |weight| {
        (2 * weight.parse::<u32>().unwrap()).to_string()
    });
    assert_eq!(rows, table(measured(&doubled, &words).path()));

    let rows = records(&rows);
    let key = |row: &Record| ["indicator", "variant", "convention", "weight"].map(|column| row[column].clone());
    let mut added = 0;
    for all in rows.iter().filter(|row| row["group"] == "all") {
        let parts = || rows.iter().filter(|row| row["group"] != "all" && key(row) == key(all));
        for column in ["n", "events"] {
            let sum: u32 = parts().map(|row| row[column].parse::<u32>().unwrap_or(0)).sum();
            assert_eq!(all[column].parse().unwrap_or(0), sum, "{column} of {all:?}");
            added += sum;
        }
    }
    assert!(added > 1000);
}

#[test]
fn amounts_of_a_month_are_twelve_times_as_much_a_year() {
    let monthly = ["consumption", "oop", "food"]
        .iter()
        .fold(TWELVE.to_owned(), |text, column| {
            remade(&text, column, |amount| {
                (amount.parse::<f64>().unwrap() / 16.0).to_string()
            })
        });
    let words = format!("{COLUMNS} --food food --ppp 4");
    let yearly = records(&table(measured(TWELVE, &words).path()));
    let of_months = records(&table(
        measured(&monthly, &format!("{words} --period month").replace("1000", "750")).path(),
    ));
    for (one, other) in yearly.iter().zip(&of_months) {
        if one["indicator"] == "poverty_headcount" || one["indicator"] == "who_catastrophic" {
            assert_eq!(one["value"], other["value"], "{one:?}");
        }
        if one["indicator"] == "mean" {
            near(other, "value", one["value"].parse::<f64>().unwrap() * 0.75, 1e-13);
        }
    }
}

// Errors.

#[test]
fn the_bootstrap_is_repeatable_and_near_the_linearised_error() {
    let words = "--weight weight --size size --income income --line 5000 --strata stratum --psu psu";
    let of = |more: &str| table(measured(HOUSEHOLDS, &format!("{words} {more}")).path());
    let first = of("--bootstrap 400 --seed 7");
    assert_eq!(first, of("--bootstrap 400 --seed 7 --threads 1"));
    assert_ne!(first, of("--bootstrap 400 --seed 8"));
    let (linearised, drawn) = (records(&of("")), records(&first));
    for (one, other) in linearised.iter().zip(&drawn) {
        assert_eq!((&one["value"], &other["method"][..]), (&other["value"], "bootstrap"));
        if ["mean", "poverty_headcount", "gini"].contains(&&one["indicator"][..]) {
            let ratio = other["se"].parse::<f64>().unwrap() / one["se"].parse::<f64>().unwrap();
            // 400 replicates know a standard error to 4 per cent.
            assert!((0.85..1.15).contains(&ratio), "{ratio}: {one:?}");
        }
    }
    // What hangs on a median has an error of its own only here.
    let line = |rows: &[Record]| {
        rows.iter()
            .find(|row| row["indicator"] == "relative_poverty_line")
            .unwrap()["se"]
            .clone()
    };
    assert!(line(&linearised).is_empty() && !line(&drawn).is_empty());
    assert!(
        records(&of("--errors none"))
            .iter()
            .all(|row| row["se"].is_empty() && row["method"] == "none")
    );
}

#[test]
fn small_cells_are_masked() {
    let rows = of_twelve("--min-cell 4");
    let beyond = row(&rows, &[("indicator", "sdg_382_2024"), ("variant", "above 10%")]);
    for column in [
        "events",
        "value",
        "se",
        "ci_low",
        "ci_high",
        "interval",
        "method",
        "df",
        "few_events",
    ] {
        assert_eq!(beyond[column], "", "{column}");
    }
    assert_eq!(beyond["note"], "masked: fewer than 4");
    assert!(!row(&rows, &[("indicator", "oop_share")])["value"].is_empty());
    assert!(
        of_twelve("--min-cell 13")
            .iter()
            .all(|row| row["value"].is_empty() && row["n"].is_empty())
    );
}

#[test]
fn a_rank_that_does_not_vary_ranks_nobody() {
    let same = remade(TWELVE, "food", |_| "5".into());
    let folder = measured(&same, &format!("{COLUMNS} --rank food --outcome ill"));
    let rows = records(&table(folder.path()));
    assert!(
        !rows
            .iter()
            .any(|row| row["indicator"].contains("concentration") || row["indicator"].contains("rank_weighted"))
    );
    assert!(
        ["gini", "kakwani"]
            .iter()
            .all(|own| rows.iter().any(|row| row["indicator"] == *own))
    );
    let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
    assert!(said.contains("left out: in `all`, what ranks people"), "{said}");
    let json = fs::read_to_string(folder.path().join("result/indicators.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let reasons = json["indicators_left_out"].as_array().unwrap();
    assert!(
        reasons
            .iter()
            .any(|reason| reason.as_str().unwrap().contains("one value")),
        "{reasons:?}"
    );
}

#[test]
fn factors_that_cannot_be_told_apart_are_said() {
    // The weight is one in each stratum, and its double tells nothing more.
    let twice = |(at, line): (usize, &str)| match at {
        0 => format!("{line},twice\n"),
        _ => format!(
            "{line},{}\n",
            2 * line.split(',').nth(4).unwrap().parse::<u32>().unwrap()
        ),
    };
    let survey: String = TWELVE.lines().enumerate().map(twice).collect();
    let of = |factors: &str| {
        let folder = measured(
            &survey,
            &format!("{COLUMNS} --outcome ill,food --factor {factors} --group stratum"),
        );
        let decomposed = records(&table(folder.path()))
            .iter()
            .filter(|row| row["indicator"] == "concentration_residual")
            .map(|row| row["group"].clone())
            .collect::<Vec<_>>();
        let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
        let reasons = said.lines().filter(|line| line.contains("--factor")).map(str::to_owned);
        (decomposed, reasons.collect::<Vec<_>>())
    };
    let still =
        |group: &str| format!("left out: in `{group}`, decompositions (--factor): the factor `weight` has one value");
    let (decomposed, reasons) = of("weight");
    assert_eq!(decomposed, ["all", "all"]);
    assert_eq!(reasons, [still("stratum=A"), still("stratum=B")]);
    let (decomposed, reasons) = of("weight,twice");
    assert!(decomposed.is_empty());
    assert_eq!(
        reasons[0],
        "left out: in `all`, decompositions (--factor): the factors are collinear (one of them follows from the others)"
    );
}

#[test]
fn shares_at_the_edge_and_rounding_have_no_interval() {
    // The median is 45, so that nobody is below half of it; in a replicate it may be 100.
    let words = "--income money --bootstrap 50 --seed 1";
    let rows = records(&table(measured("money\n45\n45\n45\n100\n100\n", words).path()));
    let edge: Vec<&Record> = rows
        .iter()
        .filter(|row| row["indicator"] == "relative_poverty_rate" && row["value"] == "0" && row["se"] != "0")
        .collect();
    assert!(!edge.is_empty());
    for row in edge {
        assert_eq!(
            (&row["ci_low"][..], &row["interval"][..], &row["note"][..]),
            ("", "", "a share of 0 or 1, so no interval")
        );
    }
    // What is the same for all differs between replicates by rounding alone.
    let same = "money,w\n0.1,0.1\n0.1,0.7\n0.1,0.3\n0.1,0.9\n0.1,1.3\n";
    let rows = records(&table(measured(same, &format!("{words} --weight w")).path()));
    let mean = rows.iter().find(|row| row["indicator"] == "mean").unwrap();
    assert_eq!(
        (&mean["se"][..], &mean["note"][..]),
        ("0", "no variation, so no interval")
    );
}
