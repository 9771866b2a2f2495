//! A scenario that can be chosen instead of the base, and what its replicates say of its worth.

use super::mean::{Mean, covariance, t};

/// What a scenario costs and averts in one replicate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// The replicate.
    pub(super) replicate: u32,
    /// Extra public cost over all years, yuan.
    pub(super) cost: f64,
    /// Averted over all years.
    pub(super) averted: f64,
    /// Extra public cost, yuan a head and year.
    pub(super) cost_a_head: f64,
    /// Averted per 1,000 of those it is about, and year.
    pub(super) averted_per_1000: f64,
}

/// A scenario that can be chosen instead of the base.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Its identifier.
    pub(super) scenario: String,
    /// Its place in the order of scenarios, which gives its look.
    pub(super) place: usize,
    /// Its replicates.
    pub(super) pairs: Vec<Pair>,
}

/// What the means say of a scenario beside the base, as far as they are beyond noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It averts more and costs more: yuan for each one averted, with the 95% interval by Fieller's theorem.
    Ratio(f64, Option<(f64, f64)>),
    /// It averts more and does not cost more.
    Dominates,
    /// It averts less and does not cost less.
    Dominated,
    /// It averts less and costs less: yuan saved for each one more that falls.
    Saves(f64),
    /// What it averts is within noise; whether it costs more (1), less (-1) or neither (0).
    Noise(i32),
}

impl Choice {
    fn values(&self, of: fn(&Pair) -> f64) -> Vec<f64> {
        self.pairs.iter().map(of).collect()
    }

    /// The mean of a quantity.
    pub(super) fn mean(&self, of: fn(&Pair) -> f64) -> Mean {
        Mean::of(&self.values(of))
    }

    /// What it is worth.
    pub(super) fn verdict(&self) -> Verdict {
        let (cost, averted) = (self.mean(|pair| pair.cost), self.mean(|pair| pair.averted));
        match (averted.sign(), cost.sign()) {
            (1, 1) => Verdict::Ratio(cost.mean / averted.mean, self.fieller()),
            (1, _) => Verdict::Dominates,
            (-1, -1) => Verdict::Saves(cost.mean / averted.mean),
            (-1, _) => Verdict::Dominated,
            (_, cost) => Verdict::Noise(cost),
        }
    }

    /// The 95% interval of cost over averted by Fieller's theorem; none where the averted are not beyond noise.
    fn fieller(&self) -> Option<(f64, f64)> {
        let (cost, averted) = (self.values(|pair| pair.cost), self.values(|pair| pair.averted));
        let count = cost.len();
        if count < 2 {
            return None;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / count as f64;
        let (spent, fewer) = (mean(&cost), mean(&averted));
        let spread = |one: &[f64], other: &[f64]| t(count - 1).powi(2) / count as f64 * covariance(one, other);
        // The roots r of (spent - r fewer)^2 = t^2 / n (var cost - 2 r cov + r^2 var averted).
        let square = fewer * fewer - spread(&averted, &averted);
        let middle = spent * fewer - spread(&cost, &averted);
        let rest = spent * spent - spread(&cost, &cost);
        let root = (middle * middle - square * rest).max(0.0).sqrt();
        (square > 0.0).then(|| ((middle - root) / square, (middle + root) / square))
    }

    /// The 95% confidence ellipse of both means (Hotelling), as places around it; none below three replicates.
    pub(super) fn ellipse(&self) -> Vec<(f64, f64)> {
        const CORNERS: usize = 60;
        let (xs, ys) = (
            self.values(|pair| pair.averted_per_1000),
            self.values(|pair| pair.cost_a_head),
        );
        if xs.len() < 3 {
            return Vec::new();
        }
        let count = xs.len() as f64;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
        let centre = (mean(&xs), mean(&ys));
        // The 95% point of F with 2 and n - 2 degrees of freedom has a closed form.
        let free = count - 2.0;
        let point = 0.5 * free * (0.05_f64.powf(-2.0 / free) - 1.0);
        let scale = (2.0 * (count - 1.0) / free * point / count).sqrt();
        // Cholesky's factor of the covariance turns a circle into the ellipse.
        let wide = covariance(&xs, &xs).sqrt();
        let lean = if wide > 0.0 { covariance(&xs, &ys) / wide } else { 0.0 };
        let high = (covariance(&ys, &ys) - lean * lean).max(0.0).sqrt();
        let at = |corner: usize| {
            let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
            let (across, up) = (scale * angle.cos(), scale * angle.sin());
            (centre.0 + wide * across, centre.1 + lean * across + high * up)
        };
        (0..=CORNERS).map(at).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A scenario of these costs and averted numbers.
    pub(in crate::plot) fn option(numbers: &[(f64, f64)]) -> Choice {
        let pair = |(replicate, (cost, averted)): (usize, &(f64, f64))| Pair {
            replicate: replicate as u32,
            cost: *cost,
            averted: *averted,
            cost_a_head: *cost,
            averted_per_1000: *averted,
        };
        Choice {
            scenario: "x".to_owned(),
            place: 1,
            pairs: numbers.iter().enumerate().map(pair).collect(),
        }
    }

    #[test]
    fn dear_and_better_has_a_ratio_and_cheap_and_better_dominates() {
        let dear = option(&[(100.0, 10.0), (110.0, 10.0), (90.0, 10.0)]);
        let Verdict::Ratio(ratio, Some((low, high))) = dear.verdict() else {
            panic!("{:?}", dear.verdict())
        };
        // What is averted never varies: the interval is that of the cost over ten.
        let half = 4.302_65 * 10.0 / 3f64.sqrt() / 10.0;
        assert!((ratio - 10.0).abs() < 1e-12 && (high - 10.0 - half).abs() < 1e-4 && (low - 10.0 + half).abs() < 1e-4);
        let verdict = |numbers: &[(f64, f64)]| option(numbers).verdict();
        assert_eq!(verdict(&[(-9.0, 5.0), (-9.1, 5.1), (-8.9, 4.9)]), Verdict::Dominates);
        assert_eq!(verdict(&[(9.0, -5.0), (9.1, -5.1), (8.9, -4.9)]), Verdict::Dominated);
        assert_eq!(verdict(&[(9.0, -5.0), (9.1, 5.1), (8.9, 0.1)]), Verdict::Noise(1));
        assert!(matches!(verdict(&[(-9.0, -3.0), (-9.0, -3.0)]), Verdict::Saves(ratio) if (ratio - 3.0).abs() < 1e-12));
        assert_eq!(verdict(&[(9.0, 5.0)]), Verdict::Noise(0), "one replicate tells nothing");
    }

    #[test]
    fn the_ellipse_is_that_of_hotelling() {
        // Uncorrelated, variances 8/3 and 2/3 by hand; n = 4: F(0.95; 2, 2) = 19, half axes sqrt(2*3/2*19/4*v).
        let cross = option(&[(1.0, 0.0), (-1.0, 0.0), (0.0, 2.0), (0.0, -2.0)]);
        let places = cross.ellipse();
        let right = places.iter().map(|place| place.0).fold(f64::MIN, f64::max);
        let top = places.iter().map(|place| place.1).fold(f64::MIN, f64::max);
        assert!(
            (right - (3.0 * 19.0 / 4.0 * 8.0 / 3.0_f64).sqrt()).abs() < 1e-9,
            "{right}"
        );
        assert!((top - (3.0 * 19.0 / 4.0 * 2.0 / 3.0_f64).sqrt()).abs() < 1e-9, "{top}");
        assert!(option(&[(1.0, 0.0), (2.0, 1.0)]).ellipse().is_empty());
    }
}
