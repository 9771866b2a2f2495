//! Money of another year: what is counted in yuan moves, and no share does. And public money that is only handed to others.

mod common;

use common::{FIXED, file, policy, rules_of_the_baseline, told};
use kangcun::indicators::list::indicators;
use kangcun::indicators::table::Slice;
use kangcun::indicators::tally::{Add, Tally};
use kangcun::run::{Policy, RunResult, run};
use kangcun::study::{public_cost, year_total};
use kangcun::world::Category;
use std::collections::BTreeMap;
use toml::{Table, Value};

const SMALL: [&str; 2] = ["world.people_count=12000", "run.last_year=2023"];

/// Puts `value` at the dotted `path`.
fn put(tree: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            tree.insert(path.into(), value);
        }
        Some((first, rest)) => {
            let inner = tree.entry(first).or_insert_with(|| Value::Table(Table::new()));
            put(inner.as_table_mut().unwrap(), rest, value);
        }
    }
}

/// The baseline with every amount of money times `ratio`: every card, and every bracket, with yuan in its name.
fn in_money_times(ratio: f64) -> Policy {
    let mut set = Table::new();
    let mut amounts = 0;
    for (path, value) in rules_of_the_baseline() {
        if !path.contains("yuan") {
            continue;
        }
        amounts += 1;
        let scaled = if path.ends_with("brackets_from_yuan") {
            let times = |from: &Value| Value::Float(from.as_float().unwrap() * ratio);
            Value::Array(value.as_array().unwrap().iter().map(times).collect())
        } else {
            Value::Table(Table::from_iter([("scale".to_owned(), Value::Float(ratio))]))
        };
        put(&mut set, &path, scaled);
    }
    assert!(amounts > 100, "{amounts}");
    let file = Table::from_iter([("set".to_owned(), Value::Table(set))]);
    told(&format!("extends = \"baseline\"\n{file}"), &SMALL)
}

/// All indicators of a run, over everybody and over the lifted, all years, each with its unit.
fn values(result: &RunResult) -> BTreeMap<String, (f64, &'static str)> {
    let mut all = BTreeMap::new();
    for category in [None, Some(Category::Lifted)] {
        let slice = Slice {
            year: None,
            county: None,
            category,
        };
        for own in indicators(result) {
            if let Some(value) = own.value(&slice.tally(result, own.is_stock())) {
                let name = format!("{} {} {} {category:?}", own.id, own.convention, own.line);
                all.insert(name, (value, own.unit));
            }
        }
    }
    all
}

/// Amounts are rounded to the fen, so what is added up from them may turn by this part of itself. No household lies within
/// a fen of a line or a purse's end here, so that counts are the same.
const TOLERANCE: f64 = 1e-4;

/// I18, C24.
#[test]
fn money_of_another_price_year_moves_no_share() {
    let usual = values(&run(&policy("baseline", &SMALL), 0, &|| ()).unwrap());
    assert!(usual.len() > 300);
    for ratio in [2.0, 1.15] {
        let other = values(&run(&in_money_times(ratio), 0, &|| ()).unwrap());
        assert!(usual.keys().eq(other.keys()), "what is missing stays missing");
        let mut in_money = 0;
        for (name, (value, unit)) in &usual {
            let money = unit.contains("yuan");
            in_money += usize::from(money && *value > 0.0);
            let expected = if money { value * ratio } else { *value };
            let found = other[name].0;
            assert!(
                (found - expected).abs() <= TOLERANCE * expected,
                "money times {ratio}: {name} is {found} where {expected} was expected"
            );
        }
        assert!(in_money > 10, "{in_money}");
    }
}

/// A share does move where a single amount is left behind: the comparison can tell.
#[test]
fn one_line_left_in_old_money_moves_shares() {
    let sets = [&SMALL[..], &["poverty.lines.national.line_2020_yuan=2000"]].concat();
    let hazard = |result: RunResult| values(&result)["return_hazard register national None"].0;
    let usual = hazard(run(&policy("baseline", &SMALL), 0, &|| ()).unwrap());
    let other = hazard(run(&policy("baseline", &sets), 0, &|| ()).unwrap());
    assert!(other < 0.9 * usual, "{usual} {other}");
}

/// `text`, the `[set]` of a scenario file, as settings on the command line.
fn settings(text: &str) -> Vec<String> {
    fn walk(path: &str, value: &Value, all: &mut Vec<String>) {
        match value.as_table() {
            Some(group) => group
                .iter()
                .for_each(|(key, inner)| walk(&format!("{path}.{key}"), inner, all)),
            None => all.push(format!("{}={value}", path.trim_start_matches('.'))),
        }
    }
    let mut all = Vec::new();
    walk("", &text.parse::<Table>().unwrap()["set"], &mut all);
    all
}

/// The public pays everybody in `county` `fen` a head in 2022.
fn paid_in(county: &str, fen: i64, sets: &[&str]) -> RunResult {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "title = \"Cash\"\nsection = \"test\"\nsummary = \"Cash for a county.\"\ncomparator = \"add\"\n\
         evidence = \"Grade D: none.\"\nmoves = [\"consumption\"]\nfrom = \"2022-01\"\nramp_years = 0\n\
         counties = [\"{county}\"]\ncoverage = {{ share = 1.0 }}\n[set.livelihood]\n\
         cash_transfer_yuan_per_year = {:?}\ncash_transfer_reach_share = 1.0\n\
         [cost]\nper_household_year_yuan = 0.0\ngrade = \"D\"\nsource = \"test\"\n",
        fen as f64 / 100.0
    );
    let path = file(folder.path(), "cash.toml", &text);
    run(&policy(path.to_str().unwrap(), sets), 0, &|| ()).unwrap()
}

/// C43.
#[test]
fn a_fixed_subsidy_handed_to_others_costs_the_public_the_same_to_the_fen() {
    let fixed = settings(FIXED);
    let sets: Vec<&str> = ["world.people_count=6000", "run.last_year=2022"]
        .into_iter()
        .chain(fixed.iter().map(String::as_str))
        .collect();
    let base = policy("baseline", &sets);
    let funders = base.funders().unwrap();
    let without = run(&base, 0, &|| ()).unwrap();
    let cell = |result: &RunResult, county: &str| {
        let mut own = result.years[1].counties.iter().filter(|own| own.county == county);
        let mut sum = Tally::default();
        own.next().unwrap().counted.cells.iter().for_each(|cell| sum.add(cell));
        sum
    };
    // So many fen a head and month that both counties get the same: as many as the other has people.
    let (one, two) = ("plain", "karst");
    let people = [one, two].map(|county| cell(&without, county).persons);
    let swaps = [paid_in(one, 12 * people[1], &sets), paid_in(two, 12 * people[0], &sets)];
    let total = |result: &RunResult| year_total(result, 1);
    assert!(people[0] != people[1]);
    for swap in &swaps {
        assert_eq!(total(swap).cash, 12 * people[0] * people[1], "{people:?}");
        assert_eq!(total(swap).public_premiums, total(&without).public_premiums);
        assert_eq!(
            public_cost(&total(swap), &funders),
            public_cost(&total(&without), &funders) + 12 * people[0] * people[1]
        );
    }
    // It reached others.
    assert_eq!((cell(&swaps[0], two).cash, cell(&swaps[1], one).cash), (0, 0));
    assert!(cell(&swaps[0], one).consumed > cell(&swaps[1], one).consumed);
    assert!(cell(&swaps[0], two).consumed < cell(&swaps[1], two).consumed);
}
