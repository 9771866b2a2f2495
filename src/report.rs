//! The page of a result: one HTML file that opens from disk, needs no network, and says what was asked, what came out, how sure
//! it is, for whom, by which rules, and how to compute it again.
//!
//! Like the figures, it is made from what a result folder holds (`tables/`, `rules/`, `manifest.json`) and knows nothing of the
//! simulation; a table that is not the one its manifest names is refused. What cannot be read there comes from the caller
//! ([`Beside`]): titles of programmes, meanings of rules, and stories of households, which cost a run.
//!
//! The page itself lies in `assets/report/` (template, styles, scripts) and `assets/vendor/` (the charting library).

mod answer;
mod curves;
mod digest;
mod manifest;
mod page;
mod rules;
mod shares;
mod sheet;

pub use answer::Told;
pub use rules::Meaning;

use crate::problem::Problem;
use answer::Answer;
use curves::{Curves, Shown};
use manifest::{Folder, Manifest};
use rules::{Cards, Change};
use serde::Serialize;
use shares::{Borne, Cause, EqualCost, Held, Moved, Warning};
use std::path::Path;

/// A programme as its file tells it.
#[derive(Clone, Debug, Serialize)]
pub struct Programme {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub summary: String,
    /// What is known about its effect.
    pub evidence: String,
    /// Its first month.
    pub from: String,
    /// The share of villages it reaches in the end.
    pub coverage_share: f64,
}

/// The story of a household in one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Chapter {
    /// The scenario.
    pub scenario: String,
    /// The year in a paragraph.
    pub summary: Told,
    /// The whole page of `kangcun explain`.
    pub page: Told,
    /// What it comes to, amounts in fen, as `kangcun explain --json` has it.
    pub told: serde_json::Value,
}

/// A household, told in the base and in the scenarios beside it.
#[derive(Clone, Debug, Serialize)]
pub struct Household {
    /// How it was chosen.
    pub pick: String,
    /// Among how many household-years.
    pub among: usize,
    /// The household.
    pub household: String,
    /// The year.
    pub year: i32,
    /// The base first.
    pub chapters: Vec<Chapter>,
}

/// What a page shows beside the tables of its result.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The question of the scenario files, where they have one.
    pub question: Option<String>,
    /// Its programmes.
    pub programmes: Vec<Programme>,
    /// Households, in the order in which they are told.
    pub households: Vec<Household>,
    /// Why there are none, where there are none.
    pub untold: Option<String>,
}

#[derive(Serialize)]
struct Data<'a> {
    /// The version of the program that made the page.
    made_by: &'static str,
    manifest: &'a Manifest,
    answer: Answer,
    base: Option<&'a str>,
    compared: &'a [String],
    curves: Shown,
    causes: &'a [Cause],
    payers: &'a [Borne],
    winners: &'a [Moved],
    flags: &'a [Warning],
    /// Flags of smaller groups, which are only counted.
    more_flags: usize,
    equal_cost: &'a [EqualCost],
    programmes: &'a [Programme],
    households: &'a [Household],
    untold: Option<&'a str>,
    changes: &'a [Change],
    cards: &'a Cards,
    published: &'a [Held],
}

/// A result as read from its folder, ready to be shown.
pub struct Report {
    manifest: Manifest,
    curves: Curves,
    causes: Vec<Cause>,
    payers: Vec<Borne>,
    winners: Vec<Moved>,
    flags: Vec<Warning>,
    more_flags: usize,
    equal_cost: Vec<EqualCost>,
    changes: Vec<Change>,
    cards: Cards,
    published: Vec<Held>,
}

impl Report {
    /// Reads the result `root`.
    ///
    /// # Errors
    /// When it is no result of scenarios run side by side, a table is missing, ill-formed or not what the manifest says.
    pub fn read(root: &Path, meaning: Meaning) -> Result<Report, Problem> {
        let folder = Folder::open(root)?;
        let curves = Curves::read(&folder)?;
        let (flags, more_flags) = shares::flags(&folder)?;
        let (changes, cards) = rules::read(&folder, meaning)?;
        Ok(Report {
            causes: shares::causes(&folder)?,
            payers: shares::payers(&folder)?,
            winners: shares::winners(&folder, curves.years.last().copied().unwrap_or(0))?,
            curves,
            flags,
            more_flags,
            equal_cost: shares::equal_cost(&folder)?,
            changes,
            cards,
            published: shares::published(&folder)?,
            manifest: folder.manifest,
        })
    }

    /// The scenarios that are held against the first.
    pub fn compared(&self) -> &[String] {
        &self.curves.compared
    }

    /// Makes the page.
    ///
    /// # Errors
    /// None in practice: all of it can be written as JSON.
    pub fn page(&self, beside: &Beside) -> Result<String, Problem> {
        let answer = answer::answer(&self.manifest, &self.curves, beside.question.as_deref());
        let sentence = answer.sentence.clone();
        let data = Data {
            made_by: env!("CARGO_PKG_VERSION"),
            manifest: &self.manifest,
            answer,
            base: self.curves.base.as_deref(),
            compared: &self.curves.compared,
            curves: self.curves.shown()?,
            causes: &self.causes,
            payers: &self.payers,
            winners: &self.winners,
            flags: &self.flags,
            more_flags: self.more_flags,
            equal_cost: &self.equal_cost,
            programmes: &beside.programmes,
            households: &beside.households,
            untold: beside.untold.as_deref(),
            changes: &self.changes,
            cards: &self.cards,
            published: &self.published,
        };
        let text = serde_json::to_string(&data)
            .map_err(|error| Problem::new(format!("the page's data cannot be written as JSON: {error}")))?;
        let titles: Vec<&str> = self.manifest.scenarios.iter().map(|arm| arm.title.as_str()).collect();
        Ok(page::assemble(&titles.join(" | "), [&sentence.en, &sentence.zh], &text))
    }
}

/// The data of a page, as its scripts read them.
///
/// # Errors
/// When the text is no page of this program.
pub fn data_of(page: &str) -> Result<serde_json::Value, Problem> {
    let wrong = || Problem::new("this is no page of `kangcun report`");
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .ok_or_else(wrong)?;
    let (data, _) = rest.split_once("</script>").ok_or_else(wrong)?;
    serde_json::from_str(data.trim()).map_err(|_| wrong())
}
