//! Eight numbers as one: a row of one number per option, added, scaled and compared in one step.
//!
//! Loops over many numbers need nothing of this, the compiler makes them as wide as the level. A loop over eight numbers it
//! unrolls first, and then puts the pieces together at widths that do not fit each other. Code for single rows is therefore
//! written for any [`Lanes`]; [`Level::rows`](super::Level::rows) picks them. Every implementation computes the same bytes.

#[cfg(target_arch = "x86_64")]
mod avx2;

use super::maths;
use std::ops::{Add, Mul, Sub};

/// How many numbers a row has.
pub const EIGHT: usize = 8;

/// Makes rows.
pub trait Lanes: Copy {
    /// A row in registers.
    type Eight: Eight;
    /// The row of these numbers.
    fn of(self, numbers: &[f32; EIGHT]) -> Self::Eight;
    /// The same number in each place.
    fn all(self, number: f32) -> Self::Eight;
    /// The eight unsigned 16-bit quarters of two words, lowest first.
    fn quarters(self, first: u64, second: u64) -> Self::Eight;
}

/// Eight numbers.
pub trait Eight: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    /// The numbers.
    fn numbers(self) -> [f32; EIGHT];
    /// The smaller of each two, as [`maths::least`].
    #[must_use]
    fn least(self, second: Self) -> Self;
    /// The larger of each two, as [`maths::greatest`].
    #[must_use]
    fn greatest(self, second: Self) -> Self;
    /// Square roots.
    #[must_use]
    fn sqrt(self) -> Self;
    /// `yes` where the number is at most `limit`, else `no`.
    #[must_use]
    fn choose_at_most(self, limit: Self, yes: Self, no: Self) -> Self;
    /// The place of the highest number; ties (to a few parts in ten million) go to the earlier.
    fn highest(self) -> usize;
}

/// The lanes of every machine.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

/// Eight numbers on any machine.
#[derive(Clone, Copy, Debug)]
pub struct Plain([f32; EIGHT]);

impl Lanes for Portable {
    type Eight = Plain;

    #[inline(always)]
    fn of(self, numbers: &[f32; EIGHT]) -> Plain {
        Plain(*numbers)
    }

    #[inline(always)]
    fn all(self, number: f32) -> Plain {
        Plain([number; EIGHT])
    }

    #[inline(always)]
    fn quarters(self, first: u64, second: u64) -> Plain {
        let mut numbers = [0.0; EIGHT];
        for (at, number) in numbers.iter_mut().enumerate() {
            let bits = if at < 4 { first } else { second };
            *number = ((bits >> (16 * (at % 4))) & 0xffff) as i32 as f32;
        }
        Plain(numbers)
    }
}

impl Plain {
    #[inline(always)]
    fn zip(self, other: Plain, of: impl Fn(f32, f32) -> f32) -> Plain {
        let mut numbers = self.0;
        for (number, other) in numbers.iter_mut().zip(other.0) {
            *number = of(*number, other);
        }
        Plain(numbers)
    }
}

impl Add for Plain {
    type Output = Plain;
    #[inline(always)]
    fn add(self, other: Plain) -> Plain {
        self.zip(other, |one, other| one + other)
    }
}

impl Sub for Plain {
    type Output = Plain;
    #[inline(always)]
    fn sub(self, other: Plain) -> Plain {
        self.zip(other, |one, other| one - other)
    }
}

impl Mul for Plain {
    type Output = Plain;
    #[inline(always)]
    fn mul(self, other: Plain) -> Plain {
        self.zip(other, |one, other| one * other)
    }
}

impl Eight for Plain {
    #[inline(always)]
    fn numbers(self) -> [f32; EIGHT] {
        self.0
    }

    #[inline(always)]
    fn least(self, second: Plain) -> Plain {
        self.zip(second, maths::least)
    }

    #[inline(always)]
    fn greatest(self, second: Plain) -> Plain {
        self.zip(second, maths::greatest)
    }

    #[inline(always)]
    fn sqrt(self) -> Plain {
        Plain(self.0.map(f32::sqrt))
    }

    #[inline(always)]
    fn choose_at_most(self, limit: Plain, yes: Plain, no: Plain) -> Plain {
        let mut numbers = [0.0; EIGHT];
        for at in 0..EIGHT {
            numbers[at] = if self.0[at] <= limit.0[at] { yes.0[at] } else { no.0[at] };
        }
        Plain(numbers)
    }

    #[inline(always)]
    fn highest(self) -> usize {
        // A float's bits, read as an integer, keep its order (mirrored below zero); their last three give way to the
        // place, so that one maximum finds both.
        let mut keys = [0i32; EIGHT];
        for at in 0..EIGHT {
            let bits = self.0[at].to_bits() as i32;
            let ordered = bits ^ ((bits >> 31) & i32::MAX);
            keys[at] = (ordered & !LAST) | FROM_LAST[at];
        }
        let most = |a: i32, b: i32| if a > b { a } else { b };
        let mut half = [0i32; EIGHT / 2];
        for at in 0..EIGHT / 2 {
            half[at] = most(keys[at], keys[at + EIGHT / 2]);
        }
        let top = most(most(half[0], half[1]), most(half[2], half[3]));
        (LAST - (top & LAST)) as usize
    }
}

/// The last place, and the bits that hold a place.
const LAST: i32 = 7;
/// The places counted from the last.
const FROM_LAST: [i32; EIGHT] = [7, 6, 5, 4, 3, 2, 1, 0];
