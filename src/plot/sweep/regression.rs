//! Least squares: how an output answers to several numbers at once.

use super::estimate::{Estimate, t_quantile};

/// A fitted line, plane or more.
pub(super) struct Fit {
    /// The mean of each column.
    pub(super) centre: Vec<f64>,
    coefficients: Vec<f64>,
    /// The inverse of the sums of squares and products of the centred columns.
    inverse: Vec<Vec<f64>>,
    /// The variance of what is left.
    left: f64,
    freedom: usize,
    /// The share of the variance that is explained.
    pub(super) explained: f64,
}

impl Fit {
    /// Fits `y` on columns (a row an observation) and a constant; none where columns say the same or observations are too few.
    pub(super) fn of(rows: &[Vec<f64>], y: &[f64]) -> Option<Fit> {
        let count = rows.first()?.len();
        let n = rows.len();
        if n < count + 2 || y.len() != n {
            return None;
        }
        let centre: Vec<f64> = (0..count)
            .map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / n as f64)
            .collect();
        let middle = y.iter().sum::<f64>() / n as f64;
        let mut squares = vec![vec![0.0; count]; count];
        let mut products = vec![0.0; count];
        let mut total = 0.0;
        for (row, y) in rows.iter().zip(y) {
            let moved: Vec<f64> = row.iter().zip(&centre).map(|(x, centre)| x - centre).collect();
            for one in 0..count {
                products[one] += moved[one] * (y - middle);
                for other in 0..count {
                    squares[one][other] += moved[one] * moved[other];
                }
            }
            total += (y - middle).powi(2);
        }
        let inverse = inverse(&squares)?;
        let coefficients: Vec<f64> = inverse.iter().map(|row| dot(row, &products)).collect();
        let explained = dot(&coefficients, &products);
        let freedom = n - count - 1;
        Some(Fit {
            centre,
            coefficients,
            inverse,
            left: (total - explained).max(0.0) / freedom as f64,
            freedom,
            explained: if total > 0.0 { explained / total } else { 0.0 },
        })
    }

    /// What a step in the columns changes, with Student's 95% interval.
    pub(super) fn step(&self, step: &[f64]) -> Estimate {
        let mean = dot(&self.coefficients, step);
        let spread: f64 = self.inverse.iter().zip(step).map(|(row, by)| by * dot(row, step)).sum();
        let half = t_quantile(self.freedom).map(|t| t * (self.left * spread.max(0.0)).sqrt());
        Estimate {
            mean,
            ends: half.map(|half| (mean - half, mean + half)),
        }
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The inverse of a symmetric matrix, its rows and columns brought to the same size first; none where it has none.
fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let count = matrix.len();
    let size: Vec<f64> = (0..count).map(|at| matrix[at][at].sqrt()).collect();
    if size.iter().any(|size| *size <= 0.0 || !size.is_finite()) {
        return None;
    }
    let mut left: Vec<Vec<f64>> = (0..count)
        .map(|row| {
            (0..count)
                .map(|column| matrix[row][column] / size[row] / size[column])
                .collect()
        })
        .collect();
    let mut right: Vec<Vec<f64>> = (0..count)
        .map(|row| (0..count).map(|column| f64::from(u8::from(row == column))).collect())
        .collect();
    for at in 0..count {
        let pivot = (at..count).max_by(|&one, &other| left[one][at].abs().total_cmp(&left[other][at].abs()))?;
        if left[pivot][at].abs() < 1e-9 {
            return None;
        }
        left.swap(at, pivot);
        right.swap(at, pivot);
        let by = 1.0 / left[at][at];
        for column in 0..count {
            left[at][column] *= by;
            right[at][column] *= by;
        }
        for row in 0..count {
            let by = left[row][at];
            if row == at || by == 0.0 {
                continue;
            }
            for column in 0..count {
                left[row][column] -= by * left[at][column];
                right[row][column] -= by * right[at][column];
            }
        }
    }
    for row in 0..count {
        for column in 0..count {
            right[row][column] /= size[row] * size[column];
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_fitted_as_by_hand() {
        // Sums of squares: x 10, xy 8, so the slope is 0.8; y 10, explained 6.4, left 3.6 / 3 = 1.2; error sqrt(1.2 / 10).
        let rows: Vec<Vec<f64>> = [1.0, 2.0, 3.0, 4.0, 5.0].map(|x| vec![x]).to_vec();
        let fit = Fit::of(&rows, &[2.0, 1.0, 4.0, 3.0, 5.0]).unwrap();
        assert!((fit.explained - 0.64).abs() < 1e-12 && fit.centre == [3.0]);
        let step = fit.step(&[2.0]);
        let (low, high) = step.ends.unwrap();
        assert!((step.mean - 1.6).abs() < 1e-12);
        // t(0.975, 3) is 3.1824.
        assert!((high - low - 2.0 * 3.182_446 * 2.0 * 0.12_f64.sqrt()).abs() < 1e-4);
    }

    #[test]
    fn columns_that_answer_exactly_are_found_whatever_their_size() {
        let rows: Vec<Vec<f64>> = (0..12)
            .map(|at| vec![f64::from(at) * 1e6, f64::from(at * at % 7) * 1e-6])
            .collect();
        let y: Vec<f64> = rows.iter().map(|row| 3.0 + 2e-6 * row[0] - 5e6 * row[1]).collect();
        let fit = Fit::of(&rows, &y).unwrap();
        assert!((fit.step(&[1e6, 0.0]).mean - 2.0).abs() < 1e-9 && (fit.step(&[0.0, 1e-6]).mean + 5.0).abs() < 1e-9);
        assert!((fit.explained - 1.0).abs() < 1e-12);
    }

    #[test]
    fn columns_that_say_the_same_are_not_told_apart() {
        let rows: Vec<Vec<f64>> = (0..9).map(|at| vec![f64::from(at), 2.0 * f64::from(at)]).collect();
        assert!(Fit::of(&rows, &[1.0; 9]).is_none());
        assert!(Fit::of(&rows[..3], &[1.0; 3]).is_none());
    }
}
