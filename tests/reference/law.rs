//! Which rules hold for whom, where, in which month: read from the scenario's programmes, resolved month by month.

use super::supply;
use kangcun::month::insurance::{Funder, Layer};
use kangcun::rules::{BASE_YEAR, Rules};
use kangcun::scenario::{First, Programme, Scenario};
use kangcun::units::Month;
use kangcun::world::{Category, Condition, Conditions, Stage, Village};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The rules that hold for somebody in a month, as given.
pub struct Law {
    pub rules: Rules,
    pub year: i32,
    levels: Levels,
}

/// Consumer prices and incomes against 2020.
#[derive(Clone, Copy)]
struct Levels {
    prices: f64,
    incomes: f64,
    /// Consumer prices of 2021.
    prices_2021: f64,
}

impl Law {
    /// Years since the base year: growth counts from there.
    pub fn years(&self) -> i32 {
        self.year - BASE_YEAR
    }

    /// Consumer prices relative to the base year.
    pub fn price_index(&self) -> f64 {
        self.levels.prices
    }

    /// Incomes relative to the base year.
    pub fn income_index(&self) -> f64 {
        self.levels.incomes
    }

    /// Consumer prices relative to 2021.
    pub fn prices_since_2021(&self) -> f64 {
        self.levels.prices / self.levels.prices_2021
    }

    /// The insurance layers in the order in which a bill passes through them.
    pub fn layers(&self) -> Vec<(&String, &Layer)> {
        let mut layers: Vec<_> = self.rules.insurance.layers.iter().collect();
        layers.sort_by_key(|(name, layer)| (layer.order, name.as_str()));
        layers
    }
}

/// One yes or no for each programme of the scenario.
pub type Reached = Vec<bool>;

/// The scenario's rules over time and place.
pub struct LawBook<'a> {
    pub scenario: &'a Scenario,
    /// By the first month of the stretch in which nothing changes, the programmes in force, and the year.
    known: RefCell<BTreeMap<(Month, Reached, i32), Rc<Law>>>,
    /// Growth of prices and incomes in a year, where no programme reaches.
    growths: RefCell<BTreeMap<i32, [f64; 2]>>,
    funders: RefCell<BTreeMap<String, Funder>>,
}

impl<'a> LawBook<'a> {
    pub fn new(scenario: &'a Scenario) -> LawBook<'a> {
        LawBook {
            scenario,
            known: RefCell::default(),
            growths: RefCell::default(),
            funders: RefCell::default(),
        }
    }

    pub fn nobody(&self) -> Reached {
        vec![false; self.scenario.programmes.len()]
    }

    /// The rules for somebody whom the programmes of `reached` are for, in month `when`.
    pub fn law(&self, reached: &Reached, when: Month) -> Rc<Law> {
        let programmes = self.scenario.programmes.iter().zip(reached);
        let in_force: Reached = programmes.map(|(own, &here)| here && own.in_force(when)).collect();
        let changes = self.scenario.change_months();
        let since = changes.into_iter().filter(|&change| change <= when).max();
        let key = (since.unwrap_or_default(), in_force, when.year());
        if let Some(law) = self.known.borrow().get(&key) {
            return Rc::clone(law);
        }
        let rules: Rules = self.scenario.resolve(&key.1, when).expect("the rules were checked");
        for (name, layer) in &rules.insurance.layers {
            self.funders.borrow_mut().insert(name.clone(), layer.funded_by);
        }
        let year = when.year();
        let levels = Levels {
            prices: self.level(0, year),
            incomes: self.level(1, year),
            prices_2021: self.level(0, 2021),
        };
        let law = Rc::new(Law { rules, year, levels });
        self.known.borrow_mut().insert(key, Rc::clone(&law));
        law
    }

    /// Where prices (0) or incomes (1) of `year` stand against 2020: up or down year by year, each with its own growth.
    fn level(&self, of: usize, year: i32) -> f64 {
        let factor = |year: i32| 1.0 + self.growth(year)[of];
        let up: f64 = (BASE_YEAR + 1..=year).map(factor).product();
        let down: f64 = (year + 1..=BASE_YEAR).map(factor).product();
        up / down
    }

    fn growth(&self, year: i32) -> [f64; 2] {
        *self.growths.borrow_mut().entry(year).or_insert_with(|| {
            let rules: Rules = self
                .scenario
                .resolve(&self.nobody(), Month::of(year, 1))
                .expect("the rules were checked");
            [rules.livelihood.price_growth, rules.livelihood.income_growth]
        })
    }

    /// Who bears a layer.
    pub fn funder(&self, layer: &str) -> Option<Funder> {
        self.funders.borrow().get(layer).copied()
    }

    /// The programmes that have come to a village by `year`.
    pub fn come_to(&self, county: &str, village: &Village, year: i32) -> Reached {
        let come = |programme: &Programme| {
            let here = programme.counties.is_empty() || programme.counties.iter().any(|own| own == county);
            let rank = match programme.first {
                First::Random => village.coverage_rank,
                First::Remotest => village.remoteness_rank,
                First::Poorest => village.poverty_rank,
            };
            here && rank < coverage(programme, year)
        };
        let programmes = &self.scenario.programmes;
        let mut here: Reached = programmes.iter().map(come).collect();
        // Whether the village is connected is for the programmes that need no connection to say.
        let offline = |(come, programme): (&bool, &Programme)| *come && !programme.needs_connection;
        let law = self.law(&here.iter().zip(programmes).map(offline).collect(), Month::of(year, 1));
        let connected = supply::connected(&law, village);
        for (come, programme) in here.iter_mut().zip(programmes) {
            *come &= connected || !programme.needs_connection;
        }
        // Once for each programme, as the last of a row of programmes may be the one that is missing.
        for _ in programmes {
            let running = |here: &Reached, id: &String| {
                let known = programmes.iter().zip(here);
                known.into_iter().any(|(own, &come)| come && own.id == *id)
            };
            here = (0..programmes.len())
                .map(|at| here[at] && programmes[at].requires.iter().all(|id| running(&here, id)))
                .collect();
        }
        here
    }

    /// Of the programmes that have come to the village, those for a household of this category, or for one of its members
    /// of this age and these conditions.
    pub fn meant_for(&self, come: &Reached, category: Category, member: Option<(i32, Conditions)>) -> Reached {
        let meant = |programme: &Programme| {
            let who = &programme.who;
            let category = who.categories.is_empty() || who.categories.contains(&category);
            let fits = |(low, high): (u8, u8), age: i32| i32::from(low) <= age && age <= i32::from(high);
            let knows = |conditions: Conditions| {
                let known = |&condition: &Condition| conditions.stage(condition) >= Stage::Diagnosed;
                who.conditions.is_empty() || who.conditions.iter().any(known)
            };
            category
                && member
                    .is_none_or(|(age, conditions)| who.age.is_none_or(|group| fits(group, age)) && knows(conditions))
        };
        let programmes = self.scenario.programmes.iter().zip(come);
        programmes.map(|(programme, &come)| come && meant(programme)).collect()
    }
}

/// The share of villages that a programme has come to: it grows in equal steps each January.
fn coverage(programme: &Programme, year: i32) -> f64 {
    let running = year - programme.from.year() + 1;
    let over = programme.until.is_some_and(|until| until <= Month::of(year, 1));
    if running <= 0 || over {
        return 0.0;
    }
    let step = f64::from(running) / f64::from(programme.ramp_years.max(1));
    programme.coverage_share * step.min(1.0)
}
