//! Settlement: a bill passes through an ordered stack of insurance layers, all of them data, and every fen of it ends with
//! exactly one payer.
//!
//! A layer says whom it covers (services, tiers, categories, conditions), on what base (the catalogue part of the bill, or
//! all of it), above which deductible, at which graduated rates, up to which ceilings, who funds it, and when it pays. To
//! add a layer, add a table under `[rules.insurance.layers]` of a scenario file: no code changes.

mod bill;
mod quote;
mod stack;

pub use bill::{Bill, Claimant, Settlement, Split};
pub use quote::Who;
pub use stack::{Stack, YearToDate};

use crate::world::{CONDITIONS, Category, Condition, Provider};
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
/// What a bill is for, as far as a layer can tell: a chronic condition, an epidemic, or anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cause(u8);

impl Cause {
    /// None that a layer has a name for.
    pub const OTHER: Cause = Cause(0);
    /// An infection of an epidemic.
    pub const EPIDEMIC: Cause = Cause(CONDITIONS.len() as u8 + 1);
    /// What layers call it.
    const EPIDEMIC_NAME: &str = "epidemic";

    /// A chronic condition.
    pub const fn of(condition: Condition) -> Cause {
        Cause(condition as u8 + 1)
    }

    /// The cause that a layer calls `name`.
    fn named(name: &str) -> Option<Cause> {
        let condition = CONDITIONS.into_iter().find(|condition| condition.name() == name);
        let epidemic = (name == Cause::EPIDEMIC_NAME).then_some(Cause::EPIDEMIC);
        condition.map(Cause::of).or(epidemic)
    }

    /// Its place in tables.
    const fn slot(self) -> usize {
        self.0 as usize
    }
}

/// Most layers a stack may hold.
pub const MAX_LAYERS: usize = 12;

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
    /// Conditions it covers, `epidemic` among them; empty covers any bill, named ones only bills for these.
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

impl InsuranceRules {
    /// Who bears each layer, in the order of the stack.
    pub fn funders(&self) -> Vec<Funder> {
        self.ordered().into_iter().map(|(_, layer)| layer.funded_by).collect()
    }

    /// The layers in the order of the stack.
    fn ordered(&self) -> Vec<(&String, &Layer)> {
        let mut ordered: Vec<(&String, &Layer)> = self.layers.iter().collect();
        ordered.sort_by_key(|(id, layer)| (layer.order, id.as_str()));
        ordered
    }
}

impl Arm {
    /// Whom the arm covers, as bits: providers, categories, and causes by slot.
    ///
    /// # Errors
    /// When it names a condition that does not exist.
    fn reach(&self, layer: &str, arm: &str) -> Result<Reach, String> {
        let mut conditions = 0;
        for name in &self.conditions {
            let cause = Cause::named(name)
                .ok_or_else(|| format!("insurance.layers.{layer}.arms.{arm}.conditions: no condition `{name}`"))?;
            conditions |= 1 << cause.slot();
        }
        Ok(Reach {
            providers: self.tiers.iter().fold(0, |bits, tier| bits | 1 << *tier as u8),
            categories: self.categories.iter().fold(0, |bits, own| bits | 1 << *own as u8),
            conditions: if self.conditions.is_empty() {
                u16::MAX
            } else {
                conditions
            },
        })
    }
}

/// Whom an arm covers, one bit each.
#[derive(Clone, Copy, Debug)]
struct Reach {
    providers: u8,
    categories: u8,
    conditions: u16,
}

impl Reach {
    /// Whether a bill of `category` for the cause in `slot` at `provider` is covered.
    fn covers(self, provider: Provider, category: Category, slot: usize) -> bool {
        self.providers & 1 << provider as u8 != 0
            && self.categories & 1 << category as u8 != 0
            && self.conditions & 1 << slot != 0
    }
}
