//! The whole family of indicators on one sample, prepared once and measured with any weights.

mod list;
mod official;
mod spending;
mod welfare;

use super::national::{Lines, National};
use super::sample::{Sample, Weight};
use super::statistic::{Measured, Smooth, Weighing};

/// What the family is to hold.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whom catastrophic spending is counted over.
    pub weights: Vec<Weight>,
    /// Shares of the whole budget beyond which spending is catastrophic.
    pub budget: Vec<f64>,
    /// Shares of consumption other than food.
    pub non_food: Vec<f64>,
    /// Shares of capacity to pay, as the WHO has it.
    pub capacity: Vec<f64>,
    /// Poverty lines by name, per equivalent adult and year, above 0; the sample's own column is one more.
    pub lines: Vec<(String, f64)>,
    /// Shares of the median that are relative poverty lines.
    pub relative: Vec<f64>,
    /// What an international dollar of 2017 buys, in the currency of the sample; without it there is no SDG 3.8.2 of 2025.
    pub ppp: Option<f64>,
    /// Aversions to inequality, above 0.
    pub atkinson: Vec<f64>,
    /// The lowest and highest value that the outcome can have, for the indices of Erreygers and Wagstaff; without, they are left out.
    pub bounds: Option<(f64, f64)>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            weights: vec![Weight::Persons, Weight::Households],
            budget: vec![0.05, 0.10, 0.15, 0.25, 0.40],
            non_food: vec![0.15, 0.25, 0.40],
            capacity: vec![0.20, 0.30, 0.40],
            lines: Vec::new(),
            relative: vec![0.5, 0.6],
            ppp: None,
            atkinson: vec![0.5, 1.0, 2.0],
            bounds: Some((0.0, 1.0)),
        }
    }
}

/// An indicator as measured.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name in `docs/indicators.md`.
    pub indicator: &'static str,
    /// Its threshold, line or part; empty where there is one only.
    pub variant: String,
    /// How it is counted, in words.
    pub convention: String,
    /// Whom it is counted over.
    pub weight: Weight,
    /// Rows with weight that were used.
    pub n: usize,
    /// Of these, rows with the event, where the indicator is of one.
    pub events: Option<usize>,
    /// The value, and the influence of each row of the whole sample (0 outside the group).
    pub measured: Measured,
    /// Where the value hangs on lines that the sample itself draws: its influence with these lines as given, so that their
    /// own error is left out.
    pub influence_at_lines: Option<Vec<f64>>,
}

/// How an indicator is computed.
enum Statistic {
    /// In closed form.
    Smooth(Smooth),
    /// In closed form once the lines are drawn that hang on the weights; to be bootstrapped.
    Lined(Box<Lined>),
    /// Otherwise; to be bootstrapped.
    Scalar(Box<Scalar>),
}

/// A statistic at given lines.
type Lined = dyn Fn(&Lines) -> Smooth + Send + Sync;

/// A value at given lines and weights of the group.
type Scalar = dyn Fn(&Lines, &[f64]) -> f64 + Send + Sync;

/// An indicator before it is measured.
struct Indicator {
    name: &'static str,
    variant: String,
    convention: String,
    weight: Weight,
    /// Whether its first column is of an event, so that rows with it are counted.
    of_events: bool,
    statistic: Statistic,
}

/// A family whose sorted orders and columns are made: it can be measured with many weights.
pub struct Prepared {
    /// The rows of the group, by their place in the whole sample.
    rows: Vec<usize>,
    /// Weights of the whole sample.
    weights: Vec<f64>,
    national: National,
    indicators: Vec<Indicator>,
}

/// Measures the whole family with the sample's own weights.
pub fn family(sample: &Sample, settings: &Settings) -> Vec<Row> {
    Prepared::of(sample, settings).rows()
}

impl Prepared {
    /// Prepares the family of the whole sample.
    pub fn of(sample: &Sample, settings: &Settings) -> Prepared {
        Prepared::within(sample, settings, (0..sample.len()).collect())
    }

    /// Prepares the family of a group: the rows at these places, in ascending order. People are ranked within the group; what
    /// hangs on a median or a percentile of all (societal and relative lines, subsistence) is drawn from the whole sample.
    pub fn within(sample: &Sample, settings: &Settings, rows: Vec<usize>) -> Prepared {
        let group = sample.only(&rows);
        Prepared {
            rows,
            weights: sample.weight.clone(),
            national: National::of(sample, settings.ppp),
            indicators: list::all(&group, settings),
        }
    }

    /// All indicators with the sample's own weights and their influence.
    pub fn rows(&self) -> Vec<Row> {
        let weights = self.picked(&self.weights);
        let lines = self.national.lines(&self.weights);
        let mut weighing = Weighing::of(&weights);
        let row = |indicator: &Indicator| {
            let mut influence_at_lines = None;
            let (measured, events, used) = match &indicator.statistic {
                Statistic::Smooth(smooth) => {
                    let measured = smooth.measured_at(&mut weighing);
                    let influence = measured.influence.map(|influence| self.spread(&influence));
                    let measured = Measured { influence, ..measured };
                    (measured, smooth.events(&weights), smooth.used(&weights))
                }
                Statistic::Lined(smooth) => {
                    let smooth = smooth(&lines);
                    let measured = smooth.measured_at(&mut weighing);
                    influence_at_lines = measured.influence.map(|influence| self.spread(&influence));
                    (bare(measured.value), smooth.events(&weights), smooth.used(&weights))
                }
                Statistic::Scalar(value) => (bare(value(&lines, &weights)), 0, count(&weights)),
            };
            Row {
                indicator: indicator.name,
                variant: indicator.variant.clone(),
                convention: indicator.convention.clone(),
                weight: indicator.weight,
                n: used,
                events: indicator.of_events.then_some(events),
                measured,
                influence_at_lines,
            }
        };
        self.indicators.iter().map(row).collect()
    }

    /// The value of each indicator, in the order of [`Prepared::rows`], with other weights for the whole sample, as a
    /// bootstrap has them.
    pub fn values(&self, weights: &[f64]) -> Vec<f64> {
        let lines = self.national.lines(weights);
        let weights = self.picked(weights);
        let mut weighing = Weighing::of(&weights);
        let value = |indicator: &Indicator| match &indicator.statistic {
            Statistic::Smooth(smooth) => smooth.value_at(&mut weighing),
            Statistic::Lined(smooth) => smooth(&lines).value_at(&mut weighing),
            Statistic::Scalar(value) => value(&lines, &weights),
        };
        self.indicators.iter().map(value).collect()
    }

    /// The group's part of a column of the whole sample.
    fn picked(&self, column: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|&row| column[row]).collect()
    }

    /// A column of the group over the whole sample, 0 elsewhere.
    fn spread(&self, column: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.weights.len()];
        for (&row, value) in self.rows.iter().zip(column) {
            all[row] = *value;
        }
        all
    }
}

fn bare(value: f64) -> Measured {
    Measured { value, influence: None }
}

fn count(weights: &[f64]) -> usize {
    weights.iter().filter(|weight| **weight > 0.0).count()
}
