//! What stands behind a row: too few events to be read, or too few to be shown.
//!
//! The last columns of a table are the events that decide (`events`, over all replicates, weighted) and whether they are few
//! ([`FEW_EVENTS`]); both are empty where nothing is counted. With `--min-cell N` a row behind which stand fewer than `N` households or
//! events, in the mean replicate, has its values left empty and is marked as masked: a value that is not shown is never shown as zero.

use super::Sheet;
use crate::indicators::table::FEW_EVENTS;

/// The word for a row that is not shown.
pub(crate) const MASKED: &str = "masked";

/// What a row rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Basis {
    /// Events over all replicates; none where nothing is counted.
    events: Option<i64>,
    /// The fewest households or events behind it, in the mean replicate.
    least: f64,
}

impl Basis {
    /// Of what rests on nothing that could be few: money of an account, rules, plans.
    pub const NONE: Basis = Basis {
        events: None,
        least: f64::INFINITY,
    };

    /// Events over all of so many replicates.
    pub fn events(events: i64, replicates: usize) -> Basis {
        Basis::of(events, events as f64 / replicates.max(1) as f64)
    }

    /// Events over all replicates, and how many there are at a time in the mean replicate.
    pub fn of(events: i64, least: f64) -> Basis {
        Basis {
            events: Some(events),
            least,
        }
    }

    /// Of those it is about there are no more than `people` in the mean replicate.
    pub fn among(self, people: f64) -> Basis {
        Basis {
            least: self.least.min(people),
            ..self
        }
    }

    /// The fewest of what it is made of.
    pub fn and(self, other: Basis) -> Basis {
        let fewest = [self.events, other.events].into_iter().flatten().min();
        Basis {
            events: fewest,
            least: self.least.min(other.least),
        }
    }

    /// Whether there are few events; empty where nothing is counted.
    fn few(self) -> String {
        self.events
            .map_or(String::new(), |events| ((events as f64) < FEW_EVENTS).to_string())
    }
}

/// A table whose rows end with what they rest on.
pub(super) struct Marked {
    sheet: Sheet,
    /// Rows that rest on less are not shown.
    min_cell: f64,
    /// The columns that are emptied then.
    values: Vec<usize>,
}

impl Marked {
    /// An empty table; `values` are the columns that are emptied in a row that is not shown.
    pub fn new(min_cell: Option<u32>, header: &[&str], values: Vec<usize>) -> Marked {
        Marked::called(min_cell, header, values, "few_events")
    }

    /// The same in a table that has a column `few_events` of its own.
    pub fn called(min_cell: Option<u32>, header: &[&str], values: Vec<usize>, few: &str) -> Marked {
        Marked {
            sheet: Sheet::new(&[header, &["events", few]].concat()),
            min_cell: min_cell.map_or(0.0, f64::from),
            values,
        }
    }

    /// Whether a row is not shown.
    pub fn masks(&self, basis: Basis) -> bool {
        basis.least < self.min_cell
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>, basis: Basis) {
        let masked = self.masks(basis);
        self.row_or_mask(cells, basis, masked);
    }

    /// Adds a row that is not shown if `masked`.
    pub fn row_or_mask(&mut self, mut cells: Vec<String>, basis: Basis, masked: bool) {
        let events = basis.events.map_or(String::new(), |events| events.to_string());
        let mut marks = [events, basis.few()];
        if masked {
            self.values.iter().for_each(|&at| cells[at].clear());
            marks = [String::new(), MASKED.into()];
        }
        cells.extend(marks);
        self.sheet.row(cells);
    }

    /// The text of the table.
    pub fn text(self) -> String {
        self.sheet.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(min_cell: Option<u32>) -> String {
        let mut table = Marked::new(min_cell, &["place", "value", "unit"], vec![1]);
        let row = |value: &str| vec!["here".into(), value.into(), "share".into()];
        table.row(row("0.5"), Basis::events(40, 4));
        table.row(row("0.1"), Basis::events(19, 4));
        table.row(row("0"), Basis::events(0, 4));
        table.row(row("0.7"), Basis::events(40, 4).among(3.0));
        table.row(row("12"), Basis::NONE);
        table.text()
    }

    #[test]
    fn few_events_are_marked_and_nothing_is_masked_unasked() {
        assert_eq!(
            rows(None),
            "place,value,unit,events,few_events\nhere,0.5,share,40,false\nhere,0.1,share,19,true\nhere,0,share,0,true\n\
             here,0.7,share,40,false\nhere,12,share,,\n"
        );
    }

    #[test]
    fn a_masked_cell_is_empty_and_never_zero() {
        // Ten in the mean replicate are shown; 4.75, none, and three households behind forty events are not; money of an account is.
        assert_eq!(
            rows(Some(10)),
            "place,value,unit,events,few_events\nhere,0.5,share,40,false\nhere,,share,,masked\nhere,,share,,masked\n\
             here,,share,,masked\nhere,12,share,,\n"
        );
    }
}
