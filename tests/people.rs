//! Who lives with whom over many years: children and the old, spouses who come and go, school.

mod common;

use common::{policy, taped};
use kangcun::indicators::result::RunResult;
use kangcun::month::Tape;
use kangcun::units::Month;
use kangcun::world::{self, ALL_SCHOOLING, Block, Schooling};
use kangcun::year::demography::Moves;
use std::collections::BTreeMap;

/// What a close leaves, over all blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    households: i64,
    /// Without anybody of 18 or more; of these, where a household of the village has an adult to take them in.
    without_adult: i64,
    could_join: i64,
    /// One or two people, all of 70 or more.
    old_alone: i64,
    /// Of 20 to 39, by sex.
    young: [i64; 2],
    /// By schooling: of 6 to 11, 15 to 17 and 30 to 69 years; men and women of 60 or more with junior secondary or more.
    school: [[i64; 5]; 3],
    old_schooled: [[i64; 2]; 2],
    /// Of 18 to 24 years whose literacy is that of their schooling; all of them.
    followed: [i64; 2],
}

impl Count {
    fn add(&mut self, other: &Count) {
        let pairs = [
            (&mut self.households, other.households),
            (&mut self.without_adult, other.without_adult),
            (&mut self.could_join, other.could_join),
            (&mut self.old_alone, other.old_alone),
        ];
        for (own, other) in pairs {
            *own += other;
        }
        let own = self.young.iter_mut().chain(&mut self.followed);
        for (own, other) in own.zip(other.young.iter().chain(&other.followed)) {
            *own += other;
        }
        let own = self
            .school
            .iter_mut()
            .flatten()
            .chain(self.old_schooled.iter_mut().flatten());
        let theirs = other.school.iter().flatten().chain(other.old_schooled.iter().flatten());
        for (own, other) in own.zip(theirs) {
            *own += other;
        }
    }
}

#[derive(Default)]
struct Census(BTreeMap<i32, Count>);

impl Tape for Census {
    fn closed(&mut self, year: i32, block: &Block) {
        let january = Month::of(year + 1, 1);
        let count = self.0.entry(year).or_default();
        let (homes, people) = (&block.households, &block.people);
        let age = |p: usize| world::age(people.born[p].month(), january);
        for h in 0..homes.len() {
            let adult = |h: usize| block.members(h).any(|p| age(p) >= 18);
            let takes = |&other: &usize| {
                let alike = (homes.village[other], homes.weight[other], homes.cohort[other]);
                alike == (homes.village[h], homes.weight[h], homes.cohort[h])
                    && block.members(other).any(|p| (18..=64).contains(&age(p)))
            };
            count.households += 1;
            if !adult(h) {
                count.without_adult += 1;
                count.could_join += i64::from((0..homes.len()).any(|other| takes(&other)));
            }
            let old = homes.size[h] <= 2 && block.members(h).all(|p| age(p) >= 70);
            count.old_alone += i64::from(old);
        }
        for p in 0..people.len() {
            let (age, sex, level) = (age(p), usize::from(people.sex[p]), people.learning[p].schooling());
            count.young[sex] += i64::from((20..40).contains(&age));
            let groups = [6..=11, 15..=17, 30..=69];
            for (by_level, ages) in count.school.iter_mut().zip(groups) {
                by_level[level as usize] += i64::from(ages.contains(&age));
            }
            if age >= 60 {
                count.old_schooled[sex][0] += i64::from(level >= Schooling::Junior);
                count.old_schooled[sex][1] += 1;
            }
            if (18..=24).contains(&age) {
                count.followed[0] += i64::from(people.learning[p].literacy() == level.literacy());
                count.followed[1] += 1;
            }
        }
    }
}

/// Years of a world of 20,000: what each close leaves, and the moves.
fn years(last: i32, sets: &[&str]) -> (BTreeMap<i32, Count>, RunResult) {
    let last = format!("run.last_year={last}");
    let sets = [&["world.people_count=20000", last.as_str()], sets].concat();
    let (result, tapes) = taped(&policy("baseline", &sets), Census::default);
    let mut all: BTreeMap<i32, Count> = BTreeMap::new();
    for (&year, count) in tapes.iter().flat_map(|tape| &tape.0) {
        all.entry(year).or_default().add(count);
    }
    (all, result)
}

fn moves(result: &RunResult) -> Moves {
    let mut sum = Moves::default();
    let counties = result.years.iter().flat_map(|year| &year.counties);
    for county in counties {
        sum += county.moves;
    }
    sum
}

const KIN: [&str; 4] = [
    "demography.orphans_join_share=1",
    "demography.merge_per_year=0.05",
    "demography.merge_disabled_per_year=0.2",
    "demography.merge_age_years=70",
];

#[test]
fn children_left_alone_and_some_of_the_old_live_with_kin() {
    let (without, _) = years(2035, &["demography.orphans_join_share=0"]);
    let (with, result) = years(2035, &KIN);
    let sum = |counts: &BTreeMap<i32, Count>, part: fn(&Count) -> i64| counts.values().map(part).sum::<i64>();
    let (before, after) = (&without[&2035], &with[&2035]);
    println!("without kin: {before:?}\nwith kin:    {after:?}");
    println!(
        "closes of households without an adult: {} without kin, {} with",
        sum(&without, |own| own.without_adult),
        sum(&with, |own| own.without_adult)
    );
    assert!(sum(&without, |own| own.could_join) > 20, "children are left alone");
    assert_eq!(sum(&with, |own| own.could_join), 0, "whoever has kin lives with them");
    assert!(after.old_alone * 10 < before.old_alone * 9);
    assert!(moves(&result).households_merged > 100);
}

#[test]
fn who_joins_whom_does_not_depend_on_the_scenario() {
    /// Where each person lives, when somebody else's household took them in.
    #[derive(Default)]
    struct Homes(BTreeMap<u64, u64>, BTreeMap<u64, u64>);
    impl Tape for Homes {
        fn opened(
            &mut self,
            block: &Block,
            _: &[kangcun::month::books::HouseholdYear],
            _: &[kangcun::month::books::Ledger],
            _: &[kangcun::month::books::Desk],
        ) {
            for h in 0..block.households.len() {
                let home = block.households.id[h];
                self.0.extend(block.members(h).map(|p| (block.people.id[p], home)));
            }
        }
        fn closed(&mut self, year: i32, block: &Block) {
            let old = |p: &usize| world::age(block.people.born[*p].month(), Month::of(year + 1, 1)) >= 70;
            for h in 0..block.households.len() {
                let home = block.households.id[h];
                for who in block.members(h).filter(old).map(|p| block.people.id[p]) {
                    if self.0.get(&who).is_some_and(|&before| before != home) {
                        self.1.entry(who).or_insert(home);
                    }
                }
            }
        }
    }
    let joined = |name: &str| {
        let sets = [&["world.people_count=20000", "run.last_year=2028"], &KIN[..]].concat();
        let (_, tapes) = taped(&policy(name, &sets), Homes::default);
        tapes
            .into_iter()
            .flat_map(|tape| tape.1)
            .collect::<BTreeMap<u64, u64>>()
    };
    let (baseline, full) = (joined("baseline"), joined("full-cover"));
    let both = baseline.iter().filter_map(|(who, home)| Some((home, full.get(who)?)));
    let (mut same, mut all) = (0, 0);
    for (one, other) in both {
        all += 1;
        same += u32::from(one == other);
    }
    println!(
        "{} joined in one world, {} in the other, {all} in both, {same} of them the same kin",
        baseline.len(),
        full.len()
    );
    assert!(all > 50 && all * 10 > baseline.len() * 7);
    assert!(same * 20 >= all as u32 * 19, "{same} of {all}");
}

#[test]
fn as_many_women_marry_elsewhere_as_spouses_come_and_the_sexes_stay_balanced() {
    let (unbalanced, _) = years(2050, &["demography.marry_out_per_year=0"]);
    let (counts, result) = years(2050, &[]);
    let ratio = |count: &Count| count.young[0] as f64 / count.young[1] as f64;
    for year in [2020, 2030, 2040, 2050] {
        println!(
            "men per woman of 20 to 39 at the close of {year}: {:.3}, where nobody marries elsewhere {:.3}",
            ratio(&counts[&year]),
            ratio(&unbalanced[&year])
        );
    }
    let moves = moves(&result);
    println!(
        "{} spouses came, {} women married elsewhere",
        moves.spouses, moves.married_out
    );
    assert!(moves.spouses + moves.married_out > 1_000);
    let balance = moves.married_out as f64 / moves.spouses as f64;
    assert!((0.9..1.1).contains(&balance), "{balance}");
    let drift = ratio(&counts[&2050]) / ratio(&counts[&2020]);
    assert!((0.88..1.12).contains(&drift), "{drift}");
}

#[test]
fn children_go_through_school_and_cohorts_keep_what_they_learned() {
    let (counts, _) = years(2045, &["demography.literacy_follows_yes=true"]);
    let first = &counts[&2020];
    let share = |levels: &[i64; 5], at: usize| levels[at] as f64 / levels.iter().sum::<i64>() as f64;
    println!(
        "adults of 30 to 69 in 2021: {:?}",
        ALL_SCHOOLING.map(|level| share(&first.school[2], level as usize))
    );
    // About a third with primary and less than half with junior secondary school among rural residents (census of 2020,
    // from memory); the young have more.
    assert!((0.2..0.45).contains(&share(&first.school[2], 1)) && (0.3..0.6).contains(&share(&first.school[2], 2)));
    let [men, women] = first.old_schooled.map(|[schooled, all]| schooled as f64 / all as f64);
    assert!(
        women < 0.9 * men,
        "old women went to school less: {women} against {men}"
    );
    for count in counts.values() {
        assert_eq!(
            share(&count.school[0], 0),
            1.0,
            "nobody of 6 to 11 has completed a school"
        );
    }
    let later = &counts[&2045];
    // Everybody of 15 to 17 was born into the model: 0.99 complete primary and 0.97 of them junior secondary school.
    let junior = share(&later.school[1], 2);
    assert!((junior - 0.99 * 0.97).abs() < 0.045, "{junior}");
    let adults = |count: &Count| share(&count.school[2], 3) + share(&count.school[2], 4);
    assert!(adults(later) > adults(first) + 0.05);
    // But for spouses and those who came home, whose literacy is another's.
    assert!(later.followed[0] * 10 > later.followed[1] * 8, "{:?}", later.followed);
}
