//! Winners and losers: households of two worlds of a replicate, matched by their identity at each close.
//!
//! A household of the base that is poor may not be so in the other world (**saved**), one that is not may be (**harmed**); others are
//! poor, or not, in both. Where somebody died or a household split in one world only, a household stands in one of them alone: it is
//! counted apart, so that the margins are what each world counts by itself, to the household. Households count with their weights.
//!
//! Two outcomes are looked at: the **status** at the close of the year, of all households; and whether a household was poor at **any**
//! close since reporting began, of those that were not when it did (`return_cumulative`).
//!
//! The parts by standing, income and place are those of the base; a household that the base lacks is counted by what it is in the
//! other world. Whole numbers only: nothing depends on threads.

mod group;
mod roll;
mod waiting;

pub use group::{Group, Kind};
pub use roll::{Roll, Row};
pub(super) use waiting::Waiting;

use crate::indicators::table::Estimate;
use crate::year::poverty::MAX_GAUGES;
use rayon::prelude::*;

/// What became of a household: three times its state in the base plus that in the other world, the states being absent, not poor
/// and poor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// In the other world alone, not poor.
    OnlyOtherNotPoor = 1,
    /// In the other world alone, poor.
    OnlyOtherPoor = 2,
    /// In the base alone, not poor.
    OnlyBaseNotPoor = 3,
    /// Not poor in either.
    NeverPoor = 4,
    /// Not poor in the base, poor in the other.
    Harmed = 5,
    /// In the base alone, poor.
    OnlyBasePoor = 6,
    /// Poor in the base, not in the other.
    Saved = 7,
    /// Poor in both.
    StillPoor = 8,
}

/// Places for outcomes; the first stays empty.
const OUTCOMES: usize = 9;

impl Outcome {
    /// All of them, in the order of tables.
    pub const ALL: [Outcome; OUTCOMES - 1] = [
        Outcome::Saved,
        Outcome::Harmed,
        Outcome::StillPoor,
        Outcome::NeverPoor,
        Outcome::OnlyBasePoor,
        Outcome::OnlyBaseNotPoor,
        Outcome::OnlyOtherPoor,
        Outcome::OnlyOtherNotPoor,
    ];
    /// Those that are poor in the base.
    pub const POOR_IN_BASE: [Outcome; 3] = [Outcome::Saved, Outcome::StillPoor, Outcome::OnlyBasePoor];
    /// Those that are poor in the other world.
    pub const POOR_IN_OTHER: [Outcome; 3] = [Outcome::Harmed, Outcome::StillPoor, Outcome::OnlyOtherPoor];

    /// The name in tables, and what it means.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Outcome::Saved => ["saved", "poor in the base, not in the other"],
            Outcome::Harmed => ["harmed", "not poor in the base, poor in the other"],
            Outcome::StillPoor => ["still_poor", "poor in both"],
            Outcome::NeverPoor => ["never_poor", "poor in neither"],
            Outcome::OnlyBasePoor => ["only_in_base_poor", "in the base alone, poor there"],
            Outcome::OnlyBaseNotPoor => ["only_in_base_not_poor", "in the base alone, not poor"],
            Outcome::OnlyOtherPoor => ["only_in_other_poor", "in the other world alone, poor there"],
            Outcome::OnlyOtherNotPoor => ["only_in_other_not_poor", "in the other world alone, not poor"],
        }
    }
}

/// What is asked of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether it is poor at the close.
    Status = 0,
    /// Whether it was poor at any close since reporting began, if it was not then.
    Ever = 1,
}

impl Question {
    /// Both.
    pub const ALL: [Question; 2] = [Question::Status, Question::Ever];

    /// The name in tables, and what it means.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Question::Status => ["status", "poor at the close, of households with a living member"],
            Question::Ever => [
                "ever",
                "poor at some close since reporting began, of those that were not when it did; all years: at the last close",
            ],
        }
    }

    /// The gauges by which it can be asked of a household, and of these those by which it is answered with yes.
    fn of(self, row: Option<&Row>) -> [u16; 2] {
        row.map_or([0, 0], |row| match self {
            Question::Status => [u16::MAX, row.poor],
            Question::Ever => [row.at_start, row.ever],
        })
    }
}

/// Weighted households of a group by question, gauge and outcome.
type Counts = [[[i64; OUTCOMES]; MAX_GAUGES]; Question::ALL.len()];

/// What became of the households of two worlds by one close, by group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(Vec<Counts>);

impl Cells {
    /// Bytes of the cells of a year with so many counties.
    pub const fn bytes(counties: usize) -> usize {
        Group::count(counties) * size_of::<Counts>()
    }

    /// Of two rolls of worlds with so many counties, block by block; households may stand in any order and block.
    pub fn of(base: &[Roll], other: &[Roll], counties: usize) -> Cells {
        let none = Roll::default();
        let counted = (0..base.len().max(other.len()))
            .into_par_iter()
            .with_min_len(BLOCKS_AT_A_TIME)
            .fold(
                || Counting::new(counties),
                |mut counting, at| {
                    let [base, other] = [base, other].map(|rolls| rolls.get(at).unwrap_or(&none));
                    counting.block(&base.0, &other.0);
                    counting
                },
            )
            .reduce(|| Counting::new(counties), Counting::and);
        counted.finish()
    }

    /// Households of a group, weighted.
    pub fn households(&self, group: &Group, question: Question, gauge: usize, outcome: Outcome) -> i64 {
        let counts = self.0.get(group.place);
        counts.map_or(0, |counts| counts[question as usize][gauge][outcome as usize])
    }
}

/// Households of an outcome, over the replicates.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// What became of them.
    pub outcome: Outcome,
    /// How many there are in the mean replicate, and year where it is of several.
    pub households: f64,
    /// Their share of the group's households that stand in either world, or are asked.
    pub share: Estimate,
    /// How many there are over all replicates and years.
    pub events: i64,
}

/// What became of a group's households, from the cells of an arm by replicate and year: in a year or in all of them. Of all years
/// together, the status is that of the mean year, and whether they were ever poor is told at the last.
pub fn found(
    winners: &[Vec<Cells>],
    year: Option<usize>,
    question: Question,
    gauge: usize,
    group: &Group,
) -> Vec<Found> {
    let counted = |years: &Vec<Cells>, outcome| -> i64 {
        let years = match (year, question) {
            (Some(year), _) => &years[year..=year],
            (None, Question::Status) => &years[..],
            (None, Question::Ever) => &years[years.len().saturating_sub(1)..],
        };
        let own = years
            .iter()
            .map(|cells| cells.households(group, question, gauge, outcome));
        own.sum()
    };
    let years = match (year, question) {
        (None, Question::Status) => winners.first().map_or(1, Vec::len),
        _ => 1,
    };
    let by_outcome = Outcome::ALL.map(|outcome| winners.iter().map(|own| counted(own, outcome)).collect::<Vec<i64>>());
    let whole: Vec<i64> = (0..winners.len())
        .map(|at| by_outcome.iter().map(|own| own[at]).sum())
        .collect();
    let pairs = Outcome::ALL.into_iter().zip(by_outcome);
    let one = pairs.map(|(outcome, own)| {
        let shares = own.iter().zip(&whole).filter(|(_, whole)| **whole > 0);
        let shares: Vec<f64> = shares.map(|(own, whole)| *own as f64 / *whole as f64).collect();
        let events: i64 = own.iter().sum();
        Found {
            outcome,
            households: events as f64 / (own.len().max(1) * years) as f64,
            share: Estimate::of(&shares),
            events,
        }
    });
    one.collect()
}

/// Blocks that a thread counts in one go.
const BLOCKS_AT_A_TIME: usize = 16;
/// How far a household is looked for among those that follow before it is put aside.
const AHEAD: usize = 8;

/// A count in the making: outcomes but that of those never poor, which is by far the commonest and is what is left in the end.
struct Counting {
    counties: usize,
    counts: Vec<Counts>,
    /// All households of each group.
    whole: Vec<i64>,
    /// Households that were not found where they were looked for.
    aside: [Vec<Row>; 2],
}

impl Counting {
    fn new(counties: usize) -> Counting {
        let groups = Group::count(counties);
        Counting {
            counties,
            counts: vec![[[[0; OUTCOMES]; MAX_GAUGES]; 2]; groups],
            whole: vec![0; groups],
            aside: Default::default(),
        }
    }

    /// Counts a block. Its households stand in nearly the same order in both worlds: who is missing in one is put aside.
    fn block(&mut self, base: &[Row], other: &[Row]) {
        let (mut b, mut o) = (0, 0);
        while b < base.len() && o < other.len() {
            if is_same(&base[b], &other[o]) {
                self.add(Some(&base[b]), Some(&other[o]));
                (b, o) = (b + 1, o + 1);
                continue;
            }
            let ahead = |rows: &[Row], from: usize, wanted: &Row| {
                let near = rows[from..].iter().take(AHEAD);
                near.clone().position(|row| is_same(row, wanted))
            };
            let skip = match (ahead(base, b, &other[o]), ahead(other, o, &base[b])) {
                (Some(base), Some(other)) if base > other => [0, other],
                (Some(base), _) => [base, 0],
                (None, Some(other)) => [0, other],
                (None, None) => [1, 1],
            };
            self.aside[0].extend_from_slice(&base[b..b + skip[0]]);
            self.aside[1].extend_from_slice(&other[o..o + skip[1]]);
            (b, o) = (b + skip[0], o + skip[1]);
        }
        self.aside[0].extend_from_slice(&base[b..]);
        self.aside[1].extend_from_slice(&other[o..]);
    }

    fn and(mut self, other: Counting) -> Counting {
        let sums = self.counts.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        let others = other.counts.as_flattened().as_flattened().as_flattened();
        sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        self.whole
            .iter_mut()
            .zip(&other.whole)
            .for_each(|(sum, other)| *sum += other);
        for (aside, other) in self.aside.iter_mut().zip(other.aside) {
            aside.extend(other);
        }
        self
    }

    /// Counts a household of both worlds or of one.
    fn add(&mut self, base: Option<&Row>, other: Option<&Row>) {
        let Some(row) = base.or(other) else { return };
        let weight = i64::from(row.weight);
        let places = Group::places(row, self.counties);
        let places = places.iter().take(if row.is_lifted() {
            places.len()
        } else {
            places.len() - Group::FINE
        });
        for &place in places.clone() {
            self.whole[place] += weight;
        }
        for question in Question::ALL {
            let [[in_base, poor], [in_other, poor_there]] = [base, other].map(|row| question.of(row));
            let never = in_base & in_other & !poor & !poor_there;
            let mut left = ALL_GAUGES & !never;
            while left != 0 {
                let g = left.trailing_zeros() as usize;
                left &= left - 1;
                let bit = |mask: u16| usize::from(mask >> g & 1);
                let outcome = 3 * (bit(in_base) + bit(poor)) + bit(in_other) + bit(poor_there);
                for &place in places.clone() {
                    self.counts[place][question as usize][g][outcome] += weight;
                }
            }
        }
    }

    /// Finds those put aside in each other, and who was never poor.
    fn finish(mut self) -> Cells {
        let [mut base, mut other] = std::mem::take(&mut self.aside);
        base.sort_unstable_by_key(key);
        other.sort_unstable_by_key(key);
        let mut others = other.iter().peekable();
        for row in &base {
            while let Some(before) = others.next_if(|other| key(other) < key(row)) {
                self.add(None, Some(before));
            }
            self.add(Some(row), others.next_if(|other| is_same(other, row)));
        }
        for row in others {
            self.add(None, Some(row));
        }
        for (counts, whole) in self.counts.iter_mut().zip(self.whole) {
            for outcomes in counts.as_flattened_mut() {
                outcomes[Outcome::NeverPoor as usize] = whole - outcomes.iter().sum::<i64>();
                outcomes[0] = 0;
            }
        }
        Cells(self.counts)
    }
}

/// Gauges that there can be.
const ALL_GAUGES: u16 = (1 << MAX_GAUGES) - 1;

/// What makes two households the same: worlds that were founded otherwise may weigh them otherwise.
fn key(row: &Row) -> (u64, u16) {
    (row.id, row.weight)
}

fn is_same(one: &Row, other: &Row) -> bool {
    key(one) == key(other)
}
