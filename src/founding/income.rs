//! What households earn: permanent, persistent and transitory income, migrants, the sources of income.
//!
//! The raw permanent score of a household is the county's shift (the log of its `income_ratio` in standard deviations
//! of permanent income) less `size_permanent_sd` x the standardised household size, plus normal luck that makes the
//! variance 1; it is then ranked to an exactly standard normal score over all real households. Persistent and
//! transitory scores are standard normal draws. The income curve is corrected in a few rounds until the founded fifths
//! have the published means. The mix of sources of a fifth is raked to the published totals, then moved by the odds of
//! households without earner or farmer or with elders.

use super::drafts::{About, Draft, Drafts};
use super::rules::{FoundingRules, IncomeRules, WorldRules};
use crate::draws::Stream;
use crate::maths;
use crate::population::MOST_PEOPLE;
use crate::world::{IncomeCurve, Probabilities};

/// The income score of a household: the standard normal mixture of its permanent, persistent and transitory scores, with
/// the weights of [`IncomeRules::weights`].
#[inline]
pub fn score(weights: &[f64; 3], permanent: f32, persistent: f32, transitory: f32) -> f64 {
    weights[0] * f64::from(permanent) + weights[1] * f64::from(persistent) + weights[2] * f64::from(transitory)
}

/// The five published means of the rules.
pub fn quintile_means(rules: &IncomeRules) -> [f64; 5] {
    std::array::from_fn(|fifth| rules.quintile_mean_yuan.get(fifth).copied().unwrap_or(0.0))
}

/// How much higher each county's permanent score is: its relative income in standard deviations of permanent income.
pub fn county_shifts(world: &WorldRules, rules: &IncomeRules, curve: &IncomeCurve, people: &[f64]) -> Vec<f64> {
    let spread = maths::ln(curve.per_head(1.0) / curve.per_head(-1.0)) / 2.0 * rules.permanent_share.sqrt();
    let logs: Vec<f64> = world
        .counties
        .values()
        .map(|county| maths::ln(county.income_ratio.max(0.01)))
        .collect();
    let mean: f64 = logs.iter().zip(people).map(|(log, part)| log * part).sum();
    logs.iter().map(|log| (log - mean) / spread.max(1e-6)).collect()
}

/// What is left of a variance of 1 for luck among households alike, as a standard deviation.
pub fn noise_sd(rules: &IncomeRules, shifts: &[f64], people: &[f64]) -> f64 {
    let between: f64 = shifts
        .iter()
        .zip(people)
        .map(|(shift, part)| shift * shift * part)
        .sum();
    (1.0 - between - rules.size_permanent_sd * rules.size_permanent_sd)
        .max(0.05)
        .sqrt()
}

/// Draws the raw permanent score (lower in larger households and poorer counties), which is given back, and the other two.
pub fn draw_scores(rules: &IncomeRules, shifts: &[f64], people: &[f64], drafts: &mut Drafts, luck: Stream) -> Vec<f64> {
    let rows = &mut drafts.rows;
    let households = rows.len().max(1) as f64;
    let mean = rows.iter().map(|draft| u64::from(draft.size)).sum::<u64>() as f64 / households;
    let squares: [f64; MOST_PEOPLE + 1] = std::array::from_fn(|size| (size as f64 - mean).powi(2));
    let square = rows.iter().map(|draft| squares[usize::from(draft.size)]).sum::<f64>();
    let size_sd = (square / households).sqrt().max(1e-6);
    let noise = noise_sd(rules, shifts, people);
    let mut raw = Vec::with_capacity(rows.len());
    for (range, shift) in drafts.counties.iter().zip(shifts) {
        let level: [f64; MOST_PEOPLE + 1] =
            std::array::from_fn(|size| shift - rules.size_permanent_sd * ((size as f64 - mean) / size_sd));
        for draft in &mut rows[range.clone()] {
            raw.push(level[usize::from(draft.size)] + noise * luck.normal(draft.id, 0));
            draft.persistent = luck.normal(draft.id, 1) as f32;
            draft.transitory = luck.normal(draft.id, 2) as f32;
        }
    }
    raw
}

/// Turns raw scores into exactly standard normal ones over all real households (weights are known by now).
pub fn normalise(raw: &[f64], rows: &mut [Draft]) {
    // Ascending order as one integer each: the score in steps of 2^-28 above the row's number.
    let key = |(at, raw): (usize, &f64)| {
        ((((raw + 8.0) * 268_435_456.0).clamp(0.0, 4_294_967_295.0) as u64) << 32) | at as u64
    };
    let mut order: Vec<u64> = raw.iter().enumerate().map(key).collect();
    order.sort_unstable();
    let all: f64 = rows.iter().map(|draft| f64::from(draft.weight)).sum();
    let mut below = 0.0;
    for key in order {
        let draft = &mut rows[(key & 0xffff_ffff) as usize];
        let here = f64::from(draft.weight);
        draft.permanent = maths::normal_quantile((below + 0.5 * here) / all) as f32;
        below += here;
    }
}

const BINS: usize = 4096;

/// The income curve whose realised quintile means (households ranked by income per head, means over people) are the
/// published ones: a few fixed-point corrections of the means handed to the curve. A handful of households has no fifths
/// to speak of, and gets the published curve as it is.
pub fn fit_curve(rules: &IncomeRules, rows: &[Draft]) -> IncomeCurve {
    const HANDFUL: usize = 50;
    let published = quintile_means(rules);
    if rows.len() < HANDFUL {
        return IncomeCurve::from_quintile_means(published, rules.lowest_yuan);
    }
    let weights = rules.weights();
    let mut bins = vec![(0.0f64, 0.0f64, 0.0f64); BINS];
    for draft in rows {
        let score = score(&weights, draft.permanent, draft.persistent, draft.transitory);
        let bin = &mut bins[((score + 4.0) / 8.0 * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize];
        let people = draft.people();
        bin.0 += f64::from(draft.weight);
        bin.1 += people;
        bin.2 += people * score;
    }
    bins.retain(|bin| bin.0 > 0.0);
    for bin in &mut bins {
        bin.2 /= bin.1;
    }
    let mut means = published;
    let probabilities = Probabilities::new();
    for _ in 0..6 {
        let curve = IncomeCurve::through(&probabilities, means, rules.lowest_yuan);
        let realised = quintiles(bins.iter().map(|bin| (bin.0, bin.1, bin.1 * curve.per_head(bin.2))));
        for fifth in 0..5 {
            means[fifth] *= published[fifth] / realised[fifth].max(1.0);
        }
    }
    IncomeCurve::through(&probabilities, means, rules.lowest_yuan)
}

/// Income per head in each fifth of households, from (households, people, income) in ascending order of income.
pub fn quintiles(rows: impl Iterator<Item = (f64, f64, f64)> + Clone) -> [f64; 5] {
    let all: f64 = rows.clone().map(|row| row.0).sum();
    let mut sums = [(0.0, 0.0); 5];
    let mut below = 0.0;
    for (households, people, income) in rows {
        let mut open = households;
        while open > 1e-9 * households {
            let fifth = ((below / all * 5.0 + 1e-9) as usize).min(4);
            let room = if fifth == 4 {
                f64::INFINITY
            } else {
                (fifth + 1) as f64 * all / 5.0 - below
            };
            let part = open.min(room.max(1e-6 * all));
            sums[fifth].0 += people * part / households;
            sums[fifth].1 += income * part / households;
            below += part;
            open -= part;
        }
    }
    sums.map(|(people, income)| income / f64::max(people, 1e-12))
}

/// Draws absent migrants; their number per resident is set by the rules, their chance by the kind of household.
pub fn draw_migrants(rules: &FoundingRules, rows: &mut [Draft], luck: Stream) {
    const MOST: u64 = 3;
    let likelihood = |about: About| {
        if about.is(About::LEFT_BEHIND) {
            rules.work.left_behind_migrant_ratio
        } else {
            1.0
        }
    };
    let (mut people, mut chances) = (0.0, 0.0);
    for draft in rows.iter() {
        people += draft.people();
        chances += likelihood(draft.about) * f64::from(draft.weight);
    }
    let base = rules.work.migrants_per_resident_ratio * people / (MOST as f64 * f64::max(chances, 1e-9));
    for draft in rows {
        let chance = (base * likelihood(draft.about)).min(0.95);
        draft.migrants = (0..MOST).map(|at| u8::from(luck.happens(draft.id, at, chance))).sum();
    }
}

/// Share of the wage income that `migrants` send where `wage_workers` work nearby.
pub fn remitted_share(rules: &FoundingRules, migrants: u8, wage_workers: u8) -> f32 {
    let sent = f64::from(migrants) * rules.work.remittance_wage_ratio;
    let all = sent + f64::from(wage_workers);
    if all > 0.0 { (sent / all) as f32 } else { 0.0 }
}

/// How many different mixes of income sources there are: by fifth of permanent income, who earns, farms and is old.
pub const MIXES: usize = 40;

/// Sets which mix of sources a household has and gives the mixes: the shares of the fifth of permanent income, moved by
/// who works, farms and is old, and raked until all income together comes from each source as published.
pub fn set_sources(rules: &IncomeRules, curve: &IncomeCurve, rows: &mut [Draft]) -> [[f32; 4]; MIXES] {
    let mut income = [0.0; MIXES];
    let weights = rules.weights();
    let fifths = fifths();
    for draft in rows {
        let about = draft.about;
        let fifth: usize = fifths.iter().map(|&from| usize::from(draft.permanent >= from)).sum();
        let earns = about.wage_workers() > 0 || draft.migrants > 0;
        let mix = fifth * 8
            + usize::from(earns) * 4
            + usize::from(about.is(About::FARMS)) * 2
            + usize::from(about.is(About::ELDER));
        draft.mix = mix as u8;
        let score = score(&weights, draft.permanent, draft.persistent, draft.transitory);
        income[mix] += draft.people() * curve.per_head(score);
    }
    let by_source = [
        &rules.wage_quintile_share,
        &rules.farm_quintile_share,
        &rules.property_quintile_share,
        &rules.transfer_quintile_share,
    ];
    let mut mixes = [[0.0; 4]; MIXES];
    for (cell, mix) in mixes.iter_mut().enumerate() {
        for (source, part) in mix.iter_mut().enumerate() {
            let odds = match source {
                0 if cell & 4 == 0 => rules.no_earner_wage_ratio,
                1 if cell & 2 == 0 => rules.no_farmer_farm_ratio,
                3 if cell & 1 == 1 => rules.elder_transfer_ratio,
                _ => 1.0,
            };
            *part = by_source[source].get(cell / 8).copied().unwrap_or(0.0) * odds;
        }
    }
    let all: f64 = income.iter().sum();
    for _ in 0..40 {
        to_shares(&mut mixes);
        for source in 0..4 {
            let now: f64 = mixes
                .iter()
                .zip(income)
                .map(|(mix, income)| mix[source] * income)
                .sum::<f64>()
                / all.max(1e-9);
            let wanted = rules.source_share.get(source).copied().unwrap_or(0.0);
            for mix in &mut mixes {
                mix[source] *= wanted / now.max(1e-12);
            }
        }
    }
    to_shares(&mut mixes);
    mixes.map(|mix| mix.map(|part| part as f32))
}

fn to_shares(mixes: &mut [[f64; 4]]) {
    for mix in mixes {
        let sum: f64 = mix.iter().sum();
        for part in mix.iter_mut() {
            *part /= sum.max(1e-12);
        }
    }
}

/// The lowest scores of the second to the fifth fifth of a standard normal score.
fn fifths() -> [f32; 4] {
    std::array::from_fn(|at| {
        let inside = |score: f32| (maths::normal_cdf(f64::from(score)) * 5.0) as usize > at;
        // Halvings down to neighbouring numbers.
        let (mut below, mut from) = (-8.0f32, 8.0f32);
        loop {
            let middle = f32::midpoint(below, from);
            if middle <= below || middle >= from {
                return from;
            }
            if inside(middle) {
                from = middle;
            } else {
                below = middle;
            }
        }
    })
}
