//! The purse of a household month by month: every amount that came in or went out, in tables of half a year.

use super::page::{Page, left, yuan};
use super::words::Words;
use crate::study::explain::record::{Chapter, MonthLived, Purse};
use crate::units::Fen;

/// A line of the ledger: its sign, its name, and its amount in a month or in the year.
pub struct Line {
    /// `+` comes in, `-` goes out, `=` is what is left; none stands for itself.
    pub sign: &'static str,
    /// The word of the phrase in JSON.
    pub key: &'static str,
    /// The name on the page.
    pub name: &'static str,
    /// The amount.
    pub of: fn(&Purse) -> Fen,
}

/// Every line of the account, in order.
pub fn lines(words: &Words) -> Vec<Line> {
    let line = |sign, key, name, of: fn(&Purse) -> Fen| Line { sign, key, name, of };
    vec![
        line("", "savings_before", words.savings_before, |purse| purse.before.savings),
        line("+", "income", words.income, |purse| purse.income),
        line("+", "transfers", words.transfers, |purse| purse.transfers),
        line("+", "reimbursed", words.reimbursed, |purse| purse.reimbursed),
        line("+", "borrowed_for_care", words.borrowed_for_care, |purse| {
            purse.borrowed_for_care
        }),
        line("+", "borrowed_else", words.borrowed_else, |purse| purse.borrowed_else),
        line("+", "sold", words.sold, |purse| purse.sold),
        line("-", "consumed", words.consumed, |purse| purse.consumed),
        line("-", "care_paid", words.care_paid, Purse::care_paid),
        line("-", "travel", words.travel, |purse| purse.travel),
        line("-", "premium", words.premium, |purse| purse.premium),
        line("-", "medical_service", words.medical_service, |purse| {
            purse.medical_service
        }),
        line("-", "other_service", words.other_service, |purse| purse.other_service),
        line("-", "prepaid", words.prepaid, |purse| purse.prepaid),
        line("=", "savings_after", words.savings_after, |purse| purse.after.savings),
    ]
}

/// Lines beside the account: what illness asked and took, and what is owned and owed at the end.
fn beside(words: &Words) -> Vec<Beside> {
    let flow = |name, of: fn(&MonthLived) -> Fen| Beside { name, of, flows: true };
    let stock = |name, of: fn(&MonthLived) -> Fen| Beside { name, of, flows: false };
    vec![
        flow(words.lost, |month| month.purse.lost),
        flow(words.bills_total, MonthLived::billed),
        flow(words.bills_paid, MonthLived::covered),
        flow(words.bills_own, MonthLived::own_part),
        flow(words.bills_advanced, MonthLived::advanced),
        flow(words.unpaid, |month| month.purse.unpaid),
        stock(words.medical_debt, |month| month.purse.after.medical_debt),
        stock(words.other_debt, |month| month.purse.after.other_debt),
        stock(words.assets, |month| month.purse.after.assets),
    ]
}

/// A line beside the account.
struct Beside {
    name: &'static str,
    of: fn(&MonthLived) -> Fen,
    /// It adds up over months; what does not is that of the last month.
    flows: bool,
}

impl Beside {
    fn year(&self, months: &[MonthLived]) -> Fen {
        if self.flows {
            months.iter().map(self.of).sum()
        } else {
            months.last().map_or(Fen::ZERO, self.of)
        }
    }
}

/// Months of a table.
const HALF: usize = 6;

/// Tells the ledger.
pub fn tell(words: &Words, chapter: &Chapter, page: &mut Page) {
    page.heading(words.purse_part);
    page.paragraph(0, words.purse_note);
    let months = &chapter.months;
    let year = chapter.purse();
    let account: Vec<Line> = lines(words);
    let beside: Vec<Beside> = beside(words);
    let mut shown = months.len().div_ceil(HALF);
    for half in months.chunks(HALF) {
        shown -= 1;
        // The year stands beside its last months.
        let last = shown == 0;
        let mut header = vec![String::new()];
        header.extend(half.iter().map(|month| words.months[month.when.index()].to_owned()));
        header.extend(last.then(|| words.year_column.to_owned()));
        let mut rows = vec![header];
        for line in &account {
            let ever = months.iter().any(|month| (line.of)(&month.purse) != Fen::ZERO);
            if ever || matches!(line.sign, "" | "=") {
                let mut row = vec![format!("{} {}", left(line.sign, 1), line.name)];
                row.extend(half.iter().map(|month| yuan((line.of)(&month.purse))));
                row.extend(last.then(|| yuan((line.of)(&year))));
                rows.push(row);
            }
        }
        for line in &beside {
            if months.iter().any(|month| (line.of)(month) != Fen::ZERO) {
                let mut row = vec![format!("  {}", line.name)];
                row.extend(half.iter().map(|month| yuan((line.of)(month))));
                row.extend(last.then(|| yuan(line.year(months))));
                rows.push(row);
            }
        }
        page.gap();
        page.table(0, &rows);
    }
}
