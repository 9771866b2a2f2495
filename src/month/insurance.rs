//! Settlement: a bill passes through an ordered stack of insurance layers, all of them data, and every fen of it ends with
//! exactly one payer.
//!
//! A layer says whom it covers (services, tiers, categories, conditions), on what base (the catalogue part of the bill, or
//! all of it), above which deductible, at which graduated rates, up to which ceilings, who funds it, and when it pays. To
//! add a layer, add a table under `[rules.insurance.layers]` of a scenario file: no code changes.
//!
//! For each layer in its `order`: it looks at what is left of the catalogue part or of the whole bill (`base`); above
//! the deductible (per visit, times `later_deductible_ratio` from the second admission of the year on, or once a year)
//! each bracket is paid at its own rate; the payment is at most what is left, the ceiling of the visit, and what is
//! left of the ceiling of the year. It is then multiplied by the rate of whoever bears it: of the fund after a deficit,
//! of a capped aid budget as announced for the year. Every share is rounded to the fen and the remainder stays with the
//! household. What is paid `delay_months` later is advanced by the household and arrives then.
//!
//! A deductible is `deductible_yuan`, which grows with `deductible_growth` a year since 2020, plus
//! `deductible_income_ratio` x last year's local income a head, plus `deductible_bill_share` x the base of the bill
//! before any layer. Local income grows from `local_income_yuan` by `local_income_growth`. A ceiling of the year may
//! likewise hold a part of local income; a ceiling of the day is multiplied by the provider's mean stay. An admission
//! is referred with `referred_share` (one that comes back always is), and arms may tell the two apart. An episode of
//! outpatient care has `visits_per_episode_ratio` visits: where a layer covers outpatient care only, its deductible and
//! ceiling per visit are multiplied by that.

mod bill;
mod compile;
mod explain;
mod quote;
mod stack;

pub use bill::{Bill, Claimant, Settlement, Split};
pub use compile::Bills;
pub use explain::{Explained, Part};
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

/// All kinds of service, in order.
pub const ALL_SERVICES: [Service; SERVICES] = [Service::Outpatient, Service::ChronicCare, Service::Inpatient];

impl Service {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        ["outpatient", "chronic_care", "inpatient"][self as usize]
    }
}

/// What a bill is for, as far as a layer can tell: a chronic condition, an epidemic, or anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cause(u8);

impl Cause {
    /// None that layers have a name for.
    pub const OTHER: Cause = Cause(0);
    /// An infection of an epidemic.
    pub const EPIDEMIC: Cause = Cause(CONDITIONS.len() as u8 + 1);
    /// What layers call it.
    const EPIDEMIC_NAME: &str = "epidemic";

    /// A chronic condition, or none.
    pub fn of(condition: Option<Condition>) -> Cause {
        condition.map_or(Cause::OTHER, |condition| Cause(condition as u8 + 1))
    }

    /// What layers call the causes that have a name.
    pub fn names() -> Vec<&'static str> {
        let conditions = CONDITIONS.into_iter().map(Condition::name);
        conditions.chain([Cause::EPIDEMIC_NAME]).collect()
    }

    /// The cause that layers call `name`.
    fn named(name: &str) -> Option<Cause> {
        let condition = CONDITIONS.into_iter().find(|condition| condition.name() == name);
        let epidemic = (name == Cause::EPIDEMIC_NAME).then_some(Cause::EPIDEMIC);
        condition.map(|condition| Cause::of(Some(condition))).or(epidemic)
    }

    /// Its place in tables.
    const fn slot(self) -> usize {
        self.0 as usize
    }
}

/// Most layers a stack may hold.
pub const MAX_LAYERS: usize = 14;

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
    /// A commercial insurer: nothing of it is public money.
    Insurer,
}

impl Funder {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Funder::Pool => "pool",
            Funder::AidBudget => "aid_budget",
            Funder::Programme => "programme",
            Funder::Insurer => "insurer",
        }
    }
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

/// Which admissions an arm is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Referral {
    /// All.
    #[default]
    Any,
    /// Those referred, or filed beforehand.
    With,
    /// The others.
    Without,
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
    /// Whether it covers referred admissions only, or only the others; bills that are no admissions count as referred.
    #[serde(default)]
    pub referral: Referral,
    /// What the patient bears before the layer pays (qifu xian), at prices of the base year.
    pub deductible_yuan: f64,
    /// What the patient bears before the layer pays, in last year's local income a head; added to `deductible_yuan`.
    #[serde(default)]
    pub deductible_income_ratio: f64,
    /// What the patient bears, as a part of the bill's whole base before any layer (only where the deductible is met at each visit): with
    /// a share of 1 the patient's part is cut to this part of the bill.
    #[serde(default)]
    pub deductible_bill_share: f64,
    /// What the deductible is multiplied with from the second admission of the year on.
    pub later_deductible_ratio: f64,
    /// Where each bracket of the base begins, yuan above the deductible; the first is 0.
    pub brackets_from_yuan: Vec<f64>,
    /// The share paid in each bracket.
    pub reimbursed_share: Vec<f64>,
    /// Most the layer pays for one visit (fengding xian); 0 means no ceiling.
    pub payout_ceiling_visit_yuan: f64,
    /// Most the layer pays for a day of a stay; outside a stay a visit is a day; 0 means no ceiling.
    #[serde(default)]
    pub payout_ceiling_day_yuan: f64,
    /// Most the layer pays in a calendar year; 0 means no ceiling.
    pub payout_ceiling_year_yuan: f64,
    /// Most the layer pays in a calendar year, in last year's local income a head; added to `payout_ceiling_year_yuan`.
    #[serde(default)]
    pub payout_ceiling_year_income_ratio: f64,
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
    /// Share of those to be admitted who are referred, or file beforehand; who is admitted again always is.
    pub referred_share: f64,
    /// Local income a head in the base year, for amounts that a rule ties to it.
    pub local_income_yuan: f64,
    /// Growth of local income per year.
    pub local_income_growth: f64,
    /// The stack.
    pub layers: BTreeMap<String, Layer>,
}

impl InsuranceRules {
    /// Who bears each layer, in the order of the stack.
    pub fn funders(&self) -> Vec<Funder> {
        self.ordered().into_iter().map(|(_, layer)| layer.funded_by).collect()
    }

    /// The layers in the order of the stack.
    pub fn ordered(&self) -> Vec<(&String, &Layer)> {
        let mut ordered: Vec<(&String, &Layer)> = self.layers.iter().collect();
        ordered.sort_by_key(|(id, layer)| (layer.order, id.as_str()));
        ordered
    }
}

impl Layer {
    /// The name of the arm that covers a bill, if any.
    pub fn arm(&self, who: &Claimant) -> Option<&str> {
        let slot = who.cause.slot();
        let covers = |name: &str, arm: &Arm| {
            let reach = arm.reach("", name);
            reach.is_ok_and(|reach| reach.covers(who.provider, who.category, slot, who.referred))
        };
        let serves = self.services.contains(&who.service);
        let mut arms = self.arms.iter().filter(|_| serves);
        arms.find(|(name, arm)| covers(name, arm))
            .map(|(name, _)| name.as_str())
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
            referral: match self.referral {
                Referral::Any => 3,
                Referral::With => 2,
                Referral::Without => 1,
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
    referral: u8,
}

impl Reach {
    /// Whether a bill of `category` for the cause in `slot` at `provider` is covered.
    fn covers(self, provider: Provider, category: Category, slot: usize, referred: bool) -> bool {
        self.providers & 1 << provider as u8 != 0
            && self.categories & 1 << category as u8 != 0
            && self.conditions & 1 << slot != 0
            && self.referral & 1 << u8::from(referred) != 0
    }
}
