//! Livelihood: income by source, the purse that pays for care and for life, debt, the sale of assets, and the limits.
//!
//! A purse lives a month by one fixed order: receive; serve debt; pay for care; consume. What is missing is met from
//! savings, then part by lower consumption, then by borrowing up to a limit, then by lower consumption down to a floor,
//! then by selling productive assets; then the bill stays unpaid (arrears, care stops from the next month); and for bare
//! life kin lend without limit (one aggregate account). The shadow purses live by the same arithmetic with other flows,
//! side by side with the factual one: see [`purses`].

pub mod purses;

use crate::units::{Fen, Lane};
use serde::Deserialize;

/// Livelihood rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LivelihoodRules {
    /// Nominal income growth per year.
    pub income_growth: f64,
    /// Growth of consumer prices per year.
    pub price_growth: f64,
    /// Yearly persistence of the persistent income score (the rho of the AR(1)).
    pub persistence_share: f64,
    /// Loading of the county's common harvest score on the transitory score (its square is the common share).
    pub harvest_loading_share: f64,
    /// Share of the yearly farm income that arrives in each month, January first.
    pub farm_month_share: Vec<f64>,
    /// Weight of labour in wage and farm income: income moves with (labour now / labour at founding) to this power.
    pub labour_weight: f64,
    /// Weight of productive assets in farm income.
    pub asset_weight: f64,
    /// Share of the farm work of a sick worker that others of the household do.
    pub farm_substituted_share: f64,
    /// Probability that a migrant comes home when a major event strikes.
    pub homecoming_share: f64,
    /// Months a migrant then stays.
    pub homecoming_months: f64,
    /// Consumption relative to normal income at the bottom of the permanent score (-2).
    pub consumption_poor_ratio: f64,
    /// The same at the top (+2).
    pub consumption_rich_ratio: f64,
    /// Share of an income shock that passes into consumption at the bottom.
    pub shock_poor_share: f64,
    /// The same at the top.
    pub shock_rich_share: f64,
    /// Consumption floor per head and year at base-year prices.
    pub floor_yuan_per_year: f64,
    /// Food share of consumption (Engel coefficient).
    pub food_share: f64,
    /// Savings aimed at, in years of normal income.
    pub buffer_years: f64,
    /// Share of savings above the buffer spent per year.
    pub excess_spent_share: f64,
    /// Of what is missing after savings, the part met by lower consumption before borrowing.
    pub consumption_cut_share: f64,
    /// Debt limit in years of normal income.
    pub debt_limit_years: f64,
    /// Debt repaid per year.
    pub repayment_share: f64,
    /// Interest per year.
    pub interest_share: f64,
    /// What productive assets fetch in a forced sale.
    pub forced_sale_share: f64,
    /// Cash per head and year paid to households that a cash programme reaches (a comparator; 0 in the baseline).
    pub cash_transfer_yuan_per_year: f64,
    /// Part of it that a household gets: 0 outside a cash programme, 1 inside, so that a study can size the amount alone.
    pub cash_transfer_reach_share: f64,
}

/// How a household lives: its constants of the year, fen a month where they flow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Planned consumption.
    pub plan: Lane,
    /// Consumption floor.
    pub floor: Lane,
    /// Savings aimed at.
    pub buffer: Lane,
    /// Debt limit.
    pub debt_limit: Lane,
}

/// The shares by which every purse of a rule class lives, a month's worth each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shares {
    /// Of savings above the buffer, spent.
    pub excess_spent: f64,
    /// Of a gap, met by lower consumption before borrowing.
    pub cut: f64,
    /// Of a debt, paid back.
    pub repaid: f64,
    /// Of a debt, interest.
    pub interest: f64,
    /// Of the worth of assets, what they fetch.
    pub sale: f64,
}

impl LivelihoodRules {
    /// A rule that moves linearly with the permanent score between -2 and +2.
    pub fn by_score(poor: f64, rich: f64, score: f64) -> f64 {
        poor + (rich - poor) * ((score + 2.0) / 4.0).clamp(0.0, 1.0)
    }

    /// The habits of a household for a year.
    ///
    /// `normal` is its normal income and `expected` this year's, fen a year; `score` its permanent score; `size` its
    /// members; `prices` consumer prices relative to the base year.
    pub fn habits(&self, normal: f64, expected: f64, score: f64, size: f64, prices: f64) -> Habits {
        let floor = self.floor_yuan_per_year * 100.0 * prices * size / 12.0;
        let share = Self::by_score(self.consumption_poor_ratio, self.consumption_rich_ratio, score);
        let passed = Self::by_score(self.shock_poor_share, self.shock_rich_share, score);
        let plan = (share * normal + passed * (expected - normal)) / 12.0;
        Habits {
            plan: Fen::nearest(plan.max(floor)).lane(),
            floor: Fen::nearest(floor).lane(),
            buffer: Fen::nearest(self.buffer_years * normal).lane(),
            debt_limit: Fen::nearest((self.debt_limit_years * normal).max(0.0)).lane(),
        }
    }

    /// The shares of the class, by month.
    pub fn shares(&self) -> Shares {
        Shares {
            excess_spent: self.excess_spent_share / 12.0,
            cut: self.consumption_cut_share,
            repaid: self.repayment_share / 12.0,
            interest: self.interest_share / 12.0,
            sale: self.forced_sale_share,
        }
    }
}
