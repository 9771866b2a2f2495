//! 31 December: every account pays what it owes, a deficit meets its rule, and next year's rates are announced.
//!
//! A pool (or a county that is its own) first uses its reserve, which is what its balance is; then it asks, in the order of the
//! rules, the adjustment fund, the reinsurer and the counties' budgets; what is still missing is carried into the next year,
//! in which it pays less.

use super::january::{residents, sweep};
use super::{Accounts, FundRules, FundYear, JointYear, Step, apportion, months_of, times};
use crate::units::{Fen, Ppm};
use crate::world::World;

/// What a county's account took and paid in the year.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operating {
    /// Premiums.
    pub premiums: Fen,
    /// Subsidies.
    pub subsidies: Fen,
    /// Paid by pool-funded layers.
    pub claims: Fen,
    /// Paid for care that nobody had.
    pub false_claims: Fen,
}

/// What a close reads of the rules.
pub struct Terms<'a> {
    /// The rules of December for an account of these counties.
    pub rules: &'a dyn Fn(&[usize]) -> &'a FundRules,
    /// Emergency money of the whole year for each resident of these counties, yuan.
    pub emergency_yuan: &'a dyn Fn(&[usize]) -> f64,
    /// The order of the steps of a deficit.
    pub order: &'a [Step],
}

/// Whoever holds a balance: a pool, or a county that is its own.
struct Holder<'a> {
    counties: Vec<usize>,
    rules: &'a FundRules,
    /// Premiums and subsidies of its counties.
    income: Fen,
    claims: Fen,
    /// False claims and administration.
    beside: Fen,
    year: FundYear,
    advanced: Fen,
}

impl Accounts {
    /// Closes the year: `operating` by county. Leaves balances and next year's rates in the world; the years of the counties
    /// come back, and those of the joint accounts.
    pub fn close(
        mut self,
        world: &mut World,
        operating: &[Operating],
        terms: &Terms,
    ) -> (Vec<FundYear>, Vec<JointYear>) {
        self.earn_interest(terms);
        self.operate(operating, terms);
        let mut holders = self.holders(world, operating, terms);
        for holder in &mut holders {
            holder.emergency(world, terms);
        }
        for step in terms.order {
            match step {
                Step::Adjustment => self.rebalance(&mut holders),
                Step::Reinsurance => holders.iter_mut().for_each(Holder::reinsure),
                Step::LocalBudget => {
                    for holder in &mut holders {
                        let missing = (-holder.year.balance()).or_zero();
                        self.local_budget(
                            holder,
                            missing * Ppm::share(holder.rules.deficit.local_budget_share),
                            world,
                        );
                    }
                }
            }
        }
        for holder in &mut holders {
            let reserve = &holder.rules.reserve;
            let short = months_of(holder.claims, reserve.alert_months).less(holder.year.balance().or_zero());
            self.local_budget(holder, short * Ppm::share(reserve.alert_topup_share), world);
        }
        self.release_excess(&mut holders);
        self.settle(holders, world)
    }

    /// Interest on what every account held on 1 January, after all that changed hands that day.
    fn earn_interest(&mut self, terms: &Terms) {
        let earn = |year: &mut FundYear, counties: &[usize]| {
            let share = (terms.rules)(counties).interest_share;
            year.interest = year.balance().or_zero() * Ppm::share(share);
        };
        for (at, year) in self.counties.iter_mut().enumerate() {
            earn(year, &[at]);
        }
        for joint in self.pools.iter_mut().chain(&mut self.adjustments) {
            earn(&mut joint.year, &joint.counties);
        }
    }

    /// Each county takes premiums and subsidies, pays claims and administration; a pool sweeps what that leaves.
    fn operate(&mut self, operating: &[Operating], terms: &Terms) {
        for (at, (year, own)) in self.counties.iter_mut().zip(operating).enumerate() {
            (year.premiums, year.subsidies) = (own.premiums, own.subsidies);
            (year.claims, year.false_claims) = (own.claims, own.false_claims);
            year.administration = own.claims * Ppm::share((terms.rules)(&[at]).administration_share);
        }
        for pool in &mut self.pools {
            for &at in &pool.counties {
                let own = &mut self.counties[at];
                sweep(own.balance(), own, &mut pool.year);
            }
        }
    }

    /// Those who hold balances, with their accounts.
    fn holders<'t>(&self, world: &World, operating: &[Operating], terms: &Terms<'t>) -> Vec<Holder<'t>> {
        let holder = |counties: Vec<usize>, year, advanced| {
            let own = || counties.iter().map(|&at| operating[at]);
            Holder {
                rules: (terms.rules)(&counties),
                income: own().map(|own| own.premiums + own.subsidies).sum(),
                claims: own().map(|own| own.claims).sum(),
                beside: counties.iter().map(|&at| self.counties[at].beside_claims()).sum(),
                counties,
                year,
                advanced,
            }
        };
        if self.pools.is_empty() {
            let counties = self.counties.iter().zip(&world.counties).enumerate();
            counties
                .map(|(at, (year, county))| holder(vec![at], *year, county.fund.advanced))
                .collect()
        } else {
            let pools = self.pools.iter().zip(&world.pools);
            pools
                .map(|(pool, joint)| holder(pool.counties.clone(), pool.year, joint.advanced))
                .collect()
        }
    }

    /// Pools in surplus pay into their adjustment fund, which then pays a part of the deficits, as far as its money goes: to
    /// all the same part of what they may ask.
    fn rebalance(&mut self, holders: &mut [Holder]) {
        for fund in &mut self.adjustments {
            let mut members: Vec<&mut Holder> = holders.iter_mut().filter(|holder| holder.within(fund)).collect();
            for member in &mut members {
                let due = member.contribution();
                member.pay_into(fund, due);
            }
            let asked = |member: &&mut Holder| {
                (-member.year.balance()).or_zero() * Ppm::share(member.rules.adjustment.deficit_share)
            };
            let asked: Vec<Fen> = members.iter().map(asked).collect();
            let all: Fen = asked.iter().copied().sum();
            let there = fund.year.balance().or_zero().min(all);
            for (member, asked) in members.iter_mut().zip(asked) {
                if asked > Fen::ZERO {
                    // Rounded down: a fen that cannot be shared stays in the fund.
                    let part = i128::from(asked.0) * i128::from(there.0) / i128::from(all.0);
                    member.year.from_adjustment += Fen(part as i64);
                    fund.year.swept_out += Fen(part as i64);
                }
            }
        }
    }

    /// The counties' budgets pay `amount` to the holder: each for its own shortfall of the year, and where none has one, by
    /// residents.
    fn local_budget(&mut self, holder: &mut Holder, amount: Fen, world: &World) {
        if amount == Fen::ZERO {
            return;
        }
        if self.pools.is_empty() {
            holder.year.local_budget += amount;
            return;
        }
        let shortfall = |&at: &usize| {
            let own = &self.counties[at];
            (own.claims + own.beside_claims()).less(own.premiums + own.subsidies).0
        };
        let mut weights: Vec<i64> = holder.counties.iter().map(shortfall).collect();
        if weights.iter().all(|&weight| weight == 0) {
            weights = residents(world, &holder.counties);
        }
        for (&at, part) in holder.counties.iter().zip(apportion(amount, &weights)) {
            let own = &mut self.counties[at];
            own.local_budget += part;
            sweep(part, own, &mut holder.year);
        }
    }

    /// A part of what lies above the highest reserve goes to the adjustment fund.
    fn release_excess(&mut self, holders: &mut [Holder]) {
        for fund in &mut self.adjustments {
            for holder in holders.iter_mut() {
                if !holder.within(fund) {
                    continue;
                }
                let reserve = &holder.rules.reserve;
                let excess = holder
                    .year
                    .balance()
                    .less(months_of(holder.claims, reserve.excess_months));
                holder.pay_into(fund, excess * Ppm::share(reserve.excess_release_share));
            }
        }
    }

    /// Writes closings and next year's rates.
    fn settle(mut self, holders: Vec<Holder>, world: &mut World) -> (Vec<FundYear>, Vec<JointYear>) {
        let pooled = !self.pools.is_empty();
        for (at, mut holder) in holders.into_iter().enumerate() {
            holder.year.closing = holder.year.balance();
            let rate = world.counties[holder.counties[0]].fund.rate_ppm;
            let rate = holder.rules.next_rate(rate, holder.year.closing, holder.claims);
            for &county in &holder.counties {
                world.counties[county].fund.rate_ppm = rate;
            }
            if pooled {
                (world.pools[at].balance, world.pools[at].advanced) = (holder.year.closing, holder.advanced);
                (self.pools[at].year, self.pools[at].claims) = (holder.year, holder.claims);
            } else {
                world.counties[at].fund.advanced = holder.advanced;
                self.counties[at] = holder.year;
            }
        }
        for (year, county) in self.counties.iter_mut().zip(&mut world.counties) {
            year.closing = year.balance();
            county.fund.balance = year.closing;
        }
        for (fund, joint) in self.adjustments.iter_mut().zip(&mut world.adjustments) {
            fund.year.closing = fund.year.balance();
            joint.balance = fund.year.closing;
        }
        let joint = self.pools.into_iter().chain(self.adjustments).chain(self.ended);
        (self.counties, joint.collect())
    }
}

impl Holder<'_> {
    fn within(&self, fund: &JointYear) -> bool {
        fund.counties.contains(&self.counties[0])
    }

    /// Emergency money comes for each resident of 1 January; of what was advanced in earlier years, a part is paid back.
    fn emergency(&mut self, world: &World, terms: &Terms) {
        let residents: i64 = self
            .counties
            .iter()
            .map(|&at| world.counties[at].residents as i64)
            .sum();
        self.year.emergency = Fen::yuan((terms.emergency_yuan)(&self.counties)) * residents;
        let due = self.advanced * Ppm::share(self.rules.emergency.repaid_share);
        self.year.emergency_repaid = due.min(self.year.balance().or_zero());
        self.advanced += self.year.emergency - self.year.emergency_repaid;
    }

    /// What a pool pays into the adjustment fund: never more than the surplus of the year, nor than lies above the reserve it
    /// should hold.
    fn contribution(&self) -> Fen {
        let rules = self.rules;
        let share = self.income * Ppm::share(rules.adjustment.contribution_share);
        let surplus = (self.income + self.year.interest).less(self.claims + self.beside);
        let spare = self
            .year
            .balance()
            .less(months_of(self.claims, rules.reserve.target_months));
        share.min(surplus).min(spare)
    }

    fn pay_into(&mut self, fund: &mut JointYear, amount: Fen) {
        self.year.to_adjustment += amount;
        fund.year.swept_in += amount;
    }

    /// Pays the reinsurer, who pays a part of heavy claims.
    fn reinsure(&mut self) {
        let rules = &self.rules.reinsurance;
        self.year.reinsurance_premium = self.income * Ppm::share(rules.premium_share);
        let heavy = self.claims.less(times(self.income, rules.attachment_ratio));
        let limit = times(self.income, rules.limit_ratio);
        self.year.reinsured = (heavy * Ppm::share(rules.paid_share)).min(limit);
    }
}
