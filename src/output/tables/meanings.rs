//! What stands in tables beside indicators, for the dictionary.

use super::{cost_effect, winners};
use crate::output::Study;
use crate::study::flags::{FORGONE_CARE, Verdict};
use crate::study::winners::{Kind, Outcome, Question};

/// What decides whether a row has few events, by table.
const MARKS: [(&str, &str); 17] = [
    (
        "indicators",
        "events of the numerator; admissions where it is their mean bill; empty for money, time and gaps",
    ),
    (
        "paired",
        "the fewer of the events of both scenarios; empty for money, time and gaps",
    ),
    ("causes", "households that returned in the class"),
    (
        "attribution",
        "households of the class or measure; share_of_returns is pooled over replicates, and of what returns in a shadow it can be above 1",
    ),
    ("payers", "people of whose care it is the mean; money is no count"),
    ("funds", "does not apply: money of a county's account"),
    ("pools", "does not apply: money of accounts that counties hold together"),
    ("lenders", "does not apply: money of lenders"),
    ("population", "people"),
    (
        "replicates",
        "events of the numerator in this replicate; empty for money",
    ),
    (
        "epidemic",
        "infections, cases or deaths; empty for weeks, days and capacity",
    ),
    ("published", "does not apply: means of surveys of their own samples"),
    ("delivery", "does not apply: plans and budgets"),
    ("workforce", "doctors, or clinics; empty for staff relative to founding"),
    ("equal_cost", "does not apply: money"),
    ("winners", "households of the outcome"),
    (
        "cost_effect",
        "the fewer falls of both worlds in this replicate; empty for money and years",
    ),
];

/// The rows that stand below the indicators: name, what is counted, meaning, of what.
pub(super) fn of_tables(study: &Study) -> Vec<[String; 4]> {
    let row = |name: String, weight: &str, meaning: &str, of: &str| [name, weight.into(), meaning.into(), of.into()];
    let mut rows = Vec::new();
    let compared = winners::any(study);
    let costed = cost_effect::any(study);
    for (table, decides) in MARKS {
        let written = match table {
            "winners" => compared,
            "cost_effect" => costed,
            _ => true,
        };
        if written {
            let meaning = format!("events over all replicates, weighted; fewer than 20 are few: {decides}");
            rows.push(row(format!("{table}.csv: events, few_events"), "", &meaning, ""));
        }
    }
    if compared {
        for kind in [Kind::Everybody, Kind::Fifth, Kind::Age, Kind::Remoteness, Kind::County] {
            let [name, meaning] = kind.words();
            rows.push(row(format!("winners.csv: group_kind {name}"), "", meaning, ""));
        }
        for [name, meaning] in Question::ALL.map(Question::words) {
            rows.push(row(format!("winners.csv: question {name}"), "households", meaning, ""));
        }
        for [name, meaning] in Outcome::ALL.map(Outcome::words) {
            let of = "households of the group in either world; groups are those of the base";
            rows.push(row(format!("winners.csv: {name}"), "households", meaning, of));
        }
    }
    if costed {
        for (item, category, _, meaning) in cost_effect::ITEMS {
            let of = "a world over all reported years, nominal yuan, nothing discounted; difference: scenario less base, below 0 is averted or saved";
            rows.push(row(
                format!("cost_effect.csv: {item}"),
                if category == "all" { "persons" } else { "households" },
                meaning,
                of,
            ));
        }
    }
    let [numerator, denominator] = FORGONE_CARE;
    rows.push(row(
        "flags.csv: forgone_care".into(),
        "episodes",
        numerator,
        denominator,
    ));
    for verdict in Verdict::ALL {
        rows.push(row(format!("flags.csv: {}", verdict.name()), "", verdict.meaning(), ""));
    }
    rows
}
