//! `kangcun sweep run`: lives what is missing, saves it in parts, and stops in good order when it is told to.

use super::super::progress::Progress;
use super::super::signals::{Heard, Listener};
use super::super::{Common, Failure, now};
use super::{Opened, collect};
use crate::exit;
use crate::ledger::crew::{Crew, Lanes, Said};
use crate::ledger::parts::Batch;
use crate::ledger::records::{Ledger, State, Tally};
use crate::ledger::{Extension, Fault, Folder, quoted};
use crate::problem::Problems;
use crate::study::memory;
use crate::study::sweep::design::Design;
use clap::Args;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Cells of a part at most: a few megabytes.
const MOST_CELLS: usize = 2_000_000;
/// How often signals are looked for.
const GLANCE: Duration = Duration::from_millis(50);

/// The words of the command.
#[derive(Args, Debug)]
pub struct Words {
    /// A sweep: an id such as `premium-and-cover`, a path ending in .toml, or the folder of one that was begun
    sweep: String,
    /// Live only this share of the runs, such as 3/16: the third of sixteen. All shards together are all runs
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// Add so many seeds to a sweep that was begun; what is done is not lived again
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    add_seeds: u32,
    /// Add so many draws of the uncertain parameters to a sweep that was begun; what is done is not lived again
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    add_draws: u32,
    /// Save what is finished at least every so many seconds; 0 saves each run by itself
    #[arg(long, value_name = "SECONDS", default_value_t = 20, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(..=86_400))]
    save_every: u32,
    /// Take the sweep's file as it is now, though the folder holds another; runs that both ask for are kept
    #[arg(long)]
    revise: bool,
}

/// Which runs are lived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Those that are missing.
    Missing,
    /// Those that failed.
    Failed,
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(at, of)| Some((at.trim().parse::<usize>().ok()?, of.trim().parse::<usize>().ok()?)));
    match numbers {
        Some((at, of)) if (1..=of).contains(&at) => Ok((at, of)),
        Some((at, of)) if at > of => Err(format!("there is no shard {at} of {of}")),
        Some((0, _)) => Err("shards are counted from 1: write 1/16 for the first of sixteen".into()),
        _ => Err("write the shard and how many there are, such as 3/16".into()),
    }
}

/// Does it.
pub fn run(words: &Words, what: What, common: &Common) -> Result<(), Failure> {
    let mut opened = Opened::of(&words.sweep, common)?;
    let named = opened.path.clone();
    adds(words, &opened)?;
    let (folder, design) = opened.freeze(words.revise)?;
    let folder = extended(folder, design, words)?;
    folder.has_draws(design, true)?;
    let reading = Progress::stage("reading parts");
    let mut ledger = Ledger::read(&folder)?;
    reading.finish();
    let spoilt = ledger.set_spoilt_aside()?;
    if spoilt > 0 {
        eprintln!("kangcun: {spoilt} parts were cut off or changed; they are set aside and their runs are lived again");
    }
    let share = match words.shard {
        Some((at, of)) => folder.counts().shard(at, of),
        None => 0..folder.counts().runs(),
    };
    let wanted = if what == What::Failed {
        State::Failed
    } else {
        State::Missing
    };
    let todo: Vec<usize> = share.filter(|run| ledger.states()[*run] == wanted).collect();
    drop(ledger);
    let lanes = lanes(&todo, &folder, design)?;
    let every = Duration::from_secs(words.save_every.into());
    let failed = live(&folder, design, &todo, lanes, every)?;
    let ledger = Ledger::read(&folder)?;
    let tally = ledger.tally();
    say!("{}", sentence(&todo, failed, &tally));
    if failed > 0 {
        let mut states = ledger.states().iter();
        if let Some(run) = states.position(|state| *state == State::Failed) {
            let why = ledger.message(folder.key(run)).unwrap_or_default();
            say!("run {run} failed: {}", why.lines().next().unwrap_or_default());
            say!("  kangcun sweep replay {} {run}", quoted(&named));
        }
    }
    if words.shard.is_some() {
        return Ok(());
    }
    collect::gather(&folder, &ledger, false)
}

fn sentence(todo: &[usize], failed: usize, tally: &Tally) -> String {
    let Tally {
        planned,
        done,
        failed: all_failed,
        missing,
    } = tally;
    let lived = todo.len() - failed;
    format!(
        "{lived} runs lived now, {failed} failed; of {planned} runs {done} are done, {all_failed} failed, {missing} are missing"
    )
}

/// Refuses to add seeds or draws where a repeat, or another shard, would add them once more.
fn adds(words: &Words, opened: &Opened) -> Result<(), Failure> {
    if words.add_seeds == 0 && words.add_draws == 0 {
        return Ok(());
    }
    let message = if words.shard.is_some() {
        "error: seeds and draws are added to the whole sweep, not to a shard\nhelp: add them with --shard left out, or change the file \
         and use --revise"
            .to_owned()
    } else if opened.folder.is_none() && !Folder::is(&opened.path) {
        format!(
            "error: nothing of `{}` has been run, so there is nothing to add seeds or draws to\nhelp: say in its file how many there \
             are",
            opened.sweep.id
        )
    } else {
        return Ok(());
    };
    Err(Failure::new(message, exit::USAGE))
}

/// Adds what is asked for. Asked again while what was added is not complete, the same extension goes on.
fn extended(folder: Folder, design: &Design, words: &Words) -> Result<Folder, Failure> {
    if words.add_seeds == 0 && words.add_draws == 0 {
        return Ok(folder);
    }
    let last = folder.extensions().last();
    let again = last.is_some_and(|last| (last.seeds, last.draws) == (words.add_seeds, words.add_draws));
    if again && Ledger::read(&folder)?.tally().missing > 0 {
        eprintln!(
            "kangcun: the same seeds and draws were added at {} and are not all lived yet: going on",
            last_at(&folder)
        );
        return Ok(folder);
    }
    let added = Extension {
        seeds: words.add_seeds,
        draws: words.add_draws,
        at: now(),
    };
    let progress = Progress::counted("scenarios", 0, "scenarios made");
    let folder = folder.extend(added, design, &|| progress.tick(""));
    progress.finish();
    let folder = folder?;
    eprintln!(
        "kangcun: now {} seeds and {} draws",
        folder.counts().seeds,
        folder.counts().draws
    );
    Ok(folder)
}

fn last_at(folder: &Folder) -> &str {
    folder.extensions().last().map_or("", |last| &last.at)
}

/// How many worlds at a time: one a thread, or as many as fit in memory.
fn lanes(todo: &[usize], folder: &Folder, design: &Design) -> Result<Lanes, Failure> {
    let threads = rayon::current_num_threads();
    let mut need: Option<memory::Need> = None;
    // Points may differ in size: some of all that is to be lived, the first and the last among them.
    let step = (todo.len() / 8).max(1);
    for run in todo.iter().step_by(step).chain(todo.last()) {
        let (point, draw) = folder.counts().place(folder.counts().cell_of(*run));
        let Ok(scenario) = design.scenario(point, draw) else {
            continue;
        };
        let Ok(own) = memory::Need::of_scenario(&scenario) else {
            continue;
        };
        if need.as_ref().is_none_or(|need| own.bytes() > need.bytes()) {
            need = Some(own);
        }
    }
    let mut worlds = threads.min(todo.len()).max(1);
    if let Some(need) = need {
        super::super::fits(need)?;
        worlds = worlds.min(need.at_once().unwrap_or(worlds)).max(1);
    }
    Ok(Lanes { worlds, threads })
}

/// Lives runs and saves them; gives how many failed.
#[allow(clippy::disallowed_methods)] // what is finished is saved every few seconds; no result depends on when
fn live(folder: &Folder, design: &Design, todo: &[usize], lanes: Lanes, every: Duration) -> Result<usize, Failure> {
    let listener = Listener::new()
        .map_err(|error| Failure::new(format!("error: cannot listen for signals: {error}"), exit::INTERNAL))?;
    if !todo.is_empty() {
        let Lanes { worlds, threads } = lanes;
        eprintln!(
            "kangcun: {} runs to live, {worlds} worlds at a time on {threads} threads",
            todo.len()
        );
    }
    let progress = Progress::counted(folder.id(), todo.len() as u64, "runs lived");
    let (crew, stop) = (Crew::new(folder, design, lanes), AtomicBool::new(false));
    let (tell, heard) = mpsc::channel();
    let mut batch = Batch::new(folder.outputs());
    let (mut failed, mut lived, mut finish, mut changed): (_, _, _, Option<Problems>) = (0, 0, false, None);
    std::thread::scope(|scope| {
        scope.spawn(|| crew.live(todo, &stop, &{ tell }));
        let mut since = Instant::now();
        loop {
            match heard.recv_timeout(GLANCE) {
                Ok(Said::Lived(run, outcome)) => {
                    if batch.runs() == 0 {
                        since = Instant::now();
                    }
                    lived += 1;
                    failed += usize::from(outcome.is_err());
                    batch.push(folder.key(run), outcome);
                    progress.tick("");
                }
                Ok(Said::Changed(problems)) => {
                    stop.store(true, Ordering::Relaxed);
                    changed = Some(problems);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            match listener.heard() {
                Some(Heard::Leave(code)) => leave(&mut batch, folder, code, &progress),
                Some(Heard::Finish) => {
                    finish = true;
                    stop.store(true, Ordering::Relaxed);
                }
                None => {}
            }
            if batch.cells() >= MOST_CELLS || batch.runs() > 0 && since.elapsed() >= every {
                saved(&mut batch, folder, &progress);
            }
        }
        saved(&mut batch, folder, &progress);
    });
    progress.finish();
    if let Some(problems) = changed {
        return Err(problems.into());
    }
    if finish && lived < todo.len() {
        let message = format!(
            "kangcun: told to finish: {lived} of {} runs were lived and saved; the same command goes on",
            todo.len()
        );
        return Err(Failure::new(message, exit::STOPPED));
    }
    if lived < todo.len() {
        return Err(Failure::new("error: no thread could be started", exit::NO_MEMORY));
    }
    Ok(failed)
}

/// Saves a batch. Where that cannot be, the program ends at once: whatever is lived after it would be lost as well.
fn saved(batch: &mut Batch, folder: &Folder, progress: &Progress) {
    if let Err(fault) = batch.save(folder.path()) {
        progress.finish();
        end(fault);
    }
}

/// Saves what is finished and ends the program; runs that are being lived are left as they are.
fn leave(batch: &mut Batch, folder: &Folder, code: u8, progress: &Progress) -> ! {
    let runs = batch.runs();
    progress.finish();
    match batch.save(folder.path()) {
        Ok(()) => eprintln!("kangcun: stopped; {runs} finished runs were saved now, and the same command goes on"),
        Err(fault) => end(fault),
    }
    std::process::exit(i32::from(code));
}

fn end(fault: Fault) -> ! {
    let failure = Failure::from(fault);
    eprintln!("{}", failure.message.trim_end());
    std::process::exit(i32::from(failure.code));
}
