//! The list: what happens in a month, to whom, in what order.
//!
//! A block (a pack of villages) lives its whole year here, twelve months in order, without looking at any other block:
//!
//! 1. **illness** finds who falls ill ([`illness::strike`]), and in an epidemic who is infected ([`epidemic::infect`]);
//! 2. **care seeking** decides where each goes, at the price the rules would leave ([`care_seeking`]) and by the roads of the season
//!    ([`travel`]);
//! 3. **service** treats, with the skill, equipment, drugs and queue of the place ([`service`], [`service::drugs`]), and
//!    **rehabilitation** brings work back ([`rehabilitation`]);
//! 4. **billing** writes the bill ([`billing`]), less the **waste** taken off ([`waste`]), and **insurance** settles it, layer by layer
//!    ([`insurance`]);
//! 5. **livelihood**: income net of lost work arrives, the purse pays, and its shadows with it ([`livelihood`]);
//! 6. **monitoring** looks for households whose spending passes the trigger, and screens ([`monitoring`]).
//!
//! The season and the queues are known when the month begins, and all choices are made on what stands on its first day; only
//! then is anybody treated: visits, chronic care, admissions, deaths.
//!
//! What a month reads and writes of people and households lies in the books of the year ([`books`]).

pub mod billing;
pub mod books;
pub mod care_seeking;
pub mod epidemic;
pub mod illness;
pub mod insurance;
pub mod livelihood;
pub mod monitoring;
pub mod rehabilitation;
pub mod service;
pub mod travel;
pub mod waste;

mod block_year;
mod episode;

pub use block_year::{BlockYear, Outside, live};
pub use episode::{Options, Way, Weighing};

use crate::rules::YearPlan;
use crate::units::{Fen, Month};
use crate::world::{Block, Provider};
use crate::year::poverty;
use care_seeking::{Forgone, Need};
use livelihood::purses;

/// A bill at the counter, and all that decides who pays it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The bill.
    pub bill: &'a insurance::Bill,
    /// Whose it is.
    pub who: &'a insurance::Claimant,
    /// The patient's claims since 1 January, before this bill.
    pub so_far: &'a insurance::YearToDate,
    /// The rules of the year, and the class of them that the patient lives under.
    pub plan: &'a YearPlan,
    /// See `plan`.
    pub class: u16,
    /// The way there; nothing where another bill of the same trip brought it.
    pub travel: Fen,
    /// The first bill of a trip.
    pub first: bool,
}

/// A household at the close of its year, held against every gauge.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    /// Its book.
    pub book: &'a books::HouseholdYear,
    /// Of the closed cohort of lifted households.
    pub cohort: bool,
    /// What it owes for care.
    pub medical_debt: Fen,
    /// What its purses lived through.
    pub lived: &'a poverty::Lived,
    /// What each gauge holds of them.
    pub held: poverty::Held,
    /// The gauges.
    pub lines: &'a poverty::GaugeLines,
    /// The gauges by which each purse is poor: below, and where the register must see it, seen.
    pub poor: [u16; poverty::PURSES],
    /// The gauges by which the household was not poor on 1 January.
    pub at_risk: u16,
}

/// Sees what happens and changes nothing: the way tests and explanations look inside a month.
pub trait Tape {
    /// Whether the tape wants to see the months of households.
    const SEES: bool = true;
    /// Whether the tape wants to see where households stand at the close.
    const HOLDS: bool = Self::SEES;
    /// The tape is put into a block of `county`.
    fn placed(&mut self, _county: &str) {}
    /// The block opened its year: what households earn and how they live is known, nothing has happened.
    fn opened(
        &mut self,
        _block: &Block,
        _households: &[books::HouseholdYear],
        _ledgers: &[books::Ledger],
        _desks: &[books::Desk],
    ) {
    }
    /// Person `who`, whom something struck, weighs what to do about it; everybody does so before anybody is treated.
    fn weighed(&mut self, _who: u64, _when: Month, _weighing: &Weighing) {}
    /// Person `who` had `event`.
    fn struck(&mut self, _who: u64, _when: Month, _event: illness::Event) {}
    /// Person `who` with `need` went to `where_to`, or did not, and why not.
    fn sought(&mut self, _who: u64, _when: Month, _need: Need, _where_to: Provider, _forgone: Option<Forgone>) {}
    /// A bill of person `who` is about to be settled.
    fn presented(&mut self, _who: u64, _when: Month, _bill: &Presented) {}
    /// A bill was settled for person `who`.
    fn settled(&mut self, _who: u64, _when: Month, _bill: &insurance::Bill, _split: &insurance::Settlement) {}
    /// Person `who` died.
    fn died(&mut self, _who: u64, _when: Month) {}
    /// Household `who` lived a month: its purses (the factual and the shadows) before, what came and was asked, what they
    /// did, and after.
    fn lived(
        &mut self,
        _who: u64,
        _when: Month,
        _before: &purses::Purses,
        _flows: &purses::Flows,
        _lived: &purses::Lived,
        _after: &purses::Purses,
    ) {
    }
    /// The twelve months of `year` are over and no book is closed yet; the block's columns still stand as on 1 January.
    fn closing(&mut self, _year: i32, _block: &Block, _books: &BlockYear) {}
    /// A household with somebody left in it was held against the gauges of `year`.
    fn held(&mut self, _year: i32, _verdict: &Verdict) {}
    /// Every household with a living member has been held against every gauge (`poor` of the block's households) and its books
    /// are closed; nobody has been born, moved or been buried yet.
    fn judged(&mut self, _year: i32, _block: &Block, _books: &BlockYear) {}
    /// The block closed `year` and stands as it will on the next 1 January.
    fn closed(&mut self, _year: i32, _block: &Block) {}
}

/// The tape that records nothing and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTape;

impl Tape for NoTape {
    const SEES: bool = false;
}
