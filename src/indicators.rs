//! Indicators look and never touch: they take what was counted and give numbers with numerator, denominator and weight.

pub mod events;
pub mod list;
pub mod result;
pub mod table;
pub mod tally;
