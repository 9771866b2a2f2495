//! What a run hands to whoever reads it: counts by year, county and category, and what its layers and gauges are called.

use super::tally::{CountyYear, Tally};
use crate::month::epidemic::EpidemicYear;
use crate::units::Fen;
use crate::world::{ALL_CATEGORIES, Category, Delivered};
use crate::year::demography::Moves;
use crate::year::funds::{FundYear, JointYear};
use crate::year::poverty;
use crate::year::workforce::WorkforceYear;

/// A county's year as counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountyResult {
    /// The county.
    pub county: String,
    /// Counts by category.
    pub counted: CountyYear,
    /// The fund's year.
    pub fund: FundYear,
    /// Births, arrivals, departures.
    pub moves: Moves,
    /// The epidemic's year.
    pub epidemic: EpidemicYear,
    /// The workforce on 31 December.
    pub workforce: WorkforceYear,
    /// Residents (weighted) on 1 January of this year and of the next.
    pub residents: (i64, i64),
    /// What was delivered of the programmes that the county pays for; a programme that is not named was delivered in full.
    pub delivered: Delivered,
}

/// A year of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct YearResult {
    /// The year.
    pub year: i32,
    /// By county, in the order of the world.
    pub counties: Vec<CountyResult>,
    /// Accounts that counties held together: pools, adjustment funds, and those that ended on 1 January.
    pub joint: Vec<JointYear>,
}

impl YearResult {
    /// Moves what each layer paid from its place in `old` to that in `new`. What is not in `new` paid nothing.
    pub fn reorder_layers(&mut self, old: &[String], new: &[String]) {
        if old == new {
            return;
        }
        let cells = self.counties.iter_mut().flat_map(|county| &mut county.counted.cells);
        for layers in cells.map(|cell| &mut cell.layers) {
            let paid = *layers;
            layers.fill(0);
            for (place, id) in layers.iter_mut().zip(new) {
                *place = old.iter().position(|own| own == id).map_or(0, |at| paid[at]);
            }
        }
    }
}

/// What one replicate of one scenario gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunResult {
    /// The reported years.
    pub years: Vec<YearResult>,
    /// Layer ids, in the order of the tallies.
    pub layers: Vec<String>,
    /// Gauges (id, convention, line id), in the order of the tallies.
    pub gauges: Vec<(String, poverty::Convention, String)>,
    /// Fen per head of each gauge's line in each reported year.
    pub lines: Vec<Vec<Fen>>,
}

impl RunResult {
    /// The gauge by which households are said to fall and return: of the register and against the national line, else the first
    /// of the register; none where no gauge is of the register.
    pub fn headline_gauge(&self) -> Option<usize> {
        let register = |at: &usize| self.gauges[*at].1 == poverty::Convention::Register;
        let mut own = (0..self.gauges.len()).filter(register);
        let first = own.clone().next();
        own.find(|&at| self.gauges[at].2 == "national").or(first)
    }

    /// The same with the counts of these categories of households alone; accounts and moves stay those of everybody. Counts by
    /// fifth stay where all households of their group do.
    #[must_use]
    pub fn only(&self, categories: &[Category]) -> RunResult {
        let mut own = self.clone();
        let others = ALL_CATEGORIES
            .into_iter()
            .filter(|category| !categories.contains(category));
        let others: Vec<Category> = others.collect();
        for county in own.years.iter_mut().flat_map(|year| &mut year.counties) {
            for &category in &others {
                county.counted.cells[category as usize] = Tally::default();
                let group = usize::from(category != Category::Lifted);
                county.counted.fifths[group] = Default::default();
            }
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use poverty::Convention::{IncomeOnly, MeasuredNet, Register};

    #[test]
    fn the_headline_is_of_the_register_and_national_where_it_can_be() {
        let of = |gauges: &[(poverty::Convention, &str)]| {
            let named = gauges
                .iter()
                .map(|&(held, line)| (String::new(), held, line.to_owned()));
            let result = RunResult {
                gauges: named.collect(),
                ..RunResult::default()
            };
            result.headline_gauge()
        };
        let (income, measured) = ((IncomeOnly, "national"), (MeasuredNet, "ppp"));
        let (national, monitoring) = ((Register, "national"), (Register, "monitoring"));
        assert_eq!(of(&[income, monitoring, national]), Some(2));
        assert_eq!(of(&[income, monitoring, measured, (Register, "other")]), Some(1));
        assert_eq!(of(&[income, measured]), None);
        assert_eq!(of(&[]), None);
    }
}
