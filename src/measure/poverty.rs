//! Poverty: how many are below a line, how far, and how unequally.
//!
//! `welfare` is of a row's unit (a person's share of the household), `line` its poverty line, above 0. A row is poor whose
//! welfare is strictly below its line. Welfare below 0 makes gaps above 1; without it every index here but Watts' is in
//! \[0, 1].

use super::ranking::Ranking;
use super::statistic::{Form, Smooth};
use std::sync::Arc;

/// The share of the line by which a row falls short; 0 at the line and above.
fn gap(welfare: f64, line: f64) -> f64 {
    if welfare < line { 1.0 - welfare / line } else { 0.0 }
}

fn gaps<'a>(welfare: &'a [f64], line: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    welfare.iter().zip(line).map(|(x, z)| gap(*x, *z))
}

/// Foster, Greer, Thorbecke (1984): the mean of `(1 - x/z)^alpha` over the poor and 0 over all others. Alpha 0 is the
/// headcount, 1 the gap, 2 the severity.
pub fn fgt(welfare: &[f64], line: &[f64], alpha: i32, units: &Arc<[f64]>) -> Smooth {
    let each = welfare.iter().zip(line);
    let column = each.map(|(x, z)| if x < z { gap(*x, *z).powi(alpha) } else { 0.0 });
    Smooth::new(units, Form::Mean).mean(column)
}

/// The mean shortfall in money, 0 for those at the line and above.
pub fn mean_gap(welfare: &[f64], line: &[f64], units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Mean).mean(shortfall(welfare, line))
}

/// The mean shortfall of the poor, in money.
pub fn mean_positive_gap(welfare: &[f64], line: &[f64], units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Ratio)
        .mean(shortfall(welfare, line))
        .mean(poor(welfare, line))
}

/// The mean shortfall of the poor, as a share of the line: gap over headcount.
pub fn normalised_mean_positive_gap(welfare: &[f64], line: &[f64], units: &Arc<[f64]>) -> Smooth {
    Smooth::new(units, Form::Ratio)
        .mean(gaps(welfare, line))
        .mean(poor(welfare, line))
}

fn poor<'a>(welfare: &'a [f64], line: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    welfare.iter().zip(line).map(|(x, z)| f64::from(x < z))
}

fn shortfall<'a>(welfare: &'a [f64], line: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    welfare.iter().zip(line).map(|(x, z)| (z - x).max(0.0))
}

/// Watts (1968): the mean of `ln(z/x)` over the poor and 0 over all others, of rows with welfare above 0 alone.
pub fn watts(welfare: &[f64], line: &[f64], units: &Arc<[f64]>) -> Smooth {
    let each = welfare.iter().zip(line);
    let column = each.map(|(x, z)| if x < z { (z / x).ln() } else { 0.0 });
    Smooth::new(&positive(welfare, units), Form::Mean).mean(column)
}

/// Sen, Shorrocks, Thon (Shorrocks 1995): the mean gap times 1 plus the Gini coefficient of gaps; that is the mean of gaps
/// weighted by 2(1 - r), r the rank from the poorest.
pub fn sen_shorrocks_thon(welfare: &[f64], line: &[f64], units: &Arc<[f64]>) -> Smooth {
    let shortfall: Vec<f64> = gaps(welfare, line).map(|gap| -gap).collect();
    let by = Arc::new(Ranking::of(&shortfall, units.clone()));
    Smooth::new(units, Form::RankWeighted)
        .ranked(gaps(welfare, line), &by)
        .mean(gaps(welfare, line))
}

/// Units where welfare is above 0, none elsewhere: what takes a logarithm is of these alone.
pub(super) fn positive(welfare: &[f64], units: &Arc<[f64]>) -> Arc<[f64]> {
    let each = welfare.iter().zip(units.iter());
    each.map(|(x, units)| if *x > 0.0 { *units } else { 0.0 }).collect()
}
