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

use crate::units::Month;
use crate::world::{Block, Provider};
use care_seeking::{Forgone, Need};
use livelihood::purses;

/// Sees what happens and changes nothing: the way tests and explanations look inside a month.
pub trait Tape {
    /// Whether the tape wants to see the months of households.
    const SEES: bool = true;
    /// Whether the tape wants to see where households stand at the close.
    const HOLDS: bool = false;
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
    /// Person `who` had `event`.
    fn struck(&mut self, _who: u64, _when: Month, _event: illness::Event) {}
    /// Person `who` with `need` went to `where_to`, or did not, and why not.
    fn sought(&mut self, _who: u64, _when: Month, _need: Need, _where_to: Provider, _forgone: Option<Forgone>) {}
    /// A bill was settled for person `who`.
    fn settled(&mut self, _who: u64, _when: Month, _bill: &insurance::Bill, _split: &insurance::Settlement) {}
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
    /// Every household was held against every gauge and its books are closed; nobody has left or come yet.
    fn held(&mut self, _block: &Block, _books: &BlockYear) {}
    /// The block closed `year` and stands as it will on the next 1 January.
    fn closed(&mut self, _year: i32, _block: &Block) {}
}

/// The tape that records nothing and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTape;

impl Tape for NoTape {
    const SEES: bool = false;
}
