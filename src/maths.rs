//! The few transcendental functions of the model, from add, multiply, divide and square root only.
//!
//! No `libm`, no fused multiply-add: the same bytes on every x86-64 and any other IEEE machine.

/// Natural logarithm of a positive, normal number; absolute error below 3e-7 relative to max(1, |ln x|) in f32 range.
///
/// Splits `x` into exponent and a mantissa in [sqrt(1/2), sqrt(2)), then the odd series of atanh to s^9.
#[inline]
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) as i64 - 1023) as f64;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let series = 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z / 11.0)))));
    exponent * std::f64::consts::LN_2 + series
}

/// Exponential function for arguments in [-700, 700]; relative error below 2e-10.
#[inline]
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let k = (x * std::f64::consts::LOG2_E + if x < 0.0 { -0.5 } else { 0.5 }) as i64;
    let r = x - k as f64 * std::f64::consts::LN_2;
    let series = 1.0
        + r * (1.0
            + r * (0.5
                + r * (1.0 / 6.0
                    + r * (1.0 / 24.0
                        + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0 + r * (1.0 / 40_320.0))))))));
    series * f64::from_bits(((k + 1023) as u64) << 52)
}

/// `x` to the power `y`, for positive `x`.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// The standard normal quantile, by the rational approximation of Acklam (2003); relative error below 1.2e-9.
#[inline]
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < 0.02425 {
        tail((-2.0 * ln(p)).sqrt())
    } else if p > 1.0 - 0.02425 {
        -tail((-2.0 * ln(1.0 - p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

/// The standard normal distribution function (Abramowitz and Stegun 26.2.17; absolute error below 7.5e-8).
pub fn normal_cdf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let density = 0.398_942_280_401_432_7 * exp(-x * x / 2.0);
    let upper = density
        * t
        * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    if x >= 0.0 { 1.0 - upper } else { upper }
}

/// The probability of at least one event in a month when the yearly hazard is `per_year`: 1 - exp(-h/12).
pub fn monthly_probability(per_year: f64) -> f64 {
    1.0 - exp(-per_year / 12.0)
}

/// The standard Gumbel quantile, -ln(-ln u): one such noise per option turns utilities into a logit choice.
#[inline]
pub fn gumbel(u: f64) -> f64 {
    -ln(-ln(u))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agree_with_the_standard_library() {
        for i in 1..4000 {
            let x = f64::from(i) * 0.013;
            assert!((ln(x) - x.ln()).abs() < 2e-8, "ln {x}");
            let y = x - 26.0;
            assert!((exp(y) / y.exp() - 1.0).abs() < 2e-9, "exp {y}");
        }
        for i in 1..1000 {
            let p = f64::from(i) / 1000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-6);
        }
    }

    #[test]
    fn a_yearly_hazard_compounds_over_twelve_months() {
        let p = monthly_probability(0.3);
        assert!((1.0 - (1.0 - p).powi(12) - (1.0 - (-0.3f64).exp())).abs() < 1e-9);
    }
}
