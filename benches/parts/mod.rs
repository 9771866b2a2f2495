//! What the benchmarks of stages and the roofline share: a block in mid-life, and the choices and bills of one of its years
//! as they were.
#![allow(dead_code)] // each user takes its own part of it

use kangcun::draws::{Luck, Purpose};
use kangcun::lanes::eight::{Eight, Lanes, Portable};
use kangcun::lanes::{Level, RowKernel};
use kangcun::month::care_seeking::{Choice, Forgone, Need, Place, Row, Ways, noise};
use kangcun::month::illness::Looks;
use kangcun::month::insurance::{Bill, Cause, Claimant, Service, Settlement, Who, YearToDate};
use kangcun::month::livelihood::purses::Carried;
use kangcun::month::{self, BlockYear, NoTape, Outside, Tape};
use kangcun::rules::{Class, Growth, Levels, Rules, YearPlan};
use kangcun::run::found;
use kangcun::scenario::Scenario;
use kangcun::units::{Fen, Month, Ppm};
use kangcun::world::{Block, Category, Condition, IncomeCurve, PROVIDERS, Provider, Scores, Staff, Terrain};
use kangcun::year::demography;
use kangcun::year::programmes::Targets;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The year that parts are measured in.
pub const YEAR: i32 = 2021;
/// Agents of the world that the block is taken from.
const WORLD: u64 = 20_000;

/// The baseline's rules in January of `year` for a world of `people` agents.
pub fn rules(people: u64, year: i32) -> Rules {
    let scenario = Scenario::load("baseline", &[format!("world.people_count={people}")]).expect("it loads");
    scenario.resolve(&[], Month::of(year, 1)).expect("its rules resolve")
}

/// The class of the rules, whose growth is the same every year.
fn compiled(rules: Rules, year: i32) -> Class {
    let growth = Growth {
        price_growth: rules.livelihood.price_growth,
        income_growth: rules.livelihood.income_growth,
    };
    rules
        .compile(year, &Levels::of(year, |_| growth))
        .expect("its rules compile")
}

/// A year under one class of rules, without programmes.
fn plan(year: i32) -> YearPlan {
    YearPlan {
        year,
        classes: vec![Arc::new(compiled(rules(WORLD, year), year))],
        by_mask: std::array::from_fn(|_| vec![(0, 0)]),
        who: Targets::default(),
    }
}

/// A full block on 1 January of [`YEAR`], with one year behind it, and what it must know of the world.
pub struct Warm {
    /// The block.
    pub block: Block,
    /// The rules.
    pub plan: YearPlan,
    /// The luck.
    pub luck: Luck,
    income: IncomeCurve,
    reach: Vec<u64>,
    load: [[[u32; 2]; PROVIDERS]; 12],
    county: u64,
    terrain: Terrain,
    staff: [Staff; PROVIDERS],
    residents: u64,
}

impl Warm {
    /// The first block of the first county of a founded world, lived through the base year.
    pub fn new() -> Warm {
        let luck = Luck::new(1, 0);
        let mut world = found(&rules(WORLD, YEAR - 1), &luck);
        let county = &mut world.counties[0];
        let block = county.blocks.swap_remove(0);
        let mut warm = Warm {
            plan: plan(YEAR - 1),
            luck,
            income: world.income,
            reach: vec![0; block.villages.len()],
            load: county.load,
            county: county.id,
            terrain: county.terrain,
            staff: county.staff,
            residents: county.residents,
            block,
        };
        let mut books = BlockYear::default();
        let mut block = warm.block.clone();
        books.delivery = vec![Fen::ZERO; block.households.len()];
        month::live(&mut block, &warm.outside(), &mut books, &mut NoTape);
        warm.age(&mut block, &books, &mut demography::Room::default());
        warm.block = block;
        warm.plan = plan(YEAR);
        warm
    }

    /// What the block must know of the world around it.
    pub fn outside(&self) -> Outside<'_> {
        Outside {
            plan: &self.plan,
            reach: &self.reach,
            luck: self.luck,
            income: &self.income,
            harvest: 0.0,
            load: &self.load,
            county: self.county,
            terrain: self.terrain,
            staff: &self.staff,
            residents: self.residents,
            epidemic: None,
            first_village: 0,
            outward: 0.0,
            fund_rate: Ppm::ONE,
            aid_rate: Ppm::ONE,
            first: self.plan.year == YEAR - 1,
            reporting_starts: YEAR,
            carried: Carried::InFact,
            level: Level::detect(),
        }
    }

    /// Closes the block's year of demography.
    pub fn age(&self, block: &mut Block, books: &BlockYear, room: &mut demography::Room) {
        let demography = &self.class().rules.demography;
        demography::close(
            block,
            demography,
            &self.luck,
            self.plan.year,
            (&books.births, Scores::default()),
            room,
        );
    }

    /// The rules of everybody.
    pub fn class(&self) -> &Class {
        &self.plan.classes[0]
    }

    /// Books opened for the year, and the block they were opened from.
    pub fn opened(&self) -> (Block, BlockYear) {
        let (mut block, mut books) = (self.block.clone(), BlockYear::default());
        books.open(&mut block, &self.outside());
        (block, books)
    }

    /// What the month's look needs to know of everybody.
    pub fn looks(&self, books: &BlockYear) -> Looks {
        let mut looks = Looks::default();
        looks.clear(books.people.len());
        let people = books.people.iter().zip(&self.block.people.learning);
        for (at, (person, &learning)) in people.enumerate() {
            looks.open(at, person, &self.class().illness, learning.literacy(), 1.0);
        }
        looks
    }

    /// The year's choices and bills, as they were.
    pub fn recorded(&self) -> Record {
        let mut books = BlockYear::default();
        books.delivery = vec![Fen::ZERO; self.block.households.len()];
        let mut seen = Seen::default();
        month::live(&mut self.block.clone(), &self.outside(), &mut books, &mut seen);
        Record::new(self, &seen)
    }
}

/// What a tape saw of a year.
#[derive(Default)]
struct Seen {
    sought: Vec<(u64, Need, Provider)>,
    bills: Vec<(u64, Need, Provider, Bill)>,
}

impl Tape for Seen {
    fn sought(&mut self, who: u64, _: Month, need: Need, where_to: Provider, _: Option<Forgone>) {
        self.sought.push((who, need, where_to));
    }

    fn settled(&mut self, who: u64, _: Month, bill: &Bill, _: &Settlement) {
        // A bill follows the choice that it came from.
        if let Some(&(_, need, provider)) = self.sought.last() {
            self.bills.push((who, need, provider, *bill));
        }
    }
}

/// A choice to be priced.
#[derive(Clone, Copy)]
pub struct Priced {
    /// Whose year so far it is priced on.
    pub person: usize,
    /// What is needed.
    pub need: Need,
    /// Who asks.
    pub who: Who,
    /// The case relative to the mean of its need.
    pub times: f32,
}

/// A bill to be settled.
#[derive(Clone, Copy)]
pub struct Billed {
    /// Whose year it is written into.
    pub person: usize,
    /// The bill.
    pub bill: Bill,
    /// Whose it is.
    pub who: Claimant,
}

/// A year's choices and bills in their order.
pub struct Record {
    /// People.
    pub people: usize,
    /// The choices.
    pub choices: Vec<Priced>,
    /// The bills.
    pub bills: Vec<Billed>,
}

/// Yuan of a quarter's chronic care, where a choice is priced again.
const QUARTER: f32 = 200.0;

impl Record {
    fn new(warm: &Warm, seen: &Seen) -> Record {
        let people = &warm.block.people;
        let place: BTreeMap<u64, usize> = people.id.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let category = |at: usize| warm.block.households.category[warm.block.household_of(at)];
        // The condition of an event is not on the tape; chronic bills go by the commonest condition.
        let cause = |need| Cause::of((need == Need::Chronic).then_some(Condition::Hypertension));
        let choices = seen.sought.iter().filter_map(|&(id, need, _)| {
            let person = *place.get(&id)?;
            Some(Priced {
                person,
                need,
                who: asking(need, category(person), cause(need), people.enrolled[person]),
                times: if need == Need::Chronic { QUARTER } else { 1.0 },
            })
        });
        let bills = seen.bills.iter().filter_map(|&(id, need, provider, bill)| {
            let person = *place.get(&id)?;
            Some(Billed {
                person,
                bill,
                who: Claimant {
                    service: service(need),
                    provider,
                    category: category(person),
                    cause: cause(need),
                    enrolled: people.enrolled[person],
                    designated: true,
                    referred: true,
                    fund_rate: Ppm::ONE,
                    aid_rate: Ppm::ONE,
                },
            })
        });
        Record {
            people: people.len(),
            choices: choices.collect(),
            bills: bills.collect(),
        }
    }

    /// Settles all bills in order, from a year without claims; returns the fen left to households.
    pub fn settle(&self, class: &Class, claims: &mut Vec<YearToDate>) -> i64 {
        claims.clear();
        claims.resize(self.people, YearToDate::default());
        let mut left = 0;
        for billed in &self.bills {
            let split = class
                .stack
                .settle(&billed.bill, &billed.who, &mut claims[billed.person], |_, _| ());
            left += split.household.0;
        }
        left
    }

    /// Prices all choices on what was claimed so far.
    pub fn quote(&self, level: Level, class: &Class, claims: &[YearToDate], into: &mut [Row]) {
        level.rows(Quoting {
            record: self,
            class,
            claims,
            into,
        });
    }

    /// Layers that the quotes pass through, by need.
    pub fn passes(&self, class: &Class, claims: &[YearToDate]) -> [u64; 4] {
        let mut passes = [0; 4];
        for choice in &self.choices {
            let most = class.prices.expected(Portable, choice.need, choice.times).2;
            passes[choice.need as usize] += class.stack.passes(most, &choice.who, &claims[choice.person]) as u64;
        }
        passes
    }

    /// Takes all choices at the prices of `prices`, fen.
    pub fn choose(&self, level: Level, class: &Class, ways: &Ways, prices: &[Row], noises: &[Row]) -> usize {
        level.rows(Choosing {
            record: self,
            class,
            ways,
            prices,
            noises,
        })
    }

    /// Draws for the noises of all choices.
    pub fn draws(&self, luck: &Luck, index: u64) -> Vec<u64> {
        let stream = luck.stream(Purpose::Choice, 0);
        (0..self.choices.len() as u64)
            .map(|at| stream.bits(at, index))
            .collect()
    }
}

/// All quotes of a record.
struct Quoting<'a> {
    record: &'a Record,
    class: &'a Class,
    claims: &'a [YearToDate],
    into: &'a mut [Row],
}

#[allow(clippy::inline_always)] // it must be compiled for the level it runs on
impl RowKernel for Quoting<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (price, choice) in self.into.iter_mut().zip(&self.record.choices) {
            let expected = self.class.prices.expected(lanes, choice.need, choice.times);
            let claims = &self.claims[choice.person];
            let (net, delayed) = self.class.stack.quote::<_, false>(lanes, expected, &choice.who, claims);
            *price = (net + delayed).numbers();
        }
    }
}

/// All choices of a record.
struct Choosing<'a> {
    record: &'a Record,
    class: &'a Class,
    ways: &'a Ways,
    prices: &'a [Row],
    noises: &'a [Row],
}

#[allow(clippy::inline_always)] // it must be compiled for the level it runs on
impl RowKernel for Choosing<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> usize {
        let mut sum = 0;
        for ((choice, price), noise) in self.record.choices.iter().zip(self.prices).zip(self.noises) {
            let advance = lanes.of(price);
            let facing = Choice {
                need: choice.need,
                ways: self.ways,
                habit: 1,
                means_yuan: 3_000.0,
                purse: 2e6,
                price_yuan: advance * lanes.all(0.01),
                advance,
            };
            sum += self.class.weights.choose(lanes, &facing, noise) as usize;
        }
        sum
    }
}

/// All noises of a record.
pub struct Noises<'a> {
    /// Half of each choice's draws.
    pub first: &'a [u64],
    /// The other half.
    pub second: &'a [u64],
    /// One row a choice.
    pub into: &'a mut [Row],
}

#[allow(clippy::inline_always)] // it must be compiled for the level it runs on
impl RowKernel for Noises<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        noise(lanes, self.first, self.second, self.into);
    }
}

/// What one village offers.
pub fn ways(class: &Class) -> Ways {
    class.weights.ways(&Place {
        minutes: &[0.0, 5.0, 20.0, 60.0, 180.0, 0.0, 20.0, 20.0],
        queue: &[0.0; PROVIDERS],
        exists: &[true; PROVIDERS],
        quality: &class.care.usual.correct,
        outward: 0.0,
    })
}

fn service(need: Need) -> Service {
    match need {
        Need::Minor | Need::Moderate => Service::Outpatient,
        Need::Chronic => Service::ChronicCare,
        Need::Admission => Service::Inpatient,
    }
}

fn asking(need: Need, category: Category, cause: Cause, enrolled: bool) -> Who {
    Who {
        service: service(need),
        category,
        cause,
        enrolled,
        designated: true,
        referred: true,
        fund_rate: 1.0,
        aid_rate: 1.0,
    }
}
