//! x

pub mod asked;
pub mod design;
pub mod estimate;
pub mod reading;
