//! Illness: who falls ill this month, with what.
//!
//! One keyed draw per person and month. Its low half decides the acute episode. Its high half is a ladder of sixteen rungs of
//! equal width, one for each rare event (rung numbers are never reused): the draw lands on one rung, and the event happens
//! when the position on the rung lies below the monthly probability. Raising a hazard therefore adds events and removes
//! none, and changing one hazard moves no other event.
//!
//! **Acute.** The probability of a new episode in a month is `two_week_morbidity_share` x `new_episode_share` x (365.25
//! / 12 / 14) x sex x literacy x season x sanitation of the village, at most 0.6 before the last two. Sex multiplies
//! men by 2 / (1 + r) and women by 2r / (1 + r), with r the `female_ratio`. The season is a triangle wave, 1 + a in
//! January and 1 - a in July, with a the `season_amplitude_share`. An episode is moderate with probability
//! `moderate_share`, else minor.
//!
//! **Rare events.** A yearly hazard h gives the monthly probability 1 - exp(-h / 12). The rungs are the ten chronic
//! conditions (onset for those free of it, a major event for those who have it), admission for another cause, injury,
//! childbirth and death. The monthly probability of a condition is multiplied by its hazard ratio of hypertension
//! (controlled or not) and of diabetes; of those who have it under control also by `controlled_hazard_ratio`. An onset
//! is silent (the person has the condition undiagnosed) or, where `onset_is_event_yes`, a major event with an
//! admission. Kidney disease leads to dialysis: its major event is the onset of that. Deaths outside episodes are those
//! of the life table that modelled illness does not bring (see demography), plus `death_per_year` of each condition
//! held; where illness is off, the whole life table. As a rung is a sixteenth of the draw, a monthly probability above
//! 1/16 is cut, and a person meets at most one rare event a month.
//!
//! **Also each month**: an unresolved episode of last month comes back, and once a quarter (in a third of the months,
//! by identity) chronic care of treated conditions is due.

mod strike;
mod tables;

pub use strike::{Looks, Scan, Strikes, strike};
pub use tables::IllnessTables;

use super::care_seeking::Need;
use crate::world::{ByAge, Condition};
use serde::Deserialize;

/// Illness rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IllnessRules {
    /// Off: no episodes, no onset, no events, no childbirth costs; natural mortality goes on.
    pub active_yes: bool,
    /// Deaths of women with a condition, after an event or an admission relative to men's of their age.
    pub female_fatality_ratio: f64,
    /// Everyday illness.
    pub acute: AcuteRules,
    /// Admissions for causes outside the chronic conditions below.
    pub admission: AdmissionRules,
    /// Injuries.
    pub injury: EventRules,
    /// Childbirth (the event; births themselves are demography).
    pub childbirth: ChildbirthRules,
    /// High blood pressure.
    pub hypertension: ConditionRules,
    /// Diabetes.
    pub diabetes: ConditionRules,
    /// Heart disease.
    pub heart: ConditionRules,
    /// Stroke.
    pub stroke: ConditionRules,
    /// Chronic obstructive pulmonary disease.
    pub copd: ConditionRules,
    /// Cancer.
    pub cancer: ConditionRules,
    /// End-stage kidney disease on dialysis: its onset is the major event of kidney disease, or comes without warning.
    pub dialysis: ConditionRules,
    /// Musculoskeletal disease.
    pub musculoskeletal: ConditionRules,
    /// Mental illness.
    pub mental: ConditionRules,
    /// Chronic kidney disease before dialysis.
    pub kidney_disease: ConditionRules,
}

/// Everyday illness.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcuteRules {
    /// Share of people who report an illness in the last two weeks, by age (includes illness carried over).
    pub two_week_morbidity_share: ByAge,
    /// Share of the illness reported in two weeks that is a new acute episode, by age.
    pub new_episode_share: ByAge,
    /// Share of acute episodes that are moderate (the rest are minor).
    pub moderate_share: f64,
    /// Half the distance between winter peak and summer trough, relative to the mean.
    pub season_amplitude_share: f64,
    /// Incidence at low health literacy relative to the middle.
    pub low_literacy_ratio: f64,
    /// Incidence of women relative to men at the same age; both together keep the mean of the age.
    pub female_ratio: f64,
}

impl IllnessRules {
    /// What is multiplied at the fatality of a patient of `sex`.
    pub fn fatality_ratio(&self, sex: u8) -> f64 {
        if sex == 0 { 1.0 } else { self.female_fatality_ratio }
    }
}

/// What is multiplied at men and at women where women have `female_ratio` times what men of their age have, were they
/// equally many.
pub fn sex_ratios(female_ratio: f64) -> [f64; 2] {
    [1.0, female_ratio].map(|own| own * 2.0 / (1.0 + female_ratio))
}

/// Admissions outside the modelled conditions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionRules {
    /// Need for admission per person and year, by age, before anybody forgoes it.
    pub need_per_year: ByAge,
    /// Share of patients who die although treated, by age.
    pub fatality_share: ByAge,
}

/// A rare event with an admission.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRules {
    /// Events per 1,000 persons and year, by age.
    pub onset_per_1000_year: ByAge,
    /// Events of women relative to men at the same age; both together keep the mean of the age.
    pub female_ratio: f64,
    /// The bill relative to an ordinary admission.
    pub bill_ratio: f64,
    /// Share who die although treated.
    pub fatality_share: f64,
    /// Months of incapacity after the event.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
    /// Share of survivors' earnings lost for good.
    pub residual_loss_share: f64,
}

/// The care of a birth; how many there are is demography's to say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildbirthRules {
    /// The bill relative to an ordinary admission.
    pub bill_ratio: f64,
    /// Share of mothers who die although treated.
    pub fatality_share: f64,
    /// Months of incapacity.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
}

/// A chronic condition: onset, cascade, events, costs and consequences.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionRules {
    /// Prevalence at founding, by age.
    pub prevalence_share: ByAge,
    /// Prevalence at founding and onset of women relative to men at the same age; both together keep the mean of the age.
    pub female_ratio: f64,
    /// Of the prevalent at founding: known.
    pub aware_share: f64,
    /// Of the prevalent at founding: treated.
    pub treated_share: f64,
    /// Of the prevalent at founding: controlled.
    pub controlled_share: f64,
    /// New cases per 1,000 free of it and year, by age.
    pub onset_per_1000_year: ByAge,
    /// The onset is a major event (an admission) rather than a silent beginning.
    pub onset_is_event_yes: bool,
    /// Major events or exacerbations per year among those who have it.
    pub event_per_year: f64,
    /// Hazards of events and of death under control relative to uncontrolled.
    pub controlled_hazard_ratio: f64,
    /// Hazard (onset and event) with uncontrolled hypertension relative to none.
    pub hypertension_hazard_ratio: f64,
    /// Hazard (onset and event) with controlled hypertension relative to none.
    pub hypertension_controlled_hazard_ratio: f64,
    /// Hazard (onset and event) with diabetes relative to none.
    pub diabetes_hazard_ratio: f64,
    /// The event's bill relative to an ordinary admission.
    pub event_bill_ratio: f64,
    /// Share who die of the event although treated.
    pub event_fatality_share: f64,
    /// Months of incapacity after the event.
    pub incapacity_months: f64,
    /// Share of earnings lost during incapacity.
    pub incapacity_loss_share: f64,
    /// Share of earnings lost for good by survivors.
    pub residual_loss_share: f64,
    /// Undiagnosed found per year.
    pub diagnosis_per_year: f64,
    /// Diagnosed who start treatment per year.
    pub treatment_per_year: f64,
    /// Treated who reach control per year.
    pub control_per_year: f64,
    /// Controlled who lose control per year.
    pub relapse_per_year: f64,
    /// Treated who stop treatment per year.
    pub dropout_per_year: f64,
    /// Untreated who are free of it again per year.
    pub remission_per_year: f64,
    /// Drugs and follow-up of a treated patient, yuan a year before any layer, at base-year prices.
    pub care_yuan_per_year: f64,
    /// Drugs and follow-up of a patient in the first year after an event, yuan a year before any layer, at base-year prices.
    pub first_year_care_yuan_per_year: f64,
    /// Deaths per year of those who have it and die of it outside events, by age.
    pub death_per_year: ByAge,
    /// Disability weight (Global Burden of Disease).
    pub disability_weight: f64,
}

impl IllnessRules {
    /// The rules of `condition`.
    pub fn condition(&self, condition: Condition) -> &ConditionRules {
        match condition {
            Condition::Hypertension => &self.hypertension,
            Condition::Diabetes => &self.diabetes,
            Condition::Heart => &self.heart,
            Condition::Stroke => &self.stroke,
            Condition::Copd => &self.copd,
            Condition::Cancer => &self.cancer,
            Condition::Dialysis => &self.dialysis,
            Condition::Musculoskeletal => &self.musculoskeletal,
            Condition::Mental => &self.mental,
            Condition::KidneyDisease => &self.kidney_disease,
        }
    }
}

/// What happened to a person this month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An acute episode; minor or moderate is the severity draw's to say.
    Acute,
    /// An episode of last month that was not resolved: moderate, or (true) in need of admission.
    Returned(bool),
    /// Need for admission from another cause.
    Admission,
    /// Onset with an event, or a later event, of a condition.
    Major(Condition),
    /// An injury.
    Injury,
    /// A childbirth.
    Childbirth,
    /// An infection of an epidemic that is felt, and what it asks for.
    Infection(Need),
    /// The quarterly drugs and follow-up of treated conditions.
    ChronicCare,
    /// Death from any cause outside episodes.
    Death,
}

/// A person's event.
#[derive(Clone, Copy, Debug)]
pub struct Strike {
    /// Index of the person in the block.
    pub person: u32,
    /// What happened.
    pub event: Event,
}
