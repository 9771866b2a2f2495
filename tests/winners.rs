//! Winners and losers: households of two worlds held against each other, to the household.

mod common;

use common::file;
use kangcun::indicators::result::{CountyResult, RunResult};
use kangcun::indicators::tally::Tally;
use kangcun::scenario::Scenario;
use kangcun::study::winners::{Cells, Group, Kind, Outcome, Question, Roll, Row};
use kangcun::study::{self, Arm};
use kangcun::world::Category;

const SMALL: [&str; 3] = ["world.people_count=4000", "run.last_year=2024", "run.replicates=2"];

fn arms(names: &[&str]) -> Vec<Arm> {
    let sets = SMALL.map(ToOwned::to_owned);
    let named = names.iter().enumerate().map(|(at, name)| {
        let scenario = Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
        Arm::new(&format!("arm {at}"), scenario).unwrap()
    });
    named.collect()
}

fn compared(names: &[&str]) -> Vec<Arm> {
    let mut arms = arms(names);
    study::compare(&mut arms, &|_| ()).unwrap();
    arms
}

/// Households of these outcomes.
fn sum(cells: &Cells, group: &Group, question: Question, gauge: usize, outcomes: &[Outcome]) -> i64 {
    let each = outcomes
        .iter()
        .map(|&one| cells.households(group, question, gauge, one));
    each.sum()
}

const IN_BASE: [Outcome; 6] = [
    Outcome::Saved,
    Outcome::Harmed,
    Outcome::StillPoor,
    Outcome::NeverPoor,
    Outcome::OnlyBasePoor,
    Outcome::OnlyBaseNotPoor,
];
const IN_OTHER: [Outcome; 6] = [
    Outcome::Saved,
    Outcome::Harmed,
    Outcome::StillPoor,
    Outcome::NeverPoor,
    Outcome::OnlyOtherPoor,
    Outcome::OnlyOtherNotPoor,
];

/// What a world counts by itself of the households of a group, where its tallies tell them apart.
fn tallied(result: &RunResult, year: usize, group: &Group, read: &dyn Fn(&Tally) -> i64) -> Option<i64> {
    let county = |own: &CountyResult| -> i64 {
        let cells = own.counted.cells.iter().enumerate();
        let wanted = |at: usize| group.category.is_none_or(|category| category as usize == at);
        cells.filter(|(at, _)| wanted(*at)).map(|(_, cell)| read(cell)).sum()
    };
    let counties = &result.years[year].counties;
    match group.kind {
        Kind::Everybody => Some(counties.iter().map(county).sum()),
        Kind::County => Some(county(&counties[group.part])),
        _ => None,
    }
}

/// Holds the margins against what each world counted by itself; gives how many households were saved and harmed in all.
fn margins(base: &Arm, other: &Arm) -> [i64; 2] {
    let counties = base.results[0].years[0].counties.len();
    let gauges = base.results[0].gauges.len();
    let mut moved = [0; 2];
    let mut held = 0;
    for (replicate, years) in other.winners.iter().enumerate() {
        let worlds = [&base.results[replicate], &other.results[replicate]];
        assert_eq!(years.len(), worlds[0].years.len());
        for (year, cells) in years.iter().enumerate() {
            for group in Group::all(counties) {
                // Of the other world's categories only the closed cohort is the same as the base's.
                let same = group.category.is_none_or(|own| own == Category::Lifted);
                for g in 0..gauges {
                    let of = |question, outcomes: &[Outcome]| sum(cells, &group, question, g, outcomes);
                    let own = |world: usize, read: &dyn Fn(&Tally) -> i64| tallied(worlds[world], year, &group, read);
                    let pairs = [
                        (0, Question::Status, &Outcome::POOR_IN_BASE[..], own(0, &|t| t.poor[g])),
                        (1, Question::Status, &Outcome::POOR_IN_OTHER, own(1, &|t| t.poor[g])),
                        (0, Question::Status, &IN_BASE, own(0, &|t| t.households_held)),
                        (1, Question::Status, &IN_OTHER, own(1, &|t| t.households_held)),
                        (0, Question::Ever, &Outcome::POOR_IN_BASE, own(0, &|t| t.ever[g])),
                        (1, Question::Ever, &Outcome::POOR_IN_OTHER, own(1, &|t| t.ever[g])),
                        (0, Question::Ever, &IN_BASE, own(0, &|t| t.at_start[g])),
                        (1, Question::Ever, &IN_OTHER, own(1, &|t| t.at_start[g])),
                    ];
                    for (world, question, outcomes, counted) in pairs {
                        if let Some(counted) = counted.filter(|_| world == 0 || same) {
                            assert_eq!(
                                of(question, outcomes),
                                counted,
                                "{replicate} {year} {group:?} {g} {question:?}"
                            );
                            held += 1;
                        }
                    }
                    if group.kind == Kind::Everybody && group.category.is_none() {
                        moved[0] += of(Question::Status, &[Outcome::Saved]);
                        moved[1] += of(Question::Status, &[Outcome::Harmed]);
                    }
                }
            }
        }
    }
    assert!(held > 1000, "{held}");
    moved
}

/// Whether the parts of a kind add up to the whole.
fn parts_add_up(arm: &Arm, counties: usize) {
    let groups = Group::all(counties);
    for cells in arm.winners.iter().flatten() {
        for category in [None, Some(Category::Lifted)] {
            let of_category: Vec<&Group> = groups.iter().filter(|group| group.category == category).collect();
            for question in Question::ALL {
                for outcome in Outcome::ALL {
                    let by_kind = |kind| {
                        let own = of_category.iter().filter(|group| group.kind == kind);
                        own.map(|group| cells.households(group, question, 0, outcome))
                            .sum::<i64>()
                    };
                    let whole = by_kind(Kind::Everybody);
                    for kind in [Kind::Fifth, Kind::Age, Kind::Remoteness, Kind::County] {
                        assert_eq!(by_kind(kind), whole, "{category:?} {kind:?} {outcome:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn margins_are_what_each_world_counts_to_the_household() {
    let arms = compared(&["baseline", "package", "cash-transfer"]);
    assert!(arms[0].winners.is_empty());
    for other in &arms[1..] {
        let [saved, harmed] = margins(&arms[0], other);
        assert!(saved > 0 && harmed > 0, "{saved} saved, {harmed} harmed");
        parts_add_up(other, arms[0].results[0].years[0].counties.len());
    }
}

#[test]
fn margins_hold_where_households_split_join_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let moving =
        "demography.merge_per_year = 0.2\ndemography.marry_out_per_year = 0.04\ndemography.split_per_year = 0.5\n";
    let told = |name: &str, more: &str| {
        let text = format!("title = \"A test\"\nsummary = \"A test.\"\nextends = \"baseline\"\n[set]\n{moving}{more}");
        file(folder.path(), name, &text).to_str().unwrap().to_owned()
    };
    // Where the price keeps fewer from a hospital, others live and die.
    let paths = [
        told("one.toml", ""),
        told("two.toml", "care_seeking.admission_price_weight = 0.2\n"),
    ];
    let arms = compared(&[&paths[0], &paths[1]]);
    margins(&arms[0], &arms[1]);
    let everybody = &Group::all(0)[0];
    let alone = |outcome| -> i64 {
        let all = arms[1].winners.iter().flatten();
        all.map(|cells| cells.households(everybody, Question::Status, 0, outcome))
            .sum()
    };
    let [base, other] = [
        [Outcome::OnlyBasePoor, Outcome::OnlyBaseNotPoor],
        [Outcome::OnlyOtherPoor, Outcome::OnlyOtherNotPoor],
    ];
    let [base, other] = [base, other].map(|both| both.into_iter().map(alone).sum::<i64>());
    assert!(base + other > 10, "{base} in the base alone, {other} in the other");
}

#[test]
fn nobody_is_saved_or_harmed_by_nothing() {
    let arms = compared(&["baseline", "baseline"]);
    assert_eq!(margins(&arms[0], &arms[1]), [0, 0]);
    // A package that begins in 2022 shares 2021 with its base.
    let arms = compared(&["baseline", "package"]);
    let everybody = &Group::all(0)[0];
    let moved = |year: usize| -> i64 {
        let cells = arms[1].winners.iter().map(|years| &years[year]);
        let both = [Outcome::Saved, Outcome::Harmed];
        cells
            .map(|cells| {
                (0..8)
                    .map(|g| sum(cells, everybody, Question::Status, g, &both))
                    .sum::<i64>()
            })
            .sum()
    };
    assert_eq!(moved(0), 0);
    assert!(moved(1) > 0);
}

#[test]
fn results_are_those_of_a_plain_run_and_do_not_depend_on_threads() {
    let names = ["baseline", "package"];
    let mut plain = arms(&names);
    study::run(&mut plain, &|_| ()).unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| compared(&names))
    };
    let (one, three) = (on(1), on(3));
    for (plain, (one, three)) in plain.iter().zip(one.iter().zip(&three)) {
        assert!(plain.winners.is_empty());
        assert!(plain.results == one.results && one.results == three.results);
        assert!(one.winners == three.winners);
    }
}

#[test]
fn controls_and_worlds_with_nothing_to_compare_take_no_roll() {
    let mut arms = arms(&["baseline", "no-illness"]);
    arms[1].control = true;
    study::compare(&mut arms, &|_| ()).unwrap();
    assert!(arms.iter().all(|arm| arm.winners.is_empty()));
    let alone = compared(&["baseline"]);
    assert!(alone[0].winners.is_empty());
}

#[test]
fn six_households_by_hand() {
    // Two gauges: the first by bit 0, the second by bit 1. Household 1 is saved by the first and harmed by the second; 2 is poor in both
    // by the first; 3 stands in the base alone, poor by the second; 4 and 5 in the other alone; 6 is never poor, and stands for
    // three; in the other world it stands in another block.
    let row = |id, weight, poor, at_start, ever| Row {
        id,
        weight,
        poor,
        at_start,
        ever,
        cell: Category::Lifted as u8,
        ..Row::default()
    };
    let base = [
        Roll(vec![
            row(1, 1, 0b01, 0b11, 0b01),
            row(2, 1, 0b01, 0b10, 0b00),
            row(3, 1, 0b10, 0b11, 0b10),
        ]),
        Roll(vec![row(6, 3, 0b00, 0b11, 0b00)]),
    ];
    let other = [Roll(vec![
        row(6, 3, 0b00, 0b11, 0b01),
        row(1, 1, 0b10, 0b11, 0b10),
        row(4, 1, 0b00, 0b11, 0b00),
        row(2, 1, 0b01, 0b10, 0b00),
        row(5, 2, 0b01, 0b00, 0b00),
    ])];
    let cells = Cells::of(&base, &other, 1);
    let groups = Group::all(1);
    let lifted = groups
        .iter()
        .find(|group| group.category == Some(Category::Lifted))
        .unwrap();
    // In the order of `Outcome::ALL`: saved, harmed, still, never, base alone poor and not, other alone poor and not.
    let found = |group: &Group, question, gauge| Outcome::ALL.map(|one| cells.households(group, question, gauge, one));
    for group in [&groups[0], lifted] {
        assert_eq!(found(group, Question::Status, 0), [1, 0, 1, 3, 0, 1, 2, 1]);
        assert_eq!(found(group, Question::Status, 1), [0, 1, 0, 4, 1, 0, 0, 3]);
        // By the first gauge, 2 was poor when reporting began and is not asked; 5 neither.
        assert_eq!(found(group, Question::Ever, 0), [1, 3, 0, 0, 0, 1, 0, 1]);
        assert_eq!(found(group, Question::Ever, 1), [0, 1, 0, 4, 1, 0, 0, 1]);
    }
    let ordinary = groups
        .iter()
        .find(|group| group.category == Some(Category::Ordinary))
        .unwrap();
    assert_eq!(found(ordinary, Question::Status, 0), [0; 8]);
}
