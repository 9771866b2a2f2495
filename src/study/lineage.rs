//! Lineages: the households of the closed cohort as founded, each with all that split off from it since.
//!
//! Between two worlds households are not the same: one splits here and not there, one dies out here and not there. A lineage
//! is in both, as both begin with the same people. Who splits off stays in the lineage of the household that was left; who
//! marries in, is born or joins kin belongs to that of the household that takes in. A lineage is at risk, or returns, in a year
//! in which any of its households is at risk, or returns; it has ended when none of its households is left, be it that all
//! died, left or joined kin.

use crate::month::books::{Desk, HouseholdYear, Ledger};
use crate::month::{BlockYear, Tape};
use crate::world::Block;
use std::collections::BTreeMap;

/// A lineage through the years of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineage {
    /// How many real households the one it began with stands for.
    pub weight: u16,
    /// The gauges by which any of its households was not poor when reporting began.
    pub at_start: u16,
    /// By reported year: the gauges by which any of its households was at risk, and by which any returned.
    pub years: BTreeMap<i32, Year>,
    /// The year in which its last household ended.
    pub ended: Option<i32>,
}

/// Sets of gauges of a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Year {
    /// Not poor on 1 January.
    pub at_risk: u16,
    /// Of these, poor at the close.
    pub returned: u16,
}

impl Lineage {
    /// Whether any of its households, not poor by `gauge` when reporting began, has returned since.
    pub fn fell(&self, gauge: usize) -> bool {
        let ever = self.years.values().fold(0, |ever, year| ever | year.returned);
        self.at_start & ever & 1 << gauge != 0
    }
}

/// The lineages of a run, by the identity of the household each began with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineages(pub BTreeMap<u64, Lineage>);

/// What became of the lineages of two worlds by a gauge; every number counts real households as founded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// Lineages.
    pub all: i64,
    /// Those that ended in one world and not in the other: the first, the second.
    pub ended: [i64; 2],
    /// Those that fell in both worlds.
    pub both: i64,
    /// Those that fell in one and not in the other: the first, the second.
    pub fell: [i64; 2],
}

impl Lineages {
    /// From the tapes of a run.
    pub fn of(tapes: impl IntoIterator<Item = Follower>) -> Lineages {
        Lineages(tapes.into_iter().flat_map(|tape| tape.lineages).collect())
    }

    /// Lineages that returned by `gauge` over those at risk, all reported years together.
    pub fn hazard(&self, gauge: usize) -> (i64, i64) {
        let bit = |gauges: u16| i64::from(gauges >> gauge & 1);
        let years = self
            .0
            .values()
            .flat_map(|own| own.years.values().map(|year| (i64::from(own.weight), year)));
        years.fold((0, 0), |(returned, at_risk), (weight, year)| {
            (
                returned + weight * bit(year.returned),
                at_risk + weight * bit(year.at_risk),
            )
        })
    }

    /// Beside those of another world that began with the same people.
    pub fn beside(&self, other: &Lineages, gauge: usize) -> Fates {
        let mut fates = Fates::default();
        for (id, one) in &self.0 {
            let Some(two) = other.0.get(id) else { continue };
            let weight = i64::from(one.weight);
            fates.all += weight;
            match (one.ended.is_some(), two.ended.is_some()) {
                (true, false) => fates.ended[0] += weight,
                (false, true) => fates.ended[1] += weight,
                _ => {}
            }
            match (one.fell(gauge), two.fell(gauge)) {
                (true, true) => fates.both += weight,
                (true, false) => fates.fell[0] += weight,
                (false, true) => fates.fell[1] += weight,
                (false, false) => {}
            }
        }
        fates
    }
}

/// The tape of a block that follows its lineages.
#[derive(Debug)]
pub struct Follower {
    founding_year: i32,
    first_year: i32,
    lineages: BTreeMap<u64, Lineage>,
    /// The lineage of each household.
    of: BTreeMap<u64, u64>,
    founded: bool,
    /// Of the year that closes: the gauges by which each household was poor on 1 January; the identities of all households,
    /// sorted; and the lineage of each member, sorted by identity.
    was: Vec<u16>,
    households: Vec<u64>,
    members: Vec<(u64, u64)>,
}

impl Follower {
    /// Of a run that is founded on 1 January of one year and reports from another on.
    pub fn new(founding_year: i32, first_year: i32) -> Follower {
        Follower {
            founding_year,
            first_year,
            lineages: BTreeMap::new(),
            of: BTreeMap::new(),
            founded: false,
            was: Vec::new(),
            households: Vec::new(),
            members: Vec::new(),
        }
    }

    /// The lineage of a household that stands in the block after the close.
    fn lineage(&self, block: &Block, h: usize) -> Option<u64> {
        let id = block.households.id[h];
        if self.households.binary_search(&id).is_ok() {
            return self.of.get(&id).copied();
        }
        // It has split off: who founded it lived in the household that was left.
        block.members(h).find_map(|p| {
            let at = self
                .members
                .binary_search_by_key(&block.people.id[p], |member| member.0);
            at.ok().map(|at| self.members[at].1)
        })
    }
}

impl Tape for Follower {
    fn opened(&mut self, block: &Block, _households: &[HouseholdYear], _ledgers: &[Ledger], _desks: &[Desk]) {
        if std::mem::replace(&mut self.founded, true) {
            return;
        }
        let home = &block.households;
        for h in (0..home.len()).filter(|&h| home.cohort[h]) {
            let weight = home.weight[h];
            let lineage = Lineage {
                weight,
                ..Lineage::default()
            };
            self.lineages.insert(home.id[h], lineage);
            self.of.insert(home.id[h], home.id[h]);
        }
    }

    fn closing(&mut self, _year: i32, block: &Block, _books: &BlockYear) {
        let home = &block.households;
        self.was.clone_from(&home.poor);
        self.households.clone_from(&home.id);
        self.households.sort_unstable();
        self.members.clear();
        for h in 0..home.len() {
            if let Some(&lineage) = self.of.get(&home.id[h]) {
                self.members
                    .extend(block.members(h).map(|p| (block.people.id[p], lineage)));
            }
        }
        self.members.sort_unstable();
    }

    fn judged(&mut self, year: i32, block: &Block, _books: &BlockYear) {
        let home = &block.households;
        for h in 0..home.len() {
            let alive = || block.members(h).any(|p| !block.people.gone[p]);
            let lineage = self.of.get(&home.id[h]).and_then(|id| self.lineages.get_mut(id));
            let Some(lineage) = lineage.filter(|_| alive()) else {
                continue;
            };
            if year + 1 == self.first_year {
                lineage.at_start |= !home.poor[h];
            }
            if year >= self.first_year && year > self.founding_year {
                let at_risk = !self.was[h];
                let own = lineage.years.entry(year).or_default();
                own.at_risk |= at_risk;
                own.returned |= at_risk & home.poor[h];
            }
        }
    }

    fn closed(&mut self, year: i32, block: &Block) {
        let pairs = (0..block.households.len()).filter_map(|h| Some((block.households.id[h], self.lineage(block, h)?)));
        self.of = pairs.collect();
        let mut left: Vec<u64> = self.of.values().copied().collect();
        left.sort_unstable();
        for (id, lineage) in &mut self.lineages {
            if lineage.ended.is_none() && left.binary_search(id).is_err() {
                lineage.ended = Some(year);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Household, Person};

    /// A household: its identity, whether it is of the cohort, the gauges by which it is poor, its members.
    type Home<'a> = (u64, bool, u16, &'a [u64]);

    fn block(homes: &[Home]) -> Block {
        let mut block = Block::default();
        for &(id, cohort, poor, members) in homes {
            block.households.push(Household {
                id,
                cohort,
                poor,
                weight: 3,
                first: block.people.len() as u32,
                size: members.len() as u16,
                ..Household::default()
            });
            for &id in members {
                block.people.push(Person {
                    id,
                    ..Person::default()
                });
            }
        }
        block
    }

    /// A block on 1 January, at the close, and after it.
    fn year(tape: &mut Follower, year: i32, stages: [&[Home]; 3]) {
        let [january, close, after] = stages.map(block);
        tape.opened(&january, &[], &[], &[]);
        tape.closing(year, &january, &BlockYear::default());
        tape.judged(year, &close, &BlockYear::default());
        tape.closed(year, &after);
    }

    #[test]
    fn a_lineage_follows_its_households_through_splits_and_ends_with_the_last() {
        let mut tape = Follower::new(2020, 2021);
        let founded: [Home; 2] = [(10, true, 0, &[1, 2, 3]), (20, false, 0, &[4, 5])];
        year(&mut tape, 2020, [&founded, &founded, &founded]);
        // In 2021 members 2 and 3 found household 30, and 5 leaves the other household for 40.
        let split: [Home; 4] = [
            (10, true, 0, &[1]),
            (20, false, 0, &[4]),
            (30, false, 0, &[2, 3]),
            (40, false, 0, &[5]),
        ];
        year(&mut tape, 2021, [&founded, &founded, &split]);
        // In 2022 the household that split off falls, by gauge 1; so does 40, which is of no lineage. Then 1 dies, and 3 joins kin.
        let fallen: [Home; 4] = [
            (10, true, 0, &[1]),
            (20, false, 0, &[4]),
            (30, false, 2, &[2, 3]),
            (40, false, 2, &[5]),
        ];
        let left: [Home; 3] = [(20, false, 0, &[3, 4]), (30, false, 2, &[2]), (40, false, 2, &[5])];
        year(&mut tape, 2022, [&split, &fallen, &left]);
        assert_eq!(tape.lineages[&10].ended, None, "30 goes on");
        // In 2023 the last of it dies; what took in one of its people is not of it.
        let last: [Home; 1] = [(20, false, 2, &[3, 4])];
        year(&mut tape, 2023, [&left, &left, &last]);
        let lineages = Lineages::of([tape]);
        assert_eq!(lineages.0.len(), 1);
        let own = &lineages.0[&10];
        assert_eq!((own.weight, own.ended), (3, Some(2023)));
        assert_eq!((own.fell(0), own.fell(1)), (false, true));
        let poor: Vec<(i32, u16)> = own.years.iter().map(|(&year, own)| (year, own.returned)).collect();
        assert_eq!(poor, [(2021, 0), (2022, 2), (2023, 0)]);
        // At risk by gauge 1 in 2021 and 2022; in 2023 only 30 was left, and poor already.
        assert_eq!(lineages.hazard(1), (3, 6));
        // Beside a world in which nobody fell and the lineage went on.
        let mut other = lineages.clone();
        if let Some(own) = other.0.get_mut(&10) {
            own.years.clear();
            own.ended = None;
        }
        let fates = Fates {
            all: 3,
            ended: [3, 0],
            both: 0,
            fell: [3, 0],
        };
        assert_eq!(lineages.beside(&other, 1), fates);
        assert_eq!(lineages.beside(&lineages, 1).both, 3);
    }
}
