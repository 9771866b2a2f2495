//! Demography: at the close the dead and the departed leave, children are born, spouses arrive, young adults go, migrants
//! return, large households split. A newcomer's identity is made from somebody who is there, never from a counter.

mod turn;

pub use turn::Room;

use crate::draws::{Luck, Purpose};
use crate::units::{Fen, Month};
use crate::world::{Block, ByAge};
use serde::Deserialize;
use std::ops::AddAssign;
use turn::Turn;

/// Demography rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemographyRules {
    /// Off: nobody is born, dies, moves or splits (people still age).
    pub active_yes: bool,
    /// Deaths per 1,000 men and year, by age.
    pub male_deaths_per_1000_year: ByAge,
    /// Deaths per 1,000 women and year, by age.
    pub female_deaths_per_1000_year: ByAge,
    /// The life table's level relative to the schedule (registered rates are low; see the card).
    pub death_ratio: f64,
    /// Births per 1,000 women and year, by age.
    pub births_per_1000_year: ByAge,
    /// Share of 17- to 24-year-olds who leave the village in a year.
    pub leave_per_year: f64,
    /// Of those who leave, the share who stay members as migrant workers and send money.
    pub migrant_share: f64,
    /// Share of households with migrants to which one returns in a year.
    pub return_per_year: f64,
    /// Share of men of 22 to 30 whose spouse moves in in a year.
    pub spouse_per_year: f64,
    /// Share of households of six or more that split in a year.
    pub split_per_year: f64,
}

impl DemographyRules {
    /// Deaths per 1,000 and year.
    pub fn deaths(&self, sex: u8, age: i32) -> f64 {
        let table = if sex == 0 {
            &self.male_deaths_per_1000_year
        } else {
            &self.female_deaths_per_1000_year
        };
        if self.active_yes {
            table.at(age) * self.death_ratio
        } else {
            0.0
        }
    }
}

/// What a close changed, weighted persons; and the purses of households that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Children born.
    pub births: i64,
    /// Spouses and returning migrants.
    pub arrivals: i64,
    /// Left the village.
    pub departures: i64,
    /// Households that ended.
    pub households_ended: i64,
    /// Net worth (savings less debts) that left with them.
    pub estates: Fen,
}

impl AddAssign for Moves {
    fn add_assign(&mut self, other: Moves) {
        self.births += other.births;
        self.arrivals += other.arrivals;
        self.departures += other.departures;
        self.households_ended += other.households_ended;
        self.estates += other.estates;
    }
}

/// Rebuilds the block for 1 January of `year + 1`; `births` gives each woman of the year who gave birth and its month.
///
/// Most households only grow older: they are copied column by column, many at a time. Rows are made of the others only.
pub fn close(
    block: &mut Block,
    rules: &DemographyRules,
    luck: &Luck,
    year: i32,
    births: &[(u32, Month)],
    room: &mut Room,
) -> Moves {
    let turn = Turn {
        rules,
        luck,
        draws: luck.stream(Purpose::Demography, year),
        january: Month::of(year + 1, 1),
        moves: Moves::default(),
        room,
    };
    turn.close(block, births, false)
}

#[cfg(test)]
mod tests;
