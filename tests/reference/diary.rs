//! The diary that the engine writes of a block, and its entries in the reference's own terms.

use super::books::Living;
use super::purse::{Flows, Habits, Lived, Purse};
use kangcun::month::care_seeking::{Forgone, Need};
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Settlement};
use kangcun::month::livelihood::purses;
use kangcun::month::{Tape, books};
use kangcun::units::Month;
use kangcun::world::{Block, Provider};

/// The diary of a block: everything that the engine showed.
#[derive(Default)]
pub struct Diary(pub Vec<Note>);

/// One entry.
pub enum Note {
    Opened(Vec<Opened>),
    Struck(u64, Month, Event),
    Sought(u64, Month, Need, Provider, Option<Forgone>),
    Settled(u64, Month, Bill, Box<Settlement>),
    Lived(u64, Month, Box<Household>),
    Closed(i32, Box<Block>),
}

/// A household on 1 January: its income scores, its income and habits.
pub struct Opened {
    pub id: u64,
    pub scores: [f32; 2],
    pub living: Living,
}

/// A household's month.
pub struct Household {
    before: purses::Purses,
    flows: purses::Flows,
    lived: purses::Lived,
    after: purses::Purses,
}

impl Tape for Diary {
    fn opened(
        &mut self,
        block: &Block,
        households: &[books::HouseholdYear],
        ledgers: &[books::Ledger],
        desks: &[books::Desk],
    ) {
        let homes = &block.households;
        let opened = households
            .iter()
            .zip(ledgers)
            .zip(desks)
            .enumerate()
            .map(|(at, ((book, ledger), desk))| Opened {
                id: book.id,
                scores: [homes.persistent[at], homes.transitory[at]],
                living: living(book, ledger, desk),
            });
        self.0.push(Note::Opened(opened.collect()));
    }

    fn struck(&mut self, who: u64, when: Month, event: Event) {
        self.0.push(Note::Struck(who, when, event));
    }

    fn sought(&mut self, who: u64, when: Month, need: Need, where_to: Provider, forgone: Option<Forgone>) {
        self.0.push(Note::Sought(who, when, need, where_to, forgone));
    }

    fn settled(&mut self, who: u64, when: Month, bill: &Bill, split: &Settlement) {
        self.0.push(Note::Settled(who, when, *bill, Box::new(*split)));
    }

    fn lived(
        &mut self,
        who: u64,
        when: Month,
        before: &purses::Purses,
        flows: &purses::Flows,
        lived: &purses::Lived,
        after: &purses::Purses,
    ) {
        let month = Household {
            before: *before,
            flows: *flows,
            lived: *lived,
            after: *after,
        };
        self.0.push(Note::Lived(who, when, Box::new(month)));
    }

    fn closed(&mut self, year: i32, block: &Block) {
        self.0.push(Note::Closed(year, Box::new(block.clone())));
    }
}

impl Note {
    /// The month the note is of, for notes of people.
    pub fn of_people(&self) -> Option<Month> {
        match self {
            Note::Struck(_, when, _) | Note::Sought(_, when, ..) | Note::Settled(_, when, ..) => Some(*when),
            Note::Opened(..) | Note::Lived(..) | Note::Closed(..) => None,
        }
    }
}

impl Household {
    /// The month of purse `at`: before, what came and was asked, what it did, after.
    pub fn purse(&self, at: usize) -> (Purse, Flows, Lived, Purse) {
        (
            purse(&self.before, at),
            flows(&self.flows, at),
            lived(&self.lived, at),
            purse(&self.after, at),
        )
    }
}

fn living(book: &books::HouseholdYear, ledger: &books::Ledger, desk: &books::Desk) -> Living {
    Living {
        wage_month: whole(book.wage_month),
        remitted_month: whole(book.remitted_month),
        other_month: whole(book.other_month),
        farm_year: whole(ledger.farm_year),
        public_month: ledger.public_month.0,
        cash_month: book.cash_month.0,
        unit_month: desk.unit_month,
        normal: book.normal.0,
        smooth: book.smooth,
        habits: Habits {
            plan: whole(ledger.habits.plan),
            floor: whole(ledger.habits.floor),
            buffer: whole(ledger.habits.buffer),
            debt_limit: whole(ledger.habits.debt_limit),
            bank_limit: whole(ledger.habits.bank_limit),
        },
        means_yuan: f64::from(desk.means_yuan),
        premium: book.premium.0,
        delivery: 0,
    }
}

fn purse(all: &purses::Purses, at: usize) -> Purse {
    Purse {
        savings: whole(all.savings[at]),
        assets: whole(all.assets[at]),
        medical_debt: whole(all.medical_debt[at]),
        other_debt: whole(all.other_debt[at]),
    }
}

fn flows(all: &purses::Flows, at: usize) -> Flows {
    Flows {
        income: all.income()[at].0,
        transfers: all.public_transfers.0,
        reimbursed: all.reimbursed()[at].0,
        care: all.care()[at].0,
        travel: all.travel()[at].0,
        premium: all.premium.0,
    }
}

fn lived(all: &purses::Lived, at: usize) -> Lived {
    Lived {
        consumed: whole(all.consumed[at]),
        borrowed_for_care: whole(all.borrowed_for_care[at]),
        borrowed_else: whole(all.borrowed_else[at]),
        sold: whole(all.sold[at]),
        medical_service: whole(all.medical_service[at]),
        other_service: whole(all.other_service[at]),
        prepaid: whole(all.prepaid[at]),
        unpaid: whole(all.unpaid[at]),
    }
}

/// The engine holds whole fen in doubles.
fn whole(lane: f64) -> i64 {
    assert_eq!(lane.fract(), 0.0, "whole fen");
    lane as i64
}
