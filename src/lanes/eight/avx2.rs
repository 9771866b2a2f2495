//! Rows in one 256-bit register, for the levels that have them.

use super::{EIGHT, Eight, FROM_LAST, LAST, Lanes};
use pulp::bytemuck::cast;
use pulp::x86::V3;
use std::arch::x86_64::{__m128i, __m256, __m256i, _CMP_LE_OQ};
use std::ops::{Add, Mul, Sub};

/// Eight numbers in a register, with the proof that the machine has it.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    token: V3,
    numbers: __m256,
}

impl Register {
    #[inline(always)]
    fn with(self, numbers: __m256) -> Register {
        Register { numbers, ..self }
    }
}

impl Lanes for V3 {
    type Eight = Register;

    #[inline(always)]
    fn of(self, numbers: &[f32; EIGHT]) -> Register {
        Register {
            token: self,
            numbers: cast(*numbers),
        }
    }

    #[inline(always)]
    fn all(self, number: f32) -> Register {
        Register {
            token: self,
            numbers: self.avx._mm256_set1_ps(number),
        }
    }

    #[inline(always)]
    fn quarters(self, first: u64, second: u64) -> Register {
        let words: __m128i = cast([first, second]);
        let whole = self.avx2._mm256_cvtepu16_epi32(words);
        Register {
            token: self,
            numbers: self.avx._mm256_cvtepi32_ps(whole),
        }
    }
}

impl Add for Register {
    type Output = Register;
    #[inline(always)]
    fn add(self, other: Register) -> Register {
        self.with(self.token.avx._mm256_add_ps(self.numbers, other.numbers))
    }
}

impl Sub for Register {
    type Output = Register;
    #[inline(always)]
    fn sub(self, other: Register) -> Register {
        self.with(self.token.avx._mm256_sub_ps(self.numbers, other.numbers))
    }
}

impl Mul for Register {
    type Output = Register;
    #[inline(always)]
    fn mul(self, other: Register) -> Register {
        self.with(self.token.avx._mm256_mul_ps(self.numbers, other.numbers))
    }
}

impl Eight for Register {
    #[inline(always)]
    fn numbers(self) -> [f32; EIGHT] {
        cast(self.numbers)
    }

    #[inline(always)]
    fn least(self, second: Register) -> Register {
        self.with(self.token.avx._mm256_min_ps(self.numbers, second.numbers))
    }

    #[inline(always)]
    fn greatest(self, second: Register) -> Register {
        self.with(self.token.avx._mm256_max_ps(self.numbers, second.numbers))
    }

    #[inline(always)]
    fn sqrt(self) -> Register {
        self.with(self.token.avx._mm256_sqrt_ps(self.numbers))
    }

    #[inline(always)]
    fn choose_at_most(self, limit: Register, yes: Register, no: Register) -> Register {
        let avx = self.token.avx;
        let holds = avx._mm256_cmp_ps::<_CMP_LE_OQ>(self.numbers, limit.numbers);
        self.with(avx._mm256_blendv_ps(no.numbers, yes.numbers, holds))
    }

    #[inline(always)]
    fn highest(self) -> usize {
        // As in `Plain`: floats in the order of integers, with their places.
        let V3 {
            avx,
            avx2,
            sse2,
            sse4_1,
            ..
        } = self.token;
        let bits = avx._mm256_castps_si256(self.numbers);
        let below = avx2._mm256_srli_epi32::<1>(avx2._mm256_srai_epi32::<31>(bits));
        let ordered = avx2._mm256_xor_si256(bits, below);
        let kept = avx2._mm256_and_si256(ordered, avx._mm256_set1_epi32(!LAST));
        let keys: __m256i = avx2._mm256_or_si256(kept, cast(FROM_LAST));
        let high = avx2._mm256_extracti128_si256::<1>(keys);
        let half = sse4_1._mm_max_epi32(avx._mm256_castsi256_si128(keys), high);
        let pair = sse4_1._mm_max_epi32(half, sse2._mm_shuffle_epi32::<0b00_00_11_10>(half));
        let top = sse4_1._mm_max_epi32(pair, sse2._mm_shuffle_epi32::<0b00_00_00_01>(pair));
        (LAST - (sse2._mm_cvtsi128_si32(top) & LAST)) as usize
    }
}
