//! kangcun: a parallel agent-based microsimulation of rural health policy.

pub mod draws;
pub mod maths;
pub mod units;
pub mod world;
