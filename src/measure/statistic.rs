//! An indicator as a smooth function of weighted means: its value and its influence come from one formula.

use super::ranking::Ranking;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value and, where there is a closed form, what each row contributes to its variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The value; NaN where it is not defined.
    pub value: f64,
    /// The influence u of each row: the derivative of the value by the row's weight. The weighted sum of u is 0, and the
    /// variance of the value is that of the weighted sum of u under the design (Deville 1999).
    pub influence: Option<Vec<f64>>,
}

impl Measured {
    /// The standard error under simple random sampling with replacement of rows with these weights, as Stata's linearised
    /// variance has it without strata and clusters: n/(n-1) sum of (w u - mean)^2.
    pub fn simple_error(&self, weights: &[f64]) -> Option<f64> {
        let each: Vec<f64> = self
            .influence
            .as_ref()?
            .iter()
            .zip(weights)
            .map(|(u, w)| u * w)
            .collect();
        let n = each.len() as f64;
        let mean = each.iter().sum::<f64>() / n;
        let squares: f64 = each.iter().map(|each| (each - mean).powi(2)).sum();
        Some((squares * n / (n - 1.0)).sqrt())
    }
}

/// A column of values, each of so many units: members, households, or none where a row is left out.
#[derive(Clone, Debug)]
pub struct Column {
    /// Values times units.
    totals: Arc<[f64]>,
    units: Arc<[f64]>,
}

impl Column {
    /// A value for each row. A row without units may have a value that is none, like the logarithm of 0.
    pub fn of(values: impl IntoIterator<Item = f64>, units: &Arc<[f64]>) -> Column {
        let each = values.into_iter().zip(units.iter());
        Column {
            totals: each
                .map(|(value, &units)| if units == 0.0 { 0.0 } else { value * units })
                .collect(),
            units: units.clone(),
        }
    }

    /// Its weighted mean.
    pub fn mean(&self) -> Mean {
        Mean {
            column: self.clone(),
            by: None,
        }
    }

    /// The weighted mean of it times the fractional rank of the row.
    pub fn ranked(&self, by: &Arc<Ranking>) -> Mean {
        Mean {
            column: self.clone(),
            by: Some(by.clone()),
        }
    }
}

/// A weighted mean over units: of a column, or of a column times ranks.
#[derive(Clone, Debug)]
pub struct Mean {
    column: Column,
    by: Option<Arc<Ranking>>,
}

/// What is made of the means, called A, B, ... in the order in which they were given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// A.
    Mean,
    /// A / B.
    Ratio,
    /// A / B - ln B: Theil, of x ln x and x.
    Theil,
    /// ln B - A: mean log deviation, of ln x and x.
    MeanLogDeviation,
    /// 1 - A^(1/(1-epsilon)) / B: Atkinson, of x^(1-epsilon) and x.
    Atkinson(f64),
    /// 1 - exp A / B: Atkinson at epsilon 1, of ln x and x.
    AtkinsonOne,
    /// 2 A / B - 1: concentration index, of y r and y.
    Concentration,
    /// So many times 2 A - B: generalised (1) and Erreygers (4 / (high - low)), of y r and y.
    Generalised(f64),
    /// (2 A - B)(high - low) / ((high - B)(B - low)): Wagstaff, of y r and y.
    Wagstaff {
        /// The lowest value that y can have.
        low: f64,
        /// The highest.
        high: f64,
    },
    /// 2 (B - A): the mean with more weight for the worse off, B (1 - C), of y r and y.
    RankWeighted,
    /// (2 A / B - 1) - (2 C / D - 1): the difference of two concentration indices.
    Kakwani,
}

impl Form {
    fn value(self, means: &[f64]) -> f64 {
        let [a, b, c, d] = four(means);
        match self {
            Form::Mean => a,
            Form::Ratio => a / b,
            Form::Theil => a / b - b.ln(),
            Form::MeanLogDeviation => b.ln() - a,
            Form::Atkinson(epsilon) => 1.0 - a.powf(1.0 / (1.0 - epsilon)) / b,
            Form::AtkinsonOne => 1.0 - a.exp() / b,
            // Of a mean that is not above 0 it says nothing.
            Form::Concentration if b <= 0.0 => f64::NAN,
            Form::Concentration => 2.0 * a / b - 1.0,
            Form::Generalised(times) => times * (2.0 * a - b),
            Form::Wagstaff { low, high } => (2.0 * a - b) * (high - low) / ((high - b) * (b - low)),
            Form::RankWeighted => 2.0 * (b - a),
            Form::Kakwani => 2.0 * a / b - 2.0 * c / d,
        }
    }

    /// Derivatives by A, B, C and D.
    fn gradient(self, means: &[f64]) -> [f64; 4] {
        let [a, b, c, d] = four(means);
        let two = |by_a: f64, by_b: f64| [by_a, by_b, 0.0, 0.0];
        match self {
            Form::Mean => two(1.0, 0.0),
            Form::Ratio => two(1.0 / b, -a / (b * b)),
            Form::Theil => two(1.0 / b, -a / (b * b) - 1.0 / b),
            Form::MeanLogDeviation => two(-1.0, 1.0 / b),
            Form::Atkinson(epsilon) => {
                let power = 1.0 / (1.0 - epsilon);
                two(-power * a.powf(power - 1.0) / b, a.powf(power) / (b * b))
            }
            Form::AtkinsonOne => two(-a.exp() / b, a.exp() / (b * b)),
            Form::Concentration => two(2.0 / b, -2.0 * a / (b * b)),
            Form::Generalised(times) => two(2.0 * times, -times),
            Form::Wagstaff { low, high } => {
                let scale = (high - low) / ((high - b) * (b - low));
                let slope = scale * (1.0 / (high - b) - 1.0 / (b - low));
                two(2.0 * scale, (2.0 * a - b) * slope - scale)
            }
            Form::RankWeighted => two(-2.0, 2.0),
            Form::Kakwani => [2.0 / b, -2.0 * a / (b * b), -2.0 / d, 2.0 * c / (d * d)],
        }
    }
}

fn four(means: &[f64]) -> [f64; 4] {
    std::array::from_fn(|at| means.get(at).copied().unwrap_or(0.0))
}

/// A smooth function of weighted means.
#[derive(Clone, Debug)]
pub struct Smooth {
    form: Form,
    means: Vec<Mean>,
    units: Arc<[f64]>,
}

impl Smooth {
    /// A function of means, of columns with the same units.
    pub fn new<const N: usize>(form: Form, means: [Mean; N]) -> Smooth {
        Smooth {
            form,
            units: means[0].column.units.clone(),
            means: means.into(),
        }
    }

    /// The mean of a column alone.
    pub fn mean(column: &Column) -> Smooth {
        Smooth::new(Form::Mean, [column.mean()])
    }

    /// The value with these weights.
    pub fn value(&self, weights: &[f64]) -> f64 {
        self.value_at(&mut Weighing::of(weights))
    }

    /// The value and the influence of each row.
    pub fn measured(&self, weights: &[f64]) -> Measured {
        self.measured_at(&mut Weighing::of(weights))
    }

    /// Rows with weight that the means are of.
    pub(super) fn used(&self, weights: &[f64]) -> usize {
        let each = weights.iter().zip(self.units.iter());
        each.filter(|(weight, units)| **weight > 0.0 && **units > 0.0).count()
    }

    /// Of these, rows where the first column is not 0.
    pub(super) fn events(&self, weights: &[f64]) -> usize {
        let each = weights.iter().zip(self.means[0].column.totals.iter());
        each.filter(|(weight, total)| **weight > 0.0 && **total != 0.0).count()
    }

    pub(super) fn value_at(&self, weighing: &mut Weighing) -> f64 {
        self.form.value(&self.means(weighing))
    }

    fn means(&self, weighing: &mut Weighing) -> Vec<f64> {
        let whole = weighing.whole(&self.units);
        self.means.iter().map(|mean| weighing.sum(mean) / whole).collect()
    }

    pub(super) fn measured_at(&self, weighing: &mut Weighing) -> Measured {
        let means = self.means(weighing);
        let whole = weighing.whole(&self.units);
        let gradient = self.form.gradient(&means);
        let mut influence = vec![0.0; weighing.weights.len()];
        for ((mean, value), slope) in self.means.iter().zip(&means).zip(gradient) {
            let (totals, slope) = (&mean.column.totals, slope / whole);
            let Some(by) = &mean.by else {
                for ((u, total), units) in influence.iter_mut().zip(totals.iter()).zip(self.units.iter()) {
                    *u += slope * (total - units * value);
                }
                continue;
            };
            // A row adds its own value at its rank, and its weight moves the ranks of all above it.
            let above = by.above(weighing.weights, totals);
            let ranks = &weighing.ranks(by).ranks;
            for (row, u) in influence.iter_mut().enumerate() {
                *u += slope * (totals[row] * ranks[row] + self.units[row] * (above[row] - 2.0 * value));
            }
        }
        Measured {
            value: self.form.value(&means),
            influence: Some(influence),
        }
    }
}

/// Weights, and what all statistics share that hangs on them.
pub(super) struct Weighing<'a> {
    pub weights: &'a [f64],
    wholes: Known<Arc<[f64]>, f64>,
    sums: Known<Mean, f64>,
    ranks: Known<Arc<Ranking>, Ranks>,
}

/// What is known of a thing, found by where the thing lies.
type Known<Thing, What> = BTreeMap<(usize, usize), (Thing, What)>;

/// Fractional ranks, alone and times the weights.
struct Ranks {
    ranks: Vec<f64>,
    weighted: Vec<f64>,
}

impl<'a> Weighing<'a> {
    pub fn of(weights: &'a [f64]) -> Weighing<'a> {
        Weighing {
            weights,
            wholes: Known::new(),
            sums: Known::new(),
            ranks: Known::new(),
        }
    }

    /// All weight of these units.
    fn whole(&mut self, units: &Arc<[f64]>) -> f64 {
        let place = (units.as_ptr().addr(), 0);
        let weights = self.weights;
        let known = self.wholes.entry(place);
        known.or_insert_with(|| (units.clone(), dot(weights, units))).1
    }

    /// The weighted sum of a column, times ranks where it is ranked.
    fn sum(&mut self, mean: &Mean) -> f64 {
        let totals = &mean.column.totals;
        let place = (totals.as_ptr().addr(), mean.by.as_ref().map_or(0, address));
        if let Some((_, sum)) = self.sums.get(&place) {
            return *sum;
        }
        let sum = match &mean.by {
            None => dot(self.weights, totals),
            Some(by) => dot(&self.ranks(by).weighted, totals),
        };
        self.sums.insert(place, (mean.clone(), sum));
        sum
    }

    fn ranks(&mut self, ranking: &Arc<Ranking>) -> &Ranks {
        let weights = self.weights;
        let entry = self.ranks.entry((address(ranking), 0));
        let (_, ranks) = entry.or_insert_with(|| {
            let ranks = ranking.ranks(weights);
            let weighted = ranks.iter().zip(weights).map(|(rank, weight)| rank * weight).collect();
            (ranking.clone(), Ranks { ranks, weighted })
        });
        ranks
    }
}

fn address(ranking: &Arc<Ranking>) -> usize {
    Arc::as_ptr(ranking).addr()
}

/// Sum of products, in eight lanes that are added up last: always in one order, and fast.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}
