//! The stack of a rule class, compiled, and the settlement of a bill to the fen.
//!
//! For every (service, category, cause) there is a **panel**: the layers that look at such a bill, in order, each with
//! the terms of every provider as integers. With the year to date of the patient a panel is a piecewise-linear schedule of
//! the bill: deductibles and brackets are its bends, ceilings its flat end.

use super::bill::{Bill, Claimant, Split};
use super::quote::LegRows;
use super::{Base, Cause, Funder, InsuranceRules, Layer, MAX_LAYERS, Per, Reach, Service};
use crate::units::{Fen, Ppm};
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CATEGORIES, Category, PROVIDERS, Provider};
use std::collections::BTreeMap;

/// What a bill may be for.
const CAUSE_SLOTS: usize = Cause::EPIDEMIC.slot() + 1;
/// How many kinds of service there are.
const SERVICES: usize = 3;

/// An arm compiled to integers.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub deductible: Fen,
    /// The deductible from the second admission of the year on, where it is met at each visit.
    pub later_deductible: Fen,
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
struct Payer {
    deductible: Fen,
    later_deductible: Fen,
    ceiling_visit: Fen,
    ceiling_year: Fen,
    share: Ppm,
    /// First and end of its brackets among those of the stack, where there are several.
    brackets: (u16, u16),
    delay_months: i32,
    layer: u8,
    base: Base,
    per: Per,
    funder: Funder,
    enrolled_only: bool,
    /// Pays only where the village clinic settles on the spot; never set at another provider.
    needs_designation: bool,
}

/// The layers that look at a kind of bill.
#[derive(Clone, Debug)]
struct Panel {
    legs: Vec<Leg>,
    /// First and end of each provider's payers among those of the stack: at home nobody pays, and nobody is asked.
    payers: [(u32, u32); PROVIDERS],
}

/// The stack of a rule class.
#[derive(Clone, Debug)]
pub struct Stack {
    funders: Vec<Funder>,
    /// The basic insurance of admissions, see [`Split::basic`].
    basic: Option<usize>,
    panels: Vec<Panel>,
    payers: Vec<Payer>,
    brackets: Vec<(Fen, Ppm)>,
    /// The panel of each case, by [`case`].
    cases: [u16; SERVICES * CATEGORIES * CAUSE_SLOTS],
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
    fn add(&mut self, cost: Fen, paid: Fen) {
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

/// Where the panel of a bill is noted.
fn case(service: Service, category: Category, slot: usize) -> usize {
    (service as usize * CATEGORIES + category as usize) * CAUSE_SLOTS + slot
}

impl InsuranceRules {
    /// Compiles the stack for a year that lies `years_from_base` after the base year. An outpatient bill covers the
    /// `visits_per_episode` visits of an episode, so what holds per visit holds that many times.
    ///
    /// # Errors
    /// When two arms of a layer cover the same case, a condition is unknown, brackets do not match their rates, or there
    /// are more than [`MAX_LAYERS`] layers; the text says which.
    pub fn compile(&self, years_from_base: i32, visits_per_episode: f64) -> Result<Stack, String> {
        let ordered = self.ordered();
        if ordered.len() > MAX_LAYERS {
            return Err(format!(
                "insurance.layers: {} layers, at most {MAX_LAYERS}",
                ordered.len()
            ));
        }
        let basic = |layer: &Layer| {
            layer.funded_by == Funder::Pool
                && layer.deductible_per == Per::Visit
                && layer.services.contains(&Service::Inpatient)
        };
        let mut stack = Stack {
            funders: ordered.iter().map(|(_, layer)| layer.funded_by).collect(),
            basic: ordered.iter().position(|(_, layer)| basic(layer)),
            panels: Vec::new(),
            payers: Vec::new(),
            brackets: Vec::new(),
            cases: [0; SERVICES * CATEGORIES * CAUSE_SLOTS],
            ids: ordered.iter().map(|(id, _)| (*id).clone()).collect(),
        };
        let layers: Vec<Compiled> = ordered
            .iter()
            .map(|(id, layer)| Compiled::new(id, layer, years_from_base, visits_per_episode))
            .collect::<Result<_, String>>()?;
        // Most cases share their arms with others: a panel is made once for each set of arms.
        let mut known: BTreeMap<Vec<[u8; PROVIDERS]>, u16> = BTreeMap::new();
        for service in [Service::Outpatient, Service::ChronicCare, Service::Inpatient] {
            for category in ALL_CATEGORIES {
                for slot in 0..CAUSE_SLOTS {
                    let arms: Vec<[u8; PROVIDERS]> = layers
                        .iter()
                        .map(|layer| layer.arms(service, category, slot))
                        .collect::<Result<_, String>>()?;
                    let at = *known.entry(arms).or_insert_with_key(|arms| {
                        stack.add_panel(&layers, arms);
                        stack.panels.len() as u16 - 1
                    });
                    stack.cases[case(service, category, slot)] = at;
                }
            }
        }
        Ok(stack)
    }
}

/// No arm covers the case.
const NO_ARM: u8 = u8::MAX;

/// A layer with its arms compiled.
struct Compiled<'a> {
    id: &'a str,
    layer: &'a Layer,
    names: Vec<&'a str>,
    reach: Vec<Reach>,
    terms: Vec<Terms>,
}

impl<'a> Compiled<'a> {
    fn new(id: &'a str, layer: &'a Layer, years: i32, visits: f64) -> Result<Compiled<'a>, String> {
        if layer.arms.len() >= usize::from(NO_ARM) {
            return Err(format!("insurance.layers.{id}: at most {} arms", NO_ARM - 1));
        }
        Ok(Compiled {
            id,
            layer,
            names: layer.arms.keys().map(String::as_str).collect(),
            reach: layer
                .arms
                .iter()
                .map(|(name, arm)| arm.reach(id, name))
                .collect::<Result<_, String>>()?,
            terms: layer
                .arms
                .iter()
                .map(|(name, arm)| layer.terms(id, name, arm, (years, visits)))
                .collect::<Result<_, String>>()?,
        })
    }

    /// The arm that covers a case at each provider.
    fn arms(&self, service: Service, category: Category, slot: usize) -> Result<[u8; PROVIDERS], String> {
        let mut arms = [NO_ARM; PROVIDERS];
        if !self.layer.services.contains(&service) {
            return Ok(arms);
        }
        for provider in ALL_PROVIDERS {
            let found = &mut arms[provider as usize];
            for (at, reach) in self.reach.iter().enumerate() {
                if !reach.covers(provider, category, slot) {
                    continue;
                }
                if *found != NO_ARM {
                    return Err(format!(
                        "insurance.layers.{}.arms: `{}` and `{}` both cover {} at {}",
                        self.id,
                        self.names[usize::from(*found)],
                        self.names[at],
                        category.name(),
                        provider.name()
                    ));
                }
                *found = at as u8;
            }
        }
        Ok(arms)
    }
}

/// The legs of the layers that have an arm somewhere.
fn legs(layers: &[Compiled], arms: &[[u8; PROVIDERS]]) -> Vec<Leg> {
    let mut legs = Vec::new();
    for (at, (compiled, arms)) in layers.iter().zip(arms).enumerate() {
        if arms.iter().all(|&arm| arm == NO_ARM) {
            continue;
        }
        let terms = arms.map(|arm| compiled.terms.get(usize::from(arm)).cloned());
        let layer = compiled.layer;
        legs.push(Leg {
            layer: at as u8,
            base: layer.base,
            per: layer.deductible_per,
            funder: layer.funded_by,
            enrolled_only: layer.enrolled_only_yes,
            needs_designation: layer.needs_designation_yes,
            delay_months: layer.delay_months as i32,
            rows: LegRows::new(&terms),
        });
    }
    legs
}

impl Stack {
    /// Adds the panel of a set of arms.
    fn add_panel(&mut self, layers: &[Compiled], arms: &[[u8; PROVIDERS]]) {
        let payers = ALL_PROVIDERS.map(|provider| {
            let first = self.payers.len() as u32;
            for (at, (compiled, arms)) in layers.iter().zip(arms).enumerate() {
                let layer = compiled.layer;
                let Some(terms) = compiled.terms.get(usize::from(arms[provider as usize])) else {
                    continue;
                };
                let bracket = self.brackets.len() as u16;
                self.brackets.extend(&terms.brackets);
                self.payers.push(Payer {
                    deductible: terms.deductible,
                    later_deductible: terms.later_deductible,
                    ceiling_visit: terms.ceiling_visit,
                    ceiling_year: terms.ceiling_year,
                    share: terms.share,
                    brackets: (bracket, self.brackets.len() as u16),
                    delay_months: layer.delay_months as i32,
                    layer: at as u8,
                    base: layer.base,
                    per: layer.deductible_per,
                    funder: layer.funded_by,
                    enrolled_only: layer.enrolled_only_yes,
                    needs_designation: layer.needs_designation_yes && provider == Provider::Village,
                });
            }
            (first, self.payers.len() as u32)
        });
        let legs = legs(layers, arms);
        self.panels.push(Panel { legs, payers });
    }
}

impl Layer {
    /// The terms of an arm of this layer.
    fn terms(&self, id: &str, arm_id: &str, arm: &super::Arm, (years, visits): (i32, f64)) -> Result<Terms, String> {
        if arm.brackets_from_yuan.len() != arm.reimbursed_share.len() || arm.brackets_from_yuan.is_empty() {
            return Err(format!(
                "insurance.layers.{id}.arms.{arm_id}: as many reimbursed_share as brackets_from_yuan"
            ));
        }
        let growth = (1.0 + self.deductible_growth).powi(years);
        let ceiling = |yuan: f64| if yuan > 0.0 { Fen::yuan(yuan) } else { Fen::UNLIMITED };
        let per_visit = self.deductible_per == Per::Visit;
        let visits = if self.services[..] == [Service::Outpatient] {
            visits
        } else {
            1.0
        };
        let deductible = Fen::yuan(arm.deductible_yuan * growth * if per_visit { visits } else { 1.0 });
        let later = Ppm::share(arm.later_deductible_ratio);
        let brackets = arm.brackets_from_yuan.iter().zip(&arm.reimbursed_share);
        let brackets: Vec<(Fen, Ppm)> = brackets
            .map(|(&from, &share)| (Fen::yuan(from), Ppm::share(share)))
            .collect();
        Ok(Terms {
            deductible,
            later_deductible: if per_visit && later != Ppm::ONE {
                deductible * later
            } else {
                deductible
            },
            ceiling_visit: ceiling(arm.payout_ceiling_visit_yuan * visits),
            ceiling_year: ceiling(arm.payout_ceiling_year_yuan),
            share: brackets[0].1,
            brackets: if brackets.len() > 1 { brackets } else { Vec::new() },
        })
    }
}

impl Payer {
    /// Whether the layer looks at this claimant's bill at all.
    #[inline]
    fn applies(&self, who: &Claimant) -> bool {
        (who.enrolled || !self.enrolled_only) && (who.designated || !self.needs_designation)
    }

    /// What the layer pays of `cost` given the person's year so far.
    ///
    /// Rates are marginal: each bracket of what lies above the deductible is paid at its own rate. The household keeps
    /// the rounding remainder.
    #[inline(always)]
    fn pays(&self, brackets: &[(Fen, Ppm)], cost: Fen, so_far: &YearToDate) -> Fen {
        let layer = &so_far.layers[usize::from(self.layer)];
        let (before, paid) = (Fen(i64::from(layer.cost)), Fen(i64::from(layer.paid)));
        let (from, to) = match self.per {
            Per::Visit if so_far.admissions > 0 => (Fen::ZERO, cost.less(self.later_deductible)),
            Per::Visit => (Fen::ZERO, cost.less(self.deductible)),
            Per::Year => (before.less(self.deductible), (before + cost).less(self.deductible)),
        };
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
    fn pays_uncut(&self, brackets: &[(Fen, Ppm)], cost: Fen, so_far: &YearToDate) -> Fen {
        self.pays(brackets, cost, so_far)
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
    #[inline(always)]
    fn covering(&self, service: Service, category: Category, cause: Cause) -> &Panel {
        &self.panels[usize::from(self.cases[case(service, category, cause.slot())])]
    }

    /// The layers that look at a bill of `service` for a household of `category` and for `cause`.
    #[inline]
    pub(super) fn panel(&self, service: Service, category: Category, cause: Cause) -> &[Leg] {
        &self.covering(service, category, cause).legs
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
        let mut split = Split {
            household: bill.total,
            ..Split::default()
        };
        let mut catalogue = bill.catalogue;
        // What aid has cut so far: without its budget ratio, a later layer of aid would have found that much less.
        let mut cut = Fen::ZERO;
        let (first, end) = self.covering(who.service, who.category, who.cause).payers[who.provider as usize];
        for payer in &self.payers[first as usize..end as usize] {
            if !payer.applies(who) {
                continue;
            }
            let base = match payer.base {
                Base::Catalogue => catalogue,
                Base::All => split.household,
            };
            let promised = payer.pays(&self.brackets, base, year);
            let paid = who.rate(promised, payer.funder);
            if payer.funder == Funder::AidBudget && who.aid_rate != Ppm::ONE {
                cut += payer.pays_uncut(&self.brackets, base.less(cut), year) - paid;
            }
            let layer = usize::from(payer.layer);
            year.layers[layer].add(base, paid);
            takes(layer, paid);
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

    /// The place of the basic insurance of admissions, see [`Split::basic`].
    pub fn basic(&self) -> Option<usize> {
        self.basic
    }

    /// Who bears layer `at`.
    pub fn funder(&self, at: usize) -> Option<Funder> {
        self.funders.get(at).copied()
    }
}
