//! The books of households: the desk that lies open all month, the ledger of its money, and the rest.

use crate::month::livelihood::purses::{Carried, Flows, Lanes, Lived as Month12, PURSES, Purses};
use crate::month::livelihood::{Habits, Shares};
use crate::units::{Fen, Fen32, Lane, Month};
use crate::world::{Category, Households};
use crate::year::poverty;

/// The part of a household's book that lies open on the desk all month: what episodes read and write, in one line of cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub struct Desk {
    /// To be paid for care this month at the point of use.
    pub care: Fen,
    /// Household's part of bills this month.
    pub oop: Fen,
    /// Travel this month.
    pub travel: Fen,
    /// Income lost this month.
    pub lost: Fen,
    /// Earnings of one labour unit a month, fen.
    pub unit_month: f64,
    /// What the household could raise for care on the first of the month, fen; with arrears, nothing.
    pub purse: f32,
    /// Monthly means: income a month, for the weight of prices.
    pub means_yuan: f32,
    /// The first month that is not as all others: a migrant is at home, a reimbursement arrives, or aid opens after it.
    pub wakes: Month,
    /// How many real households it stands for.
    pub weight: u16,
    /// Index of the village in the block.
    pub village: u16,
    /// The tally cell it is counted in.
    pub cell: u8,
    /// The standing by which bills are settled this month: a household for which aid has been opened is treated as monitored.
    pub standing: Category,
}

impl Desk {
    /// Loses `units` labour units for a whole month.
    #[inline(always)]
    pub fn lose(&mut self, units: f64) {
        self.lost += Fen::nearest(units * self.unit_month);
    }
}

/// The part of a household's book that every month reads and writes, in five lines of cache.
#[derive(Clone, Debug, Default)]
#[repr(C, align(64))]
pub struct Ledger {
    /// The factual purse and its shadows.
    pub purses: Purses,
    /// What each consumed since 1 January, other than care.
    pub consumed: Lanes,
    /// What each paid since 1 January to serve medical debt.
    pub medical_service: Lanes,
    /// How it lives.
    pub habits: Habits,
    /// What the factual purse paid since 1 January to serve other debt and to pay debts back early.
    pub other_service: Lane,
    /// Farm income of the year.
    pub farm_year: Lane,
    /// Wages, remittances, property and private transfers per month.
    pub steady_month: Fen,
    /// Dibao and cash transfers per month.
    pub public_month: Fen,
    /// Income since 1 January, had no work been lost.
    pub gross_year: Fen,
    /// The most that illness can take of a month's income.
    pub most_lost: Fen,
    /// Income lost since 1 January.
    pub lost_year: Fen,
    /// The monitors look closely once that much was paid out of pocket since 1 January.
    pub watched_from: Fen,
    /// Out of pocket since 1 January.
    pub oop_year: Fen,
    /// Class of the household's rules.
    pub class: u16,
    /// Bills of this year were left unpaid: care stops.
    pub in_arrears: bool,
}

impl Ledger {
    /// Lives the month that brings and asks `flows`, as far as the cash goes: see [`Purses::live`].
    #[inline(always)]
    pub fn live(&mut self, flows: &Flows, oop: Fen, shares: &Shares) -> Month12 {
        let lived = self.purses.live(flows, &self.habits, shares);
        for at in 0..PURSES {
            self.consumed[at] += lived.consumed[at];
            self.medical_service[at] += lived.medical_service[at];
        }
        self.other_service += lived.other_service[0] + lived.prepaid[0];
        self.gross_year += flows.gross;
        self.lost_year += flows.lost;
        self.oop_year += oop;
        lived
    }

    /// Bridges what is missing: see [`Purses::bridge`].
    #[inline(always)]
    pub fn bridge(&mut self, flows: &Flows, shares: &Shares, lived: &mut Month12) {
        let wanted = lived.consumed;
        self.purses.bridge(flows, &self.habits, shares, lived);
        for at in 0..PURSES {
            self.consumed[at] -= wanted[at] - lived.consumed[at];
        }
        self.in_arrears |= lived.unpaid[0] > 0.0;
    }

    /// What the household owes to all lenders.
    #[inline(always)]
    pub fn debts(&self) -> Fen {
        Fen::of_lane(self.purses.medical_debt[0] + self.purses.other_debt[0])
    }

    /// Debt up to which the bank is the lender.
    #[inline(always)]
    pub fn bank_limit(&self) -> Fen {
        Fen::of_lane(self.habits.bank_limit)
    }

    /// What the household could raise for care; with arrears, nothing.
    #[inline(always)]
    pub fn purse(&self, shares: &Shares) -> f32 {
        let means = self.purses.means(&self.habits, shares) as f32;
        if self.in_arrears { 0.0 } else { means }
    }
}

/// A household's book: the rest of it.
#[derive(Clone, Debug, Default)]
pub struct HouseholdYear {
    /// Identity.
    pub id: u64,
    /// Local wages per month.
    pub wage_month: Lane,
    /// Remittances, property and private transfers per month.
    pub other_month: Lane,
    /// Remittances per month (part of the above).
    pub remitted_month: Lane,
    /// Premiums of the enrolled members, due in January.
    pub premium: Fen,
    /// Reimbursement on its way.
    pub receivable: Fen,
    /// Of it, what comes from this year's bills.
    pub receivable_this_year: Fen,
    /// Of what was to be paid out of pocket since 1 January, left unpaid by the purses that bills reach: the factual one, and
    /// the one without lost work.
    pub oop_unpaid: [Lane; 2],
    /// Normal income a year.
    pub normal: Fen,
    /// Assessed over actual income: transitory luck partly discounted.
    pub smooth: f64,
    /// Cash transfers per month.
    pub cash_month: Fen,
    /// When the reimbursement arrives.
    pub receivable_due: Month,
    /// Aid opened by a spending trigger or a screening from this month on (0: not).
    pub aid_open_from: Month,
    /// Relief paid each month since aid opened.
    pub relief_month: Fen,
    /// Class of the household's rules.
    pub class: u16,
    /// How many real households it stands for.
    pub weight: u16,
    /// Members on 1 January: at least one.
    pub size: u16,
    /// Index of the village in the block.
    pub village: u16,
    /// The tally cell it is counted in.
    pub cell: u8,
    /// Standing with the authorities.
    pub category: Category,
    /// Months a migrant stays home.
    pub home_months: u8,
    /// Absent migrants.
    pub migrants: u8,
    /// Found by a screening this year.
    pub found: bool,
}

/// Reimbursement that arrives in a month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reimbursed {
    /// All of it.
    pub all: Fen,
    /// The part from this year's bills.
    pub this_year: Fen,
}

impl HouseholdYear {
    /// Opens the books with what the household brings into the year under the rules of `class`; the shadows begin as the
    /// factual purse. Its income of the year is still to be found out.
    #[inline(always)]
    pub fn brought(home: &Households, h: usize, class: u16) -> (HouseholdYear, Ledger) {
        let all = |fen: Fen32| [fen.lane(); PURSES];
        let ledger = Ledger {
            purses: Purses {
                savings: all(home.savings[h]),
                assets: all(home.assets[h]),
                medical_debt: all(home.medical_debt[h]),
                other_debt: all(home.other_debt[h]),
            },
            class,
            ..Ledger::default()
        };
        let book = HouseholdYear {
            id: home.id[h],
            wage_month: 0.0,
            other_month: 0.0,
            remitted_month: 0.0,
            premium: Fen::ZERO,
            receivable: home.receivable[h].fen(),
            receivable_this_year: Fen::ZERO,
            oop_unpaid: [0.0; 2],
            normal: Fen::ZERO,
            smooth: 1.0,
            cash_month: Fen::ZERO,
            receivable_due: home.receivable_due[h].month(),
            aid_open_from: home.aid_open_from[h].month(),
            relief_month: Fen::ZERO,
            class,
            weight: home.weight[h],
            size: home.size[h],
            village: home.village[h],
            cell: cell(home.cohort[h], home.category[h]) as u8,
            category: home.category[h],
            home_months: home.home_months[h],
            migrants: home.migrants[h],
            found: false,
        };
        (book, ledger)
    }

    /// Hands the household back what the year left in the purse that is carried on. What stayed unpaid is written off by the
    /// provider; care opens again.
    #[inline(always)]
    pub fn hand_back(&self, ledger: &Ledger, carried: Carried, home: &mut Households, h: usize) {
        let lane = carried.lane();
        home.savings[h] = Fen::of_lane(ledger.purses.savings[lane]).into();
        home.assets[h] = Fen::of_lane(ledger.purses.assets[lane]).into();
        home.medical_debt[h] = Fen::of_lane(ledger.purses.medical_debt[lane]).into();
        home.other_debt[h] = Fen::of_lane(ledger.purses.other_debt[lane]).into();
        let receivable = match carried {
            Carried::InFact => self.receivable,
            Carried::WithoutIllness => self.receivable - self.receivable_this_year,
        };
        home.receivable[h] = receivable.into();
        home.receivable_due[h] = self.receivable_due.into();
        home.aid_open_from[h] = self.aid_open_from.into();
        home.home_months[h] = self.home_months;
    }

    /// What the purses lived through since 1 January, when all twelve months are over.
    #[inline(always)]
    pub fn lived(&self, ledger: &Ledger) -> poverty::Lived {
        let (gross, oop) = (ledger.gross_year.lane(), ledger.oop_year.lane());
        let net = gross - ledger.lost_year.lane();
        let [in_fact, without_lost_work] = self.oop_unpaid.map(|unpaid| oop - unpaid);
        poverty::Lived {
            income: [net, net, gross, gross],
            transfers: (ledger.public_month * 12 - self.before_relief()).lane(),
            oop: [in_fact, 0.0, without_lost_work, 0.0],
            medical_service: ledger.medical_service,
            consumed: ledger.consumed,
        }
    }

    /// The standing by which bills are settled in month `when`: a household for which aid has been opened is treated as
    /// monitored.
    #[inline(always)]
    pub fn standing(&self, when: Month) -> Category {
        let opened = self.aid_open_from.0 != 0 && when >= self.aid_open_from;
        let aided = opened && matches!(self.category, Category::Lifted | Category::Ordinary);
        if aided { Category::Monitored } else { self.category }
    }

    /// The first month from `when` on that is not as all others (see [`Desk::wakes`]).
    #[inline(always)]
    pub fn wakes(&self, when: Month) -> Month {
        let never = Month(i32::MAX);
        let at_home = if self.home_months > 0 { when } else { never };
        let reimbursed = if self.receivable == Fen::ZERO {
            never
        } else {
            self.receivable_due
        };
        // Aid opens at the end of the month before, and relief comes with it.
        let aided = if self.aid_open_from >= when {
            when.max(self.aid_open_from + -1)
        } else {
            never
        };
        at_home.min(reimbursed).min(aided)
    }

    /// The part of month `when` that is not as all others: a migrant's month at home is lost, reimbursement arrives, aid
    /// opens and brings `relief` each month from now on.
    #[cold]
    #[inline(never)]
    pub fn wake(&mut self, ledger: &mut Ledger, desk: &mut Desk, relief: Fen, when: Month) -> Reimbursed {
        if when == self.aid_open_from && self.standing(when) != self.category {
            self.relief_month = relief;
            ledger.public_month += relief;
        }
        if self.home_months > 0 {
            self.home_months -= 1;
            desk.lost += Fen(self.remitted_month as i64 / i64::from(self.migrants.max(1)));
        }
        let reimbursed = self.arrive(when);
        self.lay_out(desk, when + 1);
        reimbursed
    }

    /// Relief of the year's months before it began.
    fn before_relief(&self) -> Fen {
        if self.relief_month == Fen::ZERO {
            return Fen::ZERO;
        }
        self.relief_month * self.aid_open_from.index() as i64
    }

    /// Relief paid since 1 January, when all twelve months are over.
    #[inline(always)]
    pub fn relief(&self) -> Fen {
        self.relief_month * 12 - self.before_relief()
    }

    /// Lays out what month `when` must know.
    #[inline(always)]
    pub fn lay_out(&self, desk: &mut Desk, when: Month) {
        desk.standing = self.standing(when);
        desk.wakes = self.wakes(when);
    }

    /// Reimbursement that arrives in month `when`.
    fn arrive(&mut self, when: Month) -> Reimbursed {
        if self.receivable == Fen::ZERO || self.receivable_due > when {
            return Reimbursed::default();
        }
        Reimbursed {
            all: std::mem::take(&mut self.receivable),
            this_year: std::mem::take(&mut self.receivable_this_year),
        }
    }

    /// A migrant comes home for `months`, in month `when`.
    #[cold]
    pub fn bring_home(&mut self, desk: &mut Desk, months: u8, when: Month) {
        self.home_months = self.home_months.max(months);
        desk.wakes = desk.wakes.min(when);
    }

    /// Notes the bills left unpaid of a month that asked `oop` for care: `unpaid` in fact and without lost work.
    #[cold]
    pub fn leave_unpaid(&mut self, unpaid: [Lane; 2], oop: Fen) {
        let oop = oop.lane();
        for (all, unpaid) in self.oop_unpaid.iter_mut().zip(unpaid) {
            *all += unpaid.min(oop);
        }
        if unpaid[0] > oop {
            self.forget_unadvanced(Fen::of_lane(unpaid[0] - oop));
        }
    }

    /// What the household left unpaid beyond its own part it did not advance: the layer pays it to the provider, later.
    fn forget_unadvanced(&mut self, amount: Fen) {
        self.receivable = self.receivable.less(amount);
        self.receivable_this_year = self.receivable_this_year.less(amount);
    }

    /// Notes a delayed reimbursement of this year, due in month `due`. A later claim moves the payment of what is still on
    /// its way to its own date.
    #[cold]
    pub fn owe(&mut self, desk: &mut Desk, amount: Fen, due: Month) {
        self.receivable_this_year += amount;
        self.receivable += amount;
        self.receivable_due = due;
        desk.wakes = desk.wakes.min(due);
    }
}

/// The tally cell of a household: the closed cohort in the lifted cell, others by their standing.
pub fn cell(cohort: bool, category: Category) -> usize {
    match (cohort, category) {
        (true, _) => Category::Lifted as usize,
        (false, Category::Lifted) => Category::Ordinary as usize,
        (false, other) => other as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Household;
    use crate::year::poverty::Convention;

    const YUAN: Lane = 100.0;

    fn shares() -> Shares {
        Shares {
            excess_spent: 0.0,
            cut: 0.4,
            repaid: 0.02,
            interest: 0.005,
            sale: 0.7,
            per_sale: 1.0 / 0.7,
        }
    }

    /// A year that is lived in one month: what the register holds for each purse, with what `home` owns and owes before and
    /// after.
    fn year(home: &mut Households, carried: Carried, income: f64, care: f64, awaited: f64) -> [f64; PURSES] {
        let (mut book, mut ledger) = HouseholdYear::brought(home, 0, 0);
        ledger.habits = Habits {
            plan: 1000.0 * YUAN,
            floor: 600.0 * YUAN,
            buffer: 5000.0 * YUAN,
            debt_limit: 3000.0 * YUAN,
            bank_limit: 1000.0 * YUAN,
        };
        let flows = Flows {
            gross: Fen::yuan(income),
            care: Fen::yuan(care),
            ..Flows::default()
        };
        let oop = Fen::yuan(care);
        let mut lived = ledger.live(&flows, oop, &shares());
        if ledger.purses.short() {
            ledger.bridge(&flows, &shares(), &mut lived);
            book.leave_unpaid([lived.unpaid[0], lived.unpaid[2]], oop);
        }
        book.owe(&mut Desk::default(), Fen::yuan(awaited), Month::of(2022, 1));
        let held = book.lived(&ledger).held(1.0)[Convention::Register as usize];
        book.hand_back(&ledger, carried, home, 0);
        held.map(|fen| fen / YUAN)
    }

    /// A bill of 6,000 yuan, a year like others, a bad income.
    fn three_years(carried: Carried) -> ([[f64; PURSES]; 3], Households) {
        let mut home = Households::default();
        home.push(Household {
            savings: Fen::yuan(2000.0).into(),
            size: 1,
            weight: 1,
            ..Household::default()
        });
        let first = year(&mut home, carried, 1000.0, 6000.0, 0.0);
        let second = year(&mut home, carried, 1000.0, 0.0, 0.0);
        let third = year(&mut home, carried, 700.0, 0.0, 0.0);
        ([first, second, third], home)
    }

    #[test]
    fn an_old_bill_brings_down_every_shadow_of_a_bad_year_but_not_the_cumulative_twin() {
        // By hand, with a line of 680. Year 1: 2,000 + 1,000 - 6,000 - 1,000 is short by 4,000; 400 are cut, 3,000 borrowed,
        // 600 stay unpaid: 1,000 - 5,400 paid. Year 2: service of 3,000 x 2.5% = 75. Year 3: service of 2,940 x 2.5% = 73.50,
        // whichever part of year 3's illness (there is none) is taken off.
        let (held, home) = three_years(Carried::InFact);
        assert_eq!(held[0], [-4400.0, 1000.0, -4400.0, 1000.0]);
        assert_eq!(held[1], [925.0; PURSES]);
        assert_eq!(held[2], [626.5; PURSES]);
        assert!(home.medical_debt[0].fen() > Fen::yuan(2800.0) && home.savings[0].fen() == Fen::ZERO);
        // The twin brings 2,000 yuan and no debt into every year: 700 is above the line.
        let (held, home) = three_years(Carried::WithoutIllness);
        assert_eq!(held[0], [-4400.0, 1000.0, -4400.0, 1000.0]);
        assert_eq!(held[1], [1000.0; PURSES]);
        assert_eq!(held[2], [700.0; PURSES]);
        assert_eq!(home.medical_debt[0].fen(), Fen::ZERO);
        // 2,000 + 1,000 - 1,000, twice, then 2,000 + 700 - 1,000.
        assert_eq!(home.savings[0].fen(), Fen::yuan(1700.0));
    }

    #[test]
    fn who_never_bore_a_bill_awaits_no_reimbursement_of_it() {
        for (carried, awaited) in [(Carried::InFact, 500.0), (Carried::WithoutIllness, 0.0)] {
            let mut home = Households::default();
            home.push(Household::default());
            year(&mut home, carried, 2000.0, 800.0, 500.0);
            assert_eq!(home.receivable[0].fen(), Fen::yuan(awaited));
        }
    }
}
