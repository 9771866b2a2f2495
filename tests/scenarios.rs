//! Everything the program carries loads, and its rules compile for every year of the run.

use kangcun::problem::Problems;
use kangcun::run::Policy;
use kangcun::scenario::{Scenario, Verb, embedded_paths};

fn policy(name: &str) -> Policy {
    loaded(name, &[]).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

fn loaded(name: &str, sets: &[String]) -> Result<Policy, Problems> {
    Policy::new(Scenario::load(name, sets)?)
}

/// The names of the files in the folders that a command looks through.
fn names() -> Vec<String> {
    let folders = ["", "histories/", "countermeasures/", "packages/"];
    let named = |path: String| {
        let name = path.strip_suffix(".toml")?;
        folders.iter().find_map(|folder| {
            let rest = name.strip_prefix(folder)?;
            (!rest.contains('/')).then(|| rest.to_owned())
        })
    };
    embedded_paths().into_iter().filter_map(named).collect()
}

#[test]
fn everything_carried_compiles_for_every_year() {
    let names = names();
    assert!(names.len() >= 13, "{names:?}");
    let wrong: Vec<String> = names
        .iter()
        .filter_map(|name| loaded(name, &[]).err().map(|problems| format!("{name}:\n{problems}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_scenario_may_share_its_name_only_with_the_one_programme_it_holds() {
    let mut names = names();
    names.sort();
    for twin in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        let policy = policy(&twin[0]);
        let ids: Vec<&str> = policy.scenario().programmes.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, [twin[0].as_str()]);
    }
}

#[test]
fn the_zero_coverage_check_pulls_the_levers_of_the_main_package() {
    let levers = |name: &str| -> Vec<(String, Verb, String)> {
        let rows = policy(name).scenario().timeline();
        let mut levers: Vec<_> = rows
            .into_iter()
            .filter(|row| row.programme.is_some())
            .map(|row| (row.path, row.verb, row.value))
            .collect();
        levers.sort_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
        levers
    };
    let checked = levers("zero-coverage");
    assert!(!checked.is_empty());
    assert_eq!(checked, levers("main-package"));
    for programme in &policy("zero-coverage").scenario().programmes {
        assert_eq!(programme.coverage_share, 0.0, "{}", programme.id);
    }
}

#[test]
fn every_programme_says_what_a_reader_asks() {
    let package = policy("main-package");
    let cash = policy("cash-transfer");
    let programmes = package.scenario().programmes.iter().chain(&cash.scenario().programmes);
    let mut seen = 0;
    for programme in programmes {
        let texts = [
            &programme.title,
            &programme.section,
            &programme.summary,
            &programme.evidence,
        ];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{}", programme.id);
        assert!(
            programme.evidence.contains("Grade"),
            "{}: the evidence has no grade",
            programme.id
        );
        assert!(!programme.moves.is_empty(), "{}: moves nothing", programme.id);
        assert!(
            programme.cost_grade.is_some() && !programme.cost_source.is_empty(),
            "{}: costs without a source",
            programme.id
        );
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn every_lever_says_how_far_it_may_be_off() {
    for name in ["main-package", "cash-transfer"] {
        let policy = policy(name);
        let cards = policy.scenario().cards();
        let own: Vec<_> = cards.iter().filter(|card| card.programme.is_some()).collect();
        assert!(!own.is_empty(), "{name} has no cards");
        for card in own {
            assert!(
                card.grade.is_some() && !card.source.is_empty(),
                "{name}: {} has no source",
                card.path
            );
            let numbers = !card.path.ends_with("categories");
            assert!(
                !numbers || (card.low.is_some() && card.high.is_some()),
                "{name}: {} has no range",
                card.path
            );
        }
    }
}

#[test]
fn the_scenario_file_of_the_readme_works_as_printed() {
    let readme = include_str!("../README.md");
    let file = readme
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my-aid.toml");
    std::fs::write(&path, file).unwrap();
    let scenario = Scenario::load(path.to_str().unwrap(), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(Policy::new(scenario).is_ok());
    // And the one on the command line.
    let set = readme
        .split("--set '")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap();
    assert!(Scenario::load("baseline", &[set.to_owned()]).is_ok(), "{set}");
}
