//! What households have: permanent, persistent and transitory income, its sources, savings, assets and debts.

use super::Draft;
use super::rules::{FoundingRules, IncomeRules, WorldRules};
use crate::draws::Stream;
use crate::maths;
use crate::units::Fen;
use crate::world::IncomeCurve;

/// The income score of a household: the standard normal mixture of its permanent, persistent and transitory scores.
pub fn score(rules: &IncomeRules, permanent: f32, persistent: f32, transitory: f32) -> f64 {
    rules.permanent_share.sqrt() * f64::from(permanent)
        + rules.persistent_share.sqrt() * f64::from(persistent)
        + rules.transitory_share.sqrt() * f64::from(transitory)
}

/// The five published means of the rules.
pub fn quintile_means(rules: &IncomeRules) -> [f64; 5] {
    std::array::from_fn(|fifth| rules.quintile_mean_yuan.get(fifth).copied().unwrap_or(0.0))
}

/// How much higher each county's permanent score is: its relative income in standard deviations of permanent income.
pub fn county_shifts(world: &WorldRules, rules: &IncomeRules, people: &[f64]) -> Vec<f64> {
    let curve = IncomeCurve::from_quintile_means(quintile_means(rules), rules.lowest_yuan);
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

/// Draws the raw permanent score (lower in larger households and poorer counties) and the other two scores.
pub fn draw_scores(rules: &IncomeRules, shifts: &[f64], people: &[f64], drafts: &mut [Draft], luck: Stream) {
    let households = drafts.len().max(1) as f64;
    let mean = drafts.iter().map(|draft| f64::from(draft.row.size)).sum::<f64>() / households;
    let square = drafts
        .iter()
        .map(|draft| (f64::from(draft.row.size) - mean).powi(2))
        .sum::<f64>();
    let size_sd = (square / households).sqrt().max(1e-6);
    let noise = noise_sd(rules, shifts, people);
    for draft in drafts {
        let size = (f64::from(draft.row.size) - mean) / size_sd;
        let shift = shifts[usize::from(draft.county)];
        draft.raw = shift - rules.size_permanent_sd * size + noise * luck.normal(draft.row.id, 0);
        draft.row.persistent = luck.normal(draft.row.id, 1) as f32;
        draft.row.transitory = luck.normal(draft.row.id, 2) as f32;
    }
}

/// Turns raw scores into exactly standard normal ones over all real households (weights are known by now).
pub fn normalise(drafts: &mut [Draft]) {
    // Ascending order as one integer each: the score in steps of 2^-28 above the row's number.
    let mut order: Vec<u64> = drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| ((((draft.raw + 8.0) * 268_435_456.0).clamp(0.0, 4_294_967_295.0) as u64) << 32) | at as u64)
        .collect();
    order.sort_unstable();
    let all: f64 = drafts.iter().map(|draft| f64::from(draft.row.weight)).sum();
    let mut below = 0.0;
    for key in order {
        let draft = &mut drafts[(key & 0xffff_ffff) as usize];
        let here = f64::from(draft.row.weight);
        draft.row.permanent = maths::normal_quantile((below + 0.5 * here) / all) as f32;
        below += here;
    }
}

const BINS: usize = 4096;

/// The income curve whose realised quintile means (households ranked by income per head, means over people) are the
/// published ones: a few fixed-point corrections of the means handed to the curve.
pub fn fit_curve(rules: &IncomeRules, drafts: &[Draft]) -> IncomeCurve {
    let published = quintile_means(rules);
    let mut bins = vec![(0.0f64, 0.0f64, 0.0f64); BINS];
    for draft in drafts {
        let score = score(rules, draft.row.permanent, draft.row.persistent, draft.row.transitory);
        let bin = ((score + 4.0) / 8.0 * BINS as f64).clamp(0.0, BINS as f64 - 1.0) as usize;
        bins[bin].0 += f64::from(draft.row.weight);
        bins[bin].1 += draft.people();
        bins[bin].2 += draft.people() * score;
    }
    let mut means = published;
    for _ in 0..6 {
        let curve = IncomeCurve::from_quintile_means(means, rules.lowest_yuan);
        let realised = quintiles(
            bins.iter()
                .filter(|bin| bin.0 > 0.0)
                .map(|bin| (bin.0, bin.1, bin.1 * curve.per_head(bin.2 / bin.1))),
        );
        for fifth in 0..5 {
            means[fifth] *= published[fifth] / realised[fifth].max(1.0);
        }
    }
    IncomeCurve::from_quintile_means(means, rules.lowest_yuan)
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
pub fn draw_migrants(rules: &FoundingRules, drafts: &mut [Draft], luck: Stream) {
    const MOST: u64 = 3;
    let likelihood = |draft: &Draft| {
        if draft.left_behind {
            rules.work.left_behind_migrant_ratio
        } else {
            1.0
        }
    };
    let people: f64 = drafts.iter().map(Draft::people).sum();
    let chances: f64 = drafts
        .iter()
        .map(|draft| likelihood(draft) * f64::from(draft.row.weight))
        .sum();
    let base = rules.work.migrants_per_resident_ratio * people / (MOST as f64 * chances.max(1e-9));
    for draft in drafts {
        let chance = (base * likelihood(draft)).min(0.95);
        draft.row.migrants = (0..MOST)
            .map(|at| u8::from(luck.happens(draft.row.id, at, chance)))
            .sum();
        let sent = f64::from(draft.row.migrants) * rules.work.remittance_wage_ratio;
        let all = sent + f64::from(draft.wage_workers);
        draft.row.remitted_share = if all > 0.0 { (sent / all) as f32 } else { 0.0 };
    }
}

const SOURCE_CELLS: usize = 40;

fn source_cell(draft: &Draft) -> usize {
    let fifth = ((maths::normal_cdf(f64::from(draft.row.permanent)) * 5.0) as usize).min(4);
    let earns = draft.wage_workers > 0 || draft.row.migrants > 0;
    fifth * 8 + usize::from(earns) * 4 + usize::from(draft.farmers > 0) * 2 + usize::from(draft.elder)
}

/// Sets the sources of income: the shares of the fifth of permanent income, moved by who works, farms and is old, and
/// raked until all income together comes from each source as published.
pub fn set_sources(rules: &IncomeRules, curve: &IncomeCurve, drafts: &mut [Draft]) {
    let mut income = [0.0; SOURCE_CELLS];
    for draft in drafts.iter() {
        income[source_cell(draft)] += draft.people() * per_head(rules, curve, draft);
    }
    let by_source = [
        &rules.wage_quintile_share,
        &rules.farm_quintile_share,
        &rules.property_quintile_share,
        &rules.transfer_quintile_share,
    ];
    let mut mix = [[0.0; 4]; SOURCE_CELLS];
    for (cell, mix) in mix.iter_mut().enumerate() {
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
        for mix in &mut mix {
            let sum: f64 = mix.iter().sum();
            for part in mix.iter_mut() {
                *part /= sum.max(1e-12);
            }
        }
        for source in 0..4 {
            let now: f64 = mix
                .iter()
                .zip(income)
                .map(|(mix, income)| mix[source] * income)
                .sum::<f64>()
                / all.max(1e-9);
            let wanted = rules.source_share.get(source).copied().unwrap_or(0.0);
            for mix in &mut mix {
                mix[source] *= wanted / now.max(1e-12);
            }
        }
    }
    for mix in &mut mix {
        let sum: f64 = mix.iter().sum();
        for part in mix.iter_mut() {
            *part /= sum.max(1e-12);
        }
    }
    for draft in drafts {
        draft.row.source_share = mix[source_cell(draft)].map(|part| part as f32);
        // Money that migrants send is part of the wage income, so nothing is sent where there is no wage income.
        if draft.row.source_share[0] <= 0.0 {
            draft.row.remitted_share = 0.0;
        }
    }
}

/// This year's income per head of a household in yuan.
pub fn per_head(rules: &IncomeRules, curve: &IncomeCurve, draft: &Draft) -> f64 {
    curve.per_head(score(
        rules,
        draft.row.permanent,
        draft.row.persistent,
        draft.row.transitory,
    ))
}

/// Draws savings, productive assets and debts from permanent income.
pub fn draw_purse(rules: &FoundingRules, curve: &IncomeCurve, drafts: &mut [Draft], luck: Stream) {
    let purse = &rules.purse;
    let third = |of: &[f64], at: usize| of.get(at).copied().unwrap_or(0.0);
    let lognormal = |who: u64, index: u64, sd: f64| maths::exp(sd * luck.normal(who, index) - 0.5 * sd * sd);
    // The level is set by the median of savings: income is measured against its geometric mean over households.
    let income_of = |draft: &Draft| curve.per_head(f64::from(draft.row.permanent)) * f64::from(draft.row.size);
    let (mut logs, mut weights) = (0.0, 0.0);
    for draft in drafts.iter() {
        let weight = f64::from(draft.row.weight);
        logs += weight * maths::ln(income_of(draft).max(1.0));
        weights += weight;
    }
    let middle = maths::exp(logs / f64::max(weights, 1e-12));
    for draft in drafts {
        let who = draft.row.id;
        let permanent = f64::from(draft.row.permanent);
        let income = income_of(draft).max(1.0);
        let savings = purse.savings_median_yuan
            * maths::exp(
                purse.savings_income_elasticity_ratio * maths::ln(income / middle)
                    + purse.savings_log_sd * luck.normal(who, 0),
            );
        draft.row.savings = Fen::yuan(savings);
        let farm = income * f64::from(draft.row.source_share[1]);
        draft.row.assets = Fen::yuan(purse.assets_farm_income_ratio * farm * lognormal(who, 1, purse.assets_log_sd));
        draft.row.founding_assets = draft.row.assets;
        let at = if permanent < -0.4307 {
            0
        } else {
            1 + usize::from(permanent > 0.4307)
        };
        if luck.happens(who, 2, third(&purse.medical_debt_share, at)) {
            let ratio = third(&purse.medical_debt_income_ratio, at);
            draft.row.medical_debt = Fen::yuan(ratio * income * lognormal(who, 3, purse.debt_log_sd));
        }
        if luck.happens(who, 4, purse.other_debt_share) {
            let debt = purse.other_debt_income_ratio * income * lognormal(who, 5, purse.debt_log_sd);
            draft.row.other_debt = Fen::yuan(debt);
        }
    }
}
