//! Changes and the order in which they act.

use super::*;

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
