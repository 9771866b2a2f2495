//! The result of `kangcun validate --out`: its table, the rules of every world that was surveyed, its figure.

use super::tables::validation;
pub use super::tables::{VALIDATION_COLUMNS, validation_rows};
use super::{OutputError, inputs, manifest_arm, put_tables, rules_of, whole, write_manifest};
use crate::scenario::Scenario;
use crate::study::validate::Checked;
use std::path::Path;

/// Published figures beside simulated ones.
pub struct ValidationStudy<'a> {
    /// The figures.
    pub checked: &'a [Checked],
    /// The surveyed scenario and the experiments of the sources, each with its name.
    pub scenarios: &'a [(String, Scenario)],
    /// The command line as given.
    pub command: String,
    /// When it was run, for the manifest.
    pub when: String,
}

/// Writes published figures beside simulated ones into `folder`, which must not exist yet.
///
/// # Errors
/// When the folder is there or cannot be written; then nothing is left behind.
pub fn write_validation(study: &ValidationStudy, folder: &Path) -> Result<(), OutputError> {
    whole(folder, |draft| {
        let hashes = put_tables(&[("validation.csv", validation(study.checked))], draft)?;
        for (id, scenario) in study.scenarios {
            rules_of(id, scenario, draft)?;
        }
        let named = || study.scenarios.iter().map(|(id, own)| (id.as_str(), own));
        inputs::write(named(), draft)?;
        let scenarios = named().map(|(id, own)| manifest_arm(id, own, own.run.replicates as usize));
        write_manifest((&study.command, &study.when), None, scenarios.collect(), hashes, draft)?;
        crate::plot::draw_all(draft)?;
        Ok(())
    })
}
