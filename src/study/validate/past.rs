//! A run beside the published figures of its own years: each series of figures is surveyed in every year that is reported.

use super::targets::{Target, of_table};
use super::{panel, yearly};
use crate::indicators::table::Estimate;
use crate::problem::Problems;
use crate::study::{Arm, Tick};
use rayon::prelude::*;

/// What a virtual survey gives in a year, and what was published of it.
#[derive(Clone, Debug)]
pub struct Traced {
    /// What it is about.
    pub family: String,
    /// The series, in words.
    pub figure: String,
    /// Unit.
    pub unit: String,
    /// The virtual survey.
    pub survey: String,
    /// The year.
    pub year: i32,
    /// The simulated figure, over replicates.
    pub simulated: Estimate,
    /// The published one of this year, where there is one.
    pub target: Option<Target>,
}

impl Traced {
    /// Whether the simulated figure passes by the rule of the published one; `None` where none was published.
    pub fn passes(&self) -> Option<bool> {
        self.target.as_ref().map(|target| target.passes(&self.simulated))
    }
}

/// Published figures that are told apart by year alone.
#[derive(PartialEq)]
struct Series<'a> {
    family: &'a str,
    figure: &'a str,
    unit: &'a str,
    survey: &'a str,
}

impl<'a> Series<'a> {
    fn of(target: &'a Target) -> Series<'a> {
        Series {
            family: &target.family,
            figure: &target.figure,
            unit: &target.unit,
            survey: &target.survey,
        }
    }
}

/// Lives the replicates of an arm whose scenario names published figures, interviewing every household, and takes every survey
/// in every year. The arm keeps its results. An arm without published figures is left alone.
///
/// # Errors
/// What is wrong with the table, and what the rules of a year get wrong.
pub fn trace(arm: &mut Arm, tick: Tick) -> Result<Vec<Traced>, Problems> {
    let Some(table) = arm.policy.scenario().published.clone() else {
        return Ok(Vec::new());
    };
    let targets = of_table(&table)?;
    let mut series: Vec<Series> = Vec::new();
    for target in &targets {
        let own = Series::of(target);
        if !series.contains(&own) {
            series.push(own);
        }
    }
    let run = &arm.policy.scenario().run;
    let years: Vec<(i32, f64)> = (run.first_year..=run.last_year)
        .map(|year| Ok((year, arm.policy.january(year)?.rules.livelihood.food_share)))
        .collect::<Result<_, Problems>>()?;
    let lived: Vec<_> = (0..arm.replicates())
        .into_par_iter()
        .map(|replicate| {
            let panel = panel::interview(&arm.policy, replicate, &|| tick(&arm.id))?;
            let asked = |series: &Series| -> Vec<Option<f64>> {
                let each = years
                    .iter()
                    .map(|&(year, food_share)| yearly(&panel, series.survey, year, food_share));
                each.collect()
            };
            let values: Vec<_> = series.iter().map(asked).collect();
            Ok((panel.result, values))
        })
        .collect::<Result<_, Problems>>()?;
    let mut traced = Vec::new();
    for (at, own) in series.iter().enumerate() {
        let of_year = |year: usize| -> Vec<f64> { lived.iter().filter_map(|(_, values)| values[at][year]).collect() };
        for (place, &(year, _)) in years.iter().enumerate() {
            let published = |target: &&Target| Series::of(target) == *own && target.year.trim().parse() == Ok(year);
            traced.push(Traced {
                family: own.family.into(),
                figure: own.figure.into(),
                unit: own.unit.into(),
                survey: own.survey.into(),
                year,
                simulated: Estimate::of(&of_year(place)),
                target: targets.iter().find(published).cloned(),
            });
        }
    }
    arm.results = lived.into_iter().map(|(result, _)| result).collect();
    Ok(traced)
}
