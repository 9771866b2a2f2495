//! Lines that the sample itself draws: medians, the societal poverty line, the subsistence line of the WHO.
//!
//! They are of all rows, also where an indicator is of a group.

use super::ranking::{Sorted, quantile};
use super::sample::{Sample, Weight};
use super::statistic::dot;

/// Days of a year.
const DAYS: f64 = 365.0;
/// Economies of scale of the subsistence line (Xu and others 2003).
pub(super) const BETA: f64 = 0.56;

/// Lines as they stand with some weights; NaN where the sample lacks what they are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// Median of gross consumption per equivalent adult.
    pub median_consumption: f64,
    /// Median of income per equivalent adult.
    pub median_income: f64,
    /// Societal poverty line, international dollars of 2017 per person and day.
    pub societal: f64,
    /// Subsistence spending of a household of one.
    pub subsistence: f64,
}

/// What the lines are drawn from, sorted once.
pub(super) struct National {
    consumption: Option<Sorted>,
    income: Option<Sorted>,
    daily: Option<Sorted>,
    food: Option<Food>,
}

/// Food as a share of consumption, and what is eaten by an equivalent adult of the WHO's scale.
struct Food {
    shares: Sorted,
    share: Vec<f64>,
    eaten: Vec<f64>,
}

impl National {
    /// Sorts what the lines need; `ppp` is what an international dollar of 2017 buys, in the currency of the sample.
    pub fn of(sample: &Sample, ppp: Option<f64>) -> National {
        let persons = sample.units(Weight::Persons);
        let gross = sample.gross();
        let sorted = |column: &Vec<f64>| Sorted::of(&sample.per_adult(column), persons.clone());
        let daily = gross.as_ref().zip(ppp).map(|(gross, ppp)| {
            let heads = gross.iter().zip(&sample.size);
            let values: Vec<f64> = heads.map(|(c, size)| c / (size * ppp * DAYS)).collect();
            Sorted::of(&values, persons.clone())
        });
        let food = gross.as_ref().zip(sample.food.as_ref()).map(|(gross, food)| {
            let share: Vec<f64> = food
                .iter()
                .zip(gross)
                .map(|(f, c)| if *c > 0.0 { f / c } else { 0.0 })
                .collect();
            let eaten = food
                .iter()
                .zip(&sample.size)
                .map(|(f, size)| f / size.powf(BETA))
                .collect();
            Food {
                shares: Sorted::of(&share, sample.units(Weight::Households)),
                share,
                eaten,
            }
        });
        National {
            consumption: gross.as_ref().map(sorted),
            income: sample.income.as_ref().map(sorted),
            daily,
            food,
        }
    }

    /// The lines with these weights.
    pub fn lines(&self, weights: &[f64]) -> Lines {
        let median = |of: &Option<Sorted>| of.as_ref().map_or(f64::NAN, |of| of.quantile(weights, 0.5));
        Lines {
            median_consumption: median(&self.consumption),
            median_income: median(&self.income),
            societal: societal(median(&self.daily)),
            subsistence: self.food.as_ref().map_or(f64::NAN, |food| food.subsistence(weights)),
        }
    }
}

/// The societal poverty line of the World Bank, dollars of 2017 PPP per person and day: max(2.15, 1.15 + median/2) (Jolliffe,
/// Prydz 2021; in SDG 3.8.2 as adopted in March 2025).
pub fn societal(median: f64) -> f64 {
    // Nothing is drawn from no median.
    if median.is_nan() {
        median
    } else {
        (1.15 + 0.5 * median).max(2.15)
    }
}

/// A line in dollars per person and day, as money of a household of so many members and year.
pub(super) fn yearly(dollars: f64, ppp: f64, size: f64) -> f64 {
    dollars * ppp * DAYS * size
}

impl Food {
    /// The weighted mean of food by equivalent adult among households whose share of food is from its 45th to its 55th
    /// percentile, both included.
    fn subsistence(&self, weights: &[f64]) -> f64 {
        let ascending = self.shares.weighted(weights);
        let (low, high) = (quantile(ascending.clone(), 0.45), quantile(ascending, 0.55));
        let within: Vec<f64> = self
            .share
            .iter()
            .map(|share| f64::from((low..=high).contains(share)))
            .collect();
        let weights: Vec<f64> = weights
            .iter()
            .zip(&within)
            .map(|(weight, within)| weight * within)
            .collect();
        dot(&weights, &self.eaten) / weights.iter().sum::<f64>()
    }
}

/// What a household can pay by the WHO (Xu and others 2003): consumption less subsistence, or less food where it eats for
/// less than that.
pub(super) fn capacity_to_pay(gross: f64, food: f64, subsistence: f64) -> f64 {
    gross - subsistence.min(food)
}

/// What the richest fifth has over what the poorest has (S80/S20), as EU-SILC and laeken (`qsr`) have it; NaN where the poorest
/// have nothing.
pub(super) fn quintile_ratio(sorted: &Sorted, weights: &[f64]) -> f64 {
    let (low, high) = (sorted.quantile(weights, 0.2), sorted.quantile(weights, 0.8));
    let sum = |within: &dyn Fn(f64) -> bool| -> f64 {
        let each = sorted.weighted(weights).filter(|(x, _)| within(*x));
        each.map(|(x, weight)| x * weight).sum()
    };
    let poorest = sum(&|x| x <= low);
    if poorest > 0.0 {
        sum(&|x| x > high) / poorest
    } else {
        f64::NAN
    }
}

/// How far the median of the poor is below the line, as a share of it (EU-SILC; laeken's `rmpg`).
pub(super) fn relative_median_gap(sorted: &Sorted, line: f64, weights: &[f64]) -> f64 {
    if line <= 0.0 {
        return f64::NAN;
    }
    let poor = sorted.weighted(weights).take_while(|(x, _)| *x < line);
    1.0 - quantile(poor, 0.5) / line
}
