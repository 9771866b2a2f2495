//! The purse of a household and its three shadows, living a month side by side.
//!
//! Lane 0 is what happened; lane 1 lives without this year's bills, lane 2 without this year's lost work, lane 3 without
//! both. The four are computed together, one in each lane of a wide register, without a branch that depends on the lane.
//! Every amount is a whole number of fen held in a double ([`Lane`]): sums and differences are exact far beyond any
//! household's money, and only a share of an amount is rounded, to the nearest fen, before it enters the account.

use super::{Habits, Shares};
use crate::units::{Fen, Lane, whole};

/// Purses a household has: the factual one and its shadows.
pub const PURSES: usize = 4;

/// The purse that a household carries from a year into the next, and by which it is judged at the close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Carried {
    /// The factual one.
    #[default]
    InFact = 0,
    /// The shadow without the year's bills and lost work: no household ever bore anything of its illness since founding (the
    /// *cumulative* twin of a run). People fall ill, choose care and die all the same; within a year they choose with the
    /// purse that bears its bills. What awaits reimbursement was never spent, so it is not carried. Aid that a spending trigger
    /// opens, debts as of founding, the work of the dead and what counties and lenders book stay as they come.
    WithoutIllness = 3,
}

impl Carried {
    /// Its lane.
    #[inline(always)]
    pub fn lane(self) -> usize {
        self as usize
    }
}

/// One amount a purse.
pub type Lanes = [Lane; PURSES];

/// What a household owns and owes, in fact and in each shadow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Purses {
    /// Liquid savings.
    pub savings: Lanes,
    /// Productive assets.
    pub assets: Lanes,
    /// Debt for care.
    pub medical_debt: Lanes,
    /// Other debt.
    pub other_debt: Lanes,
}

/// What a month brings and asks, before the household decides anything.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flows {
    /// Income by work, property and private transfers, had no work been lost.
    pub gross: Fen,
    /// Of it, lost to illness.
    pub lost: Fen,
    /// Dibao and cash transfers.
    pub public_transfers: Fen,
    /// Reimbursement that arrives now for bills of earlier months.
    pub reimbursed: Fen,
    /// Of it, what comes from this year's bills.
    pub reimbursed_this_year: Fen,
    /// To be paid at the point of use: the household's part and what it advances.
    pub care: Fen,
    /// Travel, food and lodging for care.
    pub travel: Fen,
    /// Insurance premiums.
    pub premium: Fen,
}

impl Flows {
    /// Income net of lost work.
    #[inline(always)]
    pub fn income(&self) -> [Fen; PURSES] {
        let (net, gross) = (self.gross - self.lost, self.gross);
        [net, net, gross, gross]
    }

    /// Reimbursement.
    #[inline(always)]
    pub fn reimbursed(&self) -> [Fen; PURSES] {
        with_bills(self.reimbursed, self.reimbursed - self.reimbursed_this_year)
    }

    /// Care to be paid.
    #[inline(always)]
    pub fn care(&self) -> [Fen; PURSES] {
        with_bills(self.care, Fen::ZERO)
    }

    /// Travel to be paid.
    #[inline(always)]
    pub fn travel(&self) -> [Fen; PURSES] {
        with_bills(self.travel, Fen::ZERO)
    }

    /// What comes in less what is asked, debt service aside.
    #[inline(always)]
    fn balance(&self) -> Lanes {
        let gross = self.gross + self.public_transfers - self.premium;
        let (net, gross) = ((gross - self.lost).lane(), gross.lane());
        let billed = (self.reimbursed - self.care - self.travel).lane();
        let unbilled = (self.reimbursed - self.reimbursed_this_year).lane();
        [net + billed, net + unbilled, gross + billed, gross + unbilled]
    }
}

/// An amount by purse, where it depends on this year's bills.
#[inline(always)]
fn with_bills(with: Fen, without: Fen) -> [Fen; PURSES] {
    [with, without, with, without]
}

/// What the purses did in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lived {
    /// Consumption other than care.
    pub consumed: Lanes,
    /// Borrowed for care.
    pub borrowed_for_care: Lanes,
    /// Borrowed for anything else, kin's loans for bare life included.
    pub borrowed_else: Lanes,
    /// Cash from sold assets.
    pub sold: Lanes,
    /// Service of medical debt.
    pub medical_service: Lanes,
    /// Service of other debt.
    pub other_service: Lanes,
    /// Debt paid back early from savings above the buffer.
    pub prepaid: Lanes,
    /// Of the bill, left unpaid.
    pub unpaid: Lanes,
}

#[inline(always)]
fn most(a: Lane, b: Lane) -> Lane {
    if a > b { a } else { b }
}

#[inline(always)]
fn least(a: Lane, b: Lane) -> Lane {
    if a < b { a } else { b }
}

impl Purses {
    /// What the household could raise for care now: savings, room to borrow, a forced sale.
    #[inline(always)]
    pub fn means(&self, habits: &Habits, shares: &Shares) -> Lane {
        let room = most(habits.debt_limit - self.medical_debt[0] - self.other_debt[0], 0.0);
        self.savings[0] + whole(self.assets[0] * shares.sale) + room
    }

    /// Lives one month, as far as the cash goes: a purse that is [short](Self::short) of what it wants has its savings below
    /// zero by the gap, until it is [bridged](Self::bridge).
    ///
    /// Identity in every lane: savings before + income + transfers + reimbursed + borrowed + sold = consumed + (care -
    /// unpaid) + travel + premium + debt service + prepaid + savings after.
    #[inline(always)]
    pub fn live(&mut self, flows: &Flows, habits: &Habits, shares: &Shares) -> Lived {
        let mut lived = Lived {
            medical_service: serve(&mut self.medical_debt, shares),
            other_service: serve(&mut self.other_debt, shares),
            ..Lived::default()
        };
        let balance = flows.balance();
        for at in 0..PURSES {
            let spare = most(self.savings[at] - habits.buffer, 0.0);
            let want = most(habits.plan + whole(spare * shares.excess_spent), habits.floor);
            // The balance is known last, so it comes last.
            let kept = self.savings[at] - lived.medical_service[at] - lived.other_service[at] - want + balance[at];
            // Savings above the buffer pay debts back before they are spent or kept.
            let left = most(kept - habits.buffer, 0.0);
            let prepaid = least(left, self.medical_debt[at] + self.other_debt[at]);
            let medical = least(prepaid, self.medical_debt[at]);
            self.medical_debt[at] -= medical;
            self.other_debt[at] -= prepaid - medical;
            self.savings[at] = kept - prepaid;
            lived.prepaid[at] = prepaid;
            lived.consumed[at] = want;
        }
        lived
    }

    /// Whether a purse lacks cash for what it wants.
    #[inline(always)]
    pub fn short(&self) -> bool {
        // One test of the signs of all.
        let signs = self.savings.iter().fold(0, |all, savings| all | savings.to_bits());
        signs >> 63 != 0
    }

    /// Meets the gap between what is wanted and the cash at hand, in the fixed order; of the month, `flows` say what care
    /// asked, and `lived` is completed. A purse without a gap is left as it is.
    #[inline(always)]
    pub fn bridge(&mut self, flows: &Flows, habits: &Habits, shares: &Shares, lived: &mut Lived) {
        let (care, travel) = (flows.care().map(Fen::lane), flows.travel().map(Fen::lane));
        for at in 0..PURSES {
            let (gap, want) = (most(-self.savings[at], 0.0), lived.consumed[at]);
            let above_floor = want - habits.floor;
            let cut = least(whole(gap * shares.cut), above_floor);
            let after_cut = gap - cut;
            let debts = self.medical_debt[at] + self.other_debt[at];
            let room = least(most(habits.debt_limit - debts, 0.0), after_cut);
            // What would be missing without this month's care is not borrowed for care.
            let for_care = least(room, least(care[at] + travel[at], gap));
            let after_loan = after_cut - room;
            let more = least(after_loan, above_floor - cut);
            let after_floor = after_loan - more;
            let sold = least(after_floor, whole(self.assets[at] * shares.sale));
            let worth = least(whole(sold * shares.per_sale), self.assets[at]);
            let left = after_floor - sold;
            let unpaid = least(left, care[at]);
            // For bare life kin lend without limit.
            let otherwise = room - for_care + left - unpaid;
            lived.consumed[at] = want - cut - more;
            lived.borrowed_for_care[at] = for_care;
            lived.borrowed_else[at] = otherwise;
            lived.sold[at] = sold;
            lived.unpaid[at] = unpaid;
            self.assets[at] -= worth;
            self.medical_debt[at] += for_care;
            self.other_debt[at] += otherwise;
            self.savings[at] += cut + more + for_care + otherwise + sold + unpaid;
        }
    }
}

/// Pays interest and a part of the principal of each debt; returns what is paid.
#[inline(always)]
fn serve(debt: &mut Lanes, shares: &Shares) -> Lanes {
    let mut paid = Lanes::default();
    for at in 0..PURSES {
        let interest = whole(debt[at] * shares.interest);
        let principal = least(whole(debt[at] * shares.repaid), debt[at]);
        debt[at] -= principal;
        paid[at] = principal + interest;
    }
    paid
}

#[cfg(test)]
mod tests {
    use super::*;

    const YUAN: Lane = 100.0;

    fn habits() -> (Habits, Shares) {
        let habits = Habits {
            plan: 1000.0 * YUAN,
            floor: 600.0 * YUAN,
            buffer: 5000.0 * YUAN,
            debt_limit: 3000.0 * YUAN,
            bank_limit: 1000.0 * YUAN,
        };
        let shares = Shares {
            excess_spent: 0.0,
            cut: 0.4,
            repaid: 0.02,
            interest: 0.005,
            sale: 0.7,
            per_sale: 1.0 / 0.7,
        };
        (habits, shares)
    }

    #[test]
    fn a_bill_is_met_in_the_order_savings_cut_debt_floor_assets_arrears() {
        // By hand: cash 2,000 + 500 - 10,000 = -7,500; wanted 1,000, so 8,500 is missing. Cut 40% = 3,400, but only
        // 400 lie above the floor: 8,100. Debt room 3,000: 5,100. Assets 2,000 x 0.7 = 1,400: 3,700 stay unpaid.
        // Without the bill: cash 2,500, consumed 1,000, kept 1,500.
        let (habits, shares) = habits();
        let mut purses = Purses {
            savings: [2000.0 * YUAN; PURSES],
            assets: [2000.0 * YUAN; PURSES],
            ..Purses::default()
        };
        let flows = Flows {
            gross: Fen::yuan(500.0),
            care: Fen::yuan(10_000.0),
            ..Flows::default()
        };
        let mut lived = purses.live(&flows, &habits, &shares);
        assert!(purses.short());
        purses.bridge(&flows, &habits, &shares, &mut lived);
        let care_lanes = |care: Lane, none: Lane| [care * YUAN, none * YUAN, care * YUAN, none * YUAN];
        assert_eq!(lived.consumed, care_lanes(600.0, 1000.0));
        assert_eq!(lived.borrowed_for_care, care_lanes(3000.0, 0.0));
        assert_eq!(lived.sold, care_lanes(1400.0, 0.0));
        assert_eq!(lived.unpaid, care_lanes(3700.0, 0.0));
        assert_eq!(
            purses,
            Purses {
                savings: care_lanes(0.0, 1500.0),
                assets: care_lanes(0.0, 2000.0),
                medical_debt: care_lanes(3000.0, 0.0),
                other_debt: [0.0; PURSES],
            }
        );
    }

    #[test]
    fn no_money_is_made_or_lost() {
        let luck = crate::draws::Luck::new(5, 5).stream(crate::draws::Purpose::Founding, 0);
        let (habits, shares) = habits();
        for i in 0..20_000u64 {
            let fen = |index, most: f64| whole(luck.uniform(i, index) * most * YUAN);
            let lanes = |index: u64, most: f64| std::array::from_fn(|at| fen(index + 10 * at as u64, most));
            let mut purses = Purses {
                savings: lanes(0, 8000.0),
                assets: lanes(1, 9000.0),
                medical_debt: lanes(2, 4000.0),
                other_debt: lanes(3, 4000.0),
            };
            let before = purses;
            let flow = |index, most: f64| Fen::of_lane(fen(index, most));
            let flows = Flows {
                gross: flow(4, 2500.0),
                lost: flow(14, 1500.0),
                public_transfers: flow(5, 300.0),
                reimbursed: flow(6, 900.0),
                reimbursed_this_year: flow(16, 500.0),
                care: flow(7, 9000.0),
                travel: flow(8, 900.0),
                premium: flow(9, 400.0),
            };
            let mut lived = purses.live(&flows, &habits, &shares);
            if purses.short() {
                purses.bridge(&flows, &habits, &shares, &mut lived);
            }
            for at in 0..PURSES {
                let public = flows.public_transfers - flows.premium;
                let inflow = before.savings[at] + (flows.income()[at] + public + flows.reimbursed()[at]).lane();
                let raised = lived.borrowed_for_care[at] + lived.borrowed_else[at] + lived.sold[at];
                let asked = (flows.care()[at] + flows.travel()[at]).lane();
                let outflow = lived.consumed[at] + asked - lived.unpaid[at];
                let service = lived.medical_service[at] + lived.other_service[at] + lived.prepaid[at];
                assert!((inflow + raised - outflow - service - purses.savings[at]).abs() < 0.5);
                assert!(purses.savings[at] >= 0.0 && purses.assets[at] >= 0.0);
                assert!(purses.medical_debt[at] >= 0.0 && purses.other_debt[at] >= 0.0);
                assert!(lived.consumed[at] >= habits.floor.min(habits.plan));
                assert!(
                    purses.savings[at].fract() == 0.0 && lived.consumed[at].fract() == 0.0,
                    "whole fen"
                );
            }
        }
    }
}
