//! Published figures beside what a run of the same years found.

use super::screen::screen;
use super::validate::{figures_table, interval, short, verdict_style};
use crate::study::validate::past::Traced;
use crate::study::validate::targets::Use;
use crate::terminal::table::Cell;

/// Prints the years of which something was published, series by series, and how many of them lie inside; `left_out` figures are of
/// other years.
pub fn print(scenario: &str, traced: &[Traced], left_out: usize) {
    let published: Vec<&Traced> = traced.iter().filter(|one| one.target.is_some()).collect();
    let screen = screen();
    say!("\n{}", screen.title(&format!("PUBLISHED AND SIMULATED, {scenario}")));
    let mut table = figures_table(&["figure and year"]);
    for family in published.chunk_by(|one, other| one.family == other.family) {
        table.heading(family[0].family.clone());
        for one in family {
            let Some(target) = &one.target else { continue };
            let [low, high] = target.band(one.simulated.se);
            let cells = [
                format!("  {}, {}", one.figure, one.year),
                short(target.published),
                interval(low, high),
                short(one.simulated.mean),
                interval(one.simulated.lo, one.simulated.hi),
                target.used.name().to_owned(),
                target.verdict(&one.simulated).to_owned(),
            ];
            table.row(cells.map(|cell| Cell::styled(cell, verdict_style(one.passes()))));
        }
    }
    say_on!("{}", table.text(&screen));
    let of = |used: Use| {
        let own = published
            .iter()
            .filter(|one| one.target.as_ref().map(|target| target.used) == Some(used));
        let (inside, all) = own.fold((0, 0), |sum, one| {
            (sum.0 + usize::from(one.passes() == Some(true)), sum.1 + 1)
        });
        (all > 0).then(|| format!("{} {inside} of {all} inside", used.name()))
    };
    let counts: Vec<String> = Use::ALL.into_iter().filter_map(of).collect();
    let text = format!(
        "{} (input: rules of the scenario were set to it, and it must come back)",
        counts.join("; ")
    );
    say_on!("\n{}", screen.paragraph("", 0, &text));
    if left_out > 0 {
        say!("{left_out} published figures are of years that this run does not report.");
    }
}
