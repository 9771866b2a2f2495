//! The page of a result: one HTML file that opens from disk, needs no network, and says what was asked, what came out, how sure
//! it is, for whom, by which rules, and how to compute it again.
//!
//! A result of scenarios run side by side ([`Report::read`]) has curves and differences; a sweep ([`Report::read_sweep`]) has sliders;
//! a sweep of programmes has a forest.
//!
//! Like the figures, it is made from what a result folder holds (`tables/`, `rules/`, `manifest.json`) and knows nothing of the
//! simulation; a table that is not the one its manifest names is refused. What cannot be read there comes from the caller
//! ([`Beside`]): titles of programmes, meanings of rules, and stories of households, which cost a run.
//!
//! The page itself lies in `assets/report/` (template, styles, scripts) and `assets/vendor/` (the charting library).

mod answer;
mod curves;
mod digest;
mod each;
mod manifest;
mod page;
mod rules;
mod shares;
mod sheet;
mod side;
mod sweep;

pub use answer::Told;
pub use rules::Meaning;
pub use sweep::{Dimension, Swept, World};

use crate::problem::Problem;
use manifest::Folder;
use serde::Serialize;
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

/// Bytes of a page, at most.
pub const MOST_BYTES: usize = 5_000_000;
/// Bytes of series in a page, at most.
const ROOM: usize = 3_600_000;
/// How often a page is made smaller before it is given up.
const TRIES: usize = 12;

/// What found no room in a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leftover {
    /// `series` of scenarios, `sweep_series`, `cards` or `stories`.
    pub what: String,
    /// How many.
    pub count: usize,
}

impl Leftover {
    fn of(what: &str, count: usize) -> Vec<Leftover> {
        let own = Leftover {
            what: what.into(),
            count,
        };
        Vec::from_iter((count > 0).then_some(own))
    }

    /// In words.
    pub fn words(&self) -> String {
        let what = match &self.what[..] {
            "series" => "series of scenarios (they are in tables/indicators.csv)",
            "sweep_series" => "series of points (they are in summary.csv)",
            "cards" => "parameter cards (they are in rules/)",
            _ => "households",
        };
        format!("{} {what}", self.count)
    }
}

/// A page, ready to be written.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file.
    pub text: String,
    /// What found no room in it.
    pub left_out: Vec<Leftover>,
}

/// Bytes for what can be left out.
#[derive(Clone, Copy, Debug)]
struct Room {
    series: usize,
    cards: usize,
    stories: usize,
}

/// Whether a folder is that of a sweep over a design.
pub fn is_sweep(root: &Path) -> bool {
    root.join("sweep.json").is_file()
}

/// A result as read from its folder, ready to be shown.
pub struct Report(Kind);

enum Kind {
    Side(Box<side::Report>),
    Programmes(Box<each::Report>),
    Sweep(Box<sweep::Report>),
}

impl Report {
    /// Reads the result `root`, of scenarios run side by side, or of programmes each beside its base.
    ///
    /// # Errors
    /// When it is no such result, a table is missing, ill-formed or not what the manifest says.
    pub fn read(root: &Path, meaning: Meaning) -> Result<Report, Problem> {
        let folder = Folder::open(root)?;
        Ok(Report(if folder.is_of_programmes() {
            Kind::Programmes(Box::new(each::Report::read(folder, meaning)?))
        } else {
            Kind::Side(Box::new(side::Report::read(folder, meaning)?))
        }))
    }

    /// Reads the folder of a sweep over a design; `swept` is what its file says beside its tables.
    ///
    /// # Errors
    /// When nothing of it was collected, or a table is not what was collected.
    pub fn read_sweep(root: &Path, swept: Swept, meaning: Meaning) -> Result<Report, Problem> {
        Ok(Report(Kind::Sweep(Box::new(sweep::Report::read(
            root, swept, meaning,
        )?))))
    }

    /// Whether it is of programmes, each beside its base.
    pub fn is_of_programmes(&self) -> bool {
        matches!(self.0, Kind::Programmes(_))
    }

    /// The scenarios that are held against the first.
    pub fn compared(&self) -> &[String] {
        match &self.0 {
            Kind::Side(own) => own.compared(),
            _ => &[],
        }
    }

    /// Makes the page: where it would be too large, series of single counties, cards that all scenarios share, and households are
    /// left out, and the page says so.
    ///
    /// # Errors
    /// When it would be too large even so, or a table of a sweep is not what was collected.
    pub fn page(mut self, beside: &Beside) -> Result<Page, Problem> {
        if let Kind::Programmes(own) = &mut self.0 {
            own.tell(&beside.programmes);
        }
        let mut room = Room {
            series: ROOM,
            cards: MOST_BYTES,
            stories: MOST_BYTES,
        };
        for _ in 0..TRIES {
            let (title, (data, told, left_out)) = match &self.0 {
                Kind::Side(own) => (own.title(), own.data(beside, room)?),
                Kind::Programmes(own) => ("Programmes, each alone".into(), own.data(room.cards)?),
                Kind::Sweep(own) => (own.title().to_owned(), own.data(room.series)?),
            };
            let text = page::assemble(&title, [&told[0], &told[1]], &data);
            if text.len() < MOST_BYTES {
                return Ok(Page { text, left_out });
            }
            room = room.less(text.len() - MOST_BYTES + 20_000);
        }
        let problem = Problem::new("the page would be larger than 5 MB, whatever is left out of it");
        Err(problem.help("make pages of fewer scenarios"))
    }
}

impl Room {
    /// Less room by so many bytes: first for series, down to what the foremost take, then for cards and stories, and then for
    /// series again.
    fn less(self, excess: usize) -> Room {
        const FOREMOST: usize = 600_000;
        let cut = |own: usize| own.min(2 * ROOM).saturating_sub(excess);
        if self.series > FOREMOST {
            let series = cut(self.series).max(FOREMOST);
            return Room { series, ..self };
        }
        if self.cards > 0 {
            let cards = self.cards.min(ROOM).saturating_sub(excess.max(200_000));
            return Room { cards, ..self };
        }
        if self.stories > 0 {
            return Room { stories: 0, ..self };
        }
        let series = cut(self.series);
        Room { series, ..self }
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
