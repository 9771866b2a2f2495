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
    "run",
    "point",
    "draw",
    "seed",
    "replicate",
    "status",
    "year",
    "county",
    "category",
];

/// The columns of the summary beside those.
pub const SUMMARY_COLUMNS: [&str; 8] = ["indicator", "unit", "runs", "mean", "se", "lo", "hi", "interval"];

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
    /// The indicator as the sweep file names it, such as `return_hazard@register_national`; with `:over` or `:under` behind it,
    /// what is counted or what it is counted over.
    pub indicator: String,
    /// The column: the same with `_` for `@` and `:`, so that no program needs quotes.
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
    Indicator(Box<Indicator>, Side),
    PublicCost,
}

/// What is kept of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Its value.
    Value,
    /// What is counted: with what it is counted over, places and years that were lived apart can be put together.
    Over,
    /// What it is counted over.
    Under,
}

impl Side {
    /// The name of an indicator, and what of it is meant.
    fn split(name: &str) -> (&str, Side) {
        let ends = |ending: &str| name.strip_suffix(ending);
        match (ends(":over"), ends(":under")) {
            (Some(own), _) => (own, Side::Over),
            (_, Some(own)) => (own, Side::Under),
            _ => (name, Side::Value),
        }
    }
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
        let find = |name: &str| {
            let (id, side) = Side::split(name);
            let (_, unit) = known.iter().find(|(own, _)| own == id)?;
            let unit = match side {
                Side::Value => unit,
                _ if id == PUBLIC_COST => return None,
                _ => "as counted: households, persons, fen",
            };
            Some(Output {
                indicator: name.to_owned(),
                column: name.replace(['@', ':'], "_"),
                unit: unit.to_owned(),
            })
        };
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
                    let gauged = known
                        .iter()
                        .filter(|(own, _)| own.split('@').next() == Some(name.as_str()));
                    let gauges: Vec<String> = gauged.map(|(own, _)| format!("`{own}`")).collect();
                    let help = if gauges.is_empty() {
                        suggest(name, known.iter().map(|(own, _)| own.as_str()))
                    } else {
                        Some(format!("it is measured against several lines: {}", gauges.join(", ")))
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
                let (wanted, side) = Side::split(wanted);
                let found = list.iter().find(|own| name(own, blank) == wanted);
                found.map(|own| Read::Indicator(Box::new(own.clone()), side))
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
                        values: self
                            .columns
                            .iter()
                            .map(|read| self.value(read.as_ref(), flow, stock))
                            .collect(),
                    });
                }
            }
        };
        for year in &result.years {
            let mut own = blank();
            for (at, county) in year.counties.iter().enumerate() {
                for category in ALL_CATEGORIES {
                    let cell = &county.counted.cells[category as usize];
                    let kind = kinds
                        .iter()
                        .position(|kind| *kind == category)
                        .map_or(0, |kind| kind + 1);
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
            Read::Indicator(indicator, side) => {
                let tally = if indicator.is_stock() { stock } else { flow };
                let (over, under) = indicator.pair(tally);
                match side {
                    Side::Value => indicator.value(tally),
                    Side::Over => Some(over as f64),
                    Side::Under => Some(under as f64),
                }
            }
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
                for kind in each.iter() {
                    all.add(kind);
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Source;
    use crate::run::{Policy, run};
    use crate::scenario::Scenario;
    use std::sync::Arc;

    const BY: By = By {
        year: false,
        county: false,
        category: false,
    };

    fn policy() -> Policy {
        let sets = ["world.people_count=600", "run.last_year=2022"].map(str::to_owned);
        Policy::new(Scenario::load("baseline", &sets).unwrap()).unwrap()
    }

    fn asked(names: &[&str]) -> Vec<(String, Place)> {
        let source = Arc::new(Source::new("a file", names.join(" ")));
        names
            .iter()
            .map(|name| ((*name).to_owned(), Place::new(&source, 0..1)))
            .collect()
    }

    #[test]
    fn what_is_counted_and_what_over_make_the_value() {
        let policy = policy();
        let blank = policy.blank_result().unwrap();
        let names = asked(&["oop", "oop:over", "oop:under", "return_hazard@register_national:under"]);
        let outputs = Outputs::of(Some(&names), BY, &blank).unwrap();
        assert_eq!(outputs.columns[3].column, "return_hazard_register_national_under");
        let result = run(&policy, 0, &|| ()).unwrap();
        let rows = outputs.reading(&blank, policy.funders().unwrap()).rows(&result);
        assert_eq!(rows.len(), 1);
        let values: Vec<f64> = rows[0].values.iter().map(|value| value.unwrap()).collect();
        assert!(
            (values[0] - 0.01 * values[1] / values[2]).abs() < 1e-9 && values[3] > 0.0,
            "{values:?}"
        );
    }

    #[test]
    fn a_name_that_is_none_is_refused_with_one_that_is() {
        let blank = policy().blank_result().unwrap();
        let says = |names: &[&str]| Outputs::of(Some(&asked(names)), BY, &blank).unwrap_err().render(false);
        assert!(says(&["oop_shar"]).contains("did you mean `oop_share`?"));
        assert!(says(&["return_hazard"]).contains("`return_hazard@register_national`"));
        assert!(says(&["oop", "oop"]).contains("asked for twice"));
        assert!(says(&["public_cost:over"]).contains("unknown indicator"));
        let headline = Outputs::of(None, BY, &blank).unwrap();
        assert_eq!(
            headline.columns.len(),
            HEADLINE.len(),
            "the baseline has every headline indicator"
        );
    }
}
