//! Price elasticities measured by experiment inside the model: exogenous prices rise by a tenth, and the same people with the
//! same luck decide anew. Queues count for nothing in either world, so that capacity does not answer.

use super::{Arm, Tick};
use crate::indicators::result::RunResult;
use crate::indicators::table::Estimate;
use crate::indicators::tally::Tally;
use crate::problem::Problems;
use crate::rules::Rules;
use crate::scenario::Scenario;
use crate::world::{ALL_PROVIDERS, Provider};

/// How much prices rise.
const RISE: f64 = 1.1;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margin {
    /// Acute episodes brought to a provider at all, for a rise of the prices of visits.
    FirstVisit,
    /// Admissions, for a rise of the prices of admissions.
    Admission,
}

/// An elasticity and the published one of the same margin.
#[derive(Clone, Debug)]
pub struct Elasticity {
    /// What is asked about.
    pub margin: Margin,
    /// The scenario under which prices rise.
    pub under: String,
    /// The change in the logarithm of use over that of price, by replicate in pairs; of the pairs in which it was used at all.
    pub measured: Estimate,
}

/// The published elasticity of a margin, and its 95% interval: rural households of 2003 and 2008, before insurance covered
/// most of a bill (Zhou Z and others, Health Policy 2011; 103: 255).
pub fn published(margin: Margin) -> (f64, [f64; 2]) {
    match margin {
        Margin::FirstVisit => (-0.519, [-0.703, -0.336]),
        Margin::Admission => (-0.372, [-0.517, -0.226]),
    }
}

/// The arms of the experiment under each scenario: prices as they are, of visits risen, of admissions risen.
///
/// # Errors
/// What is wrong with a scenario.
pub fn arms(names: &[&str], sets: &[String]) -> Result<Vec<Arm>, Problems> {
    let mut arms = Vec::new();
    for name in names {
        let mut sets = sets.to_vec();
        sets.push("care_seeking.queue_weight=0".into());
        let scenario = Scenario::load(name, &sets)?;
        let rules: Rules = scenario.founding_rules()?;
        let risen = |table: &str, yuan: [f64; ALL_PROVIDERS.len()]| {
            let sought = ALL_PROVIDERS
                .into_iter()
                .filter(|&provider| provider != Provider::SelfCare);
            let set = sought.map(|provider| {
                let yuan = yuan[provider as usize] * RISE;
                format!("billing.{table}.{}={yuan}", provider.name())
            });
            [sets.clone(), set.collect()].concat()
        };
        let visits = risen("visit_yuan", rules.billing.visit_yuan.table());
        let admissions = risen("admission_yuan", rules.billing.admission_yuan.table());
        arms.push(Arm::new(name, scenario)?);
        arms.push(Arm::new(
            &format!("{name}, visits dearer"),
            Scenario::load(name, &visits)?,
        )?);
        arms.push(Arm::new(
            &format!("{name}, admissions dearer"),
            Scenario::load(name, &admissions)?,
        )?);
    }
    Ok(arms)
}

/// Lives the arms and reads the elasticities off them.
///
/// # Errors
/// What a run gets wrong.
pub fn measure(arms: &mut [Arm], tick: Tick) -> Result<Vec<Elasticity>, Problems> {
    super::run(arms, tick)?;
    let mut measured = Vec::new();
    for arms in arms.chunks(3) {
        for (margin, dearer) in [(Margin::FirstVisit, &arms[1]), (Margin::Admission, &arms[2])] {
            let pairs = arms[0].results.iter().zip(&dearer.results);
            let values: Vec<f64> = pairs
                .map(|(base, dearer)| (used(dearer, margin) / used(base, margin)).ln() / RISE.ln())
                .filter(|value| value.is_finite())
                .collect();
            measured.push(Elasticity {
                margin,
                under: arms[0].id.clone(),
                measured: Estimate::of(&values),
            });
        }
    }
    Ok(measured)
}

/// How much of it is used in all reported years.
fn used(result: &RunResult, margin: Margin) -> f64 {
    let counties = result.years.iter().flat_map(|year| &year.counties);
    let cells = counties.flat_map(|county| &county.counted.cells);
    cells.map(|tally| of_tally(tally, margin)).sum::<i64>() as f64
}

fn of_tally(tally: &Tally, margin: Margin) -> i64 {
    match margin {
        // Visits are hundredths; those for chronic care are one a quarter that is not forgone.
        Margin::FirstVisit => {
            let chronic = tally.needs[3] - tally.forgone[3].iter().sum::<i64>();
            tally.visits.iter().sum::<i64>() - 100 * chronic
        }
        Margin::Admission => tally.admissions.iter().sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chronic_visits_are_left_out() {
        let mut tally = Tally::default();
        // 10 acute episodes of 2.6 visits at the village, 4 quarters of chronic care there, of 5 needed.
        tally.visits[Provider::Village as usize] = 2_600 + 400;
        tally.needs[3] = 5;
        tally.forgone[3][1] = 1;
        tally.admissions[3] = 7;
        assert_eq!(of_tally(&tally, Margin::FirstVisit), 2_600);
        assert_eq!(of_tally(&tally, Margin::Admission), 7);
    }
}
