//! What is left of today's figures once waste is taken off, read straight off the rules.

use super::law::Law;
use kangcun::month::care_seeking::Need;
use kangcun::world::Provider;

/// The part of today's days of a stay that is left.
pub fn days_left(law: &Law, provider: Provider) -> f64 {
    let rules = &law.rules.waste;
    let extra = rules.extra_stay_share.table()[provider as usize];
    1.0 - extra * rules.stay_removed_share
}

/// The part of today's visits of an episode that is left.
pub fn visits_left(law: &Law) -> f64 {
    let rules = &law.rules.waste;
    1.0 - rules.induced_visit_share * rules.visits_removed_share
}

/// Visits of an episode.
pub fn visits(law: &Law) -> f64 {
    law.rules.billing.visits_per_episode_ratio * visits_left(law)
}

/// The part of today's bill of a visit or an admission that is left, at today's prices.
pub fn bill_left(law: &Law, need: Need, provider: Provider) -> f64 {
    let rules = &law.rules.waste;
    let extra = rules.extra_items_share.table()[provider as usize];
    let items = 1.0 - extra * rules.items_removed_share;
    match need {
        Need::Chronic => 1.0,
        Need::Minor | Need::Moderate => items,
        Need::Admission => {
            let days_gone = 1.0 - days_left(law, provider);
            items * (1.0 - rules.daily_bill_share * days_gone)
        }
    }
}

/// What a provider adds to a price of which `left` is left, as a part of today's.
pub fn made_up(law: &Law, provider: Provider, left: f64) -> f64 {
    if provider == Provider::SelfCare || left >= 1.0 {
        return 0.0;
    }
    law.rules.waste.revenue_made_up_share * (1.0 - left)
}

/// The probability that an ordinary admission is sent home with a visit.
pub fn sent_home(law: &Law, provider: Provider) -> f64 {
    let rules = &law.rules.waste;
    rules.induced_admission_share.table()[provider as usize] * rules.admissions_removed_share
}

/// Claims without care that are paid, relative to claims for care.
pub fn false_claims(law: &Law) -> f64 {
    let rules = &law.rules.waste;
    rules.false_claims_share * (1.0 - rules.false_claims_found_share)
}
