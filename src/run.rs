//! One replicate of one scenario: found the world, live the burn-in and the years, close each.

use crate::draws::{Luck, Purpose};
use crate::founding::{self, ConditionFounding};
use crate::indicators::tally::{Add, CountyYear};
use crate::lanes::Level;
use crate::maths;
use crate::month::insurance::{Funder, Layer};
use crate::month::{self, BlockYear, NoTape, Outside, Tape};
use crate::problem::{Problem, Problems};
use crate::rules::{BASE_YEAR, Class, Rules, Target, YearPlan};
use crate::scenario::Scenario;
use crate::units::{Fen, Month, Ppm};
use crate::world::{ALL_CATEGORIES, Block, CONDITIONS, County, PROVIDERS, World};
use crate::year::demography::{self, Moves};
use crate::year::funds::FundYear;
use crate::year::poverty;
use crate::year::programmes::{self, Delivery};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A county's year as counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountyResult {
    /// The county.
    pub county: String,
    /// Counts by category.
    pub counted: CountyYear,
    /// The fund's year.
    pub fund: FundYear,
    /// Births, arrivals, departures.
    pub moves: Moves,
    /// Residents (weighted) on 1 January of this year and of the next.
    pub residents: (i64, i64),
}

/// A year of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearResult {
    /// The year.
    pub year: i32,
    /// By county, in the order of the world.
    pub counties: Vec<CountyResult>,
}

/// What one replicate of one scenario gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunResult {
    /// The reported years.
    pub years: Vec<YearResult>,
    /// Layer ids, in the order of the tallies.
    pub layers: Vec<String>,
    /// Gauges (id, convention, line id), in the order of the tallies.
    pub gauges: Vec<(String, poverty::Convention, String)>,
    /// Fen per head of each gauge's line in each reported year.
    pub lines: Vec<Vec<Fen>>,
}

/// A scenario with its compiled rules, shared by its replicates.
pub struct Policy {
    scenario: Scenario,
    /// Every layer that any month or programme brings, without its arms: every class holds all of them, so that tallies
    /// and claims mean the same layer everywhere; a layer without arms covers nobody.
    layers: BTreeMap<String, Layer>,
    classes: Mutex<BTreeMap<(i32, usize, u64), Arc<Class>>>,
    /// The vector instructions its runs use; results do not depend on them.
    pub level: Level,
}

impl Policy {
    /// Compiles the rules of every reported year once without and once with all programmes, so that what is wrong is found
    /// before anything runs.
    ///
    /// # Errors
    /// What the scenario's files get wrong that only the model can tell.
    pub fn new(scenario: Scenario) -> Result<Policy, Problems> {
        if scenario.run.last_year < scenario.run.first_year || scenario.run.burn_in_years != 1 {
            return Err(Problems::from(Problem::new(
                "run: last_year must not lie before first_year, and burn_in_years is 1 (the base year 2020)",
            )));
        }
        if scenario.run.first_year != BASE_YEAR + 1 {
            return Err(Problems::from(Problem::new(format!(
                "run.first_year is {}; the founded world stands in {BASE_YEAR}, so reporting begins in {}",
                scenario.run.first_year,
                BASE_YEAR + 1
            ))));
        }
        if scenario.programmes.len() > 60 {
            return Err(Problems::from(Problem::new("a scenario holds at most 60 programmes")));
        }
        refuse_unmovable(&scenario)?;
        let mut policy = Policy {
            scenario,
            layers: BTreeMap::new(),
            classes: Mutex::default(),
            level: Level::detect(),
        };
        policy.layers = policy.all_layers()?;
        let all = (1u64 << policy.scenario.programmes.len()) - 1;
        for year in BASE_YEAR..=policy.scenario.run.last_year {
            for month in 0..12 {
                let when = Month::of(year, month as i32 + 1);
                policy.class(year, month, when, 0)?;
                policy.class(year, month, when, all)?;
            }
        }
        Ok(policy)
    }

    /// The layers of the baseline and of every stretch of time with all programmes, arms taken off.
    fn all_layers(&self) -> Result<BTreeMap<String, Layer>, Problems> {
        let every = vec![true; self.scenario.programmes.len()];
        let mut layers = BTreeMap::new();
        let mut months = self.scenario.change_months();
        months.push(Month::of(BASE_YEAR, 1));
        for month in months {
            let rules: Rules = self.scenario.resolve(&every, month)?;
            for (id, layer) in rules.insurance.layers {
                let arms = BTreeMap::new();
                layers.entry(id).or_insert(Layer { arms, ..layer });
            }
        }
        Ok(layers)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Who bears each layer of the base year's stack, in order.
    ///
    /// # Errors
    /// What is wrong with the scenario's rules.
    pub fn funders(&self) -> Result<Vec<Funder>, Problems> {
        Ok(self
            .class(BASE_YEAR, 0, Month::of(BASE_YEAR, 1), 0)?
            .rules
            .insurance
            .funders())
    }

    /// The class of places reached by `mask`, in the month's segment of the year.
    fn class(&self, year: i32, month: usize, when: Month, mask: u64) -> Result<Arc<Class>, Problems> {
        let in_force = self.in_force(when) & mask;
        let segment = self.segment(year, month);
        let poisoned = || Problems::from(Problem::new("the rule cache is unusable after an earlier failure"));
        if let Some(class) = self
            .classes
            .lock()
            .map_err(|_| poisoned())?
            .get(&(year, segment, in_force))
        {
            return Ok(Arc::clone(class));
        }
        let active: Vec<bool> = (0..self.scenario.programmes.len())
            .map(|at| in_force & (1 << at) != 0)
            .collect();
        let mut rules: Rules = self.scenario.resolve(&active, when)?;
        for (id, layer) in &self.layers {
            rules
                .insurance
                .layers
                .entry(id.clone())
                .or_insert_with(|| layer.clone());
        }
        let class = Arc::new(rules.compile(year).map_err(|what| Problems::from(Problem::new(what)))?);
        let mut classes = self.classes.lock().map_err(|_| poisoned())?;
        Ok(Arc::clone(classes.entry((year, segment, in_force)).or_insert(class)))
    }

    fn in_force(&self, when: Month) -> u64 {
        self.scenario
            .programmes
            .iter()
            .enumerate()
            .filter(|(_, programme)| programme.in_force(when))
            .fold(0, |mask, (at, _)| mask | 1 << at)
    }

    /// The first month of the stretch of unchanged dated rules that `month` of `year` lies in.
    fn segment(&self, year: i32, month: usize) -> usize {
        self.scenario
            .change_months()
            .iter()
            .filter(|change| change.year() == year && change.index() <= month)
            .map(|change| change.index())
            .max()
            .unwrap_or(0)
    }

    /// The share of villages that programme `at` reaches in `year`: the coverage grows in equal steps each January.
    fn coverage(&self, at: usize, year: i32) -> f64 {
        let programme = &self.scenario.programmes[at];
        let running = year - programme.from.year() + 1;
        if running <= 0 || programme.until.is_some_and(|until| until <= Month::of(year, 1)) {
            return 0.0;
        }
        let ramp = if programme.ramp_years > 0 {
            (f64::from(running) / f64::from(programme.ramp_years)).min(1.0)
        } else {
            1.0
        };
        programme.coverage_share * ramp
    }

    /// Programmes that reach each village of a block in `year`.
    fn reach(&self, county: &str, block: &Block, year: i32) -> Vec<u64> {
        block
            .villages
            .iter()
            .map(|village| {
                let mut mask = 0;
                for (at, programme) in self.scenario.programmes.iter().enumerate() {
                    let here = programme.counties.is_empty() || programme.counties.iter().any(|own| own == county);
                    let rank = if programme.remotest_first {
                        village.remoteness_rank
                    } else {
                        village.coverage_rank
                    };
                    if here && rank < self.coverage(at, year) {
                        mask |= 1 << at;
                    }
                }
                mask
            })
            .collect()
    }

    /// The rules of `year` for every set of programmes that reaches somebody in this world.
    fn plan(&self, year: i32, reaches: &BTreeSet<u64>) -> Result<YearPlan, Problems> {
        let who: Vec<Target> = self
            .scenario
            .programmes
            .iter()
            .map(|programme| Target {
                categories: if programme.who.categories.is_empty() {
                    0xff
                } else {
                    programme
                        .who
                        .categories
                        .iter()
                        .fold(0, |bits, category| bits | 1 << *category as u8)
                },
                age: programme
                    .who
                    .age
                    .map_or((0, 200), |(low, high)| (i32::from(low), i32::from(high))),
            })
            .collect();
        let mut plan = YearPlan {
            year,
            classes: Vec::new(),
            by_mask: Default::default(),
            who,
        };
        let mut masks = BTreeSet::from([0]);
        for &reach in reaches {
            for category in ALL_CATEGORIES {
                masks.insert(plan.reach(reach, category, None));
                for age in 0..=110 {
                    masks.insert(plan.reach(reach, category, Some(age)));
                }
            }
        }
        for month in 0..12 {
            let when = Month::of(year, month as i32 + 1);
            for &mask in &masks {
                let class = self.class(year, month, when, mask)?;
                let at = plan
                    .classes
                    .iter()
                    .position(|known| Arc::ptr_eq(known, &class))
                    .unwrap_or_else(|| {
                        plan.classes.push(class);
                        plan.classes.len() - 1
                    });
                plan.by_mask[month].push((mask, at as u16));
            }
        }
        Ok(plan)
    }

    fn deliveries(&self, year: i32, price_index: f64) -> Vec<Delivery> {
        self.scenario
            .programmes
            .iter()
            .map(|programme| {
                let months = (1..=12)
                    .filter(|&month| programme.in_force(Month::of(year, month)))
                    .count();
                let fen = |yuan: f64| yuan * 100.0 * price_index;
                Delivery {
                    village_once: fen(programme.cost.per_village_once),
                    village_year: fen(programme.cost.per_village_year),
                    person_year: fen(programme.cost.per_person_year),
                    patient_year: fen(programme.cost.per_managed_patient_year),
                    household_year: fen(programme.cost.per_household_year),
                    part: months as f64 / 12.0,
                }
            })
            .collect()
    }
}

/// Rules that are read once for the whole world: a programme, which reaches some places, cannot move them.
const UNMOVABLE: [&str; 4] = [
    "world.",
    "founding.",
    "service.visits_per_resident_month_ratio.",
    "service.comfortable_load_share",
];

fn refuse_unmovable(scenario: &Scenario) -> Result<(), Problems> {
    for row in scenario.timeline() {
        if let Some(programme) = &row.programme
            && UNMOVABLE.iter().any(|path| row.path.starts_with(path))
        {
            return Err(Problems::from(Problem::new(format!(
                "programme `{programme}` sets `{}` ({}), which is read once for the whole world; set it in the scenario",
                row.path, row.set_by
            ))));
        }
    }
    Ok(())
}

/// Founds the world of a replicate under the scenario's rules of the base year.
pub fn found(rules: &Rules, luck: &Luck) -> World {
    let prevalence = CONDITIONS.map(|condition| {
        let own = rules.illness.condition(condition);
        ConditionFounding {
            prevalence: own.prevalence_share.clone(),
            aware_share: own.aware_share,
            treated_share: own.treated_share,
            controlled_share: own.controlled_share,
        }
    });
    let mut world = founding::found(&rules.world, &rules.founding, &prevalence, luck);
    let per_head = rules.enrolment.premium(-1) + rules.enrolment.subsidy(-1);
    for county in &mut world.counties {
        if let Some(own) = rules.world.counties.get(&county.name) {
            let year = per_head * residents(county);
            county.fund.balance = year.scaled(own.fund_reserve_months / 12.0);
        }
        county.residents = residents(county) as u64;
        county.fund.rate_ppm = 1_000_000;
        county.fund.aid_ppm = 1_000_000;
    }
    world
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
    let settings = &policy.scenario.run;
    let luck = Luck::new(settings.seed, u64::from(replicate));
    let base = policy.class(BASE_YEAR, 0, Month::of(BASE_YEAR, 1), 0)?;
    let mut world = found(&base.rules, &luck);
    let blocks: usize = world.counties.iter().map(|county| county.blocks.len()).sum();
    let shelf = Shelf::default();
    let mut tapes: Vec<T> = (0..blocks).map(|_| tape()).collect();
    let mut result = RunResult {
        layers: base.stack.ids.clone(),
        gauges: base
            .gauges
            .iter()
            .map(|g| (g.id.clone(), g.convention, g.line.clone()))
            .collect(),
        ..RunResult::default()
    };
    let mut before: Vec<Vec<u64>> = Vec::new();
    for year in BASE_YEAR..=settings.last_year {
        world.year = year;
        let reach: Vec<Vec<u64>> = world
            .counties
            .iter()
            .flat_map(|county| {
                county
                    .blocks
                    .iter()
                    .map(|block| policy.reach(&county.name, block, year))
            })
            .collect();
        let mut present: BTreeSet<u64> = reach.iter().flatten().copied().collect();
        present.extend(county_masks(&world, &reach));
        let plan = policy.plan(year, &present)?;
        let counties = live_year(policy, &mut world, &shelf, &mut tapes, &plan, &reach, &before, luck);
        before = reach;
        if year >= settings.first_year {
            result.years.push(YearResult { year, counties });
            result
                .lines
                .push(plan.classes[0].gauges.iter().map(|gauge| gauge.fen).collect());
        }
        tick();
    }
    Ok((result, tapes))
}

/// Books that nobody is using. A block opens its books anew each January, so any books do, and a thread that takes the
/// last ones put back finds them still warm in its cache; there are never more than threads.
#[derive(Default)]
struct Shelf(Mutex<Vec<BlockYear>>);

impl Shelf {
    fn take(&self) -> BlockYear {
        self.lock().pop().unwrap_or_default()
    }

    fn put_back(&self, books: BlockYear) {
        self.lock().push(books);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<BlockYear>> {
        // Whatever a panic left behind is opened anew.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a block's year leaves to its county.
struct Closed {
    counted: CountyYear,
    load: [[[u32; 2]; PROVIDERS]; 12],
    moves: Moves,
}

#[allow(clippy::too_many_arguments)] // the year's whole surroundings, passed once
fn live_year<T: Tape + Send>(
    policy: &Policy,
    world: &mut World,
    shelf: &Shelf,
    tapes: &mut [T],
    plan: &YearPlan,
    reach: &[Vec<u64>],
    before: &[Vec<u64>],
    luck: Luck,
) -> Vec<CountyResult> {
    let year = plan.year;
    let masks = county_masks(world, reach);
    let deliveries = policy.deliveries(year, plan.classes[0].price_index);
    let income = &world.income;
    let first = year == BASE_YEAR;
    let reporting_starts = policy.scenario.run.first_year;
    let harvests = luck.stream(Purpose::Harvest, year);
    // Every block lives its year; nothing here depends on the order or the thread.
    let (mut tapes_left, mut reach_left, mut before_left) = (tapes, reach, before);
    let mut tasks = Vec::new();
    for (county, mask) in world.counties.iter_mut().zip(masks) {
        let blocks = county.blocks.len();
        let (own_tapes, rest) = tapes_left.split_at_mut(blocks);
        tapes_left = rest;
        let (own_reach, rest) = reach_left.split_at(blocks);
        reach_left = rest;
        let own_before = if before_left.is_empty() {
            &[][..]
        } else {
            let (own, rest) = before_left.split_at(blocks);
            before_left = rest;
            own
        };
        let rules = &plan.classes[plan.class(11, mask) as usize].rules;
        tasks.push((county, rules, own_tapes, own_reach, own_before));
    }
    tasks
        .into_par_iter()
        .map(|(county, rules, tapes, reach, before)| {
            let pull = rules
                .world
                .counties
                .get(&county.name)
                .map_or(1.0, |own| own.admission_out_of_county_ratio);
            let outside = |reach| Outside {
                plan,
                reach,
                luck,
                income,
                harvest: harvests.normal(county.id, 0),
                load: &county.load,
                residents: county.residents,
                outward: maths::ln(pull),
                fund_rate: Ppm(county.fund.rate_ppm),
                aid_rate: Ppm(county.fund.aid_ppm),
                first,
                reporting_starts,
                level: policy.level,
            };
            let closed: Vec<Closed> = (&mut county.blocks, tapes, reach)
                .into_par_iter()
                .enumerate()
                .map(|(at, (block, tape, reach))| {
                    let new: Vec<u64> = reach
                        .iter()
                        .enumerate()
                        .map(|(village, mask)| mask & !before.get(at).map_or(0, |before: &Vec<u64>| before[village]))
                        .collect();
                    let mut delivery = Vec::new();
                    programmes::costs(block, plan, &deliveries, reach, &new, &mut delivery);
                    let outside = outside(reach);
                    let mut books = shelf.take();
                    month::live(block, &outside, &mut books, tape);
                    books.deliver(&delivery);
                    review(block, &books, &outside);
                    let closed = Closed {
                        counted: std::mem::take(&mut books.counted),
                        load: books.load,
                        moves: demography::close(block, &rules.demography, &luck, year, &books.births),
                    };
                    shelf.put_back(books);
                    closed
                })
                .collect();
            close_county(county, &closed, rules, year)
        })
        .collect()
}

/// For each county, the programmes that reach any of its villages: its funds and its demography follow their rules.
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

/// The yearly review of chronic conditions of everybody still there.
fn review(block: &mut Block, books: &BlockYear, outside: &Outside) {
    let draws = outside.luck.stream(Purpose::Cascade, outside.plan.year);
    for p in 0..block.people.len() {
        if block.people.conditions[p].0 != 0 && !block.people.gone[p] {
            let cascade = &outside.plan.classes[usize::from(books.people[p].class)].cascade;
            block.people.conditions[p] = cascade.review(block.people.conditions[p], block.people.id[p], draws);
        }
    }
}

/// Adds up the county, closes its fund, hands next year its queues.
fn close_county(county: &mut County, blocks: &[Closed], rules: &Rules, year: i32) -> CountyResult {
    let mut result = CountyResult {
        county: county.name.clone(),
        ..CountyResult::default()
    };
    let mut load = [[[0u32; 2]; PROVIDERS]; 12];
    for Closed {
        counted,
        load: own_load,
        moves,
    } in blocks
    {
        result.counted.add(counted);
        result.moves.births += moves.births;
        result.moves.arrivals += moves.arrivals;
        result.moves.departures += moves.departures;
        result.moves.households_ended += moves.households_ended;
        result.moves.estates += moves.estates;
        for (month, own) in load.iter_mut().zip(own_load) {
            for (provider, own) in month.iter_mut().zip(own) {
                provider[0] += own[0];
                provider[1] += own[1];
            }
        }
    }
    county.load = load;
    let cells = &result.counted.cells;
    let total = |f: &dyn Fn(&crate::indicators::tally::Tally) -> i64| Fen(cells.iter().map(f).sum());
    let stack = rules.insurance.funders();
    let paid = |funder| {
        Fen(stack
            .iter()
            .enumerate()
            .filter(|(_, own)| **own == funder)
            .map(|(at, _)| cells.iter().map(|cell| cell.layers[at]).sum::<i64>())
            .sum())
    };
    let fund_year = FundYear {
        premiums: total(&|cell| cell.premiums),
        subsidies: total(&|cell| cell.public_premiums),
        claims: paid(Funder::Pool),
        ..FundYear::default()
    };
    let promised = paid(Funder::AidBudget) + total(&|cell| cell.aid_cut);
    let now = residents(county);
    result.fund = rules
        .funds
        .close(&mut county.fund, fund_year, promised, now as u64, year + 1 - 2021);
    result.residents = (county.residents as i64, now);
    county.residents = now as u64;
    result
}
