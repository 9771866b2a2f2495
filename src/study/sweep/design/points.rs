//! Where the points of a design lie on its axes.

use crate::draws::{Luck, Purpose, Stream, mix};
use crate::scenario::sweep::{Crossed, Layout};

/// What a number of [`Purpose::Design`] is for.
const STRATA: i32 = 0;
const PLACES: i32 = 1;
const INDEPENDENT: i32 = 2;

/// Where a point lies on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spot {
    /// At a level of its list.
    Level(usize),
    /// At this share of its range.
    Share(f64),
}

/// What makes the points.
#[derive(Debug)]
pub(super) struct Points {
    /// The identity of each axis: that of its name.
    who: Vec<u64>,
    /// Of a Latin hypercube: the stratum of each point, on each axis.
    strata: Vec<Vec<u32>>,
    places: Stream,
    independent: Stream,
    sobol_seed: u32,
}

/// The identity of what is called `name`.
pub(super) fn identity(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    let bytes = hash.as_bytes().iter().take(8);
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Points {
    pub fn of(crossed: &Crossed) -> Points {
        let luck = Luck::new(crossed.design_seed, 0);
        let stream = |what| luck.stream(Purpose::Design, what);
        let who: Vec<u64> = crossed.axes.iter().map(|axis| identity(&axis.name)).collect();
        let strata = match crossed.layout {
            Layout::LatinHypercube(points) => {
                let shuffled = |who: &u64| shuffled(points, &stream(STRATA), *who);
                who.iter().map(shuffled).collect()
            }
            _ => Vec::new(),
        };
        Points {
            who,
            strata,
            places: stream(PLACES),
            independent: stream(INDEPENDENT),
            sobol_seed: (mix(crossed.design_seed) >> 32) as u32,
        }
    }

    /// Where `point` lies on axis number `at`.
    pub fn spot(&self, crossed: &Crossed, point: usize, at: usize) -> Spot {
        let count = crossed.axes[at].count();
        let share = match &crossed.layout {
            Layout::Grid => {
                let later = crossed.axes[at + 1..].iter();
                let stride: usize = later.map(|axis| axis.count().unwrap_or(1)).product();
                return Spot::Level(point / stride % count.unwrap_or(1));
            }
            Layout::Table(rows) => return Spot::Level(rows[point][at] as usize),
            Layout::LatinHypercube(points) => {
                let place = self.places.uniform(self.who[at], point as u64);
                (f64::from(self.strata[at][point]) + place) / f64::from(*points)
            }
            // Half a step of its 24 bits up: never 0, and still in its interval.
            Layout::Sobol(_) => {
                let place = sobol_burley::sample(point as u32, at as u32, self.sobol_seed);
                f64::from(place) + 0.5 / 16_777_216.0
            }
            Layout::Random(_) => self.independent.uniform(self.who[at], point as u64),
        };
        match count {
            None => Spot::Share(share),
            Some(count) => Spot::Level(((share * count as f64) as usize).min(count.saturating_sub(1))),
        }
    }
}

/// The numbers below `count` in an order of luck.
fn shuffled(count: u32, stream: &Stream, who: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by_key(|number| (stream.bits(who, u64::from(*number)), *number));
    order
}
