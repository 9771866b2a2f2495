//! The making of a world: how many people of which age live together where, on which income, with which illnesses.
//!
//! [`found`] draws a synthetic rural population from published margins: ages and sexes are exact quotas of the census
//! pyramid; households are filled from them; a permanent income score, standard normal over all households, carries
//! the published incomes; the cohort of lifted households is chosen on that score and on known illness, never on the
//! year's luck. [`margins`] holds the world against what is published.
//!
//! Luck comes from [`Purpose::Founding`]; the time of a draw is the number of its step in [`step`]. Identities are
//! hashes of the county's name and running numbers, so they do not depend on luck.
//!
//! [`found_recorded`] makes a world from a population of one's own instead, and draws what it does not tell.

mod drafts;
mod form;
mod households;
mod income;
mod places;
mod population;
mod purse;
mod recorded;
mod report;
mod rules;
mod standing;

pub use drafts::{BESIDE_HOUSEHOLD_BYTES, BESIDE_PERSON_BYTES};
pub use households::KINDS;
pub use income::{quintile_means, quintiles};
pub use places::BLOCK_AGENTS;
pub use recorded::{as_records, found_recorded};
pub use report::{MarginRow, margins};
pub use rules::{
    AgeRules, CountyRules, FoundingRules, HouseholdRules, IncomeRules, PlaceRules, PurseRules, StandingRules,
    WorkRules, WorldRules,
};

use crate::draws::{Luck, Purpose};
use crate::maths;
use crate::rules::BASE_YEAR;
use crate::world::{self, ByAge, IncomeCurve, World};
use drafts::Drafts;
use form::{Traits, Waiting};
use population::Pyramid;
use purse::Purses;
use standing::{Expected, Group, Selection};

/// Where in time a world is founded: on 1 January of a year that is lived once before results count.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The year.
    pub year: i32,
    /// Where incomes of that year stand against those of 2020, in whose yuan the rules give what households own.
    pub incomes: f64,
}

impl Default for Start {
    /// 2020.
    fn default() -> Start {
        Start {
            year: BASE_YEAR,
            incomes: 1.0,
        }
    }
}

/// The sub-steps of founding: each has its own luck. Numbers are never reused.
pub mod step {
    /// Who moves in with whom.
    pub const HOUSEHOLDS: i32 = 1;
    /// Months of birth, work, literacy.
    pub const PEOPLE: i32 = 2;
    /// Chronic conditions and their stages.
    pub const CONDITIONS: i32 = 3;
    /// The three income scores.
    pub const SCORES: i32 = 4;
    /// The cohort.
    pub const COHORT: i32 = 5;
    /// Extremely poor, dibao, monitored.
    pub const SUPPORT: i32 = 6;
    /// Absent migrants.
    pub const MIGRANTS: i32 = 7;
    /// Savings, assets, debts.
    pub const PURSE: i32 = 8;
    /// Villages and distances.
    pub const PLACES: i32 = 9;
    /// How often each household of a survey is copied.
    pub const COPIES: i32 = 10;
}

/// How common a condition is at founding, and how far its care has come.
#[derive(Clone, Debug)]
pub struct ConditionFounding {
    /// Share of people of an age who have the condition.
    pub prevalence: ByAge,
    /// What of it men and women have, relative to the mean of their age.
    pub sex_ratios: [f64; 2],
    /// Share of those who know of it.
    pub aware_share: f64,
    /// Share of all who have it that is treated; at most the aware.
    pub treated_share: f64,
    /// Share of all who have it that is controlled; at most the treated.
    pub controlled_share: f64,
}

/// Founds a world on 1 January of the year of `start`. Dibao is part of the published transfers of that year, so
/// `dibao_month` is zero until the first close; fund balances are zero until `year::funds` fills them from the reserve months.
///
/// `prevalence` is in the order of [`CONDITIONS`](crate::world::CONDITIONS).
pub fn found(
    world: &WorldRules,
    rules: &FoundingRules,
    prevalence: &[ConditionFounding; world::CONDITIONS.len()],
    start: Start,
    luck: &Luck,
) -> World {
    let plan = plan(world, rules);
    let stream = |when: i32| luck.stream(Purpose::Founding, when);
    let mut drafts = form(world, rules, &plan, &Traits::new(rules, prevalence, *luck));
    let scores = stream(step::SCORES);
    let raw = income::draw_scores(&rules.income, &plan.shifts, &plan.people_share, &mut drafts, scores);
    let rows = &mut drafts.rows;
    let groups = standing::groups(&raw, rows);
    let selection = standing::select(&rules.standing, &groups, &plan.expected, plan.selection);
    standing::draw_cohort(&selection, &raw, rows, stream(step::COHORT));
    income::normalise(&raw, rows);
    drop(raw);
    standing::draw_support(&rules.standing, rows, stream(step::SUPPORT));
    let curve = income::fit_curve(&rules.income, rows);
    income::draw_migrants(rules, rows, stream(step::MIGRANTS));
    let mixes = income::set_sources(&rules.income, &curve, rows);

    let settling = places::Settling {
        world,
        rules,
        drafts: &drafts,
        purses: Purses::new(rules, &curve, &drafts.rows, start.incomes, stream(step::PURSE)),
        mixes,
        start,
        luck: stream(step::PLACES),
    };
    let counties = world.counties.iter().enumerate();
    let mut counties: Vec<_> = counties
        .map(|(at, (name, county))| settling.county(at, name, county))
        .collect();
    places::rank_villages(&mut counties);
    World {
        pools: Vec::new(),
        adjustments: Vec::new(),
        year: start.year,
        counties,
        income: curve,
    }
}

/// Forms the households of all counties.
fn form(world: &WorldRules, rules: &FoundingRules, plan: &Plan, traits: &Traits) -> Drafts {
    let waiting: Vec<Waiting> = (0..world.counties.len())
        .map(|at| Waiting::new(rules, &plan.pyramids[at], plan.size[at], plan.agents[at]))
        .collect();
    let people = plan.agents.iter().map(|&agents| agents as usize).sum();
    let mut drafts = Drafts::with_room(waiting.iter().map(Waiting::households).sum(), people);
    for (name, waiting) in world.counties.keys().zip(waiting) {
        waiting.form(rules, name, traits, &mut drafts);
    }
    drafts
}

/// What is settled before the first draw.
struct Plan {
    /// Each county's share of real people.
    people_share: Vec<f64>,
    /// Agents of each county.
    agents: Vec<u32>,
    pyramids: Vec<Pyramid<f64>>,
    /// Mean household size of each county.
    size: Vec<f64>,
    /// Each county's shift of the permanent score.
    shifts: Vec<f64>,
    expected: Expected,
    /// About how the cohort will be selected.
    selection: Option<Selection>,
}

fn plan(world: &WorldRules, rules: &FoundingRules) -> Plan {
    let all: f64 = world.counties.values().map(|county| county.people_share).sum();
    let people_share: Vec<f64> = world
        .counties
        .values()
        .map(|county| county.people_share / all.max(1e-12))
        .collect();
    let curve = IncomeCurve::from_quintile_means(income::quintile_means(&rules.income), rules.income.lowest_yuan);
    let shifts = income::county_shifts(world, &rules.income, &curve, &people_share);
    let expected = Expected::new(rules.income.permanent_share, |score| curve.per_head(score));
    let (agents_share, selection) = agents_share(rules, &shifts, &people_share, &expected);
    let national = population::national(&rules.ages);
    let ratio: Vec<f64> = world
        .counties
        .values()
        .map(|county| county.household_size_ratio.max(0.1))
        .collect();
    let inverse: f64 = people_share
        .iter()
        .zip(&ratio)
        .map(|(share, ratio)| share / ratio)
        .sum();
    Plan {
        agents: population::whole(&agents_share, world.people_count.max(0.0) as u32),
        pyramids: population::county_pyramids(world, &national, &people_share),
        size: ratio
            .iter()
            .map(|ratio| rules.households.size_count * ratio * inverse)
            .collect(),
        people_share,
        shifts,
        expected,
        selection,
    }
}

/// Each county's share of the agents, and about how the cohort will be selected. A county with many lifted households needs
/// more agents for the same people, because those stand for fewer.
fn agents_share(
    rules: &FoundingRules,
    shifts: &[f64],
    people_share: &[f64],
    expected: &Expected,
) -> (Vec<f64>, Option<Selection>) {
    const NODES: usize = 24;
    let oversampling = rules.standing.lifted_oversample_ratio.round().max(1.0);
    let noise = income::noise_sd(&rules.income, shifts, people_share);
    let mut agents = people_share.to_vec();
    let mut like = None;
    for _ in 0..3 {
        let mut cells: Vec<(Group, usize)> = Vec::with_capacity(NODES * agents.len());
        for (county, (shift, share)) in shifts.iter().zip(&agents).enumerate() {
            for node in 0..NODES {
                let raw = shift + noise * maths::normal_quantile((node as f64 + 0.5) / NODES as f64);
                let mass = share / NODES as f64;
                cells.push((
                    Group {
                        raw,
                        known: node % 2 == 0,
                        households: mass,
                        people: mass,
                    },
                    county,
                ));
            }
        }
        cells.sort_by(|a, b| a.0.raw.total_cmp(&b.0.raw));
        let flat: Vec<Group> = cells.iter().map(|cell| cell.0).collect();
        let selection = standing::select(&rules.standing, &flat, expected, like);
        like = Some(selection);
        let mut people = vec![0.0; agents.len()];
        for (cell, county) in &cells {
            let chance = selection.chance(cell.raw, cell.known);
            people[*county] += cell.people * (chance + oversampling * (1.0 - chance));
        }
        for (county, agents) in agents.iter_mut().enumerate() {
            *agents *= people_share[county] / people[county].max(1e-12);
        }
        let sum: f64 = agents.iter().sum();
        for share in &mut agents {
            *share /= sum.max(1e-12);
        }
    }
    (agents, like)
}

#[cfg(test)]
mod tests;
