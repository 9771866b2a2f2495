//! The family on simulated people: every household of a replicate is interviewed, the answers are measured as a survey's are, and
//! replicates give the error.

use super::asked::{Above, Asked, Errors, LineAsked};
use super::estimate::{Estimate, measure, measure_over_time};
use super::reading::{Refused, of_rows};
use crate::indicators::table::{Estimate as Over, FEW_EVENTS};
use crate::measure::{Basis, Weight};
use crate::problem::{Problem, Problems, suggest};
use crate::run::{Policy, RunResult};
use crate::study::panel::variables::{Variable, households};
use crate::study::panel::{Interview, Panel, interview};
use crate::survey::table::{File, Row};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is asked of simulated people.
#[derive(Clone, Debug)]
pub struct Request {
    /// The years, each measured by itself.
    pub years: Vec<i32>,
    /// Groups, outcomes and thresholds as of a survey; its columns are the variables of the microdata. An international dollar is
    /// one of 2017 in yuan of 2020.
    pub asked: Asked,
    /// Poverty over the reported years as well.
    pub over_time: bool,
    /// Replicates, from the first.
    pub replicates: u32,
}

/// The columns that the family takes from the microdata.
pub fn usual_columns(asked: Asked) -> Asked {
    let column = |name: &str| Some(name.to_owned());
    Asked {
        weight: column("weight"),
        size: column("size"),
        consumption: column("consumption_net"),
        basis: Some(Basis::Net),
        oop: column("oop"),
        food: column("food"),
        income: column("income"),
        adults: column("adults"),
        children: column("children"),
        above: Above::Keep,
        errors: Errors::None,
        ..asked
    }
}

/// Looks at a replicate as lived before it is measured.
pub type Confirm<'a> = dyn Fn(u32, &RunResult) -> Result<(), Problems> + Sync + 'a;

/// Measures replicates of a policy: what of the family is not there, and why; and each estimate with the mean, the error and the
/// interval (Student's t) over replicates. Rows and events are means of a replicate; few are fewer than 20 in all.
///
/// # Errors
/// What the rules of a year get wrong, a column that is none, a group that nobody is in, and what `confirm` says of a replicate.
pub fn measure_run(
    policy: &Policy,
    request: &Request,
    confirm: &Confirm,
    tick: &(dyn Fn() + Sync),
) -> Result<(Vec<String>, Vec<Estimate>), Problems> {
    let replicate = |replicate| -> Result<_, Problems> {
        let panel = interview(policy, replicate, tick)?;
        confirm(replicate, &panel.result)?;
        of_panel(policy, &panel, request)
    };
    let all: Vec<(Vec<String>, Vec<Estimate>)> = (0..request.replicates)
        .into_par_iter()
        .map(replicate)
        .collect::<Result<_, _>>()?;
    let (absent, estimates): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let mut said: Vec<String> = absent.into_iter().flatten().collect();
    said.sort();
    said.dedup();
    Ok((said, over_replicates(&estimates, request.asked.min_cell)))
}

fn of_panel(policy: &Policy, panel: &Panel, request: &Request) -> Result<(Vec<String>, Vec<Estimate>), Problems> {
    let run = &policy.scenario().run;
    let years = run.first_year..=run.last_year;
    let rules: Vec<_> = years.map(|year| policy.january(year)).collect::<Result<_, _>>()?;
    let food: Vec<f64> = rules.iter().map(|class| class.rules.livelihood.food_share).collect();
    let variables = households(&panel.result, &food);
    let (mut absent, mut estimates) = (Vec::new(), Vec::new());
    for &year in &request.years {
        let at = (year - run.first_year) as usize;
        let asked = Asked {
            lines: lines(&panel.result, at),
            ppp: request.asked.ppp.map(|yuan| yuan * rules[at].price_index),
            min_cell: 0,
            ..request.asked.clone()
        };
        let interviews: Vec<&Interview> = panel.year(year).collect();
        let file = file(&variables, &interviews, &asked, &[])?;
        let survey = of_rows(&file, &asked).map_err(refused)?;
        let measured = measure(&survey, &asked);
        absent.extend(measured.absent);
        estimates.extend(measured.estimates.into_iter().map(|one| Estimate {
            group: of_year(year, &one.group),
            ..one
        }));
    }
    if request.over_time {
        estimates.extend(over_time(panel, &variables, request)?);
    }
    Ok((absent, estimates))
}

/// A group of a year.
fn of_year(year: i32, group: &str) -> String {
    match group {
        "all" => format!("year={year}"),
        group => format!("year={year}, {group}"),
    }
}

/// The lines of a reported year, yuan per head and year.
fn lines(result: &RunResult, at: usize) -> Vec<LineAsked> {
    amounts(result, at)
        .into_iter()
        .map(|(name, amount)| LineAsked::Named(name, amount))
        .collect()
}

/// Each line of a reported year once, with its amount.
fn amounts(result: &RunResult, at: usize) -> Vec<(String, f64)> {
    let mut lines: Vec<(String, f64)> = Vec::new();
    for ((_, _, line), fen) in result.gauges.iter().zip(&result.lines[at]) {
        if lines.iter().all(|(name, _)| name != line) {
            lines.push((line.clone(), fen.as_yuan()));
        }
    }
    lines
}

/// Poverty over all reported years, line by line.
fn over_time(panel: &Panel, variables: &[Variable<Interview>], request: &Request) -> Result<Vec<Estimate>, Problems> {
    let interviews: Vec<&Interview> = panel.interviews.iter().collect();
    let names: Vec<String> = amounts(&panel.result, 0).into_iter().map(|(name, _)| name).collect();
    let mut all = Vec::new();
    for line in names {
        let by_year: BTreeMap<i32, f64> = (0..panel.result.years.len())
            .map(|at| {
                let amount = amounts(&panel.result, at).into_iter().find(|(name, _)| *name == line);
                (panel.result.years[at].year, amount.map_or(0.0, |(_, amount)| amount))
            })
            .collect();
        let asked = Asked {
            lines: vec![LineAsked::Column(line.clone())],
            panel: Some(("household".into(), "year".into())),
            outcomes: Vec::new(),
            factors: Vec::new(),
            min_cell: 0,
            ..request.asked.clone()
        };
        let amount = |one: &Interview| by_year[&one.year].to_string();
        let file = file(variables, &interviews, &asked, &[(&line, &amount)])?;
        let survey = of_rows(&file, &asked).map_err(refused)?;
        let word = format!("line `{line}`");
        all.extend(measure_over_time(&survey, &asked).into_iter().map(|one| Estimate {
            variant: one.variant.replace(&word, &format!("line {line}")),
            ..one
        }));
    }
    Ok(all)
}

/// What gives the cell of a column.
type Read<'a> = Box<dyn Fn(&Interview) -> String + 'a>;

/// A column beside the variables of the microdata.
type Extra<'a> = (&'a str, &'a dyn Fn(&Interview) -> String);

/// The answers as the rows of a survey file with the columns that are asked for.
fn file(
    variables: &[Variable<Interview>],
    interviews: &[&Interview],
    asked: &Asked,
    extra: &[Extra],
) -> Result<File, Problems> {
    let wanted = asked.columns();
    let mut reads: Vec<Read> = Vec::new();
    for name in &wanted {
        if let Some((_, read)) = extra.iter().find(|(own, _)| own == name) {
            reads.push(Box::new(read));
        } else if let Some(variable) = variables.iter().find(|variable| variable.name == *name) {
            reads.push(Box::new(|one| variable.value(one).text()));
        } else {
            let problem = Problem::new(format!("simulated households have no variable `{name}`"));
            let known = variables.iter().map(|variable| variable.name.as_str());
            let problem = problem.help_if(suggest(name, known));
            return Err(problem.help("docs/microdata.md lists them").into());
        }
    }
    let row = |(line, one): (u64, &&Interview)| Row {
        line,
        cells: reads.iter().map(|read| read(one)).collect(),
    };
    Ok(File {
        name: "simulated households".into(),
        columns: wanted.into_iter().map(str::to_owned).collect(),
        rows: (1..).zip(interviews).map(row).collect(),
        blake3: String::new(),
    })
}

fn refused(refused: Refused) -> Problems {
    match refused {
        Refused::Problems(problems) => problems,
        Refused::Rows(bad, _) => {
            let first = bad.first().map_or(String::new(), |bad| {
                format!("`{}`, household {}: {}", bad.column, bad.line, bad.reason)
            });
            Problem::new(format!("simulated households cannot be measured: {first}")).into()
        }
    }
}

/// What an estimate is of.
type Key = (String, &'static str, String, String, Weight);

fn key(one: &Estimate) -> Key {
    let (variant, convention) = (one.variant.clone(), one.convention.clone());
    (one.group.clone(), one.indicator, variant, convention, one.weight)
}

/// Each estimate over the replicates that have it, in the order in which they come.
fn over_replicates(replicates: &[Vec<Estimate>], min_cell: usize) -> Vec<Estimate> {
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut all: Vec<Vec<&Estimate>> = Vec::new();
    for one in replicates.iter().flatten() {
        let place = *places.entry(key(one)).or_insert(all.len());
        if place == all.len() {
            all.push(Vec::new());
        }
        all[place].push(one);
    }
    all.iter()
        .map(|own| combined(own, replicates.len(), min_cell))
        .collect()
}

fn combined(own: &[&Estimate], replicates: usize, min_cell: usize) -> Estimate {
    let values: Vec<f64> = own.iter().filter_map(|one| one.value).collect();
    let over = Over::of(&values);
    let mean = |count: &dyn Fn(&Estimate) -> Option<usize>| -> Option<usize> {
        let counts: Vec<usize> = own.iter().filter_map(|one| count(one)).collect();
        (!counts.is_empty()).then(|| (counts.iter().sum::<usize>() as f64 / replicates as f64).round() as usize)
    };
    let (n, events) = (mean(&|one| one.n), mean(&|one| one.events));
    let total: usize = own.iter().filter_map(|one| one.events.or(one.n)).sum();
    let masked = [n, events].into_iter().flatten().any(|count| count < min_cell);
    let shown = !masked && !values.is_empty();
    let spread = shown && over.se.is_finite();
    let note = match values.len() {
        _ if masked => format!("masked: fewer than {min_cell}"),
        0 => own[0].note.clone(),
        some if some < replicates => format!("not defined in {} of {replicates} replicates", replicates - some),
        _ => String::new(),
    };
    Estimate {
        n: n.filter(|n| *n >= min_cell),
        events: events.filter(|_| !masked),
        value: shown.then_some(over.mean),
        se: spread.then_some(over.se),
        interval: spread.then_some([over.lo, over.hi]),
        scale: if spread { "linear" } else { "" },
        method: if spread { "replicates" } else { "none" },
        df: values.len().saturating_sub(1),
        few: (total as f64) < FEW_EVENTS,
        note,
        ..own[0].clone()
    }
}
