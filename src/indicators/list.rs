//! The list of indicators: what is counted over what. A new one is a new entry here.

use super::result::RunResult;
use super::table::{Indicator, Read};
use super::tally::Tally;
use crate::month::care_seeking::FORGONE_NAMES;
use crate::world::{ALL_PROVIDERS, CONDITIONS};

macro_rules! plain {
    ($id:expr, $weight:expr, $over:expr, $under:expr, $unit:expr, |$t:ident| $pair:expr) => {
        Indicator {
            id: $id.into(),
            line: String::new(),
            convention: String::new(),
            weight: $weight,
            numerator: $over,
            denominator: $under,
            unit: $unit,
            read: Read::Plain(|$t| $pair),
        }
    };
}

mod measures;

/// Every indicator of a run whose gauges and layers are those of `result`.
pub fn indicators(result: &RunResult) -> Vec<Indicator> {
    let mut all = poverty(result);
    all.extend(protection());
    all.extend(care());
    all.extend(epidemic());
    all.extend(measures::all());
    all
}

/// The indicators of forgone care without which an indicator of spending must not be read: spending also falls when people stop
/// going. None for what is no spending.
pub fn read_with(id: &str) -> &'static [&'static str] {
    match id {
        "oop_share_admissions" => &["forgone_admission"],
        "infections_oop_share" => &["infections_forgone"],
        "oop_share" | "oop" | "unpaid" | "impoverished" | "in_medical_debt" => FORGONE_CARE,
        _ if id.starts_with("catastrophic_") => FORGONE_CARE,
        _ => &[],
    }
}

/// Forgone care of every kind of need that is counted.
const FORGONE_CARE: &[&str] = &["forgone_admission", "forgone_moderate", "forgone_chronic"];

fn poverty(result: &RunResult) -> Vec<Indicator> {
    type Row = (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        fn(&Tally, usize) -> (i64, i64),
    );
    let rows: [Row; 9] = [
        (
            "return_hazard",
            "households",
            "at risk on 1 January and poor at the close",
            "not poor on 1 January",
            |t, g| (t.returned[g], t.at_risk[g]),
        ),
        (
            "return_cumulative",
            "households",
            "poor at some close since reporting began",
            "not poor when reporting began, still in the world",
            |t, g| (t.ever[g], t.at_start[g]),
        ),
        (
            "return_hazard_without_illness",
            "households",
            "at risk and poor even in the shadow without this year's bill and lost work",
            "not poor on 1 January",
            |t, g| (t.returned_without_illness[g], t.at_risk[g]),
        ),
        (
            "return_illness_accounting",
            "households",
            "returned, above the line if out-of-pocket, lost income and medical debt service are added back",
            "returned",
            |t, g| (t.returned_accounting[g], t.returned[g]),
        ),
        (
            "poverty_headcount_households",
            "households",
            "poor at the close",
            "households",
            |t, g| (t.poor[g], t.households_held),
        ),
        ("fgt0", "persons", "people in poor households", "people", |t, g| {
            (t.poor_persons[g], t.persons_held)
        }),
        (
            "fgt1",
            "persons",
            "sum of relative gaps of poor people, millionths",
            "people x 1,000,000",
            |t, g| (t.gap_ppm[g], t.persons_held * 1_000_000),
        ),
        (
            "fgt2",
            "persons",
            "sum of squared relative gaps, millionths",
            "people x 1,000,000",
            |t, g| (t.squared_gap_ppm[g], t.persons_held * 1_000_000),
        ),
        (
            "poor_named_illness",
            "households",
            "poor, with illness as the main cause a respondent would name",
            "poor at the close",
            |t, g| (t.poor_named_illness[g], t.poor[g]),
        ),
    ];
    let mut all = Vec::new();
    for (g, (_, convention, line)) in result.gauges.iter().enumerate() {
        for (id, weight, numerator, denominator, read) in rows {
            all.push(Indicator {
                id: id.into(),
                line: line.clone(),
                convention: convention.name().into(),
                weight,
                numerator,
                denominator,
                unit: "share",
                read: Read::Gauge(read, g),
            });
        }
        if convention.name() == "measured_net" {
            all.push(Indicator {
                id: "impoverished".into(),
                line: line.clone(),
                convention: "gross above, net below".into(),
                weight: "persons",
                numerator: "people in households above the line gross of out-of-pocket spending and below it net",
                denominator: "people",
                unit: "share",
                read: Read::Gauge(|t, g| (t.impoverished[g], t.persons_held), g),
            });
        }
    }
    all
}

fn protection() -> Vec<Indicator> {
    vec![
        plain!("oop_share", "fen", "out of pocket", "all bills", "share", |t| (
            t.oop, t.bill
        )),
        plain!(
            "oop_share_admissions",
            "fen",
            "out of pocket on admissions",
            "bills of admissions",
            "share",
            |t| (t.oop_admissions, t.bill_admissions)
        ),
        plain!(
            "oop",
            "persons",
            "out of pocket",
            "people",
            "yuan per person and year",
            |t| (t.oop, t.persons)
        ),
        plain!(
            "bill",
            "persons",
            "all bills",
            "people",
            "yuan per person and year",
            |t| (t.bill, t.persons)
        ),
        plain!(
            "unpaid",
            "persons",
            "left unpaid to providers",
            "people",
            "yuan per person and year",
            |t| (t.unpaid, t.persons)
        ),
        plain!(
            "catastrophic_10",
            "persons",
            "out of pocket above 10% of consumption plus care",
            "people",
            "share",
            |t| (t.catastrophic_10, t.persons_held)
        ),
        plain!(
            "catastrophic_25",
            "persons",
            "out of pocket above 25% of consumption plus care",
            "people",
            "share",
            |t| (t.catastrophic_25, t.persons_held)
        ),
        plain!(
            "catastrophic_40",
            "households",
            "out of pocket at least 40% of spending above food",
            "households",
            "share",
            |t| (t.catastrophic_40, t.households_held)
        ),
        plain!(
            "in_medical_debt",
            "households",
            "with medical debt at the close",
            "households",
            "share",
            |t| (t.households_in_medical_debt, t.households_held)
        ),
        plain!(
            "income",
            "persons",
            "income net of lost work",
            "people",
            "yuan per person and year",
            |t| (t.income, t.persons)
        ),
        plain!(
            "lost_income",
            "persons",
            "income lost to illness",
            "people",
            "yuan per person and year",
            |t| (t.lost_income, t.persons)
        ),
        plain!(
            "consumption",
            "persons",
            "consumption other than care",
            "people",
            "yuan per person and year",
            |t| (t.consumed, t.persons)
        ),
        plain!(
            "programme_cost",
            "persons",
            "delivery of programmes",
            "people",
            "yuan per person and year",
            |t| (t.programme_cost, t.persons)
        ),
        plain!(
            "cash_transfer",
            "persons",
            "cash transfers",
            "people",
            "yuan per person and year",
            |t| (t.cash, t.persons)
        ),
        plain!(
            "dibao",
            "persons",
            "dibao granted since founding",
            "people",
            "yuan per person and year",
            |t| (t.dibao, t.persons)
        ),
        plain!("enrolled", "persons", "enrolled", "people", "share", |t| (
            t.enrolled, t.persons
        )),
    ]
}

fn epidemic() -> Vec<Indicator> {
    vec![
        plain!(
            "infections",
            "persons",
            "infections of an epidemic, felt or not",
            "people",
            "share",
            |t| (t.infections, t.persons)
        ),
        plain!(
            "infections_severe",
            "persons",
            "infections in need of admission",
            "infections",
            "share",
            |t| (t.infections_severe, t.infections)
        ),
        plain!(
            "infections_forgone",
            "persons",
            "infections in need of admission that were not admitted",
            "infections in need of admission",
            "share",
            |t| (t.infections_severe - t.infections_admitted, t.infections_severe)
        ),
        plain!(
            "infections_died",
            "persons",
            "deaths of infections",
            "people on 1 January",
            "per 1000 and year",
            |t| (t.infections_died, t.persons)
        ),
        plain!(
            "infections_bill",
            "persons",
            "bills of infections",
            "people",
            "yuan per person and year",
            |t| (t.infections_bill, t.persons)
        ),
        plain!(
            "infections_oop_share",
            "fen",
            "out of pocket on infections",
            "bills of infections",
            "share",
            |t| (t.infections_oop, t.infections_bill)
        ),
    ]
}

fn care() -> Vec<Indicator> {
    let mut all = vec![
        plain!(
            "visits",
            "persons",
            "visits to any provider, hundredths",
            "people",
            "visits per person and year",
            |t| (t.visits.iter().sum(), t.persons)
        ),
        plain!(
            "admissions",
            "persons",
            "admissions of the enrolled",
            "enrolled",
            "per 100 enrolled and year",
            |t| (t.admissions_enrolled, t.enrolled)
        ),
        plain!(
            "adults_admitted",
            "persons",
            "aged 16 or more and admitted",
            "aged 16 or more",
            "share",
            |t| (t.adults_admitted, t.adults)
        ),
        plain!(
            "primary_share",
            "visits",
            "visits at village, township and TCM services",
            "visits",
            "share",
            |t| (t.visits[1] + t.visits[2] + t.visits[6], t.visits.iter().sum())
        ),
        plain!(
            "admission_bill",
            "admissions",
            "bills of admissions",
            "admissions",
            "yuan per admission",
            |t| (t.bill_admissions, t.admissions.iter().sum())
        ),
        plain!(
            "lost_days",
            "persons",
            "working days lost to episodes",
            "people",
            "days per person and year",
            |t| (t.lost_days_centi, t.persons)
        ),
        plain!(
            "deaths",
            "persons",
            "deaths",
            "people on 1 January",
            "per 1000 and year",
            |t| (t.deaths, t.persons)
        ),
        plain!(
            "yll",
            "persons",
            "years of life lost, undiscounted, against the reference life table",
            "people",
            "years per person and year",
            |t| (t.yll_milli, t.persons * 1000)
        ),
        plain!(
            "yld",
            "persons",
            "years lived with disability",
            "people",
            "years per person and year",
            |t| (t.yld_milli, t.persons * 1000)
        ),
        plain!(
            "dalys",
            "persons",
            "years of life lost and lived with disability",
            "people",
            "years per person and year",
            |t| (t.yll_milli + t.yld_milli, t.persons * 1000)
        ),
    ];
    let at = |id: String, weight, numerator, denominator, unit, read| Indicator {
        id,
        line: String::new(),
        convention: String::new(),
        weight,
        numerator,
        denominator,
        unit,
        read,
    };
    for provider in ALL_PROVIDERS.into_iter().skip(1) {
        let p = provider as usize;
        all.push(at(
            format!("visits_{}", provider.name()),
            "persons",
            "visits at this provider",
            "people",
            "visits per person and year",
            Read::At(|t, p, _| (t.visits[p], t.persons), p, 0),
        ));
        if (2..=4).contains(&p) {
            all.push(at(
                format!("admissions_{}", provider.name()),
                "admissions",
                "admissions at this provider",
                "admissions",
                "share",
                Read::At(|t, p, _| (t.admissions[p], t.admissions.iter().sum()), p, 0),
            ));
            all.push(at(
                format!("admission_bill_{}", provider.name()),
                "admissions",
                "bills of admissions at this provider",
                "admissions at this provider",
                "yuan per admission",
                Read::At(|t, p, _| (t.admission_bill[p], t.admissions[p]), p, 0),
            ));
            all.push(at(
                format!("basic_rate_{}", provider.name()),
                "fen",
                "paid by basic inpatient insurance at this provider",
                "in-catalogue part of these bills",
                "share",
                Read::At(|t, p, _| (t.admission_basic[p], t.admission_catalogue[p]), p, 0),
            ));
        }
    }
    for condition in CONDITIONS {
        let (name, c) = (condition.name(), condition as usize);
        all.push(at(
            format!("prevalence_{name}"),
            "persons",
            "with the condition on 1 January, known or not",
            "people",
            "share",
            Read::At(|t, c, _| (t.conditions[c][0], t.persons), c, 0),
        ));
        all.push(at(
            format!("known_{name}"),
            "persons",
            "who know of the condition",
            "with the condition",
            "share",
            Read::At(|t, c, _| (t.conditions[c][1], t.conditions[c][0]), c, 0),
        ));
        all.push(at(
            format!("controlled_{name}"),
            "persons",
            "controlled",
            "who know of the condition",
            "share",
            Read::At(|t, c, _| (t.conditions[c][2], t.conditions[c][1]), c, 0),
        ));
    }
    for (need, name) in ["minor", "moderate", "admission", "chronic"]
        .into_iter()
        .enumerate()
        .skip(1)
    {
        all.push(at(
            format!("forgone_{name}"),
            "episodes",
            "needed and forgone for any reason",
            "needed",
            "share",
            Read::At(|t, need, _| (t.forgone[need].iter().sum(), t.needs[need]), need, 0),
        ));
        for (reason, why) in FORGONE_NAMES.into_iter().enumerate() {
            all.push(at(
                format!("forgone_{name}_{why}"),
                "episodes",
                "needed and forgone for this reason",
                "needed",
                "share",
                Read::At(|t, need, reason| (t.forgone[need][reason], t.needs[need]), need, reason),
            ));
        }
    }
    all
}
