//! Standard errors of a family of indicators in a domain, by linearisation or by bootstrap.

use super::columns::Domain;
use super::design::Design;
use crate::measure::Row;
use rayon::prelude::*;

/// Indicators of a domain as measured, and a way to measure them again with other weights of the whole sample.
pub(super) struct Family<'a> {
    /// As measured with the sample's own weights.
    pub rows: Vec<Row>,
    /// The values, in the same order.
    pub values: Box<dyn Fn(&[f64]) -> Vec<f64> + Sync + 'a>,
}

/// A standard error, how it was made, and what is to be said of it.
pub(super) struct Error {
    pub se: Option<f64>,
    pub method: &'static str,
    pub note: String,
}

impl Error {
    pub fn none(method: &'static str) -> Error {
        Error {
            se: None,
            method,
            note: String::new(),
        }
    }
}

/// The error of an indicator by the influence of rows, each of which has a weight.
pub(super) fn linearised(row: &Row, weights: &[f64], design: &Design, domain: &Domain) -> Error {
    let Some(influence) = &row.measured.influence else {
        return Error {
            note: "no error in closed form: ask for --bootstrap".into(),
            ..Error::none("none")
        };
    };
    let terms = domain.rows.iter().map(|row| (*row, weights[*row] * influence[*row]));
    Error {
        se: Some(design.standard_error(terms)),
        method: if row.given_lines {
            "linearised, line as given"
        } else {
            "linearised"
        },
        note: String::new(),
    }
}

/// The standard deviation over replicates of each value, in the order of the rows. Replicates in which a value is not defined are
/// left out, and said.
pub(super) fn bootstrap(
    values: &(dyn Fn(&[f64]) -> Vec<f64> + Sync),
    weights: &[f64],
    design: &Design,
    (replicates, seed): (u32, u64),
) -> Vec<Error> {
    let replicate = |number: u32| {
        let factors = design.redrawn(seed, u64::from(number));
        let weights: Vec<f64> = factors
            .iter()
            .zip(weights)
            .map(|(factor, weight)| factor * weight)
            .collect();
        values(&weights)
    };
    let all: Vec<Vec<f64>> = (0..replicates).into_par_iter().map(replicate).collect();
    let count = all.first().map_or(0, Vec::len);
    let error = |at: usize| {
        let values: Vec<f64> = all
            .iter()
            .map(|values| values[at])
            .filter(|value| value.is_finite())
            .collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let lost = all.len() - values.len();
        let lost = if lost > 0 {
            format!("not defined in {lost} of {replicates} replicates")
        } else {
            String::new()
        };
        Error {
            se: (n > 1.0).then(|| (squares / (n - 1.0)).sqrt()),
            method: "bootstrap",
            note: lost,
        }
    };
    (0..count).map(error).collect()
}
