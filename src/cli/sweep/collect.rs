//! `kangcun sweep collect`: one table out of all parts.

use super::super::progress::Progress;
use super::super::{Common, Failure};
use super::Opened;
use crate::ledger::Folder;
use crate::ledger::collect::collect;
use crate::ledger::records::Ledger;

/// Does it.
pub fn run(sweep: &str, partial: bool, common: &Common) -> Result<(), Failure> {
    let (folder, design) = Opened::of(sweep, common)?.begun()?;
    folder.has_draws(&design, true)?;
    let progress = Progress::stage("reading parts");
    let ledger = Ledger::read(&folder)?;
    progress.finish();
    gather(&folder, &ledger, partial)
}

/// Collects what the ledger has and says what was written.
pub fn gather(folder: &Folder, ledger: &Ledger, partial: bool) -> Result<(), Failure> {
    let progress = Progress::stage("collecting");
    let collected = collect(folder, ledger, partial)?;
    progress.finish();
    say!("{} rows of {} runs:", collected.rows, collected.planned);
    for (name, hash) in &collected.files_blake3 {
        say!("  {}  blake3 {}", folder.path().join(name).display(), &hash[..16]);
    }
    let left = collected.failed + collected.missing;
    if left > 0 {
        say!("{left} runs have no rows: they are labelled in the table and listed in failures.csv");
    }
    Ok(())
}
