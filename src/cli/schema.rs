//! `kangcun schema [KIND]`: JSON Schemas of the files that people write, for their editors.

use super::{Common, Failure};
use crate::exit;
use crate::output::folder_of;
use crate::output::parameters::Meanings;
use crate::output::schema::{Kind, schema};
use crate::scenario::Scenario;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// What is asked.
#[derive(clap::Args, Debug)]
pub struct Asked {
    /// The kind of file; without it, all kinds are written into the folder of --out
    #[arg(value_parser = kinds())]
    kind: Option<Kind>,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    let kind = |name: String| Kind::ALL.into_iter().find(|kind| kind.name() == name);
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(move |name| kind(name).ok_or("no such kind"))
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    let kinds: Vec<Kind> = asked.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    if common.out.is_none() && kinds.len() > 1 {
        let names = Kind::ALL.map(Kind::name).join(", ");
        let message = format!(
            "error: which schema? {names}\nhelp: `kangcun schema scenario` prints one; `kangcun schema --out FOLDER` writes all"
        );
        return Err(Failure::new(message, exit::USAGE));
    }
    let baseline = Scenario::load("baseline", &[])?;
    let meanings = Meanings::carried();
    let text = |kind: Kind| format!("{:#}\n", schema(kind, &baseline, &meanings));
    let Some(folder) = &common.out else {
        say_on!("{}", text(kinds[0]));
        return Ok(());
    };
    let names: Vec<String> = kinds.iter().map(|kind| kind.file_name()).collect();
    let files: Vec<(&str, String)> = names
        .iter()
        .map(String::as_str)
        .zip(kinds.iter().map(|kind| text(*kind)))
        .collect();
    crate::output::prepare(folder)?;
    folder_of(&files, folder)?;
    for name in &names {
        say!("{}", folder.join(name).display());
    }
    say!("The first line of a file names its schema, as seen from the file:");
    say!("  #:schema {}", folder.join(&names[0]).display());
    Ok(())
}
