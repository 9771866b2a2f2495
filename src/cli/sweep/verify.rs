//! `kangcun sweep verify`: what was saved, lived once more.

use super::super::progress::Progress;
use super::super::{Common, Failure};
use super::Opened;
use crate::exit;
use crate::ledger::collect::Collected;
use crate::ledger::crew::{Crew, Lanes, Said};
use crate::ledger::parts::same;
use crate::ledger::records::{Ledger, State};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;

/// Does it; ends with 1 where anything differs.
pub fn run(sweep: &str, sample: usize, pick: u64, common: &Common) -> Result<(), Failure> {
    let (folder, design) = Opened::of(sweep, common)?.begun()?;
    let reading = Progress::stage("reading parts");
    let ledger = Ledger::read(&folder)?;
    reading.finish();
    let mut wrong = Vec::new();
    wrong.extend(
        ledger
            .spoilt
            .iter()
            .map(|path| format!("{} is not what its name says", path.display())),
    );
    match Collected::of(&folder) {
        Some(collected) => {
            let changed = collected.changed(&folder).into_iter();
            wrong.extend(changed.map(|name| {
                let path = folder.path().join(name);
                format!("{} was changed after it was collected, or is gone", path.display())
            }));
        }
        None if folder.path().join("results.csv").exists() => {
            wrong.push("there are tables, but no collected.json that says what they were".into());
        }
        None => eprintln!("kangcun: no table was collected yet, so none is checked"),
    }
    if !folder.has_draws(&design, false)? {
        wrong.push("draws.csv is not what was drawn, or is gone; `kangcun sweep collect` writes it again".into());
    }
    let done = (0..folder.counts().runs()).filter(|run| ledger.states()[*run] == State::Done);
    // A sample by lot: the runs with the least hashes of their key and the number picked.
    let lot = |run: &usize| *blake3::hash(format!("{pick} {}", folder.key(*run)).as_bytes()).as_bytes();
    let mut drawn: Vec<usize> = done.collect();
    drawn.sort_by_cached_key(lot);
    drawn.truncate(sample);
    drawn.sort_unstable();
    let threads = rayon::current_num_threads();
    let lanes = Lanes {
        worlds: threads.min(drawn.len()).max(1),
        threads,
    };
    let progress = Progress::counted("verify", drawn.len() as u64, "runs lived again");
    let (crew, stop) = (Crew::new(&folder, &design, lanes), AtomicBool::new(false));
    let (tell, heard) = mpsc::channel();
    let mut agreed = 0;
    std::thread::scope(|scope| -> Result<(), Failure> {
        scope.spawn(|| crew.live(&drawn, &stop, &{ tell }));
        for said in heard {
            let (run, outcome) = match said {
                Said::Lived(run, outcome) => (run, outcome),
                Said::Changed(problems) => return Err(problems.into()),
            };
            progress.tick("");
            let rows = match outcome {
                Ok(rows) => rows,
                Err(why) => {
                    wrong.push(format!("run {run} was done and fails now: {why}"));
                    continue;
                }
            };
            for (entry, part) in ledger.lived(folder.key(run)) {
                let saved = ledger.open(part, folder.outputs().columns.len())?.rows(entry);
                if same(&saved, &rows) {
                    agreed += 1;
                } else {
                    let path = ledger.parts()[part].display();
                    wrong.push(format!("run {run}, lived again, gives other numbers than {path}"));
                }
            }
        }
        Ok(())
    })?;
    progress.finish();
    say!(
        "{} parts are whole; {} of {} runs were lived again and {agreed} results agree to the last bit",
        ledger.parts().len(),
        drawn.len(),
        folder.counts().runs()
    );
    if wrong.is_empty() && !drawn.is_empty() {
        return Ok(());
    }
    if wrong.is_empty() {
        wrong.push("no run is done yet, so nothing was verified".into());
    }
    wrong.sort();
    Err(Failure::new(
        format!("error: {}", wrong.join("\nerror: ")),
        exit::FAILED,
    ))
}
