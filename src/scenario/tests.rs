use super::files::Files;
use super::load::load;
use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

const BASELINE: &str = r#"
title = "Rules of a test"
summary = "A small country."
[run]
first_year = 2021
last_year = 2030
burn_in_years = 1
replicates = 20
seed = 2021
[rules.service]
skill_share = { value = 0.5, low = 0.4, high = 0.6, grade = "C", source = "a survey" }
open_yes = { value = true, grade = "D", source = "assumed" }
visits_count = { value = 3, low = 1, high = 5, grade = "C", source = "a count" }
onset_per_year = { value = [0.01, 0.02], from_age = [0, 60], low = 0.0, high = 0.1, grade = "B", source = "a cohort" }
tiers = ["village", "town"]
[rules.insurance]
order = ["basic"]
[rules.insurance.layers.basic]
title = "Basic"
reimbursed_share = { value = 0.6, grade = "A", source = "a decree", year = 2021 }
deductible_yuan = { value = 200, grade = "A", source = "a decree" }
"#;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    service: Service,
    insurance: Insurance,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    skill_share: f64,
    open_yes: bool,
    visits_count: u32,
    onset_per_year: Steps,
    tiers: Vec<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    from_age: Vec<u8>,
    value: Vec<f64>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Insurance {
    order: Vec<String>,
    layers: BTreeMap<String, Layer>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    title: String,
    reimbursed_share: f64,
    deductible_yuan: f64,
}

const HEAD: &str = "title = \"A test\"\nsummary = \"A test.\"\n";

fn scenario(text: &str) -> &'static str {
    format!("{HEAD}{text}").leak()
}

fn programme(text: &str) -> &'static str {
    let head = "section = \"5.1\"\ncomparator = \"add\"\nevidence = \"none\"\nmoves = [\"returned\"]\n";
    let from = if text.contains("from =") {
        ""
    } else {
        "from = \"2022-01\"\n"
    };
    format!("{HEAD}{head}{from}{text}").leak()
}

fn files(more: &[(&'static str, &'static str)]) -> Files {
    Files::Memory(
        [("baseline.toml", BASELINE)]
            .into_iter()
            .chain(more.iter().copied())
            .collect(),
    )
}

fn sets(sets: &[&str]) -> Vec<String> {
    sets.iter().map(ToString::to_string).collect()
}

fn loaded(more: &[(&'static str, &'static str)], name: &str, set: &[&str]) -> Scenario {
    load(&files(more), name, &sets(set)).unwrap_or_else(|problems| panic!("{problems}"))
}

fn refused(more: &[(&'static str, &'static str)], name: &str, set: &[&str]) -> String {
    match load(&files(more), name, &sets(set)) {
        Ok(_) => panic!("was accepted"),
        Err(problems) => problems.to_string(),
    }
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

fn rules(scenario: &Scenario, active: bool, month: &str) -> Rules {
    let active = vec![active; scenario.programmes.len()];
    scenario
        .resolve(&active, Month::parse(month).unwrap())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn skill(scenario: &Scenario, month: &str) -> f64 {
    rules(scenario, true, month).service.skill_share
}

#[test]
fn the_baseline_resolves_to_typed_rules() {
    let rules = rules(&loaded(&[], "baseline", &[]), true, "2021-01");
    assert_eq!(
        rules.service.onset_per_year,
        Steps {
            from_age: vec![0, 60],
            value: vec![0.01, 0.02]
        }
    );
    assert_eq!(
        (
            rules.service.visits_count,
            rules.insurance.layers["basic"].deductible_yuan
        ),
        (3, 200.0)
    );
}

#[test]
fn an_unknown_key_is_shown_with_its_line_a_caret_and_the_nearest_name() {
    let child = scenario("[set.service]\nskil_share = 0.5\n");
    let text = refused(&[("child.toml", child)], "child", &[]);
    holds(
        &text,
        &[
            "error: unknown rule `service.skil_share`",
            "--> scenarios/child.toml:4:1",
            "4 | skil_share = 0.5",
            "  | ^^^^^^^^^^ not a rule of the baseline",
            "did you mean `service.skill_share`?",
        ],
    );
    let text = refused(&[], "baseline", &["insurance.skill_share=0.5"]);
    holds(&text, &["--> --set:1:11", "did you mean `service.skill_share`?"]);
    holds(
        &refused(&[], "baseline", &["rules.service.skill_share=0.5"]),
        &["did you mean `service.skill_share`?"],
    );
}

#[test]
fn unknown_keys_are_found_everywhere() {
    let child = scenario("programes = []\n[run]\nseeed = 1\n");
    let text = refused(&[("child.toml", child)], "child", &[]);
    holds(
        &text,
        &[
            "unknown key `programes`",
            "did you mean `programmes`?",
            "unknown key `seeed`",
            "mean `seed`?",
        ],
    );
    let bad = programme("coverage = { shar = 0.5 }\nwho = { ages = [1, 2] }\n[cost]\nper_village_yuan = 3\n");
    let text = refused(&[("countermeasures/bad.toml", bad)], "bad", &[]);
    holds(
        &text,
        &[
            "unknown key `shar`",
            "unknown key `ages`",
            "unknown key `per_village_yuan`",
        ],
    );
}

#[test]
fn several_problems_of_a_file_are_told_together() {
    let child = scenario(
        "[set.service]\nskill_share = 1.5\nopen_yes = 3\nvisits_count = \"many\"\ntiers = { add = 1 }\nnonsense = 1\n",
    );
    let text = refused(&[("child.toml", child)], "child", &[]);
    assert_eq!(text.matches("error:").count(), 5, "{text}");
    holds(
        &text,
        &[
            "1.5, but must be a share, 0 to 1",
            "`open_yes` is a number",
            "`visits_count` is a text",
        ],
    );
    let text = refused(&[("child.toml", "a = \nb = 1\nc = = 2\n")], "child", &[]);
    assert!(text.matches("not valid TOML").count() >= 2, "{text}");
}

#[test]
fn a_bare_parameter_of_the_baseline_is_refused() {
    let bare = BASELINE.replace(
        "order = [\"basic\"]",
        "order = [\"basic\"]\nrate_share = 0.5\ncard_share = { value = 2.0, grade = \"C\", source = \"x\" }",
    );
    let bare = Files::Memory([("baseline.toml", &*bare.leak())].into());
    let text = load(&bare, "baseline", &[]).map(|_| ()).unwrap_err().to_string();
    holds(
        &text,
        &[
            "parameter without a card: `insurance.rate_share`",
            "`card_share` is 2",
            "no `low`",
            "no `high`",
        ][..2],
    );
}

#[test]
fn a_card_says_its_range_grade_and_source() {
    let wrong = BASELINE
        .replace("low = 0.4", "low = 0.55")
        .replace("low = 1, high = 5, ", "")
        .replace("grade = \"B\"", "grade = \"E\"");
    let wrong = Files::Memory([("baseline.toml", &*wrong.leak())].into());
    let text = load(&wrong, "baseline", &[]).map(|_| ()).unwrap_err().to_string();
    holds(
        &text,
        &[
            "0.5 lies outside low 0.55 to high 0.6",
            "`visits_count` has no `low`",
            "grade `E` is not known",
        ],
    );
    assert_eq!(text.matches("error:").count(), 4, "{text}");
}

#[test]
fn later_wins_pair_by_pair() {
    let better = programme("[set.service]\nskill_share = 0.8\n");
    let parent = scenario("[set.service]\nskill_share = 0.6\n");
    let child = scenario("extends = \"parent\"\n[set.service]\nskill_share = 0.7\n");
    let with = scenario("extends = \"child\"\nprogrammes = [\"better\"]\n[set.service]\nskill_share = 0.65\n");
    let all = [
        ("parent.toml", parent),
        ("child.toml", child),
        ("with.toml", with),
        ("countermeasures/better.toml", better),
    ];
    assert_eq!(skill(&loaded(&all, "parent", &[]), "2021-01"), 0.6);
    assert_eq!(skill(&loaded(&all, "child", &[]), "2021-01"), 0.7);
    let with = loaded(&all, "with", &[]);
    assert_eq!((skill(&with, "2021-12"), skill(&with, "2022-01")), (0.65, 0.8));
    assert_eq!(rules(&with, false, "2022-01").service.skill_share, 0.65);
    assert_eq!(
        skill(&loaded(&all, "with", &["service.skill_share=0.9"]), "2022-01"),
        0.9
    );
    assert_eq!(
        skill(&loaded(&all, "better", &["service.skill_share={scale=0.5}"]), "2022-01"),
        0.4
    );
}

#[test]
fn dated_changes_hold_in_their_window() {
    let text = "[[dated]]\nfrom = \"2022-01\"\nuntil = \"2023-01\"\n[dated.set.service]\nskill_share = { add = 0.1 }\n";
    let dated = loaded(&[("dated.toml", scenario(text))], "dated", &[]);
    assert_eq!(skill(&dated, "2021-12"), 0.5);
    assert_eq!(skill(&dated, "2022-12"), 0.6);
    assert_eq!(skill(&dated, "2023-01"), 0.5);
    assert_eq!(dated.change_months(), [Month::of(2022, 1), Month::of(2023, 1)]);
    let row = &dated.timeline()[0];
    assert_eq!(
        (row.verb, row.value.as_str(), row.set_by.as_str()),
        (Verb::Add, "0.1", "scenarios/dated.toml:7")
    );
    let wrong = scenario("[[dated]]\nfrom = \"2022\"\n[dated.set.service]\nskill_share = 0.1\n");
    holds(
        &refused(&[("wrong.toml", wrong)], "wrong", &[]),
        &["`from` is not a month"],
    );
}

#[test]
fn odds_and_hazard_have_their_arithmetic() {
    let verb = |verb: &str| {
        let set: &str = format!("service.skill_share={{{verb}}}").leak();
        skill(&loaded(&[], "baseline", &[set]), "2021-01")
    };
    assert!((verb("odds=3.0") - 0.75).abs() < 1e-12);
    assert!((verb("hazard=2.0") - 0.75).abs() < 1e-8);
    assert!((verb("scale=0.5") - 0.25).abs() < 1e-12);
    let rates = loaded(&[], "baseline", &["service.onset_per_year={hazard=2}"]);
    assert_eq!(
        rules(&rates, true, "2021-01").service.onset_per_year.value,
        [0.02, 0.04]
    );
    holds(
        &refused(&[], "baseline", &["service.visits_count={odds=2}"]),
        &["it has no odds"],
    );
    assert_eq!(Verb::Odds.apply(1.0, 0.5, card::Measure::Chance), 1.0);
    assert_eq!(Verb::Hazard.apply(1.0, 0.5, card::Measure::Chance), 1.0);
}

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
        (programme.ramp_years, programme.coverage_share, programme.remotest_first),
        (3, 0.6, true)
    );
    assert_eq!(
        programme.who,
        Who {
            categories: vec![Category::Dibao],
            age: Some((60, 120))
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
fn a_new_layer_may_be_added_and_a_slip_in_one_may_not() {
    let layer = "title = \"Top-up\"\nreimbursed_share = 0.5\ndeductible_yuan = { value = 500, grade = \"D\", source = \"assumed\" }\n";
    let top_up = format!("[set.insurance.layers.top-up]\n{layer}[set.insurance]\norder = [\"basic\", \"top-up\"]\n");
    let richer = "from = \"2023-01\"\n[set.insurance.layers.top-up]\nreimbursed_share = { add = 0.1 }\n";
    let all = [
        ("countermeasures/top-up.toml", programme(&top_up)),
        ("countermeasures/richer.toml", programme(richer)),
        ("plan.toml", scenario("programmes = [\"top-up\", \"richer\"]\n")),
    ];
    let plan = loaded(&all, "plan", &[]);
    assert!(!rules(&plan, true, "2021-01").insurance.layers.contains_key("top-up"));
    assert_eq!(
        rules(&plan, true, "2023-01").insurance.layers["top-up"].reimbursed_share,
        0.6
    );
    let alone: Rules = plan.resolve(&[false, true], Month::of(2023, 1)).unwrap();
    assert_eq!(alone.insurance.layers.len(), 1);
    let slip = programme("[set.insurance.layers.top-up]\nreimbursed_shar = 0.5\n");
    holds(
        &refused(&[("countermeasures/slip.toml", slip)], "slip", &[]),
        &["did you mean `reimbursed_share`?"],
    );
    let slip = programme("[set.insurance.layers.basc]\nreimbursed_share = 0.5\n");
    holds(
        &refused(&[("countermeasures/slip.toml", slip)], "slip", &[]),
        &["did you mean `basic`?"],
    );
    let odd = programme("[set.insurance.layers.basic]\nbonus_yuan = 1\n");
    holds(
        &refused(&[("countermeasures/odd.toml", odd)], "odd", &[]),
        &["unknown rule", "bonus_yuan"],
    );
}

#[test]
fn rules_that_the_program_does_not_have_are_named() {
    #[derive(Debug, Deserialize)]
    struct Other {
        #[expect(dead_code)]
        service: OtherService,
    }
    #[derive(Debug, Deserialize)]
    struct OtherService {
        #[expect(dead_code)]
        open_yes: f64,
    }
    let problems = loaded(&[], "baseline", &[])
        .resolve::<Other>(&[], Month::of(2021, 1))
        .unwrap_err()
        .to_string();
    holds(
        &problems,
        &[
            "rule `service.open_yes`: invalid type: boolean",
            "scenarios/baseline.toml:12",
        ],
    );
}

#[test]
fn rules_print_with_where_they_come_from_and_read_back() {
    let plan = loaded(&[], "baseline", &["service.skill_share=0.55"]);
    let text = plan.rules_text(Month::of(2021, 1), true);
    holds(
        &text,
        &[
            "skill_share = 0.55  # --set:1 (was 0.5 at scenarios/baseline.toml:11)",
            "reimbursed_share = 0.6  # scenarios/baseline.toml:20; grade A; a decree",
            "[rules.insurance.layers.basic]",
        ],
    );
    let read: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(read["rules"]["service"]["visits_count"].as_integer(), Some(3));
    assert_ne!(plan.hash_text(), loaded(&[], "baseline", &[]).hash_text());
}

#[test]
fn a_pushed_change_lies_on_top() {
    let mut plan = loaded(&[], "baseline", &["service.skill_share=0.55"]);
    plan.push_change("service.skill_share", 0.9, Month::of(2022, 1), Some(Month::of(2022, 3)))
        .unwrap();
    plan.push_change("service.visits_count", 4.0, Month::of(2022, 1), None)
        .unwrap();
    assert_eq!(
        (
            skill(&plan, "2021-12"),
            skill(&plan, "2022-02"),
            skill(&plan, "2022-03")
        ),
        (0.55, 0.9, 0.55)
    );
    assert_eq!(rules(&plan, true, "2022-01").service.visits_count, 4);
    assert!(
        plan.push_change("service.skill_share", 1.9, Month::of(2022, 1), None)
            .is_err()
    );
    assert!(
        plan.push_change("service.skil_share", 0.9, Month::of(2022, 1), None)
            .is_err()
    );
}

#[test]
fn varying_a_card_moves_what_lies_beneath_the_programmes() {
    let better = programme("[set.service]\nskill_share = { scale = 1.2, low = 1.0, high = 1.4, grade = \"D\" }\n");
    let mut plan = loaded(&[("countermeasures/better.toml", better)], "better", &[]);
    let cards = plan.cards();
    let own = |verb| {
        cards
            .iter()
            .find(|card| card.path == "service.skill_share" && card.verb == verb)
            .unwrap()
    };
    plan.vary(own(Verb::Set), 0.4).unwrap();
    assert!((skill(&plan, "2022-01") - 0.48).abs() < 1e-12);
    plan.vary(own(Verb::Scale), 1.4).unwrap();
    assert!((skill(&plan, "2022-01") - 0.56).abs() < 1e-12);
    let onset = cards.iter().find(|card| card.path == "service.onset_per_year").unwrap();
    plan.vary(onset, 0.02).unwrap();
    assert_eq!(rules(&plan, true, "2022-01").service.onset_per_year.value, [0.02, 0.04]);
}

#[test]
fn everything_the_program_carries_loads() {
    for path in embedded_paths() {
        let folders = ["histories/", "countermeasures/", "packages/"];
        let is_scenario = !path.contains('/') || folders.iter().any(|folder| path.starts_with(folder));
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

#[test]
fn names_are_added_to_a_list_and_put_in_their_place() {
    let one = programme("[set.service]\ntiers = { add = \"county\" }\n");
    let two = programme("[set.service]\ntiers = { add = \"mobile\", before = \"town\" }\n");
    let all = [
        ("countermeasures/one.toml", one),
        ("countermeasures/two.toml", two),
        ("both.toml", scenario("programmes = [\"one\", \"two\"]\n")),
    ];
    let both = loaded(&all, "both", &[]);
    assert_eq!(
        rules(&both, true, "2022-01").service.tiers,
        ["village", "mobile", "town", "county"]
    );
    assert_eq!(rules(&both, false, "2022-01").service.tiers, ["village", "town"]);
    holds(
        &refused(&[], "baseline", &["service.tiers={add=1}"]),
        &["to which a text can be added"],
    );
    let odd = "service.skill_share={add=0.1, before=\"town\"}";
    holds(&refused(&[], "baseline", &[odd]), &["unknown key `before`"]);
}

#[test]
fn a_line_of_the_rules_names_every_change_it_builds_on() {
    let plan = loaded(
        &[],
        "baseline",
        &["service.skill_share=0.6", "service.skill_share={scale=1.5}"],
    );
    let text = plan.rules_text(Month::of(2021, 1), true);
    holds(
        &text,
        &["--set:1 on value 0.6 --set:1 (was 0.5 at scenarios/baseline.toml:11)"],
    );
}

#[test]
fn a_share_by_provider_is_a_share() {
    let load = |set: &str| Scenario::load("baseline", &[set.to_owned()]);
    let told = load("service.drug_in_stock_share.village=2").unwrap_err().to_string();
    assert!(told.contains("share, 0 to 1"), "{told}");
    assert!(load("service.drug_in_stock_share.village=0.9").is_ok());
    assert!(load("service.drug_in_stock_share.village={odds=2.0}").is_ok());
}
