//! Figures of a sweep: what the headline answers to, from the tables that collecting wrote.
//!
//! [`Sweep`] is what all of them read: the design as it is told by the levels of the points, the numbers of each point as
//! `summary.csv` has them, and, where differences are wanted, the runs of `results.csv`, which share their luck: the same seed,
//! replicate and draw at two points differ by rules alone, so differences are taken run by run before they are averaged.

mod chart;
mod design;
mod estimate;
#[cfg(test)]
mod example;
mod folder;
mod grid;
mod heat_map;
mod names;
mod number_axis;
mod pareto;
mod read;
mod regression;
mod response;

mod shapley;
mod tornado;
mod wording;

pub(super) use heat_map::read as heat_map;
pub(super) use pareto::{of_programmes as programmes_pareto, of_sweep as pareto};
pub(super) use response::read as response;
pub(super) use shapley::read as shapley;
pub(super) use tornado::read as tornado;

use read::Sweep;
