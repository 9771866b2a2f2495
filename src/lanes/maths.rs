//! Single-precision functions without branches, from + - * / and square root only, for loops over many numbers.
//!
//! The approximations are minimax fits of our own, their coefficients rounded to f32. Each error bound below is measured
//! against f64 over a dense grid by the tests and holds on every level, because every level computes the same bits.

use std::f32::consts::{LN_2, LOG2_E};

/// 1.5 * 2^23: adding it to a float of magnitude below 2^22 rounds that to a whole number, which then sits in the low bits.
const ROUNDER: f32 = 12_582_912.0;

/// The smaller of two numbers (`second` when either is not a number): one instruction, unlike `f32::min`.
#[inline(always)]
pub fn least(first: f32, second: f32) -> f32 {
    if first < second { first } else { second }
}

/// The larger of two numbers (`second` when either is not a number): one instruction, unlike `f32::max`.
#[inline(always)]
pub fn greatest(first: f32, second: f32) -> f32 {
    if first > second { first } else { second }
}

/// The nearest whole number, halves to even; for magnitudes below 2^22 (about 4.19 million).
#[inline(always)]
pub fn nearest(x: f32) -> i32 {
    (x + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits()) as i32
}

/// The largest whole number not above `x`; for magnitudes below 2^22.
#[inline(always)]
pub fn floor(x: f32) -> i32 {
    let rounded = x + ROUNDER;
    nearest(x) - i32::from(rounded - ROUNDER > x)
}

/// Exponential function; relative error below 2e-7 in [-87, 88], arguments outside count as the nearer end.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = least(greatest(x, -87.0), 88.0);
    // x = whole * ln 2 + rest. The upper part of ln 2 has so few bits that its product with `whole` is exact.
    let rounded = x * LOG2_E + ROUNDER;
    let whole = rounded - ROUNDER;
    let rest = (x - whole * 0.693_359_4) + whole * 2.121_944_4e-4;
    let series = 0.499_992_3 + rest * (0.166_671_14 + rest * (0.041_890_148 + rest * 0.008_312_521));
    let power = 1.0 + (rest + rest * rest * series);
    // Times 2^whole: add `whole`, the low bits of `rounded`, to the exponent.
    f32::from_bits(power.to_bits().wrapping_add(rounded.to_bits() << 23))
}

/// Natural logarithm of a positive, normal number; relative error below 2e-7 (also near 1, where the value vanishes).
/// Zero and subnormal numbers give some number below -87.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    // x = 2^exponent * mantissa, mantissa in [sqrt(1/2), sqrt(2)): count exponents from sqrt(1/2) on.
    let bits = x.to_bits();
    let exponent = (bits.wrapping_sub(0x3f35_04f3) as i32) >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub((exponent << 23) as u32));
    // ln mantissa = 2 atanh s, an odd function of s.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let tail = z * (0.666_667_76 + z * (0.399_775_42 + z * 0.298_717_3));
    exponent as f32 * LN_2 + (2.0 * s + s * tail)
}

/// The logistic function 1 / (1 + exp(-x)); relative error below 4e-7.
#[inline(always)]
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The standard Gumbel quantile -ln(-ln u) for `u` in (0, 1); absolute error below 1e-6 for `u` from `bits::uniform`.
///
/// One such noise added to the utility of each option makes the best option a logit choice.
#[inline(always)]
pub fn gumbel(u: f32) -> f32 {
    -ln(-ln(u))
}

/// The standard normal quantile for `u` in (0, 1); absolute error below 1.5e-6 for `u` from `bits::uniform`, and exactly odd
/// about 1/2.
///
/// One uniform number makes one normal, which grows with it, so worlds that share luck stay coupled.
#[inline(always)]
pub fn normal(u: f32) -> f32 {
    normal_at(u, normal_depth(u))
}

/// The first half of [`normal`]: -ln(1 - t^2) with t = 2u - 1. Long loops run faster in two halves, as the constants of
/// one half fit the registers.
#[inline(always)]
pub fn normal_depth(u: f32) -> f32 {
    -ln((u + u) * ((1.0 - u) + (1.0 - u)))
}

/// The second half of [`normal`]: the quantile is t times a smooth function of the depth.
#[inline(always)]
pub fn normal_at(u: f32, depth: f32) -> f32 {
    let w = depth;
    let top = 1.253_318_8
        + w * (0.520_154_6 + w * (0.109_797_68 + w * (0.015_116_28 + w * (0.001_364_391 + w * 1.182_747_7e-5))));
    let bottom = 1.0 + w * (0.153_257_31 + w * (0.034_366_74 + w * (0.003_794_795_2 + w * 0.000_141_881_76)));
    ((u + u) - 1.0) * (top / bottom)
}

/// Two independent standard normals from two uniforms in (0, 1) by Box and Muller's method; absolute error below 1e-6.
///
/// Cheaper than two [`normal`]s, but both change when either uniform does: where coupled luck matters, take [`normal`].
#[inline(always)]
pub fn box_muller(u: f32, turn: f32) -> (f32, f32) {
    let radius = (-2.0 * ln(u)).sqrt();
    // The angle is `quarters` right angles and a rest of at most half a right angle to either side.
    let quarters = nearest(turn * 4.0);
    let rest = (turn * 4.0 - quarters as f32) * std::f32::consts::FRAC_PI_2;
    let z = rest * rest;
    let sine = rest + rest * z * (-0.166_666_55 + z * (0.008_332_16 + z * -0.000_195_152_95));
    let cosine = 1.0 + z * (-0.5 + z * (0.041_666_646 + z * (-0.001_388_731_6 + z * 2.443_315_7e-5)));
    let (x, y) = if quarters & 1 == 0 {
        (cosine, sine)
    } else {
        (sine, cosine)
    };
    // Signs by quarter: + + - - for sine's axis, + - - + for cosine's.
    let flip = |value: f32, sign: i32| f32::from_bits(value.to_bits() ^ ((sign as u32 & 2) << 30));
    (radius * flip(x, quarters + 1), radius * flip(y, quarters))
}
