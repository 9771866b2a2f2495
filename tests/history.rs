//! The real past: dated rules, what is published of the same years, and a run that is held against it.

mod common;

use common::{file, policy};
use kangcun::exit;
use kangcun::indicators::tally::Add;
use kangcun::indicators::tally::Tally;
use kangcun::rules::Rules;
use kangcun::scenario::Scenario;
use kangcun::study::Arm;
use kangcun::study::panel::interview;
use kangcun::study::validate::past::{Traced, trace};
use kangcun::study::validate::targets::{Use, of_table};
use kangcun::units::Month;
use kangcun::world::Category;
use std::collections::BTreeSet;

fn rules(scenario: &Scenario, year: i32, month: i32) -> Rules {
    let nobody = vec![false; scenario.programmes.len()];
    let everybody = scenario.programmes.iter().map(|own| own.id == "health-poverty-package");
    let active = if scenario.id == "2010-2023" {
        everybody.collect()
    } else {
        nobody
    };
    scenario.resolve(&active, Month::of(year, month)).unwrap()
}

/// Dates and amounts of the published rules, by hand.
#[test]
fn the_rules_of_the_past_are_dated_as_they_were() {
    let without = Scenario::load("without-package", &[]).unwrap();
    let with = Scenario::load("2010-2023", &[]).unwrap();
    assert_eq!(
        (with.run.first_year, with.run.last_year, with.run.founding_year()),
        (2010, 2023, 2009)
    );
    let premiums = [(2010, 30.0), (2013, 70.0), (2016, 150.0), (2020, 280.0), (2023, 380.0)];
    for (year, yuan) in premiums {
        assert_eq!(rules(&without, year, 1).enrolment.premium_yuan, yuan, "{year}");
    }
    let critical = |year: i32| {
        let rules = rules(&without, year, 6);
        let arms = &rules.insurance.layers["critical_illness"].arms;
        arms["general"].reimbursed_share[0]
    };
    // Pilots of some counties are a programme; for everybody from 2015 on.
    assert_eq!([2012, 2014, 2015, 2019, 2020].map(critical), [0.0, 0.0, 0.5, 0.6, 0.6]);
    let line = |year: i32| rules(&without, year, 1).poverty.lines["national"].line_2020_yuan;
    assert_eq!((line(2010), line(2014), line(2020)), (2300.0, 2800.0, 4000.0));
    let aid = |scenario: &Scenario, year: i32| {
        let rules = rules(scenario, year, 6);
        rules.insurance.layers["medical_aid"].arms["lifted"].reimbursed_share[0]
    };
    assert_eq!([2016, 2018, 2021].map(|year| aid(&with, year)), [0.0, 0.7, 0.0]);
    assert_eq!([2016, 2018, 2021].map(|year| aid(&without, year)), [0.0; 3]);
}

fn traced(sets: &[&str]) -> (Arm, Vec<Traced>) {
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let mut arm = Arm::new("past", Scenario::load("2010-2023", &sets).unwrap()).unwrap();
    let traced = trace(&mut arm, &|_| ()).unwrap();
    (arm, traced)
}

#[test]
fn what_the_rules_were_set_to_comes_back() {
    let (arm, traced) = traced(&["world.people_count=8000", "run.replicates=2"]);
    assert_eq!(arm.results.len(), 2);
    let series: BTreeSet<(&str, &str)> = traced
        .iter()
        .map(|one| (one.figure.as_str(), one.survey.as_str()))
        .collect();
    assert_eq!(traced.len(), 14 * series.len(), "every series has every year");
    let held: Vec<&Traced> = traced.iter().filter(|one| one.target.is_some()).collect();
    assert!(held.len() > 120, "{}", held.len());
    for one in held {
        let target = one.target.as_ref().unwrap();
        // A small world: a tenth around incomes, which the luck of harvests moves.
        let wanted = match one.survey.as_str() {
            "income_per_head" => 0.12 * target.published,
            "enrolled" => 0.03,
            "fund_income" if target.used == Use::Input => 0.05 * target.published,
            _ => continue,
        };
        assert!(
            (one.simulated.mean - target.published).abs() < wanted,
            "{} {}: {} published, {} simulated",
            one.figure,
            one.year,
            target.published,
            one.simulated.mean
        );
    }
}

#[test]
fn a_survey_is_what_its_interviews_and_tallies_say() {
    let sets = ["world.people_count=4000", "run.replicates=1", "run.last_year=2012"];
    let (_, traced) = traced(&sets);
    let of = |survey: &str, year: i32| {
        let one = traced.iter().find(|one| one.survey == survey && one.year == year);
        one.unwrap().simulated.mean
    };
    let policy = policy("2010-2023", &sets);
    let panel = interview(&policy, 0, &|| ()).unwrap();
    let year = panel.result.years.iter().find(|own| own.year == 2011).unwrap();
    let mut all = Tally::default();
    for county in &year.counties {
        county.counted.cells.iter().for_each(|cell| all.add(cell));
    }
    let ratio = |over: i64, under: i64| over as f64 / under as f64;
    assert_eq!(of("enrolled", 2011), ratio(all.enrolled, all.persons));
    assert_eq!(
        of("actual_rate", 2011),
        ratio(all.bill_admissions - all.oop_admissions, all.bill_admissions)
    );
    let (mut claimed, mut own, mut shares, mut homes) = (0.0, 0.0, 0.0, 0.0);
    for one in panel
        .year(2011)
        .filter(|one| one.cohort || one.category != Category::Ordinary)
    {
        let weight = f64::from(one.weight);
        claimed += weight * one.care.bill_claimed;
        own += weight * one.care.oop_claimed;
        assert!(
            one.care.bill_claimed <= one.care.bill_admissions + 1e-9 && one.care.oop_claimed <= one.care.bill_claimed
        );
        if one.care.bill_admissions > 0.0 {
            shares += weight * one.care.oop_admissions / one.care.bill_admissions;
            homes += weight;
        }
    }
    assert!((of("poor_oop_administrative", 2011) - own / claimed).abs() < 1e-12);
    assert!((of("poor_oop_survey", 2011) - shares / homes).abs() < 1e-12);
    let reserves: i64 = year.counties.iter().map(|county| county.fund.closing.0).sum();
    let claims: i64 = year.counties.iter().map(|county| county.fund.claims.0).sum();
    assert!((of("fund_reserve", 2011) - reserves as f64 / claims as f64 * 12.0).abs() < 1e-9);
}

/// From 2017 on the accounts are those of prefectures, and their reserves are not lost.
#[test]
fn reserves_of_pools_are_counted() {
    let (arm, traced) = traced(&["world.people_count=3000", "run.replicates=1", "run.last_year=2018"]);
    let year = arm.results[0].years.last().unwrap();
    assert_eq!(year.year, 2018);
    assert!(year.counties.iter().all(|county| county.fund.closing.0 == 0));
    let held: i64 = year.joint.iter().map(|joint| joint.year.closing.0).sum();
    let claims: i64 = year.counties.iter().map(|county| county.fund.claims.0).sum();
    let reserve = traced
        .iter()
        .find(|one| one.survey == "fund_reserve" && one.year == 2018)
        .unwrap();
    assert!(held != 0 && (reserve.simulated.mean - held as f64 / claims as f64 * 12.0).abs() < 1e-9);
}

#[test]
fn the_package_touches_the_poor_and_its_years_alone() {
    let share = |scenario: &str, year: i32, poor: bool| {
        let policy = policy(scenario, &["world.people_count=6000", "run.last_year=2018"]);
        let panel = interview(&policy, 0, &|| ()).unwrap();
        let own = panel
            .year(year)
            .filter(|one| (one.cohort || one.category != Category::Ordinary) == poor);
        let (paid, bills) = own.fold((0.0, 0.0), |sum, one| {
            let weight = f64::from(one.weight);
            (
                sum.0 + weight * one.care.oop_admissions,
                sum.1 + weight * one.care.bill_admissions,
            )
        });
        paid / bills
    };
    // The same luck until the package begins, in January 2017.
    assert_eq!(share("without-package", 2016, true), share("2010-2023", 2016, true));
    let fall = share("without-package", 2018, true) - share("2010-2023", 2018, true);
    assert!(fall > 0.08, "{fall}");
    let others = share("without-package", 2018, false) - share("2010-2023", 2018, false);
    assert!(others.abs() < 0.04, "{others}");
}

fn kangcun(folder: &std::path::Path, args: &[&str]) -> (Option<i32>, String, String) {
    let done = assert_cmd::Command::cargo_bin("kangcun")
        .unwrap()
        .current_dir(folder)
        .args(args)
        .assert();
    let output = done.get_output().clone();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_history_prints_and_draws_what_was_published() {
    let folder = tempfile::tempdir().unwrap();
    let sets = [
        "--set",
        "world.people_count=2000",
        "--set",
        "run.last_year=2012",
        "--replicates",
        "2",
    ];
    let (code, out, err) = kangcun(
        folder.path(),
        &[&["run", "2010-2023", "--out", "past"], &sets[..]].concat(),
    );
    assert_eq!(code, Some(0), "{err}");
    for part in [
        "PUBLISHED AND SIMULATED",
        "funds",
        "returns are not printed for years up to 2020",
        "not fitted",
    ] {
        assert!(out.contains(part), "`{part}` is not in:\n{out}");
    }
    let table = std::fs::read_to_string(folder.path().join("past/tables/published.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let width = rows.headers().unwrap().len();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert!(rows.len() > 50 && rows.iter().all(|row| row.len() == width));
    for figure in ["published.png", "published.svg", "published.txt", "payers.svg"] {
        assert!(folder.path().join("past/figures").join(figure).exists(), "{figure}");
    }
    assert!(!folder.path().join("past/figures/return_curves.svg").exists());
}

#[test]
fn a_table_of_ones_own_is_held_or_refused_with_its_line() {
    const HEAD: &str = "id,family,figure,year,published,low,high,unit,rule,survey,use,source,grade,note\n";
    let folder = tempfile::tempdir().unwrap();
    let scenario = "title = \"Mine\"\nsummary = \"Mine.\"\nextends = \"baseline\"\npublished = \"mine.csv\"\n[run]\nlast_year = 2021\n";
    file(folder.path(), "mine.toml", scenario);
    let with = |rows: &str| {
        file(folder.path(), "mine.csv", &format!("{HEAD}{rows}"));
        let sets = ["--set", "world.people_count=1000", "--replicates", "2"];
        kangcun(folder.path(), &[&["run", "mine.toml"], &sets[..]].concat())
    };
    let (code, out, err) = with("a,use,Visits,2021,6,4,8,visits,band,visits_per_head,not fitted,a source,C,\n");
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("RETURN TO POVERTY") && out.contains("Visits") && out.contains("1 of 1 inside"),
        "{out}"
    );
    for (row, part) in [
        (
            "a,use,Visits,2021,6,4,8,visits,band,visits_per_haed,not fitted,a source,C,\n",
            "visits_per_haed",
        ),
        (
            "a,use,Visits,2021,six,4,8,visits,band,visits_per_head,not fitted,a source,C,\n",
            "line: 2",
        ),
        (
            "a,use,Visits,2021,6,4,8,visits,gues,visits_per_head,not fitted,a source,C,\n",
            "gues",
        ),
        (
            "a,use,Visits,2021,6,8,4,visits,band,visits_per_head,not fitted,a source,C,\n",
            "mine.csv:2: `low` 8 lies above `high` 4",
        ),
        (
            "a,use,Visits,2021,6,,8,visits,band,visits_per_head,not fitted,a source,C,\n",
            "needs `low` and `high`",
        ),
        (
            "a,use,Visits,2021-2022,6,4,8,visits,band,visits_per_head,not fitted,a source,C,\n",
            "not a year",
        ),
        (
            "a,use,Visits,2021,6,4,8,visits,band,visits_per_head,not fitted,a source,C,\n\
             b,use,Visits,2021,7,4,8,visits,band,visits_per_head,not fitted,a source,C,\n",
            "mine.csv:3: this figure stands above",
        ),
        (
            "a,use,Visits,2021,6,4,8,visits,band,visits_per_head,not fitted, ,C,\n",
            "`source` is blank",
        ),
        (
            "a,use,Visits,2021,6,4,8,visits,band,visits_per_head,not fitted,a source,Z,\n",
            "`grade` is `Z`",
        ),
        ("", "without a figure"),
    ] {
        let (code, _, err) = with(row);
        assert!(err.contains("mine.csv"), "{err}");
        assert_eq!(code, Some(i32::from(exit::BAD_INPUT)), "{err}");
        assert!(err.contains("mine.csv") && err.contains(part), "{err}");
    }
    std::fs::remove_file(folder.path().join("mine.csv")).unwrap();
    let (code, _, err) = kangcun(folder.path(), &["check", "mine.toml"]);
    assert_eq!(code, Some(i32::from(exit::BAD_INPUT)));
    assert!(err.contains("mine.toml:4") && err.contains("mine.csv"), "{err}");
}

/// The embedded table can be read, says who is asked in words that differ by series, and holds no figure of one year twice.
#[test]
fn no_figure_is_published_twice() {
    let table = Scenario::load("2010-2023", &[]).unwrap().published.unwrap();
    let targets = of_table(&table).unwrap();
    let keys: BTreeSet<_> = targets
        .iter()
        .map(|one| (one.figure.clone(), one.year.clone()))
        .collect();
    assert_eq!(keys.len(), targets.len());
    let ids: BTreeSet<_> = targets.iter().map(|one| one.id.clone()).collect();
    assert_eq!(ids.len(), targets.len());
    assert!(
        targets
            .iter()
            .all(|one| ('A'..='D').contains(&one.grade) && !one.source.is_empty())
    );
}

/// What a survey takes for food is that of its year.
#[test]
fn a_dated_food_share_is_that_of_its_year() {
    const TABLE: &str = "id,family,figure,year,published,low,high,unit,rule,survey,use,source,grade,note\n\
                         a,spending,Catastrophic,2021,0.1,0,1,share of households,band,catastrophe_year,not fitted,a source,C,\n";
    let folder = tempfile::tempdir().unwrap();
    file(folder.path(), "mine.csv", TABLE);
    let found = |dated: &str| {
        let text = format!(
            "title = \"Mine\"\nsummary = \"Mine.\"\nextends = \"baseline\"\npublished = \"mine.csv\"\n\
             [run]\nlast_year = 2022\nreplicates = 1\n[set.world]\npeople_count = 8000\n{dated}"
        );
        let path = file(folder.path(), "mine.toml", &text);
        let mut arm = Arm::new("mine", Scenario::load(path.to_str().unwrap(), &[]).unwrap()).unwrap();
        let traced = trace(&mut arm, &|_| ()).unwrap();
        [0, 1].map(|at| traced[at].simulated.mean)
    };
    let plain = found("");
    let dated = found("[[dated]]\nfrom = \"2022-01\"\n[dated.set.livelihood]\nfood_share = 0.36\n");
    assert_eq!(plain[0], dated[0]);
    // More of what is spent is food, so less could be paid.
    assert!(dated[1] > plain[1], "{plain:?} {dated:?}");
}
