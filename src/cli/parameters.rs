//! `kangcun parameters SCENARIO`: the parameter book, as Markdown and CSV.

use super::{Common, Failure};
use crate::output::free_folder;
use crate::output::parameters::{self, Book, Form, Meanings};
use crate::scenario::Scenario;
use std::path::Path;

pub fn run(name: &str, form: Form, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    let mut book = Book::of(&scenario, &Meanings::carried());
    if !common.sets.is_empty() {
        // A scenario with rules set on the command line is not the one its file describes.
        book.id.push_str("+set");
    }
    let folder = common
        .out
        .clone()
        .unwrap_or_else(|| free_folder(Path::new("outputs"), &format!("parameters-{}", book.id)));
    let files = parameters::write(&book, form, &folder)?;
    let grades: Vec<String> = book
        .grades()
        .into_iter()
        .map(|(grade, count)| format!("{count} of grade {grade}"))
        .collect();
    say!(
        "{}: {} parameters: {}",
        book.id,
        book.grades().iter().map(|(_, count)| count).sum::<usize>(),
        grades.join(", ")
    );
    if !book.changes.is_empty() {
        say!("{} changes, {} unit costs", book.changes.len(), book.costs.len());
    }
    for file in files {
        say!("{}", folder.join(file).display());
    }
    Ok(())
}
