//! One run of a sweep: lived so that whatever goes wrong in it stays its own.

use super::outputs::{Outputs, Reading, Row};
use crate::problem::Problems;
use crate::run::{Policy, run_under};
use crate::scenario::Scenario;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The rows of a run, or why there are none.
pub type Outcome = Result<Vec<Row>, String>;

/// A cell with its compiled rules, ready to be lived under any seed.
pub struct Prepared {
    policy: Policy,
    reading: Reading,
}

impl Prepared {
    /// Of a scenario, of which `outputs` are kept.
    ///
    /// # Errors
    /// What is wrong with its rules.
    pub fn new(scenario: Scenario, outputs: &Outputs) -> Result<Prepared, Problems> {
        let policy = Policy::new(scenario)?;
        let reading = outputs.reading(&policy.blank_result()?, policy.funders()?);
        Ok(Prepared { policy, reading })
    }

    /// Lives a replicate under a seed; a fault of the program in it is told like any other.
    pub fn live(&self, seed: u64, replicate: u32) -> Outcome {
        isolated(|| run_under(&self.policy, seed, replicate, &|| ()).map(|result| self.reading.rows(&result)))
    }
}

/// What `work` gives, or says is wrong, or the words with which it panicked.
pub fn isolated<T>(work: impl FnOnce() -> Result<T, Problems>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(problems)) => Err(problems.render(false).trim_end().to_owned()),
        Err(panic) => Err(format!("fault of the program: {}", words(&*panic))),
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it did not say what")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn what_goes_wrong_is_told_and_stays_its_own() {
        assert_eq!(isolated(|| Ok(3)), Ok(3));
        let wrong = isolated(|| Err::<u8, _>(Problem::new("no such rule").into()));
        assert!(wrong.unwrap_err().contains("no such rule"));
        let fault = isolated(|| -> Result<u8, Problems> { panic!("index {} is out of bounds", 4) });
        assert_eq!(fault, Err("fault of the program: index 4 is out of bounds".to_owned()));
    }
}
