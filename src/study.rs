//! A study: several scenarios over the same replicates, compared pair by pair.

pub mod attribution;
pub mod each;
pub mod elasticity;
pub mod event_study;
pub mod explain;
pub mod flags;
mod forks;
pub mod health;
pub mod lineage;
pub mod matched;
pub mod measure;
pub mod memory;
pub mod nudge;
pub mod panel;
pub mod programmes;
pub mod sweep;
pub mod validate;
pub mod winners;

use crate::indicators::result::RunResult;
use crate::indicators::table::Estimate;
use crate::indicators::tally::{Add, Tally};
use crate::month::insurance::Funder;
use crate::problem::Problems;
use crate::run::Policy;
use crate::scenario::Scenario;
use crate::units::Month;
use winners::{Cells, Waiting};

/// A scenario of a study with its results, one a replicate.
pub struct Arm {
    /// The name in tables and figures.
    pub id: String,
    /// The scenario and its compiled rules.
    pub policy: Policy,
    /// By replicate.
    pub results: Vec<RunResult>,
    /// What became of households beside the first arm, by replicate and reported year; nothing where that was not asked.
    pub winners: Vec<Vec<Cells>>,
    /// A world to stand beside the base and be read as a level (no growth, no illness), not a policy to compare.
    pub control: bool,
}

/// Progress of a study: called after each lived year with the name of each arm that shares it.
pub type Tick<'a> = &'a (dyn Fn(&str) + Sync);

impl Arm {
    /// Prepares an arm.
    ///
    /// # Errors
    /// What is wrong with the scenario.
    pub fn new(id: &str, scenario: Scenario) -> Result<Arm, Problems> {
        Ok(Arm {
            id: id.into(),
            policy: Policy::new(scenario)?,
            results: Vec::new(),
            winners: Vec::new(),
            control: false,
        })
    }

    /// Replicates wanted.
    pub fn replicates(&self) -> u32 {
        self.policy.scenario().run.replicates
    }

    /// Years lived by one run, burn-in included: the unit of progress.
    pub fn years(&self) -> u64 {
        let run = &self.policy.scenario().run;
        (run.last_year - run.first_year + 1 + run.burn_in_years).max(0) as u64
    }
}

/// How much work a study was; what arms share is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Worlds founded.
    pub worlds_founded: u64,
    /// Years lived by any world, burn-in included.
    pub years_lived: u64,
    /// The most worlds that were in memory at once.
    pub most_worlds_at_once: usize,
}

/// Runs all replicates of all arms that have no results yet, on all cores. What arms share of their past is lived once
/// (`study/forks.rs`); results depend neither on that nor on the cores.
///
/// # Errors
/// The first thing that is wrong with any scenario.
pub fn run(arms: &mut [Arm], tick: Tick) -> Result<Effort, Problems> {
    let which = not_run(arms);
    lived(arms, &which, tick, None)
}

/// As [`run`]; and the households of each arm that is lived together with the first are held against their own in it, at each
/// close ([`winners`]).
///
/// # Errors
/// The first thing that is wrong with any scenario.
pub fn compare(arms: &mut [Arm], tick: Tick) -> Result<Effort, Problems> {
    let which = not_run(arms);
    let Some(waiting) = Waiting::of(arms, &which)? else {
        return lived(arms, &which, tick, None);
    };
    let effort = lived(arms, &which, tick, Some(&waiting))?;
    for (arm, winners) in arms.iter_mut().zip(waiting.into_counted()) {
        if !winners.is_empty() {
            arm.winners = winners;
        }
    }
    Ok(effort)
}

fn not_run(arms: &[Arm]) -> Vec<usize> {
    (0..arms.len()).filter(|&at| arms[at].results.is_empty()).collect()
}

fn lived(arms: &mut [Arm], which: &[usize], tick: Tick, waiting: Option<&Waiting>) -> Result<Effort, Problems> {
    let (mut results, effort) = forks::run(arms, which, tick, waiting)?;
    for &at in which {
        arms[at].results = std::mem::take(&mut results[at]);
    }
    Ok(effort)
}

/// What the public pays in a year, fen: every insurance and aid layer but those of commercial insurers, the delivery of programmes, dibao and cash, less the
/// premiums that households pay into the pool. (Public premiums and subsidies fill the pool that pays the layers, so they are
/// not counted again.) `funders` are those of the tally's own scenario: another may have other layers.
pub fn public_cost(tally: &Tally, funders: &[Funder]) -> i64 {
    let layers = tally.layers.iter().zip(funders);
    let public = layers.filter(|(_, funder)| **funder != Funder::Insurer);
    public.map(|(paid, _)| paid).sum::<i64>() + tally.programme_cost + tally.dibao + tally.cash - tally.premiums
}

/// The sum of a year's tallies over counties and categories.
pub fn year_total(result: &RunResult, year: usize) -> Tally {
    let mut sum = Tally::default();
    for county in &result.years[year].counties {
        for cell in &county.counted.cells {
            sum.add(cell);
        }
    }
    sum
}

/// What a package costs the public beyond the base, and the cash per person that costs the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EqualCost {
    /// The year.
    pub year: i32,
    /// Extra public cost of the package, yuan of the year over the whole world.
    pub extra_yuan: Estimate,
    /// People in tekun, dibao, lifted and monitored households.
    pub eligible: f64,
    /// Yuan per eligible person and year.
    pub cash_yuan: f64,
}

/// Sizes a cash transfer to all but ordinary households that costs what `package` costs beyond `base`, year by year.
///
/// # Errors
/// What is wrong with the rules of either.
pub fn size_cash(base: &Arm, package: &Arm) -> Result<Vec<EqualCost>, Problems> {
    let funders = (base.policy.funders()?, package.policy.funders()?);
    let years = base.results.first().map_or(0, |result| result.years.len());
    let first = base.policy.scenario().run.first_year;
    let size = |at: usize| {
        let extra_yuan = Estimate::of(&extra_cost((base, &funders.0), (package, &funders.1), at));
        let people = |result: &RunResult| year_total(result, at).standing[..4].iter().sum::<i64>() as f64;
        let eligible = base.results.iter().map(people).sum::<f64>() / base.results.len().max(1) as f64;
        let cash_yuan = if eligible > 0.0 {
            extra_yuan.mean.max(0.0) / eligible
        } else {
            0.0
        };
        EqualCost {
            year: first + at as i32,
            extra_yuan,
            eligible,
            cash_yuan,
        }
    };
    Ok((0..years).map(size).collect())
}

/// Corrects the sizes by what a pilot of the cash arm really cost: handing it out costs, and it replaces some dibao.
///
/// # Errors
/// What is wrong with the rules of either.
pub fn correct_cash(sizes: &mut [EqualCost], base: &Arm, pilot: &Arm) -> Result<(), Problems> {
    let funders = (base.policy.funders()?, pilot.policy.funders()?);
    for (at, size) in sizes.iter_mut().enumerate() {
        let net = Estimate::of(&extra_cost((base, &funders.0), (pilot, &funders.1), at)).mean;
        if net > 0.0 && size.cash_yuan > 0.0 {
            size.cash_yuan *= (size.extra_yuan.mean / net).clamp(0.5, 2.0);
        }
    }
    Ok(())
}

/// Writes the sizes into the cash scenario: the amount of each year, for whoever its programme reaches.
///
/// # Errors
/// When the scenario has no such lever.
pub fn apply_cash(sizes: &[EqualCost], cash: &mut Scenario) -> Result<(), Problems> {
    for size in sizes {
        let from = Month::of(size.year, 1);
        cash.push_change(
            "livelihood.cash_transfer_yuan_per_year",
            size.cash_yuan,
            from,
            Some(from + 12),
        )?;
    }
    Ok(())
}

/// Extra public cost of `arm` beyond `base` in a year, yuan, one value a replicate that both have; each with its funders.
fn extra_cost(base: (&Arm, &[Funder]), arm: (&Arm, &[Funder]), year: usize) -> Vec<f64> {
    let costs = |(arm, funders): (&Arm, &[Funder])| -> Vec<i64> {
        let cost = |result: &RunResult| public_cost(&year_total(result, year), funders);
        arm.results.iter().map(cost).collect()
    };
    let pairs = costs(base).into_iter().zip(costs(arm));
    pairs.map(|(one, two)| (two - one) as f64 / 100.0).collect()
}
