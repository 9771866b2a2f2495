//! `kangcun indicators`: the indicators of the field on simulated people, with intervals over replicates.

use super::measure::{Bounds, Printed, above_zero, bounds, repeats, scale, tell};
use super::opened::Subject;
use super::progress::Progress;
use super::{Common, Failure, fits};
use crate::exit;
use crate::measure::Scale;
use crate::output::prepare;
use crate::study::Arm;
use crate::study::measure::asked::Asked as OfSurvey;
use crate::study::measure::simulated::{Request, measure_run, usual_columns};
use crate::study::memory::Need;
use clap::Args;
use serde_json::json;
use std::fmt::Write;

/// What the command is told.
#[derive(Args, Debug)]
pub struct Asked {
    #[command(flatten)]
    subject: Subject,
    /// The year that is measured, which may be said several times; the last if not said
    #[arg(long = "year", value_name = "YYYY")]
    years: Vec<i32>,
    /// Poverty over all reported years as well: moves, spells, what is chronic
    #[arg(long)]
    over_time: bool,
    /// A variable of the microdata that parts households into groups, such as category, fifth or county; can be said again
    #[arg(long, value_name = "VARIABLE", value_delimiter = ',')]
    group: Vec<String>,
    /// A variable of the microdata of which concentration indices are made, such as forgone_admissions; can be said again
    #[arg(long, value_name = "VARIABLE", value_delimiter = ',')]
    outcome: Vec<String>,
    /// The lowest and the highest value that outcomes can have, for the indices of Erreygers and Wagstaff
    #[arg(long, value_name = "LOW,HIGH", value_parser = bounds, allow_hyphen_values = true, requires = "outcome")]
    bounds: Option<Bounds>,
    /// A variable by which the concentration index of each outcome is decomposed; can be said again
    #[arg(long, value_name = "VARIABLE", value_delimiter = ',', requires = "outcome")]
    factor: Vec<String>,
    /// How a household counts in equivalent adults: per-head, oecd, power:THETA, or weighted:ALPHA:THETA
    #[arg(long, value_name = "SCALE", default_value = "per-head", value_parser = scale)]
    equivalence: Scale,
    /// Yuan of 2020 for an international dollar of 2017 in private consumption, for SDG 3.8.2 as adopted in 2025
    #[arg(long, value_name = "FACTOR", value_parser = above_zero)]
    ppp: Option<f64>,
    /// Shares of consumption beyond which out-of-pocket spending is catastrophic
    #[arg(long, value_name = "SHARE", value_delimiter = ',', value_parser = above_zero)]
    thresholds: Vec<f64>,
    #[command(flatten)]
    printed: Printed,
}

impl Asked {
    fn of_survey(&self, common: &Common) -> OfSurvey {
        usual_columns(OfSurvey {
            outcomes: self.outcome.clone(),
            bounds: self.bounds.map(|bounds| bounds.0),
            factors: self.factor.clone(),
            groups: self.group.clone(),
            scale: self.equivalence,
            ppp: self.ppp,
            thresholds: self.thresholds.clone(),
            min_cell: common.min_cell.map_or(0, |least| least as usize),
            ..OfSurvey::default()
        })
    }
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    if repeats(asked.thresholds.iter().copied()) {
        return Err(Failure::new("error: a threshold is said twice", exit::USAGE));
    }
    let opened = asked.subject.open(common)?;
    let run = opened.scenario.run.clone();
    let years = opened.reported(&asked.years)?;
    let arms = [Arm::new(&opened.id, opened.scenario.clone())?];
    fits(Need::of_panels(&arms, rayon::current_num_threads())?)?;
    if let Some(folder) = &common.out {
        prepare(folder)?;
    }
    let request = Request {
        years: if years.is_empty() { vec![run.last_year] } else { years },
        asked: asked.of_survey(common),
        over_time: asked.over_time,
        replicates: run.replicates,
    };
    let progress = Progress::together(&opened.id, arms[0].years() * u64::from(run.replicates));
    let (absent, estimates) = measure_run(
        &arms[0].policy,
        &request,
        &|replicate, lived| opened.confirm(replicate, lived),
        &|| progress.tick(&opened.id),
    )?;
    progress.finish();
    let scenario = &opened.scenario;
    let mut head = format!(
        "{}: {}; simulated households, {} replicates, seed {}\n\
         value: mean of replicates, with the error and the 95% interval over them (Student's t); rows and events of a mean replicate\n",
        opened.id, scenario.title, run.replicates, run.seed
    );
    for reason in &absent {
        let _ = writeln!(head, "left out: {reason}");
    }
    let head_json = json!({
        "scenario": opened.id,
        "title": scenario.title,
        "replicates": run.replicates,
        "seed": run.seed,
        "errors": "over replicates (Student's t): Monte-Carlo error alone",
        "left_out": absent,
    });
    tell(&head, &head_json, &estimates, asked.printed.form(), common)
}
