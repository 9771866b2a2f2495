//! Funds: what came in, what was paid, what is left, who helps in a deficit, and what it does to next year's rates.
//!
//! Every county has an account: it takes premiums and subsidies and pays claims and administration. Where the rules pool
//! counties, the county's account is swept into the account of its pool on 31 December, and the pool holds the balance, meets
//! the deficit and has one rate; otherwise the county is its own pool. Between pools stands an adjustment fund. Beyond these
//! accounts are households, the public budget, the reinsurer and the counties' own budgets.
//!
//! Identity of each account, to the fen: opening + everything that came in - everything that went out = closing; what one
//! account sweeps out, another takes in.
//!
//! **1 January.** Opening balances change hands where pools are made or given up. **31 December**, in this order:
//! interest on a positive opening balance; premiums and subsidies in, claims of pool-funded layers, false claims and
//! administration out; the sweep to the pool; emergency money; the steps of the deficit rule in their `order` (adjustment fund,
//! reinsurer, counties' budgets); topping up below the alert level; release of what lies above the excess level;
//! closing balances and next year's rate.
//!
//! **Rate.** After a close in deficit the reimbursement of the next year falls by `deficit_step_share`, not below
//! `lowest_rate_share`; after a close below the alert level by `alert_step_share` if that is above 0; else it recovers
//! by `deficit_step_share` up to 1. **Capped aid budgets** pay next year the ratio of `aid_budget_yuan_per_year` x
//! residents (grown by `aid_budget_growth`) to what was promised this year, at most 1. The founding reserve is
//! `fund_reserve_months` of a county's premiums and subsidies of 2020.

mod december;
mod january;

pub use december::{Operating, Terms};
pub use january::{Accounts, Layout};

use crate::units::{Fen, Ppm};
use serde::Deserialize;

/// Who holds the balance together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Each county alone.
    #[default]
    County,
    /// The counties of a prefecture.
    Prefecture,
    /// All counties.
    Province,
}

/// A step of the deficit rule; what is listed earlier is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Pools in surplus pay into the adjustment fund, which pays a part of the deficits.
    Adjustment,
    /// The reinsurer pays a part of heavy claims.
    Reinsurance,
    /// The counties' budgets pay a part of what is still missing.
    LocalBudget,
}

/// Fund rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundRules {
    /// Administration paid from the fund, relative to claims.
    pub administration_share: f64,
    /// Interest on the balance of 1 January (nothing is charged on a deficit).
    pub interest_share: f64,
    /// How far reimbursement falls in the year after a close in deficit (and recovers after a close in balance).
    pub deficit_step_share: f64,
    /// Reimbursement never falls below this part of the promise.
    pub lowest_rate_share: f64,
    /// Medical-aid budget per resident in 2021.
    pub aid_budget_yuan_per_year: f64,
    /// Growth of the medical-aid budget per year.
    pub aid_budget_growth: f64,
    /// Who holds the balance together, as the year begins.
    pub pooling: Pooling,
    /// Who helps in a deficit.
    pub deficit: DeficitRules,
    /// How much to hold.
    pub reserve: ReserveRules,
    /// Rebalancing between pools.
    pub adjustment: AdjustmentRules,
    /// Cover against heavy claims.
    pub reinsurance: ReinsuranceRules,
    /// Money ahead in an emergency.
    pub emergency: EmergencyRules,
}

/// The deficit rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeficitRules {
    /// What is asked once the reserve is used up, and in which order; a step that is not listed is not taken.
    pub order: Vec<Step>,
    /// Part of the deficit that the counties' budgets pay.
    pub local_budget_share: f64,
}

/// Reserves, in months of the year's claims.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReserveRules {
    /// A pool whose reserve lies below this is alerted.
    pub alert_months: f64,
    /// What a pool should hold; it contributes to others only from what lies above.
    pub target_months: f64,
    /// What a pool holds above this is an excess.
    pub excess_months: f64,
    /// How far reimbursement falls in the year after a close below the alert, but not in deficit; 0: it recovers instead.
    pub alert_step_share: f64,
    /// Part of what is missing to the alert level that the counties' budgets add.
    pub alert_topup_share: f64,
    /// Part of the excess that goes to the adjustment fund.
    pub excess_release_share: f64,
}

/// The adjustment fund between pools.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentRules {
    /// Whose pools the adjustment fund joins; where pools are no smaller, there is none.
    pub level: Pooling,
    /// What a pool in surplus pays, relative to its premiums and subsidies.
    pub contribution_share: f64,
    /// The part of a deficit that the adjustment fund pays, as far as its money goes.
    pub deficit_share: f64,
}

/// A stop-loss treaty with a reinsurer outside the model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReinsuranceRules {
    /// Price of the reinsurance, relative to premiums and subsidies.
    pub premium_share: f64,
    /// Claims above this multiple of premiums and subsidies are heavy.
    pub attachment_ratio: f64,
    /// The part of heavy claims that the reinsurer pays.
    pub paid_share: f64,
    /// Most the reinsurer pays, relative to premiums and subsidies.
    pub limit_ratio: f64,
}

/// Money that a higher level pays ahead in an emergency.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRules {
    /// Paid to the fund for each resident in each month in which this is in force.
    pub advance_yuan_per_month: f64,
    /// Part of what was advanced that is paid back at each later close, as far as the balance goes; 0: it was a grant.
    pub repaid_share: f64,
}

/// A year of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundYear {
    /// Balance on 1 January.
    pub opening: Fen,
    /// Premiums paid by households and by the public for them.
    pub premiums: Fen,
    /// Public subsidies.
    pub subsidies: Fen,
    /// Interest.
    pub interest: Fen,
    /// To a county's account from the joint ones above; to a joint account from those below.
    pub swept_in: Fen,
    /// From the adjustment fund.
    pub from_adjustment: Fen,
    /// From the reinsurer.
    pub reinsured: Fen,
    /// From the county's own budget.
    pub local_budget: Fen,
    /// Advanced in an emergency.
    pub emergency: Fen,
    /// Paid by pool-funded layers.
    pub claims: Fen,
    /// Paid for care that nobody had.
    pub false_claims: Fen,
    /// Administration.
    pub administration: Fen,
    /// From a county's account to the joint ones above; from a joint account to those below.
    pub swept_out: Fen,
    /// To the adjustment fund.
    pub to_adjustment: Fen,
    /// To the reinsurer.
    pub reinsurance_premium: Fen,
    /// Emergency money paid back.
    pub emergency_repaid: Fen,
    /// Balance on 31 December.
    pub closing: Fen,
    /// Reimbursement of the year relative to the promise, ppm.
    pub rate_ppm: u32,
    /// Aid of the year relative to the promise, ppm; nothing in a joint account.
    pub aid_ppm: u32,
    /// A joint account holds the balance.
    pub pooled: bool,
}

impl FundYear {
    /// All that came in since 1 January.
    pub fn came_in(&self) -> Fen {
        let own = self.premiums + self.subsidies + self.interest;
        own + self.swept_in + self.from_adjustment + self.reinsured + self.local_budget + self.emergency
    }

    /// Paid from the fund beside claims for care.
    pub fn beside_claims(&self) -> Fen {
        self.false_claims + self.administration
    }

    /// All that went out.
    pub fn went_out(&self) -> Fen {
        let own = self.claims + self.beside_claims();
        own + self.swept_out + self.to_adjustment + self.reinsurance_premium + self.emergency_repaid
    }

    /// What there is now.
    pub fn balance(&self) -> Fen {
        self.opening + self.came_in() - self.went_out()
    }
}

/// The year of an account that counties hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JointYear {
    /// That of the prefecture, or `province`.
    pub name: String,
    /// An adjustment fund, or else the fund of a pool.
    pub adjustment: bool,
    /// The counties, by place in the world.
    pub counties: Vec<usize>,
    /// Claims of these counties, paid from their own accounts.
    pub claims: Fen,
    /// The account.
    pub year: FundYear,
}

impl FundRules {
    /// Says what the rules contradict.
    ///
    /// # Errors
    /// Reserve levels out of order, a step named twice, an adjustment fund of single counties.
    pub fn check(&self) -> Result<(), String> {
        let ReserveRules {
            alert_months: alert,
            target_months: target,
            excess_months: excess,
            ..
        } = self.reserve;
        if !(alert <= target && target <= excess) {
            return Err(format!(
                "funds.reserve: alert_months ({alert}), target_months ({target}) and excess_months ({excess}) must not fall"
            ));
        }
        let order = &self.deficit.order;
        if let Some((_, twice)) = order.iter().enumerate().find(|(at, step)| order[..*at].contains(step)) {
            return Err(format!("funds.deficit.order: {twice:?} stands there twice"));
        }
        if self.adjustment.level == Pooling::County {
            return Err("funds.adjustment.level: an adjustment fund joins counties; say prefecture or province".into());
        }
        Ok(())
    }

    /// Share of the aid promised in a year that the budget of the next one pays, ppm. `residents` are weighted; `years`
    /// counts from 2021 to the year that begins.
    pub fn aid_ppm(&self, promised: Fen, residents: i64, years: i32) -> u32 {
        let budget = self.aid_budget_yuan_per_year * (1.0 + self.aid_budget_growth).powi(years) * residents as f64;
        let promised = promised.as_yuan();
        Ppm::share(if promised > budget { budget / promised } else { 1.0 }).0
    }

    /// Reimbursement of the year after a close with `closing` and a year's `claims`.
    fn next_rate(&self, rate: u32, closing: Fen, claims: Fen) -> u32 {
        let step = |share| Ppm::share(share).0;
        let fallen = |by| rate.saturating_sub(by).max(step(self.lowest_rate_share));
        let alert = step(self.reserve.alert_step_share);
        if closing < Fen::ZERO {
            fallen(step(self.deficit_step_share))
        } else if alert > 0 && closing < months_of(claims, self.reserve.alert_months) {
            fallen(alert)
        } else {
            (rate + step(self.deficit_step_share)).min(1_000_000)
        }
    }
}

/// So many months of a year's claims.
fn months_of(claims: Fen, months: f64) -> Fen {
    times(claims, months / 12.0)
}

/// An account's amount times `by`, to the nearest fen: it may be larger than [`Fen::nearest`] reckons with.
fn times(amount: Fen, by: f64) -> Fen {
    Fen((amount.0 as f64 * by).round_ties_even() as i64)
}

/// Parts of `amount` (which may be a debt) by `weights`, which are not negative and not all nothing: none is a fen away from
/// its exact part, and they sum to `amount`.
fn apportion(amount: Fen, weights: &[i64]) -> Vec<Fen> {
    let all: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    let (mut weighed, mut given) = (0i128, 0i128);
    let part = |&weight: &i64| {
        weighed += i128::from(weight);
        let until = (i128::from(amount.0) * weighed).div_euclid(all.max(1));
        let part = until - given;
        given = until;
        Fen(part as i64)
    };
    weights.iter().map(part).collect()
}

#[cfg(test)]
mod tests;
