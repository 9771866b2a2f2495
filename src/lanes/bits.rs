//! Keyed luck over slices: hashes, and the numbers made of their bits.

use crate::draws::mix;

/// The 64 random bits of each of `who` under one key (see `draws::Stream::key`): `into[i] = mix(who[i] ^ key)`.
#[inline(always)]
pub fn hash(who: &[u64], key: u64, into: &mut [u64]) {
    debug_assert_eq!(who.len(), into.len());
    for (bits, who) in into.iter_mut().zip(who) {
        *bits = mix(who ^ key);
    }
}

/// As [`hash`], the halves apart, for loops over 32-bit numbers: `low[i]` and `high[i]` of `mix(who[i] ^ key)`.
#[inline(always)]
pub fn hash_halves(who: &[u64], key: u64, low: &mut [u32], high: &mut [u32]) {
    debug_assert!(who.len() == low.len() && who.len() == high.len());
    for ((one, other), who) in low.iter_mut().zip(high).zip(who) {
        let bits = mix(who ^ key);
        (*one, *other) = (bits as u32, (bits >> 32) as u32);
    }
}

/// The lower half of a hash.
#[inline(always)]
pub fn low(bits: u64) -> u32 {
    bits as u32
}

/// The upper half of a hash, independent of the lower.
#[inline(always)]
pub fn high(bits: u64) -> u32 {
    (bits >> 32) as u32
}

/// The top 23 of 32 bits as a number in (0, 1): the centres of 2^23 equal steps, so never 0, never 1, and symmetric.
#[inline(always)]
pub fn uniform(bits: u32) -> f32 {
    // A float in [1, 2) whose mantissa is the random bits, less 1 but for half a step; both steps are exact.
    f32::from_bits(bits >> 9 | 0x3f80_0000) - (1.0 - 1.0 / 16_777_216.0)
}

/// A probability as the threshold below which 32 random bits mean yes.
#[inline(always)]
pub fn threshold(probability: f64) -> u32 {
    (probability * 4_294_967_296.0) as u32
}

/// The top bit of each 16-bit quarter of a word.
const TOPS: u64 = 0x8000_8000_8000_8000;
/// The lowest bit of each 16-bit quarter of a word.
const ONES: u64 = 0x0001_0001_0001_0001;

/// One probability, made ready for [`four_coins`]. `threshold` is the probability in units of 2^-32 (see [`threshold`]),
/// `dither` any 16 random bits of the same person and year in the low end (the rest is ignored).
///
/// A coin has only 15 bits, so the probability is rounded up or down to a multiple of 2^-15 by the dither: over all dithers
/// each coin has exactly the wanted probability (to 2^-31), which costs no more than plain rounding.
#[inline(always)]
pub fn odds(threshold: u32, dither: u32) -> u64 {
    let steps = u64::from(((threshold >> 1) + (dither & 0xffff)) >> 16);
    let pair = steps | steps << 16;
    (pair | pair << 32) + (TOPS - ONES)
}

/// Four coins from one hash: the top bit of quarter q of the result says whether coin q fell; all other bits are 0.
#[inline(always)]
pub fn four_coins(bits: u64, odds: u64) -> u64 {
    // In each quarter: steps + 0x7fff - (15 random bits) reaches 0x8000 exactly when the random number is below steps.
    // No quarter borrows from the next, as the difference is never negative.
    (odds - (bits & !TOPS)) & TOPS
}

/// Three times [`four_coins`] as twelve low bits in a row: coin q of `first`, `second` and `third` at 3q, 3q + 1, 3q + 2.
#[inline(always)]
pub fn twelve(first: u64, second: u64, third: u64) -> u16 {
    // Three bits at the foot of each quarter, then the quarters pushed together.
    let spread = first >> 15 | second >> 14 | third >> 13;
    (spread | spread >> 13 | spread >> 26 | spread >> 39) as u16 & 0xfff
}
