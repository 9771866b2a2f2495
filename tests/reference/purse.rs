//! One purse living one month, in whole fen.

use super::money::{above, part};
use kangcun::month::livelihood::LivelihoodRules;

/// What a household owns and owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    pub savings: i64,
    pub assets: i64,
    pub medical_debt: i64,
    pub other_debt: i64,
}

/// How a household lives in a year.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Planned consumption of a month.
    pub plan: i64,
    /// Consumption floor of a month.
    pub floor: i64,
    /// Savings aimed at.
    pub buffer: i64,
    /// Debt limit.
    pub debt_limit: i64,
    /// Debt up to which the bank lends.
    pub bank_limit: i64,
}

/// What a month brings and asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    pub income: i64,
    pub transfers: i64,
    pub reimbursed: i64,
    pub care: i64,
    pub travel: i64,
    pub premium: i64,
}

/// What the purse did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    pub consumed: i64,
    pub borrowed_for_care: i64,
    pub borrowed_else: i64,
    pub sold: i64,
    pub medical_service: i64,
    pub other_service: i64,
    pub prepaid: i64,
    pub unpaid: i64,
}

impl Purse {
    pub fn debts(&self) -> i64 {
        self.medical_debt + self.other_debt
    }

    /// What is owed to the bank; the rest is owed to kin.
    pub fn owed_to_bank(&self, habits: &Habits) -> i64 {
        self.debts().min(habits.bank_limit)
    }

    /// What could be raised for care now: savings, room to borrow, a forced sale.
    pub fn means(&self, habits: &Habits, rules: &LivelihoodRules) -> i64 {
        let room = above(habits.debt_limit, self.debts());
        self.savings + room + part(self.assets, rules.forced_sale_share)
    }

    /// Lives a month: serve debt, receive, pay for care and travel and premium, consume; what is missing is met in a
    /// fixed order.
    pub fn live(&mut self, flows: &Flows, habits: &Habits, rules: &LivelihoodRules) -> Lived {
        let mut lived = Lived {
            medical_service: serve(&mut self.medical_debt, rules),
            other_service: serve(&mut self.other_debt, rules),
            ..Lived::default()
        };
        // Some of what lies above the savings aimed at is spent.
        let spare = above(self.savings, habits.buffer);
        let extra = part(spare, rules.excess_spent_share / 12.0);
        let wanted = (habits.plan + extra).max(habits.floor);
        let received = flows.income + flows.transfers + flows.reimbursed;
        let service = lived.medical_service + lived.other_service;
        let due = flows.care + flows.travel + flows.premium + service;
        let cash = self.savings + received - due;
        if cash >= wanted {
            self.keep(cash - wanted, habits, &mut lived);
            lived.consumed = wanted;
        } else {
            self.bridge(wanted - cash, wanted, flows, habits, rules, &mut lived);
        }
        lived
    }

    /// What is left after consumption: above the savings aimed at it pays debts back, medical debt first.
    fn keep(&mut self, left: i64, habits: &Habits, lived: &mut Lived) {
        let prepaid = above(left, habits.buffer).min(self.debts());
        let medical = prepaid.min(self.medical_debt);
        self.medical_debt -= medical;
        self.other_debt -= prepaid - medical;
        self.savings = left - prepaid;
        lived.prepaid = prepaid;
    }

    /// Savings are gone and `missing` is still wanted.
    fn bridge(
        &mut self,
        missing: i64,
        wanted: i64,
        flows: &Flows,
        habits: &Habits,
        rules: &LivelihoodRules,
        lived: &mut Lived,
    ) {
        let above_floor = wanted - habits.floor;
        let mut left = missing;
        // First a part is met by consuming less,
        let cut = part(missing, rules.consumption_cut_share).min(above_floor);
        left -= cut;
        // then by borrowing up to the limit; what would be missing without care is not borrowed for care,
        let loan = above(habits.debt_limit, self.debts()).min(left);
        let for_care = loan.min(flows.care + flows.travel).min(missing);
        left -= loan;
        // then by consuming less, down to the floor,
        let deeper_cut = left.min(above_floor - cut);
        left -= deeper_cut;
        // then by selling assets at a loss,
        let sold = left.min(part(self.assets, rules.forced_sale_share));
        let worth = if rules.forced_sale_share > 0.0 {
            part(sold, 1.0 / rules.forced_sale_share).min(self.assets)
        } else {
            0
        };
        left -= sold;
        // then the bill stays unpaid, and for bare life kin lend without limit.
        let unpaid = left.min(flows.care);
        let kin = left - unpaid;
        self.savings = 0;
        self.assets -= worth;
        self.medical_debt += for_care;
        self.other_debt += loan - for_care + kin;
        lived.consumed = wanted - cut - deeper_cut;
        lived.borrowed_for_care = for_care;
        lived.borrowed_else = loan - for_care + kin;
        lived.sold = sold;
        lived.unpaid = unpaid;
    }
}

/// A month of a debt: interest, and a part of the principal.
fn serve(debt: &mut i64, rules: &LivelihoodRules) -> i64 {
    let interest = part(*debt, rules.interest_share / 12.0);
    let principal = part(*debt, rules.repayment_share / 12.0).min(*debt);
    *debt -= principal;
    principal + interest
}
