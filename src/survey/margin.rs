//! Margins that weights are raked to: shares of people or of households by sex, age, size, standing or county.

use super::keys::{BY, MARGIN, OF};
use crate::population::{HouseholdRecord, PersonRecord};
use crate::problem::{Place, suggest};
use crate::scenario::keys::names;
use crate::scenario::node::{Node, Reader, Table, get};
use crate::world::{ALL_CATEGORIES, Category};
use std::ops::Range;
use std::path::Path;

/// What a cell asks of a person or household.
#[derive(Clone, Debug, PartialEq)]
enum Asks {
    Sex(u8),
    Age(u8, u8),
    Size(usize, usize),
    Standing(Category),
    County(String),
}

impl Asks {
    fn holds(&self, home: &HouseholdRecord, person: Option<&PersonRecord>) -> bool {
        match self {
            Asks::Sex(sex) => person.is_some_and(|person| person.sex == *sex),
            Asks::Age(from, to) => person.is_some_and(|person| (*from..=*to).contains(&person.age_years)),
            Asks::Size(from, to) => (*from..=*to).contains(&home.people.len()),
            Asks::Standing(standing) => home.standing == Some(*standing),
            Asks::County(county) => home.county == *county,
        }
    }
}

/// A cell of a margin.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its name, such as `female 60+`.
    pub name: String,
    /// Its share, above 0.
    pub share: f64,
    asks: Vec<Asks>,
}

/// A margin: cells whose shares sum to 1.
#[derive(Clone, Debug)]
pub struct Margin {
    /// What it is of and by, such as `people by sex and age`.
    pub name: String,
    /// Whether shares are of people, else of households.
    pub of_people: bool,
    /// The cells.
    pub cells: Vec<Cell>,
    /// Where the map has it.
    pub place: Option<Place>,
}

impl Margin {
    /// Reads one `[[rake.margin]]`; notes what is wrong with it.
    pub(crate) fn read(
        reader: &mut Reader,
        table: &Table,
        at: &Range<usize>,
        folder: &Path,
        counties: &[&str],
    ) -> Option<Margin> {
        reader.allow(table, "`[[rake.margin]]`", &names(&MARGIN));
        let of = reader.needed_text(table, at, "of");
        if !OF.contains(&of.as_str()) {
            reader.wrong(at, "`of` is \"people\" or \"households\"", "shares of what?");
            return None;
        }
        let of_people = of == "people";
        let by = reader.texts(table, "by");
        for (name, span) in &by {
            if !BY.contains(&name.as_str()) {
                reader.push(span, format!("no margin is by `{name}`"), "unknown", suggest(name, BY));
                return None;
            }
            if !of_people && ["sex", "age"].contains(&name.as_str()) {
                reader.wrong(span, format!("a household has no {name}"), "write `of = \"people\"`");
                return None;
            }
        }
        let by: Vec<String> = by.into_iter().map(|(name, _)| name).collect();
        if by.is_empty() {
            reader.missing(at, "by");
            return None;
        }
        let mut margin = Margin {
            name: format!("{of} by {}", by.join(" and ")),
            of_people,
            cells: Vec::new(),
            place: Some(reader.place(at)),
        };
        for (name, share, span) in shares(reader, table, at, folder)? {
            let words: Vec<&str> = name.split_whitespace().collect();
            let asks: Option<Vec<Asks>> = (words.len() == by.len())
                .then(|| {
                    words
                        .iter()
                        .zip(&by)
                        .map(|(word, by)| ask(by, word, counties))
                        .collect()
                })
                .flatten();
            let Some(asks) = asks else {
                let help = "name what `by` lists, in its order: `female 60+`, `0-17`, `1`, `7+`, `dibao`";
                let title = format!("`{name}` is no cell by {}", by.join(" and "));
                reader.push(&span, title, "not understood", Some(help.into()));
                return None;
            };
            if !(share > 0.0 && share <= 1.0) {
                reader.wrong(&span, format!("the share of `{name}` is {share}"), "above 0, at most 1");
                return None;
            }
            margin.cells.push(Cell { name, share, asks });
        }
        let sum: f64 = margin.cells.iter().map(|cell| cell.share).sum();
        if (sum - 1.0).abs() > 0.001 {
            reader.wrong(
                at,
                format!("the shares of `{}` sum to {sum:.4}, not 1", margin.name),
                "to 0.001",
            );
            return None;
        }
        for cell in &mut margin.cells {
            cell.share /= sum;
        }
        Some(margin)
    }

    /// The margins that every report shows; those by standing hold only where all households tell.
    pub fn usual(counties: &[&str]) -> Vec<Margin> {
        let of = |of_people: bool, by: &[&str], cells: &[&str]| {
            let of = if of_people { "people" } else { "households" };
            let cell = |name: &&str| {
                let asks = name
                    .split_whitespace()
                    .zip(by)
                    .filter_map(|(word, by)| ask(by, word, counties));
                Cell {
                    name: (*name).to_owned(),
                    share: 0.0,
                    asks: asks.collect(),
                }
            };
            Margin {
                name: format!("{of} by {}", by.join(" and ")),
                of_people,
                cells: cells.iter().map(cell).collect(),
                place: None,
            }
        };
        let ages = [
            "male 0-17",
            "male 18-59",
            "male 60+",
            "female 0-17",
            "female 18-59",
            "female 60+",
        ];
        vec![
            of(true, &["sex", "age"], &ages),
            of(false, &["size"], &["1", "2", "3", "4", "5", "6", "7+"]),
            of(true, &["standing"], &ALL_CATEGORIES.map(Category::name)),
            of(false, &["county"], counties),
        ]
    }

    /// How many people (or whether the household) are in each cell, and in how many cells nobody or more than one claims
    /// them: both must be 0 for a margin to be a partition.
    pub fn counts(&self, home: &HouseholdRecord) -> (Vec<f64>, usize) {
        let mut counts = vec![0.0; self.cells.len()];
        let mut lost = 0;
        let mut count = |person: Option<&PersonRecord>| {
            let mut found = 0;
            for (cell, count) in self.cells.iter().zip(&mut counts) {
                if cell.asks.iter().all(|ask| ask.holds(home, person)) {
                    *count += 1.0;
                    found += 1;
                }
            }
            lost += usize::from(found != 1);
        };
        if self.of_people {
            home.people.iter().for_each(|person| count(Some(person)));
        } else {
            count(None);
        }
        (counts, lost)
    }
}

/// The cells with their shares, from the map or from a file beside it.
fn shares(
    reader: &mut Reader,
    table: &Table,
    at: &Range<usize>,
    folder: &Path,
) -> Option<Vec<(String, f64, Range<usize>)>> {
    if let Some((cells, _)) = reader.table(table, "share") {
        let number =
            |(name, node): &(String, Node)| (name.clone(), node.number().unwrap_or(f64::NAN), node.span.clone());
        return Some(cells.iter().map(number).collect());
    }
    let Some(name) = reader.text(table, "file") else {
        reader.missing(at, "share");
        return None;
    };
    let span = get(table, "file").map_or(at.clone(), |node| node.span.clone());
    let path = folder.join(&name);
    let read = || -> Result<Vec<(String, f64)>, csv::Error> { csv::Reader::from_path(&path)?.deserialize().collect() };
    match read() {
        Ok(cells) => Some(
            cells
                .into_iter()
                .map(|(name, share)| (name, share, span.clone()))
                .collect(),
        ),
        Err(error) => {
            let help = "a header line, then a cell and its share on each line";
            reader.push(
                &span,
                format!("cannot read `{}`: {error}", path.display()),
                "named here",
                Some(help.into()),
            );
            None
        }
    }
}

/// `7+` and `18-59` and `3` as a range.
fn range(word: &str) -> Option<(usize, usize)> {
    if let Some(from) = word.strip_suffix('+') {
        return Some((from.parse().ok()?, 255));
    }
    let (from, to) = word.split_once('-').unwrap_or((word, word));
    let range = (from.parse().ok()?, to.parse().ok()?);
    (range.0 <= range.1 && range.1 <= 255).then_some(range)
}

fn ask(by: &str, word: &str, counties: &[&str]) -> Option<Asks> {
    Some(match by {
        "sex" => Asks::Sex(["male", "female"].iter().position(|sex| *sex == word)? as u8),
        "age" => range(word).map(|(from, to)| Asks::Age(from as u8, to as u8))?,
        "size" => range(word).map(|(from, to)| Asks::Size(from, to))?,
        "standing" => Asks::Standing(*ALL_CATEGORIES.iter().find(|category| category.name() == word)?),
        _ => Asks::County((*counties.iter().find(|county| **county == word)?).to_owned()),
    })
}
