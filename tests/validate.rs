//! Virtual surveys: they ask the people that the model counts, and every published figure has a survey that answers.

mod common;

use common::policy;
use kangcun::indicators::table::Slice;
use kangcun::study::panel::{Interview, interview};
use kangcun::study::validate::Worlds;
use kangcun::world::Category;

/// Sum over interviews of a year, each with the weight of its household.
fn sum<'a>(interviews: impl Iterator<Item = &'a Interview>, part: impl Fn(&Interview) -> f64) -> f64 {
    interviews.map(|one| f64::from(one.weight) * part(one)).sum()
}

#[test]
fn interviews_add_up_to_what_the_model_counts() {
    let policy = policy("package", &["world.people_count=5000", "run.last_year=2023"]);
    let panel = interview(&policy, 0, &|| ()).unwrap();
    for (at, year) in panel.result.years.iter().enumerate() {
        let slice = Slice {
            year: Some(at),
            county: None,
            category: None,
        };
        let counted = slice.tally(&panel.result, false);
        let yes = |yes: bool| f64::from(u8::from(yes));
        let all = || panel.year(year.year);
        assert_eq!(sum(all(), |_| 1.0), counted.households_held as f64);
        assert_eq!(sum(all(), |one| f64::from(one.size)), counted.persons_held as f64);
        let hit = sum(all(), |one| f64::from(one.size) * yes(one.oop > 0.1 * one.budget()));
        assert_eq!(hit, counted.catastrophic_10 as f64, "{}", year.year);
        let indebted = sum(all(), |one| yes(one.medical_debt > 0.0));
        assert_eq!(indebted, counted.households_in_medical_debt as f64);
        // Episodes of those who died out with their household are in the counts alone: few.
        let near = |asked: f64, counted: i64| {
            let counted = counted as f64;
            assert!((0.97..=1.0).contains(&(asked / counted)), "{asked} of {counted}");
        };
        near(
            sum(all(), |one| f64::from(one.care.admissions)),
            counted.admissions.iter().sum(),
        );
        near(
            sum(all(), |one| f64::from(one.adults_admitted)),
            counted.adults_admitted,
        );
        near(sum(all(), |one| one.care.oop_admissions), counted.oop_admissions / 100);
        let forgone: i64 = counted.forgone[2].iter().sum();
        near(sum(all(), |one| f64::from(one.care.forgone)), forgone);
        let lifted = sum(all().filter(|one| one.cohort), |_| 1.0);
        let cohort = Slice {
            category: Some(Category::Lifted),
            ..slice
        };
        assert_eq!(lifted, cohort.tally(&panel.result, false).households_held as f64);
    }
}

#[test]
fn every_published_figure_has_a_survey_that_answers() {
    let sets = ["world.people_count=20000", "run.last_year=2027", "run.replicates=1"].map(str::to_owned);
    let worlds = Worlds::of("baseline", &sets).unwrap();
    let checked = worlds.survey(&|_| ()).unwrap();
    for one in &checked {
        assert!(one.asked(), "{} by `{}`", one.target.id, one.target.survey);
    }
    // Without the experiments the rest is still asked.
    let worlds = Worlds::of("no-insurance", &sets).unwrap();
    let fewer = worlds.survey(&|_| ()).unwrap();
    assert!(fewer.len() + 8 == checked.len(), "{} of {}", fewer.len(), checked.len());
}
