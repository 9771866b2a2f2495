//! The accounts of the funds, year by year: those of the counties, and those that counties hold together.

use super::items::{Items, What, by_county};
use super::marks::Basis;
use crate::indicators::result::YearResult;
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

fn ppm(ppm: u32) -> f64 {
    f64::from(ppm) / 1e6
}

/// The accounts of the counties.
pub(super) fn county_table(study: &Study) -> String {
    by_county(study, &[], &|_| None, |_, put| {
        for (item, of, meaning) in FLOWS {
            put(&[], (item, "yuan", meaning), &|county, _| of(&county.fund).as_yuan());
        }
        put(&[], ("reserve", "months of claims", RESERVE), &|county, _| {
            let fund = &county.fund;
            if fund.pooled {
                f64::NAN
            } else {
                months(fund.closing, fund.claims)
            }
        });
        put(&[], ("rate", "share of promise", RATE), &|county, _| {
            ppm(county.fund.rate_ppm)
        });
        put(&[], ("aid_rate", "share of promise", AID_RATE), &|county, _| {
            ppm(county.fund.aid_ppm)
        });
    })
}

/// The accounts that counties hold together; who is in which depends on the rules alone, and so on no replicate.
pub(super) fn joint_table(study: &Study) -> String {
    let mut items = Items::new(study, &["account", "kind", "counties"]);
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (at, joint) in year.joint.iter().enumerate() {
                let kind = if joint.adjustment { "adjustment fund" } else { "pool" };
                let place = [joint.name.as_str(), kind, &names(year, joint)];
                let mut put = |what: What, read: &dyn Fn(&JointYear) -> f64| {
                    let replicates = arm.results.iter();
                    let values: Vec<f64> = replicates.map(|result| read(&result.years[y].joint[at])).collect();
                    items.row((&arm.id, year.year), &place, what, &values, Basis::NONE);
                };
                for (item, of, meaning) in FLOWS {
                    put((item, "yuan", meaning), &|joint| of(&joint.year).as_yuan());
                }
                if !joint.adjustment {
                    put(("reserve", "months of claims", RESERVE), &|joint| {
                        months(joint.year.closing, joint.claims)
                    });
                    put(("rate", "share of promise", RATE), &|joint| ppm(joint.year.rate_ppm));
                }
            }
        }
    }
    items.text()
}

fn names(year: &YearResult, joint: &JointYear) -> String {
    let names: BTreeSet<&str> = joint
        .counties
        .iter()
        .map(|&at| year.counties[at].county.as_str())
        .collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}
