//! Signs of life: bars on a terminal, a plain line every few seconds elsewhere.

use crate::study::Arm;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

/// Progress of a study.
pub struct Progress {
    /// By arm; by the empty name where one bar is for all.
    bars: BTreeMap<String, ProgressBar>,
    /// Off a terminal: when the last line was printed.
    plain: Option<Mutex<std::time::Instant>>,
    /// What is counted.
    what: &'static str,
    began: std::time::Instant,
    _group: MultiProgress,
}

const YEARS: &str = "world-years lived";
const EVERY: Duration = Duration::from_secs(5);

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:>22} {bar:32} {percent:>3}%  {elapsed} gone, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress {
    /// One bar an arm.
    #[allow(clippy::disallowed_methods)] // progress shows wall time and touches no result
    pub fn new(arms: &[Arm]) -> Progress {
        let group = MultiProgress::new();
        let bars = arms
            .iter()
            .map(|arm| {
                let bar = group.add(ProgressBar::new(arm.years() * u64::from(arm.replicates())));
                bar.set_style(style());
                bar.set_prefix(arm.id.clone());
                (arm.id.clone(), bar)
            })
            .collect();
        let plain = (!std::io::stderr().is_terminal()).then(|| Mutex::new(std::time::Instant::now()));
        Progress {
            bars,
            plain,
            what: YEARS,
            began: std::time::Instant::now(),
            _group: group,
        }
    }

    /// One bar, `name`, for so many years of runs.
    pub fn together(name: &str, years: u64) -> Progress {
        Progress::counted(name, years, YEARS)
    }

    /// One bar, `name`, for so many of `what`.
    #[allow(clippy::disallowed_methods)] // as above
    pub fn counted(name: &str, all: u64, what: &'static str) -> Progress {
        let group = MultiProgress::new();
        let bar = group.add(ProgressBar::new(all));
        bar.set_style(style());
        bar.set_prefix(name.to_owned());
        let plain = (!std::io::stderr().is_terminal()).then(|| Mutex::new(std::time::Instant::now()));
        Progress {
            bars: BTreeMap::from([(String::new(), bar)]),
            plain,
            what,
            began: std::time::Instant::now(),
            _group: group,
        }
    }

    /// A year of a run of `arm` was lived.
    #[allow(clippy::disallowed_methods)] // as above
    pub fn tick(&self, arm: &str) {
        if let Some(bar) = self.bars.get(arm).or_else(|| self.bars.get("")) {
            bar.inc(1);
        }
        let Some(plain) = &self.plain else { return };
        if let Ok(mut last) = plain.try_lock()
            && last.elapsed() >= EVERY
        {
            *last = std::time::Instant::now();
            let (done, all) = self.bars.values().fold((0, 0), |sum, bar| {
                (sum.0 + bar.position(), sum.1 + bar.length().unwrap_or(0))
            });
            let left = self.began.elapsed().as_secs_f64() * all.saturating_sub(done) as f64 / done.max(1) as f64;
            eprintln!(
                "kangcun: {:.0}% ({done} of {all} {}), about {} left",
                100.0 * done as f64 / all.max(1) as f64,
                self.what,
                indicatif::HumanDuration(Duration::from_secs_f64(left.min(1e9)))
            );
        }
    }

    /// All done: bars go, the table comes.
    pub fn finish(&self) {
        for bar in self.bars.values() {
            bar.finish_and_clear();
        }
    }
}
