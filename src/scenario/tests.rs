mod changes;
mod files;
mod programmes;

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
    Files::memory(
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
    let bare = Files::memory([("baseline.toml", &*bare.leak())].into());
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
    let wrong = Files::memory([("baseline.toml", &*wrong.leak())].into());
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
fn a_share_by_provider_is_a_share() {
    let load = |set: &str| Scenario::load("baseline", &[set.to_owned()]);
    let told = load("service.drug_in_stock_share.village=2").unwrap_err().to_string();
    assert!(told.contains("share, 0 to 1"), "{told}");
    assert!(load("service.drug_in_stock_share.village=0.9").is_ok());
    assert!(load("service.drug_in_stock_share.village={odds=2.0}").is_ok());
}
