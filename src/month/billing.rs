//! Bills: what care costs before any insurance, by provider, severity and the latent size of the case.
//!
//! The mean bill of a visit is `visit_yuan` x `visits_per_episode_ratio` of the provider; minor and moderate episodes
//! stand apart by `moderate_price_ratio` and keep that mean. The mean bill of an admission is `admission_yuan` x the
//! event's `bill_ratio`. Both are multiplied by a lognormal size with mean 1 and log spread `size_sd` (the patient
//! expects the mean), by medical prices (1 + `price_growth`) to the power of years since 2020, and by d x
//! `drug_price_ratio` + (1 - d) x `service_price_ratio`, with d the `drug_share` of the provider, as far as waste is not
//! taken off and lost revenue is not made up. Chronic care costs a
//! quarter of the condition's `care_yuan_per_year` four times a year. Of the bill, `out_of_catalogue_share` lies
//! outside the catalogue, and so do all drugs when they are out of stock (they are bought elsewhere).

use super::care_seeking::{ByProvider, Need, Row};
use super::insurance::Bill;
use super::waste::Needed;
use crate::lanes::eight::Lanes;
use crate::units::{Fen, whole};
use crate::world::{PROVIDERS, Provider};
use serde::Deserialize;

/// Billing rules as they stand in the scenario file; prices of the base year.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingRules {
    /// Mean price of an outpatient visit.
    pub visit_yuan: ByProvider,
    /// Mean price of an ordinary admission.
    pub admission_yuan: ByProvider,
    /// Visits per acute episode that seeks care.
    pub visits_per_episode_ratio: f64,
    /// Price of a moderate episode relative to a minor one (the mean over both stays as given).
    pub moderate_price_ratio: f64,
    /// Spread of the log of bills within a tier.
    pub size_sd: f64,
    /// Drug part of the bill.
    pub drug_share: ByProvider,
    /// Part of the bill outside the catalogue (out of scope).
    pub out_of_catalogue_share: ByProvider,
    /// Drug prices relative to the baseline (procurement, markup).
    pub drug_price_ratio: f64,
    /// Service prices relative to the baseline.
    pub service_price_ratio: f64,
    /// Growth of medical prices per year.
    pub price_growth: f64,
}

/// The prices of a rule class in one year.
#[derive(Clone, Debug)]
pub struct Prices {
    /// Mean fen by need (minor, moderate, admission, chronic) and provider.
    mean: [[f64; PROVIDERS]; 4],
    catalogue: [f64; PROVIDERS],
    /// Drug part by need and provider.
    drugs: [[f64; PROVIDERS]; 4],
    /// The mean in single precision, for what is expected before a choice, and the catalogue part of it.
    expected: [Row; 4],
    /// The highest of each row.
    dearest: [f32; 4],
    catalogue_share: Row,
    size: (f32, f32),
    visits_centi: i64,
    index: f64,
    /// Fen of a base-year yuan of services.
    service_fen: f64,
}

impl BillingRules {
    /// Compiles prices for a year that lies `years` after the base year; `moderate_share` of episodes are moderate, and of
    /// what is done today `needed` is left.
    pub fn compile(&self, years: i32, moderate_share: f64, needed: &Needed) -> Prices {
        let index = (1.0 + self.price_growth).powi(years);
        let drug_share = self.drug_share.table();
        let moved: [f64; PROVIDERS] =
            drug_share.map(|drugs| drugs * self.drug_price_ratio + (1.0 - drugs) * self.service_price_ratio);
        // Minor and moderate prices keep the published mean: (1-m) p + m r p = mean.
        let minor = 1.0 / (1.0 - moderate_share + moderate_share * self.moderate_price_ratio);
        let visit = self.visit_yuan.table();
        let admission = self.admission_yuan.table();
        let visits = self.visits_per_episode_ratio * needed.visits;
        let row = |f: &dyn Fn(usize) -> f64| -> [f64; PROVIDERS] { std::array::from_fn(f) };
        // What prices and removed waste leave of today's price: of visits, admissions and chronic care.
        let kept = [
            row(&|at| moved[at] * needed.items[at]),
            row(&|at| moved[at] * needed.admission[at]),
            moved,
        ];
        let charged = kept.map(|kept| row(&|at| needed.charged(at, kept[at])));
        let fen = |yuan: f64, charged: f64, by: f64| yuan * by * charged * index * 100.0;
        let mean = [
            row(&|at| fen(visit[at], charged[0][at], minor * visits)),
            row(&|at| fen(visit[at], charged[0][at], minor * self.moderate_price_ratio * visits)),
            row(&|at| fen(admission[at], charged[1][at], 1.0)),
            row(&|at| charged[2][at] * index * 100.0),
        ];
        // What is made up is no drugs.
        let drugs = |kind: usize| {
            row(&|at| {
                let drugs = drug_share[at] * self.drug_price_ratio;
                if kept[kind][at] > 0.0 {
                    (drugs / moved[at] * (kept[kind][at] / charged[kind][at])).clamp(0.0, 1.0)
                } else {
                    0.0
                }
            })
        };
        let catalogue = self
            .out_of_catalogue_share
            .table()
            .map(|out| (1.0 - out).clamp(0.0, 1.0));
        Prices {
            expected: mean.map(|row| row.map(|fen| fen as f32)),
            dearest: mean.map(|row| row.into_iter().fold(0.0, f64::max) as f32),
            catalogue_share: catalogue.map(|share| share as f32),
            mean,
            catalogue,
            drugs: [0, 0, 1, 2].map(drugs),
            size: (self.size_sd as f32, (0.5 * self.size_sd * self.size_sd) as f32),
            visits_centi: Fen::nearest(100.0 * visits).0,
            index,
            service_fen: self.service_price_ratio * index * 100.0,
        }
    }
}

impl Prices {
    /// Spread and shift of the log of a bill's size: lognormal with mean 1.
    #[inline(always)]
    pub fn size(&self) -> (f32, f32) {
        self.size
    }

    /// Visits of an episode, in hundredths.
    #[inline(always)]
    pub fn visits_centi(&self) -> i64 {
        self.visits_centi
    }

    /// The bill for `need` at `provider`, of a case `times` the mean. For chronic care `times` is the yearly cost in yuan
    /// divided by the number of bills a year.
    #[inline(always)]
    pub fn bill(&self, need: Need, provider: Provider, times: f64, drugs_in_stock: bool) -> Bill {
        let at = provider as usize;
        let total = whole(self.mean[need as usize][at] * times);
        let drugs = whole(total * self.drugs[need as usize][at]);
        // Drugs that are out of stock are bought elsewhere, outside the catalogue; what is in stock is luck, so no branch.
        let covered = total - drugs * f64::from(u8::from(!drugs_in_stock));
        Bill {
            total: Fen::of_lane(total),
            catalogue: Fen::of_lane(whole(covered * self.catalogue[at])),
            drugs: Fen::of_lane(drugs),
        }
    }

    /// The bill for services alone, worth so many yuan at base-year prices.
    pub fn services(&self, provider: Provider, yuan: f64) -> Bill {
        let total = whole(yuan * self.service_fen);
        Bill {
            total: Fen::of_lane(total),
            catalogue: Fen::of_lane(whole(total * self.catalogue[provider as usize])),
            drugs: Fen::ZERO,
        }
    }

    /// The bill that is expected at each provider, of a case `times` the mean with drugs in stock: all of it, and the part
    /// in the catalogue, fen; and the highest of all.
    #[inline(always)]
    pub fn expected<L: Lanes>(&self, lanes: L, need: Need, times: f32) -> (L::Eight, L::Eight, f32) {
        let total = lanes.of(&self.expected[need as usize]) * lanes.all(times);
        let catalogue = total * lanes.of(&self.catalogue_share);
        (total, catalogue, self.dearest[need as usize] * times)
    }

    /// Medical prices relative to the base year.
    pub fn index(&self) -> f64 {
        self.index
    }
}
