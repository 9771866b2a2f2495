//! The runs of a sweep in their order, and the keys by which each is known.

use crate::output::RESULTS_VERSION;
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// How many there are of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Points of the design.
    pub points: usize,
    /// Draws of the uncertain parameters; 1 where none are drawn.
    pub draws: u32,
    /// Seeds.
    pub seeds: u32,
    /// Replicates of each seed.
    pub replicates: u32,
    /// The first seed; the others follow it.
    pub seed: u64,
}

/// A run: one replicate under one seed of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number: runs are ordered by point, draw, seed, replicate.
    pub number: usize,
    /// The point.
    pub point: usize,
    /// The draw.
    pub draw: u32,
    /// The seed of its luck.
    pub seed: u64,
    /// The replicate of that seed.
    pub replicate: u32,
}

impl Counts {
    /// Cells: points under draws. Each is a scenario.
    pub fn cells(&self) -> usize {
        self.points * self.draws as usize
    }

    /// Runs of a cell.
    pub fn each(&self) -> usize {
        self.seeds as usize * self.replicates as usize
    }

    /// All runs.
    pub fn runs(&self) -> usize {
        self.cells() * self.each()
    }

    /// The cell of a run.
    pub fn cell_of(&self, run: usize) -> usize {
        run / self.each()
    }

    /// The point and the draw of a cell.
    pub fn place(&self, cell: usize) -> (usize, u32) {
        let draws = self.draws as usize;
        (cell / draws, (cell % draws) as u32)
    }

    /// The run of a number.
    pub fn run(&self, number: usize) -> Run {
        let (cell, within) = (number / self.each(), number % self.each());
        let (point, draw) = self.place(cell);
        let replicates = self.replicates as usize;
        Run {
            number,
            point,
            draw,
            seed: self.seed + (within / replicates) as u64,
            replicate: (within % replicates) as u32,
        }
    }

    /// The runs of shard `at` (from 1) of `of`: a stretch of them, so that the shards are all runs and as equal as can be.
    pub fn shard(&self, at: usize, of: usize) -> Range<usize> {
        let end = |at: usize| (at as u128 * self.runs() as u128 / of.max(1) as u128) as usize;
        end(at.saturating_sub(1))..end(at)
    }
}

/// The hash of the rules of a cell, without seed and replicates, which are the run's own.
pub fn rules_hash(scenario: &Scenario) -> [u8; 32] {
    let mut scenario = scenario.clone();
    (scenario.run.seed, scenario.run.replicates) = (0, 1);
    *blake3::hash(scenario.hash_text().as_bytes()).as_bytes()
}

/// The name of a run: a hash of all that determines its rows, so that a run is known again wherever it was lived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 12]);

impl Key {
    /// Of a run under these rules, of which what `outputs` fingerprints is kept.
    pub fn of(rules: &[u8; 32], outputs: &[u8; 32], run: &Run) -> Key {
        let mut hash = blake3::Hasher::new();
        hash.update(b"kangcun run");
        hash.update(&RESULTS_VERSION.to_le_bytes());
        hash.update(rules);
        hash.update(outputs);
        hash.update(&run.seed.to_le_bytes());
        hash.update(&run.replicate.to_le_bytes());
        let mut key = [0; 12];
        key.copy_from_slice(&hash.finalize().as_bytes()[..12]);
        Key(key)
    }

    /// From its 24 hex digits.
    pub fn parse(text: &str) -> Option<Key> {
        let mut key = [0; 12];
        if text.len() != 24 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Key(key))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: Counts = Counts {
        points: 3,
        draws: 2,
        seeds: 2,
        replicates: 5,
        seed: 7,
    };

    #[test]
    fn runs_are_ordered_by_point_draw_seed_and_replicate() {
        assert_eq!(COUNTS.runs(), 60);
        let run = COUNTS.run(37);
        assert_eq!((run.point, run.draw, run.seed, run.replicate), (1, 1, 8, 2));
        let all: Vec<Run> = (0..60).map(|number| COUNTS.run(number)).collect();
        let order = |run: &Run| (run.point, run.draw, run.seed, run.replicate);
        assert!(all.is_sorted_by_key(order));
        assert_eq!(COUNTS.cell_of(37), 3);
    }

    #[test]
    fn shards_are_all_runs_and_as_equal_as_can_be() {
        for of in [1, 7, 16, 59, 60, 61, 200] {
            let mut next = 0;
            for at in 1..=of {
                let shard = COUNTS.shard(at, of);
                assert_eq!(shard.start, next);
                assert!(shard.len() == 60 / of || shard.len() == 60 / of + 1);
                next = shard.end;
            }
            assert_eq!(next, 60);
        }
    }

    #[test]
    fn a_key_knows_everything_that_determines_a_run() {
        let rules = |set: &str| rules_hash(&Scenario::load("baseline", &[set.to_owned()]).unwrap());
        let one = rules("run.last_year=2023");
        assert_ne!(one, rules("run.last_year=2022"));
        let seeds = ["run.seed=3", "run.replicates=9", "run.seed=2021"].map(rules);
        assert_eq!(seeds[0], seeds[1]);
        assert_eq!(seeds[0], seeds[2]);
        let run = COUNTS.run(37);
        let key = Key::of(&one, &[0; 32], &run);
        assert_eq!(Key::parse(&key.to_string()), Some(key));
        let others = [
            Key::of(&one, &[1; 32], &run),
            Key::of(&one, &[0; 32], &Run { seed: 9, ..run }),
            Key::of(&one, &[0; 32], &Run { replicate: 3, ..run }),
            Key::of(&[9; 32], &[0; 32], &run),
        ];
        assert!(others.iter().all(|other| *other != key));
        // Neither its number nor its point say anything of the world.
        let moved = Run {
            number: 0,
            point: 0,
            draw: 0,
            ..run
        };
        assert_eq!(Key::of(&one, &[0; 32], &moved), key);
    }
}
