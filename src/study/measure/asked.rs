//! What a user says of a survey and asks of it.

use super::design::LonePsu;
use super::survey::Holds;
use crate::measure::{Basis, Scale};

/// A poverty line, yuan (or whatever the survey's money is) a year for each head or equivalent adult.
#[derive(Clone, Debug, PartialEq)]
pub enum LineAsked {
    /// One line for all.
    Amount(f64),
    /// One line for all, by name.
    Named(String, f64),
    /// A column that has the line of each row.
    Column(String),
}

/// What is done with rows whose out-of-pocket spending is above their consumption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Above {
    /// The survey is refused.
    #[default]
    Refuse,
    /// They stay as they are.
    Keep,
    /// They are left out.
    Drop,
    /// Their spending counts as their consumption.
    Cap,
}

/// How standard errors are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Errors {
    /// By linearisation over the design.
    #[default]
    Linearised,
    /// From replicates of the rescaled bootstrap.
    Bootstrap {
        /// Replicates.
        replicates: u32,
        /// The seed of their luck.
        seed: u64,
    },
    /// Not at all.
    None,
}

/// What the amounts of a survey are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// A year.
    #[default]
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
}

impl Period {
    /// Periods in a year.
    pub fn in_year(self) -> f64 {
        match self {
            Period::Year => 1.0,
            Period::Month => 12.0,
            Period::Day => 365.0,
        }
    }
}

/// Everything that is said of a survey. Columns are names in the file.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Sampling weight of the household; 1 where nothing is said.
    pub weight: Option<String>,
    /// People of the household; 1 where nothing is said.
    pub size: Option<String>,
    /// Consumption of the household.
    pub consumption: Option<String>,
    /// Whether that has out-of-pocket spending in it.
    pub basis: Option<Basis>,
    /// Out-of-pocket spending on health.
    pub oop: Option<String>,
    /// Spending on food.
    pub food: Option<String>,
    /// Income of the household.
    pub income: Option<String>,
    /// What ranks households.
    pub rank: Option<String>,
    /// Adults of the household.
    pub adults: Option<String>,
    /// Children of the household.
    pub children: Option<String>,
    /// Poverty lines.
    pub lines: Vec<LineAsked>,
    /// What concentration indices are made of.
    pub outcomes: Vec<String>,
    /// The lowest and the highest value that an outcome can have.
    pub bounds: Option<[f64; 2]>,
    /// What concentration indices of outcomes are decomposed by.
    pub factors: Vec<String>,
    /// Columns that part the rows into groups.
    pub groups: Vec<String>,
    /// Into how many groups of equal weight people are parted by what ranks them.
    pub quantiles: Option<usize>,
    /// Stratum.
    pub strata: Option<String>,
    /// Primary sampling unit.
    pub psu: Option<String>,
    /// The household of a row in a panel, and the year of its interview.
    pub panel: Option<(String, String)>,
    /// How a household counts in equivalent adults.
    pub scale: Scale,
    /// Of what period amounts are.
    pub period: Period,
    /// Money of the survey for an international dollar of 2017.
    pub ppp: Option<f64>,
    /// Shares of consumption beyond which out-of-pocket spending is catastrophic.
    pub thresholds: Vec<f64>,
    /// What is done with out-of-pocket spending above consumption.
    pub above: Above,
    /// Whether rows with an empty cell are left out.
    pub drop_missing: bool,
    /// What is done with strata of one PSU.
    pub lone: LonePsu,
    /// How standard errors are made.
    pub errors: Errors,
    /// Estimates from fewer rows, or from fewer events, are masked.
    pub min_cell: usize,
}

impl Asked {
    /// The columns that must hold numbers, with what they hold.
    pub fn numbers(&self) -> Vec<(Holds, &str)> {
        let single = [
            (Holds::Weight, &self.weight),
            (Holds::Size, &self.size),
            (Holds::Consumption, &self.consumption),
            (Holds::OutOfPocket, &self.oop),
            (Holds::Food, &self.food),
            (Holds::Income, &self.income),
            (Holds::Rank, &self.rank),
            (Holds::Adults, &self.adults),
            (Holds::Children, &self.children),
        ];
        let mut all: Vec<(Holds, &str)> = single
            .into_iter()
            .filter_map(|(holds, name)| Some((holds, name.as_deref()?)))
            .collect();
        all.extend(self.panel.iter().map(|(_, wave)| (Holds::Wave, wave.as_str())));
        for (at, line) in self.lines.iter().enumerate() {
            if let LineAsked::Column(name) = line {
                all.push((Holds::Line(at), name));
            }
        }
        all.extend(
            self.outcomes
                .iter()
                .enumerate()
                .map(|(at, name)| (Holds::Outcome(at), name.as_str())),
        );
        all.extend(
            self.factors
                .iter()
                .enumerate()
                .map(|(at, name)| (Holds::Factor(at), name.as_str())),
        );
        all
    }

    /// The columns that part the rows into groups; in a panel the wave does.
    pub fn partitions(&self) -> impl Iterator<Item = &String> {
        self.groups.iter().chain(self.panel.iter().map(|(_, wave)| wave))
    }

    /// All columns: those of numbers, then those of names.
    pub fn columns(&self) -> Vec<&str> {
        let numbers = self.numbers().into_iter().map(|(_, name)| name);
        numbers.chain(self.names()).collect()
    }

    /// The columns that hold names.
    pub fn names(&self) -> Vec<&str> {
        let design = self.strata.iter().chain(&self.psu);
        let household = self.panel.iter().map(|(household, _)| household);
        let names: Vec<&str> = self
            .partitions()
            .chain(design)
            .chain(household)
            .map(String::as_str)
            .collect();
        let first = |(at, name): &(usize, &&str)| !names[..*at].contains(name);
        names.iter().enumerate().filter(first).map(|(_, name)| *name).collect()
    }
}
