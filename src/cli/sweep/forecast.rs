//! What a sweep would take: from runs that are lived and measured, not from a table of guesses.

use super::super::progress::{Progress, memory_line};
use super::Opened;
use crate::ledger::parts::Batch;
use crate::problem::Problems;
use crate::study::sweep::live::Prepared;
use crate::study::sweep::plan::{Key, Run};
use serde::Serialize;
use std::fs;
use std::time::Instant;

/// Runs that are measured: of the first, the middle and the last point.
const PILOTS: usize = 3;
/// The processes that a table of core-hours is divided among.
const CORES: [u64; 4] = [1, 16, 64, 256];

/// What was measured, and what it comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    /// Runs that were lived for it.
    pub pilot_runs: usize,
    /// Seconds of one core that a run takes, mean of the pilots.
    pub seconds_per_run: f64,
    /// The dearest pilot.
    pub most_seconds_per_run: f64,
    /// Seconds of one core that the rules of a scenario take, once for all its runs.
    pub seconds_per_scenario: f64,
    /// Core-hours of all runs.
    pub core_hours: f64,
    /// Memory of the program with one world in it, bytes.
    pub bytes_one_world: f64,
    /// Memory for each further world at a time, bytes.
    pub bytes_per_world: f64,
    /// Disk for all parts, bytes.
    pub bytes_parts: f64,
    /// Disk for the collected tables, bytes.
    pub bytes_tables: f64,
    /// Hours on so many cores, if all are busy all the time.
    pub hours: Vec<(u64, f64)>,
}

/// Lives a few runs and measures them; none where there is nothing to live.
///
/// # Errors
/// What is wrong with the scenario of a pilot.
#[allow(clippy::disallowed_methods)] // it measures, and no result depends on it
pub fn measure(opened: &Opened) -> Result<Option<Forecast>, Problems> {
    let counts = &opened.counts;
    let cells = counts.cells();
    if counts.runs() == 0 {
        return Ok(None);
    }
    let mut pilots = vec![0, cells / 2, cells - 1];
    pilots.dedup();
    pilots.truncate(PILOTS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let Ok(pool) = pool else { return Ok(None) };
    let mut batch = Batch::new(&opened.outputs);
    let progress = Progress::counted("pilot", pilots.len() as u64, "runs lived");
    let (mut live, mut prepare, mut rows, mut worlds) = (Vec::new(), Vec::new(), 0, Vec::new());
    for cell in &pilots {
        let (point, draw) = counts.place(*cell);
        let began = Instant::now();
        let scenario = opened.design.scenario(point, draw)?;
        let prepared = Prepared::new(scenario, &opened.outputs)?;
        prepare.push(began.elapsed().as_secs_f64());
        let before = memory("VmRSS");
        forget_peak();
        let began = Instant::now();
        let run = Run {
            number: cell * counts.each(),
            point,
            draw,
            seed: counts.seed,
            replicate: 0,
        };
        let outcome = pool.install(|| prepared.live(run.seed, 0));
        live.push(began.elapsed().as_secs_f64());
        progress.tick("");
        worlds.push((memory("VmHWM") - before).max(0.0));
        rows += outcome.as_ref().map_or(1, Vec::len);
        batch.push(Key::of(&[*cell as u8; 32], &[0; 32], &run), outcome);
    }
    progress.finish();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let (runs, each) = (counts.runs() as f64, mean(&live));
    let core_hours = (runs * each + cells as f64 * mean(&prepare)) / 3600.0;
    let per_run = |bytes: f64| bytes / pilots.len() as f64;
    // A line of the table: nine characters a number, and the levels; the Parquet file takes less than the parts.
    let columns = opened.design.columns().len() + opened.outputs.columns.len() + 9;
    let line = 9.0 * columns as f64;
    let parts = runs * per_run(batch.size() as f64);
    Ok(Some(Forecast {
        pilot_runs: pilots.len(),
        seconds_per_run: each,
        most_seconds_per_run: most(&live),
        seconds_per_scenario: mean(&prepare),
        core_hours,
        bytes_one_world: memory("VmRSS") + most(&worlds),
        bytes_per_world: most(&worlds),
        bytes_parts: parts,
        bytes_tables: parts + runs * per_run(rows as f64) * line,
        // No run is divided: a core has at least one.
        hours: CORES
            .map(|cores| (cores, (core_hours / cores as f64).max((each + mean(&prepare)) / 3600.0)))
            .to_vec(),
    }))
}

/// A line of what the kernel says of this process, bytes; 0 where it says nothing.
fn memory(line: &str) -> f64 {
    memory_line(line).unwrap_or(0) as f64
}

/// Lets the kernel measure the peak from here on, where it can.
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}
