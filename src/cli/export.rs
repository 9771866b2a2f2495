//! `kangcun export`: simulated people and households of a replicate, a row each and year, for Stata, R and whatever reads tables.

use super::opened::Subject;
use super::progress::Progress;
use super::{Common, Failure, command_line, fits};
use crate::exit;
use crate::output::microdata::{self, Source};
use crate::output::{free_folder, prepare};
use crate::problem::Problems;
use crate::study::Arm;
use crate::study::memory::Need;
use crate::study::panel::{Panel, interview, interview_members};
use clap::{Args, ValueEnum};
use std::path::Path;

/// What the command is told.
#[derive(Args, Debug)]
pub struct Asked {
    #[command(flatten)]
    subject: Subject,
    /// The replicate, counted from 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    replicate: u32,
    /// A row a household and year
    #[arg(long)]
    households: bool,
    /// A row a person and year
    #[arg(long)]
    persons: bool,
    /// Only this year, which may be said several times; every reported year if not said
    #[arg(long = "year", value_name = "YYYY")]
    years: Vec<i32>,
    /// As CSV, as Parquet, or both
    #[arg(long, value_enum, default_value = "both")]
    format: Format,
}

/// The forms of microdata.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `households.csv`, `persons.csv`
    Csv,
    /// `households.parquet`, `persons.parquet`
    Parquet,
    /// One of each
    Both,
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    if !asked.households && !asked.persons {
        let message = "error: nothing to export\nhelp: say --households, --persons, or both";
        return Err(Failure::new(message, exit::USAGE));
    }
    let opened = asked.subject.open(common)?;
    let run = opened.scenario.run.clone();
    opened.holds(asked.replicate)?;
    let years = opened.reported(&asked.years)?;
    let name = format!("{}-microdata", opened.id.replace(" (", "-").replace(')', ""));
    let folder = common
        .out
        .clone()
        .unwrap_or_else(|| free_folder(Path::new("outputs"), &name));
    let arms = [Arm::new(&opened.id, opened.scenario.clone())?];
    fits(Need::of_panels(&arms, 1)?)?;
    prepare(&folder)?;
    let policy = &arms[0].policy;
    let progress = Progress::together(&opened.id, arms[0].years());
    let lived = if asked.persons { interview_members } else { interview };
    let mut panel = lived(policy, asked.replicate, &|| progress.tick(&opened.id))?;
    progress.finish();
    opened.confirm(asked.replicate, &panel.result)?;
    keep(&mut panel, &years);
    let food: Result<Vec<f64>, Problems> = (run.first_year..=run.last_year)
        .map(|year| Ok(policy.january(year)?.rules.livelihood.food_share))
        .collect();
    let source = Source {
        scenario: &opened.id,
        title: &opened.scenario.title,
        replicate: asked.replicate,
        seed: run.seed,
        command: &command_line(),
        food_share: &food?,
    };
    let wanted = microdata::Asked {
        households: asked.households,
        persons: asked.persons,
        csv: asked.format != Format::Parquet,
        parquet: asked.format != Format::Csv,
    };
    let writing = Progress::stage("writing microdata");
    microdata::write(&panel, wanted, &source, &folder)?;
    writing.finish();
    say!(
        "{}: {} households and {} persons, a row a year",
        opened.id,
        if asked.households { panel.interviews.len() } else { 0 },
        panel.members.len()
    );
    say!("Microdata, codebooks and label files: {}", folder.display());
    Ok(())
}

/// Leaves the answers of other years out.
fn keep(panel: &mut Panel, years: &[i32]) {
    if !years.is_empty() {
        panel.interviews.retain(|one| years.contains(&one.year));
        panel.members.retain(|one| years.contains(&one.year));
    }
}
