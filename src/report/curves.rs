//! Indicators over the years by scenario, county and group, and their paired differences.
//!
//! A result has more indicators than a page can carry. Those below are taken, in this order; those that are zero everywhere are
//! left out; and when there are so many scenarios that the page would grow too large, counties of the last ones go first.

use super::manifest::Folder;
use super::sheet::{Sheet, short};
use crate::problem::Problem;
use serde::Serialize;
use std::collections::BTreeMap;

/// Indicators that are told by each way of measuring poverty.
const OF_POVERTY: [&str; 8] = [
    "return_hazard",
    "return_cumulative",
    "return_illness_accounting",
    "return_hazard_without_illness",
    "poverty_headcount_households",
    "fgt1",
    "poor_named_illness",
    "impoverished",
];

/// Other indicators.
const OTHERS: [&str; 46] = [
    "oop_share",
    "oop",
    "catastrophic_10",
    "catastrophic_25",
    "catastrophic_40",
    "in_medical_debt",
    "oop_share_admissions",
    "bill",
    "unpaid",
    "forgone_admission",
    "forgone_moderate",
    "forgone_chronic",
    "forgone_admission_price",
    "forgone_moderate_price",
    "forgone_chronic_price",
    "visits",
    "admissions",
    "primary_share",
    "visits_village",
    "visits_township",
    "visits_county",
    "visits_tertiary",
    "visits_remote",
    "visits_tcm",
    "visits_private",
    "admission_bill",
    "known_hypertension",
    "controlled_hypertension",
    "known_diabetes",
    "controlled_diabetes",
    "prevalence_stroke",
    "prevalence_heart",
    "deaths",
    "dalys",
    "lost_days",
    "income",
    "lost_income",
    "consumption",
    "enrolled",
    "programme_cost",
    "cash_transfer",
    "dibao",
    "infections",
    "infections_severe",
    "infections_forgone",
    "screened",
];

/// Groups of people that the page shows.
const CATEGORIES: [&str; 2] = ["lifted", "all"];

/// An indicator of the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Indicator {
    /// Its id.
    pub id: String,
    /// The poverty line; empty where there is none.
    pub line: String,
    /// What is held against it.
    pub convention: String,
    /// What is counted.
    weight: String,
    unit: String,
    numerator: String,
    denominator: String,
    /// Forgone care without which it must not be read.
    read_with: String,
}

/// An estimate: mean, interval and whether few events stand behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Estimate {
    pub mean: Option<f64>,
    pub lo: Option<f64>,
    pub hi: Option<f64>,
    pub few: bool,
}

/// Years in the order of the columns of a series; the last is all of them together.
type Series = Vec<Estimate>;

/// Indicator, category, county and scenario, as places in their lists.
type Key = [usize; 4];

/// Everything over the years.
pub(super) struct Curves {
    pub years: Vec<i32>,
    pub counties: Vec<String>,
    pub indicators: Vec<Indicator>,
    levels: BTreeMap<Key, Series>,
    differences: BTreeMap<Key, Series>,
    /// The scenario that the others are held against.
    pub base: Option<String>,
    /// The others.
    pub compared: Vec<String>,
}

/// What of the curves goes into the page.
#[derive(Serialize)]
pub(super) struct Shown {
    years: Vec<i32>,
    counties: Vec<String>,
    categories: [&'static str; 2],
    indicators: Vec<Indicator>,
    levels: Vec<Line>,
    differences: Vec<Line>,
    /// How many series found no room.
    pub left_out: usize,
}

impl Curves {
    /// Reads `indicators.csv`, `paired.csv` and `dictionary.csv`.
    ///
    /// # Errors
    /// When one is not there or ill-formed.
    pub fn read(folder: &Folder) -> Result<Curves, Problem> {
        let scenarios: Vec<&str> = folder.manifest.scenarios.iter().map(|arm| arm.id.as_str()).collect();
        let arms = folder.manifest.scenarios.iter();
        let first = arms.clone().map(|arm| arm.first_year).min().unwrap_or(0);
        let last = arms.map(|arm| arm.last_year).max().unwrap_or(0);
        let mut curves = Curves {
            years: (first..=last).collect(),
            counties: vec!["all".into()],
            indicators: Vec::new(),
            levels: BTreeMap::new(),
            differences: BTreeMap::new(),
            base: None,
            compared: Vec::new(),
        };
        curves.levels(&folder.table("indicators.csv")?, &scenarios)?;
        curves.order();
        if let Some(paired) = folder.table_if_any("paired.csv")? {
            curves.pairs(&paired, &scenarios)?;
        }
        curves.meanings(&folder.table("dictionary.csv")?)?;
        Ok(curves)
    }

    fn levels(&mut self, sheet: &Sheet, scenarios: &[&str]) -> Result<(), Problem> {
        let columns = [
            "scenario",
            "year",
            "county",
            "category",
            "indicator",
            "line",
            "convention",
            "weight",
            "unit",
            "mean",
            "lo",
            "hi",
            "few_events",
        ];
        sheet.each(columns, |row| {
            let [
                scenario,
                year,
                county,
                category,
                id,
                line,
                convention,
                weight,
                unit,
                ..,
                few,
            ] = row.cells();
            let Some(category) = CATEGORIES.iter().position(|own| *own == category) else {
                return Ok(());
            };
            if rank(id).is_none() {
                return Ok(());
            }
            let Some(scenario) = scenarios.iter().position(|own| *own == scenario) else {
                return Ok(());
            };
            let Some(year) = self.year(year) else { return Ok(()) };
            let same = |own: &Indicator| own.id == id && own.line == line && own.convention == convention;
            let indicator = self.indicators.iter().position(same).unwrap_or_else(|| {
                self.indicators.push(Indicator {
                    id: id.into(),
                    line: line.into(),
                    convention: convention.into(),
                    weight: weight.into(),
                    unit: unit.into(),
                    numerator: String::new(),
                    denominator: String::new(),
                    read_with: String::new(),
                });
                self.indicators.len() - 1
            });
            let county = self.counties.iter().position(|own| own == county).unwrap_or_else(|| {
                self.counties.push(county.into());
                self.counties.len() - 1
            });
            let length = self.years.len() + 1;
            let series = self.levels.entry([indicator, category, county, scenario]);
            let series = series.or_insert_with(|| vec![Estimate::default(); length]);
            series[year] = Estimate {
                mean: row.number(9)?,
                lo: row.number(10)?,
                hi: row.number(11)?,
                few: few == "true",
            };
            Ok(())
        })
    }

    /// Puts the indicators into the order of the page and drops those that are zero everywhere.
    fn order(&mut self) {
        let mut order: Vec<usize> = (0..self.indicators.len()).collect();
        order.retain(|&at| {
            let own = self.levels.range([at, 0, 0, 0]..[at + 1, 0, 0, 0]);
            own.flat_map(|(_, series)| series)
                .any(|one| one.mean.is_some_and(|mean| mean != 0.0))
        });
        order.sort_by_key(|&at| rank(&self.indicators[at].id));
        let levels = std::mem::take(&mut self.levels);
        for ([indicator, category, county, scenario], series) in levels {
            if let Some(to) = order.iter().position(|&at| at == indicator) {
                self.levels.insert([to, category, county, scenario], series);
            }
        }
        self.indicators = order.iter().map(|&at| self.indicators[at].clone()).collect();
    }

    fn pairs(&mut self, sheet: &Sheet, scenarios: &[&str]) -> Result<(), Problem> {
        let columns = [
            "base",
            "scenario",
            "year",
            "county",
            "category",
            "indicator",
            "line",
            "convention",
            "difference",
            "lo",
            "hi",
            "few_events",
        ];
        sheet.each(columns, |row| {
            let [base, scenario, year, county, category, id, line, convention, .., few] = row.cells();
            if !self.compared.iter().any(|own| own == scenario) {
                self.compared.push(scenario.into());
                self.base = Some(base.into());
            }
            let same = |own: &Indicator| own.id == id && own.line == line && own.convention == convention;
            let (Some(indicator), Some(category), Some(scenario), Some(year), Some(county)) = (
                self.indicators.iter().position(same),
                CATEGORIES.iter().position(|own| *own == category),
                scenarios.iter().position(|own| *own == scenario),
                self.year(year),
                self.counties.iter().position(|own| own == county),
            ) else {
                return Ok(());
            };
            let length = self.years.len() + 1;
            let series = self.differences.entry([indicator, category, county, scenario]);
            let series = series.or_insert_with(|| vec![Estimate::default(); length]);
            series[year] = Estimate {
                mean: row.number(8)?,
                lo: row.number(9)?,
                hi: row.number(10)?,
                few: few == "true",
            };
            Ok(())
        })
    }

    fn meanings(&mut self, dictionary: &Sheet) -> Result<(), Problem> {
        let columns = ["indicator", "weight", "numerator", "denominator", "read_with"];
        dictionary.each(columns, |row| {
            let [id, _, numerator, denominator, read_with] = row.cells();
            for own in self.indicators.iter_mut().filter(|own| own.id == id) {
                numerator.clone_into(&mut own.numerator);
                denominator.clone_into(&mut own.denominator);
                read_with.clone_into(&mut own.read_with);
            }
            Ok(())
        })
    }

    /// The column of a year; that of all years is the last.
    fn year(&self, text: &str) -> Option<usize> {
        if text == "all" {
            return Some(self.years.len());
        }
        let year: i32 = text.parse().ok()?;
        self.years.iter().position(|&own| own == year)
    }

    /// The estimate over all years, counties together.
    pub fn level(&self, id: &str, line: &str, convention: &str, category: &str, scenario: usize) -> Option<Estimate> {
        self.found(&self.levels, [id, line, convention, category], scenario)
    }

    /// The paired difference over all years, counties together.
    pub fn difference(
        &self,
        id: &str,
        line: &str,
        convention: &str,
        category: &str,
        scenario: usize,
    ) -> Option<Estimate> {
        self.found(&self.differences, [id, line, convention, category], scenario)
    }

    fn found(
        &self,
        among: &BTreeMap<Key, Series>,
        [id, line, convention, category]: [&str; 4],
        scenario: usize,
    ) -> Option<Estimate> {
        let same = |own: &Indicator| own.id == id && own.line == line && own.convention == convention;
        let indicator = self.indicators.iter().position(same)?;
        let category = CATEGORIES.iter().position(|own| *own == category)?;
        let series = among.get(&[indicator, category, 0, scenario])?;
        series.last().copied().filter(|one| one.mean.is_some())
    }

    /// What of it finds room in so many bytes of a page.
    ///
    /// # Errors
    /// None in practice: numbers can always be written.
    pub fn shown(&self, room: usize) -> Result<Shown, Problem> {
        let (mut levels, mut differences, mut left_out, mut taken) = (Vec::new(), Vec::new(), 0, 0);
        let mut keys: Vec<(bool, &Key)> = self.levels.keys().map(|key| (false, key)).collect();
        // The page shows differences of all counties together.
        keys.extend(self.differences.keys().filter(|key| key[2] == 0).map(|key| (true, key)));
        // All counties together come first.
        keys.sort_by_key(|(is_difference, key)| (key[2] > 0, **key, *is_difference));
        for (is_difference, key) in keys {
            let (from, to) = if is_difference {
                (&self.differences, &mut differences)
            } else {
                (&self.levels, &mut levels)
            };
            let line = Line::of(key, &from[key]);
            let size = serde_json::to_string(&line)
                .map_err(|error| Problem::new(format!("a series cannot be written as JSON: {error}")))?
                .len();
            if taken + size > room {
                left_out += 1;
                continue;
            }
            taken += size + 1;
            to.push(line);
        }
        Ok(Shown {
            years: self.years.clone(),
            counties: self.counties.clone(),
            categories: CATEGORIES,
            indicators: self.indicators.clone(),
            levels,
            differences,
            left_out,
        })
    }
}

/// A series as the page has it: places, means, low ends, high ends, and the columns that rest on few events.
#[derive(Serialize)]
struct Line(Key, Vec<Option<f64>>, Vec<Option<f64>>, Vec<Option<f64>>, Vec<usize>);

impl Line {
    fn of(key: &Key, series: &[Estimate]) -> Line {
        let column = |of: fn(&Estimate) -> Option<f64>| series.iter().map(|one| of(one).map(short)).collect();
        let few = (0..series.len()).filter(|&at| series[at].few).collect();
        Line(
            *key,
            column(|one| one.mean),
            column(|one| one.lo),
            column(|one| one.hi),
            few,
        )
    }
}

/// The place of an indicator in the order of the page; `None` if it is not in it.
fn rank(id: &str) -> Option<usize> {
    OF_POVERTY.iter().chain(&OTHERS).position(|own| *own == id)
}
