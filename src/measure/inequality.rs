//! Inequality of welfare over all units.

use super::concentration::{self, Normalised};
use super::poverty::positive;
use super::ranking::Ranking;
use super::statistic::{Column, Form, Smooth};
use std::sync::Arc;

/// Gini: `2 cov(x, r)/mean`, r the fractional rank, `by` welfare itself. Zeros and negative values count; it is not defined
/// where the mean is 0.
pub fn gini(welfare: &[f64], by: &Arc<Ranking>, units: &Arc<[f64]>) -> Smooth {
    concentration::index(&Column::of(welfare.iter().copied(), units), by, Normalised::Plain)
}

/// Theil's T: the mean of `x/m ln(x/m)`, m the mean, of values above 0 alone.
pub fn theil(welfare: &[f64], units: &Arc<[f64]>) -> Smooth {
    of_positive(Form::Theil, |x| x * x.ln(), welfare, units)
}

/// Mean log deviation (Theil's L): the mean of `ln(m/x)`, of values above 0 alone.
pub fn mean_log_deviation(welfare: &[f64], units: &Arc<[f64]>) -> Smooth {
    of_positive(Form::MeanLogDeviation, f64::ln, welfare, units)
}

/// Atkinson (1970) with aversion `epsilon` above 0: 1 less the equally distributed equivalent over the mean, of values above
/// 0 alone.
pub fn atkinson(welfare: &[f64], epsilon: f64, units: &Arc<[f64]>) -> Smooth {
    if epsilon == 1.0 {
        of_positive(Form::AtkinsonOne, f64::ln, welfare, units)
    } else {
        let power = |x: f64| x.powf(1.0 - epsilon);
        of_positive(Form::Atkinson(epsilon), power, welfare, units)
    }
}

/// A form of two means: of a function of values above 0, and of these values.
fn of_positive(form: Form, of: impl Fn(f64) -> f64, welfare: &[f64], units: &Arc<[f64]>) -> Smooth {
    let units = positive(welfare, units);
    // Beside the largest: logarithms and powers of money would hang on its unit in the last digits.
    let most = welfare.iter().fold(0.0, |most: f64, x| most.max(*x));
    let values = || welfare.iter().map(|x| x / most);
    let (made, plain) = (Column::of(values().map(of), &units), Column::of(values(), &units));
    Smooth::new(form, [made.mean(), plain.mean()])
}
