//! Inequality of welfare over all units.

use super::concentration::{self, Normalised};
use super::poverty::positive;
use super::ranking::Ranking;
use super::statistic::{Form, Smooth};
use std::sync::Arc;

/// Gini: `2 cov(x, r)/mean`, r the fractional rank, `by` welfare itself. Zeros and negative values count; it is not defined
/// where the mean is 0.
pub fn gini(welfare: &[f64], by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    concentration::index(welfare, by, Normalised::Plain, units)
}

/// Theil's T: the mean of `x/m ln(x/m)`, m the mean, of values above 0 alone.
pub fn theil(welfare: &[f64], units: &Arc<[f64]>) -> Smooth {
    let welfare = scaled(welfare);
    Smooth::new(&positive(&welfare, units), Form::Theil)
        .mean(welfare.iter().map(|x| x * x.ln()))
        .mean(welfare.iter().copied())
}

/// Mean log deviation (Theil's L): the mean of `ln(m/x)`, of values above 0 alone.
pub fn mean_log_deviation(welfare: &[f64], units: &Arc<[f64]>) -> Smooth {
    let welfare = scaled(welfare);
    Smooth::new(&positive(&welfare, units), Form::MeanLogDeviation)
        .mean(welfare.iter().map(|x| x.ln()))
        .mean(welfare.iter().copied())
}

/// Atkinson (1970) with aversion `epsilon` above 0: 1 less the equally distributed equivalent over the mean, of values above
/// 0 alone.
pub fn atkinson(welfare: &[f64], epsilon: f64, units: &Arc<[f64]>) -> Smooth {
    let welfare = scaled(welfare);
    let units = positive(&welfare, units);
    let smooth = if epsilon == 1.0 {
        Smooth::new(&units, Form::AtkinsonOne).mean(welfare.iter().map(|x| x.ln()))
    } else {
        Smooth::new(&units, Form::Atkinson(epsilon)).mean(welfare.iter().map(|x| x.powf(1.0 - epsilon)))
    };
    smooth.mean(welfare.iter().copied())
}

/// Welfare beside its largest value: logarithms and powers of money would hang on its unit in the last digits.
fn scaled(welfare: &[f64]) -> Vec<f64> {
    let most = welfare.iter().fold(0.0, |most: f64, x| most.max(*x));
    welfare.iter().map(|x| x / most).collect()
}
