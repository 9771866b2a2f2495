//! Workforce: who retires, leaves, is recruited and is trained as the year closes.
//!
//! **Village clinics** have doctors one by one, each in a post that is numbered for good, so that the same post meets the same
//! luck in every scenario. As a year closes, a doctor retires with `retirement_per_year` at the age reached, else leaves with
//! `attrition_per_year` x `pay_ratio` to the power of -`pay_attrition_weight` x (1 + `workload_attrition_weight` x excess). The
//! excess is the year's load on capacity above `service.comfortable_load_share`. A post that was vacant all year is filled with
//! `recruitment_per_year` x `pay_ratio` to the power of `pay_recruitment_weight`, by somebody of `recruit_age_years`. Of who stays,
//! training fades with `training_decay_per_year`; of all who are then not trained lately, `training_per_year` are trained.
//! When the workforce first moves, posts are told apart: doctors are as many as at founding, of all posts `vacant_share` are vacant
//! on average, and ages are normal (`founding_age_years`, `founding_age_sd`).
//!
//! **Township centres and county hospitals** follow the same laws in the mean: their staff is a ratio to that of founding,
//! posts are 1 / (1 - `vacant_share`), and retirement is part of attrition. Capacity follows staff.
//!
//! With `turnover_yes` off nobody retires, leaves or is recruited; training goes on. A clinic follows all programmes that reach
//! its village, a county's tiers all that reach any of its villages.

use crate::draws::{Luck, Purpose, Stream};
use crate::indicators::tally::Add;
use crate::maths;
use crate::month::service::ServiceRules;
use crate::world::{ByAge, County, Doctor, PROVIDERS, Provider, Staff, Village};
use serde::Deserialize;

/// Workforce rules as they stand in the scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkforceRules {
    /// Off: staff stand still (training goes on).
    pub turnover_yes: bool,
    /// Mean age of village doctors when they are first told apart.
    pub founding_age_years: f64,
    /// Spread of the ages of village doctors when they are first told apart.
    pub founding_age_sd: f64,
    /// Age at which a village doctor is recruited.
    pub recruit_age_years: f64,
    /// Probability that a village doctor retires in a year, by age.
    pub retirement_per_year: ByAge,
    /// How strongly pay holds staff: attrition is multiplied with the pay ratio to minus this power.
    pub pay_attrition_weight: f64,
    /// How strongly pay draws recruits: recruitment is multiplied with the pay ratio to this power.
    pub pay_recruitment_weight: f64,
    /// How strongly work above a comfortable load drives staff away: attrition is multiplied with 1 + this x the excess.
    pub workload_attrition_weight: f64,
    /// Doctors of village clinics.
    pub village: TierRules,
    /// Staff of township health centres.
    pub township: TierRules,
    /// Staff of county hospitals.
    pub county: TierRules,
}

/// What staff of a tier live under.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierRules {
    /// Pay relative to the baseline.
    pub pay_ratio: f64,
    /// Probability of leaving in a year at usual pay and a comfortable load.
    pub attrition_per_year: f64,
    /// Probability that a vacant post is filled in a year at usual pay.
    pub recruitment_per_year: f64,
    /// Share of posts that are vacant at founding.
    pub vacant_share: f64,
    /// Share of those not trained lately who are trained in a year.
    pub training_per_year: f64,
    /// Share of those trained in whom it fades in a year.
    pub training_decay_per_year: f64,
}

/// The workforce of a county on 31 December.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkforceYear {
    /// Village clinics.
    pub clinics: i64,
    /// Of these, without a doctor of their own.
    pub clinics_without_doctor: i64,
    /// Village doctors.
    pub doctors: i64,
    /// Posts of village doctors, vacant ones included.
    pub posts: i64,
    /// Village doctors trained lately.
    pub doctors_trained: i64,
    /// Staff of township centres relative to founding, in parts per million.
    pub township_ppm: i64,
    /// Staff of county hospitals relative to founding, in parts per million.
    pub county_ppm: i64,
}

impl Add for WorkforceYear {
    fn add(&mut self, other: &WorkforceYear) {
        self.clinics += other.clinics;
        self.clinics_without_doctor += other.clinics_without_doctor;
        self.doctors += other.doctors;
        self.posts += other.posts;
        self.doctors_trained += other.doctors_trained;
        self.township_ppm += other.township_ppm;
        self.county_ppm += other.county_ppm;
    }
}

/// What is drawn of a post in a year.
#[derive(Clone, Copy)]
enum Draw {
    Retires = 0,
    Leaves = 1,
    Recruited = 2,
    Fades = 3,
    Trained = 4,
}

/// How many draws a post has a year.
const DRAWS: u64 = 5;
/// Most posts that can be vacant at founding.
const MOST_VACANT: f64 = 0.5;
/// The draw, beside those of ages, of how many posts of a clinic are vacant.
const VACANT: u64 = 1000;
/// No doctor is younger, or older, when first told apart.
const AGES: (f64, f64) = (22.0, 75.0);

impl WorkforceRules {
    /// What the bounds of cards cannot say.
    ///
    /// # Errors
    /// When somebody would work for nothing, to whom no power of pay applies; when nobody works at all.
    pub fn check(&self) -> Result<(), String> {
        for (name, tier) in [
            ("village", &self.village),
            ("township", &self.township),
            ("county", &self.county),
        ] {
            if tier.pay_ratio <= 0.0 {
                return Err(format!("workforce.{name}.pay_ratio must be above 0"));
            }
            if tier.vacant_share > MOST_VACANT {
                let vacant = tier.vacant_share;
                return Err(format!(
                    "workforce.{name}.vacant_share is {vacant}, but must be at most {MOST_VACANT}: somebody works there"
                ));
            }
        }
        Ok(())
    }

    /// Probability of leaving in a year where load exceeds the comfortable one by `excess`, a share of capacity.
    fn leaving(&self, tier: &TierRules, excess: f64) -> f64 {
        let pay = maths::pow(tier.pay_ratio, -self.pay_attrition_weight);
        (tier.attrition_per_year * pay * (1.0 + self.workload_attrition_weight * excess)).min(1.0)
    }

    /// The posts of a clinic when they are first told apart, as `year` closes.
    fn posts(&self, village: &Village, draws: Stream, year: i32) -> Vec<Option<Doctor>> {
        let doctor = |post: u8| {
            let age = self.founding_age_years + self.founding_age_sd * draws.normal(village.id, u64::from(post));
            Some(Doctor {
                born: year - age.clamp(AGES.0, AGES.1) as i32,
                trained: false,
            })
        };
        let mut posts: Vec<Option<Doctor>> = (0..village.doctors).map(doctor).collect();
        // Whole posts, by a draw so that their mean is right.
        let vacant = f64::from(village.doctors) * (self.village.posts() - 1.0);
        let vacant = (vacant + draws.uniform(village.id, VACANT)) as usize;
        posts.resize(posts.len() + vacant, None);
        posts
    }

    /// Probability that a vacant post is filled in a year.
    fn recruiting(&self, tier: &TierRules) -> f64 {
        (tier.recruitment_per_year * maths::pow(tier.pay_ratio, self.pay_recruitment_weight)).min(1.0)
    }
}

impl TierRules {
    /// Posts for each of the staff at founding.
    fn posts(&self) -> f64 {
        1.0 / (1.0 - self.vacant_share)
    }
}

/// Closes the year of a village's clinic, which had `visits` (in hundredths) in it, and counts who works there.
pub fn close_clinic(
    village: &mut Village,
    rules: &WorkforceRules,
    service: &ServiceRules,
    visits: u32,
    luck: &Luck,
    year: i32,
) -> WorkforceYear {
    let trains = rules.village.training_per_year > 0.0;
    if village.posts.is_empty() && (rules.turnover_yes || trains) {
        village.posts = rules.posts(village, luck.stream(Purpose::Workforce, 0), year);
    }
    if !village.posts.is_empty() {
        let doctors = f64::from(village.doctors) + service.visiting_doctors_count;
        let capacity = 1200.0 * service.village_doctor_visits_per_month_count * doctors;
        let post = Posts {
            rules,
            leaving: rules.leaving(&rules.village, excess(f64::from(visits), capacity, service)),
            recruiting: rules.recruiting(&rules.village),
            draws: luck.stream(Purpose::Workforce, year),
            village: village.id,
            year,
        };
        for (at, holder) in village.posts.iter_mut().enumerate() {
            *holder = post.next(at as u64, *holder);
        }
        village.doctors = village.posts.iter().flatten().count() as u8;
    }
    let doctors = i64::from(village.doctors);
    let trained = village.posts.iter().flatten().filter(|doctor| doctor.trained).count();
    WorkforceYear {
        clinics: 1,
        clinics_without_doctor: i64::from(doctors == 0),
        doctors,
        posts: doctors.max(village.posts.len() as i64),
        doctors_trained: trained as i64,
        ..WorkforceYear::default()
    }
}

/// How far load exceeds the comfortable share of capacity, as a share of capacity.
fn excess(load: f64, capacity: f64, service: &ServiceRules) -> f64 {
    if capacity > 0.0 {
        (load / capacity - service.comfortable_load_share).max(0.0)
    } else {
        0.0
    }
}

/// The posts of a clinic in a year.
struct Posts<'a> {
    rules: &'a WorkforceRules,
    leaving: f64,
    recruiting: f64,
    draws: Stream,
    village: u64,
    year: i32,
}

impl Posts<'_> {
    /// Who holds post `at` next year.
    fn next(&self, at: u64, holder: Option<Doctor>) -> Option<Doctor> {
        let happens =
            |what: Draw, probability: f64| self.draws.happens(self.village, at * DRAWS + what as u64, probability);
        let tier = &self.rules.village;
        let turnover = self.rules.turnover_yes;
        let doctor = match holder {
            Some(doctor) => {
                let retiring = self.rules.retirement_per_year.at(self.year - doctor.born);
                if turnover && (happens(Draw::Retires, retiring) || happens(Draw::Leaves, self.leaving)) {
                    return None;
                }
                Doctor {
                    trained: doctor.trained && !happens(Draw::Fades, tier.training_decay_per_year),
                    ..doctor
                }
            }
            None if turnover && happens(Draw::Recruited, self.recruiting) => Doctor {
                born: self.year - self.rules.recruit_age_years as i32,
                trained: false,
            },
            None => return None,
        };
        Some(Doctor {
            trained: doctor.trained || happens(Draw::Trained, tier.training_per_year),
            ..doctor
        })
    }
}

/// Visits and admissions by calendar month and provider.
type Load = [[[u32; 2]; PROVIDERS]; 12];

/// Closes the year of a county's township centres and hospitals, which had `load` and `residents` in it, and adds them to what
/// its clinics came to.
pub fn close_tiers(
    county: &mut County,
    rules: &WorkforceRules,
    service: &ServiceRules,
    load: &Load,
    residents: u64,
    counted: &mut WorkforceYear,
) {
    let capacity = service.visits_per_resident_month_ratio.table();
    for (provider, tier) in [(Provider::Township, &rules.township), (Provider::County, &rules.county)] {
        let at = provider as usize;
        let staff = county.staff[at];
        let visits: f64 = load.iter().map(|month| f64::from(month[at][0])).sum();
        let excess = excess(visits, 1200.0 * capacity[at] * residents as f64 * staff.ratio, service);
        let (leaving, recruiting) = if rules.turnover_yes {
            (rules.leaving(tier, excess), rules.recruiting(tier))
        } else {
            (0.0, 0.0)
        };
        county.staff[at] = next_staff(staff, leaving, recruiting, tier);
    }
    let ppm = |provider: Provider| (county.staff[provider as usize].ratio * 1e6).round() as i64;
    counted.township_ppm = ppm(Provider::Township);
    counted.county_ppm = ppm(Provider::County);
}

/// A tier's staff next year: `leaving` of it leaves, `recruiting` of vacant posts is filled.
fn next_staff(staff: Staff, leaving: f64, recruiting: f64, tier: &TierRules) -> Staff {
    let stayed = staff.ratio * (1.0 - leaving);
    let recruits = (tier.posts() - staff.ratio).max(0.0) * recruiting;
    let train = |before: f64| before + (1.0 - before) * tier.training_per_year.min(1.0);
    let kept = train(staff.trained_share * (1.0 - tier.training_decay_per_year.min(1.0)));
    let ratio = stayed + recruits;
    Staff {
        ratio,
        trained_share: if ratio > 0.0 {
            (stayed * kept + recruits * train(0.0)) / ratio
        } else {
            0.0
        },
    }
}

#[cfg(test)]
mod tests;
