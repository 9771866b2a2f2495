//! Means over replicates and how sure they are.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean over replicates with its 95% interval by Student's t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mean {
    /// The mean.
    pub(super) mean: f64,
    /// The ends of the interval; the whole line with one replicate.
    pub(super) interval: (f64, f64),
}

impl Mean {
    /// Of one value a replicate.
    pub(super) fn of(values: &[f64]) -> Mean {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let half = if values.len() < 2 {
            f64::INFINITY
        } else {
            t(values.len() - 1) * (covariance(values, values) / n).sqrt()
        };
        Mean {
            mean,
            interval: (mean - half, mean + half),
        }
    }

    /// 1 or -1 where the interval lies on one side of zero, 0 where it does not.
    pub(super) fn sign(&self) -> i32 {
        i32::from(self.interval.0 > 0.0) - i32::from(self.interval.1 < 0.0)
    }
}

/// The 97.5% point of Student's t.
pub(super) fn t(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975))
}

/// The covariance of values in pairs; at least two.
pub(super) fn covariance(one: &[f64], two: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (x, y) = (mean(one), mean(two));
    let products = one.iter().zip(two).map(|(a, b)| (a - x) * (b - y));
    products.sum::<f64>() / (one.len() as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_the_interval_of_student() {
        // 1, 2, 3: standard error 1/sqrt(3), t(0.975, 2) = 4.303.
        let mean = Mean::of(&[1.0, 2.0, 3.0]);
        assert!((mean.mean - 2.0).abs() < 1e-12 && (mean.interval.1 - 2.0 - 4.302_65 / 3f64.sqrt()).abs() < 1e-4);
        assert_eq!(
            (
                mean.sign(),
                Mean::of(&[5.0, 5.1, 4.9]).sign(),
                Mean::of(&[-5.0, -5.1]).sign()
            ),
            (0, 1, -1)
        );
    }
}
