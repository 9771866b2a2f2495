//! Livelihood: income by source, the purse that pays for care and for life, debt, the sale of assets, and the limits.
//!
//! A purse lives a month by one fixed order: receive; serve debt; pay for care; consume. What is missing is met from
//! savings, then part by lower consumption, then by borrowing up to a limit, then by lower consumption down to a floor,
//! then by selling productive assets; then the bill stays unpaid (arrears, care stops from the next month); and for bare
//! life kin lend without limit (one aggregate account). The shadow purses live by the same arithmetic with other flows,
//! side by side with the factual one: see [`purses`].
//!
//! **Income.** Wages, remittances, property and transfers arrive in twelfths, farm income by `farm_month_share`; the
//! year's income is in the module on income. Illness takes from it the days and the incapacity of its members, a day
//! being one of 365.25 / 12 of a month's earnings of a labour unit, of farm work only what others do not do instead
//! (`farm_substituted_share`).
//!
//! **Planned consumption** of a month = (c x normal income + m x (expected - normal income)) / 12, at least the floor,
//! plus `excess_spent_share` / 12 of savings above the buffer. Both c and m run by straight lines over the permanent
//! score from -2 (poor) to +2 (rich): c from `consumption_poor_ratio` to `consumption_rich_ratio`, m from
//! `shock_poor_share` to `shock_rich_share`. The buffer is `buffer_years` and the debt limit `debt_limit_years` of
//! normal income. Each month `repayment_share` / 12 of every debt is paid back with `interest_share` / 12 of interest;
//! savings above the buffer pay debts back first.
//!
//! **A gap** is met in this order: lower consumption for `consumption_cut_share` of it (not below the floor); loans up
//! to the debt limit (for care as far as care brought the gap about); lower consumption down to the floor; sale of
//! assets at `forced_sale_share` of their worth; arrears of the bill; kin. Sold assets lower farm income from the next
//! year on; at the close `asset_rebuild_per_year` of what is missing against founding is bought back, out of savings above
//! the buffer. Who lends, bank or kin, is in the module on lenders. The identity of a month, to the fen: savings
//! before + income + transfers + reimbursement + loans + sales = consumption + care paid + travel + premium + debt
//! service + early repayment + savings after.

pub mod purses;

use crate::units::{Fen, Lane, whole};
use serde::Deserialize;

/// Livelihood rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LivelihoodRules {
    /// Growth of nominal incomes from the year before to this one; dated growth moves this year and all later ones.
    pub income_growth: f64,
    /// Growth of consumer prices from the year before to this one.
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
    /// Consumption relative to normal income at the top of the permanent score (+2).
    pub consumption_rich_ratio: f64,
    /// Share of an income shock that passes into consumption at the bottom of the permanent score (-2).
    pub shock_poor_share: f64,
    /// Share of an income shock that passes into consumption at the top of the permanent score (+2).
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
    /// Debt that the bank lends, in years of normal income; kin lend what is beyond.
    pub bank_limit_years: f64,
    /// Debt repaid per year.
    pub repayment_share: f64,
    /// Interest per year.
    pub interest_share: f64,
    /// What productive assets fetch in a forced sale.
    pub forced_sale_share: f64,
    /// Share of the assets that are missing against founding which a household replaces in a year, out of savings above the
    /// buffer.
    pub asset_rebuild_per_year: f64,
    /// Cash per head and year paid to households that a cash programme reaches (a comparator; 0 in the baseline).
    pub cash_transfer_yuan_per_year: f64,
    /// Part of the cash transfer that a household gets: 0 outside a cash programme, 1 inside, so that a study can size the amount alone.
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
    /// Debt up to which the bank is the lender.
    pub bank_limit: Lane,
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
    /// The worth of assets that fetch one fen (0 where they fetch nothing).
    pub per_sale: f64,
}

/// How the households of a rule class live, ready for each household's own numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// Consumption floor per head, fen a month.
    floor: f64,
    /// A month's part of consumption relative to a year's normal income: at the bottom of the permanent score (-2), and how
    /// much is added up to the top (+2).
    consumed: [f64; 2],
    /// A month's part of what passes of a year's income shock into consumption, likewise.
    passed: [f64; 2],
    /// Savings aimed at, in years of normal income.
    buffer_years: f64,
    /// Debt limit in years of normal income.
    debt_limit_years: f64,
    /// Debt that the bank lends, in years of normal income.
    bank_limit_years: f64,
}

impl Ways {
    /// The habits of a household for a year.
    ///
    /// `normal` is its normal income and `expected` this year's, fen a year; `score` its permanent score; `size` its
    /// members.
    #[inline(always)]
    pub fn habits(&self, normal: f64, expected: f64, score: f64, size: f64) -> Habits {
        let greater = |one: f64, other: f64| if one > other { one } else { other };
        let part = (score + 2.0) * 0.25;
        let part = if part < 1.0 { greater(part, 0.0) } else { 1.0 };
        let along = |[poor, more]: [f64; 2]| poor + more * part;
        let floor = self.floor * size;
        let plan = along(self.consumed) * normal + along(self.passed) * (expected - normal);
        Habits {
            plan: whole(greater(plan, floor)),
            floor: whole(floor),
            buffer: whole(self.buffer_years * normal),
            debt_limit: whole(self.debt_limit_years * normal),
            bank_limit: whole(greater(self.bank_limit_years * normal, 0.0)),
        }
    }
}

impl LivelihoodRules {
    /// The habits of the class in a year of consumer prices `prices` relative to the base year.
    pub fn ways(&self, prices: f64) -> Ways {
        let by_score = |poor: f64, rich: f64| [poor / 12.0, (rich - poor) / 12.0];
        Ways {
            floor: self.floor_yuan_per_year * 100.0 * prices / 12.0,
            consumed: by_score(self.consumption_poor_ratio, self.consumption_rich_ratio),
            passed: by_score(self.shock_poor_share, self.shock_rich_share),
            buffer_years: self.buffer_years.max(0.0),
            debt_limit_years: self.debt_limit_years.max(0.0),
            bank_limit_years: self.bank_limit_years.max(0.0),
        }
    }

    /// What a household spends at the close of a year to replace assets: a part of what is missing against founding, out
    /// of savings above the buffer. A yuan buys what was worth a yuan at founding.
    pub fn rebuilt(&self, owned: Fen, founding: Fen, savings: Fen, buffer: Fen) -> Fen {
        let wanted = founding.less(owned).scaled(self.asset_rebuild_per_year.min(1.0));
        wanted.at_most(savings.less(buffer))
    }

    /// The shares of the class, by month.
    pub fn shares(&self) -> Shares {
        Shares {
            excess_spent: self.excess_spent_share / 12.0,
            cut: self.consumption_cut_share,
            repaid: self.repayment_share / 12.0,
            interest: self.interest_share / 12.0,
            sale: self.forced_sale_share,
            per_sale: if self.forced_sale_share > 0.0 {
                1.0 / self.forced_sale_share
            } else {
                0.0
            },
        }
    }
}
