//! Programmes to be run one by one, each beside the scenario that it is held against: `base = "against"`.

use crate::scenario::files::{Files, Spot};
use crate::scenario::keys;
use crate::scenario::node::{Reader, Table, get};
use crate::scenario::open::{is_programme, open};

/// What `[run]` sets, and the programmes.
pub(super) fn read(reader: &mut Reader, top: &Table, spot: &Spot, files: &Files) -> (Vec<String>, Vec<String>) {
    let what = "a sweep whose base is `against`";
    reader.allow(top, what, &keys::names(&keys::SWEEP_ALONE));
    let axes = reader.tables(top, "axes");
    match get(top, "axes") {
        Some(node) if axes.is_empty() => reader.wrong(
            &node.span,
            "a sweep without an axis runs nothing",
            "write `[[axes]]` with its programmes",
        ),
        Some(_) => {}
        None => reader.missing(&(0..0), "axes"),
    }
    let mut programmes = Vec::new();
    for (at, (axis, place)) in axes.into_iter().enumerate() {
        reader.allow(axis, "`[[axes]]` where the base is `against`", &["programmes"]);
        if at > 0 {
            reader.wrong(
                &place,
                "a sweep whose base is `against` has one axis",
                "list its programmes in the first",
            );
        } else if get(axis, "programmes").is_none() {
            reader.missing(&place, "programmes");
        } else {
            programmes = listed(reader, axis, spot, files);
        }
    }
    (sets(reader, top), programmes)
}

/// The programmes of an axis: `"all"`, or a list.
fn listed(reader: &mut Reader, axis: &Table, spot: &Spot, files: &Files) -> Vec<String> {
    if get(axis, "programmes").is_some_and(|node| node.text().is_some()) {
        let all = reader.one_of(axis, "programmes", "list of programmes", &[(keys::ALL, ())]);
        return all.map_or(Vec::new(), |()| carried_programmes());
    }
    let (mut names, mut ids) = (Vec::new(), Vec::new());
    for (name, span) in reader.texts(axis, "programmes") {
        let place = reader.place(&span);
        match open(files, &name, Some(spot), &["countermeasures/"], Some(&place)) {
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
    let keys = keys::names(&keys::RUN_ALONE);
    reader.allow(run, "`run` where the base is `against`", &keys);
    run_sets(reader, run, &keys)
}

/// What a `[run]` table says of these keys, as sets.
pub(super) fn run_sets(reader: &mut Reader, run: &Table, keys: &[&str]) -> Vec<String> {
    let mut sets = Vec::new();
    for key in keys {
        let (low, high) = keys::whole_bounds(&keys::SWEEP_RUN, key);
        let value = reader.whole(run, key, low, high);
        sets.extend(value.map(|value| format!("run.{key}={value}")));
    }
    sets
}

/// The ids of the programmes that the program carries, by name.
pub fn carried_programmes() -> Vec<String> {
    keys::carried(&["countermeasures/"])
}
