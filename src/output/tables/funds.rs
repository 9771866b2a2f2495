//! The accounts of the funds, year by year: those of the counties, and those that counties hold together.

use super::{Sheet, number};
use crate::indicators::result::{CountyResult, YearResult};
use crate::indicators::table::Estimate;
use crate::output::Study;
use crate::units::Fen;
use crate::year::funds::{FundYear, JointYear};
use std::collections::BTreeSet;

/// A flow of an account: its name, the amount, and what it is.
type Flow = (&'static str, fn(&FundYear) -> Fen, &'static str);

/// opening + all `+` - all `-` = closing, to the fen.
const FLOWS: [Flow; 18] = [
    ("opening", |year| year.opening, "balance on 1 January"),
    ("premiums", |year| year.premiums, "+ paid by households and for them"),
    (
        "subsidies",
        |year| year.subsidies,
        "+ public subsidies for the enrolled",
    ),
    ("interest", |year| year.interest, "+ on the balance of 1 January"),
    (
        "swept_in",
        |year| year.swept_in,
        "+ between a county's account and joint ones",
    ),
    ("from_adjustment", |year| year.from_adjustment, "+ part of a deficit"),
    ("reinsured", |year| year.reinsured, "+ part of heavy claims"),
    (
        "local_budget",
        |year| year.local_budget,
        "+ from the county's own budget",
    ),
    ("emergency", |year| year.emergency, "+ advanced in an emergency"),
    ("claims", |year| year.claims, "- paid by pool-funded layers"),
    (
        "false_claims",
        |year| year.false_claims,
        "- paid for care that nobody had",
    ),
    ("administration", |year| year.administration, "- relative to claims"),
    (
        "swept_out",
        |year| year.swept_out,
        "- between a county's account and joint ones",
    ),
    (
        "to_adjustment",
        |year| year.to_adjustment,
        "- contribution of a pool in surplus, and excess",
    ),
    (
        "reinsurance_premium",
        |year| year.reinsurance_premium,
        "- to the reinsurer",
    ),
    (
        "emergency_repaid",
        |year| year.emergency_repaid,
        "- emergency money paid back",
    ),
    ("closing", |year| year.closing, "balance on 31 December"),
    ("deficit", |year| (-year.closing).or_zero(), "what the balance lacks"),
];

/// What the rest of the rows mean.
const RESERVE: &str = "closing in months of the year's claims; empty where a pool holds it";
const RATE: &str = "what layers of the pool paid of what their rules say";
const AID_RATE: &str = "what capped aid paid of what its rules say";

/// Months of `claims` in the reserve.
fn months(closing: Fen, claims: Fen) -> f64 {
    closing.as_yuan() * 12.0 / claims.as_yuan()
}

/// One row: an item over the replicates.
pub(super) fn row(sheet: &mut Sheet, place: &[&str], (item, unit, meaning): (&str, &str, &str), values: &[f64]) {
    let estimate = Estimate::of(values);
    let mut cells: Vec<String> = place.iter().chain(&[item, unit]).map(ToString::to_string).collect();
    cells.extend([estimate.mean, estimate.se, estimate.lo, estimate.hi].map(number));
    cells.extend([estimate.n.to_string(), meaning.into()]);
    sheet.row(cells);
}

fn ppm(ppm: u32) -> f64 {
    f64::from(ppm) / 1e6
}

/// The accounts of the counties.
pub(super) fn county_table(study: &Study) -> String {
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
                let values = |read: &dyn Fn(&CountyResult) -> f64| -> Vec<f64> {
                    let replicates = arm.results.iter();
                    replicates.map(|result| read(&result.years[y].counties[c])).collect()
                };
                for (item, of, meaning) in FLOWS {
                    let yuan = values(&|county| of(&county.fund).as_yuan());
                    row(&mut sheet, &place, (item, "yuan", meaning), &yuan);
                }
                let reserve = values(&|CountyResult { fund, .. }| {
                    if fund.pooled {
                        f64::NAN
                    } else {
                        months(fund.closing, fund.claims)
                    }
                });
                row(&mut sheet, &place, ("reserve", "months of claims", RESERVE), &reserve);
                let rate = values(&|county| ppm(county.fund.rate_ppm));
                row(&mut sheet, &place, ("rate", "share of promise", RATE), &rate);
                let aid = values(&|county| ppm(county.fund.aid_ppm));
                row(&mut sheet, &place, ("aid_rate", "share of promise", AID_RATE), &aid);
            }
        }
    }
    sheet.text()
}

/// The accounts that counties hold together; who is in which depends on the rules alone, and so on no replicate.
pub(super) fn joint_table(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "year",
        "account",
        "kind",
        "counties",
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
            for (at, joint) in year.joint.iter().enumerate() {
                let (when, counties) = (year.year.to_string(), names(year, joint));
                let kind = if joint.adjustment { "adjustment fund" } else { "pool" };
                let place = [arm.id.as_str(), &when, &joint.name, kind, &counties];
                let values = |read: &dyn Fn(&JointYear) -> f64| -> Vec<f64> {
                    let replicates = arm.results.iter();
                    replicates.map(|result| read(&result.years[y].joint[at])).collect()
                };
                for (item, of, meaning) in FLOWS {
                    let yuan = values(&|joint| of(&joint.year).as_yuan());
                    row(&mut sheet, &place, (item, "yuan", meaning), &yuan);
                }
                if !joint.adjustment {
                    let reserve = values(&|joint| months(joint.year.closing, joint.claims));
                    row(&mut sheet, &place, ("reserve", "months of claims", RESERVE), &reserve);
                    let rate = values(&|joint| ppm(joint.year.rate_ppm));
                    row(&mut sheet, &place, ("rate", "share of promise", RATE), &rate);
                }
            }
        }
    }
    sheet.text()
}

fn names(year: &YearResult, joint: &JointYear) -> String {
    let names: BTreeSet<&str> = joint
        .counties
        .iter()
        .map(|&at| year.counties[at].county.as_str())
        .collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}
