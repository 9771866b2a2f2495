//! Raking: weights as near as can be to the given ones whose margins are the given shares.
//!
//! Of all weights that meet the margins, the ones with the least relative entropy to the given weights are sought. Each
//! step makes the share of one cell exact by multiplying the weight of a household with `exp(lambda x c)`, where `c` is what
//! it has in the cell less what it should have; rounds over all cells lead to the solution (Bregman 1967). For margins of
//! households a step is that of iterative proportional fitting (Deming and Stephan 1940); a margin of people counts every
//! member, and a household keeps one weight for all of them (Deville, Särndal and Sautory 1993).

use super::map::RakeSettings;
use super::margin::Margin;
use crate::maths;
use crate::population::{HouseholdRecord, Raking};
use crate::problem::{Problem, Problems};

/// A cell of a margin over all households.
struct Cell {
    name: String,
    /// What each household has in the cell less its share of the household.
    over: Vec<f64>,
    /// What each household has in the whole margin: its members, or 1.
    all: Vec<f64>,
}

impl Cell {
    /// What the cell holds beyond its share, as a part of the whole margin.
    fn deviation(&self, weights: &[f64]) -> f64 {
        let sum = |of: &[f64]| of.iter().zip(weights).map(|(own, weight)| own * weight).sum::<f64>();
        sum(&self.over) / sum(&self.all).max(1e-300)
    }

    /// Makes the cell exact.
    fn adjust(&self, weights: &mut [f64]) {
        let lambda = self.root(weights);
        for (weight, over) in weights.iter_mut().zip(&self.over) {
            *weight *= maths::exp(lambda * over);
        }
    }

    /// The root of the increasing function sum w c exp(lambda c): Newton's steps, halvings where they lead outside.
    fn root(&self, weights: &[f64]) -> f64 {
        const REACH: f64 = 30.0;
        let (mut low, mut high, mut at) = (-REACH, REACH, 0.0);
        for _ in 0..100 {
            let (mut value, mut slope) = (0.0, 0.0);
            for (weight, over) in weights.iter().zip(&self.over) {
                let part = weight * over * maths::exp(at * over);
                value += part;
                slope += part * over;
            }
            if value > 0.0 {
                high = at;
            } else {
                low = at;
            }
            let step = value / slope.max(1e-300);
            let next = at - step;
            at = if low < next && next < high {
                next
            } else {
                f64::midpoint(low, high)
            };
            if step.abs() < 1e-14 || high - low < 1e-14 {
                break;
            }
        }
        at
    }
}

/// Rakes the weights of `households` and says how far that went. Their sum stays, but for what a bound cuts off.
///
/// # Errors
/// When a margin does not hold everybody once, or a cell holds nobody.
pub fn rake(households: &mut [HouseholdRecord], settings: &RakeSettings) -> Result<Raking, Problems> {
    let cells = cells(households, &settings.margins)?;
    let given: Vec<f64> = households.iter().map(|household| household.weight).collect();
    let sum: f64 = given.iter().sum();
    let mut weights = given.clone();
    let mut raking = Raking::default();
    while raking.rounds < settings.rounds && !raking.converged {
        raking.rounds += 1;
        for cell in &cells {
            cell.adjust(&mut weights);
        }
        raking.trimmed = settle(&mut weights, &given, sum, settings.trim_ratio);
        let worst = cells
            .iter()
            .map(|cell| (100.0 * cell.deviation(&weights).abs(), cell))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((points, cell)) = worst {
            raking.largest_deviation_points = points;
            raking.largest_deviation_cell.clone_from(&cell.name);
        }
        raking.converged = raking.largest_deviation_points <= settings.tolerance_points;
    }
    for (household, weight) in households.iter_mut().zip(weights) {
        household.weight = weight;
    }
    Ok(raking)
}

/// Brings weights back to their sum and holds them within `trim_ratio` of the given ones; how many were held.
fn settle(weights: &mut [f64], given: &[f64], sum: f64, trim_ratio: Option<f64>) -> usize {
    let scale = sum / weights.iter().sum::<f64>().max(1e-300);
    let mut held = 0;
    for (weight, given) in weights.iter_mut().zip(given) {
        *weight *= scale;
        if let Some(ratio) = trim_ratio {
            let within = weight.clamp(given / ratio, given * ratio);
            held += usize::from(within != *weight);
            *weight = within;
        }
    }
    held
}

fn cells(households: &[HouseholdRecord], margins: &[Margin]) -> Result<Vec<Cell>, Problems> {
    let mut problems = Vec::new();
    let mut cells = Vec::new();
    for margin in margins {
        let counted: Vec<(Vec<f64>, usize)> = households.iter().map(|household| margin.counts(household)).collect();
        let lost: usize = counted.iter().map(|(_, lost)| lost).sum();
        let what = if margin.of_people { "people" } else { "households" };
        if lost > 0 {
            let title = format!(
                "{lost} {what} of the survey are in no cell, or in several, of `{}`",
                margin.name
            );
            let help = "cells must hold everybody once; a margin by standing needs the standing of every household";
            problems.push(
                Problem::new(title)
                    .at_if(margin.place.clone(), "this margin")
                    .help(help),
            );
            continue;
        }
        for (at, cell) in margin.cells.iter().enumerate() {
            if counted.iter().all(|(counts, _)| counts[at] == 0.0) {
                let title = format!(
                    "no {what} of the survey are in the cell `{}` of `{}`",
                    cell.name, margin.name
                );
                let help = "no weights can give them a share: join the cell with another one";
                problems.push(
                    Problem::new(title)
                        .at_if(margin.place.clone(), "this margin")
                        .help(help),
                );
            }
            let all: Vec<f64> = counted.iter().map(|(counts, _)| counts.iter().sum()).collect();
            cells.push(Cell {
                name: format!("{}: {}", margin.name, cell.name),
                over: counted
                    .iter()
                    .zip(&all)
                    .map(|((counts, _), all)| counts[at] - cell.share * all)
                    .collect(),
                all,
            });
        }
    }
    Problems::or(problems, cells)
}

/// Shares of the cells of a margin under the weights of `households`.
pub fn shares(households: &[HouseholdRecord], margin: &Margin) -> Vec<f64> {
    let mut sums = vec![0.0; margin.cells.len()];
    for household in households {
        for (sum, count) in sums.iter_mut().zip(margin.counts(household).0) {
            *sum += household.weight * count;
        }
    }
    let all: f64 = sums.iter().sum::<f64>().max(1e-300);
    sums.into_iter().map(|sum| sum / all).collect()
}

/// How much larger unequal weights make the variance of a mean (Kish 1965): 1 where all are equal.
pub fn design_effect(weights: impl Iterator<Item = f64> + Clone) -> f64 {
    let (count, sum, squares) = weights.fold((0.0, 0.0, 0.0), |(count, sum, squares), weight| {
        (count + 1.0, sum + weight, squares + weight * weight)
    });
    count * squares / f64::max(sum * sum, 1e-300)
}
