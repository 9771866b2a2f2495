//! `kangcun run` and `kangcun compare`: scenarios of the user's choice over the same luck.

use super::headline;
use super::matched;
use super::progress::Progress;
use super::published;
use super::records::Form;
use super::screen::screen;
use super::{Common, Failure, command_line, comparison_fits, fits, now};
use crate::exit;
use crate::output::{Study, free_folder, prepare, write};
use crate::problem::{Problem, Problems};
use crate::run::foundation;
use crate::scenario::Scenario;
use crate::study::matched::Happened;
use crate::study::memory::Need;
use crate::study::validate::past::{self, Traced};
use crate::study::validate::targets::of_table;
use crate::study::{self, Arm, Tick};
use std::path::Path;

/// What `run` prints.
pub const TABLE: Form = Form {
    json: false,
    csv: false,
};

pub fn run(names: &[String], match_events: bool, form: Form, common: &Common) -> Result<(), Failure> {
    if match_events && form.is_for_machines() {
        let message = "error: --matched is told in words\nhelp: leave out --json and --csv";
        return Err(Failure::new(message, exit::USAGE));
    }
    let mut arms: Vec<Arm> = Vec::new();
    for name in names {
        let scenario = Scenario::load(name, &common.sets())?;
        // A scenario with rules set on the command line is not the one its file describes.
        let mut id = scenario.id.clone() + if common.sets.is_empty() { "" } else { "+set" };
        // The same scenario twice is a fair question: the difference must be zero.
        let same = arms
            .iter()
            .filter(|arm| arm.id == id || arm.id.starts_with(&format!("{id} (")))
            .count();
        if same > 0 {
            id = format!("{id} ({})", same + 1);
        }
        arms.push(Arm::new(&id, scenario)?);
    }
    let others = comparable(&arms)?;
    for arm in &arms {
        check_published(arm.policy.scenario())?;
    }
    if arms.iter().any(|arm| arm.policy.scenario().published.is_some()) {
        fits(Need::of_panels(&arms, rayon::current_num_threads())?)?;
    } else if match_events {
        fits(Need::of_matched(&arms, rayon::current_num_threads())?)?;
    } else {
        comparison_fits(&arms)?;
    }
    let folder = common.out.clone().unwrap_or_else(|| {
        let name = arms
            .iter()
            .map(|arm| arm.id.replace(" (", "-").replace(')', ""))
            .collect::<Vec<_>>()
            .join("-vs-");
        free_folder(Path::new("outputs"), &name)
    });
    prepare(&folder)?;
    let progress = Progress::new(&arms);
    let published = traced(&mut arms, &|arm| progress.tick(arm))?;
    study::compare(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let study = Study {
        arms: &arms,
        equal_cost: &[],
        published: &published,
        min_cell: common.min_cell,
        command: command_line(),
        when: now(),
    };
    let writing = Progress::stage("writing tables and figures");
    let written = write(&study, &folder);
    writing.finish();
    if form.is_for_machines() {
        headline::print_records(&arms, form)?;
        written?;
        form.tell(&format!("Tables, figures, rules and manifest: {}", folder.display()));
        return Ok(());
    }
    if !common.sets.is_empty() {
        let text = format!("All scenarios below with --set {}", common.sets.join(" --set "));
        say_on!("\n{}", screen().paragraph("", 2, &text));
    }
    headline::print(&arms);
    for id in others {
        say!(
            "  {id} is founded otherwise than {}: the luck is the same, but not the people.",
            arms[0].id
        );
    }
    if match_events {
        print_matched(&arms)?;
    }
    for (scenario, traced) in &published {
        published::print(scenario, traced, left_out(&arms, scenario, traced)?);
    }
    written?;
    say!("\nTables, figures, rules and manifest: {}", folder.display());
    Ok(())
}

/// Lives the first replicate of every arm once more and says what the first has in common with each other.
fn print_matched(arms: &[Arm]) -> Result<(), Failure> {
    let progress = Progress::together("events beside events", arms.iter().map(Arm::years).sum());
    let happened = |arm: &Arm| Happened::in_run(&arm.policy, 0, &|| progress.tick(""));
    let Some((first, others)) = arms.split_first() else {
        return Ok(());
    };
    let base = happened(first)?;
    let others: Vec<(&Arm, Happened)> = others
        .iter()
        .map(|arm| Ok((arm, happened(arm)?)))
        .collect::<Result<_, Problems>>()?;
    progress.finish();
    say!(
        "\nOf what happens in {} (first replicate, reported years), so much happens alike in:",
        first.id
    );
    for (arm, own) in others {
        matched::print(&arm.id, &base.beside(&own));
    }
    Ok(())
}

/// Refuses scenarios whose runs cannot be paired year by year and replicate by replicate; gives the names of those that are
/// founded otherwise than the first.
fn comparable(arms: &[Arm]) -> Result<Vec<String>, Failure> {
    let Some((first, others)) = arms.split_first() else {
        return Ok(Vec::new());
    };
    let of = |arm: &Arm| {
        let run = &arm.policy.scenario().run;
        [
            ("first_year", i64::from(run.first_year)),
            ("last_year", i64::from(run.last_year)),
            ("burn_in_years", i64::from(run.burn_in_years)),
            ("replicates", i64::from(run.replicates)),
            ("seed", run.seed as i64),
        ]
    };
    let mut otherwise = Vec::new();
    for arm in others {
        for ((key, one), (_, two)) in of(first).into_iter().zip(of(arm)) {
            if one != two {
                let problem = Problem::new(format!(
                    "`{}` and `{}` cannot be paired: run.{key} is {one} in the first and {two} in the second",
                    first.id, arm.id
                ));
                return Err(Problems::from(
                    problem.help(format!("give both the same, for instance with --set run.{key}={one}")),
                )
                .into());
            }
        }
        if foundation(&first.policy)? != foundation(&arm.policy)? {
            otherwise.push(arm.id.clone());
        }
    }
    Ok(otherwise)
}

/// Reads the table of published figures that a scenario names, to see whether anything is wrong with it.
///
/// # Errors
/// Every row that is wrong, with its line.
pub fn check_published(scenario: &Scenario) -> Result<(), Problems> {
    scenario
        .published
        .as_ref()
        .map_or(Ok(()), |table| of_table(table).map(|_| ()))
}

/// How many published figures are of years that the run does not report.
fn left_out(arms: &[Arm], id: &str, traced: &[Traced]) -> Result<usize, Failure> {
    let arm = arms.iter().find(|arm| arm.id == id);
    let Some(table) = arm.and_then(|arm| arm.policy.scenario().published.as_ref()) else {
        return Ok(0);
    };
    let held = traced.iter().filter(|one| one.target.is_some()).count();
    Ok(of_table(table)?.len() - held)
}

/// Runs the arms whose scenario names published figures, and gives what they found beside them, by name.
fn traced(arms: &mut [Arm], tick: Tick) -> Result<Vec<(String, Vec<Traced>)>, Failure> {
    let mut published = Vec::new();
    for arm in arms.iter_mut() {
        let traced = past::trace(arm, tick)?;
        if !traced.is_empty() {
            published.push((arm.id.clone(), traced));
        }
    }
    Ok(published)
}
