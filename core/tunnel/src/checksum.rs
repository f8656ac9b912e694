//! The Internet checksum (RFC 1071), fast enough that the data path can read each payload once for it at little cost.
//!
//! The ones' complement sum does not depend on byte order or on the width of the added words. Most bytes are therefore added in
//! the machine's own 64-bit words, and only the folded result is converted to network order.

/// An unfinished ones' complement sum of 16-bit words in network order. It holds at least 2³² words without overflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum(u64);

impl Sum {
    /// The empty sum.
    pub const ZERO: Self = Self(0);

    /// Returns the sum of `bytes`; a last odd byte counts as if a zero followed.
    pub fn of(bytes: &[u8]) -> Self {
        Self(u64::from(bulk(bytes)))
    }

    /// Returns the sum of the pseudo-header of TCP and UDP over IPv4 (RFC 9293 section 3.1) and IPv6 (RFC 8200 section 8.1),
    /// without its length. `addresses` contains source and destination one after the other, as in the IP header.
    pub fn pseudo_header(addresses: &[u8], protocol: u8) -> Self {
        Self::of(addresses).word(u16::from(protocol))
    }

    /// Adds `bytes`, which must start at an even distance from the start of the summed data.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.and(Self::of(bytes))
    }

    /// Adds one word.
    #[must_use]
    pub const fn word(self, word: u16) -> Self {
        Self(self.0 + word as u64)
    }

    /// Subtracts a word that was added before.
    #[must_use]
    pub const fn without(self, word: u16) -> Self {
        self.word(!word)
    }

    /// Adds a double word, such as a sequence number or a length.
    #[must_use]
    pub const fn double_word(self, value: u32) -> Self {
        Self(self.0 + (value >> 16) as u64 + (value & 0xffff) as u64)
    }

    /// Adds another sum.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Returns the 16-bit sum, the content of a checksum field to which the rest is still to be added.
    pub const fn fold(self) -> u16 {
        fold(self.0)
    }

    /// Returns the complement of the sum, the content of the checksum field of a finished packet.
    pub const fn checksum(self) -> u16 {
        !self.fold()
    }

    /// Returns true if the sum over a complete packet, including checksum field and pseudo-header, shows that it is intact.
    pub const fn is_intact(self) -> bool {
        self.fold() == 0xffff
    }
}

/// Returns the checksum as UDP writes it: zero would mean "no checksum" (RFC 768), so 0xffff stands for zero.
pub const fn never_zero(checksum: u16) -> u16 {
    if checksum == 0 { 0xffff } else { checksum }
}

/// Returns the folded sum in network order. It uses sixteen lanes, so that the compiler emits vector instructions, and widens
/// each word to 64 bits, so that no carry is lost.
fn bulk(bytes: &[u8]) -> u16 {
    let (blocks, rest) = bytes.as_chunks::<64>();
    let mut sum = 0;
    if !blocks.is_empty() {
        let mut lanes = [0u64; 16];
        for block in blocks {
            for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<4>().0) {
                *lane += u64::from(u32::from_ne_bytes(*word));
            }
        }
        sum = lanes.iter().sum();
    }
    let (words, tail) = rest.as_chunks::<4>();
    for word in words {
        sum += u64::from(u32::from_ne_bytes(*word));
    }
    let last = match *tail {
        [] => 0,
        [a] => u32::from_ne_bytes([a, 0, 0, 0]),
        [a, b] => u32::from_ne_bytes([a, b, 0, 0]),
        [a, b, c, ..] => u32::from_ne_bytes([a, b, c, 0]),
    };
    u16::from_be(fold(sum + u64::from(last)))
}

/// Adds the upper half to the lower half with the carry, twice.
const fn fold(sum: u64) -> u16 {
    let sum = (sum.wrapping_add(sum.rotate_left(32)) >> 32) as u32;
    (sum.wrapping_add(sum.rotate_left(16)) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sums word by word, as RFC 1071 section 1 describes it.
    fn naive(bytes: &[u8]) -> u16 {
        let mut sum = 0u32;
        for pair in bytes.chunks(2) {
            sum += u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u32::from(low));
            sum = (sum >> 16) + (sum & 0xffff);
        }
        sum as u16
    }

    proptest! {
        #[test]
        fn equals_the_word_by_word_sum(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert_eq!(Sum::of(&bytes).fold(), naive(&bytes));
        }

        #[test]
        fn may_be_summed_in_even_pieces(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0usize..200) {
            let cut = (cut * 2).min(bytes.len() & !1);
            prop_assert_eq!(Sum::of(&bytes[..cut]).bytes(&bytes[cut..]).fold(), naive(&bytes));
        }

        #[test]
        fn a_word_is_changed_without_reading_the_rest(bytes in prop::collection::vec(any::<u8>(), 2..80), new: u16) {
            let old = u16::from_be_bytes([bytes[0], bytes[1]]);
            let mut changed = bytes.clone();
            changed[..2].copy_from_slice(&new.to_be_bytes());
            let (incremental, whole) = (Sum::of(&bytes).without(old).word(new).fold(), naive(&changed));
            prop_assert!(incremental == whole || (incremental == 0xffff && whole == 0));
        }
    }

    #[test]
    fn the_largest_input_of_ones_does_not_overflow() {
        assert_eq!(Sum::of(&vec![0xff; 1 << 20]).fold(), 0xffff);
        assert_eq!(Sum(u64::MAX).fold(), 0xffff);
    }

    #[test]
    fn the_example_of_rfc_1071() {
        assert_eq!(Sum::of(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]).fold(), 0xddf2);
    }
}
