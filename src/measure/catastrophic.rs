//! Catastrophic spending: out-of-pocket spending beyond a share of what a household has.

use super::concentration;
use super::ranking::Ranking;
use super::statistic::{Form, Smooth};
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

/// The excess of a share over a threshold, 0 where it is not above.
pub fn excess(shares: &[f64], threshold: f64) -> Vec<f64> {
    shares.iter().map(|share| (share - threshold).max(0.0)).collect()
}

/// 1 where a share is strictly above the threshold, else 0.
pub fn beyond(shares: &[f64], threshold: f64) -> Vec<f64> {
    shares.iter().map(|share| f64::from(*share > threshold)).collect()
}

/// H, the share of units beyond the threshold (Wagstaff, van Doorslaer 2003).
pub fn headcount(shares: &[f64], threshold: f64, units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Mean).mean(beyond(shares, threshold))
}

/// O, the mean excess over the threshold, 0 for those not beyond it.
pub fn overshoot(shares: &[f64], threshold: f64, units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Mean).mean(excess(shares, threshold))
}

/// MPO = O/H, the mean excess of those beyond the threshold.
pub fn mean_positive_overshoot(shares: &[f64], threshold: f64, units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Ratio)
        .mean(excess(shares, threshold))
        .mean(beyond(shares, threshold))
}

/// H(1 - C_E): the headcount with more weight for the worse off.
pub fn rank_weighted_headcount(shares: &[f64], threshold: f64, by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    concentration::rank_weighted(&beyond(shares, threshold), by, units)
}

/// O(1 - C_O): the overshoot with more weight for the worse off.
pub fn rank_weighted_overshoot(shares: &[f64], threshold: f64, by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    concentration::rank_weighted(&excess(shares, threshold), by, units)
}
