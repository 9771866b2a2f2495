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
    ),
    (
        "attack_rate",
        "infections per person",
        |county| county.epidemic.infections as f64 / county.residents.0 as f64,
        "infections per resident on 1 January",
    ),
    (
        "peak_week",
        "week of the year",
        |county| county.epidemic.peak_week as f64,
        "the week with most infections; 0 without infections",
    ),
    (
        "peak_infections",
        "persons",
        |county| county.epidemic.peak_infections as f64,
        "infections of that week",
    ),
    ("found", "persons", |county| county.epidemic.found as f64, "cases found"),
    (
        "response_days",
        "days",
        |county| county.epidemic.response_days as f64,
        "days of response",
    ),
    (
        "least_capacity",
        "share of ordinary",
        |county| county.epidemic.least_capacity_ppm as f64 / 1e6,
        "capacity for ordinary care in the worst month",
    ),
    (
        "ill",
        "persons",
        |county| sum(county, |tally| tally.infections_ill),
        "infections that were felt",
    ),
    (
        "severe",
        "persons",
        |county| sum(county, |tally| tally.infections_severe),
        "infections in need of admission",
    ),
    (
        "admitted",
        "persons",
        |county| sum(county, |tally| tally.infections_admitted),
        "of these, admitted",
    ),
    (
        "deaths",
        "persons",
        |county| sum(county, |tally| tally.infections_died),
        "deaths of infections",
    ),
];

fn sum(county: &CountyResult, of: fn(&Tally) -> i64) -> f64 {
    county.counted.cells.iter().map(of).sum::<i64>() as f64
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
