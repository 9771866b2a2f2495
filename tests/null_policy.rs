//! A policy that does nothing, evaluated two hundred times as an evaluator would: it must be found to work about as often as
//! the level of the test says, and seem to work wonders where those in need were chosen for it.

mod common;

use common::policy;
use kangcun::draws::mix;
use kangcun::study::panel::{self, Interview, Panel};
use kangcun::study::validate::effects::Differences;
use rayon::prelude::*;

const WORLDS: u32 = 200;
const SMALL: [&str; 2] = ["world.people_count=1500", "run.last_year=2024"];
/// Of a normal statistic, at a level of 5%.
const CRITICAL: f64 = 1.96;

/// An outcome of a household in a year.
type Of = fn(&Interview) -> f64;

/// A difference in differences with its standard error, households drawn independently: each carries its deviations from
/// the four means from year to year.
fn estimate(
    panel: &Panel,
    [before, after]: [(i32, i32); 2],
    treated: &dyn Fn(&Interview) -> bool,
    outcome: Of,
) -> Option<(f64, f64)> {
    let span = |one: &Interview| {
        [before, after]
            .iter()
            .position(|&(from, to)| (from..=to).contains(&one.year))
    };
    let mut sums = [[[0.0; 2]; 2]; 2];
    let each = |household: &[Interview], note: &mut dyn FnMut(usize, usize, f64, f64)| {
        let group = usize::from(treated(&household[0]));
        for one in household {
            if let Some(when) = span(one) {
                note(group, when, f64::from(one.weight), outcome(one));
            }
        }
    };
    for household in panel.households() {
        each(household, &mut |group, when, weight, value| {
            sums[group][when][0] += weight * value;
            sums[group][when][1] += weight;
        });
    }
    let mean = |group: usize, when: usize| sums[group][when][0] / sums[group][when][1];
    let (mut squares, mut households) = ([0.0; 2], [0.0; 2]);
    for household in panel.households() {
        let (mut own, mut of) = (0.0, None);
        each(household, &mut |group, when, weight, value| {
            let share = weight * (value - mean(group, when)) / sums[group][when][1];
            own += if when == 1 { share } else { -share };
            of = Some(group);
        });
        if let Some(group) = of {
            squares[group] += own * own;
            households[group] += 1.0;
        }
    }
    let variance: f64 = (0..2)
        .map(|group| squares[group] * households[group] / (households[group] - 1.0))
        .sum();
    let differences = Differences { panel, before, after };
    let effect = differences.of(treated, |one| (outcome(one), 1.0))?.difference();
    let by_hand = (mean(1, 1) - mean(1, 0)) - (mean(0, 1) - mean(0, 0));
    assert!(
        (effect - by_hand).abs() <= 1e-9 * by_hand.abs().max(1.0),
        "{effect} {by_hand}"
    );
    Some((effect, variance.sqrt()))
}

fn panels<T: Send>(look: impl Fn(&Panel, u32) -> T + Sync) -> Vec<T> {
    let policy = policy("baseline", &SMALL);
    let worlds = (0..WORLDS).into_par_iter();
    worlds
        .map(|world| look(&panel::interview(&policy, world, &|| ()).unwrap(), world))
        .collect()
}

fn log_income(one: &Interview) -> f64 {
    one.income_per_head().max(1.0).ln()
}

/// Whether a household is drawn for the policy, half of them are.
fn lot(one: &Interview, world: u32) -> bool {
    mix(one.household ^ mix(u64::from(world))) & 1 == 1
}

/// C42.
#[test]
fn a_policy_that_does_nothing_is_found_to_work_once_in_twenty_times() {
    let outcomes: [(&str, Of); 5] = [
        ("log of income per head", log_income),
        ("log of out-of-pocket spending", |one| (1.0 + one.oop).ln()),
        ("catastrophic spending", |one| {
            f64::from(u8::from(one.oop > 0.1 * one.budget()))
        }),
        ("consumption below 6,080 yuan", |one| {
            f64::from(u8::from(one.consumed < 6080.0 * f64::from(one.size)))
        }),
        ("admissions", |one| f64::from(one.care.admissions)),
    ];
    let rejected = panels(|panel, world| {
        outcomes.map(|(_, outcome)| {
            let (effect, se) = estimate(panel, [(2021, 2022), (2023, 2024)], &|one| lot(one, world), outcome).unwrap();
            effect.abs() > CRITICAL * se
        })
    });
    for (at, (name, _)) in outcomes.iter().enumerate() {
        let count = rejected.iter().filter(|own| own[at]).count();
        println!("{name}: {count} of {WORLDS}");
        assert!(
            (2..=20).contains(&count),
            "{name}: rejected in {count} of {WORLDS} worlds"
        );
    }
}

/// C42, the warning in it.
#[test]
fn those_chosen_in_a_bad_year_seem_to_gain_from_a_policy_that_does_nothing() {
    let spans = [(2021, 2021), (2022, 2022)];
    let poor = |one: &Interview| one.income_per_head() < 6000.0;
    let found = panels(|panel, world| {
        // All the poor of 2021 beside all others.
        let (naive, naive_se) = estimate(panel, spans, &poor, log_income).unwrap();
        // By lot among the poor of 2021.
        let of_poor = panel.households().filter(|own| own[0].year == 2021 && poor(&own[0]));
        let among_poor = Panel {
            interviews: of_poor.flatten().cloned().collect(),
            ..Panel::default()
        };
        let (drawn, drawn_se) = estimate(&among_poor, spans, &|one| lot(one, world), log_income).unwrap();
        (naive > CRITICAL * naive_se, drawn.abs() > CRITICAL * drawn_se)
    });
    let naive = found.iter().filter(|own| own.0).count();
    let drawn = found.iter().filter(|own| own.1).count();
    println!("{naive} and {drawn} of {WORLDS}");
    assert!(naive >= 195, "a gain in {naive} of {WORLDS} worlds");
    assert!((2..=20).contains(&drawn), "rejected in {drawn} of {WORLDS} worlds");
}
