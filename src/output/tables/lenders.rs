//! The accounts of those who lend to households, by county and year.

use super::items::by_county;
use crate::output::Study;
use crate::year::lenders::{LENDER_NAMES, Loans};

/// A flow of an account: its name, the amount, and what it is.
type Flow = (&'static str, fn(&Loans) -> i64, &'static str);

/// opening + lent - repaid - from_estates - written_off = closing, to the fen.
const FLOWS: [Flow; 6] = [
    ("opening", |loans| loans.opening, "owed by households on 1 January"),
    ("lent", |loans| loans.lent, "+ lent to households"),
    ("repaid", Loans::repaid, "- paid back by households"),
    (
        "from_estates",
        |loans| loans.from_estates,
        "- paid from what households left that ended",
    ),
    (
        "written_off",
        |loans| loans.written_off,
        "- lost with households that ended",
    ),
    ("closing", Loans::closing, "owed by households on 31 December"),
];

/// What the remaining rows mean.
const TAKEN_OVER: &str = "taken over from the other lender on 1 January, in the opening";
const INTEREST: &str = "paid by households beside the principal";

/// The accounts of bank and kin in the counties.
pub(super) fn table(study: &Study) -> String {
    by_county(study, &["lender"], &|_| None, |later, put| {
        for (lender, name) in LENDER_NAMES.into_iter().enumerate() {
            if later {
                put(&[name], ("taken_over", "yuan", TAKEN_OVER), &|county, before| {
                    let closed = before.map_or(0, |before| before.counted.lending.loans[lender].closing());
                    yuan(county.counted.lending.loans[lender].opening - closed)
                });
            }
            for (item, flow, meaning) in FLOWS {
                put(&[name], (item, "yuan", meaning), &|county, _| {
                    yuan(flow(&county.counted.lending.loans[lender]))
                });
            }
        }
        put(&["both"], ("interest", "yuan", INTEREST), &|county, _| {
            yuan(county.counted.lending.interest())
        });
    })
}

fn yuan(fen: i64) -> f64 {
    fen as f64 / 100.0
}
