//! `kangcun founding`: the founded margins beside the published ones.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, fits};
use crate::draws::Luck;
use crate::founding::margins;
use crate::rules::BASE_YEAR;
use crate::rules::Rules;
use crate::run::Policy;
use crate::scenario::Scenario;
use crate::study::memory::Need;
use crate::terminal::FAULT;
use crate::terminal::table::{Cell, Column, Table};
use anstyle::Style;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let rules: Rules = scenario.founding_rules()?;
    fits(Need::of_world(&rules.world, &rules.founding))?;
    let luck = Luck::new(scenario.run.seed, 0);
    let policy = Policy::new(scenario)?;
    let progress = Progress::stage("founding the world");
    let world = policy.found(&luck)?;
    progress.finish();
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
    let mut table = Table::new(vec![
        Column::wraps("group", 12),
        Column::wraps("margin", 16),
        Column::numbers("published"),
        Column::numbers("founded"),
        Column::numbers("off"),
        Column::words("unit"),
        Column::words("grade"),
        Column::wraps("source", 20),
    ])
    .named_by(2);
    for row in &rows {
        let (verdict, style) = if row.tolerance.is_some() && !row.holds() {
            (" OUTSIDE", FAULT)
        } else {
            ("", Style::new())
        };
        let published = row.published.map_or(String::new(), short);
        let off = row.deviation.map_or(String::new(), |off| format!("{off:+.2}"));
        let source = format!("{}{verdict}", row.source);
        let cells = [
            row.group.to_owned(),
            row.name.clone(),
            published,
            short(row.founded),
            off,
        ];
        let cells = cells
            .into_iter()
            .chain([row.unit.to_string(), row.grade.to_string(), source]);
        table.row(cells.map(|cell| Cell::styled(cell, style)));
    }
    say_on!("{}", table.text(&screen()));
    Ok(())
}

fn short(value: f64) -> String {
    if value.abs() >= 1000.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}
