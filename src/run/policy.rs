//! Rules over time and place: which programmes reach which village in which year, and the compiled rules that hold there.

use super::fingerprint::{Fingerprint, fingerprint};
use super::found_from;
use crate::draws::Luck;
use crate::founding::Start;
use crate::indicators::result::RunResult;
use crate::lanes::Level;
use crate::month::insurance::{Funder, Layer};
use crate::month::livelihood::purses::Carried;
use crate::population::Population;
use crate::problem::{Problem, Problems};
use crate::rules::{BASE_YEAR, Class, FUND_YEAR, Growth, Levels, Rules, YearPlan};
use crate::scenario::{PaidBy, Programme, Scenario};
use crate::units::Month;
use crate::world::{ALL_CATEGORIES, Block, CONDITIONS, Category, Condition, Delivered, Village, World};
use crate::year::poverty::Gauged;
use crate::year::programmes::{BudgetRules, Delivery, Member, Target, Targets};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

/// A scenario with its compiled rules, shared by its replicates.
pub struct Policy {
    scenario: Scenario,
    /// Every layer that any month or programme brings, without its arms: every class holds all of them, so that tallies
    /// and claims mean the same layer everywhere; a layer without arms covers nobody.
    layers: BTreeMap<String, Layer>,
    /// Their names in the order of the stack, which is that of tallies.
    order: Vec<String>,
    /// Where prices and incomes stand, by year.
    levels: BTreeMap<i32, Levels>,
    classes: Mutex<BTreeMap<(i32, usize, u64), Compiled>>,
    /// The rules by the changes in force: most years read the same ones.
    resolved: Mutex<BTreeMap<Vec<usize>, Resolved>>,
    /// The purse that households carry from year to year: the factual one, but in the cumulative twin of a run. No file sets it.
    pub carried: Carried,
    /// The vector instructions that its runs use; results do not depend on them.
    pub level: Level,
}

/// A class and its fingerprint: in one year, classes of the same fingerprint do the same to people, whichever policy they
/// come from and whatever other layers without arms it holds.
type Compiled = (Arc<Class>, Fingerprint);

/// Rules as files say them, and their fingerprint.
type Resolved = (Arc<Rules>, Fingerprint);

impl Policy {
    /// Compiles the rules of every reported year once without and once with all programmes, so that what is wrong is found
    /// before anything runs.
    ///
    /// # Errors
    /// What the scenario's files get wrong that only the model can tell.
    pub fn new(scenario: Scenario) -> Result<Policy, Problems> {
        let run = &scenario.run;
        if scenario.population.is_some() && run.founding_year() != BASE_YEAR {
            return Err(Problems::from(Problem::new(format!(
                "run.first_year is {} after {} year of burn-in; a population of one's own stands in {BASE_YEAR}, so its \
                 first year is {}",
                run.first_year,
                run.burn_in_years,
                BASE_YEAR + run.burn_in_years
            ))));
        }
        if scenario.programmes.len() > 60 {
            return Err(Problems::from(Problem::new("a scenario holds at most 60 programmes")));
        }
        refuse_unmovable(&scenario)?;
        let mut policy = Policy {
            scenario,
            layers: BTreeMap::new(),
            order: Vec::new(),
            levels: BTreeMap::new(),
            classes: Mutex::default(),
            resolved: Mutex::default(),
            carried: Carried::InFact,
            level: Level::detect(),
        };
        policy.levels = policy.all_levels()?;
        policy.layers = policy.all_layers()?;
        policy.order.clone_from(&policy.base()?.stack.ids);
        let all = (1u64 << policy.scenario.programmes.len()) - 1;
        for year in policy.lived() {
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
        months.push(Month::of(self.founding_year(), 1));
        for month in months {
            let (rules, _) = self.resolve(&every, month)?;
            for (id, layer) in &rules.insurance.layers {
                let bare = || Layer {
                    arms: BTreeMap::new(),
                    ..layer.clone()
                };
                layers.entry(id.clone()).or_insert_with(bare);
            }
        }
        Ok(layers)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The population that worlds are founded from, where the scenario names one.
    pub fn population(&self) -> Option<&Population> {
        self.scenario.population.as_deref()
    }

    /// Who bears each layer of the first year's stack, in order.
    ///
    /// # Errors
    /// What is wrong with the scenario's rules.
    pub fn funders(&self) -> Result<Vec<Funder>, Problems> {
        Ok(self.base()?.rules.insurance.funders())
    }

    /// The class of the first January, before any programme: under its rules the world is founded.
    pub(crate) fn base(&self) -> Result<Arc<Class>, Problems> {
        self.january(self.founding_year())
    }

    /// When worlds are founded, and where incomes stand then.
    pub(crate) fn start(&self) -> Result<Start, Problems> {
        Ok(Start {
            year: self.founding_year(),
            incomes: self.base()?.income_index,
        })
    }

    /// Founds the world of a replicate.
    ///
    /// # Errors
    /// What is wrong with the rules of the first year.
    pub fn found(&self, luck: &Luck) -> Result<World, Problems> {
        Ok(found_from(&self.base()?.rules, self.start()?, self.population(), luck))
    }

    /// The year on whose 1 January worlds are founded.
    pub fn founding_year(&self) -> i32 {
        self.scenario.run.founding_year()
    }

    /// The years that a run lives.
    pub(crate) fn lived(&self) -> RangeInclusive<i32> {
        self.founding_year()..=self.scenario.run.last_year
    }

    /// Where prices and incomes stand in each year of which rules can be asked: those that a run lives, and those until every
    /// programme has come to its coverage. Growth is that of each January where no programme reaches, between the year and that
    /// of the cards.
    fn all_levels(&self) -> Result<BTreeMap<i32, Levels>, Problems> {
        let lived = self.lived();
        let covered = self
            .scenario
            .programmes
            .iter()
            .map(|own| own.from.year() + own.ramp_years);
        let last = covered.fold(*lived.end(), i32::max);
        let nobody = vec![false; self.scenario.programmes.len()];
        let (mut growth, mut known) = (BTreeMap::new(), BTreeMap::new());
        for year in *lived.start().min(&BASE_YEAR)..=last.max(FUND_YEAR) {
            let month = Month::of(year, 1);
            let changes = self.scenario.in_force_at(&nobody, month);
            if !known.contains_key(&changes) {
                let of: Grows = self.scenario.resolve(&nobody, month)?;
                known.insert(changes.clone(), of.livelihood);
            }
            growth.insert(year, known[&changes]);
        }
        let years = *lived.start()..=last;
        Ok(years
            .map(|year| (year, Levels::of(year, |year| growth[&year])))
            .collect())
    }

    /// A result without years, with the names of this policy's layers and gauges.
    pub(crate) fn blank_result(&self) -> Result<RunResult, Problems> {
        let base = self.base()?;
        let gauge = |gauge: &Gauged| (gauge.id.clone(), gauge.convention, gauge.line.clone());
        Ok(RunResult {
            layers: self.order.clone(),
            gauges: base.gauges.iter().map(gauge).collect(),
            ..RunResult::default()
        })
    }

    /// The rules that files say where `active` programmes reach.
    fn resolve(&self, active: &[bool], when: Month) -> Result<Resolved, Problems> {
        let poisoned = || Problems::from(Problem::new("the rule cache is unusable after an earlier failure"));
        let key = self.scenario.in_force_at(active, when);
        if let Some(known) = self.resolved.lock().map_err(|_| poisoned())?.get(&key) {
            return Ok(known.clone());
        }
        let rules: Rules = self.scenario.resolve(active, when)?;
        let fingerprint = fingerprint(&rules);
        let mut resolved = self.resolved.lock().map_err(|_| poisoned())?;
        Ok(resolved.entry(key).or_insert((Arc::new(rules), fingerprint)).clone())
    }

    /// The class of places reached by `mask`, in the month's segment of the year.
    fn class(&self, year: i32, month: usize, when: Month, mask: u64) -> Result<Compiled, Problems> {
        let in_force = self.in_force(when) & mask;
        let segment = self.segment(year, month);
        let poisoned = || Problems::from(Problem::new("the rule cache is unusable after an earlier failure"));
        let key = (year, segment, in_force);
        if let Some(class) = self.classes.lock().map_err(|_| poisoned())?.get(&key) {
            return Ok(class.clone());
        }
        let active: Vec<bool> = (0..self.scenario.programmes.len())
            .map(|at| in_force & (1 << at) != 0)
            .collect();
        let (rules, given) = self.resolve(&active, when)?;
        let mut rules = Rules::clone(&rules);
        for (id, layer) in &self.layers {
            let layers = &mut rules.insurance.layers;
            layers.entry(id.clone()).or_insert_with(|| layer.clone());
        }
        let levels = self.levels.get(&year);
        let levels =
            levels.ok_or_else(|| Problem::new(format!("no rules are known for {year}: the run does not reach it")))?;
        let class = rules
            .compile(year, levels)
            .map_err(|what| Problems::from(Problem::new(what)))?;
        if !self.order.is_empty() && class.stack.ids != self.order {
            return Err(Problems::from(Problem::new(format!(
                "insurance.layers: in {when} the stack is {}, at first it was {}; a layer cannot change its `order` over \
                 time or from place to place",
                class.stack.ids.join(", "),
                self.order.join(", ")
            ))));
        }
        // Layers without arms pay nothing, but one of them may stand first among the candidates for the basic insurance.
        let basic = class.stack.basic();
        let basic = basic.and_then(|at| class.stack.ids.get(at));
        let fingerprint = fingerprint(&(given, levels, basic));
        let mut classes = self.classes.lock().map_err(|_| poisoned())?;
        Ok(classes.entry(key).or_insert((Arc::new(class), fingerprint)).clone())
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

    /// The share of villages that programme `at` is planned to reach in `year`: the coverage grows in equal steps each January.
    pub fn coverage(&self, at: usize, year: i32) -> f64 {
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

    /// Programmes that reach each village of a block of `county` in `year`, where each is delivered to the share of its
    /// coverage that `delivered` names (all of it where it is not named).
    ///
    /// # Errors
    /// What is wrong with the rules of the year.
    pub(super) fn reach(
        &self,
        county: &str,
        block: &Block,
        year: i32,
        delivered: &Delivered,
    ) -> Result<Vec<u64>, Problems> {
        let programmes = &self.scenario.programmes;
        let covered: Vec<f64> = (0..programmes.len())
            .map(|at| {
                let named = &programmes[at].counties;
                let here = named.is_empty() || named.iter().any(|own| own == county);
                let share = delivered.get(&programmes[at].id).copied().unwrap_or(1.0);
                if here { self.coverage(at, year) * share } else { 0.0 }
            })
            .collect();
        let reach = |village: &Village| -> Result<u64, Problems> {
            let covers =
                |(at, programme): (usize, &Programme)| u64::from(programme.first.rank(village) < covered[at]) << at;
            let covered = programmes
                .iter()
                .enumerate()
                .map(covers)
                .fold(0, |mask, bit| mask | bit);
            self.with_what_it_takes(covered, village, year)
        };
        block.villages.iter().map(reach).collect()
    }

    /// Of the programmes `covered`, those that find in the village what they need: a connection, other programmes.
    fn with_what_it_takes(&self, covered: u64, village: &Village, year: i32) -> Result<u64, Problems> {
        let mut reached = covered;
        let picked = |mask: u64, which: fn(&Programme) -> bool| {
            let programmes = self.scenario.programmes.iter().enumerate();
            let bit = |(at, own): (usize, &Programme)| u64::from(which(own)) << at;
            programmes.map(bit).fold(0, |bits, bit| bits | bit) & mask
        };
        let online = picked(reached, |programme| programme.needs_connection);
        if online != 0 {
            // What connects a village cannot itself need the connection.
            let (class, _) = self.class(year, 0, Month::of(year, 1), reached & !online)?;
            if !class.travel.connects(village.remoteness_rank) {
                reached &= !online;
            }
        }
        // Until nothing falls away any more: who requires may be required.
        loop {
            let mut left = reached;
            for (at, programme) in self.scenario.programmes.iter().enumerate() {
                let runs = |id: &String| {
                    let known = self.scenario.programmes.iter().position(|own| own.id == *id);
                    known.is_some_and(|known| reached >> known & 1 == 1)
                };
                if !programme.requires.iter().all(runs) {
                    left &= !(1 << at);
                }
            }
            if left == reached {
                return Ok(reached);
            }
            reached = left;
        }
    }

    /// The share of its coverage in `year` from which on programme `at` reaches village `v` of the block.
    pub(super) fn reached_from(&self, at: usize, year: i32, block: &Block, v: usize) -> f64 {
        self.scenario.programmes[at].first.rank(&block.villages[v]) / self.coverage(at, year)
    }

    /// Programmes whose delivery counties pay for, in their order.
    pub(super) fn paid_by_counties(&self) -> impl Iterator<Item = (usize, &Programme)> {
        let programmes = self.scenario.programmes.iter().enumerate();
        programmes.filter(|(_, programme)| programme.paid_by == PaidBy::County)
    }

    /// The class of January of `year`, where no programme reaches.
    ///
    /// # Errors
    /// What is wrong with the rules of the year.
    pub(crate) fn january(&self, year: i32) -> Result<Arc<Class>, Problems> {
        Ok(self.class(year, 0, Month::of(year, 1), 0)?.0)
    }

    /// What counties can spend in `year` where the programmes of `mask` reach them.
    ///
    /// # Errors
    /// What is wrong with the rules of the year.
    pub(super) fn budget(&self, year: i32, mask: u64) -> Result<BudgetRules, Problems> {
        Ok(self
            .class(year, 0, Month::of(year, 1), mask)?
            .0
            .rules
            .health_budget
            .clone())
    }

    /// Whom each programme is for.
    pub(super) fn targets(&self) -> Targets {
        let target = |programme: &Programme| {
            let who = &programme.who;
            let category = |bits, category: &Category| bits | 1 << *category as u8;
            let condition = |bits, condition: &Condition| bits | 1 << *condition as u16;
            Target {
                categories: if who.categories.is_empty() {
                    0xff
                } else {
                    who.categories.iter().fold(0, category)
                },
                age: who
                    .age
                    .map_or((0, 200), |(low, high)| (i32::from(low), i32::from(high))),
                conditions: who.conditions.iter().fold(0, condition),
            }
        };
        Targets(self.scenario.programmes.iter().map(target).collect())
    }

    /// The rules of `year` for every set of programmes that reaches somebody in this world, and for those that its accounts
    /// follow whoever they are for; and the fingerprint of each of its classes.
    pub(super) fn plan(
        &self,
        year: i32,
        reaches: &BTreeSet<u64>,
        accounts: &BTreeSet<u64>,
    ) -> Result<(YearPlan, Vec<Fingerprint>), Problems> {
        let mut plan = YearPlan {
            year,
            classes: Vec::new(),
            by_mask: Default::default(),
            who: self.targets(),
        };
        let members = told_apart(&plan.who);
        let mut fingerprints = Vec::new();
        let mut masks = BTreeSet::from([0]);
        masks.extend(accounts);
        for &reach in reaches {
            // A clinic follows all programmes that reach its village, whoever they are for.
            masks.insert(reach);
            for category in ALL_CATEGORIES {
                masks.insert(plan.who.reach(reach, category, None));
                masks.extend(
                    members
                        .iter()
                        .map(|&member| plan.who.reach(reach, category, Some(member))),
                );
            }
        }
        for month in 0..12 {
            let when = Month::of(year, month as i32 + 1);
            for &mask in &masks {
                let (class, fingerprint) = self.class(year, month, when, mask)?;
                let at = plan
                    .classes
                    .iter()
                    .position(|known| Arc::ptr_eq(known, &class))
                    .unwrap_or_else(|| {
                        plan.classes.push(class);
                        fingerprints.push(fingerprint);
                        plan.classes.len() - 1
                    });
                plan.by_mask[month].push((mask, at as u16));
            }
        }
        Ok((plan, fingerprints))
    }

    pub(super) fn deliveries(&self, year: i32, price_index: f64) -> Vec<Delivery> {
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
                    doctor_year: fen(programme.cost.per_doctor_year),
                    person_year: fen(programme.cost.per_person_year),
                    patient_year: fen(programme.cost.per_managed_patient_year),
                    household_year: fen(programme.cost.per_household_year),
                    part: months as f64 / 12.0,
                }
            })
            .collect()
    }
}

/// One of each kind of member that the programmes tell apart.
fn told_apart(targets: &Targets) -> Vec<Member> {
    let ages = targets.0.iter().flat_map(|target| [target.age.0, target.age.1 + 1]);
    let ages: BTreeSet<i32> = ages.chain([0]).collect();
    // The sets of programmes that known conditions can open, each with conditions that open it.
    let mut opened = BTreeMap::from([(0u64, 0u16)]);
    for condition in (0..CONDITIONS.len()).map(|at| 1u16 << at) {
        let opens = |(at, target): (usize, &Target)| u64::from(target.conditions & condition != 0) << at;
        let opens = targets.0.iter().enumerate().map(opens).fold(0, |bits, bit| bits | bit);
        let more: Vec<(u64, u16)> = opened
            .iter()
            .map(|(set, known)| (set | opens, known | condition))
            .collect();
        for (set, known) in more {
            opened.entry(set).or_insert(known);
        }
    }
    let known: Vec<u16> = opened.into_values().collect();
    let members = |&age: &i32| {
        known
            .iter()
            .map(move |&known| Member { age, known })
            .collect::<Vec<_>>()
    };
    ages.iter().flat_map(members).collect()
}

/// What of the rules says how prices and incomes grow.
#[derive(Deserialize)]
struct Grows {
    livelihood: Growth,
}

/// Rules that are read once for the whole world: a programme, which reaches some places, cannot move them.
const UNMOVABLE: [&str; 6] = [
    "world.",
    "founding.",
    "livelihood.income_growth",
    "livelihood.price_growth",
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
