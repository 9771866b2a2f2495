//! Signs of life of what takes long: what is done, how far it is, the time left, and the memory in use.
//!
//! On a terminal a bar for each part; in a log a line now and then, ever more seldom the longer it takes. What is done within a second
//! says nothing. Everything goes to standard error. Results never depend on it: it only counts.

mod told;

use crate::study::Arm;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use told::{Told, due, memory};
pub use told::{bytes, memory_line};

/// What arms are counted in.
const YEARS: &str = "world-years lived";
/// Nothing is shown of what takes less.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a bar moves, and a log is thought of.
const GLANCE: Duration = Duration::from_millis(200);

/// A part of what is done, with a bar of its own.
struct Part {
    name: String,
    /// 0 where nobody knows how many there will be.
    all: u64,
    done: AtomicU64,
}

struct Shared {
    name: String,
    /// What is counted; nothing where nothing is.
    what: &'static str,
    parts: Vec<Part>,
    began: Instant,
    ended: Mutex<bool>,
    wake: Condvar,
}

/// Progress of something that takes long; it ends with [`Progress::finish`], or when it is dropped.
pub struct Progress {
    shared: Arc<Shared>,
    shown: Mutex<Option<JoinHandle<()>>>,
}

impl Progress {
    /// Of a study, counted in years: one bar an arm.
    pub fn new(arms: &[Arm]) -> Progress {
        let part = |arm: &Arm| (arm.id.clone(), arm.years() * u64::from(arm.replicates()));
        let ids: Vec<&str> = arms.iter().map(|arm| arm.id.as_str()).collect();
        Progress::begin(&ids.join(", "), YEARS, arms.iter().map(part).collect())
    }

    /// Of so many years of runs, as one bar.
    pub fn together(name: &str, years: u64) -> Progress {
        Progress::counted(name, years, YEARS)
    }

    /// Of so many of `what`, as one bar; 0 where nobody knows how many there will be.
    pub fn counted(name: &str, all: u64, what: &'static str) -> Progress {
        Progress::begin(name, what, vec![(name.to_owned(), all)])
    }

    /// Of something that cannot be counted, such as reading a file.
    pub fn stage(name: &str) -> Progress {
        Progress::begin(name, "", vec![(name.to_owned(), 0)])
    }

    #[allow(clippy::disallowed_methods)] // progress shows wall time and touches no result
    fn begin(name: &str, what: &'static str, parts: Vec<(String, u64)>) -> Progress {
        let part = |(name, all)| Part {
            name,
            all,
            done: AtomicU64::new(0),
        };
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            what,
            parts: parts.into_iter().map(part).collect(),
            began: Instant::now(),
            ended: Mutex::new(false),
            wake: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        // Where no thread can be had, nothing is shown.
        let shown = std::thread::Builder::new().name("progress".into());
        let shown = shown.spawn(move || own.show(std::io::stderr().is_terminal())).ok();
        Progress {
            shared,
            shown: Mutex::new(shown),
        }
    }

    /// One more of `part`: an arm by its name; anything where there is one bar.
    pub fn tick(&self, part: &str) {
        let parts = &self.shared.parts;
        let own = parts.iter().find(|own| own.name == part).or(match &parts[..] {
            [only] => Some(only),
            _ => None,
        });
        if let Some(own) = own {
            own.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All done: bars go.
    pub fn finish(&self) {
        if let Ok(mut ended) = self.shared.ended.lock() {
            *ended = true;
        }
        self.shared.wake.notify_all();
        let shown = self.shown.lock().ok().and_then(|mut shown| shown.take());
        if let Some(shown) = shown {
            let _ = shown.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Shared {
    /// Waits for a glance; gives whether all is done.
    fn wait(&self) -> bool {
        let Ok(ended) = self.ended.lock() else { return true };
        if *ended {
            return true;
        }
        self.wake.wait_timeout(ended, GLANCE).map_or(true, |(ended, _)| *ended)
    }

    fn show(&self, terminal: bool) {
        if terminal { self.bars() } else { self.lines() }
    }

    fn bars(&self) {
        let mut shown: Option<(MultiProgress, Vec<ProgressBar>)> = None;
        while !self.wait() {
            if self.began.elapsed() < PATIENCE {
                continue;
            }
            let (_, bars) = shown.get_or_insert_with(|| self.made());
            let gone = self.began.elapsed();
            for (at, (bar, part)) in bars.iter().zip(&self.parts).enumerate() {
                // The memory is that of all: it is said once.
                let memory = if at + 1 == bars.len() { memory() } else { None };
                let told = self.told_of(part, gone, memory);
                bar.set_position(told.done);
                bar.set_message(told.times());
            }
        }
        if let Some((group, bars)) = shown {
            for bar in bars {
                bar.finish_and_clear();
            }
            let _ = group.clear();
        }
    }

    fn made(&self) -> (MultiProgress, Vec<ProgressBar>) {
        let group = MultiProgress::new();
        let bar = |part: &Part| {
            let bar = match part.all {
                0 => ProgressBar::new_spinner(),
                all => ProgressBar::new(all),
            };
            let bar = group.add(bar);
            let template = match (part.all, self.what) {
                (0, "") => "{spinner} {prefix}, {msg}",
                (0, _) => "{spinner} {prefix}: {pos} done, {msg}",
                _ => "{prefix:>20} {wide_bar} {percent:>3}%  {msg}",
            };
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(part.name.clone());
            bar
        };
        let bars = self.parts.iter().map(bar).collect();
        (group, bars)
    }

    fn lines(&self) {
        let mut last = None;
        while !self.wait() {
            let gone = self.began.elapsed();
            if due(gone, last) {
                last = Some(gone);
                eprintln!("kangcun: {}", self.told(gone).line());
            }
        }
        if last.is_some() {
            eprintln!("kangcun: {}", self.told(self.began.elapsed()).last_line());
        }
    }

    fn told_of(&self, part: &Part, gone: Duration, memory: Option<u64>) -> Told<'_> {
        Told {
            name: &self.name,
            what: self.what,
            done: part.done.load(Ordering::Relaxed),
            all: part.all,
            gone,
            memory,
        }
    }

    fn told(&self, gone: Duration) -> Told<'_> {
        let sum = |of: &dyn Fn(&Part) -> u64| self.parts.iter().map(of).sum();
        Told {
            name: &self.name,
            what: self.what,
            done: sum(&|part| part.done.load(Ordering::Relaxed)),
            all: sum(&|part| part.all),
            gone,
            memory: memory(),
        }
    }
}
