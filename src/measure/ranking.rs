//! Rows in the order of a variable: fractional ranks, what lies above, and weighted quantiles.

use std::sync::Arc;

/// Rows in order of a variable, with ties known; made once, used with any weights.
#[derive(Clone, Debug)]
pub struct Ranking {
    order: Vec<u32>,
    /// Where each run of equal values ends in `order`.
    ends: Vec<u32>,
    units: Arc<[f64]>,
}

impl Ranking {
    /// Ranks rows by `values`, each standing for so many `units` of weight 1.
    pub fn of(values: &[f64], units: Arc<[f64]>) -> Ranking {
        let mut order: Vec<u32> = (0..values.len() as u32).collect();
        order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        let same = |at: usize| values[order[at] as usize] == values[order[at - 1] as usize];
        let ends = (1..=order.len()).filter(|&at| at == order.len() || !same(at));
        let ends = ends.map(|at| at as u32).collect();
        Ranking { order, ends, units }
    }

    /// Rows of each run of equal values, lowest first.
    fn runs(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        (0..self.ends.len()).map(|run| {
            let start = if run == 0 { 0 } else { self.ends[run - 1] };
            &self.order[start as usize..self.ends[run] as usize]
        })
    }

    fn weight(&self, weights: &[f64], row: u32) -> f64 {
        weights[row as usize] * self.units[row as usize]
    }

    /// Fractional rank of each row: the share of weight below it and half the share of its equals, in (0, 1).
    ///
    /// Without ties it is the cumulative weight less half the own weight (O'Donnell and others 2008, chapter 8); equals share
    /// their mean rank, so that nothing depends on the order of rows.
    pub fn ranks(&self, weights: &[f64]) -> Vec<f64> {
        let mut ranks = vec![0.0; weights.len()];
        let mut below = 0.0;
        for run in self.runs() {
            let own: f64 = run.iter().map(|&row| self.weight(weights, row)).sum();
            for &row in run {
                ranks[row as usize] = below + own / 2.0;
            }
            below += own;
        }
        for rank in &mut ranks {
            *rank /= below;
        }
        ranks
    }

    /// Weighted sum, beside the whole weight, of a column over the rows above each row and half of its equals. The column is
    /// of totals: a row's value times its units.
    pub(super) fn above(&self, weights: &[f64], totals: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; weights.len()];
        let (mut above, mut whole) = (0.0, 0.0);
        for run in self.runs().rev() {
            let own: f64 = run
                .iter()
                .map(|&row| weights[row as usize] * totals[row as usize])
                .sum();
            for &row in run {
                all[row as usize] = above + own / 2.0;
                whole += self.weight(weights, row);
            }
            above += own;
        }
        for sum in &mut all {
            *sum /= whole;
        }
        all
    }
}

/// Values in ascending order with the rows they come from; made once, used with any weights.
#[derive(Clone, Debug)]
pub struct Sorted {
    values: Vec<f64>,
    rows: Vec<u32>,
    units: Arc<[f64]>,
}

impl Sorted {
    /// Sorts `values`, each standing for so many `units` of weight 1.
    pub fn of(values: &[f64], units: Arc<[f64]>) -> Sorted {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
        Sorted {
            values: rows.iter().map(|&row| values[row as usize]).collect(),
            rows,
            units,
        }
    }

    /// Value and weight of each row, ascending; rows without weight are left out.
    pub(super) fn weighted<'a>(&'a self, weights: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + Clone {
        let each = self.values.iter().zip(&self.rows);
        each.map(|(&value, &row)| (value, weights[row as usize] * self.units[row as usize]))
            .filter(|(_, weight)| *weight > 0.0)
    }

    /// The weighted quantile: the first value at which the cumulative share of weight reaches `share`, in (0, 1); the mean of
    /// that and the next where it is met exactly. As Eurostat and the R package laeken have it (`weightedQuantile`); NaN of
    /// nobody.
    pub fn quantile(&self, weights: &[f64], share: f64) -> f64 {
        quantile(self.weighted(weights), share)
    }
}

/// Cumulative shares that are nearer than this are the same.
pub(super) const SAME: f64 = 1e-12;

/// The quantile of ascending values and weights; see [`Sorted::quantile`].
pub(super) fn quantile(ascending: impl Iterator<Item = (f64, f64)> + Clone, share: f64) -> f64 {
    let whole: f64 = ascending.clone().map(|(_, weight)| weight).sum();
    let mut below = 0.0;
    let mut met = None;
    let mut last = f64::NAN;
    for (value, weight) in ascending {
        if let Some(met) = met {
            return f64::midpoint(met, value);
        }
        last = value;
        below += weight;
        // Cumulative sums of weights that are not whole miss a share that they meet by rounding.
        let beyond = below / whole - share;
        if beyond.abs() <= SAME {
            met = Some(value);
        } else if beyond > 0.0 {
            return value;
        }
    }
    last
}
