use super::*;
use crate::draws::mix;
use crate::units::Fen32;
use crate::world::{Category, Household, Person, Schooling, Scores, Village, labour_units};

fn rules() -> DemographyRules {
    let rate = |per_1000: f64| ByAge {
        from_age: vec![0],
        value: vec![per_1000],
    };
    DemographyRules {
        active_yes: true,
        male_deaths_per_1000_year: rate(10.0),
        female_deaths_per_1000_year: rate(10.0),
        death_ratio: 1.0,
        male_modelled_deaths_per_1000_year: rate(2.0),
        female_modelled_deaths_per_1000_year: rate(2.0),
        birth_year_infant_deaths_share: 0.75,
        reference_life_years: ByAge {
            from_age: vec![0, 10, 100],
            value: vec![90.0, 80.0, 2.0],
        },
        births_per_1000_year: rate(10.0),
        leave_per_year: 0.2,
        migrant_share: 0.5,
        return_per_year: 0.2,
        spouse_per_year: 0.2,
        marry_out_per_year: 0.1,
        split_per_year: 0.7,
        permanent_inherited_ratio: 1.0,
        orphans_join_share: 0.0,
        merge_per_year: 0.0,
        merge_disabled_per_year: 0.0,
        merge_age_years: 70.0,
        school_completed_share: vec![1.0, 0.9, 0.5, 0.5],
        literacy_follows_yes: false,
        schooling_income_weight: 0.0,
    }
}

#[test]
fn years_lost_lie_on_the_line_between_two_ages() {
    let milli = rules().years_lost_milli();
    assert_eq!((milli[0], milli[5], milli[10]), (90_000, 85_000, 80_000));
    // 78 years over 90 ages: 80 - 45 * 78 / 90 = 41.
    assert_eq!((milli[55], milli[100], milli[120]), (41_000, 2_000, 2_000));
}

#[test]
fn a_year_is_lived_half_at_the_next_age_and_infancy_from_january() {
    let mut rules = rules();
    rules.male_deaths_per_1000_year = ByAge {
        from_age: vec![0, 1, 60],
        value: vec![8.0, 2.0, 20.0],
    };
    // A quarter of infant deaths after 1 January, then half a year at the next age.
    assert!((rules.deaths(0, 0) - (2.0 + 1.0)).abs() < 1e-12);
    assert!((rules.deaths(0, 30) - 2.0).abs() < 1e-12);
    assert!((rules.deaths(0, 59) - 11.0).abs() < 1e-12);
    assert!((rules.other_deaths(0, 59) - 9.0).abs() < 1e-12);
    assert!((rules.other_deaths(0, 30)).abs() < 1e-12, "no less than nothing");
    assert!((rules.newborn_dies(0) - 0.006).abs() < 1e-12);
}

/// A block of four villages with households of one to eight, some of whose members are gone.
fn block(seed: u64) -> (Block, Vec<Birth>) {
    let january = Month::of(2021, 1);
    let mut block = Block::default();
    let mut births = Vec::new();
    let village: Village = Village {
        id: 0,
        travel_minutes: [0.0; crate::world::PROVIDERS],
        remoteness_rank: 0.5,
        poverty_rank: 0.5,
        coverage_rank: 0.5,
        designation_rank: 0.5,
        tcm_rank: 0.5,
        doctors: 1,
        posts: Vec::new(),
        sanitation: 1.0,
        visits_last_month: 0,
    };
    block.villages = vec![village; 4];
    for h in 0..200u32 {
        let luck = mix(seed ^ mix(u64::from(h)));
        let size = 1 + luck % 8;
        block.households.push(Household {
            id: luck,
            first: block.people.len() as u32,
            size: size as u16,
            village: (h / 50) as u16,
            weight: 1 + (luck >> 8) as u16 % 2,
            migrants: (luck >> 16) as u8 % 3,
            savings: Fen(1_000_003).into(),
            ..Household::default()
        });
        for member in 0..size {
            let luck = mix(luck ^ mix(member));
            if luck.is_multiple_of(40) {
                births.push(Birth {
                    mother: block.people.len() as u32,
                    born: Month::of(2020, 1 + ((luck >> 40) % 12) as i32),
                    cell: 0,
                });
            }
            block.people.push(Person {
                id: luck,
                born: (january + -(((luck >> 8) % 1000) as i32)).into(),
                sex: (luck >> 30) as u8 & 1,
                gone: (luck >> 50).is_multiple_of(20) || h % 60 == 7,
                ..Person::default()
            });
        }
    }
    births.reverse();
    (block, births)
}

#[test]
fn copying_the_quiet_gives_what_rebuilding_everybody_gives() {
    let rules = rules();
    let luck = Luck::new(1, 0);
    let mut room = Room::default();
    for seed in 0..20 {
        let (mut quick, births) = block(seed);
        let mut slow = quick.clone();
        let moves = close(&mut quick, &rules, &luck, 2020, (&births, Scores::default()), &mut room);
        let turn = Turn {
            rules: &rules,
            luck: &luck,
            scores: Scores::default(),
            draws: luck.stream(Purpose::Demography, 2020),
            january: Month::of(2021, 1),
            moves: Moves::default(),
            room: &mut Room::default(),
        };
        assert_eq!(moves, turn.close(&mut slow, &births, true));
        assert_eq!(format!("{:?}", quick.people), format!("{:?}", slow.people));
        assert_eq!(format!("{:?}", quick.households), format!("{:?}", slow.households));
        assert!(moves.births > 0 && moves.arrivals > 0 && moves.departures > 0 && moves.households_ended > 0);
        let mut next = 0;
        for h in 0..quick.households.len() {
            assert_eq!(quick.households.first[h], next);
            assert!(h == 0 || quick.households.village[h] >= quick.households.village[h - 1]);
            next += u32::from(quick.households.size[h]);
            assert!(quick.members(h).all(|p| quick.household_of(p) == h));
        }
        assert_eq!(next as usize, quick.people.len());
        let founded = quick.households.founding_size.iter().filter(|&&size| size > 0).count();
        assert!(founded > 2, "none split off: {founded}");
    }
}

#[test]
fn without_demography_people_only_grow_older() {
    let mut rules = rules();
    rules.active_yes = false;
    let (mut block, births) = block(3);
    block.people.gone.fill(false);
    let before = block.clone();
    let moves = close(
        &mut block,
        &rules,
        &Luck::new(1, 0),
        2020,
        (&births, Scores::default()),
        &mut Room::default(),
    );
    assert_eq!(moves, Moves::default());
    assert_eq!(block.people.id, before.people.id);
    assert_eq!(block.households.first, before.households.first);
}

/// One village of four households: a couple of 40 with a child, children of 10 and 12, a widow of 75, and a couple of 30 of
/// another weight.
fn village() -> Block {
    let january = Month::of(2021, 1);
    let (four, _) = block(0);
    let mut block = Block {
        villages: four.villages[..1].to_vec(),
        ..Block::default()
    };
    let homes: [(u64, &[i32], u16); 4] = [
        (100, &[40, 40, 8], 1),
        (200, &[10, 12], 1),
        (300, &[75], 1),
        (400, &[30, 30], 2),
    ];
    for (id, ages, weight) in homes {
        let money = |yuan: f64| Fen::yuan(yuan * id as f64).into();
        block.households.push(Household {
            id,
            first: block.people.len() as u32,
            size: ages.len() as u16,
            weight,
            migrants: u8::from(id == 200),
            founding_migrants: 1,
            founding_size: ages.len() as u16,
            founding_labour: ages.len() as f32,
            category: if id == 300 { Category::Dibao } else { Category::Ordinary },
            dibao_month: if id == 300 { Fen(700).into() } else { Fen32::ZERO },
            savings: money(1.0),
            assets: money(2.0),
            founding_assets: money(3.0),
            medical_debt: money(4.0),
            other_debt: money(5.0),
            receivable: money(if id == 300 { 6.0 } else { 0.0 }),
            receivable_due: Month::of(2021, 3).into(),
            ..Household::default()
        });
        for (at, age) in ages.iter().enumerate() {
            block.people.push(Person {
                id: id + at as u64,
                born: (january + -(12 * age + 1)).into(),
                ..Person::default()
            });
        }
    }
    block
}

/// Nobody is born, leaves or splits; some join kin.
fn kin_rules(orphans: f64, old: f64) -> DemographyRules {
    DemographyRules {
        leave_per_year: 0.0,
        return_per_year: 0.0,
        spouse_per_year: 0.0,
        marry_out_per_year: 0.0,
        split_per_year: 0.0,
        orphans_join_share: orphans,
        merge_per_year: old,
        merge_disabled_per_year: old,
        ..rules()
    }
}

fn join_kin(block: &mut Block, rules: &DemographyRules) -> Moves {
    close(
        block,
        rules,
        &Luck::new(1, 0),
        2020,
        (&[], Scores::default()),
        &mut Room::default(),
    )
}

#[test]
fn children_without_an_adult_and_the_old_join_kin_with_all_they_own_and_owe() {
    let mut block = village();
    let moves = join_kin(&mut block, &kin_rules(1.0, 1.0));
    // Only the first household can take in: the others are guests, or of another weight.
    assert_eq!(
        moves,
        Moves {
            households_merged: 2,
            ..Moves::default()
        }
    );
    assert_eq!(block.households.id, [100, 400]);
    assert_eq!(block.people.id, [100, 101, 102, 200, 201, 300, 400, 401]);
    assert_eq!(block.households.size, [6, 2]);
    assert_eq!(block.households.first, [0, 6]);
    let home = block.households.row(0);
    let yuan = |own: Fen32| own.fen().as_yuan();
    let owned = [home.savings, home.assets, home.founding_assets].map(yuan);
    assert_eq!(owned, [600.0, 1200.0, 1800.0]);
    assert_eq!([home.medical_debt, home.other_debt].map(yuan), [2400.0, 3000.0]);
    assert_eq!(
        (yuan(home.receivable), home.receivable_due.month()),
        (1800.0, Month::of(2021, 3))
    );
    // The migrant whom the children have counts as if there from founding on.
    assert_eq!((home.migrants, home.founding_migrants), (1, 2));
    // The standing is that of those who take in; the widow's dibao ends.
    assert_eq!((home.category, home.dibao_month), (Category::Ordinary, Fen32::ZERO));
    // Children do no work, the widow some: they count as if there from founding on.
    assert_eq!(home.founding_size, 6);
    let labour = 3.0 + labour_units(10) + labour_units(12) + labour_units(75);
    assert!((f64::from(home.founding_labour) - labour).abs() < 1e-6);
}

#[test]
fn only_children_join_where_the_old_do_not() {
    let mut block = village();
    assert_eq!(join_kin(&mut block, &kin_rules(1.0, 0.0)).households_merged, 1);
    assert_eq!(block.households.id, [100, 300, 400]);
    let mut block = village();
    assert_eq!(join_kin(&mut block, &kin_rules(0.0, 1.0)).households_merged, 1);
    assert_eq!(block.households.id, [100, 200, 400]);
    let mut block = village();
    assert_eq!(join_kin(&mut block, &kin_rules(0.0, 0.0)), Moves::default());
}

#[test]
fn the_cohort_joins_only_the_cohort() {
    let mut block = village();
    block.households.cohort[1] = true;
    join_kin(&mut block, &kin_rules(1.0, 1.0));
    assert_eq!(
        block.households.id,
        [100, 200, 400],
        "children of the cohort stay in it"
    );
}

#[test]
fn school_is_completed_level_by_level() {
    let always = DemographyRules {
        school_completed_share: vec![1.0; 4],
        literacy_follows_yes: true,
        ..kin_rules(0.0, 0.0)
    };
    let mut block = village();
    let levels =
        |block: &Block| -> Vec<Schooling> { block.people.learning.iter().map(|own| own.schooling()).collect() };
    join_kin(&mut block, &always);
    // Of 8, 10 and 12 years on 1 January 2021, only the last has just completed primary school.
    assert_eq!(
        levels(&block)[2..5],
        [Schooling::None, Schooling::None, Schooling::Primary]
    );
    for year in 2021..2031 {
        close(
            &mut block,
            &always,
            &Luck::new(1, 0),
            year,
            (&[], Scores::default()),
            &mut Room::default(),
        );
    }
    // Ten years later they are 18, 20 and 22.
    assert_eq!(
        levels(&block)[2..5],
        [Schooling::Senior, Schooling::Senior, Schooling::College]
    );
    assert_eq!(block.people.learning[2].literacy(), 2);
    // Adults keep what they had, and who stops goes on to nothing.
    assert_eq!(levels(&block)[0], Schooling::None);
    let mut block = village();
    let stops = DemographyRules {
        school_completed_share: vec![1.0, 0.0, 1.0, 1.0],
        ..always
    };
    for year in 2020..2031 {
        close(
            &mut block,
            &stops,
            &Luck::new(1, 0),
            year,
            (&[], Scores::default()),
            &mut Room::default(),
        );
    }
    assert_eq!(levels(&block)[4], Schooling::Primary);
}

#[test]
fn a_new_household_regresses_to_its_county() {
    let rules = DemographyRules {
        split_per_year: 1.0,
        permanent_inherited_ratio: 0.6,
        ..rules()
    };
    let luck = Luck::new(3, 3);
    let scores = Scores { mean: -0.5, sd: 0.8 };
    let turn = Turn {
        rules: &rules,
        luck: &luck,
        scores,
        draws: luck.stream(Purpose::Demography, 2020),
        january: Month::of(2021, 1),
        moves: Moves::default(),
        room: &mut Room::default(),
    };
    // From a score of 1.5, 2 above the mean: 0.6 x 2 above it is kept in the mean, and 0.8 x 0.8 is luck.
    let new: Vec<f64> = (0..20_000)
        .map(|founder| f64::from(turn.regress(1.5, founder)))
        .collect();
    let of = Scores::of(new.into_iter().map(|score| (score, 1.0)));
    assert!((of.mean - 0.7).abs() < 0.02 && (of.sd - 0.64).abs() < 0.02, "{of:?}");
    let all = Scores::of([(1.0, 3.0), (5.0, 1.0)].into_iter());
    assert_eq!((all.mean, all.sd), (2.0, 3.0_f64.sqrt()));
}

#[test]
fn the_youngest_adult_stays_whatever_the_order_in_memory() {
    let rules = DemographyRules {
        leave_per_year: 1.0,
        spouse_per_year: 0.0,
        ..rules()
    };
    let (january, luck) = (Month::of(2021, 1), Luck::new(3, 3));
    for ages in [[22, 19, 20, 5], [5, 20, 19, 22]] {
        let mut block = Block {
            villages: village().villages,
            ..Block::default()
        };
        block.households.push(Household {
            id: 7,
            size: 4,
            weight: 3,
            ..Household::default()
        });
        for age in ages {
            block.people.push(Person {
                id: 100 + age as u64,
                born: (january + -(12 * age + 1)).into(),
                ..Person::default()
            });
        }
        let turn = Turn {
            rules: &rules,
            luck: &luck,
            scores: Scores::default(),
            draws: luck.stream(Purpose::Demography, 2020),
            january,
            moves: Moves::default(),
            room: &mut Room::default(),
        };
        let moves = turn.close(&mut block, &[], false);
        let mut left = block.people.id.clone();
        left.sort_unstable();
        assert_eq!((left, moves.departures), (vec![105, 119], 6), "{ages:?}");
    }
}
