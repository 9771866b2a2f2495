//! A survey that can be measured: its columns, its groups, how it was drawn, and what became of its rows.
//!
//! [`super::reading`] makes one of a file; whoever has columns from elsewhere fills one in.

use super::design::Design;
use std::collections::BTreeMap;

/// What a column of numbers holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// The sampling weight of the household.
    Weight,
    /// The people of the household.
    Size,
    /// Consumption of the household in a period.
    Consumption,
    /// Its out-of-pocket spending on health.
    OutOfPocket,
    /// Its spending on food.
    Food,
    /// Its income.
    Income,
    /// What ranks households from worst to best off.
    Rank,
    /// Adults of the household.
    Adults,
    /// Children of the household.
    Children,
    /// The year of the interview.
    Wave,
    /// The poverty line of this number, where it is a column.
    Line(usize),
    /// The outcome of this number.
    Outcome(usize),
    /// The factor of this number.
    Factor(usize),
}

impl Holds {
    /// What is wrong with a number, if anything.
    pub(super) fn wrong(self, number: f64, bounds: Option<[f64; 2]>) -> Option<&'static str> {
        let [low, high] = bounds.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
        let (bad, why) = match self {
            Holds::Weight => (number < 0.0, "a weight must not be negative"),
            Holds::Size => (number <= 0.0, "the people of a household must be above 0"),
            Holds::Consumption => (number < 0.0, "consumption must not be negative"),
            Holds::OutOfPocket => (number < 0.0, "out-of-pocket spending must not be negative"),
            Holds::Food => (number < 0.0, "spending on food must not be negative"),
            Holds::Adults | Holds::Children => (number < 0.0, "a count of people must not be negative"),
            Holds::Line(_) => (number <= 0.0, "a poverty line must be above 0"),
            Holds::Wave => (number.fract() != 0.0, "a year must be a whole number"),
            Holds::Outcome(_) => (!(low..=high).contains(&number), "an outcome must lie within --bounds"),
            Holds::Income | Holds::Rank | Holds::Factor(_) => (false, ""),
        };
        bad.then_some(why)
    }
}

/// A column of numbers, by row.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// What it holds.
    pub holds: Holds,
    /// Its name in the file.
    pub name: String,
    /// By row.
    pub values: Vec<f64>,
}

/// A column of names, by row.
#[derive(Clone, Debug)]
pub struct Names {
    /// Its name in the file.
    pub name: String,
    /// By row.
    pub values: Vec<String>,
}

/// What became of the rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Rows of the file.
    pub read: usize,
    /// Rows left out, by reason.
    pub left_out: BTreeMap<String, usize>,
    /// Rows of weight zero among those that stay: they count as drawn and add nothing.
    pub weightless: usize,
    /// What was found or changed without leaving a row out.
    pub notes: Vec<String>,
}

impl Account {
    /// Rows that stay and have a weight.
    pub fn used(&self) -> usize {
        self.kept() - self.weightless
    }

    /// Rows that stay.
    pub fn kept(&self) -> usize {
        self.read - self.left_out.values().sum::<usize>()
    }
}

/// A survey that can be measured. Its rows stand in an order of their own content, so that no result depends on that of the file.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The name of the file.
    pub file: String,
    /// Its hash.
    pub blake3: String,
    /// What became of its rows.
    pub account: Account,
    /// Columns of numbers.
    pub numbers: Vec<Numbers>,
    /// Columns that part the rows into groups.
    pub groups: Vec<Names>,
    /// The household of each row, in a panel.
    pub household: Option<Names>,
    /// How the rows were drawn.
    pub design: Design,
}

impl Survey {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.account.kept()
    }

    /// The numbers of a column, where the survey has it.
    pub fn column(&self, holds: Holds) -> Option<&[f64]> {
        let column = self.numbers.iter().find(|column| column.holds == holds)?;
        Some(&column.values)
    }
}
