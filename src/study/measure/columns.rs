//! The columns of a survey as samples that the indicators take, and the groups of its rows.

use super::asked::{Asked, LineAsked};
use super::survey::{Holds, Names, Survey};
use crate::measure::{Basis, Sample, Settings};
use std::cmp::Ordering;

/// Rows that belong together.
pub(super) struct Domain {
    /// As `column=value`, or `all`.
    pub name: String,
    /// Their places, ascending.
    pub rows: Vec<usize>,
    /// Whether it is a wave of a panel, which draws its own medians.
    pub is_wave: bool,
}

/// A sample whose family is wanted for every domain.
pub(super) struct Task {
    /// What the library calls its columns, and what the survey does.
    pub words: Vec<(&'static str, String)>,
    /// The columns.
    pub sample: Sample,
    /// Thresholds and lines.
    pub settings: Settings,
}

/// All rows, and the rows of each value of each grouping column; numbers in their own order.
pub(super) fn domains(survey: &Survey, asked: &Asked) -> Vec<Domain> {
    let all = Domain {
        name: "all".into(),
        rows: (0..survey.rows()).collect(),
        is_wave: false,
    };
    let wave = asked.panel.as_ref().map(|(_, wave)| wave);
    let parts = survey
        .groups
        .iter()
        .flat_map(|names| parts(names, Some(&names.name) == wave));
    std::iter::once(all).chain(parts).collect()
}

fn parts(names: &Names, is_wave: bool) -> Vec<Domain> {
    let mut values: Vec<&str> = names.values.iter().map(String::as_str).collect();
    values.sort_by(|one, other| by_number(one, other));
    values.dedup();
    let domain = |value: &str| Domain {
        name: format!("{}={value}", names.name),
        rows: (0..names.values.len())
            .filter(|row| names.values[*row] == value)
            .collect(),
        is_wave,
    };
    values.into_iter().map(domain).collect()
}

fn by_number(one: &str, other: &str) -> Ordering {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b).then_with(|| one.cmp(other)),
        (a, b) => b.is_ok().cmp(&a.is_ok()).then_with(|| one.cmp(other)),
    }
}

/// The sample of spending and consumption, and one for each outcome.
pub(super) fn tasks(survey: &Survey, asked: &Asked) -> Vec<Task> {
    let column = |holds: Holds| survey.column(holds).map(<[f64]>::to_vec);
    let flow = |holds: Holds| {
        let column = column(holds)?;
        Some(
            column
                .into_iter()
                .map(|amount| amount * asked.period.in_year())
                .collect::<Vec<f64>>(),
        )
    };
    let ones = || vec![1.0; survey.rows()];
    let mut base = Sample::new(
        column(Holds::Weight).unwrap_or_else(ones),
        people(survey).unwrap_or_else(ones),
    );
    base.equivalence = Some(equivalence(survey, asked, &base.size));
    base.rank = column(Holds::Rank);
    let mut own = base.clone();
    own.consumption = flow(Holds::Consumption);
    own.basis = asked.basis.unwrap_or(Basis::Gross);
    own.oop = flow(Holds::OutOfPocket);
    own.food = flow(Holds::Food);
    own.income = flow(Holds::Income);
    let mut settings = Settings {
        ppp: asked.ppp,
        ..Settings::default()
    };
    if !asked.thresholds.is_empty() {
        settings.budget.clone_from(&asked.thresholds);
    }
    let ranked_by = match (&asked.rank, &asked.consumption) {
        (Some(name), _) => format!("`{name}`"),
        (None, Some(_)) if asked.basis.is_some() && asked.oop.is_some() => {
            "consumption gross of out-of-pocket spending, per equivalent adult".into()
        }
        (None, Some(_)) => "consumption as given, per equivalent adult".into(),
        (None, None) => "income per equivalent adult".into(),
    };
    let mut words = vec![("the rank variable as given", ranked_by)];
    if asked.basis.is_none() {
        // Nobody said, and without out-of-pocket spending nothing hangs on it.
        let as_given = "consumption as given (net or gross of out-of-pocket spending is not said)";
        words.push((
            "consumption gross (out-of-pocket spending included, as given)",
            as_given.into(),
        ));
    }
    for (at, line) in asked.lines.iter().enumerate() {
        match line {
            LineAsked::Amount(amount) => settings.lines.push((format!("line {amount}"), *amount)),
            LineAsked::Named(name, amount) => settings.lines.push((format!("line {name}"), *amount)),
            LineAsked::Column(name) => {
                words.push(("line of the sample", format!("line `{name}`")));
                own.line = column(Holds::Line(at));
            }
        }
    }
    let of_outcome = |(at, name): (usize, &String)| {
        let outcome = column(Holds::Outcome(at))?;
        // Decided once for all groups: a group in which nobody goes beyond 1 is still of a count.
        let share = outcome.iter().all(|y| (0.0..=1.0).contains(y)).then_some((0.0, 1.0));
        let bounds = asked.bounds.map(|[low, high]| (low, high));
        let settings = Settings {
            bounds: bounds.or(share),
            ..Settings::default()
        };
        let mut sample = base.clone();
        sample.rank = sample.rank.or_else(|| default_rank(&own));
        sample.outcome = Some(outcome);
        let mut words = words.clone();
        words.push(("the outcome", format!("`{name}`")));
        Some(Task {
            words,
            sample,
            settings,
        })
    };
    let outcomes: Vec<Task> = asked.outcomes.iter().enumerate().filter_map(of_outcome).collect();
    let own = Task {
        words,
        sample: own,
        settings,
    };
    std::iter::once(own).chain(outcomes).collect()
}

impl Task {
    /// A text of the library in words of the survey.
    pub fn told(&self, text: &str) -> String {
        let say = |text: String, (word, own): &(&'static str, String)| text.replace(word, own);
        self.words.iter().fold(text.to_owned(), say)
    }
}

/// People of each row: as told, or its adults and children.
fn people(survey: &Survey) -> Option<Vec<f64>> {
    if let Some(size) = survey.column(Holds::Size) {
        return Some(size.to_vec());
    }
    let (adults, children) = (survey.column(Holds::Adults)?, survey.column(Holds::Children)?);
    Some(
        adults
            .iter()
            .zip(children)
            .map(|(adults, children)| adults + children)
            .collect(),
    )
}

/// Equivalent adults of each row. Who is no child is an adult where adults are not told.
fn equivalence(survey: &Survey, asked: &Asked, size: &[f64]) -> Vec<f64> {
    let children = survey.column(Holds::Children);
    let adults = survey.column(Holds::Adults);
    let row = |row: usize| {
        let children = children.map_or(0.0, |children| children[row]);
        let adults = adults.map_or((size[row] - children).max(0.0), |adults| adults[row]);
        asked.scale.adults(adults, children)
    };
    (0..size.len()).map(row).collect()
}

/// What people are ranked by where nothing is said: gross consumption, else income, per equivalent adult.
pub(super) fn default_rank(sample: &Sample) -> Option<Vec<f64>> {
    let adults = sample.equivalence.as_ref().unwrap_or(&sample.size);
    let oop = |row: usize| match (sample.basis, &sample.oop) {
        (Basis::Net, Some(oop)) => oop[row],
        _ => 0.0,
    };
    let household: Vec<f64> = match (&sample.consumption, &sample.income) {
        (Some(consumption), _) => (0..sample.len()).map(|row| consumption[row] + oop(row)).collect(),
        (None, income) => income.clone()?,
    };
    Some(
        household
            .iter()
            .zip(adults)
            .map(|(money, adults)| money / adults)
            .collect(),
    )
}
