//! A bill passes through the layers of insurance, one after the other, as their rules say.

use super::law::Law;
use super::money::{grown, insured, millionths, yuan};
use super::waste;
use kangcun::month::insurance::{Arm, Base, Funder, Layer, Per, Referral, Service};
use kangcun::world::{Category, Provider};
use std::collections::BTreeMap;

/// Whose bill it is, and for what.
#[derive(Clone, Copy)]
pub struct Claim {
    pub service: Service,
    pub provider: Provider,
    pub category: Category,
    /// What insurance calls the illness.
    pub condition: Option<&'static str>,
    pub enrolled: bool,
    /// The village clinic settles on the spot.
    pub designated: bool,
    /// Referred or filed, if it is an admission.
    pub referred: bool,
    /// What pools pay of their promise this year, in parts per million.
    pub fund_rate: i64,
    /// The same of the aid budget.
    pub aid_rate: i64,
}

/// A person's claims since 1 January.
#[derive(Clone, Default)]
pub struct Claims {
    pub admissions: i64,
    /// By layer: the base that met the deductible, and what was paid.
    layers: BTreeMap<String, (i64, i64)>,
}

/// Who pays what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    pub layers: BTreeMap<String, f64>,
    pub household: f64,
    /// Of the layers' part, what the household advances.
    pub delayed: f64,
    pub delay_months: i32,
    /// What each layer looked at.
    looked_at: BTreeMap<String, f64>,
}

/// How a share of an amount is taken.
#[derive(Clone, Copy, PartialEq)]
pub enum Sharing {
    /// To the fen, halves up: real bills.
    ToTheFen,
    /// Exactly: what is expected before a choice.
    Exactly,
}

impl Sharing {
    fn of(self, amount: f64, millionths: i64) -> f64 {
        match self {
            Sharing::ToTheFen => insured(amount as i64, millionths) as f64,
            Sharing::Exactly => amount * millionths as f64 / 1e6,
        }
    }
}

/// A layer with its name, among the rules that hold.
struct Own<'a> {
    name: &'a str,
    layer: &'a Layer,
    law: &'a Law,
}

impl Own<'_> {
    /// The arm whose terms hold for the claim, if any.
    fn arm(&self, claim: &Claim) -> Option<&Arm> {
        if !self.layer.services.contains(&claim.service) {
            return None;
        }
        if self.layer.enrolled_only_yes && !claim.enrolled {
            return None;
        }
        let clinic = claim.provider == Provider::Village;
        if self.layer.needs_designation_yes && clinic && !claim.designated {
            return None;
        }
        let told = claim.service != Service::Inpatient || claim.referred;
        let covers = |arm: &&Arm| {
            let named = |own: &str| arm.conditions.iter().any(|name| name == own);
            arm.tiers.contains(&claim.provider)
                && arm.categories.contains(&claim.category)
                && (arm.conditions.is_empty() || claim.condition.is_some_and(named))
                && match arm.referral {
                    Referral::Any => true,
                    Referral::With => told,
                    Referral::Without => !told,
                }
        };
        self.layer.arms.values().find(covers)
    }

    /// An outpatient bill covers all visits of an episode: what a layer for outpatients says of a visit holds as many times.
    fn visits(&self) -> f64 {
        if self.layer.services == [Service::Outpatient] {
            waste::visits(self.law)
        } else {
            1.0
        }
    }

    /// Local income a head of the year before, yuan.
    fn local_income(&self) -> f64 {
        let rules = &self.law.rules.insurance;
        rules.local_income_yuan * grown(rules.local_income_growth, self.law.years() - 1)
    }

    fn deductible(&self, arm: &Arm, claims: &Claims) -> i64 {
        let fixed = arm.deductible_yuan * grown(self.layer.deductible_growth, self.law.years());
        let grown = fixed + arm.deductible_income_ratio * self.local_income();
        match self.layer.deductible_per {
            Per::Year => yuan(grown),
            Per::Visit => {
                let first = yuan(grown * self.visits());
                if claims.admissions > 0 {
                    insured(first, millionths(arm.later_deductible_ratio))
                } else {
                    first
                }
            }
        }
    }

    /// Days of a bill, for ceilings that go by the day.
    fn days(&self, claim: &Claim) -> f64 {
        match claim.service {
            Service::Inpatient => {
                let today = self.law.rules.service.stay_days.table()[claim.provider as usize];
                today * waste::days_left(self.law, claim.provider)
            }
            Service::Outpatient | Service::ChronicCare => self.visits(),
        }
    }

    /// What the layer promises of `base`, which was `whole` before any layer.
    fn promises(&self, arm: &Arm, (base, whole): (f64, f64), claim: &Claim, claims: &Claims, sharing: Sharing) -> f64 {
        let (before, paid) = claims.layers.get(self.name).copied().unwrap_or_default();
        let kept = sharing.of(whole, millionths(arm.deductible_bill_share));
        let deductible = self.deductible(arm, claims) as f64 + kept;
        // The stretch of the year's cost, above the deductible, that this bill adds.
        let (from, to) = match self.layer.deductible_per {
            Per::Visit => (0.0, (base - deductible).max(0.0)),
            Per::Year => (
                (before as f64 - deductible).max(0.0),
                (before as f64 + base - deductible).max(0.0),
            ),
        };
        let starts = arm.brackets_from_yuan.iter().map(|&from| yuan(from) as f64);
        let ends = starts.clone().skip(1).chain([f64::INFINITY]);
        let mut promise = 0.0;
        for ((start, end), &share) in starts.zip(ends).zip(&arm.reimbursed_share) {
            let within = (to.min(end) - from.max(start)).max(0.0);
            promise += sharing.of(within, millionths(share));
        }
        promise = promise.min(base);
        if arm.payout_ceiling_visit_yuan > 0.0 {
            promise = promise.min(yuan(arm.payout_ceiling_visit_yuan * self.visits()) as f64);
        }
        if arm.payout_ceiling_day_yuan > 0.0 {
            promise = promise.min(yuan(arm.payout_ceiling_day_yuan * self.days(claim)) as f64);
        }
        let by_income = arm.payout_ceiling_year_income_ratio * self.local_income();
        if arm.payout_ceiling_year_yuan > 0.0 || by_income > 0.0 {
            let left = yuan(arm.payout_ceiling_year_yuan + by_income) - paid;
            promise = promise.min(left.max(0) as f64);
        }
        promise
    }
}

/// What becomes of a bill of `total` fen, of which `catalogue` lie in the catalogue, given the person's year so far.
pub fn pass(law: &Law, total: f64, catalogue: f64, claim: &Claim, claims: &Claims, sharing: Sharing) -> Split {
    let mut split = Split {
        household: total,
        ..Split::default()
    };
    let whole = (total, catalogue);
    let mut catalogue = catalogue;
    for (name, layer) in law.layers() {
        let own = Own { name, layer, law };
        let Some(arm) = own.arm(claim) else {
            continue;
        };
        let looks_at = match layer.base {
            Base::Catalogue => (catalogue, whole.1),
            Base::All => (split.household, whole.0),
        };
        let promise = own.promises(arm, looks_at, claim, claims, sharing);
        let rate = match layer.funded_by {
            Funder::Pool => claim.fund_rate,
            Funder::AidBudget => claim.aid_rate,
            Funder::Programme | Funder::Insurer => 1_000_000,
        };
        let paid = sharing.of(promise, rate);
        split.layers.insert(name.clone(), paid);
        split.looked_at.insert(name.clone(), looks_at.0);
        split.household -= paid;
        catalogue = (catalogue - paid).max(0.0);
        let months = layer.delay_months as i32;
        if months > 0 {
            split.delayed += paid;
            split.delay_months = split.delay_months.max(months);
        }
    }
    split
}

/// Settles a bill to the fen and writes it into the person's year.
pub fn settle(law: &Law, total: i64, catalogue: i64, claim: &Claim, claims: &mut Claims) -> Split {
    let split = pass(law, total as f64, catalogue as f64, claim, claims, Sharing::ToTheFen);
    for (name, paid) in &split.layers {
        let layer = claims.layers.entry(name.clone()).or_default();
        layer.0 += split.looked_at[name] as i64;
        layer.1 += *paid as i64;
    }
    if claim.service == Service::Inpatient {
        claims.admissions += 1;
    }
    split
}

/// What aid would pay of a bill if its budget met all promises, less what it pays.
pub fn aid_cut(law: &Law, total: i64, catalogue: i64, claim: &Claim, claims: &Claims) -> i64 {
    let aid = |aid_rate: i64| -> f64 {
        let claim = Claim { aid_rate, ..*claim };
        let split = pass(law, total as f64, catalogue as f64, &claim, claims, Sharing::ToTheFen);
        let of_aid = law
            .layers()
            .into_iter()
            .filter(|(_, layer)| layer.funded_by == Funder::AidBudget);
        of_aid.filter_map(|(name, _)| split.layers.get(name)).sum()
    };
    (aid(1_000_000) - aid(claim.aid_rate)) as i64
}
