//! Many numbers at once: run-time choice of the vector width, and batch arithmetic that any width computes alike.
//!
//! A [`Kernel`] is made of plain loops over slices of equal length. [`Level::run`] compiles it once for each level, where
//! the compiler turns the loops into vector instructions of that level. The bytes are the same on every
//! level, because the loops use only operations that IEEE 754 rounds exactly (+, -, *, / and square root, integer
//! arithmetic, comparisons and choices), never a fused multiply-add, a call into `std` or `libm`, or a float sum across
//! elements.
//!
//! To keep a loop vectorisable:
//!
//! - cut all slices to one length first, or walk them with `zip`: no bounds checks inside;
//! - keep to numbers of one width, as the widest sets how many fit: hash in one loop ([`bits::hash_halves`]), compute in
//!   f32 in the next;
//! - split a long formula over two loops where its constants outnumber the sixteen registers;
//! - look tables up in a loop of their own;
//! - write `if a > b { a } else { b }` or [`maths::greatest`] for a maximum, and convert a float to a whole number with
//!   [`maths::nearest`] rather than `as`, which saturates.
//!
//! Where the numbers come eight by eight with much to decide between them, a loop is too short for the compiler: such code
//! is written in rows ([`eight`]), as a [`RowKernel`].

pub mod bits;
pub mod eight;
mod level;
pub mod maths;
mod select;

pub use level::{Kernel, Level, RowKernel};
pub use select::{ROOM, select, select_rare, set_bits};

#[cfg(test)]
mod tests;
