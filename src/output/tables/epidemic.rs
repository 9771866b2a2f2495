//! Epidemics by county and year; a study without any has no such table.

use super::items::{Item, listed};
use crate::indicators::result::CountyResult;
use crate::indicators::tally::Tally;
use crate::output::Study;

const ITEMS: [Item; 11] = [
    (
        "infections",
        "persons",
        |county| county.epidemic.infections as f64,
        "infections of the wave",
        Some(|county| county.epidemic.infections),
    ),
    (
        "attack_rate",
        "infections per person",
        |county| county.epidemic.infections as f64 / county.residents.0 as f64,
        "infections per resident on 1 January",
        Some(|county| county.epidemic.infections),
    ),
    (
        "peak_week",
        "week of the year",
        |county| county.epidemic.peak_week as f64,
        "the week with most infections; 0 without infections",
        None,
    ),
    (
        "peak_infections",
        "persons",
        |county| county.epidemic.peak_infections as f64,
        "infections of that week",
        Some(|county| county.epidemic.peak_infections),
    ),
    (
        "found",
        "persons",
        |county| county.epidemic.found as f64,
        "cases found",
        Some(|county| county.epidemic.found),
    ),
    (
        "response_days",
        "days",
        |county| county.epidemic.response_days as f64,
        "days of response",
        None,
    ),
    (
        "least_capacity",
        "share of ordinary",
        |county| county.epidemic.least_capacity_ppm as f64 / 1e6,
        "capacity for ordinary care in the worst month",
        None,
    ),
    (
        "ill",
        "persons",
        |county| counted(county, |tally| tally.infections_ill) as f64,
        "infections that were felt",
        Some(|county| counted(county, |tally| tally.infections_ill)),
    ),
    (
        "severe",
        "persons",
        |county| counted(county, |tally| tally.infections_severe) as f64,
        "infections in need of admission",
        Some(|county| counted(county, |tally| tally.infections_severe)),
    ),
    (
        "admitted",
        "persons",
        |county| counted(county, |tally| tally.infections_admitted) as f64,
        "of these, admitted",
        Some(|county| counted(county, |tally| tally.infections_admitted)),
    ),
    (
        "deaths",
        "persons",
        |county| counted(county, |tally| tally.infections_died) as f64,
        "deaths of infections",
        Some(|county| counted(county, |tally| tally.infections_died)),
    ),
];

fn counted(county: &CountyResult, of: fn(&Tally) -> i64) -> i64 {
    county.counted.cells.iter().map(of).sum()
}

/// Whether there was an epidemic anywhere.
pub(super) fn any(study: &Study) -> bool {
    let years = study
        .arms
        .iter()
        .flat_map(|arm| &arm.results)
        .flat_map(|result| &result.years);
    years
        .flat_map(|year| &year.counties)
        .any(|county| county.epidemic.infections > 0)
}

/// The table.
pub(super) fn table(study: &Study) -> String {
    listed(study, &ITEMS)
}
