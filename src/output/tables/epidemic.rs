//! Epidemics by county and year; a study without any has no such table.

use super::Sheet;
use super::funds::row;
use crate::indicators::result::CountyResult;
use crate::indicators::tally::Tally;
use crate::output::Study;

/// What a row shows: its name, unit, value, and what it is.
pub(super) type Item = (&'static str, &'static str, fn(&CountyResult) -> f64, &'static str);

const ITEMS: [Item; 11] = [
    (
        "infections",
        "persons",
        |county| county.epidemic.infections as f64,
        "infections of the wave",
    ),
    (
        "attack_rate",
        "share",
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
    by_county(study, &ITEMS)
}

/// A table of items by county and year.
pub(super) fn by_county(study: &Study, items: &[Item]) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "year",
        "county",
        "item",
        "unit",
        "mean",
        "se",
        "lo",
        "hi",
        "replicates",
        "meaning",
    ]);
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (c, county) in year.counties.iter().enumerate() {
                let when = year.year.to_string();
                let place = [arm.id.as_str(), when.as_str(), county.county.as_str()];
                for &(item, unit, read, meaning) in items {
                    let replicates = arm.results.iter();
                    let values: Vec<f64> = replicates.map(|result| read(&result.years[y].counties[c])).collect();
                    row(&mut sheet, &place, (item, unit, meaning), &values);
                }
            }
        }
    }
    sheet.text()
}
