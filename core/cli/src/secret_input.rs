//! Reads a private key that is typed, or from a file or standard input: never shown on the terminal, never an argument.
//!
//! A terminal library such as `rpassword` returns an ordinary `String`, which is neither limited in length nor erased when it is
//! dropped.

use std::io::{self, Read, Write};
use std::path::Path;

use adit_foreground::read_at_most;
use adit_platform::native::terminal::{Keyboard, Keys};
use adit_protocol::PrivateKey;
use anyhow::Context;
use zeroize::Zeroizing;

use crate::keys::read_private_key;

/// The longest file, bytes. No real key file is longer.
const MAX_FILE: u64 = 64 << 10;
/// The longest line, in characters; a key has 44.
const MAX_LINE: usize = 256;

/// Reads the private key in a file; `-` is standard input.
pub(crate) fn from_file(file: &str) -> anyhow::Result<PrivateKey> {
    if file == "-" {
        return read_private_key(io::stdin().lock()).context("standard input is no private key");
    }
    let bytes = read_at_most(file, Path::new(file), MAX_FILE, "a file with a private key has 45")?;
    read_private_key(bytes.as_slice()).with_context(|| format!("{file} is no private key"))
}

/// Reads a secret from the terminal without showing it. None: the user gave up.
pub(crate) fn ask(question: &str) -> io::Result<Option<Zeroizing<String>>> {
    let keyboard = Keyboard::begin(Keys::HiddenWithoutSignals)?;
    write!(io::stderr(), "{question} ")?;
    io::stderr().flush()?;
    let line = read_line(io::stdin().lock());
    drop(keyboard);
    writeln!(io::stderr())?;
    line
}

fn read_line(mut input: impl Read) -> io::Result<Option<Zeroizing<String>>> {
    // The buffer never grows, so that no copy of the secret stays behind in memory.
    let mut line = Zeroizing::new(String::with_capacity(MAX_LINE));
    let mut byte = Zeroizing::new([0]);
    while input.read(&mut *byte)? == 1 {
        match byte[0] {
            b'\r' | b'\n' => return Ok(Some(line)),
            // Ctrl-C and Ctrl-D, which raise no signal in this mode.
            3 | 4 => return Ok(None),
            8 | 127 => {
                line.pop();
            }
            // Ctrl-U deletes the line.
            21 => line.clear(),
            typed if typed.is_ascii_graphic() && line.len() < MAX_LINE => line.push(char::from(typed)),
            _ => {}
        }
    }
    Ok((!line.is_empty()).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Option<String> {
        read_line(keys).unwrap().map(|line| line.to_string())
    }

    #[test]
    fn a_line_is_what_is_left_of_what_was_typed() {
        assert_eq!(typed(b"abc\n").as_deref(), Some("abc"));
        assert_eq!(typed(b"abX\x7fc\rmore").as_deref(), Some("abc"));
        assert_eq!(typed(b"wrong\x15ri ght\n").as_deref(), Some("right"));
        assert_eq!(typed(b"abc\x03").as_deref(), None);
        assert_eq!(typed(b"abc\x04").as_deref(), None);
        assert_eq!(typed(b""), None);
        assert_eq!(typed(&[b'a'; 1000]).map(|line| line.len()), Some(MAX_LINE));
    }
}
