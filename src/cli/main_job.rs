//! The main job: today's rules, the package, and cash of equal cost, over the same luck; beside them the controls.

use super::headline;
use super::progress::Progress;
use super::screen::screen;
use super::{Common, Failure, command_line, comparison_fits, now};
use crate::output::{Study, free_folder, prepare, write};
use crate::scenario::Scenario;
use crate::study::{self, Arm};
use std::path::Path;

/// Controls stand beside the headline with fewer replicates: they are read as levels, not as differences.
const CONTROL_REPLICATES: u32 = 5;

/// Replicates of the pilot that corrects the amount of cash.
const PILOT_REPLICATES: u32 = 3;

pub fn run(common: &Common) -> Result<(), Failure> {
    let load = |name: &str| Scenario::load(name, &common.sets());
    let control = |name: &str| -> Result<Arm, Failure> {
        let mut scenario = load(name)?;
        scenario.run.replicates = scenario.run.replicates.min(CONTROL_REPLICATES);
        let mut arm = Arm::new(name, scenario)?;
        arm.control = true;
        Ok(arm)
    };
    // The controls begin in the worlds of the baseline, so they run beside it. Cash must wait for its size; what it shares
    // with the baseline is lived again, which is simpler than keeping worlds between two studies.
    let mut arms = vec![
        Arm::new("baseline", load("baseline")?)?,
        Arm::new("package", load("package")?)?,
        control("zero-growth")?,
        control("no-illness")?,
    ];
    let mut cash = load("cash-transfer")?;
    comparison_fits(&arms)?;
    let folder = common
        .out
        .clone()
        .unwrap_or_else(|| free_folder(Path::new("outputs"), "main"));
    prepare(&folder)?;
    let run = &arms[0].policy.scenario().run;
    eprintln!(
        "kangcun: baseline, package and cash of equal cost, {} to {}, {} replicates (controls fewer), seed {}",
        run.first_year, run.last_year, run.replicates, run.seed
    );
    let progress = Progress::new(&arms);
    study::compare(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let mut sizes = study::size_cash(&arms[0], &arms[1])?;
    // Handing cash out costs, and cash replaces some dibao: a small pilot corrects the amounts to equal net cost.
    let mut pilot = cash.clone();
    pilot.run.replicates = pilot.run.replicates.min(PILOT_REPLICATES);
    study::apply_cash(&sizes, &mut pilot)?;
    let mut pilot = [Arm::new("cash pilot", pilot)?];
    let progress = Progress::new(&pilot);
    study::run(&mut pilot, &|arm| progress.tick(arm))?;
    progress.finish();
    study::correct_cash(&mut sizes, &arms[0], &pilot[0])?;
    study::apply_cash(&sizes, &mut cash)?;
    arms.insert(2, Arm::new("cash-transfer", cash)?);
    let progress = Progress::new(&arms[2..3]);
    study::run(&mut arms, &|arm| progress.tick(arm))?;
    progress.finish();
    let study = Study {
        arms: &arms,
        published: &[],
        equal_cost: &sizes,
        min_cell: common.min_cell,
        command: command_line(),
        when: now(),
    };
    let writing = Progress::stage("writing tables and figures");
    let written = write(&study, &folder);
    writing.finish();
    if !common.sets.is_empty() {
        let text = format!("All scenarios below with --set {}", common.sets.join(" --set "));
        say_on!("\n{}", screen().paragraph("", 2, &text));
    }
    headline::print(&arms[..3]);
    headline::controls(&arms[0], &arms[3..]);
    written?;
    say!("\nTables, figures, rules and manifest: {}", folder.display());
    Ok(())
}
