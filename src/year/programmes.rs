//! What programmes cost to deliver: for villages, residents, managed patients and households that they reach.
//!
//! A programme is in force from its first month to its last, in the counties it names, in villages whose keyed rank (or
//! rank of remoteness, the remotest first) lies below its coverage; coverage is reached in `ramp_years` equal yearly
//! steps. So the villages of a smaller coverage are among those of a larger. There it is for people of its categories
//! and ages. Reach is settled before the year begins.
//!
//! Costs are in yuan of 2020 and move with consumer prices: once for each village newly reached, and a year
//! for each village, resident, known hypertensive or diabetic, and household reached, by the part of the year in force.

use crate::rules::YearPlan;
use crate::units::{Fen, Month};
use crate::world::{self, Block, Condition, Stage};

/// The unit costs of a programme in a year, fen, and how far it was in force.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery {
    /// Once for each village newly reached this year.
    pub village_once: f64,
    /// A year for each village reached.
    pub village_year: f64,
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
    let january = Month::of(plan.year, 1);
    let mut residents = vec![0.0; block.villages.len()];
    let homes = &block.households;
    for h in 0..homes.len() {
        residents[homes.village[h] as usize] += f64::from(homes.weight[h]) * f64::from(homes.size[h]);
    }
    for (h, out) in out.iter_mut().enumerate() {
        let village = homes.village[h] as usize;
        if reach[village] == 0 {
            continue;
        }
        let weight = f64::from(homes.weight[h]);
        let heads = f64::from(homes.size[h]);
        let own = plan.reach(reach[village], homes.category[h], None);
        let mut cost = 0.0;
        for (at, delivery) in deliveries.iter().enumerate() {
            let bit = 1u64 << at;
            if reach[village] & bit == 0 {
                continue;
            }
            let mut village_cost = delivery.village_year * delivery.part;
            if new[village] & bit != 0 {
                village_cost += delivery.village_once;
            }
            cost += village_cost * weight * heads / residents[village].max(1.0);
            if own & bit != 0 {
                cost += delivery.household_year * delivery.part * weight;
            }
            if delivery.person_year + delivery.patient_year > 0.0 {
                for p in block.members(h) {
                    let age = world::age(block.people.born[p].month(), january);
                    if plan.reach(bit, homes.category[h], Some(age)) == 0 {
                        continue;
                    }
                    let conditions = block.people.conditions[p];
                    let known = |condition| conditions.stage(condition) >= Stage::Diagnosed;
                    let managed = known(Condition::Hypertension) || known(Condition::Diabetes);
                    cost += weight
                        * delivery.part
                        * (delivery.person_year + if managed { delivery.patient_year } else { 0.0 });
                }
            }
        }
        *out = Fen(cost.round() as i64);
    }
}
