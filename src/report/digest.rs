//! SHA-256 (FIPS 180-4) in base 64: browsers know a script that a page allows by this digest, and by none that the program has already.

/// The digest of `bytes` as a content security policy writes it, without the quotes.
pub(super) fn policy_source(bytes: &[u8]) -> String {
    format!("sha256-{}", base64(&sha256(bytes)))
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first eight.
fn constants() -> ([u32; 64], [u32; 8]) {
    let mut primes = (2_u64..).filter(|&number| {
        (2..number)
            .take_while(|part| part * part <= number)
            .all(|part| number % part != 0)
    });
    let mut rounds = [0; 64];
    let mut start = [0; 8];
    for at in 0..64 {
        let prime = u128::from(primes.next().unwrap_or(2));
        rounds[at] = root(prime << 96, 3) as u32;
        if at < 8 {
            start[at] = root(prime << 64, 2) as u32;
        }
    }
    (rounds, start)
}

/// The whole part of a root, found bit by bit: of a number shifted up by 32 bits a root more, so that its fraction is in the low 32.
fn root(number: u128, power: u32) -> u128 {
    let mut found: u128 = 0;
    for bit in (0..40).rev() {
        let next = found | 1 << bit;
        if next.checked_pow(power).is_some_and(|value| value <= number) {
            found = next;
        }
    }
    found
}

#[allow(clippy::many_single_char_names)] // the eight words have these names in the standard
fn sha256(bytes: &[u8]) -> [u8; 32] {
    let (rounds, mut state) = constants();
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((8 * bytes.len() as u64).to_be_bytes());
    for chunk in padded.chunks_exact(64) {
        let mut words = [0_u32; 64];
        for (word, four) in words.iter_mut().zip(chunk.chunks_exact(4)) {
            *word = four.iter().fold(0, |word, &byte| word << 8 | u32::from(byte));
        }
        for at in 16..64 {
            let (two, fifteen) = (words[at - 2], words[at - 15]);
            let low = fifteen.rotate_right(7) ^ fifteen.rotate_right(18) ^ fifteen >> 3;
            let high = two.rotate_right(17) ^ two.rotate_right(19) ^ two >> 10;
            words[at] = words[at - 16]
                .wrapping_add(low)
                .wrapping_add(words[at - 7])
                .wrapping_add(high);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for at in 0..64 {
            let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let chosen = e & f ^ !e & g;
            let one = h
                .wrapping_add(mixed)
                .wrapping_add(chosen)
                .wrapping_add(rounds[at])
                .wrapping_add(words[at]);
            let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = mixed.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
        }
        for (own, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *own = own.wrapping_add(more);
        }
    }
    let mut digest = [0; 32];
    for (four, word) in digest.chunks_exact_mut(4).zip(state) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        let hex = |bytes: &[u8]| sha256(bytes).map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
    }

    #[test]
    fn base_64_is_padded() {
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
    }
}
