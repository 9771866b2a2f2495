//! The lenders' side of what households owe: the accounts of the bank and of kin in a county, to the fen.
//!
//! Of a household's debts, medical and other together, the bank holds what lies within `bank_limit_years` of its normal
//! income (of 1 January) and kin the rest. So the bank lends first; beyond its limit kin lend, up to the debt limit, and
//! for bare life without limit; and kin are paid back first. Both ask the same interest: who lends changes nothing for the
//! household.
//!
//! The account of a lender: opening + lent - repaid - repaid from estates - written off = closing. A household without
//! members ends; its savings, and a reimbursement on its way, pay first the bank and then kin, and what is left of its
//! debts is written off. When incomes move on 1 January, and when households split or become one, the limit is another, and
//! debts pass between bank and kin: the opening differs from the closing of the year before, both lenders together do not.

use crate::indicators::tally::Add;
use crate::units::Fen;

/// How many lenders there are.
pub const LENDERS: usize = 2;
/// Their names in tables: places 0 and 1 of every list of lenders.
pub const LENDER_NAMES: [&str; LENDERS] = ["bank", "kin"];

/// A debt by lender, where the bank lends up to `limit`.
#[inline(always)]
pub fn split(debt: Fen, limit: Fen) -> [Fen; LENDERS] {
    let bank = debt.at_most(limit);
    [bank, debt - bank]
}

/// The flows of a lender's account in a year, weighted, fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loans {
    /// Owed by households on 1 January.
    pub opening: i64,
    /// Lent since.
    pub lent: i64,
    /// Owed on 31 December, before households without members end.
    pub december: i64,
    /// Of it, owed by households that ended and paid from what they left.
    pub from_estates: i64,
    /// Owed by them and lost.
    pub written_off: i64,
}

impl Loans {
    /// Paid back by households, fen.
    pub fn repaid(&self) -> i64 {
        self.opening + self.lent - self.december
    }

    /// Owed when the year is over, fen.
    pub fn closing(&self) -> i64 {
        self.december - self.from_estates - self.written_off
    }
}

/// The year of all lenders of a county.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lending {
    /// By lender.
    pub loans: [Loans; LENDERS],
    /// Paid by households to all lenders, interest and principal, fen.
    pub paid: i64,
}

impl Lending {
    /// Interest that households paid to all lenders, fen.
    pub fn interest(&self) -> i64 {
        self.paid - self.loans.iter().map(Loans::repaid).sum::<i64>()
    }

    /// A household opens the year with a debt.
    #[inline(always)]
    pub fn open(&mut self, debt: Fen, limit: Fen, weight: i64) {
        if debt == Fen::ZERO {
            return;
        }
        for (loans, part) in self.loans.iter_mut().zip(split(debt, limit)) {
            loans.opening += weight * part.0;
        }
    }

    /// A household that owed `before` owes `after`, as more was lent.
    #[inline(always)]
    pub fn lend(&mut self, before: Fen, after: Fen, limit: Fen, weight: i64) {
        let parts = split(before, limit).into_iter().zip(split(after, limit));
        for (loans, (before, after)) in self.loans.iter_mut().zip(parts) {
            loans.lent += weight * (after - before).0;
        }
    }

    /// A household closes the year with a debt, after it `paid` its lenders.
    #[inline(always)]
    pub fn close(&mut self, debt: Fen, limit: Fen, paid: Fen, weight: i64) {
        if debt == Fen::ZERO && paid == Fen::ZERO {
            return;
        }
        for (loans, part) in self.loans.iter_mut().zip(split(debt, limit)) {
            loans.december += weight * part.0;
        }
        self.paid += weight * paid.0;
    }

    /// A household ends that owned and owed so much.
    pub fn settle(&mut self, owned: Fen, owed: Fen, limit: Fen, weight: i64) {
        let mut left = owned;
        for (loans, part) in self.loans.iter_mut().zip(split(owed, limit)) {
            let paid = part.at_most(left);
            left -= paid;
            loans.from_estates += weight * paid.0;
            loans.written_off += weight * (part - paid).0;
        }
    }
}

impl Add for Loans {
    fn add(&mut self, other: &Loans) {
        self.opening += other.opening;
        self.lent += other.lent;
        self.december += other.december;
        self.from_estates += other.from_estates;
        self.written_off += other.written_off;
    }
}

impl Add for Lending {
    fn add(&mut self, other: &Lending) {
        self.loans.add(&other.loans);
        self.paid += other.paid;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bank_lends_first_and_kin_are_paid_back_first() {
        // By hand, limit 100, two real households a record: 80 + 50 lent = 130 (bank 20, kin 30); 60 paid back (kin 30,
        // bank 30) with 7 of interest leave 70; it ends with 25 of its own, all for the bank, which loses 45.
        let mut lending = Lending::default();
        let limit = Fen(100);
        lending.open(Fen(80), limit, 2);
        lending.lend(Fen(80), Fen(130), limit, 2);
        lending.close(Fen(70), limit, Fen(67), 2);
        let [bank, kin] = lending.loans;
        assert_eq!(
            (bank.opening, bank.lent, bank.repaid(), bank.december),
            (160, 40, 60, 140)
        );
        assert_eq!((kin.opening, kin.lent, kin.repaid(), kin.december), (0, 60, 60, 0));
        assert_eq!(lending.interest(), 14);
        lending.settle(Fen(25), Fen(70), limit, 2);
        let [bank, kin] = lending.loans;
        assert_eq!((bank.from_estates, bank.written_off, bank.closing()), (50, 90, 0));
        assert_eq!(kin.closing(), 0);
    }

    #[test]
    fn what_an_estate_leaves_goes_to_the_bank_and_then_to_kin() {
        let mut lending = Lending::default();
        lending.settle(Fen(120), Fen(150), Fen(100), 1);
        let [bank, kin] = lending.loans;
        assert_eq!((bank.from_estates, bank.written_off), (100, 0));
        assert_eq!((kin.from_estates, kin.written_off), (20, 30));
    }
}
