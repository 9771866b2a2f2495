//! Who lives there: counties, blocks, villages, households and people, as columns.
//!
//! A **block** is a pack of neighbouring whole villages, small enough for a processor's cache: its households and people lie
//! together in memory and live their year there, twelve months in order, without looking at any other block. What couples
//! blocks inside a year (hospital queues, aid ratios) is known when the year begins. Counties meet at the year's close.
//! Which villages share a block changes no result.
//!
//! Identities are 64-bit hashes that do not depend on the scenario: a child's is made from its mother's and the birth
//! month, a new household's from its founder's and the month, so that worlds stay comparable person by person.

mod by_age;
mod columns;
mod conditions;
mod epidemic;
mod income_curve;
mod labour;
mod learning;
mod rehabilitation;
mod staff;

pub use by_age::ByAge;
pub use columns::{Household, Households, People, Person};
pub use conditions::{BITS, CONDITIONS, Condition, Conditions, STAGES, Stage};
pub use epidemic::{ByGroup, CountyEpidemic, EPIDEMIC_GROUPS, Infected, epidemic_group};
pub use income_curve::{IncomeCurve, Probabilities};
pub use labour::labour_units;
pub use learning::{ALL_SCHOOLING, Learning, Schooling};
pub use rehabilitation::Rehabilitation;
pub use staff::{Doctor, Staff, TERRAINS, Terrain};

use crate::units::{Fen, Month};
use std::collections::BTreeMap;
use std::ops::Range;

/// Where care can be had; the order is the order of every provider table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Provider {
    /// No professional care: rest, or drugs from a shop.
    #[default]
    SelfCare = 0,
    /// The village clinic.
    Village = 1,
    /// The township health centre.
    Township = 2,
    /// The county hospital.
    County = 3,
    /// A tertiary hospital outside the county.
    Tertiary = 4,
    /// A remote consultation.
    Remote = 5,
    /// A traditional Chinese medicine service.
    Tcm = 6,
    /// A private provider.
    Private = 7,
}

/// How many providers there are.
pub const PROVIDERS: usize = 8;

/// All providers, in order.
pub const ALL_PROVIDERS: [Provider; PROVIDERS] = [
    Provider::SelfCare,
    Provider::Village,
    Provider::Township,
    Provider::County,
    Provider::Tertiary,
    Provider::Remote,
    Provider::Tcm,
    Provider::Private,
];

impl Provider {
    /// The name used in files and tables.
    pub fn name(self) -> &'static str {
        [
            "self_care",
            "village",
            "township",
            "county",
            "tertiary",
            "remote",
            "tcm",
            "private",
        ][self as usize]
    }
}

/// The standing of a household with the authorities; it decides which insurance rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Category {
    /// Extremely poor (tekun): no means, no labour, no supporter.
    Tekun = 0,
    /// Receives the minimum living allowance (dibao).
    Dibao = 1,
    /// Registered poor that left poverty: the cohort whose return is the headline.
    Lifted = 2,
    /// At risk, under monitoring.
    Monitored = 3,
    /// Everybody else.
    #[default]
    Ordinary = 4,
}

/// How many categories there are.
pub const CATEGORIES: usize = 5;

/// All categories, in order.
pub const ALL_CATEGORIES: [Category; CATEGORIES] = [
    Category::Tekun,
    Category::Dibao,
    Category::Lifted,
    Category::Monitored,
    Category::Ordinary,
];

impl Category {
    /// The name used in files and tables.
    pub fn name(self) -> &'static str {
        ["tekun", "dibao", "lifted", "monitored", "ordinary"][self as usize]
    }
}

/// What a person does for a living.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Work {
    /// Child, student, or no work.
    #[default]
    None = 0,
    /// Farms the household's land.
    Farm = 1,
    /// Works for a wage nearby.
    Wage = 2,
}

/// The four sources of income, in the order of every source table.
pub const SOURCES: [&str; 4] = ["wage", "farm", "property", "transfer"];

/// A village: a clinic (or none) and the way to everything else.
#[derive(Clone, Debug)]
pub struct Village {
    /// Scenario-independent identity.
    pub id: u64,
    /// Minutes from the village to each provider, one way, by [`Provider`].
    pub travel_minutes: [f32; PROVIDERS],
    /// Rank in (0, 1) among the villages of the world by remoteness, 0 the remotest: programmes that start with the
    /// remotest cover the ranks below their coverage.
    pub remoteness_rank: f64,
    /// Rank in (0, 1) among the villages of the world by mean permanent income score of residents at founding, 0 the poorest.
    pub poverty_rank: f64,
    /// Nested keyed rank in (0, 1): programmes without an order cover the ranks below their coverage.
    pub coverage_rank: f64,
    /// Keyed rank in (0, 1): the clinic settles insurance on the spot when the designated share reaches it.
    pub designation_rank: f64,
    /// Keyed rank in (0, 1): a TCM service is offered when the offering share reaches it.
    pub tcm_rank: f64,
    /// Village doctors.
    pub doctors: u8,
    /// The posts of the clinic's doctors, each with who holds it; none are told apart until the workforce first moves.
    /// Written by `year::workforce`.
    pub posts: Vec<Option<Doctor>>,
    /// Multiplier on acute incidence from water, toilets and waste (1 is the mean).
    pub sanitation: f32,
    /// Visits to the clinic in the last month, weighted. Written by `month::service`.
    pub visits_last_month: u32,
}

impl Village {
    /// The share of the clinic's doctors who were trained lately.
    pub fn trained_share(&self) -> f64 {
        let trained = self.posts.iter().flatten().filter(|doctor| doctor.trained).count();
        trained as f64 / f64::from(self.doctors.max(1))
    }
}

/// A birth of the year; the child joins its household when the year ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Index of the mother in the block.
    pub mother: u32,
    /// The month.
    pub born: Month,
    /// The tally cell that the household is counted in this year.
    pub cell: u8,
}

/// A pack of whole villages of a county, with their households and people.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Index of the county in [`World::counties`].
    pub county: u16,
    /// The villages; [`Household::village`] indexes them.
    pub villages: Vec<Village>,
    /// The households, sorted by village.
    pub households: Households,
    /// The people, sorted by household: members of household `h` are `first[h] .. first[h] + size[h]`.
    pub people: People,
}

impl Block {
    /// The members of household `h`, as rows of the people.
    #[inline]
    pub fn members(&self, h: usize) -> Range<usize> {
        let first = self.households.first[h] as usize;
        first..first + usize::from(self.households.size[h])
    }

    /// The household of person `p`.
    pub fn household_of(&self, p: usize) -> usize {
        self.households.first.partition_point(|&first| first as usize <= p) - 1
    }
}

/// The insurance fund of a county. Where rules pool higher, its balance lies in a [`Joint`] account. Written by `year::funds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fund {
    /// Balance on 1 January.
    pub balance: Fen,
    /// What the reimbursement of every pool-funded layer is multiplied with this year, in ppm (1,000,000 unless in deficit).
    pub rate_ppm: u32,
    /// Share of what the rules promise that capped aid budgets will pay this year, in ppm.
    pub aid_ppm: u32,
    /// Aid promised last year before the ratio, from which this year's ratio is announced.
    pub aid_demand: Fen,
    /// What an emergency advanced and has not been paid back.
    pub advanced: Fen,
}

/// An account that counties hold together: the fund of their pool, or the adjustment fund between pools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joint {
    /// The name used in tables: that of the prefecture, or `province`.
    pub name: String,
    /// Indices in [`World::counties`], ascending.
    pub counties: Vec<usize>,
    /// Balance on 1 January.
    pub balance: Fen,
    /// What an emergency advanced and has not been paid back.
    pub advanced: Fen,
}

/// A county.
#[derive(Clone, Debug)]
pub struct County {
    /// The name used in files and tables.
    pub name: String,
    /// Scenario-independent identity.
    pub id: u64,
    /// The prefecture it belongs to.
    pub prefecture: String,
    /// The lie of the land.
    pub terrain: Terrain,
    /// Permanent income scores at founding: new households regress to them. Written once.
    pub scores: Scores,
    /// The insurance fund.
    pub fund: Fund,
    /// The staff of township centres and county hospitals, by provider. Written by `year::workforce`.
    pub staff: [Staff; PROVIDERS],
    /// Visits and admissions (weighted) by provider and calendar month of the year before; queues follow from it.
    /// `[month][provider][0 visits, 1 admissions]`. Written at the year's close.
    pub load: [[[u32; 2]; PROVIDERS]; 12],
    /// Residents (weighted) on 1 January.
    pub residents: u64,
    /// What epidemics left. Written by `month::epidemic`.
    pub epidemic: CountyEpidemic,
    /// What was delivered last year of the programmes that the county pays for. Written by `year::programmes`.
    pub delivered: Delivered,
    /// The blocks, in the order of their villages.
    pub blocks: Vec<Block>,
}

/// The share of its coverage to which a programme is delivered for want of money, by the programme's name; a programme that is not
/// named is delivered in full.
pub type Delivered = BTreeMap<String, f64>;

/// Mean and standard deviation of a score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
}

impl Scores {
    /// Of scores with their weights.
    pub fn of(scores: impl Iterator<Item = (f64, f64)>) -> Scores {
        let (mut weights, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (score, weight) in scores {
            weights += weight;
            sum += weight * score;
            squares += weight * score * score;
        }
        if weights == 0.0 {
            return Scores::default();
        }
        let mean = sum / weights;
        Scores {
            mean,
            sd: (squares / weights - mean * mean).max(0.0).sqrt(),
        }
    }
}

/// A world on 1 January of `year`.
#[derive(Clone, Debug)]
pub struct World {
    /// The year about to be lived.
    pub year: i32,
    /// The counties.
    pub counties: Vec<County>,
    /// The pools above the counties, if there are any: then each county is in one of them.
    pub pools: Vec<Joint>,
    /// The adjustment funds between pools.
    pub adjustments: Vec<Joint>,
    /// How a normal score becomes a yearly income per head at 2020 prices.
    pub income: IncomeCurve,
}

impl World {
    /// People alive (agents, not weighted).
    pub fn agents(&self) -> usize {
        self.counties
            .iter()
            .flat_map(|county| &county.blocks)
            .map(|block| block.people.len())
            .sum()
    }
}

/// Age in completed years in `month`.
#[inline]
pub fn age(born: Month, month: Month) -> i32 {
    (month.0 - born.0).div_euclid(12)
}
