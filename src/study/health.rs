//! Health as a study lived it: the life table beside the schedule it was given, and prevalence by age over the years.
//!
//! Ages are completed years on 1 January, as the model's hazards go by them: half of the year that follows is lived at the
//! next age. Children are born all year round and have half a year to its end.

use crate::indicators::result::RunResult;
use crate::indicators::tally::{AGE_GROUPS, Add, CountyYear};
use crate::world::CONDITIONS;
use crate::year::demography::DemographyRules;

/// The age at which each group begins.
pub const GROUP_FROM: [u8; AGE_GROUPS] = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85];
/// The last single age of the sums: nobody is left by then.
const LAST_AGE: i32 = 130;

/// Deaths of one sex, per 1,000 and year (hazards, not probabilities), by age group on 1 January.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeTable {
    /// People lived with, weighted person-years begun.
    pub persons: [i64; AGE_GROUPS],
    /// As lived; 0 where nobody was.
    pub lived: [f64; AGE_GROUPS],
    /// As the schedule has them.
    pub schedule: [f64; AGE_GROUPS],
    /// Of the lived, what the modelled illnesses brought: all but the deaths from other causes.
    pub modelled: [f64; AGE_GROUPS],
    /// Expected years at birth, as lived.
    pub expectancy: f64,
    /// The same by the schedule.
    pub schedule_expectancy: f64,
}

/// The life tables of men and of women over all years and replicates, under `rules`.
pub fn life_tables(results: &[RunResult], rules: &DemographyRules) -> [LifeTable; 2] {
    let mut all = CountyYear::default();
    let counties = results
        .iter()
        .flat_map(|result| &result.years)
        .flat_map(|year| &year.counties);
    let (mut births, mut infants) = (0, 0);
    for county in counties {
        all.persons_by_age.add(&county.counted.persons_by_age);
        all.deaths_by_age.add(&county.counted.deaths_by_age);
        births += county.moves.births;
        infants += county.moves.infant_deaths.iter().sum::<i64>();
    }
    // Few infants die: both sexes share what was seen of them.
    let newborn = if births > 0 {
        infants as f64 / births as f64
    } else {
        0.0
    };
    [0u8, 1].map(|sex| {
        let (persons, deaths) = (
            all.persons_by_age[usize::from(sex)],
            all.deaths_by_age[usize::from(sex)],
        );
        let lived = std::array::from_fn(|group| hazard(deaths[group], persons[group]));
        let schedule = by_group(&|age| rules.deaths(sex, age));
        let other = by_group(&|age| rules.other_deaths(sex, age));
        LifeTable {
            persons,
            lived,
            schedule,
            modelled: std::array::from_fn(|group| lived[group] - other[group]),
            expectancy: expectancy(newborn, &|age| lived[group_of(age)]),
            schedule_expectancy: expectancy(rules.newborn_dies(sex), &|age| rules.deaths(sex, age)),
        }
    })
}

/// The prevalence of each condition by age group in reported year `at`, weighted over counties and replicates; `None` where
/// nobody is of the age.
pub fn prevalence(results: &[RunResult], at: usize) -> [[Option<f64>; CONDITIONS.len()]; AGE_GROUPS] {
    let mut all = CountyYear::default();
    for county in results
        .iter()
        .filter_map(|result| result.years.get(at))
        .flat_map(|year| &year.counties)
    {
        all.persons_by_age.add(&county.counted.persons_by_age);
        all.conditions_by_age.add(&county.counted.conditions_by_age);
    }
    std::array::from_fn(|group| {
        let persons: i64 = all.persons_by_age.iter().map(|sex| sex[group]).sum();
        all.conditions_by_age[group].map(|with| (persons > 0).then(|| with as f64 / persons as f64))
    })
}

/// The share of people in each age group in reported year `at`.
pub fn ages(results: &[RunResult], at: usize) -> [f64; AGE_GROUPS] {
    let mut persons = [[0; AGE_GROUPS]; 2];
    for county in results
        .iter()
        .filter_map(|result| result.years.get(at))
        .flat_map(|year| &year.counties)
    {
        persons.add(&county.counted.persons_by_age);
    }
    let of = |group: usize| persons.iter().map(|sex: &[i64; AGE_GROUPS]| sex[group]).sum::<i64>() as f64;
    let all: f64 = (0..AGE_GROUPS).map(of).sum();
    std::array::from_fn(|group| of(group) / all.max(1.0))
}

/// Deaths per 1,000 and year that leave so many alive; not a number where there was nobody.
fn hazard(deaths: i64, persons: i64) -> f64 {
    if persons == 0 {
        return f64::NAN;
    }
    -1000.0 * (1.0 - deaths as f64 / persons as f64).ln()
}

/// Means over the single ages of each group; the last group as at its beginning.
fn by_group(at: &dyn Fn(i32) -> f64) -> [f64; AGE_GROUPS] {
    std::array::from_fn(|group| {
        let from = i32::from(GROUP_FROM[group]);
        let to = GROUP_FROM.get(group + 1).map_or(from + 1, |&next| i32::from(next));
        (from..to).map(at).sum::<f64>() / f64::from(to - from)
    })
}

fn group_of(age: i32) -> usize {
    GROUP_FROM.iter().filter(|&&from| i32::from(from) <= age).count() - 1
}

/// Expected years at birth (not a number where an age is not known) where a newborn dies before the year ends with probability `newborn` and somebody `age` years old
/// on 1 January at `per_1000` that year.
fn expectancy(newborn: f64, per_1000: &dyn Fn(i32) -> f64) -> f64 {
    // Those who die in the calendar year of birth die early in it.
    let (mut alive, mut years) = (1.0 - newborn, 0.5 * (1.0 - newborn));
    for age in 0..=LAST_AGE {
        let hazard = per_1000(age) / 1000.0;
        let survives = (-hazard).exp();
        years += alive * if hazard > 0.0 { (1.0 - survives) / hazard } else { 1.0 };
        alive *= survives;
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_hazard_leaves_its_inverse() {
        // Half a year without deaths, then 1/0.02 years: what lies beyond the last age is below e^-2.6 of that.
        let years = expectancy(0.0, &|_| 20.0);
        assert!(
            (years - 0.5 - 50.0 * (1.0 - (-0.02_f64 * 131.0).exp())).abs() < 1e-9,
            "{years}"
        );
    }

    #[test]
    fn half_of_those_alive_dead_is_a_hazard_of_the_logarithm_of_two() {
        assert!((hazard(50, 100) - 693.147_180_6).abs() < 1e-6);
        assert!(hazard(0, 0).is_nan() && hazard(0, 5).abs() < 1e-12);
    }

    #[test]
    fn groups_are_those_of_the_tally() {
        for age in 0..120u8 {
            assert_eq!(
                group_of(i32::from(age)),
                crate::indicators::tally::age_group(age),
                "{age}"
            );
        }
    }
}
