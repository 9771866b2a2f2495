//! Return to poverty of those who left it, in both definitions of `docs/what-return-means.md`. The panel holds the cohort alone:
//! rows that were lifted out of poverty before its first wave.

use super::Panel;

/// A share with what it is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The wave that it is told of.
    pub wave: usize,
    /// Weight of those who returned.
    pub numerator: f64,
    /// Weight of those who could.
    pub denominator: f64,
    /// Rows that returned.
    pub events: usize,
    /// Rows that could.
    pub n: usize,
}

impl Rate {
    /// The share; NaN of nobody.
    pub fn value(&self) -> f64 {
        self.numerator / self.denominator
    }

    fn of(wave: usize, returned: impl Iterator<Item = (f64, bool)>) -> Rate {
        let mut rate = Rate {
            wave,
            numerator: 0.0,
            denominator: 0.0,
            events: 0,
            n: 0,
        };
        for (weight, returned) in returned {
            rate.denominator += weight;
            rate.n += 1;
            if returned {
                rate.numerator += weight;
                rate.events += 1;
            }
        }
        rate
    }
}

/// The hazard of each wave but the first: of those not poor at the wave before, and seen at both, who are poor.
pub fn annual(panel: &Panel) -> Vec<Rate> {
    let at = |wave: usize| {
        let pairs = panel.rows().filter_map(move |(weight, welfare)| {
            let (before, after) = (welfare[wave - 1]?, welfare[wave]?);
            (before >= 1.0).then_some((weight, after < 1.0))
        });
        Rate::of(wave, pairs)
    };
    (1..panel.waves()).map(at).collect()
}

/// The share of those not poor at the first wave who were seen poor at some wave since, by wave. Who was lost from sight counts
/// as not returned after that: with attrition it is a lower bound, and the survival of spells is the estimate.
pub fn cumulative(panel: &Panel) -> Vec<Rate> {
    let at = |wave: usize| {
        let rows = panel.rows().filter_map(move |(weight, welfare)| {
            let poor = |welfare: &Option<f64>| welfare.is_some_and(|welfare| welfare < 1.0);
            (welfare[0]? >= 1.0).then(|| (weight, welfare[1..=wave].iter().any(poor)))
        });
        Rate::of(wave, rows)
    };
    (1..panel.waves()).map(at).collect()
}
