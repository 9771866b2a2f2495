//! What is kept of a run: indicators by year, county and category, a row for each part of the result.

use crate::indicators::list::indicators;
use crate::indicators::result::RunResult;
use crate::indicators::table::Indicator;
use crate::indicators::tally::{Add, Tally};
use crate::month::insurance::Funder;
use crate::problem::{Place, Problem, Problems, suggest};
use crate::study::public_cost;
use crate::world::{ALL_CATEGORIES, Category};
use serde::{Deserialize, Serialize};

/// What is kept where the file does not say.
const HEADLINE: [&str; 9] = [
    "return_hazard@register_national",
    "return_cumulative@register_national",
    "return_hazard_without_illness@register_national",
    "poverty_headcount_households@register_national",
    "oop_share",
    "oop",
    "catastrophic_10",
    "forgone_admission",
    PUBLIC_COST,
];

/// What the public pays ([`public_cost`]), which is no indicator of people.
const PUBLIC_COST: &str = "public_cost";

/// The columns of the table that stand before those of the axes and between these and the outputs.
pub const FIXED_COLUMNS: [&str; 9] = [
    "run", "point", "draw", "seed", "replicate", "status", "year", "county", "category",
];

/// How finely the rows of a run are divided. Totals are always among them, called `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// By reported year.
    pub year: bool,
    /// By county.
    pub county: bool,
    /// By category of households.
    pub category: bool,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The indicator as the sweep file names it, such as `return_hazard@register_national`.
    pub indicator: String,
    /// The column: the same with `_` for `@`, so that no program needs quotes.
    pub column: String,
    /// The unit of its values.
    pub unit: String,
}

/// The columns and rows that are kept of each run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outputs {
    /// The columns, in order.
    pub columns: Vec<Output>,
    /// The rows.
    pub by: By,
}

/// A row of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The year, or `all`.
    pub year: String,
    /// The county, or `all`.
    pub county: String,
    /// The category of households, or `all`.
    pub category: String,
    /// A value for each column; none where there is nobody to measure it in.
    pub values: Vec<Option<f64>>,
}

/// How the columns are read off the results of one scenario.
pub struct Reading {
    columns: Vec<Option<Read>>,
    by: By,
    funders: Vec<Funder>,
}

enum Read {
    Indicator(Box<Indicator>),
    PublicCost,
}

/// The name of an indicator in a sweep file.
fn name(indicator: &Indicator, result: &RunResult) -> String {
    use crate::indicators::table::Read;
    match indicator.read {
        Read::Gauge(_, gauge) => format!("{}@{}", indicator.id, result.gauges[gauge].0),
        _ => indicator.id.clone(),
    }
}

impl Outputs {
    /// The columns asked for, each with the place that asks for it, or the headline; `blank` has the gauges of the base.
    ///
    /// # Errors
    /// When there is no such indicator, or one is asked for twice.
    pub fn of(asked: Option<&[(String, Place)]>, by: By, blank: &RunResult) -> Result<Outputs, Problems> {
        let list = indicators(blank);
        let known: Vec<(String, &'static str)> = list
            .iter()
            .map(|own| (name(own, blank), own.unit))
            .chain([(PUBLIC_COST.to_owned(), "yuan per person and year")])
            .collect();
        let column = |(name, unit): &(String, &str)| Output {
            indicator: name.clone(),
            column: name.replace('@', "_"),
            unit: (*unit).to_owned(),
        };
        let find = |name: &str| known.iter().find(|(own, _)| own == name).map(column);
        let Some(asked) = asked else {
            let columns = HEADLINE.iter().filter_map(|name| find(name)).collect();
            return Ok(Outputs { columns, by });
        };
        let (mut columns, mut problems) = (Vec::<Output>::new(), Vec::new());
        for (name, place) in asked {
            match find(name) {
                Some(column) if columns.contains(&column) => {
                    problems.push(Problem::new(format!("`{name}` is asked for twice")).at(place.clone(), "again here"));
                }
                Some(column) => columns.push(column),
                None => {
                    let gauged = known.iter().filter(|(own, _)| own.split('@').next() == Some(name.as_str()));
                    let gauges: Vec<String> = gauged.map(|(own, _)| format!("`{own}`")).collect();
                    let help = match gauges.is_empty() {
                        false => Some(format!("it is measured against several lines: {}", gauges.join(", "))),
                        true => suggest(name, known.iter().map(|(own, _)| own.as_str())),
                    };
                    let problem = Problem::new(format!("unknown indicator `{name}`"));
                    problems.push(problem.at(place.clone(), "not an indicator of a run").help_if(help));
                }
            }
        }
        Problems::or(problems, Outputs { columns, by })
    }

    /// How they are read off results with the gauges of `blank` and these funders of layers.
    pub fn reading(&self, blank: &RunResult, funders: Vec<Funder>) -> Reading {
        let list = indicators(blank);
        let read = |output: &Output| match output.indicator.as_str() {
            PUBLIC_COST => Some(Read::PublicCost),
            wanted => {
                let found = list.iter().find(|own| name(own, blank) == wanted);
                found.map(|own| Read::Indicator(Box::new(own.clone())))
            }
        };
        Reading {
            columns: self.columns.iter().map(read).collect(),
            by: self.by,
            funders,
        }
    }
}

/// Tallies by county (the first is that of all) and category (the first is that of all).
type Cells = Vec<Vec<Tally>>;

fn add(sum: &mut Cells, other: &Cells) {
    for (sums, others) in sum.iter_mut().zip(other) {
        sums.iter_mut().zip(others).for_each(|(sum, other)| sum.add(other));
    }
}

impl Reading {
    /// The rows of a result: years in order and then all of them; within each all counties, then each; within each everybody,
    /// then each category.
    pub fn rows(&self, result: &RunResult) -> Vec<Row> {
        let names: Vec<&str> = match result.years.first() {
            Some(year) if self.by.county => year.counties.iter().map(|own| own.county.as_str()).collect(),
            _ => Vec::new(),
        };
        let kinds: &[Category] = if self.by.category { &ALL_CATEGORIES } else { &[] };
        let blank = || vec![vec![Tally::default(); 1 + kinds.len()]; 1 + names.len()];
        let (mut all, mut last) = (blank(), blank());
        let mut rows = Vec::new();
        let mut tell = |label: &str, flows: &Cells, stocks: &Cells| {
            for (county, (flows, stocks)) in flows.iter().zip(stocks).enumerate() {
                for (kind, (flow, stock)) in flows.iter().zip(stocks).enumerate() {
                    rows.push(Row {
                        year: label.to_owned(),
                        county: county.checked_sub(1).map_or("all", |at| names[at]).to_owned(),
                        category: kind.checked_sub(1).map_or("all", |at| kinds[at].name()).to_owned(),
                        values: self.columns.iter().map(|read| self.value(read.as_ref(), flow, stock)).collect(),
                    });
                }
            }
        };
        for year in &result.years {
            let mut own = blank();
            for (at, county) in year.counties.iter().enumerate() {
                for category in ALL_CATEGORIES {
                    let cell = &county.counted.cells[category as usize];
                    let kind = kinds.iter().position(|kind| *kind == category).map_or(0, |kind| kind + 1);
                    own[if self.by.county { at + 1 } else { 0 }][kind].add(cell);
                }
            }
            totals(&mut own, self.by);
            add(&mut all, &own);
            if self.by.year {
                tell(&year.year.to_string(), &own, &own);
            }
            last = own;
        }
        tell("all", &all, &last);
        rows
    }

    fn value(&self, read: Option<&Read>, flow: &Tally, stock: &Tally) -> Option<f64> {
        match read? {
            Read::Indicator(indicator) if indicator.is_stock() => indicator.value(stock),
            Read::Indicator(indicator) => indicator.value(flow),
            Read::PublicCost => {
                let yuan = public_cost(flow, &self.funders) as f64 / 100.0;
                (flow.persons > 0).then(|| yuan / flow.persons as f64)
            }
        }
    }
}

/// Fills the places of all categories and of all counties, which stand first.
fn totals(cells: &mut Cells, by: By) {
    if by.category {
        for kinds in cells.iter_mut() {
            if let Some((all, each)) = kinds.split_first_mut() {
                each.iter().for_each(|kind| all.add(kind));
            }
        }
    }
    if by.county
        && let Some((all, each)) = cells.split_first_mut()
    {
        for county in each {
            all.iter_mut().zip(county.iter()).for_each(|(all, kind)| all.add(kind));
        }
    }
}
