//! The stack of a rule class, compiled, and the settlement of a bill to the fen.
//!
//! For every (service, category, condition) there is a **panel**: the layers that look at such a bill, in order, each with
//! the terms of every provider as integers. With the year to date of the patient a panel is a piecewise-linear schedule of
//! the bill: deductibles and brackets are its bends, ceilings its flat end.

use super::quote::LegRows;
use super::{Base, Funder, InsuranceRules, Layer, MAX_LAYERS, Per, Reach, Service};
use crate::units::{Fen, Ppm};
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CATEGORIES, Category, Condition, PROVIDERS, Provider};
use std::collections::BTreeMap;

/// Conditions a bill may be for, plus none.
const CONDITION_SLOTS: usize = 9;
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

/// A layer in a panel: what holds at every provider, and the terms of each.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub layer: u8,
    pub base: Base,
    pub per: Per,
    pub funder: Funder,
    pub enrolled_only: bool,
    pub needs_designation: bool,
    pub delay_months: i32,
    /// By provider.
    pub terms: [Option<Terms>; PROVIDERS],
    /// The same in rows, for the quote.
    pub rows: LegRows,
}

/// The stack of a rule class.
#[derive(Clone, Debug)]
pub struct Stack {
    funders: Vec<Funder>,
    /// The basic insurance of admissions, see [`Stack::basic`].
    basic: Option<usize>,
    panels: Vec<Vec<Leg>>,
    /// The panel of each case, by [`case`].
    cases: [u16; SERVICES * CATEGORIES * CONDITION_SLOTS],
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

/// A person's claims since 1 January, packed: every visit looks one up.
#[derive(Clone, Copy, Debug, Default)]
pub struct YearToDate {
    /// Admissions so far.
    pub(super) admissions: u32,
    pub(super) layers: [LayerToDate; MAX_LAYERS],
}

/// A bill before any layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The whole bill.
    pub total: Fen,
    /// The part inside the catalogue.
    pub catalogue: Fen,
    /// The drug part (for prices and tables; either part may hold drugs).
    pub drugs: Fen,
}

/// Whose bill it is.
#[derive(Clone, Copy, Debug)]
pub struct Claimant {
    /// Kind of care.
    pub service: Service,
    /// Where.
    pub provider: Provider,
    /// Standing of the household this month.
    pub category: Category,
    /// The condition the bill is for.
    pub condition: Option<Condition>,
    /// Enrolled this year.
    pub enrolled: bool,
    /// The village clinic settles on the spot.
    pub designated: bool,
    /// What pool-funded layers pay of their promise this year.
    pub fund_rate: Ppm,
    /// What capped aid pays of its promise this year.
    pub aid_rate: Ppm,
}

/// Who pays a bill: the layers, and the household the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// By layer, in order.
    pub layers: [Fen; MAX_LAYERS],
    /// The household's part (oop), before it is known whether it can pay.
    pub household: Fen,
    /// Of the layers' part, what arrives later; the household advances it.
    pub delayed: Fen,
    /// Months until the delayed part arrives.
    pub delay_months: i32,
    /// What aid would have paid without its budget ratio, less what it paid.
    pub aid_cut: Fen,
}

/// Where the panel of a bill is noted.
fn case(service: Service, category: Category, slot: usize) -> usize {
    (service as usize * CATEGORIES + category as usize) * CONDITION_SLOTS + slot
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
            cases: [0; SERVICES * CATEGORIES * CONDITION_SLOTS],
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
                for slot in 0..CONDITION_SLOTS {
                    let arms: Vec<[u8; PROVIDERS]> = layers
                        .iter()
                        .map(|layer| layer.arms(service, category, slot))
                        .collect::<Result<_, String>>()?;
                    let panels = &mut stack.panels;
                    let at = *known.entry(arms).or_insert_with_key(|arms| {
                        panels.push(panel(&layers, arms));
                        panels.len() as u16 - 1
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
fn panel(layers: &[Compiled], arms: &[[u8; PROVIDERS]]) -> Vec<Leg> {
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
            terms,
        });
    }
    legs
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

impl Claimant {
    /// What is paid of a promise: pools in deficit and exhausted aid budgets pay a part.
    #[inline]
    fn rate(&self, promised: Fen, funder: Funder) -> Fen {
        let rate = match funder {
            Funder::Pool => self.fund_rate,
            Funder::AidBudget => self.aid_rate,
            Funder::Programme => Ppm::ONE,
        };
        if rate == Ppm::ONE { promised } else { promised * rate }
    }
}

impl Leg {
    /// Whether the layer looks at this claimant's bill at all.
    #[inline]
    fn applies(&self, who: &Claimant) -> bool {
        (who.enrolled || !self.enrolled_only)
            && (who.designated || !self.needs_designation || who.provider != Provider::Village)
    }

    /// What the layer pays of `cost` given the person's year so far.
    ///
    /// Rates are marginal: each bracket of what lies above the deductible is paid at its own rate. The household keeps
    /// the rounding remainder.
    #[inline]
    fn pays(&self, terms: &Terms, cost: Fen, so_far: &YearToDate) -> Fen {
        let layer = &so_far.layers[usize::from(self.layer) % MAX_LAYERS];
        let (before, paid) = (Fen(i64::from(layer.cost)), Fen(i64::from(layer.paid)));
        let (from, to) = match self.per {
            Per::Visit if so_far.admissions > 0 => (Fen::ZERO, cost.less(terms.later_deductible)),
            Per::Visit => (Fen::ZERO, cost.less(terms.deductible)),
            Per::Year => (before.less(terms.deductible), (before + cost).less(terms.deductible)),
        };
        if from == to {
            return Fen::ZERO;
        }
        let pays = if terms.brackets.is_empty() {
            (to - from) * terms.share
        } else {
            terms.pays_by_bracket(from, to)
        };
        pays.min(cost)
            .min(terms.ceiling_visit)
            .min(terms.ceiling_year.less(paid))
    }
}

impl Terms {
    /// Whether any bracket has a share above 0.
    pub(super) fn pays_anything(&self) -> bool {
        self.share.0 > 0 || self.brackets.iter().any(|(_, share)| share.0 > 0)
    }

    /// What is paid of the base between `from` and `to` where there are several brackets.
    fn pays_by_bracket(&self, from: Fen, to: Fen) -> Fen {
        let mut pays = Fen::ZERO;
        for (at, &(start, share)) in self.brackets.iter().enumerate() {
            if start >= to {
                break;
            }
            let end = self.brackets.get(at + 1).map_or(Fen::UNLIMITED, |next| next.0);
            pays += to.min(end).less(from.max(start)) * share;
        }
        pays
    }
}

impl Stack {
    /// The layers that look at a bill of `service` for a household of `category` and for `condition`.
    #[inline]
    pub(super) fn panel(&self, service: Service, category: Category, condition: Option<Condition>) -> &[Leg] {
        let slot = condition.map_or(0, |condition| condition as usize + 1);
        &self.panels[usize::from(self.cases[case(service, category, slot)])]
    }

    /// Splits `bill` among the layers and the household and writes it into the person's year.
    ///
    /// Invariant: `layers.sum() + household == bill.total`, every part non-negative.
    #[inline]
    pub fn settle(&self, bill: &Bill, who: &Claimant, year: &mut YearToDate) -> Settlement {
        let mut split = Settlement {
            household: bill.total,
            ..Settlement::default()
        };
        let mut catalogue = bill.catalogue;
        // What aid has cut so far: without its budget ratio, a later layer of aid would have found that much less.
        let mut cut = Fen::ZERO;
        for leg in self.panel(who.service, who.category, who.condition) {
            let Some(terms) = &leg.terms[who.provider as usize] else {
                continue;
            };
            if !leg.applies(who) {
                continue;
            }
            let base = match leg.base {
                Base::Catalogue => catalogue,
                Base::All => split.household,
            };
            let promised = leg.pays(terms, base, year);
            let paid = who.rate(promised, leg.funder);
            if leg.funder == Funder::AidBudget && who.aid_rate != Ppm::ONE {
                cut += leg.pays(terms, base.less(cut), year) - paid;
            }
            let layer = usize::from(leg.layer) % MAX_LAYERS;
            year.layers[layer].add(base, paid);
            split.layers[layer] = paid;
            split.household -= paid;
            catalogue = catalogue.less(paid);
            if leg.delay_months > 0 {
                split.delayed += paid;
                split.delay_months = split.delay_months.max(leg.delay_months);
            }
        }
        split.aid_cut = cut.or_zero();
        if who.service == Service::Inpatient {
            year.admissions = year.admissions.saturating_add(1);
        }
        split
    }

    /// Paid by the first pool-funded layer that looks at each admission afresh: the basic insurance, of which the
    /// bulletins report the in-catalogue rate by tier.
    #[inline]
    pub fn basic(&self, layers: &[Fen; MAX_LAYERS]) -> Fen {
        self.basic.map_or(Fen::ZERO, |at| layers[at])
    }

    /// Who bears layer `at`.
    pub fn funder(&self, at: usize) -> Option<Funder> {
        self.funders.get(at).copied()
    }
}
