//! A sweep as its figures see it: points with their levels and numbers, and runs that share their luck.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::super::PlotError;
use super::super::sources::Sources;
use super::super::table::Row;
use super::design::{Design, Level};
use super::estimate::{Estimate, mean};
use super::folder::{Counts, Folder, Output};

/// The outcome of this model.
const HEADLINE: &str = "return_hazard@register_national";
/// What the public pays.
const COST: &str = "public_cost";

/// A sweep that was collected.
pub(super) struct Sweep {
    /// How many there are of everything.
    pub(super) counts: Counts,
    /// The axes and how points lie on them.
    pub(super) design: Design,
    /// The headline, the cost, if they are among the outputs.
    pub(super) outputs: Vec<Measured>,
    /// What the summary calls its interval.
    pub(super) interval: String,
    /// The table of points.
    pub(super) summary: &'static str,
    /// The table of runs.
    pub(super) results: &'static str,
}

/// An output at every point.
pub(super) struct Measured {
    /// What it is.
    pub(super) output: Output,
    /// The category of households that it is of.
    pub(super) category: &'static str,
    /// The number of each point as the summary has it, with its interval.
    pub(super) points: Vec<Option<Estimate>>,
    /// By luck and draw: the draw, and the value of each point; none where the run is missing.
    pub(super) runs: Vec<(usize, Vec<Option<f64>>)>,
    /// Whether parameters are drawn.
    pub(super) is_drawn: bool,
}

impl Sweep {
    /// Reads what there is of a sweep: the headline and the cost.
    pub(super) fn read(sources: &Sources) -> Result<Sweep, PlotError> {
        let folder = Folder::read(sources)?;
        let summary = sources.table(folder.summary)?;
        let totals = [("year", "all"), ("county", "all")];
        let categories = summary.distinct("category", &totals)?;
        let is_drawn = folder.counts.draws > 1;
        // What is wanted, at every point.
        let known = |name: &str| folder.outputs.iter().position(|own| own.indicator == name);
        let headline = known(HEADLINE).unwrap_or(0);
        let cost = known(COST).or_else(|| folder.outputs.iter().position(|own| own.indicator.contains("cost")));
        let wanted: Vec<usize> = std::iter::once(headline)
            .chain(cost.filter(|at| *at != headline))
            .collect();
        let mut outputs: Vec<Measured> = Vec::new();
        for at in wanted {
            let Some(output) = folder.outputs.get(at).cloned() else {
                continue;
            };
            let lifted = output.indicator.starts_with("return_") && categories.iter().any(|own| own == "lifted");
            outputs.push(Measured {
                category: if lifted { "lifted" } else { "all" },
                output,
                points: Vec::new(),
                runs: Vec::new(),
                is_drawn,
            });
        }
        let mut points: BTreeMap<usize, Vec<Level>> = BTreeMap::new();
        let mut values: Vec<BTreeMap<usize, Estimate>> = vec![BTreeMap::new(); outputs.len()];
        for row in summary.rows_where(&totals)? {
            let point = whole(&row, "point")?;
            if let Entry::Vacant(place) = points.entry(point) {
                place.insert(levels_of(&row, &folder)?);
            }
            let (indicator, category) = (row.text("indicator")?, row.text("category")?);
            let fits = |own: &Measured| own.output.indicator == indicator && own.category == category;
            if let Some(at) = outputs.iter().position(fits) {
                let Some(mean) = row.number("mean")? else { continue };
                let ends = row.number("lo")?.zip(row.number("hi")?);
                if ends.is_some_and(|(low, high)| low > high) {
                    return Err(row.wrong("`lo` is above `hi`".to_owned()));
                }
                values[at].insert(point, Estimate { mean, ends }.times(outputs[at].scale()));
            }
        }
        // The summary has no points without runs; the results have each of their runs.
        for status in ["failed", "missing"] {
            if folder.counts.failed + folder.counts.missing == 0 {
                break;
            }
            for row in sources.part(folder.results, &[("status", status)])?.rows_where(&[])? {
                if let Entry::Vacant(place) = points.entry(whole(&row, "point")?) {
                    place.insert(levels_of(&row, &folder)?);
                }
            }
        }
        let (numbers, levels): (Vec<usize>, Vec<Vec<Level>>) = points.into_iter().unzip();
        for (own, values) in outputs.iter_mut().zip(&values) {
            own.points = numbers.iter().map(|point| values.get(point).copied()).collect();
            own.read_runs(sources, folder.results, &numbers)?;
        }
        let intervals = summary.distinct("interval", &totals)?;
        Ok(Sweep {
            design: Design::of(&folder.columns, &levels, folder.counts.points),
            counts: folder.counts,
            outputs,
            interval: intervals.into_iter().next().unwrap_or_default(),
            summary: folder.summary,
            results: folder.results,
        })
    }

    /// The outcome, if anything was measured.
    pub(super) fn headline(&self) -> Option<&Measured> {
        self.outputs.first()
    }

    /// What it costs, if that was measured and is not the outcome itself.
    pub(super) fn cost(&self) -> Option<&Measured> {
        self.outputs.get(1)
    }

    /// Whether parameters are drawn.
    pub(super) fn is_drawn(&self) -> bool {
        self.counts.draws > 1
    }
}

impl Measured {
    /// What its numbers are multiplied by before they are drawn: shares become per cent.
    fn scale(&self) -> f64 {
        if self.is_share() { 100.0 } else { 1.0 }
    }

    /// Whether it is a share, drawn in per cent.
    pub(super) fn is_share(&self) -> bool {
        matches!(self.output.unit.as_str(), "share" | "rate" | "probability")
    }

    fn read_runs(&mut self, sources: &Sources, results: &str, points: &[usize]) -> Result<(), PlotError> {
        let table = sources.part(
            results,
            &[("year", "all"), ("county", "all"), ("category", self.category)],
        )?;
        let mut runs: BTreeMap<(usize, usize, usize), Vec<Option<f64>>> = BTreeMap::new();
        for row in table.rows_where(&[])? {
            let number = whole(&row, "point")?;
            let Ok(point) = points.binary_search(&number) else {
                return Err(row.wrong(format!("point {number} is not in the summary; collect the sweep again")));
            };
            let luck = (whole(&row, "draw")?, whole(&row, "seed")?, whole(&row, "replicate")?);
            let values = runs.entry(luck).or_insert_with(|| vec![None; points.len()]);
            values[point] = row.number(&self.output.column)?.map(|value| value * self.scale());
        }
        self.runs = runs.into_iter().map(|((draw, ..), values)| (draw, values)).collect();
        Ok(())
    }

    /// A weighted sum of points, run by run over the same luck, and where parameters are drawn, averaged within each draw: its
    /// values, each with its draw. Runs of which a point is missing are left out.
    pub(super) fn sums(&self, weights: &[(usize, f64)]) -> Vec<(usize, f64)> {
        self.each_luck(|values| {
            weights
                .iter()
                .map(|&(point, weight)| Some(weight * values[point]?))
                .sum()
        })
    }

    /// What is made of the values of all points under the same luck; where parameters are drawn, its mean in each draw.
    pub(super) fn each_luck(&self, of: impl Fn(&[Option<f64>]) -> Option<f64>) -> Vec<(usize, f64)> {
        let each = self.runs.iter().filter_map(|(draw, values)| Some((*draw, of(values)?)));
        if !self.is_drawn {
            return each.collect();
        }
        let mut draws: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (draw, value) in each {
            draws.entry(draw).or_default().push(value);
        }
        let means = draws
            .into_iter()
            .filter_map(|(draw, values)| Some((draw, mean(&values)?)));
        means.collect()
    }

    /// The level at some points together, with an interval of the same kind as in the summary.
    pub(super) fn level(&self, points: &[usize]) -> Option<Estimate> {
        if let [only] = points {
            return self.points[*only];
        }
        let weight = 1.0 / points.len() as f64;
        let weights: Vec<(usize, f64)> = points.iter().map(|point| (*point, weight)).collect();
        let values: Vec<f64> = self.sums(&weights).into_iter().map(|(_, value)| value).collect();
        if self.is_drawn {
            Estimate::middle(&values)
        } else {
            Estimate::of(&values)
        }
    }

    /// A difference between points with Student's interval of its mean, over the same luck.
    pub(super) fn difference(&self, weights: &[(usize, f64)]) -> Option<Estimate> {
        let values: Vec<f64> = self.sums(weights).into_iter().map(|(_, value)| value).collect();
        Estimate::of(&values)
    }
}

/// Weights whose sum is the mean of some points less that of others.
pub(super) fn between(points: &[usize], others: &[usize]) -> Vec<(usize, f64)> {
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    for &point in points {
        *weights.entry(point).or_default() += 1.0 / points.len() as f64;
    }
    for &point in others {
        *weights.entry(point).or_default() -= 1.0 / others.len() as f64;
    }
    weights.into_iter().collect()
}

fn levels_of(row: &Row, folder: &Folder) -> Result<Vec<Level>, PlotError> {
    let level = |column: &super::folder::Column| {
        if !column.is_number {
            return Ok(Level::Text(row.text(&column.name)?.to_owned()));
        }
        let number = row.number(&column.name)?;
        number
            .map(Level::Number)
            .ok_or_else(|| row.wrong(format!("`{}` is empty", column.name)))
    };
    folder.columns.iter().map(level).collect()
}

fn whole(row: &Row, column: &str) -> Result<usize, PlotError> {
    let text = row.text(column)?;
    text.parse()
        .map_err(|_| row.wrong(format!("`{column}` is `{text}`; a whole number was expected")))
}
