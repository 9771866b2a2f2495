//! Spending is read with forgone care, cells of few events are marked, and small cells are masked when asked.

mod common;

use common::{ends, file};
use kangcun::indicators::list::{indicators, read_with};
use kangcun::indicators::result::RunResult;
use kangcun::scenario::Scenario;
use kangcun::study::flags::{Verdict, flags};
use kangcun::study::{self, Arm};
use kangcun::world::Category;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SMALL: [&str; 3] = ["world.people_count=4000", "run.last_year=2023", "run.replicates=3"];

fn arm(name: &str) -> Arm {
    let scenario = Scenario::load(name, &SMALL.map(ToOwned::to_owned)).unwrap_or_else(|problems| panic!("{problems}"));
    Arm::new(name, scenario).unwrap()
}

/// The baseline in which the price of an admission weighs nearly twice as much: people stop going.
fn deterred(folder: &Path) -> String {
    let text = "title = \"Deterred\"\nsummary = \"The price keeps more from a hospital.\"\nextends = \"baseline\"\n[set]\n\
                care_seeking.admission_price_weight = 3.0\n";
    file(folder, "deterred.toml", text).to_str().unwrap().to_owned()
}

#[test]
fn spending_that_falls_because_people_stop_going_is_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let mut arms = [
        arm("baseline"),
        arm(&deterred(folder.path())),
        arm("full-cover"),
        arm("no-insurance"),
    ];
    study::run(&mut arms, &|_| ()).unwrap();
    let [base, deterred, full_cover, no_insurance] = &arms;
    let found = flags(base, deterred);
    assert!(found.iter().all(|flag| flag.verdict == Verdict::NoProtection));
    for category in [None, Some(Category::Lifted)] {
        let own = found.iter().find(|flag| {
            flag.category == category
                && flag.county.is_none()
                && (flag.spending.0.id, flag.forgone.0.id) == ("catastrophic_10", "forgone_admission")
        });
        let own = own.unwrap_or_else(|| panic!("{category:?} is not flagged"));
        assert!(own.spending.1.hi < 0.0 && own.forgone.1.lo > 0.0 && !own.has_few_events());
        assert!(
            own.sentence()
                .ends_with("people spend less because they go less. This is not protection.")
        );
    }
    // Cover that lets people go and costs them less is protection; without insurance they spend more and go less.
    assert!(flags(base, full_cover).is_empty());
    let protection = |flag: &study::flags::Flag| flag.verdict == Verdict::MoreGo;
    assert!(flags(base, no_insurance).iter().all(protection));
    // The other way round: who is deterred no longer spends more.
    let converse = flags(deterred, base);
    assert!(converse.len() == found.len() && converse.iter().all(protection));
    assert!(flags(base, base).is_empty());
}

#[test]
fn every_indicator_of_spending_names_the_forgone_care_to_read_with_it() {
    let result = RunResult {
        gauges: vec![(
            "net".into(),
            kangcun::year::poverty::Convention::MeasuredNet,
            "line".into(),
        )],
        ..RunResult::default()
    };
    let list = indicators(&result);
    let spending = [
        "oop",
        "catastrophic",
        "impoverished",
        "in_medical_debt",
        "unpaid",
        "infections_oop",
    ];
    let mut named = 0;
    for one in &list {
        let with = read_with(&one.id);
        let spends = spending.iter().any(|start| one.id.starts_with(start));
        assert_eq!(spends, !with.is_empty(), "{}", one.id);
        assert!(
            with.iter()
                .all(|id| list.iter().any(|other| other.id == *id && id.contains("forgone")))
        );
        named += usize::from(spends);
    }
    assert!(named >= 10, "{named}");
}

/// The rows of a table.
fn rows(folder: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::Reader::from_path(folder.join("tables").join(table)).unwrap();
    table.deserialize().map(|row| row.unwrap()).collect()
}

/// Columns that a mask empties, by table.
const VALUES: [(&str, &[&str], f64); 7] = [
    (
        "indicators.csv",
        &["numerator", "denominator", "mean", "se", "lo", "hi"],
        100.0,
    ),
    (
        "paired.csv",
        &["difference", "se", "lo", "hi", "variance_reduction", "correlation"],
        100.0,
    ),
    ("causes.csv", &["households", "share", "lo", "hi"], 100.0),
    ("population.csv", &["mean_persons"], 10.0),
    ("replicates.csv", &["numerator", "denominator"], 100.0),
    ("winners.csv", &["households", "share", "se", "lo", "hi"], 1000.0),
    ("cost_effect.csv", &["in_base", "in_scenario", "difference"], 3.0),
];

#[test]
fn small_cells_are_masked_and_never_zero_and_few_events_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let run = "compare baseline package --set world.people_count=3000 --set run.last_year=2023 --replicates 2 --seed 3";
    ends(folder.path(), &format!("{run} --out open"), 0);
    ends(folder.path(), &format!("{run} --out masked --min-cell 10"), 0);
    let [open, masked] = ["open", "masked"].map(|name| folder.path().join(name));
    for (table, values, least) in VALUES {
        let (open, masked) = (rows(&open, table), rows(&masked, table));
        assert_eq!(open.len(), masked.len(), "{table}");
        let mut hidden = 0;
        for (open, masked) in open.iter().zip(&masked) {
            // A mark of its own, in the indicators, is told apart by its name.
            let mark = if table == "indicators.csv" {
                "few_events_of_any_kind"
            } else {
                "few_events"
            };
            let events = open["events"].parse::<f64>().ok();
            let few = events.map_or(String::new(), |events| (events < 20.0).to_string());
            assert_eq!(open[mark], few, "{table}: {open:?}");
            if masked[mark] == "masked" {
                hidden += 1;
                assert!(
                    values.iter().all(|value| masked[*value].is_empty()),
                    "{table}: {masked:?}"
                );
                assert!(masked["events"].is_empty());
            } else {
                assert_eq!(open, masked, "{table}");
                // Two replicates: ten in the mean one are twenty, in one of a table of replicates ten.
                let alone = ["replicates.csv", "cost_effect.csv"].contains(&table);
                let enough = if alone { 10.0 } else { 20.0 };
                assert!(events.is_none_or(|events| events >= enough), "{table}: {open:?}");
            }
        }
        assert!(
            f64::from(hidden) >= least,
            "{table}: {hidden} of {} rows are masked",
            open.len()
        );
        assert!(hidden < open.len() as i32, "{table}: all rows are masked");
    }
    let manifest = |folder: &Path| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
    };
    assert_eq!(manifest(&masked)["masked_below"], 10);
    assert!(manifest(&open).get("masked_below").is_none());
    // One hidden outcome of a group could be told from the others.
    let mut groups: BTreeMap<Vec<String>, [usize; 2]> = BTreeMap::new();
    for row in rows(&masked, "winners.csv") {
        let key = [
            "year",
            "category",
            "question",
            "convention",
            "line",
            "group_kind",
            "group",
        ];
        let hidden = groups.entry(key.map(|name| row[name].clone()).to_vec()).or_default();
        hidden[0] += 1;
        hidden[1] += usize::from(row["few_events"] == "masked");
    }
    assert!(groups.values().all(|[outcomes, hidden]| *outcomes == 8 && *hidden != 1));
}

#[test]
fn what_writes_no_tables_of_people_has_no_use_for_masks() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "check baseline --min-cell 5",
        "compare countermeasures --min-cell 5",
        "run baseline --min-cell 0",
    ] {
        let text = ends(folder.path(), line, 2);
        assert!(text.contains("min-cell"), "{text}");
    }
}

#[test]
fn the_dictionary_says_what_is_read_with_what_and_what_decides() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        "compare baseline baseline --set world.people_count=1000 --set run.last_year=2021 --replicates 1 --out result";
    let text = ends(folder.path(), run, 0);
    assert!(text.contains("needed admissions forgone, everybody"), "{text}");
    let rows = rows(&folder.path().join("result"), "dictionary.csv");
    let of = |name: &str| {
        rows.iter()
            .find(|row| row["indicator"] == name)
            .unwrap_or_else(|| panic!("no {name}"))
    };
    assert_eq!(
        of("oop_share")["read_with"],
        "forgone_admission forgone_moderate forgone_chronic"
    );
    assert_eq!(of("deaths")["read_with"], "");
    assert!(of("funds.csv: events, few_events")["numerator"].contains("does not apply"));
    assert_eq!(
        of("winners.csv: saved")["numerator"],
        "poor in the base, not in the other"
    );
    let caption = fs::read_to_string(folder.path().join("result/figures/payers.txt")).unwrap();
    assert!(caption.contains("Of needed admissions there were forgone"), "{caption}");
}
