//! Programmes and packages.

use super::*;

#[test]
fn programmes_that_set_the_same_rule_collide_only_in_the_same_months() {
    let one = programme("until = \"2024-01\"\n[set.service]\nskill_share = 0.8\n");
    let two = programme("from = \"2023-01\"\n[set.service]\nskill_share = 0.9\n");
    let later = programme("from = \"2024-01\"\n[set.service]\nskill_share = 0.9\n");
    let scaled = programme("from = \"2023-01\"\n[set.service]\nskill_share = { scale = 1.1 }\n");
    let both = |second| {
        [
            ("countermeasures/one.toml", one),
            ("countermeasures/two.toml", second),
            ("both.toml", scenario("programmes = [\"one\", \"two\"]\n")),
        ]
    };
    let text = refused(&both(two), "both", &[]);
    holds(
        &text,
        &[
            "two programmes set `service.skill_share`",
            "countermeasures/one.toml",
            "countermeasures/two.toml",
        ],
    );
    assert_eq!(skill(&loaded(&both(later), "both", &[]), "2024-01"), 0.9);
    let scaled = loaded(&both(scaled), "both", &[]);
    assert!((skill(&scaled, "2023-01") - 0.88).abs() < 1e-12);
    let alone: Rules = scaled.resolve(&[false, true], Month::of(2023, 1)).unwrap();
    assert!((alone.service.skill_share - 0.55).abs() < 1e-12);
}

#[test]
fn a_programme_that_leads_out_of_bounds_together_with_another_is_refused() {
    let more = programme("[set.service]\nskill_share = { add = 0.3 }\n");
    let all = [
        ("countermeasures/one.toml", more),
        ("countermeasures/two.toml", more),
        ("both.toml", scenario("programmes = [\"one\", \"two\"]\n")),
    ];
    assert_eq!(skill(&loaded(&all, "one", &[]), "2022-01"), 0.8);
    holds(
        &refused(&all, "both", &[]),
        &["`skill_share` is 1.1", "two.toml", "with all programmes"],
    );
}

#[test]
fn programmes_say_coverage_ramp_target_and_cost() {
    let text = "ramp_years = 3\ncoverage = { share = 0.6, first = \"remotest\" }\nwho = { category = [\"dibao\"], age = [60, 120] }\n\
                [cost]\nper_village_once_yuan = 20_000\n\
                per_person_year_yuan = { value = 5, low = 2, high = 9, grade = \"C\", source = \"a tender\" }\nsource = \"a budget\"\n";
    let scenario = loaded(
        &[("countermeasures/remote.toml", programme(text))],
        "remote",
        &["run.seed=7"],
    );
    let programme = &scenario.programmes[0];
    assert_eq!(
        (programme.ramp_years, programme.coverage_share, programme.first),
        (3, 0.6, crate::scenario::First::Remotest)
    );
    assert_eq!(
        programme.who,
        Who {
            categories: vec![Category::Dibao],
            age: Some((60, 120)),
            conditions: Vec::new(),
        }
    );
    assert_eq!(
        (programme.cost.per_village_once, programme.cost.per_person_year),
        (20_000.0, 5.0)
    );
    assert_eq!((scenario.run.seed, scenario.id.as_str()), (7, "remote"));
    let costs: Vec<CardRow> = scenario
        .cards()
        .into_iter()
        .filter(|card| card.path.contains(".cost."))
        .collect();
    assert_eq!(
        (costs.len(), costs[0].source.as_str(), costs[1].high),
        (2, "a budget", Some(9.0))
    );
}

#[test]
fn packages_bring_their_programmes_once() {
    let all = [
        (
            "countermeasures/one.toml",
            programme("[set.service]\nskill_share = { scale = 1.2 }\n"),
        ),
        (
            "countermeasures/two.toml",
            programme("from = \"2023-01\"\n[set.service]\nopen_yes = false\n"),
        ),
        (
            "packages/both.toml",
            scenario("programmes = [\"one\", \"two\"]\n[set.service]\nvisits_count = 4\n"),
        ),
        ("packages/circle.toml", scenario("programmes = [\"circle\"]\n")),
        ("plan.toml", scenario("programmes = [\"one\", \"both\"]\n")),
        (
            "packages/scaled.toml",
            scenario("programmes = [\"one\"]\n[set.service]\nskill_share = { scale = 0.5 }\n"),
        ),
        ("packages/outer.toml", scenario("programmes = [\"scaled\"]\n")),
        ("twice.toml", scenario("programmes = [\"scaled\", \"outer\"]\n")),
    ];
    let plan = loaded(&all, "plan", &[]);
    assert_eq!(
        plan.programmes.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(),
        ["one", "two"]
    );
    assert_eq!(skill(&plan, "2023-01"), 0.6);
    assert_eq!(rules(&plan, true, "2022-12").service.visits_count, 3);
    assert_eq!(rules(&plan, true, "2023-01").service.visits_count, 4);
    assert_eq!(loaded(&all, "both", &[]).programmes.len(), 2);
    assert_eq!(skill(&loaded(&all, "twice", &[]), "2022-01"), 0.3);
    holds(&refused(&all, "circle", &[]), &["holds itself"]);
}
