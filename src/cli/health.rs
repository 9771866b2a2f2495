//! `kangcun health`: deaths by age and life expectancy as lived beside the schedule, and prevalence by age over the years.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, study_fits};
use crate::indicators::result::RunResult;
use crate::rules::Rules;
use crate::scenario::Scenario;
use crate::study::health::{GROUP_FROM, LifeTable, ages, life_tables, prevalence};
use crate::study::{self, Arm};
use crate::terminal::table::{Column, Table};
use crate::world::CONDITIONS;

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let rules: Rules = scenario.founding_rules()?;
    let mut arms = [Arm::new(name, scenario)?];
    study_fits(&arms)?;
    let progress = Progress::new(&arms);
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let tables = life_tables(&arms[0].results, &rules.demography);
    let screen = screen();
    say!("deaths per 1,000 and year, by sex and completed age on 1 January");
    let heads = [
        "men", "lived", "schedule", "modelled", "women", "lived", "schedule", "modelled",
    ];
    let heads = heads.map(Column::numbers);
    let mut table = Table::new(std::iter::once(Column::words("age")).chain(heads).collect());
    for (group, from) in GROUP_FROM.iter().enumerate() {
        let cells = tables.iter().flat_map(|table| cells(table, group));
        table.row(std::iter::once(format!("{from}+")).chain(cells));
    }
    say_on!("{}", table.text(&screen));
    for (sex, table) in ["men", "women"].iter().zip(&tables) {
        say!(
            "life expectancy at birth of {sex}: {} years as lived, {} by the schedule ({})",
            number(table.expectancy),
            number(table.schedule_expectancy),
            match table.expectancy - table.schedule_expectancy {
                off if off.is_nan() => "nobody to count at some age".to_owned(),
                off => format!("{off:+.2}"),
            }
        );
    }
    let text = "Persons are weighted person-years begun; - where there was nobody. Modelled: what illness and its events brought, that \
        is the deaths lived less those that the rules bring from other causes, so luck can make it negative; as rules (next lines): at \
        least 0.";
    say_on!("{}", screen.paragraph("", 0, text));
    for (sex, table) in ["male", "female"].iter().zip(&tables) {
        let values: Vec<String> = table
            .modelled
            .iter()
            .map(|own| format!("{:.2}", own.max(0.0)))
            .collect();
        say!("{sex}_modelled_deaths_per_1000_year: [{}]", values.join(", "));
    }
    say!("");
    print_prevalence(&arms[0].results);
    Ok(())
}

/// Prevalence in the first and the last year, by broad age, and in all at the ages of the first year.
fn print_prevalence(results: &[RunResult]) {
    let Some(years) = results.first().map(|result| &result.years) else {
        return;
    };
    let last = years.len() - 1;
    let weights = ages(results, 0);
    say!(
        "prevalence per 1,000 on 1 January of {} and of {}, known or not; all ages: as in {}",
        years[0].year,
        years[last].year,
        years[0].year
    );
    // The first groups of broad ages: below 15, 15 to 39, and so on.
    let broad = [
        (0, 4),
        (4, 9),
        (9, 13),
        (13, 15),
        (15, 17),
        (17, GROUP_FROM.len()),
        (0, GROUP_FROM.len()),
    ];
    let names = ["0-14", "15-39", "40-59", "60-69", "70-79", "80+", "all ages"];
    let heads = names
        .into_iter()
        .flat_map(|name| [Column::numbers(name), Column::numbers("")]);
    let mut table = Table::new(std::iter::once(Column::words("condition")).chain(heads).collect());
    let (then, now) = (prevalence(results, 0), prevalence(results, last));
    for condition in CONDITIONS {
        let over = |shares: &[[Option<f64>; CONDITIONS.len()]; GROUP_FROM.len()], (from, to): (usize, usize)| {
            let rows =
                (from..to).filter_map(|group| shares[group][condition as usize].map(|own| (weights[group], own)));
            let (weight, sum) = rows.fold((0.0, 0.0), |(all, sum), (weight, own)| {
                (all + weight, sum + weight * own)
            });
            1000.0 * sum / f64::max(weight, f64::MIN_POSITIVE)
        };
        let cells = broad.map(|groups| format!("{:.1} {:>6.1}", over(&then, groups), over(&now, groups)));
        table.row(std::iter::once(condition.name().to_owned()).chain(cells));
    }
    say_on!("{}", table.text(&screen()));
}

fn cells(table: &LifeTable, group: usize) -> [String; 4] {
    [
        table.persons[group].to_string(),
        number(table.lived[group]),
        number(table.schedule[group]),
        number(table.modelled[group]),
    ]
}

/// Two digits, without a minus that stands before nothing.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "-".into();
    }
    format!("{:.2}", (100.0 * value).round() / 100.0 + 0.0)
}
