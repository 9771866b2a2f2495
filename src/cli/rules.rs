//! `kangcun rules FILE`: what applies in which month, and which file set it.

use super::screen::screen;
use super::{Common, Failure, ruled};
use crate::exit;
use crate::scenario::{First, Scenario};
use crate::terminal::table::{Column, Table};
use crate::units::Month;

pub fn run(name: &str, month: Option<&str>, common: &Common) -> Result<(), Failure> {
    let scenario = Scenario::load(name, &common.sets())?;
    if let Some(text) = month {
        let month = Month::parse(text)
            .ok_or_else(|| Failure::new(format!("error: --month {text}: write a month as 2025-01"), exit::USAGE))?;
        ruled(&scenario, month.year())?;
        say_on!("{}", scenario.rules_text(month, true));
        return Ok(());
    }
    say!("{}: {}", scenario.id, scenario.title);
    let rows = scenario.timeline();
    if rows.is_empty() {
        say!("No changes: the baseline's rules hold in every month.");
    }
    let mut table = Table::new(vec![
        Column::words("from"),
        Column::words("until"),
        Column::wraps("rule", 18),
        Column::wraps("change", 14),
        Column::wraps("programme", 14),
        Column::wraps("set by", 16),
    ])
    .named_by(3);
    let any = !rows.is_empty();
    for row in rows {
        let from = row.from.map_or("start".into(), |month| month.to_string());
        let until = row.until.map_or("end".into(), |month| month.to_string());
        let change = format!("{} {}", row.verb.name(), row.value);
        let programme = row.programme.unwrap_or_default();
        table.row([
            from,
            until,
            row.path.clone(),
            change,
            programme.clone(),
            row.set_by.clone(),
        ]);
    }
    if any {
        say_on!("{}", table.text(&screen()));
    }
    for programme in &scenario.programmes {
        let text = format!(
            "{}: from {}, reaching {:.0}% of villages{}{}",
            programme.id,
            programme.from,
            100.0 * programme.coverage_share,
            match programme.first {
                First::Random => String::new(),
                first => format!(", {} first", first.name()),
            },
            if programme.ramp_years > 1 {
                format!(", in {} yearly steps", programme.ramp_years)
            } else {
                String::new()
            },
        );
        say_on!("{}", screen().paragraph("", 2, &text));
    }
    let text = "Every rule of a month, with the file that set it and its card: --month 2025-01";
    say_on!("{}", screen().paragraph("", 2, text));
    Ok(())
}
