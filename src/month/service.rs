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
//! plus the stay; of a stay a carer loses `carer_day_share` if another member of at least 0.6 labour units is there,
//! and while a member is incapacitated at home such a worker gives `home_carer_share` of each month. Supervision
//! may shorten stays and a payment reform may spoil skill.
//!
//! **Skill and equipment**: the given probabilities of correct management are those of staff not trained lately, with
//! equipment as usual. Training closes `training_skill_gain_share` of what is missing to 1, for the share of the provider's staff
//! trained lately (not for admissions). Of the cases of a need, `equipment_needed_share` cannot be managed without equipment,
//! which is there with `equipment_share`: the probability is multiplied by (1 - needed x (1 - there)) / (1 - needed x (1 - usually
//! there)), at most to 1.
//!
//! **Queue** = load over capacity less `comfortable_load_share`, at least 0. Load is known when the month begins: of
//! the village clinic last month's visits, of all others those of the same month of last year in the county. Capacity
//! is doctors, visiting ones included, x `village_doctor_visits_per_month_count` for the clinic, residents x
//! `visits_per_resident_month_ratio` x staff relative to founding for the others. A clinic without any doctor turns everybody away.

pub mod drugs;

use super::care_seeking::{ByProvider, Need, Row};
use super::waste::Needed;
use crate::units::Fen;
use crate::world::{PROVIDERS, Provider};
use drugs::{ByDrug, InStock, LONGEST_MONTHS, Shelves};
use serde::Deserialize;

/// Service rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceRules {
    /// Probability of correct management of a standard case.
    pub correct_management_share: ByProvider,
    /// Probability of correct management of a case that needs an admission (equipment limits what can be handled).
    pub correct_admission_share: ByProvider,
    /// Of what is missing to correct management of every standard case, the part that training closes.
    pub training_skill_gain_share: ByProvider,
    /// Probability that the equipment a case needs is there.
    pub equipment_share: ByProvider,
    /// Probability that equipment was there where and when the probabilities of correct management were measured.
    pub usual_equipment_share: ByProvider,
    /// Share of cases that cannot be managed correctly without equipment.
    pub equipment_needed_share: ByNeed,
    /// Probability that the drugs of a class do not run out in a month: with a delay of one month, that they are in stock.
    pub drug_in_stock_share: ByProvider,
    /// Probability of running out relative to that of all drugs, by class of drugs.
    pub stock_out_ratio: ByDrug,
    /// Months from running out to being restocked.
    pub restock_months: ByProvider,
    /// Whoever comes in a month finds the same shelf; otherwise each has a luck of its own.
    pub shared_shelf_yes: bool,
    /// Doctors of elsewhere on duty in each village clinic (rotation, mobile clinics), full-time equivalents.
    pub visiting_doctors_count: f64,
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
    /// Part of a worker's time that somebody takes who is incapacitated at home.
    pub home_carer_share: f64,
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

/// One number for each need.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByNeed {
    /// A minor acute complaint.
    pub minor: f64,
    /// A moderate acute illness.
    pub moderate: f64,
    /// An admission.
    pub admission: f64,
    /// Chronic care.
    pub chronic: f64,
}

impl ByNeed {
    /// As a table in the order of [`Need`].
    pub fn table(&self) -> [f64; 4] {
        [self.minor, self.moderate, self.admission, self.chronic]
    }
}

/// What providers have for a patient: of a rule class in general, or of a village in a month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Supply {
    /// Probability of correct management, by need and provider.
    pub correct: [[f64; PROVIDERS]; 4],
    /// Probability that the drug is in stock.
    pub in_stock: InStock,
}

/// The service rules of a class, as tables.
#[derive(Clone, Debug)]
pub struct Care {
    /// Of staff not trained lately, and of drugs that each patient meets with a luck of its own.
    pub usual: Supply,
    /// Of what is missing to correct management, the part that training closes.
    training_gain: [f64; PROVIDERS],
    /// The shelves of drugs.
    pub shelves: Shelves,
    /// Visiting doctors of a clinic.
    pub visiting_doctors: f64,
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
        let shelves = Shelves::new(
            self.shared_shelf_yes,
            &self.drug_in_stock_share.table(),
            &self.stock_out_ratio,
            &self.restock_months.table(),
        );
        Care {
            usual: Supply {
                correct: self.correct(needed),
                in_stock: shelves.in_stock(),
            },
            training_gain: self.training_skill_gain_share.table(),
            shelves,
            visiting_doctors: self.visiting_doctors_count,
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

    /// What the bounds of cards cannot say.
    ///
    /// # Errors
    /// When a supply chain is slower than anybody could follow.
    pub fn check(&self) -> Result<(), String> {
        let longest = self.restock_months.table().into_iter().fold(0.0, f64::max);
        if longest > LONGEST_MONTHS {
            return Err(format!(
                "service.restock_months is {longest}, but at most {LONGEST_MONTHS}: after that nothing would ever come"
            ));
        }
        Ok(())
    }

    /// Probability of correct management with the equipment that is there, by need and provider.
    fn correct(&self, needed: &Needed) -> [[f64; PROVIDERS]; 4] {
        let standard = self.correct_management_share.table();
        let admission = self.correct_admission_share.table().map(|share| share * needed.correct);
        let skill = [standard, standard, admission, standard];
        let (there, usual) = (self.equipment_share.table(), self.usual_equipment_share.table());
        let equipped = self.equipment_needed_share.table();
        std::array::from_fn(|need| {
            std::array::from_fn(|at| {
                let can = |there: f64| 1.0 - equipped[need] * (1.0 - there);
                let usually = can(usual[at]);
                let ratio = if usually > 0.0 { can(there[at]) / usually } else { 1.0 };
                (skill[need][at] * ratio).min(1.0)
            })
        })
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
    /// Probability of correct management where these shares of the staff of each provider were trained lately.
    pub fn correct(&self, trained: &[f64; PROVIDERS]) -> [[f64; PROVIDERS]; 4] {
        let mut correct = self.usual.correct;
        for need in [Need::Minor, Need::Moderate, Need::Chronic] {
            for (at, correct) in correct[need as usize].iter_mut().enumerate() {
                *correct += (1.0 - *correct) * self.training_gain[at] * trained[at];
            }
        }
        correct
    }

    /// What follows from going to `provider` with `need`, under the episode's latent outcome draws in (0, 1), where the case
    /// is managed correctly with probability `correct`.
    ///
    /// `skill_luck` decides whether the case is managed correctly, `course_luck` what follows; `fatality` is the
    /// probability of death although treated. Without care nothing is managed and most minor complaints pass by
    /// themselves (the worsening probabilities are those of unmanaged cases).
    #[inline(always)]
    #[allow(clippy::needless_bitwise_bool)] // a lazy `and` would branch on luck
    pub fn outcome(
        &self,
        need: Need,
        provider: Provider,
        correct: f64,
        (skill_luck, course_luck): (f64, f64),
        fatality: f64,
    ) -> Outcome {
        let admission = need == Need::Admission;
        let at = provider as usize;
        // Luck cannot be foretold: no branch follows it.
        let resolved = skill_luck < correct;
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
