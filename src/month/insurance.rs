//! Settlement: a bill passes through an ordered stack of insurance layers, all of them data, and every fen of it ends with
//! exactly one payer.
//!
//! A layer says whom it covers (services, tiers, categories, conditions), on what base (the catalogue part of the bill, or
//! all of it), above which deductible, at which graduated rates, up to which ceilings, who funds it, and when it pays. To
//! add a layer, add a table under `[rules.insurance.layers]` of a scenario file: no code changes.

use crate::units::{Fen, Ppm};
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, CATEGORIES, Category, Condition, PROVIDERS, Provider};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The kind of care that a bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Service {
    /// A visit without admission.
    Outpatient = 0,
    /// Drugs and follow-up of a known chronic condition.
    ChronicCare = 1,
    /// An admission.
    Inpatient = 2,
}

/// How many kinds of service there are.
pub const SERVICES: usize = 3;
/// Most layers a stack may hold.
pub const MAX_LAYERS: usize = 12;
/// Conditions a bill may be for, plus none.
const CONDITION_SLOTS: usize = 9;

/// Who bears what a layer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funder {
    /// The resident-insurance pool of the county.
    Pool,
    /// The civil-affairs budget, capped: paid at the ratio announced when the year began.
    AidBudget,
    /// The public budget outside insurance (a programme).
    Programme,
}

/// The part of the bill that a layer looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// What is left of the in-catalogue part.
    Catalogue,
    /// What is left of the whole bill.
    All,
}

/// Whether a deductible is met anew at each visit or once a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// At each visit or admission.
    Visit,
    /// Once a calendar year.
    Year,
}

/// One arm of a layer: the terms for some tiers, categories and conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Providers it covers.
    pub tiers: Vec<Provider>,
    /// Categories it covers.
    pub categories: Vec<Category>,
    /// Conditions it covers; empty covers any bill, named ones only bills for these conditions.
    pub conditions: Vec<String>,
    /// What the patient bears before the layer pays (qifu xian).
    pub deductible_yuan: f64,
    /// What the deductible is multiplied with from the second admission of the year on.
    pub later_deductible_ratio: f64,
    /// Where each bracket of the base begins, yuan above the deductible; the first is 0.
    pub brackets_from_yuan: Vec<f64>,
    /// The share paid in each bracket.
    pub reimbursed_share: Vec<f64>,
    /// Most the layer pays for one visit (fengding xian); 0 means no ceiling.
    pub payout_ceiling_visit_yuan: f64,
    /// Most the layer pays in a calendar year; 0 means no ceiling.
    pub payout_ceiling_year_yuan: f64,
}

/// A layer of the stack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The name in tables and figures.
    pub title: String,
    /// Place in the stack, ascending.
    pub order: i64,
    /// Kinds of care it covers.
    pub services: Vec<Service>,
    /// The part of the bill it looks at.
    pub base: Base,
    /// When the deductible is met.
    pub deductible_per: Per,
    /// Who bears it.
    pub funded_by: Funder,
    /// Only the enrolled are covered.
    pub enrolled_only_yes: bool,
    /// Village clinics are covered only where they settle on the spot.
    pub needs_designation_yes: bool,
    /// Months until the money comes; 0 is settlement on the spot.
    pub delay_months: f64,
    /// What the deductible is multiplied with each year (its indexation).
    pub deductible_growth: f64,
    /// The terms.
    pub arms: BTreeMap<String, Arm>,
}

/// Insurance rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceRules {
    /// Share of village clinics that settle insurance on the spot.
    pub clinic_designated_share: f64,
    /// Share of an admission bill that must be advanced where settlement is not one-stop.
    pub deposit_share: f64,
    /// The stack.
    pub layers: BTreeMap<String, Layer>,
}

/// An arm compiled to integers, with what the loop must know of its layer.
#[derive(Clone, Debug)]
struct Terms {
    layer: u8,
    base: Base,
    per: Per,
    funder: Funder,
    enrolled_only: bool,
    needs_designation: bool,
    delay_months: i32,
    deductible: Fen,
    /// The deductible from the second admission of the year on, where it is met at each visit.
    later_deductible: Fen,
    ceiling_visit: Fen,
    ceiling_year: Fen,
    /// The share paid in the first bracket.
    share: Ppm,
    /// All brackets where there are several, else none.
    brackets: Vec<(Fen, Ppm)>,
}

/// The terms that apply to one (service, tier, category, condition), in the order of the stack.
#[derive(Clone, Copy, Debug, Default)]
struct Case {
    count: u16,
    terms: [u16; MAX_LAYERS],
}

/// The stack of a rule class, compiled: for every (service, tier, category, condition) the terms that apply, in order.
#[derive(Clone, Debug)]
pub struct Stack {
    funders: Vec<Funder>,
    /// The basic insurance of admissions, see [`Stack::basic`].
    basic: Option<usize>,
    terms: Vec<Terms>,
    cases: Vec<Case>,
    /// Layer ids in order, as in tables.
    pub ids: Vec<String>,
}

/// A person's claims on a layer since 1 January, fen. Nobody's year passes 42 million yuan (`u32::MAX` fen): there the sum
/// stands still.
#[derive(Clone, Copy, Debug, Default)]
struct LayerToDate {
    /// Base that met the deductible.
    cost: u32,
    paid: u32,
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
    admissions: u32,
    layers: [LayerToDate; MAX_LAYERS],
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

impl InsuranceRules {
    /// Who bears each layer, in the order of the stack.
    pub fn funders(&self) -> Vec<Funder> {
        let mut ordered: Vec<(&String, &Layer)> = self.layers.iter().collect();
        ordered.sort_by_key(|(id, layer)| (layer.order, id.as_str()));
        ordered.into_iter().map(|(_, layer)| layer.funded_by).collect()
    }

    /// Compiles the stack for a year that lies `years_from_base` after the base year. An outpatient bill covers the
    /// `visits_per_episode` visits of an episode, so what holds per visit holds that many times.
    ///
    /// # Errors
    /// When two arms of a layer cover the same case, a condition is unknown, brackets do not match their rates, or there
    /// are more than [`MAX_LAYERS`] layers; the text says which.
    pub fn compile(&self, years_from_base: i32, visits_per_episode: f64) -> Result<Stack, String> {
        let mut ordered: Vec<(&String, &Layer)> = self.layers.iter().collect();
        ordered.sort_by_key(|(id, layer)| (layer.order, id.as_str()));
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
            terms: Vec::new(),
            cases: vec![Case::default(); SERVICES * PROVIDERS * CATEGORIES * CONDITION_SLOTS],
            ids: ordered.iter().map(|(id, _)| (*id).clone()).collect(),
        };
        let mut known: BTreeMap<(usize, &str), u16> = BTreeMap::new();
        for service in [Service::Outpatient, Service::ChronicCare, Service::Inpatient] {
            for provider in ALL_PROVIDERS {
                for category in ALL_CATEGORIES {
                    for condition in 0..CONDITION_SLOTS {
                        let case = &mut stack.cases[slot(service, provider, category, condition)];
                        for (at, (id, layer)) in ordered.iter().enumerate() {
                            let arm = if layer.services.contains(&service) {
                                layer.arm(id, provider, category, condition)?
                            } else {
                                None
                            };
                            let Some((arm_id, arm)) = arm else { continue };
                            let terms = &mut stack.terms;
                            let number = if let Some(&number) = known.get(&(at, arm_id)) {
                                number
                            } else {
                                terms.push(layer.terms(
                                    id,
                                    at as u8,
                                    arm_id,
                                    arm,
                                    (years_from_base, visits_per_episode),
                                )?);
                                known.insert((at, arm_id), terms.len() as u16 - 1);
                                terms.len() as u16 - 1
                            };
                            case.terms[case.count as usize] = number;
                            case.count += 1;
                        }
                    }
                }
            }
        }
        Ok(stack)
    }
}

fn slot(service: Service, provider: Provider, category: Category, condition: usize) -> usize {
    ((service as usize * PROVIDERS + provider as usize) * CATEGORIES + category as usize) * CONDITION_SLOTS + condition
}

impl Layer {
    /// The arm that covers one case, if any does.
    fn arm(
        &self,
        id: &str,
        provider: Provider,
        category: Category,
        condition: usize,
    ) -> Result<Option<(&str, &Arm)>, String> {
        let mut found: Option<(&str, &Arm)> = None;
        for (arm_id, arm) in &self.arms {
            if arm.covers(id, arm_id, provider, category, condition)? {
                if let Some((other, _)) = found {
                    return Err(format!(
                        "insurance.layers.{id}.arms: `{other}` and `{arm_id}` both cover {} at {}",
                        category.name(),
                        provider.name()
                    ));
                }
                found = Some((arm_id, arm));
            }
        }
        Ok(found)
    }

    /// The terms of an arm of this layer, which is number `at` in the stack.
    fn terms(&self, id: &str, at: u8, arm_id: &str, arm: &Arm, (years, visits): (i32, f64)) -> Result<Terms, String> {
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
            layer: at,
            base: self.base,
            per: self.deductible_per,
            funder: self.funded_by,
            enrolled_only: self.enrolled_only_yes,
            needs_designation: self.needs_designation_yes,
            delay_months: self.delay_months as i32,
            deductible,
            later_deductible: if self.deductible_per == Per::Visit && later != Ppm::ONE {
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

impl Arm {
    fn covers(
        &self,
        layer: &str,
        arm: &str,
        provider: Provider,
        category: Category,
        slot: usize,
    ) -> Result<bool, String> {
        for name in &self.conditions {
            if !crate::world::CONDITIONS
                .iter()
                .any(|condition| condition.name() == name)
            {
                return Err(format!(
                    "insurance.layers.{layer}.arms.{arm}.conditions: no condition `{name}`"
                ));
            }
        }
        let condition = crate::world::CONDITIONS
            .get(slot.wrapping_sub(1))
            .map(|condition| condition.name());
        let fits = match condition {
            None => self.conditions.is_empty(),
            Some(name) => self.conditions.is_empty() || self.conditions.iter().any(|own| own == name),
        };
        Ok(fits && self.tiers.contains(&provider) && self.categories.contains(&category))
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

impl Terms {
    /// Whether the terms hold for this claimant at all.
    #[inline]
    fn apply(&self, who: &Claimant) -> bool {
        (who.enrolled || !self.enrolled_only)
            && (who.designated || !self.needs_designation || who.provider != Provider::Village)
    }

    /// What the layer pays of `cost` given the person's year so far.
    ///
    /// Rates are marginal: each bracket of what lies above the deductible is paid at its own rate. The household keeps
    /// the rounding remainder.
    #[inline]
    fn pays(&self, cost: Fen, so_far: &YearToDate) -> Fen {
        let layer = &so_far.layers[self.layer as usize];
        let (before, paid) = (Fen(i64::from(layer.cost)), Fen(i64::from(layer.paid)));
        let (from, to) = match self.per {
            Per::Visit if so_far.admissions > 0 => (Fen::ZERO, cost.less(self.later_deductible)),
            Per::Visit => (Fen::ZERO, cost.less(self.deductible)),
            Per::Year => (before.less(self.deductible), (before + cost).less(self.deductible)),
        };
        if from == to {
            return Fen::ZERO;
        }
        let pays = if self.brackets.is_empty() {
            (to - from) * self.share
        } else {
            self.pays_by_bracket(from, to)
        };
        pays.min(cost).min(self.ceiling_visit).min(self.ceiling_year.less(paid))
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
    /// The terms that apply to a claimant, in order.
    #[inline]
    fn terms_of(&self, who: &Claimant) -> impl Iterator<Item = &Terms> {
        let condition = who.condition.map_or(0, |condition| condition as usize + 1);
        let case = &self.cases[slot(who.service, who.provider, who.category, condition)];
        let who = *who;
        case.terms[..(case.count as usize).min(MAX_LAYERS)]
            .iter()
            .map(|&number| &self.terms[number as usize])
            .filter(move |terms| terms.apply(&who))
    }

    /// Splits `bill` among the layers and the household and writes it into the person's year.
    ///
    /// Invariant: `layers.sum() + household == bill.total`, every part non-negative.
    pub fn settle(&self, bill: &Bill, who: &Claimant, year: &mut YearToDate) -> Settlement {
        let mut split = Settlement {
            household: bill.total,
            ..Settlement::default()
        };
        let mut catalogue = bill.catalogue;
        // What aid has cut so far: without its budget ratio, a later layer of aid would have found that much less.
        let mut cut = Fen::ZERO;
        for terms in self.terms_of(who) {
            let base = match terms.base {
                Base::Catalogue => catalogue,
                Base::All => split.household,
            };
            let promised = terms.pays(base, year);
            let paid = who.rate(promised, terms.funder);
            if terms.funder == Funder::AidBudget && who.aid_rate != Ppm::ONE {
                cut += terms.pays(base.less(cut), year) - paid;
            }
            let layer = terms.layer as usize;
            year.layers[layer].add(base, paid);
            split.layers[layer] = paid;
            split.household -= paid;
            catalogue = catalogue.less(paid);
            if terms.delay_months > 0 {
                split.delayed += paid;
                split.delay_months = split.delay_months.max(terms.delay_months);
            }
        }
        split.aid_cut = cut.or_zero();
        if who.service == Service::Inpatient {
            year.admissions = year.admissions.saturating_add(1);
        }
        split
    }

    /// The household's part of `bill` and the part it would advance, without writing the layers down: what a patient can
    /// expect before choosing. Agrees with [`Stack::settle`] to the fen.
    #[inline]
    pub fn net(&self, bill: &Bill, who: &Claimant, so_far: &YearToDate) -> (Fen, Fen) {
        let (mut household, mut catalogue, mut delayed) = (bill.total, bill.catalogue, Fen::ZERO);
        for terms in self.terms_of(who) {
            let base = match terms.base {
                Base::Catalogue => catalogue,
                Base::All => household,
            };
            let paid = who.rate(terms.pays(base, so_far), terms.funder);
            household -= paid;
            catalogue = catalogue.less(paid);
            if terms.delay_months > 0 {
                delayed += paid;
            }
        }
        (household, delayed)
    }

    /// A lower bound of what a visit for no named condition leaves of `bill`, whoever the patient is and whatever the year
    /// has brought. Where nothing depends on the year but ceilings (which only add to the household's part), that is what
    /// is left early in the year, less a fen a layer for the rounding.
    pub fn least_visit(&self, bill: &Bill, provider: Provider) -> Fen {
        let left = |category, admissions| {
            let who = Claimant {
                service: Service::Outpatient,
                provider,
                category,
                condition: None,
                enrolled: true,
                designated: true,
                fund_rate: Ppm::ONE,
                aid_rate: Ppm::ONE,
            };
            if self.terms_of(&who).any(|terms| terms.per == Per::Year) {
                return Fen::ZERO;
            }
            let so_far = YearToDate {
                admissions,
                ..YearToDate::default()
            };
            self.net(bill, &who, &so_far).0
        };
        let least = ALL_CATEGORIES
            .into_iter()
            .map(|category| left(category, 0).min(left(category, 1)))
            .min();
        least.unwrap_or(Fen::ZERO).less(Fen(MAX_LAYERS as i64))
    }

    /// Paid by the first pool-funded layer that looks at each admission afresh: the basic insurance, of which the
    /// bulletins report the in-catalogue rate by tier.
    pub fn basic(&self, layers: &[Fen; MAX_LAYERS]) -> Fen {
        self.basic.map_or(Fen::ZERO, |at| layers[at])
    }

    /// Who bears layer `at`.
    pub fn funder(&self, at: usize) -> Option<Funder> {
        self.funders.get(at).copied()
    }
}
