//! `kangcun plot`: the figures of a result, drawn from its tables.

use super::progress::Progress;
use super::{Common, Failure};
use crate::plot::{Columns, Format, Language, Page, Wanted, draw, figures_of};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What is asked.
#[derive(Args, Debug)]
pub struct Asked {
    /// The result folder: of a run, a comparison, a table of programmes or a sweep
    result: PathBuf,
    /// Only these figures; `--list` names those that there are
    #[arg(long = "figure", value_name = "NAME", value_delimiter = ',')]
    figures: Vec<String>,
    /// Across how many columns of a page: one is 85 mm wide, two are 170 mm
    #[arg(long, value_enum, value_delimiter = ',', default_value = "two")]
    columns: Vec<Width>,
    /// The language of titles, axes and captions
    #[arg(long, value_enum, value_delimiter = ',', default_value = "en")]
    language: Vec<Tongue>,
    /// The kinds of files
    #[arg(long, value_enum, value_delimiter = ',', default_value = "svg,png,pdf")]
    format: Vec<File>,
    /// List the figures that such a result can have, and draw none
    #[arg(long, conflicts_with_all = ["figures", "columns", "language", "format"])]
    list: bool,
}

/// The widths.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// 85 mm
    One,
    /// 170 mm
    Two,
}

/// The languages.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Tongue {
    /// English
    En,
    /// Chinese
    Zh,
}

/// The kinds of files.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum File {
    /// A vector drawing for pages and editors
    Svg,
    /// A picture of 300 dots per inch
    Png,
    /// A vector drawing for papers
    Pdf,
}

pub fn run(asked: &Asked, common: &Common) -> Result<(), Failure> {
    if asked.list {
        for (name, needs) in figures_of(&asked.result)? {
            say!("{name:<22} needs {needs}");
        }
        return Ok(());
    }
    let mut wanted = Wanted {
        pages: Vec::new(),
        formats: Vec::new(),
        figures: asked.figures.clone(),
    };
    for tongue in &asked.language {
        for width in &asked.columns {
            let page = Page {
                columns: match width {
                    Width::One => Columns::One,
                    Width::Two => Columns::Two,
                },
                language: match tongue {
                    Tongue::En => Language::English,
                    Tongue::Zh => Language::Chinese,
                },
            };
            once(&mut wanted.pages, page);
        }
    }
    for file in &asked.format {
        let format = match file {
            File::Svg => Format::Svg,
            File::Png => Format::Png,
            File::Pdf => Format::Pdf,
        };
        once(&mut wanted.formats, format);
    }
    let folder = common.out.clone().unwrap_or_else(|| asked.result.join("figures"));
    let progress = Progress::stage("drawing figures");
    let drawn = draw(&asked.result, &folder, &wanted)?;
    progress.finish();
    for path in &drawn.files {
        say!("{}", path.display());
    }
    for (name, needs) in &drawn.left_out {
        eprintln!("kangcun: `{name}` is not drawn: it needs {needs}");
    }
    Ok(())
}

fn once<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
