//! Sweeps: many worlds said once in a file, lived by any number of processes, and gathered into one table.
//!
//! A run is one replicate of one scenario under one seed. Its key is a hash of all that determines it, so a run is the
//! same run wherever, whenever and beside whatever others it is lived. Here stands what a sweep is; what a folder keeps of it
//! is the business of [`crate::ledger`].

pub mod design;
pub mod live;
pub mod outputs;
pub mod plan;
