//! What a result says of itself: its scenarios, command, seed and the hashes of its tables.

use super::sheet::Sheet;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The manifest of a result, as far as the page shows it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Manifest {
    /// The version of the program that made the result.
    pub version: String,
    /// The version of its numbers.
    pub results_version: u32,
    /// The command as given.
    pub command: String,
    /// When it was run.
    pub run_at: String,
    /// The year in whose prices rules are written.
    pub base_year: i32,
    /// What amounts are in.
    pub money: String,
    /// What intervals are.
    pub interval: String,
    /// Cells of fewer than this were masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked_below: Option<u32>,
    /// The scenarios, in the order of the tables.
    pub scenarios: Vec<Arm>,
    /// The hashes of the tables.
    pub tables_blake3: BTreeMap<String, String>,
}

/// A scenario of a result.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Arm {
    /// Its name in the tables.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The seed of all luck.
    pub seed: u64,
    /// How many worlds were lived.
    pub replicates: u32,
    /// The first year reported.
    pub first_year: i32,
    /// The last.
    pub last_year: i32,
    /// Its programmes.
    pub programmes: Vec<String>,
    /// The hash of its population, where it is one of the user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population_blake3: Option<String>,
    /// The hash of its rules.
    pub rules_blake3: String,
}

/// A result folder whose manifest was read.
pub(super) struct Folder {
    root: PathBuf,
    pub manifest: Manifest,
}

impl Folder {
    /// Opens a result of scenarios that were run side by side, or of programmes each beside its base.
    ///
    /// # Errors
    /// When it is no result, or one that no page is made of.
    pub fn open(root: &Path) -> Result<Folder, Problem> {
        let shown = root.display();
        let file = root.join("manifest.json");
        let text = fs::read_to_string(&file).map_err(|error| {
            let problem = Problem::new(format!(
                "`{shown}` is no result: cannot read its manifest.json: {error}"
            ));
            problem
                .help("name the folder that `kangcun`, `kangcun run`, `kangcun compare` or `kangcun sweep run` wrote")
        })?;
        let ahead: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let has = |table: &str| ahead["tables_blake3"].get(table).is_some();
        if !has("indicators.csv") && !has("programmes.csv") {
            let problem = Problem::new(format!("`{shown}` has no tables/indicators.csv to make a page of"));
            return Err(problem.help(
                "pages are made of results of `kangcun`, `kangcun run`, `kangcun compare` and `kangcun sweep`; not of `attribute` or `measure`",
            ));
        }
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| Problem::new(format!("`{}` cannot be understood: {error}", file.display())))?;
        if manifest.scenarios.is_empty() {
            return Err(Problem::new(format!("`{}` lists no scenario", file.display())));
        }
        Ok(Folder {
            root: root.into(),
            manifest,
        })
    }

    /// A table that the result must have.
    ///
    /// # Errors
    /// When it cannot be read, or is not what the manifest says.
    pub fn table(&self, name: &str) -> Result<Sheet, Problem> {
        let file = self.root.join("tables").join(name);
        let sheet = Sheet::read(&file)?;
        if self.manifest.tables_blake3.get(name) != Some(&sheet.blake3()) {
            let problem = Problem::new(format!(
                "`{}` is not the table that manifest.json names: it was changed after the run",
                file.display()
            ));
            return Err(problem.help("a page must show what was computed: run the result's command again"));
        }
        Ok(sheet)
    }

    /// A table that only some results have.
    ///
    /// # Errors
    /// As [`Self::table`].
    pub fn table_if_any(&self, name: &str) -> Result<Option<Sheet>, Problem> {
        let listed = self.manifest.tables_blake3.contains_key(name);
        listed.then(|| self.table(name)).transpose()
    }

    /// Whether it is of programmes, each beside the scenario that it is held against.
    pub fn is_of_programmes(&self) -> bool {
        self.manifest.tables_blake3.contains_key("programmes.csv")
    }

    /// A file of `rules/`, where it is there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn rules(&self, scenario: &str, kind: &str) -> Result<Sheet, Problem> {
        Sheet::read(&self.root.join("rules").join(format!("{scenario}-{kind}.csv")))
    }
}
