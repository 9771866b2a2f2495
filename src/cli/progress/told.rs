//! What a log says of something that takes long.

use std::fmt::Write as _;
use std::time::Duration;

/// The first line comes after so long, and none sooner after another.
const LEAST: Duration = Duration::from_secs(5);
/// A line comes at least so often.
const MOST: Duration = Duration::from_mins(5);

/// How far something is.
pub struct Told<'a> {
    /// What it is.
    pub name: &'a str,
    /// What is counted.
    pub what: &'a str,
    /// So many are done.
    pub done: u64,
    /// Of so many; 0 where nobody knows.
    pub all: u64,
    /// Since it began.
    pub gone: Duration,
    /// Bytes in memory, where the system says.
    pub memory: Option<u64>,
}

impl Told<'_> {
    /// A line while it goes on.
    pub fn line(&self) -> String {
        let mut line = format!("{}: ", self.name);
        match (self.what, self.all) {
            ("", _) => {}
            (what, 0) => {
                let _ = write!(line, "{} {what}, ", self.done);
            }
            (what, all) => {
                let share = 100.0 * self.done as f64 / all as f64;
                let _ = write!(line, "{share:.0}% ({} of {all} {what}), ", self.done);
            }
        }
        line + &self.times()
    }

    /// The time gone, the time left and the memory in use, as far as they are known.
    pub fn times(&self) -> String {
        let mut line = format!("{} gone", span(self.gone.as_secs_f64()));
        if let Some(left) = self.left() {
            let _ = write!(line, ", about {} left", span(left));
        }
        self.end(line)
    }

    /// The line when all is done.
    pub fn last_line(&self) -> String {
        let counted = match self.what {
            "" => String::new(),
            what => format!("{} {what}, ", self.done),
        };
        self.end(format!(
            "{}: {counted}{} in all",
            self.name,
            span(self.gone.as_secs_f64())
        ))
    }

    fn end(&self, line: String) -> String {
        match self.memory {
            Some(memory) => format!("{line}, {} in memory", bytes(memory as f64)),
            None => line,
        }
    }

    /// Seconds left if it goes on as it went; unknown before anything is done.
    fn left(&self) -> Option<f64> {
        let known = self.done > 0 && self.all >= self.done && !self.what.is_empty();
        known.then(|| self.gone.as_secs_f64() * (self.all - self.done) as f64 / self.done as f64)
    }
}

/// Whether a line is due after `gone`, the last one having come at `last`: ever more seldom, so that a log of days stays readable.
pub fn due(gone: Duration, last: Option<Duration>) -> bool {
    match last {
        None => gone >= LEAST,
        Some(last) => gone.saturating_sub(last) >= (last / 10).clamp(LEAST, MOST),
    }
}

/// A span of time as people say it.
fn span(seconds: f64) -> String {
    let whole = seconds.round();
    match whole {
        whole if whole < 120.0 => format!("{whole:.0} s"),
        whole if whole < 7200.0 => format!("{:.0} min", whole / 60.0),
        whole if whole < 172_800.0 => format!("{:.1} h", whole / 3600.0),
        whole => format!("{:.1} days", whole / 86_400.0),
    }
}

/// An amount of memory as people say it.
pub fn bytes(value: f64) -> String {
    const KIB: f64 = 1024.0;
    match value {
        value if value < KIB * KIB => format!("{:.0} KiB", value / KIB),
        value if value < KIB * KIB * KIB => format!("{:.0} MiB", value / KIB / KIB),
        value => format!("{:.1} GiB", value / KIB / KIB / KIB),
    }
}

/// Bytes of this process that are in memory; nothing where the system does not say.
pub fn memory() -> Option<u64> {
    memory_line("VmRSS")
}

/// A line of what the kernel says of this process, bytes.
pub fn memory_line(line: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let found = text.lines().find_map(|own| own.strip_prefix(line)?.strip_prefix(':'));
    let kib: u64 = found?.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(what: &str, done: u64, all: u64) -> Told<'_> {
        Told {
            name: "baseline",
            what,
            done,
            all,
            gone: Duration::from_secs(30),
            memory: Some(3 << 28),
        }
    }

    #[test]
    fn a_line_says_what_how_far_how_long_and_how_much() {
        assert_eq!(
            told("world-years lived", 25, 100).line(),
            "baseline: 25% (25 of 100 world-years lived), 30 s gone, about 90 s left, 768 MiB in memory"
        );
        assert_eq!(
            told("world-years lived", 0, 100).line(),
            "baseline: 0% (0 of 100 world-years lived), 30 s gone, 768 MiB in memory"
        );
        assert_eq!(
            told("runs", 7, 0).line(),
            "baseline: 7 runs, 30 s gone, 768 MiB in memory"
        );
        let quiet = Told {
            memory: None,
            ..told("", 0, 0)
        };
        assert_eq!(quiet.line(), "baseline: 30 s gone");
        assert_eq!(quiet.last_line(), "baseline: 30 s in all");
    }

    #[test]
    fn a_log_of_a_day_has_few_lines() {
        let mut lines = 0;
        let mut last = None;
        for second in 0..86_400 {
            let gone = Duration::from_secs(second);
            if due(gone, last) {
                last = Some(gone);
                lines += 1;
            }
        }
        assert!((250..400).contains(&lines), "{lines}");
        assert!(!due(Duration::from_secs(4), None) && due(Duration::from_secs(5), None));
        assert!(!due(Duration::from_secs(9), Some(Duration::from_secs(5))));
    }

    #[test]
    fn spans_and_amounts_read_as_people_say_them() {
        let spans = [0.4, 119.0, 600.0, 9000.0, 260_000.0].map(span);
        assert_eq!(spans, ["0 s", "119 s", "10 min", "2.5 h", "3.0 days"]);
        assert_eq!([2048.0, 3e6, 3e9].map(bytes), ["2 KiB", "3 MiB", "2.8 GiB"]);
    }
}
