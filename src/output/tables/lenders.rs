//! The accounts of those who lend to households, by county and year.

use super::Sheet;
use super::funds::row;
use crate::indicators::result::RunResult;
use crate::output::Study;
use crate::year::lenders::{LENDER_NAMES, Lending, Loans};

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

/// The accounts of bank and kin in the counties.
pub(super) fn table(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "scenario",
        "year",
        "county",
        "lender",
        "item",
        "unit",
        "mean",
        "se",
        "lo",
        "hi",
        "replicates",
        "meaning",
    ]);
    for arm in study.arms {
        let Some(first) = arm.results.first() else { continue };
        for (y, year) in first.years.iter().enumerate() {
            for (c, county) in year.counties.iter().enumerate() {
                let when = year.year.to_string();
                let of = |result: &RunResult, y: usize| -> Lending { result.years[y].counties[c].counted.lending };
                let yuan = |read: &dyn Fn(&RunResult) -> i64| -> Vec<f64> {
                    let replicates = arm.results.iter();
                    replicates.map(|result| read(result) as f64 / 100.0).collect()
                };
                for (lender, name) in LENDER_NAMES.into_iter().enumerate() {
                    let place = [arm.id.as_str(), when.as_str(), county.county.as_str(), name];
                    if y > 0 {
                        let what = "taken over from the other lender on 1 January, in the opening";
                        let before = |result: &RunResult| of(result, y - 1).loans[lender].closing();
                        let taken = yuan(&|result| of(result, y).loans[lender].opening - before(result));
                        row(&mut sheet, &place, ("taken_over", "yuan", what), &taken);
                    }
                    for (item, flow, meaning) in FLOWS {
                        let values = yuan(&|result| flow(&of(result, y).loans[lender]));
                        row(&mut sheet, &place, (item, "yuan", meaning), &values);
                    }
                }
                let both = [arm.id.as_str(), when.as_str(), county.county.as_str(), "both"];
                let interest = yuan(&|result| of(result, y).interest());
                row(
                    &mut sheet,
                    &both,
                    ("interest", "yuan", "paid by households beside the principal"),
                    &interest,
                );
            }
        }
    }
    sheet.text()
}
