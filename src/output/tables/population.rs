//! People who come and go, by county and year.

use super::marks::{Basis, Marked};
use super::number;
use crate::indicators::result::CountyResult;
use crate::output::Study;

/// What a row of the table shows.
type Item = (&'static str, fn(&CountyResult) -> i64);

/// The table.
pub(super) fn table(study: &Study) -> String {
    let mut sheet = Marked::new(
        study.min_cell,
        &["scenario", "year", "county", "item", "mean_persons"],
        vec![4],
    );
    let items: [Item; 6] = [
        ("start", |c| c.residents.0),
        ("births", |c| c.moves.births),
        ("arrivals", |c| c.moves.arrivals),
        ("deaths", |c| c.counted.cells.iter().map(|cell| cell.deaths).sum()),
        ("departures", |c| c.moves.departures),
        ("end", |c| c.residents.1),
    ];
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (c, county) in year.counties.iter().enumerate() {
                for (item, read) in items {
                    let total: i64 = arm.results.iter().map(|r| read(&r.years[y].counties[c])).sum();
                    let mean = total as f64 / arm.results.len() as f64;
                    let cells = vec![
                        arm.id.clone(),
                        year.year.to_string(),
                        county.county.clone(),
                        item.into(),
                        number(mean),
                    ];
                    sheet.row(cells, Basis::events(total, arm.results.len()));
                }
            }
        }
    }
    sheet.text()
}
