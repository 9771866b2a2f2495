//! Comparisons in which spending and forgone care move against each other beyond noise, each with its sentence.

use super::marks::{Basis, Marked};
use super::{Sheet, number};
use crate::output::Study;
use crate::study::each::Row;
use crate::study::flags::{Flag, flags};

const HEADER: [&str; 17] = [
    "base",
    "scenario",
    "year",
    "county",
    "category",
    "flag",
    "spending",
    "spending_unit",
    "spending_difference",
    "spending_lo",
    "spending_hi",
    "forgone",
    "forgone_difference",
    "forgone_lo",
    "forgone_hi",
    "replicates",
    "sentence",
];

/// The flags of every scenario beside the base.
pub(super) fn table(study: &Study) -> String {
    let mut sheet = Marked::new(study.min_cell, &HEADER, vec![8, 9, 10, 12, 13, 14, 16]);
    if let Some((base, others)) = study.arms.split_first() {
        for arm in others.iter().filter(|arm| !arm.control) {
            for flag in flags(base, arm) {
                let basis = Basis::events(flag.events, arm.results.len());
                sheet.row(cells(&base.id, &arm.id, &flag), basis);
            }
        }
    }
    sheet.text()
}

/// The flags of a sweep of programmes, each beside the scenario that it is held against.
pub fn programme_flags(rows: &[Row]) -> String {
    let mut sheet = Sheet::new(&[&HEADER[..], &["events", "few_events"]].concat());
    for row in rows {
        for flag in &row.flags {
            let mut cells = cells(&row.programme.against, &row.programme.id, flag);
            cells.extend([flag.events.to_string(), flag.has_few_events().to_string()]);
            sheet.row(cells);
        }
    }
    sheet.text()
}

fn cells(base: &str, scenario: &str, flag: &Flag) -> Vec<String> {
    let ((spending, less), (forgone, more)) = (&flag.spending, &flag.forgone);
    let county = flag.county.as_deref().unwrap_or("all");
    let category = flag.category.map_or("all", |category| category.name());
    let head = [
        base,
        scenario,
        "all",
        county,
        category,
        flag.verdict.name(),
        spending.id,
        spending.unit,
    ];
    let mut cells: Vec<String> = head.into_iter().map(str::to_owned).collect();
    cells.extend([less.mean, less.lo, less.hi].map(number));
    cells.push(forgone.id.to_owned());
    cells.extend([more.mean, more.lo, more.hi].map(number));
    cells.extend([less.n.to_string(), flag.sentence()]);
    cells
}
