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
    /// On which scale the interval was made: `logit` for shares between 0 and 1, else `linear`.
    pub scale: &'static str,
    /// How the standard error was made.
    pub method: &'static str,
    /// Degrees of freedom of the interval.
    pub df: usize,
    /// Fewer than 20 events, or rows where it is not of an event.
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
    /// How errors were made, in words.
    pub errors: String,
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
    let mut absent = lacking(asked);
    let tasks = tasks(survey, asked);
    for domain in &domains {
        let flat = tasks.first().is_some_and(|task| does_not_vary(task, &domain.rows));
        if flat {
            absent.push(format!(
                "in `{}`, what ranks people (concentration, rank-weighted, Kakwani): they do not differ in rank",
                domain.name
            ));
        }
        for task in &tasks {
            let all = of_domain(survey, asked, task, domain);
            estimates.extend(all.into_iter().filter(|one| !(flat && is_ranked(one.indicator))));
        }
    }
    Measurement {
        file: survey.file.clone(),
        blake3: survey.blake3.clone(),
        account: survey.account.clone(),
        design: [survey.design.strata(), survey.design.psus(), survey.design.lone()],
        errors: in_words(asked.errors),
        absent,
        estimates,
    }
}

fn in_words(errors: Errors) -> String {
    match errors {
        Errors::Linearised => "linearised, ultimate clusters drawn with replacement".into(),
        Errors::Bootstrap { replicates, seed } => {
            format!("rescaled bootstrap of Rao and Wu, {replicates} replicates, seed {seed}")
        }
        Errors::None => "none".into(),
    }
}

/// What the family lacks for want of a column or a number, and of which.
fn lacking(asked: &Asked) -> Vec<String> {
    let spending = asked.consumption.is_some() && asked.oop.is_some();
    let lacks = [
        (
            !spending && !asked.thresholds.is_empty(),
            "catastrophic spending: it needs --consumption and --oop",
        ),
        (
            spending && asked.ppp.is_none(),
            "sdg_382_2025: its line is in international dollars of 2017, so it needs --ppp, which is not guessed",
        ),
        (
            spending && asked.food.is_none(),
            "capacity to pay of the WHO, shares of consumption other than food: they need --food",
        ),
        (
            asked.lines.is_empty() && (asked.consumption.is_some() || asked.income.is_some()),
            "poverty and impoverishing spending at absolute lines: they need --line",
        ),
        (
            asked.outcomes.iter().any(|_| asked.bounds.is_none()),
            "indices of Erreygers and Wagstaff of outcomes beyond 0 to 1: they need --bounds",
        ),
    ];
    lacks
        .into_iter()
        .filter(|(lacks, _)| *lacks)
        .map(|(_, what)| what.into())
        .collect()
}

/// All rows, and the rows of each value of each grouping column; numbers in their own order.
fn domains(survey: &Survey) -> Vec<Domain> {
    let all = Domain {
        name: "all".into(),
        rows: (0..survey.rows()).collect(),
    };
    std::iter::once(all)
        .chain(survey.groups.iter().flat_map(parts))
        .collect()
}

fn parts(names: &Names) -> Vec<Domain> {
    let mut values: Vec<&str> = names.values.iter().map(String::as_str).collect();
    values.sort_by(|one, other| by_number(one, other));
    values.dedup();
    let domain = |value: &str| Domain {
        name: format!("{}={value}", names.name),
        rows: (0..names.values.len())
            .filter(|row| names.values[*row] == value)
            .collect(),
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
        column(Holds::Size).unwrap_or_else(ones),
    );
    base.equivalence = equivalence(survey, asked, &base.size);
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
        let settings = Settings {
            bounds: bounds.unwrap_or((0.0, 1.0)),
            ..Settings::default()
        };
        Some(Task {
            of: name.clone(),
            sample,
            settings,
        })
    };
    let outcomes: Vec<Task> = asked.outcomes.iter().enumerate().filter_map(of_outcome).collect();
    let own = Task {
        of: String::new(),
        sample: own,
        settings,
    };
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
    Some(
        household
            .iter()
            .zip(adults)
            .map(|(money, adults)| money / adults)
            .collect(),
    )
}

/// Whether the rows with weight have one value of what ranks them.
fn does_not_vary(task: &Task, rows: &[usize]) -> bool {
    let Some(rank) = task.sample.rank.clone().or_else(|| default_rank(&task.sample)) else {
        return false;
    };
    let mut heavy = rows
        .iter()
        .filter(|row| task.sample.weight[**row] > 0.0)
        .map(|row| rank[*row]);
    let first = heavy.next();
    heavy.all(|value| Some(value) == first)
}

/// Whether people are ranked for it by the ranking variable.
fn is_ranked(indicator: &str) -> bool {
    ["concentration", "rank_weighted", "kakwani"]
        .iter()
        .any(|word| indicator.contains(word))
}

/// Indicators that are shares of people or households: their intervals stay between 0 and 1.
const SHARES: [&str; 11] = [
    "sdg_382_2024",
    "sdg_382_2025",
    "who_catastrophic",
    "who_poor",
    "who_impoverished",
    "che_headcount",
    "impoverishing_headcount",
    "further_impoverishing_headcount",
    "poverty_headcount",
    "relative_poverty_rate",
    "share_not_above_0",
];

/// The 95% interval and its scale: of the log odds for shares, as Stata has it for proportions.
fn interval(indicator: &str, value: f64, se: f64, reach: f64) -> ([f64; 2], &'static str) {
    if SHARES.contains(&indicator) && value > 0.0 && value < 1.0 {
        let odds = (value / (1.0 - value)).ln();
        let width = reach * se / (value * (1.0 - value));
        let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        return ([back(odds - width), back(odds + width)], "logit");
    }
    ([value - reach * se, value + reach * se], "linear")
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
            each.map(|row| linearised(&row.measured, &task.sample, &survey.design, domain))
                .collect()
        }
        Errors::Bootstrap { replicates, seed } => bootstrap(&prepared, &task.sample, &survey.design, replicates, seed),
    };
    let reach = t_quantile(df, 0.975);
    let each = rows.into_iter().zip(errors);
    each.map(|(row, error)| estimate(row, error, task, domain, (df, reach), asked.min_cell))
        .collect()
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
    let terms = domain
        .rows
        .iter()
        .map(|row| (*row, sample.weight[*row] * influence[*row]));
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
        let weights: Vec<f64> = factors
            .iter()
            .zip(&sample.weight)
            .map(|(factor, weight)| factor * weight)
            .collect();
        prepared.values(&weights)
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

fn estimate(
    row: Row,
    error: Error,
    task: &Task,
    domain: &Domain,
    (df, reach): (usize, f64),
    min_cell: usize,
) -> Estimate {
    let value = Some(row.measured.value).filter(|value| value.is_finite());
    let se = error.se.filter(|se| se.is_finite() && value.is_some() && df > 0);
    let ends = value
        .zip(se)
        .map(|(value, se)| interval(row.indicator, value, se, reach));
    let few = (row.events.unwrap_or(row.n) as f64) < FEW_EVENTS;
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
        interval: ends.map(|(ends, _)| ends).filter(|_| !masked),
        scale: ends.map_or("", |(_, scale)| scale),
        method: if se.is_some() { error.method } else { "none" },
        df,
        few,
        note,
    }
}
