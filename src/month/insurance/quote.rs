//! What a patient can expect to pay at each provider before choosing one: the panel of the case, run for all providers at
//! once in single precision.
//!
//! A row holds one number for each of the eight providers: a processor with wide registers computes them in one step. The result decides a choice and never enters a ledger; it agrees with the settlement to a few parts in ten
//! million.

use super::stack::{Leg, Stack, Terms, YearToDate};
use super::{Base, Funder, Per, Service};
use crate::lanes::eight::{Eight, Lanes};
use crate::month::care_seeking::Row;
use crate::units::Fen;
use crate::world::{Category, Condition, PROVIDERS, Provider};

/// The terms of a leg by provider, fen; a provider without terms has a share of 0.
#[derive(Clone, Debug, Default)]
#[repr(C, align(32))]
pub(super) struct LegRows {
    /// Of the first admission of the year, and of later ones.
    deductible: [Row; 2],
    ceiling_visit: Row,
    ceiling_year: Row,
    /// Start, end and share of the first bracket above the deductible, and of those beyond.
    first: [Row; 3],
    beyond: Vec<[Row; 3]>,
    /// The part of the whole base that stays with the patient, where a provider has one.
    pub(super) bill_share: Option<Box<Row>>,
    /// Nothing is paid anywhere up to this cost, because of deductibles or because the shares are 0.
    nothing_up_to: f32,
}

impl LegRows {
    pub(super) fn new(terms: &[Option<Terms>; PROVIDERS]) -> LegRows {
        let row = |of: &dyn Fn(&Terms) -> Fen| -> Row {
            std::array::from_fn(|at| terms[at].as_ref().map_or(0.0, |terms| of(terms).0 as f32))
        };
        let most = terms.iter().flatten().map(|terms| terms.brackets.len().max(1)).max();
        let bracket = |number: usize, terms: &Terms| -> (Fen, Fen, f32) {
            if terms.brackets.is_empty() {
                let share = if number == 0 { terms.share.as_share() } else { 0.0 };
                return (Fen::ZERO, Fen::UNLIMITED, share as f32);
            }
            let end = terms.brackets.get(number + 1).map_or(Fen::UNLIMITED, |next| next.0);
            match terms.brackets.get(number) {
                Some(&(start, share)) => (start, end, share.as_share() as f32),
                None => (Fen::ZERO, Fen::ZERO, 0.0),
            }
        };
        let rows = |number: usize| {
            let mut rows = [[0.0; PROVIDERS]; 3];
            for (at, terms) in terms.iter().enumerate() {
                if let Some(terms) = terms {
                    let (start, end, share) = bracket(number, terms);
                    (rows[0][at], rows[1][at], rows[2][at]) = (start.0 as f32, end.0 as f32, share);
                }
            }
            rows
        };
        let paying = terms.iter().flatten().filter(|terms| terms.pays_anything());
        let lowest = paying.map(|terms| terms.deductible.min(terms.later_deductible)).min();
        let share = std::array::from_fn(|at| {
            let terms = terms[at].as_ref();
            terms.map_or(0.0, |terms| terms.bill_share.as_share() as f32)
        });
        LegRows {
            bill_share: share.iter().any(|&share| share > 0.0).then(|| Box::new(share)),
            nothing_up_to: lowest.map_or(f32::INFINITY, |fen| fen.0 as f32),
            deductible: [row(&|terms| terms.deductible), row(&|terms| terms.later_deductible)],
            ceiling_visit: row(&|terms| terms.ceiling_visit),
            ceiling_year: row(&|terms| terms.ceiling_year),
            first: rows(0),
            beyond: (1..most.unwrap_or(0)).map(rows).collect(),
        }
    }
}

/// A layer pays everywhere, or everywhere but at a village clinic that does not settle on the spot.
const EVERYWHERE: Row = [1.0; PROVIDERS];
const ELSEWHERE: Row = {
    let mut row = EVERYWHERE;
    row[Provider::Village as usize] = 0.0;
    row
};

/// Who asks for a quote.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// Kind of care.
    pub service: Service,
    /// Standing of the household this month.
    pub category: Category,
    /// The condition the bill is for.
    pub condition: Option<Condition>,
    /// Enrolled this year.
    pub enrolled: bool,
    /// The village clinic settles on the spot.
    pub designated: bool,
    /// Referred or filed; means something for admissions only.
    pub referred: bool,
    /// What pool-funded layers pay of their promise this year.
    pub fund_rate: f32,
    /// What capped aid pays of its promise this year.
    pub aid_rate: f32,
}

impl Stack {
    /// The household's part of a bill of `total` fen, at most `most` anywhere, of which `catalogue` lie in the catalogue,
    /// and the part of the layers that it would advance, at each provider. `PART` where a layer of the stack leaves a part of
    /// the bill to the patient (see [`Stack::keeps_part`]): only then is the whole bill kept at hand.
    #[inline(always)]
    pub fn quote<L: Lanes, const PART: bool>(
        &self,
        lanes: L,
        (total, catalogue, most): (L::Eight, L::Eight, f32),
        who: &Who,
        so_far: &YearToDate,
    ) -> (L::Eight, L::Eight) {
        let whole = (total, catalogue);
        let (mut household, mut catalogue, mut delayed) = (total, catalogue, lanes.all(0.0));
        for leg in &self.panel(who.service, who.category, who.condition, who.referred).legs {
            if leg.pays_nothing(most, who, so_far) {
                continue;
            }
            let (base, whole) = match leg.base {
                Base::Catalogue => (catalogue, whole.1),
                Base::All => (household, whole.0),
            };
            let kept = match &leg.rows.bill_share {
                Some(share) if PART => whole * lanes.of(share),
                _ => lanes.all(0.0),
            };
            let promised = leg.promises::<L, PART>(lanes, (base, kept), so_far);
            let rate = if leg.funder == Funder::Pool {
                who.fund_rate
            } else if leg.funder == Funder::AidBudget {
                who.aid_rate
            } else {
                1.0
            };
            let covered = if leg.needs_designation && !who.designated {
                &ELSEWHERE
            } else {
                &EVERYWHERE
            };
            let paid = promised * (lanes.all(rate) * lanes.of(covered));
            household = household - paid;
            catalogue = (catalogue - paid).greatest(lanes.all(0.0));
            if leg.delay_months > 0 {
                delayed = delayed + paid;
            }
        }
        (household, delayed)
    }

    /// Layers that a quote for a bill of at most `most` fen passes through.
    pub fn passes(&self, most: f32, who: &Who, so_far: &YearToDate) -> usize {
        let panel = self.panel(who.service, who.category, who.condition, who.referred);
        panel
            .legs
            .iter()
            .filter(|leg| !leg.pays_nothing(most, who, so_far))
            .count()
    }
}

impl Leg {
    /// Whether the layer certainly pays nothing anywhere of a bill of at most `most` fen.
    #[inline(always)]
    fn pays_nothing(&self, most: f32, who: &Who, so_far: &YearToDate) -> bool {
        let before = match self.per {
            Per::Visit => 0.0,
            Per::Year => so_far.layers[usize::from(self.layer)].cost as f32,
        };
        before + most <= self.rows.nothing_up_to || self.enrolled_only && !who.enrolled
    }

    /// What the layer promises of `base` at each provider, given the person's year so far; of the bill, `kept` stays with
    /// the patient where `PART` says so.
    #[inline(always)]
    fn promises<L: Lanes, const PART: bool>(
        &self,
        lanes: L,
        (base, kept): (L::Eight, L::Eight),
        so_far: &YearToDate,
    ) -> L::Eight {
        let layer = &so_far.layers[usize::from(self.layer)];
        let rows = &self.rows;
        let nothing = lanes.all(0.0);
        let (from, to) = match self.per {
            Per::Visit => {
                let mut deductible = lanes.of(&rows.deductible[usize::from(so_far.admissions > 0)]);
                if PART {
                    deductible = deductible + kept;
                }
                (nothing, (base - deductible).greatest(nothing))
            }
            Per::Year => {
                let (before, deductible) = (lanes.all(layer.cost as f32), lanes.of(&rows.deductible[0]));
                (
                    (before - deductible).greatest(nothing),
                    (before + base - deductible).greatest(nothing),
                )
            }
        };
        let by_bracket = |[start, end, share]: &[Row; 3]| {
            let part = to.least(lanes.of(end)) - from.greatest(lanes.of(start));
            part.greatest(nothing) * lanes.of(share)
        };
        let mut pays = by_bracket(&rows.first);
        for bracket in &rows.beyond {
            pays = pays + by_bracket(bracket);
        }
        let left = lanes.of(&rows.ceiling_year) - lanes.all(layer.paid as f32);
        let ceiling = lanes.of(&rows.ceiling_visit).least(left.greatest(nothing));
        pays.least(base).least(ceiling)
    }
}
