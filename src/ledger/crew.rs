//! Those who live runs: some worlds at a time, each on threads of its own, so that what goes wrong in one is its own affair and
//! what is finished can be saved while others go on.

use super::Folder;
use crate::problem::{Problem, Problems};
use crate::scenario::Scenario;
use crate::study::sweep::design::Design;
use crate::study::sweep::live::{Outcome, Prepared, isolated};
use crate::study::sweep::plan::rules_hash;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is heard of the crew.
pub enum Said {
    /// A run has come to its end.
    Lived(usize, Outcome),
    /// The rules of a cell are not those that were frozen.
    Changed(Problems),
}

/// Worlds at a time and the threads of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// Worlds at a time.
    pub worlds: usize,
    /// Threads in all.
    pub threads: usize,
}

impl Lanes {
    /// The threads of each lane: as equal as can be, one at least.
    fn threads_of(&self, lane: usize) -> usize {
        let (each, more) = (self.threads / self.worlds.max(1), self.threads % self.worlds.max(1));
        (each + usize::from(lane < more)).max(1)
    }
}

/// A cell as it is being lived: its scenario ready, or why there is none.
type Ready = Arc<OnceLock<Result<Prepared, Failed>>>;

enum Failed {
    /// It cannot be lived, as was known when it was frozen or is known now that its rules were compiled.
    Wrong(String),
    Changed(Problems),
}

/// The crew of a sweep.
pub struct Crew<'a> {
    folder: &'a Folder,
    design: &'a Design,
    lanes: Lanes,
    ready: Mutex<BTreeMap<usize, Ready>>,
    next: AtomicUsize,
}

impl<'a> Crew<'a> {
    /// For the runs of a folder, whose design it must be.
    pub fn new(folder: &'a Folder, design: &'a Design, lanes: Lanes) -> Crew<'a> {
        Crew {
            folder,
            design,
            lanes,
            ready: Mutex::default(),
            next: AtomicUsize::new(0),
        }
    }

    /// Lives the runs `todo`, in their order as far as several at a time have one, until `stop` is set; tells each as it ends.
    pub fn live(&self, todo: &[usize], stop: &AtomicBool, tell: &Sender<Said>) {
        std::thread::scope(|scope| {
            for lane in 0..self.lanes.worlds {
                let tell = tell.clone();
                scope.spawn(move || self.lane(lane, todo, stop, &tell));
            }
        });
    }

    fn lane(&self, lane: usize, todo: &[usize], stop: &AtomicBool, tell: &Sender<Said>) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.lanes.threads_of(lane));
        // Without threads the other lanes take its work; where there is no other, what is missing stays missing.
        let Ok(pool) = pool.build() else { return };
        while !stop.load(Ordering::Relaxed) {
            let Some(run) = todo.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let said = pool.install(|| self.run(*run));
            let ends = matches!(said, Said::Changed(_));
            if tell.send(said).is_err() || ends {
                return;
            }
        }
    }

    fn run(&self, number: usize) -> Said {
        let run = self.folder.counts().run(number);
        let cell = self.folder.counts().cell_of(number);
        let ready = {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            // Runs are taken in order: nobody asks for earlier cells any more.
            ready.retain(|own, _| *own + self.lanes.worlds >= cell);
            Arc::clone(ready.entry(cell).or_default())
        };
        match ready.get_or_init(|| self.prepare(cell)) {
            Ok(prepared) => Said::Lived(number, prepared.live(run.seed, run.replicate)),
            Err(Failed::Wrong(why)) => Said::Lived(number, Err(why.clone())),
            Err(Failed::Changed(problems)) => Said::Changed(problems.clone()),
        }
    }

    fn prepare(&self, cell: usize) -> Result<Prepared, Failed> {
        let (point, draw) = self.folder.counts().place(cell);
        let known = self.folder.wrong().iter().find(|(own, _)| *own == cell);
        let scenario: Scenario = match (self.design.scenario(point, draw), known) {
            (Ok(scenario), None) if rules_hash(&scenario) == *self.folder.rules_of(cell) => scenario,
            (Err(_), Some((_, why))) => return Err(Failed::Wrong(why.clone())),
            _ => {
                let problem = Problem::new(format!(
                    "the rules of point {point} under draw {draw} are not those that `{}` froze",
                    self.folder.path().display()
                ));
                let help = "a population that a scenario names was changed, or the program was; nothing more was lived. Put it back, or \
                            run the sweep's file again with --revise: runs that stay the same are kept";
                return Err(Failed::Changed(problem.help(help).into()));
            }
        };
        isolated(|| Prepared::new(scenario, self.folder.outputs())).map_err(Failed::Wrong)
    }
}
