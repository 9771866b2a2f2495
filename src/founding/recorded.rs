//! A world from a checked population: recorded households are copied by their weights, and what the records do not tell
//! is drawn for every copy by the same mechanisms that make a world without a survey.
//!
//! Copies are drawn by systematic sampling (Madow 1949) along counties and household names, with one keyed start a
//! replicate, so that a replicate is also a draw of the sample. Every agent stands for one household.

use super::drafts::{About, Draft, Drafts, Member};
use super::form::{Traits, member_ids};
use super::places::{self, Settling, county_id};
use super::population::bisect;
use super::purse::Purses;
use super::rules::{FoundingRules, WorldRules};
use super::standing::{self, Expected};
use super::{ConditionFounding, Start, income, step};
use crate::draws::{Luck, Purpose, Stream, mix};
use crate::maths;
use crate::population::{HouseholdRecord, IncomeBasis, PersonRecord, Population, Told};
use crate::units::{Fen, Fen32, Month};
use crate::world::{self, CONDITIONS, Category, County, IncomeCurve, World};

/// Founds a world of about `world.people_count` people from `population` on 1 January 2020, in the counties of the
/// scenario in which somebody lives. Ages are those of the interviews.
pub fn found_recorded(
    world: &WorldRules,
    rules: &FoundingRules,
    prevalence: &[ConditionFounding; world::CONDITIONS.len()],
    population: &Population,
    luck: &Luck,
) -> World {
    let mut rules = rules.clone();
    rules.standing.lifted_oversample_ratio = 1.0;
    if let Some(means) = population.manifest.income_quintile_mean_yuan {
        rules.income.quintile_mean_yuan = means.to_vec();
    }
    let rules = &rules;
    let stream = |when: i32| luck.stream(Purpose::Founding, when);
    let lived: Vec<&str> = world
        .counties
        .keys()
        .map(String::as_str)
        .filter(|name| lives(population, name))
        .collect();
    let agents = copies(population, world.people_count, stream(step::COPIES));
    let (mut drafts, records) = form(population, &lived, &agents, &Traits::new(rules, prevalence, *luck));

    let people: Vec<f64> = drafts
        .counties
        .iter()
        .map(|own| drafts.rows[own.clone()].iter().map(Draft::people).sum())
        .collect();
    let all: f64 = people.iter().sum();
    let people: Vec<f64> = people.iter().map(|people| people / all.max(1.0)).collect();
    let own = WorldRules {
        counties: lived
            .iter()
            .map(|&name| (name.to_owned(), world.counties[name].clone()))
            .collect(),
        ..world.clone()
    };
    let published = IncomeCurve::from_quintile_means(income::quintile_means(&rules.income), rules.income.lowest_yuan);
    let shifts = income::county_shifts(&own, &rules.income, &published, &people);
    let raw = income::draw_scores(&rules.income, &shifts, &people, &mut drafts, stream(step::SCORES));
    let rows = &mut drafts.rows;
    income::normalise(&raw, rows);
    let curve = set_incomes(population.manifest.income_basis, rules, published, rows, &records);
    set_standing(rules, &curve, rows, &records, [step::COHORT, step::SUPPORT].map(stream));
    set_migrants(rules, rows, &records, stream(step::MIGRANTS));
    let mixes = income::set_sources(&rules.income, &curve, rows);

    let settling = Settling {
        world: &own,
        rules,
        drafts: &drafts,
        purses: Purses::new(
            rules,
            &curve,
            &drafts.rows,
            Start::default().incomes,
            stream(step::PURSE),
        ),
        mixes,
        start: Start::default(),
        luck: stream(step::PLACES),
    };
    let counties = own.counties.iter().enumerate();
    let mut counties: Vec<County> = counties
        .map(|(at, (name, county))| settling.county(at, name, county))
        .collect();
    places::rank_villages(&mut counties);
    let mut by_id: Vec<(u64, &HouseholdRecord)> = drafts.rows.iter().map(|draft| draft.id).zip(records).collect();
    by_id.sort_unstable_by_key(|(id, _)| *id);
    for county in &mut counties {
        furnish(county, &settling.purses, &by_id);
    }
    World {
        pools: Vec::new(),
        adjustments: Vec::new(),
        year: Start::default().year,
        counties,
        income: curve,
    }
}

fn lives(population: &Population, county: &str) -> bool {
    population.households.iter().any(|household| household.county == county)
}

/// How many agents each household of the survey becomes, so that about `people` live in them: in proportion to weights,
/// rounded along the running sum from one random start.
fn copies(population: &Population, people: f64, luck: Stream) -> Vec<u32> {
    let (weights, persons) = population.households.iter().fold((0.0, 0.0), |sum, household| {
        (sum.0 + household.weight, sum.1 + household.weight * household.size())
    });
    let households = (people * weights / f64::max(persons, 1e-300)).round().max(1.0);
    let start = luck.uniform(0, 0);
    let (mut until, mut below) = (0.0, 0.0);
    let copies = population.households.iter().map(|household| {
        until += household.weight;
        let upto = (until / weights * households + start).floor();
        let copies = upto - below;
        below = upto;
        copies as u32
    });
    copies.collect()
}

/// The households in the making, county by county, each with its record.
fn form<'a>(
    population: &'a Population,
    counties: &[&str],
    agents: &[u32],
    traits: &Traits,
) -> (Drafts, Vec<&'a HouseholdRecord>) {
    let mut drafts = Drafts::default();
    let mut records = Vec::new();
    for county in counties {
        let from = drafts.rows.len();
        let own = population
            .households
            .iter()
            .zip(agents)
            .filter(|(household, _)| household.county == *county);
        for (record, &copies) in own {
            let name = county_id(&record.name);
            for copy in 0..u64::from(copies) {
                let who = mix(name ^ mix(copy + 1));
                drafts.rows.push(household(record, who, traits, &mut drafts.members));
                records.push(record);
            }
        }
        drafts.counties.push(from..drafts.rows.len());
    }
    (drafts, records)
}

fn household(record: &HouseholdRecord, who: u64, traits: &Traits, members: &mut Vec<Member>) -> Draft {
    let first = members.len();
    let mut about = About::default();
    let (mut adults, mut children) = (false, false);
    for (person, id) in record.people.iter().zip(member_ids(who)) {
        let member = traits.recorded(id, person);
        about.note(&member);
        adults |= (18..60).contains(&person.age_years);
        children |= person.age_years < 18;
        members.push(member);
    }
    if children && !adults {
        about.0 |= About::LEFT_BEHIND;
    }
    Draft::new(who, first, record.people.len(), about.0)
}

/// Sets the three scores of households with a recorded income: where a household stands on the curve is known, and the
/// scores drawn before are moved to sum to it, each by its part of the variance (the law of normal scores given their
/// weighted sum). Gives the curve.
fn set_incomes(
    basis: IncomeBasis,
    rules: &FoundingRules,
    published: IncomeCurve,
    rows: &mut [Draft],
    records: &[&HouseholdRecord],
) -> IncomeCurve {
    let weights = rules.income.weights();
    let mut place = |at: usize, score: f64| {
        let draft = &mut rows[at];
        let drawn = income::score(&weights, draft.permanent, draft.persistent, draft.transitory);
        let [permanent, persistent, transitory] = weights.map(|weight| (weight * (score - drawn)) as f32);
        draft.permanent += permanent;
        draft.persistent += persistent;
        draft.transitory += transitory;
    };
    let mut told: Vec<(usize, f64)> = records
        .iter()
        .enumerate()
        .filter_map(|(at, record)| Some((at, record.per_head()?)))
        .collect();
    match basis {
        IncomeBasis::Recorded => {
            for (at, per_head) in told {
                place(at, bisect(-4.0, 4.0, |score| published.per_head(score) - per_head));
            }
            published
        }
        IncomeBasis::Rank => {
            told.sort_by(|a, b| a.1.total_cmp(&b.1));
            let all = told.len() as f64;
            for (rank, (at, _)) in told.into_iter().enumerate() {
                place(at, maths::normal_quantile((rank as f64 + 0.5) / all));
            }
            income::fit_curve(&rules.income, rows)
        }
    }
}

/// Takes recorded standings over, and draws those of the other households among themselves, with the scenario's shares.
fn set_standing(
    rules: &FoundingRules,
    curve: &IncomeCurve,
    rows: &mut [Draft],
    records: &[&HouseholdRecord],
    [cohort, support]: [Stream; 2],
) {
    let mut open = Vec::new();
    for (at, record) in records.iter().enumerate() {
        match record.standing {
            Some(standing) => {
                rows[at].category = standing;
                rows[at].cohort = record.cohort.unwrap_or(standing == Category::Lifted);
            }
            None => open.push(at),
        }
    }
    if open.is_empty() {
        return;
    }
    let mut drawn: Vec<Draft> = open.iter().map(|&at| rows[at]).collect();
    let raw: Vec<f64> = drawn.iter().map(|draft| f64::from(draft.permanent)).collect();
    let expected = Expected::new(rules.income.permanent_share, |score| curve.per_head(score));
    let selection = standing::select(&rules.standing, &standing::groups(&raw, &drawn), &expected, None);
    standing::draw_cohort(&selection, &raw, &mut drawn, cohort);
    for (draft, &at) in drawn.iter_mut().zip(&open) {
        if records[at].cohort == Some(false) {
            (draft.cohort, draft.category) = (false, Category::Ordinary);
        }
    }
    standing::draw_support(&rules.standing, &mut drawn, support);
    for (draft, at) in drawn.into_iter().zip(open) {
        rows[at] = draft;
    }
}

fn set_migrants(rules: &FoundingRules, rows: &mut [Draft], records: &[&HouseholdRecord], luck: Stream) {
    let open = |record: &HouseholdRecord| record.migrants.is_none();
    let mut drawn: Vec<Draft> = rows
        .iter()
        .zip(records)
        .filter(|(_, record)| open(record))
        .map(|(draft, _)| *draft)
        .collect();
    income::draw_migrants(rules, &mut drawn, luck);
    let mut drawn = drawn.into_iter();
    for (draft, record) in rows.iter_mut().zip(records) {
        draft.migrants = match record.migrants {
            Some(migrants) => migrants,
            None => drawn.next().map_or(0, |drawn| drawn.migrants),
        };
    }
}

/// Puts recorded sources of income and what is owned and owed in the place of what was drawn.
fn furnish(county: &mut County, purses: &Purses, by_id: &[(u64, &HouseholdRecord)]) {
    let money = |told: Option<f64>, drawn: Fen| told.map_or(drawn, Fen::yuan);
    for rows in county.blocks.iter_mut().map(|block| &mut block.households) {
        for h in 0..rows.len() {
            let Ok(at) = by_id.binary_search_by_key(&rows.id[h], |(id, _)| *id) else {
                continue;
            };
            let record = by_id[at].1;
            if let Some(shares) = record.source_share {
                rows.source_share[h] = shares.map(|share| share as f32);
            }
            if rows.source_share[h][0] == 0.0 {
                rows.remitted_share[h] = 0.0;
            } else if let Some(share) = record.remitted_share {
                rows.remitted_share[h] = share as f32;
            }
            let farm = rows.source_share[h][1];
            let drawn = purses.draw(rows.id[h], rows.permanent[h], rows.size[h], farm);
            rows.savings[h] = money(record.savings_yuan, drawn.savings).into();
            rows.assets[h] = money(record.assets_yuan, drawn.assets).into();
            rows.founding_assets[h] = rows.assets[h];
            rows.medical_debt[h] = money(record.medical_debt_yuan, drawn.medical_debt).into();
            rows.other_debt[h] = money(record.other_debt_yuan, drawn.other_debt).into();
        }
    }
}

/// The households of a founded world as records, so that it can be held against the survey it comes from.
pub fn as_records(world: &World, rules: &FoundingRules) -> Vec<HouseholdRecord> {
    let weights = rules.income.weights();
    let mut records = Vec::new();
    for county in &world.counties {
        for block in &county.blocks {
            let (rows, people) = (&block.households, &block.people);
            for h in 0..rows.len() {
                let size = f64::from(rows.size[h]);
                let score = income::score(&weights, rows.permanent[h], rows.persistent[h], rows.transitory[h]);
                let person = |p: usize| PersonRecord {
                    name: String::new(),
                    age_years: world::age(people.born[p].month(), Month::of(world.year, 1)).clamp(0, 255) as u8,
                    age_months: None,
                    sex: people.sex[p],
                    work: Some(people.work[p] as u8),
                    literacy: Some(people.learning[p].literacy()),
                    schooling: Some(people.learning[p].schooling()),
                    conditions: CONDITIONS.map(|condition| Some(Told::Stage(people.conditions[p].stage(condition)))),
                };
                let yuan = |fen: Fen32| Some(fen.fen().0 as f64 / 100.0);
                records.push(HouseholdRecord {
                    name: rows.id[h].to_string(),
                    county: county.name.clone(),
                    weight: f64::from(rows.weight[h]),
                    standing: Some(rows.category[h]),
                    cohort: Some(rows.cohort[h]),
                    income_yuan: Some(world.income.per_head(score) * size),
                    source_share: Some(rows.source_share[h].map(f64::from)),
                    remitted_share: Some(f64::from(rows.remitted_share[h])),
                    savings_yuan: yuan(rows.savings[h]),
                    assets_yuan: yuan(rows.assets[h]),
                    medical_debt_yuan: yuan(rows.medical_debt[h]),
                    other_debt_yuan: yuan(rows.other_debt[h]),
                    migrants: Some(rows.migrants[h]),
                    people: block.members(h).map(person).collect(),
                });
            }
        }
    }
    records
}
