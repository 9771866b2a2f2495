//! The family of indicators on a survey, by group, each value with the error that the design gives it.

use super::asked::{Asked, Errors};
use super::columns::{Domain, Task, domains, tasks, what_ranks};
use super::errors::{Error, Family, bootstrap, linearised};
use super::survey::{Account, Holds, Survey};
use super::{decomposed, over_time};
use crate::indicators::table::{FEW_EVENTS, t_quantile};
use crate::measure::{Prepared, Row, Weight};

/// An indicator of a group, as measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Its name in `docs/indicators.md`.
    pub indicator: &'static str,
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

/// Measures a survey.
pub fn measure(survey: &Survey, asked: &Asked) -> Measurement {
    let tasks = tasks(survey, asked);
    let mut absent = lacking(survey, asked);
    let mut all = Vec::new();
    for domain in &domains(survey, asked, &tasks[0].sample) {
        if domain.rows.iter().all(|row| tasks[0].sample.weight[*row] == 0.0) {
            absent.push(format!(
                "`{}`: nobody is in it, since equals stay together",
                domain.name
            ));
            continue;
        }
        let flat = tasks.first().is_some_and(|task| does_not_vary(task, &domain.rows));
        if flat {
            absent.push(format!(
                "in `{}`, what ranks people (concentration, rank-weighted): the ranking variable has one value",
                domain.name
            ));
        }
        for (at, task) in tasks.iter().enumerate() {
            let of_domain = |family: Family| estimates(survey, asked, &family, task, domain);
            all.extend(
                of_domain(of_sample(task, domain))
                    .into_iter()
                    .filter(|one| !(flat && is_ranked(one.indicator))),
            );
            if at > 0 && !flat {
                match decomposed::family(survey, asked, task, domain) {
                    Some(Ok(family)) => all.extend(of_domain(family)),
                    Some(Err(reason)) => {
                        let reason = format!("in `{}`, decompositions (--factor): {reason}", domain.name);
                        if !absent.contains(&reason) {
                            absent.push(reason);
                        }
                    }
                    None => {}
                }
            }
            if at == 0 && !domain.is_wave {
                all.extend(
                    over_time::families(survey, task, domain)
                        .into_iter()
                        .flat_map(of_domain),
                );
            }
        }
    }
    Measurement {
        file: survey.file.clone(),
        blake3: survey.blake3.clone(),
        account: survey.account.clone(),
        design: [survey.design.strata(), survey.design.psus(), survey.design.lone()],
        errors: in_words(asked.errors),
        absent,
        estimates: all,
    }
}

/// Poverty over the waves of a panel alone, without what is measured of each wave.
pub fn measure_over_time(survey: &Survey, asked: &Asked) -> Vec<Estimate> {
    let tasks = tasks(survey, asked);
    let mut all = Vec::new();
    let domains = domains(survey, asked, &tasks[0].sample);
    for domain in domains.iter().filter(|domain| !domain.is_wave) {
        let families = over_time::families(survey, &tasks[0], domain).into_iter();
        all.extend(families.flat_map(|family| estimates(survey, asked, &family, &tasks[0], domain)));
    }
    all
}

/// The indicators of a sample in a domain. Medians of a wave are drawn from that wave alone.
fn of_sample<'a>(task: &Task, domain: &'a Domain) -> Family<'a> {
    if !domain.is_wave {
        let prepared = Prepared::within(&task.sample, &task.settings, domain.rows.clone());
        return Family {
            rows: prepared.rows(),
            values: Box::new(move |weights| prepared.values(weights)),
        };
    }
    let mut sample = task.sample.clone();
    sample.weight = domain.only(&sample.weight);
    let prepared = Prepared::within(&sample, &task.settings, domain.rows.clone());
    Family {
        rows: prepared.rows(),
        values: Box::new(move |weights| prepared.values(&domain.only(weights))),
    }
}

/// The estimates of a family in a domain.
fn estimates(survey: &Survey, asked: &Asked, family: &Family, task: &Task, domain: &Domain) -> Vec<Estimate> {
    let (weights, design) = (&task.sample.weight, &survey.design);
    let errors: Vec<Error> = match asked.errors {
        Errors::None => family.rows.iter().map(|_| Error::none("none")).collect(),
        Errors::Linearised => {
            let rows = family.rows.iter();
            rows.map(|row| linearised(row, weights, design, domain)).collect()
        }
        Errors::Bootstrap { replicates, seed } => bootstrap(&*family.values, weights, design, (replicates, seed)),
    };
    let df = design.df(&domain.rows);
    let reach = t_quantile(df, 0.975);
    let each = family.rows.iter().zip(errors);
    each.map(|(row, error)| estimate(row, error, task, domain, (df, reach), asked.min_cell))
        .collect()
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
fn lacking(survey: &Survey, asked: &Asked) -> Vec<String> {
    let beyond = |at| {
        survey
            .column(Holds::Outcome(at))
            .is_some_and(|outcome| outcome.iter().any(|y| !(0.0..=1.0).contains(y)))
    };
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
            asked.bounds.is_none() && (0..asked.outcomes.len()).any(beyond),
            "indices of Erreygers and Wagstaff of outcomes that go beyond 0 to 1: they need --bounds",
        ),
    ];
    lacks
        .into_iter()
        .filter(|(lacks, _)| *lacks)
        .map(|(_, what)| what.into())
        .collect()
}

/// Whether the rows with weight have one value of what ranks them.
fn does_not_vary(task: &Task, rows: &[usize]) -> bool {
    let Some(rank) = what_ranks(&task.sample) else {
        return false;
    };
    let mut heavy = rows
        .iter()
        .filter(|row| task.sample.weight[**row] > 0.0)
        .map(|row| rank[*row]);
    let first = heavy.next();
    heavy.all(|value| Some(value) == first)
}

/// Whether people are ranked for it by the ranking variable. Kakwani's index ranks by consumption.
fn is_ranked(indicator: &str) -> bool {
    ["concentration", "rank_weighted"]
        .iter()
        .any(|word| indicator.contains(word))
}

/// Indicators that are shares of people or households: their intervals stay between 0 and 1.
const SHARES: [&str; 17] = [
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
    "poverty_transition",
    "poverty_entry",
    "poverty_entry_cumulative",
    "poverty_exit_hazard",
    "poverty_return_hazard",
    "chronic_poverty_headcount",
];

/// Of a value's size, or of 1, what is below this is rounding.
const ROUNDING: f64 = 1e-12;

/// Whether it is a share of nobody or of all, of which the log odds are infinite.
fn has_no_odds(indicator: &str, value: f64) -> bool {
    SHARES.contains(&indicator) && value.min(1.0 - value) < ROUNDING
}

/// The 95% interval and its scale: of the log odds for shares, as Stata has it for proportions.
fn interval(indicator: &str, value: f64, se: f64, reach: f64) -> ([f64; 2], &'static str) {
    if SHARES.contains(&indicator) {
        let odds = (value / (1.0 - value)).ln();
        let width = reach * se / (value * (1.0 - value));
        let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        return ([back(odds - width), back(odds + width)], "logit");
    }
    ([value - reach * se, value + reach * se], "linear")
}

fn estimate(
    row: &Row,
    error: Error,
    task: &Task,
    domain: &Domain,
    (df, reach): (usize, f64),
    min_cell: usize,
) -> Estimate {
    let value = Some(row.measured.value).filter(|value| value.is_finite());
    let few = (row.events.unwrap_or(row.n) as f64) < FEW_EVENTS;
    let masked = row.n < min_cell || row.events.is_some_and(|events| events < min_cell);
    let shown = value.filter(|_| !masked);
    let size = shown.map_or(1.0, |value| value.abs().max(1.0));
    let se = error.se.filter(|se| se.is_finite() && shown.is_some() && df > 0);
    let se = se.map(|se| if se < ROUNDING * size { 0.0 } else { se });
    // What does not vary in the sample (nobody has the event, or all do) may still vary elsewhere.
    let still = se == Some(0.0);
    let edge = se.is_some() && shown.is_some_and(|value| has_no_odds(row.indicator, value));
    let ends = shown
        .zip(se.filter(|_| !still && !edge))
        .map(|(value, se)| interval(row.indicator, value, se, reach));
    let note = match (masked, value) {
        (true, _) => format!("masked: fewer than {min_cell}"),
        (false, None) => "not defined here".into(),
        (false, Some(_)) if df == 0 && error.se.is_some() => "no degrees of freedom".into(),
        (false, Some(_)) if still => "no variation, so no interval".into(),
        (false, Some(_)) if edge => "a share of 0 or 1, so no interval".into(),
        (false, Some(_)) => error.note,
    };
    Estimate {
        indicator: row.indicator,
        variant: task.told(&row.variant),
        convention: task.told(&row.convention),
        weight: row.weight,
        group: domain.name.clone(),
        n: Some(row.n).filter(|n| *n >= min_cell),
        events: row.events.filter(|_| !masked),
        value: shown,
        se,
        interval: ends.map(|(ends, _)| ends),
        scale: ends.map_or("", |(_, scale)| scale),
        method: if se.is_some() { error.method } else { "none" },
        df,
        few,
        note,
    }
}
