//! Livelihood: income by source, the purse that pays for care and for life, debt, the sale of assets, and the limits.
//!
//! A purse lives a month by one fixed order: receive; serve debt; pay for care; consume. What is missing is met from
//! savings, then part by lower consumption, then by borrowing up to a limit, then by lower consumption down to a floor,
//! then by selling productive assets; then the bill stays unpaid (arrears, care stops from the next month); and for bare
//! life kin lend without limit (one aggregate account). Shadow purses live by the same function with other flows.

use crate::units::{Fen, Ppm};
use serde::Deserialize;

/// Livelihood rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LivelihoodRules {
    /// Nominal income growth per year.
    pub income_growth: f64,
    /// Growth of consumer prices per year.
    pub price_growth: f64,
    /// Yearly persistence of the persistent income score (the rho of the AR(1)).
    pub persistence_share: f64,
    /// Loading of the county's common harvest score on the transitory score (its square is the common share).
    pub harvest_loading_share: f64,
    /// Share of the yearly farm income that arrives in each month, January first.
    pub farm_month_share: Vec<f64>,
    /// Weight of labour in wage and farm income: income moves with (labour now / labour at founding) to this power.
    pub labour_weight: f64,
    /// Weight of productive assets in farm income.
    pub asset_weight: f64,
    /// Share of the farm work of a sick worker that others of the household do.
    pub farm_substituted_share: f64,
    /// Probability that a migrant comes home when a major event strikes.
    pub homecoming_share: f64,
    /// Months a migrant then stays.
    pub homecoming_months: f64,
    /// Consumption relative to normal income at the bottom of the permanent score (-2).
    pub consumption_poor_ratio: f64,
    /// The same at the top (+2).
    pub consumption_rich_ratio: f64,
    /// Share of an income shock that passes into consumption at the bottom.
    pub shock_poor_share: f64,
    /// The same at the top.
    pub shock_rich_share: f64,
    /// Consumption floor per head and year at base-year prices.
    pub floor_yuan_per_year: f64,
    /// Food share of consumption (Engel coefficient).
    pub food_share: f64,
    /// Savings aimed at, in years of normal income.
    pub buffer_years: f64,
    /// Share of savings above the buffer spent per year.
    pub excess_spent_share: f64,
    /// Of what is missing after savings, the part met by lower consumption before borrowing.
    pub consumption_cut_share: f64,
    /// Debt limit in years of normal income.
    pub debt_limit_years: f64,
    /// Debt repaid per year.
    pub repayment_share: f64,
    /// Interest per year.
    pub interest_share: f64,
    /// What productive assets fetch in a forced sale.
    pub forced_sale_share: f64,
    /// Cash per head and year paid to households that a cash programme reaches (a comparator; 0 in the baseline).
    pub cash_transfer_yuan_per_year: f64,
    /// Part of it that a household gets: 0 outside a cash programme, 1 inside, so that a study can size the amount alone.
    pub cash_transfer_reach_share: f64,
}

/// What a household owns and owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purse {
    /// Liquid savings.
    pub savings: Fen,
    /// Productive assets.
    pub assets: Fen,
    /// Debt for care.
    pub medical_debt: Fen,
    /// Other debt.
    pub other_debt: Fen,
    /// Unpaid to providers; written off at the year's end, and care stops meanwhile.
    pub arrears: Fen,
}

/// What a month brings and asks, before the household decides anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// Income by work, property and private transfers, net of work lost.
    pub income: Fen,
    /// Dibao and cash transfers.
    pub public_transfers: Fen,
    /// Reimbursement that arrives now for bills of earlier months.
    pub reimbursed: Fen,
    /// To be paid at the point of use: the household's part and what it advances.
    pub care: Fen,
    /// Travel, food and lodging for care.
    pub travel: Fen,
    /// Insurance premiums.
    pub premium: Fen,
}

/// How the purse lives: the household's constants of the year, a month's worth each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Planned consumption.
    pub plan: Fen,
    /// Consumption floor.
    pub floor: Fen,
    /// Savings aimed at.
    pub buffer: Fen,
    /// Share of savings above the buffer spent per month.
    pub excess_spent: Ppm,
    /// Part of a gap met by lower consumption before borrowing.
    pub cut: Ppm,
    /// Debt limit.
    pub debt_limit: Fen,
    /// Debt service per month relative to debt.
    pub repaid: Ppm,
    /// Interest per month relative to debt.
    pub interest: Ppm,
    /// What assets fetch.
    pub sale: Ppm,
}

/// What a purse did in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    /// Consumption other than care.
    pub consumed: Fen,
    /// Borrowed for care.
    pub borrowed_for_care: Fen,
    /// Borrowed for anything else, kin's loans for bare life included.
    pub borrowed_else: Fen,
    /// Cash from sold assets.
    pub sold: Fen,
    /// Service of medical debt.
    pub medical_service: Fen,
    /// Service of other debt.
    pub other_service: Fen,
    /// Debt paid back early from savings above the buffer.
    pub prepaid: Fen,
    /// Of the bill, left unpaid.
    pub unpaid: Fen,
}

impl Purse {
    /// What the household could raise for care now: savings, room to borrow, a forced sale. With arrears, nothing.
    pub fn means(&self, habits: &Habits) -> Fen {
        if self.arrears > Fen::ZERO {
            return Fen::ZERO;
        }
        self.savings + habits.debt_limit.less(self.medical_debt + self.other_debt) + self.assets * habits.sale
    }

    /// Lives one month.
    ///
    /// Identity, asserted by the caller on whole runs: savings before + income + transfers + reimbursed + borrowed + sold
    /// = consumed + (care - unpaid) + travel + premium + debt service + prepaid + savings after.
    #[allow(clippy::inline_always)] // measured: without it the month is slower by a tenth
    #[inline(always)] // four times a household and month: a shadow needs few of the numbers
    pub fn live(&mut self, flows: &Flows, habits: &Habits) -> Lived {
        let medical_service = serve(&mut self.medical_debt, habits);
        let other_service = serve(&mut self.other_debt, habits);
        let due = flows.care + flows.travel + flows.premium + medical_service + other_service;
        let cash = self.savings + flows.income + flows.public_transfers + flows.reimbursed - due;
        let mut want = habits.plan;
        if self.savings > habits.buffer {
            want += (self.savings - habits.buffer) * habits.excess_spent;
        }
        let want = want.max(habits.floor);
        let lived = if want > cash {
            self.bridge(cash, want, flows, habits)
        } else {
            let prepaid = self.prepay((cash - want).less(habits.buffer));
            self.savings = cash - want - prepaid;
            Lived {
                consumed: want,
                prepaid,
                ..Lived::default()
            }
        };
        Lived {
            medical_service,
            other_service,
            ..lived
        }
    }

    /// Savings above the buffer pay debts back before they are spent or kept; returns what is paid back.
    #[inline]
    fn prepay(&mut self, spare: Fen) -> Fen {
        let prepaid = spare.min(self.medical_debt + self.other_debt);
        if prepaid > Fen::ZERO {
            let medical = prepaid.min(self.medical_debt);
            self.medical_debt -= medical;
            self.other_debt -= prepaid - medical;
        }
        prepaid
    }

    /// Meets the gap between what is wanted and the cash at hand, in the fixed order.
    fn bridge(&mut self, cash: Fen, want: Fen, flows: &Flows, habits: &Habits) -> Lived {
        let mut lived = Lived {
            consumed: want,
            ..Lived::default()
        };
        let mut gap = want - cash;
        let cut = (gap * habits.cut).min(want - habits.floor);
        lived.consumed -= cut;
        gap -= cut;
        let room = habits.debt_limit.less(self.medical_debt + self.other_debt).min(gap);
        // What would be missing without this month's care is not borrowed for care.
        let for_care = (flows.care + flows.travel).min(want - cash);
        lived.borrowed_for_care = room.min(for_care);
        lived.borrowed_else = room - lived.borrowed_for_care;
        gap -= room;
        let more = gap.min(lived.consumed - habits.floor);
        lived.consumed -= more;
        gap -= more;
        lived.sold = gap.min(self.assets * habits.sale);
        if lived.sold > Fen::ZERO {
            let worth = if habits.sale.0 == 0 {
                Fen::ZERO
            } else {
                Fen((lived.sold.0 * 1_000_000 + i64::from(habits.sale.0) - 1) / i64::from(habits.sale.0))
            };
            self.assets = self.assets.less(worth);
        }
        gap -= lived.sold;
        lived.unpaid = gap.min(flows.care);
        lived.borrowed_else += gap - lived.unpaid;
        self.medical_debt += lived.borrowed_for_care;
        self.other_debt += lived.borrowed_else;
        self.arrears += lived.unpaid;
        self.savings =
            cash + lived.unpaid + lived.borrowed_for_care + lived.borrowed_else + lived.sold - lived.consumed;
        lived
    }
}

/// Pays interest and a part of the principal; returns what is paid.
#[inline]
fn serve(debt: &mut Fen, habits: &Habits) -> Fen {
    if *debt == Fen::ZERO {
        return Fen::ZERO;
    }
    let interest = *debt * habits.interest;
    let principal = (*debt * habits.repaid).min(*debt);
    *debt -= principal;
    principal + interest
}

impl LivelihoodRules {
    /// A rule that moves linearly with the permanent score between -2 and +2.
    pub fn by_score(poor: f64, rich: f64, score: f64) -> f64 {
        poor + (rich - poor) * ((score + 2.0) / 4.0).clamp(0.0, 1.0)
    }

    /// The habits of a household for a year.
    ///
    /// `normal` is its normal income and `expected` this year's, fen a year; `score` its permanent score; `size` its
    /// members; `prices` consumer prices relative to the base year.
    pub fn habits(&self, normal: f64, expected: f64, score: f64, size: f64, prices: f64) -> Habits {
        let floor = self.floor_yuan_per_year * 100.0 * prices * size / 12.0;
        let share = Self::by_score(self.consumption_poor_ratio, self.consumption_rich_ratio, score);
        let passed = Self::by_score(self.shock_poor_share, self.shock_rich_share, score);
        let plan = (share * normal + passed * (expected - normal)) / 12.0;
        Habits {
            plan: Fen::nearest(plan.max(floor)),
            floor: Fen::nearest(floor),
            buffer: Fen::nearest(self.buffer_years * normal),
            excess_spent: Ppm::share(self.excess_spent_share / 12.0),
            cut: Ppm::share(self.consumption_cut_share),
            debt_limit: Fen::nearest((self.debt_limit_years * normal).max(0.0)),
            repaid: Ppm::share(self.repayment_share / 12.0),
            interest: Ppm::share(self.interest_share / 12.0),
            sale: Ppm::share(self.forced_sale_share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits() -> Habits {
        Habits {
            plan: Fen::yuan(1000.0),
            floor: Fen::yuan(600.0),
            buffer: Fen::yuan(5000.0),
            excess_spent: Ppm::share(0.0),
            cut: Ppm::share(0.4),
            debt_limit: Fen::yuan(3000.0),
            repaid: Ppm::share(0.02),
            interest: Ppm::share(0.005),
            sale: Ppm::share(0.7),
        }
    }

    #[test]
    fn a_bill_is_met_in_the_order_savings_cut_debt_floor_assets_arrears() {
        // By hand: cash 2,000 + 500 - 10,000 = -7,500; wanted 1,000, so 8,500 is missing. Cut 40% = 3,400, but only
        // 400 lie above the floor: 8,100. Debt room 3,000: 5,100. Assets 2,000 x 0.7 = 1,400: 3,700 stay unpaid.
        let mut purse = Purse {
            savings: Fen::yuan(2000.0),
            assets: Fen::yuan(2000.0),
            ..Purse::default()
        };
        let flows = Flows {
            income: Fen::yuan(500.0),
            care: Fen::yuan(10_000.0),
            ..Flows::default()
        };
        let lived = purse.live(&flows, &habits());
        assert_eq!(lived.consumed, Fen::yuan(600.0));
        assert_eq!(lived.borrowed_for_care, Fen::yuan(3000.0));
        assert_eq!(lived.sold, Fen::yuan(1400.0));
        assert_eq!(lived.unpaid, Fen::yuan(3700.0));
        assert_eq!(
            purse,
            Purse {
                savings: Fen::ZERO,
                assets: Fen::ZERO,
                medical_debt: Fen::yuan(3000.0),
                other_debt: Fen::ZERO,
                arrears: Fen::yuan(3700.0)
            }
        );
        assert_eq!(purse.means(&habits()), Fen::ZERO, "care stops while arrears stand");
    }

    #[test]
    fn no_money_is_made_or_lost() {
        let luck = crate::draws::Luck::new(5, 5).stream(crate::draws::Purpose::Founding, 0);
        for i in 0..20_000u64 {
            let yuan = |index, most: f64| Fen::yuan(luck.uniform(i, index) * most);
            let mut purse = Purse {
                savings: yuan(0, 8000.0),
                assets: yuan(1, 9000.0),
                medical_debt: yuan(2, 4000.0),
                other_debt: yuan(3, 4000.0),
                arrears: Fen::ZERO,
            };
            let before = purse;
            let flows = Flows {
                income: yuan(4, 2500.0),
                public_transfers: yuan(5, 300.0),
                reimbursed: yuan(6, 900.0),
                care: yuan(7, 9000.0),
                travel: yuan(8, 900.0),
                premium: yuan(9, 400.0),
            };
            let lived = purse.live(&flows, &habits());
            let inflow = before.savings + flows.income + flows.public_transfers + flows.reimbursed;
            let raised = lived.borrowed_for_care + lived.borrowed_else + lived.sold;
            let outflow = lived.consumed + flows.care - lived.unpaid + flows.travel + flows.premium;
            let service = lived.medical_service + lived.other_service;
            assert_eq!(inflow + raised, outflow + service + lived.prepaid + purse.savings);
            assert!(purse.savings >= Fen::ZERO && purse.assets >= Fen::ZERO);
            assert!(lived.consumed >= habits().floor.min(habits().plan));
        }
    }
}
