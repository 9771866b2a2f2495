//! `kangcun check FILE`: loads a scenario and compiles its rules for every month, and says what is wrong.

use super::{Common, Failure};
use crate::run::Policy;
use crate::scenario::Scenario;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let policy = Policy::new(scenario)?;
    let scenario = policy.scenario();
    let cards = scenario.cards();
    let assumed = cards.iter().filter(|card| card.grade == Some('D')).count();
    say!("{}: {}", scenario.id, scenario.title);
    say!("{}", scenario.summary);
    say!(
        "{} to {}, {} replicates, seed {}; {} programmes; {} parameters with cards, {assumed} of them assumptions (grade D)",
        scenario.run.first_year,
        scenario.run.last_year,
        scenario.run.replicates,
        scenario.run.seed,
        scenario.programmes.len(),
        cards.len(),
    );
    say!("No fault found.");
    Ok(())
}
