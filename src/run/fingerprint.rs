//! Fingerprints: what is equal has the same one, and what differs another, so that equality can be told without keeping
//! the values themselves.
//!
//! A value is known by what `Debug` writes of it. Everywhere in this crate `Debug` is derived and not written by hand (a
//! test sees to it), so it names every field, and it writes a number with as many digits as tell it from its neighbours.

use std::fmt::{Debug, Result, Write};

/// A hash of 32 bytes: two values meet by chance once in 10^38 comparisons.
pub(crate) type Fingerprint = blake3::Hash;

struct Sink(blake3::Hasher);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// The fingerprint of a value.
pub(crate) fn fingerprint(value: &impl Debug) -> Fingerprint {
    let mut sink = Sink(blake3::Hasher::new());
    // Writing into a hash cannot fail.
    let _ = write!(sink, "{value:?}");
    sink.0.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_and_the_place_of_a_number_count() {
        let one = fingerprint(&(0.1, [1, 2]));
        assert_eq!(one, fingerprint(&(0.1, [1, 2])));
        assert_ne!(one, fingerprint(&(0.1 + f64::EPSILON / 8.0, [1, 2])));
        assert_ne!(one, fingerprint(&(0.1, [12])));
        assert_ne!(fingerprint(&0.0), fingerprint(&-0.0));
        assert_ne!(fingerprint(&"1, 2"), fingerprint(&("1", "2")));
    }
}
