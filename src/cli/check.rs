//! `kangcun check FILE`: loads a scenario and compiles its rules for every month, and says what is wrong.

use super::run::check_published;
use super::{Common, Failure, each};
use crate::run::Policy;
use crate::scenario::{Scenario, Sweep};
use crate::units::Month;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    if Sweep::is(name) {
        return each::check(name, common);
    }
    let scenario = Scenario::load(name, &common.sets())?;
    check_published(&scenario)?;
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
    let idle = scenario.idle(Month::of(policy.founding_year(), 1));
    for warning in &idle {
        say!("warning: {warning}");
    }
    match idle.len() {
        0 => say!("No fault found."),
        1 => say!("No fault found, but 1 warning."),
        count => say!("No fault found, but {count} warnings."),
    }
    Ok(())
}
