//! The stack of a rule class, and the settlement of a bill to the fen.
//!
//! For every (service, category, condition) there is a **panel**: the layers that look at such a bill, in order, each with
//! the terms of every provider as integers. With the year to date of the patient a panel is a piecewise-linear schedule of
//! the bill: deductibles and brackets are its bends, ceilings its flat end.

use super::bill::{Bill, Claimant, Split};
use super::quote::LegRows;
use super::{Base, Funder, MAX_LAYERS, Per, SERVICES, Service};
use crate::units::{Fen, Ppm};
use crate::world::{CATEGORIES, CONDITIONS, Category, Condition, PROVIDERS};

/// Conditions a bill may be for, plus none.
pub(super) const CONDITION_SLOTS: usize = CONDITIONS.len() + 1;

/// An arm compiled to integers.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub deductible: Fen,
    /// The deductible from the second admission of the year on, where it is met at each visit.
    pub later_deductible: Fen,
    /// The part of the whole base that stays with the patient before the layer pays.
    pub bill_share: Ppm,
    pub ceiling_visit: Fen,
    pub ceiling_year: Fen,
    /// The share paid in the first bracket.
    pub share: Ppm,
    /// All brackets where there are several, else none.
    pub brackets: Vec<(Fen, Ppm)>,
}

/// A layer in a panel: what holds at every provider, for the quote.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub layer: u8,
    pub base: Base,
    pub per: Per,
    pub funder: Funder,
    pub enrolled_only: bool,
    pub needs_designation: bool,
    pub delay_months: i32,
    /// The terms of all providers, in rows.
    pub rows: LegRows,
}

/// A layer that pays at one provider, for the settlement: all that it reads, in one line of cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Payer {
    pub deductible: Fen,
    pub later_deductible: Fen,
    pub ceiling_visit: Fen,
    pub ceiling_year: Fen,
    pub share: Ppm,
    /// See [`Terms::bill_share`].
    pub bill_share: Ppm,
    /// First and end of its brackets among those of the stack, where there are several.
    pub brackets: (u16, u16),
    pub delay_months: i32,
    pub layer: u8,
    pub base: Base,
    pub per: Per,
    pub funder: Funder,
    pub enrolled_only: bool,
    /// Pays only where the village clinic settles on the spot; never set at another provider.
    pub needs_designation: bool,
}

/// The layers that look at a kind of bill.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub legs: Vec<Leg>,
    /// First and end of each provider's payers among those of the stack: at home nobody pays, and nobody is asked.
    pub payers: [(u32, u32); PROVIDERS],
}

/// The stack of a rule class.
#[derive(Clone, Debug)]
pub struct Stack {
    pub(super) funders: Vec<Funder>,
    /// The basic insurance of admissions, see [`Split::basic`].
    pub(super) basic: Option<usize>,
    pub(super) panels: Vec<Panel>,
    /// A layer leaves a part of the bill to the patient.
    pub(super) keeps_part: bool,
    pub(super) payers: Vec<Payer>,
    pub(super) brackets: Vec<(Fen, Ppm)>,
    /// The panel of each case, by [`case`].
    pub(super) cases: [u16; CASES],
    /// Layer ids in order, as in tables.
    pub ids: Vec<String>,
}

/// A person's claims on a layer since 1 January, fen. Nobody's year passes 42 million yuan (`u32::MAX` fen): there the sum
/// stands still.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LayerToDate {
    /// Base that met the deductible.
    pub cost: u32,
    pub paid: u32,
}

impl LayerToDate {
    #[inline]
    pub(super) fn add(&mut self, cost: Fen, paid: Fen) {
        self.cost = (i64::from(self.cost) + cost.0).min(i64::from(u32::MAX)) as u32;
        self.paid = (i64::from(self.paid) + paid.0).min(i64::from(u32::MAX)) as u32;
    }
}

/// A person's claims since 1 January, packed: every visit looks one up, mostly at what stands first.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct YearToDate {
    /// Admissions so far.
    pub(super) admissions: u32,
    pub(super) layers: [LayerToDate; MAX_LAYERS],
}

/// Kinds of bill that may have a panel of their own.
pub(super) const CASES: usize = SERVICES * CATEGORIES * CONDITION_SLOTS * 2;

/// Where the panel of a bill is noted; `slot` 0 is a bill for none of the conditions.
#[inline(always)]
pub(super) fn case(service: Service, category: Category, slot: usize, referred: bool) -> usize {
    ((service as usize * CATEGORIES + category as usize) * CONDITION_SLOTS + slot) * 2 + usize::from(referred)
}

/// What a layer does to a bill, step by step: for whoever listens to a settlement.
pub(super) struct Step<'a> {
    pub payer: &'a Payer,
    /// What the layer looks at, and the part of the whole bill that it leaves to the patient anyway.
    pub base: Fen,
    pub own: Fen,
    pub promised: Fen,
    pub paid: Fen,
    /// The person's year before this step.
    pub year: &'a YearToDate,
}

impl Payer {
    /// Whether the layer looks at this claimant's bill at all.
    #[inline]
    fn applies(&self, who: &Claimant) -> bool {
        (who.enrolled || !self.enrolled_only) && (who.designated || !self.needs_designation)
    }

    /// What stays with the patient of the whole bill, or of its catalogue part, whatever other layers paid.
    #[inline(always)]
    fn own_part(&self, bill: &Bill) -> Fen {
        let whole = match self.base {
            Base::Catalogue => bill.catalogue,
            Base::All => bill.total,
        };
        whole * self.bill_share
    }

    /// The stretch above the deductible that a `cost` adds; of the bill, `own` stays with the patient anyway.
    #[inline(always)]
    pub(super) fn stretch(&self, cost: Fen, own: Fen, so_far: &YearToDate) -> (Fen, Fen) {
        let before = Fen(i64::from(so_far.layers[usize::from(self.layer)].cost));
        match self.per {
            Per::Visit if so_far.admissions > 0 => (Fen::ZERO, cost.less(self.later_deductible + own)),
            Per::Visit => (Fen::ZERO, cost.less(self.deductible + own)),
            Per::Year => (before.less(self.deductible), (before + cost).less(self.deductible)),
        }
    }

    /// What the layer pays of `cost` given the person's year so far; of the bill, `own` stays with the patient anyway.
    ///
    /// Rates are marginal: each bracket of what lies above the deductible is paid at its own rate. The household keeps
    /// the rounding remainder.
    #[inline(always)]
    fn pays(&self, brackets: &[(Fen, Ppm)], cost: Fen, own: Fen, so_far: &YearToDate) -> Fen {
        let paid = Fen(i64::from(so_far.layers[usize::from(self.layer)].paid));
        let (from, to) = self.stretch(cost, own, so_far);
        if from == to {
            return Fen::ZERO;
        }
        let (first, end) = self.brackets;
        let pays = if first == end {
            (to - from) * self.share
        } else {
            pays_by_bracket(&brackets[usize::from(first)..usize::from(end)], from, to)
        };
        pays.at_most(cost)
            .at_most(self.ceiling_visit)
            .at_most(self.ceiling_year.less(paid))
    }

    /// What the layer would pay of `cost`, out of line: aid is rarely cut.
    #[cold]
    #[inline(never)]
    fn pays_uncut(&self, brackets: &[(Fen, Ppm)], cost: Fen, own: Fen, so_far: &YearToDate) -> Fen {
        self.pays(brackets, cost, own, so_far)
    }
}

/// What is paid of the base between `from` and `to` where there are several brackets: few bills rise above a deductible
/// that is followed by several.
#[inline(never)]
fn pays_by_bracket(brackets: &[(Fen, Ppm)], from: Fen, to: Fen) -> Fen {
    let mut pays = Fen::ZERO;
    for (at, &(start, share)) in brackets.iter().enumerate() {
        if start >= to {
            break;
        }
        let end = brackets.get(at + 1).map_or(Fen::UNLIMITED, |next| next.0);
        pays += to.min(end).less(from.max(start)) * share;
    }
    pays
}

impl Terms {
    /// Whether any bracket has a share above 0.
    pub(super) fn pays_anything(&self) -> bool {
        self.share.0 > 0 || self.brackets.iter().any(|(_, share)| share.0 > 0)
    }
}

impl Stack {
    /// The layers that look at a bill of `service` for a household of `category` and for `condition`.
    #[inline(always)]
    pub(super) fn panel(
        &self,
        service: Service,
        category: Category,
        condition: Option<Condition>,
        referred: bool,
    ) -> &Panel {
        let slot = condition.map_or(0, |condition| condition as usize + 1);
        &self.panels[usize::from(self.cases[case(service, category, slot, referred)])]
    }

    /// Splits `bill` among the layers and the household and writes it into the person's year; `takes` hears what each
    /// layer that looks at the bill pays.
    ///
    /// Invariant: what the layers pay and the household's part sum to `bill.total`, every part non-negative.
    #[inline(always)]
    pub fn settle(
        &self,
        bill: &Bill,
        who: &Claimant,
        year: &mut YearToDate,
        mut takes: impl FnMut(usize, Fen),
    ) -> Split {
        self.settle_heard(bill, who, year, |step| takes(usize::from(step.payer.layer), step.paid))
    }

    /// As [`Stack::settle`]; `hears` is told all that each layer does.
    #[inline(always)]
    pub(super) fn settle_heard(
        &self,
        bill: &Bill,
        who: &Claimant,
        year: &mut YearToDate,
        mut hears: impl FnMut(&Step),
    ) -> Split {
        let mut split = Split {
            household: bill.total,
            ..Split::default()
        };
        let mut catalogue = bill.catalogue;
        // What aid has cut so far: without its budget ratio, a later layer of aid would have found that much less.
        let mut cut = Fen::ZERO;
        let panel = self.panel(who.service, who.category, who.condition, who.referred);
        let (first, end) = panel.payers[who.provider as usize];
        for payer in &self.payers[first as usize..end as usize] {
            if !payer.applies(who) {
                continue;
            }
            let base = match payer.base {
                Base::Catalogue => catalogue,
                Base::All => split.household,
            };
            let own = if payer.bill_share == Ppm(0) {
                Fen::ZERO
            } else {
                payer.own_part(bill)
            };
            let promised = payer.pays(&self.brackets, base, own, year);
            let paid = who.rate(promised, payer.funder);
            if payer.funder == Funder::AidBudget && who.aid_rate != Ppm::ONE {
                cut += payer.pays_uncut(&self.brackets, base.less(cut), own, year) - paid;
            }
            let layer = usize::from(payer.layer);
            hears(&Step {
                payer,
                base,
                own,
                promised,
                paid,
                year,
            });
            year.layers[layer].add(base, paid);
            split.household -= paid;
            catalogue = catalogue.less(paid);
            if payer.delay_months > 0 {
                split.wait_for(paid, payer.delay_months);
            }
            if who.service == Service::Inpatient && self.basic == Some(layer) {
                split.basic = paid;
            }
        }
        split.aid_cut = cut.or_zero();
        if who.service == Service::Inpatient {
            year.admissions = year.admissions.saturating_add(1);
        }
        split
    }

    /// Whether a layer leaves a part of the bill to the patient, so that quotes must know the whole.
    #[inline(always)]
    pub fn keeps_part(&self) -> bool {
        self.keeps_part
    }

    /// The place of the basic insurance of admissions, see [`Split::basic`].
    pub fn basic(&self) -> Option<usize> {
        self.basic
    }

    /// Who bears layer `at`.
    pub fn funder(&self, at: usize) -> Option<Funder> {
        self.funders.get(at).copied()
    }
}
