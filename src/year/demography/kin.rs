//! Households that join kin at the close: children left without an adult, and old people who live alone or as a couple.
//!
//! Kin are a household of the same village, the same weight and the same side of the closed cohort in which somebody of
//! 18 to 64 lives. Which one is chosen for life: of those that can, the one with the lowest keyed number of the pair of
//! identities, so that a household more or fewer elsewhere changes no other choice. Who joins is never joined.
//!
//! Children without an adult of 18 join with `orphans_join_share`; one or two people who are all of `merge_age_years`
//! or more with `merge_per_year`, with `merge_disabled_per_year` where one of them lost 30% or more of the capacity to
//! earn. Savings, assets, debts and reimbursements on their way add up to the fen, absent migrants too. The household
//! keeps the identity, standing, income scores, poverty history and dibao of those who take in; whoever comes counts
//! towards its income as if there from founding on: the reverse of a split. Of the cohort joins only the cohort, so
//! its people stay counted.

use super::turn::{SEVERE_LOSS, Turn};
use super::{ADULT, DemographyRules};
use crate::draws::Purpose;
use crate::units::{Fen32, Month, Month16};
use crate::world::{self, Block, Household, labour_units};
use std::ops::RangeInclusive;

/// Ages of those who can take others in.
const TAKING_IN: RangeInclusive<i32> = 18..=64;

impl DemographyRules {
    /// Whether anybody ever joins kin.
    fn joins(&self) -> bool {
        let rates = [
            self.orphans_join_share,
            self.merge_per_year,
            self.merge_disabled_per_year,
        ];
        self.active_yes && rates.iter().any(|&rate| rate > 0.0)
    }
}

impl Turn<'_> {
    /// Moves those who join kin, in a block that stands as on the next 1 January.
    pub fn join_kin(&mut self, block: &mut Block) {
        if !self.rules.joins() {
            return;
        }
        self.find_kin(block);
        if self.room.joining.is_empty() {
            return;
        }
        self.room.begin_anew();
        let joining = std::mem::take(&mut self.room.joining);
        let mut touched: Vec<u32> = joining.iter().flat_map(|&(host, guest)| [host, guest]).collect();
        touched.sort_unstable();
        touched.dedup();
        let (mut copied, mut next) = (0, 0);
        for h in touched.into_iter().map(|h| h as usize) {
            self.room.copy(block, copied..h);
            copied = h + 1;
            if joining.get(next).is_none_or(|&(host, _)| host as usize != h) {
                continue; // a guest, who stands with the host
            }
            let mut host = block.households.row(h);
            self.room.people.append(&block.people, block.members(h));
            while let Some(&(_, guest)) = joining.get(next).filter(|&&(host, _)| host as usize == h) {
                let guest = guest as usize;
                let come = block.members(guest);
                let age = |p: usize| world::age(block.people.born[p].month(), self.january);
                let units = come.clone().map(|p| labour_units(age(p))).sum();
                take_in(&mut host, &block.households.row(guest), units);
                self.room.people.append(&block.people, come);
                self.moves.households_merged += i64::from(host.weight);
                next += 1;
            }
            self.room.households.push(host);
        }
        self.room.copy(block, copied..block.households.len());
        self.room.hand_over(block);
        self.room.joining = joining;
    }

    /// Notes who joins whom, by host.
    fn find_kin(&mut self, block: &Block) {
        let homes = &block.households;
        let mut guests = Vec::new();
        guests.extend((0..homes.len()).filter(|&h| self.seeks_kin(block, h)));
        let identities = self.luck.stream(Purpose::Identity, 0);
        let joining = &mut self.room.joining;
        joining.clear();
        for &guest in &guests {
            let village = homes.village[guest];
            let first = homes.village.partition_point(|&own| own < village);
            let end = homes.village.partition_point(|&own| own <= village);
            let takes = |&h: &usize| {
                homes.weight[h] == homes.weight[guest]
                    && homes.cohort[h] == homes.cohort[guest]
                    && guests.binary_search(&h).is_err()
                    && somebody_of(block, h, &TAKING_IN, self.january)
            };
            let nearness = |&h: &usize| (identities.bits(homes.id[guest], homes.id[h]), homes.id[h]);
            if let Some(host) = (first..end).filter(takes).min_by_key(nearness) {
                joining.push((host as u32, guest as u32));
            }
        }
        joining.sort_unstable();
    }

    /// Whether household `h` looks for kin to live with.
    fn seeks_kin(&self, block: &Block, h: usize) -> bool {
        let (people, members) = (&block.people, block.members(h));
        let rate = if !somebody_of(block, h, &(ADULT..=i32::MAX), self.january) {
            self.rules.orphans_join_share
        } else if members.len() <= 2 && !somebody_of(block, h, &(0..=self.merge_age() - 1), self.january) {
            let disabled = members.clone().any(|p| people.residual_loss[p] >= SEVERE_LOSS);
            if disabled {
                self.rules.merge_disabled_per_year
            } else {
                self.rules.merge_per_year
            }
        } else {
            return false;
        };
        self.draws.happens(block.households.id[h], 92, rate)
    }

    fn merge_age(&self) -> i32 {
        (self.rules.merge_age_years as i32).max(ADULT)
    }
}

/// Whether somebody of household `h` is of one of these ages in `month`.
fn somebody_of(block: &Block, h: usize, ages: &RangeInclusive<i32>, month: Month) -> bool {
    let mut born = block.members(h).map(|p| block.people.born[p].month());
    born.any(|born| ages.contains(&world::age(born, month)))
}

/// Makes one purse of two, and one household with `units` more of labour.
fn take_in(host: &mut Household, guest: &Household, units: f64) {
    let add = |own: &mut Fen32, theirs: Fen32| *own = (own.fen() + theirs.fen()).into();
    add(&mut host.savings, guest.savings);
    add(&mut host.assets, guest.assets);
    add(&mut host.founding_assets, guest.founding_assets);
    add(&mut host.medical_debt, guest.medical_debt);
    add(&mut host.other_debt, guest.other_debt);
    if guest.receivable > Fen32::ZERO {
        let own_due = if host.receivable > Fen32::ZERO {
            host.receivable_due
        } else {
            Month16::default()
        };
        add(&mut host.receivable, guest.receivable);
        host.receivable_due = own_due.max(guest.receivable_due);
    }
    host.size += guest.size;
    host.founding_size += guest.size;
    host.founding_labour += units as f32;
    host.migrants = host.migrants.saturating_add(guest.migrants);
    host.founding_migrants = host.founding_migrants.saturating_add(guest.migrants);
    host.home_months = host.home_months.max(guest.home_months);
}
