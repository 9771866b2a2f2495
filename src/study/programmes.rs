//! The programmes at hand: what each moves, on what evidence, for whom, at what cost a head.

use crate::draws::Luck;
use crate::problem::Problems;
use crate::run::{Policy, delivery_per_head};
use crate::scenario::{First, Programme, Scenario, TimelineRow};
use std::collections::BTreeMap;

/// Agents of the world in which delivery is costed.
const AGENTS: &str = "world.people_count=20000";

/// A programme with what there is to know of it without a run.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The programme.
    pub programme: Programme,
    /// Its levers.
    pub levers: Vec<TimelineRow>,
    /// Yuan of 2020 for each resident at full coverage: once, and a year.
    pub delivery_yuan: [f64; 2],
}

impl Listed {
    /// Of the programme `name` (an id, or a path ending in .toml), in the scenario that it is held against.
    ///
    /// # Errors
    /// What is wrong with its file.
    pub fn load(name: &str) -> Result<Listed, Problems> {
        let scenario = Scenario::load(name, &[AGENTS.to_owned()])?;
        let id = scenario.id.clone();
        let levers = scenario.timeline();
        let levers = levers.into_iter().filter(|row| row.programme.as_ref() == Some(&id));
        let levers = levers.collect();
        let at = scenario.programmes.iter().position(|own| own.id == id);
        let Some(at) = at else {
            return Err(crate::problem::Problem::new(format!("`{name}` is no programme"))
                .help("`kangcun programmes` lists them")
                .into());
        };
        let programme = scenario.programmes[at].clone();
        let seed = scenario.run.seed;
        let policy = Policy::new(scenario)?;
        let world = policy.found(&Luck::new(seed, 0))?;
        Ok(Listed {
            programme,
            levers,
            delivery_yuan: delivery_per_head(&policy, &world, at)?,
        })
    }

    /// How many levers it has in each room of rules, by name.
    pub fn rooms(&self) -> BTreeMap<&str, usize> {
        let mut rooms = BTreeMap::new();
        for lever in &self.levers {
            let room = lever.path.split('.').next().unwrap_or_default();
            *rooms.entry(room).or_insert(0) += 1;
        }
        rooms
    }

    /// How many levers have each grade of evidence, the best first.
    pub fn grades(&self) -> BTreeMap<char, usize> {
        let mut grades = BTreeMap::new();
        for grade in self.levers.iter().filter_map(|lever| lever.sure.grade) {
            *grades.entry(grade).or_insert(0) += 1;
        }
        grades
    }
}

/// When and where a programme runs, in words.
pub fn reach(programme: &Programme) -> String {
    let until = programme.until.map(|until| format!("until {until}"));
    let first = programme.first;
    let steps = programme.ramp_years;
    let parts = [
        until,
        Some(format!("{:.0}% of villages", 100.0 * programme.coverage_share)),
        (first != First::Random).then(|| format!("the {} first", first.name())),
        (steps > 1).then(|| format!("in {steps} yearly steps")),
        (!programme.counties.is_empty()).then(|| format!("in {}", programme.counties.join(", "))),
        programme
            .needs_connection
            .then(|| "where there is a connection".to_owned()),
        (!programme.requires.is_empty()).then(|| format!("where {} reach as well", programme.requires.join(", "))),
    ];
    let parts = std::iter::once(format!("from {}", programme.from)).chain(parts.into_iter().flatten());
    parts.collect::<Vec<_>>().join(", ")
}

/// Whom a programme is for, in words.
pub fn whom(programme: &Programme) -> String {
    let who = &programme.who;
    let mut parts = Vec::new();
    if !who.categories.is_empty() {
        let names: Vec<&str> = who.categories.iter().map(|category| category.name()).collect();
        parts.push(format!("households that are {}", names.join(", ")));
    }
    if let Some((low, high)) = who.age {
        parts.push(format!("ages {low} to {high}"));
    }
    if !who.conditions.is_empty() {
        let names: Vec<&str> = who.conditions.iter().map(|condition| condition.name()).collect();
        parts.push(format!("who know of their {}", names.join(" or ")));
    }
    if parts.is_empty() {
        "everybody there".into()
    } else {
        parts.join("; ")
    }
}
