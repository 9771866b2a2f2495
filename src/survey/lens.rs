//! A survey file seen through the map: what a row tells of each field, in words and units of the model.

use super::fields::{self, FIELDS, Field, Holds};
use super::map::Map;
use super::table::{File, Row};
use crate::problem::{Problem, suggest};

/// A row that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bad {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u64,
    /// The household, where it is known.
    pub household: String,
    /// The column, where one is to blame.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// What one row tells of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The record tells.
    Given(String),
    /// The default of the map stands in.
    Default(String),
    /// Nobody tells.
    Missing,
}

/// How often a field was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By the record.
    pub given: usize,
    /// By the default of the map.
    pub by_default: usize,
    /// Not at all.
    pub missing: usize,
}

/// A file through the map.
pub struct Lens<'a> {
    map: &'a Map,
    /// The file.
    pub file: &'a File,
    fields: [Field; FIELDS],
    columns: [Option<usize>; FIELDS],
}

impl<'a> Lens<'a> {
    /// A lens on the fields of households, of people or both. A person file beside a household file needs the household's
    /// id as well.
    ///
    /// # Errors
    /// Columns that the file does not have.
    pub fn new(map: &'a Map, file: &'a File, of_household: bool, of_people: bool) -> Result<Lens<'a>, Vec<Problem>> {
        let fields = fields::all();
        let mut columns = [None; FIELDS];
        let mut problems = Vec::new();
        for (number, field) in fields.iter().enumerate() {
            let wanted = if field.of_household {
                of_household || number == 0
            } else {
                of_people
            };
            let Some(mapped) = map.fields[number].as_ref().filter(|_| wanted) else {
                continue;
            };
            let Some(name) = &mapped.column else { continue };
            columns[number] = file.columns.iter().position(|column| column == name);
            if columns[number].is_none() {
                let problem = Problem::new(format!("`{}` has no column `{name}`", file.name));
                let help = suggest(name, file.columns.iter().map(String::as_str));
                problems.push(problem.at(mapped.place.clone(), "mapped here").help_if(help));
            }
        }
        if problems.is_empty() {
            Ok(Lens {
                map,
                file,
                fields,
                columns,
            })
        } else {
            Err(problems)
        }
    }

    /// The text of the cell of a field as it stands in the file.
    pub fn raw<'r>(&self, number: usize, row: &'r Row) -> &'r str {
        let cell = self.columns[number].and_then(|column| row.cells.get(column));
        cell.map_or("", String::as_str)
    }

    /// What `row` tells of the field of this number.
    ///
    /// # Errors
    /// A code or number that cannot be understood: the column and the reason.
    pub fn told(&self, number: usize, row: &Row) -> Result<Told, (String, String)> {
        let Some(mapped) = &self.map.fields[number] else {
            return Ok(Told::Missing);
        };
        let field = &self.fields[number];
        let raw = self.raw(number, row);
        let is_missing = self.map.missing.iter().chain(&mapped.missing).any(|text| text == raw);
        if self.columns[number].is_none() || is_missing {
            return Ok(mapped.default.clone().map_or(Told::Missing, Told::Default));
        }
        let column = mapped.column.clone().unwrap_or_default();
        let given = match field.holds {
            Holds::Word(_) | Holds::County if !mapped.codes.is_empty() => {
                let found = mapped
                    .codes
                    .iter()
                    .find(|(_, codes)| codes.iter().any(|code| code == raw));
                let unknown = || {
                    (
                        column.clone(),
                        format!("`{raw}` is no code of `{}` in the map", field.name),
                    )
                };
                found.map(|(word, _)| word.clone()).ok_or_else(unknown)?
            }
            Holds::Word(words) if words.contains(&raw) => raw.to_owned(),
            Holds::Word(_) => {
                return Err((
                    column,
                    format!("`{raw}` is no word of `{}`; give codes in the map", field.name),
                ));
            }
            holds => {
                number_within(raw, holds, mapped.unit * self.map.price_of(holds)).map_err(|reason| (column, reason))?;
                raw.to_owned()
            }
        };
        Ok(Told::Given(given))
    }
}

/// Says what is wrong with `raw` as a number that a field holds, where one of it is `worth` so much of the model's unit.
pub(super) fn number_within(raw: &str, holds: Holds, worth: f64) -> Result<(), String> {
    let Some([low, high]) = holds.bounds() else {
        return Ok(());
    };
    match raw.parse::<f64>() {
        Ok(number) if !number.is_finite() => Err(format!("`{raw}` is not a number")),
        Ok(number) if number * worth < low => Err(format!("{raw} is below {}", low / worth)),
        Ok(number) if number * worth > high => Err(format!("{raw} is above {}", high / worth)),
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{raw}` is not a number")),
    }
}
