//! The page of a sweep: sliders over what was swept, curves that follow them, and how sure they are.
//!
//! Between the points of a full grid the page is linear along each axis ([`grid`]); between scattered points it follows a surface
//! of few terms ([`surface`]). Either way, points are left out here and foretold by the others, and the page says beside each
//! curve by how much they were missed. The scripts of the page compute the same from the same numbers; [`Probe`]s hold them to it.

mod axes;
mod effects;
mod grid;
mod sentence;
mod surface;
mod tables;

use super::answer::Answer;
use super::rules::{self, Cards, Meaning};
use super::sheet::short;
use super::{Leftover, ROOM};
use crate::problem::Problem;
use axes::Axis;
use effects::{Effect, student};
use grid::{Grid, Missed};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use surface::{Design, Designs, Fit};
use tables::{Cell, Failure, Frozen, Key, Output, Tables};

/// Points that a page can show, at most.
const MOST_POINTS: usize = 20_000;
/// Places at which the page's scripts are held against this program.
const PROBES: usize = 6;

/// What a sweep's file says of an axis, beside its column.
#[derive(Clone, Debug, Default)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its columns in the tables.
    pub columns: Vec<String>,
    /// `scenarios`, `programmes`, `rule` or `card`.
    pub kind: String,
    /// The paths that it moves.
    pub paths: Vec<String>,
    /// The unit of its numbers.
    pub unit: String,
    /// What it moves, in words.
    pub meaning: Option<String>,
    /// The value that holds without the sweep, where there is one.
    pub before: Option<String>,
    /// Whether it was cut by equal ratios; unknown of a list.
    pub is_log: Option<bool>,
    /// Its names in their order, where it has names.
    pub levels: Vec<String>,
    /// What its names stand for.
    pub titles: BTreeMap<String, String>,
}

/// A world of a sweep: a scenario with programmes.
#[derive(Clone, Debug)]
pub struct World {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its cards, as the table `cards` of a result has them.
    pub cards: String,
}

/// What a sweep's file says, beside its tables.
#[derive(Clone, Debug, Default)]
pub struct Swept {
    /// What it is, in a sentence.
    pub summary: String,
    /// `grid`, `table`, `latin-hypercube`, `sobol` or `random`.
    pub layout: String,
    /// The axes.
    pub axes: Vec<Dimension>,
    /// The worlds.
    pub worlds: Vec<World>,
    /// How many cards are drawn.
    pub drawn: usize,
}

/// An output in a group and county over the years; one entry a year that is shown.
#[derive(Serialize)]
struct Block {
    output: usize,
    category: usize,
    county: usize,
    years: Vec<Year>,
}

#[derive(Serialize)]
struct Year {
    /// Its place in the list of years.
    #[serde(rename = "year")]
    place: usize,
    /// Of each point.
    mean: Vec<Option<f64>>,
    /// Half of the interval, where it reaches as far up as down; else how far down and how far up.
    half: Vec<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    up: Option<Vec<Option<f64>>>,
    /// How far points that are left out are missed by the others.
    missed: Option<Told>,
    /// Half of the interval of a point, on average: its luck.
    luck: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surface: Option<Surface>,
}

#[derive(Serialize)]
struct Told {
    checks: usize,
    typical: f64,
    most: f64,
}

#[derive(Serialize)]
struct Surface {
    /// The place of its design.
    design: usize,
    coefficients: Vec<f64>,
    /// What the root of the variance of a place is multiplied by to give half of a 95% interval.
    spread: f64,
}

/// What this program finds at a place, for the page's scripts to be held against.
#[derive(Serialize)]
struct Probe {
    block: usize,
    year: usize,
    at: Vec<f64>,
    mean: f64,
    half: Option<f64>,
}

#[derive(Serialize)]
struct Sweep<'a> {
    #[serde(flatten)]
    frozen: &'a Frozen,
    summary: &'a str,
    layout: &'a str,
    collected: &'a tables::Collected,
    failures: &'a [Failure],
    drawn: usize,
    interval: &'a str,
    axes: &'a [Axis],
    outputs: &'a [Output],
    categories: &'a [String],
    counties: &'a [String],
    years: &'a [String],
    /// `grid`, `surface` or `points`, where there is nothing between points.
    method: &'static str,
    numbers: &'a [usize],
    points: Vec<Vec<f64>>,
    blocks: Vec<Block>,
    designs: &'a [Design],
    effects: Vec<Effect>,
    /// Whether the intervals of effects are over the luck of runs; else they hold for the luck that all points share.
    by_luck: bool,
    probes: Vec<Probe>,
}

#[derive(Serialize)]
struct Data<'a> {
    kind: &'static str,
    made_by: &'static str,
    answer: Answer,
    scenarios: Vec<[&'a str; 2]>,
    sweep: Sweep<'a>,
    cards: &'a Cards,
    left_out: Vec<Leftover>,
}

/// A sweep as read, ready to be shown.
pub(super) struct Report {
    tables: Tables,
    swept: Swept,
    cards: Cards,
}

impl Report {
    /// Reads the folder of a sweep; `swept` is what its file says.
    ///
    /// # Errors
    /// When nothing of it was collected, it has too many points, or a table is not what was collected.
    pub fn read(root: &Path, swept: Swept, meaning: Meaning) -> Result<Report, Problem> {
        let groups: Vec<(String, Vec<String>)> = swept
            .axes
            .iter()
            .filter(|axis| axis.columns.len() > 1)
            .map(|axis| (axis.name.clone(), axis.columns.clone()))
            .collect();
        let mut tables = Tables::read(root, &groups)?;
        if tables.points.len() > MOST_POINTS {
            let problem = Problem::new(format!(
                "`{}` has {} points; a page can show {MOST_POINTS}",
                root.display(),
                tables.points.len()
            ));
            return Err(problem.help("results.parquet and summary.csv hold them all"));
        }
        for (at, axis) in tables.axes.iter_mut().enumerate() {
            let own = |known: &&Dimension| known.name == axis.name || known.columns.contains(&axis.name);
            if let Some(known) = swept.axes.iter().find(own) {
                axis.order(&known.levels, at, &mut tables.points);
                axis.kind.clone_from(&known.kind);
                axis.paths.clone_from(&known.paths);
                axis.unit.clone_from(&known.unit);
                axis.meaning.clone_from(&known.meaning);
                axis.before.clone_from(&known.before);
                let above_zero = axis.numbers.as_ref().is_some_and(|own| own[0] > 0.0);
                axis.log = known.is_log.unwrap_or(axis.log) && above_zero;
                if axis.titles.is_empty() && !known.titles.is_empty() {
                    let title = |name: &String| known.titles.get(name).cloned().unwrap_or_default();
                    axis.titles = axis.names.iter().map(title).collect();
                }
            }
        }
        let mut cards = rules::Reader::default();
        for (at, world) in swept.worlds.iter().enumerate() {
            cards.cards(&super::sheet::Sheet::of("the cards", &world.cards), at, meaning)?;
        }
        Ok(Report {
            tables,
            swept,
            cards: cards.end(),
        })
    }

    /// Data for the page, with `room` bytes for the numbers of points; and the title and first sentence.
    ///
    /// # Errors
    /// When a table is not what was collected.
    pub fn data(&self, room: usize) -> Result<(String, [String; 2], Vec<Leftover>), Problem> {
        let tables = &self.tables;
        let grid = Grid::of(&tables.axes, &tables.points);
        let places: Vec<Vec<f64>> = tables
            .points
            .iter()
            .map(|point| {
                point
                    .iter()
                    .zip(&tables.axes)
                    .map(|(value, axis)| axis.place(*value))
                    .collect()
            })
            .collect();
        let mut designs = Designs::new(&tables.axes, &places);
        let scattered = grid.is_none();
        let (keys, left) = chosen(tables, room);
        let mut blocks: Vec<Block> = Vec::new();
        let mut totals = Vec::new();
        for group in keys.chunk_by(|one, other| one[..3] == other[..3]) {
            let [output, category, county, _] = group[0];
            let sets: Vec<Vec<Option<f64>>> = group
                .iter()
                .map(|key| {
                    tables.cells[key]
                        .iter()
                        .map(|cell| cell.map(|cell| cell.mean))
                        .collect()
                })
                .collect();
            let fits = if scattered {
                designs.best(&sets)
            } else {
                vec![None; sets.len()]
            };
            let years = group.iter().zip(sets.iter().zip(&fits));
            let years: Vec<Year> = years
                .map(|(key, (means, fit))| year(key[3], &tables.cells[key], means, fit.as_ref(), grid.as_ref()))
                .collect();
            let total = group
                .iter()
                .zip(&fits)
                .find(|(key, _)| key[3] + 1 == tables.years.len());
            if let (Some((_, Some((design, fit)))), [0, 0]) = (total, [category, county]) {
                totals.push((output, designs.all[*design].clone(), fit.clone()));
            }
            blocks.push(Block {
                output,
                category,
                county,
                years,
            });
        }
        let fitted = blocks
            .iter()
            .flat_map(|block| &block.years)
            .any(|year| year.surface.is_some());
        let (mut effects, by_luck) = match &grid {
            Some(grid) => (effects::on_grid(tables, grid)?, true),
            None => effects::by_luck(tables, &totals)?,
        };
        let method = match (&grid, fitted) {
            (Some(_), _) if tables.axes.iter().any(Axis::is_slid) => "grid",
            (None, true) => "surface",
            _ => "points",
        };
        let probes = probes(tables, &blocks, grid.as_ref(), &designs.all);
        let answer = sentence::answer(tables, &effects, scattered, by_luck);
        let told = [answer.sentence.en.clone(), answer.sentence.zh.clone()];
        for own in &mut effects {
            own.mean = short(own.mean);
            own.ends = own.ends.map(|ends| ends.map(short));
        }
        let data = Data {
            kind: "sweep",
            made_by: env!("CARGO_PKG_VERSION"),
            answer,
            scenarios: self
                .swept
                .worlds
                .iter()
                .map(|own| [&own.id[..], &own.title[..]])
                .collect(),
            sweep: Sweep {
                frozen: &tables.frozen,
                summary: &self.swept.summary,
                layout: &self.swept.layout,
                collected: &tables.collected,
                failures: &tables.failures,
                drawn: self.swept.drawn,
                interval: &tables.interval,
                axes: &tables.axes,
                outputs: &tables.outputs,
                categories: &tables.categories,
                counties: &tables.counties,
                years: &tables.years,
                method,
                numbers: &tables.numbers,
                points: tables.points.clone(),
                blocks,
                designs: &designs.all,
                effects,
                by_luck,
                probes,
            },
            cards: &self.cards,
            left_out: left.clone(),
        };
        let text = serde_json::to_string(&data)
            .map_err(|error| Problem::new(format!("the page's data cannot be written as JSON: {error}")))?;
        Ok((text, told, left))
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.tables.frozen.title
    }
}

/// What finds room, in the order of blocks: totals and counties together before years, and these before single counties.
fn chosen(tables: &Tables, room: usize) -> (Vec<Key>, Vec<Leftover>) {
    let mut keys: Vec<Key> = tables.cells.keys().copied().collect();
    let total = tables.years.len().saturating_sub(1);
    keys.sort_by_key(|key| (key[2] > 0, key[1] > 0, key[3] != total, *key));
    // A mean and half an interval of up to five digits, with commas.
    let each = 17 * tables.points.len().max(1);
    let most = room.min(ROOM) / each;
    let left = keys.len().saturating_sub(most);
    keys.truncate(most);
    keys.sort_by_key(|&[output, category, county, year]| (county > 0, category, output, county, year));
    let leftover = (left > 0).then(|| Leftover {
        what: "sweep_series".into(),
        count: left,
    });
    (keys, leftover.into_iter().collect())
}

fn year(
    at: usize,
    cells: &[Option<Cell>],
    means: &[Option<f64>],
    fit: Option<&(usize, Fit)>,
    grid: Option<&Grid>,
) -> Year {
    let down = |cell: &Option<Cell>| cell.and_then(|cell| cell.ends.map(|[low, _]| short(cell.mean - low)));
    let up = |cell: &Option<Cell>| cell.and_then(|cell| cell.ends.map(|[_, high]| short(high - cell.mean)));
    let (half, above): (Vec<_>, Vec<_>) = cells.iter().map(|cell| (down(cell), up(cell))).unzip();
    let even = half.iter().zip(&above).all(|pair| match pair {
        (Some(down), Some(up)) => (down - up).abs() <= 1e-2 * down.abs().max(up.abs()),
        _ => true,
    });
    let errors = match (fit, grid) {
        (Some((_, fit)), _) => fit.left_out.clone(),
        (None, Some(grid)) => grid.left_out(means),
        _ => Vec::new(),
    };
    let halves: Vec<f64> = half
        .iter()
        .zip(&above)
        .filter_map(|(down, up)| Some(0.5 * ((*down)? + (*up)?)))
        .collect();
    Year {
        place: at,
        mean: means.to_vec(),
        luck: (!halves.is_empty()).then(|| short(halves.iter().sum::<f64>() / halves.len() as f64)),
        half,
        up: (!even).then_some(above),
        missed: Missed::of(&errors).map(|missed| Told {
            checks: missed.checks,
            typical: short(missed.typical),
            most: short(missed.most),
        }),
        surface: fit.map(|(design, fit)| Surface {
            design: *design,
            coefficients: fit.coefficients.clone(),
            spread: student(fit.freedom) * fit.sigma,
        }),
    }
}

/// Places spread over the ranges of the axes, each of another block.
fn probes(tables: &Tables, blocks: &[Block], grid: Option<&Grid>, designs: &[Design]) -> Vec<Probe> {
    let mut probes = Vec::new();
    for number in 0..PROBES {
        let at: Vec<f64> = tables
            .axes
            .iter()
            .enumerate()
            .map(|(axis, own)| match own.numbers.as_deref() {
                Some([first, .., last]) => {
                    // Between two levels, wherever there is anything between.
                    let share = ((number + 1) * (2 * axis + 3) * 37 % 100) as f64 / 100.0;
                    short(first + share * (last - first)).clamp(*first, *last)
                }
                Some([only]) => *only,
                _ => (number % own.count().max(1)) as f64,
            })
            .collect();
        let Some(block) = (!blocks.is_empty()).then(|| number % blocks.len()) else {
            break;
        };
        let Some(year) = blocks[block].years.last() else {
            continue;
        };
        let told = match (grid, &year.surface) {
            (Some(grid), _) => {
                let corners = grid.around(&tables.axes, &at);
                let sum = |values: &[Option<f64>]| {
                    corners
                        .iter()
                        .map(|&(point, weight)| Some(weight * values[point]?))
                        .sum::<Option<f64>>()
                };
                sum(&year.mean).map(|mean| (mean, sum(&year.half)))
            }
            (None, Some(surface)) => {
                let design = &designs[surface.design];
                let place: Vec<f64> = at
                    .iter()
                    .zip(&tables.axes)
                    .map(|(value, axis)| axis.place(*value))
                    .collect();
                let weights = design.weights(&place);
                let mean = weights
                    .iter()
                    .zip(&surface.coefficients)
                    .map(|(weight, own)| weight * own)
                    .sum();
                // All points share their luck, which no residual shows.
                Some((
                    mean,
                    Some((surface.spread * design.variance(&weights).sqrt()).hypot(year.luck.unwrap_or(0.0))),
                ))
            }
            (None, None) => None,
        };
        if let Some((mean, half)) = told {
            probes.push(Probe {
                block,
                year: year.place,
                at,
                mean,
                half,
            });
        }
    }
    probes
}
