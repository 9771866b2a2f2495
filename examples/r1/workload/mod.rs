//! The workload: a world of blocks of households, each of which lives a whole year in cache.
#![allow(clippy::inline_always)] // kernels, compiled for each vector level
#![allow(dead_code)] // each user takes what it needs

mod block;
mod episodes;
mod tally;
mod year;

pub use tally::Tally;

use block::{Block, HOUSEHOLDS};
use kangcun::draws::{Luck, Purpose, Stream};
use kangcun::lanes::{Kernel, Level};
use rayon::prelude::*;
use std::cell::RefCell;
use year::{Keys, Odds, Scratch};

/// Months of a year.
const MONTHS: usize = 12;
/// The spread of the stationary monthly income shock: 0.15^2 / (1 - 0.9^2).
const SHOCK_VARIANCE: f64 = 0.15 * 0.15 / (1.0 - 0.9 * 0.9);
/// Blocks that one task takes in a row: enough to make its start worth while.
const BLOCKS_PER_TASK: usize = 16;

/// Everybody.
pub struct World {
    blocks: Vec<Block>,
    luck: Luck,
    identities: Stream,
    odds: Odds,
}

impl World {
    /// A world of `persons` people (rounded down to whole households of four) under `seed`.
    pub fn found(persons: usize, seed: u64) -> World {
        let luck = Luck::new(seed, 0);
        let identities = luck.stream(Purpose::Identity, 0);
        let households = persons / 4;
        let blocks = (0..households.div_ceil(HOUSEHOLDS))
            .map(|number| Block::found(number, households - number * HOUSEHOLDS, &luck, &identities))
            .collect();
        World {
            blocks,
            luck,
            identities,
            odds: Odds::new(),
        }
    }

    /// Lives year number `year` (from 0) and counts what it brought, on the threads of the current pool.
    pub fn year(&mut self, year: u32, level: Level) -> Tally {
        let keys = Keys::new(&self.luck, &self.identities, year);
        let odds = &self.odds;
        let task = |blocks: &mut [Block]| {
            SCRATCH.with_borrow_mut(|scratch| {
                let mut tally = Tally::default();
                for block in blocks {
                    level.run(BlockYear {
                        block,
                        scratch,
                        keys: &keys,
                        odds,
                        tally: &mut tally,
                    });
                }
                tally
            })
        };
        self.blocks.par_chunks_mut(BLOCKS_PER_TASK).map(task).sum()
    }
}

thread_local! {
    /// Working memory of one thread, kept from year to year.
    static SCRATCH: RefCell<Box<Scratch>> = RefCell::new(Scratch::new());
}

/// A year of one block, to be compiled for each level.
struct BlockYear<'a> {
    block: &'a mut Block,
    scratch: &'a mut Scratch,
    keys: &'a Keys,
    odds: &'a Odds,
    tally: &'a mut Tally,
}

impl Kernel for BlockYear<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        year::live(self.block, self.scratch, self.keys, self.odds, self.tally);
    }
}
