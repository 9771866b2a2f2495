//! `kangcun founding`: the founded margins beside the published ones.

use super::{Common, Failure, fits};
use crate::draws::Luck;
use crate::founding::margins;
use crate::rules::BASE_YEAR;
use crate::rules::Rules;
use crate::run::Policy;
use crate::scenario::Scenario;
use crate::study::memory::Need;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let rules: Rules = scenario.founding_rules()?;
    fits(Need::of_world(&rules.world, &rules.founding))?;
    let luck = Luck::new(scenario.run.seed, 0);
    let policy = Policy::new(scenario)?;
    let world = policy.found(&luck)?;
    if let Some(population) = policy.population() {
        let title = &population.manifest.title;
        say!("Founded from a population of one's own: {title}. Beside the margins published for the country:");
    }
    let rows = margins(&world, &rules.world, &rules.founding);
    say!(
        "{} agents in {} counties, 1 January {}; weighted margins",
        world.agents(),
        world.counties.len(),
        world.year,
    );
    if world.year != BASE_YEAR {
        say!(
            "(published margins and their sources below are those of {BASE_YEAR}, unless the scenario's cards give others)"
        );
    }
    say!(
        "{:<26} {:<34} {:>10} {:>10} {:>9}  {:<9} grade source",
        "group",
        "margin",
        "published",
        "founded",
        "off",
        "unit"
    );
    for row in &rows {
        let verdict = if row.tolerance.is_some() && !row.holds() {
            " OUTSIDE"
        } else {
            ""
        };
        say!(
            "{:<26} {:<34} {:>10} {:>10} {:>9}  {:<9} {}     {}{verdict}",
            row.group,
            row.name,
            row.published.map_or(String::new(), short),
            short(row.founded),
            row.deviation.map_or(String::new(), |off| format!("{off:+.2}")),
            row.unit,
            row.grade,
            row.source,
        );
    }
    Ok(())
}

fn short(value: f64) -> String {
    if value.abs() >= 1000.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}
