//! What a command looks into: a scenario file, or a scenario of a result, which is lived again.

use super::{Common, Failure};
use crate::exit;
use crate::output::{Kept, KeptArm};
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
    /// The replicate, counted from 0
    #[arg(long, default_value_t = 0, value_name = "N", allow_negative_numbers = true)]
    replicate: u32,
}

/// A scenario that is looked into.
pub struct Opened {
    /// Its name.
    pub id: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The replicate.
    pub replicate: u32,
    /// The result it stands in.
    result: Option<(Kept, KeptArm)>,
}

impl Subject {
    /// Opens it.
    ///
    /// # Errors
    /// When there is no such scenario or replicate, or an option has no meaning for it.
    pub fn open(&self, common: &Common) -> Result<Opened, Failure> {
        let usage = |message: &str| Err(Failure::new(format!("error: {message}"), exit::USAGE));
        let path = Path::new(&self.run);
        if path.is_dir() {
            if !common.sets().is_empty() {
                return usage("a result is what it was: --set, --seed and --replicates are for scenarios");
            }
            if !Kept::is(path) {
                return usage(&format!(
                    "`{}` is a folder, but no result: it has no manifest.json",
                    self.run
                ));
            }
            let kept = Kept::open(path).map_err(crate::problem::Problems::from)?;
            let (arm, scenario) = kept.scenario(self.scenario.as_deref())?;
            let arm = arm.clone();
            return self.of(arm.id.clone(), scenario, Some((kept, arm)));
        }
        if self.scenario.is_some() {
            return usage(&format!(
                "--scenario names a scenario of a result; `{}` is no result",
                self.run
            ));
        }
        let scenario = Scenario::load(&self.run, &common.sets())?;
        self.of(scenario.id.clone(), scenario, None)
    }

    fn of(&self, id: String, scenario: Scenario, result: Option<(Kept, KeptArm)>) -> Result<Opened, Failure> {
        let (replicate, replicates) = (self.replicate, scenario.run.replicates);
        if replicate >= replicates {
            let message = format!(
                "error: `{id}` has no replicate {replicate}: they are numbered from 0 to {}",
                replicates - 1
            );
            return Err(Failure::new(message, exit::USAGE));
        }
        Ok(Opened {
            id,
            scenario,
            replicate,
            result,
        })
    }
}

impl Opened {
    /// Whether the replicate, lived again, gave what the result says of it; of a scenario there is nothing to confirm.
    ///
    /// # Errors
    /// When it did not.
    pub fn confirm(&self, lived: &RunResult) -> Result<(), Failure> {
        let Some((kept, arm)) = &self.result else { return Ok(()) };
        Ok(kept
            .confirm(arm, self.replicate, lived)
            .map_err(crate::problem::Problems::from)?)
    }
}
