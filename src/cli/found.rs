//! `kangcun found`: a population of one's own from a survey, checked and raked, for scenarios to be founded from.

use super::progress::Progress;
use super::{Common, Failure, command_line, fits, listed};
use crate::draws::Luck;
use crate::exit;
use crate::founding::{Start, as_records};
use crate::output::{folder_of, free_folder, prepare, write_file};
use crate::population::{MANIFEST_FILE, PEOPLE_FILE};
use crate::rules::Rules;
use crate::run::found_from;
use crate::scenario::Scenario;
use crate::study::memory::Need;
use crate::survey::{self, Bad, Refused, Request};
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What the command is told.
#[derive(Args, Debug)]
pub struct Found {
    /// The survey, a row a person: CSV with a header line, or Parquet
    #[arg(long, value_name = "FILE.csv|FILE.parquet")]
    survey: PathBuf,
    /// Which column is which field of the model
    #[arg(long, value_name = "MAP.toml")]
    map: PathBuf,
    /// Leave households with bad rows out, counted and listed; else any bad row ends the command
    #[arg(long)]
    allow_bad_rows: bool,
    /// The scenario whose counties and rules the population is for
    #[arg(default_value = "baseline")]
    scenario: String,
}

pub fn run(found: &Found, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(&found.scenario, &common.sets())?;
    let rules: Rules = scenario.founding_rules()?;
    fits(Need::of_world(&rules.world, &rules.founding))?;
    let root = Path::new("outputs");
    let folder = common.out.clone().unwrap_or_else(|| free_folder(root, "population"));
    prepare(&folder)?;
    let counties: Vec<&str> = rules.world.counties.keys().map(String::as_str).collect();
    let request = Request {
        survey: &found.survey,
        map: &found.map,
        counties: &counties,
        income: &rules.founding.income,
        allow_bad_rows: found.allow_bad_rows,
    };
    let reading = Progress::stage("reading and raking the survey");
    let taken = match survey::take(request) {
        Ok(taken) => taken,
        Err(Refused::Problems(problems)) => return Err(problems.into()),
        Err(Refused::BadRows(bad)) => return Err(refused(&bad, &folder)?),
    };
    reading.finish();
    let founding = Progress::stage("founding the world");
    let (mut population, report) = (taken.population, taken.report);
    let people = population.seal(format!("kangcun {}", env!("CARGO_PKG_VERSION")));
    let luck = Luck::new(scenario.run.seed, 0);
    let world = found_from(&rules, Start::default(), Some(&population), &luck);
    let founded = as_records(&world, &rules.founding);
    let text = report.text(&population, &founded);
    let manifest = serde_json::to_string_pretty(&population.manifest).unwrap_or_default() + "\n";
    let files = [
        (PEOPLE_FILE, people),
        (MANIFEST_FILE, manifest),
        ("report.txt", format!("{}\n\n{text}", command_line())),
        ("fields.csv", report.fields_table()),
        ("margins.csv", report.margins_table(&founded)),
        ("bad_rows.csv", survey::bad_rows(&report.bad)),
    ];
    folder_of(&files, &folder)?;
    founding.finish();
    say_on!("{text}");
    say!("\nPopulation and report: {}", folder.display());
    say!("To run it, put into a scenario file, with the path as seen from that file:");
    say!("  [world]\n  population = \"{}\"", folder.display());
    match &population.manifest.raking {
        Some(raking) if !raking.converged => Err(Failure::new(
            "error: raking did not converge; the population was written with the weights it came to",
            exit::FAILED,
        )),
        _ => Ok(()),
    }
}

/// Says what is wrong with the rows, the first of them here and all in a file beside the folder.
fn refused(bad: &[Bad], folder: &Path) -> Result<Failure, Failure> {
    const SHOWN: usize = 20;
    let name = folder
        .file_name()
        .map_or("population".into(), |name| name.to_string_lossy());
    let parent = folder.parent().unwrap_or(Path::new(""));
    let path = free_file(parent, &format!("{name}-bad-rows"));
    write_file(&path, &survey::bad_rows(bad))?;
    let mut message = listed(bad, "nothing was founded", SHOWN);
    let _ = writeln!(message, "help: all are listed in {}", path.display());
    message += "help: mend the survey or the map, or leave these households out with --allow-bad-rows";
    Ok(Failure::new(message, exit::BAD_INPUT))
}

/// The first free file `<name>.csv`, `<name>-2.csv`, ...
fn free_file(parent: &Path, name: &str) -> PathBuf {
    let numbered = (2..).map(|number| parent.join(format!("{name}-{number}.csv")));
    let mut paths = std::iter::once(parent.join(format!("{name}.csv"))).chain(numbered);
    paths.find(|path| !path.exists()).unwrap_or_else(|| parent.join(name))
}
