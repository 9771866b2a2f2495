//! What a command on a sweep was given: a file, or the folder of a sweep that was begun.

use super::super::progress::Progress;
use super::super::{Common, Failure, command_line, now};
use super::usual_folder;
use crate::exit;
use crate::ledger::{Asked, Folder};
use crate::problem::{Problem, Problems};
use crate::scenario::{Sweep, SweepInputs};
use crate::study::sweep::design::Design;
use crate::study::sweep::outputs::Outputs;
use crate::study::sweep::plan::Counts;
use crate::study::sweep::{counts_of, outputs_of};
use std::path::{Path, PathBuf};

/// A sweep, with its design.
pub struct Opened {
    /// As read.
    pub sweep: Sweep,
    /// Its points and draws.
    pub design: Design,
    /// What is kept of each run.
    pub outputs: Outputs,
    /// How many there are of everything.
    pub counts: Counts,
    /// Where it lies, or is going to.
    pub path: PathBuf,
    /// The folder, where it is there already and was named.
    pub folder: Option<Folder>,
}

impl Opened {
    /// Of a file by name or path, with the sets of the command line on top; or of a folder, which has no use for them.
    pub fn of(name: &str, common: &Common) -> Result<Opened, Failure> {
        let path = Path::new(name);
        if Folder::is(path) {
            if !common.sets().is_empty() {
                let message = format!(
                    "error: `{name}` is the folder of a sweep: what it asks for is frozen, so --set, --seed and --replicates mean \
                     nothing here\nhelp: name the sweep's file, and another folder with --out"
                );
                return Err(Failure::new(message, exit::USAGE));
            }
            if common.out.is_some() {
                let message = format!("error: `{name}` is the folder itself, so --out means nothing here");
                return Err(Failure::new(message, exit::USAGE));
            }
            return Opened::again(path);
        }
        if path.is_dir() {
            let problem = Problem::new(format!(
                "`{name}` is a folder, but not of a sweep: it has no sweep.json"
            ));
            return Err(Problems::from(problem.help("`kangcun sweep run FILE` makes one")).into());
        }
        let sweep = Sweep::load_with(name, &common.sets())?;
        let path = usual_folder(&sweep.id, common);
        Opened::with(sweep, path, None)
    }

    /// Of the folder `path`, as it was frozen.
    ///
    /// # Errors
    /// When it is not what was frozen, or another version of the program began it.
    pub fn again(path: &Path) -> Result<Opened, Failure> {
        let folder = Folder::open(path)?;
        let inputs: SweepInputs = serde_json::from_value(folder.inputs().clone()).map_err(|error| {
            Problems::from(Problem::new(format!(
                "`{}` does not say what it was made from: {error}",
                path.display()
            )))
        })?;
        let mut sweep = Sweep::again(&inputs, |kept| folder.text(kept))?;
        for added in folder.extensions() {
            sweep.extend(added.seeds, added.draws)?;
        }
        Opened::with(sweep, path.into(), Some(folder))
    }

    fn with(sweep: Sweep, path: PathBuf, folder: Option<Folder>) -> Result<Opened, Failure> {
        let design = Design::of(&sweep)?;
        let (outputs, counts) = (outputs_of(&sweep, &design)?, counts_of(&sweep, &design)?);
        Ok(Opened {
            sweep,
            design,
            outputs,
            counts,
            path,
            folder,
        })
    }

    /// The folder as it was begun.
    ///
    /// # Errors
    /// When it was not, or holds something else.
    pub fn begun(mut self) -> Result<(Folder, Design), Failure> {
        if self.folder.is_none() && !Folder::is(&self.path) {
            let message = format!(
                "error: nothing of `{}` has been run: there is no `{}`\nhelp: `kangcun sweep run` begins it; --out names another folder",
                self.sweep.id,
                self.path.join("sweep.json").display()
            );
            return Err(Failure::new(message, exit::BAD_INPUT));
        }
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => self.freeze(false)?.0,
        };
        Ok((folder, self.design))
    }

    /// The folder, frozen now if it was not.
    ///
    /// # Errors
    /// When it holds something else, or cannot be written.
    pub fn freeze(&mut self, revise: bool) -> Result<(Folder, &Design), Failure> {
        if let Some(folder) = self.folder.take() {
            return Ok((folder, &self.design));
        }
        let (inputs, texts) = self.sweep.inputs();
        let texts = texts.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
        let asked = Asked {
            id: self.sweep.id.clone(),
            title: self.sweep.title.clone(),
            question: self.sweep.question.clone(),
            inputs: serde_json::to_value(&inputs).unwrap_or_default(),
            texts,
            design: &self.design,
            outputs: self.outputs.clone(),
            counts: self.counts,
            command: (command_line(), now()),
        };
        let progress = Progress::counted("scenarios", self.counts.cells() as u64, "scenarios made");
        let folder = Folder::freeze(asked, &self.path, revise, &|| progress.tick(""));
        progress.finish();
        Ok((folder?, &self.design))
    }
}
