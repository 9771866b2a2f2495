//! The funds of a year, as a ledger: every transfer is one entry from somebody to somebody, and every account is the sum of
//! its entries.

use super::law::{Law, LawBook, Reached};
use super::money::{above, insured, millionths, part, yuan};
use super::waste;
use kangcun::indicators::result::CountyResult;
use kangcun::units::{Fen, Month};
use kangcun::world::{Joint, World};
use kangcun::year::funds::{FundYear, JointYear, Pooling, Step};
use std::rc::Rc;

/// Somebody who holds money or gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Party {
    County(usize),
    Pool(String),
    Adjustment(String),
    /// Everybody outside the accounts.
    Outside,
}

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Premium,
    Subsidy,
    Interest,
    Sweep,
    Contribution,
    Rebalancing,
    Reinsurance,
    LocalBudget,
    Emergency,
    Claims,
    FalseClaims,
    Administration,
}

struct Entry {
    from: Party,
    to: Party,
    what: For,
    amount: i64,
}

/// Who stands together in an account.
#[derive(Clone, PartialEq, Eq)]
struct Group {
    name: String,
    counties: Vec<usize>,
}

/// The ledger of a year.
pub struct FundBook {
    entries: Vec<Entry>,
    /// What everybody held and owed for emergencies when the year began.
    opening: Vec<(Party, i64)>,
    owed: Vec<(Party, i64)>,
    pools: Vec<Group>,
    adjustments: Vec<Group>,
    ended: Vec<(Group, bool)>,
    residents: Vec<i64>,
    rates: Vec<i64>,
    aid: Vec<u32>,
    /// The rules of each month, by county and for any group of them.
    laws: Vec<Vec<Rc<Law>>>,
    groups_laws: Vec<(Vec<usize>, Vec<Rc<Law>>)>,
    everybody: Rc<Law>,
}

impl FundBook {
    /// 1 January.
    pub fn open(world: &mut World, lawbook: &LawBook, come: &[Reached], year: i32) -> FundBook {
        let months = |counties: &[usize]| -> Vec<Rc<Law>> {
            let mut reached = lawbook.nobody();
            for &at in counties {
                for (reached, come) in reached.iter_mut().zip(&come[at]) {
                    *reached |= come;
                }
            }
            (1..=12)
                .map(|month| lawbook.law(&reached, Month::of(year, month)))
                .collect()
        };
        let everybody: Vec<usize> = (0..world.counties.len()).collect();
        let everywhere = months(&everybody);
        let january = &everywhere[0].rules.funds;
        let at_level = |level: Pooling| -> Vec<Group> {
            let mut names: Vec<String> = Vec::new();
            let name = |at: usize| match level {
                Pooling::Province => "province".to_owned(),
                _ => world.counties[at].prefecture.clone(),
            };
            for &at in &everybody {
                if !names.contains(&name(at)) {
                    names.push(name(at));
                }
            }
            let group = |wanted: String| Group {
                counties: everybody.iter().copied().filter(|&at| name(at) == wanted).collect(),
                name: wanted,
            };
            names.into_iter().map(group).collect()
        };
        let pools = match january.pooling {
            Pooling::County => Vec::new(),
            level => at_level(level),
        };
        let adjustments = match (january.pooling, january.adjustment.level) {
            (Pooling::County, level) => at_level(level),
            (Pooling::Prefecture, Pooling::Province) => at_level(Pooling::Province),
            _ => Vec::new(),
        };
        let mut groups: Vec<Vec<usize>> = pools
            .iter()
            .chain(&adjustments)
            .map(|group| group.counties.clone())
            .collect();
        groups.dedup();
        let mut book = FundBook {
            entries: Vec::new(),
            opening: Vec::new(),
            owed: Vec::new(),
            residents: world.counties.iter().map(|county| county.residents as i64).collect(),
            rates: world
                .counties
                .iter()
                .map(|county| i64::from(county.fund.rate_ppm))
                .collect(),
            aid: world.counties.iter().map(|county| county.fund.aid_ppm).collect(),
            laws: everybody.iter().map(|&at| months(&[at])).collect(),
            groups_laws: groups
                .into_iter()
                .map(|group| (group.clone(), months(&group)))
                .collect(),
            everybody: Rc::clone(&everywhere[11]),
            pools,
            adjustments,
            ended: Vec::new(),
        };
        for (at, county) in world.counties.iter().enumerate() {
            book.opening.push((Party::County(at), county.fund.balance.0));
            book.owed.push((Party::County(at), county.fund.advanced.0));
        }
        for joint in &world.pools {
            book.opening.push((Party::Pool(joint.name.clone()), joint.balance.0));
            book.owed.push((Party::Pool(joint.name.clone()), joint.advanced.0));
        }
        for joint in &world.adjustments {
            book.opening
                .push((Party::Adjustment(joint.name.clone()), joint.balance.0));
        }
        for (joints, adjustment) in [(&world.pools, false), (&world.adjustments, true)] {
            for joint in joints {
                let group = Group {
                    name: joint.name.clone(),
                    counties: joint.counties.clone(),
                };
                let goes_on = if adjustment { &book.adjustments } else { &book.pools };
                if !goes_on.contains(&group) {
                    book.give_up(joint, adjustment);
                    book.ended.push((group, adjustment));
                }
            }
        }
        for pool in book.pools.clone() {
            let party = Party::Pool(pool.name.clone());
            let all: i64 = pool.counties.iter().map(|&at| book.residents[at].max(1)).sum();
            let weighed: i64 = pool
                .counties
                .iter()
                .map(|&at| book.residents[at].max(1) * book.rates[at])
                .sum();
            for &at in &pool.counties {
                book.rates[at] = weighed / all;
                world.counties[at].fund.rate_ppm = book.rates[at] as u32;
                book.pass(Party::County(at), party.clone(), book.balance(&Party::County(at)));
                let owed = book.owes(&Party::County(at));
                book.owe(&Party::County(at), -owed);
                book.owe(&party, owed);
            }
        }
        // Interest on what everybody holds now.
        let holders = (0..world.counties.len()).map(Party::County);
        let joint = book.pools.iter().map(|pool| Party::Pool(pool.name.clone()));
        let funds = book.adjustments.iter().map(|fund| Party::Adjustment(fund.name.clone()));
        for party in holders.chain(joint).chain(funds).collect::<Vec<_>>() {
            let share = book.december(&book.members(&party)).rules.funds.interest_share;
            let interest = insured(book.balance(&party).max(0), millionths(share));
            book.enter(Party::Outside, party, For::Interest, interest);
        }
        book
    }

    /// What a county's account takes and pays in the year.
    pub fn operate(&mut self, at: usize, premiums: i64, subsidies: i64, claims: i64) {
        let own = Party::County(at);
        let share = self.laws[at][11].rules.funds.administration_share;
        let administration = insured(claims, millionths(share));
        self.enter(Party::Outside, own.clone(), For::Premium, premiums);
        self.enter(Party::Outside, own.clone(), For::Subsidy, subsidies);
        self.enter(own.clone(), Party::Outside, For::Claims, claims);
        let without_care = insured(claims, millionths(waste::false_claims(&self.laws[at][11])));
        self.enter(own.clone(), Party::Outside, For::FalseClaims, without_care);
        self.enter(own, Party::Outside, For::Administration, administration);
    }

    /// 31 December: the close; results and the world are told.
    pub fn close(mut self, world: &mut World, results: &mut [CountyResult]) -> Vec<JointYear> {
        let holders: Vec<(Party, Vec<usize>)> = if self.pools.is_empty() {
            (0..world.counties.len())
                .map(|at| (Party::County(at), vec![at]))
                .collect()
        } else {
            let pool = |pool: &Group| (Party::Pool(pool.name.clone()), pool.counties.clone());
            self.pools.iter().map(pool).collect()
        };
        for (holder, counties) in &holders {
            if matches!(holder, Party::Pool(_)) {
                for &at in counties {
                    self.pass(Party::County(at), holder.clone(), self.balance(&Party::County(at)));
                }
            }
            self.meet_emergency(holder, counties);
        }
        for step in self.everybody.rules.funds.deficit.order.clone() {
            match step {
                Step::Adjustment => self.rebalance(&holders),
                Step::Reinsurance => holders
                    .iter()
                    .for_each(|(holder, counties)| self.reinsure(holder, counties)),
                Step::LocalBudget => {
                    for (holder, counties) in &holders {
                        let share = self.december(counties).rules.funds.deficit.local_budget_share;
                        let missing = (-self.balance(holder)).max(0);
                        self.ask_counties(holder, counties, insured(missing, millionths(share)));
                    }
                }
            }
        }
        for (holder, counties) in &holders {
            let reserve = self.december(counties).rules.funds.reserve.clone();
            let level = part(self.of(counties, For::Claims), reserve.alert_months / 12.0);
            let short = above(level, self.balance(holder).max(0));
            self.ask_counties(holder, counties, insured(short, millionths(reserve.alert_topup_share)));
        }
        for fund in self.adjustments.clone() {
            for (holder, counties) in holders.iter().filter(|own| fund.counties.contains(&own.1[0])) {
                let reserve = self.december(counties).rules.funds.reserve.clone();
                let level = part(self.of(counties, For::Claims), reserve.excess_months / 12.0);
                let excess = above(self.balance(holder), level);
                let amount = insured(excess, millionths(reserve.excess_release_share));
                let to = Party::Adjustment(fund.name.clone());
                self.enter(holder.clone(), to, For::Contribution, amount);
            }
        }
        self.tell(world, results, &holders)
    }

    fn meet_emergency(&mut self, holder: &Party, counties: &[usize]) {
        let months = self.of_group(counties);
        let advance: f64 = months
            .iter()
            .map(|law| law.rules.funds.emergency.advance_yuan_per_month)
            .sum();
        let repaid = months[11].rules.funds.emergency.repaid_share;
        let residents: i64 = counties.iter().map(|&at| self.residents[at]).sum();
        self.enter(
            Party::Outside,
            holder.clone(),
            For::Emergency,
            yuan(advance) * residents,
        );
        let due = insured(self.owes(holder), millionths(repaid));
        let back = due.min(self.balance(holder).max(0));
        self.enter(holder.clone(), Party::Outside, For::Emergency, back);
        self.owe(holder, yuan(advance) * residents - back);
    }

    fn rebalance(&mut self, holders: &[(Party, Vec<usize>)]) {
        for fund in self.adjustments.clone() {
            let party = Party::Adjustment(fund.name.clone());
            let members: Vec<_> = holders.iter().filter(|own| fund.counties.contains(&own.1[0])).collect();
            for (holder, counties) in &members {
                let rules = self.december(counties).rules.funds.clone();
                let income = self.of(counties, For::Premium) + self.of(counties, For::Subsidy);
                let claims = self.of(counties, For::Claims);
                let interest = self.sum(None, Some(holder), For::Interest);
                let surplus = above(income + interest, self.spent(counties));
                let spare = above(self.balance(holder), part(claims, rules.reserve.target_months / 12.0));
                let share = insured(income, millionths(rules.adjustment.contribution_share));
                let due = share.min(surplus).min(spare);
                self.enter(holder.clone(), party.clone(), For::Contribution, due);
            }
            let asked = |book: &FundBook, (holder, counties): &(Party, Vec<usize>)| {
                let share = book.december(counties).rules.funds.adjustment.deficit_share;
                insured((-book.balance(holder)).max(0), millionths(share))
            };
            let asked: Vec<i64> = members.iter().map(|member| asked(self, member)).collect();
            let all: i64 = asked.iter().sum();
            let money = self.balance(&party).max(0);
            for ((holder, _), asked) in members.into_iter().zip(asked) {
                let paid = if money >= all {
                    asked
                } else {
                    (i128::from(money) * i128::from(asked) / i128::from(all)) as i64
                };
                self.enter(party.clone(), holder.clone(), For::Rebalancing, paid);
            }
        }
    }

    fn reinsure(&mut self, holder: &Party, counties: &[usize]) {
        let rules = self.december(counties).rules.funds.reinsurance.clone();
        let income = self.of(counties, For::Premium) + self.of(counties, For::Subsidy);
        let heavy = above(self.of(counties, For::Claims), part(income, rules.attachment_ratio));
        let paid = insured(heavy, millionths(rules.paid_share)).min(part(income, rules.limit_ratio));
        let premium = insured(income, millionths(rules.premium_share));
        self.enter(holder.clone(), Party::Outside, For::Reinsurance, premium);
        self.enter(Party::Outside, holder.clone(), For::Reinsurance, paid);
    }

    /// The counties' budgets give an amount to whoever holds their balance.
    fn ask_counties(&mut self, holder: &Party, counties: &[usize], amount: i64) {
        if let Party::County(_) = holder {
            self.enter(Party::Outside, holder.clone(), For::LocalBudget, amount);
            return;
        }
        let lack = |at: usize| {
            let took = self.of(&[at], For::Premium) + self.of(&[at], For::Subsidy);
            above(self.spent(&[at]), took)
        };
        let mut weights: Vec<i64> = counties.iter().map(|&at| lack(at)).collect();
        if weights.iter().sum::<i64>() == 0 {
            weights = counties.iter().map(|&at| self.residents[at].max(1)).collect();
        }
        for (&at, own) in counties.iter().zip(split(amount, &weights)) {
            self.enter(Party::Outside, Party::County(at), For::LocalBudget, own);
            self.pass(Party::County(at), holder.clone(), own);
        }
    }

    /// What the accounts of counties paid for claims, with or without care, and to administer them.
    fn spent(&self, counties: &[usize]) -> i64 {
        let paid = [For::Claims, For::FalseClaims, For::Administration];
        paid.into_iter().map(|what| self.of(counties, what)).sum()
    }

    /// A joint account ends: what it holds and owes goes to its counties by residents.
    fn give_up(&mut self, joint: &Joint, adjustment: bool) {
        let party = if adjustment {
            Party::Adjustment(joint.name.clone())
        } else {
            Party::Pool(joint.name.clone())
        };
        let residents: Vec<i64> = joint.counties.iter().map(|&at| self.residents[at].max(1)).collect();
        let owed = split(joint.advanced.0, &residents);
        let held = split(joint.balance.0, &residents);
        for ((&at, held), owed) in joint.counties.iter().zip(held).zip(owed) {
            self.pass(party.clone(), Party::County(at), held);
            self.owe(&Party::County(at), owed);
        }
    }

    /// Closings, next year's rates and the results.
    fn tell(self, world: &mut World, results: &mut [CountyResult], holders: &[(Party, Vec<usize>)]) -> Vec<JointYear> {
        for (at, result) in results.iter_mut().enumerate() {
            result.fund = FundYear {
                rate_ppm: self.rates[at] as u32,
                aid_ppm: self.aid[at],
                pooled: !self.pools.is_empty(),
                ..self.year(&Party::County(at))
            };
            world.counties[at].fund.balance = result.fund.closing;
            world.counties[at].fund.advanced = Fen(self.owes(&Party::County(at)));
        }
        for (holder, counties) in holders {
            let rules = &self.december(counties).rules.funds;
            let closing = self.balance(holder);
            let (rate, lowest) = (self.rates[counties[0]], millionths(rules.lowest_rate_share));
            let step = millionths(rules.deficit_step_share);
            let alert = millionths(rules.reserve.alert_step_share);
            let level = part(self.of(counties, For::Claims), rules.reserve.alert_months / 12.0);
            // A fund in deficit pays a lower part of its promise next year, step by step; one in balance recovers.
            let next = if closing < 0 {
                (rate - step).max(lowest)
            } else if closing < level && alert != 0 {
                (rate - alert).max(lowest)
            } else {
                (rate + step).min(1_000_000)
            };
            for &at in counties {
                world.counties[at].fund.rate_ppm = next as u32;
            }
        }
        let mut told = Vec::new();
        let pools = self.pools.iter().map(|group| (group, false, true));
        let adjustments = self.adjustments.iter().map(|group| (group, true, true));
        let ended = self.ended.iter().map(|(group, adjustment)| (group, *adjustment, false));
        (world.pools, world.adjustments) = (Vec::new(), Vec::new());
        for (group, adjustment, stands) in pools.chain(adjustments).chain(ended) {
            let party = if adjustment {
                Party::Adjustment(group.name.clone())
            } else {
                Party::Pool(group.name.clone())
            };
            let holds = stands && !adjustment;
            let mut year = self.year(&party);
            let mut claims = 0;
            if holds {
                year.rate_ppm = self.rates[group.counties[0]] as u32;
                claims = self.of(&group.counties, For::Claims);
            }
            if stands {
                let joint = Joint {
                    name: group.name.clone(),
                    counties: group.counties.clone(),
                    balance: year.closing,
                    advanced: Fen(self.owes(&party)),
                };
                let list = if adjustment {
                    &mut world.adjustments
                } else {
                    &mut world.pools
                };
                list.push(joint);
            }
            told.push(JointYear {
                name: group.name.clone(),
                adjustment,
                counties: group.counties.clone(),
                claims: Fen(claims),
                year,
            });
        }
        told
    }

    /// An account as its entries tell it.
    fn year(&self, own: &Party) -> FundYear {
        let came = |what| Fen(self.sum(None, Some(own), what));
        let went = |what| Fen(self.sum(Some(own), None, what));
        FundYear {
            opening: Fen(self.held_at_first(own)),
            premiums: came(For::Premium),
            subsidies: came(For::Subsidy),
            interest: came(For::Interest),
            swept_in: came(For::Sweep) + came(For::Contribution),
            from_adjustment: came(For::Rebalancing),
            reinsured: came(For::Reinsurance),
            local_budget: came(For::LocalBudget),
            emergency: came(For::Emergency),
            claims: went(For::Claims),
            false_claims: went(For::FalseClaims),
            administration: went(For::Administration),
            swept_out: went(For::Sweep) + went(For::Rebalancing),
            to_adjustment: went(For::Contribution),
            reinsurance_premium: went(For::Reinsurance),
            emergency_repaid: went(For::Emergency),
            closing: Fen(self.balance(own)),
            ..FundYear::default()
        }
    }

    fn enter(&mut self, from: Party, to: Party, what: For, amount: i64) {
        assert!(amount >= 0, "{what:?} from {from:?} to {to:?}: {amount}");
        self.entries.push(Entry { from, to, what, amount });
    }

    /// Sweeps a balance on; a debt is filled from there.
    fn pass(&mut self, from: Party, to: Party, amount: i64) {
        if amount < 0 {
            self.enter(to, from, For::Sweep, -amount);
        } else {
            self.enter(from, to, For::Sweep, amount);
        }
    }

    fn sum(&self, from: Option<&Party>, to: Option<&Party>, what: For) -> i64 {
        let entries = self.entries.iter().filter(|entry| entry.what == what);
        let from_them = entries.filter(|entry| from.is_none_or(|own| entry.from == *own));
        let own = from_them.filter(|entry| to.is_none_or(|own| entry.to == *own));
        own.map(|entry| entry.amount).sum()
    }

    /// What some counties' own accounts took or paid for something.
    fn of(&self, counties: &[usize], what: For) -> i64 {
        let entries = self.entries.iter().filter(|entry| entry.what == what);
        let theirs = |party: &Party| matches!(party, Party::County(at) if counties.contains(at));
        let own = entries.filter(|entry| theirs(&entry.from) || theirs(&entry.to));
        own.map(|entry| entry.amount).sum()
    }

    fn held_at_first(&self, own: &Party) -> i64 {
        let held = self.opening.iter().find(|(party, _)| party == own);
        held.map_or(0, |(_, held)| *held)
    }

    fn balance(&self, own: &Party) -> i64 {
        let moved = |entry: &Entry| entry.amount * (i64::from(entry.to == *own) - i64::from(entry.from == *own));
        self.held_at_first(own) + self.entries.iter().map(moved).sum::<i64>()
    }

    fn owes(&self, own: &Party) -> i64 {
        let owed = self.owed.iter().filter(|(party, _)| party == own);
        owed.map(|(_, owed)| owed).sum()
    }

    fn owe(&mut self, own: &Party, amount: i64) {
        self.owed.push((own.clone(), amount));
    }

    fn members(&self, party: &Party) -> Vec<usize> {
        let of = |groups: &[Group], name: &str| {
            let group = groups.iter().find(|group| group.name == name);
            group.expect("the account stands").counties.clone()
        };
        match party {
            Party::County(at) => vec![*at],
            Party::Pool(name) => of(&self.pools, name),
            Party::Adjustment(name) => of(&self.adjustments, name),
            Party::Outside => Vec::new(),
        }
    }

    fn of_group(&self, counties: &[usize]) -> Vec<Rc<Law>> {
        let group = self.groups_laws.iter().find(|(group, _)| group == counties);
        group.map_or_else(|| self.laws[counties[0]].clone(), |(_, laws)| laws.clone())
    }

    fn december(&self, counties: &[usize]) -> Rc<Law> {
        Rc::clone(&self.of_group(counties)[11])
    }
}

/// Whole parts by weight: each ends where its exact end lies, rounded down.
fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let all: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    let end = |count: usize| -> i64 {
        let until: i128 = weights[..count].iter().map(|&weight| i128::from(weight)).sum();
        (i128::from(amount) * until).div_euclid(all) as i64
    };
    (0..weights.len()).map(|at| end(at + 1) - end(at)).collect()
}
