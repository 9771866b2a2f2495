//! Whom programmes reach, what they need, and what a county's budget pays for.

mod common;

use common::{file, policy};
use kangcun::indicators::list::indicators;
use kangcun::indicators::result::CountyResult;
use kangcun::run::{RunResult, run};
use kangcun::scenario::Scenario;
use kangcun::study::Arm;
use kangcun::study::nudge::measure::Measure;
use kangcun::units::Fen;
use kangcun::world::Condition;

const SMALL: [&str; 3] = [
    "world.people_count=10000",
    "run.last_year=2022",
    "livelihood.price_growth=0",
];

/// A programme from 2021 on that changes nothing that anybody feels and costs what `cost` says.
fn programme(head: &str, cost: &str) -> String {
    format!(
        "title = \"A test\"\nsection = \"5.1\"\nsummary = \"A test.\"\ncomparator = \"add\"\nevidence = \"None.\"\n\
         moves = [\"programme_cost\"]\nfrom = \"2021-01\"\n{head}\n[cost]\n{cost}\ngrade = \"D\"\nsource = \"a test\"\n"
    )
}

/// The first replicate of the baseline with these programmes, each with its name.
fn lived(programmes: &[(&str, String)], sets: &[&str]) -> RunResult {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for (id, text) in programmes {
        file(folder.path(), &format!("{id}.toml"), text);
        names.push(format!("\"./{id}.toml\""));
    }
    // In the scenario's own words, which programmes change; what the command line sets would come after them.
    let text = format!(
        "title = \"A test\"\nsummary = \"A test.\"\nprogrammes = [{}]\n[set]\n{}\n",
        names.join(", "),
        sets.join("\n")
    );
    let path = file(folder.path(), "scenario.toml", &text);
    run(&policy(path.to_str().unwrap(), &SMALL), 0, &|| ()).unwrap()
}

fn cost(county: &CountyResult) -> Fen {
    Fen(county.counted.cells.iter().map(|cell| cell.programme_cost).sum())
}

/// The delivery cost of each year, yuan.
fn costs(result: &RunResult) -> Vec<f64> {
    let year = |counties: &[CountyResult]| counties.iter().map(cost).sum::<Fen>().as_yuan();
    result.years.iter().map(|year_| year(&year_.counties)).collect()
}

/// How many villages a programme of 1,000 yuan a village reaches in the first year and the next.
fn villages(programmes: &[(&str, String)], sets: &[&str]) -> Vec<i64> {
    let costs = costs(&lived(programmes, sets));
    costs.iter().map(|yuan| (yuan / 1000.0).round() as i64).collect()
}

const A_VILLAGE: &str = "per_village_year_yuan = 1000.0";

#[test]
fn a_programme_for_patients_is_for_those_who_know_of_their_disease() {
    let head = "who = { condition = [\"diabetes\", \"stroke\"] }";
    let ill = lived(&[("ill", programme(head, "per_person_year_yuan = 100.0"))], &[]);
    let paid = costs(&ill);
    // In the first year nobody is counted twice who has only one of the two.
    let known = |condition: Condition| -> i64 {
        let counties = &ill.years[0].counties;
        let cells = counties.iter().flat_map(|county| &county.counted.cells);
        cells.map(|cell| cell.conditions[condition as usize][1]).sum()
    };
    let (diabetes, stroke) = (known(Condition::Diabetes), known(Condition::Stroke));
    assert!(diabetes > 500 && stroke > 200, "{diabetes}, {stroke}");
    let reached = paid[0] / 100.0;
    assert!(reached > diabetes.max(stroke) as f64 && reached < (diabetes + stroke) as f64);

    let head = "who = { condition = [\"diabetes\"] }";
    let one = lived(&[("one", programme(head, "per_person_year_yuan = 100.0"))], &[]);
    // Every household's cost is rounded to the fen.
    assert!((costs(&one)[0] / 100.0 - diabetes as f64).abs() < 1.0);
}

#[test]
fn what_a_doctor_costs_is_paid_for_every_doctor() {
    let doctors = costs(&lived(&[("d", programme("", "per_doctor_year_yuan = 1000.0"))], &[]));
    let villages = costs(&lived(&[("v", programme("", A_VILLAGE))], &[]));
    let each = doctors[0] / villages[0];
    assert!((1.2..3.5).contains(&each), "{each} doctors a village");
}

#[test]
fn the_poorest_villages_come_first_and_are_not_the_remotest() {
    let share = |first: &str| {
        let head = format!("coverage = {{ share = 0.3, first = \"{first}\" }}");
        let result = lived(&[("p", programme(&head, A_VILLAGE))], &[]);
        let own: Vec<i64> = result.years[0].counties.iter().map(|county| cost(county).0).collect();
        own
    };
    let (poorest, remotest, random) = (share("poorest"), share("remotest"), share("random"));
    let all = |own: &[i64]| own.iter().sum::<i64>();
    // As many villages, in other places: the poorest lie in the counties with the lowest incomes.
    assert!(
        (all(&poorest) - all(&remotest)).abs() <= 200_000,
        "{poorest:?} {remotest:?}"
    );
    assert_ne!(poorest, remotest);
    assert_ne!(poorest, random);
    let counties = Scenario::load("baseline", &[]).unwrap();
    let rules: kangcun::rules::Rules = counties.resolve(&[], kangcun::units::Month::of(2021, 1)).unwrap();
    let incomes: Vec<f64> = rules
        .world
        .counties
        .values()
        .map(|county| county.income_ratio)
        .collect();
    let lowest = (0..incomes.len())
        .min_by(|&a, &b| incomes[a].total_cmp(&incomes[b]))
        .unwrap();
    let highest = (0..incomes.len())
        .max_by(|&a, &b| incomes[a].total_cmp(&incomes[b]))
        .unwrap();
    assert!(poorest[lowest] > random[lowest]);
    assert_eq!(poorest[highest], 0);
}

#[test]
fn what_needs_a_connection_reaches_connected_villages_alone() {
    let all = villages(&[("all", programme("", A_VILLAGE))], &[])[0];
    let online = programme("coverage = { share = 1.0, needs = \"connection\" }", A_VILLAGE);
    let reached = |sets: &[&str]| villages(&[("online", online.clone())], sets)[0];
    assert_eq!(reached(&["travel.connected_village_share=1"]), all);
    assert_eq!(reached(&["travel.connected_village_share=0"]), 0);
    let some = reached(&["travel.connected_village_share=0.4"]);
    assert!((some as f64 - 0.4 * all as f64).abs() <= 1.0, "{some} of {all}");
    // Another programme of the same scenario connects the rest, in its second year.
    let wires = "coverage = { share = 1.0 }\nramp_years = 2\n[set.travel]\nconnected_village_share = { value = 1.0, \
                 grade = \"D\", source = \"a test\" }";
    let wires = programme(wires, "per_village_year_yuan = 0.0");
    let both = villages(
        &[("wires", wires), ("online", online)],
        &["travel.connected_village_share=0"],
    );
    assert!(both[0] > all / 4 && both[0] < 3 * all / 4, "{both:?} of {all}");
    assert_eq!(both[1], all);
}

#[test]
fn a_programme_reaches_only_where_those_that_it_requires_do() {
    let head = "coverage = { share = 0.3, first = \"remotest\" }";
    let first = villages(&[("base", programme(head, A_VILLAGE))], &[])[0];
    let base = programme(head, "per_village_year_yuan = 0.0");
    let next = programme("requires = [\"base\"]", "per_village_year_yuan = 0.0");
    let last = programme("requires = [\"next\"]", A_VILLAGE);
    // Whatever the order in which they are listed.
    for order in [[0, 1, 2], [2, 1, 0]] {
        let all = [("base", base.clone()), ("next", next.clone()), ("last", last.clone())];
        let listed: Vec<_> = order.iter().map(|&at| all[at].clone()).collect();
        assert_eq!(villages(&listed, &[])[0], first);
    }
}

#[test]
fn a_programme_without_what_it_requires_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "alone.toml",
        &programme("requires = [\"nobody\"]", A_VILLAGE),
    );
    let problems = Scenario::load(path.to_str().unwrap(), &[]).unwrap_err().to_string();
    assert!(
        problems.contains("`alone` requires `nobody`, which does not run here"),
        "{problems}"
    );
    assert!(problems.contains("alone.toml:8"), "{problems}");
}

#[test]
fn a_limited_budget_delivers_as_far_as_it_goes() {
    let head = "coverage = { share = 0.8 }";
    let two = || {
        [
            (
                "one",
                programme(head, "per_person_year_yuan = 10.0\nper_village_once_yuan = 5000.0"),
            ),
            (
                "two",
                programme("coverage = { share = 0.5, first = \"remotest\" }", A_VILLAGE),
            ),
        ]
    };
    let sets = ["health_budget.limited_yes=true", "health_budget.growth=0"];
    let with = |yuan: &'static str| {
        let sets: Vec<&str> = sets.iter().copied().chain([yuan]).collect();
        lived(&two(), &sets)
    };
    let free = lived(&two(), &[]);
    let rich = with("health_budget.yuan_per_year=1000");
    assert_eq!(costs(&free), costs(&rich), "a budget that is ample changes nothing");
    assert_eq!(free.years, rich.years);

    let poor = with("health_budget.yuan_per_year=5");
    for (at, (year, planned)) in poor.years.iter().zip(&free.years).enumerate() {
        for (county, planned) in year.counties.iter().zip(&planned.counties) {
            let people: i64 = county.residents.0;
            let (budget, paid, planned) = (5.0 * people as f64, cost(county).as_yuan(), cost(planned).as_yuan());
            assert!(paid <= budget * (1.0 + 1e-9), "{at}: {paid} of {budget}");
            if planned > budget {
                // What is left would not pay for the next village.
                let village = 5000.0 + 1000.0 + 10.0 * 3000.0;
                assert!(paid > budget - village, "{at}: {paid} of {budget}");
            }
        }
    }
    // What the second year does not have to pay once goes into more villages.
    let none = with("health_budget.yuan_per_year=0");
    assert_eq!(costs(&none), [0.0, 0.0]);

    // What others pay for is not touched.
    let higher = two().map(|(id, text)| (id, text.replace("[cost]\n", "[cost]\npaid_by = \"higher\"\n")));
    let sets: Vec<&str> = sets.iter().copied().chain(["health_budget.yuan_per_year=0"]).collect();
    assert_eq!(costs(&lived(&higher, &sets)), costs(&free));
}

#[test]
fn a_programme_alone_runs_in_the_scenario_that_it_is_held_against() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "posts.toml",
        &programme("against = \"epidemic-winter\"", A_VILLAGE),
    );
    let scenario = Scenario::load(path.to_str().unwrap(), &[]).unwrap();
    let rules: kangcun::rules::Rules = scenario.resolve(&[false], kangcun::units::Month::of(2022, 12)).unwrap();
    assert!(rules.epidemic.active_yes);
    assert_eq!((scenario.id.as_str(), scenario.programmes.len()), ("posts", 1));
}

#[test]
fn what_a_layer_of_a_programme_pays_is_a_public_cost() {
    // Pays the rest of every bill before all others, from a budget that the baseline does not know.
    let layer = r#"
[set.insurance.layers.all]
title = "all"
order = 1
services = ["outpatient", "chronic_care", "inpatient"]
base = "all"
deductible_per = "visit"
funded_by = "programme"
enrolled_only_yes = false
needs_designation_yes = false
delay_months = 0.0
deductible_growth = 0.0
[set.insurance.layers.all.arms.all]
tiers = ["village", "township", "county", "tertiary", "remote", "tcm", "private", "self_care"]
categories = ["tekun", "dibao", "lifted", "monitored", "ordinary"]
conditions = []
deductible_yuan = 0.0
later_deductible_ratio = 1.0
brackets_from_yuan = [0.0]
reimbursed_share = [1.0]
payout_ceiling_visit_yuan = 0.0
payout_ceiling_year_yuan = 0.0
"#;
    let folder = tempfile::tempdir().unwrap();
    file(
        folder.path(),
        "all.toml",
        &programme(layer, "per_village_year_yuan = 0.0"),
    );
    let arms = [
        "baseline".to_owned(),
        folder.path().join("all.toml").display().to_string(),
    ];
    let arms = arms.map(|arm| policy(&arm, &SMALL));
    let costs = arms.each_ref().map(|arm| {
        let funders = arm.funders().unwrap();
        let result = run(arm, 0, &|| ()).unwrap();
        let total = kangcun::study::year_total(&result, 1);
        (kangcun::study::public_cost(&total, &funders), total)
    });
    let [(before, _), (after, all)] = &costs;
    assert_eq!(all.oop, 0);
    let bills: i64 = all.layers.iter().sum();
    // Whoever paid before, the public now pays all bills; it also saves nothing on premiums.
    assert_eq!(*after, bills + all.programme_cost + all.dibao + all.cash - all.premiums);
    assert!(after - before > bills / 4, "{before} {after} of {bills}");
}

/// The programmes that the texts name, and the comparators.
const IDS: [&str; 50] = [
    "balanced-financing",
    "career-reform",
    "cash-transfer",
    "catalogue-adjustment",
    "central-procurement",
    "chronic-management",
    "clinic-insurance-integration",
    "clinic-operating-funds",
    "clinic-siting",
    "clinic-standardisation",
    "commercial-supplement",
    "county-alliance",
    "disease-network",
    "doctor-training",
    "emergency-insurance-fund",
    "emergency-response",
    "epidemic-reserves",
    "epidemic-response",
    "expense-warning",
    "family-doctor-contract",
    "fund-supervision",
    "health-budget-share",
    "health-education",
    "internet-hospitals",
    "internet-plus",
    "key-group-care",
    "medical-centres",
    "multi-site-practice",
    "mutual-insurance",
    "pairing-assistance",
    "pay-after-treatment",
    "payment-reform",
    "premium-subsidy",
    "private-hospitals",
    "pro-poor-cover",
    "provincial-pooling",
    "rehabilitation",
    "reinsurance",
    "remote-delivery",
    "sanitation-campaigns",
    "screening",
    "secondary-aid",
    "senior-doctors",
    "shortage-monitoring",
    "tcm-prevention",
    "tcm-services",
    "tcm-supply-quality",
    "telemedicine",
    "three-batches",
    "zero-markup",
];

#[test]
fn every_programme_runs_and_names_what_can_be_measured() {
    let carried: Vec<String> = kangcun::scenario::embedded_paths()
        .into_iter()
        .filter_map(|path| {
            path.strip_prefix("countermeasures/")?
                .strip_suffix(".toml")
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(carried, IDS);
    let sets = ["world.people_count=1200", "run.last_year=2022", "run.replicates=1"].map(str::to_owned);
    let arm = |id: &&str| {
        Arm::new(
            id,
            Scenario::load(id, &sets).unwrap_or_else(|problems| panic!("{id}:\n{problems}")),
        )
    };
    let mut arms: Vec<Arm> = IDS.iter().map(arm).collect::<Result<_, _>>().unwrap();
    kangcun::study::run(&mut arms, &|_| ()).unwrap();
    let mut unknown = Vec::new();
    for arm in &arms {
        let programme = &arm.policy.scenario().programmes[0];
        assert!(!programme.moves.is_empty(), "{}", arm.id);
        let indicators = indicators(&arm.results[0]);
        let others = programme.moves.iter();
        for name in others.filter(|name| !indicators.iter().any(|own| own.id == **name)) {
            let values = Measure::parse(name).and_then(|measure| measure.values(arm));
            // A small world may have nobody to measure.
            if let Err(what) = values
                && !what.starts_with("nothing to measure")
            {
                unknown.push(format!("{}: {what}", arm.id));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn every_package_runs() {
    let packages: Vec<String> = kangcun::scenario::embedded_paths()
        .into_iter()
        .filter_map(|path| path.strip_prefix("packages/")?.strip_suffix(".toml").map(str::to_owned))
        .collect();
    assert!(packages.len() >= 13, "{packages:?}");
    let sets = ["world.people_count=1200", "run.last_year=2022", "run.replicates=1"].map(str::to_owned);
    let arm = |id: &String| {
        Arm::new(
            id,
            Scenario::load(id, &sets).unwrap_or_else(|problems| panic!("{id}:\n{problems}")),
        )
    };
    let mut arms: Vec<Arm> = packages.iter().map(arm).collect::<Result<_, _>>().unwrap();
    kangcun::study::run(&mut arms, &|_| ()).unwrap();
}

#[test]
fn what_is_listed_is_what_a_run_delivers() {
    // At full coverage in its third year, at the prices of 2020, nobody born or dead: what a person costs is what is counted.
    let listed = kangcun::study::programmes::Listed::load("doctor-training").unwrap();
    assert_eq!(listed.rooms().values().sum::<usize>(), listed.levers.len());
    assert_eq!(listed.programme.against, "baseline");
    let [once, yearly] = listed.delivery_yuan;
    assert!(once >= 0.0 && yearly > 0.0);
    let last = listed.programme.from.year() + listed.programme.ramp_years.max(1) - 1;
    let sets = [
        "world.people_count=20000".to_owned(),
        format!("run.last_year={last}"),
        "livelihood.price_growth=0".to_owned(),
    ];
    let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    let result = run(&policy("doctor-training", &sets), 0, &|| ()).unwrap();
    let year = result.years.last().unwrap();
    let paid: Fen = year.counties.iter().map(cost).sum();
    let persons: i64 = year.counties.iter().map(|county| county.residents.0).sum();
    let each = paid.as_yuan() / persons as f64;
    assert!((each / yearly - 1.0).abs() < 0.15, "{each} paid, {yearly} listed");
}

#[test]
fn programmes_are_listed_and_explained() {
    let kangcun = |args: &[&str]| {
        let done = assert_cmd::Command::cargo_bin("kangcun").unwrap().args(args).assert();
        let output = done.get_output().clone();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, csv) = kangcun(&["programmes", "--csv"]);
    assert_eq!((code, csv.lines().count()), (Some(0), 1 + IDS.len()));
    let (code, text) = kangcun(&["programmes", "telemedicine"]);
    assert_eq!(code, Some(0));
    for part in [
        "telemedicine (5.1)",
        "where there is a connection",
        "service.correct_management_share.village",
        "a year, at full coverage",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    assert_eq!(kangcun(&["programmes", "baseline"]).0, Some(65));
    assert_eq!(kangcun(&["programmes", "telemedicin"]).0, Some(65));
}

/// It is costed in the year in which it has come to its coverage, though no run gets there.
#[test]
fn a_programme_that_begins_after_the_run_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let late = programme("coverage = { needs = \"connection\" }", A_VILLAGE).replace("2021-01", "2040-01");
    let path = file(folder.path(), "late.toml", &late);
    let listed = kangcun::study::programmes::Listed::load(path.to_str().unwrap()).unwrap();
    assert!(listed.delivery_yuan[1] > 0.0);
}
