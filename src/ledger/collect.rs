//! One table out of all parts: in the order of runs, whatever order they were lived in, by however many processes.

use super::parts::{FOLDER, SPOILT, UNFINISHED, is_orphan, own_table, same, write_whole};
use super::records::{Ledger, State, Tally};
use super::summary::{INTERVALS, Point};
use super::{Fault, Folder, quoted};
use crate::output::RESULTS_VERSION;
use crate::output::parquet::{self, Cells, File, Holds};
use crate::study::sweep::design::Level;
use crate::study::sweep::outputs::{FIXED_COLUMNS, Row, SUMMARY_COLUMNS};
use crate::study::sweep::plan::Run;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rows of a group in the Parquet file.
const GROUP: usize = 65_536;
/// Cells of parts that are held in memory at a time.
const WINDOW: usize = 40_000_000;
/// Runs without rows, of a table that is not whole.
const FAILURES: &str = "failures.csv";
/// What collecting wrote.
const SEAL: &str = "collected.json";

/// What was collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collected {
    /// The version of results.
    pub results_version: u32,
    /// The hash of the design.
    pub design: String,
    /// Runs asked for, done, failed, missing.
    pub planned: usize,
    /// Runs with their rows.
    pub done: usize,
    /// Runs that failed: one row each, labelled.
    pub failed: usize,
    /// Runs that are missing: one row each, labelled.
    pub missing: usize,
    /// Rows of the table.
    pub rows: usize,
    /// A hash of the names of all parts that it was gathered from.
    pub parts: String,
    /// The hashes of the files, by name.
    pub files_blake3: BTreeMap<String, String>,
}

impl Collected {
    /// What the sweep `folder` says was collected, if anything was.
    pub fn of(folder: &Folder) -> Option<Collected> {
        let text = fs::read_to_string(folder.path().join(SEAL)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether it is of these runs and parts, whole, and the files are what they were.
    fn stands(&self, folder: &Folder, ledger: &Ledger) -> bool {
        let tally = ledger.tally();
        let same = self.results_version == RESULTS_VERSION && self.design == folder.design_hash();
        let of = self.parts == ledger.parts_hash() && self.done == tally.planned && tally.done == tally.planned;
        same && of && self.changed(folder).is_empty()
    }

    /// The files that are not what was collected.
    pub fn changed(&self, folder: &Folder) -> Vec<String> {
        let is_other = |name: &&String| {
            let own = hash(&folder.path().join(name.as_str())).ok();
            own.as_ref() != self.files_blake3.get(name.as_str())
        };
        self.files_blake3.keys().filter(is_other).cloned().collect()
    }
}

/// The columns that stand before those of the outputs, around those of the design.
const BEFORE: &[&str] = FIXED_COLUMNS.split_at(5).0;
const AFTER: &[&str] = FIXED_COLUMNS.split_at(5).1;

/// Collects all runs into `results.parquet` and `results.csv`, and what those of each point say together into `summary.csv`.
/// Unless all are done it refuses; or, where `partial` says so, labels what is not, in files that are called partial.
///
/// # Errors
/// When runs are missing, two results of one differ, or a file cannot be written; then nothing of it is left.
pub fn collect(folder: &Folder, ledger: &Ledger, partial: bool) -> Result<Collected, Fault> {
    let tally = ledger.tally();
    let whole = tally.done == tally.planned;
    if !whole && !partial {
        return Err(Fault::Incomplete(incomplete(folder, ledger, &tally)));
    }
    if let Some(collected) = Collected::of(folder).filter(|own| own.stands(folder, ledger)) {
        return Ok(collected);
    }
    let mut sink = Sink::new(folder, !whole)?;
    let step = window(folder, ledger);
    let runs = folder.counts().runs();
    let mut first = 0;
    while first < runs {
        let window = first..(first + step).min(runs);
        first = window.end;
        gather(folder, ledger, window, &mut sink)?;
    }
    let rows = sink.rows;
    let mut files_blake3 = sink.end()?;
    if !whole {
        let text = failures(folder, ledger).map_err(|error| wrong(folder.path())(error.to_string()))?;
        write_whole(&folder.path().join(FAILURES), &text)?;
        files_blake3.insert(FAILURES.into(), blake3::hash(&text).to_hex().to_string());
    }
    let collected = Collected {
        results_version: RESULTS_VERSION,
        design: folder.design_hash().to_owned(),
        planned: tally.planned,
        done: tally.done,
        failed: tally.failed,
        missing: tally.missing,
        rows,
        parts: ledger.parts_hash(),
        files_blake3,
    };
    let text = serde_json::to_string_pretty(&collected).unwrap_or_default() + "\n";
    write_whole(&folder.path().join(SEAL), text.as_bytes())?;
    if whole {
        tidy(folder.path());
    }
    Ok(collected)
}

/// The runs without rows: why, and how each is lived alone.
fn failures(folder: &Folder, ledger: &Ledger) -> csv::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "run",
        "point",
        "draw",
        "seed",
        "replicate",
        "status",
        "message",
        "replay",
    ])?;
    for (number, state) in ledger.states().iter().enumerate() {
        let status = match state {
            State::Done => continue,
            State::Failed => "failed",
            State::Missing => "missing",
        };
        let run = folder.counts().run(number);
        let message = ledger.message(folder.key(number)).unwrap_or_default().to_owned();
        let replay = format!("kangcun sweep replay {} {number}", quoted(folder.path()));
        let numbers = [run.number.to_string(), run.point.to_string(), run.draw.to_string()];
        let luck = [run.seed.to_string(), run.replicate.to_string()];
        let cells = numbers
            .into_iter()
            .chain(luck)
            .chain([status.to_owned(), message, replay]);
        table.write_record(cells)?;
    }
    table.into_inner().map_err(|error| error.into_error().into())
}

fn incomplete(folder: &Folder, ledger: &Ledger, tally: &Tally) -> String {
    let Tally {
        planned,
        failed,
        missing,
        ..
    } = tally;
    let mut text =
        format!("error: of {planned} runs, {missing} are missing and {failed} failed: there is no whole table yet\n");
    let shown = quoted(folder.path());
    if *missing > 0 {
        let _ = writeln!(text, "help: `kangcun sweep run {shown}` lives what is missing");
    }
    if *failed > 0 {
        let run = ledger
            .states()
            .iter()
            .position(|state| *state == State::Failed)
            .unwrap_or_default();
        let why = ledger.message(folder.key(run)).unwrap_or_default();
        let line = why.lines().next().unwrap_or_default();
        let _ = writeln!(text, "help: run {run} failed: {line}");
        let _ = writeln!(
            text,
            "help: `kangcun sweep replay {shown} {run}` lives it alone; `kangcun sweep retry {shown}` lives all that failed"
        );
    }
    text + "help: --partial writes what there is and labels what is not"
}

/// How many runs are gathered at a time.
fn window(folder: &Folder, ledger: &Ledger) -> usize {
    let done = (0..ledger.states().len()).find(|run| ledger.states()[*run] == State::Done);
    let rows = done.and_then(|run| ledger.lived(folder.key(run)).next().map(|(entry, _)| entry.rows));
    let cells = rows.unwrap_or(1) * (folder.outputs().columns.len() + 3);
    (WINDOW / cells.max(1)).max(1)
}

/// Reads the parts that hold runs of a window and writes their rows in order.
fn gather(folder: &Folder, ledger: &Ledger, window: Range<usize>, sink: &mut Sink) -> Result<(), Fault> {
    let outputs = folder.outputs().columns.len();
    let mut by_part: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for run in window.clone() {
        for (place, (_, part)) in ledger.lived(folder.key(run)).enumerate() {
            by_part.entry(part).or_default().push((run, place));
        }
    }
    let mut lived: Vec<Option<Vec<Row>>> = vec![None; window.len()];
    for (part, runs) in by_part {
        let contents = ledger.open(part, outputs)?;
        for (run, place) in runs {
            let Some((entry, _)) = ledger.lived(folder.key(run)).nth(place) else {
                continue;
            };
            let rows = contents.rows(entry);
            let own = &mut lived[run - window.start];
            match own {
                None => *own = Some(rows),
                Some(first) if same(first, &rows) => {}
                Some(_) => return Err(Fault::Differ(differ(folder, ledger, run))),
            }
        }
    }
    for (run, rows) in window.zip(lived) {
        sink.run(folder, run, ledger.states()[run], rows.as_deref())?;
    }
    Ok(())
}

fn differ(folder: &Folder, ledger: &Ledger, run: usize) -> String {
    let parts: Vec<String> = ledger
        .lived(folder.key(run))
        .map(|(_, part)| ledger.parts()[part].display().to_string())
        .collect();
    format!(
        "error: run {run} was lived more than once, to different ends, in {}\nhelp: one of the machines, or of the builds of the \
         program, gives other numbers than the others: `kangcun sweep replay {} {run}` on each tells which; move its parts away",
        parts.join(" and "),
        folder.path().display()
    )
}

/// Removes what was left unfinished, and what was set aside: nothing is missing any more. A table that was called partial goes
/// as well.
fn tidy(path: &Path) {
    let old = |name: &str| {
        name.starts_with(UNFINISHED)
            || is_orphan(name)
            || name.ends_with(&format!(".{SPOILT}"))
            || name.contains(".partial.")
            || name == FAILURES
    };
    let mut folders: Vec<PathBuf> = vec![path.to_path_buf()];
    if let Ok(listed) = fs::read_dir(path.join(FOLDER)) {
        folders.extend(listed.flatten().map(|entry| entry.path()));
    }
    for entry in folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten()
    {
        if old(&entry.file_name().to_string_lossy()) {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The files in the making.
struct Sink {
    path: PathBuf,
    columns: Vec<(String, Holds)>,
    parquet: Option<File<BufWriter<tempfile::NamedTempFile>>>,
    csv: csv::Writer<BufWriter<tempfile::NamedTempFile>>,
    summary: csv::Writer<Vec<u8>>,
    group: Vec<Cells>,
    rows: usize,
    point: Option<(usize, Vec<Level>, Point)>,
    outputs: Vec<(String, String)>,
    partial: bool,
    interval: &'static str,
}

fn wrong(path: &Path) -> impl Fn(String) -> Fault {
    let path = path.to_path_buf();
    move |why| Fault::writing(&path)(std::io::Error::other(why))
}

impl Sink {
    fn new(folder: &Folder, partial: bool) -> Result<Sink, Fault> {
        let path = folder.path().to_path_buf();
        let temporary = || {
            let made = tempfile::Builder::new().prefix(&own_table()).tempfile_in(&path);
            made.map(BufWriter::new).map_err(Fault::writing(&path))
        };
        let design = folder.columns().iter().map(|column| {
            let holds = if column.is_number { Holds::Number } else { Holds::Text };
            (column.name.clone(), holds)
        });
        let outputs = folder
            .outputs()
            .columns
            .iter()
            .map(|output| (output.column.clone(), Holds::Number));
        let columns: Vec<(String, Holds)> = BEFORE
            .iter()
            .map(|name| ((*name).to_owned(), Holds::Whole))
            .chain(design)
            .chain(AFTER.iter().map(|name| ((*name).to_owned(), Holds::Text)))
            .chain(outputs)
            .collect();
        let notes = vec![
            ("sweep".to_owned(), folder.id().to_owned()),
            ("results_version".to_owned(), RESULTS_VERSION.to_string()),
            ("design_blake3".to_owned(), folder.design_hash().to_owned()),
        ];
        let failed = |error: parquet::Error| wrong(&path)(error.to_string());
        let parquet = File::new(temporary()?, &columns, notes).map_err(failed)?;
        let mut csv = csv::Writer::from_writer(temporary()?);
        let header = columns.iter().map(|(name, _)| name.as_str());
        csv.write_record(header)
            .map_err(|error| wrong(&path)(error.to_string()))?;
        let mut summary = csv::Writer::from_writer(Vec::new());
        let axes = folder.columns().iter().map(|column| column.name.as_str());
        let tail = ["year", "county", "category"].into_iter().chain(SUMMARY_COLUMNS);
        let header = ["point"].into_iter().chain(axes).chain(tail);
        summary
            .write_record(header)
            .map_err(|error| wrong(&path)(error.to_string()))?;
        Ok(Sink {
            parquet: Some(parquet),
            csv,
            summary,
            group: blank(&columns),
            columns,
            rows: 0,
            point: None,
            outputs: folder
                .outputs()
                .columns
                .iter()
                .map(|own| (own.indicator.clone(), own.unit.clone()))
                .collect(),
            partial,
            interval: INTERVALS[usize::from(folder.counts().draws > 1)],
            path,
        })
    }

    fn run(&mut self, folder: &Folder, run: usize, state: State, rows: Option<&[Row]>) -> Result<(), Fault> {
        let place = folder.counts().run(run);
        let levels = folder.levels(folder.counts().cell_of(run));
        if self.point.as_ref().is_none_or(|(point, ..)| *point != place.point) {
            self.close_point()?;
            self.point = Some((place.point, levels.clone(), Point::default()));
        }
        let Some(rows) = rows else {
            let status = if state == State::Failed { "failed" } else { "missing" };
            return self.row(&place, &levels, [Some(status), None, None, None], None);
        };
        for row in rows {
            let labels = [Some("ok"), Some(&row.year), Some(&row.county), Some(&row.category)];
            self.row(&place, &levels, labels, Some(&row.values))?;
        }
        if let Some((.., point)) = &mut self.point {
            point.push(place.draw, rows);
        }
        Ok(())
    }

    fn row(
        &mut self,
        run: &Run,
        levels: &[Level],
        labels: [Option<&str>; 4],
        values: Option<&[Option<f64>]>,
    ) -> Result<(), Fault> {
        let numbers = [
            run.number as i64,
            run.point as i64,
            run.draw.into(),
            run.seed as i64,
            run.replicate.into(),
        ];
        let mut texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let mut columns = self.group.iter_mut();
        for number in numbers {
            if let Some(Cells::Whole(cells)) = columns.next() {
                cells.push(Some(number));
            }
        }
        for level in levels {
            texts.push(match level {
                Level::Text(text) => text.clone(),
                Level::Number(value) => number_text(*value),
            });
            if let Some(cells) = columns.next() {
                super::freeze::push(cells, level);
            }
        }
        for label in labels {
            texts.push(label.unwrap_or_default().to_owned());
            if let Some(Cells::Text(cells)) = columns.next() {
                cells.push(label.map(str::to_owned));
            }
        }
        for at in 0..self.outputs.len() {
            let value = values.and_then(|values| values.get(at).copied().flatten());
            texts.push(value.map(number_text).unwrap_or_default());
            if let Some(Cells::Number(cells)) = columns.next() {
                cells.push(value);
            }
        }
        self.csv
            .write_record(&texts)
            .map_err(|error| wrong(&self.path)(error.to_string()))?;
        self.rows += 1;
        if self.rows.is_multiple_of(GROUP) {
            self.close_group()?;
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), Fault> {
        let group = std::mem::replace(&mut self.group, blank(&self.columns));
        let Some(parquet) = &mut self.parquet else {
            return Ok(());
        };
        parquet
            .rows(&group)
            .map_err(|error| wrong(&self.path)(error.to_string()))
    }

    fn close_point(&mut self) -> Result<(), Fault> {
        let Some((number, levels, point)) = self.point.take() else {
            return Ok(());
        };
        for line in point.lines(self.outputs.len()) {
            let (indicator, unit) = &self.outputs[line.output];
            let levels = levels.iter().map(|level| match level {
                Level::Text(text) => text.clone(),
                Level::Number(value) => number_text(*value),
            });
            let shown = [line.mean, line.se, line.ends[0], line.ends[1]].map(number_text);
            let cells = std::iter::once(number.to_string())
                .chain(levels)
                .chain(line.labels)
                .chain([indicator.clone(), unit.clone(), line.runs.to_string()])
                .chain(shown)
                .chain([self.interval.to_owned()]);
            let written = self.summary.write_record(cells);
            written.map_err(|error| wrong(&self.path)(error.to_string()))?;
        }
        Ok(())
    }

    /// Gives the files their names.
    fn end(mut self) -> Result<BTreeMap<String, String>, Fault> {
        self.close_point()?;
        if !self.rows.is_multiple_of(GROUP) || self.rows == 0 {
            self.close_group()?;
        }
        let failed = |why: String| wrong(&self.path)(why);
        let part = if self.partial { ".partial" } else { "" };
        let parquet = self
            .parquet
            .take()
            .map(File::end)
            .transpose()
            .map_err(|error| failed(error.to_string()))?;
        let csv = self.csv.into_inner().map_err(|error| failed(error.to_string()))?;
        let mut hashes = BTreeMap::new();
        for (name, file) in [
            (format!("results{part}.parquet"), parquet),
            (format!("results{part}.csv"), Some(csv)),
        ] {
            let Some(file) = file else { continue };
            let path = self.path.join(&name);
            let mut file = file.into_inner().map_err(|error| failed(error.to_string()))?;
            file.flush()
                .and_then(|()| file.as_file().sync_all())
                .map_err(Fault::writing(&path))?;
            crate::output::as_readable_as(file.path(), &self.path).map_err(Fault::writing(&path))?;
            hashes.insert(name, hash(file.path()).map_err(Fault::writing(&path))?);
            file.persist(&path)
                .map_err(|error| Fault::writing(&path)(error.error))?;
        }
        let summary = self.summary.into_inner().map_err(|error| failed(error.to_string()))?;
        let name = format!("summary{part}.csv");
        write_whole(&self.path.join(&name), &summary)?;
        hashes.insert(name, blake3::hash(&summary).to_hex().to_string());
        Ok(hashes)
    }
}

/// The hash of a file, read a piece at a time.
fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// A number with the digits that tell it from its neighbours; nothing where there is none.
fn number_text(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

fn blank(columns: &[(String, Holds)]) -> Vec<Cells> {
    let cells = |(_, holds): &(String, Holds)| match holds {
        Holds::Text => Cells::Text(Vec::new()),
        Holds::Whole => Cells::Whole(Vec::new()),
        Holds::Number => Cells::Number(Vec::new()),
    };
    columns.iter().map(cells).collect()
}
