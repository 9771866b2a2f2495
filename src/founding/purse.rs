//! What households own and owe: savings, productive assets and debts, drawn from permanent income.
//!
//! Savings = `savings_median_yuan` x (income / its geometric mean) to the power `savings_income_elasticity_ratio` x
//! lognormal luck of `savings_log_sd`; income is that of a year at the permanent score. Assets =
//! `assets_farm_income_ratio` x farm income x luck. Medical debt stands with `medical_debt_share` of the third of
//! permanent income, other debt with `other_debt_share`; its mean is the ratio of a year's income, spread by
//! `debt_log_sd`. Each amount is top-coded at [`TOP_YUAN`], as the files of household surveys are: a lognormal tail has no end, and what
//! lies beyond bears on no poor household.

use super::drafts::Draft;
use super::rules::{FoundingRules, PurseRules};
use crate::draws::Stream;
use crate::maths;
use crate::units::Fen;
use crate::world::IncomeCurve;

/// Most that a founding household owns or owes of one kind, yuan: well below what a [`Fen32`](crate::units::Fen32) holds.
pub const TOP_YUAN: f64 = 2e7;

/// What one household owns and owes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purse {
    /// Liquid savings.
    pub savings: Fen,
    /// Productive assets.
    pub assets: Fen,
    /// Debt taken up to pay for care.
    pub medical_debt: Fen,
    /// Other debt.
    pub other_debt: Fen,
}

/// Draws purses for all households of a world.
pub struct Purses<'a> {
    rules: &'a PurseRules,
    curve: &'a IncomeCurve,
    /// The level of savings is set by their median: income is measured against its geometric mean over households.
    middle: f64,
    /// Amounts are drawn in yuan of 2020 and multiplied by this.
    incomes: f64,
    luck: Stream,
}

impl<'a> Purses<'a> {
    /// Purses for the households of `rows`, where incomes stand at `incomes` against those that the curve gives.
    pub fn new(
        rules: &'a FoundingRules,
        curve: &'a IncomeCurve,
        rows: &[Draft],
        incomes: f64,
        luck: Stream,
    ) -> Purses<'a> {
        let (mut logs, mut weights) = (0.0, 0.0);
        for draft in rows {
            let weight = f64::from(draft.weight);
            let income = income(curve, draft.permanent, u16::from(draft.size));
            logs += weight * maths::ln(income.max(1.0));
            weights += weight;
        }
        Purses {
            rules: &rules.purse,
            curve,
            middle: maths::exp(logs / f64::max(weights, 1e-12)),
            incomes,
            luck,
        }
    }

    /// The purse of household `who` with `size` members, the `permanent` score and the share `farm` of income from farming.
    pub fn draw(&self, who: u64, permanent: f32, size: u16, farm: f32) -> Purse {
        let Purses { rules, luck, .. } = self;
        let third = |of: &[f64], at: usize| of.get(at).copied().unwrap_or(0.0);
        let lognormal = |index: u64, sd: f64| maths::exp(sd * luck.normal(who, index) - 0.5 * sd * sd);
        let income = income(self.curve, permanent, size).max(1.0);
        let savings = rules.savings_median_yuan
            * maths::exp(
                rules.savings_income_elasticity_ratio * maths::ln(income / self.middle)
                    + rules.savings_log_sd * luck.normal(who, 0),
            );
        let farm = income * f64::from(farm);
        let assets = rules.assets_farm_income_ratio * farm * lognormal(1, rules.assets_log_sd);
        let yuan = |amount: f64| Fen::yuan((amount * self.incomes).min(TOP_YUAN));
        let mut purse = Purse {
            savings: yuan(savings),
            assets: yuan(assets),
            ..Purse::default()
        };
        let at = match permanent {
            score if f64::from(score) < -0.4307 => 0,
            score => 1 + usize::from(f64::from(score) > 0.4307),
        };
        if luck.happens(who, 2, third(&rules.medical_debt_share, at)) {
            let ratio = third(&rules.medical_debt_income_ratio, at);
            purse.medical_debt = yuan(ratio * income * lognormal(3, rules.debt_log_sd));
        }
        if luck.happens(who, 4, rules.other_debt_share) {
            purse.other_debt = yuan(rules.other_debt_income_ratio * income * lognormal(5, rules.debt_log_sd));
        }
        purse
    }
}

fn income(curve: &IncomeCurve, permanent: f32, size: u16) -> f64 {
    curve.per_head(f64::from(permanent)) * f64::from(size)
}
