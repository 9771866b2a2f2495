//! A policy that does nothing, evaluated two hundred times as an evaluator would: it must be found to work about as often as
//! the level of the test says, and seem to work wonders where those in need were chosen for it.

mod common;

use common::policy;
use kangcun::draws::mix;
use kangcun::study::panel::{self, Interview, Panel};
use kangcun::study::validate::effects::Differences;
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, Normal};
use std::sync::LazyLock;

const COUNT: usize = 200;
const SMALL: [&str; 2] = ["world.people_count=1500", "run.last_year=2024"];
/// Of a normal statistic, at a level of 5%.
const CRITICAL: f64 = 1.96;

/// An outcome of a household in a year.
type Of = fn(&Interview) -> f64;

/// A difference in differences over its standard error, households drawn independently: each carries its deviations from
/// the four means from year to year.
fn estimate(panel: &Panel, [before, after]: [(i32, i32); 2], treated: &dyn Fn(&Interview) -> bool, outcome: Of) -> f64 {
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
    let effect = differences.of(treated, |one| (outcome(one), 1.0)).unwrap().difference();
    let by_hand = (mean(1, 1) - mean(1, 0)) - (mean(0, 1) - mean(0, 0));
    assert!(
        (effect - by_hand).abs() <= 1e-9 * by_hand.abs().max(1.0),
        "{effect} {by_hand}"
    );
    effect / variance.sqrt()
}

fn log_income(one: &Interview) -> f64 {
    one.income_per_head().max(1.0).ln()
}

/// Whether a household is drawn for the policy, half of them are.
fn lot(one: &Interview, world: u32) -> bool {
    mix(one.household ^ mix(u64::from(world))) & 1 == 1
}

/// What evaluators find in a world.
struct Evaluated {
    /// For each of [`OUTCOMES`], whether a policy that households are drawn for by lot is found to have an effect.
    drawn: [bool; OUTCOMES.len()],
    /// Whether one for which all the poor are chosen is found to have raised their incomes.
    chosen: bool,
    /// Whether one that is drawn among the poor is found to have an effect.
    drawn_among_poor: bool,
    /// The difference of two halves of the world in its standard error.
    halves: f64,
}

const OUTCOMES: [(&str, Of); 5] = [
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

/// All worlds, lived and evaluated once.
static WORLDS: LazyLock<Vec<Evaluated>> = LazyLock::new(|| {
    let policy = policy("baseline", &SMALL);
    let worlds = (0..COUNT as u32).into_par_iter();
    worlds
        .map(|world| evaluate(&panel::interview(&policy, world, &|| ()).unwrap(), world))
        .collect()
});

fn evaluate(panel: &Panel, world: u32) -> Evaluated {
    let drawn = |one: &Interview| lot(one, world);
    let poor = |one: &Interview| one.income_per_head() < 6000.0;
    let later = [(2021, 2022), (2023, 2024)];
    let next = [(2021, 2021), (2022, 2022)];
    let of_poor = panel.households().filter(|own| own[0].year == 2021 && poor(&own[0]));
    let among_poor = Panel {
        interviews: of_poor.flatten().cloned().collect(),
        ..Panel::default()
    };
    Evaluated {
        drawn: OUTCOMES.map(|(_, outcome)| estimate(panel, later, &drawn, outcome).abs() > CRITICAL),
        chosen: estimate(panel, next, &poor, log_income) > CRITICAL,
        drawn_among_poor: estimate(&among_poor, next, &drawn, log_income).abs() > CRITICAL,
        halves: halves(panel, &drawn),
    }
}

/// The difference of mean log incomes in 2024 between two halves of a world, in its standard error.
fn halves(panel: &Panel, half: &dyn Fn(&Interview) -> bool) -> f64 {
    let half = |one: &Interview| usize::from(half(one));
    let mut sums = [[0.0; 2]; 2];
    for one in panel.year(2024) {
        sums[half(one)][0] += f64::from(one.weight) * log_income(one);
        sums[half(one)][1] += f64::from(one.weight);
    }
    let means = sums.map(|[over, under]| over / under);
    let squares = panel.year(2024).map(|one| {
        let at = half(one);
        (f64::from(one.weight) * (log_income(one) - means[at]) / sums[at][1]).powi(2)
    });
    (means[1] - means[0]) / squares.sum::<f64>().sqrt()
}

/// In how many worlds something is found.
fn found(what: impl Fn(&Evaluated) -> bool) -> usize {
    WORLDS.iter().filter(|world| what(world)).count()
}

/// C42: rejected at a level of 5% in 1% to 10% of worlds.
#[test]
fn a_policy_that_does_nothing_is_found_to_work_once_in_twenty_times() {
    for (at, (name, _)) in OUTCOMES.iter().enumerate() {
        let rejected = found(|world| world.drawn[at]);
        assert!(
            (COUNT / 100..=COUNT / 10).contains(&rejected),
            "{name}: rejected in {rejected} of {COUNT} worlds"
        );
    }
}

/// C42, the warning in it: who was poor in one year is on average less so in the next, policy or not.
#[test]
fn those_chosen_in_a_bad_year_seem_to_gain_from_a_policy_that_does_nothing() {
    let gained = found(|world| world.chosen);
    assert!(gained > COUNT * 95 / 100, "a gain in {gained} of {COUNT} worlds");
    let rejected = found(|world| world.drawn_among_poor);
    assert!(
        (COUNT / 100..=COUNT / 10).contains(&rejected),
        "by lot among the poor: rejected in {rejected} of {COUNT} worlds"
    );
}

/// C28: two halves of a world differ as two samples do.
#[test]
fn halves_of_a_world_differ_by_what_their_standard_error_says() {
    let mut scores: Vec<f64> = WORLDS.iter().map(|world| world.halves).collect();
    scores.sort_by(f64::total_cmp);
    let (normal, each) = (Normal::standard(), 1.0 / COUNT as f64);
    let distance = scores.iter().enumerate().fold(0.0f64, |most, (at, score)| {
        let (below, expected) = (at as f64 * each, normal.cdf(*score));
        most.max(expected - below).max(below + each - expected)
    });
    // Kolmogorov and Smirnov: 1.95 over the root of the number at a probability of 0.001.
    assert!(distance < 1.95 * each.sqrt(), "{distance}");
}
