//! The folder itself: what a sweep asks for, frozen when it is first run, so that whoever comes later lives the same runs.

use super::parts::write_whole;
use super::{Cells, Fault, cells, freeze};
use crate::output::{OutputError, RESULTS_VERSION, parquet};
use crate::problem::Problem;
use crate::study::sweep::design::{Column, Design, Level};
use crate::study::sweep::outputs::Outputs;
use crate::study::sweep::plan::{Counts, Key, Run};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const FROZEN: &str = "sweep.json";
const INPUTS: &str = "inputs";
/// What was drawn of the uncertain parameters.
const DRAWS: &str = "draws.csv";
/// What to do where the frozen files are not what they were.
const MEND: &str = "put it back as it was; or remove sweep.json and run the sweep's file again with what was added to it: runs that are there \
                    are kept";
/// The layout of the folder.
const FORMAT: u32 = 1;

/// What a sweep asks for.
pub struct Asked<'a> {
    /// The name by which commands call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The question it answers, where it says so.
    pub question: Option<String>,
    /// All that it takes to make it again, and the texts of the files.
    pub inputs: serde_json::Value,
    /// The texts of its files by the names under which they are kept.
    pub texts: BTreeMap<String, String>,
    /// Its points and draws.
    pub design: &'a Design,
    /// What is kept of each run.
    pub outputs: Outputs,
    /// How many there are of everything.
    pub counts: Counts,
    /// The command line as given, and when.
    pub command: (String, String),
}

/// Seeds and draws added to a sweep that was frozen before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Seeds added.
    pub seeds: u32,
    /// Draws added.
    pub draws: u32,
    /// When.
    pub at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frozen {
    format: u32,
    program: String,
    version: String,
    results_version: u32,
    id: String,
    title: String,
    question: Option<String>,
    command: String,
    planned_at: String,
    /// As the file says.
    asked: Counts,
    extensions: Vec<Extension>,
    columns: Vec<Column>,
    outputs: Outputs,
    design: String,
    design_blake3: String,
    inputs: serde_json::Value,
    /// The hash of all of this, with nothing in this place.
    seal: String,
}

/// The folder of a sweep.
pub struct Folder {
    path: PathBuf,
    frozen: Frozen,
    counts: Counts,
    cells: Cells,
    levels: Vec<parquet::Cells>,
    outputs_hash: [u8; 32],
}

impl Frozen {
    /// What its seal must be.
    fn sealed(&self) -> String {
        let open = Frozen {
            seal: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_string(&open).unwrap_or_default();
        blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
    }

    fn counts(&self) -> Counts {
        let mut counts = self.asked;
        for own in &self.extensions {
            counts.seeds += own.seeds;
            counts.draws += own.draws;
        }
        counts
    }
}

impl Folder {
    /// Whether a path is the folder of a sweep.
    pub fn is(path: &Path) -> bool {
        path.join(FROZEN).is_file()
    }

    /// Opens what was frozen.
    ///
    /// # Errors
    /// When it is no folder of a sweep, was written by a version of the program that gives other results, or was changed.
    pub fn open(path: &Path) -> Result<Folder, Fault> {
        let file = path.join(FROZEN);
        let text = fs::read_to_string(&file).map_err(|error| {
            let problem = Problem::new(format!(
                "`{}` is not the folder of a sweep: cannot read {FROZEN}: {error}",
                path.display()
            ));
            problem.help("`kangcun sweep run FILE` makes one")
        })?;
        let wrong = |why: String| {
            let problem = Problem::new(format!("`{}` cannot be understood: {why}", file.display()));
            problem.help(MEND)
        };
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let number = |key: &str| value.get(key).and_then(serde_json::Value::as_u64);
        if number("format") != Some(u64::from(FORMAT)) {
            return Err(wrong("another version of the program wrote it".into()).into());
        }
        if number("results_version") != Some(u64::from(RESULTS_VERSION)) {
            let theirs = number("results_version").unwrap_or_default();
            let problem = Problem::new(format!(
                "`{}` holds runs of results version {theirs}; this program gives results of version {RESULTS_VERSION}",
                path.display()
            ));
            return Err(problem
                .help("they cannot stand in one table: go on with the program that began it, or name another folder with --out")
                .into());
        }
        let frozen: Frozen = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
        if frozen.seal != frozen.sealed() {
            let problem = Problem::new(format!("`{}` is not what was frozen", file.display()));
            return Err(problem.help(MEND).into());
        }
        let design = path.join(&frozen.design);
        let bytes = fs::read(&design).map_err(|error| {
            let problem = Problem::new(format!("cannot read `{}`: {error}", design.display()));
            problem.help(MEND)
        })?;
        if blake3::hash(&bytes).to_hex().as_str() != frozen.design_blake3 {
            let problem = Problem::new(format!("`{}` is not what was frozen", design.display()));
            return Err(problem.help(MEND).into());
        }
        Folder::of(path, frozen, &Bytes::from(bytes))
    }

    fn of(path: &Path, frozen: Frozen, design: &Bytes) -> Result<Folder, Fault> {
        let counts = frozen.counts();
        let (cells, levels) = freeze::read(design, &counts, &frozen.columns)?;
        let outputs = serde_json::to_string(&frozen.outputs).unwrap_or_default();
        Ok(Folder {
            path: path.into(),
            counts,
            cells,
            levels,
            outputs_hash: *blake3::hash(outputs.as_bytes()).as_bytes(),
            frozen,
        })
    }

    /// Freezes what is asked for in `path`; `tick` is called after each cell. Where it is frozen already, it must be the same,
    /// unless it is to be `revised`: then runs that both ask for are kept.
    ///
    /// # Errors
    /// When the folder holds something else, or cannot be written.
    pub fn freeze(asked: Asked, path: &Path, revise: bool, tick: &(dyn Fn() + Sync)) -> Result<Folder, Fault> {
        if Folder::is(path) {
            let folder = Folder::open(path)?;
            if folder.is_of(&asked) {
                return Ok(folder);
            }
            let now = cells(asked.design, &asked.counts, &|_, _| None, tick);
            if folder.same_cells(&asked, &now) {
                return Ok(folder);
            }
            if !revise {
                return Err(folder.refusal(&asked, &now).into());
            }
            return Folder::write(asked, &now, path);
        }
        vacant(path)?;
        let now = cells(asked.design, &asked.counts, &|_, _| None, tick);
        Folder::write(asked, &now, path)
    }

    /// Whether the same files are asked for in the same way.
    fn is_of(&self, asked: &Asked) -> bool {
        let own = &self.frozen;
        own.inputs == asked.inputs && own.asked == asked.counts && own.outputs == asked.outputs
    }

    /// Whether what is asked for comes to the same runs, whatever its files look like.
    fn same_cells(&self, asked: &Asked, now: &Cells) -> bool {
        let own = &self.frozen;
        let columns = own.columns == asked.design.columns();
        columns
            && own.asked == asked.counts
            && own.outputs == asked.outputs
            && self.shared(asked, now) == now.rules.len()
    }

    /// The cells that stand at the same place with the same rules.
    fn shared(&self, asked: &Asked, now: &Cells) -> usize {
        let same = |cell: &usize| {
            let (point, draw) = asked.counts.place(*cell);
            self.rules(point, draw).is_some_and(|rules| rules == now.rules[*cell])
        };
        (0..now.rules.len()).filter(same).count()
    }

    fn rules(&self, point: usize, draw: u32) -> Option<[u8; 32]> {
        let inside = point < self.counts.points && draw < self.counts.draws;
        inside.then(|| self.cells.rules[point * self.counts.draws as usize + draw as usize])
    }

    fn refusal(&self, asked: &Asked, now: &Cells) -> Problem {
        let (ours, theirs) = (asked.counts, self.frozen.asked);
        let mut other = Vec::new();
        let mut tell = |what: &str, ours: u64, theirs: u64| {
            if ours != theirs {
                other.push(format!("{ours} {what} instead of {theirs}"));
            }
        };
        tell("points", ours.points as u64, theirs.points as u64);
        tell("draws", ours.draws.into(), theirs.draws.into());
        tell("seeds", ours.seeds.into(), theirs.seeds.into());
        tell("replicates", ours.replicates.into(), theirs.replicates.into());
        if ours.seed != theirs.seed {
            other.push(format!("seed {} instead of {}", ours.seed, theirs.seed));
        }
        if self.frozen.outputs != asked.outputs {
            other.push("other outputs".into());
        }
        let differ = now.rules.len() - self.shared(asked, now);
        if differ > 0 {
            other.push(format!("{differ} of {} cells have other rules", now.rules.len()));
        }
        if other.is_empty() {
            other.push("other names of axes".into());
        }
        let problem = Problem::new(format!(
            "`{}` holds another sweep: {}",
            self.path.display(),
            other.join(", ")
        ));
        problem
            .help("name another folder with --out")
            .help("or add --revise: the folder takes over what is asked for now, and runs that both ask for are kept")
            .help("more seeds or draws of the same: --add-seeds, --add-draws")
    }

    fn write(asked: Asked, cells: &Cells, path: &Path) -> Result<Folder, Fault> {
        let frozen = Frozen {
            format: FORMAT,
            program: "kangcun".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            results_version: RESULTS_VERSION,
            id: asked.id,
            title: asked.title,
            question: asked.question,
            command: asked.command.0,
            planned_at: asked.command.1,
            asked: asked.counts,
            extensions: Vec::new(),
            columns: asked.design.columns().to_vec(),
            outputs: asked.outputs,
            design: String::new(),
            design_blake3: String::new(),
            inputs: asked.inputs,
            seal: String::new(),
        };
        let inputs = path.join(INPUTS);
        create(&inputs)?;
        for (name, text) in &asked.texts {
            write_whole(&inputs.join(name), text.as_bytes())?;
        }
        Folder::store(frozen, asked.design, cells, path)
    }

    /// Writes the table of cells and then, last, what says that it is there.
    fn store(mut frozen: Frozen, design: &Design, cells: &Cells, path: &Path) -> Result<Folder, Fault> {
        let table = freeze::table(cells, &frozen.counts(), design);
        let bytes = table.map_err(|error| Problem::new(format!("the design cannot be written: {error}")))?;
        let hash = blake3::hash(&bytes).to_hex();
        frozen.design = format!("design-{}.parquet", &hash[..12]);
        frozen.design_blake3 = hash.to_string();
        write_whole(&path.join(&frozen.design), &bytes)?;
        if design.is_drawn() {
            let table = draws(design, frozen.counts().draws);
            let table = table.map_err(|error| Problem::new(format!("the draws cannot be written: {error}")))?;
            write_whole(&path.join(DRAWS), &table)?;
        }
        for folder in ["logs", "parts"] {
            create(&path.join(folder))?;
        }
        frozen.seal = frozen.sealed();
        let text = serde_json::to_string_pretty(&frozen).unwrap_or_default() + "\n";
        write_whole(&path.join(FROZEN), text.as_bytes())?;
        Folder::of(path, frozen, &Bytes::from(bytes))
    }

    /// Adds seeds and draws; runs that are there keep their keys and are not lived again.
    ///
    /// # Errors
    /// When there is nothing to draw, or the folder cannot be written.
    pub fn extend(&self, added: Extension, design: &Design, tick: &(dyn Fn() + Sync)) -> Result<Folder, Fault> {
        if added.draws > 0 && !design.is_drawn() {
            let problem = Problem::new("this sweep draws no parameters, so there are no draws to add to");
            return Err(problem.help("a `[draw]` table says which parameters are drawn").into());
        }
        let mut frozen = self.frozen.clone();
        frozen.extensions.push(added);
        let known = |point: usize, draw: u32| self.rules(point, draw);
        let cells = cells(design, &frozen.counts(), &known, tick);
        Folder::store(frozen, design, &cells, &self.path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of the sweep.
    pub fn id(&self) -> &str {
        &self.frozen.id
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.frozen.title
    }

    /// How many there are of everything, extensions included.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What was added since it was frozen.
    pub fn extensions(&self) -> &[Extension] {
        &self.frozen.extensions
    }

    /// What is kept of each run.
    pub fn outputs(&self) -> &Outputs {
        &self.frozen.outputs
    }

    /// The hash of the design: of its cells, their levels and rules.
    pub fn design_hash(&self) -> &str {
        &self.frozen.design_blake3
    }

    /// The columns of the design.
    pub fn columns(&self) -> &[Column] {
        &self.frozen.columns
    }

    /// All that it takes to make the sweep again.
    pub fn inputs(&self) -> &serde_json::Value {
        &self.frozen.inputs
    }

    /// The text of a file that the sweep was read from.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, kept: &str) -> Result<String, Problem> {
        let path = self.path.join(INPUTS).join(kept);
        if Path::new(kept).components().count() != 1 || kept.contains("..") {
            return Err(Problem::new(format!("`{kept}` is no file of a sweep")));
        }
        let text = fs::read_to_string(&path)
            .map_err(|error| Problem::new(format!("cannot read `{}`: {error}", path.display())).help(MEND))?;
        // The name of a kept file ends with the first digits of its hash.
        let stem = Path::new(kept).file_stem().unwrap_or_default().to_string_lossy();
        let told = stem.rsplit('-').next().unwrap_or_default();
        if !blake3::hash(text.as_bytes()).to_hex().starts_with(told) {
            return Err(Problem::new(format!("`{}` is not what was frozen", path.display())).help(MEND));
        }
        Ok(text)
    }

    /// Whether `draws.csv` is there as it was drawn, where anything was; with `mend`, puts it there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn has_draws(&self, design: &Design, mend: bool) -> Result<bool, Fault> {
        if !design.is_drawn() {
            return Ok(true);
        }
        let path = self.path.join(DRAWS);
        let table = draws(design, self.counts.draws);
        let table = table.map_err(|error| Problem::new(format!("the draws cannot be written: {error}")))?;
        let same = fs::read(&path).is_ok_and(|bytes| bytes == table);
        if !same && mend {
            write_whole(&path, &table)?;
        }
        Ok(same)
    }

    /// The hash of the rules of a cell.
    pub fn rules_of(&self, cell: usize) -> &[u8; 32] {
        &self.cells.rules[cell]
    }

    /// What is wrong with cells that cannot be lived.
    pub fn wrong(&self) -> &[(usize, String)] {
        &self.cells.wrong
    }

    /// The key of a run.
    pub fn key(&self, run: usize) -> Key {
        self.key_of(&self.counts.run(run))
    }

    fn key_of(&self, run: &Run) -> Key {
        let rules = &self.cells.rules[self.counts.cell_of(run.number)];
        Key::of(rules, &self.outputs_hash, run)
    }

    /// The levels of a cell, one a column of the design.
    pub fn levels(&self, cell: usize) -> Vec<Level> {
        let level = |cells: &parquet::Cells| match cells {
            parquet::Cells::Text(cells) => Level::Text(cells[cell].clone().unwrap_or_default()),
            parquet::Cells::Number(cells) => Level::Number(cells[cell].unwrap_or(f64::NAN)),
            parquet::Cells::Whole(cells) => Level::Number(cells[cell].unwrap_or_default() as f64),
        };
        self.levels.iter().map(level).collect()
    }
}

/// What was drawn: a row a draw, a column a parameter. Of a list the number that tells the draws apart is shown.
fn draws(design: &Design, draws: u32) -> csv::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(
        ["draw"]
            .into_iter()
            .chain(design.drawn().iter().map(|own| own.name.as_str())),
    )?;
    for draw in 0..draws {
        let values = design.draw_values(draw).into_iter().map(|value| value.to_string());
        table.write_record([draw.to_string()].into_iter().chain(values))?;
    }
    table.into_inner().map_err(|error| error.into_error().into())
}

/// Refuses a folder with something else in it; what a process left that was stopped while it froze a sweep does not count.
fn vacant(path: &Path) -> Result<(), Fault> {
    let listed = match fs::read_dir(path) {
        Ok(listed) => listed,
        Err(error) if error.kind() == ErrorKind::NotFound => return create(path),
        Err(source) => {
            let path = path.into();
            return Err(OutputError::Create { path, source }.into());
        }
    };
    let own = |name: &str| {
        let fixed = [
            INPUTS,
            DRAWS,
            "logs",
            "parts",
            "jobs",
            "jobs.jsonl",
            "failures.csv",
            "collected.json",
            "lost+found",
        ];
        fixed.contains(&name)
            || ["design-", "results.", "summary.", ".table-"]
                .iter()
                .any(|start| name.starts_with(start))
            || name.starts_with(super::parts::UNFINISHED)
    };
    for entry in listed.flatten() {
        if !own(&entry.file_name().to_string_lossy()) {
            return Err(OutputError::Exists(path.into()).into());
        }
    }
    Ok(())
}

fn create(path: &Path) -> Result<(), Fault> {
    fs::create_dir_all(path).map_err(|source| {
        let path = path.into();
        OutputError::Create { path, source }.into()
    })
}
