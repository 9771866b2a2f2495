//! `population.csv`: the columns of a checked population, written and read.

use super::{HouseholdRecord, PersonRecord, Told};
use crate::world::{ALL_CATEGORIES, CONDITIONS, SOURCES, Schooling, Stage};
use std::str::FromStr;

const HOUSEHOLD: [&str; 11] = [
    "household",
    "county",
    "weight",
    "standing",
    "cohort",
    "income_yuan",
    "savings_yuan",
    "assets_yuan",
    "medical_debt_yuan",
    "other_debt_yuan",
    "migrants",
];
const PERSON: [&str; 7] = [
    "person",
    "age_years",
    "age_months",
    "sex",
    "work",
    "literacy",
    "schooling",
];

/// What a record can say about a condition, and its word.
pub const TOLD: [(&str, Told); 8] = [
    ("none", Told::Stage(Stage::None)),
    ("undiagnosed", Told::Stage(Stage::Undiagnosed)),
    ("diagnosed", Told::Stage(Stage::Diagnosed)),
    ("treated", Told::Stage(Stage::Treated)),
    ("controlled", Told::Stage(Stage::Controlled)),
    ("first_year", Told::Stage(Stage::FirstYear)),
    ("known", Told::Known),
    ("not_known", Told::NotKnown),
];

fn header() -> Vec<String> {
    let shares = SOURCES.iter().map(|source| format!("{source}_share"));
    let mut header: Vec<String> = HOUSEHOLD.iter().map(ToString::to_string).collect();
    header.extend(shares);
    header.push("remitted_share".into());
    header.extend(PERSON.iter().map(ToString::to_string));
    header.extend(CONDITIONS.map(|condition| condition.name().to_owned()));
    header
}

fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// The whole file.
pub fn text(households: &[HouseholdRecord]) -> String {
    let mut file = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = file.write_record(header());
    for home in households {
        let mut own = vec![
            home.name.clone(),
            home.county.clone(),
            home.weight.to_string(),
            cell(home.standing.map(crate::world::Category::name)),
            cell(home.cohort.map(|yes| if yes { "yes" } else { "no" })),
            cell(home.income_yuan),
            cell(home.savings_yuan),
            cell(home.assets_yuan),
            cell(home.medical_debt_yuan),
            cell(home.other_debt_yuan),
            cell(home.migrants),
        ];
        own.extend((0..4).map(|at| cell(home.source_share.map(|shares| shares[at]))));
        own.push(cell(home.remitted_share));
        for person in &home.people {
            let mut row = own.clone();
            row.extend([
                person.name.clone(),
                person.age_years.to_string(),
                cell(person.age_months),
                person.sex.to_string(),
                cell(person.work),
                cell(person.literacy),
                cell(person.schooling.map(|level| level as u8)),
            ]);
            let word = |told: &Option<Told>| {
                let named = TOLD.iter().find(|(_, other)| Some(*other) == *told);
                named.map_or(String::new(), |(word, _)| (*word).to_owned())
            };
            row.extend(person.conditions.iter().map(word));
            let _ = file.write_record(row);
        }
    }
    String::from_utf8(file.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Cells of a row, taken from left to right.
struct Cells<'a> {
    row: &'a csv::StringRecord,
    at: usize,
}

impl Cells<'_> {
    fn next(&mut self) -> &str {
        self.at += 1;
        self.row.get(self.at - 1).unwrap_or("")
    }

    fn open<T: FromStr>(&mut self) -> Result<Option<T>, String> {
        match self.next() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| format!("`{text}` is not understood")),
        }
    }

    fn needed<T: FromStr>(&mut self) -> Result<T, String> {
        let at = self.at + 1;
        self.open()?.ok_or_else(|| format!("column {at} is empty"))
    }

    fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> Result<Option<T>, String> {
        match self.next() {
            "" => Ok(None),
            text => match words.iter().find(|(word, _)| *word == text) {
                Some((_, value)) => Ok(Some(*value)),
                None => Err(format!("`{text}` is not understood")),
            },
        }
    }
}

/// The households of a file; else the line that is wrong, and why.
pub fn households(text: &str) -> Result<Vec<HouseholdRecord>, (u64, String)> {
    let mut file = csv::Reader::from_reader(text.as_bytes());
    let columns = file.headers().map_err(|error| (1, error.to_string()))?;
    if columns != &csv::StringRecord::from(header()) {
        return Err((1, "these are not the columns of a population".into()));
    }
    let mut households: Vec<HouseholdRecord> = Vec::new();
    for row in file.records() {
        let row = row.map_err(|error| (error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let (household, person) = record(&row).map_err(|what| (line, what))?;
        match households.last_mut() {
            Some(last) if last.name == household.name => last.people.push(person),
            _ => households.push(HouseholdRecord {
                people: vec![person],
                ..household
            }),
        }
    }
    if households.is_empty() {
        return Err((1, "nobody lives there".into()));
    }
    Ok(households)
}

fn record(row: &csv::StringRecord) -> Result<(HouseholdRecord, PersonRecord), String> {
    let cells = &mut Cells { row, at: 0 };
    let standings = ALL_CATEGORIES.map(|category| (category.name(), category));
    let mut household = HouseholdRecord {
        name: cells.next().to_owned(),
        county: cells.next().to_owned(),
        weight: cells.needed()?,
        standing: cells.word(&standings)?,
        cohort: cells.word(&[("yes", true), ("no", false)])?,
        income_yuan: cells.open()?,
        savings_yuan: cells.open()?,
        assets_yuan: cells.open()?,
        medical_debt_yuan: cells.open()?,
        other_debt_yuan: cells.open()?,
        migrants: cells.open()?,
        ..HouseholdRecord::default()
    };
    let shares = [cells.open()?, cells.open()?, cells.open()?, cells.open()?];
    if let [Some(wage), Some(farm), Some(property), Some(transfer)] = shares {
        household.source_share = Some([wage, farm, property, transfer]);
    }
    household.remitted_share = cells.open()?;
    let mut person = PersonRecord {
        name: cells.next().to_owned(),
        age_years: cells.needed()?,
        age_months: cells.open()?,
        sex: cells.needed()?,
        work: cells.open()?,
        literacy: cells.open()?,
        schooling: cells.open()?.map(Schooling::of),
        conditions: [None; CONDITIONS.len()],
    };
    for told in &mut person.conditions {
        *told = cells.word(&TOLD)?;
    }
    Ok((household, person))
}
