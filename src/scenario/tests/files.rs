//! Files: where they are found, and what is wrong with them.

use super::*;

#[test]
fn a_missing_file_says_what_was_tried_and_what_there_is() {
    let text = refused(
        &[("child.toml", scenario("extends = \"./parent.toml\"\n"))],
        "child",
        &[],
    );
    holds(
        &text,
        &[
            "no file `./parent.toml`",
            "tried scenarios/parent.toml",
            "scenarios/child.toml:3:11",
        ],
    );
    holds(
        &refused(&[], "baselin", &[]),
        &["no file `baselin`", "did you mean `baseline`?"],
    );
}

#[test]
fn files_on_disk_are_found_beside_the_file_that_names_them() {
    let all = [
        (
            "/home/plan.toml",
            scenario("extends = \"../base/parent.toml\"\nprogrammes = [\"mine/one.toml\"]\n"),
        ),
        ("/base/parent.toml", scenario("[set.service]\nvisits_count = 2\n")),
        ("/home/mine/one.toml", programme("[set.service]\nskill_share = 0.7\n")),
    ];
    let plan = loaded(&all, "/home/plan.toml", &[]);
    let rules = rules(&plan, true, "2022-01");
    assert_eq!((rules.service.visits_count, rules.service.skill_share), (2, 0.7));
}

#[test]
fn scenarios_that_extend_each_other_in_a_circle_are_refused() {
    let all = [
        ("a.toml", scenario("extends = \"b\"\n")),
        ("b.toml", scenario("extends = \"a\"\n")),
    ];
    holds(&refused(&all, "a", &[]), &["in a circle: a -> b -> a", "b.toml:3:11"]);
}

#[test]
fn everything_the_program_carries_loads() {
    for path in embedded_paths() {
        let folders = ["histories/", "countermeasures/", "packages/"];
        let named = |folder: &&str| path.strip_prefix(*folder).is_some_and(|name| !name.contains('/'));
        let is_scenario = !path.contains('/') || folders.iter().any(named);
        if let (true, Some(name)) = (is_scenario, path.strip_suffix(".toml")) {
            let id = name.rsplit('/').next().unwrap_or(name);
            if let Err(problems) = Scenario::load(id, &[]) {
                panic!("{path}:\n{problems}");
            }
        }
    }
}

#[test]
fn the_disk_is_read_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("rules.toml"), BASELINE).unwrap();
    std::fs::write(
        path("plan.toml"),
        scenario("extends = \"rules.toml\"\n[set.service]\nskill_share = 0.7\n"),
    )
    .unwrap();
    assert_eq!(skill(&Scenario::load(&path("plan.toml"), &[]).unwrap(), "2021-01"), 0.7);
    let problems = Scenario::load(&path("plam.toml"), &[]).unwrap_err();
    holds(&problems.to_string(), &["no file", "plam.toml", "tried"]);
    assert_eq!(problems.exit_code(), 65);
    std::fs::create_dir(path("folder.toml")).unwrap();
    holds(
        &Scenario::load(&path("folder.toml"), &[]).unwrap_err().to_string(),
        &["cannot read"],
    );
}
