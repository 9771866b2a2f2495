//! The columns of a survey as samples that the indicators take, and the groups of its rows.

use super::asked::{Asked, LineAsked};
use super::survey::{Holds, Names, Survey};
use crate::measure::ranking::Ranking;
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

impl Domain {
    /// Weights of the whole sample with those of other rows at 0.
    pub fn only(&self, weights: &[f64]) -> Vec<f64> {
        let mut own = vec![0.0; weights.len()];
        for row in &self.rows {
            own[*row] = weights[*row];
        }
        own
    }
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

/// All rows, the rows of each value of each grouping column (numbers in their own order), and the quantiles of the sample.
pub(super) fn domains(survey: &Survey, asked: &Asked, sample: &Sample) -> Vec<Domain> {
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
    let mut domains: Vec<Domain> = std::iter::once(all).chain(parts).collect();
    if let Some(count) = asked.quantiles {
        let quantiles = quantiles(sample, &domains, count);
        domains.extend(quantiles);
    }
    domains
}

/// Quantiles of people by what ranks them; in a panel, of each wave. A household belongs to the quantile in which the middle of its
/// cumulative weight lies, and to the upper one where that is a bound; equals share their mean rank and stay together.
fn quantiles(sample: &Sample, domains: &[Domain], count: usize) -> Vec<Domain> {
    // A middle this close below a bound stands on it but for rounding.
    const ROUNDING: f64 = 1e-9;
    let quantile = |number| Domain {
        name: format!("quantile={number} of {count}"),
        rows: Vec::new(),
        is_wave: false,
    };
    let mut quantiles: Vec<Domain> = (1..=count).map(quantile).collect();
    let Some(values) = what_ranks(sample) else {
        return quantiles;
    };
    let ranking = Ranking::of(&values, sample.size.clone().into());
    let waves: Vec<&Domain> = domains.iter().filter(|domain| domain.is_wave).collect();
    let wholes = if waves.is_empty() { vec![&domains[0]] } else { waves };
    for whole in wholes {
        let ranks = ranking.ranks(&whole.only(&sample.weight));
        for row in &whole.rows {
            let place = (ranks[*row] * count as f64 + ROUNDING) as usize;
            quantiles[place.min(count - 1)].rows.push(*row);
        }
    }
    for quantile in &mut quantiles {
        quantile.rows.sort_unstable();
    }
    quantiles
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
        sample.rank = what_ranks(&own);
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
        let adults = adults.map_or(size[row] - children, |adults| adults[row]);
        asked.scale.adults(adults, children)
    };
    (0..size.len()).map(row).collect()
}

/// What people are ranked by; where nothing is said, gross consumption, else income, per equivalent adult.
pub(super) fn what_ranks(sample: &Sample) -> Option<Vec<f64>> {
    if sample.rank.is_some() {
        return sample.rank.clone();
    }
    let consumption = sample.gross().or_else(|| sample.consumption.clone());
    let household = consumption.or_else(|| sample.income.clone())?;
    Some(sample.per_adult(&household))
}
