//! `kangcun programmes [ID]`: the programmes at hand, and one of them explained.

use super::progress::Progress;
use super::screen::screen;
use super::{Failure, print_records};
use crate::problem::Problems;
use crate::scenario::{Programme, Verb, carried_programmes};
use crate::study::programmes::{Listed, reach, whom};
use crate::terminal::table::{Column, Table};
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
    let progress = Progress::stage("reading programmes");
    let mut listed: Vec<Listed> = carried_programmes()
        .par_iter()
        .map(|id| Listed::load(id))
        .collect::<Result<_, Problems>>()?;
    progress.finish();
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
    let mut table = Table::new(vec![
        Column::words("programme"),
        Column::words("section"),
        Column::wraps("evidence", 12),
        Column::numbers("once"),
        Column::numbers("a year"),
        Column::wraps("held against", 14),
        Column::wraps("levers by room of rules", 18),
    ]);
    for own in listed {
        let Programme {
            id, section, against, ..
        } = &own.programme;
        let [once, yearly] = own.delivery_yuan;
        table.row([
            id.clone(),
            section.clone(),
            counts(own.grades()),
            format!("{once:.1}"),
            format!("{yearly:.1}"),
            against.clone(),
            counts(own.rooms()),
        ]);
    }
    say_on!("{}", table.text(&screen()));
    let text = format!(
        "{} programmes. Evidence: how many of its levers are of each grade (A measured for this population, D an assumption). Once, a \
         year: delivery at full coverage, yuan of 2020 for each resident of all counties; what insurance pays is not in it. Held against: \
         the scenario beside which its effect is measured. `kangcun programmes ID` explains one.",
        listed.len()
    );
    say_on!("\n{}", screen().paragraph("", 0, &text));
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
    let title = format!("{} ({}): {}", programme.id, programme.section, programme.title);
    say!("{}\n", screen().title(&title));
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
    say!("\n{}", screen().title("Levers"));
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
        wrapped("  ", &format!("{}: {value}{range}{grade}", lever.path));
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

/// Prints `text` after `head`; the lines after the first are indented.
pub(super) fn wrapped(head: &str, text: &str) {
    let hang = if head.trim().is_empty() { head.len() } else { 4 };
    say_on!("{}", screen().paragraph(head, hang, text));
}
