//! `kangcun programmes [ID]`: the programmes at hand, and one of them explained.

use super::{Failure, print_records};
use crate::problem::Problems;
use crate::scenario::{Programme, Verb, carried_programmes};
use crate::study::programmes::{Listed, reach, whom};
use rayon::prelude::*;
use std::fmt::Display;

/// What is asked.
#[derive(clap::Args, Debug)]
pub struct Asked {
    /// A programme, by id or path: explain it; none: list all that the program carries
    programme: Option<String>,
    /// The list as comma-separated values
    #[arg(long, conflicts_with = "programme")]
    csv: bool,
}

pub fn run(asked: &Asked) -> Result<(), Failure> {
    if let Some(name) = &asked.programme {
        explain(&Listed::load(name)?);
        return Ok(());
    }
    let mut listed: Vec<Listed> = carried_programmes()
        .par_iter()
        .map(|id| Listed::load(id))
        .collect::<Result<_, Problems>>()?;
    listed.sort_by(|one, two| {
        let (one, two) = (&one.programme, &two.programme);
        one.section_order().cmp(&two.section_order()).then(one.id.cmp(&two.id))
    });
    if asked.csv {
        return print_csv(&listed);
    }
    print(&listed);
    Ok(())
}

fn counts<T: Display>(counts: impl IntoIterator<Item = (T, usize)>) -> String {
    let each = counts.into_iter().map(|(name, count)| format!("{name} {count}"));
    each.collect::<Vec<_>>().join(", ")
}

fn print(listed: &[Listed]) {
    let width = listed
        .iter()
        .map(|own| own.programme.id.len())
        .max()
        .unwrap_or_default();
    say!(
        "{:<width$}  {:<10} {:<16} {:>7} {:>7}  {:<20} levers by room of rules",
        "programme",
        "section",
        "evidence",
        "once",
        "a year",
        "held against"
    );
    for own in listed {
        let Programme {
            id, section, against, ..
        } = &own.programme;
        let [once, yearly] = own.delivery_yuan;
        say!(
            "{id:<width$}  {section:<10} {:<16} {once:>7.1} {yearly:>7.1}  {against:<20} {}",
            counts(own.grades()),
            counts(own.rooms())
        );
    }
    say!(
        "\n{} programmes. Evidence: how many of its levers are of each grade (A measured for this population, D an assumption). Once, a year:\n\
         delivery at full coverage, yuan of 2020 for each resident of all counties; what insurance pays is not in it. Held against: the\n\
         scenario beside which its effect is measured. `kangcun programmes ID` explains one.",
        listed.len()
    );
}

fn print_csv(listed: &[Listed]) -> Result<(), Failure> {
    print_records(|table| {
        table.write_record([
            "id",
            "section",
            "title",
            "against",
            "comparator",
            "from",
            "coverage_share",
            "moves",
            "levers",
            "grades",
            "once_yuan_per_head",
            "yearly_yuan_per_head",
            "paid_by",
        ])?;
        for own in listed {
            let programme = &own.programme;
            let [once, yearly] = own.delivery_yuan;
            table.write_record([
                &programme.id,
                &programme.section,
                &programme.title,
                &programme.against,
                programme.comparator.name(),
                &programme.from.to_string(),
                &programme.coverage_share.to_string(),
                &programme.moves.join(" "),
                &counts(own.rooms()),
                &counts(own.grades()),
                &format!("{once:.3}"),
                &format!("{yearly:.3}"),
                programme.paid_by.name(),
            ])?;
        }
        Ok(())
    })
}

fn explain(own: &Listed) {
    let programme = &own.programme;
    say!("{} ({}): {}\n", programme.id, programme.section, programme.title);
    wrapped("", &programme.summary);
    say!();
    wrapped("When and where: ", &reach(programme));
    wrapped("For whom: ", &whom(programme));
    wrapped(
        "Held against: ",
        &format!("{}, to {} it", programme.against, programme.comparator.name()),
    );
    wrapped("Moves first: ", &programme.moves.join(", "));
    wrapped("Evidence: ", &programme.evidence);
    say!("\nLevers");
    for lever in &own.levers {
        let value = match lever.verb {
            Verb::Set => lever.value.clone(),
            verb => format!("{} {}", verb.name(), lever.value),
        };
        let range = match (lever.sure.low, lever.sure.high) {
            (Some(low), Some(high)) => format!(", {low} to {high}"),
            _ => String::new(),
        };
        let grade = lever
            .sure
            .grade
            .map_or(String::new(), |grade| format!(", grade {grade}"));
        say!("  {}: {value}{range}{grade}", lever.path);
        wrapped("      ", &lever.sure.source);
    }
    let [once, yearly] = own.delivery_yuan;
    say!();
    wrapped(
        "Delivery: ",
        &format!(
            "{once:.2} yuan of 2020 for each resident once and {yearly:.2} a year, at full coverage, paid by {}. {}",
            match programme.paid_by.name() {
                "county" => "the county's health budget",
                _ => "higher levels",
            },
            programme.cost_source
        ),
    );
}

/// Prints `text` after `head`, in lines of at most 110 characters; the lines after the first are indented.
pub(super) fn wrapped(head: &str, text: &str) {
    let indent = if head.trim().is_empty() { head } else { "    " };
    let mut line = head.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > 110 {
            say!("{line}");
            indent.clone_into(&mut line);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    say!("{line}");
}
