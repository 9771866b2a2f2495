//! A bill, whose it is, and who pays it.

use super::{Funder, MAX_LAYERS, Service};
use crate::units::{Fen, Ppm};
use crate::world::{Category, Condition, Provider};

/// A bill before any layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The whole bill.
    pub total: Fen,
    /// The part inside the catalogue.
    pub catalogue: Fen,
    /// The drug part (for prices and tables; either part may hold drugs).
    pub drugs: Fen,
}

/// Whose bill it is.
#[derive(Clone, Copy, Debug)]
pub struct Claimant {
    /// Kind of care.
    pub service: Service,
    /// Where.
    pub provider: Provider,
    /// Standing of the household this month.
    pub category: Category,
    /// The condition the bill is for.
    pub condition: Option<Condition>,
    /// Enrolled this year.
    pub enrolled: bool,
    /// The village clinic settles on the spot.
    pub designated: bool,
    /// Referred or filed; means something for admissions only.
    pub referred: bool,
    /// What pool-funded layers pay of their promise this year.
    pub fund_rate: Ppm,
    /// What capped aid pays of its promise this year.
    pub aid_rate: Ppm,
}

/// Who pays a bill: the layers, and the household the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// By layer, in order.
    pub layers: [Fen; MAX_LAYERS],
    /// The household's part (oop), before it is known whether it can pay.
    pub household: Fen,
    /// Of the layers' part, what arrives later; the household advances it.
    pub delayed: Fen,
    /// Months until the delayed part arrives.
    pub delay_months: i32,
    /// What aid would have paid without its budget ratio, less what it paid.
    pub aid_cut: Fen,
}

/// A bill split: the sums of a [`Settlement`], without its layers one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The household's part (oop), before it is known whether it can pay.
    pub household: Fen,
    /// Of the layers' part, what arrives later; the household advances it.
    pub delayed: Fen,
    /// Months until the delayed part arrives.
    pub delay_months: i32,
    /// What aid would have paid without its budget ratio, less what it paid.
    pub aid_cut: Fen,
    /// Of an admission, paid by the first pool-funded layer that looks at each afresh: the basic insurance, of which the
    /// bulletins report the in-catalogue rate by tier.
    pub basic: Fen,
}

impl Split {
    /// Of the layers' part, `paid` arrives after so many months. Out of line: few layers keep people waiting.
    #[inline(never)]
    pub(super) fn wait_for(&mut self, paid: Fen, months: i32) {
        self.delayed += paid;
        self.delay_months = self.delay_months.max(months);
    }
}

impl Claimant {
    /// What is paid of a promise: pools in deficit and exhausted aid budgets pay a part.
    #[inline]
    pub(super) fn rate(&self, promised: Fen, funder: Funder) -> Fen {
        let rate = self.rate_of(funder);
        if rate == Ppm::ONE { promised } else { promised * rate }
    }

    /// The share of its promises that a funder meets this year.
    #[inline]
    pub(super) fn rate_of(&self, funder: Funder) -> Ppm {
        match funder {
            Funder::Pool => self.fund_rate,
            Funder::AidBudget => self.aid_rate,
            Funder::Programme | Funder::Insurer => Ppm::ONE,
        }
    }
}
