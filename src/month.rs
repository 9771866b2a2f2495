//! THE LIST: what happens in a month, to whom, in what order.
//!
//! A block (a pack of villages) lives its whole year here, twelve months in order, without looking at any other block:
//!
//! 1. **illness** finds who falls ill ([`illness::strike`]);
//! 2. **care seeking** decides where each goes, at the price the rules would leave ([`care_seeking`]);
//! 3. **service** treats, with the skill, drugs and queue of the place ([`service`]);
//! 4. **billing** writes the bill ([`billing`]) and **insurance** settles it, layer by layer ([`insurance`]);
//! 5. **livelihood**: income net of lost work arrives, the purse pays, and its shadows with it ([`livelihood`]);
//! 6. **monitoring** looks for households whose spending passes the trigger ([`monitoring`]).
//!
//! The season and the queues are known when the month begins, so a month needs no order among patients.

pub mod billing;
pub mod care_seeking;
pub mod illness;
pub mod insurance;
pub mod livelihood;
pub mod monitoring;
pub mod service;

mod block_year;
mod episode;

pub use block_year::{BlockYear, HouseholdYear, Outside, live};

use crate::units::{Fen, Month};

/// Sees what happens and changes nothing: the way tests and explanations look inside a month.
pub trait Tape {
    /// A bill was settled for person `who`.
    fn settled(&mut self, _who: u64, _when: Month, _bill: &insurance::Bill, _split: &insurance::Settlement) {}
    /// Household `who` lived a month: savings before, flows, what it did, savings after.
    fn lived(
        &mut self,
        _who: u64,
        _when: Month,
        _before: Fen,
        _flows: &livelihood::Flows,
        _lived: &livelihood::Lived,
        _after: Fen,
    ) {
    }
    /// Person `who` had `event`.
    fn struck(&mut self, _who: u64, _when: Month, _event: illness::Event) {}
}

/// The tape that records nothing and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTape;

impl Tape for NoTape {}
