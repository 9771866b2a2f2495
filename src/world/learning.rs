//! Schooling and health literacy of a person, in one byte.

/// The highest level of school that a person has completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Schooling {
    /// Less than primary school.
    #[default]
    None = 0,
    /// Primary school (six years).
    Primary = 1,
    /// Junior secondary school (nine years).
    Junior = 2,
    /// Senior secondary school (twelve years).
    Senior = 3,
    /// College (fifteen years or more).
    College = 4,
}

/// All levels, in order.
pub const ALL_SCHOOLING: [Schooling; 5] = [
    Schooling::None,
    Schooling::Primary,
    Schooling::Junior,
    Schooling::Senior,
    Schooling::College,
];

impl Schooling {
    /// The level of a number, 0 for none to 4 for college; more is college.
    pub fn of(level: u8) -> Schooling {
        ALL_SCHOOLING[usize::from(level).min(ALL_SCHOOLING.len() - 1)]
    }

    /// The level that so many completed `years` of school come to.
    ///
    /// ```
    /// # use kangcun::world::Schooling;
    /// assert_eq!([5.0, 6.0, 9.0, 14.0].map(Schooling::of_years), [
    ///     Schooling::None, Schooling::Primary, Schooling::Junior, Schooling::Senior,
    /// ]);
    /// ```
    pub fn of_years(years: f64) -> Schooling {
        Schooling::of([6.0, 9.0, 12.0, 15.0].iter().filter(|&&needed| years >= needed).count() as u8)
    }

    /// Health literacy where it follows from school: low below junior secondary, high from senior secondary on.
    pub fn literacy(self) -> u8 {
        [0, 0, 1, 2, 2][self as usize]
    }
}

/// Health literacy and schooling: two bits and three.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Learning(u8);

impl Learning {
    /// Somebody of `literacy` (0 low, 1 middle, 2 high) with this `schooling`.
    #[inline]
    pub fn new(literacy: u8, schooling: Schooling) -> Learning {
        Learning(literacy & 3 | (schooling as u8) << 2)
    }

    /// Health literacy: 0 low, 1 middle, 2 high.
    #[inline(always)]
    pub fn literacy(self) -> u8 {
        self.0 & 3
    }

    /// The level completed.
    #[inline]
    pub fn schooling(self) -> Schooling {
        Schooling::of(self.0 >> 2)
    }

    /// In five bits.
    #[inline(always)]
    pub fn bits(self) -> u8 {
        self.0
    }

    /// From [`bits`](Self::bits).
    #[inline(always)]
    pub fn of_bits(bits: u8) -> Learning {
        Learning(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fit_in_five_bits() {
        for literacy in 0..3 {
            for schooling in ALL_SCHOOLING {
                let both = Learning::new(literacy, schooling);
                assert_eq!((both.literacy(), both.schooling()), (literacy, schooling));
                assert!(both.bits() < 32);
                assert_eq!(Learning::of_bits(both.bits()), both);
            }
        }
    }
}
