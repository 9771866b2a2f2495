//! Where scenario files are found: on disk by path, or by name among those that the program carries.

use crate::problem::{Problem, Source, nearest};
use include_dir::{Dir, include_dir};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// A file that the program carries, such as `data/mortality.csv`, by its path below `scenarios/`.
pub fn embedded_text(path: &str) -> Option<&'static str> {
    SCENARIOS.get_file(path).and_then(include_dir::File::contents_utf8)
}

/// The paths below `scenarios/` of all files that the program carries, in order.
pub fn embedded_paths() -> Vec<String> {
    fn gather(dir: &Dir<'_>, paths: &mut Vec<String>) {
        paths.extend(dir.files().map(|file| file.path().to_string_lossy().replace('\\', "/")));
        dir.dirs().for_each(|inner| gather(inner, paths));
    }
    let mut paths = Vec::new();
    gather(&SCENARIOS, &mut paths);
    paths.sort();
    paths
}

/// The folders in which a scenario is looked up by name.
pub(crate) const SCENARIO_FOLDERS: &[&str] = &["", "histories/"];
/// The folders in which a programme or package is looked up by name.
pub(crate) const PROGRAMME_FOLDERS: &[&str] = &["countermeasures/", "packages/"];
/// The folders in which a sweep is looked up by name.
pub(crate) const SWEEP_FOLDERS: &[&str] = &["sweeps/"];
/// The folders in which the name of what is to be run is looked up.
pub(crate) const ALL_FOLDERS: &[&str] = &["", "histories/", "countermeasures/", "packages/"];

/// The files that can be read, and which of them have been.
pub(crate) struct Files {
    store: Store,
    /// What was found, in order.
    found: RefCell<Vec<(Spot, Arc<Source>)>>,
}

enum Store {
    /// The disk, and what the program carries.
    Program,
    /// What an earlier reading found, and nothing else.
    Kept(BTreeMap<Spot, String>),
    /// A set of texts: those with a leading slash are on disk, the others carried.
    #[cfg(test)]
    Memory(BTreeMap<&'static str, &'static str>),
}

/// Where a file was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// Carried by the program rather than on disk.
    pub carried: bool,
    /// Below `scenarios/`, or as on disk; without `.` and `..` where they can be resolved.
    pub path: String,
}

impl Spot {
    /// The file's name without folder and ending.
    pub fn id(&self) -> String {
        Path::new(&self.path)
            .file_stem()
            .map_or_else(|| self.path.clone(), |stem| stem.to_string_lossy().into_owned())
    }

    /// The name of the folder that holds the file.
    pub fn folder(&self) -> String {
        let folder = Path::new(&self.path).parent().and_then(Path::file_name);
        folder
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    /// The path of the folder `name`, said in this file.
    pub fn folder_beside(&self, name: &str) -> PathBuf {
        self.beside(name).into()
    }

    fn beside(&self, name: &str) -> String {
        tidy(&Path::new(&self.path).parent().unwrap_or(Path::new("")).join(name))
    }
}

fn tidy(path: &Path) -> String {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean.to_string_lossy().into_owned()
}

/// What a file holds, or why it cannot be read; `None` when there is none.
type Read = Option<Result<String, String>>;

impl Files {
    fn of(store: Store) -> Files {
        Files {
            store,
            found: RefCell::default(),
        }
    }

    /// The disk, and what the program carries.
    pub fn program() -> Files {
        Files::of(Store::Program)
    }

    /// What an earlier reading found, and nothing else.
    pub fn kept(texts: BTreeMap<Spot, String>) -> Files {
        Files::of(Store::Kept(texts))
    }

    /// A set of texts: those with a leading slash are on disk, the others carried.
    #[cfg(test)]
    pub fn memory(texts: BTreeMap<&'static str, &'static str>) -> Files {
        Files::of(Store::Memory(texts))
    }

    /// Each file that has been found, once.
    pub fn found(&self) -> Vec<(Spot, Arc<Source>)> {
        let mut found = self.found.borrow().clone();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        found.dedup_by(|one, other| one.0 == other.0);
        found
    }

    fn read(&self, spot: &Spot) -> Read {
        match &self.store {
            Store::Kept(texts) => texts.get(spot).map(|text| Ok(text.clone())),
            Store::Program if spot.carried => embedded_text(&spot.path).map(|text| Ok(text.to_owned())),
            Store::Program => match std::fs::read_to_string(&spot.path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                read => Some(read.map_err(|error| error.to_string())),
            },
            #[cfg(test)]
            Store::Memory(files) => files
                .get(spot.path.as_str())
                .filter(|_| spot.carried || spot.path.starts_with('/'))
                .map(|text| Ok((*text).to_owned())),
        }
    }

    fn is_folder(&self, path: &str) -> bool {
        matches!(self.store, Store::Program) && Path::new(path).is_dir()
    }

    fn names(&self, folders: &[&str]) -> Vec<String> {
        let paths = match &self.store {
            Store::Program => embedded_paths(),
            Store::Kept(texts) => texts
                .keys()
                .filter(|spot| spot.carried)
                .map(|spot| spot.path.clone())
                .collect(),
            #[cfg(test)]
            Store::Memory(files) => files
                .keys()
                .filter(|path| !path.starts_with('/'))
                .map(ToString::to_string)
                .collect(),
        };
        let named = |path: String| {
            let name = path.strip_suffix(".toml")?.to_owned();
            folders.iter().find_map(|folder| {
                let rest = name.strip_prefix(folder)?;
                (!rest.contains('/')).then(|| rest.to_owned())
            })
        };
        let mut names: Vec<String> = paths.into_iter().filter_map(named).collect();
        // A scenario and a programme may have the same name.
        names.sort();
        names.dedup();
        names
    }

    /// Finds `name`, said in the file `from` (or on the command line), among the names of `folders`.
    pub fn find(&self, name: &str, from: Option<&Spot>, folders: &[&str]) -> Result<(Spot, Arc<Source>), Problem> {
        let is_path = name.contains('/') || Path::new(name).extension().is_some_and(|ending| ending == "toml");
        let spot = |carried: bool, path: String| Spot { carried, path };
        let mut spots: Vec<Spot> = Vec::new();
        if is_path {
            match from {
                Some(from) if from.carried => spots.push(spot(true, from.beside(name))),
                Some(from) => spots.extend([spot(false, from.beside(name)), spot(false, tidy(Path::new(name)))]),
                None => spots.push(spot(false, tidy(Path::new(name)))),
            }
            spots.push(spot(true, tidy(Path::new(name))));
            if Path::new(name).extension().is_none_or(|ending| ending != "toml") {
                spots.push(spot(true, format!("{}.toml", tidy(Path::new(name)))));
            }
        } else {
            let carries = |folder: &&&str| !self.names(&[folder]).is_empty();
            let folders = folders.iter().filter(carries);
            spots.extend(folders.map(|folder| spot(true, format!("{folder}{name}.toml"))));
        }
        spots.dedup();
        let mut tried = Vec::new();
        for spot in spots {
            let shown = if spot.carried {
                format!("scenarios/{}", spot.path)
            } else {
                spot.path.clone()
            };
            match self.read(&spot) {
                Some(Ok(text)) => {
                    let source = Arc::new(Source::new(shown, text));
                    self.found.borrow_mut().push((spot.clone(), Arc::clone(&source)));
                    return Ok((spot, source));
                }
                _ if !spot.carried && self.is_folder(&spot.path) => {
                    let problem = Problem::new(format!("cannot read `{name}`: it is a folder, not a scenario file"));
                    return Err(problem.help("name a file in it, ending in .toml"));
                }
                Some(Err(reason)) => return Err(Problem::new(format!("cannot read `{shown}`: {reason}"))),
                None if spot.carried => tried.push(format!("{shown} (carried by the program)")),
                None => tried.push(shown),
            }
        }
        let names = self.names(folders);
        let near = nearest(name, names.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if is_path => "a path is read from the folder of the file that names it, then from here".to_owned(),
            None => format!("the program carries: {}", names.join(", ")),
        };
        Err(Problem::new(format!("no file `{name}`"))
            .help(format!("tried {}", tried.join(", ")))
            .help(help))
    }
}
