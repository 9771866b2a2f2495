//! Concentration: how a variable is spread over people ranked from worst off to best.

use super::ranking::Ranking;
use super::statistic::{Form, Measured, Smooth};
use std::sync::Arc;

/// How a concentration index is normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Normalised {
    /// `C = 2 cov(y, r)/mean` (Wagstaff, Paci, van Doorslaer 1991).
    Plain,
    /// `mean C`.
    Generalised,
    /// `4 mean C/(high - low)` (Erreygers 2009).
    Erreygers {
        /// The lowest value that y can have.
        low: f64,
        /// The highest.
        high: f64,
    },
    /// `(high - low) mean C/((high - mean)(mean - low))`, `C/(1 - mean)` for a binary y (Wagstaff 2005).
    Wagstaff {
        /// The lowest value that y can have.
        low: f64,
        /// The highest.
        high: f64,
    },
}

/// The concentration index of `outcome`, ranked `by`.
pub fn index(outcome: &[f64], by: &Arc<Ranking>, how: Normalised, units: &Arc<[f64]>) -> Smooth {
    let form = match how {
        Normalised::Plain => Form::Concentration,
        Normalised::Generalised => Form::Generalised(1.0),
        Normalised::Erreygers { low, high } => Form::Generalised(4.0 / (high - low)),
        Normalised::Wagstaff { low, high } => Form::Wagstaff { low, high },
    };
    of(outcome, by, form, units)
}

/// The mean of `outcome` with more weight for the worse off: `mean (1 - C)`.
pub fn rank_weighted(outcome: &[f64], by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    of(outcome, by, Form::RankWeighted, units)
}

/// Kakwani (1977): the concentration index of `payment` less the Gini coefficient of what people have before paying, both
/// ranked `by` the latter. Above 0 where payments are progressive.
pub fn kakwani(payment: &[f64], before: &[f64], by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    of(payment, by, Form::Kakwani, units)
        .ranked(before.iter().copied(), by)
        .mean(before.iter().copied())
}

fn of(outcome: &[f64], by: &Arc<Ranking>, form: Form, units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, form)
        .ranked(outcome.iter().copied(), by)
        .mean(outcome.iter().copied())
}

/// The standard error of Kakwani, Wagstaff, van Doorslaer (1997) for a plain index, as chapter 8 of O'Donnell and others
/// (2008) has it: `var = (mean(a^2) - (1 + C)^2)/n`, `a = y/mean (2r - 1 - C) + 2 - q(r-) - q(r)`, q the concentration curve.
///
/// `a - (1 + C)` is the influence of a row times all weight, so that only the influence is asked for; n is the number of rows
/// with weight, and the mean is weighted. It knows of no strata and clusters.
pub fn formula_error(index: &Measured, weights: &[f64], units: &Arc<[f64]>) -> Option<f64> {
    let influence = index.influence.as_ref()?;
    let (mut whole, mut squares, mut rows) = (0.0, 0.0, 0.0);
    for ((u, weight), units) in influence.iter().zip(weights).zip(units.iter()) {
        let weight = weight * units;
        if weight > 0.0 {
            whole += weight;
            // The influence of a row is of all its units.
            squares += weight * (u / units).powi(2);
            rows += 1.0;
        }
    }
    Some((whole * squares / rows).sqrt())
}
