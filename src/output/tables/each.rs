//! The table of programmes, each beside its own base: long for machines, in Markdown for readers.

use super::{Sheet, number};
use crate::study::each::{Assumed, Cell, Role, Row, sentence_on_returns};
use crate::study::flags::foremost;
use std::fmt::Write as _;

/// The columns, and what they hold.
const COLUMNS: [(&str, &str); 30] = [
    ("programme", "the programme"),
    ("section", "its section of the text"),
    ("title", "its title"),
    (
        "comparator",
        "added to the base, or taken away from it; effects are those of having it in either case",
    ),
    ("against", "the scenario that it is held against"),
    ("from", "its first month"),
    ("reach", "when and where it runs"),
    ("eligible", "whom it is for"),
    ("planned_coverage_share", "share of villages planned in the last year"),
    ("delivered_share", "part of it that is delivered in that year"),
    ("levers", "its levers with a grade of evidence"),
    ("assumed_levers", "of these, assumptions (grade D)"),
    ("role", "what the row is about; see the other rows of this table"),
    ("indicator", "what is measured"),
    ("group", "in whom"),
    ("unit", "the unit of the numbers"),
    ("without", "the mean level without the programme"),
    (
        "difference",
        "having the programme less not having it, paired by replicate",
    ),
    ("se", "standard error of the difference"),
    ("lo", "lower end of its 95% interval"),
    ("hi", "upper end"),
    ("beyond_noise", "whether the 95% interval leaves zero out"),
    (
        "few_events",
        "fewer than 20 events in one of the worlds, over all replicates",
    ),
    ("replicates", "pairs of worlds"),
    (
        "lo_90",
        "lower end of the 90% interval, for the two one-sided tests of a null",
    ),
    ("hi_90", "upper end"),
    (
        "bound_lo",
        "lowest difference that counts as none, by the source of the null",
    ),
    ("bound_hi", "highest"),
    ("null_holds", "whether the 90% interval lies within the bound"),
    (
        "events",
        "the fewer of the events of both worlds over all replicates, weighted, which decide on few_events; empty where nothing is counted",
    ),
];

/// One row a programme and number.
pub fn programmes(rows: &[Row]) -> String {
    let mut sheet = Sheet::new(&COLUMNS.map(|(name, _)| name));
    for row in rows {
        for cell in &row.cells {
            sheet.row(cells(row, cell));
        }
    }
    sheet.text()
}

fn cells(row: &Row, cell: &Cell) -> Vec<String> {
    let own = &row.programme;
    let mut cells = vec![own.id.clone(), own.section.clone(), own.title.clone()];
    cells.extend([comparator(row).to_owned(), own.against.clone(), own.from.to_string()]);
    cells.extend([
        row.reach.clone(),
        row.whom.clone(),
        number(row.planned),
        number(row.delivered),
    ]);
    cells.extend([row.levers.to_string(), row.assumed.to_string(), cell.role.name().into()]);
    cells.extend([cell.indicator.clone(), cell.group.clone(), cell.unit.into()]);
    let difference = &cell.difference;
    cells.extend(
        [
            cell.without.mean,
            difference.mean,
            difference.se,
            difference.lo,
            difference.hi,
        ]
        .map(number),
    );
    cells.extend([difference.is_beyond_noise(), cell.has_few_events()].map(|yes| yes.to_string()));
    cells.push(difference.n.to_string());
    let null = cell.bound.map(|bound| [difference.ninety(), bound].concat());
    cells.extend(null.map_or(vec![String::new(); 4], |ends| ends.into_iter().map(number).collect()));
    cells.push(cell.null_holds().map_or(String::new(), |holds| holds.to_string()));
    cells.push(cell.events.map_or(String::new(), |events| events.to_string()));
    cells
}

/// What the columns and roles of [`programmes`] mean.
pub fn programmes_dictionary() -> String {
    let mut sheet = Sheet::new(&["column_or_role", "meaning"]);
    for (name, meaning) in COLUMNS {
        sheet.row([name.to_owned(), meaning.to_owned()]);
    }
    for role in Role::ALL {
        sheet.row([format!("role {}", role.name()), role.meaning().to_owned()]);
    }
    sheet.text()
}

fn comparator(row: &Row) -> &'static str {
    if row.is_taken_away() { "taken away" } else { "added" }
}

/// The table for a page: one row a programme, every number a paired difference with its 95% interval.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "| Programme | Compared | For whom | Levers, grade D | First moves | Return, per 1,000 | Own share, points | Admissions forgone, points | \
         Care forgone, points | Funds, yuan | Public cost, yuan | Delivery, yuan |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let own = &row.programme;
        let declared = row.cell(Role::Declared).map_or(String::new(), |cell| {
            let level = cell.scaled(cell.without.mean);
            format!(
                "{} of {}: {} {}, from {}",
                cell.indicator,
                cell.group,
                difference(cell),
                cell.short_unit(),
                level
            )
        });
        let plain = |role| row.cell(role).map_or(String::new(), difference);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} ({}) | {}, {}, from {} | {} | {} of {} | {declared} | {} | {} | {} | {} | {} | {} | {} |",
            own.id,
            own.section,
            comparator(row),
            own.against,
            own.from,
            row.whom,
            row.assumed,
            row.levers,
            plain(Role::Return),
            plain(Role::OopShare),
            plain(Role::ForgoneAdmission),
            plain(Role::Forgone),
            plain(Role::Fund),
            plain(Role::PublicCost),
            plain(Role::Delivery)
        );
    }
    text += "\nNulls: what the evidence says does not move, with the bound of its source and the 90% interval.\n\n\
             | Programme | Does not move | Bound | Here | Verdict |\n|---|---|---|---|---|\n";
    for row in rows {
        for cell in row.cells.iter().filter(|cell| cell.role == Role::Null) {
            let [low, high] = cell.difference.ninety().map(|end| cell.scaled(end));
            let [from, to] = cell.bound.unwrap_or([f64::NAN; 2]).map(|end| cell.scaled(end));
            let _ = writeln!(
                text,
                "| {} | {} of {} | {from} to {to} {} | {low} to {high} | {} |",
                row.programme.id,
                cell.indicator,
                cell.group,
                cell.short_unit(),
                if cell.null_holds() == Some(true) {
                    "null"
                } else {
                    "**not null**"
                }
            );
        }
    }
    text += &flagged(rows);
    format!(
        "{text}\n{}\n{}\n",
        sentence_on_returns(rows),
        Assumed::of(rows).sentence()
    )
}

/// Where spending and forgone care move against each other: the first of everybody and of the lifted in words, the others in number.
fn flagged(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let (first, others) = foremost(&row.flags);
        for flag in first {
            let _ = writeln!(text, "- {}: {}", row.programme.id, flag.sentence());
        }
        if others > 0 {
            let what = "more of other spending, other care and smaller groups";
            let _ = writeln!(text, "- {}: {others} {what} (`flags.csv`)", row.programme.id);
        }
    }
    if text.is_empty() {
        text += "Nowhere.\n";
    }
    format!("\nSpending and forgone care against each other, both beyond noise (95%, paired; one by one):\n\n{text}")
}

/// A difference with its interval: in bold where it is beyond noise, marked where there were few events.
fn difference(cell: &Cell) -> String {
    let [mean, lo, hi] = [cell.difference.mean, cell.difference.lo, cell.difference.hi].map(|value| cell.scaled(value));
    let mark = if cell.has_few_events() { " (few events)" } else { "" };
    if cell.difference.is_beyond_noise() {
        format!("**{mean}** ({lo} to {hi}){mark}")
    } else {
        format!("{mean} ({lo} to {hi}){mark}")
    }
}
