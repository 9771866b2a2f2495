//! `kangcun run` and `kangcun compare`: scenarios of the user's choice over the same luck.

use super::headline;
use super::progress::Progress;
use super::published;
use super::{Common, Failure, command_line, fits, now, study_fits};
use crate::output::{Study, free_folder, prepare, write};
use crate::rules::BASE_YEAR;
use crate::scenario::Scenario;
use crate::study::memory::Need;
use crate::study::validate::past::{self, Traced};
use crate::study::{self, Arm, Tick};
use std::path::Path;

pub fn run(names: &[String], common: &Common) -> Result<(), Failure> {
    let mut arms: Vec<Arm> = Vec::new();
    for name in names {
        let scenario = Scenario::load(name, &common.sets())?;
        // A scenario with rules set on the command line is not the one its file describes.
        let mut id = scenario.id.clone() + if common.sets.is_empty() { "" } else { "+set" };
        // The same scenario twice is a fair question: the difference must be zero.
        let same = arms
            .iter()
            .filter(|arm| arm.id == id || arm.id.starts_with(&format!("{id} (")))
            .count();
        if same > 0 {
            id = format!("{id} ({})", same + 1);
        }
        arms.push(Arm::new(&id, scenario)?);
    }
    if arms.iter().any(|arm| arm.policy.scenario().published.is_some()) {
        fits(Need::of_panels(&arms, rayon::current_num_threads())?)?;
    } else {
        study_fits(&arms)?;
    }
    let folder = common.out.clone().unwrap_or_else(|| {
        let name = arms
            .iter()
            .map(|arm| arm.id.replace(" (", "-").replace(')', ""))
            .collect::<Vec<_>>()
            .join("-vs-");
        free_folder(Path::new("outputs"), &name)
    });
    prepare(&folder)?;
    let progress = Progress::new(&arms);
    let published = traced(&mut arms, &|arm| progress.tick(arm))?;
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let study = Study {
        arms: &arms,
        equal_cost: &[],
        published: &published,
        command: command_line(),
        when: now(),
    };
    let written = write(&study, &folder);
    if !common.sets.is_empty() {
        say!("\nAll scenarios below with --set {}", common.sets.join(" --set "));
    }
    if arms.iter().all(|arm| arm.policy.scenario().run.first_year > BASE_YEAR) {
        headline::print(&arms);
    } else {
        say!(
            "\nReturns to poverty are not printed: before {BASE_YEAR} the households of the cohort were still being lifted."
        );
    }
    for (scenario, traced) in &published {
        published::print(scenario, traced);
    }
    written?;
    say!("\nTables, figures, rules and manifest: {}", folder.display());
    Ok(())
}

/// Runs the arms whose scenario names published figures, and gives what they found beside them, by name.
fn traced(arms: &mut [Arm], tick: Tick) -> Result<Vec<(String, Vec<Traced>)>, Failure> {
    let mut published = Vec::new();
    for arm in arms.iter_mut() {
        let traced = past::trace(arm, tick)?;
        if !traced.is_empty() {
            published.push((arm.id.clone(), traced));
        }
    }
    Ok(published)
}
