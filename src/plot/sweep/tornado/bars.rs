//! The arithmetic of the tornado: what the headline is at the ends of each axis and each drawn card.

use super::super::Sweep;
use super::super::design::{Axis, Level};
use super::super::estimate::{Estimate, mean};
use super::super::read::{Measured, between};
use super::super::regression::Fit;
use crate::plot::PlotError;
use crate::plot::sources::Sources;

/// What was drawn of the uncertain parameters.
pub(super) const DRAWS: &str = "./draws.csv";

/// What one axis or card changes.
pub(super) struct Bar {
    /// The column.
    pub(super) name: String,
    /// Whether it is a drawn card.
    pub(super) is_card: bool,
    /// The low end and the high end, each with how far the headline there lies from its mean.
    pub(super) ends: [(Level, Estimate); 2],
    /// The high end less the low end.
    pub(super) effect: Estimate,
}

/// How effects were found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Method {
    /// Means of the points at the ends.
    Grid,
    /// One regression on all, of so many observations.
    Joint {
        /// The share of the variance that it explains.
        explained: f64,
        /// Observations.
        n: usize,
        /// Axes or cards.
        count: usize,
    },
    /// A regression for each.
    Single {
        /// The share of the variance that the first explains.
        explained: f64,
        /// Observations.
        n: usize,
        /// Axes or cards.
        count: usize,
    },
}

/// Bars, the longest first.
pub(super) struct Bars {
    /// The bars.
    pub(super) all: Vec<Bar>,
    /// The mean of the headline, from which ends are told.
    pub(super) centre: f64,
    /// How those of axes were found.
    pub(super) axes: Option<Method>,
    /// How those of cards were found.
    pub(super) cards: Option<Method>,
}

impl Bars {
    /// The longest ones, but all axes among them, as many as there are.
    pub(super) fn shown(&self, most: usize) -> Vec<&Bar> {
        let axes = self.all.iter().filter(|bar| !bar.is_card).count();
        let mut cards = most.saturating_sub(axes);
        let is_shown = |bar: &&Bar| {
            let is_shown = !bar.is_card || cards > 0;
            cards -= usize::from(bar.is_card && is_shown);
            is_shown
        };
        self.all.iter().filter(is_shown).collect()
    }
}

/// The bars of axes and cards.
pub(super) fn bars(sweep: &Sweep, sources: &Sources) -> Result<Bars, PlotError> {
    let mut bars = of_axes(sweep).unwrap_or(Bars {
        all: Vec::new(),
        centre: 0.0,
        axes: None,
        cards: None,
    });
    if let Some(headline) = sweep.headline()
        && sweep.is_drawn()
        && sources.has(DRAWS)
        && let Some((cards, method, centre)) = of_cards(headline, sources)?
    {
        bars.all.extend(cards);
        bars.cards = Some(method);
        if bars.axes.is_none() {
            bars.centre = centre;
        }
    }
    bars.all
        .sort_by(|one, other| other.effect.mean.abs().total_cmp(&one.effect.mean.abs()));
    Ok(bars)
}

/// The bars of axes, the longest first.
pub(super) fn of_axes(sweep: &Sweep) -> Option<Bars> {
    let headline = sweep.headline()?;
    let (mut all, method) = if sweep.design.is_grid {
        let axes = sweep.design.axes.iter();
        (axes.filter_map(|axis| of_grid(headline, axis)).collect(), Method::Grid)
    } else {
        of_points(headline, &sweep.design.axes)
    };
    if all.is_empty() {
        return None;
    }
    all.sort_by(|one: &Bar, other| other.effect.mean.abs().total_cmp(&one.effect.mean.abs()));
    let points: Vec<f64> = headline.points.iter().flatten().map(|own| own.mean).collect();
    Some(Bars {
        all,
        centre: mean(&points)?,
        axes: Some(method),
        cards: None,
    })
}

/// The ends of an axis of a grid against all points: of numbers the least and the most, of names those with the least and the most
/// of the headline.
fn of_grid(headline: &Measured, axis: &Axis) -> Option<Bar> {
    let all: Vec<usize> = (0..axis.at.len()).collect();
    let against = |level: usize| headline.difference(&between(&axis.points_at(level), &all));
    let levels: Vec<Estimate> = (0..axis.levels.len()).map(against).collect::<Option<_>>()?;
    let (low, high) = ends_of(axis, |level| levels[level].mean);
    let effect = headline.difference(&between(&axis.points_at(high), &axis.points_at(low)))?;
    Some(Bar {
        name: axis.name.clone(),
        is_card: false,
        ends: [low, high].map(|level| (axis.levels[level].clone(), levels[level])),
        effect,
    })
}

/// The levels that are the ends of an axis. Two names are kept in their order, so that the second is what was added.
fn ends_of(axis: &Axis, of: impl Fn(usize) -> f64) -> (usize, usize) {
    let last = axis.levels.len() - 1;
    if axis.is_number || last == 1 {
        return (0, last);
    }
    let order = |one: &usize, other: &usize| of(*one).total_cmp(&of(*other));
    let low = (0..=last).min_by(order).unwrap_or(0);
    let high = (0..=last).max_by(order).unwrap_or(last);
    (low, high)
}

/// The columns of an axis in a regression, at one of its levels.
fn columns(axis: &Axis, level: usize) -> Vec<f64> {
    match axis.levels[level].number() {
        Some(number) if axis.is_number => vec![if axis.is_log { number.ln() } else { number }],
        _ => (1..axis.levels.len())
            .map(|own| f64::from(u8::from(own == level)))
            .collect(),
    }
}

/// Regression on the axes of scattered points.
fn of_points(headline: &Measured, axes: &[Axis]) -> (Vec<Bar>, Method) {
    let points: Vec<usize> = (0..headline.points.len())
        .filter(|&point| headline.points[point].is_some())
        .collect();
    let y: Vec<f64> = points
        .iter()
        .filter_map(|&point| Some(headline.points[point]?.mean))
        .collect();
    let row = |point: usize, axes: &[Axis]| {
        axes.iter()
            .flat_map(|axis| columns(axis, axis.at[point]))
            .collect::<Vec<f64>>()
    };
    let fit = |axes: &[Axis]| {
        let rows: Vec<Vec<f64>> = points.iter().map(|&point| row(point, axes)).collect();
        Fit::of(&rows, &y)
    };
    let width = |axis: &Axis| columns(axis, 0).len();
    let count: usize = axes.iter().map(width).sum();
    let n = points.len();
    if n > 2 * count
        && let Some(joint) = fit(axes)
    {
        let mut from = 0;
        let mut all = Vec::new();
        for axis in axes {
            all.push(bar_of(axis, &joint, from, count));
            from += width(axis);
        }
        let explained = joint.explained;
        let count = axes.len();
        return (all, Method::Joint { explained, n, count });
    }
    let mut all: Vec<(Bar, f64)> = Vec::new();
    for axis in axes {
        if let Some(own) = fit(std::slice::from_ref(axis)) {
            all.push((bar_of(axis, &own, 0, width(axis)), own.explained));
        }
    }
    single(all, n)
}

/// Bars of regressions one by one, the longest first.
fn single(mut all: Vec<(Bar, f64)>, n: usize) -> (Vec<Bar>, Method) {
    all.sort_by(|(one, _), (other, _)| other.effect.mean.abs().total_cmp(&one.effect.mean.abs()));
    let explained = all.first().map_or(0.0, |(_, explained)| *explained);
    let count = all.len();
    (
        all.into_iter().map(|(bar, _)| bar).collect(),
        Method::Single { explained, n, count },
    )
}

/// The bar of an axis whose columns begin at `from` of `count`.
fn bar_of(axis: &Axis, fit: &Fit, from: usize, count: usize) -> Bar {
    let step = |to: usize, centre: &dyn Fn(usize) -> f64| {
        let mut step = vec![0.0; count];
        for (at, value) in columns(axis, to).into_iter().enumerate() {
            step[from + at] = value - centre(at);
        }
        step
    };
    let from_mean = |level: usize| fit.step(&step(level, &|at| fit.centre[from + at]));
    let (low, high) = ends_of(axis, |level| from_mean(level).mean);
    let start = columns(axis, low);
    Bar {
        name: axis.name.clone(),
        is_card: false,
        ends: [low, high].map(|level| (axis.levels[level].clone(), from_mean(level))),
        effect: fit.step(&step(high, &|at| start[at])),
    }
}

/// Regression of the mean of all points in each draw on what was drawn.
fn of_cards(headline: &Measured, sources: &Sources) -> Result<Option<(Vec<Bar>, Method, f64)>, PlotError> {
    let table = sources.table(DRAWS)?;
    let weight = 1.0 / headline.points.len().max(1) as f64;
    let all: Vec<(usize, f64)> = (0..headline.points.len()).map(|point| (point, weight)).collect();
    let means = headline.sums(&all);
    let names: Vec<&str> = table.columns().filter(|name| *name != "draw").collect();
    let (mut rows, mut y): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
    for row in table.rows_where(&[])? {
        let text = row.text("draw")?;
        let draw: usize = text
            .parse()
            .map_err(|_| row.wrong(format!("`draw` is `{text}`; a whole number was expected")))?;
        let Some((_, own)) = means.iter().find(|(own, _)| *own == draw) else {
            continue;
        };
        let drawn = names.iter().map(|name| {
            let number = row.number(name)?;
            number.ok_or_else(|| row.wrong(format!("`{name}` is empty")))
        });
        rows.push(drawn.collect::<Result<_, PlotError>>()?);
        y.push(*own);
    }
    let Some(centre) = mean(&y) else { return Ok(None) };
    let n = y.len();
    let bar = |at: usize, fit: &Fit, from: usize, count: usize| {
        let (low, high) = rows
            .iter()
            .map(|row| row[at])
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| {
                (low.min(own), high.max(own))
            });
        let step = |by: f64| {
            let mut step = vec![0.0; count];
            step[from] = by;
            fit.step(&step)
        };
        Bar {
            name: names[at].to_owned(),
            is_card: true,
            ends: [low, high].map(|end| (Level::Number(end), step(end - fit.centre[from]))),
            effect: step(high - low),
        }
    };
    let count = names.len();
    if n > 2 * count
        && let Some(joint) = Fit::of(&rows, &y)
    {
        let all = (0..count).map(|at| bar(at, &joint, at, count)).collect();
        let explained = joint.explained;
        return Ok(Some((all, Method::Joint { explained, n, count }, centre)));
    }
    let mut each = Vec::new();
    for at in 0..count {
        let column: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[at]]).collect();
        if let Some(own) = Fit::of(&column, &y) {
            each.push((bar(at, &own, 0, 1), own.explained));
        }
    }
    if each.is_empty() {
        return Ok(None);
    }
    let (all, method) = single(each, n);
    Ok(Some((all, method, centre)))
}
