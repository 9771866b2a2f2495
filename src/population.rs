//! A checked population: households as a survey recorded them, with the weights they count with.
//!
//! `kangcun found` writes it as a folder with `population.csv` (a row a person, household columns repeated; an empty cell is
//! to be drawn) and `manifest.json` with its hash. A scenario that names the folder is founded from it.

mod columns;

pub use columns::TOLD;

use crate::problem::Problem;
use crate::world::{CONDITIONS, Category, Schooling, Stage, Work};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The file with the people.
pub const PEOPLE_FILE: &str = "population.csv";
/// The file that says where they come from.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The most people of a household.
pub const MOST_PEOPLE: usize = 20;
/// The layout of these files; another one is refused.
const FORMAT: u32 = 2;

/// What a record says about a chronic condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Where it stands.
    Stage(Stage),
    /// A doctor has told so; how far its care has come is to be drawn.
    Known,
    /// Nobody has told so; it may be there undiagnosed.
    NotKnown,
}

/// A person as recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRecord {
    /// The identity in the survey; empty where it has none.
    pub name: String,
    /// Completed years of age.
    pub age_years: u8,
    /// Completed months beyond them, 0 to 11, where the month of birth is known.
    pub age_months: Option<u8>,
    /// 0 male, 1 female.
    pub sex: u8,
    /// Work: 0 none, 1 farm, 2 wage.
    pub work: Option<u8>,
    /// Health literacy: 0 low, 1 middle, 2 high.
    pub literacy: Option<u8>,
    /// The level of school completed.
    pub schooling: Option<Schooling>,
    /// Chronic conditions, in the order of [`CONDITIONS`].
    pub conditions: [Option<Told>; CONDITIONS.len()],
}

impl PersonRecord {
    /// What the person does for a living, where it is recorded.
    pub fn work(&self) -> Option<Work> {
        self.work
            .map(|work| [Work::None, Work::Farm, Work::Wage][usize::from(work) % 3])
    }
}

/// A household as recorded; money in yuan at prices of 2020.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HouseholdRecord {
    /// The identity in the survey.
    pub name: String,
    /// The county of the scenario in which it lives.
    pub county: String,
    /// How many households it counts for, relative to the others.
    pub weight: f64,
    /// Standing with the authorities.
    pub standing: Option<Category>,
    /// Whether it was registered as poor and lifted out.
    pub cohort: Option<bool>,
    /// Disposable income of the year.
    pub income_yuan: Option<f64>,
    /// Shares of income from wages, farming, property and transfers; they sum to 1.
    pub source_share: Option<[f64; 4]>,
    /// Share of the wage income that absent migrants send.
    pub remitted_share: Option<f64>,
    /// Liquid savings.
    pub savings_yuan: Option<f64>,
    /// Productive assets.
    pub assets_yuan: Option<f64>,
    /// Debt taken up to pay for care.
    pub medical_debt_yuan: Option<f64>,
    /// Other debt.
    pub other_debt_yuan: Option<f64>,
    /// Absent migrants.
    pub migrants: Option<u8>,
    /// Who lives there.
    pub people: Vec<PersonRecord>,
}

impl HouseholdRecord {
    /// People who live there.
    pub fn size(&self) -> f64 {
        self.people.len() as f64
    }

    /// Income of the year per resident, where it is recorded.
    pub fn per_head(&self) -> Option<f64> {
        self.income_yuan.map(|income| income / self.size().max(1.0))
    }
}

/// How recorded incomes become incomes of the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncomeBasis {
    /// A household begins with the income of its record.
    #[default]
    Recorded,
    /// A household keeps its rank; the means of the fifths are given.
    Rank,
}

/// How well weights could be raked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raking {
    /// Whether every margin is met to the tolerance.
    pub converged: bool,
    /// Rounds over all cells.
    pub rounds: u32,
    /// The largest deviation that remains, in points of a share.
    pub largest_deviation_points: f64,
    /// In which margin and cell.
    pub largest_deviation_cell: String,
    /// Records whose weight was held at the bound.
    pub trimmed: usize,
}

/// Where a population comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The layout of the files.
    pub format: u32,
    /// What wrote it.
    pub program: String,
    /// The title of the map.
    pub title: String,
    /// The hash of `population.csv`.
    pub population_blake3: String,
    /// The hashes of what it was made from.
    pub sources_blake3: BTreeMap<String, String>,
    /// Households.
    pub households: usize,
    /// People who live in them.
    pub people: usize,
    /// Households that were left out with their bad rows.
    pub households_left_out: usize,
    /// How incomes are taken over.
    pub income_basis: IncomeBasis,
    /// Means of income per head in the fifths of households, through which the income curve goes; none: the scenario's.
    pub income_quintile_mean_yuan: Option<[f64; 5]>,
    /// The raking of the weights, where there was one.
    pub raking: Option<Raking>,
}

/// A population to found worlds from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Population {
    /// Where it comes from.
    pub manifest: Manifest,
    /// The households, by county and name.
    pub households: Vec<HouseholdRecord>,
}

impl Population {
    /// A hash of all that worlds are founded from.
    pub fn fingerprint(&self) -> String {
        let Manifest {
            population_blake3,
            income_basis,
            income_quintile_mean_yuan: means,
            ..
        } = &self.manifest;
        hash(format!("{population_blake3} {income_basis:?} {means:?}").as_bytes())
    }

    /// Sorts households and people, so that the order of rows in a survey means nothing.
    pub fn sort(&mut self) {
        for household in &mut self.households {
            household.people.sort();
        }
        self.households
            .sort_by(|a, b| (&a.county, &a.name).cmp(&(&b.county, &b.name)));
    }

    /// The text of `population.csv`; the manifest takes its hash and counts.
    pub fn seal(&mut self, program: String) -> String {
        let text = columns::text(&self.households);
        let manifest = &mut self.manifest;
        (manifest.format, manifest.program) = (FORMAT, program);
        manifest.population_blake3 = hash(text.as_bytes());
        manifest.households = self.households.len();
        manifest.people = self.households.iter().map(|household| household.people.len()).sum();
        text
    }

    /// Reads the folder that `kangcun found` has written.
    ///
    /// # Errors
    /// When a file is missing, was changed since, or cannot be understood.
    pub fn read(folder: &Path) -> Result<Population, Problem> {
        let open = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| {
                Problem::new(format!("cannot read the population `{}`: {error}", path.display()))
                    .help("`kangcun found --survey ... --map ... --out FOLDER` writes such a folder")
                    .help("a path is read from the folder of the scenario file that names it")
            })
        };
        let text = open(MANIFEST_FILE)?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
            let path = folder.join(MANIFEST_FILE);
            Problem::new(format!("`{}` is no manifest of a population: {error}", path.display()))
        })?;
        let shown = folder.join(PEOPLE_FILE).display().to_string();
        if manifest.format != FORMAT {
            let (found, known) = (manifest.format, FORMAT);
            let title = format!("`{shown}` has layout {found}; this program reads layout {known}");
            return Err(Problem::new(title).help("found the population again with this program"));
        }
        let text = open(PEOPLE_FILE)?;
        if hash(text.as_bytes()) != manifest.population_blake3 {
            return Err(Problem::new(format!("`{shown}` was changed since it was checked"))
                .help("its hash is not that of the manifest beside it")
                .help("change the survey or its map and found the population again"));
        }
        let households = columns::households(&text).map_err(|(line, what)| {
            Problem::new(format!("`{shown}`, line {line}: {what}")).help("found the population again")
        })?;
        Ok(Population { manifest, households })
    }
}

/// The hash by which files are told apart.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
