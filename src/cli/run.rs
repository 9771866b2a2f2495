//! `kangcun run` and `kangcun compare`: scenarios of the user's choice over the same luck.

use super::headline;
use super::progress::Progress;
use super::{Common, Failure, command_line, now, study_fits};
use crate::output::{Study, free_folder, prepare, write};
use crate::scenario::Scenario;
use crate::study::{self, Arm};
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
    study_fits(&arms)?;
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
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let study = Study {
        arms: &arms,
        equal_cost: &[],
        command: command_line(),
        when: now(),
    };
    let written = write(&study, &folder);
    if !common.sets.is_empty() {
        say!("\nAll scenarios below with --set {}", common.sets.join(" --set "));
    }
    headline::print(&arms);
    written?;
    say!("\nTables, figures, rules and manifest: {}", folder.display());
    Ok(())
}
