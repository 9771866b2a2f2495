//! What the concentration of an outcome comes from, factor by factor.

use super::asked::Asked;
use super::columns::{Domain, Task};
use super::errors::Family;
use super::reading::{Holds, Survey};
use crate::measure::decomposition::{Decomposition, decompose};
use crate::measure::ranking::Ranking;
use crate::measure::{Measured, Row, Weight};
use std::sync::Arc;

/// The decomposition of the concentration index of an outcome in a domain; nothing where no factors are asked for, or they
/// cannot be told apart.
pub(super) fn family<'a>(
    survey: &'a Survey,
    asked: &'a Asked,
    task: &'a Task,
    domain: &'a Domain,
) -> Option<Family<'a>> {
    let (outcome, rank) = (task.sample.outcome.as_ref()?, task.sample.rank.as_ref()?);
    let column = |(at, name): (usize, &'a String)| Some((name.as_str(), survey.column(Holds::Factor(at))?));
    let factors: Vec<(&str, &[f64])> = asked.factors.iter().enumerate().filter_map(column).collect();
    if factors.is_empty() {
        return None;
    }
    let units: Arc<[f64]> = task.sample.size.clone().into();
    let by = Arc::new(Ranking::of(rank, units.clone()));
    let made = move |weights: &[f64]| {
        let mut own = vec![0.0; weights.len()];
        domain.rows.iter().for_each(|row| own[*row] = weights[*row]);
        decompose(outcome, &factors, &by, &own, &units)
    };
    let n = domain.rows.iter().filter(|row| task.sample.weight[**row] > 0.0).count();
    let first = made(&task.sample.weight)?;
    let row = |(indicator, variant, value): (&'static str, String, f64)| {
        Row {
        indicator,
        variant,
        convention: "of the outcome: weighted least squares on all factors; ranked by the rank variable as given, equals share their mean rank".into(),
        weight: Weight::Persons,
        n,
        events: None,
        measured: Measured { value, influence: None },
        given_lines: false,
    }
    };
    let count = list(&first).len();
    Some(Family {
        rows: list(&first).into_iter().map(row).collect(),
        values: Box::new(move |weights| match made(weights) {
            Some(made) => list(&made).into_iter().map(|(_, _, value)| value).collect(),
            None => vec![f64::NAN; count],
        }),
    })
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
