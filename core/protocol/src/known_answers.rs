//! Tests the cryptographic primitives with published test vectors. The vector files name their sources.

use blake2::digest::consts::{U16, U20, U28, U32};
use blake2::digest::{Digest, Mac, OutputSizeUser, Update};
use blake2::{Blake2s, Blake2sMac};

/// Returns the fields of each line that is not a comment.
pub(crate) fn fields(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

/// Decodes hexadecimal digits; `-` gives no bytes.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let digits = if text == "-" { "" } else { text };
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// `selftest_seq` of RFC 7693, appendix E: a Fibonacci generator.
fn sequence(length: usize, seed: u32) -> Vec<u8> {
    let (mut a, mut b) = (0xdead_4bad_u32.wrapping_mul(seed), 1_u32);
    let mut next = || {
        let sum = a.wrapping_add(b);
        (a, b) = (b, sum);
        sum.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn hash<D: Digest>(input: &[u8]) -> Vec<u8> {
    D::digest(input).to_vec()
}

fn keyed<M: Mac + Update + OutputSizeUser + blake2::digest::KeyInit>(key: &[u8], input: &[u8]) -> Vec<u8> {
    let mut mac = M::new_from_slice(key).expect("a key of up to 32 bytes");
    Mac::update(&mut mac, input);
    mac.finalize().into_bytes().to_vec()
}

type Hash = fn(&[u8]) -> Vec<u8>;
type KeyedHash = fn(&[u8], &[u8]) -> Vec<u8>;

#[test]
fn blake2s_passes_the_self_test_of_rfc_7693() {
    let sizes: [(usize, Hash, KeyedHash); 4] = [
        (16, hash::<Blake2s<U16>>, keyed::<Blake2sMac<U16>>),
        (20, hash::<Blake2s<U20>>, keyed::<Blake2sMac<U20>>),
        (28, hash::<Blake2s<U28>>, keyed::<Blake2sMac<U28>>),
        (32, hash::<Blake2s<U32>>, keyed::<Blake2sMac<U32>>),
    ];
    let mut all = <Blake2s<U32> as Digest>::new();
    for (size, hash, keyed) in sizes {
        for length in [0_usize, 3, 64, 65, 255, 1024] {
            let input = sequence(length, u32::try_from(length).unwrap());
            Digest::update(&mut all, hash(&input));
            Digest::update(&mut all, keyed(&sequence(size, u32::try_from(size).unwrap()), &input));
        }
    }
    assert_eq!(all.finalize().to_vec(), bytes("6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe"));
}

#[test]
fn blake2s_256_of_abc_is_that_of_rfc_7693() {
    let expected = bytes("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    assert_eq!(hash::<blake2::Blake2s256>(b"abc"), expected);
}
