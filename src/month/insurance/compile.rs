//! From the rules of a scenario to the stack of a rule class: who is covered by which arm, with which whole numbers.

use super::quote::LegRows;
use super::stack::{CASES, CONDITION_SLOTS, Leg, Panel, Payer, Stack, Terms, case};
use super::{ALL_SERVICES, Arm, Funder, InsuranceRules, Layer, MAX_LAYERS, Per, Reach, Service};
use crate::units::{Fen, Ppm};
use crate::world::{ALL_CATEGORIES, ALL_PROVIDERS, Category, PROVIDERS, Provider};
use std::collections::BTreeMap;

/// What bills of a rule class are like, as far as insurance rules ask.
#[derive(Clone, Copy, Debug)]
pub struct Bills {
    /// The year of the bills, counted from the base year.
    pub years_from_base: i32,
    /// Visits of an outpatient bill: what holds for one visit, or for a day, holds that many times.
    pub visits_per_episode: f64,
    /// Days of a stay, by provider.
    pub stay_days: [f64; PROVIDERS],
}

impl InsuranceRules {
    /// Compiles the stack for bills of the year and size of `bills`.
    ///
    /// # Errors
    /// When two arms of a layer cover the same case, a condition is unknown, brackets do not match their rates, a part of
    /// the bill is kept by a layer whose deductible is met once a year, or there are more than [`MAX_LAYERS`] layers; the
    /// text says which.
    pub fn compile(&self, bills: &Bills) -> Result<Stack, String> {
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
            keeps_part: false,
            payers: Vec::new(),
            brackets: Vec::new(),
            cases: [0; CASES],
            ids: ordered.iter().map(|(id, _)| (*id).clone()).collect(),
        };
        let rules = (bills, self.local_income(bills.years_from_base));
        let layers: Vec<Compiled> = ordered
            .iter()
            .map(|(id, layer)| Compiled::new(id, layer, rules))
            .collect::<Result<_, String>>()?;
        // Most cases share their arms with others: a panel is made once for each set of arms, and once for stays where a
        // ceiling goes by their days.
        let by_day = layers.iter().any(|layer| layer.ceiling_day.iter().any(Option::is_some));
        let mut known: BTreeMap<(Vec<[u8; PROVIDERS]>, bool), u16> = BTreeMap::new();
        for service in ALL_SERVICES {
            let days = (by_day && service == Service::Inpatient).then_some(&bills.stay_days);
            for (category, slot, referred) in cases() {
                let arms: Vec<[u8; PROVIDERS]> = layers
                    .iter()
                    .map(|layer| layer.arms(service, category, slot, referred))
                    .collect::<Result<_, String>>()?;
                let at = *known.entry((arms, days.is_some())).or_insert_with_key(|(arms, _)| {
                    stack.add_panel(&layers, arms, days);
                    stack.panels.len() as u16 - 1
                });
                stack.cases[case(service, category, slot, referred)] = at;
            }
        }
        Ok(stack)
    }

    /// Last year's local income a head, yuan, of a year that lies `years` after the base year.
    fn local_income(&self, years: i32) -> f64 {
        self.local_income_yuan * (1.0 + self.local_income_growth).powi(years - 1)
    }
}

/// Every kind of patient that a bill of a service may be for.
fn cases() -> impl Iterator<Item = (Category, usize, bool)> {
    let slots = || (0..CONDITION_SLOTS).flat_map(|slot| [(slot, false), (slot, true)]);
    let categories = ALL_CATEGORIES.into_iter();
    categories.flat_map(move |category| slots().map(move |(slot, referred)| (category, slot, referred)))
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
    /// The ceiling for a day of each arm that has one, and days of a bill that is not for a stay.
    ceiling_day: Vec<Option<f64>>,
    days: f64,
}

impl<'a> Compiled<'a> {
    /// Compiles a layer; `rules` are the bills and last year's local income, yuan.
    fn new(id: &'a str, layer: &'a Layer, rules: (&Bills, f64)) -> Result<Compiled<'a>, String> {
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
                .map(|(name, arm)| layer.terms(id, name, arm, rules))
                .collect::<Result<_, String>>()?,
            ceiling_day: (layer.arms.values())
                .map(|arm| (arm.payout_ceiling_day_yuan > 0.0).then_some(arm.payout_ceiling_day_yuan))
                .collect(),
            days: layer.visits(rules.0),
        })
    }

    /// The terms of an arm, if any, for a bill of so many `days` (none: it is not for a stay).
    fn terms(&self, arm: u8, days: Option<f64>) -> Option<Terms> {
        let mut terms = self.terms.get(usize::from(arm))?.clone();
        if let Some(yuan) = self.ceiling_day[usize::from(arm)] {
            let ceiling = Fen::yuan(yuan * days.unwrap_or(self.days));
            terms.ceiling_visit = terms.ceiling_visit.min(ceiling);
        }
        Some(terms)
    }

    /// The arm that covers a case at each provider.
    fn arms(
        &self,
        service: Service,
        category: Category,
        slot: usize,
        referred: bool,
    ) -> Result<[u8; PROVIDERS], String> {
        let mut arms = [NO_ARM; PROVIDERS];
        if !self.layer.services.contains(&service) {
            return Ok(arms);
        }
        for provider in ALL_PROVIDERS {
            let found = &mut arms[provider as usize];
            for (at, reach) in self.reach.iter().enumerate() {
                if !reach.covers(provider, category, slot, referred) {
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
fn legs(layers: &[Compiled], arms: &[[u8; PROVIDERS]], days: Option<&[f64; PROVIDERS]>) -> Vec<Leg> {
    let mut legs = Vec::new();
    for (at, (compiled, arms)) in layers.iter().zip(arms).enumerate() {
        if arms.iter().all(|&arm| arm == NO_ARM) {
            continue;
        }
        let terms = ALL_PROVIDERS.map(|provider| {
            let at = provider as usize;
            compiled.terms(arms[at], days.map(|days| days[at]))
        });
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
    fn add_panel(&mut self, layers: &[Compiled], arms: &[[u8; PROVIDERS]], days: Option<&[f64; PROVIDERS]>) {
        let payers = ALL_PROVIDERS.map(|provider| {
            let first = self.payers.len() as u32;
            for (at, (compiled, arms)) in layers.iter().zip(arms).enumerate() {
                let layer = compiled.layer;
                let provider = provider as usize;
                let Some(terms) = compiled.terms(arms[provider], days.map(|days| days[provider])) else {
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
                    bill_share: terms.bill_share,
                    brackets: (bracket, self.brackets.len() as u16),
                    delay_months: layer.delay_months as i32,
                    layer: at as u8,
                    base: layer.base,
                    per: layer.deductible_per,
                    funder: layer.funded_by,
                    enrolled_only: layer.enrolled_only_yes,
                    needs_designation: layer.needs_designation_yes && provider == Provider::Village as usize,
                });
            }
            (first, self.payers.len() as u32)
        });
        let legs = legs(layers, arms, days);
        self.keeps_part |= legs.iter().any(|leg| leg.rows.bill_share.is_some());
        self.panels.push(Panel { legs, payers });
    }
}

impl Layer {
    /// How many visits a bill of this layer is for.
    fn visits(&self, bills: &Bills) -> f64 {
        if self.services[..] == [Service::Outpatient] {
            bills.visits_per_episode
        } else {
            1.0
        }
    }

    /// The terms of an arm of this layer, a ceiling for a day apart; `local_income` is last year's, yuan a head.
    fn terms(&self, id: &str, arm_id: &str, arm: &Arm, (bills, local_income): (&Bills, f64)) -> Result<Terms, String> {
        if arm.brackets_from_yuan.len() != arm.reimbursed_share.len() || arm.brackets_from_yuan.is_empty() {
            return Err(format!(
                "insurance.layers.{id}.arms.{arm_id}: as many reimbursed_share as brackets_from_yuan"
            ));
        }
        let per_visit = self.deductible_per == Per::Visit;
        if arm.deductible_bill_share > 0.0 && !per_visit {
            return Err(format!(
                "insurance.layers.{id}.arms.{arm_id}: deductible_bill_share is a part of one bill; it needs \
                 deductible_per = \"visit\""
            ));
        }
        let growth = (1.0 + self.deductible_growth).powi(bills.years_from_base);
        let ceiling = |yuan: f64| if yuan > 0.0 { Fen::yuan(yuan) } else { Fen::UNLIMITED };
        let visits = self.visits(bills);
        let yuan = arm.deductible_yuan * growth + arm.deductible_income_ratio * local_income;
        let deductible = Fen::yuan(yuan * if per_visit { visits } else { 1.0 });
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
            bill_share: Ppm::share(arm.deductible_bill_share),
            ceiling_year: ceiling(arm.payout_ceiling_year_yuan + arm.payout_ceiling_year_income_ratio * local_income),
            share: brackets[0].1,
            brackets: if brackets.len() > 1 { brackets } else { Vec::new() },
        })
    }
}
