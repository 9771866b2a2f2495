//! What the program refuses, and what it says instead of a number that there is not: each word leads to the right one.

mod common;

use common::ends;
use std::fs;

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn numbers_beyond_their_unit_are_refused_with_its_range() {
    let folder = here();
    for (set, said) in [
        (
            "rehabilitation.care_yuan_per_month=1e12",
            "yuan per month, 0 to 1000000",
        ),
        (
            "funds.emergency.advance_yuan_per_month=1e13",
            "yuan per month, 0 to 1000000",
        ),
        ("founding.purse.savings_median_yuan=1e9", "yuan, 0 to 100000000"),
        ("workforce.village.attrition_per_year=500", "a rate per year, 0 to 100"),
        ("workforce.founding_age_years=200", "years, 0 to 120"),
        ("epidemic.reproduction_ratio=1e9", "a ratio, 0 to 1000000"),
        ("epidemic.reproduction_ratio=-1", "a ratio, 0 to 1000000"),
        ("epidemic.infectious_days=1e9", "days, 0 to 36500"),
        ("epidemic.seeds_per_100000_count=1000000", "a count, 0 to 100000"),
        ("epidemic.infectious_days=nan", "cannot be `nan`, which is not a number"),
        ("epidemic.infectious_days=inf", "cannot be infinite"),
        ("epidemic.infectious_days=2020-01-01", "cannot be a date"),
    ] {
        holds(
            &ends(folder.path(), &format!("check baseline --set {set}"), 65),
            &[said, "--set:1"],
        );
    }
    // What many people are advanced by the month does not leave 64 bits.
    let most = "funds.emergency.advance_yuan_per_month=1e6 --set funds.emergency.repaid_share=1";
    let small = "--set world.people_count=2000 --set run.last_year=2022 --replicates 1 --threads 1";
    ends(
        folder.path(),
        &format!("run baseline --set {most} {small} --out most"),
        0,
    );
    let table = fs::read_to_string(folder.path().join("most/tables/funds.csv")).unwrap();
    // 2,000 people of some weight are advanced 12 million yuan a year, and more is not there.
    for row in table.lines().filter(|row| row.contains(",opening,")) {
        let opening: f64 = row.split(',').nth(5).unwrap().parse().unwrap();
        assert!((0.0..1e12).contains(&opening), "{row}");
    }
}

#[test]
fn a_nudge_is_refused_once() {
    let said = ends(here().path(), "nudge --set world.people_count=0", 65);
    holds(&said, &["a whole number from 1 to"]);
    assert_eq!(said.matches("error").count(), 1, "{said}");
}

#[test]
fn an_option_without_a_meaning_is_refused() {
    let folder = here();
    for command in [
        "health",
        "elasticity",
        "event-study",
        "validate --left-out",
        "nudge",
        "founding",
        "rules baseline",
        "check baseline",
        "claim --bill 5",
        "view x",
    ] {
        let said = ends(folder.path(), &format!("{command} --out x"), 2);
        holds(&said, &["has no use for --out", "help: "]);
    }
    holds(
        &ends(folder.path(), "claim --bill 5 --replicates 3", 2),
        &["`claim` has no use for --replicates"],
    );
    holds(
        &ends(folder.path(), "founding --replicates 3", 2),
        &["it founds one world"],
    );
    ends(folder.path(), "check baseline --replicates 3 --seed 4 --threads 1", 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_nobody_can_be_counted_for_is_said_so() {
    let folder = here();
    let said = ends(
        folder.path(),
        "elasticity --set world.people_count=1 --replicates 2 --threads 1",
        0,
    );
    holds(&said, &["nobody to count"]);
    assert!(!said.contains("NaN"), "{said}");
    let said = ends(
        folder.path(),
        "elasticity --set world.people_count=2000 --replicates 1 --threads 1",
        0,
    );
    holds(&said, &["one run"]);
    assert!(!said.contains("NaN"), "{said}");
    let said = ends(
        folder.path(),
        "event-study --set world.people_count=1 --replicates 2 --threads 1",
        0,
    );
    holds(&said, &["Nobody to count"]);
    assert!(!said.contains("NaN"), "{said}");
}

#[test]
fn a_wrong_word_or_number_leads_to_the_right_ones() {
    let folder = here();
    for (set, said) in [
        (
            "funds.pooling=\"village\"",
            [
                "`funds.pooling` cannot be `village`",
                "one of `county`, `prefecture`, `province`",
            ],
        ),
        (
            "funds.deficit.order=[\"bank\"]",
            ["`funds.deficit.order` cannot be `bank`", "`local_budget`"],
        ),
    ] {
        let text = ends(folder.path(), &format!("check baseline --set {set}"), 65);
        holds(&text, &said);
        assert!(!text.contains("must have the same rules"), "{text}");
    }
    for line in [
        "claim --bill 5 --days -1",
        "claim --bill 5 --days nan",
        "claim --bill 5 --age -3",
        "claim --bill 5 --aid-rate -1",
        "claim --bill 5 --admissions -1",
        "claim --bill 5 --visits -1",
        "claim --bill 5 --year 1990",
        "claim --bill 5 --year 2101",
        "run baseline --seed -1",
        "run baseline --replicates -1",
        "rules baseline --month 1990-01",
        "rules baseline --month 2101-01",
    ] {
        let said = ends(folder.path(), line, 2);
        assert!(!said.contains("use '--"), "{said}");
        assert!(!said.contains("invalid digit"), "{said}");
    }
}

#[test]
fn a_scenario_that_is_not_there_is_looked_for_where_it_can_be() {
    let folder = here();
    fs::create_dir(folder.path().join("scen")).unwrap();
    holds(
        &ends(folder.path(), "check scen/", 65),
        &["cannot read `scen/`: it is a folder"],
    );
    let said = ends(folder.path(), "check nosuch.toml", 65);
    assert!(!said.contains(".toml.toml"), "{said}");
    let said = ends(folder.path(), "check zzzz", 65);
    assert_eq!(said.matches("cash-transfer,").count(), 1, "{said}");
}

#[test]
fn a_block_that_never_acts_is_told() {
    let folder = here();
    let block = |months: &str| {
        let text = format!(
            "title = \"Mine\"\nsummary = \"Mine.\"\nextends = \"baseline\"\n[[dated]]\n{months}\n\
             [dated.set.livelihood]\nincome_growth = 0.02\n"
        );
        fs::write(folder.path().join("mine.toml"), text).unwrap();
        ends(folder.path(), "check mine.toml", 0)
    };
    holds(
        &block("from = \"2041-01\""),
        &["mine.toml:7", "never acts: it begins in 2041-01", "but 1 warning"],
    );
    holds(
        &block("from = \"1990-01\"\nuntil = \"2020-01\""),
        &["mine.toml:8", "never acts: it ends before 2020-01"],
    );
    let said = block("from = \"2025-01\"");
    assert!(said.contains("No fault found.") && !said.contains("warning"), "{said}");
}

#[test]
fn growth_is_the_same_for_every_village() {
    let folder = here();
    let text = "title = \"A test\"\nsection = \"5.1\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
                moves = [\"income\"]\nfrom = \"2022-01\"\n[set.livelihood]\nincome_growth = 0.1\n";
    fs::write(folder.path().join("growth.toml"), text).unwrap();
    let said = ends(folder.path(), "check ./growth.toml", 65);
    holds(
        &said,
        &["`growth` sets `livelihood.income_growth`", "once for the whole world"],
    );
}

#[test]
fn a_run_ends_after_it_begins_and_has_a_year_before_it_is_counted() {
    let folder = here();
    let said = ends(folder.path(), "check baseline --set run.last_year=2019", 65);
    holds(&said, &["the run ends in 2019, before it starts in 2021"]);
    let said = ends(folder.path(), "check baseline --set run.burn_in_years=0", 65);
    holds(&said, &["burn_in_years", "between 1 and 50"]);
}

#[test]
fn what_cannot_be_paired_is_not_compared() {
    let folder = here();
    let scenario = |name: &str, run: &str| {
        let text = format!("title = \"{name}\"\nsummary = \"A test.\"\nextends = \"baseline\"\n{run}\n");
        fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    };
    scenario("short", "[run]\nlast_year = 2025");
    scenario("lucky", "[run]\nseed = 99");
    scenario("often", "[run]\nreplicates = 3");
    scenario("small", "[set.world]\npeople_count = 1200");
    scenario("smaller", "[set.world]\npeople_count = 1000");
    for (name, key) in [
        ("short", "run.last_year is 2030 in the first and 2025"),
        ("lucky", "run.seed is 2021"),
        ("often", "run.replicates is 20"),
    ] {
        let said = ends(folder.path(), &format!("compare baseline {name}.toml --threads 1"), 65);
        holds(&said, &["cannot be paired", key, "--set run."]);
    }
    let said = ends(folder.path(), "compare baseline 2010-2023 --replicates 1", 65);
    holds(
        &said,
        &[
            "cannot be paired",
            "run.first_year is 2021 in the first and 2010 in the second",
        ],
    );
    // Other people can be looked at side by side, and the reader is told.
    let line = "compare small.toml smaller.toml --set run.last_year=2021 --replicates 1 --out both";
    let said = ends(folder.path(), line, 0);
    holds(
        &said,
        &["smaller+set is founded otherwise than small+set", "not the people"],
    );
}

#[test]
fn rules_are_asked_of_years_that_can_be_lived() {
    let folder = here();
    for line in [
        "claim 2010-2023 --bill 100 --year 2008",
        "rules 2010-2023 --month 2008-05",
        "claim --bill 100 --year 2019",
    ] {
        holds(&ends(folder.path(), line, 2), &["are those of the years"]);
    }
    ends(folder.path(), "rules 2010-2023 --month 2009-05", 0);
    ends(folder.path(), "claim 2010-2023 --bill 5000 --year 2012", 0);
}
