//! Published figures beside what a run of the same years found.

use super::validate::{interval, short};
use crate::study::validate::past::Traced;
use crate::study::validate::targets::Use;

/// Prints the years of which something was published, series by series, and how many of them lie inside; `left_out` figures are of
/// other years.
pub fn print(scenario: &str, traced: &[Traced], left_out: usize) {
    let published: Vec<&Traced> = traced.iter().filter(|one| one.target.is_some()).collect();
    let width = published
        .iter()
        .map(|one| one.figure.chars().count() + 2)
        .max()
        .unwrap_or_default();
    say!("\nPUBLISHED AND SIMULATED, {scenario}");
    say!(
        "{:<width$} {:>5} {:>10} {:>17} {:>10} {:>17}  {:<10}",
        "figure",
        "year",
        "published",
        "must lie in",
        "simulated",
        "95% interval",
        "use"
    );
    for family in published.chunk_by(|one, other| one.family == other.family) {
        say!("{}", family[0].family);
        for series in family.chunk_by(|one, other| one.figure == other.figure) {
            for (at, one) in series.iter().enumerate() {
                let Some(target) = &one.target else { continue };
                let [low, high] = target.band(one.simulated.se);
                let name = if at == 0 {
                    format!("  {}", one.figure)
                } else {
                    String::new()
                };
                say!(
                    "{name:<width$} {:>5} {:>10} {:>17} {:>10} {:>17}  {:<10}  {}",
                    one.year,
                    short(target.published),
                    interval(low, high),
                    short(one.simulated.mean),
                    interval(one.simulated.lo, one.simulated.hi),
                    target.used.name(),
                    target.verdict(&one.simulated),
                );
            }
        }
    }
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
    say!(
        "\n{} (input: rules of the scenario were set to it, and it must come back)",
        counts.join("; ")
    );
    if left_out > 0 {
        say!("{left_out} published figures are of years that this run does not report.");
    }
}
