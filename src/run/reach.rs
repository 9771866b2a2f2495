//! Which programmes reach which village in a year, and what of them a county's health budget pays for.

use super::Policy;
use crate::problem::Problems;
use crate::rules::BASE_YEAR;
use crate::world::{Block, County, Delivered, World};
use crate::year::programmes::{Delivery, Planned};

/// Which programmes reach each village in a year, by block of the world.
pub(super) struct Reach {
    pub villages: Vec<Vec<u64>>,
    /// Of these, the programmes that did not reach it the year before.
    pub new: Vec<Vec<u64>>,
    /// By county, what is delivered of the programmes that it pays for; empty where its budget pays for everything.
    pub delivered: Vec<Delivered>,
}

impl Reach {
    /// In `year`, from the world as it stands on 1 January.
    ///
    /// # Errors
    /// What is wrong with the rules of the year.
    pub fn of(policy: &Policy, world: &World, year: i32) -> Result<Reach, Problems> {
        let (villages, new, delivered) = Default::default();
        let mut all = Reach {
            villages,
            new,
            delivered,
        };
        let index = policy.january(year)?.price_index;
        for county in &world.counties {
            let reached = |year, delivered: &Delivered| -> Result<Vec<Vec<u64>>, Problems> {
                let blocks = county.blocks.iter();
                blocks
                    .map(|block| policy.reach(&county.name, block, year, delivered))
                    .collect()
            };
            let before = if year > policy.founding_year() {
                reached(year - 1, &county.delivered)?
            } else {
                let nowhere = |block: &Block| vec![0; block.villages.len()];
                county.blocks.iter().map(nowhere).collect()
            };
            let mut reach = reached(year, &Delivered::new())?;
            let delivered = affordable(policy, county, year, index, (&reach, &before))?;
            if !delivered.is_empty() {
                reach = reached(year, &delivered)?;
            }
            all.new.extend(fresh(&reach, &before));
            all.villages.extend(reach);
            all.delivered.push(delivered);
        }
        Ok(all)
    }
}

/// What delivering programme `at` of the policy's scenario costs in `world` at its full coverage, yuan of 2020 for each resident
/// of all counties: once, and a year.
///
/// # Errors
/// What is wrong with the rules of the year.
pub fn delivery_per_head(policy: &Policy, world: &World, at: usize) -> Result<[f64; 2], Problems> {
    let programme = &policy.scenario().programmes[at];
    let year = (programme.from.year() + (programme.ramp_years - 1).max(0)).max(policy.founding_year());
    let who = policy.targets();
    let each = Delivery {
        part: 1.0,
        ..policy.deliveries(year, 1.0)[at]
    };
    let once = Delivery {
        village_once: each.village_once,
        ..Delivery::default()
    };
    let yearly = Delivery {
        village_once: 0.0,
        ..each
    };
    let residents: u64 = world.counties.iter().map(|county| county.residents).sum();
    let mut costs = [0.0; 2];
    for (cost, delivery) in costs.iter_mut().zip([once, yearly]) {
        let mut deliveries = vec![Delivery::default(); policy.scenario().programmes.len()];
        deliveries[at] = delivery;
        let mut plan = Planned::default();
        for county in &world.counties {
            for block in &county.blocks {
                let reach = policy.reach(&county.name, block, year, &Delivered::new())?;
                let from = |own: usize, _| (own == at).then_some(0.0);
                plan.add((block, year), (&who, &deliveries), (&reach, &reach), from);
            }
        }
        *cost = plan.cost() / 100.0 / residents.max(1) as f64;
    }
    Ok(costs)
}

/// Of the programmes that reach each village, those that did not before.
fn fresh(reach: &[Vec<u64>], before: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let village = |(now, before): (&u64, &u64)| now & !before;
    let block = |(now, before): (&Vec<u64>, &Vec<u64>)| now.iter().zip(before).map(village).collect();
    reach.iter().zip(before).map(block).collect()
}

/// What the county's health budget pays for of the programmes planned to reach its villages, where it does not pay for all.
fn affordable(
    policy: &Policy,
    county: &County,
    year: i32,
    index: f64,
    (planned, before): (&[Vec<u64>], &[Vec<u64>]),
) -> Result<Delivered, Problems> {
    let mask = planned.iter().flatten().fold(0, |all, mask| all | mask);
    let paid: Vec<usize> = policy
        .paid_by_counties()
        .map(|(at, _)| at)
        .filter(|at| mask >> at & 1 == 1)
        .collect();
    let budget = policy.budget(year, mask)?;
    let Some(budget) = budget.fen(county.residents, year - BASE_YEAR, index) else {
        return Ok(Delivered::new());
    };
    let (who, deliveries) = (policy.targets(), policy.deliveries(year, index));
    let mut plan = Planned::default();
    let new = fresh(planned, before);
    for ((block, reach), new) in county.blocks.iter().zip(planned).zip(&new) {
        let from = |at: usize, v: usize| paid.contains(&at).then(|| policy.reached_from(at, year, block, v));
        plan.add((block, year), (&who, &deliveries), (reach, new), from);
    }
    let (share, _) = plan.affordable(budget);
    if share >= 1.0 {
        return Ok(Delivered::new());
    }
    let programmes = &policy.scenario().programmes;
    Ok(paid.iter().map(|&at| (programmes[at].id.clone(), share)).collect())
}
