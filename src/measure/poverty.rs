//! Poverty: how many are below a line, how far, and how unequally.

use super::ranking::Ranking;
use super::statistic::{Column, Form, Smooth};
use std::sync::Arc;

/// Welfare held against a poverty line. A row is poor whose welfare is strictly below it. Welfare below 0 makes gaps above 1;
/// without it every index but Watts' is from 0 to 1.
#[derive(Clone, Debug)]
pub struct Poverty<'a> {
    welfare: &'a [f64],
    line: &'a [f64],
    units: &'a Arc<[f64]>,
    poor: Column,
    /// The share of the line by which the poor fall short.
    gap: Column,
    /// The same in money.
    shortfall: Column,
}

impl<'a> Poverty<'a> {
    /// Welfare of each row's unit, and the line for it, above 0.
    pub fn of(welfare: &'a [f64], line: &'a [f64], units: &'a Arc<[f64]>) -> Poverty<'a> {
        let each = || welfare.iter().zip(line);
        Poverty {
            welfare,
            line,
            units,
            poor: Column::of(each().map(|(x, z)| f64::from(x < z)), units),
            gap: Column::of(each().map(|(x, z)| gap(*x, *z)), units),
            shortfall: Column::of(each().map(|(x, z)| (z - x).max(0.0)), units),
        }
    }

    /// The share of units that are poor: FGT 0.
    pub fn headcount(&self) -> Smooth {
        Smooth::mean(&self.poor)
    }

    /// The mean of `1 - x/z` over the poor and 0 over all others: FGT 1.
    pub fn gap(&self) -> Smooth {
        Smooth::mean(&self.gap)
    }

    /// The mean of `(1 - x/z)^2` over the poor and 0 over all others: FGT 2 (Foster, Greer, Thorbecke 1984).
    pub fn severity(&self) -> Smooth {
        let squares = self.welfare.iter().zip(self.line).map(|(x, z)| gap(*x, *z).powi(2));
        Smooth::mean(&Column::of(squares, self.units))
    }

    /// The mean shortfall in money, 0 for those at the line and above.
    pub fn mean_gap(&self) -> Smooth {
        Smooth::mean(&self.shortfall)
    }

    /// The mean shortfall of the poor, in money.
    pub fn mean_positive_gap(&self) -> Smooth {
        Smooth::new(Form::Ratio, [self.shortfall.mean(), self.poor.mean()])
    }

    /// The mean shortfall of the poor, as a share of the line.
    pub fn normalised_mean_positive_gap(&self) -> Smooth {
        Smooth::new(Form::Ratio, [self.gap.mean(), self.poor.mean()])
    }

    /// Watts (1968): the mean of `ln(z/x)` over the poor and 0 over all others, of rows with welfare above 0 alone.
    pub fn watts(&self) -> Smooth {
        let each = self.welfare.iter().zip(self.line);
        let logs = each.map(|(x, z)| if x < z { (z / x).ln() } else { 0.0 });
        Smooth::mean(&Column::of(logs, &positive(self.welfare, self.units)))
    }

    /// Sen, Shorrocks, Thon (Shorrocks 1995): the mean gap times 1 plus the Gini coefficient of gaps; that is the mean of gaps
    /// weighted by 2(1 - r), r the rank from the poorest.
    pub fn sen_shorrocks_thon(&self) -> Smooth {
        let by: Vec<f64> = self.welfare.iter().zip(self.line).map(|(x, z)| -gap(*x, *z)).collect();
        let by = Arc::new(Ranking::of(&by, self.units.clone()));
        Smooth::new(Form::RankWeighted, [self.gap.ranked(&by), self.gap.mean()])
    }
}

/// The share of the line by which a row falls short; 0 at the line and above.
fn gap(welfare: f64, line: f64) -> f64 {
    if welfare < line { 1.0 - welfare / line } else { 0.0 }
}

/// Units where welfare is above 0, none elsewhere: what takes a logarithm is of these alone.
pub(super) fn positive(welfare: &[f64], units: &Arc<[f64]>) -> Arc<[f64]> {
    let each = welfare.iter().zip(units.iter());
    each.map(|(x, units)| if *x > 0.0 { *units } else { 0.0 }).collect()
}
