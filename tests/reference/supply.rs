//! What a provider has for a patient of a village in a month, and who works there next year.

use super::books::{Around, Load};
use super::law::Law;
use super::luck::OutcomeLuck;
use kangcun::draws::{Luck, Purpose};
use kangcun::month::care_seeking::Need;
use kangcun::rules::Rules;
use kangcun::units::Month;
use kangcun::world::{Condition, Doctor, PROVIDERS, Provider, Staff, Terrain, Village};
use kangcun::year::workforce::{TierRules, WorkforceRules, WorkforceYear};

/// From where and when somebody looks for care.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub village: &'a Village,
    pub around: &'a Around<'a>,
    pub when: Month,
}

/// Minutes one way this month.
pub fn minutes(law: &Law, site: Site, provider: Provider) -> f64 {
    let rules = &law.rules.travel;
    let season = match site.around.terrain {
        Terrain::Plain => &rules.month_ratio.plain,
        Terrain::Hills => &rules.month_ratio.hills,
        Terrain::Mountain => &rules.month_ratio.mountain,
    };
    f64::from(site.village.travel_minutes[provider as usize]) * rules.minutes_ratio * season[site.when.index()]
}

/// Whether a consultation can be had over a wire: the least remote villages are connected first.
pub fn connected(law: &Law, village: &Village) -> bool {
    village.remoteness_rank > 1.0 - law.rules.travel.connected_village_share
}

/// Doctors on duty in the clinic, visiting ones included.
pub fn doctors(rules: &Rules, village: &Village) -> f64 {
    f64::from(village.doctors) + rules.service.visiting_doctors_count
}

fn trained(site: Site, provider: Provider) -> f64 {
    if provider != Provider::Village {
        return site.around.staff[provider as usize].trained_share;
    }
    let doctors: Vec<&Doctor> = site.village.posts.iter().flatten().collect();
    if doctors.is_empty() {
        return 0.0;
    }
    doctors.iter().filter(|doctor| doctor.trained).count() as f64 / doctors.len() as f64
}

/// Probability of correct management: skill, as far as equipment lets it be used, and what training adds.
pub fn skill(law: &Law, need: Need, provider: Provider, site: Site) -> f64 {
    let rules = &law.rules.service;
    let at = provider as usize;
    let (measured, needed, trainable) = match need {
        Need::Minor => (
            &rules.correct_management_share,
            rules.equipment_needed_share.minor,
            true,
        ),
        Need::Moderate => (
            &rules.correct_management_share,
            rules.equipment_needed_share.moderate,
            true,
        ),
        Need::Chronic => (
            &rules.correct_management_share,
            rules.equipment_needed_share.chronic,
            true,
        ),
        Need::Admission => (
            &rules.correct_admission_share,
            rules.equipment_needed_share.admission,
            false,
        ),
    };
    let equipped = |there: f64| (1.0 - needed) + needed * there;
    let now = equipped(rules.equipment_share.table()[at]);
    let then = equipped(rules.usual_equipment_share.table()[at]);
    let spoilt = match need {
        Need::Admission => law.rules.waste.skimping_share,
        _ => 0.0,
    };
    let untrained = (measured.table()[at] * (1.0 - spoilt) * now / then).min(1.0);
    if !trainable {
        return untrained;
    }
    let gain = rules.training_skill_gain_share.table()[at] * trained(site, provider);
    untrained * (1.0 - gain) + gain
}

/// Whether the drugs that an episode (of chronic care: a condition) asks for are there.
pub fn in_stock(
    law: &Law,
    need: Need,
    condition: Option<Condition>,
    provider: Provider,
    site: Site,
    luck: &OutcomeLuck,
) -> bool {
    let rules = &law.rules.service;
    let classes = &rules.stock_out_ratio;
    let (number, ratio) = match (need, condition) {
        (Need::Chronic, Some(Condition::Hypertension)) => (2, classes.hypertension),
        (Need::Chronic, Some(Condition::Diabetes)) => (3, classes.diabetes),
        (Need::Chronic, _) => (4, classes.other_chronic),
        (Need::Admission, _) => (1, classes.inpatient),
        (Need::Minor | Need::Moderate, _) => (0, classes.acute),
    };
    let runs_out = (1.0 - rules.drug_in_stock_share.table()[provider as usize]) * ratio;
    let lasts = 1.0 - runs_out.min(1.0);
    let delay = rules.restock_months.table()[provider as usize];
    if !rules.shared_shelf_yes {
        return luck.stock < lasts.powf(delay);
    }
    // The shelf is empty if it ran out in a month from which nothing has arrived yet; the earliest counts in part.
    let keeper = match provider {
        Provider::County | Provider::Tertiary | Provider::Private => site.around.county,
        _ => site.village.id,
    };
    let draw = |back: i32| {
        let month = site.around.luck.stream(Purpose::Shelf, site.when.0 - back);
        month.uniform(keeper, 5 * provider as u64 + number)
    };
    let mut left = delay;
    let mut back = 0;
    while left > 0.0 {
        if draw(back) >= lasts.powf(left.min(1.0)) {
            return false;
        }
        left -= 1.0;
        back += 1;
    }
    true
}

/// How far a year's load exceeded what is comfortable, relative to capacity.
fn strain(visits: f64, capacity: f64, rules: &Rules) -> f64 {
    if capacity > 0.0 {
        (visits / capacity - rules.service.comfortable_load_share).max(0.0)
    } else {
        0.0
    }
}

/// Chances of a year: to leave, and that a vacant post is filled.
fn chances(rules: &WorkforceRules, tier: &TierRules, strain: f64) -> (f64, f64) {
    let leaves = tier.attrition_per_year / tier.pay_ratio.powf(rules.pay_attrition_weight);
    let leaves = leaves + leaves * rules.workload_attrition_weight * strain;
    let comes = tier.recruitment_per_year * tier.pay_ratio.powf(rules.pay_recruitment_weight);
    (leaves.min(1.0), comes.min(1.0))
}

/// Closes the year of a clinic that had `visits` hundredths of visits.
pub fn close_clinic(
    village: &mut Village,
    rules: &Rules,
    visits: i64,
    luck: Luck,
    year: i32,
    counted: &mut WorkforceYear,
) {
    let work = &rules.workforce;
    let draws = luck.stream(Purpose::Workforce, year);
    if village.posts.is_empty() && (work.turnover_yes || work.village.training_per_year > 0.0) {
        let ages = luck.stream(Purpose::Workforce, 0);
        for post in 0..u64::from(village.doctors) {
            let age = work.founding_age_years + work.founding_age_sd * ages.normal(village.id, post);
            let born = year - age.clamp(22.0, 75.0).floor() as i32;
            village.posts.push(Some(Doctor { born, trained: false }));
        }
        // One vacant post more where the draw exceeds what is missing to a whole one.
        let share = work.village.vacant_share;
        let vacant = f64::from(village.doctors) * share / (1.0 - share);
        let more = ages.uniform(village.id, 1000) >= 1.0 - vacant.fract();
        for _ in 0..vacant.floor() as usize + usize::from(more) {
            village.posts.push(None);
        }
    }
    let month = rules.service.village_doctor_visits_per_month_count * doctors(rules, village);
    let (leaves, comes) = chances(work, &work.village, strain(visits as f64 / 100.0, 12.0 * month, rules));
    for (post, holder) in (0u64..).zip(&mut village.posts) {
        let chance = |number: u64, probability: f64| draws.uniform(village.id, 5 * post + number) < probability;
        if work.turnover_yes {
            match *holder {
                Some(doctor) => {
                    let retires = work.retirement_per_year.at(year - doctor.born);
                    if chance(0, retires) || chance(1, leaves) {
                        *holder = None;
                        continue;
                    }
                }
                None if chance(2, comes) => {
                    let born = year - work.recruit_age_years as i32;
                    *holder = Some(Doctor { born, trained: false });
                }
                None => {}
            }
        }
        if let Some(doctor) = holder {
            if doctor.trained && chance(3, work.village.training_decay_per_year) {
                doctor.trained = false;
            }
            if !doctor.trained && chance(4, work.village.training_per_year) {
                doctor.trained = true;
            }
        }
    }
    if !village.posts.is_empty() {
        village.doctors = village.posts.iter().filter(|post| post.is_some()).count() as u8;
    }
    let own = i64::from(village.doctors);
    counted.clinics += 1;
    counted.clinics_without_doctor += i64::from(own == 0);
    counted.doctors += own;
    counted.posts += own.max(village.posts.len() as i64);
    counted.doctors_trained += village.posts.iter().flatten().filter(|doctor| doctor.trained).count() as i64;
}

/// Closes the year of township centres and county hospitals, which follow the same chances in the mean.
pub fn close_tiers(
    staff: &mut [Staff; PROVIDERS],
    rules: &Rules,
    load: &Load,
    residents: i64,
    counted: &mut WorkforceYear,
) {
    let work = &rules.workforce;
    for (provider, tier) in [(Provider::Township, &work.township), (Provider::County, &work.county)] {
        let own = &mut staff[provider as usize];
        let visits: i64 = load.iter().map(|month| month[provider as usize][0]).sum();
        let month = rules.service.visits_per_resident_month_ratio.table()[provider as usize] * residents as f64;
        let (leaves, comes) = chances(
            work,
            tier,
            strain(visits as f64 / 100.0, 12.0 * month * own.ratio, rules),
        );
        let posts = 1.0 / (1.0 - tier.vacant_share);
        let (gone, new) = if work.turnover_yes {
            (own.ratio * leaves, (posts - own.ratio).max(0.0) * comes)
        } else {
            (0.0, 0.0)
        };
        // Trained staff, as a ratio to all staff of founding.
        let remembers = (own.ratio - gone) * own.trained_share * (1.0 - tier.training_decay_per_year);
        let all = own.ratio - gone + new;
        let trained = remembers + (all - remembers) * tier.training_per_year;
        *own = Staff {
            ratio: all,
            trained_share: if all > 0.0 { trained / all } else { 0.0 },
        };
    }
    let millionths = |provider: Provider| (staff[provider as usize].ratio * 1e6).round() as i64;
    counted.township_ppm = millionths(Provider::Township);
    counted.county_ppm = millionths(Provider::County);
}
