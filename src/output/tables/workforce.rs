//! The workforce by county and year; a study in which nobody left and nobody was trained has no such table.

use super::items::{Item, listed};
use crate::output::Study;

const ITEMS: [Item; 7] = [
    (
        "doctors",
        "persons",
        |county| county.workforce.doctors as f64,
        "village doctors on 31 December",
        Some(|county| county.workforce.doctors),
    ),
    (
        "doctors_per_1000",
        "per 1,000 residents",
        |county| 1000.0 * share(county.workforce.doctors, county.residents.1),
        "village doctors per 1,000 residents",
        Some(|county| county.workforce.doctors),
    ),
    (
        "vacant_posts",
        "share",
        |county| 1.0 - share(county.workforce.doctors, county.workforce.posts),
        "posts of village doctors that nobody holds",
        Some(|county| county.workforce.posts - county.workforce.doctors),
    ),
    (
        "clinics_without_doctor",
        "share",
        |county| share(county.workforce.clinics_without_doctor, county.workforce.clinics),
        "village clinics without a doctor of their own",
        Some(|county| county.workforce.clinics_without_doctor),
    ),
    (
        "trained",
        "share",
        |county| share(county.workforce.doctors_trained, county.workforce.doctors),
        "village doctors trained lately",
        Some(|county| county.workforce.doctors_trained),
    ),
    (
        "township_staff",
        "of founding",
        |county| county.workforce.township_ppm as f64 / 1e6,
        "staff of township centres relative to founding",
        None,
    ),
    (
        "county_staff",
        "of founding",
        |county| county.workforce.county_ppm as f64 / 1e6,
        "staff of county hospitals relative to founding",
        None,
    ),
];

fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Whether anybody left or was trained anywhere.
pub(super) fn any(study: &Study) -> bool {
    let results = study.arms.iter().flat_map(|arm| &arm.results);
    let counties = results.flat_map(|result| &result.years).flat_map(|year| &year.counties);
    counties.map(|county| &county.workforce).any(|own| {
        let moved = own.doctors < own.posts || own.township_ppm != 1_000_000 || own.county_ppm != 1_000_000;
        moved || own.doctors_trained > 0
    })
}

/// The table.
pub(super) fn table(study: &Study) -> String {
    listed(study, &ITEMS)
}
