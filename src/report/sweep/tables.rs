//! The folder of a sweep as it was collected: what was asked for, what each point says, and what is not there.

use super::super::sheet::{Sheet, short};
use super::axes::Axis;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Groups of people that the page shows, the foremost first.
const CATEGORIES: [&str; 2] = ["lifted", "all"];

/// What a sweep asks for, as `sweep.json` has it and as far as the page shows it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Frozen {
    pub version: String,
    pub results_version: u32,
    pub id: String,
    pub title: String,
    pub question: Option<String>,
    pub command: String,
    pub planned_at: String,
    pub asked: Counts,
    extensions: Vec<Extension>,
    #[serde(skip_serializing)]
    columns: Vec<Column>,
    #[serde(skip_serializing)]
    outputs: Outputs,
    #[serde(skip_serializing)]
    design_blake3: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Counts {
    pub points: usize,
    pub draws: u32,
    pub seeds: u32,
    pub replicates: u32,
    pub seed: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Extension {
    seeds: u32,
    draws: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct Column {
    name: String,
    is_number: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Outputs {
    columns: Vec<Output>,
}

/// What is kept of each run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Output {
    pub indicator: String,
    #[serde(skip_serializing)]
    pub column: String,
    pub unit: String,
}

/// What was collected of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Collected {
    #[serde(skip_serializing)]
    design: String,
    pub planned: usize,
    pub done: usize,
    pub failed: usize,
    pub missing: usize,
    pub files_blake3: BTreeMap<String, String>,
}

/// Why runs of a kind are not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Failure {
    pub status: String,
    pub message: String,
    /// How many runs.
    pub runs: usize,
    /// The points that they are of.
    pub points: Vec<usize>,
    /// The command that lives the first of them alone.
    pub replay: String,
}

/// What the runs of a point say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub mean: f64,
    pub ends: Option<[f64; 2]>,
}

/// Output, category, county and year, as places in their lists.
pub(super) type Key = [usize; 4];

/// A sweep as read.
pub(super) struct Tables {
    pub frozen: Frozen,
    pub collected: Collected,
    pub outputs: Vec<Output>,
    pub axes: Vec<Axis>,
    /// The numbers of the points, as the tables have them.
    pub numbers: Vec<usize>,
    /// Of each point: a number, or the number of a name, for each axis.
    pub points: Vec<Vec<f64>>,
    pub categories: Vec<String>,
    pub counties: Vec<String>,
    /// The years, then `all`.
    pub years: Vec<String>,
    /// What intervals are.
    pub interval: String,
    /// By key: of each point.
    pub cells: BTreeMap<Key, Vec<Option<Cell>>>,
    pub failures: Vec<Failure>,
    root: PathBuf,
}

impl Tables {
    /// Reads the folder `root`; `groups` are the columns that move together, each group under a name.
    ///
    /// # Errors
    /// When it was not collected, or a table is missing, ill-formed or not what was collected.
    pub fn read(root: &Path, groups: &[(String, Vec<String>)]) -> Result<Tables, Problem> {
        let frozen: Frozen = json(root, "sweep.json", "put it back as it was")?;
        let collected: Collected = json(
            root,
            "collected.json",
            &format!(
                "nothing was collected yet: `kangcun sweep run {0}` lives what is missing, `kangcun sweep collect {0} --partial` takes what is there",
                root.display()
            ),
        )?;
        if collected.design != frozen.design_blake3 {
            let problem = Problem::new(format!(
                "the tables of `{}` are of another design than sweep.json says",
                root.display()
            ));
            return Err(problem.help("`kangcun sweep collect` gathers them anew"));
        }
        let mut tables = Tables {
            outputs: frozen.outputs.columns.clone(),
            axes: Vec::new(),
            numbers: Vec::new(),
            points: Vec::new(),
            categories: Vec::new(),
            counties: Vec::new(),
            years: Vec::new(),
            interval: String::new(),
            cells: BTreeMap::new(),
            failures: Vec::new(),
            root: root.into(),
            frozen,
            collected,
        };
        tables.failures()?;
        let levels = tables.levels()?;
        tables.axes(&levels, groups);
        tables.summary()?;
        Ok(tables)
    }

    fn is_partial(&self) -> bool {
        !self.collected.files_blake3.contains_key("summary.csv")
    }

    fn sheet(&self, name: &str) -> Result<Sheet, Problem> {
        let sheet = Sheet::read(&self.root.join(name))?;
        if self.collected.files_blake3.get(name) != Some(&sheet.blake3()) {
            let problem = Problem::new(format!(
                "`{}` is not what was collected",
                self.root.join(name).display()
            ));
            return Err(problem.help("a page must show what was computed: `kangcun sweep collect` writes it anew"));
        }
        Ok(sheet)
    }

    fn named(&self, name: &str) -> Result<Sheet, Problem> {
        let part = if self.is_partial() { ".partial" } else { "" };
        self.sheet(&format!("{name}{part}.csv"))
    }

    /// The runs, as their table has them.
    ///
    /// # Errors
    /// When it is not what was collected.
    pub fn results(&self) -> Result<Sheet, Problem> {
        self.named("results")
    }

    fn failures(&mut self) -> Result<(), Problem> {
        if !self.collected.files_blake3.contains_key("failures.csv") {
            return Ok(());
        }
        let sheet = self.sheet("failures.csv")?;
        sheet.each(["point", "status", "message", "replay"], |row| {
            let [_, status, message, replay] = row.cells();
            let point = row.number(0)?.unwrap_or_default() as usize;
            let same = |own: &&mut Failure| own.status == status && own.message == message;
            if let Some(own) = self.failures.iter_mut().find(same) {
                own.runs += 1;
                if own.points.last() != Some(&point) {
                    own.points.push(point);
                }
                return Ok(());
            }
            self.failures.push(Failure {
                status: status.into(),
                message: message.into(),
                runs: 1,
                points: vec![point],
                replay: replay.into(),
            });
            Ok(())
        })
    }

    /// The levels of every point, those without a run that is done among them.
    fn levels(&self) -> Result<BTreeMap<usize, Vec<String>>, Problem> {
        // A table that is whole has every point in its summary, which is shorter.
        let sheet = self.named(if self.is_partial() { "results" } else { "summary" })?;
        let [number] = sheet.places(["point"])?;
        let header = sheet.header()?;
        let mut at = Vec::new();
        // Outputs may be called as axes are not: the columns of the design stand first.
        for column in &self.frozen.columns {
            let found = header.iter().position(|own| *own == column.name);
            at.push(found.ok_or_else(|| Problem::new(format!("the tables have no column `{}`", column.name)))?);
        }
        let mut levels = BTreeMap::new();
        sheet.rows(|record, line| {
            let point = sheet.number(&record[number], "point", line)?.unwrap_or_default() as usize;
            levels.entry(point).or_insert_with(|| {
                at.iter()
                    .map(|&at| record.get(at).unwrap_or_default().to_owned())
                    .collect()
            });
            Ok(())
        })?;
        if levels.is_empty() {
            return Err(Problem::new(format!(
                "no run of `{}` is done: there is nothing to show",
                self.root.display()
            )));
        }
        Ok(levels)
    }

    /// Makes the axes: one a column, but those that move together are one, and names that tell every point apart are all there is
    /// to choose.
    fn axes(&mut self, levels: &BTreeMap<usize, Vec<String>>, groups: &[(String, Vec<String>)]) {
        self.numbers = levels.keys().copied().collect();
        self.points = vec![Vec::new(); self.numbers.len()];
        let mut told: Vec<(String, bool, Vec<String>)> = Vec::new();
        let mut taken = vec![false; self.frozen.columns.len()];
        for at in 0..taken.len() {
            if taken[at] {
                continue;
            }
            let own = &self.frozen.columns[at];
            let group = groups.iter().find(|(_, columns)| columns.contains(&own.name));
            let together: Vec<usize> = (at..taken.len())
                .filter(|&other| {
                    other == at || group.is_some_and(|(_, columns)| columns.contains(&self.frozen.columns[other].name))
                })
                .collect();
            for &other in &together {
                taken[other] = true;
            }
            let labelled = together.len() > 1 && !own.is_number;
            let cells = levels.values().map(|row| {
                let parts: Vec<&str> = together.iter().map(|&other| row[other].as_str()).collect();
                if labelled {
                    parts[0].to_owned()
                } else {
                    parts.join("; ")
                }
            });
            let name = group.map_or(own.name.clone(), |(name, _)| name.clone());
            told.push((name, own.is_number && together.len() == 1, cells.collect()));
        }
        let apart = |cells: &Vec<String>| cells.iter().collect::<std::collections::BTreeSet<_>>().len() == cells.len();
        if let Some(label) = told
            .iter()
            .position(|(_, is_number, cells)| !is_number && cells.len() > 1 && apart(cells))
        {
            let others = told.iter().enumerate().filter(|(at, _)| *at != label);
            let moved = others
                .map(|(_, (name, _, cells))| (name.clone(), cells.clone()))
                .collect::<Vec<_>>();
            let own = told.swap_remove(label);
            let (mut axis, places) = Axis::of(&own.0, false, &own.2);
            // What else there is at each point goes with its name.
            let named = if moved.is_empty() { 0 } else { own.2.len() };
            axis.titles = (0..named)
                .map(|point| {
                    moved
                        .iter()
                        .map(|(name, cells)| format!("{name} {}", cells[point]))
                        .collect::<Vec<_>>()
                        .join(", ")
                })
                .collect();
            self.points
                .iter_mut()
                .zip(places)
                .for_each(|(point, place)| point.push(place));
            self.axes = vec![axis];
            return;
        }
        for (name, is_number, cells) in told {
            let (axis, places) = Axis::of(&name, is_number, &cells);
            self.points
                .iter_mut()
                .zip(places)
                .for_each(|(point, place)| point.push(place));
            self.axes.push(axis);
        }
    }

    fn summary(&mut self) -> Result<(), Problem> {
        let sheet = self.named("summary")?;
        let mut years: Vec<String> = Vec::new();
        let mut found: BTreeMap<(usize, usize, usize, String), Vec<Option<Cell>>> = BTreeMap::new();
        let columns = [
            "point",
            "year",
            "county",
            "category",
            "indicator",
            "mean",
            "lo",
            "hi",
            "interval",
        ];
        sheet.each(columns, |row| {
            let [_, year, county, category, indicator, .., interval] = row.cells();
            if !CATEGORIES.contains(&category) {
                return Ok(());
            }
            let Some(output) = self.outputs.iter().position(|own| own.indicator == indicator) else {
                return Ok(());
            };
            let Some(mean) = row.number(5)? else { return Ok(()) };
            let point = row.number(0)?.unwrap_or_default() as usize;
            let Ok(point) = self.numbers.binary_search(&point) else {
                return Ok(());
            };
            let place = |list: &mut Vec<String>, own: &str| {
                list.iter().position(|known| known == own).unwrap_or_else(|| {
                    list.push(own.to_owned());
                    list.len() - 1
                })
            };
            if self.interval.is_empty() {
                interval.clone_into(&mut self.interval);
            }
            if !years.iter().any(|own| own == year) {
                years.push(year.to_owned());
            }
            let key = (
                output,
                place(&mut self.categories, category),
                place(&mut self.counties, county),
                year.to_owned(),
            );
            let ends = row
                .number(6)?
                .zip(row.number(7)?)
                .map(|(lo, hi)| [short(lo), short(hi)]);
            let count = self.numbers.len();
            let cells = found.entry(key).or_insert_with(|| vec![None; count]);
            cells[point] = Some(Cell {
                mean: short(mean),
                ends,
            });
            Ok(())
        })?;
        // The total is the last of the years, and the foremost group the first of groups.
        years.sort();
        let mut order: Vec<usize> = (0..self.categories.len()).collect();
        order.sort_by_key(|&at| CATEGORIES.iter().position(|own| *own == self.categories[at]));
        for ((output, category, county, year), cells) in found {
            let category = order.iter().position(|&at| at == category).unwrap_or_default();
            let year = years.iter().position(|own| *own == year).unwrap_or_default();
            self.cells.insert([output, category, county, year], cells);
        }
        self.categories = order.iter().map(|&at| self.categories[at].clone()).collect();
        self.years = years;
        if self.cells.is_empty() {
            return Err(Problem::new(format!(
                "no run of `{}` is done: there is nothing to show",
                self.root.display()
            )));
        }
        Ok(())
    }
}

fn json<T: serde::de::DeserializeOwned>(root: &Path, name: &str, help: &str) -> Result<T, Problem> {
    let file = root.join(name);
    let text = fs::read_to_string(&file)
        .map_err(|error| Problem::new(format!("cannot read `{}`: {error}", file.display())).help(help))?;
    serde_json::from_str(&text)
        .map_err(|error| Problem::new(format!("`{}` cannot be understood: {error}", file.display())))
}
