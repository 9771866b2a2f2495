//! The indicators of the field on simulated people are what the run itself counted, where it counts the same.

mod common;

use common::{ends, policy};
use kangcun::indicators::table::{Estimate as Over, Slice};
use kangcun::indicators::tally::Tally;
use kangcun::measure::Weight;
use kangcun::run::{RunResult, run};
use kangcun::study::measure::Estimate;
use kangcun::study::measure::asked::Asked;
use kangcun::study::measure::simulated::{Request, measure_run, usual_columns};

const SMALL: [&str; 3] = ["world.people_count=5000", "run.last_year=2023", "run.replicates=3"];

fn asked(groups: &[&str]) -> Asked {
    usual_columns(Asked {
        groups: groups.iter().map(ToString::to_string).collect(),
        ..Asked::default()
    })
}

fn find<'a>(all: &'a [Estimate], group: &str, indicator: &str, variant: &str, convention: &str) -> &'a Estimate {
    let wanted = |one: &&Estimate| {
        one.group == group
            && one.indicator == indicator
            && one.variant == variant
            && one.weight == Weight::Persons
            && one.convention.contains(convention)
    };
    all.iter()
        .find(wanted)
        .unwrap_or_else(|| panic!("no {indicator}, {variant} of {group}"))
}

#[test]
fn what_the_run_counts_as_well_is_the_same() {
    let policy = policy("baseline", &SMALL);
    let request = Request {
        years: vec![2022],
        asked: asked(&["cohort"]),
        over_time: false,
        replicates: 3,
    };
    let (_, measured) = measure_run(&policy, &request, &|_, _| Ok(()), &|| ()).unwrap();
    let results: Vec<RunResult> = (0..3)
        .map(|replicate| run(&policy, replicate, &|| ()).unwrap())
        .collect();
    let gauge = results[0]
        .gauges
        .iter()
        .position(|(id, ..)| id == "measured_net_4_20")
        .unwrap();
    let over = |category, read: &dyn Fn(&Tally) -> f64| {
        let slice = Slice {
            year: Some(1),
            county: None,
            category,
        };
        let values: Vec<f64> = results
            .iter()
            .map(|result| {
                let tally = slice.tally(result, false);
                read(&tally) / tally.persons_held as f64
            })
            .collect();
        Over::of(&values)
    };
    let lifted = Some(kangcun::world::Category::Lifted);
    for (category, group) in [(None, "year=2022"), (lifted, "year=2022, cohort=1")] {
        let pairs: [(&str, &str, &str, Over); 4] = [
            (
                "sdg_382_2024",
                "above 10%",
                "gross",
                over(category, &|t| t.catastrophic_10 as f64),
            ),
            (
                "sdg_382_2024",
                "above 25%",
                "gross",
                over(category, &|t| t.catastrophic_25 as f64),
            ),
            (
                "poverty_headcount",
                "line ppp_4_20",
                "consumption net",
                over(category, &|t| t.poor_persons[gauge] as f64),
            ),
            (
                "impoverishing_headcount",
                "line ppp_4_20",
                "consumption",
                over(category, &|t| t.impoverished[gauge] as f64),
            ),
        ];
        for (indicator, variant, convention, counted) in pairs {
            let own = find(&measured, group, indicator, variant, convention);
            let value = own.value.unwrap();
            assert!(
                (value - counted.mean).abs() < 1e-12,
                "{indicator}, {variant}: {own:?}, {counted:?}"
            );
            assert!((own.se.unwrap() - counted.se).abs() < 1e-12, "{own:?}");
            assert!(value > 0.0, "{indicator} of {group} shows something");
        }
    }
    // FGT by the run is summed in millionths.
    let gap = find(
        &measured,
        "year=2022",
        "poverty_gap",
        "line ppp_4_20",
        "consumption net",
    );
    let counted = over(None, &|t| t.gap_ppm[gauge] as f64 / 1e6);
    assert!((gap.value.unwrap() - counted.mean).abs() < 1e-6, "{gap:?} {counted:?}");
}

#[test]
fn groups_years_and_refusals() {
    let folder = tempfile::tempdir().unwrap();
    let small = "--set world.people_count=2000 --set run.last_year=2022 --replicates 2";
    let line = format!("indicators baseline --year 2021 --year 2022 --group fifth --format csv --over-time {small}");
    let text = ends(folder.path(), &line, 0);
    for group in [
        "year=2021,",
        "\"year=2022, fifth=1\"",
        "\"year=2021, fifth=5\"",
        "poverty_transition",
        "line national",
    ] {
        assert!(text.contains(group), "{group}\n{text}");
    }
    assert!(
        text.contains("sdg_382_2025: its line is in international dollars"),
        "{text}"
    );
    assert_eq!(text, ends(folder.path(), &(line + " --threads 1"), 0));

    let said = ends(folder.path(), &format!("indicators baseline --group fift {small}"), 65);
    assert!(said.contains("fifth"), "{said}");
    ends(folder.path(), &format!("indicators baseline --year 2030 {small}"), 2);
    let line = format!("indicators baseline --min-cell 100000 --format csv {small}");
    let text = ends(folder.path(), &line, 0);
    assert!(
        text.contains("masked: fewer than 100000") && !text.contains(",replicates,"),
        "{text}"
    );
}
