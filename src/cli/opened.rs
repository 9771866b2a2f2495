//! What a command looks into: a scenario file, or a scenario of a result, which is lived again.

use super::{Common, Failure};
use crate::exit;
use crate::output::{Kept, KeptArm};
use crate::problem::Problems;
use crate::run::RunResult;
use crate::scenario::Scenario;
use clap::Args;
use std::path::Path;

/// What is looked into.
#[derive(Args, Debug)]
pub struct Subject {
    /// A result folder, or a scenario: an id such as `baseline`, or a path ending in .toml
    #[arg(value_name = "RESULT|SCENARIO")]
    run: String,
    /// The scenario of the result, by its name in the tables; the first if not said
    #[arg(long, value_name = "ID")]
    scenario: Option<String>,
}

/// A scenario that is looked into.
pub struct Opened {
    /// Its name.
    pub id: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The result it stands in.
    result: Option<(Kept, KeptArm)>,
}

impl Subject {
    /// Opens it.
    ///
    /// # Errors
    /// When there is no such scenario, or an option has no meaning for it.
    pub fn open(&self, common: &Common) -> Result<Opened, Failure> {
        let usage = |message: &str| Err(Failure::new(format!("error: {message}"), exit::USAGE));
        let path = Path::new(&self.run);
        if path.is_dir() {
            if !common.sets.is_empty() || common.seed.is_some() {
                return usage("a result is what it was: --set and --seed are for scenarios");
            }
            if !Kept::is(path) {
                return usage(&format!(
                    "`{}` is a folder, but no result: it has no manifest.json",
                    self.run
                ));
            }
            let kept = Kept::open(path).map_err(Problems::from)?;
            let (arm, mut scenario) = kept.scenario(self.scenario.as_deref())?;
            let arm = arm.clone();
            if let Some(first) = common.replicates {
                if first > scenario.run.replicates {
                    return usage(&format!(
                        "`{}` has {} replicates, not {first}",
                        arm.id, scenario.run.replicates
                    ));
                }
                scenario.run.replicates = first;
            }
            return Ok(Opened {
                id: arm.id.clone(),
                scenario,
                result: Some((kept, arm)),
            });
        }
        if self.scenario.is_some() {
            return usage(&format!(
                "--scenario names a scenario of a result; `{}` is no result",
                self.run
            ));
        }
        let scenario = Scenario::load(&self.run, &common.sets())?;
        // With rules set on the command line it is not the one its file describes.
        let id = scenario.id.clone() + if common.sets.is_empty() { "" } else { "+set" };
        Ok(Opened {
            id,
            scenario,
            result: None,
        })
    }
}

impl Opened {
    /// Refuses a replicate, counted from 0, that it does not have.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn holds(&self, replicate: u32) -> Result<(), Failure> {
        let replicates = self.scenario.run.replicates;
        if replicate < replicates {
            return Ok(());
        }
        let message = format!(
            "error: `{}` has no replicate {replicate}: they are numbered from 0 to {}",
            self.id,
            replicates - 1
        );
        Err(Failure::new(message, exit::USAGE))
    }

    /// The years asked for, ascending and each once.
    ///
    /// # Errors
    /// When a year is not reported.
    pub fn reported(&self, years: &[i32]) -> Result<Vec<i32>, Failure> {
        let run = &self.scenario.run;
        if let Some(year) = years
            .iter()
            .find(|year| !(run.first_year..=run.last_year).contains(year))
        {
            let message = format!(
                "error: `{}` reports the years {} to {}, not {year}",
                self.id, run.first_year, run.last_year
            );
            return Err(Failure::new(message, exit::USAGE));
        }
        let mut years = years.to_vec();
        years.sort_unstable();
        years.dedup();
        Ok(years)
    }

    /// Whether a replicate, lived again, gave what the result says of it; of a scenario there is nothing to confirm.
    ///
    /// # Errors
    /// When it did not.
    pub fn confirm(&self, replicate: u32, lived: &RunResult) -> Result<(), Problems> {
        let Some((kept, arm)) = &self.result else { return Ok(()) };
        Ok(kept.confirm(arm, replicate, lived)?)
    }
}
