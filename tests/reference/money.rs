//! Whole fen, and the two ways in which a share of an amount is rounded.

/// What a rule means by "no ceiling": more than anybody will ever hold.
pub const WITHOUT_LIMIT: f64 = 1e18;

/// The nearest fen; halves go to the even one.
pub fn fen(amount: f64) -> i64 {
    amount.round_ties_even() as i64
}

/// An amount of a rule, in fen.
pub fn yuan(yuan: f64) -> i64 {
    fen((yuan * 100.0).min(WITHOUT_LIMIT))
}

/// A share of an amount, to the nearest fen.
pub fn part(amount: i64, share: f64) -> i64 {
    fen(amount as f64 * share)
}

/// What is left of `amount` above `of`.
pub fn above(amount: i64, of: i64) -> i64 {
    (amount - of).max(0)
}

/// A share of insurance, in parts per million.
pub fn millionths(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * 1e6).round() as i64
}

/// The insured part of an amount: halves go up, and the household keeps what is left.
pub fn insured(amount: i64, millionths: i64) -> i64 {
    (amount * millionths + 500_000).div_euclid(1_000_000)
}

/// Something that grows by the same rate every year.
pub fn grown(rate: f64, years: i32) -> f64 {
    (1.0 + rate).powi(years)
}
