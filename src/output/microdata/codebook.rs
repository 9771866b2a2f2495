//! The codebook, and what gives the labels to Stata and R.

use super::Source;
use crate::output::tables::Sheet;
use crate::study::panel::variables::{Kind, Variable};
use std::fmt::Write;

/// What the file is, for whoever finds it alone.
pub(super) fn about(name: &str, source: &Source) -> String {
    // One line, and nothing that a comment of Stata takes for a macro.
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    format!(
        "Simulated {name} of the scenario {} ({}), replicate {}, seed {}; made by kangcun {}: {}. No real person or household is described.",
        plain(source.scenario),
        plain(source.title),
        source.replicate,
        source.seed,
        env!("CARGO_PKG_VERSION"),
        plain(source.command),
    )
}

/// A row a variable.
pub(super) fn csv<R>(variables: &[Variable<R>]) -> String {
    let mut sheet = Sheet::new(&["variable", "label", "unit", "type", "codes"]);
    for variable in variables {
        let (kind, codes) = match &variable.kind {
            Kind::Name => ("text", String::new()),
            Kind::Code(codes) => {
                let said: Vec<String> = codes.iter().map(|(code, said)| format!("{code} = {said}")).collect();
                ("code", said.join("; "))
            }
            Kind::Yes => ("yes or no", "1 = yes; 0 = no".into()),
            Kind::Count => ("whole number", String::new()),
            Kind::Amount => ("number", String::new()),
        };
        sheet.row([
            variable.name.clone(),
            variable.label.clone(),
            variable.unit.into(),
            kind.into(),
            codes,
        ]);
    }
    sheet.text()
}

fn with_unit<R>(variable: &Variable<R>) -> String {
    match variable.unit {
        "" => variable.label.clone(),
        unit => format!("{} ({unit})", variable.label),
    }
}

/// A do-file that reads the CSV file beside it and labels every variable and code (Stata 14 and later).
pub(super) fn stata<R>(name: &str, variables: &[Variable<R>], source: &Source) -> String {
    let mut text = format!("* {}\n", about(name, source));
    let names: Vec<String> = (1..)
        .zip(variables)
        .filter(|(_, variable)| matches!(variable.kind, Kind::Name | Kind::Code(_)))
        .map(|(at, _)| at.to_string())
        .collect();
    let _ = writeln!(
        text,
        "version 14\nimport delimited using \"{name}.csv\", clear varnames(1) case(preserve) encoding(utf-8) asdouble stringcols({})",
        names.join(" ")
    );
    let _ = writeln!(text, "label define yesno 0 \"no\" 1 \"yes\", replace");
    for variable in variables {
        let (name, label) = (&variable.name, with_unit(variable));
        match &variable.kind {
            Kind::Code(codes) => {
                // A label for each word, in the order of the codebook; `encode` alone would take the alphabet's.
                let defined: Vec<String> = (1..)
                    .zip(codes)
                    .map(|(at, (code, _))| format!("{at} \"{code}\""))
                    .collect();
                let _ = writeln!(text, "label define {name} {}, replace", defined.join(" "));
                let _ = writeln!(text, "rename {name} {name}_text");
                let _ = writeln!(text, "encode {name}_text, generate({name}) label({name}) noextend");
                let _ = writeln!(text, "order {name}, after({name}_text)\ndrop {name}_text");
            }
            Kind::Yes => {
                let _ = writeln!(text, "label values {name} yesno");
            }
            Kind::Name | Kind::Count | Kind::Amount => {}
        }
        let _ = writeln!(text, "label variable {name} \"{label}\"");
    }
    let _ = writeln!(text, "label data \"Simulated {name}, scenario {}\"", source.scenario);
    text
}

/// An R script that reads the CSV file beside it into a data frame of that name, with factors and labels (base R).
pub(super) fn r<R>(name: &str, variables: &[Variable<R>], source: &Source) -> String {
    let mut text = format!("# {}\n", about(name, source));
    let classes: Vec<String> = variables
        .iter()
        .map(|variable| {
            let class = match variable.kind {
                Kind::Name | Kind::Code(_) => "character",
                Kind::Yes | Kind::Count => "integer",
                Kind::Amount => "numeric",
            };
            format!("{} = \"{class}\"", variable.name)
        })
        .collect();
    let _ = writeln!(
        text,
        "{name} <- read.csv(\"{name}.csv\", encoding = \"UTF-8\", colClasses = c({}))",
        classes.join(", ")
    );
    for variable in variables {
        let (own, label) = (&variable.name, with_unit(variable));
        match &variable.kind {
            Kind::Code(codes) => {
                let words: Vec<String> = codes.iter().map(|(code, _)| format!("\"{code}\"")).collect();
                let _ = writeln!(
                    text,
                    "{name}${own} <- factor({name}${own}, levels = c({}))",
                    words.join(", ")
                );
            }
            Kind::Yes => {
                let _ = writeln!(text, "{name}${own} <- {name}${own} == 1L");
            }
            Kind::Name | Kind::Count | Kind::Amount => {}
        }
        let _ = writeln!(text, "attr({name}${own}, \"label\") <- \"{label}\"");
    }
    text
}
