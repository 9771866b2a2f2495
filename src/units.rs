//! The units of the model: money in whole fen, shares in parts per million, months on one calendar.
//!
//! Money never passes through a float inside the ledger: a bill is split by integer shares, so "every yuan has exactly
//! one payer" holds to the fen.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// An amount of money in fen (1/100 yuan). Amounts are nominal unless a name says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);
    /// More than any household or fund will ever hold; the "no ceiling" of a rule.
    pub const UNLIMITED: Fen = Fen(i64::MAX / 4);

    /// From yuan, rounded to the nearest fen; what is more than anybody will ever hold is [`Fen::UNLIMITED`].
    pub fn yuan(yuan: f64) -> Fen {
        let fen = yuan * 100.0;
        if fen < 1e15 { Fen::nearest(fen) } else { Fen::UNLIMITED }
    }

    /// From a number of fen below 2^51 in size, to the nearest whole one (halves to even); plain arithmetic without a
    /// check, so it stays in the loop.
    #[inline(always)]
    pub fn nearest(fen: f64) -> Fen {
        // A double of this size has no place for a fraction: what is added to it is rounded, and stands in its low bits.
        Fen((fen + SHIFT).to_bits() as i64 - SHIFT.to_bits() as i64)
    }

    /// In yuan, for tables and utilities; never fed back into a ledger.
    pub fn as_yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// What is left above `other`: `max(self - other, 0)`.
    ///
    /// ```
    /// # use kangcun::units::Fen;
    /// assert_eq!(Fen::yuan(700.0).less(Fen::yuan(200.0)), Fen::yuan(500.0));
    /// assert_eq!(Fen::yuan(100.0).less(Fen::yuan(200.0)), Fen::ZERO);
    /// ```
    #[must_use]
    pub fn less(self, other: Fen) -> Fen {
        Fen((self.0 - other.0).max(0))
    }

    /// `max(self, 0)`.
    #[must_use]
    pub fn or_zero(self) -> Fen {
        self.max(Fen::ZERO)
    }

    /// `min(self, most)`, where nobody can tell which it will be: without a branch.
    #[must_use]
    #[inline(always)]
    pub fn at_most(self, most: Fen) -> Fen {
        Fen(std::hint::select_unpredictable(self.0 < most.0, self.0, most.0))
    }

    /// Scales by a float that is known to be exact enough (prices, incomes); rounds to the nearest fen.
    #[must_use]
    pub fn scaled(self, by: f64) -> Fen {
        Fen::nearest(self.0 as f64 * by)
    }
}

/// A whole number of fen in a double, for arithmetic in wide registers: sums and differences are exact below 2^53 fen (90
/// trillion yuan).
pub type Lane = f64;

/// The nearest whole number (halves to even); plain arithmetic, exact below 2^51.
#[inline(always)]
pub fn whole(x: Lane) -> Lane {
    (x + SHIFT) - SHIFT
}

/// 1.5 x 2^52.
const SHIFT: f64 = 6_755_399_441_055_744.0;

impl Fen {
    /// As a lane.
    #[inline(always)]
    pub fn lane(self) -> Lane {
        self.0 as Lane
    }

    /// From a lane, which holds a whole number.
    #[inline(always)]
    pub fn of_lane(lane: Lane) -> Fen {
        Fen::nearest(lane)
    }
}

/// Money at rest, in four bytes: what a household owns or owes from one year to the next, from 0 to `u32::MAX` fen. Above 42.9
/// million yuan, which no household of the model comes near, it is full: a run that meets such a household ends with an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fen32(u32);

impl Fen32 {
    /// Nothing.
    pub const ZERO: Fen32 = Fen32(0);

    /// The amount, to reckon with.
    #[inline(always)]
    pub fn fen(self) -> Fen {
        Fen(i64::from(self.0))
    }

    /// The amount as a lane.
    #[inline(always)]
    pub fn lane(self) -> Lane {
        Lane::from(self.0)
    }

    /// Whether the amount may be more than could be noted.
    #[inline(always)]
    pub fn is_full(self) -> bool {
        self.0 == u32::MAX
    }
}

impl From<Fen> for Fen32 {
    #[inline(always)]
    fn from(fen: Fen) -> Fen32 {
        debug_assert!(fen.0 >= 0, "what is owned or owed is not negative");
        Fen32(fen.0.clamp(0, i64::from(u32::MAX)) as u32)
    }
}

impl Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}
impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}
impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}
impl AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        self.0 += other.0;
    }
}
impl SubAssign for Fen {
    fn sub_assign(&mut self, other: Fen) {
        self.0 -= other.0;
    }
}
impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        Fen(amounts.map(|amount| amount.0).sum())
    }
}
impl Mul<i64> for Fen {
    type Output = Fen;
    fn mul(self, times: i64) -> Fen {
        Fen(self.0 * times)
    }
}

/// A share in parts per million. Sharing money rounds half up; who keeps the remainder is the caller's to say
/// (for an insurance layer: the household).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ppm(pub u32);

impl Ppm {
    /// Everything.
    pub const ONE: Ppm = Ppm(1_000_000);

    /// From a share between 0 and 1; values outside are clamped (scenario files are checked at load).
    pub fn share(share: f64) -> Ppm {
        Ppm((share.clamp(0.0, 1.0) * 1e6).round() as u32)
    }

    /// As a float between 0 and 1.
    pub fn as_share(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl Mul<Ppm> for Fen {
    type Output = Fen;
    /// ```
    /// # use kangcun::units::{Fen, Ppm};
    /// assert_eq!(Fen::yuan(1000.0) * Ppm::share(0.75), Fen::yuan(750.0));
    /// ```
    #[inline]
    fn mul(self, share: Ppm) -> Fen {
        let millionths = self.0.checked_mul(i64::from(share.0));
        let Some(millionths) = millionths.and_then(|product| product.checked_add(500_000)) else {
            return shared_widely(self, share);
        };
        // Money that is shared is not negative; the rare loss is rounded the same way.
        Fen(if millionths >= 0 {
            (millionths as u64 / 1_000_000) as i64
        } else {
            millionths.div_euclid(1_000_000)
        })
    }
}

/// A part of an amount above 92,000 million yuan, which only the account of a large province holds.
#[cold]
fn shared_widely(amount: Fen, share: Ppm) -> Fen {
    let millionths = i128::from(amount.0) * i128::from(share.0) + 500_000;
    Fen(millionths.div_euclid(1_000_000) as i64)
}

/// A calendar month, counted from January of year 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

impl Month {
    /// Month `month` (1 to 12) of `year`.
    pub fn of(year: i32, month: i32) -> Month {
        Month(year * 12 + month - 1)
    }

    /// The year this month lies in.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 0 for January.
    pub fn index(self) -> usize {
        self.0.rem_euclid(12) as usize
    }

    /// Reads `2022-01`; `None` when it is not a month.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (year.parse::<i32>().ok()?, month.parse::<i32>().ok()?);
        ((1900..=2200).contains(&year) && (1..=12).contains(&month)).then(|| Month::of(year, month))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.index() + 1)
    }
}

/// A month at rest, in two bytes; later than the year 2730 it is that year's December.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month16(i16);

impl Month16 {
    /// The month, to reckon with.
    #[inline(always)]
    pub fn month(self) -> Month {
        Month(i32::from(self.0))
    }

    /// Months from this one to a `later` one.
    #[inline(always)]
    pub fn until(self, later: Month16) -> i16 {
        later.0.wrapping_sub(self.0)
    }
}

impl From<Month> for Month16 {
    #[inline(always)]
    fn from(month: Month) -> Month16 {
        Month16(month.0.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16)
    }
}

impl Add<i32> for Month {
    type Output = Month;
    fn add(self, months: i32) -> Month {
        Month(self.0 + months)
    }
}

/// An identity as people read and write it: sixteen hexadecimal digits. (Programs for statistics hold numbers of this size
/// inexactly.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub u64);

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl std::str::FromStr for Identity {
    type Err = String;

    fn from_str(text: &str) -> Result<Identity, String> {
        let digits = text.len() == 16 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number
            .map(Identity)
            .ok_or_else(|| "an identity has sixteen hexadecimal digits, such as 003f7e1df96eeeca".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_as_it_is_written() {
        for number in [0, 1, 0x003f_7e1d_f96e_eeca, u64::MAX] {
            assert_eq!(Identity(number).to_string().parse(), Ok(Identity(number)));
        }
        for text in ["1", "", "7419910431088374968", "003f7e1df96eeecg", "+03f7e1df96eeeca"] {
            assert!(text.parse::<Identity>().is_err(), "{text}");
        }
    }

    #[test]
    fn sharing_rounds_half_up_and_never_exceeds_the_whole() {
        assert_eq!(Fen(1) * Ppm::share(0.5), Fen(1));
        assert_eq!(Fen(3) * Ppm::share(0.5), Fen(2));
        for fen in 0..2000 {
            assert!(Fen(fen) * Ppm::share(0.999) <= Fen(fen));
        }
    }

    #[test]
    fn the_account_of_a_large_province_is_shared_to_the_fen() {
        // 10^15 fen and 10^15 + 3: their products with 10^6 do not fit 64 bits.
        let (large, half) = (1_000_000_000_000_000, Ppm::share(0.5));
        assert_eq!(Fen(large) * half, Fen(large / 2));
        assert_eq!(Fen(large + 3) * half, Fen(large / 2 + 2));
        assert_eq!(Fen(-large) * Ppm::ONE, Fen(-large));
        assert_eq!(Fen(i64::MAX / 4) * Ppm::ONE, Fen::UNLIMITED);
    }

    #[test]
    fn money_and_months_at_rest_are_the_same_money_and_months() {
        for fen in [0, 1, 12_345_678, i64::from(u32::MAX)].map(Fen) {
            assert_eq!((Fen32::from(fen).fen(), Fen32::from(fen).lane()), (fen, fen.lane()));
        }
        assert!(Fen32::from(Fen::UNLIMITED).is_full() && !Fen32::from(Fen(i64::from(u32::MAX) - 1)).is_full());
        for month in [Month::of(1919, 1), Month::of(2020, 12), Month(0)] {
            assert_eq!(Month16::from(month).month(), month);
        }
        assert_eq!(Month16::from(Month(i32::MAX)).month().year(), 2730);
    }

    #[test]
    fn months_read_and_print() {
        let month = Month::parse("2023-02").unwrap();
        assert_eq!((month.year(), month.index()), (2023, 1));
        assert_eq!(month.to_string(), "2023-02");
        assert_eq!((month + 11).to_string(), "2024-01");
        assert_eq!(Month::parse("2023-13"), None);
    }
}
