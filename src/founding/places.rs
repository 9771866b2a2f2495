//! Where households live: villages of uneven size, their clinics and the way to every provider; and how households move
//! in, block by block.
//!
//! Village sizes are lognormal with `village_size_log_sd`. Minutes to each provider are lognormal: to the clinic such
//! that `far_clinic_share` of households are more than 15 minutes away, to the township centre, the county seat and
//! tertiary hospitals with the county's medians; the scores of one place and the next correlate by `remoteness_share`.
//! Sanitation is lognormal around the county's ratio. Doctors follow `doctors_per_1000_count`.

use super::Start;
use super::drafts::{Drafts, Member};
use super::form::member_ids;
use super::income::{self, MIXES};
use super::purse::Purses;
use super::rules::{CountyRules, FoundingRules, PlaceRules, WorldRules};
use crate::draws::{Stream, mix};
use crate::maths;
use crate::units::Month;
use crate::world::{
    Block, Category, County, CountyEpidemic, Delivered, Fund, Households, PROVIDERS, People, Provider, Scores, Village,
    labour_units,
};
use std::ops::Range;

const FARTHEST: [f64; 4] = [120.0, 150.0, 300.0, 720.0];

/// Agents that a block holds at most, unless it is a single village larger than that. A block lives its year from the
/// processor's cache: what the months touch of each agent, household books included, is about 400 bytes, and all of it
/// has to stay within the 512 KiB that a core commonly has to itself. Results do not depend on this number.
pub const BLOCK_AGENTS: usize = 1_200;

/// Settles the households of a world.
pub struct Settling<'a> {
    /// The size of the world and its villages.
    pub world: &'a WorldRules,
    /// The other rules of founding.
    pub rules: &'a FoundingRules,
    /// The households in the making.
    pub drafts: &'a Drafts,
    /// What they own and owe.
    pub purses: Purses<'a>,
    /// The mixes of income sources.
    pub mixes: [[f32; 4]; MIXES],
    /// When.
    pub start: Start,
    /// Luck of places.
    pub luck: Stream,
}

impl Settling<'_> {
    /// Settles the county of number `index`, name and rules in villages, and packs consecutive villages in blocks of at
    /// most [`BLOCK_AGENTS`].
    pub fn county(&self, index: usize, name: &str, county: &CountyRules) -> County {
        let Settling { drafts, luck, .. } = *self;
        let id = county_id(name);
        let own = drafts.counties[index].clone();
        let order = shuffled(id, own.clone(), luck);
        let residents: u64 = drafts.rows[own].iter().map(|draft| draft.people() as u64).sum();
        let villages = ((residents as f64 / self.world.people_per_village_count.max(1.0)).round() as usize)
            .clamp(1, order.len().max(1));

        // Village sizes: uneven shares of the residents; households fill them in shuffled order.
        let share: Vec<f64> = (0..villages as u64)
            .map(|at| maths::exp(self.rules.places.village_size_log_sd * luck.normal(id, at)))
            .collect();
        let all: f64 = share.iter().sum();
        let (mut until, mut filled, mut next) = (0.0, 0.0, 0);
        let mut people_in = vec![0.0; villages];
        let mut agents_in = vec![0; villages];
        let mut homes_in = Vec::with_capacity(villages);
        for (at, share) in share.iter().enumerate() {
            until += share / all * residents as f64;
            let from = next;
            while next < order.len() && (filled < until || at + 1 == villages) {
                let draft = &drafts.rows[order[next] as usize];
                let here = draft.people();
                filled += here;
                people_in[at] += here;
                agents_in[at] += usize::from(draft.size);
                next += 1;
            }
            homes_in.push(&order[from..next]);
        }

        let ways = ways(county, &self.rules.places, id, &people_in, luck);
        let village = |at: usize| {
            let id = village_id(id, at);
            found_village(county, &self.rules.places, id, &ways[at], people_in[at], luck)
        };
        let mut moving = Vec::new();
        let blocks = packs(&agents_in, BLOCK_AGENTS)
            .into_iter()
            .map(|pack| {
                let (households, people) = self.move_in(&homes_in[pack.clone()], &mut moving);
                Block {
                    county: index as u16,
                    villages: pack.map(village).collect(),
                    households,
                    people,
                }
            })
            .collect();
        County {
            scores: Scores::default(),
            name: name.to_owned(),
            id,
            prefecture: county.prefecture.clone().unwrap_or_else(|| name.to_owned()),
            terrain: county.terrain.unwrap_or_default(),
            staff: Default::default(),
            fund: Fund {
                rate_ppm: 1_000_000,
                aid_ppm: 1_000_000,
                ..Fund::default()
            },
            load: [[[0; 2]; PROVIDERS]; 12],
            residents,
            epidemic: CountyEpidemic::default(),
            delivered: Delivered::new(),
            blocks,
        }
    }

    /// The columns of the households of each village in `homes` and of their people; `moving` is room to work in.
    fn move_in(&self, homes: &[&[u32]], moving: &mut Vec<(u64, Member)>) -> (Households, People) {
        let Settling { drafts, rules, .. } = *self;
        let mut rows = Households::default();
        rows.resize(homes.iter().map(|homes| homes.len()).sum());
        let mut row = 0;
        moving.clear();
        for (village, &homes) in homes.iter().enumerate() {
            for &h in homes {
                let draft = &drafts.rows[h as usize];
                let sources = self.mixes[usize::from(draft.mix)];
                let first = draft.first as usize;
                let members = &drafts.members[first..first + usize::from(draft.size)];
                let labour = |member: &Member| labour_units(i32::from(member.months / 12));
                rows.id[row] = draft.id;
                rows.first[row] = moving.len() as u32;
                rows.size[row] = u16::from(draft.size);
                rows.village[row] = village as u16;
                rows.weight[row] = draft.weight;
                rows.category[row] = draft.category;
                rows.cohort[row] = draft.cohort;
                rows.permanent[row] = draft.permanent;
                rows.persistent[row] = draft.persistent;
                rows.transitory[row] = draft.transitory;
                rows.source_share[row] = sources;
                // Money that migrants send is part of the wage income, so nothing is sent where there is none.
                rows.remitted_share[row] = if sources[0] > 0.0 {
                    income::remitted_share(rules, draft.migrants, draft.about.wage_workers())
                } else {
                    0.0
                };
                rows.migrants[row] = draft.migrants;
                rows.founding_migrants[row] = draft.migrants;
                rows.founding_size[row] = u16::from(draft.size);
                rows.founding_labour[row] = members.iter().map(labour).sum::<f64>() as f32;
                if draft.category == Category::Monitored {
                    rows.monitored_until[row] = (self.start.year + 1) as u16;
                }
                let ids = member_ids(draft.id);
                moving.extend(members.iter().zip(ids).map(|(&member, id)| (id, member)));
                row += 1;
            }
        }
        // Apart from the gathering above, which waits for memory while this computes.
        for row in 0..rows.len() {
            let (size, permanent) = (rows.size[row], rows.permanent[row]);
            let purse = self
                .purses
                .draw(rows.id[row], permanent, size, rows.source_share[row][1]);
            rows.savings[row] = purse.savings.into();
            rows.assets[row] = purse.assets.into();
            rows.founding_assets[row] = rows.assets[row];
            rows.medical_debt[row] = purse.medical_debt.into();
            rows.other_debt[row] = purse.other_debt.into();
        }
        (rows, people(moving, self.start.year))
    }
}

/// The columns of people, each with identity.
fn people(moving: &[(u64, Member)], year: i32) -> People {
    let january = Month::of(year, 1);
    let mut people = People::default();
    people.resize(moving.len());
    people.enrolled.fill(true);
    for (p, &(id, member)) in moving.iter().enumerate() {
        people.id[p] = id;
        people.born[p] = (january + -i32::from(member.months)).into();
        people.sex[p] = member.sex();
        people.work[p] = member.work;
        people.learning[p] = member.learning();
        people.conditions[p] = member.conditions;
    }
    people
}

/// The identity of a county: a hash of its name (FNV-1a, mixed).
pub fn county_id(name: &str) -> u64 {
    mix(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

/// Packs of consecutive villages, each with at most `most` agents or a single village; every village is in one.
fn packs(agents: &[usize], most: usize) -> Vec<Range<usize>> {
    let mut packs: Vec<Range<usize>> = Vec::new();
    let mut packed = 0;
    for (village, &here) in agents.iter().enumerate() {
        match packs.last_mut() {
            Some(pack) if packed + here <= most => pack.end = village + 1,
            _ => {
                packs.push(village..village + 1);
                packed = 0;
            }
        }
        packed += here;
    }
    packs
}

fn village_id(county: u64, village: usize) -> u64 {
    mix(county ^ mix(0x7669_6c6c_6167_6500 + village as u64))
}

/// The households of a county in a keyed shuffle (Fisher and Yates).
fn shuffled(id: u64, own: Range<usize>, luck: Stream) -> Vec<u32> {
    let mut order: Vec<u32> = (own.start as u32..own.end as u32).collect();
    for at in (1..order.len()).rev() {
        let other = (luck.uniform(id, (1 << 32) + at as u64) * (at + 1) as f64) as usize;
        order.swap(at, other);
    }
    order
}

/// Minutes to clinic, township, county seat and tertiary hospital of each village of a county. The distance to the
/// clinic is spread evenly over the people of the county, so that the far share is exact to one village.
fn ways(county: &CountyRules, rules: &PlaceRules, id: u64, living: &[f64], luck: Stream) -> Vec<[f64; 4]> {
    let mut order: Vec<usize> = (0..living.len()).collect();
    let rank = |village: usize| luck.bits(village_id(id, village), 1);
    order.sort_unstable_by_key(|&village| rank(village));
    let all: f64 = living.iter().sum();
    // The median distance to the clinic follows from the share beyond 15 minutes.
    let far = county.far_clinic_share.clamp(1e-4, 0.9999);
    let clinic = 15.0 * maths::exp(-rules.clinic_minutes_log_sd * maths::normal_quantile(1.0 - far));
    let mut ways = vec![[0.0; 4]; living.len()];
    let mut below = 0.0;
    let together = rules.remoteness_share.clamp(0.0, 1.0);
    for village in order {
        let who = village_id(id, village);
        let rank = ((below + 0.5 * living[village]) / all.max(1e-9)).clamp(1e-4, 1.0 - 1e-4);
        below += living[village];
        let mut score = maths::normal_quantile(rank);
        ways[village][0] = (clinic * maths::exp(rules.clinic_minutes_log_sd * score)).clamp(2.0, FARTHEST[0]);
        for (step, median) in [
            county.township_minutes,
            county.county_seat_minutes,
            county.tertiary_minutes,
        ]
        .into_iter()
        .enumerate()
        {
            score = together * score + (1.0 - together * together).sqrt() * luck.normal(who, 2 + step as u64);
            let minutes = median * maths::exp(rules.travel_minutes_log_sd * score);
            ways[village][step + 1] = minutes.clamp(ways[village][step] + 5.0, FARTHEST[step + 1]);
        }
    }
    ways
}

fn found_village(
    county: &CountyRules,
    rules: &PlaceRules,
    id: u64,
    ways: &[f64; 4],
    living: f64,
    luck: Stream,
) -> Village {
    let mut travel_minutes = [0.0f32; PROVIDERS];
    for (provider, minutes) in [
        (Provider::Village, ways[0]),
        (Provider::Township, ways[1]),
        (Provider::County, ways[2]),
        (Provider::Tertiary, ways[3]),
        (Provider::Tcm, ways[1]),
        (Provider::Private, ways[2]),
    ] {
        travel_minutes[provider as usize] = minutes as f32;
    }
    let doctors = county.doctors_per_1000_count * living / 1000.0 + luck.uniform(id, 8);
    let spread = rules.sanitation_log_sd;
    Village {
        id,
        travel_minutes,
        remoteness_rank: 0.5,
        poverty_rank: 0.5,
        coverage_rank: luck.uniform(id, 9),
        designation_rank: luck.uniform(id, 10),
        tcm_rank: luck.uniform(id, 11),
        doctors: doctors.clamp(1.0, 200.0) as u8,
        posts: Vec::new(),
        sanitation: (county.sanitation_ratio * maths::exp(spread * luck.normal(id, 12) - 0.5 * spread * spread)) as f32,
        visits_last_month: 0,
    }
}

/// Ranks all villages of the world by remoteness (minutes to clinic and county seat), 0 the remotest, and by mean permanent
/// income score of their people, 0 the poorest; and scales sanitation to a mean of 1 over people.
pub fn rank_villages(counties: &mut [County]) {
    let mut remoteness = Vec::new();
    let mut poverty = Vec::new();
    let (mut sanitation, mut people) = (0.0, 0.0);
    for (c, county) in counties.iter().enumerate() {
        for (b, block) in county.blocks.iter().enumerate() {
            let homes = &block.households;
            let mut living = vec![0.0; block.villages.len()];
            let mut scores = vec![0.0; block.villages.len()];
            for h in 0..homes.len() {
                let village = usize::from(homes.village[h]);
                let heads = f64::from(homes.weight[h]) * f64::from(homes.size[h]);
                living[village] += heads;
                scores[village] += heads * f64::from(homes.permanent[h]);
            }
            for (v, village) in block.villages.iter().enumerate() {
                let minutes = village.travel_minutes;
                let far = minutes[Provider::Village as usize] + minutes[Provider::County as usize];
                remoteness.push((-f64::from(far), village.id, [c, b, v]));
                poverty.push((scores[v] / f64::max(living[v], 1e-9), village.id, [c, b, v]));
                sanitation += f64::from(village.sanitation) * living[v];
                people += living[v];
            }
        }
    }
    let mean = (sanitation / f64::max(people, 1e-9)) as f32;
    for (rank, [c, b, v]) in ranked(remoteness) {
        let village = &mut counties[c].blocks[b].villages[v];
        village.remoteness_rank = rank;
        if mean > 0.0 {
            village.sanitation /= mean;
        }
    }
    for (rank, [c, b, v]) in ranked(poverty) {
        counties[c].blocks[b].villages[v].poverty_rank = rank;
    }
}

/// The rank in (0, 1) of each place, the smallest key first; of equal keys, the smaller identity.
fn ranked(mut keyed: Vec<(f64, u64, [usize; 3])>) -> impl Iterator<Item = (f64, [usize; 3])> {
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let all = keyed.len().max(1) as f64;
    let rank = move |(rank, (_, _, place)): (usize, (f64, u64, [usize; 3]))| ((rank as f64 + 0.5) / all, place);
    keyed.into_iter().enumerate().map(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_whole_villages_up_to_the_bound() {
        assert_eq!(packs(&[500, 400, 300, 1, 0], 1_200), vec![0..3, 3..5]);
        assert_eq!(packs(&[2_000, 3_000, 10], 1_200), vec![0..1, 1..2, 2..3]);
        assert_eq!(packs(&[0], 1_200), vec![0..1]);
        assert_eq!(packs(&[600; 5], 1_200), vec![0..2, 2..4, 4..5]);
    }
}
