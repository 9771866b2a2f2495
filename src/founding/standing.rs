//! Who is registered and lifted, who is extremely poor, on dibao or monitored: drawn from permanent income, age and
//! illness, never from this year's luck.
//!
//! The odds that a household belongs to the lifted cohort are exp(i - s x raw permanent score), times
//! `lifted_illness_odds_ratio` with a known chronic illness, none below `lifted_lowest_yuan` of expected income; i and
//! s are found by bisection so that the cohort has `lifted_share` of people and a mean income of `lifted_mean_yuan`. A
//! household of the cohort is `lifted_oversample_ratio` times as likely to be an agent, and one outside stands for that
//! many. Extremely poor, dibao and monitored households are then drawn to their shares of people, with odds that fall
//! with permanent income and rise without a worker.

use super::drafts::{About, Draft};
use super::population::{bisect, bisect_near};
use super::rules::StandingRules;
use crate::draws::Stream;
use crate::maths;
use crate::world::Category;
use std::cell::Cell;

const BINS: usize = 128;
const REACH: f64 = 5.0;
const NODES: usize = 32;

/// People and households that share a permanent score before normalisation and whether an illness is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Group {
    /// The raw permanent score.
    pub raw: f64,
    /// Whether a member has a known chronic illness.
    pub known: bool,
    /// Agent households.
    pub households: f64,
    /// Agents.
    pub people: f64,
}

/// The chance that an agent household belongs to the cohort: odds fall with the raw permanent score.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    intercept: f64,
    slope: f64,
    illness: f64,
    oversampling: f64,
    /// Permanent score below which nobody was declared lifted.
    lowest: f64,
}

impl Selection {
    /// The chance of an agent household; a household of the cohort is `oversampling` times as likely to be an agent.
    pub fn chance(&self, raw: f64, known: bool) -> f64 {
        if raw < self.lowest {
            return 0.0;
        }
        let illness = if known { self.illness } else { 0.0 };
        let odds = self.oversampling * maths::exp((self.intercept - self.slope * raw + illness).clamp(-40.0, 40.0));
        odds / (1.0 + odds)
    }

    /// Real people per agent and the cohort's share of real people, over `groups`.
    fn share(&self, groups: &[Group]) -> f64 {
        let (mut lifted, mut all) = (0.0, 0.0);
        for group in groups {
            let chance = self.chance(group.raw, group.known);
            lifted += group.people * chance;
            all += group.people * (chance + self.oversampling * (1.0 - chance));
        }
        lifted / f64::max(all, 1e-12)
    }

    /// Mean expected income per head of the cohort when the permanent score is normalised over real households.
    fn mean_income(&self, groups: &[Group], expected: &Expected) -> f64 {
        let weigh = |group: &Group| {
            let chance = self.chance(group.raw, group.known);
            (chance, group.households * (chance + self.oversampling * (1.0 - chance)))
        };
        let weighed: Vec<(f64, f64)> = groups.iter().map(weigh).collect();
        let all: f64 = weighed.iter().map(|(_, here)| here).sum();
        let (mut below, mut people, mut income) = (0.0, 0.0, 0.0);
        for (group, (chance, here)) in groups.iter().zip(weighed) {
            let rank = ((below + 0.5 * here) / all.max(1e-12)).clamp(1e-6, 1.0 - 1e-6);
            below += here;
            people += group.people * chance;
            income += group.people * chance * expected.at(maths::normal_quantile(rank));
        }
        income / people.max(1e-12)
    }
}

/// Finds the selection whose cohort has its share of people and its mean income; `groups` ascend by raw score. It is looked
/// for near the selection `like`, if there is one.
pub fn select(rules: &StandingRules, groups: &[Group], expected: &Expected, like: Option<Selection>) -> Selection {
    let open = Selection {
        intercept: 0.0,
        slope: 0.0,
        illness: maths::ln(rules.lifted_illness_odds_ratio.max(1e-6)),
        oversampling: rules.lifted_oversample_ratio.round().max(1.0),
        // The raw score is close to standard normal, so the expected income at it serves for the bound.
        lowest: bisect(-4.0, 1.0, |score| expected.at(score) - rules.lifted_lowest_yuan),
    };
    let (slope, intercept) = like.map_or((1.0, -2.0), |like| (like.slope, like.intercept));
    // The intercept found last is a good guess of the next.
    let guess = Cell::new(intercept);
    let with = |slope: f64| {
        let with = |intercept: f64| Selection {
            intercept,
            slope,
            ..open
        };
        let missing = |intercept: f64| with(intercept).share(groups) - rules.lifted_share;
        guess.set(bisect_near(guess.get(), -15.0, 10.0, missing));
        with(guess.get())
    };
    with(bisect_near(slope, 0.0, 6.0, |slope| {
        rules.lifted_mean_yuan - with(slope).mean_income(groups, expected)
    }))
}

/// The agents in groups by raw score and known illness.
pub fn groups(raw: &[f64], rows: &[Draft]) -> Vec<Group> {
    let mut groups: Vec<Group> = (0..2 * BINS)
        .map(|at| Group {
            raw: -REACH + ((at / 2) as f64 + 0.5) * 2.0 * REACH / BINS as f64,
            known: at % 2 == 1,
            ..Group::default()
        })
        .collect();
    for (&raw, draft) in raw.iter().zip(rows) {
        let group = &mut groups[2 * bin(raw) + usize::from(draft.about.is(About::KNOWN))];
        group.households += 1.0;
        group.people += f64::from(draft.size);
    }
    groups.retain(|group| group.households > 0.0);
    groups
}

fn bin(score: f64) -> usize {
    ((score + REACH) / (2.0 * REACH) * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize
}

/// Expected income per head by normalised permanent score, over the persistent and transitory scores.
pub struct Expected {
    table: Vec<f64>,
}

impl Expected {
    /// Tabulates `per_head(score)` with a permanent part of weight `sqrt(permanent_share)`.
    pub fn new(permanent_share: f64, per_head: impl Fn(f64) -> f64) -> Expected {
        let (permanent, rest) = (permanent_share.sqrt(), (1.0 - permanent_share).max(0.0).sqrt());
        let nodes: [f64; NODES] = std::array::from_fn(|at| maths::normal_quantile((at as f64 + 0.5) / NODES as f64));
        let table = (0..=160)
            .map(|at| {
                let score = -4.0 + f64::from(at) * 0.05;
                nodes
                    .iter()
                    .map(|node| per_head(permanent * score + rest * node))
                    .sum::<f64>()
                    / NODES as f64
            })
            .collect();
        Expected { table }
    }

    /// Expected yuan per head at normalised permanent score `score`.
    pub fn at(&self, score: f64) -> f64 {
        let at = ((score + 4.0) * 20.0).clamp(0.0, 159.999);
        let (below, part) = (at as usize, at.fract());
        self.table[below] * (1.0 - part) + self.table[below + 1] * part
    }
}

/// Draws the cohort; sets `cohort`, `category` and how many real households each stands for.
pub fn draw_cohort(selection: &Selection, raw: &[f64], rows: &mut [Draft], luck: Stream) {
    let oversampling = selection.oversampling as u16;
    for (draft, &raw) in rows.iter_mut().zip(raw) {
        draft.cohort = luck.happens(draft.id, 0, selection.chance(raw, draft.about.is(About::KNOWN)));
        (draft.category, draft.weight) = if draft.cohort {
            (Category::Lifted, 1)
        } else {
            (Category::Ordinary, oversampling)
        };
    }
}

/// Real people by bin of permanent score and whether nobody of their household is of working age.
type Mass = [[f64; 2]; BINS];

/// One kind of support that is drawn for one group.
struct Lot {
    /// Share of all people.
    share: f64,
    /// Odds of a household without anybody of working age.
    no_worker_odds: f64,
}

impl Lot {
    /// The chance of every bin of a group of `mass`, so that the share of `all` people is met.
    fn chances(&self, rules: &StandingRules, mass: &Mass, all: f64) -> Mass {
        let no_worker = maths::ln(self.no_worker_odds.max(1e-6));
        let chance = |intercept: f64, bin: usize, alone: bool| {
            let score = -REACH + (bin as f64 + 0.5) * 2.0 * REACH / BINS as f64;
            let log_odds = intercept - rules.support_income_slope_ratio * score + if alone { no_worker } else { 0.0 };
            1.0 / (1.0 + maths::exp(-log_odds))
        };
        let inhabited: Vec<usize> = (0..BINS).filter(|&bin| mass[bin][0] + mass[bin][1] > 0.0).collect();
        let intercept = bisect(-20.0, 15.0, |intercept| {
            let of = |&bin: &usize| {
                mass[bin][0] * chance(intercept, bin, false) + mass[bin][1] * chance(intercept, bin, true)
            };
            inhabited.iter().map(of).sum::<f64>() - self.share * all
        });
        std::array::from_fn(|bin| [false, true].map(|alone| chance(intercept, bin, alone)))
    }
}

/// Draws who is extremely poor, then who is on dibao, then who is monitored, inside and outside the cohort.
pub fn draw_support(rules: &StandingRules, rows: &mut [Draft], luck: Stream) {
    let assisted = rules.tekun_share + rules.dibao_share;
    let inside = rules.lifted_share * rules.cohort_assisted_share;
    let outside = (assisted - inside).max(0.0);
    let tekun = rules.tekun_share / assisted.max(1e-12);
    let lot = |share: f64, no_worker_odds: f64| Lot { share, no_worker_odds };
    // (category, the lots inside and outside the cohort, draw)
    let rounds = [
        (
            Category::Tekun,
            [inside * tekun, outside * tekun].map(|share| lot(share, rules.tekun_no_worker_odds_ratio)),
            1,
        ),
        (
            Category::Dibao,
            [inside, outside].map(|part| lot(part * (1.0 - tekun), rules.no_worker_odds_ratio)),
            2,
        ),
        (
            Category::Monitored,
            [0.0, rules.monitored_share].map(|share| lot(share, 1.0)),
            3,
        ),
    ];
    let place = |draft: &Draft| {
        (
            bin(f64::from(draft.permanent)),
            usize::from(!draft.about.is(About::PRIME)),
        )
    };
    // What is still open inside and outside the cohort.
    let mut open: [Mass; 2] = [[[0.0; 2]; BINS]; 2];
    for draft in rows.iter() {
        let (bin, alone) = place(draft);
        open[usize::from(!draft.cohort)][bin][alone] += draft.people();
    }
    let all: f64 = open.iter().flatten().flatten().sum();
    for (category, lots, index) in rounds {
        let mut chances = [[[0.0; 2]; BINS]; 2];
        for ((lot, mass), chances) in lots.iter().zip(&open).zip(&mut chances) {
            if lot.share > 0.0 {
                *chances = lot.chances(rules, mass, all);
            }
        }
        for draft in rows.iter_mut() {
            let group = match draft.category {
                Category::Lifted => 0,
                Category::Ordinary => 1,
                _ => continue,
            };
            let (bin, alone) = place(draft);
            if luck.happens(draft.id, index, chances[group][bin][alone]) {
                draft.category = category;
                open[group][bin][alone] -= draft.people();
            }
        }
    }
}
