use super::*;
use crate::units::Month;
use crate::world::{CONDITIONS, Category, Household, Provider, age};

/// The embedded baseline's rules, with `people` agents.
fn rules(people: f64) -> (WorldRules, FoundingRules) {
    let scenario = crate::scenario::Scenario::load("baseline", &[format!("world.people_count={people}")])
        .unwrap_or_else(|problems| panic!("{problems}"));
    let rules: crate::rules::Rules = scenario
        .resolve(&[], Month::of(2020, 1))
        .unwrap_or_else(|problems| panic!("{problems}"));
    (rules.world, rules.founding)
}

fn prevalence() -> [ConditionFounding; CONDITIONS.len()] {
    let of = |young: f64, middle: f64, old: f64, aware: f64| ConditionFounding {
        prevalence: ByAge {
            from_age: vec![0, 18, 45, 60],
            value: vec![0.0, young, middle, old],
        },
        sex_ratios: [1.1, 0.9],
        aware_share: aware,
        treated_share: aware * 0.85,
        controlled_share: aware * 0.3,
    };
    [
        of(0.13, 0.38, 0.59, 0.45),
        of(0.05, 0.15, 0.25, 0.35),
        of(0.001, 0.01, 0.03, 1.0),
        of(0.001, 0.015, 0.05, 1.0),
        of(0.01, 0.09, 0.23, 0.12),
        of(0.001, 0.004, 0.01, 1.0),
        of(0.0005, 0.001, 0.002, 1.0),
        of(0.05, 0.15, 0.25, 0.6),
        of(0.03, 0.05, 0.06, 0.25),
        of(0.002, 0.01, 0.1, 0.12),
    ]
}

fn small() -> (WorldRules, FoundingRules, World) {
    let (world, founding) = rules(30_000.0);
    let made = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(1, 0));
    (world, founding, made)
}

fn households(world: &World) -> impl Iterator<Item = Household> + '_ {
    world
        .counties
        .iter()
        .flat_map(|county| &county.blocks)
        .flat_map(|block| (0..block.households.len()).map(|h| block.households.row(h)))
}

#[test]
fn a_world_keeps_the_published_margins() {
    let (world, founding, made) = small();
    let rows = margins(&made, &world, &founding);
    for row in &rows {
        println!(
            "{:<10} {:<42} {:>12} {:>12.2} {:>8} {:>6} {}",
            row.group,
            row.name,
            row.published.map_or(String::new(), |value| format!("{value:.2}")),
            row.founded,
            row.deviation.map_or(String::new(), |value| format!("{value:+.2}")),
            row.tolerance.map_or(String::new(), |value| format!("{value:.1}")),
            row.unit
        );
    }
    let off: Vec<_> = rows
        .iter()
        .filter(|row| !row.holds())
        .map(|row| (&row.name, row.founded, row.published))
        .collect();
    assert!(off.is_empty(), "outside tolerance: {off:?}");
    assert_eq!(made.agents(), 30_000);
}

#[test]
fn every_row_is_in_its_place() {
    let (_, _, made) = small();
    let mut ids = std::collections::BTreeSet::new();
    for (index, county) in made.counties.iter().enumerate() {
        let mut residents = 0;
        for block in &county.blocks {
            assert_eq!(usize::from(block.county), index);
            let rows = &block.households;
            let mut next = 0;
            for h in 0..rows.len() {
                assert_eq!(rows.first[h], next, "members are contiguous");
                assert!(rows.size[h] > 0 && (h == 0 || rows.village[h] >= rows.village[h - 1]));
                let members = next as usize..next as usize + usize::from(rows.size[h]);
                assert!(members.clone().all(|p| block.household_of(p) == h));
                let ages: Vec<i32> = members
                    .map(|p| age(block.people.born[p].month(), Month::of(2020, 1)))
                    .collect();
                assert!(ages.iter().any(|&age| age >= 18), "children alone: {ages:?}");
                assert!((rows.source_share[h].iter().sum::<f32>() - 1.0).abs() < 1e-4);
                assert!((0.0..=1.0).contains(&rows.remitted_share[h]));
                assert!(usize::from(rows.village[h]) < block.villages.len());
                assert!(ids.insert(rows.id[h]), "household identity twice");
                next += u32::from(rows.size[h]);
                residents += u64::from(rows.size[h]) * u64::from(rows.weight[h]);
            }
            assert_eq!(next as usize, block.people.len());
            assert!(
                block.people.id.iter().all(|&id| ids.insert(id)),
                "person identity twice"
            );
            for village in &block.villages {
                assert!(ids.insert(village.id));
                let minutes = village.travel_minutes;
                assert!(minutes[Provider::Village as usize] < minutes[Provider::Township as usize]);
                assert!(minutes[Provider::Township as usize] < minutes[Provider::County as usize]);
                assert!(minutes[Provider::County as usize] < minutes[Provider::Tertiary as usize]);
                assert_eq!(minutes[Provider::Remote as usize], 0.0);
            }
        }
        assert_eq!(county.residents, residents);
    }
}

#[test]
fn the_same_luck_makes_the_same_world() {
    let (world, founding, made) = small();
    let again = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(1, 0));
    assert_eq!(format!("{made:?}"), format!("{again:?}"));
    let other = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(1, 1));
    assert_ne!(
        format!("{:?}", made.counties[0].blocks[0].people),
        format!("{:?}", other.counties[0].blocks[0].people)
    );
}

#[test]
fn the_cohort_is_not_chosen_on_luck() {
    let (_, _, made) = small();
    let (mut n, mut sums) = (0.0, [0.0; 3]);
    for row in households(&made).filter(|row| row.cohort) {
        n += 1.0;
        sums[0] += f64::from(row.permanent);
        sums[1] += f64::from(row.persistent);
        sums[2] += f64::from(row.transitory);
    }
    assert!(sums[0] / n < -0.3, "the cohort is poor for good: {}", sums[0] / n);
    for sum in &sums[1..] {
        assert!((sum / n).abs() < 4.0 / f64::sqrt(n), "selected on luck: {}", sum / n);
    }
}

#[test]
fn weights_undo_the_oversampling() {
    let (_, founding, made) = small();
    let ratio = founding.standing.lifted_oversample_ratio as u16;
    let (mut sum, mut sum_weight, mut square) = (0.0, 0.0, 0.0);
    for row in households(&made) {
        assert_eq!(row.weight, if row.cohort { 1 } else { ratio });
        assert!(row.cohort || row.category != Category::Lifted);
        assert!(!row.cohort || row.category != Category::Ordinary);
        let weight = f64::from(row.weight);
        sum_weight += weight;
        sum += weight * f64::from(row.permanent);
        square += weight * f64::from(row.permanent).powi(2);
    }
    // The permanent score is exactly standard normal over real households.
    assert!((sum / sum_weight).abs() < 1e-3 && (square / sum_weight - 1.0).abs() < 0.01);
}

#[test]
fn purses_are_top_coded_and_the_rest_is_left_alone() {
    let (world, mut founding) = rules(30_000.0);
    let savings = |founding: &FoundingRules| -> Vec<f64> {
        let made = found(&world, founding, &prevalence(), Start::default(), &Luck::new(1, 0));
        households(&made).map(|row| row.savings.fen().as_yuan()).collect()
    };
    let usual = savings(&founding);
    let above = |yuan: f64, of: &[f64]| of.iter().filter(|&&own| own > yuan).count();
    assert_eq!(above(purse::TOP_YUAN, &usual), 0);

    founding.purse.savings_log_sd = 6.0;
    let wild = savings(&founding);
    assert_eq!(above(purse::TOP_YUAN, &wild), 0);
    let at_the_top = wild.iter().filter(|&&own| own == purse::TOP_YUAN).count();
    assert!(at_the_top > wild.len() / 20, "{at_the_top} of {}", wild.len());
    // Half lie above and half below the median, whatever the spread.
    let half = above(founding.purse.savings_median_yuan, &wild) as f64 / wild.len() as f64;
    let before = above(founding.purse.savings_median_yuan, &usual) as f64 / usual.len() as f64;
    assert!((half - before).abs() < 0.06, "{before} above the median, now {half}");
}

#[test]
fn a_world_of_another_year_holds_the_same_people_with_purses_of_that_year() {
    let (world, founding) = rules(3_000.0);
    let start = Start {
        year: 2010,
        incomes: 0.5,
    };
    let now = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(1, 0));
    let then = found(&world, &founding, &prevalence(), start, &Luck::new(1, 0));
    assert_eq!((now.year, then.year), (2020, 2010));
    for (now, then) in households(&now).zip(households(&then)) {
        assert_eq!(
            (now.id, now.category, now.permanent),
            (then.id, then.category, then.permanent)
        );
        for (now, then) in [(now.savings, then.savings), (now.medical_debt, then.medical_debt)] {
            // Unless it is top-coded.
            let (now, then) = (now.fen().as_yuan(), then.fen().as_yuan());
            assert!(
                (now / 2.0 - then).abs() <= 0.01 || now == purse::TOP_YUAN,
                "{now} {then}"
            );
        }
    }
    let ages = |world: &World| -> Vec<i32> {
        let blocks = world.counties.iter().flat_map(|county| &county.blocks);
        let born = blocks.flat_map(|block| &block.people.born);
        born.map(|born| age(born.month(), Month::of(world.year, 1))).collect()
    };
    assert_eq!(ages(&now), ages(&then));
}

#[test]
fn a_world_without_oversampling_or_cohort_can_be_made() {
    let (world, mut founding) = rules(5_000.0);
    founding.standing.lifted_oversample_ratio = 1.0;
    let made = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(3, 0));
    assert!(households(&made).all(|row| row.weight == 1));
    founding.standing.lifted_share = 0.0;
    let made = found(&world, &founding, &prevalence(), Start::default(), &Luck::new(3, 0));
    assert!(households(&made).filter(|row| row.cohort).count() < 5);
}

#[test]
fn the_cards_are_the_census_table() {
    let (_, founding) = rules(1.0);
    let mut table = csv::Reader::from_reader(include_bytes!("../../scenarios/data/rural_age_sex_2020.csv").as_slice());
    for (at, row) in table.records().enumerate() {
        let row = row.unwrap();
        for (column, shares) in [(1, &founding.ages.men_share), (2, &founding.ages.women_share)] {
            let published: f64 = row[column].parse().unwrap();
            assert!((shares.value[at] * 100.0 - published).abs() < 1e-6, "{}", &row[0]);
        }
    }
}
