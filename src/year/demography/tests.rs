use super::*;
use crate::draws::mix;
use crate::world::{Household, Person, Village};

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
        split_per_year: 0.7,
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
        let moves = close(&mut quick, &rules, &luck, 2020, &births, &mut room);
        let turn = Turn {
            rules: &rules,
            luck: &luck,
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
        &births,
        &mut Room::default(),
    );
    assert_eq!(moves, Moves::default());
    assert_eq!(block.people.id, before.people.id);
    assert_eq!(block.households.first, before.households.first);
}
