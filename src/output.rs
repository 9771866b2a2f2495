//! A result is a folder that explains itself: tables, the rules and cards they came from, a manifest with hashes.
//!
//! `tables/` depends on nothing but the scenarios, the seed and [`RESULTS_VERSION`]; host and time stand in the manifest.
//! `inputs/` keeps the files that the scenarios were read from, so that the result can be lived again ([`Kept`]).
//! A folder is written under a temporary name and renamed when complete, and never over an earlier one.

mod inputs;
pub mod microdata;
pub mod parameters;
pub mod parquet;
pub mod schema;
mod tables;
mod validation;

pub use inputs::{Kept, KeptArm};
pub use tables::{RESULTS_VERSION, cards, cell, markdown, pair, truth_table};
pub use validation::{VALIDATION_COLUMNS, ValidationStudy, validation_rows, write_validation};

use crate::exit;
use crate::month::livelihood::purses::Carried;
use crate::scenario::Scenario;
use crate::study::attribution::{Attribution, Row as Averted};
use crate::study::each::Row;
use crate::study::validate::past::Traced;
use crate::study::{Arm, EqualCost};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use thiserror::Error;

/// What can go wrong when a result is written.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The folder is there already.
    #[error("{0} is there already; name another with --out, or move it away")]
    Exists(PathBuf),
    /// A folder or file cannot be made.
    #[error("cannot create {path}: {source}")]
    Create {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}; nothing of this result was kept")]
    Write {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A figure cannot be drawn.
    #[error(transparent)]
    Plot(#[from] crate::plot::PlotError),
}

impl OutputError {
    /// The exit code of a command that ends with it.
    pub fn exit_code(&self) -> u8 {
        match self {
            OutputError::Exists(_) | OutputError::Create { .. } => exit::CANNOT_CREATE,
            OutputError::Write { .. } => exit::CANNOT_WRITE,
            OutputError::Plot(_) => exit::INTERNAL,
        }
    }
}

/// What a result is made of.
pub struct Study<'a> {
    /// The scenarios with their results; the first is the base of the comparisons.
    pub arms: &'a [Arm],
    /// How the cash comparator was sized, where there is one.
    pub equal_cost: &'a [EqualCost],
    /// What the scenarios that name published figures gave beside them, each with its name.
    pub published: &'a [(String, Vec<Traced>)],
    /// Fewer households or events than this, in the mean replicate, are not shown.
    pub min_cell: Option<u32>,
    /// The command line as given.
    pub command: String,
    /// When it was run, for the manifest.
    pub when: String,
}

#[derive(Serialize)]
struct Manifest {
    program: &'static str,
    version: &'static str,
    results_version: u32,
    command: String,
    run_at: String,
    threads: usize,
    base_year: i32,
    money: &'static str,
    interval: &'static str,
    /// Cells of fewer households or events than this were masked; nothing where none were.
    #[serde(skip_serializing_if = "Option::is_none")]
    masked_below: Option<u32>,
    scenarios: Vec<ManifestArm>,
    tables_blake3: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ManifestArm {
    id: String,
    title: String,
    seed: u64,
    replicates: usize,
    first_year: i32,
    last_year: i32,
    programmes: Vec<String>,
    /// The hash of the population of one's own, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    population_blake3: Option<String>,
    rules_blake3: String,
}

/// The first free folder `outputs/<name>`, `<name>-2`, `<name>-3`, ...
pub fn free_folder(root: &Path, name: &str) -> PathBuf {
    let mut folder = root.join(name);
    let mut number = 2;
    while folder.exists() {
        folder = root.join(format!("{name}-{number}"));
        number += 1;
    }
    folder
}

/// Refuses a folder that is there already and makes the one above it, before anything is run.
///
/// # Errors
/// When the folder is there or the one above cannot be made.
pub fn prepare(folder: &Path) -> Result<(), OutputError> {
    if folder.exists() {
        return Err(OutputError::Exists(folder.into()));
    }
    let parent = folder.parent().filter(|path| !path.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    create_folder(parent)?;
    // Before hours of work: whether anything can be made there.
    tempfile::tempdir_in(parent)
        .map(|_| ())
        .map_err(|source| OutputError::Create {
            path: folder.into(),
            source,
        })
}

/// Writes the result into `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write(study: &Study, folder: &Path) -> Result<(), OutputError> {
    whole(folder, |draft| {
        fill(study, draft)?;
        crate::plot::draw_all(draft)?;
        Ok(())
    })
}

/// Writes texts or bytes as the files of `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn folder_of(files: &[(&str, impl AsRef<[u8]>)], folder: &Path) -> Result<(), OutputError> {
    whole(folder, |draft| {
        files
            .iter()
            .try_for_each(|(name, content)| put(&draft.join(name), content))
    })
}

/// Writes a text as a file that is made or replaced.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, text: &str) -> Result<(), OutputError> {
    put(path, text)
}

/// Writes a text as a file that must not exist yet.
///
/// # Errors
/// When it is there or cannot be written; then nothing is left behind.
pub fn new_file(path: &Path, text: &str) -> Result<(), OutputError> {
    use std::io::{ErrorKind, Write};
    let path = path.to_path_buf();
    let mut file = match fs::File::create_new(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(OutputError::Exists(path)),
        Err(source) => return Err(OutputError::Create { path, source }),
    };
    file.write_all(text.as_bytes()).map_err(|source| {
        // Nothing is owed to a file that could not be written.
        let _ = fs::remove_file(&path);
        OutputError::Write { path, source }
    })
}

/// Fills a folder under a temporary name and gives it its own when it is complete.
fn whole(folder: &Path, fill: impl FnOnce(&Path) -> Result<(), OutputError>) -> Result<(), OutputError> {
    if folder.exists() {
        return Err(OutputError::Exists(folder.into()));
    }
    let parent = folder
        .parent()
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    create_folder(parent)?;
    let draft = tempfile::Builder::new()
        .prefix(".kangcun-")
        .tempdir_in(parent)
        .map_err(|source| OutputError::Create {
            path: parent.into(),
            source,
        })?;
    drafts().insert(draft.path().to_path_buf());
    let filled = fill(draft.path())
        .and_then(|()| sync(draft.path()))
        .and_then(|()| open_to_group(draft.path()))
        .and_then(|()| {
            fs::rename(draft.path(), folder).map_err(|source| OutputError::Create {
                path: folder.into(),
                source,
            })
        });
    drafts().remove(draft.path());
    filled?;
    // The temporary folder has become the result: nothing is left to remove.
    let _ = draft.keep();
    Ok(())
}

/// The folders that are being filled.
static DRAFTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn drafts() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    DRAFTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the folders that are being filled, for a program that must end now; whoever fills them can do no more.
pub fn remove_drafts() {
    let drafts = drafts();
    for folder in drafts.iter() {
        // A file that is written at this moment may keep its folder there once.
        for _ in 0..3 {
            if fs::remove_dir_all(folder).is_ok() {
                break;
            }
        }
    }
    // Nobody renames one or begins another while the program ends.
    std::mem::forget(drafts);
}

/// A table of programmes, each beside its own base.
pub struct EachStudy<'a> {
    /// The rows.
    pub rows: &'a [Row],
    /// The bases and the scenarios of the programmes.
    pub scenarios: &'a [Scenario],
    /// The command line as given.
    pub command: String,
    /// When it was run, for the manifest.
    pub when: String,
}

/// Writes the result of a sweep of programmes into `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write_each(study: &EachStudy, folder: &Path) -> Result<(), OutputError> {
    whole(folder, |draft| {
        let written = [
            ("programmes.csv", tables::programmes(study.rows)),
            ("dictionary.csv", tables::programmes_dictionary()),
            ("flags.csv", tables::programme_flags(study.rows)),
        ];
        let hashes = put_tables(&written, draft)?;
        put(&draft.join("programmes.md"), tables::markdown(study.rows))?;
        for scenario in study.scenarios {
            rules_of(&scenario.id, scenario, draft)?;
        }
        inputs::write(study.scenarios.iter().map(|own| (own.id.as_str(), own)), draft)?;
        let scenarios = study.scenarios.iter();
        let scenarios = scenarios.map(|own| manifest_arm(&own.id, own, own.run.replicates as usize));
        write_manifest((&study.command, &study.when), None, scenarios.collect(), hashes, draft)?;
        crate::plot::draw_all(draft)?;
        Ok(())
    })
}

/// A scenario beside its twins.
pub struct AttributionStudy<'a> {
    /// The worlds as lived.
    pub attribution: &'a Attribution,
    /// Every number of returns averted.
    pub rows: &'a [Averted],
    /// The command line as given.
    pub command: String,
    /// When it was run, for the manifest.
    pub when: String,
}

/// Writes what illness did to returns in a scenario into `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write_attribution(study: &AttributionStudy, folder: &Path) -> Result<(), OutputError> {
    let (attribution, arms) = (study.attribution, &study.attribution.arms);
    whole(folder, |draft| {
        let written = [
            ("attributable.csv", tables::attributable(attribution, study.rows)),
            ("attribution.csv", tables::truth_table(&arms[..1], None)),
            ("lineages.csv", tables::lineages(attribution)),
            ("matched.csv", tables::matched(attribution)),
            ("replicates.csv", tables::replicates(arms, None)),
            ("dictionary.csv", tables::attribution_dictionary()),
        ];
        let hashes = put_tables(&written, draft)?;
        for arm in arms {
            rules_of(&arm.id, arm.policy.scenario(), draft)?;
        }
        // The cumulative twin is no scenario that files could tell.
        let told = arms.iter().filter(|arm| arm.policy.carried == Carried::InFact);
        inputs::write(told.map(|arm| (arm.id.as_str(), arm.policy.scenario())), draft)?;
        let scenarios = arms.iter();
        let scenarios = scenarios.map(|arm| manifest_arm(&arm.id, arm.policy.scenario(), arm.results.len()));
        write_manifest((&study.command, &study.when), None, scenarios.collect(), hashes, draft)?;
        crate::plot::draw_all(draft)?;
        Ok(())
    })
}

/// Writes tables and gives their hashes by name.
fn put_tables(written: &[(&str, String)], folder: &Path) -> Result<BTreeMap<String, String>, OutputError> {
    let folder = folder.join("tables");
    create_folder(&folder)?;
    let mut hashes = BTreeMap::new();
    for (name, text) in written {
        hashes.insert((*name).to_owned(), blake3::hash(text.as_bytes()).to_hex().to_string());
        put(&folder.join(name), text)?;
    }
    Ok(hashes)
}

/// The rules of a scenario in its last month, their dated changes and their cards.
fn rules_of(id: &str, scenario: &Scenario, folder: &Path) -> Result<(), OutputError> {
    let folder = folder.join("rules");
    create_folder(&folder)?;
    let last = crate::units::Month::of(scenario.run.last_year, 12);
    put(&folder.join(format!("{id}.toml")), scenario.rules_text(last, true))?;
    put(&folder.join(format!("{id}-changes.csv")), tables::timeline(scenario))?;
    put(&folder.join(format!("{id}-cards.csv")), tables::cards(scenario))
}

fn fill(study: &Study, folder: &Path) -> Result<(), OutputError> {
    let mut hashes = BTreeMap::new();
    create_folder(&folder.join("tables"))?;
    for (name, make) in tables::all(study) {
        let text = make(study);
        hashes.insert(name.to_owned(), blake3::hash(text.as_bytes()).to_hex().to_string());
        put(&folder.join("tables").join(name), &text)?;
    }
    create_folder(&folder.join("rules"))?;
    for arm in study.arms {
        rules_of(&arm.id, arm.policy.scenario(), folder)?;
    }
    let scenarios = study.arms.iter().map(|arm| (arm.id.as_str(), arm.policy.scenario()));
    inputs::write(scenarios, folder)?;
    let scenarios = study.arms.iter();
    let scenarios = scenarios.map(|arm| manifest_arm(&arm.id, arm.policy.scenario(), arm.results.len()));
    let made = (study.command.as_str(), study.when.as_str());
    write_manifest(made, study.min_cell, scenarios.collect(), hashes, folder)
}

fn write_manifest(
    (command, when): (&str, &str),
    masked_below: Option<u32>,
    scenarios: Vec<ManifestArm>,
    tables_blake3: BTreeMap<String, String>,
    folder: &Path,
) -> Result<(), OutputError> {
    let manifest = Manifest {
        program: "kangcun",
        version: env!("CARGO_PKG_VERSION"),
        results_version: RESULTS_VERSION,
        command: command.to_owned(),
        run_at: when.to_owned(),
        threads: rayon::current_num_threads(),
        base_year: crate::rules::BASE_YEAR,
        money: "nominal yuan of the year, unless a column says otherwise; no discounting",
        interval: "95%, Student's t over replicates; differences are paired by replicate",
        masked_below,
        scenarios,
        tables_blake3,
    };
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    put(&folder.join("manifest.json"), &(text + "\n"))
}

fn manifest_arm(id: &str, scenario: &Scenario, replicates: usize) -> ManifestArm {
    ManifestArm {
        id: id.to_owned(),
        title: scenario.title.clone(),
        seed: scenario.run.seed,
        replicates,
        first_year: scenario.run.first_year,
        last_year: scenario.run.last_year,
        programmes: scenario
            .programmes
            .iter()
            .map(|programme| programme.id.clone())
            .collect(),
        population_blake3: scenario
            .population
            .as_ref()
            .map(|population| population.manifest.population_blake3.clone()),
        rules_blake3: blake3::hash(scenario.hash_text().as_bytes()).to_hex().to_string(),
    }
}

fn create_folder(path: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(path).map_err(|source| OutputError::Create {
        path: path.into(),
        source,
    })
}

fn put(path: &Path, content: impl AsRef<[u8]>) -> Result<(), OutputError> {
    fs::write(path, content).map_err(|source| OutputError::Write {
        path: path.into(),
        source,
    })
}

/// Flushes every file, so that a full disk is noticed before the rename.
fn sync(folder: &Path) -> Result<(), OutputError> {
    let wrong = |path: &Path| {
        let path = path.to_path_buf();
        move |source| OutputError::Write { path, source }
    };
    for entry in fs::read_dir(folder).map_err(wrong(folder))? {
        let path = entry.map_err(wrong(folder))?.path();
        if path.is_dir() {
            sync(&path)?;
        } else {
            fs::File::open(&path)
                .and_then(|file| file.sync_all())
                .map_err(wrong(&path))?;
        }
    }
    Ok(())
}

/// Temporary files are private; a file is made as readable as the folder that holds it.
#[cfg(unix)]
pub(crate) fn as_readable_as(file: &Path, folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder)?.permissions().mode() & 0o666;
    fs::set_permissions(file, fs::Permissions::from_mode(mode))
}

/// Elsewhere there is nothing to open.
#[cfg(not(unix))]
pub(crate) fn as_readable_as(_file: &Path, _folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Temporary folders are private; a result is as readable as any folder the user makes.
#[cfg(unix)]
fn open_to_group(folder: &Path) -> Result<(), OutputError> {
    use std::os::unix::fs::PermissionsExt;
    // What the user's settings give to a new folder.
    let probe = folder.join(".probe");
    let wrong = |path: &Path| {
        let path = path.to_path_buf();
        move |source| OutputError::Write { path, source }
    };
    create_folder(&probe)?;
    let usual = fs::metadata(&probe).map_err(wrong(&probe))?.permissions();
    fs::remove_dir(&probe).map_err(wrong(&probe))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(usual.mode())).map_err(wrong(folder))
}

/// Elsewhere there is nothing to open.
#[cfg(not(unix))]
fn open_to_group(_folder: &Path) -> Result<(), OutputError> {
    Ok(())
}
