//! Demography: at the close the dead and the departed leave, children are born, spouses arrive, young adults go, migrants
//! return, large households split. A newcomer's identity is made from somebody who is there, never from a counter.
//!
//! **Deaths** happen in the months; here the dead leave. The life table (`*_deaths_per_1000_year` x `death_ratio`)
//! holds all causes; what the modelled illnesses bring (`*_modelled_deaths_per_1000_year`) is taken off it, so that all
//! deaths together are the table's. Of an age on 1 January half the year is lived at the next age. A newborn dies
//! within the calendar year of birth with the infant rate x `birth_year_infant_deaths_share`. A death takes the years
//! that `reference_life_years` gives at its age, by straight lines.
//!
//! **The rest**, in this order for each household: children of the year join, boys with 0.526; members of 17 to 24
//! leave with `leave_per_year` (never the last adult), of whom `migrant_share` stay members as absent migrants, and
//! women of 20 to 28 marry elsewhere with `marry_out_per_year`; a spouse joins men of 22 to 30 with `spouse_per_year`,
//! of the husband's schooling; of households with migrants one comes back with
//! `return_per_year`; work begins at 18 to 20 and ends at 80; a household of six or more splits with `split_per_year`:
//! the youngest adult of 22 to 40 leaves with a spouse at most six years apart and the children under 16, and takes
//! money and debts by heads; of its permanent income score `permanent_inherited_ratio` is inherited and the rest luck,
//! around the mean of the county at founding, and it moves by `schooling_income_weight` for each level of the founder's
//! schooling above junior secondary. A household without members ends and its net worth leaves the model.
//! Last, some join kin ([`kin`]).
//!
//! **School.** At 12, 15, 18 and 22 a child completes primary, junior secondary and senior secondary school and
//! college, each with its part of `school_completed_share`, if the level before was completed. Until then health
//! literacy is the mother's (at least middle); with `literacy_follows_yes` it follows from schooling at 18.

pub mod kin;
mod turn;

pub use turn::{Estate, Room};

use crate::draws::{Luck, Purpose};
use crate::indicators::tally::Add;
use crate::units::{Fen, Month};
use crate::world::{Birth, Block, ByAge, CATEGORIES, Scores};
use serde::Deserialize;
use std::ops::AddAssign;
use turn::Turn;

/// Adults are of this age or more.
const ADULT: i32 = 18;

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
    /// Of the deaths of men, those that the modelled illnesses bring in the baseline, per 1,000 and year, by age: the
    /// schedule holds all causes, so what is left to other causes is the rest.
    pub male_modelled_deaths_per_1000_year: ByAge,
    /// Of the deaths of women, those that the modelled illnesses bring in the baseline, per 1,000 and year, by age.
    pub female_modelled_deaths_per_1000_year: ByAge,
    /// Of the deaths in the first year of life, the share that falls into the calendar year of birth.
    pub birth_year_infant_deaths_share: f64,
    /// Years that a death takes, by the age at death: remaining life at the lowest mortality observed anywhere.
    pub reference_life_years: ByAge,
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
    /// Share of women of 20 to 28 who marry elsewhere and leave in a year.
    pub marry_out_per_year: f64,
    /// Share of households of six or more that split in a year.
    pub split_per_year: f64,
    /// Correlation of a new household's permanent income score with that of the household it leaves.
    pub permanent_inherited_ratio: f64,
    /// Share of households left without an adult that join kin at the close.
    pub orphans_join_share: f64,
    /// Share of households of one or two old people that join kin in a year.
    pub merge_per_year: f64,
    /// Share of households of one or two old people, one of them severely disabled, that join kin in a year.
    pub merge_disabled_per_year: f64,
    /// Age from which people are old in this sense.
    pub merge_age_years: f64,
    /// Shares who complete primary, junior secondary and senior secondary school and college, each of those who
    /// completed the level before.
    pub school_completed_share: Vec<f64>,
    /// Whether health literacy follows from schooling at 18.
    pub literacy_follows_yes: bool,
    /// Permanent income score of a new household by level of its founder's schooling above junior secondary.
    pub schooling_income_weight: f64,
}

impl DemographyRules {
    /// Refuses what the types of the files cannot.
    ///
    /// # Errors
    /// A list of the wrong length.
    pub fn check(&self) -> Result<(), String> {
        if self.school_completed_share.len() == 4 {
            Ok(())
        } else {
            Err("demography.school_completed_share: four numbers, primary school first".into())
        }
    }

    /// Deaths per 1,000 and year from all causes at completed age `age`.
    pub fn schedule(&self, sex: u8, age: i32) -> f64 {
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

    /// Deaths per 1,000 from all causes in a year at whose beginning somebody is `age` years old. Birthdays fall evenly over
    /// the year, so that half of it is lived at the next age; infants have the rest of their first year before them.
    pub fn deaths(&self, sex: u8, age: i32) -> f64 {
        if age == 0 {
            let rest = 1.0 - self.birth_year_infant_deaths_share;
            return self.schedule(sex, 0) * rest + self.schedule(sex, 1) / 2.0;
        }
        f64::midpoint(self.schedule(sex, age), self.schedule(sex, age + 1))
    }

    /// Of [`deaths`](Self::deaths), those from causes that illness does not bring by itself.
    pub fn other_deaths(&self, sex: u8, age: i32) -> f64 {
        let modelled = if sex == 0 {
            &self.male_modelled_deaths_per_1000_year
        } else {
            &self.female_modelled_deaths_per_1000_year
        };
        (self.deaths(sex, age) - modelled.at(age)).max(0.0)
    }

    /// The probability that a child born this year dies before the year ends.
    pub fn newborn_dies(&self, sex: u8) -> f64 {
        self.schedule(sex, 0) / 1000.0 * self.birth_year_infant_deaths_share
    }

    /// Thousandths of years of life lost by a death at each age, between the reference ages by straight lines.
    pub fn years_lost_milli(&self) -> Vec<i64> {
        let reference = &self.reference_life_years;
        let years = |age: usize| {
            let next = reference.from_age.partition_point(|&from| usize::from(from) <= age);
            let Some(before) = next.checked_sub(1) else {
                return reference.value.first().copied().unwrap_or(0.0);
            };
            let (from, at) = (f64::from(reference.from_age[before]), reference.value[before]);
            match (reference.from_age.get(next), reference.value.get(next)) {
                (Some(&to), Some(&then)) => at + (then - at) * (age as f64 - from) / (f64::from(to) - from),
                _ => at,
            }
        };
        (0..=usize::from(u8::MAX))
            .map(|age| (years(age) * 1000.0).round() as i64)
            .collect()
    }
}

/// What a close changed, weighted persons; and the purses of households that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Children born.
    pub births: i64,
    /// Of these, dead before the year ended, by tally cell of their households.
    pub infant_deaths: [i64; CATEGORIES],
    /// Spouses and returning migrants.
    pub arrivals: i64,
    /// Of these, spouses.
    pub spouses: i64,
    /// Left the village.
    pub departures: i64,
    /// Of these, women who married elsewhere.
    pub married_out: i64,
    /// Households that ended.
    pub households_ended: i64,
    /// Households that joined another.
    pub households_merged: i64,
    /// Net worth (savings less debts) that left with them.
    pub estates: Fen,
}

impl AddAssign for Moves {
    fn add_assign(&mut self, other: Moves) {
        self.births += other.births;
        self.infant_deaths.add(&other.infant_deaths);
        self.arrivals += other.arrivals;
        self.spouses += other.spouses;
        self.departures += other.departures;
        self.married_out += other.married_out;
        self.households_ended += other.households_ended;
        self.households_merged += other.households_merged;
        self.estates += other.estates;
    }
}

/// Rebuilds the block for 1 January of `year + 1`; `births` gives each woman of the year who gave birth and its month, and
/// `scores` the permanent income scores of the county, to which new households regress.
///
/// Most households only grow older: they are copied column by column, many at a time. Rows are made of the others only.
pub fn close(
    block: &mut Block,
    rules: &DemographyRules,
    luck: &Luck,
    year: i32,
    (births, scores): (&[Birth], Scores),
    room: &mut Room,
) -> Moves {
    let turn = Turn {
        rules,
        luck,
        scores,
        draws: luck.stream(Purpose::Demography, year),
        january: Month::of(year + 1, 1),
        moves: Moves::default(),
        room,
    };
    turn.close(block, births, false)
}

#[cfg(test)]
mod tests;
