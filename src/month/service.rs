//! Service: what the provider does for the patient: skill, equipment, drugs, queue, recovery, days of work lost, death.
//!
//! The latent severity and the latent outcome belong to the episode and are shared by all providers: going elsewhere
//! changes what the provider does, not the patient's luck.
//!
//! The case is managed correctly if the skill draw lies below the provider's probability (`correct_management_share`,
//! for admissions `correct_admission_share`); without care it never is. The patient dies if the course draw lies below
//! the fatality of the event (times `untreated_fatality_ratio` for an admission forgone). If not managed correctly and
//! alive, it comes back next month when the course draw lies in its top part: a minor complaint as a moderate illness
//! (`minor_worsens_share`), a moderate illness as a need for admission (`moderate_worsens_share`), an admission as
//! another (`readmission_share`). Working days lost are those of the need, times `unresolved_days_ratio` if unresolved,
//! plus the stay; of a stay a carer loses `carer_day_share` if another member of at least 0.6 labour units is there.
//! The drug is in stock with `drug_in_stock_share`. Supervision may shorten stays and a payment reform may spoil skill.
//!
//! **Queue** = load over capacity less `comfortable_load_share`, at least 0. Load is known when the month begins: of
//! the village clinic last month's visits, of all others those of the same month of last year in the county. Capacity
//! is doctors x `village_doctor_visits_per_month_count` for the clinic, residents x `visits_per_resident_month_ratio`
//! for the others.

use super::care_seeking::{ByProvider, Need, Row};
use super::waste::Needed;
use crate::units::Fen;
use crate::world::{PROVIDERS, Provider};
use serde::Deserialize;

/// Service rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRules {
    /// Probability of correct management of a standard case.
    pub correct_management_share: ByProvider,
    /// Probability of correct management of a case that needs an admission (equipment limits what can be handled).
    pub correct_admission_share: ByProvider,
    /// Probability that the drug needed is in stock.
    pub drug_in_stock_share: ByProvider,
    /// Visits a village doctor can give per month.
    pub village_doctor_visits_per_month_count: f64,
    /// Visits per resident and month that a higher provider can give without a queue.
    pub visits_per_resident_month_ratio: ByProvider,
    /// Share of capacity from which on a queue is felt.
    pub comfortable_load_share: f64,
    /// Length of stay of an admission.
    pub stay_days: ByProvider,
    /// Working days that a patient loses to a minor complaint that is managed correctly.
    pub minor_lost_days: f64,
    /// Working days that a patient loses to a moderate illness that is managed correctly.
    pub moderate_lost_days: f64,
    /// Working days that a patient loses to an admission that is managed correctly, beyond the stay.
    pub admission_lost_days: f64,
    /// Days lost when not managed correctly, relative to correctly.
    pub unresolved_days_ratio: f64,
    /// Share of a worker's days that a carer loses during a stay.
    pub carer_day_share: f64,
    /// Probability that an unresolved minor complaint comes back as a moderate one.
    pub minor_worsens_share: f64,
    /// Probability that an unresolved moderate illness comes to need an admission.
    pub moderate_worsens_share: f64,
    /// Probability that an unresolved admission comes back.
    pub readmission_share: f64,
    /// Death when an admission is forgone, relative to treated.
    pub untreated_fatality_ratio: f64,
    /// Lasting loss of work when an event is not managed correctly, relative to correctly.
    pub unresolved_residual_ratio: f64,
    /// Travel, food and lodging of one episode, yuan at base-year prices (not medical).
    pub travel_yuan: ByProvider,
}

/// The service rules of a class, as tables.
#[derive(Clone, Debug)]
pub struct Care {
    /// Probability of correct management `[standard, admission][provider]`.
    pub correct: [[f64; PROVIDERS]; 2],
    /// Probability that the drug is in stock.
    pub in_stock: [f64; PROVIDERS],
    /// Visits a village doctor can give per month.
    pub doctor_visits: f64,
    /// Visits per resident and month without a queue.
    pub capacity: [f64; PROVIDERS],
    /// Share of capacity from which on a queue is felt.
    pub comfortable: f64,
    /// Length of stay, days.
    pub stay: [f64; PROVIDERS],
    /// Days lost by need (chronic care: none), when managed correctly and when not.
    pub lost: [[f64; 2]; 4],
    /// Probability that it comes back when not managed correctly, by need.
    pub back: [f64; 4],
    /// Travel.
    pub travel: [Fen; PROVIDERS],
    /// The same in yuan, for a choice.
    pub travel_yuan: Row,
    /// The rest, as in the rules.
    pub rules: ServiceRules,
}

impl ServiceRules {
    /// Compiles the tables; travel costs follow the price index, and of today's stays and skill `needed` is left.
    pub fn compile(&self, price_index: f64, needed: &Needed) -> Care {
        let stay = self.stay_days.table();
        Care {
            correct: [
                self.correct_management_share.table(),
                self.correct_admission_share.table().map(|share| share * needed.correct),
            ],
            in_stock: self.drug_in_stock_share.table(),
            doctor_visits: self.village_doctor_visits_per_month_count,
            capacity: self.visits_per_resident_month_ratio.table(),
            comfortable: self.comfortable_load_share,
            stay: std::array::from_fn(|at| stay[at] * needed.stay[at]),
            lost: [
                self.minor_lost_days,
                self.moderate_lost_days,
                self.admission_lost_days,
                0.0,
            ]
            .map(|days| [days, days * self.unresolved_days_ratio]),
            back: [
                self.minor_worsens_share,
                self.moderate_worsens_share,
                self.readmission_share,
                0.0,
            ],
            travel: self.travel_yuan.table().map(|yuan| Fen::yuan(yuan * price_index)),
            travel_yuan: self.travel_yuan.table().map(|yuan| (yuan * price_index) as f32),
            rules: self.clone(),
        }
    }
}

/// How an episode went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Managed correctly.
    pub resolved: bool,
    /// Working days the patient loses.
    pub patient_days: f64,
    /// Working days a carer loses.
    pub carer_days: f64,
    /// What comes back next month: 0 nothing, 1 moderate illness, 2 need for admission.
    pub comes_back: u8,
    /// The patient dies.
    pub dies: bool,
}

impl Care {
    /// What follows from going to `provider` with `need`, under the episode's latent outcome draws in (0, 1).
    ///
    /// `skill_luck` decides whether the case is managed correctly, `course_luck` what follows; `fatality` is the
    /// probability of death although treated. Without care nothing is managed and most minor complaints pass by
    /// themselves (the worsening probabilities are those of unmanaged cases).
    #[inline(always)]
    #[allow(clippy::needless_bitwise_bool)] // a lazy `and` would branch on luck
    pub fn outcome(&self, need: Need, provider: Provider, skill_luck: f64, course_luck: f64, fatality: f64) -> Outcome {
        let admission = need == Need::Admission;
        let at = provider as usize;
        // Luck cannot be foretold: no branch follows it.
        let resolved = (provider != Provider::SelfCare) & (skill_luck < self.correct[usize::from(admission)][at]);
        let rules = &self.rules;
        let fatality = if admission && provider == Provider::SelfCare {
            (fatality * rules.untreated_fatality_ratio).min(1.0)
        } else {
            fatality
        };
        let dies = course_luck < fatality;
        // The top of the course draw decides what comes back, so it cannot collide with death at the bottom.
        let back = !resolved & (course_luck > 1.0 - self.back[need as usize]) & !dies;
        let comes_back = if need == Need::Minor { 1 } else { 2 } * u8::from(back);
        let stay = if admission { self.stay[at] } else { 0.0 };
        let days = self.lost[need as usize][usize::from(!resolved)];
        Outcome {
            resolved,
            patient_days: days + stay,
            carer_days: stay * rules.carer_day_share,
            comes_back,
            dies,
        }
    }

    /// How far `load` (visits) exceeds the comfortable share of `capacity` (visits), as a share of capacity.
    pub fn queue(&self, load: f64, capacity: f64) -> f32 {
        if capacity <= 0.0 {
            0.0
        } else {
            (load / capacity - self.comfortable).max(0.0) as f32
        }
    }
}
