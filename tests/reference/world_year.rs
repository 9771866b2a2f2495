//! A world, year after year: counties, their funds, their queues.
//!
//! Two things are the engine's own and so not checked here: the founded world (`run::found`; its margins are held against
//! published ones by the tests of founding) and who is born, arrives and leaves at the close, and how the dead are taken
//! out (`demography::close`; hand-worked cases stand beside it). "Moves" agree because both sides call the same function.

use super::books::{Around, Books, Load};
use super::law::{LawBook, Reached};
use super::luck::MonthLuck;
use super::money::{grown, millionths};
use super::supply;
use super::treatment::years_lost;
use super::witness::Witness;
use super::{close, funds, month, opening};
use kangcun::draws::{Luck, Purpose};
use kangcun::founding::Start;
use kangcun::indicators::result::{CountyResult, YearResult};
use kangcun::indicators::tally::{Add, CountyYear, Tally};
use kangcun::month::epidemic;
use kangcun::month::insurance::Funder;
use kangcun::run::found_from;
use kangcun::scenario::Scenario;
use kangcun::units::{Fen, Month};
use kangcun::world::{Block, County, PROVIDERS, World};
use kangcun::year::demography::{self, Moves};

/// Lives a replicate of a scenario. A witness that follows the engine compares what it sees and makes the reference go the
/// engine's way where choices differ.
pub fn live(scenario: &Scenario, replicate: u32, layers: &[String], witness: &mut Witness) -> Vec<YearResult> {
    let luck = Luck::new(scenario.run.seed, u64::from(replicate));
    let lawbook = LawBook::new(scenario);
    let first = scenario.run.first_year - 1;
    let base = lawbook.law(&lawbook.nobody(), Month::of(first, 1));
    let start = Start {
        year: first,
        incomes: base.income_index(),
    };
    let mut world: World = found_from(&base.rules, start, None, &luck);
    let years = first..=scenario.run.last_year;
    let all = years.map(|year| live_year(&mut world, &lawbook, luck, year, layers, witness));
    let reported = all.filter(|result| result.year >= scenario.run.first_year);
    reported.collect()
}

fn live_year(
    world: &mut World,
    lawbook: &LawBook,
    luck: Luck,
    year: i32,
    layers: &[String],
    witness: &mut Witness,
) -> YearResult {
    let mut counties = Vec::new();
    let mut loads = Vec::new();
    let mut number = 0;
    let come: Vec<Reached> = world
        .counties
        .iter()
        .map(|county| come_to_county(lawbook, county, year))
        .collect();
    let mut fund = funds::FundBook::open(world, lawbook, &come, year);
    for (county, come) in world.counties.iter_mut().zip(&come) {
        let laws: [_; 12] = std::array::from_fn(|month| lawbook.law(come, Month::of(year, month as i32 + 1)));
        let wave = epidemic::live(county, &laws.each_ref().map(|law| &law.rules), luck, year);
        let december = &laws[11];
        let pull = december.rules.world.counties.get(&county.name);
        let pull = pull.map_or(1.0, |own| own.admission_out_of_county_ratio);
        let load = load_of(county);
        let around = Around {
            lawbook,
            year,
            luck,
            income: &world.income,
            harvest: luck.stream(Purpose::Harvest, year).normal(county.id, 0),
            load: &load,
            residents: county.residents as i64,
            county: county.id,
            terrain: county.terrain,
            staff: county.staff,
            scores: county.scores,
            wave: wave.as_ref(),
            first_village: 0,
            outward: pull.ln(),
            fund_rate: i64::from(county.fund.rate_ppm),
            aid_rate: i64::from(county.fund.aid_ppm),
            first: year == lawbook.scenario.run.first_year - 1,
            reporting_starts: lawbook.scenario.run.first_year,
            layers,
        };
        let mut result = CountyResult {
            county: county.name.clone(),
            epidemic: wave.as_ref().map(|wave| wave.counted).unwrap_or_default(),
            ..CountyResult::default()
        };
        let mut new_load = Load::default();
        let mut first_village = 0;
        for block in &mut county.blocks {
            witness.enter(number);
            let around = Around {
                first_village,
                ..around
            };
            first_village += block.villages.len();
            let (counted, load, moves, clinic_year) =
                live_block(block, &county.name, &around, &december.rules.demography, witness);
            for (village, visits) in block.villages.iter_mut().zip(clinic_year) {
                let come = lawbook.come_to(&county.name, village, year);
                let law = lawbook.law(&come, Month::of(year, 12));
                supply::close_clinic(village, &law.rules, visits, luck, year, &mut result.workforce);
            }
            result.counted.add(&counted);
            result.moves += moves;
            add_load(&mut new_load, &load);
            witness.closed(year, block);
            number += 1;
        }
        loads.push(new_load);
        counties.push(result);
    }
    for (at, result) in counties.iter().enumerate() {
        let total = |of: &dyn Fn(&Tally) -> i64| result.counted.cells.iter().map(of).sum::<i64>();
        let claims = paid_by(result, lawbook, layers, Funder::Pool);
        fund.operate(
            at,
            total(&|cell| cell.premiums),
            total(&|cell| cell.public_premiums),
            claims,
        );
    }
    let joint = fund.close(world, &mut counties);
    for (((county, result), load), come) in world.counties.iter_mut().zip(&mut counties).zip(&loads).zip(&come) {
        let december = lawbook.law(come, Month::of(year, 12));
        close_county(county, result, lawbook, &december, layers, load);
    }
    YearResult { year, counties, joint }
}

/// A block's year.
fn live_block(
    block: &mut Block,
    county: &str,
    around: &Around,
    rules: &demography::DemographyRules,
    witness: &mut Witness,
) -> (CountyYear, Load, Moves, Vec<i64>) {
    let lawbook = around.lawbook;
    let newly = block.villages.iter().map(|village| -> Reached {
        let now = lawbook.come_to(county, village, around.year);
        let before = lawbook.come_to(county, village, around.year - 1);
        let before = before
            .into_iter()
            .map(|came| came && around.year >= lawbook.scenario.run.first_year);
        now.into_iter()
            .zip(before)
            .map(|(now, before)| now && !before)
            .collect()
    });
    let newly: Vec<Reached> = newly.collect();
    let mut books = Books::open(block, county, around);
    opening::begin(&mut books, around, &newly, witness);
    for number in 1..=12 {
        let when = Month::of(around.year, number);
        books.apply_laws(lawbook, when);
        let luck = MonthLuck {
            luck: around.luck,
            when,
        };
        month::live(&mut books, around, &luck, witness);
    }
    close::close(&mut books, around);
    let (mut counted, load, clinic_year) = (books.counted.clone(), books.load, books.clinic_year.clone());
    let limits: Vec<i64> = books.homes.iter().map(|home| home.living.habits.bank_limit).collect();
    let (closed, births) = books.into_block();
    *block = closed;
    let mut room = demography::Room::default();
    let moves = demography::close(
        block,
        rules,
        &around.luck,
        around.year,
        (&births, around.scores),
        &mut room,
    );
    for estate in room.estates() {
        // The bank has the first claim to what is left, kin the next.
        let (owned, owed) = (estate.owned.0, estate.owed.0);
        let of_bank = owed.min(limits[estate.household as usize]);
        let [bank, kin] = &mut counted.lending.loans;
        let to_bank = of_bank.min(owned);
        let to_kin = (owed - of_bank).min(owned - to_bank);
        bank.from_estates += estate.weight * to_bank;
        bank.written_off += estate.weight * (of_bank - to_bank);
        kin.from_estates += estate.weight * to_kin;
        kin.written_off += estate.weight * (owed - of_bank - to_kin);
    }
    (counted, load, moves, clinic_year)
}

/// The programmes that have come to any village of the county.
fn come_to_county(lawbook: &LawBook, county: &County, year: i32) -> Reached {
    let villages = county.blocks.iter().flat_map(|block| &block.villages);
    let mut come = lawbook.nobody();
    for village in villages {
        let here = lawbook.come_to(&county.name, village, year);
        for (come, here) in come.iter_mut().zip(here) {
            *come |= here;
        }
    }
    come
}

fn load_of(county: &County) -> Load {
    county.load.map(|month| month.map(|provider| provider.map(i64::from)))
}

fn add_load(sum: &mut Load, load: &Load) {
    for (month, own) in sum.iter_mut().zip(load) {
        for provider in 0..PROVIDERS {
            month[provider][0] += own[provider][0];
            month[provider][1] += own[provider][1];
        }
    }
}

/// What the layers of a funder paid in a county.
fn paid_by(result: &CountyResult, lawbook: &LawBook, layers: &[String], funder: Funder) -> i64 {
    let places = layers.iter().enumerate();
    let own = places.filter(|(_, name)| lawbook.funder(name) == Some(funder));
    own.map(|(at, _)| result.counted.cells.iter().map(|cell| cell.layers[at]).sum::<i64>())
        .sum()
}

/// The budget of aid, and what the next year begins with.
fn close_county(
    county: &mut County,
    result: &mut CountyResult,
    lawbook: &LawBook,
    law: &super::law::Law,
    layers: &[String],
    load: &Load,
) {
    for (cell, infants) in result.counted.cells.iter_mut().zip(result.moves.infant_deaths) {
        cell.deaths += infants;
        cell.yll_milli += infants * years_lost(law, 0);
    }
    let rules = &law.rules.funds;
    let aid_cut: i64 = result.counted.cells.iter().map(|cell| cell.aid_cut).sum();
    let promised = paid_by(result, lawbook, layers, Funder::AidBudget) + aid_cut;
    let before = county.residents as i64;
    supply::close_tiers(&mut county.staff, &law.rules, load, before, &mut result.workforce);
    let residents = residents(county);
    // Aid that was promised beyond next year's budget is announced to be paid in part.
    let years = law.year + 1 - 2021;
    let budget = rules.aid_budget_yuan_per_year * grown(rules.aid_budget_growth, years) * residents as f64;
    let promised_yuan = Fen(promised).as_yuan();
    let aid = if promised_yuan > budget {
        budget / promised_yuan
    } else {
        1.0
    };
    county.fund.aid_ppm = millionths(aid) as u32;
    county.fund.aid_demand = Fen(promised);
    county.residents = residents as u64;
    county.load = load.map(|month| month.map(|provider| provider.map(|visits| visits as u32)));
    result.residents = (before, residents);
}

fn residents(county: &County) -> i64 {
    let homes = county.blocks.iter().map(|block| &block.households);
    let people = homes.flat_map(|homes| homes.weight.iter().zip(&homes.size));
    people.map(|(&weight, &size)| i64::from(weight) * i64::from(size)).sum()
}
