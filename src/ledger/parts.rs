//! Parts: files of many runs, each named by the hash of its bytes.

use super::Fault;
use crate::output::parquet::{self, Cells};
use crate::study::sweep::live::Outcome;
use crate::study::sweep::outputs::{Outputs, Row};
use crate::study::sweep::plan::Key;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of parts.
pub(super) const FOLDER: &str = "parts";
/// How the name of a file begins that is not a part yet.
pub(super) const UNFINISHED: &str = ".part-";
/// How the name of a table begins that is not finished.
const TABLE: &str = ".table-";
/// The ending of a part that is not what its name says, set aside.
pub(super) const SPOILT: &str = "spoilt";

/// Runs that have been lived and not yet saved.
pub struct Batch {
    outputs: usize,
    runs: BTreeMap<Key, Outcome>,
    rows: usize,
}

const FIXED: [&str; 5] = ["run", "message", "year", "county", "category"];

impl Batch {
    /// An empty batch of runs of which these outputs are kept.
    pub fn new(outputs: &Outputs) -> Batch {
        Batch {
            outputs: outputs.columns.len(),
            runs: BTreeMap::new(),
            rows: 0,
        }
    }

    /// Takes a run in.
    pub fn push(&mut self, key: Key, outcome: Outcome) {
        self.rows += outcome.as_ref().map_or(1, Vec::len);
        self.runs.insert(key, outcome);
    }

    /// Its runs.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// Cells of its table, which is how large it is.
    pub fn cells(&self) -> usize {
        self.rows * (FIXED.len() + self.outputs)
    }

    /// The bytes of a part that holds it.
    fn bytes(&self) -> Result<Vec<u8>, parquet::Error> {
        let mut texts: [Vec<Option<String>>; FIXED.len()] = Default::default();
        let mut values: Vec<Vec<Option<f64>>> = vec![Vec::new(); self.outputs];
        for (key, outcome) in &self.runs {
            let key = key.to_string();
            match outcome {
                Ok(rows) => {
                    for row in rows {
                        let cells = [
                            Some(&key),
                            None,
                            Some(&row.year),
                            Some(&row.county),
                            Some(&row.category),
                        ];
                        texts
                            .iter_mut()
                            .zip(cells)
                            .for_each(|(column, cell)| column.push(cell.cloned()));
                        values
                            .iter_mut()
                            .zip(&row.values)
                            .for_each(|(column, cell)| column.push(*cell));
                    }
                }
                Err(message) => {
                    let cells = [Some(&key), Some(message), None, None, None];
                    texts
                        .iter_mut()
                        .zip(cells)
                        .for_each(|(column, cell)| column.push(cell.cloned()));
                    for column in &mut values {
                        column.push(None);
                    }
                }
            }
        }
        let names: Vec<String> = (0..self.outputs).map(|at| format!("output{at}")).collect();
        let texts = FIXED.iter().copied().zip(texts.map(Cells::Text));
        let values = names
            .iter()
            .map(String::as_str)
            .zip(values.into_iter().map(Cells::Number));
        parquet::bytes(texts.chain(values).collect())
    }

    /// How many bytes it takes on disk.
    pub fn size(&self) -> usize {
        self.bytes().map_or(0, |bytes| bytes.len())
    }

    /// Saves it in the sweep `folder` and empties it; an empty batch writes nothing.
    ///
    /// # Errors
    /// When it cannot be written; then nothing of it is left behind.
    pub fn save(&mut self, folder: &Path) -> Result<(), Fault> {
        if self.runs.is_empty() {
            return Ok(());
        }
        let shelf = folder.join(FOLDER);
        let bytes = self
            .bytes()
            .map_err(|error| Fault::writing(&shelf)(std::io::Error::other(error.to_string())))?;
        let name = name(&bytes);
        let shelf = shelf.join(&name[..2]);
        fs::create_dir_all(&shelf).map_err(Fault::writing(&shelf))?;
        write_whole(&shelf.join(format!("{name}.parquet")), &bytes)?;
        self.runs.clear();
        self.rows = 0;
        Ok(())
    }
}

/// The name of a part.
fn name(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

/// Writes a file so that it is there whole or not at all, and stays there when the power fails.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let wrong = || Fault::writing(path);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut tries = 0;
    loop {
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(wrong())?;
        let written = file
            .write_all(bytes)
            .and_then(|()| crate::output::as_readable_as(file.path(), folder))
            .and_then(|()| file.as_file().sync_all())
            .and_then(|()| file.persist(path).map(|_| ()).map_err(|error| error.error));
        match written {
            Ok(()) => break,
            // Another process has found everything done and cleared it away: once more.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && tries < 5 => tries += 1,
            Err(error) => return Err(wrong()(error)),
        }
    }
    sync_folder(folder);
    Ok(())
}

/// How the name of a table begins that is being written by this process; another knows by it whether its writer is there still.
pub(super) fn own_table() -> String {
    format!("{TABLE}{}-{}-", host(), std::process::id())
}

/// Whether the writer of a table that is not finished is gone: a process of this machine that is not there any more.
pub(super) fn is_orphan(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(TABLE).and_then(|rest| rest.strip_prefix(&host())) else {
        return false;
    };
    let process = rest.strip_prefix('-').and_then(|rest| rest.split('-').next());
    process.is_some_and(|id| Path::new("/proc/self").exists() && !Path::new("/proc").join(id).exists())
}

/// The name of this machine, as far as a file can bear it.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Makes a rename lasting, where folders can be flushed at all.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// What lies in the folder of parts.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Files with the name of a part, in the order of their names.
    pub parts: Vec<PathBuf>,
    /// Files that somebody has not finished, or will not.
    pub unfinished: Vec<PathBuf>,
    /// Parts that were not what their name says, set aside.
    pub spoilt: Vec<PathBuf>,
}

impl Shelf {
    /// Of the sweep `folder`.
    ///
    /// # Errors
    /// When it cannot be looked through.
    pub fn of(folder: &Path) -> std::io::Result<Shelf> {
        let mut shelf = Shelf::default();
        let root = folder.join(FOLDER);
        for inner in entries(&root)? {
            if !inner.is_dir() {
                continue;
            }
            for path in entries(&inner)? {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                match path.extension().and_then(|ending| ending.to_str()) {
                    _ if name.starts_with(UNFINISHED) => shelf.unfinished.push(path),
                    Some("parquet") => shelf.parts.push(path),
                    Some(SPOILT) => shelf.spoilt.push(path),
                    _ => {}
                }
            }
        }
        Ok(shelf)
    }
}

/// The paths in a folder in order; none where there is no folder.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut paths = listed
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// A run in a part: its rows follow one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The run.
    pub key: Key,
    /// Its first row.
    pub first: usize,
    /// Its rows.
    pub rows: usize,
    /// Why it failed, if it did.
    pub message: Option<String>,
}

/// The bytes of a part that is what its name says; none where it is not.
fn whole(path: &Path) -> std::io::Result<Option<Bytes>> {
    let bytes = fs::read(path)?;
    let own = path.file_stem().and_then(|stem| stem.to_str());
    Ok((own == Some(name(&bytes).as_str())).then(|| Bytes::from(bytes)))
}

/// The runs of a part; none where the file is not what its name says.
///
/// # Errors
/// When it cannot be read.
pub fn index(path: &Path) -> std::io::Result<Option<Vec<Entry>>> {
    let Some(bytes) = whole(path)? else { return Ok(None) };
    let Ok(columns) = parquet::read(bytes, &FIXED[..2]) else {
        return Ok(None);
    };
    let [Cells::Text(keys), Cells::Text(messages)] = &columns[..] else {
        return Ok(None);
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut last = None;
    for (at, (key, message)) in keys.iter().zip(messages).enumerate() {
        if key.is_some() && last == key.as_ref() {
            if let Some(entry) = entries.last_mut() {
                entry.rows += 1;
            }
            continue;
        }
        let Some(own) = key.as_deref().and_then(Key::parse) else {
            return Ok(None);
        };
        last = key.as_ref();
        entries.push(Entry {
            key: own,
            first: at,
            rows: 1,
            message: message.clone(),
        });
    }
    Ok(Some(entries))
}

/// All rows of a part.
pub struct Contents {
    texts: Vec<Vec<Option<String>>>,
    values: Vec<Vec<Option<f64>>>,
}

/// Reads a part with so many outputs; none where the file is not what its name says.
///
/// # Errors
/// When it cannot be read.
pub fn contents(path: &Path, outputs: usize) -> std::io::Result<Option<Contents>> {
    let Some(bytes) = whole(path)? else { return Ok(None) };
    let names: Vec<String> = (0..outputs).map(|at| format!("output{at}")).collect();
    let wanted: Vec<&str> = FIXED[2..]
        .iter()
        .copied()
        .chain(names.iter().map(String::as_str))
        .collect();
    let Ok(columns) = parquet::read(bytes, &wanted) else {
        return Ok(None);
    };
    let mut own = Contents {
        texts: Vec::new(),
        values: Vec::new(),
    };
    for cells in columns {
        match cells {
            Cells::Text(cells) => own.texts.push(cells),
            Cells::Number(cells) => own.values.push(cells),
            Cells::Whole(_) => return Ok(None),
        }
    }
    Ok(Some(own))
}

impl Contents {
    /// The rows of a run.
    pub fn rows(&self, entry: &Entry) -> Vec<Row> {
        let text = |column: usize, row: usize| self.texts[column][row].clone().unwrap_or_default();
        let row = |row: usize| Row {
            year: text(0, row),
            county: text(1, row),
            category: text(2, row),
            values: self.values.iter().map(|column| column[row]).collect(),
        };
        (entry.first..entry.first + entry.rows).map(row).collect()
    }
}

/// Whether two runs gave the same to the last bit.
pub fn same(one: &[Row], other: &[Row]) -> bool {
    let bits =
        |values: &[Option<f64>]| -> Vec<Option<u64>> { values.iter().map(|value| value.map(f64::to_bits)).collect() };
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            (&one.year, &one.county, &one.category) == (&other.year, &other.county, &other.category)
                && bits(&one.values) == bits(&other.values)
        })
}
