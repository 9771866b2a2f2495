//! Catastrophic spending: out-of-pocket spending beyond a share of what a household has.

use super::concentration::{self, Normalised};
use super::ranking::Ranking;
use super::statistic::{Column, Form, Smooth};
use std::sync::Arc;

/// Spending as a share of its denominator.
///
/// Who spends with nothing to spend from (a denominator of 0 or less) is beyond every threshold, with a share of 1; who spends
/// nothing has a share of 0 whatever there is.
pub fn share(oop: f64, denominator: f64) -> f64 {
    match (oop > 0.0, denominator > 0.0) {
        (false, _) => 0.0,
        (true, false) => 1.0,
        (true, true) => oop / denominator,
    }
}

/// The share of each row.
pub fn shares(oop: &[f64], denominator: &[f64]) -> Vec<f64> {
    oop.iter()
        .zip(denominator)
        .map(|(oop, all)| share(*oop, *all))
        .collect()
}

/// Shares of spending held against a threshold.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// 1 where the share is strictly above the threshold, else 0.
    event: Column,
    /// The excess of the share over the threshold, 0 where it is not above.
    excess: Column,
}

impl Beyond {
    /// Holds shares against a threshold (Wagstaff, van Doorslaer 2003).
    pub fn of(shares: &[f64], threshold: f64, units: &Arc<[f64]>) -> Beyond {
        let event = shares.iter().map(|share| f64::from(*share > threshold));
        let excess = shares.iter().map(|share| (share - threshold).max(0.0));
        Beyond {
            event: Column::of(event, units),
            excess: Column::of(excess, units),
        }
    }

    /// H, the share of units beyond the threshold.
    pub fn headcount(&self) -> Smooth {
        Smooth::mean(&self.event)
    }

    /// O, the mean excess over the threshold, 0 for those not beyond it.
    pub fn overshoot(&self) -> Smooth {
        Smooth::mean(&self.excess)
    }

    /// MPO = O/H, the mean excess of those beyond the threshold.
    pub fn mean_positive_overshoot(&self) -> Smooth {
        Smooth::new(Form::Ratio, [self.excess.mean(), self.event.mean()])
    }

    /// C_E, the concentration index of being beyond the threshold.
    pub fn headcount_concentration(&self, by: &Arc<Ranking>) -> Smooth {
        concentration::index(&self.event, by, Normalised::Plain)
    }

    /// C_O, the concentration index of the excess.
    pub fn overshoot_concentration(&self, by: &Arc<Ranking>) -> Smooth {
        concentration::index(&self.excess, by, Normalised::Plain)
    }

    /// H(1 - C_E): the headcount with more weight for the worse off.
    pub fn rank_weighted_headcount(&self, by: &Arc<Ranking>) -> Smooth {
        concentration::rank_weighted(&self.event, by)
    }

    /// O(1 - C_O): the overshoot with more weight for the worse off.
    pub fn rank_weighted_overshoot(&self, by: &Arc<Ranking>) -> Smooth {
        concentration::rank_weighted(&self.excess, by)
    }
}
