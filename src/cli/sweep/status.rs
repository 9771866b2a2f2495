//! `kangcun sweep status`: what is done, failed and missing, by what lies in the folder.

use super::super::progress::Progress;
use super::super::screen::screen;
use super::super::{Common, Failure};
use super::Opened;
use crate::exit;
use crate::ledger::collect::Collected;
use crate::ledger::quoted;
use crate::ledger::records::{Ledger, State, Tally};
use crate::terminal::FAULT;
use crate::terminal::table::{Cell, Column, Table};
use anstyle::Style;
use serde::Serialize;

/// Failed runs that are named.
const SHOWN: usize = 10;

#[derive(Serialize)]
struct Report {
    folder: String,
    sweep: String,
    title: String,
    points: usize,
    draws: u32,
    seeds: u32,
    replicates: u32,
    runs: Tally,
    cells_done: usize,
    parts: usize,
    spoilt_parts: usize,
    unfinished_files: usize,
    lived_twice: usize,
    of_other_sweeps: usize,
    failed: Vec<FailedRun>,
    /// Whether a table was collected that is whole and of these runs.
    collected: bool,
    /// Whether the table that is there is of what the sweep was before it was revised or extended.
    outdated: bool,
}

#[derive(Serialize)]
struct FailedRun {
    run: usize,
    message: String,
    replay: String,
}

/// Does it; ends with 1 where not everything is done.
pub fn run(sweep: &str, json: bool, common: &Common) -> Result<(), Failure> {
    let (folder, _) = Opened::of(sweep, common)?.begun()?;
    let progress = Progress::stage("reading parts");
    let ledger = Ledger::read(&folder)?;
    progress.finish();
    let (counts, tally) = (folder.counts(), ledger.tally());
    let cells = ledger.states().chunks(counts.each().max(1));
    let (lived_twice, of_other_sweeps) = ledger.beside(&folder);
    let shown = quoted(folder.path());
    let failed = (0..counts.runs()).filter(|run| ledger.states()[*run] == State::Failed);
    let told = |run: usize| FailedRun {
        run,
        message: ledger.message(folder.key(run)).unwrap_or_default().to_owned(),
        replay: format!("kangcun sweep replay {shown} {run}"),
    };
    let collected = Collected::of(&folder);
    let report = Report {
        sweep: folder.id().to_owned(),
        title: folder.title().to_owned(),
        points: counts.points,
        draws: counts.draws,
        seeds: counts.seeds,
        replicates: counts.replicates,
        cells_done: cells
            .filter(|own| own.iter().all(|state| *state == State::Done))
            .count(),
        parts: ledger.parts().len(),
        spoilt_parts: ledger.spoilt.len(),
        unfinished_files: ledger.unfinished.len(),
        lived_twice,
        of_other_sweeps,
        failed: failed.map(told).collect(),
        collected: collected.as_ref().is_some_and(|own| {
            own.design == folder.design_hash() && own.done == tally.planned && tally.done == tally.planned
        }),
        outdated: collected.is_some_and(|own| own.design != folder.design_hash()),
        runs: tally,
        folder: shown,
    };
    if json {
        say!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        print(&report);
    }
    if tally.done == tally.planned {
        return Ok(());
    }
    let left = tally.planned - tally.done;
    Err(Failure::new(
        format!("kangcun: {left} of {} runs are not done", tally.planned),
        exit::FAILED,
    ))
}

fn print(report: &Report) {
    let Tally {
        planned,
        done,
        failed,
        missing,
    } = report.runs;
    say!("{}: {}", report.sweep, report.title);
    say!(
        "{} points x {} draws x {} seeds x {} replicates = {planned} runs in {}",
        report.points,
        report.draws,
        report.seeds,
        report.replicates,
        report.folder
    );
    let mut table = Table::new(vec![Column::words(""), Column::numbers("")]);
    let failed_style = if failed > 0 { FAULT } else { Style::new() };
    for (name, runs, style) in [
        ("done", done, Style::new()),
        ("failed", failed, failed_style),
        ("missing", missing, Style::new()),
    ] {
        table.row([
            Cell::styled(format!("{name:<8}"), style),
            Cell::styled(format!("{runs:>10}"), style),
        ]);
    }
    say_on!("{}", table.text(&screen()));
    let cells = report.points * report.draws as usize;
    say!(
        "{} of {cells} scenarios have all their runs; {} parts",
        report.cells_done,
        report.parts
    );
    if report.spoilt_parts > 0 {
        say!(
            "{} parts were cut off or changed; `kangcun sweep run` sets them aside and lives their runs again",
            report.spoilt_parts
        );
    }
    if report.unfinished_files > 0 {
        say!(
            "{} files are being written, or were left by processes that were killed; collecting clears them",
            report.unfinished_files
        );
    }
    if report.lived_twice > 0 {
        say!(
            "{} runs were lived more than once; collecting sees to it that they agree",
            report.lived_twice
        );
    }
    if report.of_other_sweeps > 0 {
        say!(
            "{} runs are of what the sweep was before it was revised",
            report.of_other_sweeps
        );
    }
    for own in report.failed.iter().take(SHOWN) {
        say!(
            "run {} failed: {}",
            own.run,
            own.message.lines().next().unwrap_or_default()
        );
        say!("  {}", own.replay);
    }
    if report.failed.len() > SHOWN {
        say!("... and {} more that failed", report.failed.len() - SHOWN);
    }
    if report.outdated {
        say!("the table that is there is of what the sweep was before it was revised or extended");
    }
    match (report.collected, missing + failed) {
        (true, _) => say!("collected: results.parquet, results.csv, summary.csv"),
        (false, 0) => say!("not collected yet: kangcun sweep collect {}", report.folder),
        (false, _) => say!("to go on: kangcun sweep run {}", report.folder),
    }
}
