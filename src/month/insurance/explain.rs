//! A settlement told step by step, for people to read: the same steps as in the loop, heard and written down.

use super::stack::{LayerToDate, Stack, Step, YearToDate};
use super::{Base, Bill, Claimant, Funder, Per, Split};
use crate::units::{Fen, Ppm};

/// What one layer did to a bill, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Its place in the stack.
    pub layer: usize,
    /// The part of the bill that it looks at.
    pub of: Base,
    /// What was left of it.
    pub base: Fen,
    /// When its deductible is met.
    pub per: Per,
    /// The deductible: of this bill, or of the year.
    pub deductible: Fen,
    /// Of `base`, what fell under the deductible.
    pub under_deductible: Fen,
    /// What lies above the deductible, bracket by bracket.
    pub parts: Vec<Part>,
    /// What the ceilings leave for this bill; `None` where there is none.
    pub ceiling_bill: Option<Fen>,
    /// The same of the year.
    pub ceiling_year: Option<Fen>,
    /// What it promises: the parts, at most the ceilings.
    pub promised: Fen,
    /// The share of promises that its funder meets this year.
    pub rate: Ppm,
    /// What it pays.
    pub paid: Fen,
    /// Who bears it.
    pub funder: Funder,
    /// Months until the money comes.
    pub delay_months: i32,
}

/// A stretch of a bill within one bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How much of the bill lies in the bracket.
    pub amount: Fen,
    /// The bracket's share.
    pub share: Ppm,
    /// The share of the amount.
    pub pays: Fen,
}

impl Stack {
    /// Settles a bill as [`Stack::settle`] does, and tells what each layer that looks at it did.
    pub fn explain(&self, bill: &Bill, who: &Claimant, year: &mut YearToDate) -> (Split, Vec<Explained>) {
        let mut told = Vec::new();
        let split = self.settle_heard(bill, who, year, |step| told.push(self.tell(step, who)));
        (split, told)
    }

    fn tell(&self, step: &Step, who: &Claimant) -> Explained {
        let payer = step.payer;
        let (from, to) = payer.stretch(step.base, step.own, step.year);
        let limited = |ceiling: Fen| (ceiling < Fen::UNLIMITED).then_some(ceiling);
        let first = match payer.per {
            Per::Visit if step.year.admissions > 0 => payer.later_deductible,
            Per::Visit | Per::Year => payer.deductible,
        };
        let paid_before = step.year.to_date(usize::from(payer.layer)).1;
        Explained {
            layer: usize::from(payer.layer),
            of: payer.base,
            base: step.base,
            per: payer.per,
            deductible: first + step.own,
            under_deductible: step.base - (to - from),
            parts: self.parts(step, from, to),
            ceiling_bill: limited(payer.ceiling_visit),
            ceiling_year: limited(payer.ceiling_year).map(|ceiling| ceiling.less(paid_before)),
            promised: step.promised,
            rate: who.rate_of(payer.funder),
            paid: step.paid,
            funder: payer.funder,
            delay_months: payer.delay_months,
        }
    }

    /// The stretch between `from` and `to` by bracket.
    fn parts(&self, step: &Step, from: Fen, to: Fen) -> Vec<Part> {
        let (first, end) = step.payer.brackets;
        let one = [(Fen::ZERO, step.payer.share)];
        let brackets = match &self.brackets[usize::from(first)..usize::from(end)] {
            [] => &one,
            several => several,
        };
        let ends = brackets.iter().skip(1).map(|next| next.0).chain([Fen::UNLIMITED]);
        let part = |(&(start, share), end): (&(Fen, Ppm), Fen)| {
            let amount = to.min(end).less(from.max(start));
            Part {
                amount,
                share,
                pays: amount * share,
            }
        };
        let parts = brackets.iter().zip(ends).map(part);
        parts.filter(|part| part.amount > Fen::ZERO).collect()
    }
}

impl YearToDate {
    /// A year in which there were so many admissions, and layers looked at a cost and paid for it: `(layer, cost, paid)`.
    pub fn so_far(admissions: u32, layers: &[(usize, Fen, Fen)]) -> YearToDate {
        let mut year = YearToDate {
            admissions,
            ..YearToDate::default()
        };
        for &(layer, cost, paid) in layers {
            year.layers[layer].add(cost, paid);
        }
        year
    }

    /// What layer `at` looked at since 1 January, and what it paid of it.
    pub fn to_date(&self, at: usize) -> (Fen, Fen) {
        let LayerToDate { cost, paid } = self.layers[at];
        (Fen(i64::from(cost)), Fen(i64::from(paid)))
    }

    /// Admissions since 1 January.
    pub fn admissions(&self) -> u32 {
        self.admissions
    }
}
