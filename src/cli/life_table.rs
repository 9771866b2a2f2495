//! `kangcun life-table`: deaths by age and life expectancy as lived, beside the schedule.

use super::progress::Progress;
use super::{Common, Failure, study_fits};
use crate::rules::{BASE_YEAR, Rules};
use crate::scenario::Scenario;
use crate::study::life_table::{GROUP_FROM, LifeTable, life_tables};
use crate::study::{self, Arm};
use crate::units::Month;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let rules: Rules = scenario.resolve(&vec![false; scenario.programmes.len()], Month::of(BASE_YEAR, 1))?;
    let mut arms = [Arm::new(name, scenario)?];
    study_fits(&arms)?;
    let progress = Progress::new(&arms);
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let tables = life_tables(&arms[0].results, &rules.demography);
    say!("deaths per 1,000 and year, by sex and completed age on 1 January");
    say!(
        "{:<8} {:>12} {:>9} {:>9} {:>9}   {:>12} {:>9} {:>9} {:>9}",
        "age",
        "men",
        "lived",
        "schedule",
        "modelled",
        "women",
        "lived",
        "schedule",
        "modelled"
    );
    for (group, from) in GROUP_FROM.iter().enumerate() {
        let [men, women] = tables.each_ref().map(|table| cells(table, group));
        say!("{:<8} {men}   {women}", format!("{from}+"));
    }
    for (sex, table) in ["men", "women"].iter().zip(&tables) {
        say!(
            "life expectancy at birth of {sex}: {:.2} years as lived, {:.2} by the schedule ({:+.2})",
            table.expectancy,
            table.schedule_expectancy,
            table.expectancy - table.schedule_expectancy
        );
    }
    say!(
        "Persons are weighted person-years begun. Modelled: what illness and its events brought, all but deaths from other causes."
    );
    for (sex, table) in ["male", "female"].iter().zip(&tables) {
        let values: Vec<String> = table
            .modelled
            .iter()
            .map(|own| format!("{:.2}", own.max(0.0)))
            .collect();
        say!("{sex}_modelled_deaths_per_1000_year: [{}]", values.join(", "));
    }
    Ok(())
}

fn cells(table: &LifeTable, group: usize) -> String {
    format!(
        "{:>12} {:>9.2} {:>9.2} {:>9.2}",
        table.persons[group], table.lived[group], table.schedule[group], table.modelled[group]
    )
}
