//! Households in the making, before they have an address: of all households of the world, only what has to be known of
//! all before any can be finished. Everything else is made when a household moves in, straight into its block.

use crate::world::{Category, Conditions, Learning, Work};
use std::ops::Range;

/// A person in the making; the identity follows from the household's.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Stages of the chronic conditions.
    pub conditions: Conditions,
    /// Completed months of age.
    pub months: u16,
    /// 0 male, 1 female, plus twice the bits of schooling and literacy.
    sex_learning: u8,
    /// Work.
    pub work: Work,
}

impl Member {
    /// A person.
    pub fn new(months: u16, sex: u8, learning: Learning, work: Work, conditions: Conditions) -> Member {
        Member {
            conditions,
            months,
            sex_learning: sex | learning.bits() << 1,
            work,
        }
    }

    /// 0 male, 1 female.
    pub fn sex(self) -> u8 {
        self.sex_learning & 1
    }

    /// Schooling and health literacy.
    pub fn learning(self) -> Learning {
        Learning::of_bits(self.sex_learning >> 1)
    }
}

/// What the members of a household are, in eight bits: the flags below and the number of wage workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About(pub u8);

impl About {
    /// A member has a chronic illness that is known.
    pub const KNOWN: u8 = 1;
    /// A member is 16 to 59.
    pub const PRIME: u8 = 2;
    /// A member is 60 or over.
    pub const ELDER: u8 = 4;
    /// Children live without anybody of 18 to 59.
    pub const LEFT_BEHIND: u8 = 8;
    /// A member farms.
    pub const FARMS: u8 = 16;
    /// What one wage worker adds.
    pub const WAGE_WORKER: u8 = 32;
    /// Wage workers that are told apart; more count as so many.
    const MOST_WAGE_WORKERS: u8 = 7;

    /// Whether `flag` is set.
    #[inline]
    pub fn is(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    /// Adds what `member` is.
    #[inline]
    pub fn note(&mut self, member: &Member) {
        let age = i32::from(member.months / 12);
        self.0 |= u8::from(member.conditions.any_known()) * Self::KNOWN;
        self.0 |= u8::from((16..60).contains(&age)) * Self::PRIME;
        self.0 |= u8::from(age >= 60) * Self::ELDER;
        self.0 |= u8::from(member.work == Work::Farm) * Self::FARMS;
        if member.work == Work::Wage && self.wage_workers() < Self::MOST_WAGE_WORKERS {
            self.0 += Self::WAGE_WORKER;
        }
    }

    /// Members who work for a wage.
    #[inline]
    pub fn wage_workers(self) -> u8 {
        self.0 / Self::WAGE_WORKER
    }
}

/// A household in the making: 32 bytes, so that little memory is waited for when households move in, in whatever order.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    /// Identity.
    pub id: u64,
    /// Index of the first member.
    pub first: u32,
    /// Permanent income score, normalised over real households.
    pub permanent: f32,
    /// Persistent income score.
    pub persistent: f32,
    /// Transitory income score.
    pub transitory: f32,
    /// How many real households it stands for.
    pub weight: u16,
    /// Members.
    pub size: u8,
    /// What they are.
    pub about: About,
    /// Whether it belongs to the cohort.
    pub cohort: bool,
    /// Standing with the authorities.
    pub category: Category,
    /// Absent migrants.
    pub migrants: u8,
    /// Which mix of income sources it has.
    pub mix: u8,
}

impl Draft {
    /// A household of which nothing is known but who lives in it.
    pub fn new(id: u64, first: usize, size: usize, about: u8) -> Draft {
        Draft {
            id,
            first: first as u32,
            permanent: 0.0,
            persistent: 0.0,
            transitory: 0.0,
            weight: 1,
            size: size as u8,
            about: About(about),
            cohort: false,
            category: Category::Ordinary,
            migrants: 0,
            mix: 0,
        }
    }

    /// Real people.
    #[inline]
    pub fn people(&self) -> f64 {
        f64::from(u32::from(self.weight) * u32::from(self.size))
    }
}

/// Bytes that a person takes while the world is made, beside its columns.
pub const BESIDE_PERSON_BYTES: usize = size_of::<Member>();
/// Bytes that a household takes while the world is made, beside its columns.
pub const BESIDE_HOUSEHOLD_BYTES: usize = size_of::<Draft>();

/// All households in the making and their people.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// The households, county by county in the order in which they were formed.
    pub rows: Vec<Draft>,
    /// Those of each county.
    pub counties: Vec<Range<usize>>,
    /// The people, household by household.
    pub members: Vec<Member>,
}

impl Drafts {
    /// Room for `households` with `people` in all.
    pub fn with_room(households: usize, people: usize) -> Drafts {
        Drafts {
            rows: Vec::with_capacity(households),
            counties: Vec::new(),
            members: Vec::with_capacity(people),
        }
    }
}
