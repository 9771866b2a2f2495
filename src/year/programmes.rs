//! What programmes cost to deliver: for villages, residents, managed patients and households that they reach.
//!
//! A programme is in force from its first month to its last, in the counties it names, in villages whose rank (by luck, the
//! remotest or the poorest first) lies below its coverage; coverage is reached in `ramp_years` equal yearly steps. So the
//! villages of a smaller coverage are among those of a larger. Where it needs a connection it reaches only connected villages,
//! and where it requires other programmes only villages that those reach too. There it is for people of its categories, ages
//! and known conditions (age and conditions as the year begins, or the month in which rules change). Reach is settled
//! before the year begins.
//!
//! Costs are in yuan of 2020 and move with consumer prices: once for each village newly reached, and a year
//! for each village, village doctor, resident, known hypertensive or diabetic, and household reached, by the part of the year
//! in force.
//!
//! Where a county's health budget is limited (`health_budget.limited_yes`), it has `yuan_per_year` for each resident on 1
//! January, times growth and consumer prices since 2020, for the programmes that are `paid_by` the county. If they would cost
//! more at their planned coverage, all of them are delivered to the same share of it: the largest at which the budget pays.

use crate::rules::YearPlan;
use crate::units::{Fen, Month};
use crate::world::{self, Block, Category, Condition, Stage};
use serde::Deserialize;

/// What a county can spend on delivering programmes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetRules {
    /// Whether it is limited; otherwise all that is planned is delivered.
    pub limited_yes: bool,
    /// Yuan of 2020 for each resident, a year.
    pub yuan_per_year: f64,
    /// Real growth a year since 2020.
    pub growth: f64,
}

impl BudgetRules {
    /// Fen for `residents` in `year`, or no limit.
    pub fn fen(&self, residents: u64, years: i32, price_index: f64) -> Option<f64> {
        let each = self.yuan_per_year * 100.0 * (1.0 + self.growth).powi(years) * price_index;
        self.limited_yes.then_some(each * residents as f64)
    }
}

/// Whom a programme is for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// One bit a category.
    pub categories: u8,
    /// Ages, inclusive.
    pub age: (i32, i32),
    /// One bit a chronic condition, of which one must be known; 0 is everybody.
    pub conditions: u16,
}

/// Somebody, as programmes tell people apart.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Age in years.
    pub age: i32,
    /// Chronic conditions that are known: one bit a condition.
    pub known: u16,
}

impl Target {
    /// Whether the programme is not for every member of a household alike.
    pub fn tells_members_apart(&self) -> bool {
        self.age.0 > 0 || self.age.1 < 100 || self.conditions != 0
    }

    fn fits(&self, category: Category, member: Option<Member>) -> bool {
        let fits = |member: Member| {
            (self.age.0..=self.age.1).contains(&member.age)
                && (self.conditions == 0 || self.conditions & member.known != 0)
        };
        self.categories & (1 << category as u8) != 0 && member.is_none_or(fits)
    }
}

/// Whom each programme is for.
#[derive(Clone, Debug, Default)]
pub struct Targets(pub Vec<Target>);

impl Targets {
    /// Of the programmes in `mask`, those for a member of a household of `category` (no member: for the household).
    #[inline]
    pub fn reach(&self, mask: u64, category: Category, member: Option<Member>) -> u64 {
        let unfit = |(at, target): (usize, &Target)| u64::from(!target.fits(category, member)) << at;
        self.0
            .iter()
            .enumerate()
            .map(unfit)
            .fold(mask, |reached, unfit| reached & !unfit)
    }
}

/// The unit costs of a programme in a year, fen, and how far it was in force.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery {
    /// Once for each village newly reached this year.
    pub village_once: f64,
    /// A year for each village reached.
    pub village_year: f64,
    /// A year for each village doctor there.
    pub doctor_year: f64,
    /// A year for each resident reached.
    pub person_year: f64,
    /// A year for each known hypertensive or diabetic reached.
    pub patient_year: f64,
    /// A year for each household reached.
    pub household_year: f64,
    /// Part of the year in force.
    pub part: f64,
}

/// The delivery cost that falls to each household of the block this year, fen for the real households it stands for.
///
/// A village's costs are spread over its residents. `reach` and `new` say which programmes reach each village and which
/// do so for the first time this year.
pub fn costs(block: &Block, plan: &YearPlan, deliveries: &[Delivery], reach: &[u64], new: &[u64], out: &mut Vec<Fen>) {
    out.clear();
    out.resize(block.households.len(), Fen::ZERO);
    if deliveries.is_empty() {
        return;
    }
    let bills = Bills::of(block, plan.year, &plan.who, deliveries);
    for (h, out) in out.iter_mut().enumerate() {
        let village = usize::from(block.households.village[h]);
        if reach[village] != 0 {
            // In millionths, so that the sum does not depend on the order of the programmes.
            let mut cost = 0i64;
            bills.each(h, (reach[village], new[village]), |_, fen| {
                cost += (fen * 1e6).round() as i64;
            });
            *out = Fen((cost as f64 / 1e6).round() as i64);
        }
    }
}

/// What delivering the programmes costs, household by household.
struct Bills<'a> {
    block: &'a Block,
    january: Month,
    who: &'a Targets,
    deliveries: &'a [Delivery],
    /// Real residents by village.
    residents: Vec<f64>,
}

impl<'a> Bills<'a> {
    fn of(block: &'a Block, year: i32, who: &'a Targets, deliveries: &'a [Delivery]) -> Bills<'a> {
        let mut residents = vec![0.0; block.villages.len()];
        let homes = &block.households;
        for h in 0..homes.len() {
            residents[usize::from(homes.village[h])] += f64::from(homes.weight[h]) * f64::from(homes.size[h]);
        }
        Bills {
            block,
            january: Month::of(year, 1),
            who,
            deliveries,
            residents,
        }
    }

    /// Tells every amount, fen, that falls to household `h`, with the number of its programme.
    fn each(&self, h: usize, (reach, new): (u64, u64), mut tell: impl FnMut(usize, f64)) {
        let Bills { block, who, .. } = self;
        let homes = &block.households;
        let (village, category) = (usize::from(homes.village[h]), homes.category[h]);
        let weight = f64::from(homes.weight[h]);
        let heads = f64::from(homes.size[h]);
        let doctors = f64::from(block.villages[village].doctors);
        let own = who.reach(reach, category, None);
        for (at, delivery) in self.deliveries.iter().enumerate() {
            let bit = 1u64 << at;
            if reach & bit == 0 {
                continue;
            }
            let mut village_cost = (delivery.village_year + delivery.doctor_year * doctors) * delivery.part;
            if new & bit != 0 {
                village_cost += delivery.village_once;
            }
            tell(at, village_cost * weight * heads / self.residents[village].max(1.0));
            if own & bit != 0 {
                tell(at, delivery.household_year * delivery.part * weight);
            }
            if delivery.person_year + delivery.patient_year == 0.0 {
                continue;
            }
            for p in block.members(h) {
                let conditions = block.people.conditions[p];
                let member = Member {
                    age: world::age(block.people.born[p].month(), self.january),
                    known: conditions.which_known(),
                };
                if who.reach(bit, category, Some(member)) == 0 {
                    continue;
                }
                let known = |condition| conditions.stage(condition) >= Stage::Diagnosed;
                let managed = known(Condition::Hypertension) || known(Condition::Diabetes);
                let patient = if managed { delivery.patient_year } else { 0.0 };
                tell(at, weight * delivery.part * (delivery.person_year + patient));
            }
        }
    }
}

/// What a county plans for a year of the programmes that it pays for.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// For each village and programme there: the share of its coverage from which on the programme reaches the village, and
    /// what it costs there, fen.
    items: Vec<(f64, f64)>,
}

impl Planned {
    /// Adds a block. `reach` and `new` say which programmes are planned for each village, and which come for the first time;
    /// `from` gives the share of its coverage from which on programme `at` reaches village `v`, where the county pays for it.
    pub fn add(
        &mut self,
        (block, year): (&Block, i32),
        (who, deliveries): (&Targets, &[Delivery]),
        (reach, new): (&[u64], &[u64]),
        from: impl Fn(usize, usize) -> Option<f64>,
    ) {
        let bills = Bills::of(block, year, who, deliveries);
        let mut cost = vec![vec![0.0; deliveries.len()]; block.villages.len()];
        for h in 0..block.households.len() {
            let v = usize::from(block.households.village[h]);
            bills.each(h, (reach[v], new[v]), |at, fen| cost[v][at] += fen);
        }
        for (v, cost) in cost.iter().enumerate() {
            let reached = (0..deliveries.len()).filter(|at| reach[v] >> at & 1 == 1);
            let items = reached.filter_map(|at| Some((from(at, v)?, cost[at])));
            self.items.extend(items);
        }
    }

    /// What all of it costs, fen.
    pub fn cost(&self) -> f64 {
        self.items.iter().map(|item| item.1).sum()
    }

    /// The largest share of all coverages that `budget` fen pay for, and what that costs.
    pub fn affordable(mut self, budget: f64) -> (f64, f64) {
        self.items.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut spent = 0.0;
        let mut left = &self.items[..];
        while let Some(&(from, _)) = left.first() {
            // Villages at the same share are reached together.
            let together = left.iter().take_while(|item| item.0 == from).count();
            let cost: f64 = left[..together].iter().map(|item| item.1).sum();
            if spent + cost > budget {
                // A village at exactly this share is not reached.
                return (from * (1.0 - 1e-12), spent);
            }
            spent += cost;
            left = &left[together..];
        }
        (1.0, spent)
    }
}
