//! `kangcun explain`: the story of one household in a run, month by month.

use super::claim::{named, payers};
use super::opened::Subject;
use super::progress::Progress;
use super::records::Records;
use super::screen::screen;
use super::{Common, Failure};
use crate::exit;
use crate::output::new_file;
use crate::problem::Problems;
use crate::run::{Policy, RunResult};
use crate::story::page::Page;
use crate::story::{LANGUAGES, Words, chapter, json};
use crate::study::explain::pick::{Pick, pick};
use crate::study::explain::{Story, listen};
use crate::terminal::TEXT;
use crate::units::Identity;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::Value;

/// What is asked.
#[derive(Args, Debug)]
pub struct Asked {
    #[command(flatten)]
    subject: Subject,
    /// The household, by its identity of sixteen hexadecimal digits, as in exported microdata
    #[arg(long, value_name = "ID", required_unless_present = "pick", conflicts_with = "pick")]
    household: Option<Identity>,
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
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print comma-separated values, amounts in fen: a line an event, bill and payer, the household the last of each
    #[arg(long, conflicts_with = "out")]
    csv: bool,
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
    let opened = asked.subject.open(common)?;
    opened.holds(asked.replicate)?;
    opened.reported(asked.year.as_slice())?;
    let policy = Policy::new(opened.scenario.clone())?;
    let years = policy.lived().count() as u64;
    let progress = Progress::together(&opened.id, asked.lives() * years);
    let told = asked.live(&policy, &|| progress.tick(""));
    progress.finish();
    let (story, lived) = told?;
    opened.confirm(asked.replicate, &lived)?;
    let year = story.picked.map(|picked| picked.year).or(asked.year);
    let told = story.chapter(year).map_err(Problems::from)?;
    if asked.csv {
        return records(&json::of(&story, told)).print_csv();
    }
    let width = if common.out.is_some() { TEXT } else { screen().text() };
    let text = if asked.json {
        let value = serde_json::to_string_pretty(&json::of(&story, told));
        value.map_err(|error| Failure::new(error.to_string(), exit::INTERNAL))? + "\n"
    } else {
        let page = Page::of_width(width);
        chapter::tell_on(page, asked.language, &story, told).text().to_owned()
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

/// The columns for machines; from the service on, those of a bill's payers.
const COLUMNS: [&str; 19] = [
    "household",
    "month",
    "member",
    "condition",
    "event",
    "need",
    "forgone",
    "service",
    "provider",
    "bill_fen",
    "catalogue_fen",
    "payer",
    "arm",
    "funded_by",
    "base_fen",
    "under_deductible_fen",
    "paid_fen",
    "delay_months",
    "year_paid_fen",
];

/// Every event of the year of which JSON tells: a row a bill and payer, or one row where there is no bill.
fn records(told: &Value) -> Records {
    let mut records = Records::new(&COLUMNS);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for month in list(&told["months"]) {
        for episode in list(&month["episodes"]) {
            let own = ["member", "condition", "event", "need", "forgone"].map(|key| episode[key].clone());
            let head = [told["household"].clone(), month["month"].clone()];
            let head: Vec<Value> = head.into_iter().chain(own).collect();
            let bills = list(&episode["bills"]);
            if bills.is_empty() {
                let nothing = vec![Value::Null; COLUMNS.len() - head.len()];
                records.row(head.iter().cloned().chain(nothing));
            }
            for payer in bills.iter().flat_map(payers) {
                records.row(head.iter().cloned().chain(payer));
            }
        }
    }
    records
}

impl Asked {
    /// How often the replicate is lived: once to choose, where nobody is named, and once to listen.
    fn lives(&self) -> u64 {
        1 + u64::from(self.pick.is_some())
    }

    fn live(&self, policy: &Policy, tick: &(dyn Fn() + Sync)) -> Result<(Story, RunResult), Problems> {
        let choose = |kind| pick(policy, self.replicate, kind, self.year, tick);
        let picked = self.pick.map(choose).transpose()?;
        let household = picked
            .map(|picked| picked.household)
            .or(self.household.map(|own| own.0));
        let (mut story, lived) = listen(policy, self.replicate, household.unwrap_or_default(), tick)?;
        story.picked = picked;
        Ok((story, lived))
    }
}
