//! Reading scenario, programme and package files, and what they refer to.

use super::book::{Book, Known};
use super::change::{Change, Frame, Owner, read_set};
use super::files::{ALL_FOLDERS, Files, PROGRAMME_FOLDERS, SCENARIO_FOLDERS, Spot};
use super::keys;
use super::node::{Reader, Table, get};
use super::open::{File, follow, is_programme, open};
use super::origin::Origin;
use super::{Programme, RunSettings, Scenario, overrides, programme, sweep};
use crate::population::{HouseholdRecord, Population};
use crate::problem::{Place, Problem, Problems, Source, suggest};
use std::ops::Range;
use std::sync::Arc;

/// The name of a file and the place that says it.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub name: String,
    pub place: Option<Place>,
    pub from: Option<Spot>,
}

impl Mention {
    /// What the command line names.
    pub fn bare(name: &str) -> Mention {
        Mention {
            name: name.to_owned(),
            place: None,
            from: None,
        }
    }

    /// Opens the file.
    pub fn open(&self, files: &Files, folders: &[&str]) -> Result<File, Vec<Problem>> {
        open(files, &self.name, self.from.as_ref(), folders, self.place.as_ref())
    }
}

/// What is to be loaded.
pub(super) struct Asked<'a> {
    /// A scenario, programme or package.
    pub first: &'a Mention,
    /// Programmes and packages on top of its own.
    pub added: &'a [Mention],
    /// Sets of the form `path=value` on top.
    pub sets: &'a [String],
    /// A scenario whose changes are put on top of all else.
    pub over: Option<&'a str>,
}

struct Loader<'a> {
    files: &'a Files,
    known: Known,
    changes: Vec<Change>,
    programmes: Vec<Programme>,
    /// The files behind `programmes`.
    spots: Vec<Spot>,
    /// Packages already loaded, and their programmes.
    packages: Vec<(Spot, Vec<usize>)>,
    problems: Vec<Problem>,
    counties: Vec<(String, Place)>,
    /// Programmes that programmes require, with who says so.
    requires: Vec<(String, String, Place)>,
    population: Option<(Population, Place)>,
    published: Option<Arc<Source>>,
}

/// Loads `name` and puts `sets` on top.
pub(crate) fn load(files: &Files, name: &str, sets: &[String]) -> Result<Scenario, Problems> {
    load_under(files, name, sets, None)
}

/// As [`load`], with what the scenario `over` changes put on top of all else.
pub(crate) fn load_under(files: &Files, name: &str, sets: &[String], over: Option<&str>) -> Result<Scenario, Problems> {
    let asked = Asked {
        first: &Mention::bare(name),
        added: &[],
        sets,
        over,
    };
    load_asked(files, &asked)
}

/// Loads what is asked.
pub(super) fn load_asked(files: &Files, asked: &Asked) -> Result<Scenario, Problems> {
    let Asked { sets, over, .. } = *asked;
    let name = &asked.first.name;
    let mut mentions = Vec::new();
    let mut first = asked.first.open(files, ALL_FOLDERS)?;
    let (mut title, mut summary, mut question) = (String::new(), String::new(), None);
    let id = first.spot.id();
    if let Some(node) = sweep::mark(&first.top) {
        let problem = Problem::new(format!("`{name}` is a sweep, not a scenario"));
        let runs = if sweep::is_against(&first.top) {
            "`kangcun compare` with this file alone runs it"
        } else {
            "`kangcun sweep run` runs it"
        };
        let place = first.reader.place(&node.key);
        return Err(problem.at(place, "a key of sweeps").help(runs).into());
    }
    if is_programme(&first.top) || first.spot.folder() == "packages" {
        title = first.reader.text(&first.top, "title").unwrap_or_default();
        summary = first.reader.text(&first.top, "summary").unwrap_or_default();
        let name = if first.spot.carried {
            id.clone()
        } else {
            first.spot.path.clone()
        };
        mentions.push(Mention::bare(&name));
        let place = get(&first.top, "against").map(|node| first.reader.place(&node.span));
        let against = match &place {
            Some(_) => first.reader.text(&first.top, "against"),
            None => Some("baseline".to_owned()),
        };
        let Some(against) = against else {
            return Err(Problems::from(std::mem::take(&mut first.reader.problems)));
        };
        let from = first.spot.clone();
        first = open(files, &against, Some(&from), SCENARIO_FOLDERS, place.as_ref())?;
    }
    let mut chain = follow(files, first)?;
    let Some(mut root) = chain.pop() else {
        return Err(Problem::new("there is no baseline").into());
    };
    let book = Book::read(&mut root.reader, &root.top);
    Problems::or(root.reader.problems, ())?;
    if title.is_empty() {
        (title, summary) = (book.title.clone(), book.summary.clone());
    }
    let known = Known::of(&book);
    let (changes, programmes, spots, problems, counties, requires, population, published) = Default::default();
    let mut loader = Loader {
        files,
        known,
        changes,
        programmes,
        spots,
        packages: Vec::new(),
        problems,
        counties,
        requires,
        population,
        published,
    };
    let mut run = book.run.clone();
    for file in chain.into_iter().rev() {
        let read = loader.scenario(file, &mut run);
        (title, summary, question) = (read.title, read.summary, read.question);
        mentions.extend(read.mentions);
    }
    let own = loader.changes.len();
    for mention in mentions.iter().chain(asked.added) {
        loader.programme(mention, &mut Vec::new());
    }
    let Loader {
        changes, programmes, ..
    } = &mut loader;
    changes[own..].sort_by_key(|change| change.rank(programmes));
    for set in sets {
        loader.set(set, &mut run);
    }
    if let Some(over) = over {
        let mut chain = follow(files, open(files, over, None, SCENARIO_FOLDERS, None)?)?;
        chain.pop();
        for file in chain.into_iter().rev() {
            loader.scenario(file, &mut run);
        }
    }
    loader.check_counties();
    loader.check_requires();
    loader.check_population();
    let Loader {
        known,
        changes,
        programmes,
        mut problems,
        population,
        published,
        ..
    } = loader;
    problems.extend(run.backwards());
    let scenario = Scenario {
        id,
        title,
        summary,
        question,
        run,
        programmes,
        population: population.map(|(population, _)| Arc::new(population)),
        published,
        book,
        known,
        changes,
        origin: Origin {
            name: name.clone(),
            sets: sets.to_vec(),
            over: over.map(str::to_owned),
            files: files.found(),
            pushed: Vec::new(),
        },
    };
    if problems.is_empty() {
        problems = scenario.check();
    }
    Problems::or(problems, scenario)
}

/// What a scenario file says beside its changes.
struct Read {
    title: String,
    summary: String,
    question: Option<String>,
    mentions: Vec<Mention>,
}

fn mentions(reader: &mut Reader, top: &Table, spot: &Spot) -> Vec<Mention> {
    let names = reader.texts(top, "programmes");
    let mention = |(name, span): (String, Range<usize>)| Mention {
        name,
        place: Some(reader.place(&span)),
        from: Some(spot.clone()),
    };
    names.into_iter().map(mention).collect()
}

impl Loader<'_> {
    fn take_set(&mut self, reader: &mut Reader, top: &Table, frame: &Frame) {
        if let Some((set, _)) = reader.table(top, "set") {
            self.changes.extend(read_set(reader, set, &mut self.known, frame));
        }
    }

    fn scenario(&mut self, file: File, run: &mut RunSettings) -> Read {
        let File { spot, mut reader, top } = file;
        reader.allow(&top, "a scenario", &keys::names(&keys::SCENARIO));
        let read = Read {
            title: reader.needed_text(&top, &(0..0), "title"),
            summary: reader.needed_text(&top, &(0..0), "summary"),
            question: reader.text(&top, "question"),
            mentions: mentions(&mut reader, &top, &spot),
        };
        if let Some((table, _)) = reader.table(&top, "run") {
            run.read(&mut reader, table);
        }
        self.published(&mut reader, &top, &spot);
        if let Some((table, _)) = reader.table(&top, "world") {
            self.world(&mut reader, table, &spot);
        }
        self.take_set(
            &mut reader,
            &top,
            &Frame {
                from: None,
                until: None,
                owner: Owner::Scenario,
            },
        );
        if let Some(node) = get(&top, "dated") {
            match node.list() {
                None => reader.wrong(&node.key, "`dated` is a list", "write `[[dated]]`"),
                Some(list) => list.iter().for_each(|item| match item.table() {
                    None => reader.wrong(&item.span, "`dated` holds tables", "write `[[dated]]`"),
                    Some(dated) => self.dated(&mut reader, dated, &item.span),
                }),
            }
        }
        self.problems.append(&mut reader.problems);
        read
    }

    /// Takes the table of published figures that the file names, as seen from its folder.
    fn published(&mut self, reader: &mut Reader, top: &Table, spot: &Spot) {
        let (Some(name), Some(node)) = (reader.text(top, "published"), get(top, "published")) else {
            return;
        };
        let path = if name.contains('/') { name } else { format!("./{name}") };
        match self.files.find(&path, Some(spot), &[]) {
            Ok((_, source)) => self.published = Some(source),
            Err(problem) => self.problems.push(problem.at(reader.place(&node.span), "named here")),
        }
    }

    /// Takes the population that a `[world]` table names, from the folder of the file.
    fn world(&mut self, reader: &mut Reader, table: &Table, spot: &Spot) {
        reader.allow(
            table,
            "`[world]`; rules of the world stand under `[set.world]`",
            &keys::names(&keys::WORLD),
        );
        let Some(name) = reader.text(table, "population") else {
            return;
        };
        let place = get(table, "population").map_or_else(|| reader.place(&(0..0)), |node| reader.place(&node.span));
        match Population::read(&spot.folder_beside(&name)) {
            Ok(population) => self.population = Some((population, place)),
            Err(problem) => self.problems.push(problem.at(place, "named here")),
        }
    }

    /// Where the rules list counties, a population lives in them.
    fn check_population(&mut self) {
        let counties = self.known.below("world.counties");
        let Some((population, place)) = &self.population else {
            return;
        };
        let strange = |home: &&HouseholdRecord| !counties.contains(&home.county.as_str());
        if let Some(home) = population
            .households
            .iter()
            .find(strange)
            .filter(|_| !counties.is_empty())
        {
            let title = format!("households of the population live in `{}`", home.county);
            let problem = Problem::new(title).at(place.clone(), "no county of `world.counties`");
            self.problems
                .push(problem.help("found the population again with this scenario"));
        }
    }

    fn dated(&mut self, reader: &mut Reader, dated: &Table, at: &Range<usize>) {
        reader.allow(dated, "`[[dated]]`", &keys::names(&keys::DATED));
        for key in keys::DATED.iter().filter(|key| key.needed) {
            if get(dated, key.name).is_none() {
                reader.missing(at, key.name);
            }
        }
        let (from, until) = (reader.month(dated, "from"), reader.month(dated, "until"));
        reader.window(dated, from, until);
        self.take_set(
            reader,
            dated,
            &Frame {
                from,
                until,
                owner: Owner::Scenario,
            },
        );
    }

    /// Loads a programme or package; gives the numbers of its programmes.
    fn programme(&mut self, mention: &Mention, stack: &mut Vec<Spot>) -> Vec<usize> {
        let File { spot, mut reader, top } = match mention.open(self.files, PROGRAMME_FOLDERS) {
            Ok(file) => file,
            Err(mut problems) => {
                self.problems.append(&mut problems);
                return Vec::new();
            }
        };
        if let Some(number) = self.spots.iter().position(|known| *known == spot) {
            return vec![number];
        }
        if let Some((_, numbers)) = self.packages.iter().find(|(known, _)| *known == spot) {
            return numbers.clone();
        }
        if stack.contains(&spot) {
            let problem = Problem::new(format!("the package `{}` holds itself", spot.id()));
            self.problems.push(match &mention.place {
                Some(place) => problem.at(place.clone(), "closes the circle"),
                None => problem,
            });
            return Vec::new();
        }
        if !is_programme(&top) {
            stack.push(spot.clone());
            let numbers = self.package(&spot, reader, &top, stack);
            stack.pop();
            self.packages.push((spot, numbers.clone()));
            return numbers;
        }
        let number = self.programmes.len();
        let (programme, named) = programme::read(&mut reader, &top, &spot);
        self.counties.extend(named.counties);
        let requires = named.requires.into_iter();
        self.requires
            .extend(requires.map(|(needed, place)| (programme.id.clone(), needed, place)));
        // A programme is known by its id in tables and figures.
        if let Some(twin) = self.programmes.iter().find(|other| other.id == programme.id) {
            let problem = Problem::new(format!(
                "two programmes are called `{}`: {}, {}",
                twin.id, twin.file, programme.file
            ));
            self.problems.push(problem.help("rename one of the files"));
        }
        self.programmes.push(programme);
        self.spots.push(spot);
        self.take_set(
            &mut reader,
            &top,
            &Frame {
                from: None,
                until: None,
                owner: Owner::Programme(number),
            },
        );
        self.problems.append(&mut reader.problems);
        vec![number]
    }

    fn package(&mut self, spot: &Spot, mut reader: Reader, top: &Table, stack: &mut Vec<Spot>) -> Vec<usize> {
        reader.allow(top, "a package", &keys::names(&keys::PACKAGE));
        for needed in ["title", "summary"] {
            reader.needed_text(top, &(0..0), needed);
        }
        if get(top, "programmes").is_none() {
            reader.missing(&(0..0), "programmes");
        }
        let mut numbers: Vec<usize> = Vec::new();
        for mention in mentions(&mut reader, top, spot) {
            numbers.extend(self.programme(&mention, stack));
        }
        let owner = if numbers.is_empty() {
            Owner::Scenario
        } else {
            Owner::Package(numbers.clone())
        };
        self.take_set(
            &mut reader,
            top,
            &Frame {
                from: None,
                until: None,
                owner,
            },
        );
        self.problems.append(&mut reader.problems);
        numbers
    }

    /// Puts one `--set path=value` on top.
    fn set(&mut self, text: &str, run: &mut RunSettings) {
        let (changes, mut problems) = overrides::read_text(text, &mut self.known, run);
        self.changes.extend(changes);
        self.problems.append(&mut problems);
    }

    /// A programme without those that it requires would reach nobody.
    fn check_requires(&mut self) {
        for (id, needed, place) in &self.requires {
            if self.programmes.iter().any(|programme| programme.id == *needed) {
                continue;
            }
            let title = format!("`{id}` requires `{needed}`, which does not run here");
            let problem = Problem::new(title).at(place.clone(), "not among the programmes of the scenario");
            let help = format!("run `{needed}` as well, or leave `{id}` out");
            self.problems.push(problem.help(help));
        }
    }

    /// Where the rules list counties, a programme must name them rightly.
    fn check_counties(&mut self) {
        let counties = self.known.below("world.counties");
        if counties.is_empty() {
            return;
        }
        for (name, place) in self
            .counties
            .iter()
            .filter(|(name, _)| !counties.contains(&name.as_str()))
        {
            let problem = Problem::new(format!("unknown county `{name}`")).at(place.clone(), "not in `world.counties`");
            self.problems
                .push(problem.help_if(suggest(name, counties.iter().copied())));
        }
    }
}
