//! Waste: items, days, visits and admissions beyond need that today's figures hold, and what takes them off.
//!
//! Published prices, stays, visits and admissions hold what was done without need, so the levels (`extra_items_share`,
//! `extra_stay_share`, `induced_visit_share`, `induced_admission_share`) say which part of today's figures that is and
//! change nothing by themselves. Supervision or a payment reform takes off a part of each (`items_removed_share` and its
//! sisters, 0 in the baseline).
//!
//! With removed parts i, d and v of items, days and visits, a visit's bill falls to (1 - `extra_items_share` x i), an
//! admission's to that times (1 - `daily_bill_share` x `extra_stay_share` x d), its stay to (1 - `extra_stay_share` x d),
//! and an episode has (1 - `induced_visit_share` x v) of its visits. An ordinary admission is a visit instead with
//! `induced_admission_share` of its provider x `admissions_removed_share`: the patient comes as before and is sent home,
//! with the bill, the days and the skill of a moderate illness at that provider. Nobody who would die of it is sent home.
//!
//! **Income aimed at.** Where a provider's price of a case falls below today's (cheaper drugs or services, waste taken
//! off), `revenue_made_up_share` of what is lost comes back as more items that are no drugs; shops make nothing up.
//! **Skimping.** `skimping_share` of the admissions that would be managed correctly are not. **False claims** are
//! `false_claims_share` of what pool-funded layers pay, on top of it, for care that nobody had; the part
//! `false_claims_found_share` is not paid. The fund bears them and no patient does.

use super::care_seeking::ByProvider;
use crate::world::{PROVIDERS, Provider};
use serde::Deserialize;

/// Rules of waste as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WasteRules {
    /// Part of today's bill of a visit or an admission that is items nobody needed.
    pub extra_items_share: ByProvider,
    /// Part of today's stay that is days nobody needed.
    pub extra_stay_share: ByProvider,
    /// Part of today's ordinary admissions that a visit would have served.
    pub induced_admission_share: ByProvider,
    /// Part of today's visits of an episode that nobody needed.
    pub induced_visit_share: f64,
    /// Part of the bill of an admission that goes by the day.
    pub daily_bill_share: f64,
    /// Part of the extra items that is taken off.
    pub items_removed_share: f64,
    /// Part of the extra days that is taken off.
    pub stay_removed_share: f64,
    /// Part of the induced admissions that is taken off.
    pub admissions_removed_share: f64,
    /// Part of the induced visits that is taken off.
    pub visits_removed_share: f64,
    /// Part of lost revenue that providers make up by more items.
    pub revenue_made_up_share: f64,
    /// Part of correctly managed admissions that skimping spoils.
    pub skimping_share: f64,
    /// Claims without care, relative to what pool-funded layers pay.
    pub false_claims_share: f64,
    /// Part of the claims without care that is found before it is paid.
    pub false_claims_found_share: f64,
}

/// What is left of today's figures once waste is taken off, by provider where it differs: 1 is all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Needed {
    /// Of the bill of a visit.
    pub items: [f64; PROVIDERS],
    /// Of the bill of an admission.
    pub admission: [f64; PROVIDERS],
    /// Of the days of a stay.
    pub stay: [f64; PROVIDERS],
    /// Of the visits of an episode.
    pub visits: f64,
    /// Of the admissions that are managed correctly.
    pub correct: f64,
    /// Probability that an ordinary admission is a visit instead.
    pub sent_home: [f64; PROVIDERS],
    /// Part of lost revenue that is made up.
    pub made_up: [f64; PROVIDERS],
}

impl WasteRules {
    /// What the rules leave of today's figures.
    pub fn compile(&self) -> Needed {
        let left = |part: ByProvider, removed: f64| part.table().map(|part| 1.0 - part * removed);
        let (items, stay) = (
            left(self.extra_items_share, self.items_removed_share),
            left(self.extra_stay_share, self.stay_removed_share),
        );
        // At home nobody is sent home, and shops make nothing up.
        let providers = |mut shares: [f64; PROVIDERS]| {
            shares[Provider::SelfCare as usize] = 0.0;
            shares
        };
        let induced = self.induced_admission_share.table();
        Needed {
            admission: std::array::from_fn(|at| items[at] * (1.0 - self.daily_bill_share * (1.0 - stay[at]))),
            items,
            stay,
            visits: 1.0 - self.induced_visit_share * self.visits_removed_share,
            correct: 1.0 - self.skimping_share,
            sent_home: providers(induced.map(|part| part * self.admissions_removed_share)),
            made_up: providers([self.revenue_made_up_share; PROVIDERS]),
        }
    }

    /// Claims without care that are paid, relative to what pool-funded layers pay.
    pub fn false_claims(&self) -> f64 {
        self.false_claims_share * (1.0 - self.false_claims_found_share)
    }
}

impl Needed {
    /// What a provider charges of today's price, where prices and removed waste leave `kept` of it.
    ///
    /// ```
    /// # use kangcun::month::waste::Needed;
    /// let half = Needed { made_up: [0.5; 8], ..Needed::all() };
    /// assert_eq!(half.charged(1, 0.75), 0.875);
    /// assert_eq!(half.charged(1, 1.25), 1.25); // nothing is lost
    /// ```
    pub fn charged(&self, provider: usize, kept: f64) -> f64 {
        kept + self.made_up[provider] * (1.0 - kept).max(0.0)
    }

    /// All that is done today.
    pub fn all() -> Needed {
        Needed {
            items: [1.0; PROVIDERS],
            admission: [1.0; PROVIDERS],
            stay: [1.0; PROVIDERS],
            visits: 1.0,
            correct: 1.0,
            sent_home: [0.0; PROVIDERS],
            made_up: [0.0; PROVIDERS],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everywhere(share: f64) -> ByProvider {
        ByProvider {
            self_care: share,
            village: share,
            township: share,
            county: share,
            tertiary: share,
            remote: share,
            tcm: share,
            private: share,
        }
    }

    fn rules() -> WasteRules {
        WasteRules {
            extra_items_share: everywhere(0.25),
            extra_stay_share: everywhere(0.5),
            induced_admission_share: everywhere(0.25),
            induced_visit_share: 0.5,
            daily_bill_share: 0.5,
            items_removed_share: 0.0,
            stay_removed_share: 0.0,
            admissions_removed_share: 0.0,
            visits_removed_share: 0.0,
            revenue_made_up_share: 0.0,
            skimping_share: 0.0,
            false_claims_share: 0.0,
            false_claims_found_share: 0.0,
        }
    }

    #[test]
    fn what_is_not_taken_off_stays() {
        assert_eq!(rules().compile(), Needed::all());
        assert_eq!(rules().false_claims(), 0.0);
    }

    #[test]
    fn what_is_taken_off_is_worked_by_hand() {
        let needed = WasteRules {
            items_removed_share: 0.5,
            stay_removed_share: 0.5,
            admissions_removed_share: 0.5,
            visits_removed_share: 0.5,
            revenue_made_up_share: 0.5,
            skimping_share: 0.25,
            ..rules()
        }
        .compile();
        let county = Provider::County as usize;
        // A quarter is extra and half of that goes.
        assert_eq!(needed.items[county], 0.875);
        // Half of the days are extra and half of them go; half of the bill goes by the day.
        assert_eq!(needed.stay[county], 0.75);
        assert_eq!(needed.admission[county], 0.875 * 0.875);
        assert_eq!((needed.visits, needed.correct), (0.75, 0.75));
        assert_eq!(needed.sent_home[county], 0.125);
        assert_eq!(needed.sent_home[Provider::SelfCare as usize], 0.0);
        // Half of the lost eighth comes back, but not in a shop.
        assert_eq!(needed.charged(county, 0.875), 0.9375);
        assert_eq!(needed.charged(Provider::SelfCare as usize, 0.875), 0.875);
    }

    #[test]
    fn found_claims_are_not_paid() {
        let rules = WasteRules {
            false_claims_share: 0.04,
            false_claims_found_share: 0.75,
            ..rules()
        };
        assert_eq!(rules.false_claims(), 0.01);
    }
}
