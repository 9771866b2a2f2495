//! What does nothing changes nothing: all fifty programmes at a coverage of zero, and with effects that leave every rule as it
//! is, in whatever order they are listed; how changes of one rule combine; and that no file counts one effect twice.

mod common;

use common::{file, policy};
use kangcun::indicators::result::RunResult;
use kangcun::rules::Rules;
use kangcun::run::run;
use kangcun::scenario::{Scenario, carried_programmes, embedded_text};
use kangcun::units::Month;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::{Table, Value};

const SMALL: [&str; 2] = ["world.people_count=2000", "run.last_year=2022"];

/// A carried programme's file.
fn programme(id: &str) -> Table {
    toml::from_str(embedded_text(&format!("countermeasures/{id}.toml")).unwrap()).unwrap()
}

/// The scenario that a programme is held against.
fn against(programme: &Table) -> String {
    let named = programme.get("against").and_then(Value::as_str);
    named.unwrap_or("baseline").to_owned()
}

/// The only replicate of a scenario.
fn lived(name: &str) -> RunResult {
    run(&policy(name, &SMALL), 0, &|| ()).unwrap_or_else(|problems| panic!("{name}:\n{problems}"))
}

/// Whether people live through the same in both. A programme may bring a layer, which is then listed; it must pay nothing.
fn same(mut result: RunResult, base: &RunResult) -> bool {
    let brought = |id: &String| !base.layers.contains(id);
    let cells = |result: &RunResult| -> Vec<_> {
        let counties = result.years.iter().flat_map(|year| &year.counties);
        counties
            .flat_map(|county| county.counted.cells.each_ref().map(|cell| cell.layers))
            .collect()
    };
    let pays = |(id, paid): (&String, i64)| paid != 0 && brought(id);
    if cells(&result)
        .into_iter()
        .any(|paid| result.layers.iter().zip(paid).any(pays))
    {
        return false;
    }
    // A county that cannot pay for everything lists what it delivers of each programme; the others must get what they got.
    for (own, year) in result.years.iter_mut().zip(&base.years) {
        for (own, county) in own.counties.iter_mut().zip(&year.counties) {
            own.delivered.retain(|id, _| county.delivered.contains_key(id));
        }
    }
    for year in &mut result.years {
        year.reorder_layers(&result.layers, &base.layers);
    }
    result.layers.clone_from(&base.layers);
    result == *base
}

/// Runs every programme as `change` leaves its file; gives the ids of those that differ from the world without them.
fn differing(change: impl Fn(&str, &mut Table) + Sync) -> Vec<String> {
    let ids = carried_programmes();
    assert_eq!(ids.len(), 50);
    let without: BTreeSet<String> = ids.iter().map(|id| against(&programme(id))).collect();
    let without: BTreeMap<String, RunResult> = without
        .into_par_iter()
        .map(|name| {
            let result = lived(&name);
            (name, result)
        })
        .collect();
    let differs = |id: &&String| {
        let folder = tempfile::tempdir().unwrap();
        let mut own = programme(id);
        let base = &without[&against(&own)];
        change(id, &mut own);
        let path = file(folder.path(), &format!("{id}.toml"), &toml::to_string(&own).unwrap());
        !same(lived(path.to_str().unwrap()), base)
    };
    ids.par_iter().filter(differs).cloned().collect()
}

#[test]
fn a_programme_that_reaches_nobody_changes_nothing() {
    let nobody = |_: &str, own: &mut Table| {
        let coverage = own.entry("coverage").or_insert_with(|| Value::Table(Table::new()));
        coverage
            .as_table_mut()
            .unwrap()
            .insert("share".into(), Value::Float(0.0));
    };
    assert_eq!(differing(nobody), [""; 0]);
    // As their files stand most are noticed even in a world so small and short, so the comparison sees something.
    let noticed = differing(|_, _| ());
    assert!(noticed.len() >= 40, "{noticed:?}");
}

/// The rules in force in a month, by path.
fn rules_in(name: &str, month: Month) -> BTreeMap<String, Value> {
    let rows = Scenario::load(name, &[]).unwrap().rules_in(month);
    rows.into_iter().map(|row| (row.path, row.value)).collect()
}

/// Turns every change of `set` into one that leaves the rule as it is in `today`. A layer of the programme's own keeps its terms
/// and pays nothing.
fn neutralise(set: &mut Table, path: &str, today: &BTreeMap<String, Value>) {
    let keys: Vec<String> = set.keys().cloned().collect();
    for key in keys {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        let Some(old) = today.get(&path) else {
            match &mut set[&key] {
                Value::Table(inner) if !inner.contains_key("value") => neutralise(inner, &path, today),
                _ if key == "reimbursed_share" => set[&key] = Value::Array(vec![Value::Float(0.0)]),
                _ => {}
            }
            continue;
        };
        let verb = set[&key].as_table().and_then(|own| {
            ["add", "scale", "odds", "hazard"]
                .into_iter()
                .find(|verb| own.contains_key(*verb))
        });
        match verb {
            None => set[&key] = old.clone(),
            Some("add") if old.as_array().is_some_and(|list| list.iter().any(Value::is_str)) => drop(set.remove(&key)),
            Some(verb) => {
                let nothing = if verb == "add" { 0.0 } else { 1.0 };
                set[&key] = Value::Table([(verb.to_owned(), Value::Float(nothing))].into_iter().collect());
            }
        }
    }
}

#[test]
fn a_programme_that_leaves_every_rule_as_it_is_changes_nothing() {
    let neutral = |_: &str, own: &mut Table| {
        own.remove("cost");
        let from = Month::parse(own["from"].as_str().unwrap()).unwrap();
        let today = rules_in(&against(own), from);
        if let Some(Value::Table(set)) = own.get_mut("set") {
            neutralise(set, "", &today);
        }
    };
    assert_eq!(differing(neutral), [""; 0]);
}

/// What a world with these programmes comes to, by the names of its layers.
fn together(ids: &[&str]) -> RunResult {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    let text = format!(
        "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [{}]\n",
        names.join(", ")
    );
    lived(file(folder.path(), "scenario.toml", &text).to_str().unwrap())
}

/// Together with `balanced-financing` it would pay more than all of a premium, which is refused in either order.
const PAYS_TOO_MUCH: &str = "premium-subsidy";

#[test]
fn a_premium_cannot_be_paid_for_more_than_once() {
    for pair in [
        ["balanced-financing", PAYS_TOO_MUCH],
        [PAYS_TOO_MUCH, "balanced-financing"],
    ] {
        let text = format!(
            "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [\"{}\", \"{}\"]\n",
            pair[0], pair[1]
        );
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), "scenario.toml", &text);
        let problems = Scenario::load(path.to_str().unwrap(), &[]).unwrap_err().to_string();
        assert!(
            problems.contains("balanced-financing.toml") && problems.contains("must be a share"),
            "{problems}"
        );
    }
}

#[test]
fn the_order_of_programmes_changes_nothing() {
    let ids = carried_programmes();
    let all = ids.iter().map(String::as_str).filter(|id| *id != PAYS_TOO_MUCH);
    let mut sets = [
        all.collect(),
        vec!["chronic-management", "family-doctor-contract"],
        vec!["telemedicine", "doctor-training"],
        vec!["mutual-insurance", "secondary-aid"],
        vec!["zero-markup", "central-procurement"],
        vec!["screening", "health-education", "clinic-siting", "telemedicine"],
        vec!["screening", "chronic-management"],
        vec!["doctor-training", "internet-plus"],
        vec!["payment-reform", "tcm-services"],
    ];
    assert_eq!(sets[0].len(), 49);
    let differs = |set: &mut Vec<&str>| {
        let forward = together(set);
        set.reverse();
        let backward = together(set);
        set.rotate_left(1);
        forward != backward || forward != together(set)
    };
    let wrong: Vec<Vec<&str>> = sets
        .iter_mut()
        .filter_map(|set| differs(set).then(|| set.clone()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A programme that makes one change from 2022 on.
fn one_change(folder: &Path, id: &str, change: &str) -> String {
    let text = format!(
        "title = \"A test\"\nsection = \"own\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
         from = \"2022-01\"\n[set]\n{change}\n"
    );
    file(folder, &format!("{id}.toml"), &text);
    format!("\"./{id}.toml\"")
}

/// What the rule `read` is where the first, the second, and both of two changes are in force, in both orders.
fn combined(changes: [&str; 2], read: fn(&Rules) -> f64) -> [f64; 4] {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|id| one_change(folder.path(), id, changes[usize::from(id == "two")]));
    let value = |programmes: [&str; 2], active: [bool; 2]| {
        let text = format!(
            "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [{}]\n",
            programmes.join(", ")
        );
        let path = file(folder.path(), "scenario.toml", &text);
        let scenario = Scenario::load(path.to_str().unwrap(), &[]).unwrap();
        read(&scenario.resolve(&active, Month::of(2022, 1)).unwrap())
    };
    [
        value([&one, &two], [true, false]),
        value([&one, &two], [false, true]),
        value([&one, &two], [true, true]),
        value([&two, &one], [true, true]),
    ]
}

fn close(found: [f64; 4], wanted: [f64; 3]) {
    let wanted = [wanted[0], wanted[1], wanted[2], wanted[2]];
    let near = found
        .iter()
        .zip(wanted)
        .all(|(found, wanted)| (found - wanted).abs() < 1e-12);
    assert!(near, "{found:?}, not {wanted:?}");
}

#[test]
fn changes_of_one_rule_by_two_programmes_combine() {
    // Drugs in stock at the village clinic: 0.8 in the baseline. Patients with high blood pressure who stop: 0.05 a year.
    let stock: fn(&Rules) -> f64 = |rules| rules.service.drug_in_stock_share.village;
    let change = |verb: &str, by: f64| format!("service.drug_in_stock_share.village = {{ {verb} = {by} }}");
    let stocks = |verb: &str, [one, two]: [f64; 2]| combined([&change(verb, one), &change(verb, two)], stock);
    close(stocks("scale", [0.5, 0.8]), [0.4, 0.64, 0.32]);
    close(stocks("add", [0.05, -0.1]), [0.85, 0.7, 0.75]);
    // Odds of 4 become 8, 1, and 2.
    close(stocks("odds", [2.0, 0.25]), [8.0 / 9.0, 0.5, 2.0 / 3.0]);
    // 0.2 without drugs becomes 0.2^2, 0.2^3 and 0.2^6.
    close(stocks("hazard", [2.0, 3.0]), [0.96, 0.992, 0.999_936]);
    let dropout: fn(&Rules) -> f64 = |rules| rules.illness.hypertension.dropout_per_year;
    let rates = [
        "illness.hypertension.dropout_per_year = { hazard = 0.7 }",
        "illness.hypertension.dropout_per_year = { hazard = 0.9 }",
    ];
    close(combined(rates, dropout), [0.035, 0.045, 0.0315]);
}

#[test]
fn two_values_of_one_rule_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let set = |value: &str| format!("service.drug_in_stock_share.village = {value}");
    let names = [
        one_change(folder.path(), "one", &set("0.9")),
        one_change(folder.path(), "two", &set("{ value = 0.7 }")),
    ];
    let text = format!(
        "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [{}]\n",
        names.join(", ")
    );
    let path = file(folder.path(), "scenario.toml", &text);
    let refused = || Scenario::load(path.to_str().unwrap(), &[]).unwrap_err().to_string();
    let said = refused();
    for part in [
        "two programmes set `service.drug_in_stock_share.village`",
        "one.toml:8",
        "two.toml:8",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // One after the other they may.
    let text = std::fs::read_to_string(folder.path().join("one.toml")).unwrap();
    let ended = text.replace("from = \"2022-01\"", "from = \"2021-01\"\nuntil = \"2022-01\"");
    file(folder.path(), "one.toml", &ended);
    Scenario::load(path.to_str().unwrap(), &[]).unwrap();
}

/// The rules that a programme changes, each with the verb.
fn levers(programme: &Table) -> Vec<(String, &'static str)> {
    fn walk(set: &Table, parent: &str, into: &mut Vec<(String, &'static str)>) {
        for (key, value) in set {
            let path = if parent.is_empty() {
                key.clone()
            } else {
                format!("{parent}.{key}")
            };
            let verb = value
                .as_table()
                .map(|own| VERBS.into_iter().find(|verb| own.contains_key(*verb)));
            match (verb, value.as_table()) {
                (Some(None), Some(inner)) => walk(inner, &path, into),
                (verb, _) => into.push((path, verb.flatten().unwrap_or(VERBS[0]))),
            }
        }
    }
    let mut levers = Vec::new();
    if let Some(Value::Table(set)) = programme.get("set") {
        walk(set, "", &mut levers);
    }
    levers
}

const VERBS: [&str; 5] = ["value", "add", "scale", "odds", "hazard"];

/// Programmes that move who is treated and, by another way, the harm of the same disease; and why that is not the same effect.
const TWO_WAYS: [(&str, &str); 1] = [("health-education", "salt acts beside drugs; control is not moved")];

#[test]
fn no_programme_counts_the_control_of_a_disease_and_what_it_averts_twice() {
    let mut two_ways = Vec::new();
    for id in carried_programmes() {
        let own = levers(&programme(&id));
        let levers: Vec<&str> = own.iter().map(|(path, _)| path.as_str()).collect();
        let moves = |path: &str| levers.contains(&path);
        for cause in ["hypertension", "diabetes"] {
            let step = |step: &str| moves(&format!("illness.{cause}.{step}_per_year"));
            let controls = step("control") || step("relapse");
            let treats = step("diagnosis") || step("treatment") || step("dropout");
            // What follows from the cause: its hazard ratios in other conditions, and how often heart and brain are struck at all.
            let ratios = [
                format!("{cause}_hazard_ratio"),
                format!("{cause}_controlled_hazard_ratio"),
            ];
            let struck = ["stroke", "heart"]
                .map(|harm| [format!("{harm}.onset_per_1000_year"), format!("{harm}.event_per_year")]);
            let direct = levers
                .iter()
                .filter_map(|lever| lever.strip_prefix("illness."))
                .any(|lever| {
                    ratios.iter().any(|ratio| lever.ends_with(&format!(".{ratio}")))
                        || struck.iter().flatten().any(|own| own == lever)
                });
            assert!(
                !(controls && direct),
                "{id} moves the control of {cause} and what it averts: {levers:?}"
            );
            if treats && direct {
                two_ways.push(id.clone());
            }
        }
    }
    two_ways.dedup();
    assert_eq!(two_ways, TWO_WAYS.map(|(id, _)| id));
}
