//! The making of a world: how many people of which age live together where, on which income, with which illnesses.
//!
//! [`found`] draws a synthetic rural population from published margins: ages and sexes are exact quotas of the census
//! pyramid; households are filled from them; a permanent income score, standard normal over all households, carries
//! the published incomes; the cohort of lifted households is chosen on that score and on known illness, never on the
//! year's luck. [`margins`] holds the world against what is published.
//!
//! Luck comes from [`Purpose::Founding`]; the time of a draw is the number of its step in [`step`]. Identities are
//! hashes of the county's name and running numbers, so they do not depend on luck.

mod households;
mod income;
mod places;
mod population;
mod report;
mod rules;
mod standing;

pub use households::KINDS;
pub use report::{MarginRow, margins};
pub use rules::{
    AgeRules, CountyRules, FoundingRules, HouseholdRules, IncomeRules, PlaceRules, PurseRules, StandingRules,
    WorkRules, WorldRules,
};

use crate::draws::{Luck, Purpose, mix};
use crate::maths;
use crate::units::Month;
use crate::world::{
    ByAge, CONDITIONS, Condition, Conditions, Household, IncomeCurve, Person, Stage, Work, World, age, labour_units,
};
use population::{CELLS, Pool, Pyramid};
use standing::{Cell, Expected};

/// The year a world is founded in; it is lived once before results count.
pub const FOUNDING_YEAR: i32 = 2020;

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
}

/// How common a condition is at founding, and how far its care has come.
#[derive(Clone, Debug)]
pub struct ConditionFounding {
    /// Share of people of an age who have the condition.
    pub prevalence: ByAge,
    /// Share of those who know of it.
    pub aware_share: f64,
    /// Share of all who have it that is treated; at most the aware.
    pub treated_share: f64,
    /// Share of all who have it that is controlled; at most the treated.
    pub controlled_share: f64,
}

/// A household in the making, before it has an address.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The row to be; `first` counts over all people in the making.
    row: Household,
    county: u16,
    /// Permanent income score before normalisation.
    raw: f64,
    /// A member has a chronic illness that is known.
    known: bool,
    /// A member is 16 to 59.
    prime: bool,
    /// A member is 60 or over.
    elder: bool,
    /// Children live without anybody of 18 to 59.
    left_behind: bool,
    wage_workers: u8,
    farmers: u8,
}

impl Draft {
    /// Real people.
    fn people(&self) -> f64 {
        f64::from(self.row.weight) * f64::from(self.row.size)
    }
}

/// Founds a world on 1 January 2020. Dibao is part of the published transfers of that year, so `dibao_month` is zero
/// until the first close; fund balances are zero until `year::funds` fills them from the reserve months.
///
/// `prevalence` is in the order of [`CONDITIONS`].
pub fn found(world: &WorldRules, rules: &FoundingRules, prevalence: &[ConditionFounding; 8], luck: &Luck) -> World {
    let plan = plan(world, rules);
    let mut people: Vec<Person> = Vec::with_capacity(world.people_count.max(0.0) as usize);
    let mut drafts: Vec<Draft> = Vec::with_capacity(people.capacity() * 2 / 5);
    let traits = Traits::new(rules, prevalence, *luck);
    let mut starts = vec![0];
    for (county, name) in world.counties.keys().enumerate() {
        form_county(rules, &plan, (county, name), &traits, &mut drafts, &mut people);
        starts.push(drafts.len());
    }

    let stream = |when: i32| luck.stream(Purpose::Founding, when);
    income::draw_scores(
        &rules.income,
        &plan.shifts,
        &plan.people_share,
        &mut drafts,
        stream(step::SCORES),
    );
    let selection = standing::select(&rules.standing, &standing::cells(&drafts), &plan.expected);
    standing::draw_cohort(&selection, &mut drafts, stream(step::COHORT));
    income::normalise(&mut drafts);
    standing::draw_support(&rules.standing, FOUNDING_YEAR, &mut drafts, stream(step::SUPPORT));

    let curve = income::fit_curve(&rules.income, &drafts);
    income::draw_migrants(rules, &mut drafts, stream(step::MIGRANTS));
    for draft in &mut drafts {
        draft.row.founding_migrants = draft.row.migrants;
    }
    income::set_sources(&rules.income, &curve, &mut drafts);
    income::draw_purse(rules, &curve, &mut drafts, stream(step::PURSE));

    let places = stream(step::PLACES);
    let mut counties: Vec<_> = world
        .counties
        .iter()
        .enumerate()
        .map(|(at, (name, county))| {
            let drafts = &drafts[starts[at]..starts[at + 1]];
            places::settle(world, &rules.places, (name, county, at as u16), drafts, &people, places)
        })
        .collect();
    places::rank_villages(&mut counties);
    World {
        year: FOUNDING_YEAR,
        counties,
        income: curve,
    }
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
}

fn plan(world: &WorldRules, rules: &FoundingRules) -> Plan {
    let all: f64 = world.counties.values().map(|county| county.people_share).sum();
    let people_share: Vec<f64> = world
        .counties
        .values()
        .map(|county| county.people_share / all.max(1e-12))
        .collect();
    let shifts = income::county_shifts(world, &rules.income, &people_share);
    let curve = IncomeCurve::from_quintile_means(income::quintile_means(&rules.income), rules.income.lowest_yuan);
    let expected = Expected::new(rules.income.permanent_share, |score| curve.per_head(score));
    let agents_share = agents_share(rules, &shifts, &people_share, &expected);
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
    }
}

/// A county with many lifted households needs more agents for the same people, because those stand for fewer.
fn agents_share(rules: &FoundingRules, shifts: &[f64], people_share: &[f64], expected: &Expected) -> Vec<f64> {
    const NODES: usize = 24;
    let oversampling = rules.standing.lifted_oversample_ratio.round().max(1.0);
    let noise = income::noise_sd(&rules.income, shifts, people_share);
    let mut agents = people_share.to_vec();
    for _ in 0..3 {
        let mut cells: Vec<(Cell, usize)> = Vec::with_capacity(NODES * agents.len());
        for (county, (shift, share)) in shifts.iter().zip(&agents).enumerate() {
            for node in 0..NODES {
                let raw = shift + noise * maths::normal_quantile((node as f64 + 0.5) / NODES as f64);
                let mass = share / NODES as f64;
                cells.push((
                    Cell {
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
        let flat: Vec<Cell> = cells.iter().map(|cell| cell.0).collect();
        let selection = standing::select(&rules.standing, &flat, expected);
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
    agents
}

/// Forms the households of one county and the people in them.
fn form_county(
    rules: &FoundingRules,
    plan: &Plan,
    (county, name): (usize, &str),
    traits: &Traits,
    drafts: &mut Vec<Draft>,
    people: &mut Vec<Person>,
) {
    let agents = plan.agents[county];
    let mut pool = Pool::new(&plan.pyramids[county], agents);
    let sizes = households::sizes(&rules.households.size_share, plan.size[county], agents);
    let kinds = households::kinds(&rules.households, &sizes, &pool);
    pool.settle(households::places(&kinds));
    let id = places::county_id(name);
    let mut number = 0;
    for kind in households::order() {
        for _ in 0..kinds[kind] {
            number += 1;
            let who = mix(id ^ mix(number));
            let first = people.len();
            let mut draft = Draft {
                row: Household {
                    id: who,
                    first: first as u32,
                    weight: 1,
                    ..Household::default()
                },
                county: county as u16,
                raw: 0.0,
                known: false,
                prime: false,
                elder: false,
                left_behind: KINDS[kind].1 == 0 && KINDS[kind].2 > 0,
                wage_workers: 0,
                farmers: 0,
            };
            let luck = traits.households;
            let mut members = [(0, 0); households::LARGEST];
            let mut size = 0;
            households::fill(
                kind,
                rules.households.generation_years,
                &mut pool,
                luck,
                who,
                |sex, cell| {
                    members[size] = (sex, cell);
                    size += 1;
                },
            );
            let mut labour = 0.0;
            for (at, &(sex, cell)) in members[..size].iter().enumerate() {
                let (person, age) = traits.person(mix(who ^ mix(at as u64 + 1)), sex, cell);
                labour += labour_units(age);
                draft.known |= person.conditions.any_known();
                draft.prime |= (16..60).contains(&age);
                draft.elder |= age >= 60;
                draft.wage_workers += u8::from(person.work == Work::Wage);
                draft.farmers += u8::from(person.work == Work::Farm);
                people.push(person);
            }
            draft.row.size = size as u16;
            draft.row.founding_size = draft.row.size;
            draft.row.founding_labour = labour as f32;
            if size > 0 {
                drafts.push(draft);
            }
        }
    }
}

/// What makes a person, looked up by age.
struct Traits {
    households: crate::draws::Stream,
    people: crate::draws::Stream,
    conditions: crate::draws::Stream,
    survival_from_85: f64,
    working: [f64; 120],
    wage: [f64; 120],
    low_literacy: [f64; 120],
    high_literacy: [f64; 120],
    prevalence: [[f64; 120]; 8],
    /// Controlled, treated and aware as shares of those who have the condition.
    cascade: [[f64; 3]; 8],
}

impl Traits {
    fn new(rules: &FoundingRules, prevalence: &[ConditionFounding; 8], luck: Luck) -> Traits {
        let stream = |when: i32| luck.stream(Purpose::Founding, when);
        Traits {
            households: stream(step::HOUSEHOLDS),
            people: stream(step::PEOPLE),
            conditions: stream(step::CONDITIONS),
            survival_from_85: rules.ages.survival_from_85_share,
            working: rules.work.working_share.table(),
            wage: rules.work.wage_share.table(),
            low_literacy: rules.work.low_literacy_share.table(),
            high_literacy: rules.work.high_literacy_share.table(),
            prevalence: std::array::from_fn(|at| prevalence[at].prevalence.table()),
            cascade: std::array::from_fn(|at| {
                let known = &prevalence[at];
                [known.controlled_share, known.treated_share, known.aware_share]
            }),
        }
    }

    /// A person of `sex` in age cell `cell`, and the age in completed years on 1 January.
    fn person(&self, id: u64, sex: u8, cell: usize) -> (Person, i32) {
        debug_assert!(cell < CELLS);
        let january = Month::of(FOUNDING_YEAR, 1);
        let born = january + -population::months_of_age(cell, self.people.uniform(id, 0), self.survival_from_85);
        let age = age(born, january);
        let at = age.clamp(0, 119) as usize;
        let work = self.people.uniform(id, 1);
        let work = match work {
            u if u >= self.working[at] => Work::None,
            u if u < self.working[at] * self.wage[at] => Work::Wage,
            _ => Work::Farm,
        };
        let literacy = self.people.uniform(id, 2);
        let literacy = u8::from(literacy >= self.low_literacy[at]) + u8::from(literacy >= 1.0 - self.high_literacy[at]);
        let person = Person {
            id,
            born,
            sex,
            work,
            literacy,
            conditions: self.conditions(id, at),
            enrolled: true,
            ..Person::default()
        };
        (person, age)
    }

    /// One uniform number a condition decides whether a person has it and how far its care has come.
    fn conditions(&self, id: u64, age: usize) -> Conditions {
        let mut conditions = Conditions::default();
        for condition in CONDITIONS {
            let prevalence = self.prevalence[condition as usize][age];
            if prevalence > 0.0 {
                let draw = self.conditions.uniform(id, condition as u64) / prevalence;
                if draw < 1.0 {
                    conditions.set(condition, self.stage(condition, draw));
                }
            }
        }
        conditions
    }

    fn stage(&self, condition: Condition, draw: f64) -> Stage {
        let [controlled, treated, aware] = self.cascade[condition as usize];
        match draw {
            u if u < controlled => Stage::Controlled,
            u if u < treated => Stage::Treated,
            u if u < aware => Stage::Diagnosed,
            _ => Stage::Undiagnosed,
        }
    }
}

#[cfg(test)]
mod tests;
