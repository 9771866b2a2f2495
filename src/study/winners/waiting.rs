//! Rolls that wait for those of the world that they are held against.

use super::super::Arm;
use super::{Cells, Roll};
use crate::problem::Problems;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Takes the rolls of worlds as they are lived, counts each against its base as soon as both are there, and lets them go.
pub(in super::super) struct Waiting {
    base: usize,
    /// Arms that are held against it.
    others: Vec<usize>,
    first_year: i32,
    counties: usize,
    replicates: u32,
    /// By replicate and year.
    rolls: Mutex<BTreeMap<(u32, i32), Rolls>>,
    /// By arm, replicate and year.
    counted: Mutex<Vec<Vec<Vec<Cells>>>>,
}

/// The roll of a world.
type World = std::sync::Arc<[Roll]>;

/// The rolls of a close.
#[derive(Default)]
struct Rolls {
    base: Option<World>,
    /// Those that wait for it, with the arms that share the world.
    others: Vec<(Vec<usize>, World)>,
    /// Arms that have been counted.
    done: usize,
}

impl Waiting {
    /// For the arms numbered `which`, the first of all being the base; none where there is nothing to compare: a base that is
    /// not lived now, no other arm but controls, or other counties, gauges or replicates.
    pub fn of(arms: &[Arm], which: &[usize]) -> Result<Option<Waiting>, Problems> {
        let Some(base) = arms.first().filter(|_| which.contains(&0)) else {
            return Ok(None);
        };
        let like = |arm: &Arm| -> Result<_, Problems> {
            let rules = &arm.policy.base()?.rules;
            let counties: Vec<String> = rules.world.counties.keys().cloned().collect();
            let run = &arm.policy.scenario().run;
            let gauges = arm.policy.blank_result()?.gauges;
            Ok((counties, gauges, run.first_year, run.last_year, run.replicates))
        };
        let own = like(base)?;
        let mut others = Vec::new();
        for &at in which.iter().filter(|&&at| at != 0 && !arms[at].control) {
            if like(&arms[at])? == own {
                others.push(at);
            }
        }
        let run = &base.policy.scenario().run;
        let years = (run.last_year - run.first_year + 1).max(0) as usize;
        let blank = vec![vec![Cells::default(); years]; run.replicates as usize];
        let room = |at: usize| {
            if others.contains(&at) {
                blank.clone()
            } else {
                Vec::new()
            }
        };
        let counted: Vec<_> = (0..arms.len()).map(room).collect();
        Ok((!others.is_empty()).then(|| Waiting {
            base: 0,
            first_year: run.first_year,
            counties: own.0.len(),
            replicates: run.replicates,
            rolls: Mutex::default(),
            counted: Mutex::new(counted),
            others,
        }))
    }

    /// Whether it wants the roll of a close of a world that these arms share.
    pub fn wants(&self, arms: &[usize], replicate: u32, year: i32) -> bool {
        let known = |arm: &usize| *arm == self.base || self.others.contains(arm);
        year >= self.first_year && replicate < self.replicates && arms.iter().any(known)
    }

    /// Takes the roll of a close of a world that these arms share.
    pub fn take(&self, arms: &[usize], replicate: u32, year: i32, roll: Vec<Roll>) {
        for (arms, base, other) in self.ready(arms, (replicate, year), roll.into()) {
            let cells = Cells::of(&base, &other, self.counties);
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            for arm in arms {
                counted[arm][replicate as usize][(year - self.first_year) as usize] = cells.clone();
            }
        }
    }

    /// What can be counted now that a roll has come: arms, the base's roll and theirs.
    fn ready(&self, arms: &[usize], when: (u32, i32), roll: World) -> Vec<(Vec<usize>, World, World)> {
        let mut all = self.rolls.lock().unwrap_or_else(PoisonError::into_inner);
        let rolls = all.entry(when).or_default();
        let others: Vec<usize> = arms.iter().copied().filter(|arm| self.others.contains(arm)).collect();
        if arms.contains(&self.base) {
            rolls.base = Some(roll.clone());
        }
        if !others.is_empty() {
            rolls.others.push((others, roll));
        }
        let Some(base) = rolls.base.clone() else {
            return Vec::new();
        };
        let ready = std::mem::take(&mut rolls.others);
        rolls.done += ready.iter().map(|(arms, _)| arms.len()).sum::<usize>();
        if rolls.done == self.others.len() {
            all.remove(&when);
        }
        ready
            .into_iter()
            .map(|(arms, roll)| (arms, base.clone(), roll))
            .collect()
    }

    /// What was counted, by arm, replicate and year; nothing of arms that were not compared.
    pub fn into_counted(self) -> Vec<Vec<Vec<Cells>>> {
        self.counted.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
