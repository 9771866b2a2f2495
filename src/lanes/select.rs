//! Compaction: where a condition holds.

/// Writes the indices of the true `flags` in ascending order to the front of `into` and returns their number.
///
/// Branch-free, so its time does not depend on the pattern. `into` must be at least as long as `flags`; what lies behind
/// the returned number is scratch.
#[inline(always)]
pub fn select(flags: &[bool], into: &mut [u32]) -> usize {
    let into = &mut into[..flags.len()];
    let mut count = 0;
    for (index, flag) in flags.iter().enumerate() {
        into[count] = index as u32;
        count += usize::from(*flag);
    }
    count
}

/// As [`select`], for conditions that hold for less than about one in thirty: passes over eight empty flags at a time.
#[inline(always)]
pub fn select_rare(flags: &[bool], into: &mut [u32]) -> usize {
    let into = &mut into[..flags.len()];
    let mut count = 0;
    for (group, eight) in flags.chunks(8).enumerate() {
        if eight.iter().fold(false, |any, flag| any | flag) {
            for (index, flag) in eight.iter().enumerate() {
                into[count] = (group * 8 + index) as u32;
                count += usize::from(*flag);
            }
        }
    }
    count
}

/// Room that [`set_bits`] wants behind the last place it may find.
pub const ROOM: usize = 6;

/// Writes the places of the set bits of `words` in ascending order to the front of `into` and returns their number; bit b
/// of word w is place 64 w + b.
///
/// Up to six bits a word are written without branching, more in a loop: fastest where words are sparse but not empty.
/// `into` must have [`ROOM`] beyond the bits that are set; what lies behind the returned number is scratch.
#[inline(always)]
pub fn set_bits(words: impl Iterator<Item = u64>, into: &mut [u32]) -> usize {
    let mut count = 0;
    let mut first = 0u32;
    for mut word in words {
        let found = word.count_ones() as usize;
        for place in &mut into[count..count + ROOM] {
            *place = first + word.trailing_zeros();
            word &= word.wrapping_sub(1);
        }
        let mut next = count + ROOM;
        while word != 0 {
            into[next] = first + word.trailing_zeros();
            word &= word - 1;
            next += 1;
        }
        count += found;
        first += u64::BITS;
    }
    count
}
