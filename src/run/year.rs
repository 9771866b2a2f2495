//! A year of a world: all that it reads besides the world and the luck, and how it is lived and closed.

use super::fingerprint::{Fingerprint, fingerprint};
use super::reach::Reach;
use super::{Policy, residents};
use crate::draws::{Luck, Purpose};
use crate::indicators::result::{CountyResult, YearResult};
use crate::indicators::tally::{Add, CountyYear, Tally};
use crate::lanes::Level;
use crate::maths;
use crate::month::epidemic::{self, EpidemicYear};
use crate::month::insurance::Funder;
use crate::month::livelihood::purses::Carried;
use crate::month::{self, BlockYear, Outside, Tape};
use crate::problem::{Problem, Problems};
use crate::rules::{FUND_YEAR, Rules, YearPlan};
use crate::units::{Fen, Ppm};
use crate::world::{Block, County, Delivered, PROVIDERS, World};
use crate::year::chronic::Review;
use crate::year::demography::{self, Estate, Moves};
use crate::year::funds::{Accounts, FundRules, FundYear, JointYear, Layout, Operating, Terms};
use crate::year::programmes::{self, Delivery};
use crate::year::workforce::{self, WorkforceYear};
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// All that a year reads besides the world on 1 January and the luck of the replicate.
pub(crate) struct Year {
    plan: YearPlan,
    /// The fingerprint of each class of the plan.
    classes: Vec<Fingerprint>,
    /// Programmes that reach each village, by block.
    reach: Vec<Vec<u64>>,
    /// Of these, the programmes that did not reach it the year before.
    new: Vec<Vec<u64>>,
    /// By county, what is delivered of the programmes that it pays for.
    delivered: Vec<Delivered>,
    /// Programmes that reach any village, by county: its account and its demography follow their rules, and what counties
    /// hold together follows those of all of them.
    counties: Vec<u64>,
    /// Who pools with whom.
    layout: Layout,
    deliveries: Vec<Delivery>,
    /// What the funds hold when the first year begins, by county; empty in later years.
    reserves: Vec<Fen>,
    founded: i32,
    reporting_starts: i32,
    carried: Carried,
    level: Level,
}

impl Year {
    /// What `year` of `world` reads under `policy`. Of the world, only its places matter, which never change; and where a county's
    /// health budget is limited, who lives there on 1 January and what was delivered last year.
    ///
    /// # Errors
    /// What the rules of the year get wrong.
    pub(crate) fn of(policy: &Policy, world: &World, year: i32) -> Result<Year, Problems> {
        let Reach {
            villages: reach,
            new,
            delivered,
        } = Reach::of(policy, world, year)?;
        let counties = county_masks(world, &reach);
        let present: BTreeSet<u64> = reach.iter().flatten().copied().collect();
        let (plan, classes) = policy.plan(year, &present, &account_masks(world, &counties))?;
        let all = counties.iter().fold(0, |all, mask| all | mask);
        let january = &plan.classes[usize::from(plan.class(0, all))].rules.funds;
        Ok(Year {
            layout: Layout::of(world, january.pooling, january.adjustment.level),
            deliveries: policy.deliveries(year, plan.classes[0].price_index),
            plan,
            classes,
            reach,
            new,
            delivered,
            counties,
            reserves: if year == policy.founding_year() {
                super::reserves(&policy.base()?.rules, world)
            } else {
                Vec::new()
            },
            founded: policy.founding_year(),
            reporting_starts: policy.scenario().run.first_year,
            carried: policy.carried,
            level: policy.level,
        })
    }

    /// A fingerprint of all that the year reads: from the same world, years of the same fingerprint lead to the same world
    /// and the same counts (layers apart, which are counted in the order of the year's own policy).
    ///
    /// Programmes that reach no village leave no trace in it, nor does the place of the others in the scenario's list.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        // Field by field, so that nothing new can be read without a thought for the fingerprint.
        let Year {
            plan:
                YearPlan {
                    year,
                    classes: _, // by their fingerprints
                    by_mask,
                    who,
                },
            classes,
            reach,
            new,
            delivered,
            layout,
            counties: _, // follow from the reach of villages
            deliveries,
            reserves,
            founded,
            reporting_starts,
            carried,
            // Results do not depend on it.
            level: _,
        } = self;
        let used = reach.iter().flatten().fold(0, |used, mask| used | mask);
        let programmes: Vec<usize> = (0..who.0.len()).filter(|at| used >> at & 1 == 1).collect();
        let renumbered = |mask: u64| {
            let bits = programmes.iter().enumerate();
            bits.fold(0, |bits, (to, from)| bits | (mask >> from & 1) << to)
        };
        let villages = |masks: &[Vec<u64>]| -> Vec<Vec<u64>> {
            let block = |masks: &Vec<u64>| masks.iter().map(|&mask| renumbered(mask)).collect();
            masks.iter().map(block).collect()
        };
        let months = by_mask.each_ref().map(|month| -> Vec<(u64, Fingerprint)> {
            let class = |&(mask, at): &(u64, u16)| (renumbered(mask), classes[at as usize]);
            month.iter().map(class).collect()
        });
        let costs: Vec<_> = programmes.iter().map(|&at| (who.0[at], deliveries[at])).collect();
        fingerprint(&(
            (year, (founded, reporting_starts, carried), reserves, layout),
            (villages(reach), villages(new), delivered),
            (months, costs),
        ))
    }

    /// Blocks of the world.
    pub(crate) fn blocks(&self) -> usize {
        self.reach.len()
    }

    /// Fen per head of each gauge's line.
    pub(crate) fn lines(&self) -> Vec<Fen> {
        self.plan.classes[0].gauges.iter().map(|gauge| gauge.fen).collect()
    }

    /// Lives the year, closes included; there is a tape for each block.
    ///
    /// # Errors
    /// When a household owns or owes more than its column can tell.
    pub(crate) fn live<T: Tape + Send>(
        &self,
        world: &mut World,
        tapes: &mut [T],
        luck: Luck,
    ) -> Result<YearResult, TooRich> {
        let year = self.plan.year;
        world.year = year;
        for (county, &reserve) in world.counties.iter_mut().zip(&self.reserves) {
            county.fund.balance = reserve;
        }
        for (county, delivered) in world.counties.iter_mut().zip(&self.delivered) {
            county.delivered.clone_from(delivered);
        }
        let accounts = Accounts::open(world, &self.layout);
        let income = &world.income;
        let harvests = luck.stream(Purpose::Harvest, year);
        // Every block lives its year; nothing here depends on the order or the thread.
        let mut left = (tapes, &self.reach[..], &self.new[..]);
        let mut tasks = Vec::new();
        for (county, &mask) in world.counties.iter_mut().zip(&self.counties) {
            let blocks = county.blocks.len();
            let (tapes, reach, new);
            (tapes, left.0) = left.0.split_at_mut(blocks);
            (reach, left.1) = left.1.split_at(blocks);
            (new, left.2) = left.2.split_at(blocks);
            tasks.push((county, mask, tapes, reach, new));
        }
        let counties: Vec<(CountySum, &Rules)> = tasks
            .into_par_iter()
            .map(|(county, mask, tapes, reach, new)| {
                let by_month: [&Rules; 12] =
                    std::array::from_fn(|month| &self.plan.classes[self.plan.class(month, mask) as usize].rules);
                let wave = epidemic::live(county, &by_month, luck, year);
                let rules = by_month[11];
                let pull = rules
                    .world
                    .counties
                    .get(&county.name)
                    .map_or(1.0, |own| own.admission_out_of_county_ratio);
                let scores = county.scores;
                let outside = |reach, first_village| Outside {
                    plan: &self.plan,
                    reach,
                    luck,
                    income,
                    harvest: harvests.normal(county.id, 0),
                    load: &county.load,
                    county: county.id,
                    terrain: county.terrain,
                    staff: &county.staff,
                    residents: county.residents,
                    epidemic: wave.as_ref(),
                    first_village,
                    outward: maths::ln(pull),
                    fund_rate: Ppm(county.fund.rate_ppm),
                    aid_rate: Ppm(county.fund.aid_ppm),
                    first: year == self.founded,
                    reporting_starts: self.reporting_starts,
                    carried: self.carried,
                    level: self.level,
                };
                let firsts = first_villages(reach);
                let mut sum = (&mut county.blocks, tapes, reach, new, firsts)
                    .into_par_iter()
                    .fold(CountySum::default, |mut sum, (block, tape, reach, new, first)| {
                        let outside = outside(reach, first);
                        // As founded, or as the year before left it.
                        sum.full |= block.households.any_full();
                        ROOM.with_borrow_mut(|Room { books, reviewed, turn }| {
                            programmes::costs(block, &self.plan, &self.deliveries, reach, new, &mut books.delivery);
                            month::live(block, &outside, books, tape);
                            sum.full |= block.households.any_full();
                            review(reviewed, block, books, &outside);
                            let moves =
                                demography::close(block, &rules.demography, &luck, year, (&books.births, scores), turn);
                            sum.workforce
                                .add(&self.close_clinics(block, reach, &books.clinic_year, &luck));
                            settle_estates(books, turn.estates());
                            if T::SEES {
                                tape.closed(year, block);
                            }
                            sum.take_in(books, &moves);
                        });
                        sum
                    })
                    .reduce(CountySum::default, |one, other| one.and(&other));
                sum.epidemic = wave.map_or(EpidemicYear::default(), |wave| wave.counted);
                (sum, rules)
            })
            .collect();
        let mut lived = world.counties.iter().zip(&counties);
        if let Some((county, _)) = lived.find(|(_, (sum, _))| sum.full) {
            return Err(TooRich {
                year,
                county: county.name.clone(),
            });
        }
        let (funds, joint) = self.close_funds(world, accounts, &counties);
        let closed = world.counties.iter_mut().zip(counties).zip(funds);
        let counties = closed
            .map(|((county, (sum, rules)), fund)| close_county(county, sum, rules, fund, year))
            .collect();
        Ok(YearResult { year, counties, joint })
    }

    /// Closes the year of a block's clinics, each under the rules of all programmes that reach its village.
    fn close_clinics(&self, block: &mut Block, reach: &[u64], visits: &[u32], luck: &Luck) -> WorkforceYear {
        let mut counted = WorkforceYear::default();
        for ((village, &mask), &visits) in block.villages.iter_mut().zip(reach).zip(visits) {
            let Rules { workforce, service, .. } = &self.plan.classes[usize::from(self.plan.class(11, mask))].rules;
            let own = workforce::close_clinic(village, workforce, service, visits, luck, self.plan.year);
            counted.add(&own);
        }
        counted
    }

    /// Closes the funds on what the counties lived, under their own rules and those of whom they pool with.
    fn close_funds(
        &self,
        world: &mut World,
        accounts: Accounts,
        lived: &[(CountySum, &Rules)],
    ) -> (Vec<FundYear>, Vec<JointYear>) {
        let everybody: Vec<usize> = (0..world.counties.len()).collect();
        let terms = Terms {
            rules: &|counties| self.account_rules(11, counties),
            emergency_yuan: &|counties| {
                let month = |month| self.account_rules(month, counties).emergency.advance_yuan_per_month;
                (0..12).map(month).sum()
            },
            order: &self.account_rules(11, &everybody).deficit.order,
        };
        let operating: Vec<Operating> = lived.iter().map(|(sum, rules)| operating(sum, rules)).collect();
        accounts.close(world, &operating, &terms)
    }

    /// The rules that hold in a month for an account of these counties.
    fn account_rules(&self, month: usize, counties: &[usize]) -> &FundRules {
        let mask = counties.iter().fold(0, |all, &at| all | self.counties[at]);
        &self.plan.classes[usize::from(self.plan.class(month, mask))].rules.funds
    }
}

/// The programmes that the accounts of a world may follow: those of each county, each prefecture and the province.
fn account_masks(world: &World, counties: &[u64]) -> BTreeSet<u64> {
    let mut prefectures = BTreeMap::new();
    for (county, mask) in world.counties.iter().zip(counties) {
        *prefectures.entry(&county.prefecture).or_insert(0) |= mask;
    }
    let all = counties.iter().fold(0, |all, mask| all | mask);
    counties
        .iter()
        .chain(prefectures.values())
        .copied()
        .chain([all])
        .collect()
}

/// For each county, the programmes that reach any of its villages.
fn county_masks(world: &World, reach: &[Vec<u64>]) -> Vec<u64> {
    let mut blocks = reach.iter();
    world
        .counties
        .iter()
        .map(|county| {
            blocks
                .by_ref()
                .take(county.blocks.len())
                .flatten()
                .fold(0, |all, mask| all | mask)
        })
        .collect()
}

/// The place of each block's first village among those of its county.
fn first_villages(reach: &[Vec<u64>]) -> Vec<usize> {
    let mut next = 0;
    let first = |villages: &Vec<u64>| {
        next += villages.len();
        next - villages.len()
    };
    reach.iter().map(first).collect()
}

/// A household owns or owes more than is kept of it: the year, and the first county with such a household.
pub(crate) struct TooRich {
    year: i32,
    county: String,
}

impl TooRich {
    /// The refusal of a replicate (counted from 0) of a scenario in which this happened.
    pub(crate) fn refusal(&self, scenario: &str, replicate: u32) -> Problems {
        let TooRich { year, county } = self;
        Problem::new(format!(
            "scenario `{scenario}`, replicate {replicate}: in {year} a household of county `{county}` owns or owes 42.9 \
             million yuan or more, beyond what can be reckoned"
        ))
        .help(
            "the horizon may be too long (run.last_year): what grows by a share a year gets there in the end; or lower growth, \
             incomes, prices or cash transfers",
        )
        .into()
    }
}

/// What a block works in.
#[derive(Default)]
struct Room {
    books: BlockYear,
    reviewed: Review,
    turn: demography::Room,
}

thread_local! {
    /// One for each thread, so that a world needs no more of it than there are threads.
    static ROOM: RefCell<Room> = RefCell::default();
}

/// What the blocks of a county add up to; whole numbers, so the order of adding does not matter.
#[derive(Default)]
struct CountySum {
    counted: Box<CountyYear>,
    load: [[[u32; 2]; PROVIDERS]; 12],
    moves: Moves,
    /// The county's epidemic, which is lived ahead of its blocks.
    epidemic: EpidemicYear,
    /// Who works in its clinics, and further up.
    workforce: WorkforceYear,
    /// A household owns or owes more than its column can tell.
    full: bool,
}

impl CountySum {
    fn take_in(&mut self, books: &BlockYear, moves: &Moves) {
        self.counted.add(&books.counted);
        self.add_load(&books.load);
        self.moves += *moves;
    }

    fn and(mut self, other: &CountySum) -> CountySum {
        self.counted.add(&other.counted);
        self.add_load(&other.load);
        self.moves += other.moves;
        self.workforce.add(&other.workforce);
        self.full |= other.full;
        self
    }

    fn add_load(&mut self, other: &[[[u32; 2]; PROVIDERS]; 12]) {
        let own = self.load.as_flattened_mut().as_flattened_mut();
        for (own, other) in own.iter_mut().zip(other.as_flattened().as_flattened()) {
            *own += other;
        }
    }
}

/// Pays the lenders of households that ended from what these left.
fn settle_estates(books: &mut BlockYear, estates: &[Estate]) {
    for estate in estates {
        let limit = books.ledgers[estate.household as usize].bank_limit();
        let lending = &mut books.counted.lending;
        lending.settle(estate.owned, estate.owed, limit, estate.weight);
    }
}

/// The yearly review of chronic conditions of everybody still there.
fn review(review: &mut Review, block: &mut Block, books: &BlockYear, outside: &Outside) {
    let draws = outside.luck.stream(Purpose::Cascade, outside.plan.year);
    let people = &mut block.people;
    let cascade = |at: usize| &outside.plan.classes[usize::from(books.people[at].class)].cascade;
    outside.level.call(
        #[inline(always)]
        || review.review(&mut people.conditions, &people.gone, &people.id, draws, cascade),
    );
}

/// What layers of each funder paid.
fn paid(sum: &CountySum, rules: &Rules, by: Funder) -> Fen {
    let cells = &sum.counted.cells;
    let stack = rules.insurance.funders().into_iter().enumerate();
    let own = stack.filter(|(_, funder)| *funder == by);
    own.map(|(at, _)| Fen(cells.iter().map(|cell| cell.layers[at]).sum()))
        .sum()
}

/// What the county's account took and paid.
fn operating(sum: &CountySum, rules: &Rules) -> Operating {
    let claims = paid(sum, rules, Funder::Pool);
    let total = |part: &dyn Fn(&Tally) -> i64| Fen(sum.counted.cells.iter().map(part).sum());
    Operating {
        premiums: total(&|cell| cell.premiums),
        subsidies: total(&|cell| cell.public_premiums),
        claims,
        false_claims: claims * Ppm::share(rules.waste.false_claims()),
    }
}

/// Announces the county's aid, moves its staff, hands next year its queues.
fn close_county(county: &mut County, mut sum: CountySum, rules: &Rules, fund: FundYear, year: i32) -> CountyResult {
    let aid_cut = Fen(sum.counted.cells.iter().map(|cell| cell.aid_cut).sum());
    let promised = paid(&sum, rules, Funder::AidBudget) + aid_cut;
    let before = county.residents as i64;
    let now = residents(county);
    let (workforce, service) = (&rules.workforce, &rules.service);
    workforce::close_tiers(county, workforce, service, &sum.load, before as u64, &mut sum.workforce);
    county.load = sum.load;
    county.residents = now as u64;
    county.fund.aid_demand = promised;
    county.fund.aid_ppm = rules.funds.aid_ppm(promised, now, year + 1 - FUND_YEAR);
    let mut counted = *sum.counted;
    let lost = rules.demography.years_lost_milli()[0];
    for (cell, infants) in counted.cells.iter_mut().zip(sum.moves.infant_deaths) {
        cell.deaths += infants;
        cell.yll_milli += infants * lost;
    }
    CountyResult {
        county: county.name.clone(),
        counted,
        fund,
        moves: sum.moves,
        epidemic: sum.epidemic,
        workforce: sum.workforce,
        residents: (before, now),
        delivered: county.delivered.clone(),
    }
}
