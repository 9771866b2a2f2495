//! The files that the scenarios of a result were read from: kept with it, and read again to live it once more.

use super::tables::{MASKED, replicate_rows};
use super::{OutputError, RESULTS_VERSION, create_folder, put};
use crate::problem::{Problem, Problems, suggest};
use crate::run::RunResult;
use crate::scenario::{Inputs, Scenario};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a result that holds the texts.
const FOLDER: &str = "inputs";
/// What every result has.
const MANIFEST: &str = "manifest.json";
/// The file in it that says what each is.
const INDEX: &str = "scenarios.json";

/// A scenario of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptArm {
    /// Its name in the result's tables.
    pub id: String,
    /// The hash of its rules, as in the manifest.
    pub rules_blake3: String,
    /// What it was made from.
    pub inputs: Inputs,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    results_version: u32,
    scenarios: Vec<KeptArm>,
}

fn hash(scenario: &Scenario) -> String {
    blake3::hash(scenario.hash_text().as_bytes()).to_hex().to_string()
}

/// Keeps the texts of the scenarios, each with its name in the tables, in the result `folder`.
pub(super) fn write<'a>(
    scenarios: impl Iterator<Item = (&'a str, &'a Scenario)>,
    folder: &Path,
) -> Result<(), OutputError> {
    let folder = folder.join(FOLDER);
    create_folder(&folder)?;
    let mut index = Index {
        results_version: RESULTS_VERSION,
        scenarios: Vec::new(),
    };
    for (id, scenario) in scenarios {
        let (inputs, texts) = scenario.inputs();
        for (name, text) in texts {
            put(&folder.join(name), text)?;
        }
        index.scenarios.push(KeptArm {
            id: id.to_owned(),
            rules_blake3: hash(scenario),
            inputs,
        });
    }
    let text = serde_json::to_string_pretty(&index).unwrap_or_default();
    put(&folder.join(INDEX), &(text + "\n"))
}

/// A result that can be lived again.
#[derive(Clone, Debug)]
pub struct Kept {
    folder: PathBuf,
    /// Whether its manifest lists the numbers of each replicate.
    has_replicates: bool,
    /// Its scenarios; the first is the base of its comparisons.
    pub arms: Vec<KeptArm>,
}

impl Kept {
    /// Whether a path is a folder with a manifest, as a result is.
    pub fn is(path: &Path) -> bool {
        path.join(MANIFEST).is_file()
    }

    /// Opens the result `folder`.
    ///
    /// # Errors
    /// When it keeps no inputs, or was written by a version of the program that gives other numbers.
    pub fn open(folder: &Path) -> Result<Kept, Problem> {
        let path = folder.join(FOLDER).join(INDEX);
        let text = fs::read_to_string(&path).map_err(|error| {
            let problem = Problem::new(format!("cannot read `{}`: {error}", path.display()));
            problem.help("a result keeps there what its scenarios were read from; run it again to have it")
        })?;
        // First the version: another one may have another layout.
        let version = serde_json::from_str::<serde_json::Value>(&text)
            .ok()
            .and_then(|value| value.get("results_version")?.as_u64());
        if version != Some(u64::from(RESULTS_VERSION)) {
            let theirs = version.map_or("an unknown version".to_owned(), |version| format!("version {version}"));
            let problem = Problem::new(format!(
                "`{}` holds results of {theirs}; this program gives results of version {RESULTS_VERSION}",
                folder.display()
            ));
            return Err(problem.help("it cannot be lived again as it was: run its command again"));
        }
        let manifest = fs::read_to_string(folder.join(MANIFEST))
            .map_err(|error| Problem::new(format!("cannot read the manifest of `{}`: {error}", folder.display())))?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let index: Index = serde_json::from_str(&text)
            .map_err(|error| Problem::new(format!("`{}` cannot be understood: {error}", path.display())))?;
        Ok(Kept {
            folder: folder.into(),
            has_replicates: manifest
                .get("tables_blake3")
                .is_none_or(|tables| tables.get("replicates.csv").is_some()),
            arms: index.scenarios,
        })
    }

    /// The scenario called `id` in the tables, or the first.
    ///
    /// # Errors
    /// When there is none, its texts are gone, or its rules are not what they were.
    pub fn scenario(&self, id: Option<&str>) -> Result<(&KeptArm, Scenario), Problems> {
        let arm = match id {
            None => self.arms.first(),
            Some(id) => self.arms.iter().find(|arm| arm.id == id),
        };
        let Some(arm) = arm else {
            let shown = self.folder.display();
            let names: Vec<&str> = self.arms.iter().map(|arm| arm.id.as_str()).collect();
            let wanted = id.unwrap_or("any");
            let problem = Problem::new(format!("`{shown}` holds no scenario `{wanted}`"));
            let problem = problem.help_if(suggest(wanted, names.iter().copied()));
            return Err(problem.help(format!("it holds: {}", names.join(", "))).into());
        };
        let folder = self.folder.join(FOLDER);
        let scenario = Scenario::again(&arm.inputs, |kept| {
            if Path::new(kept).components().count() != 1 || kept.contains("..") {
                return Err(Problem::new(format!("`{kept}` is no file of `{}`", folder.display())));
            }
            let path = folder.join(kept);
            fs::read_to_string(&path)
                .map_err(|error| Problem::new(format!("cannot read `{}`: {error}", path.display())))
        })?;
        if hash(&scenario) != arm.rules_blake3 {
            let problem = Problem::new(format!(
                "the rules of `{}` read from `{}` are not those of the result",
                arm.id,
                folder.display()
            ));
            let help = "a file there, or the population that it names, was changed, or the program was: run the result's command again";
            return Err(problem.help(help).into());
        }
        Ok((arm, scenario))
    }

    /// Whether a replicate lived again gave what the result's table of replicates says.
    ///
    /// # Errors
    /// When it did not, or the table cannot be read.
    pub fn confirm(&self, arm: &KeptArm, replicate: u32, lived: &RunResult) -> Result<(), Problem> {
        let path = self.folder.join("tables").join("replicates.csv");
        // A sweep of programmes has no such table.
        if !self.has_replicates {
            return Ok(());
        }
        let wrong = |error: csv::Error| Problem::new(format!("cannot read `{}`: {error}", path.display()));
        let mut table = csv::Reader::from_path(&path).map_err(wrong)?;
        let number = replicate.to_string();
        let mut told = Vec::new();
        for row in table.records() {
            let row = row.map_err(wrong)?;
            if row.get(0) == Some(&arm.id) && row.get(1) == Some(&number) {
                told.push(row);
            }
        }
        let mut rows = replicate_rows(&arm.id, replicate as usize, lived);
        // What was masked is not there to be held against.
        let agree = |cells: &[String; 9], kept: &csv::StringRecord| {
            let masked = kept.iter().next_back() == Some(MASKED);
            let cell = |(at, cell): (usize, &String)| {
                let kept = kept.get(at);
                kept == Some(cell) || masked && kept == Some("")
            };
            cells.iter().enumerate().all(cell)
        };
        let same = told
            .iter()
            .all(|kept| rows.next().is_some_and(|(cells, _)| agree(&cells, kept)));
        if same && !told.is_empty() && rows.next().is_none() {
            return Ok(());
        }
        let problem = Problem::new(format!(
            "replicate {replicate} of `{}`, lived again, does not give what `{}` says",
            arm.id,
            path.display()
        ));
        Err(problem
            .help("the table was changed, or another build of the program wrote it: run the result's command again"))
    }
}
