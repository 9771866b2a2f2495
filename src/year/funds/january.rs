//! 1 January: who holds the balance this year. What changes hands when pools are made or given up is written down.

use super::{FundYear, JointYear, Pooling, apportion};
use crate::units::Fen;
use crate::world::{County, Joint, World};

/// Who pools with whom in a year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Name and counties of each pool; none if every county is its own.
    pools: Vec<(String, Vec<usize>)>,
    /// Name and counties of each adjustment fund.
    adjustments: Vec<(String, Vec<usize>)>,
}

impl Layout {
    /// The layout of `world` with the fund at one level and the adjustment fund at another.
    pub fn of(world: &World, pooling: Pooling, adjustment: Pooling) -> Layout {
        Layout {
            pools: groups(world, pooling),
            adjustments: if adjustment > pooling {
                groups(world, adjustment)
            } else {
                Vec::new()
            },
        }
    }
}

/// Counties by what they hold together at a level; nothing at that of counties.
fn groups(world: &World, level: Pooling) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (at, county) in world.counties.iter().enumerate() {
        let name = match level {
            Pooling::County => continue,
            Pooling::Prefecture => &county.prefecture,
            Pooling::Province => "province",
        };
        match groups.iter_mut().find(|(known, _)| known == name) {
            Some((_, counties)) => counties.push(at),
            None => groups.push((name.to_owned(), vec![at])),
        }
    }
    groups
}

/// The accounts of a year, from 1 January to the close.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// By county.
    pub(super) counties: Vec<FundYear>,
    /// Pools and then adjustment funds, as in the world.
    pub(super) pools: Vec<JointYear>,
    pub(super) adjustments: Vec<JointYear>,
    /// Joint accounts that ended on 1 January.
    pub(super) ended: Vec<JointYear>,
}

impl Accounts {
    /// Opens the year: ends joint accounts that are not in the layout (each of their counties gets its part by residents), and
    /// merges the balances of counties into those that are new, to the fen. The rate of a new pool is the mean of its
    /// counties' rates by residents, which costs about what they would have cost.
    pub fn open(world: &mut World, layout: &Layout) -> Accounts {
        let county = |county: &County| FundYear {
            opening: county.fund.balance,
            aid_ppm: county.fund.aid_ppm,
            pooled: !layout.pools.is_empty(),
            ..FundYear::default()
        };
        let mut accounts = Accounts {
            counties: world.counties.iter().map(county).collect(),
            ..Accounts::default()
        };
        let (pools, ended) = turn(std::mem::take(&mut world.pools), &layout.pools);
        accounts.end(world, ended, false);
        let (adjustments, ended) = turn(std::mem::take(&mut world.adjustments), &layout.adjustments);
        accounts.end(world, ended, true);
        accounts.pools = pools.iter().map(|pool| opened(pool, false)).collect();
        accounts.adjustments = adjustments.iter().map(|fund| opened(fund, true)).collect();
        (world.pools, world.adjustments) = (pools, adjustments);
        accounts.merge(world);
        for (year, county) in accounts.counties.iter_mut().zip(&world.counties) {
            year.rate_ppm = county.fund.rate_ppm;
        }
        accounts
    }

    /// Ends joint accounts: what they hold goes to their counties, by residents.
    fn end(&mut self, world: &mut World, ended: Vec<Joint>, adjustment: bool) {
        for joint in ended {
            let mut ended = opened(&joint, adjustment);
            let residents = residents(world, &joint.counties);
            let balances = apportion(joint.balance, &residents);
            let advanced = apportion(joint.advanced, &residents);
            for ((&at, balance), advanced) in joint.counties.iter().zip(balances).zip(advanced) {
                sweep(balance, &mut ended.year, &mut self.counties[at]);
                world.counties[at].fund.advanced += advanced;
            }
            self.ended.push(ended);
        }
    }

    /// Sweeps what counties hold into their pools, and gives each pool one rate.
    fn merge(&mut self, world: &mut World) {
        for (at, pool) in self.pools.iter_mut().enumerate() {
            let residents = residents(world, &pool.counties);
            let rates = pool.counties.iter().map(|&at| world.counties[at].fund.rate_ppm);
            let weighted: i128 = rates
                .zip(&residents)
                .map(|(rate, &residents)| i128::from(rate) * i128::from(residents))
                .sum();
            let all: i128 = residents.iter().map(|&residents| i128::from(residents)).sum();
            pool.year.rate_ppm = (weighted / all) as u32;
            for &county in &pool.counties {
                let own = &mut self.counties[county];
                sweep(own.balance(), own, &mut pool.year);
                let fund = &mut world.counties[county].fund;
                fund.rate_ppm = pool.year.rate_ppm;
                world.pools[at].advanced += std::mem::take(&mut fund.advanced);
            }
        }
    }
}

/// Moves `amount` from one account to another; a debt goes the other way.
pub(super) fn sweep(amount: Fen, from: &mut FundYear, to: &mut FundYear) {
    let (from, to, amount) = if amount < Fen::ZERO {
        (to, from, -amount)
    } else {
        (from, to, amount)
    };
    from.swept_out += amount;
    to.swept_in += amount;
}

/// The joint accounts of a layout, those that stand and those that are new, and the old ones that are not in it.
fn turn(old: Vec<Joint>, layout: &[(String, Vec<usize>)]) -> (Vec<Joint>, Vec<Joint>) {
    let is =
        |joint: &Joint, (name, counties): &(String, Vec<usize>)| joint.name == *name && joint.counties == *counties;
    let (kept, ended): (Vec<Joint>, Vec<Joint>) = old
        .into_iter()
        .partition(|joint| layout.iter().any(|own| is(joint, own)));
    let joint = |own: &(String, Vec<usize>)| {
        let kept = kept.iter().find(|joint| is(joint, own)).cloned();
        kept.unwrap_or_else(|| Joint {
            name: own.0.clone(),
            counties: own.1.clone(),
            ..Joint::default()
        })
    };
    (layout.iter().map(joint).collect(), ended)
}

fn opened(joint: &Joint, adjustment: bool) -> JointYear {
    JointYear {
        name: joint.name.clone(),
        adjustment,
        counties: joint.counties.clone(),
        year: FundYear {
            opening: joint.balance,
            ..FundYear::default()
        },
        ..JointYear::default()
    }
}

/// Residents of counties; an empty county counts as one, so that there is always somebody to share among.
pub(super) fn residents(world: &World, counties: &[usize]) -> Vec<i64> {
    let residents = |&at: &usize| (world.counties[at].residents as i64).max(1);
    counties.iter().map(residents).collect()
}
