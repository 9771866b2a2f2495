//! One replicate of one scenario: found the world, live the burn-in and the years, close each.

mod fingerprint;
mod policy;
mod reach;
mod year;

pub use crate::indicators::result::{CountyResult, RunResult, YearResult};
pub(crate) use fingerprint::Fingerprint;
pub use policy::Policy;
pub use reach::delivery_per_head;
pub(crate) use year::{TooRich, Year};

use fingerprint::fingerprint;

use crate::draws::Luck;
use crate::founding::{self, ConditionFounding, FoundingRules, Start, WorldRules};
use crate::month::illness::sex_ratios;
use crate::month::{NoTape, Tape};
use crate::population::Population;
use crate::problem::Problems;
use crate::rules::{FUND_YEAR, Rules};
use crate::units::Fen;
use crate::world::{CONDITIONS, County, Scores, World};

/// What people and places are founded from: nothing else that differs between scenarios is read when a world is made.
#[derive(Debug)]
struct Foundation<'a> {
    world: &'a WorldRules,
    founding: &'a FoundingRules,
    prevalence: [ConditionFounding; CONDITIONS.len()],
}

impl Foundation<'_> {
    fn of(rules: &Rules) -> Foundation<'_> {
        let prevalence = CONDITIONS.map(|condition| {
            let own = rules.illness.condition(condition);
            ConditionFounding {
                prevalence: own.prevalence_share.clone(),
                sex_ratios: sex_ratios(own.female_ratio),
                aware_share: own.aware_share,
                treated_share: own.treated_share,
                controlled_share: own.controlled_share,
            }
        });
        Foundation {
            world: &rules.world,
            founding: &rules.founding,
            prevalence,
        }
    }
}

/// Founds the world of a replicate in 2020 under the scenario's rules of that year, from published margins.
pub fn found(rules: &Rules, luck: &Luck) -> World {
    found_from(rules, Start::default(), None, luck)
}

/// Founds the world of a replicate under the scenario's rules of its first January: from a population of one's own, which
/// stands in 2020 whatever `start` says, or from published margins where there is none.
pub fn found_from(rules: &Rules, start: Start, population: Option<&Population>, luck: &Luck) -> World {
    let Foundation {
        world,
        founding,
        prevalence,
    } = Foundation::of(rules);
    let mut world = match population {
        Some(population) => founding::found_recorded(world, founding, &prevalence, population, luck),
        None => founding::found(world, founding, &prevalence, start, luck),
    };
    let reserves = reserves(rules, &world);
    for (county, reserve) in world.counties.iter_mut().zip(reserves) {
        county.fund.balance = reserve;
        county.residents = residents(county) as u64;
        county.scores = permanent_scores(county);
        county.fund.rate_ppm = 1_000_000;
        county.fund.aid_ppm = 1_000_000;
    }
    world
}

/// A fingerprint of all that the world of a replicate is founded from, but for the reserves of its funds, which the first
/// year fills again.
///
/// # Errors
/// What is wrong with the rules of the first year.
pub(crate) fn foundation(policy: &Policy) -> Result<Fingerprint, Problems> {
    let base = policy.base()?;
    let population = policy.population().map(Population::fingerprint);
    let from = Foundation::of(&base.rules);
    Ok(fingerprint(&(
        policy.scenario().run.seed,
        from,
        policy.start()?,
        population,
    )))
}

/// What each county's fund holds when the first year begins.
fn reserves(rules: &Rules, world: &World) -> Vec<Fen> {
    let years = world.year - FUND_YEAR;
    let per_head = rules.enrolment.premium(years) + rules.enrolment.subsidy(years);
    let reserve = |county: &County| {
        let year = per_head * residents(county);
        let own = rules.world.counties.get(&county.name);
        own.map_or(county.fund.balance, |own| year.scaled(own.fund_reserve_months / 12.0))
    };
    world.counties.iter().map(reserve).collect()
}

/// The permanent income scores of a county's households.
fn permanent_scores(county: &County) -> Scores {
    let homes = county.blocks.iter().map(|block| &block.households);
    Scores::of(homes.flat_map(|homes| {
        let scores = homes.permanent.iter().zip(&homes.weight);
        scores.map(|(&score, &weight)| (f64::from(score), f64::from(weight)))
    }))
}

fn residents(county: &County) -> i64 {
    county
        .blocks
        .iter()
        .map(|block| {
            let homes = &block.households;
            (0..homes.len())
                .map(|h| i64::from(homes.weight[h]) * i64::from(homes.size[h]))
                .sum::<i64>()
        })
        .sum()
}

/// Runs one replicate; `tick` is called after each lived year.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn run(policy: &Policy, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<RunResult, Problems> {
    run_with(policy, replicate, tick, || NoTape).map(|(result, _)| result)
}

/// Runs one replicate with a tape per block; the tapes come back in the order of blocks.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn run_with<T: Tape + Send>(
    policy: &Policy,
    replicate: u32,
    tick: &(dyn Fn() + Sync),
    tape: impl Fn() -> T,
) -> Result<(RunResult, Vec<T>), Problems> {
    let luck = Luck::new(policy.scenario().run.seed, u64::from(replicate));
    let world = policy.found(&luck)?;
    lived(policy, world, luck, replicate, tick, tape)
}

/// As [`run`], under another seed than the scenario's own.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn run_under(policy: &Policy, seed: u64, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<RunResult, Problems> {
    let luck = Luck::new(seed, u64::from(replicate));
    let world = policy.found(&luck)?;
    lived(policy, world, luck, replicate, tick, || NoTape).map(|(result, _)| result)
}

/// Lives one replicate in `world`, which stands as founded, with a tape per block: a run from its founding on.
///
/// Blocks, the villages in them, households and members may stand in any order.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn live_with<T: Tape + Send>(
    policy: &Policy,
    world: World,
    replicate: u32,
    tick: &(dyn Fn() + Sync),
    tape: impl Fn() -> T,
) -> Result<(RunResult, Vec<T>), Problems> {
    let luck = Luck::new(policy.scenario().run.seed, u64::from(replicate));
    lived(policy, world, luck, replicate, tick, tape)
}

fn lived<T: Tape + Send>(
    policy: &Policy,
    mut world: World,
    luck: Luck,
    replicate: u32,
    tick: &(dyn Fn() + Sync),
    tape: impl Fn() -> T,
) -> Result<(RunResult, Vec<T>), Problems> {
    let settings = &policy.scenario().run;
    let mut tapes = Vec::new();
    for county in &world.counties {
        for _ in &county.blocks {
            let mut own = tape();
            own.placed(&county.name);
            tapes.push(own);
        }
    }
    let mut result = policy.blank_result()?;
    for year in settings.founding_year()..=settings.last_year {
        let reads = Year::of(policy, &world, year)?;
        let counted = reads
            .live(&mut world, &mut tapes, luck)
            .map_err(|rich| rich.refusal(&policy.scenario().id, replicate))?;
        if year >= settings.first_year {
            result.years.push(counted);
            result.lines.push(reads.lines());
        }
        tick();
    }
    Ok((result, tapes))
}
