//! Reading sweep files: many runs said once. So far of one kind: each programme of a list beside its own base.

use super::files::{Files, SWEEP_FOLDERS, Spot};
use super::keys;
use super::node::{Reader, Table, get};
use super::open::{File, is_programme, open};
use crate::problem::{Problem, Problems};

/// Programmes to be run one by one, each beside the scenario that it is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The name by which commands call it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// The question it answers, where it says so.
    pub question: Option<String>,
    /// The programmes: ids, or paths from here.
    pub programmes: Vec<String>,
    /// What its `[run]` table sets, as `--set` would.
    pub sets: Vec<String>,
}

impl Sweep {
    /// Loads the sweep `name_or_path`.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with its place.
    pub fn load(name_or_path: &str) -> Result<Sweep, Problems> {
        let File { spot, mut reader, top } = open(&Files::program(), name_or_path, None, SWEEP_FOLDERS, None)?;
        if get(&top, "axes").is_none() {
            let problem = Problem::new(format!("`{name_or_path}` is not a sweep: it has no `[[axes]]`"));
            return Err(problem
                .help("`compare` takes two or more scenarios, or one sweep")
                .into());
        }
        let sweep = read(&mut reader, &top, &spot);
        Problems::or(reader.problems, sweep)
    }

    /// Whether `name_or_path` is the name of a sweep that the program carries, or the path of one.
    pub fn is(name_or_path: &str) -> bool {
        let opened = open(&Files::program(), name_or_path, None, SWEEP_FOLDERS, None);
        opened.is_ok_and(|file| get(&file.top, "axes").is_some())
    }
}

fn read(reader: &mut Reader, top: &Table, spot: &Spot) -> Sweep {
    reader.allow(top, "a sweep", &keys::names(&keys::SWEEP));
    let (title, summary) = (
        reader.needed_text(top, &(0..0), "title"),
        reader.needed_text(top, &(0..0), "summary"),
    );
    if get(top, "base").is_none() {
        reader.missing(&(0..0), "base");
    }
    reader.one_of(top, "base", "base", &[(keys::AGAINST, ())]);
    let axes = reader.tables(top, "axes");
    if let (true, Some(node)) = (axes.is_empty(), get(top, "axes")) {
        reader.wrong(
            &node.span,
            "a sweep without an axis runs nothing",
            "write `[[axes]]` with its programmes",
        );
    }
    let mut programmes = Vec::new();
    for (at, (axis, place)) in axes.into_iter().enumerate() {
        reader.allow(axis, "`[[axes]]`", &keys::names(&keys::AXIS));
        if at > 0 {
            reader.wrong(
                &place,
                "a sweep has one axis so far",
                "list its programmes in the first",
            );
        } else if get(axis, "programmes").is_none() {
            reader.missing(&place, "programmes");
        } else {
            programmes = listed(reader, axis, spot);
        }
    }
    Sweep {
        id: spot.id(),
        title,
        summary,
        question: reader.text(top, "question"),
        programmes,
        sets: sets(reader, top),
    }
}

/// The programmes of an axis: `"all"`, or a list.
fn listed(reader: &mut Reader, axis: &Table, spot: &Spot) -> Vec<String> {
    if get(axis, "programmes").is_some_and(|node| node.text().is_some()) {
        let all = reader.one_of(axis, "programmes", "list of programmes", &[(keys::ALL, ())]);
        return all.map_or(Vec::new(), |()| carried_programmes());
    }
    let (mut names, mut ids) = (Vec::new(), Vec::new());
    for (name, span) in reader.texts(axis, "programmes") {
        let place = reader.place(&span);
        match open(
            &Files::program(),
            &name,
            Some(spot),
            &["countermeasures/"],
            Some(&place),
        ) {
            Ok(file) if is_programme(&file.top) => {
                let id = file.spot.id();
                if ids.contains(&id) {
                    reader.wrong(
                        &span,
                        format!("two programmes of the sweep are called `{id}`"),
                        "name one of the files otherwise: rows and rules go by that name",
                    );
                }
                names.push(if file.spot.carried { id.clone() } else { file.spot.path });
                ids.push(id);
            }
            Ok(_) => reader.wrong(&span, format!("`{name}` is no programme"), "a scenario or a package"),
            Err(mut problems) => reader.problems.append(&mut problems),
        }
    }
    if names.is_empty() && reader.problems.is_empty() {
        reader.missing(&(0..0), "programmes");
    }
    names
}

/// What `[run]` sets.
fn sets(reader: &mut Reader, top: &Table) -> Vec<String> {
    let Some((run, _)) = reader.table(top, "run") else {
        return Vec::new();
    };
    let keys = keys::names(&keys::SWEEP_RUN);
    reader.allow(run, "`run` of a sweep", &keys);
    let mut sets = Vec::new();
    for key in keys {
        let (low, high) = keys::whole_bounds(&keys::SWEEP_RUN, key);
        sets.extend(
            reader
                .whole(run, key, low, high)
                .map(|value| format!("run.{key}={value}")),
        );
    }
    sets
}

/// The ids of the programmes that the program carries, by name.
pub fn carried_programmes() -> Vec<String> {
    keys::carried(&["countermeasures/"])
}
