//! Files that have been found and whose syntax is right, and the chain of scenarios that extend one another.

use super::files::{Files, SCENARIO_FOLDERS, Spot};
use super::node::{Reader, Table, get};
use crate::problem::{Place, Problem};

/// A file that has been found and whose syntax is right.
pub(super) struct File {
    pub spot: Spot,
    pub reader: Reader,
    pub top: Table,
}

pub(super) fn open(
    files: &Files,
    name: &str,
    from: Option<&Spot>,
    folders: &[&str],
    said: Option<&Place>,
) -> Result<File, Vec<Problem>> {
    let (spot, source) = files.find(name, from, folders).map_err(|problem| match said {
        Some(place) => vec![problem.at(place.clone(), "named here")],
        None => vec![problem],
    })?;
    let mut reader = Reader::new(source);
    match reader.parse() {
        Some(top) => Ok(File { spot, reader, top }),
        None => Err(reader.problems),
    }
}

/// Whether a file is a programme, by the keys only a programme has.
pub(super) fn is_programme(top: &Table) -> bool {
    ["section", "comparator", "evidence", "moves", "cost", "coverage"]
        .iter()
        .any(|key| get(top, key).is_some())
}

/// Whether a file is a baseline: it holds the rules themselves.
fn is_book(top: &Table) -> bool {
    get(top, "rules").is_some()
        && ["extends", "set", "dated", "programmes"]
            .iter()
            .all(|key| get(top, key).is_none())
}

/// The chain of `extends`, from the scenario to its baseline.
pub(super) fn follow(files: &Files, first: File) -> Result<Vec<File>, Vec<Problem>> {
    let mut chain = vec![first];
    while let Some(file) = chain.last_mut() {
        if is_book(&file.top) || file.spot.id() == "baseline" && file.spot.carried {
            break;
        }
        let place = get(&file.top, "extends").map(|node| file.reader.place(&node.span));
        let name = match &place {
            Some(_) => file.reader.text(&file.top, "extends"),
            None => Some("baseline".to_owned()),
        };
        let Some(name) = name else {
            return Err(std::mem::take(&mut file.reader.problems));
        };
        let from = file.spot.clone();
        let next = open(files, &name, Some(&from), SCENARIO_FOLDERS, place.as_ref())?;
        if chain.iter().any(|file| file.spot == next.spot) {
            let ids: Vec<String> = chain.iter().chain([&next]).map(|file| file.spot.id()).collect();
            let problem = Problem::new(format!("scenarios extend each other in a circle: {}", ids.join(" -> ")));
            return Err(vec![match place {
                Some(place) => problem.at(place, "closes the circle"),
                None => problem,
            }]);
        }
        chain.push(next);
    }
    Ok(chain)
}
