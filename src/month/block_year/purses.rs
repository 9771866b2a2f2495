//! The month of every household: income arrives, the purse and its shadows live, monitors look.
//!
//! Two passes. The first lives every household as far as its cash goes and notes, without a branch, who is short; the second
//! bridges what these lack. So a household whose cash does not reach delays none of its neighbours.

use super::{BlockYear, Outside};
use crate::draws::Purpose;
use crate::month::Tape;
use crate::month::books::{Desk, HouseholdYear, Ledger, Reimbursed};
use crate::month::livelihood::purses::{Flows, Lanes, Lived, Purses};
use crate::rules::Class;
use crate::units::{Fen, Month};
use crate::world::Category;

/// When aid opens for those who were looked at and not noticed: beyond any year.
pub(super) const NOT_NOTICED: Month = Month(i32::MAX / 2);

/// A household that lacks cash for what it wants this month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Short {
    /// Its place in the block.
    household: u32,
    /// To be paid for care.
    care: Fen,
    /// Of it, the household's own part.
    oop: Fen,
    /// Travel.
    travel: Fen,
    /// What each purse wants to consume.
    wanted: Lanes,
}

/// A household's month for the tape, told when all is settled.
struct Told {
    household: usize,
    before: Purses,
    flows: Flows,
    lived: Lived,
}

impl BlockYear {
    /// The month of every household.
    pub fn purses<T: Tape>(&mut self, outside: &Outside, when: Month, tape: &mut T) {
        outside.level.call(
            #[inline(always)]
            || {
                let mut told = Vec::new();
                let short = self.live_on_cash::<T>(outside, when, &mut told);
                self.bridge::<T>(short, outside, &mut told);
                for Told {
                    household,
                    before,
                    flows,
                    lived,
                } in &told
                {
                    let after = &self.ledgers[*household].purses;
                    tape.lived(self.households[*household].id, when, before, flows, lived, after);
                }
            },
        );
    }

    /// Lives every household as far as its cash goes. Returns how many are short.
    #[inline(always)]
    fn live_on_cash<T: Tape>(&mut self, outside: &Outside, when: Month, told: &mut Vec<Told>) -> usize {
        let mut short = 0;
        let (month, january) = (when.index(), when.index() == 0);
        let (classes, notes) = (&outside.plan.classes[..], &mut self.short[..]);
        let books = self.ledgers.iter_mut().zip(&mut self.households).zip(&mut self.desks);
        for (h, ((ledger, book), desk)) in books.enumerate() {
            let class = &*classes[usize::from(ledger.class)];
            let mut reimbursed = Reimbursed::default();
            if when >= desk.wakes {
                let relief = Fen::yuan(class.rules.monitoring.relief_yuan_per_month);
                reimbursed = book.wake(ledger, desk, relief, when);
            }
            let flows = Flows {
                gross: ledger.steady_month + Fen::nearest(ledger.farm_year * class.farm_month_share[month]),
                lost: desk.lost.min(ledger.most_lost),
                public_transfers: ledger.public_month,
                reimbursed: reimbursed.all,
                reimbursed_this_year: reimbursed.this_year,
                care: desk.care,
                travel: desk.travel,
                premium: if january { book.premium } else { Fen::ZERO },
            };
            let before = ledger.purses;
            let lived = ledger.live(&flows, desk.oop, &class.purse);
            desk.purse = ledger.purse(&class.purse);
            notes[short] = Short {
                household: h as u32,
                care: desk.care,
                oop: desk.oop,
                travel: desk.travel,
                wanted: lived.consumed,
            };
            short += usize::from(ledger.purses.short());
            if ledger.oop_year >= ledger.watched_from {
                watch(book, ledger, desk, class, outside, when);
            }
            (desk.care, desk.oop, desk.travel, desk.lost) = (Fen::ZERO, Fen::ZERO, Fen::ZERO, Fen::ZERO);
            if T::SEES {
                told.push(Told {
                    household: h,
                    before,
                    flows,
                    lived,
                });
            }
        }
        short
    }

    /// Bridges what the first `short` households noted lack.
    #[inline(always)]
    fn bridge<T: Tape>(&mut self, short: usize, outside: &Outside, told: &mut [Told]) {
        for short in &self.short[..short] {
            let h = short.household as usize;
            let (ledger, desk) = (&mut self.ledgers[h], &mut self.desks[h]);
            let shares = &outside.plan.classes[usize::from(ledger.class)].purse;
            let flows = Flows {
                care: short.care,
                travel: short.travel,
                ..Flows::default()
            };
            let mut lived = Lived {
                consumed: short.wanted,
                ..Lived::default()
            };
            let owed = ledger.debts();
            ledger.bridge(&flows, shares, &mut lived);
            let (owes, limit) = (ledger.debts(), ledger.bank_limit());
            let lending = &mut self.counted.lending;
            lending.lend(owed, owes, limit, i64::from(desk.weight));
            desk.purse = ledger.purse(shares);
            let (count, weight) = (&mut self.counted.cells[usize::from(desk.cell)], i64::from(desk.weight));
            count.unpaid += weight * Fen::of_lane(lived.unpaid[0]).min(short.oop).0;
            count.borrowed_for_care += weight * Fen::of_lane(lived.borrowed_for_care[0]).0;
            if lived.unpaid[0] + lived.unpaid[2] > 0.0 {
                self.households[h].leave_unpaid([lived.unpaid[0], lived.unpaid[2]], short.oop);
            }
            if T::SEES
                && let Ok(at) = told.binary_search_by_key(&h, |told| told.household)
            {
                let of_cash = told[at].lived;
                told[at].lived = Lived {
                    medical_service: of_cash.medical_service,
                    other_service: of_cash.other_service,
                    prepaid: of_cash.prepaid,
                    ..lived
                };
            }
        }
    }
}

impl HouseholdYear {
    /// The spending from which the monitors look closely: a little less than what [triggers](watch) aid.
    #[inline(always)]
    pub(super) fn watched_from(&self, class: &Class) -> Fen {
        if self.unwatched() {
            return Fen::UNLIMITED;
        }
        let trigger = class.rules.monitoring.spending_trigger_share * self.normal.lane();
        Fen(((trigger * (1.0 - 1e-9)) as i64).max(1))
    }

    /// Aid is open already, by standing or by a trigger.
    #[inline(always)]
    fn unwatched(&self) -> bool {
        !matches!(self.category, Category::Lifted | Category::Ordinary) || self.aid_open_from.0 != 0
    }
}

/// The monitors look at a household that paid for care this month: past the trigger, aid opens after the delay for those
/// who are noticed.
#[cold]
#[inline(never)]
fn watch(
    book: &mut HouseholdYear,
    ledger: &mut Ledger,
    desk: &mut Desk,
    class: &Class,
    outside: &Outside,
    when: Month,
) {
    let rules = &class.rules.monitoring;
    if desk.oop > Fen::ZERO && rules.triggered(ledger.oop_year, book.normal) {
        let draws = outside.luck.stream(Purpose::Monitoring, outside.plan.year);
        // Looked at once a year: the unnoticed are marked as looked at by a date beyond the year.
        book.aid_open_from = if draws.happens(book.id, 1, rules.sensitivity_share) {
            when + 1 + rules.delay_months as i32
        } else {
            NOT_NOTICED
        };
        ledger.watched_from = Fen::UNLIMITED;
        book.lay_out(desk, when + 1);
    }
}
