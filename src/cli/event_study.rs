//! `kangcun event-study`: what becomes of households after a major health shock, year by year, beside households alike.

use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, fits};
use crate::indicators::table::Estimate;
use crate::problem::{Problem, Problems};
use crate::scenario::Scenario;
use crate::study::Arm;
use crate::study::event_study::{AFTER, BEFORE, EventStudy, OUTCOMES, Outcome, Struck, YEARS, study};
use crate::study::memory::Need;
use crate::study::panel;
use crate::terminal::table::{Column, Table};
use rayon::prelude::*;

/// What is asked.
#[derive(clap::Args, Debug)]
pub struct Asked {
    /// The scenario
    #[arg(default_value = "baseline")]
    scenario: String,
    /// Only events of members of working age, 16 to 64
    #[arg(long)]
    workers: bool,
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let name = asked.scenario.as_str();
    let by = if asked.workers { Struck::Worker } else { Struck::Anybody };
    let mut sets = vec!["run.replicates=8".to_owned()];
    sets.extend(common.sets());
    let arms = [Arm::new(name, Scenario::load(name, &sets)?)?];
    let run = &arms[0].policy.scenario().run;
    if run.last_year - run.first_year + 1 < YEARS as i32 {
        return Err(Problems::from(
            Problem::new(format!(
                "an event study follows households over {YEARS} years, and the run reports {}",
                run.last_year - run.first_year + 1
            ))
            .help(format!("run.last_year at least {}", run.first_year + YEARS as i32 - 1)),
        )
        .into());
    }
    fits(Need::of_panels(&arms, rayon::current_num_threads())?)?;
    let progress = Progress::new(&arms);
    let studies: Vec<EventStudy> = (0..arms[0].replicates())
        .into_par_iter()
        .map(|replicate| {
            let panel = panel::interview(&arms[0].policy, replicate, &|| progress.tick(name))?;
            Ok(study(&panel, by))
        })
        .collect::<Result<_, Problems>>()?;
    progress.finish();
    print(&studies, by);
    Ok(())
}

fn print(studies: &[EventStudy], by: Struck) {
    let mean = |of: &dyn Fn(&EventStudy) -> f64| studies.iter().map(of).sum::<f64>() / studies.len().max(1) as f64;
    let (struck, matched) = (mean(&|one| one.struck), mean(&|one| one.matched));
    let screen = screen();
    let text = format!(
        "Households in which {} had a first major event after {BEFORE} years without: {struck:.0} (weighted, a replicate), of which {} \
         have controls alike in county, standing, fifth of income, size and age of the oldest. Effect: the change since the year before, \
         less that of the controls; with the 95% interval over replicates.",
        match by {
            Struck::Anybody => "a member",
            Struck::Worker => "a member of working age",
        },
        if struck > 0.0 {
            format!("{:.0}%", 100.0 * matched / struck)
        } else {
            "none".into()
        }
    );
    say!("{}", screen.paragraph("", 0, &text));
    // Where nobody was struck or nobody alike was left, there is no effect to speak of.
    let studies: Vec<&EventStudy> = studies.iter().filter(|one| one.matched > 0.0).collect();
    if studies.is_empty() {
        say!("Nobody to count: no household with such an event has controls; ask for more people or replicates.");
        return;
    }
    let mut heads = vec![Column::wraps("outcome", 16), Column::numbers("year -1")];
    heads.extend((-BEFORE..=AFTER).map(|year| Column::numbers(&format!("{year:+}"))));
    let mut table = Table::new(heads);
    for outcome in OUTCOMES {
        let digits = if outcome == Outcome::Relief { 3 } else { 0 };
        let before = studies.iter().map(|one| one.path(outcome).before).sum::<f64>() / studies.len() as f64;
        let mut cells = vec![outcome.name().to_owned(), format!("{before:.digits$}")];
        for year in 0..YEARS {
            let values: Vec<f64> = studies.iter().map(|one| one.path(outcome).effect[year]).collect();
            let effect = Estimate::of(&values);
            cells.push(if year == BEFORE as usize - 1 {
                "0".into()
            } else if effect.lo.is_nan() {
                format!("{:+.digits$} (one run)", effect.mean)
            } else {
                format!(
                    "{:+.digits$} ({:.digits$}, {:.digits$})",
                    effect.mean, effect.lo, effect.hi
                )
            });
        }
        table.row(cells);
    }
    say_on!("{}", table.text(&screen));
    let relative = |from, to| {
        let values: Vec<f64> = studies
            .iter()
            .map(|one| 100.0 * one.path(Outcome::Income).relative(from, to))
            .collect();
        let effect = Estimate::of(&values);
        if effect.lo.is_nan() {
            format!("{:+.1}% (one run)", effect.mean)
        } else {
            format!("{:+.1}% ({:.1} to {:.1})", effect.mean, effect.lo, effect.hi)
        }
    };
    let text = format!(
        "Income per head against what it would have been: {} in the year of the event and the next, {} over five years. {}",
        relative(0, 1),
        relative(0, AFTER),
        match by {
            Struck::Anybody => "Published for any member: -6.0% over five years (targets.csv V136).",
            Struck::Worker =>
                "Published for members of working age: -13.1% over two years (matched households, 1991-2016, targets.csv V80).",
        }
    );
    say_on!("\n{}", screen.paragraph("", 0, &text));
}
