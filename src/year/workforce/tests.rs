//! Hand-worked years of clinics and tiers.

use super::*;
use crate::draws::mix;

const TIER: TierRules = TierRules {
    pay_ratio: 1.0,
    attrition_per_year: 0.1,
    recruitment_per_year: 0.5,
    vacant_share: 0.0,
    training_per_year: 0.0,
    training_decay_per_year: 0.2,
};

fn rules() -> WorkforceRules {
    WorkforceRules {
        turnover_yes: true,
        founding_age_years: 50.0,
        founding_age_sd: 0.0,
        recruit_age_years: 25.0,
        retirement_per_year: ByAge {
            from_age: vec![0, 65],
            value: vec![0.0, 1.0],
        },
        pay_attrition_weight: 0.5,
        pay_recruitment_weight: 2.0,
        workload_attrition_weight: 1.0,
        village: TIER,
        township: TIER,
        county: TIER,
    }
}

/// One thousand clinics of four doctors close `years` years under `rules`.
fn live(rules: &WorkforceRules, years: i32) -> (Vec<Village>, WorkforceYear) {
    let service = service();
    let luck = Luck::new(5, 0);
    let mut villages: Vec<Village> = (0..1000).map(|at| village(mix(at))).collect();
    let mut counted = WorkforceYear::default();
    for year in 0..years {
        counted = WorkforceYear::default();
        for village in &mut villages {
            counted.add(&close_clinic(village, rules, &service, 0, &luck, 2020 + year));
        }
    }
    (villages, counted)
}

fn village(id: u64) -> Village {
    Village {
        id,
        travel_minutes: [0.0; PROVIDERS],
        remoteness_rank: 0.5,
        poverty_rank: 0.5,
        coverage_rank: 0.5,
        designation_rank: 0.5,
        tcm_rank: 0.5,
        doctors: 4,
        posts: Vec::new(),
        sanitation: 1.0,
        visits_last_month: 0,
    }
}

/// The rules of service as the baseline has them.
fn service() -> ServiceRules {
    let scenario = crate::scenario::Scenario::load("baseline", &[]).unwrap();
    let rules: crate::rules::Rules = scenario.resolve(&[], crate::units::Month::of(2021, 1)).unwrap();
    rules.service
}

#[test]
fn who_stands_still_stands_still() {
    let still = WorkforceRules {
        turnover_yes: false,
        ..rules()
    };
    let (villages, counted) = live(&still, 3);
    assert!(
        villages
            .iter()
            .all(|village| village.doctors == 4 && village.posts.is_empty())
    );
    assert_eq!((counted.doctors, counted.posts, counted.clinics), (4000, 4000, 1000));
}

#[test]
fn a_tenth_leaves_and_half_of_the_vacant_posts_are_filled() {
    // After one year 90% of 4,000 posts are held; after two 0.9 x 0.9 + 0.5 x 0.1 = 86%. Standard errors: 19 and 22.
    let (_, one) = live(&rules(), 1);
    assert!((one.doctors - 3600).abs() < 80, "{}", one.doctors);
    let (_, two) = live(&rules(), 2);
    assert!((two.doctors - 3440).abs() < 90, "{}", two.doctors);
    assert_eq!(two.posts, 4000);
}

#[test]
fn what_is_vacant_at_founding_keeps_staff_in_balance() {
    // Of six posts one is vacant: four doctors hold 4.8 posts, so 800 of 4,800 are vacant; a tenth of 4,000 leaves and half of
    // the vacant posts are filled: still 4,000.
    let balanced = WorkforceRules {
        village: TierRules {
            vacant_share: 1.0 / 6.0,
            ..TIER
        },
        ..rules()
    };
    let (_, counted) = live(&balanced, 1);
    assert!((counted.posts - 4800).abs() < 60, "{}", counted.posts);
    assert!((counted.doctors - 4000).abs() < 90, "{}", counted.doctors);
    let next = next_staff(Staff::default(), 0.1, 0.5, &balanced.township);
    assert!((next.ratio - 0.9).abs() < 1e-12);
    let next = next_staff(Staff::default(), 0.1, 0.5, &balanced.village);
    assert!((next.ratio - 1.0).abs() < 1e-12);
}

#[test]
fn doctors_grow_old_and_retire_at_65() {
    // All are 50 as 2020 closes and 65 as 2035 does; nobody leaves before, nobody is recruited.
    let old = WorkforceRules {
        village: TierRules {
            attrition_per_year: 0.0,
            recruitment_per_year: 0.0,
            ..TIER
        },
        ..rules()
    };
    assert_eq!(live(&old, 15).1.doctors, 4000);
    let (villages, counted) = live(&old, 16);
    assert_eq!((counted.doctors, counted.clinics_without_doctor), (0, 1000));
    assert!(villages.iter().all(|village| village.posts == [None; 4]));
}

#[test]
fn everybody_leaves_and_nobody_comes() {
    let empty = WorkforceRules {
        village: TierRules {
            attrition_per_year: 1.0,
            recruitment_per_year: 0.0,
            ..TIER
        },
        ..rules()
    };
    assert_eq!(live(&empty, 1).1.clinics_without_doctor, 1000);
}

#[test]
fn recruits_are_young() {
    let fast = WorkforceRules {
        village: TierRules {
            attrition_per_year: 1.0,
            recruitment_per_year: 1.0,
            ..TIER
        },
        ..rules()
    };
    // All leave as 2020 closes; as 2021 closes all posts, vacant for a year, are filled.
    let (villages, counted) = live(&fast, 2);
    assert_eq!(counted.doctors, 4000);
    let born = |village: &Village| village.posts.iter().flatten().all(|doctor| doctor.born == 2021 - 25);
    assert!(villages.iter().all(born));
}

#[test]
fn pay_holds_and_draws_and_work_drives_away() {
    let paid = TierRules { pay_ratio: 4.0, ..TIER };
    // 0.1 / 4^0.5 = 0.05; 0.5 x 4^2 = 8, certain; at half of capacity above comfort 0.1 x 1.5 = 0.15.
    assert!((rules().leaving(&paid, 0.0) - 0.05).abs() < 1e-12);
    assert_eq!(rules().recruiting(&paid), 1.0);
    assert!((rules().leaving(&TIER, 0.5) - 0.15).abs() < 1e-12);
    assert!(rules().check().is_ok());
    let unpaid = WorkforceRules {
        county: TierRules { pay_ratio: 0.0, ..TIER },
        ..rules()
    };
    assert!(unpaid.check().unwrap_err().contains("workforce.county.pay_ratio"));
}

#[test]
fn training_spreads_and_fades() {
    // A share s of doctors trained becomes 0.8 s + 0.3 (1 - 0.8 s): 0.3, then 0.468; at rest 0.3 / (1 - 0.8 x 0.7) = 0.6818.
    let trained = WorkforceRules {
        turnover_yes: false,
        village: TierRules {
            training_per_year: 0.3,
            ..TIER
        },
        ..rules()
    };
    for (years, share) in [(1, 0.3), (2, 0.468), (30, 0.3 / 0.44)] {
        let (villages, counted) = live(&trained, years);
        let of_all = counted.doctors_trained as f64 / 4000.0;
        assert!((of_all - share).abs() < 0.03, "{years} years: {of_all}");
        let mean = villages.iter().map(Village::trained_share).sum::<f64>() / 1000.0;
        assert!((mean - of_all).abs() < 1e-12);
    }
}

#[test]
fn more_recruitment_adds_doctors_and_removes_none() {
    let more = WorkforceRules {
        village: TierRules {
            recruitment_per_year: 0.7,
            ..TIER
        },
        ..rules()
    };
    let (few, many) = (live(&rules(), 2).0, live(&more, 2).0);
    let held = |villages: &[Village]| -> Vec<bool> {
        villages
            .iter()
            .flat_map(|village| &village.posts)
            .map(Option::is_some)
            .collect()
    };
    assert!(held(&few).iter().zip(held(&many)).all(|(few, many)| *few <= many));
}

#[test]
fn a_tier_follows_the_same_laws_in_the_mean() {
    let tier = TierRules {
        training_per_year: 0.25,
        ..TIER
    };
    // 0.8 of founding, half of it trained: 10% leave (0.72 stay), half of 0.2 vacant is filled (0.1): 0.82. Of who stayed
    // 0.5 x 0.8 = 0.4 are still trained, then 0.4 + 0.6 x 0.25 = 0.55; of recruits 0.25. (0.72 x 0.55 + 0.1 x 0.25) / 0.82.
    let staff = Staff {
        ratio: 0.8,
        trained_share: 0.5,
    };
    let next = next_staff(staff, 0.1, 0.5, &tier);
    assert!((next.ratio - 0.82).abs() < 1e-12, "{next:?}");
    assert!((next.trained_share - 0.421 / 0.82).abs() < 1e-12, "{next:?}");
    assert_eq!(
        next_staff(Staff::default(), 0.0, 0.0, &TIER),
        Staff::default(),
        "to the bit"
    );
    assert_eq!(next_staff(staff, 1.0, 0.0, &tier).ratio, 0.0);
}
