//! What `kangcun measure` refuses, what it does when told to, and how it says so. The surveys are invented.

mod common;
#[path = "measure/surveys.rs"]
mod surveys;

use common::ends;
use std::fs;
use surveys::*;

#[test]
fn rows_that_make_no_sense_are_refused_with_line_and_reason() {
    for (line, column, cell, said) in [
        (
            2,
            "weight",
            "-1",
            "survey.csv, line 2: a weight must not be negative, and here it is -1 (column weight)",
        ),
        (
            3,
            "size",
            "-2",
            "line 3: the people of a household must be above 0, and here it is -2 (column size)",
        ),
        (3, "size", "0", "line 3: the people of a household must be above 0"),
        (
            4,
            "consumption",
            "nan",
            "line 4: `nan` is not finite (column consumption)",
        ),
        (4, "oop", "inf", "line 4: `inf` is not finite (column oop)"),
        (4, "oop", "-inf", "line 4: `-inf` is not finite"),
        (5, "consumption", "-3", "line 5: consumption must not be negative"),
        (5, "oop", "-3", "line 5: out-of-pocket spending must not be negative"),
        (13, "consumption", "1,5", "found record with 11 fields"),
        (6, "consumption", "9OO", "line 6: `9OO` is no number"),
        (7, "consumption", "", "line 7: the cell is empty (column consumption)"),
        (7, "region", "NA", "line 7: the cell is empty (column region)"),
        (
            8,
            "oop",
            "2001",
            "line 8: out-of-pocket spending 2001 is above consumption 2000 (column oop)",
        ),
    ] {
        refused(
            &changed(line, column, cell),
            &format!("{COLUMNS} --group region"),
            &[said],
        );
    }
    let ids: Vec<String> = (0..501).map(|id| format!("{id},100\n")).collect();
    let words = "--consumption money --group id";
    refused(
        &format!("id,money\n{}", ids.concat()),
        words,
        &["`id` parts the rows into 501 groups"],
    );
    let all = remade(TWELVE, "weight", |_| "-1".into());
    refused(
        &all,
        COLUMNS,
        &[
            "the survey has 12 faults; nothing was measured",
            "line 11: a weight",
            "... and 2 more",
        ],
    );
    refused(
        &remade(TWELVE, "weight", |_| "0".into()),
        COLUMNS,
        &["all weights of the survey are zero"],
    );
    let grouped = format!("{COLUMNS} --group region");
    let east = TWELVE.replace(",A,1,10,", ",A,1,0,").replace(",B,3,20,", ",B,3,0,");
    refused(
        &east,
        &grouped,
        &["the group `region` = `east` is empty: none of its rows is left with a weight above 0"],
    );
    refused(
        TWELVE,
        &COLUMNS.replace("--oop oop", "--oop opp"),
        &["`survey.csv` has no column `opp`", "did you mean `oop`?"],
    );
    refused(
        TWELVE,
        &format!("{COLUMNS} --outcome food --bounds 0,2000"),
        &["line 11: an outcome must lie within --bounds, and here it is 2400"],
    );
}

#[test]
fn spending_above_consumption_takes_a_choice() {
    let above = changed(8, "oop", "2001");
    let words = |choice: &str| format!("{COLUMNS} --oop-above-consumption {choice}");
    refused(&above, COLUMNS, &["--oop-above-consumption keep`, `drop` or `cap`"]);
    for (choice, rows, note) in [
        (
            "keep",
            "12",
            "1 row with out-of-pocket spending above consumption, kept as asked",
        ),
        (
            "cap",
            "12",
            "1 row with out-of-pocket spending above consumption, capped to it as asked",
        ),
        (
            "drop",
            "11",
            "12 rows read, 11 used, 1 left out (out-of-pocket spending above consumption)",
        ),
    ] {
        let folder = measured(&above, &words(choice));
        let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
        assert!(said.contains(note), "{said}");
        assert_eq!(
            row(&records(&table(folder.path())), &[("indicator", "oop_share")])["n"],
            rows
        );
    }
    // Two rows may be kept or left out for different reasons, and each is counted once.
    let empty = above.replace(",A,1,10,1,800,0,", ",A,1,10,1,800,,");
    let folder = measured(&empty, &format!("{} --missing drop", words("drop")));
    let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
    assert!(
        said.starts_with(
            "survey.csv: 12 rows read, 10 used, 1 left out (no value in `oop`), 1 left out (out-of-pocket"
        ),
        "{said}"
    );
}

#[test]
fn a_weight_of_zero_counts_as_drawn_and_adds_nothing() {
    let folder = measured(&changed(2, "weight", "0"), &format!("{COLUMNS} {DESIGN}"));
    let said = fs::read_to_string(folder.path().join("result/indicators.txt")).unwrap();
    assert!(
        said.starts_with("survey.csv: 12 rows read, 11 used, 1 of weight zero (drawn, but unused)"),
        "{said}"
    );
    let rows = records(&table(folder.path()));
    let beyond = row(&rows, &[("indicator", "sdg_382_2024"), ("variant", "above 10%")]);
    near(beyond, "value", 70.0 / 270.0, 1e-14);
    assert_eq!(beyond["n"], "11");
}

#[test]
fn more_children_than_people_are_refused_where_adults_are_not_told() {
    let survey = changed(2, "ill", "2");
    let words = format!("{COLUMNS} --equivalence oecd --children ill");
    refused(
        &survey,
        &words,
        &["line 2: 2 children are more than the household has people (1) (column ill)"],
    );
    measured(TWELVE, &words);
}

#[test]
fn a_sample_of_one_psu_has_values_and_no_errors() {
    let one = remade(TWELVE, "psu", |_| "1".into());
    for (survey, words) in [
        ("money\n100\n", "--consumption money"),
        (&one, &format!("{COLUMNS} --psu psu")),
    ] {
        let (folder, _) = with(survey);
        let said = ends(folder.path(), &format!("measure survey.csv {words}"), 65);
        assert!(said.contains("the sample has one PSU, which cannot vary"), "{said}");
        assert!(said.contains("--errors none") && !said.contains("strat"), "{said}");
        let rows = records(&table(measured(survey, &format!("{words} --errors none")).path()));
        let gini = rows.iter().find(|row| row["indicator"] == "gini").unwrap();
        assert_eq!((&gini["se"][..], &gini["note"][..]), ("", ""));
        assert!(!gini["value"].is_empty());
    }
    let words = format!("{COLUMNS} --strata household");
    refused(TWELVE, &words, &["12 of 12 strata have one PSU", "column of --strata"]);
    measured(TWELVE, &format!("{words} --errors none"));
}

#[test]
fn words_that_leave_something_open_are_refused_as_usage() {
    let (folder, _) = with(TWELVE);
    for (words, said) in [
        ("", "there is nothing to measure"),
        ("--consumption consumption --oop oop", "--consumption-is must be said"),
        (
            "--oop oop --outcome ill --rank food",
            "mean nothing without --consumption",
        ),
        ("--outcome ill", "nothing ranks people"),
        (
            "--consumption consumption --line size --line psu",
            "only one --line can be a column",
        ),
        ("--consumption consumption --line -5", "must be above 0"),
        ("--consumption consumption --equivalence oecd", "counts children apart"),
        (
            "--consumption consumption --equivalence modified",
            "power:THETA such as power:0.5",
        ),
        (
            "--consumption consumption --equivalence power:1.5",
            "THETA must lie between 0",
        ),
        (
            "--consumption consumption --equivalence weighted:0.5:-1",
            "THETA must lie between 0",
        ),
        (
            "--consumption consumption --equivalence weighted:0:0.7",
            "ALPHA must be above 0 and at most 1",
        ),
        (
            "--consumption consumption --equivalence weighted:2:0.7",
            "ALPHA must be above 0 and at most 1",
        ),
        (
            "--consumption consumption --line 5 --line psu --line 5.0",
            "the same --line is said twice",
        ),
        (
            "--consumption consumption --thresholds 0.1,0.25,0.10",
            "the same share is said twice in --thresholds",
        ),
        ("--consumption consumption --quantiles 1", "2..=100"),
        (
            "--consumption consumption --seed 3",
            "no use for --seed without --bootstrap",
        ),
        (
            "--consumption consumption --bootstrap 9 --lone-psu centre",
            "--lone-psu certain",
        ),
        (
            "--consumption consumption --bootstrap 9 --errors none",
            "--bootstrap has no use",
        ),
        (
            "--consumption consumption --outcome ill --bounds 1,0",
            "the lowest value must be below the highest",
        ),
        ("--consumption consumption --wave psu", "--household"),
        ("--consumption consumption --ppp 0", "must be above 0"),
        (
            "--consumption consumption --set run.seed=1",
            "it measures a survey and runs no scenario",
        ),
    ] {
        let text = ends(folder.path(), &format!("measure survey.csv {words}"), 2);
        assert!(text.contains(said), "`{said}` is not in:\n{text}");
    }
    let there = ends(folder.path(), &format!("measure survey.csv {COLUMNS} --out ."), 73);
    assert!(there.contains("is there already"), "{there}");
}
