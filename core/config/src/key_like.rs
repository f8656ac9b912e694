//! Finds text that looks like a key.

use std::ops::Range;

/// Length of a key in base64.
pub(crate) const KEY_LENGTH: usize = 44;
/// Length of a key in hexadecimal digits.
const HEX_LENGTH: usize = 64;

/// Returns runs of characters that could be a key: 43 of base64 and `=` (of a longer run, its end), exactly 43 of base64, and
/// exactly 64 hexadecimal digits.
pub(crate) fn key_like(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut add = |new: Range<usize>| match found.last_mut().filter(|last| new.start < last.end) {
        Some(last) => *last = last.start.min(new.start)..new.end,
        None => found.push(new),
    };
    let (mut run, mut hex) = (0, 0);
    // The byte after the end ends the last runs.
    for (end, byte) in text.bytes().chain([b'\n']).enumerate() {
        let is_digit = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        if !byte.is_ascii_hexdigit() && hex == HEX_LENGTH {
            add(end - HEX_LENGTH..end);
        }
        if byte == b'=' && run >= KEY_LENGTH - 1 {
            add(end + 1 - KEY_LENGTH..end + 1);
        } else if !is_digit && run == KEY_LENGTH - 1 {
            add(end + 1 - KEY_LENGTH..end);
        }
        run = if is_digit { run + 1 } else { 0 };
        hex = if byte.is_ascii_hexdigit() { hex + 1 } else { 0 };
    }
    found
}
