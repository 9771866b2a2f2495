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
