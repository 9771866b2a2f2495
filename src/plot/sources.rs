//! The tables of a result, each read once, and what all of its figures have in common.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::PlotError;
use super::table::Table;

/// The tables of one result.
pub(super) struct Sources {
    folder: PathBuf,
    read: RefCell<BTreeMap<String, Rc<Table>>>,
    scenarios: RefCell<Option<Rc<Vec<String>>>>,
}

impl Sources {
    /// The tables under the folder of a result; nothing is read yet.
    pub(super) fn of(result: &Path) -> Sources {
        Sources {
            folder: result.to_owned(),
            read: RefCell::default(),
            scenarios: RefCell::default(),
        }
    }

    /// The folder of the result.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A table by its name in the folder of tables, or with `./` before it by its name in the folder of the result.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        match name.strip_prefix("./") {
            Some(name) => self.folder.join(name),
            None => self.folder.join("tables").join(name),
        }
    }

    /// Whether the result has a table.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path(name).is_file()
    }

    /// A table that the result must have.
    pub(super) fn table(&self, name: &str) -> Result<Rc<Table>, PlotError> {
        if let Some(table) = self.read.borrow().get(name) {
            return Ok(Rc::clone(table));
        }
        let table = Rc::new(Table::read(&self.path(name))?);
        self.as_written(name)?;
        self.read.borrow_mut().insert(name.to_owned(), Rc::clone(&table));
        Ok(table)
    }

    /// A table that the result may have.
    pub(super) fn maybe(&self, name: &str) -> Result<Option<Rc<Table>>, PlotError> {
        self.has(name).then(|| self.table(name)).transpose()
    }

    /// The rows of a long table whose cells equal the given values; they alone are kept.
    pub(super) fn part(&self, name: &str, wanted: &[(&str, &str)]) -> Result<Rc<Table>, PlotError> {
        let key = format!("{name} where {wanted:?}");
        if let Some(table) = self.read.borrow().get(&key) {
            return Ok(Rc::clone(table));
        }
        let table = Rc::new(Table::read_where(&self.path(name), wanted)?);
        self.as_written(name)?;
        self.read.borrow_mut().insert(key, Rc::clone(&table));
        Ok(table)
    }

    /// Refuses a table whose bytes are not those that the manifest of the result, or what a sweep says of its collected
    /// tables, names. A result without either is taken as it is.
    fn as_written(&self, name: &str) -> Result<(), PlotError> {
        let (list, key) = match name.strip_prefix("./") {
            Some(_) => ("collected.json", "files_blake3"),
            None => ("manifest.json", "tables_blake3"),
        };
        let list = std::fs::read_to_string(self.folder.join(list)).unwrap_or_default();
        let list: serde_json::Value = serde_json::from_str(&list).unwrap_or_default();
        let Some(hash) = list[key][name.trim_start_matches("./")].as_str() else {
            return Ok(());
        };
        let file = self.path(name);
        let mut hasher = blake3::Hasher::new();
        let read = std::fs::File::open(&file).and_then(|bytes| hasher.update_reader(bytes).map(|_| ()));
        if let Err(source) = read {
            return Err(PlotError::Read { file, source });
        }
        if hasher.finalize().to_hex().as_str() == hash {
            Ok(())
        } else {
            Err(PlotError::Changed { file })
        }
    }

    /// The scenarios of a comparison in the order in which they were run. Their places give their looks, the same in
    /// every figure.
    pub(super) fn scenarios(&self) -> Result<Rc<Vec<String>>, PlotError> {
        if let Some(known) = &*self.scenarios.borrow() {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(self.table("indicators.csv")?.distinct("scenario", &[])?);
        *self.scenarios.borrow_mut() = Some(Rc::clone(&found));
        Ok(found)
    }
}
