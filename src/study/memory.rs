//! Whether a study fits in memory: what its worlds need, reckoned before the first is founded, and what there is.
//!
//! On Linux, what there is is the least of what the kernel calls available and of what every control group (of a
//! container, of a cluster job) leaves. Elsewhere, or where these files cannot be read, nobody knows and nothing is refused.

use super::Arm;
use super::panel::Interview;
use super::winners::{Cells, Row};
use crate::founding::{BESIDE_HOUSEHOLD_BYTES, BESIDE_PERSON_BYTES, BLOCK_AGENTS, FoundingRules, WorldRules};
use crate::indicators::result::CountyResult;
use crate::indicators::table::Slice;
use crate::problem::{Problem, Problems};
use crate::scenario::Scenario;
use crate::world::{Block, Households, People, Village};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The program, and figures in the making: measured on tiny worlds.
const PROGRAM_BYTES: f64 = 36.0 * MIB;
/// A scenario as read.
const SCENARIO_BYTES: f64 = 2.0 * MIB;
/// The compiled rules of a year of a scenario without programmes, kept for all replicates; about as much comes with each
/// programme, as it divides people.
const RULES_YEAR_BYTES: f64 = 0.25 * MIB;
/// What the tables say of a slice (`Slice::reported`) of a scenario: its text is in memory while figures are drawn.
const SLICE_BYTES: f64 = 40.0 * 1024.0;
/// What a thread works in, for a block that may be twice as large as is aimed at: books, claims and a block being rebuilt.
const DESK_BYTES_PER_AGENT: f64 = 2.0 * 600.0;
/// What is noted of a person and year where two worlds are matched: some six hashes, in lists with room to grow.
const HAPPENED_BYTES: f64 = 64.0;
/// Fewer members than this has no scenario's mean household.
const PERSONS_PER_HOUSEHOLD: f64 = 2.0;
const MIB: f64 = 1_048_576.0;

/// How much memory a study needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Agents in the largest of its worlds.
    pub people: f64,
    /// Threads that live worlds.
    pub threads: usize,
    /// The most worlds that are thought to be in memory at once.
    pub worlds: usize,
    /// Bytes of each.
    world: f64,
    /// Bytes of all else.
    rest: f64,
}

impl Need {
    /// What a study of `arms` on `threads` threads needs.
    ///
    /// # Errors
    /// What is wrong with the rules of the base year.
    pub fn of_study(arms: &[Arm], threads: usize) -> Result<Need, Problems> {
        let mut need = Need {
            people: 0.0,
            threads,
            worlds: worlds_at_once(arms, threads),
            world: 0.0,
            rest: rest(threads),
        };
        for arm in arms {
            let rules = &arm.policy.base()?.rules;
            let (counties, years) = (rules.world.counties.len(), arm.years());
            let counted = counties as f64 * size_of::<CountyResult>() as f64;
            need.rest += counted * years as f64 * f64::from(arm.replicates());
            let kinds = 1 + arm.policy.scenario().programmes.len();
            need.rest += SCENARIO_BYTES + RULES_YEAR_BYTES * years as f64 * kinds as f64;
            need.rest += SLICE_BYTES * Slice::reported(years as usize, counties).len() as f64;
            need.people = need.people.max(rules.world.people_count);
            need.world = need.world.max(world(&rules.world, &rules.founding));
        }
        Ok(need)
    }

    /// As [`Need::of_study`], with the households of each arm held against their own in the first.
    ///
    /// # Errors
    /// What is wrong with the rules of an arm.
    pub fn of_comparison(arms: &[Arm], threads: usize) -> Result<Need, Problems> {
        let mut need = Need::of_study(arms, threads)?;
        let others = arms.iter().skip(1).filter(|arm| !arm.control).count() as f64;
        let Some(base) = arms.first() else { return Ok(need) };
        let run = &base.policy.scenario().run;
        let years = f64::from((run.last_year - run.first_year + 1).max(0));
        // At worst every other arm is over before the base begins, and its rolls wait.
        let replicates = threads.min(run.replicates as usize) as f64;
        let households = need.people / PERSONS_PER_HOUSEHOLD;
        let rolls = replicates * others * years * households * size_of::<Row>() as f64;
        need.world += rolls / need.worlds as f64;
        let counties = base.policy.base()?.rules.world.counties.len();
        need.rest += others * f64::from(run.replicates) * years * Cells::bytes(counties) as f64;
        Ok(need)
    }

    /// As [`Need::of_study`], with every household interviewed each year, a replicate a thread.
    ///
    /// # Errors
    /// What is wrong with the rules of an arm.
    pub fn of_panels(arms: &[Arm], threads: usize) -> Result<Need, Problems> {
        let mut need = Need::of_study(arms, threads)?;
        let years = arms.iter().map(Arm::years).max().unwrap_or_default();
        let households = need.people / PERSONS_PER_HOUSEHOLD;
        // The tapes' interviews and their sorted copy, for each world.
        need.world += 2.0 * households * years as f64 * size_of::<Interview>() as f64;
        Ok(need)
    }

    /// As [`Need::of_study`], with what happens in two worlds noted beside (`study/matched.rs`).
    ///
    /// # Errors
    /// What is wrong with the rules of an arm.
    pub fn of_matched(arms: &[Arm], threads: usize) -> Result<Need, Problems> {
        let mut need = Need::of_study(arms, threads)?;
        let years = arms.iter().map(Arm::years).max().unwrap_or_default();
        // The lists of two worlds, and the tapes that one is gathered from.
        need.rest += 3.0 * need.people * years as f64 * HAPPENED_BYTES;
        Ok(need)
    }

    /// What it takes to found one world and look at it.
    pub fn of_world(rules: &WorldRules, founding: &FoundingRules) -> Need {
        Need {
            people: rules.people_count,
            threads: 1,
            worlds: 1,
            world: world(rules, founding),
            rest: rest(1),
        }
    }

    /// What it takes to live one world of a scenario.
    ///
    /// # Errors
    /// What is wrong with its first rules.
    pub fn of_scenario(scenario: &Scenario) -> Result<Need, Problems> {
        #[derive(Deserialize)]
        struct Founded {
            world: WorldRules,
            founding: FoundingRules,
        }
        let rules: Founded = scenario.founding_rules()?;
        Ok(Need::of_world(&rules.world, &rules.founding))
    }

    /// How many such worlds fit in what there is, one at least; none where nobody knows.
    pub fn at_once(&self) -> Option<usize> {
        let room = available()? as f64 - self.rest;
        Some((room / (self.world + DESK_BYTES_PER_AGENT * BLOCK_AGENTS as f64)).max(1.0) as usize)
    }

    /// Bytes in all.
    pub fn bytes(&self) -> f64 {
        self.worlds as f64 * self.world + self.rest
    }

    /// Refuses what does not fit in what there is.
    ///
    /// # Errors
    /// What was asked, what it needs, what there is, and what to do.
    pub fn check(&self) -> Result<(), Problem> {
        match available() {
            Some(available) if self.bytes() > available as f64 => Err(self.refusal(available as f64)),
            _ => Ok(()),
        }
    }

    fn refusal(&self, available: f64) -> Problem {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let problem = Problem::new(format!(
            "worlds of {} people do not fit in memory: about {} are needed for {} world{} at a time on {} thread{}, \
             and {} are available",
            self.people,
            shown(self.bytes()),
            self.worlds,
            plural(self.worlds),
            self.threads,
            plural(self.threads),
            shown(available),
        ));
        let fit = (available - self.rest) / (self.world * self.worlds as f64) * self.people;
        let problem = if fit >= 1000.0 {
            problem.help(format!(
                "fewer people: about {:.0} fit (--set world.people_count=...)",
                (fit / 1000.0).floor() * 1000.0
            ))
        } else {
            problem.help("there is hardly room for the results: fewer replicates, years or scenarios")
        };
        let alone = self.world * (self.worlds as f64 / self.threads as f64).max(1.0) + self.rest;
        if self.threads > 1 && alone <= available {
            return problem.help("fewer threads: there are fewer worlds at a time (--threads 1)");
        }
        problem
    }
}

/// Bytes of a world at its largest: while its households move in, or later, when columns have room to grow.
fn world(rules: &WorldRules, founding: &FoundingRules) -> f64 {
    let people = rules.people_count;
    let households = people / founding.households.size_count.max(1.0);
    let blocks = people / BLOCK_AGENTS as f64 + rules.counties.len() as f64;
    let villages = people / rules.people_per_village_count.max(1.0) * 2.0;
    let columns = people * People::ROW_BYTES as f64 + households * Households::ROW_BYTES as f64;
    let beside = people * BESIDE_PERSON_BYTES as f64 + households * BESIDE_HOUSEHOLD_BYTES as f64;
    // Beside each column of a block stands what the allocator keeps of it.
    let places = blocks * (size_of::<Block>() as f64 + 1024.0) + villages * size_of::<Village>() as f64;
    columns + places + beside
}

fn rest(threads: usize) -> f64 {
    PROGRAM_BYTES + threads as f64 * DESK_BYTES_PER_AGENT * BLOCK_AGENTS as f64
}

/// Worlds in memory at once: one for each thread, and as many again for each time that arms which share a past part
/// (`study/forks.rs`: what waits at a fork is the world of those that go on later).
fn worlds_at_once(arms: &[Arm], threads: usize) -> usize {
    let most: usize = arms.iter().map(|arm| arm.replicates() as usize).sum();
    let halvings = arms.len().max(1).ilog2() as usize;
    let waiting = halvings.min(partings(arms));
    let founded = arms.iter().map(|arm| arm.replicates() as usize).max().unwrap_or(1);
    let together = threads.min(founded) * (1 + waiting);
    together.max(threads.min(most)).min(most)
}

/// The years in which something changes in some arms but not in all.
fn partings(arms: &[Arm]) -> usize {
    let changes: Vec<BTreeSet<String>> = arms
        .iter()
        .map(|arm| {
            let rows = arm.policy.scenario().timeline().into_iter();
            let first = arm.policy.founding_year();
            rows.map(|row| {
                let year = row.from.map_or(first, |from| from.year().max(first));
                format!("{year} {} {:?} {} {:?}", row.path, row.verb, row.value, row.programme)
            })
            .collect()
        })
        .collect();
    let own = changes.iter().flatten();
    own.filter(|change| !changes.iter().all(|changes| changes.contains(*change)))
        .filter_map(|change| change.split(' ').next())
        .collect::<BTreeSet<&str>>()
        .len()
}

fn shown(bytes: f64) -> String {
    let gib = bytes / (1024.0 * MIB);
    if gib >= 100.0 {
        format!("{gib:.0} GiB")
    } else if gib >= 1.0 {
        format!("{gib:.1} GiB")
    } else {
        format!("{:.0} MiB", bytes / MIB)
    }
}

/// Bytes that this process can still have; none where nobody knows.
pub fn available() -> Option<u64> {
    let system = fs::read_to_string("/proc/meminfo").ok();
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = group_available(Path::new("/sys/fs/cgroup"), &own);
    let system = system.as_deref().and_then(system_available);
    system.into_iter().chain(group).min()
}

/// `MemAvailable` of `/proc/meminfo`.
fn system_available(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// What the control groups of the process (`own` is `/proc/self/cgroup`) below `root` leave: of each, its limit less what
/// is in use and cannot be taken back.
fn group_available(root: &Path, own: &str) -> Option<u64> {
    let mut least = None;
    for line in own.lines() {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next(), parts.next()?, parts.next()?);
        // Version 2 has one tree for everything, version 1 one for memory.
        let (root, limit, used, cache) = match controllers {
            "" => (root.to_owned(), "memory.max", "memory.current", "inactive_file "),
            one if one.split(',').any(|name| name == "memory") => (
                root.join("memory"),
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file ",
            ),
            _ => continue,
        };
        let number = |path: &Path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
        // A container may see the tree from its own group on: then the path leads nowhere, and the root is the group.
        let mut groups: Vec<_> = Path::new(path)
            .ancestors()
            .filter_map(|at| at.strip_prefix("/").ok())
            .collect();
        groups.push(Path::new(""));
        for group in groups {
            let folder = root.join(group);
            let Some(limit) = number(&folder.join(limit)) else {
                continue;
            };
            let used = number(&folder.join(used)).unwrap_or(0);
            let kept = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
            let cache = kept
                .lines()
                .find_map(|line| line.strip_prefix(cache)?.trim().parse().ok());
            let left = limit.saturating_sub(used.saturating_sub(cache.unwrap_or(0)));
            least = Some(least.map_or(left, |least: u64| least.min(left)));
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn arm(name: &str, sets: &[&str]) -> Arm {
        let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
        let scenario = Scenario::load(name, &sets).unwrap_or_else(|problems| panic!("{problems}"));
        Arm::new(name, scenario).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn worlds_follow_threads_replicates_and_partings() {
        let sets = ["run.replicates=6"];
        let base = arm("baseline", &sets);
        assert_eq!(worlds_at_once(std::slice::from_ref(&base), 4), 4);
        assert_eq!(worlds_at_once(std::slice::from_ref(&base), 16), 6);
        // The package begins in one year for all its programmes: one parting.
        let two = [base, arm("package", &sets)];
        assert_eq!(worlds_at_once(&two, 1), 2);
        assert_eq!(worlds_at_once(&two, 4), 8);
        let [base, package] = two;
        let four = [
            base,
            package,
            arm("pro-poor-cover", &sets),
            arm("chronic-management", &sets),
        ];
        assert_eq!(worlds_at_once(&four, 2), 4);
        let one = ["run.replicates=1"];
        let few = [arm("baseline", &one), arm("package", &one)];
        assert_eq!(worlds_at_once(&few, 8), 2);
    }

    #[test]
    fn a_person_takes_about_a_hundred_bytes() {
        let need = |people: &str| {
            let sets = [people, "run.replicates=1"];
            Need::of_study(&[arm("baseline", &sets)], 1).unwrap_or_else(|problems| panic!("{problems}"))
        };
        let (small, large) = (need("world.people_count=1000000"), need("world.people_count=11000000"));
        let each = (large.bytes() - small.bytes()) / 1e7;
        assert!((80.0..140.0).contains(&each), "{each}");
    }

    #[test]
    fn a_comparison_needs_room_for_rolls() {
        let sets = ["run.replicates=1", "world.people_count=1000000"];
        let bytes = |arms: &[Arm]| {
            let of = |need: Result<Need, Problems>| need.unwrap_or_else(|problems| panic!("{problems}")).bytes();
            of(Need::of_comparison(arms, 1)) - of(Need::of_study(arms, 1))
        };
        let mut arms = [arm("baseline", &sets), arm("package", &sets)];
        // Ten years of half a million households at most, 24 bytes each; and the cells.
        assert!((120e6..122e6).contains(&bytes(&arms)), "{}", bytes(&arms));
        assert_eq!(bytes(&arms[..1]), 0.0);
        arms[1].control = true;
        assert_eq!(bytes(&arms), 0.0);
    }

    #[test]
    fn what_there_is_is_read_from_the_kernel() {
        let text = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   2000 kB\n";
        assert_eq!(system_available(text), Some(2_048_000));
        assert_eq!(system_available("MemTotal: 5 kB"), None);
        let root = tempfile::tempdir().unwrap();
        let group = root.path().join("job/step");
        fs::create_dir_all(&group).unwrap();
        let write = |path: &str, text: &str| fs::write(root.path().join(path), text).unwrap();
        assert_eq!(group_available(root.path(), "0::/job/step\n"), None);
        write("job/step/memory.max", "max\n");
        write("job/memory.max", "1000\n");
        write("job/memory.current", "700\n");
        write("job/memory.stat", "anon 1\ninactive_file 300\nactive_file 5\n");
        assert_eq!(group_available(root.path(), "0::/job/step\n"), Some(600));
        write("job/step/memory.max", "100\n");
        assert_eq!(group_available(root.path(), "0::/job/step\n"), Some(100));
        // Seen from inside a container, and version 1.
        write("memory.max", "50\n");
        assert_eq!(group_available(root.path(), "0::/../elsewhere\n"), Some(50));
        fs::create_dir_all(root.path().join("memory/job")).unwrap();
        write("memory/job/memory.limit_in_bytes", "900\n");
        write("memory/job/memory.usage_in_bytes", "100\n");
        assert_eq!(group_available(root.path(), "5:cpu:/x\n4:memory:/job\n"), Some(800));
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let need = Need {
            people: 1e9,
            threads: 4,
            worlds: 4,
            world: 1e11,
            rest: 1e8,
        };
        let text = Problems::from(need.refusal(1.5e11)).render(false);
        for part in [
            "1000000000 people",
            "373 GiB",
            "140 GiB",
            "374750000 fit",
            "--threads 1",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
