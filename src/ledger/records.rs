//! The ledger: which runs are done, by what lies in the folder.

use super::parts::{Contents, Entry, SPOILT, Shelf, contents, index};
use super::{Fault, Folder};
use crate::problem::Problem;
use crate::study::sweep::plan::Key;
use rayon::prelude::*;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::PathBuf;

/// What there is of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing,
    /// A part says that it failed.
    Failed,
    /// A part has its rows.
    Done,
}

/// What the parts hold.
#[derive(Debug)]
pub struct Ledger {
    parts: Vec<PathBuf>,
    /// The runs of all parts by key; each with its part.
    entries: Vec<(Entry, u32)>,
    /// Parts that are not what their name says.
    pub spoilt: Vec<PathBuf>,
    /// Files that were not finished.
    pub unfinished: Vec<PathBuf>,
    /// Parts that were set aside earlier.
    pub set_aside: Vec<PathBuf>,
    states: Vec<State>,
}

/// How many runs there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Asked for.
    pub planned: usize,
    /// Lived.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Neither.
    pub missing: usize,
}

impl Ledger {
    /// Reads all parts of the sweep.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn read(folder: &Folder) -> Result<Ledger, Fault> {
        let wrong = |error: io::Error| {
            Problem::new(format!(
                "cannot read the parts of `{}`: {error}",
                folder.path().display()
            ))
        };
        let shelf = Shelf::of(folder.path()).map_err(wrong)?;
        let indexes: Vec<io::Result<Option<Vec<Entry>>>> = shelf.parts.par_iter().map(|path| index(path)).collect();
        let mut ledger = Ledger {
            parts: Vec::new(),
            entries: Vec::new(),
            spoilt: Vec::new(),
            unfinished: shelf.unfinished,
            set_aside: shelf.spoilt,
            states: vec![State::Missing; folder.counts().runs()],
        };
        for (path, entries) in shelf.parts.into_iter().zip(indexes) {
            match entries {
                Ok(Some(entries)) => {
                    let part = ledger.parts.len() as u32;
                    ledger.entries.extend(entries.into_iter().map(|entry| (entry, part)));
                    ledger.parts.push(path);
                }
                Ok(None) => ledger.spoilt.push(path),
                // Whoever found it spoilt before us has set it aside.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(wrong(error).into()),
            }
        }
        ledger.entries.sort_by_key(|(entry, part)| (entry.key, *part));
        let states: Vec<State> = (0..ledger.states.len())
            .into_par_iter()
            .map(|run| ledger.state_of(folder.key(run)))
            .collect();
        ledger.states = states;
        Ok(ledger)
    }

    /// Sets spoilt parts aside, so that their runs are lived again; gives how many.
    ///
    /// # Errors
    /// When one cannot be renamed.
    pub fn set_spoilt_aside(&mut self) -> Result<usize, Fault> {
        let spoilt = std::mem::take(&mut self.spoilt);
        let count = spoilt.len();
        for path in spoilt {
            let aside = path.with_extension(SPOILT);
            match fs::rename(&path, &aside) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done.map_err(Fault::writing(&path))?,
            }
            self.set_aside.push(aside);
        }
        Ok(count)
    }

    fn of(&self, key: Key) -> &[(Entry, u32)] {
        let from = self.entries.partition_point(|(entry, _)| entry.key < key);
        let to = self.entries.partition_point(|(entry, _)| entry.key <= key);
        &self.entries[from..to]
    }

    fn state_of(&self, key: Key) -> State {
        let own = self.of(key);
        if own.iter().any(|(entry, _)| entry.message.is_none()) {
            State::Done
        } else if own.is_empty() {
            State::Missing
        } else {
            State::Failed
        }
    }

    /// What there is of each run, by number.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The counts.
    pub fn tally(&self) -> Tally {
        let of = |state: State| self.states.iter().filter(|own| **own == state).count();
        Tally {
            planned: self.states.len(),
            done: of(State::Done),
            failed: of(State::Failed),
            missing: of(State::Missing),
        }
    }

    /// By shard of `of`, from the first: how many of its runs are missing.
    pub fn missing_by_shard(&self, folder: &Folder, of: usize) -> Vec<usize> {
        let missing = |at: usize| {
            let runs = folder.counts().shard(at, of);
            self.states[runs].iter().filter(|own| **own == State::Missing).count()
        };
        (1..=of).map(missing).collect()
    }

    /// A hash of the names of the parts, which are hashes of what they hold.
    pub fn parts_hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for path in &self.parts {
            hash.update(path.file_stem().unwrap_or_default().as_encoded_bytes());
        }
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// The parts that are whole.
    pub fn parts(&self) -> &[PathBuf] {
        &self.parts
    }

    /// Runs that stand in more than one part, and runs that this sweep does not ask for.
    pub fn beside(&self, folder: &Folder) -> (usize, usize) {
        let mut keys: Vec<Key> = (0..self.states.len()).map(|run| folder.key(run)).collect();
        keys.sort_unstable();
        let mut twice = 0;
        let mut other = 0;
        for group in self.entries.chunk_by(|one, two| one.0.key == two.0.key) {
            match keys.binary_search(&group[0].0.key) {
                Ok(_) => twice += usize::from(group.iter().filter(|(entry, _)| entry.message.is_none()).count() > 1),
                Err(_) => other += 1,
            }
        }
        (twice, other)
    }

    /// Why a run failed.
    pub fn message(&self, key: Key) -> Option<&str> {
        self.of(key).iter().find_map(|(entry, _)| entry.message.as_deref())
    }

    /// Where the rows of a run lie: each time that it was lived to its end.
    pub fn lived(&self, key: Key) -> impl Iterator<Item = (&Entry, usize)> {
        let own = self.of(key).iter().filter(|(entry, _)| entry.message.is_none());
        own.map(|(entry, part)| (entry, *part as usize))
    }

    /// Reads a part.
    ///
    /// # Errors
    /// When it is no longer what it was.
    pub fn open(&self, part: usize, outputs: usize) -> Result<Contents, Fault> {
        let path = &self.parts[part];
        let gone = |why: String| Problem::new(format!("cannot read `{}`: {why}", path.display()));
        match contents(path, outputs) {
            Ok(Some(contents)) => Ok(contents),
            Ok(None) => Err(gone("it is not what it was a moment ago".into())
                .help("`kangcun sweep run` lives again what it held")
                .into()),
            Err(error) => Err(gone(error.to_string()).into()),
        }
    }
}
