//! What moving one axis alone does: on a grid by pairs of runs with the same luck, between scattered points by the surface.

use super::axes::Axis;
use super::grid::Grid;
use super::surface::{Design, Fit};
use super::tables::Tables;
use crate::problem::Problem;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::BTreeMap;

/// What an output does as an axis goes from one level to another, the other axes averaged or in the middle.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Effect {
    /// The place of the output.
    pub output: usize,
    /// The place of the axis.
    pub axis: usize,
    /// From this number, or number of a name.
    pub from: f64,
    /// To this.
    pub to: f64,
    pub mean: f64,
    /// The ends of its 95% interval; none of one run.
    pub ends: Option<[f64; 2]>,
}

/// The quantile of Student's t below which 97.5% lie.
pub(super) fn student(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::NAN, |t| t.inverse_cdf(0.975))
}

/// The steps that are asked of an axis, each with narrower ones for where runs are missing: from its least to its greatest number,
/// or from its first name to each other.
fn steps(axis: &Axis) -> Vec<Vec<(usize, usize)>> {
    let count = axis.count();
    if !axis.is_number() {
        return (1..count).map(|level| vec![(0, level)]).collect();
    }
    let mut all: Vec<(usize, usize)> = (0..count)
        .flat_map(|from| (from + 1..count).map(move |to| (from, to)))
        .collect();
    all.sort_by_key(|(from, to)| (count + from - to, *from));
    Vec::from_iter((!all.is_empty()).then_some(all))
}

fn level(axis: &Axis, at: usize) -> f64 {
    axis.numbers.as_ref().map_or(at as f64, |numbers| numbers[at])
}

/// Runs with one luck: by point and output.
type Lucky = Vec<Vec<Option<f64>>>;

/// The runs of everybody or the foremost group, all years and counties together, by draw and luck.
fn runs(tables: &Tables) -> Result<BTreeMap<(u64, u64, u64), Lucky>, Problem> {
    let sheet = tables.results()?;
    let header = sheet.header()?;
    let [point, draw, seed, replicate, status, year, county, category] = sheet.places([
        "point",
        "draw",
        "seed",
        "replicate",
        "status",
        "year",
        "county",
        "category",
    ])?;
    let mut outputs = Vec::new();
    for output in &tables.outputs {
        let found = header.iter().position(|own| *own == output.column);
        outputs
            .push(found.ok_or_else(|| Problem::new(format!("the table of runs has no column `{}`", output.column)))?);
    }
    let foremost = tables.categories.first().map_or("all", String::as_str);
    let mut runs: BTreeMap<(u64, u64, u64), Lucky> = BTreeMap::new();
    sheet.rows(|record, line| {
        let is = |at: usize, wanted: &str| record.get(at) == Some(wanted);
        if !(is(status, "ok") && is(year, "all") && is(county, "all") && is(category, foremost)) {
            return Ok(());
        }
        let number = |at: usize, name: &str| sheet.number(record.get(at).unwrap_or_default(), name, line);
        let whole = |at: usize, name: &str| Ok::<u64, Problem>(number(at, name)?.unwrap_or_default() as u64);
        let Ok(point) = tables.numbers.binary_search(&(whole(point, "point")? as usize)) else {
            return Ok(());
        };
        let luck = (
            whole(draw, "draw")?,
            whole(seed, "seed")?,
            whole(replicate, "replicate")?,
        );
        let count = tables.numbers.len();
        let own = runs.entry(luck).or_insert_with(|| vec![Vec::new(); count]);
        own[point] = outputs
            .iter()
            .map(|&at| number(at, "a value"))
            .collect::<Result<_, _>>()?;
        Ok(())
    })?;
    Ok(runs)
}

/// The effects on a grid: the mean difference of pairs of points that differ on the axis alone, lived with the same luck.
///
/// # Errors
/// When the table of runs is ill-formed or not what was collected.
pub(super) fn on_grid(tables: &Tables, grid: &Grid) -> Result<Vec<Effect>, Problem> {
    let runs = runs(tables)?;
    let mut effects = Vec::new();
    for output in 0..tables.outputs.len() {
        for (place, axis) in tables.axes.iter().enumerate() {
            for step in steps(axis) {
                let found = step.into_iter().find_map(|(from, to)| {
                    let by_draw = paired(&runs, output, &grid.pairs(place, from, to));
                    (!by_draw.is_empty()).then_some((from, to, by_draw))
                });
                let Some((from, to, by_draw)) = found else { continue };
                let (mean, ends) = together(&by_draw);
                effects.push(Effect {
                    output,
                    axis: place,
                    from: level(axis, from),
                    to: level(axis, to),
                    mean,
                    ends,
                });
            }
        }
    }
    Ok(effects)
}

/// The mean differences of pairs of points, by draw one a luck.
fn paired(runs: &BTreeMap<(u64, u64, u64), Lucky>, output: usize, pairs: &[(usize, usize)]) -> Vec<Vec<f64>> {
    let mut by_draw: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for ((draw, ..), own) in runs {
        let value = |point: usize| own[point].get(output).copied().flatten();
        let differences: Vec<f64> = pairs
            .iter()
            .filter_map(|&(from, to)| Some(value(to)? - value(from)?))
            .collect();
        if !differences.is_empty() {
            by_draw.entry(*draw).or_default().push(mean(&differences));
        }
    }
    by_draw.into_values().collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean and interval: of one draw by Student's t, of several the middle 95% of their means.
fn together(draws: &[Vec<f64>]) -> (f64, Option<[f64; 2]>) {
    if let [only] = draws {
        let (middle, count) = (mean(only), only.len());
        if count < 2 {
            return (middle, None);
        }
        let squares: f64 = only.iter().map(|value| (value - middle).powi(2)).sum();
        let half = student(count - 1) * (squares / (count - 1) as f64 / count as f64).sqrt();
        return (middle, Some([middle - half, middle + half]));
    }
    let mut means: Vec<f64> = draws.iter().map(|own| mean(own)).collect();
    let middle = mean(&means);
    means.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = share * (means.len() - 1) as f64;
        let low = place.floor() as usize;
        let high = (low + 1).min(means.len() - 1);
        means[low] + place.fract() * (means[high] - means[low])
    };
    (middle, Some([quantile(0.025), quantile(0.975)]))
}

/// Lucks below which the spread over them says too little.
const FEW_LUCKS: usize = 4;

/// The effects on a surface, with the interval of the surface itself, or, where each point was lived with several lucks, that of
/// the surfaces of each luck.
///
/// # Errors
/// When the table of runs is ill-formed or not what was collected.
pub(super) fn by_luck(tables: &Tables, surfaces: &[(usize, Design, Fit)]) -> Result<(Vec<Effect>, bool), Problem> {
    let runs = runs(tables)?;
    let is_lucky = runs.len() >= FEW_LUCKS;
    let mut effects = Vec::new();
    for (output, design, fit) in surfaces {
        let mut own = on_surface(&tables.axes, *output, design, fit);
        if is_lucky {
            // Those points that the surface was fitted at.
            let total = tables.years.len().saturating_sub(1);
            let there: Vec<usize> = tables.cells.get(&[*output, 0, 0, total]).map_or(Vec::new(), |cells| {
                (0..cells.len()).filter(|&point| cells[point].is_some()).collect()
            });
            let mut by_draw: BTreeMap<u64, Vec<Vec<f64>>> = BTreeMap::new();
            for ((draw, ..), points) in &runs {
                let values: Option<Vec<f64>> = there
                    .iter()
                    .map(|&point| points[point].get(*output).copied().flatten())
                    .collect();
                if let Some(values) = values {
                    let fit = design.fit(&values);
                    let told = on_surface(&tables.axes, *output, design, &fit);
                    by_draw
                        .entry(*draw)
                        .or_default()
                        .push(told.iter().map(|effect| effect.mean).collect());
                }
            }
            let lucks: usize = by_draw.values().map(Vec::len).sum();
            for (at, effect) in own.iter_mut().enumerate().filter(|_| lucks >= FEW_LUCKS) {
                let each: Vec<Vec<f64>> = by_draw
                    .values()
                    .map(|draw| draw.iter().map(|means| means[at]).collect())
                    .collect();
                effect.ends = together(&each).1;
            }
        }
        effects.append(&mut own);
    }
    Ok((effects, is_lucky))
}

/// The effects that a surface has on one output: the other axes of numbers in the middle, names averaged.
fn on_surface(axes: &[Axis], output: usize, design: &Design, fit: &Fit) -> Vec<Effect> {
    let weights = |axis: usize, at: f64| -> Vec<f64> {
        // Averages over all names of the other axes.
        let mut sums = vec![0.0; design.terms.len()];
        let mut places = vec![vec![0.0; axes.len()]];
        for (other, own) in axes.iter().enumerate() {
            if other == axis {
                for place in &mut places {
                    place[other] = if own.is_slid() { own.place(at) } else { at };
                }
            } else if !own.is_number() {
                let levels = 0..own.count();
                let with = |place: &Vec<f64>| {
                    let place = place.clone();
                    levels.clone().map(move |level| {
                        let mut place = place.clone();
                        place[other] = level as f64;
                        place
                    })
                };
                places = places.iter().flat_map(with).collect();
            }
        }
        for place in &places {
            sums.iter_mut()
                .zip(design.weights(place))
                .for_each(|(sum, own)| *sum += own);
        }
        for sum in &mut sums {
            *sum /= places.len() as f64;
        }
        sums
    };
    let mut effects = Vec::new();
    for (place, axis) in axes.iter().enumerate() {
        for (from, to) in steps(axis).iter().filter_map(|step| step.first()) {
            let (from, to) = (level(axis, *from), level(axis, *to));
            let difference: Vec<f64> = weights(place, to)
                .iter()
                .zip(weights(place, from))
                .map(|(to, from)| to - from)
                .collect();
            let mean: f64 = difference
                .iter()
                .zip(&fit.coefficients)
                .map(|(weight, own)| weight * own)
                .sum();
            let half = student(fit.freedom) * fit.sigma * design.variance(&difference).sqrt();
            effects.push(Effect {
                output,
                axis: place,
                from,
                to,
                mean,
                ends: Some([mean - half, mean + half]),
            });
        }
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_luck_or_of_draws() {
        let (middle, ends) = together(&[vec![1.0, 2.0, 3.0]]);
        let [low, high] = ends.unwrap();
        // R: t.test(1:3)$conf.int
        assert_eq!(middle, 2.0);
        assert!(
            (low + 0.484_137_7).abs() < 1e-6 && (high - 4.484_137_7).abs() < 1e-6,
            "{low} {high}"
        );
        assert_eq!(together(&[vec![5.0]]), (5.0, None));
        let draws: Vec<Vec<f64>> = (0..5)
            .map(|draw| vec![f64::from(draw) * 10.0 - 1.0, f64::from(draw) * 10.0 + 1.0])
            .collect();
        let (middle, ends) = together(&draws);
        let [low, high] = ends.unwrap();
        assert_eq!(middle, 20.0);
        assert!((low - 1.0).abs() < 1e-12 && (high - 39.0).abs() < 1e-12);
    }

    #[test]
    fn an_axis_is_asked_from_end_to_end_and_where_runs_are_missing_by_narrower_steps() {
        let three = Axis::of("x", true, &["1", "2", "3"].map(str::to_owned)).0;
        assert_eq!(steps(&three), [vec![(0, 2), (0, 1), (1, 2)]]);
        assert_eq!(
            steps(&Axis::names("policy", &["a", "b", "c"])),
            [vec![(0, 1)], vec![(0, 2)]]
        );
        assert!(steps(&Axis::of("x", true, &["1".to_owned()]).0).is_empty());
        let lucky = |last: Option<f64>| vec![vec![Some(1.0)], vec![Some(3.0)], vec![last]];
        let runs = BTreeMap::from([((0, 7, 0), lucky(None)), ((0, 7, 1), lucky(Some(9.0)))]);
        assert_eq!(paired(&runs, 0, &[(0, 2)]), [[8.0]]);
        assert_eq!(paired(&runs, 0, &[(0, 1), (1, 2)]), [[2.0, 4.0]]);
    }

    #[test]
    fn a_surface_moves_by_what_it_was_made_of() {
        let axes = [
            Axis::numbers("x", [0.0, 4.0], false),
            Axis::names("policy", &["a", "b"]),
        ];
        let places: Vec<Vec<f64>> = (0..14)
            .map(|at| vec![-1.0 + f64::from(at % 7) / 3.0, f64::from(at / 7)])
            .collect();
        let all: Vec<&[f64]> = places.iter().map(|place| &place[..]).collect();
        // One less in the first world, where x counts double.
        let values: Vec<f64> = places
            .iter()
            .map(|place| place[1] + (2.0 - place[1]) * place[0])
            .collect();
        let terms = [vec![], vec![(1, -1)], vec![(0, 1)], vec![(1, -1), (0, 1)]];
        let design = Design::of(&terms, &all).unwrap();
        let effects = on_surface(&axes, 0, &design, &design.fit(&values));
        let told: Vec<f64> = effects.iter().map(|own| (own.mean * 1e6).round() / 1e6).collect();
        // From one end of x to the other, worlds averaged: 2 times 1.5; from a to b in the middle of x: 1.
        assert_eq!(told, [3.0, 1.0]);
        assert_eq!((effects[0].from, effects[0].to), (0.0, 4.0));
    }
}
