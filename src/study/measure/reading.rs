//! A survey as it is read for measuring: every used cell is a number or a name that makes sense, or the survey is refused with
//! the rows and the reasons.

use super::asked::{Above, Asked, Errors};
use super::design::{Design, LonePsu, UNNAMED};
use super::survey::{Account, Holds, Names, Numbers, Survey};
use crate::problem::{Problem, Problems};
use crate::survey::{Bad, table};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

/// Why a survey cannot be measured.
#[derive(Debug)]
pub enum Refused {
    /// The file, a column or the design is wrong.
    Problems(Problems),
    /// Rows are wrong; and what can be done.
    Rows(Vec<Bad>, Vec<&'static str>),
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Refused {
        Refused::Problems(problems)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Problems(problem.into())
    }
}

/// Texts that mean "not told", as in CSV files of R and Stata; an empty cell does too.
const MISSING: [&str; 3] = ["", "NA", "."];

/// Rows of the file as far as they have been understood.
struct Draft<'a> {
    file: &'a table::File,
    numbers: Vec<Numbers>,
    names: Vec<Names>,
    /// The rows of the file that stay.
    rows: Vec<usize>,
    account: Account,
    bad: Vec<Bad>,
    help: Vec<&'static str>,
}

/// Reads a survey and checks it.
///
/// # Errors
/// Columns that are not there, rows that are wrong, groups without weight, a stratum of one PSU.
pub fn read(path: &Path, asked: &Asked) -> Result<Survey, Refused> {
    let file = table::read_columns(path, "the survey", &asked.columns())?;
    of_rows(&file, asked)
}

/// Checks rows that hold the columns asked for, in their order.
///
/// # Errors
/// Rows that are wrong, groups without weight, a stratum of one PSU.
pub fn of_rows(file: &table::File, asked: &Asked) -> Result<Survey, Refused> {
    let (numbers, names) = (asked.numbers(), asked.names());
    let mut draft = Draft {
        file,
        numbers: numbers
            .into_iter()
            .map(|(holds, name)| Numbers {
                holds,
                name: name.into(),
                values: Vec::new(),
            })
            .collect(),
        names: names
            .into_iter()
            .map(|name| Names {
                name: name.into(),
                values: Vec::new(),
            })
            .collect(),
        rows: Vec::new(),
        account: Account {
            read: file.rows.len(),
            ..Account::default()
        },
        bad: Vec::new(),
        help: Vec::new(),
    };
    draft.take_rows(asked);
    draft.hold_against_consumption(asked.above);
    draft.somebody_there();
    draft.waves_once(asked);
    if !draft.bad.is_empty() {
        draft.bad.sort();
        return Err(Refused::Rows(draft.bad, draft.help));
    }
    draft.settle(asked)
}

impl Draft<'_> {
    fn fault(&mut self, row: usize, column: &str, reason: String) {
        self.bad.push(Bad {
            file: self.file.name.clone(),
            line: self.file.rows[row].line,
            household: String::new(),
            column: column.into(),
            reason,
        });
    }

    fn advise(&mut self, help: &'static str) {
        if !self.help.contains(&help) {
            self.help.push(help);
        }
    }

    fn leave_out(&mut self, reason: String) {
        *self.account.left_out.entry(reason).or_default() += 1;
    }

    /// Takes the cells of every row: numbers first, names after them.
    fn take_rows(&mut self, asked: &Asked) {
        for at in 0..self.file.rows.len() {
            let cells = &self.file.rows[at].cells;
            let missing = cells.iter().position(|cell| MISSING.contains(&cell.as_str()));
            if let Some(column) = missing {
                let name = &self.file.columns[column];
                if asked.drop_missing {
                    self.leave_out(format!("no value in `{name}`"));
                } else {
                    self.fault(at, name, "the cell is empty".into());
                    self.advise("leave out, and count, rows with an empty cell in a used column with `--missing drop`");
                }
                continue;
            }
            self.rows.push(at);
            for column in 0..self.numbers.len() {
                let cell = &cells[column];
                let number = cell.parse::<f64>();
                let wrong = match number {
                    Err(_) => Some(format!("`{cell}` is no number")),
                    Ok(number) if !number.is_finite() => Some(format!("`{cell}` is not finite")),
                    Ok(number) => {
                        let wrong = self.numbers[column].holds.wrong(number, asked.bounds);
                        wrong.map(|why| format!("{why}, and here it is {cell}"))
                    }
                };
                if let Some(wrong) = wrong {
                    let name = self.file.columns[column].clone();
                    self.fault(at, &name, wrong);
                }
                self.numbers[column].values.push(number.unwrap_or(f64::NAN));
            }
            for (names, cell) in self.names.iter_mut().zip(&cells[self.numbers.len()..]) {
                names.values.push(cell.clone());
            }
        }
    }

    fn place(&self, holds: Holds) -> Option<usize> {
        self.numbers.iter().position(|column| column.holds == holds)
    }

    /// Keeps, drops or caps out-of-pocket spending above consumption, as was asked; refuses it where nothing was.
    fn hold_against_consumption(&mut self, above: Above) {
        let Some(consumption) = self.place(Holds::Consumption) else {
            return;
        };
        let value = |draft: &Self, column: usize, row: usize| draft.numbers[column].values[row];
        if let Some(food) = self.place(Holds::Food) {
            let rows = 0..self.rows.len();
            let more = rows
                .filter(|row| value(self, food, *row) > value(self, consumption, *row))
                .count();
            if more > 0 {
                let note = format!("{} with food above consumption, taken as they are", counted(more));
                self.account.notes.push(note);
            }
        }
        let Some(oop) = self.place(Holds::OutOfPocket) else {
            return;
        };
        let rows = 0..self.rows.len();
        let over: Vec<usize> = rows
            .filter(|row| value(self, oop, *row) > value(self, consumption, *row))
            .collect();
        if over.is_empty() {
            return;
        }
        let rows = counted(over.len());
        match above {
            Above::Refuse => {
                for row in over {
                    let (oop, consumption) = (value(self, oop, row), value(self, consumption, row));
                    let reason = format!("out-of-pocket spending {oop} is above consumption {consumption}");
                    let name = self.numbers[self.place(Holds::OutOfPocket).unwrap_or(0)].name.clone();
                    self.fault(self.rows[row], &name, reason);
                }
                self.advise("say what is done with out-of-pocket spending above consumption: `--oop-above-consumption keep`, `drop` or `cap` (to consumption); where consumption is net of it, it can be so");
            }
            Above::Keep => {
                let note = format!("{rows} with out-of-pocket spending above consumption, kept as asked");
                self.account.notes.push(note);
            }
            Above::Cap => {
                for row in over {
                    self.numbers[oop].values[row] = self.numbers[consumption].values[row];
                }
                let note = format!("{rows} with out-of-pocket spending above consumption, capped to it as asked");
                self.account.notes.push(note);
            }
            Above::Drop => {
                for _ in &over {
                    self.leave_out("out-of-pocket spending above consumption".into());
                }
                let keep: Vec<usize> = (0..self.rows.len())
                    .filter(|row| over.binary_search(row).is_err())
                    .collect();
                self.reorder(&keep);
            }
        }
    }

    /// Refuses households without adults and children, which divide nothing, and those of more children than people.
    fn somebody_there(&mut self) {
        let Some(children) = self.place(Holds::Children) else {
            return;
        };
        let (adults, size) = (self.place(Holds::Adults), self.place(Holds::Size));
        for row in 0..self.rows.len() {
            let value = |column: usize| self.numbers[column].values[row];
            let (column, reason) = match (adults, size) {
                (Some(adults), _) if value(adults) + value(children) <= 0.0 => {
                    (adults, "there are neither adults nor children".into())
                }
                (None, Some(size)) if value(children) > value(size) => {
                    let reason = format!(
                        "{} children are more than the household has people ({})",
                        value(children),
                        value(size)
                    );
                    (children, reason)
                }
                _ => continue,
            };
            let name = self.numbers[column].name.clone();
            self.fault(self.rows[row], &name, reason);
        }
    }

    /// In a panel a household stands once in a wave; waves that are not equally far apart are noted.
    fn waves_once(&mut self, asked: &Asked) {
        let (Some(wave), Some((household, _))) = (self.place(Holds::Wave), &asked.panel) else {
            return;
        };
        let mut years = self.numbers[wave].values.clone();
        years.sort_by(f64::total_cmp);
        years.dedup();
        let steps: Vec<f64> = years.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if steps.iter().any(|step| *step != steps[0]) {
            let note = "waves are not equally far apart; measures over time take each as one step";
            self.account.notes.push(note.into());
        }
        let names = self
            .names
            .iter()
            .position(|names| names.name == *household)
            .unwrap_or(0);
        let mut first: BTreeMap<(String, u64), u64> = BTreeMap::new();
        for row in 0..self.rows.len() {
            let year = self.numbers[wave].values[row];
            let name = self.names[names].values[row].clone();
            let line = self.file.rows[self.rows[row]].line;
            let before = *first.entry((name.clone(), year.to_bits())).or_insert(line);
            if before != line {
                let reason = format!("household `{name}` stands on line {before} with the same wave {year}");
                self.fault(self.rows[row], household, reason);
            }
        }
    }

    /// Keeps these rows, in this order.
    fn reorder(&mut self, order: &[usize]) {
        self.rows = order.iter().map(|row| self.rows[*row]).collect();
        for column in &mut self.numbers {
            column.values = order.iter().map(|row| column.values[*row]).collect();
        }
        for column in &mut self.names {
            column.values = order
                .iter()
                .map(|row| std::mem::take(&mut column.values[*row]))
                .collect();
        }
    }

    /// Puts the rows into the order of their content and makes the survey of them.
    fn settle(mut self, asked: &Asked) -> Result<Survey, Refused> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|one, other| self.compare(*one, *other));
        self.reorder(&order);
        if asked.weight.is_none() {
            self.account.notes.push("no --weight: every row counts the same".into());
        }
        if asked.size.is_none() && asked.children.is_none() {
            self.account.notes.push("no --size: a row is a person".into());
        }
        let weight = self.place(Holds::Weight);
        let weights = weight.map_or(vec![1.0; self.rows.len()], |place| self.numbers[place].values.clone());
        self.account.weightless = weights.iter().filter(|weight| **weight == 0.0).count();
        if self.account.used() == 0 {
            let title = if self.rows.is_empty() {
                "no row of the survey is left"
            } else {
                "all weights of the survey are zero"
            };
            return Err(Problem::new(title).help_if(reasons(&self.account)).into());
        }
        let group = |name: &String| self.names.iter().find(|names| names.name == *name).cloned();
        let groups: Vec<Names> = asked.partitions().filter_map(group).collect();
        empty_groups(&groups, &weights, &self)?;
        let household = asked.panel.as_ref().and_then(|(household, _)| group(household));
        let wanted = |name: &Option<String>| name.as_ref().and_then(group).map(|names| names.values);
        let (strata, psus) = (wanted(&asked.strata), wanted(&asked.psu));
        let own: Vec<String> = (0..self.rows.len()).map(|row| format!("{row:012}")).collect();
        let psus = psus
            .as_ref()
            .or(household.as_ref().map(|names| &names.values))
            .unwrap_or(&own);
        let one = vec![UNNAMED.to_owned(); self.rows.len()];
        // Without errors nothing hangs on a lone PSU.
        let lone = match asked.errors {
            Errors::None => LonePsu::Certain,
            _ => asked.lone,
        };
        let design = Design::new(strata.as_ref().unwrap_or(&one), psus, lone)?;
        Ok(Survey {
            file: self.file.name.clone(),
            blake3: self.file.blake3.clone(),
            account: self.account,
            numbers: self.numbers,
            groups,
            household,
            design,
        })
    }

    fn compare(&self, one: usize, other: usize) -> Ordering {
        let names = self
            .names
            .iter()
            .map(|column| column.values[one].cmp(&column.values[other]));
        let numbers = self
            .numbers
            .iter()
            .map(|column| column.values[one].total_cmp(&column.values[other]));
        names
            .chain(numbers)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

fn counted(rows: usize) -> String {
    if rows == 1 {
        "1 row".into()
    } else {
        format!("{rows} rows")
    }
}

/// Why rows were left out, as a help.
fn reasons(account: &Account) -> Option<String> {
    let reasons: Vec<String> = account
        .left_out
        .iter()
        .map(|(reason, rows)| format!("{}: {reason}", counted(*rows)))
        .collect();
    (!reasons.is_empty()).then(|| format!("left out were {}", reasons.join("; ")))
}

/// More groups of a column than these are taken for a mistake.
const MOST_GROUPS: usize = 500;

/// Refuses groups of which no row has a weight, those that lost all their rows, and columns that tell rows apart.
fn empty_groups(groups: &[Names], weights: &[f64], draft: &Draft) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for group in groups {
        let place = draft
            .file
            .columns
            .iter()
            .position(|name| *name == group.name)
            .unwrap_or(0);
        let mut heavy: BTreeMap<&str, bool> = BTreeMap::new();
        for row in &draft.file.rows {
            let name = row.cells[place].as_str();
            if !MISSING.contains(&name) {
                heavy.insert(name, false);
            }
        }
        for (name, weight) in group.values.iter().zip(weights) {
            *heavy.entry(name).or_default() |= *weight > 0.0;
        }
        if heavy.len() > MOST_GROUPS {
            let title = format!("`{}` parts the rows into {} groups", group.name, heavy.len());
            let help = format!("{MOST_GROUPS} at most: a column that tells rows apart is no group");
            problems.push(Problem::new(title).help(help));
            continue;
        }
        for (name, _) in heavy.iter().filter(|(_, heavy)| !**heavy) {
            let title = format!(
                "the group `{}` = `{name}` is empty: none of its rows is left with a weight above 0",
                group.name
            );
            problems.push(Problem::new(title).help_if(reasons(&draft.account)));
        }
    }
    Problems::or(problems, ())
}
