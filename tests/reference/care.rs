//! What an event asks for, what it costs, and how it goes.

use super::law::Law;
use super::luck::OutcomeLuck;
use super::money::{fen, grown, part, yuan};
use super::waste;
use kangcun::month::care_seeking::Need;
use kangcun::month::illness::Event;
use kangcun::month::insurance::{Bill, Service};
use kangcun::units::Fen;
use kangcun::world::{Condition, Conditions, Provider, Stage};

/// The number of an event in the person's month: it keys the episode's draws.
pub fn index(event: Event) -> u64 {
    match event {
        Event::Acute => 0,
        Event::Returned(_) => 1,
        Event::Admission => 2,
        Event::Major(_) => 3,
        Event::Injury | Event::Childbirth => 4,
        Event::ChronicCare => 5,
        Event::Death => 6,
        Event::Infection(_) => 7,
    }
}

pub fn service(need: Need) -> Service {
    match need {
        Need::Minor | Need::Moderate => Service::Outpatient,
        Need::Chronic => Service::ChronicCare,
        Need::Admission => Service::Inpatient,
    }
}

/// What follows from an event whoever treats it.
#[derive(Clone, Copy)]
pub struct Course {
    /// The bill relative to an ordinary one.
    pub bill_ratio: f64,
    pub fatality: f64,
    pub incapacity_months: f64,
    pub incapacity_loss: f64,
    pub residual_loss: f64,
}

pub fn course(event: Event, law: &Law, sex: u8, age: i32) -> Course {
    let illness = &law.rules.illness;
    let woman = if sex == 0 { 1.0 } else { illness.female_fatality_ratio };
    let of = |[bill_ratio, fatality, incapacity_months, incapacity_loss, residual_loss]: [f64; 5]| Course {
        bill_ratio,
        fatality,
        incapacity_months,
        incapacity_loss,
        residual_loss,
    };
    match event {
        Event::Admission => of([1.0, illness.admission.fatality_share.at(age) * woman, 0.0, 0.0, 0.0]),
        Event::Major(condition) => {
            let own = illness.condition(condition);
            of([
                own.event_bill_ratio,
                own.event_fatality_share * woman,
                own.incapacity_months,
                own.incapacity_loss_share,
                own.residual_loss_share,
            ])
        }
        Event::Injury => {
            let own = &illness.injury;
            of([
                own.bill_ratio,
                own.fatality_share * woman,
                own.incapacity_months,
                own.incapacity_loss_share,
                own.residual_loss_share,
            ])
        }
        Event::Childbirth => {
            let own = &illness.childbirth;
            of([
                own.bill_ratio,
                own.fatality_share,
                own.incapacity_months,
                own.incapacity_loss_share,
                0.0,
            ])
        }
        Event::Infection(_) => of([law.rules.epidemic.admission_bill_ratio, 0.0, 0.0, 0.0, 0.0]),
        Event::Acute | Event::Returned(_) | Event::ChronicCare | Event::Death => of([1.0, 0.0, 0.0, 0.0, 0.0]),
    }
}

/// A quarter of the yearly cost of a treated condition, yuan at base-year prices; nothing for who is not treated.
pub fn quarter_yuan(conditions: Conditions, condition: Condition, law: &Law) -> f64 {
    let rules = law.rules.illness.condition(condition);
    match conditions.stage(condition) {
        Stage::Treated | Stage::Controlled => rules.care_yuan_per_year / 4.0,
        Stage::FirstYear => rules.first_year_care_yuan_per_year / 4.0,
        Stage::None | Stage::Undiagnosed | Stage::Diagnosed => 0.0,
    }
}

/// What a bill for a need is made of at a provider.
pub struct Price {
    /// Fen of a case of size 1 (of chronic care: of one yuan at base-year prices).
    pub mean: f64,
    pub drug_share: f64,
    pub catalogue_share: f64,
}

pub fn price(law: &Law, need: Need, provider: Provider) -> Price {
    let rules = &law.rules.billing;
    let illness = &law.rules.illness;
    let at = provider as usize;
    let drugs = rules.drug_share.table()[at];
    // Prices move drugs and services apart; waste that is taken off takes the same part of both.
    let left = waste::bill_left(law, need, provider);
    let drug_part = drugs * rules.drug_price_ratio * left;
    let service_part = (1.0 - drugs) * rules.service_price_ratio * left;
    let moved = drug_part + service_part + waste::made_up(law, provider, drug_part + service_part);
    let index = grown(rules.price_growth, law.years());
    // The published mean of a visit is that over minor and moderate episodes.
    let moderate = illness.acute.moderate_share;
    let ratio = rules.moderate_price_ratio;
    let minor_visit = rules.visit_yuan.table()[at] / (1.0 - moderate + moderate * ratio);
    let visits = waste::visits(law);
    let yuan = match need {
        Need::Minor => minor_visit * visits,
        Need::Moderate => minor_visit * ratio * visits,
        Need::Admission => rules.admission_yuan.table()[at],
        Need::Chronic => 1.0,
    };
    let share = drug_part / moved;
    Price {
        mean: yuan * moved * index * 100.0,
        drug_share: if moved > 0.0 { share.clamp(0.0, 1.0) } else { 0.0 },
        catalogue_share: (1.0 - rules.out_of_catalogue_share.table()[at]).clamp(0.0, 1.0),
    }
}

/// Fen of services alone that are worth so many yuan at base-year prices, and the bill for them.
pub fn services(law: &Law, provider: Provider, yuan: f64) -> Price {
    let index = grown(law.rules.billing.price_growth, law.years());
    Price {
        mean: yuan * law.rules.billing.service_price_ratio * index * 100.0,
        drug_share: 0.0,
        ..price(law, Need::Chronic, provider)
    }
}

impl Price {
    /// A bill of `total` fen: drugs that are out of stock are bought outside the catalogue.
    pub fn bill(&self, total: i64, in_stock: bool) -> Bill {
        let drugs = part(total, self.drug_share);
        let covered = if in_stock { total } else { total - drugs };
        Bill {
            total: Fen(total),
            catalogue: Fen(part(covered, self.catalogue_share)),
            drugs: Fen(drugs),
        }
    }
}

/// Travel, food and lodging of one episode.
pub fn travel(law: &Law, provider: Provider) -> i64 {
    yuan(travel_yuan(law, provider))
}

pub fn travel_yuan(law: &Law, provider: Provider) -> f64 {
    law.rules.service.travel_yuan.table()[provider as usize] * law.price_index()
}

/// How an episode went.
pub struct Outcome {
    pub resolved: bool,
    /// Working days lost by the patient.
    pub patient_days: f64,
    /// Working days lost by a carer, if there is one.
    pub carer_days: f64,
    /// Next month: 0 nothing, 1 moderate illness, 2 need of admission.
    pub comes_back: u8,
    pub dies: bool,
}

/// What follows from going to `provider`, who has this `skill`, under luck that is the same for all of them.
pub fn outcome(law: &Law, need: Need, provider: Provider, skill: f64, luck: &OutcomeLuck, fatality: f64) -> Outcome {
    let rules = &law.rules.service;
    let untreated = provider == Provider::SelfCare;
    let resolved = luck.skill < skill;
    let fatality = if untreated && need == Need::Admission {
        fatality * rules.untreated_fatality_ratio
    } else {
        fatality
    };
    let dies = luck.course < fatality.min(1.0);
    let (worsens, into, days) = match need {
        Need::Minor => (rules.minor_worsens_share, 1, rules.minor_lost_days),
        Need::Moderate => (rules.moderate_worsens_share, 2, rules.moderate_lost_days),
        Need::Admission => (rules.readmission_share, 2, rules.admission_lost_days),
        Need::Chronic => (0.0, 0, 0.0),
    };
    // Death lies at the bottom of the course draw, worsening at its top.
    let worse = !resolved && luck.course > 1.0 - worsens;
    let stay = match need {
        Need::Admission => rules.stay_days.table()[provider as usize] * waste::days_left(law, provider),
        _ => 0.0,
    };
    let slower = if resolved { 1.0 } else { rules.unresolved_days_ratio };
    Outcome {
        resolved,
        patient_days: days * slower + stay,
        carer_days: stay * rules.carer_day_share,
        comes_back: if worse && !dies { into } else { 0 },
        dies,
    }
}

/// Hundredths, as days and visits are counted.
pub fn hundredths(number: f64) -> i64 {
    fen(number * 100.0)
}
