//! What of each programme is delivered, by county and year.

use super::marks::{Basis, Marked};
use super::number;
use crate::indicators::table::Estimate;
use crate::output::Study;

/// Whether any scenario has programmes.
pub(super) fn any(study: &Study) -> bool {
    study
        .arms
        .iter()
        .any(|arm| !arm.policy.scenario().programmes.is_empty())
}

/// The share of villages that each programme is planned for, and how much of it the county's health budget pays for.
pub(super) fn table(study: &Study) -> String {
    let header = [
        "scenario",
        "year",
        "county",
        "programme",
        "paid_by",
        "planned_coverage_share",
        "delivered_share",
        "lo",
        "hi",
        "replicates",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, Vec::new());
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (c, county) in year.counties.iter().enumerate() {
                for (at, programme) in arm.policy.scenario().programmes.iter().enumerate() {
                    let planned = arm.policy.coverage(at, year.year);
                    let runs = programme.counties.is_empty() || programme.counties.contains(&county.county);
                    if planned == 0.0 || !runs {
                        continue;
                    }
                    let delivered = arm.results.iter().map(|result| &result.years[y].counties[c].delivered);
                    let shares: Vec<f64> = delivered
                        .map(|delivered| delivered.get(&programme.id).copied().unwrap_or(1.0))
                        .collect();
                    let share = Estimate::of(&shares);
                    let place = [arm.id.clone(), year.year.to_string(), county.county.clone()];
                    let own = [programme.id.clone(), programme.paid_by.name().into()];
                    let shares = [planned, share.mean, share.lo, share.hi].map(number);
                    let cells = place.into_iter().chain(own).chain(shares);
                    sheet.row(cells.chain([share.n.to_string()]).collect(), Basis::NONE);
                }
            }
        }
    }
    sheet.text()
}
