//! Means with their intervals, as the summary of a sweep has them.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    /// The mean.
    pub(super) mean: f64,
    /// The ends of the interval; none of a single value.
    pub(super) ends: Option<(f64, f64)>,
}

impl Estimate {
    /// The mean of values with Student's interval of that mean.
    pub(super) fn of(values: &[f64]) -> Option<Estimate> {
        let mean = mean(values)?;
        let freedom = values.len() - 1;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = (squares / freedom as f64 / values.len() as f64).sqrt();
        let half = t_quantile(freedom).map(|t| t * error);
        Some(Estimate {
            mean,
            ends: half.map(|half| (mean - half, mean + half)),
        })
    }

    /// The mean of values with the middle 95% of them.
    pub(super) fn middle(values: &[f64]) -> Option<Estimate> {
        let mean = mean(values)?;
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        // Type 7 of Hyndman and Fan (1996), as in the summary.
        let quantile = |share: f64| {
            let place = share * (sorted.len() - 1) as f64;
            let (low, part) = (place.floor() as usize, place.fract());
            let high = (low + 1).min(sorted.len() - 1);
            sorted[low] + part * (sorted[high] - sorted[low])
        };
        let ends = (sorted.len() > 1).then(|| (quantile(0.025), quantile(0.975)));
        Some(Estimate { mean, ends })
    }

    /// The same in other units.
    pub(super) fn times(self, factor: f64) -> Estimate {
        let ends = self.ends.map(|(low, high)| (low * factor, high * factor));
        Estimate {
            mean: self.mean * factor,
            ends: ends.map(|(one, other)| (one.min(other), one.max(other))),
        }
    }

    /// Whether the interval leaves zero out.
    pub(super) fn is_beyond_noise(&self) -> bool {
        self.ends.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }

    /// The least and the most that is drawn of it.
    pub(super) fn span(&self) -> (f64, f64) {
        let (low, high) = self.ends.unwrap_or((self.mean, self.mean));
        (low.min(self.mean), high.max(self.mean))
    }
}

/// The least and the most of all that is drawn.
pub(super) fn span_of(all: impl Iterator<Item = Estimate>) -> (f64, f64) {
    all.map(|one| one.span())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (own, most)| {
            (low.min(own), high.max(most))
        })
}

/// The mean; none of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The 97.5% point of Student's t; none without freedom.
pub(super) fn t_quantile(freedom: usize) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, freedom as f64).ok()?;
    Some(t.inverse_cdf(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables_of_t() {
        let one = Estimate::of(&[1.0, 2.0, 3.0]).unwrap();
        // t(0.975, 2) is 4.3027, the standard error 1/sqrt(3).
        let (low, high) = one.ends.unwrap();
        assert!((high - (2.0 + 4.302_653 / 3_f64.sqrt())).abs() < 1e-4 && (low + high - 4.0).abs() < 1e-9);
        assert_eq!(Estimate::of(&[5.0]).unwrap(), Estimate { mean: 5.0, ends: None });
        assert!(Estimate::of(&[]).is_none());
    }

    #[test]
    fn the_middle_of_draws_is_that_of_r() {
        // quantile(c(0, 10, 20, 30, 40), c(0.025, 0.975)) gives 1 and 39.
        let middle = Estimate::middle(&[40.0, 0.0, 10.0, 30.0, 20.0]).unwrap();
        assert_eq!((middle.mean, middle.ends), (20.0, Some((1.0, 39.0))));
        assert_eq!(middle.times(-1.0).ends, Some((-39.0, -1.0)));
    }
}
