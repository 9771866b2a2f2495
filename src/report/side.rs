//! The page of scenarios that were run side by side.

use super::answer::{self, Answer};
use super::curves::{Curves, Shown};
use super::manifest::{Folder, Manifest};
use super::rules::{self, Cards, Change, Meaning};
use super::shares::{self, Borne, Cause, EqualCost, Held, Moved, Warning};
use super::{Beside, Household, Leftover, Programme, Room};
use crate::problem::Problem;
use serde::Serialize;

#[derive(Serialize)]
struct Data<'a> {
    kind: &'static str,
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
    left_out: &'a [Leftover],
}

/// A result of scenarios as read from its folder, ready to be shown.
pub(super) struct Report {
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
    /// Reads the result.
    ///
    /// # Errors
    /// When a table is missing, ill-formed or not what the manifest says.
    pub fn read(folder: Folder, meaning: Meaning) -> Result<Report, Problem> {
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

    /// Its title.
    pub fn title(&self) -> String {
        let titles: Vec<&str> = self.manifest.scenarios.iter().map(|arm| arm.title.as_str()).collect();
        titles.join(" | ")
    }

    /// Data for the page, the first sentence, and what found no room.
    ///
    /// # Errors
    /// None in practice: all of it can be written as JSON.
    pub fn data(&self, beside: &Beside, room: Room) -> Result<(String, [String; 2], Vec<Leftover>), Problem> {
        let answer = answer::answer(&self.manifest, &self.curves, beside.question.as_deref());
        let told = [answer.sentence.en.clone(), answer.sentence.zh.clone()];
        let (cards, cards_left) = self.cards.within(room.cards, self.manifest.scenarios.len());
        let households: &[Household] = if room.stories > 0 { &beside.households } else { &[] };
        let curves = self.curves.shown(room.series)?;
        let left_out = [
            Leftover::of("series", curves.left_out),
            Leftover::of("cards", cards_left),
            Leftover::of("stories", beside.households.len() - households.len()),
        ]
        .concat();
        let data = Data {
            kind: "scenarios",
            made_by: env!("CARGO_PKG_VERSION"),
            manifest: &self.manifest,
            answer,
            base: self.curves.base.as_deref(),
            compared: &self.curves.compared,
            curves,
            causes: &self.causes,
            payers: &self.payers,
            winners: &self.winners,
            flags: &self.flags,
            more_flags: self.more_flags,
            equal_cost: &self.equal_cost,
            programmes: &beside.programmes,
            households,
            untold: beside.untold.as_deref(),
            changes: &self.changes,
            cards: &cards,
            published: &self.published,
            left_out: &left_out,
        };
        let text = serde_json::to_string(&data)
            .map_err(|error| Problem::new(format!("the page's data cannot be written as JSON: {error}")))?;
        Ok((text, told, left_out))
    }
}
