//! What a scenario costs beyond the base and what it averts, replicate by replicate, for cost-effectiveness planes.
//!
//! Everything is summed over all reported years, in nominal yuan, and nothing is discounted, neither money nor years of life.

use super::marks::{Basis, Marked};
use crate::indicators::result::RunResult;
use crate::indicators::table::Slice;
use crate::indicators::tally::Tally;
use crate::month::insurance::Funder;
use crate::output::Study;
use crate::study::public_cost;
use crate::world::Category;

/// What is counted: name, category, unit, meaning.
pub(super) const ITEMS: [(&str, &str, &str, &str); 9] = [
    (
        "public_cost",
        "all",
        "yuan",
        "insurance and aid layers but those of commercial insurers, delivery of programmes, dibao and cash, less premiums of households",
    ),
    (
        "oop",
        "all",
        "yuan",
        "out of pocket of households, before what stayed unpaid",
    ),
    (
        "returns",
        "lifted",
        "falls of households",
        "lifted households not poor on 1 January and poor at the close, once a fall: the numerator of return_hazard",
    ),
    (
        "returns_without_illness",
        "lifted",
        "falls of households",
        "of lifted households at risk, poor at the close even without this year's bill and lost work: the numerator of \
         return_hazard_without_illness",
    ),
    (
        "returns_by_illness",
        "lifted",
        "falls of households",
        "returns less returns_without_illness: those that have illness as a cause, less those that illness kept from falling",
    ),
    (
        "dalys",
        "all",
        "years",
        "years of life lost and years lived with disability, undiscounted and without age weights",
    ),
    ("person_years", "all", "years", "people on 1 January of each year"),
    (
        "household_years",
        "lifted",
        "years",
        "lifted households on 1 January of each year",
    ),
    (
        "household_years_at_risk",
        "lifted",
        "years",
        "lifted households not poor on 1 January of each year: the denominator of return_hazard",
    ),
];

/// The convention and the line of returns.
const GAUGE: (&str, &str) = ("register", "national");

/// Whether anything stands beside the base.
pub(super) fn any(study: &Study) -> bool {
    study.arms.iter().skip(1).any(|arm| !arm.control)
}

/// One row a scenario, replicate and item.
pub(super) fn table(study: &Study) -> String {
    let header = [
        "base",
        "scenario",
        "replicate",
        "from",
        "to",
        "category",
        "item",
        "line",
        "convention",
        "unit",
        "in_base",
        "in_scenario",
        "difference",
    ];
    let mut sheet = Marked::new(study.min_cell, &header, vec![10, 11, 12]);
    let Some((base, others)) = study.arms.split_first() else {
        return sheet.text();
    };
    // A scenario whose layers cannot be read could not have been lived.
    let Ok(base_funders) = base.policy.funders() else {
        return sheet.text();
    };
    for arm in others.iter().filter(|arm| !arm.control) {
        let Ok(funders) = arm.policy.funders() else { continue };
        for (replicate, (one, two)) in base.results.iter().zip(&arm.results).enumerate() {
            let place = |cells: &mut Vec<String>| {
                let years = [one.years.first(), one.years.last()];
                let years = years.map(|year| year.map_or(String::new(), |year| year.year.to_string()));
                cells.extend([base.id.clone(), arm.id.clone(), replicate.to_string()]);
                cells.extend(years);
            };
            rows(
                &mut sheet,
                &place,
                [World::of(one, &base_funders), World::of(two, &funders)],
            );
        }
    }
    sheet.text()
}

/// The rows of a scenario and replicate; `place` begins each.
fn rows(sheet: &mut Marked, place: &dyn Fn(&mut Vec<String>), [base, other]: [World; 2]) {
    let falls = |world: &World| {
        let own = world.amount("returns");
        own.zip(world.amount("returns_without_illness"))
            .map_or(0, |((all, _), (without, _))| all.min(without).min(all - without))
    };
    // Each of the three follows from the two others: they are shown or hidden together.
    let fewest = falls(&base).min(falls(&other));
    for (item, category, unit, _) in ITEMS {
        let Some(((one, decimals), (two, _))) = base.amount(item).zip(other.amount(item)) else {
            continue;
        };
        let households = base.households(category).min(other.households(category));
        let counted = item.starts_with("returns");
        let basis = if counted {
            Basis::of(one.min(two).max(0), fewest as f64)
        } else {
            Basis::NONE
        };
        let gauge = if counted || item == "household_years_at_risk" {
            GAUGE
        } else {
            ("", "")
        };
        let mut cells = Vec::new();
        place(&mut cells);
        cells.extend([category, item, gauge.1, gauge.0, unit].map(str::to_owned));
        cells.extend([one, two, two - one].map(|amount| exact(amount, decimals)));
        sheet.row(cells, basis.among(households));
    }
}

/// The sums of one world over all years.
struct World<'a> {
    everybody: Tally,
    lifted: Tally,
    funders: &'a [Funder],
    gauge: Option<usize>,
    years: usize,
}

impl World<'_> {
    fn of<'a>(result: &RunResult, funders: &'a [Funder]) -> World<'a> {
        let sum = |category| {
            let slice = Slice {
                year: None,
                county: None,
                category,
            };
            slice.tally(result, false)
        };
        let gauges = result.gauges.iter();
        let mut named = gauges.map(|(_, convention, line)| (convention.name(), line.as_str()));
        World {
            everybody: sum(None),
            lifted: sum(Some(Category::Lifted)),
            funders,
            gauge: named.position(|own| own == GAUGE),
            years: result.years.len(),
        }
    }

    /// An item in its smallest unit, and how many decimals of the unit of the table that is; nothing where it is not counted.
    fn amount(&self, item: &str) -> Option<(i64, usize)> {
        let (all, lifted) = (&self.everybody, &self.lifted);
        let falls = |of: fn(&Tally, usize) -> i64| self.gauge.map(|gauge| (of(lifted, gauge), 0));
        match item {
            "public_cost" => Some((public_cost(all, self.funders), 2)),
            "oop" => Some((all.oop, 2)),
            "returns" => falls(|tally, gauge| tally.returned[gauge]),
            "returns_without_illness" => falls(|tally, gauge| tally.returned_without_illness[gauge]),
            "returns_by_illness" => falls(|tally, gauge| tally.returned[gauge] - tally.returned_without_illness[gauge]),
            "dalys" => Some((all.yll_milli + all.yld_milli, 3)),
            "person_years" => Some((all.persons, 0)),
            "household_years" => Some((lifted.households, 0)),
            "household_years_at_risk" => falls(|tally, gauge| tally.at_risk[gauge]),
            _ => None,
        }
    }

    /// Households behind an item in the mean year.
    fn households(&self, category: &str) -> f64 {
        let tally = if category == "all" {
            &self.everybody
        } else {
            &self.lifted
        };
        tally.households as f64 / self.years.max(1) as f64
    }
}

/// A whole number of smallest units, written out in the unit without rounding.
fn exact(amount: i64, decimals: usize) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", amount.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_to_the_smallest_unit() {
        assert_eq!(exact(123_456, 2), "1234.56");
        assert_eq!(exact(-5, 2), "-0.05");
        assert_eq!(exact(-1_500, 3), "-1.500");
        assert_eq!(exact(0, 2), "0.00");
        assert_eq!(exact(-17, 0), "-17");
    }

    fn world(returned: i64, without: i64, cost: i64) -> World<'static> {
        let mut lifted = Tally {
            households: 40,
            ..Tally::default()
        };
        lifted.returned[1] = returned;
        lifted.returned_without_illness[1] = without;
        lifted.at_risk[1] = 35;
        let everybody = Tally {
            cash: cost,
            persons: 300,
            households: 100,
            ..Tally::default()
        };
        World {
            everybody,
            lifted,
            funders: &[],
            gauge: Some(1),
            years: 2,
        }
    }

    fn written(min_cell: Option<u32>) -> String {
        let columns = [
            "item",
            "category",
            "name",
            "line",
            "convention",
            "unit",
            "base",
            "other",
            "difference",
        ];
        let mut sheet = Marked::new(min_cell, &columns, vec![6, 7, 8]);
        let place = |cells: &mut Vec<String>| cells.push("x".into());
        rows(&mut sheet, &place, [world(30, 5, 100), world(25, 4, 350)]);
        sheet.text()
    }

    #[test]
    fn differences_are_scenario_less_base() {
        let text = written(None);
        for row in [
            "x,all,public_cost,,,yuan,1.00,3.50,2.50,,",
            "x,lifted,returns,national,register,falls of households,30,25,-5,25,false",
            "x,lifted,returns_without_illness,national,register,falls of households,5,4,-1,4,true",
            "x,lifted,returns_by_illness,national,register,falls of households,25,21,-4,21,false",
            "x,lifted,household_years_at_risk,national,register,years,35,35,0,,",
        ] {
            assert!(text.lines().any(|line| line == row), "{row}\n{text}");
        }
        assert_eq!(text.lines().count(), 1 + ITEMS.len());
    }

    #[test]
    fn returns_that_would_tell_a_hidden_one_are_hidden_too() {
        // Four falls without illness are too few, and follow from the two others.
        let text = written(Some(10));
        for item in ["returns", "returns_without_illness", "returns_by_illness"] {
            let start = format!("x,lifted,{item},national,register,falls of households,,,,,masked");
            assert!(text.lines().any(|line| line == start), "{item}\n{text}");
        }
        assert!(text.contains("x,all,public_cost,,,yuan,1.00,3.50,2.50,,"));
        assert!(!written(Some(60)).contains("public_cost,,,yuan,1.00"), "50 households");
    }
}
