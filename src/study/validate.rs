//! Validation: published figures beside what the same survey finds in the simulated province.
//!
//! Every figure is computed by a virtual survey that re-enacts its source: whom it asked, over what recall, over what
//! denominator, with what estimator (`scenarios/data/targets.csv` names it). Effects are estimated as the sources did, from
//! panels of simulated households, not read off the model's own counterfactuals.

pub mod cross_section;
pub mod effects;
pub mod past;
pub mod targets;

use super::elasticity::{self, Margin};
use super::event_study::{self, EventStudy, Outcome, Struck};
use super::panel::{self, Panel};
use super::{Arm, Tick};
use crate::indicators::list::indicators;
use crate::indicators::result::RunResult;
use crate::indicators::table::{Estimate, Slice};
use crate::problem::Problems;
use crate::scenario::Scenario;
use crate::world::{Category, Provider};
use crate::year::funds::FundYear;
use cross_section::Survey;
use rayon::prelude::*;
use targets::{Target, targets};

/// Discount rate of the five years after a health shock.
const DISCOUNT: f64 = 0.05;
/// The last year of the experiments.
const EXPERIMENTS_END: i32 = 2025;
/// Replicates of each experiment, at most.
const EXPERIMENT_REPLICATES: u32 = 8;

/// A published figure with what the model gives.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The figure.
    pub target: Target,
    /// The simulated one, over replicates; not a number where the run was too short to ask.
    pub simulated: Estimate,
}

impl Checked {
    /// Whether it was asked at all.
    pub fn asked(&self) -> bool {
        !self.simulated.mean.is_nan()
    }

    /// Whether it passes by the rule of its target.
    pub fn passes(&self) -> bool {
        self.target.passes(&self.simulated)
    }
}

/// The worlds that are surveyed: the scenario, and for the baseline the experiments of the sources.
pub struct Worlds {
    /// The scenario, then the experiments in the order below.
    arms: Vec<Arm>,
}

/// Place of the experiment of early insurance among the arms.
const EARLY_INSURANCE: usize = 1;
/// Place of the poverty package.
const PACKAGE: usize = 2;
/// Places of the experiment in prices.
const PRICES: usize = 3;

impl Worlds {
    /// Of scenario `name` with `sets` on top. Experiments change today's rules, so they are made for the baseline alone.
    ///
    /// # Errors
    /// What is wrong with a scenario.
    pub fn of(name: &str, sets: &[String]) -> Result<Worlds, Problems> {
        let scenario = Arm::new(name, Scenario::load(name, sets)?)?;
        let run = scenario.policy.scenario().run.clone();
        let mut arms = vec![scenario];
        if name == "baseline" {
            let replicates = format!("run.replicates={}", run.replicates.min(EXPERIMENT_REPLICATES));
            let until = |last: i32| {
                let last = format!("run.last_year={}", run.last_year.min(last));
                [sets, &[replicates.clone(), last]].concat()
            };
            for id in ["early-insurance", "poverty-package"] {
                arms.push(Arm::new(id, Scenario::load(id, &until(EXPERIMENTS_END))?)?);
            }
            arms.extend(elasticity::arms(&["no-insurance"], &until(run.first_year))?);
        }
        Ok(Worlds { arms })
    }

    /// Whether the experiments of the sources are made as well.
    pub fn experiments(&self) -> bool {
        self.arms.len() > PRICES
    }

    /// All arms, for progress and memory.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// Lives them and takes every survey; figures that need an experiment of which there is none are left out.
    ///
    /// # Errors
    /// What the rules of a year get wrong.
    pub fn survey(mut self, tick: Tick) -> Result<Vec<Checked>, Problems> {
        let mut targets = targets()?;
        let experiments = self.experiments();
        if !experiments {
            targets.retain(|target| !EXPERIMENTS.iter().any(|start| target.survey.starts_with(start)));
        }
        let food_share = self.arms[0].policy.base()?.rules.livelihood.food_share;
        let mut columns = take(&self.arms[0], tick, &|panel| {
            let asked = Asked::new(panel, food_share);
            targets.iter().map(|target| asked.of(target)).collect()
        })?;
        let mut measured = Vec::new();
        if experiments {
            let early = take(&self.arms[EARLY_INSURANCE], tick, &|panel| {
                let effect = |target: &Target| effects::early_insurance(panel, &target.survey);
                targets.iter().map(effect).collect()
            })?;
            let package = take(&self.arms[PACKAGE], tick, &|panel| {
                let effect = |target: &Target| effects::package(panel, &target.survey, |year| line(panel, year));
                targets.iter().map(effect).collect()
            })?;
            for ((column, early), package) in columns.iter_mut().zip(early).zip(package) {
                column.extend(early.into_iter().chain(package));
            }
            measured = elasticity::measure(&mut self.arms[PRICES..], tick)?;
        }
        let checked = targets.into_iter().zip(columns).map(|(target, values)| {
            let margin = match target.survey.as_str() {
                "elasticity_visits" => Some(Margin::FirstVisit),
                "elasticity_admissions" => Some(Margin::Admission),
                _ => None,
            };
            let elasticity = measured.iter().find(|one| Some(one.margin) == margin);
            Checked {
                simulated: elasticity.map_or_else(|| Estimate::of(&values), |one| one.measured),
                target,
            }
        });
        Ok(checked.collect())
    }
}

/// What the names of surveys begin with that need an experiment.
const EXPERIMENTS: [&str; 3] = ["early_insurance_", "package_", "elasticity_"];

/// Takes every survey of `ask` in each replicate of an arm: values by survey. A panel is forgotten once asked.
fn take(arm: &Arm, tick: Tick, ask: &(dyn Fn(&Panel) -> Vec<Option<f64>> + Sync)) -> Result<Vec<Vec<f64>>, Problems> {
    let replicates: Vec<Vec<Option<f64>>> = (0..arm.replicates())
        .into_par_iter()
        .map(|replicate| Ok(ask(&panel::interview(&arm.policy, replicate, &|| tick(&arm.id))?)))
        .collect::<Result<_, Problems>>()?;
    let surveys = replicates.first().map_or(0, Vec::len);
    let column = |at: usize| replicates.iter().filter_map(|values| values[at]).collect();
    Ok((0..surveys).map(column).collect())
}

/// The line of 4.20 dollars in `year`, yuan per head.
fn line(panel: &Panel, year: i32) -> f64 {
    let result = &panel.result;
    let gauge = result.gauges.iter().position(|(_, _, line)| line == "ppp_4_20");
    let at = result.years.iter().position(|own| own.year == year);
    at.zip(gauge)
        .map_or(f64::NAN, |(year, gauge)| result.lines[year][gauge].as_yuan())
}

/// A panel with what several surveys share.
struct Asked<'a> {
    panel: &'a Panel,
    food_share: f64,
    /// Of any member, and of members of working age.
    shocks: [EventStudy; 2],
}

impl<'a> Asked<'a> {
    fn new(panel: &'a Panel, food_share: f64) -> Self {
        Asked {
            panel,
            food_share,
            shocks: [Struck::Anybody, Struck::Worker].map(|by| event_study::study(panel, by)),
        }
    }

    fn of(&self, target: &Target) -> Option<f64> {
        let survey = target.survey.as_str();
        let shocks = || self.shock(survey).filter(|effect| effect.is_finite());
        shocks().or_else(|| {
            let year = target.year.trim();
            match year.parse::<i32>() {
                Ok(year) => yearly(self.panel, survey, year, self.food_share),
                Err(_) => counted(survey, &self.panel.result, None),
            }
        })
    }

    /// Effects of health shocks.
    fn shock(&self, survey: &str) -> Option<f64> {
        let [anybody, worker] = &self.shocks;
        let path = |outcome| anybody.path(outcome);
        if survey == "leaving_lowest" {
            return event_study::leaving_lowest(self.panel, Struck::Worker);
        }
        Some(match survey {
            "shock_income_2" => worker.path(Outcome::Income).relative(0, 1),
            "shock_income_year_3" => worker.path(Outcome::Income).relative(3, 3),
            "shock_income_5" => path(Outcome::Income).relative(0, event_study::AFTER),
            "shock_oop_5" => path(Outcome::OutOfPocket).discounted(DISCOUNT),
            "shock_assets" => path(Outcome::NetAssets).relative(0, event_study::AFTER),
            "shock_relief" => path(Outcome::Relief).mean(1, event_study::AFTER),
            _ => return None,
        })
    }
}

/// What a survey of one year gives: of households, or from the model's own counts.
fn yearly(panel: &Panel, survey: &str, year: i32, food_share: f64) -> Option<f64> {
    let asked = Survey::new(panel, year, food_share).take(survey);
    asked.or_else(|| counted(survey, &panel.result, Some(year)))
}

/// Figures that the model's own counts give: claims, accounts, registers.
fn counted(survey: &str, result: &RunResult, year: Option<i32>) -> Option<f64> {
    let at = match year {
        Some(year) => Some(result.years.iter().position(|own| own.year == year)?),
        None => None,
    };
    if survey.starts_with("fund_") {
        return fund(survey, result, at);
    }
    let lifted = Some(Category::Lifted);
    let (name, convention, line, category) = match survey {
        "visits_per_head" => ("visits", "", "", None),
        "village_share" | "rate_all" | "policy_rate" | "actual_rate" => return of_tally(survey, result, at),
        "primary_share" => ("primary_share", "", "", None),
        "adults_admitted" => ("adults_admitted", "", "", None),
        "admissions_enrolled" => ("admissions", "", "", None),
        "bill_township" => ("admission_bill_township", "", "", None),
        "bill_county" => ("admission_bill_county", "", "", None),
        "bill_tertiary" => ("admission_bill_tertiary", "", "", None),
        "bill_all" => ("admission_bill", "", "", None),
        "rate_township" => ("basic_rate_township", "", "", None),
        "rate_county" => ("basic_rate_county", "", "", None),
        "rate_tertiary" => ("basic_rate_tertiary", "", "", None),
        "oop_per_head" => ("oop", "", "", None),
        "oop_share_admissions" => ("oop_share_admissions", "", "", None),
        "catastrophic_10" => ("catastrophic_10", "", "", None),
        "headcount_register" => ("fgt0", "income_only", "national", None),
        "enrolled" => ("enrolled", "", "", None),
        "impoverished_4_20" => ("impoverished", "gross above, net below", "ppp_4_20", None),
        "named_illness" => ("poor_named_illness", "register", "national", None),
        "forgone_admissions" => ("forgone_admission", "", "", None),
        "return_register" => ("return_hazard", "register", "national", lifted),
        "return_measured" => ("return_hazard", "measured_net", "ppp_3_00", lifted),
        _ => return None,
    };
    let all = indicators(result);
    let indicator = all
        .iter()
        .find(|one| one.id == name && one.convention == convention && one.line == line)?;
    indicator.value(&slice(at, category).tally(result, false))
}

fn slice(year: Option<usize>, category: Option<Category>) -> Slice {
    Slice {
        year,
        county: None,
        category,
    }
}

fn of_tally(survey: &str, result: &RunResult, year: Option<usize>) -> Option<f64> {
    let tally = slice(year, None).tally(result, false);
    let share = |part: i64, all: i64| (all > 0).then(|| part as f64 / all as f64);
    match survey {
        "village_share" => share(tally.visits[Provider::Village as usize], tally.visits.iter().sum()),
        "rate_all" | "policy_rate" => share(
            tally.admission_basic.iter().sum(),
            tally.admission_catalogue.iter().sum(),
        ),
        "actual_rate" => share(tally.bill_admissions - tally.oop_admissions, tally.bill_admissions),
        _ => None,
    }
}

/// Figures of all counties' accounts together.
fn fund(survey: &str, result: &RunResult, year: Option<usize>) -> Option<f64> {
    let years = result.years.iter().enumerate();
    let asked = years.filter(|(at, _)| year.is_none_or(|own| own == *at));
    let funds: Vec<_> = asked
        .flat_map(|(_, year)| &year.counties)
        .map(|county| &county.fund)
        .collect();
    let sum = |part: &dyn Fn(&FundYear) -> i64| funds.iter().map(|fund| part(fund)).sum::<i64>() as f64;
    let income = sum(&|fund| (fund.premiums + fund.subsidies).0);
    let spending = sum(&|fund| fund.claims.0);
    // Of the pools above counties, where there are any.
    let joint = result
        .years
        .iter()
        .enumerate()
        .filter(|(at, _)| year.is_none_or(|own| own == *at));
    let held_jointly = joint
        .flat_map(|(_, year)| &year.joint)
        .map(|joint| joint.year.closing.0)
        .sum::<i64>() as f64;
    let enrolled = slice(year, None).tally(result, false).enrolled as f64;
    let value = match survey {
        "fund_income" => income / 100.0 / enrolled,
        "fund_spending" => spending / 100.0 / enrolled,
        "fund_balance" => (income - spending) / income,
        "fund_reserve" => (sum(&|fund| fund.closing.0) + held_jointly) / spending * 12.0,
        _ => return None,
    };
    value.is_finite().then_some(value)
}
