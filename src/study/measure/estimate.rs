//! The family of indicators on a survey, by group, each value with the error that the design gives it.

use super::asked::{Asked, Errors, LineAsked};
use super::design::Design;
use super::reading::{Account, Holds, Names, Survey};
use crate::indicators::table::{FEW_EVENTS, t_quantile};
use crate::measure::{Basis, Measured, Prepared, Row, Sample, Settings, Weight};
use rayon::prelude::*;
use std::cmp::Ordering;

/// An indicator of a group, as measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Its name in `docs/indicators.md`.
    pub indicator: &'static str,
    /// The outcome that it is of; empty where it is of spending and consumption.
    pub of: String,
    /// Its threshold, line or part; empty where there is one only.
    pub variant: String,
    /// How it is counted, in words.
    pub convention: String,
    /// Whom it is counted over.
    pub weight: Weight,
    /// The group, as `column=value`; `all` for all.
    pub group: String,
    /// Rows with weight that were used; nothing where masked.
    pub n: Option<usize>,
    /// Of these, rows with the event, where the indicator is of one; nothing where masked.
    pub events: Option<usize>,
    /// The value; nothing where it is not defined or masked.
    pub value: Option<f64>,
    /// Its standard error, where there is one.
    pub se: Option<f64>,
    /// The ends of its 95% interval.
    pub interval: Option<[f64; 2]>,
    /// How the standard error was made.
    pub method: &'static str,
    /// Degrees of freedom of the interval.
    pub df: usize,
    /// Fewer than [`FEW_EVENTS`] events.
    pub few: bool,
    /// Why there is no value, or no error.
    pub note: String,
}

/// A survey as measured.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The name of the file.
    pub file: String,
    /// Its hash.
    pub blake3: String,
    /// What became of its rows.
    pub account: Account,
    /// Strata, PSUs, and strata of one PSU.
    pub design: [usize; 3],
    /// What of the family is not there, and why.
    pub absent: Vec<String>,
    /// All estimates, group by group.
    pub estimates: Vec<Estimate>,
}

/// Rows that belong together.
struct Domain {
    name: String,
    rows: Vec<usize>,
}

/// A sample whose family is wanted for every domain, and the outcome that it is of.
struct Task {
    of: String,
    sample: Sample,
    settings: Settings,
}

/// Measures a survey.
pub fn measure(survey: &Survey, asked: &Asked) -> Measurement {
    let domains = domains(survey);
    let mut estimates = Vec::new();
    let tasks = tasks(survey, asked);
    for domain in &domains {
        for task in &tasks {
            estimates.extend(of_domain(survey, asked, task, domain));
        }
    }
    Measurement {
        file: survey.file.clone(),
        blake3: survey.blake3.clone(),
        account: survey.account.clone(),
        design: [survey.design.strata(), survey.design.psus(), survey.design.lone()],
        absent: Vec::new(),
        estimates,
    }
}

/// All rows, and the rows of each value of each grouping column; numbers in their own order.
fn domains(survey: &Survey) -> Vec<Domain> {
    let all = Domain {
        name: "all".into(),
        rows: (0..survey.rows()).collect(),
    };
    std::iter::once(all).chain(survey.groups.iter().flat_map(parts)).collect()
}

fn parts(names: &Names) -> Vec<Domain> {
    let mut values: Vec<&str> = names.values.iter().map(String::as_str).collect();
    values.sort_by(|one, other| by_number(one, other));
    values.dedup();
    let domain = |value: &str| Domain {
        name: format!("{}={value}", names.name),
        rows: (0..names.values.len()).filter(|row| names.values[*row] == value).collect(),
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
fn tasks(survey: &Survey, asked: &Asked) -> Vec<Task> {
    let column = |holds: Holds| survey.column(holds).map(<[f64]>::to_vec);
    let flow = |holds: Holds| {
        let column = column(holds)?;
        Some(column.into_iter().map(|amount| amount * asked.period.in_year()).collect::<Vec<f64>>())
    };
    let ones = || vec![1.0; survey.rows()];
    let mut base = Sample::new(column(Holds::Weight).unwrap_or_else(ones), column(Holds::Size).unwrap_or_else(ones));
    base.equivalence = equivalence(survey, asked, &base.size);
    base.rank = column(Holds::Rank);
    let mut own = base.clone();
    own.consumption = flow(Holds::Consumption);
    own.basis = asked.basis.unwrap_or(Basis::Gross);
    own.oop = flow(Holds::OutOfPocket);
    own.food = flow(Holds::Food);
    own.income = flow(Holds::Income);
    let mut settings = Settings { ppp: asked.ppp, ..Settings::default() };
    if !asked.thresholds.is_empty() {
        settings.budget.clone_from(&asked.thresholds);
    }
    for (at, line) in asked.lines.iter().enumerate() {
        match line {
            LineAsked::Amount(amount) => settings.lines.push((amount.to_string(), *amount)),
            LineAsked::Column(_) => own.line = column(Holds::Line(at)),
        }
    }
    let of_outcome = |(at, name): (usize, &String)| {
        let outcome = column(Holds::Outcome(at))?;
        let mut sample = base.clone();
        sample.rank = sample.rank.or_else(|| default_rank(&own));
        sample.outcome = Some(outcome);
        let bounds = asked.bounds.map(|[low, high]| (low, high));
        let settings = Settings { bounds: bounds.unwrap_or((0.0, 1.0)), ..Settings::default() };
        Some(Task { of: name.clone(), sample, settings })
    };
    let outcomes: Vec<Task> = asked.outcomes.iter().enumerate().filter_map(of_outcome).collect();
    let own = Task { of: String::new(), sample: own, settings };
    std::iter::once(own).chain(outcomes).collect()
}

/// Equivalent adults of each row. Who is no child is an adult where adults are not told.
fn equivalence(survey: &Survey, asked: &Asked, size: &[f64]) -> Option<Vec<f64>> {
    let children = survey.column(Holds::Children);
    let adults = survey.column(Holds::Adults);
    let row = |row: usize| {
        let children = children.map_or(0.0, |children| children[row]);
        let adults = adults.map_or((size[row] - children).max(0.0), |adults| adults[row]);
        asked.scale.adults(adults, children)
    };
    Some((0..size.len()).map(row).collect())
}

/// What people are ranked by where nothing is said: gross consumption, else income, per equivalent adult.
fn default_rank(sample: &Sample) -> Option<Vec<f64>> {
    let adults = sample.equivalence.as_ref().unwrap_or(&sample.size);
    let oop = |row: usize| match (sample.basis, &sample.oop) {
        (Basis::Net, Some(oop)) => oop[row],
        _ => 0.0,
    };
    let household: Vec<f64> = match (&sample.consumption, &sample.income) {
        (Some(consumption), _) => (0..sample.len()).map(|row| consumption[row] + oop(row)).collect(),
        (None, income) => income.clone()?,
    };
    Some(household.iter().zip(adults).map(|(money, adults)| money / adults).collect())
}

/// The estimates of a task in a domain.
fn of_domain(survey: &Survey, asked: &Asked, task: &Task, domain: &Domain) -> Vec<Estimate> {
    let prepared = Prepared::within(&task.sample, &task.settings, domain.rows.clone());
    let rows = prepared.rows();
    let df = survey.design.df(&domain.rows);
    let errors: Vec<Error> = match asked.errors {
        Errors::None => rows.iter().map(|_| Error::none("none")).collect(),
        Errors::Linearised => {
            let each = rows.iter();
            each.map(|row| linearised(&row.measured, &task.sample, &survey.design, domain)).collect()
        }
        Errors::Bootstrap { replicates, seed } => bootstrap(&prepared, &task.sample, &survey.design, replicates, seed),
    };
    let reach = t_quantile(df, 0.975);
    let each = rows.into_iter().zip(errors);
    each.map(|(row, error)| estimate(row, error, task, domain, (df, reach), asked.min_cell)).collect()
}

/// A standard error, how it was made, and what is to be said of it.
struct Error {
    se: Option<f64>,
    method: &'static str,
    note: String,
}

impl Error {
    fn none(method: &'static str) -> Error {
        Error {
            se: None,
            method,
            note: String::new(),
        }
    }
}

fn linearised(measured: &Measured, sample: &Sample, design: &Design, domain: &Domain) -> Error {
    let Some(influence) = &measured.influence else {
        return Error {
            note: "no error in closed form: ask for --errors bootstrap".into(),
            ..Error::none("none")
        };
    };
    let terms = domain.rows.iter().map(|row| (*row, sample.weight[*row] * influence[*row]));
    Error {
        se: Some(design.standard_error(terms)),
        method: "linearised",
        note: String::new(),
    }
}

/// The standard deviation over replicates of each value, in the order of the rows. Replicates in which a value is not defined are
/// left out, and said.
fn bootstrap(prepared: &Prepared, sample: &Sample, design: &Design, replicates: u32, seed: u64) -> Vec<Error> {
    let replicate = |number: u32| {
        let factors = design.redrawn(seed, u64::from(number));
        let weights: Vec<f64> = factors.iter().zip(&sample.weight).map(|(factor, weight)| factor * weight).collect();
        prepared.values(&weights)
    };
    let all: Vec<Vec<f64>> = (0..replicates).into_par_iter().map(replicate).collect();
    let count = all.first().map_or(0, Vec::len);
    let error = |at: usize| {
        let values: Vec<f64> = all.iter().map(|values| values[at]).filter(|value| value.is_finite()).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let lost = all.len() - values.len();
        let lost = if lost > 0 { format!("not defined in {lost} of {replicates} replicates") } else { String::new() };
        Error {
            se: (n > 1.0).then(|| (squares / (n - 1.0)).sqrt()),
            method: "bootstrap",
            note: lost,
        }
    };
    (0..count).map(error).collect()
}

fn estimate(row: Row, error: Error, task: &Task, domain: &Domain, (df, reach): (usize, f64), min_cell: usize) -> Estimate {
    let value = Some(row.measured.value).filter(|value| value.is_finite());
    let se = error.se.filter(|se| se.is_finite() && value.is_some() && df > 0);
    let interval = value.zip(se).map(|(value, se)| [value - reach * se, value + reach * se]);
    let few = row.events.is_some_and(|events| (events as f64) < FEW_EVENTS);
    let masked = row.n < min_cell || row.events.is_some_and(|events| events < min_cell);
    let note = match (masked, value) {
        (true, _) => format!("masked: fewer than {min_cell}"),
        (false, None) => "not defined here".into(),
        (false, Some(_)) if df == 0 => "no degrees of freedom".into(),
        (false, Some(_)) => error.note,
    };
    Estimate {
        indicator: row.indicator,
        of: task.of.clone(),
        variant: row.variant,
        convention: row.convention,
        weight: row.weight,
        group: domain.name.clone(),
        n: Some(row.n).filter(|n| *n >= min_cell),
        events: row.events.filter(|_| !masked),
        value: value.filter(|_| !masked),
        se: se.filter(|_| !masked),
        interval: interval.filter(|_| !masked),
        method: if se.is_some() { error.method } else { "none" },
        df,
        few,
        note,
    }
}
