//! The programmes at hand: what each moves, on what evidence, for whom, at what cost a head.

use crate::draws::Luck;
use crate::problem::Problems;
use crate::run::{Policy, delivery_per_head, found_from};
use crate::scenario::{Programme, Scenario, TimelineRow};
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
        let world = found_from(&policy.base()?.rules, policy.population(), &Luck::new(seed, 0));
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
