//! A survey of one's own, measured: read and checked, counted by the indicators of the field, with errors by its design.
//!
//! `crate::measure` knows the indicators and nothing of files; here a survey becomes its columns, each indicator gets its standard
//! error from strata and sampling units, and all becomes a table.

pub mod asked;
mod columns;
mod decomposed;
pub mod design;
mod errors;
mod estimate;
mod over_time;
pub mod reading;
mod table;

pub use estimate::{Estimate, Measurement, measure};
pub use table::COLUMNS;
