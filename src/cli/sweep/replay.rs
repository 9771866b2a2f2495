//! `kangcun sweep replay`: one run alone.

use super::super::progress::Progress;
use super::super::{Common, Failure, print_records};
use super::Opened;
use crate::exit;
use crate::ledger::parts::same;
use crate::ledger::records::Ledger;
use crate::study::sweep::live::Prepared;
use crate::study::sweep::plan::rules_hash;

/// Does it; ends with 1 where the run fails, or gives other numbers than were saved.
pub fn run(sweep: &str, number: usize, common: &Common) -> Result<(), Failure> {
    let (folder, design) = Opened::of(sweep, common)?.begun()?;
    let counts = folder.counts();
    if number >= counts.runs() {
        let last = counts.runs().saturating_sub(1);
        return Err(Failure::new(
            format!("error: there is no run {number}; runs are numbered 0 to {last}"),
            exit::USAGE,
        ));
    }
    let run = counts.run(number);
    let scenario = design.scenario(run.point, run.draw)?;
    if rules_hash(&scenario) != *folder.rules_of(counts.cell_of(number)) {
        eprintln!("kangcun: the rules of this run are not those that were frozen: what is printed is another world");
    }
    let progress = Progress::stage(&format!("run {number}"));
    let rows = Prepared::new(scenario, folder.outputs())?.live(run.seed, run.replicate);
    progress.finish();
    let rows = rows.map_err(|why| Failure::new(why, exit::FAILED))?;
    print_records(|table| {
        let outputs = folder.outputs().columns.iter().map(|output| output.column.as_str());
        table.write_record(["year", "county", "category"].into_iter().chain(outputs))?;
        for row in &rows {
            let labels = [row.year.clone(), row.county.clone(), row.category.clone()];
            let values = row
                .values
                .iter()
                .map(|value| value.map(|value| value.to_string()).unwrap_or_default());
            table.write_record(labels.into_iter().chain(values))?;
        }
        Ok(())
    })?;
    let ledger = Ledger::read(&folder)?;
    let mut saved = 0;
    for (entry, part) in ledger.lived(folder.key(number)) {
        saved += 1;
        if !same(&ledger.open(part, folder.outputs().columns.len())?.rows(entry), &rows) {
            let path = ledger.parts()[part].display();
            return Err(Failure::new(
                format!("error: {path} has other numbers of run {number}"),
                exit::FAILED,
            ));
        }
    }
    let found = if saved == 0 {
        "nothing of it was saved yet"
    } else {
        "the same as was saved, to the last bit"
    };
    eprintln!(
        "kangcun: point {}, draw {}, seed {}, replicate {}; {found}",
        run.point, run.draw, run.seed, run.replicate
    );
    Ok(())
}
