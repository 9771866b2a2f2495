//! How people live together: the sizes and kinds of households of a county, and who moves in with whom.
//!
//! The counts of households of 1 to 7 persons follow `size_share` x exp(t x size), with t such that the county has its
//! mean size, and hold exactly its people. Each size has kinds (children, adults, elders) in the shares of
//! `kind_share`, tilted to the county's ages; members are dealt from the pyramid: mothers near `generation_years` older
//! (spread 4 years) than the first child, men near a year older than their wives, grandparents a generation older than
//! the adults.
//!
//! The kinds, as elders-adults-children, in the order of `kind_share`: 1-0-0, 0-1-0, 2-0-0, 0-2-0, 1-1-0, 0-1-1, 1-0-1,
//! 0-2-1, 0-3-0, 1-2-0, 2-1-0, 2-0-1, 1-1-1, 0-2-2, 0-3-1, 2-2-0, 1-2-1, 2-0-2, 2-1-1, 0-4-0, 2-2-1, 1-2-2, 0-3-2,
//! 0-2-3, 2-1-2, 1-3-1, 2-2-2, 1-2-3, 2-3-1, 0-4-2, 1-3-2, 2-2-3, 2-3-2, 1-4-2.

use super::population::{Pool, Role, bisect, bisect_near, middle, whole};
use super::rules::HouseholdRules;
use crate::draws::Stream;
use crate::maths;

/// The kinds of households as (elders of 60 and over, adults of 18 to 59, children): the order of
/// [`HouseholdRules::kind_share`].
pub const KINDS: [(u8, u8, u8); 34] = [
    (1, 0, 0),
    (0, 1, 0),
    (2, 0, 0),
    (0, 2, 0),
    (1, 1, 0),
    (0, 1, 1),
    (1, 0, 1),
    (0, 2, 1),
    (0, 3, 0),
    (1, 2, 0),
    (2, 1, 0),
    (2, 0, 1),
    (1, 1, 1),
    (0, 2, 2),
    (0, 3, 1),
    (2, 2, 0),
    (1, 2, 1),
    (2, 0, 2),
    (2, 1, 1),
    (0, 4, 0),
    (2, 2, 1),
    (1, 2, 2),
    (0, 3, 2),
    (0, 2, 3),
    (2, 1, 2),
    (1, 3, 1),
    (2, 2, 2),
    (1, 2, 3),
    (2, 3, 1),
    (0, 4, 2),
    (1, 3, 2),
    (2, 2, 3),
    (2, 3, 2),
    (1, 4, 2),
];

/// The largest household.
pub const LARGEST: usize = 7;

fn size_of(kind: (u8, u8, u8)) -> usize {
    usize::from(kind.0 + kind.1 + kind.2)
}

/// Households of each size 1 to 7 that hold exactly `people`, with a mean size near `mean`.
pub fn sizes(shares: &[f64], mean: f64, people: u32) -> [u32; LARGEST] {
    let tilted = |tilt: f64| -> Vec<f64> {
        (0..LARGEST)
            .map(|at| shares.get(at).copied().unwrap_or(0.0) * maths::exp(tilt * at as f64))
            .collect()
    };
    let mean_at = |tilt: f64| {
        let tilted = tilted(tilt);
        let persons: f64 = tilted
            .iter()
            .enumerate()
            .map(|(at, share)| share * (at + 1) as f64)
            .sum();
        persons / tilted.iter().sum::<f64>().max(1e-12)
    };
    let tilt = bisect(-2.0, 2.0, |tilt| mean_at(tilt) - mean);
    let households = (f64::from(people) / mean_at(tilt)).round().max(1.0) as u32;
    let mut counts: [u32; LARGEST] = [0; LARGEST];
    counts.copy_from_slice(&whole(&tilted(tilt), households));
    // Rounding leaves a few people over or short: a few households become one person larger or smaller.
    let persons = |counts: &[u32; LARGEST]| counts.iter().zip(1..).map(|(count, size)| count * size).sum::<u32>();
    while persons(&counts) < people {
        match (0..LARGEST - 1).find(|&at| at > 0 && counts[at] > 0) {
            Some(at) => {
                counts[at] -= 1;
                counts[at + 1] += 1;
            }
            None => counts[0] += 1,
        }
    }
    while persons(&counts) > people {
        match (1..LARGEST).rev().find(|&at| at < 3 && counts[at] > 0) {
            Some(at) => {
                counts[at] -= 1;
                counts[at - 1] += 1;
            }
            None => match counts.iter().rposition(|&count| count > 0) {
                Some(0) | None => counts[0] = counts[0].saturating_sub(1),
                Some(at) => {
                    counts[at] -= 1;
                    counts[at - 1] += 1;
                }
            },
        }
    }
    counts
}

/// Households of each kind: within a size, the kinds are tilted until they hold as many children and elders as there
/// are in the pool.
pub fn kinds(rules: &HouseholdRules, sizes: &[u32; LARGEST], pool: &Pool) -> [u32; KINDS.len()] {
    let shares = |tilt: (f64, f64)| -> [f64; KINDS.len()] {
        let mut weight = [0.0; KINDS.len()];
        let mut by_size = [0.0; LARGEST + 1];
        for (at, &kind) in KINDS.iter().enumerate() {
            let prior = rules.kind_share.get(at).copied().unwrap_or(0.0);
            weight[at] = prior * maths::exp(tilt.0 * f64::from(kind.0) + tilt.1 * f64::from(kind.2));
            by_size[size_of(kind)] += weight[at];
        }
        for (at, &kind) in KINDS.iter().enumerate() {
            weight[at] *= f64::from(sizes[size_of(kind) - 1]) / by_size[size_of(kind)].max(1e-300);
        }
        weight
    };
    let sum = |tilt: (f64, f64), of: fn((u8, u8, u8)) -> u8| -> f64 {
        shares(tilt)
            .iter()
            .zip(KINDS)
            .map(|(share, kind)| share * f64::from(of(kind)))
            .sum()
    };
    let mut tilt = (0.0, 0.0);
    for _ in 0..8 {
        tilt.0 = bisect_near(tilt.0, -6.0, 6.0, |elders| {
            sum((elders, tilt.1), |kind| kind.0) - f64::from(pool.left(Role::Elder))
        });
        tilt.1 = bisect_near(tilt.1, -6.0, 6.0, |children| {
            sum((tilt.0, children), |kind| kind.2) - f64::from(pool.left(Role::Child))
        });
    }
    let wanted = shares(tilt);
    let mut counts = [0; KINDS.len()];
    for size in 1..=LARGEST {
        let members: Vec<usize> = (0..KINDS.len()).filter(|&at| size_of(KINDS[at]) == size).collect();
        let part: Vec<f64> = members.iter().map(|&at| wanted[at]).collect();
        for (&at, count) in members.iter().zip(whole(&part, sizes[size - 1])) {
            counts[at] = count;
        }
    }
    counts
}

/// How many places for children, adults and elders the households of these kinds have.
pub fn places(counts: &[u32; KINDS.len()]) -> [u32; 3] {
    let mut places = [0; 3];
    for (count, kind) in counts.iter().zip(KINDS) {
        places[0] += count * u32::from(kind.2);
        places[1] += count * u32::from(kind.1);
        places[2] += count * u32::from(kind.0);
    }
    places
}

/// The order in which kinds are filled: families with children first, while mothers of the right age are left; then
/// elders who live alone, who are older than others; adults who live alone last.
pub fn order() -> [usize; KINDS.len()] {
    let mut order: [usize; KINDS.len()] = std::array::from_fn(|at| at);
    order.sort_by_key(|&at| {
        let (elders, adults, children) = KINDS[at];
        let rank = match (elders, adults, children) {
            (_, 0, 1..) => 1,
            (_, _, 1..) => 0,
            (1, 0, _) => 2,
            (1.., 1.., _) => 3,
            (_, 3.., _) => 4,
            (0, 2, _) => 5,
            (2, ..) => 6,
            _ => 7,
        };
        (rank, at)
    });
    order
}

/// Fills one household of `kind` from the pool; `member` receives sex and age cell of everybody, the eldest generation
/// last but the children. `who` keys the luck.
pub fn fill(
    kind: usize,
    generation_years: f64,
    pool: &mut Pool,
    luck: Stream,
    who: u64,
    mut member: impl FnMut(u8, usize),
) {
    let (elders, adults, children) = KINDS[kind];
    let draws = std::cell::Cell::new(0);
    let draw = || {
        draws.set(draws.get() + 1);
        luck.uniform(who, draws.get())
    };
    // Around a mean, with about `spread` as standard deviation: the sum of two uniform numbers.
    let around = |mean: f64, spread: f64| mean + spread * 2.45 * (draw() + draw() - 1.0);
    let mut out = |taken: Option<(u8, usize)>| {
        taken.map(|(sex, cell)| {
            member(sex, cell);
            middle(cell)
        })
    };
    let alone = elders + adults + children == 1;
    let first_child = if children > 0 {
        pool.any(None, Role::Child, draw())
    } else {
        None
    };
    let child_age = first_child.map(|(_, cell)| middle(cell));

    // The couple (or single adult) of working age.
    let mut adult_age = None;
    if adults == 1 {
        let sex = usize::from(draw() < if children > 0 { 0.6 } else { 0.4 });
        adult_age = match (child_age, elders > 0) {
            (Some(age), _) => out(pool.near(sex, Role::Adult, around(age + generation_years, 4.0))),
            (None, true) => out(pool.near(sex, Role::Adult, around(41.0, 8.0))),
            _ => out(pool.any(None, Role::Adult, draw())),
        };
    } else if adults >= 2 {
        let woman = match child_age {
            Some(age) => around(age + generation_years, 4.0),
            None if elders > 0 => around(40.0, 7.0),
            None if adults >= 3 => around(50.0, 4.0),
            None => around(51.0, 6.0),
        };
        adult_age = out(pool.near(1, Role::Adult, woman));
        let man = adult_age.unwrap_or(woman) + 1.0;
        out(pool.near(0, Role::Adult, around(man, 1.5)));
        for _ in 2..adults {
            let age = adult_age.unwrap_or(woman);
            let grown = if age > 18.0 + generation_years - 4.0 {
                age - generation_years
            } else {
                age
            };
            let sex = usize::from(draw() < 0.5);
            out(pool.near(sex, Role::Adult, around(grown, 3.0)));
        }
    }

    // Their parents, or the grandparents who bring up children left behind, or elders by themselves.
    if elders > 0 {
        let younger = adult_age
            .map(|age| age + generation_years)
            .or(child_age.map(|age| age + 2.0 * generation_years));
        // One elder alone is of the sex with more elders left, so that couples find partners.
        let more = usize::from(pool.women_prevail(Role::Elder));
        let lead = if elders == 2 || draw() < 0.8 {
            if elders == 2 { 1 } else { more }
        } else {
            1 - more
        };
        let age = match younger {
            Some(age) => out(pool.near(lead, Role::Elder, around(age, 3.0))),
            None if alone => out(pool.any(Some(lead), Role::Elder, draw().max(draw()))),
            None => out(pool.any(Some(lead), Role::Elder, draw())),
        };
        if elders == 2 {
            out(pool.near(0, Role::Elder, around(age.unwrap_or(68.0) + 1.5, 1.5)));
        }
    }

    if first_child.is_some() {
        out(first_child);
    }
    for _ in 1..children {
        let sex = usize::from(draw() < 0.47);
        out(pool.near(sex, Role::Child, around(child_age.unwrap_or(8.0), 3.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_hold_everybody() {
        for people in [1, 2, 3, 17, 1000, 16_667] {
            let counts = sizes(&[0.225, 0.31, 0.2, 0.135, 0.075, 0.037, 0.018], 2.7, people);
            assert_eq!(
                counts.iter().zip(1..).map(|(count, size)| count * size).sum::<u32>(),
                people
            );
        }
    }

    #[test]
    fn every_kind_has_somebody_grown_up() {
        assert!(KINDS.iter().all(|kind| kind.0 + kind.1 > 0));
        let mut order = order();
        order.sort_unstable();
        assert!(order.iter().enumerate().all(|(at, &kind)| at == kind));
    }
}
