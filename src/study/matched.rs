//! How much of what happens in one world happens alike in another over the same luck: the diagnostic of every paired comparison.
//!
//! Worlds that share their luck share most of what befalls people; what they do not share (a life that went on, a child not
//! born, another choice) is where a difference comes from. Alike is an event of the same kind to the same person in the same
//! month; a decision of the same person in the same month with the same need, place and reason; a return to poverty of the same
//! household of the cohort in the same year. Each is kept as a hash of 64 bits, some six a person
//! and year; that two different ones fall on the same hash is out of the question at such numbers.

use crate::draws::mix;
use crate::month::care_seeking::{Forgone, Need};
use crate::month::illness::Event;
use crate::month::{BlockYear, Tape};
use crate::problem::Problems;
use crate::run::{self, Policy};
use crate::units::Month;
use crate::world::{Block, Provider};
use std::cmp::Ordering;

/// How many of something happen in two worlds, and how many alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// In the first world.
    pub first: u64,
    /// In the second.
    pub second: u64,
    /// In both.
    pub alike: u64,
}

impl Alike {
    /// Of what happens in the first world, the share that happens alike in the second; none where nothing happens.
    pub fn share(&self) -> Option<f64> {
        (self.first > 0).then(|| self.alike as f64 / self.first as f64)
    }

    /// Of two sorted lists.
    fn of(first: &[u64], second: &[u64]) -> Alike {
        let (mut one, mut two, mut alike) = (0, 0, 0);
        while one < first.len() && two < second.len() {
            let order = first[one].cmp(&second[two]);
            alike += u64::from(order == Ordering::Equal);
            one += usize::from(order != Ordering::Greater);
            two += usize::from(order != Ordering::Less);
        }
        Alike {
            first: first.len() as u64,
            second: second.len() as u64,
            alike,
        }
    }
}

/// What two worlds have in common, in the reported years of a replicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Illness events: episodes, onsets, injuries, childbirths, quarters of chronic care, deaths.
    pub events: Alike,
    /// Decisions where to go with a need, or not to.
    pub care: Alike,
    /// Returns to poverty of lifted households by the headline gauge; none where no gauge is of the register.
    pub returns: Alike,
}

impl Matched {
    /// What is compared, in words, with the numbers.
    pub fn items(&self) -> [(&'static str, Alike); 3] {
        [
            ("illness_events", self.events),
            ("care_decisions", self.care),
            ("returns", self.returns),
        ]
    }
}

/// What happened in a world, each as a hash; sorted.
#[derive(Debug, Default)]
pub struct Happened {
    events: Vec<u64>,
    care: Vec<u64>,
    returns: Vec<u64>,
}

impl Happened {
    /// Lives a replicate and notes what happens in its reported years.
    ///
    /// # Errors
    /// What the rules of a year get wrong.
    pub fn in_run(policy: &Policy, replicate: u32, tick: &(dyn Fn() + Sync)) -> Result<Happened, Problems> {
        let gauge = policy.blank_result()?.headline_gauge();
        let witness = || Witness {
            first_year: policy.scenario().run.first_year.max(policy.founding_year() + 1),
            gauge,
            ..Witness::default()
        };
        let (_, tapes) = run::run_with(policy, replicate, tick, witness)?;
        let mut all = Happened::default();
        for tape in tapes {
            all.events.extend(tape.happened.events);
            all.care.extend(tape.happened.care);
            all.returns.extend(tape.happened.returns);
        }
        for list in [&mut all.events, &mut all.care, &mut all.returns] {
            list.sort_unstable();
        }
        Ok(all)
    }

    /// What this world and another have in common.
    pub fn beside(&self, other: &Happened) -> Matched {
        Matched {
            events: Alike::of(&self.events, &other.events),
            care: Alike::of(&self.care, &other.care),
            returns: Alike::of(&self.returns, &other.returns),
        }
    }
}

/// What a replicate of two policies has in common. Both are lived once more for it, with tapes.
///
/// # Errors
/// What the rules of a year get wrong.
pub fn matched(one: &Policy, two: &Policy, replicate: u32) -> Result<Matched, Problems> {
    let first = Happened::in_run(one, replicate, &|| ())?;
    Ok(first.beside(&Happened::in_run(two, replicate, &|| ())?))
}

/// The tape that notes what happens.
#[derive(Debug, Default)]
struct Witness {
    first_year: i32,
    /// The gauge whose returns are noted.
    gauge: Option<usize>,
    /// Whether each household was poor by it on 1 January.
    was: Vec<bool>,
    happened: Happened,
}

impl Witness {
    fn is_poor(&self, poor: u16) -> bool {
        self.gauge.is_some_and(|gauge| poor >> gauge & 1 == 1)
    }
}

/// The hash of something of kind `what` that happened to `who` at time `when`.
fn hash(who: u64, when: i32, what: u64) -> u64 {
    mix(who ^ mix(what << 32 | u64::from(when as u32)))
}

/// A number for each kind of event.
fn kind(event: Event) -> u64 {
    match event {
        Event::Acute => 0,
        Event::Returned(admission) => 1 + u64::from(admission),
        Event::Admission => 3,
        Event::Injury => 4,
        Event::Childbirth => 5,
        Event::ChronicCare => 6,
        Event::Death => 7,
        Event::Infection(need) => 8 + need as u64,
        Event::Major(condition) => 16 + condition as u64,
    }
}

impl Tape for Witness {
    fn struck(&mut self, who: u64, when: Month, event: Event) {
        if when.year() >= self.first_year {
            self.happened.events.push(hash(who, when.0, kind(event)));
        }
    }

    fn sought(&mut self, who: u64, when: Month, need: Need, where_to: Provider, forgone: Option<Forgone>) {
        if when.year() >= self.first_year {
            let reason = forgone.map_or(0, |reason| 1 + reason as u64);
            let what = (need as u64) << 16 | (where_to as u64) << 8 | reason;
            self.happened.care.push(hash(who, when.0, what));
        }
    }

    fn closing(&mut self, _year: i32, block: &Block, _books: &BlockYear) {
        self.was = block.households.poor.iter().map(|&poor| self.is_poor(poor)).collect();
    }

    fn judged(&mut self, year: i32, block: &Block, _books: &BlockYear) {
        if year < self.first_year {
            return;
        }
        let home = &block.households;
        for h in (0..home.len()).filter(|&h| home.cohort[h]) {
            // Who has died stands as on 1 January.
            if !self.was[h] && self.is_poor(home.poor[h]) {
                self.happened.returns.push(hash(home.id[h], year, 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_twice_is_matched_once_for_each() {
        // In common: one 2, one of the two 5s, 9.
        let alike = Alike::of(&[1, 2, 5, 5, 9], &[2, 2, 3, 5, 9, 11]);
        let expected = Alike {
            first: 5,
            second: 6,
            alike: 3,
        };
        assert_eq!(alike, expected);
        assert_eq!(alike.share(), Some(0.6));
        assert_eq!(Alike::of(&[], &[1]).share(), None);
    }
}
