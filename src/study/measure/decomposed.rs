//! What the concentration of an outcome comes from, factor by factor.

use super::asked::Asked;
use super::columns::{Domain, Task};
use super::errors::Family;
use super::survey::{Holds, Survey};
use crate::measure::decomposition::{Decomposition, decompose};
use crate::measure::ranking::Ranking;
use crate::measure::{Measured, Row, Weight};
use std::sync::Arc;

/// The decomposition of the concentration index of an outcome in a domain, or why its factors cannot be told apart there; nothing
/// where no factors are asked for.
pub(super) fn family<'a>(
    survey: &'a Survey,
    asked: &'a Asked,
    task: &'a Task,
    domain: &'a Domain,
) -> Option<Result<Family<'a>, String>> {
    let (outcome, rank) = (task.sample.outcome.as_ref()?, task.sample.rank.as_ref()?);
    let column = |(at, name): (usize, &'a String)| Some((name.as_str(), survey.column(Holds::Factor(at))?));
    let factors: Vec<Factor> = asked.factors.iter().enumerate().filter_map(column).collect();
    if factors.is_empty() {
        return None;
    }
    let units: Arc<[f64]> = task.sample.size.clone().into();
    let by = Arc::new(Ranking::of(rank, units.clone()));
    let inside = |row: &usize| task.sample.weight[*row] > 0.0;
    let rows: Vec<usize> = domain.rows.iter().copied().filter(inside).collect();
    let made = {
        let factors = factors.clone();
        move |weights: &[f64]| decompose(outcome, &factors, &by, &domain.only(weights), &units)
    };
    let Some(first) = made(&task.sample.weight) else {
        return Some(Err(not_told_apart(&factors, &rows)));
    };
    let row = |(indicator, variant, value): (&'static str, String, f64)| Row {
        indicator,
        variant,
        convention:
            "of the outcome: weighted least squares on all factors; ranked by the rank variable as given, equals \
                     share their mean rank"
                .into(),
        weight: Weight::Persons,
        n: rows.len(),
        events: None,
        measured: Measured { value, influence: None },
        influence_at_lines: None,
    };
    let count = list(&first).len();
    Some(Ok(Family {
        rows: list(&first).into_iter().map(row).collect(),
        values: Box::new(move |weights| match made(weights) {
            Some(made) => list(&made).into_iter().map(|(_, _, value)| value).collect(),
            None => vec![f64::NAN; count],
        }),
    }))
}

/// A factor: its name, and its values by row.
type Factor<'a> = (&'a str, &'a [f64]);

/// Why no regression on these factors is made from these rows.
fn not_told_apart(factors: &[Factor], rows: &[usize]) -> String {
    let still = |(_, values): &&Factor| rows.iter().all(|row| values[*row] == values[rows[0]]);
    match factors.iter().find(still) {
        Some((name, _)) => format!("the factor `{name}` has one value"),
        None => "the factors are collinear (one of them follows from the others)".into(),
    }
}

/// Indicator, variant and value, factor by factor.
fn list(of: &Decomposition) -> Vec<(&'static str, String, f64)> {
    let mut all = Vec::new();
    for part in &of.parts {
        let variant = || format!("of the outcome, factor `{}`", part.factor);
        all.push(("concentration_coefficient", variant(), part.coefficient));
        all.push(("concentration_elasticity", variant(), part.elasticity));
        all.push(("concentration_of_factor", variant(), part.index));
        all.push(("concentration_contribution", variant(), part.contribution));
    }
    all.push(("concentration_residual", "of the outcome".into(), of.residual));
    all
}
