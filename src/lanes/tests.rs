//! The errors that the doc comments promise, golden values, and the same bytes on every level.

use super::bits::{self, uniform};
use super::eight::{Eight, Lanes};
use super::{Kernel, Level, ROOM, RowKernel, maths, select, select_rare, set_bits};
use crate::draws::{Luck, Purpose, mix};

/// The largest relative and absolute error of `ours` against `exact` over `arguments`.
fn errors(arguments: impl Iterator<Item = f32>, ours: fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> (f64, f64) {
    arguments.fold((0.0f64, 0.0f64), |(relative, absolute), x| {
        let right = exact(f64::from(x));
        let error = (f64::from(ours(x)) - right).abs();
        (relative.max(error / right.abs().max(1e-300)), absolute.max(error))
    })
}

/// Every seventh number that [`uniform`] can make, and both ends.
fn uniforms() -> impl Iterator<Item = f32> {
    (0..1u32 << 23)
        .step_by(7)
        .chain([1, 2, 3, (1 << 23) - 3, (1 << 23) - 2, (1 << 23) - 1])
        .map(|step| uniform(step << 9))
}

#[test]
fn exponential_and_logarithm_keep_their_promised_errors() {
    let grid = (-870_000..880_000).map(|step| step as f32 * 1e-4);
    let (relative, _) = errors(grid, maths::exp, f64::exp);
    assert!(relative < 2e-7, "exp: {relative:e}");
    assert_eq!(maths::exp(0.0), 1.0);
    assert_eq!(maths::exp(-1e9), maths::exp(-87.0));
    assert_eq!(maths::exp(1e9), maths::exp(88.0));

    let wide = (0..2_000_000u32).map(|step| f32::from_bits(0x0080_0000 + step * 1060));
    let (relative, _) = errors(wide, maths::ln, f64::ln);
    assert!(relative < 2e-7, "ln: {relative:e}");
    let (relative, _) = errors(uniforms(), maths::ln, f64::ln);
    assert!(relative < 2e-7, "ln below 1: {relative:e}");
    assert_eq!(maths::ln(1.0), 0.0);
    assert!(maths::ln(0.0) < -87.0);

    let grid = (-8_000..8_000).map(|step| step as f32 * 1e-2);
    let (relative, _) = errors(grid, maths::logistic, |x| 1.0 / (1.0 + (-x).exp()));
    assert!(relative < 4e-7, "logistic: {relative:e}");
}

#[test]
fn noises_keep_their_promised_errors() {
    let (_, absolute) = errors(uniforms(), maths::gumbel, |u| -(-u.ln()).ln());
    assert!(absolute < 1e-6, "gumbel: {absolute:e}");
    let (_, absolute) = errors(uniforms(), maths::normal, exact_normal);
    assert!(absolute < 1.5e-6, "normal: {absolute:e}");
    for u in uniforms().take(1000) {
        assert_eq!(maths::normal(1.0 - u), -maths::normal(u));
    }
}

/// The normal quantile in f64.
fn exact_normal(p: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF, Normal};
    Normal::standard().inverse_cdf(p)
}

#[test]
fn box_muller_is_the_textbook_pair() {
    let mut worst = 0.0f64;
    for step in 0..200_000u64 {
        let bits = mix(step);
        let (u, turn) = (uniform(bits::low(bits)), uniform(bits::high(bits)));
        let (x, y) = maths::box_muller(u, turn);
        let radius = (-2.0 * f64::from(u).ln()).sqrt();
        let (sine, cosine) = (f64::from(turn) * std::f64::consts::TAU).sin_cos();
        worst = worst.max((f64::from(x) - radius * cosine).abs());
        worst = worst.max((f64::from(y) - radius * sine).abs());
    }
    assert!(worst < 1e-6, "{worst:e}");
}

#[test]
fn whole_numbers_round_like_the_standard_library() {
    for step in -40_000..40_000 {
        let x = step as f32 * 0.125;
        assert_eq!(maths::nearest(x), x.round_ties_even() as i32, "{x}");
        assert_eq!(maths::floor(x), x.floor() as i32, "{x}");
    }
    assert_eq!((maths::least(1.0, 2.0), maths::greatest(1.0, 2.0)), (1.0, 2.0));
}

#[test]
fn uniforms_are_open_symmetric_and_evenly_spread() {
    assert_eq!(uniform(0), 0.5 / 8_388_608.0);
    assert_eq!(uniform(u32::MAX), 1.0 - uniform(0));
    assert_eq!(uniform(1 << 31), 0.5 + uniform(0));
    let mean = uniforms().map(f64::from).sum::<f64>() / uniforms().count() as f64;
    assert!((mean - 0.5).abs() < 1e-6, "{mean}");
}

#[test]
fn slices_hash_as_streams_do() {
    let stream = Luck::new(3, 1).stream(Purpose::Illness, 24_000);
    let who: Vec<u64> = (0..100).map(mix).collect();
    let mut all = vec![0; 100];
    bits::hash(&who, stream.key(2), &mut all);
    let (mut low, mut high) = (vec![0; 100], vec![0; 100]);
    bits::hash_halves(&who, stream.key(2), &mut low, &mut high);
    for (index, who) in who.iter().enumerate() {
        assert_eq!(all[index], stream.bits(*who, 2));
        assert_eq!(
            (low[index], high[index]),
            (bits::low(all[index]), bits::high(all[index]))
        );
    }
}

#[test]
fn four_coins_fall_as_often_as_they_should_and_independently() {
    for probability in [0.0, 1e-5, 0.0763, 0.5, 0.999] {
        let threshold = bits::threshold(probability);
        let words = 400_000u64;
        let (mut falls, mut pairs) = (0u32, 0u32);
        for word in 1..=words {
            let coins = bits::four_coins(mix(word), bits::odds(threshold, mix(!word) as u32));
            assert_eq!(coins & 0x7fff_7fff_7fff_7fff, 0);
            falls += coins.count_ones();
            pairs += (coins & coins << 16).count_ones();
        }
        let near = |count: u32, tosses: f64, p: f64| {
            let error = f64::from(count) - tosses * p;
            error.abs() <= 4.5 * (tosses * p * (1.0 - p)).sqrt()
        };
        assert!(near(falls, 4.0 * words as f64, probability), "{probability}: {falls}");
        assert!(
            near(pairs, 3.0 * words as f64, probability * probability),
            "{probability}: {pairs} pairs"
        );
    }
}

#[test]
fn selection_finds_exactly_the_flagged() {
    for (length, odds) in [(0, 2), (7, 2), (64, 1), (129, 3), (1000, 40), (1000, 5000)] {
        let flags: Vec<bool> = (0..length).map(|i| mix(i ^ 0x55).is_multiple_of(odds)).collect();
        let right: Vec<u32> = (0..length as u32).filter(|&i| flags[i as usize]).collect();
        let (mut found, mut rare) = (vec![0; flags.len()], vec![0; flags.len()]);
        let count = select(&flags, &mut found);
        assert_eq!(found[..count], right);
        let count = select_rare(&flags, &mut rare);
        assert_eq!(rare[..count], right);
    }
}

#[test]
fn set_bits_are_found_in_every_word() {
    let words = [0, 1, u64::MAX, 1 << 63, 0x8421_0000_1248_8421, 0x7f, 0x3f, 0];
    let right: Vec<u32> = (0..words.len() as u32 * 64)
        .filter(|place| words[*place as usize / 64] >> (place % 64) & 1 == 1)
        .collect();
    let mut found = vec![0; right.len() + ROOM];
    let count = set_bits(words.into_iter(), &mut found);
    assert_eq!(found[..count], right);
}

#[test]
fn twelve_coins_lie_in_a_row() {
    // Coin q of word n is bit 3 q + n.
    for place in 0..12 {
        let mut words = [0; 3];
        words[place % 3] = 1u64 << (16 * (place / 3) + 15);
        assert_eq!(bits::twelve(words[0], words[1], words[2]), 1 << place);
    }
}

/// Every function over a thousand keyed arguments, as bits.
#[inline(always)]
fn everything(who: &[u64]) -> Vec<u32> {
    let mut hashes = vec![0; who.len()];
    bits::hash(who, 0x1234_5678_9abc_def0, &mut hashes);
    let u: Vec<f32> = hashes.iter().map(|&bits| uniform(bits::low(bits))).collect();
    let other: Vec<f32> = hashes.iter().map(|&bits| uniform(bits::high(bits))).collect();
    let coins = hashes
        .iter()
        .map(|&bits| bits::four_coins(bits, bits::odds(bits as u32, (bits >> 40) as u32)));
    let mut all: Vec<u32> = coins.flat_map(|coins| [coins as u32, (coins >> 32) as u32]).collect();
    let mut put = |values: &mut dyn Iterator<Item = f32>| all.extend(values.map(f32::to_bits));
    put(&mut u.iter().map(|&u| maths::exp(40.0 * u - 20.0)));
    put(&mut u.iter().map(|&u| maths::ln(u)));
    put(&mut u.iter().map(|&u| maths::logistic(20.0 * u - 10.0)));
    put(&mut u.iter().map(|&u| maths::gumbel(u)));
    put(&mut u.iter().map(|&u| maths::normal(u)));
    put(&mut u.iter().zip(&other).map(|(&u, &turn)| {
        let (x, y) = maths::box_muller(u, turn);
        x + 2.0 * y
    }));
    put(&mut u.iter().map(|&u| maths::floor(1000.0 * u - 500.0) as f32));
    let flags: Vec<bool> = u.iter().map(|&u| u < 0.3).collect();
    let mut found = vec![0; flags.len()];
    let count = select(&flags, &mut found);
    all.extend_from_slice(&found[..count]);
    all
}

struct Everything<'a>(&'a [u64]);

impl Kernel for Everything<'_> {
    type Output = Vec<u32>;
    #[inline(always)]
    fn run(self) -> Vec<u32> {
        everything(self.0)
    }
}

#[test]
fn every_level_computes_the_same_bytes_now_and_for_ever() {
    let who: Vec<u64> = (0..1003).map(mix).collect();
    let portable = Level::PORTABLE.run(Everything(&who));
    for level in Level::every() {
        assert!(level.run(Everything(&who)) == portable, "{}", level.name());
        assert_eq!(Level::named(level.name()).map(Level::name), Some(level.name()));
    }
    let digest = portable.iter().fold(0, |digest, &word| mix(digest ^ u64::from(word)));
    assert_eq!(digest, 0xef0f_2180_8ebc_2d1c, "{digest:#x}");
    assert_eq!(Level::named("mmx").map(Level::name), None);
}

/// Every operation on rows, over keyed numbers and those that compare oddly.
struct EveryRow;

impl RowKernel for EveryRow {
    type Output = Vec<u32>;
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Vec<u32> {
        let odd = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0, -1e9, 1e-40];
        let mut all = Vec::new();
        let mut put = |row: L::Eight| all.extend(row.numbers().map(|x| if x.is_nan() { 1 } else { x.to_bits() }));
        for at in 0..1000 {
            let (first, second) = (mix(2 * at), mix(2 * at + 1));
            let one = lanes.quarters(first, second) - lanes.all(32_768.0);
            let mut other = odd;
            other.rotate_left(at as usize % 8);
            for other in [lanes.quarters(second, mix(at)) * lanes.all(0.3), lanes.of(&other)] {
                put(one + other);
                put(one.least(other));
                put(other.least(one));
                put(one.greatest(other));
                put(other.greatest(one));
                put(other.sqrt());
                put(one.choose_at_most(other, one * other, other - one));
            }
            let numbers = one.numbers();
            let best = (0..8).rev().max_by(|&a, &b| numbers[a].total_cmp(&numbers[b])).unwrap();
            assert_eq!(one.highest(), best, "{numbers:?}");
        }
        all
    }
}

#[test]
fn rows_are_the_same_on_every_level() {
    let portable = Level::PORTABLE.rows(EveryRow);
    for level in Level::every() {
        assert!(level.rows(EveryRow) == portable, "{}", level.name());
    }
    let mut tied = [1.0; 8];
    tied[0] = 0.0;
    assert_eq!(super::eight::Portable.of(&tied).highest(), 1);
}
