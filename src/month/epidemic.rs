//! Epidemic: a communicable disease that comes in waves. Off in the baseline; a scenario switches it on by date.
//!
//! It moves in days, so it is lived at county level ahead of the people's year ([`county`]): each village is a stochastic
//! compartment model (susceptible, exposed, infectious, immune) in whole people, coupled by meetings in the county town
//! ([`seir`]). People then draw from their village ([`infect`]): each has a rank for life, and is infected in the month in
//! which the village's infections per person pass it. So the people who are infected are as many as the wave says, nobody
//! is infected twice before everybody was once, and whoever a small wave reaches a larger one reaches too, no later.

pub mod county;
pub mod seir;
mod strike;

pub use county::{EpidemicYear, Wave, live};
pub use strike::infect;

use super::care_seeking::Need;
use crate::units::Month;
use crate::world::{ByAge, ByGroup};
use serde::Deserialize;

/// Epidemic rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpidemicRules {
    /// Off: nobody is infected; who was before the switch recovers.
    pub active_yes: bool,
    /// Infections brought in from elsewhere in a month, per 100,000 people who can be infected.
    pub seeds_per_100000_count: f64,
    /// People that somebody infectious would infect if nobody were immune (basic reproduction number).
    pub reproduction_ratio: f64,
    /// Mean days from infection to being infectious, at least 1.
    pub latent_days: f64,
    /// Mean days of being infectious, at least 1.
    pub infectious_days: f64,
    /// Immune who can be infected again, per year.
    pub waning_per_year: f64,
    /// Share of contacts in the county town rather than in the village, on average over people.
    pub outside_contact_share: f64,
    /// Minutes of travel over which contacts in town fall to 37% (1/e).
    pub travel_scale_minutes: f64,
    /// Half the distance between winter peak and summer trough of contagion, relative to the mean.
    pub season_amplitude_share: f64,
    /// How easily people are infected, by age; only proportions between ages count.
    pub susceptibility_ratio: ByAge,
    /// Share of the infected who feel ill, by age.
    pub symptomatic_share: ByAge,
    /// Share of the ill without need of admission whose illness is moderate (of the others it is minor).
    pub moderate_share: f64,
    /// Share of the unvaccinated infected who need an admission, by age.
    pub admission_share: ByAge,
    /// Share of them who die although treated, by age.
    pub admission_fatality_share: ByAge,
    /// The bill of an admission relative to an ordinary one.
    pub admission_bill_ratio: f64,
    /// Working days that an illness without admission takes, whoever treats it.
    pub ill_lost_days: f64,
    /// Share of ordinary capacity that is lost in a month, over the share of residents who fall ill in it.
    pub capacity_lost_ratio: f64,
    /// Vaccination before the wave.
    pub vaccine: VaccineRules,
    /// How a county learns of the epidemic.
    pub detection: DetectionRules,
    /// What it then does.
    pub response: ResponseRules,
    /// What it holds ready.
    pub reserve: EpidemicReserveRules,
}

/// Vaccination: against severe illness, not against infection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaccineRules {
    /// Share vaccinated, by age.
    pub coverage_share: ByAge,
    /// Share of needs of admission that vaccination prevents.
    pub severe_effect_share: f64,
    /// Share of deaths of the admitted that vaccination prevents.
    pub fatality_effect_share: f64,
}

/// Detection.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionRules {
    /// Share of the ill who are found.
    pub sensitivity_share: f64,
    /// Days from being infectious to the report.
    pub delay_days: f64,
    /// Cases reported in a week, per 100,000 residents, from which on the county responds.
    pub trigger_per_100000_count: f64,
}

/// Response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseRules {
    /// Days from the decision to its effect.
    pub delay_days: f64,
    /// Days that it lasts.
    pub duration_days: f64,
    /// Share of all contacts that it takes away.
    pub contact_reduction_share: f64,
    /// Share of what is left of contacts in town that it takes away.
    pub travel_reduction_share: f64,
}

/// Reserve.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpidemicReserveRules {
    /// Beds and staff held ready to fill what an epidemic takes, as a share of ordinary capacity.
    pub capacity_share: f64,
}

impl EpidemicRules {
    /// What the bounds of cards cannot say.
    ///
    /// # Errors
    /// When a period is shorter than the day in which the epidemic moves.
    pub fn check(&self) -> Result<(), String> {
        for (name, days) in [
            ("latent_days", self.latent_days),
            ("infectious_days", self.infectious_days),
        ] {
            if days < 1.0 {
                return Err(format!(
                    "epidemic.{name} is {days}, but an epidemic moves in days: at least 1"
                ));
            }
        }
        if self.travel_scale_minutes <= 0.0 {
            return Err("epidemic.travel_scale_minutes must be above 0".into());
        }
        Ok(())
    }

    /// Contagion in a calendar month relative to the mean of the year: a triangle, highest in January.
    fn season(&self, when: Month) -> f64 {
        let month = when.index() as f64;
        let from_peak = month.min(12.0 - month) / 6.0;
        1.0 + self.season_amplitude_share * (1.0 - 2.0 * from_peak)
    }

    /// What somebody infected needs, by the draw `course` in (0, 1): the gravest lies at the bottom, so that a smaller share
    /// takes from it and moves nobody up. `None` feels nothing.
    fn need(&self, age: i32, vaccinated: bool, course: f64) -> Option<Need> {
        let prevented = if vaccinated {
            self.vaccine.severe_effect_share
        } else {
            0.0
        };
        let admission = self.admission_share.at(age) * (1.0 - prevented);
        let ill = self.symptomatic_share.at(age).max(admission);
        if course < admission {
            Some(Need::Admission)
        } else if course < admission + (ill - admission) * self.moderate_share {
            Some(Need::Moderate)
        } else if course < ill {
            Some(Need::Minor)
        } else {
            None
        }
    }

    /// The share of the admitted of `age` who die although treated.
    pub fn fatality(&self, age: i32, vaccinated: bool) -> f64 {
        let prevented = if vaccinated {
            self.vaccine.fatality_effect_share
        } else {
            0.0
        };
        self.admission_fatality_share.at(age) * (1.0 - prevented)
    }
}

/// The mean of a value by age in each age group, over people counted by age.
fn by_group(people: &[u64], value: &ByAge) -> ByGroup<f64> {
    let (mut sums, mut counts) = ([0.0; crate::world::EPIDEMIC_GROUPS], [0; crate::world::EPIDEMIC_GROUPS]);
    for (age, &number) in people.iter().enumerate() {
        let group = crate::world::epidemic_group(age as u8);
        sums[group] += number as f64 * value.at(age as i32);
        counts[group] += number;
    }
    std::array::from_fn(|group| sums[group] / counts[group].max(1) as f64)
}
