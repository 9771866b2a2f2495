//! Results for machines: one set of rows as comma-separated values or as JSON, in full precision.

use super::{Failure, print_records};
use crate::exit;
use crate::output::cell;
use clap::Args;
use serde_json::{Map, Value};

/// Which form is asked for; none of them means a table for people.
#[derive(Args, Debug, Clone, Copy)]
pub struct Form {
    /// As JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// As comma-separated values, one line a number
    #[arg(long)]
    pub csv: bool,
}

impl Form {
    /// Whether it is for machines: then nothing else may be printed.
    pub fn is_for_machines(self) -> bool {
        self.json || self.csv
    }

    /// Where people are told something beside: with the results, or where messages go if those are for machines.
    pub fn tell(self, text: &str) {
        if self.is_for_machines() {
            eprintln!("{}", text.trim_start_matches('\n'));
        } else {
            say!("{text}");
        }
    }
}

/// A number; nothing where it is not finite, as JSON knows no such.
pub fn number(value: f64) -> Value {
    Value::from(value.is_finite().then_some(value))
}

/// Rows under named columns.
pub struct Records {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Records {
    pub fn new(columns: &[&'static str]) -> Records {
        Records {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a value a column.
    pub fn row(&mut self, values: impl IntoIterator<Item = Value>) {
        self.rows.push(values.into_iter().collect());
    }

    /// The rows as JSON objects.
    pub fn json(&self) -> Value {
        let object = |row: &Vec<Value>| {
            let cells = self.columns.iter().zip(row);
            Value::Object(
                cells
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect::<Map<_, _>>(),
            )
        };
        self.rows.iter().map(object).collect()
    }

    /// Prints the rows as comma-separated values: empty where there is nothing.
    pub fn print_csv(&self) -> Result<(), Failure> {
        print_records(|table| {
            table.write_record(&self.columns)?;
            for row in &self.rows {
                table.write_record(row.iter().map(cell))?;
            }
            Ok(())
        })
    }

    /// Prints the rows in the form asked for; as JSON under `name` in `head`, which says what they are of.
    pub fn print(&self, form: Form, mut head: Value, name: &str) -> Result<(), Failure> {
        if form.csv {
            return self.print_csv();
        }
        head[name] = self.json();
        print_json(&head)
    }
}

/// Prints JSON, indented.
pub fn print_json(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Failure::new(format!("error: {error}"), exit::INTERNAL))?;
    say!("{text}");
    Ok(())
}
