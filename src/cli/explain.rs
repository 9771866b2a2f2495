//! `kangcun explain`: the story of one household in a run, month by month.

use super::claim::named;
use super::progress::Progress;
use super::{Common, Failure};
use crate::exit;
use crate::output::{Kept, new_file};
use crate::problem::{Problem, Problems};
use crate::run::Policy;
use crate::scenario::Scenario;
use crate::story::{LANGUAGES, Words, chapter, json};
use crate::study::explain::pick::{Pick, pick};
use crate::study::explain::{Story, listen};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::Path;

/// What is asked.
#[derive(Args, Debug)]
pub struct Asked {
    /// The run: a scenario, as for `run`, or the folder of a result
    run: String,
    /// The scenario of a result that holds several, by its name in the tables; without it, the first
    #[arg(long, value_name = "SCENARIO")]
    arm: Option<String>,
    /// The household, by its number
    #[arg(long, value_name = "ID", required_unless_present = "pick", conflicts_with = "pick")]
    household: Option<u64>,
    /// Choose a household of the lifted: the one in the middle of its kind
    #[arg(long, value_parser = named(&Pick::ALL, Pick::name))]
    pick: Option<Pick>,
    /// The year; without it, the first in which the household fell
    #[arg(long, allow_negative_numbers = true)]
    year: Option<i32>,
    /// The replicate, counted from 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    replicate: u32,
    /// The language of the page
    #[arg(long, default_value = "en", value_parser = language())]
    language: &'static Words,
    /// Print JSON, amounts in fen, with the summary in every language
    #[arg(long)]
    json: bool,
}

fn language() -> impl TypedValueParser<Value = &'static Words> {
    let names = PossibleValuesParser::new(LANGUAGES.map(|words| words.code));
    names.try_map(|code| {
        LANGUAGES
            .into_iter()
            .find(|words| words.code == code)
            .ok_or("not known")
    })
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let policy = open_run(asked, common)?;
    check(asked, &policy)?;
    let (story, year) = lived(asked, &policy)?;
    let told = story.chapter(year).map_err(Problems::from)?;
    let text = if asked.json {
        let value = serde_json::to_string_pretty(&json::of(&story, told));
        value.map_err(|error| Failure::new(error.to_string(), exit::INTERNAL))? + "\n"
    } else {
        chapter::tell(asked.language, &story, told).text().to_owned()
    };
    match &common.out {
        None => say_on!("{text}"),
        Some(path) => {
            new_file(path, &text)?;
            say!("{}", path.display());
        }
    }
    Ok(())
}

/// The rules of the run: those of a scenario with what is set on the command line, or those that a result keeps.
fn open_run(asked: &Asked, common: &Common) -> Result<Policy, Failure> {
    let path = Path::new(&asked.run);
    if Kept::is(path) {
        if !common.sets().is_empty() {
            let message =
                "error: a result is told as it was run\nhelp: leave --set and --seed away, or name a scenario";
            return Err(Failure::new(message, exit::USAGE));
        }
        let (_, scenario) = Kept::open(path)
            .map_err(Problems::from)?
            .scenario(asked.arm.as_deref())?;
        return Ok(Policy::new(scenario)?);
    }
    if path.is_dir() {
        let problem = Problem::new(format!("`{}` is a folder without a manifest: no result", asked.run));
        return Err(Problems::from(problem.help("name the folder that `kangcun run` wrote, or a scenario")).into());
    }
    if asked.arm.is_some() {
        let message = "error: --arm chooses among the scenarios of a result\nhelp: name the folder of a result, or leave --arm away";
        return Err(Failure::new(message, exit::USAGE));
    }
    Ok(Policy::new(Scenario::load(&asked.run, &common.sets())?)?)
}

/// Refuses a replicate or a year that the run does not have.
fn check(asked: &Asked, policy: &Policy) -> Result<(), Failure> {
    let run = &policy.scenario().run;
    if asked.replicate >= run.replicates {
        let message = format!(
            "error: the run has no replicate {}\nhelp: its replicates are 0 to {}",
            asked.replicate,
            run.replicates - 1
        );
        return Err(Failure::new(message, exit::USAGE));
    }
    let years = run.first_year..=run.last_year;
    if let Some(year) = asked.year.filter(|year| !years.contains(year)) {
        let message = format!(
            "error: the run does not report {year}\nhelp: its years are {} to {}",
            run.first_year, run.last_year
        );
        return Err(Failure::new(message, exit::USAGE));
    }
    Ok(())
}

/// Lives the replicate again, once to choose where nobody is named, and once to listen: the story, and the year to tell.
fn lived(asked: &Asked, policy: &Policy) -> Result<(Story, Option<i32>), Failure> {
    let run = &policy.scenario().run;
    let years = u64::from((run.last_year - run.founding_year() + 1).max(0) as u32);
    let times = 1 + u64::from(asked.pick.is_some());
    let progress = Progress::together(&policy.scenario().id, times * years);
    let told = replay(asked, policy, &|| progress.tick(""));
    progress.finish();
    Ok(told?)
}

fn replay(asked: &Asked, policy: &Policy, tick: &(dyn Fn() + Sync)) -> Result<(Story, Option<i32>), Problems> {
    let choose = |kind| pick(policy, asked.replicate, kind, asked.year, tick);
    let picked = asked.pick.map(choose).transpose()?;
    let household = picked.map(|picked| picked.household).or(asked.household);
    let (mut story, _) = listen(policy, asked.replicate, household.unwrap_or_default(), tick)?;
    story.picked = picked;
    Ok((story, picked.map(|picked| picked.year).or(asked.year)))
}
