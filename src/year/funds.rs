//! Funds: what came in, what was paid, what is left, and what a deficit does to next year's rates.
//!
//! Identity, to the fen: opening + premiums + subsidies + interest - claims - administration = closing.

use crate::units::{Fen, Ppm};
use crate::world::Fund;
use serde::Deserialize;

/// Fund rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundRules {
    /// Administration paid from the fund, relative to claims.
    pub administration_share: f64,
    /// Interest on the opening balance (nothing is charged on a deficit).
    pub interest_share: f64,
    /// How far reimbursement falls in the year after a close in deficit (and recovers after a close in balance).
    pub deficit_step_share: f64,
    /// Reimbursement never falls below this part of the promise.
    pub lowest_rate_share: f64,
    /// Medical-aid budget per resident in 2021.
    pub aid_budget_yuan_per_year: f64,
    /// Its growth per year.
    pub aid_budget_growth: f64,
}

/// A year of a fund.
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
    /// Paid by pool-funded layers.
    pub claims: Fen,
    /// Administration.
    pub administration: Fen,
    /// Balance on 31 December.
    pub closing: Fen,
    /// Reimbursement of the year relative to the promise, ppm.
    pub rate_ppm: u32,
    /// Aid of the year relative to the promise, ppm.
    pub aid_ppm: u32,
}

impl FundRules {
    /// Closes the year of a fund and announces next year's rates.
    ///
    /// `aid_promised` is what the rules promised from the aid budget before its ratio; `residents` are weighted;
    /// `years` counts from 2021 to the year that begins.
    pub fn close(
        &self,
        fund: &mut Fund,
        mut year: FundYear,
        aid_promised: Fen,
        residents: u64,
        years: i32,
    ) -> FundYear {
        year.opening = fund.balance;
        year.rate_ppm = fund.rate_ppm;
        year.aid_ppm = fund.aid_ppm;
        year.interest = fund.balance.or_zero() * Ppm::share(self.interest_share);
        year.administration = year.claims * Ppm::share(self.administration_share);
        year.closing =
            year.opening + year.premiums + year.subsidies + year.interest - year.claims - year.administration;
        fund.balance = year.closing;
        let step = Ppm::share(self.deficit_step_share).0;
        fund.rate_ppm = if year.closing < Fen::ZERO {
            fund.rate_ppm
                .saturating_sub(step)
                .max(Ppm::share(self.lowest_rate_share).0)
        } else {
            (fund.rate_ppm + step).min(1_000_000)
        };
        fund.aid_demand = aid_promised;
        let budget = self.aid_budget_yuan_per_year * (1.0 + self.aid_budget_growth).powi(years) * residents as f64;
        let promised = aid_promised.as_yuan();
        fund.aid_ppm = Ppm::share(if promised > budget { budget / promised } else { 1.0 }).0;
        year
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deficit_lowers_next_years_rate_and_balance_restores_it() {
        let rules = FundRules {
            administration_share: 0.0,
            interest_share: 0.0,
            deficit_step_share: 0.05,
            lowest_rate_share: 0.8,
            aid_budget_yuan_per_year: 10.0,
            aid_budget_growth: 0.0,
        };
        let mut fund = Fund {
            balance: Fen::yuan(100.0),
            rate_ppm: 1_000_000,
            aid_ppm: 1_000_000,
            aid_demand: Fen::ZERO,
        };
        let year = FundYear {
            premiums: Fen::yuan(50.0),
            claims: Fen::yuan(200.0),
            ..FundYear::default()
        };
        let closed = rules.close(&mut fund, year, Fen::yuan(40.0), 2, 0);
        assert_eq!(closed.closing, Fen::yuan(-50.0));
        assert_eq!(fund.rate_ppm, 950_000);
        assert_eq!(fund.aid_ppm, 500_000, "20 yuan of budget for 40 yuan of promises");
        let year = FundYear {
            premiums: Fen::yuan(300.0),
            ..FundYear::default()
        };
        rules.close(&mut fund, year, Fen::ZERO, 2, 1);
        assert_eq!((fund.rate_ppm, fund.aid_ppm), (1_000_000, 1_000_000));
    }
}
