//! `kangcun validate`: published figures, bands fixed beforehand, and the model.

use super::progress::Progress;
use super::{Common, Failure, study_fits};
use crate::scenario::Scenario;
use crate::study::validate::{Checked, check};
use crate::study::{self, Arm};

pub fn run(name: &str, common: &Common) -> Result<(), Failure> {
    let mut arms = [Arm::new(name, Scenario::load(name, &common.sets())?)?];
    study_fits(&arms)?;
    let progress = Progress::new(&arms);
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    print(&check(&arms[0])?);
    Ok(())
}

/// Prints the table; those outside stay visible.
pub fn print(checked: &[Checked]) {
    say!(
        "{:<70} {:>9} {:>17} {:>10} {:>17}  {:<10}",
        "figure",
        "published",
        "band",
        "simulated",
        "95% interval",
        "use"
    );
    for one in checked {
        let band = format!("{} to {}", short(one.band.low), short(one.band.high));
        let interval = format!("{} to {}", short(one.simulated.lo), short(one.simulated.hi));
        say!(
            "{:<70} {:>9} {band:>17} {:>10} {interval:>17}  {:<10}  {}",
            format!("{} ({})", one.band.figure, one.band.year),
            short(one.band.published),
            short(one.simulated.mean),
            one.band.used,
            if one.inside() { "inside" } else { "OUTSIDE" },
        );
    }
    for used in ["not fitted", "fitted"] {
        let of_kind: Vec<_> = checked.iter().filter(|one| one.band.used == used).collect();
        let inside = of_kind.iter().filter(|one| one.inside()).count();
        say!(
            "{used}: {inside} of {} inside the bands that were fixed before the first full run",
            of_kind.len()
        );
    }
    say!(
        "Fitted: assumptions were tuned to them. Not fitted: not tuned to, but seen while tuning, and labelled so afterwards: no blind test."
    );
}

fn short(value: f64) -> String {
    match value.abs() {
        size if size.is_nan() => "-".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 2.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
