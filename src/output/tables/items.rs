//! Long tables of items: one row for each item of each place and year, over the replicates.

use super::marks::{Basis, Marked};
use super::number;
use crate::indicators::result::{CountyResult, RunResult};
use crate::indicators::table::Estimate;
use crate::output::Study;

/// What an item is: its name, its unit, its meaning.
pub(super) type What = (&'static str, &'static str, &'static str);

/// A table of items whose places take the columns given to [`Items::new`].
pub(super) struct Items(Marked);

impl Items {
    /// An empty table: scenario, year, the columns of a place, item, unit, the estimate, meaning.
    pub fn new(study: &Study, place: &[&str]) -> Items {
        let estimate = ["item", "unit", "mean", "se", "lo", "hi", "replicates", "meaning"];
        let header = [&["scenario", "year"], place, &estimate].concat();
        // Behind scenario, year, place, item and unit.
        let first = place.len() + 4;
        Items(Marked::new(study.min_cell, &header, (first..first + 4).collect()))
    }

    /// One row: an item over the replicates, and what it rests on.
    pub fn row(&mut self, (scenario, year): (&str, i32), place: &[&str], what: What, values: &[f64], basis: Basis) {
        let (item, unit, meaning) = what;
        let estimate = Estimate::of(values);
        let mut cells = vec![scenario.into(), year.to_string()];
        cells.extend(place.iter().chain(&[item, unit]).map(ToString::to_string));
        cells.extend([estimate.mean, estimate.se, estimate.lo, estimate.hi].map(number));
        cells.extend([estimate.n.to_string(), meaning.into()]);
        self.0.row(cells, basis);
    }

    /// The text of the table.
    pub fn text(self) -> String {
        self.0.text()
    }
}

/// What a county's year has of an item; it may look at the county's year before, where that is reported.
pub(super) type Read<'a> = &'a dyn Fn(&CountyResult, Option<&CountyResult>) -> f64;

/// What is counted for an item in a county's year, where it counts anything.
pub(super) type Counted = Option<fn(&CountyResult) -> i64>;

/// A table of items by county and year: `each` puts its rows, every one with what stands between county and item. `counted` says
/// what an item counts, by its name.
pub(super) fn by_county(
    study: &Study,
    between: &[&str],
    counted: &dyn Fn(&str) -> Counted,
    each: impl Fn(bool, &mut dyn FnMut(&[&str], What, Read)),
) -> String {
    let mut items = Items::new(study, &[&["county"], between].concat());
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (c, county) in year.counties.iter().enumerate() {
                let of = |result: &RunResult, read: Read| {
                    let own = |y: usize| &result.years[y].counties[c];
                    read(own(y), y.checked_sub(1).map(own))
                };
                each(y > 0, &mut |place, what, read| {
                    let values: Vec<f64> = arm.results.iter().map(|result| of(result, read)).collect();
                    let place = [&[county.county.as_str()], place].concat();
                    let sum = |count: fn(&CountyResult) -> i64| -> i64 {
                        let counties = arm.results.iter().map(|result| &result.years[y].counties[c]);
                        counties.map(count).sum()
                    };
                    let n = arm.results.len();
                    let basis = counted(what.0).map_or(Basis::NONE, |count| Basis::events(sum(count), n));
                    let people = sum(|county| county.residents.0) as f64 / n as f64;
                    items.row((&arm.id, year.year), &place, what, &values, basis.among(people));
                });
            }
        }
    }
    items.text()
}

/// An item of counties: its name, unit, how it is read, its meaning, and what it counts.
pub(super) type Item = (
    &'static str,
    &'static str,
    fn(&CountyResult) -> f64,
    &'static str,
    Counted,
);

/// A table of the same items for each county and year.
pub(super) fn listed(study: &Study, items: &[Item]) -> String {
    let counted = |name: &str| items.iter().find(|item| item.0 == name).and_then(|item| item.4);
    by_county(study, &[], &counted, |_, put| {
        for &(item, unit, read, meaning, _) in items {
            put(&[], (item, unit, meaning), &|county, _| read(county));
        }
    })
}
