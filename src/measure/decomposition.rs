//! What the concentration of an outcome comes from: Wagstaff, van Doorslaer, Watanabe (2003).
//!
//! With `y = a + sum of b_k x_k + e` by weighted least squares, `C = sum of (b_k mean x_k / mean y) C_k + GC_e / mean y`: each
//! factor contributes its elasticity times its own concentration, and what no factor explains is the residual.

use super::concentration::{self, Normalised};
use super::ranking::Ranking;
use std::sync::Arc;

/// What one factor contributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The name of the factor.
    pub factor: String,
    /// Its regression coefficient.
    pub coefficient: f64,
    /// Its weighted mean.
    pub mean: f64,
    /// Elasticity of the outcome at the means.
    pub elasticity: f64,
    /// Its concentration index.
    pub index: f64,
    /// Elasticity times index.
    pub contribution: f64,
}

/// A concentration index and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// The concentration index of the outcome.
    pub index: f64,
    /// The factors, as they were given.
    pub parts: Vec<Part>,
    /// The generalised concentration of the residuals over the mean of the outcome. With the contributions it adds up to the
    /// index.
    pub residual: f64,
}

/// Decomposes the concentration index of `outcome`, ranked `by`, over named `factors`. Nothing where factors are collinear,
/// constant, or have a mean of 0 together with a coefficient that is then not told apart.
pub fn decompose(
    outcome: &[f64],
    factors: &[(&str, &[f64])],
    by: &Arc<Ranking>,
    weights: &[f64],
    units: &Arc<[f64]>,
) -> Option<Decomposition> {
    let weight: Vec<f64> = weights.iter().zip(units.iter()).map(|(w, m)| w * m).collect();
    let columns: Vec<&[f64]> = factors.iter().map(|(_, column)| *column).collect();
    let coefficients = regression(outcome, &columns, &weight)?;
    let generalised = |column: &[f64]| concentration::index(column, by, Normalised::Generalised, units).value(weights);
    let plain = |column: &[f64]| concentration::index(column, by, Normalised::Plain, units).value(weights);
    let average = mean(outcome, &weight);
    let part = |((name, column), coefficient): (&(&str, &[f64]), &f64)| {
        let mean = mean(column, &weight);
        let elasticity = coefficient * mean / average;
        Part {
            factor: (*name).to_string(),
            coefficient: *coefficient,
            mean,
            elasticity,
            index: plain(column),
            // The mean cancels: the contribution is defined also where it is 0.
            contribution: coefficient * generalised(column) / average,
        }
    };
    let parts = factors.iter().zip(&coefficients).map(part).collect();
    let left = |row: usize| {
        let each = columns.iter().zip(&coefficients);
        outcome[row] - each.map(|(column, coefficient)| coefficient * column[row]).sum::<f64>()
    };
    // The constant has no concentration, so it may stay with the residuals.
    let residuals: Vec<f64> = (0..outcome.len()).map(left).collect();
    Some(Decomposition {
        index: plain(outcome),
        parts,
        residual: generalised(&residuals) / average,
    })
}

fn mean(column: &[f64], weight: &[f64]) -> f64 {
    let total: f64 = column.iter().zip(weight).map(|(x, w)| x * w).sum();
    total / weight.iter().sum::<f64>()
}

/// Coefficients, without the constant, of a weighted regression: Cholesky on the correlations of the columns. Nothing where a
/// column adds nothing to those before it.
fn regression(outcome: &[f64], columns: &[&[f64]], weight: &[f64]) -> Option<Vec<f64>> {
    let centred = |column: &[f64]| -> Vec<f64> {
        let mean = mean(column, weight);
        column.iter().map(|x| x - mean).collect()
    };
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).zip(weight).map(|((a, b), w)| w * a * b).sum() };
    let all: Vec<Vec<f64>> = columns.iter().map(|column| centred(column)).collect();
    let spread: Vec<f64> = all.iter().map(|column| product(column, column).sqrt()).collect();
    let outcome = centred(outcome);
    let k = all.len();
    let mut lower = vec![vec![0.0; k]; k];
    for row in 0..k {
        for column in 0..=row {
            let known: f64 = (0..column).map(|at| lower[row][at] * lower[column][at]).sum();
            let left = product(&all[row], &all[column]) / (spread[row] * spread[column]) - known;
            if row == column {
                // Also where the column is constant and the correlation is none.
                if left.is_nan() || left < 1e-10 {
                    return None;
                }
                lower[row][row] = left.sqrt();
            } else {
                lower[row][column] = left / lower[column][column];
            }
        }
    }
    let mut solution: Vec<f64> = (0..k).map(|row| product(&all[row], &outcome) / spread[row]).collect();
    for row in 0..k {
        let known: f64 = (0..row).map(|at| lower[row][at] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    for row in (0..k).rev() {
        let known: f64 = (row + 1..k).map(|at| lower[at][row] * solution[at]).sum();
        solution[row] = (solution[row] - known) / lower[row][row];
    }
    Some(solution.iter().zip(spread).map(|(b, spread)| b / spread).collect())
}
