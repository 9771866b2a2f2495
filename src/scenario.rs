//! A scenario: the rules of the baseline and everything that changes them, month by month.
//!
//! Later wins: baseline, then each file of the `extends` chain (its `set`, then its `dated`), then the programmes as
//! listed, then `--set`. A window `from`..`until` starts with the month `from` and ends before the month `until`.
//!
//! A change is one of five: a value; `add`; `scale`; `odds` and `hazard`, which multiply the odds of a share p by r, p
//! becoming r p / (1 - p + r p), or its hazard, p becoming 1 - (1 - p)^r (a rate per time is multiplied by r). Changes
//! of one rule act in the order above; a value that leaves the bounds of its unit is refused.

mod book;
pub mod card;
mod change;
mod check;
mod files;
pub mod keys;
mod load;
pub(crate) mod node;
mod open;
mod origin;
mod overrides;
mod paths;
mod programme;
mod readable;
mod resolve;
mod show;
pub mod sweep;
#[cfg(test)]
mod tests;

pub use book::{OPEN, STRUCTURAL};
pub(crate) use book::{Shape, pattern};
pub use change::Verb;
pub use files::{embedded_paths, embedded_text};
pub use origin::{Input, Inputs, Pushed};
pub use paths::covers;
pub(crate) use paths::stars;
pub use readable::{Readable, decimal, readable};
pub use show::{CardRow, RuleRow, Setter, Surety, TimelineRow};
pub use sweep::{Sweep, SweepInputs, carried_programmes};

use crate::population::Population;
use crate::problem::{Place, Problem, Problems, Source};
use crate::units::Month;
use crate::world::{Category, Condition, Village};
use book::{Book, Known};
use change::Change;
use files::Files;
use node::{Reader, Table};
use origin::Origin;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The years, replicates and seed of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSettings {
    /// The first year that is reported.
    pub first_year: i32,
    /// The last year, itself included.
    pub last_year: i32,
    /// Years simulated before the first year and not reported.
    pub burn_in_years: i32,
    /// How many worlds are simulated.
    pub replicates: u32,
    /// The seed of all luck.
    pub seed: u64,
}

impl Default for RunSettings {
    fn default() -> Self {
        RunSettings {
            first_year: 2021,
            last_year: 2030,
            burn_in_years: 1,
            replicates: 20,
            seed: 2021,
        }
    }
}

impl RunSettings {
    /// The year on whose 1 January worlds are founded.
    pub fn founding_year(&self) -> i32 {
        self.first_year - self.burn_in_years
    }

    /// What is wrong with its years.
    fn backwards(&self) -> Option<Problem> {
        let (first, last) = (self.first_year, self.last_year);
        (last < first).then(|| Problem::new(format!("the run ends in {last}, before it starts in {first}")))
    }

    /// Takes over what a `[run]` table says.
    fn read(&mut self, reader: &mut Reader, table: &Table) {
        reader.allow(table, "`run`", &keys::names(&keys::RUN));
        let mut whole = |key| {
            let (low, high) = keys::whole_bounds(&keys::RUN, key);
            reader.whole(table, key, low, high)
        };
        if let Some(year) = whole("first_year") {
            self.first_year = year as i32;
        }
        if let Some(year) = whole("last_year") {
            self.last_year = year as i32;
        }
        if let Some(years) = whole("burn_in_years") {
            self.burn_in_years = years as i32;
        }
        if let Some(replicates) = whole("replicates") {
            self.replicates = replicates as u32;
        }
        if let Some(seed) = whole("seed") {
            self.seed = seed as u64;
        }
    }
}

/// Whom a programme reaches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    /// Household categories; empty means all.
    pub categories: Vec<Category>,
    /// Youngest and oldest age, both included; `None` means all.
    pub age: Option<(u8, u8)>,
    /// Chronic conditions: those who know that they have one of them; empty means everybody.
    pub conditions: Vec<Condition>,
}

/// Which villages a programme reaches first. Those of a smaller coverage are among those of a larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum First {
    /// In an order of luck.
    #[default]
    Random,
    /// The remotest.
    Remotest,
    /// Those with the lowest permanent income at founding.
    Poorest,
}

impl First {
    /// All orders.
    pub const ALL: [First; 3] = [First::Random, First::Remotest, First::Poorest];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        ["random", "remotest", "poorest"][self as usize]
    }

    /// The rank in (0, 1) of a village in this order; a coverage reaches the ranks below it.
    pub fn rank(self, village: &Village) -> f64 {
        match self {
            First::Random => village.coverage_rank,
            First::Remotest => village.remoteness_rank,
            First::Poorest => village.poverty_rank,
        }
    }
}

/// Who pays for the delivery of a programme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaidBy {
    /// The county's health budget, which may be limited: what it cannot pay is not delivered.
    #[default]
    County,
    /// Prefecture, province and centre, or a project's own funds: not limited here.
    Higher,
}

impl PaidBy {
    /// All payers.
    pub const ALL: [PaidBy; 2] = [PaidBy::County, PaidBy::Higher];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        ["county", "higher"][self as usize]
    }
}

/// What a programme costs, in yuan of its price year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// Once for each village reached.
    pub per_village_once: f64,
    /// A year for each village reached.
    pub per_village_year: f64,
    /// A year for each village doctor of the villages reached.
    pub per_doctor_year: f64,
    /// A year for each person reached.
    pub per_person_year: f64,
    /// A year for each patient under management.
    pub per_managed_patient_year: f64,
    /// A year for each household reached.
    pub per_household_year: f64,
}

impl Cost {
    /// The amount that a file calls `key`; `None` where it is not called so.
    fn item(&mut self, key: &str) -> Option<&mut f64> {
        Some(match key {
            "per_village_once_yuan" => &mut self.per_village_once,
            "per_village_year_yuan" => &mut self.per_village_year,
            "per_doctor_year_yuan" => &mut self.per_doctor_year,
            "per_person_year_yuan" => &mut self.per_person_year,
            "per_managed_patient_year_yuan" => &mut self.per_managed_patient_year,
            "per_household_year_yuan" => &mut self.per_household_year,
            _ => return None,
        })
    }
}

/// How a programme's effect is measured in the study.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// By adding it to the baseline.
    Add,
    /// By taking it away from a world that has it.
    Remove,
}

impl Comparator {
    /// All ways.
    pub const ALL: [Comparator; 2] = [Comparator::Add, Comparator::Remove];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Comparator::Add => "add",
            Comparator::Remove => "remove",
        }
    }
}

/// How far a difference may lie from none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Lowest and highest difference, in the unit of the indicator.
    Difference([f64; 2]),
    /// Lowest and highest ratio of the level with the programme to that without.
    Ratio([f64; 2]),
}

impl Bound {
    /// As differences, at this level without the programme.
    ///
    /// ```
    /// # use kangcun::scenario::Bound;
    /// assert_eq!(Bound::Ratio([0.5, 1.25]).at(8.0), [-4.0, 2.0]);
    /// assert_eq!(Bound::Difference([-3.0, 1.0]).at(8.0), [-3.0, 1.0]);
    /// ```
    pub fn at(self, level: f64) -> [f64; 2] {
        match self {
            Bound::Difference(ends) => ends,
            Bound::Ratio(ends) => ends.map(|ratio| (ratio - 1.0) * level),
        }
    }
}

/// An effect that the evidence says is none, as far as its source could see.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    /// What does not move, in the words of [`Programme::moves`].
    pub indicator: String,
    /// What counts as none.
    pub bound: Bound,
    /// The evidence grade of the bound, `A` to `D`.
    pub grade: char,
    /// Where the bound comes from.
    pub source: String,
}

/// A programme of the study: dated changes for part of the villages or people, and what they cost.
#[derive(Clone, Debug)]
pub struct Programme {
    /// The name by which files and commands call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The section of the paper it belongs to, such as `5.1`.
    pub section: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// Its first month.
    pub from: Month,
    /// The first month in which it is no longer in force.
    pub until: Option<Month>,
    /// Years until it reaches its coverage; 0 is at once.
    pub ramp_years: i32,
    /// The share of villages it reaches in the end.
    pub coverage_share: f64,
    /// Which villages it reaches first.
    pub first: First,
    /// Whether it reaches only villages that are connected.
    pub needs_connection: bool,
    /// The programmes without which it does nothing: it reaches only villages that all of these reach.
    pub requires: Vec<String>,
    /// The counties in which it runs; empty means all.
    pub counties: Vec<String>,
    /// Whom it reaches.
    pub who: Who,
    /// What it costs.
    pub cost: Cost,
    /// Who pays for its delivery.
    pub paid_by: PaidBy,
    /// What is known about its effect.
    pub evidence: String,
    /// The indicators it is meant to move.
    pub moves: Vec<String>,
    /// What the evidence says that it does not move.
    pub nulls: Vec<Null>,
    /// How its effect is measured.
    pub comparator: Comparator,
    /// The scenario beside which its effect is measured.
    pub against: String,
    /// The source of its costs.
    pub cost_source: String,
    /// The evidence grade of its costs, `A` to `D`.
    pub cost_grade: Option<char>,
    /// The file it comes from.
    pub file: String,
    cost_cards: Vec<(String, f64, card::Notes, Place)>,
}

impl Programme {
    /// The place of its section: numbered ones first, then those with names.
    pub fn section_order(&self) -> (bool, &str) {
        (
            !self.section.starts_with(|first: char| first.is_ascii_digit()),
            &self.section,
        )
    }

    /// Whether it is in force in `month`, in the places it has reached by then.
    pub fn in_force(&self, month: Month) -> bool {
        self.from <= month && self.until.is_none_or(|until| month < until)
    }
}

/// A scenario as loaded and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The name by which files and commands call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// The question it answers, where it says so.
    pub question: Option<String>,
    /// Years, replicates, seed.
    pub run: RunSettings,
    /// Its programmes, in order.
    pub programmes: Vec<Programme>,
    /// The population of one's own that worlds are founded from; none: they are made from published margins.
    pub population: Option<Arc<Population>>,
    /// The table of published figures that its runs are held against, as text with its name.
    pub published: Option<Arc<Source>>,
    book: Book,
    known: Known,
    changes: Vec<Change>,
    origin: Origin,
}

impl Scenario {
    /// Loads and checks the scenario, programme or package `name_or_path`, with `sets` of the form `path=value` on
    /// top.
    ///
    /// # Errors
    /// Everything that is wrong with the files or the sets, each with its place.
    pub fn load(name_or_path: &str, sets: &[String]) -> Result<Scenario, Problems> {
        load::load(&Files::program(), name_or_path, sets)
    }

    /// As [`Self::load`], with the rules that the scenario `over` sets beyond its baseline put on top of everything else: the
    /// same world, whatever it is, in which `over` holds as well.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_under(name_or_path: &str, sets: &[String], over: &str) -> Result<Scenario, Problems> {
        load::load_under(&Files::program(), name_or_path, sets, Some(over))
    }
}
