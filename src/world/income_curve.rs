//! How a standard normal score becomes a yearly income per head: the published quintile means, as a curve.
//!
//! One lognormal cannot fit rural income (the ratio of median to mean and the ratio of the outer fifths ask for
//! different spreads), so the quantile function is built piece by piece: inside each of the first four fifths a power
//! curve between its bounds with exactly the published mean, in the top fifth a Pareto tail with exactly its mean.

use crate::maths;
use crate::units::whole;

const STEPS: usize = 1024;
const REACH: f64 = 4.0;

/// Yearly income per head by score, tabulated: the income at the lower end of each step and how much the step adds.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomeCurve {
    table: Box<[[f32; 2]; STEPS]>,
}

/// The probabilities that an income curve is tabulated at.
pub struct Probabilities(Vec<f64>);

impl Probabilities {
    /// Works them out.
    #[allow(clippy::new_without_default)] // there is nothing empty about it
    pub fn new() -> Probabilities {
        let score = |step: usize| -REACH + 2.0 * REACH * step as f64 / STEPS as f64;
        Probabilities((0..=STEPS).map(|step| maths::normal_cdf(score(step))).collect())
    }
}

impl IncomeCurve {
    /// Builds the curve from the five quintile means (yuan per head, ascending) and the lowest income.
    pub fn from_quintile_means(means: [f64; 5], lowest: f64) -> IncomeCurve {
        IncomeCurve::through(&Probabilities::new(), means, lowest)
    }

    /// Whether a curve can go through these means: each fifth must reach from below its mean to above it.
    pub fn takes(means: &[f64; 5], lowest: f64) -> bool {
        means[0] > lowest && means.windows(2).all(|two| two[0] < two[1]) && means[4] > top_bound(means)
    }

    /// As [`Self::from_quintile_means`], for a caller that makes several curves and works the probabilities out once.
    pub fn through(probabilities: &Probabilities, means: [f64; 5], lowest: f64) -> IncomeCurve {
        let at = |step: usize| quantile(&means, lowest, probabilities.0[step]);
        let mut table = Box::new([[0.0; 2]; STEPS]);
        let mut low = at(0);
        for (step, entry) in table.iter_mut().enumerate() {
            let high = at(step + 1);
            *entry = [low as f32, (high - low) as f32];
            low = high;
        }
        IncomeCurve { table }
    }

    /// The highest income that it can give, yuan per head and year.
    pub fn highest(&self) -> f64 {
        self.per_head(REACH)
    }

    /// Yuan per head and year at normal score `score`.
    #[inline(always)]
    pub fn per_head(&self, score: f64) -> f64 {
        const MOST: f64 = STEPS as f64 - 0.001;
        let at = (score + REACH) * (STEPS as f64 / (2.0 * REACH));
        let at = if at > 0.0 { at } else { 0.0 };
        let at = if at < MOST { at } else { MOST };
        // Rounding half a step lower is rounding down; a whole number may count as the end of the step below.
        let below = whole(at - 0.5);
        let [income, more] = self.table[below.abs() as i32 as usize % STEPS];
        f64::from(income) + f64::from(more) * (at - below)
    }
}

/// The quantile function at probability `p`.
fn quantile(means: &[f64; 5], lowest: f64, p: f64) -> f64 {
    let bound = |k: usize| {
        if k == 0 {
            lowest
        } else {
            f64::midpoint(means[k - 1], means[k])
        }
    };
    let fifth = ((p * 5.0) as usize).min(4);
    let within = (p * 5.0 - fifth as f64).clamp(0.0, 1.0);
    let low = if fifth == 4 { top_bound(means) } else { bound(fifth) };
    if fifth == 4 {
        let shape = means[4] / (means[4] - low);
        return low * maths::pow((1.0 - within).max(2e-4), -1.0 / shape);
    }
    let high = if fifth == 3 { top_bound(means) } else { bound(fifth + 1) };
    let power = (high - low) / (means[fifth] - low) - 1.0;
    low + (high - low) * if within > 0.0 { maths::pow(within, power) } else { 0.0 }
}

/// Where the top fifth begins: as far above the fourth mean as the fourth fifth's lower bound lies below it.
fn top_bound(means: &[f64; 5]) -> f64 {
    2.0 * means[3] - f64::midpoint(means[2], means[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reproduces_the_quintile_means_of_2020() {
        let means = [4681.5, 10391.6, 14711.7, 20884.5, 38520.3];
        let n = 500_000;
        for (fifth, mean) in means.iter().enumerate() {
            let sum: f64 = (0..n)
                .map(|i| {
                    quantile(
                        &means,
                        200.0,
                        (fifth as f64 + (f64::from(i) + 0.5) / f64::from(n)) / 5.0,
                    )
                })
                .sum();
            assert!(
                (sum / f64::from(n) / mean - 1.0).abs() < 0.01,
                "fifth {fifth}: {}",
                sum / f64::from(n)
            );
        }
        let curve = IncomeCurve::from_quintile_means(means, 200.0);
        assert!(curve.per_head(-1.0) < curve.per_head(0.0) && curve.per_head(0.0) < curve.per_head(2.5));
    }
}
