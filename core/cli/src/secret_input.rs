//! Reads a private key or a passphrase that is typed, or from a file or standard input: never shown on the terminal, never an argument.
//!
//! A terminal library such as `rpassword` returns an ordinary `String`, which is neither limited in length nor erased when it is
//! dropped.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use adit_backup::KeyError;
use adit_backup::limits::PASSPHRASE_BYTES;
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

/// Reads a key from the terminal without showing it. None: the user gave up.
pub(crate) fn ask(question: &str) -> io::Result<Option<Zeroizing<String>>> {
    hidden(question, KEY)
}

/// Reads a passphrase from the terminal without showing it. None: the user gave up.
pub(crate) fn ask_passphrase(question: &str) -> io::Result<Option<Zeroizing<String>>> {
    hidden(question, PASSPHRASE)
}

/// Reads a passphrase: the first line of a file, such as `/dev/fd/3`. `-` is standard input.
pub(crate) fn passphrase_from(file: &str) -> anyhow::Result<Zeroizing<String>> {
    let line = match file {
        "-" => first_line(io::stdin().lock()).context("cannot read the passphrase from standard input")?,
        path => File::open(path).and_then(first_line).with_context(|| format!("cannot read the passphrase in {path}"))?,
    };
    Ok(line)
}

/// The characters of a secret, by byte, and its longest length in bytes.
#[derive(Clone, Copy)]
struct Alphabet {
    has: fn(u8) -> bool,
    most: usize,
}

const KEY: Alphabet = Alphabet { has: |byte| byte.is_ascii_graphic(), most: MAX_LINE };
/// One byte more than a passphrase can have, so that a longer one is noticed and not shortened.
const PASSPHRASE: Alphabet = Alphabet { has: |byte| byte >= b' ' && byte != 127, most: PASSPHRASE_BYTES + 1 };

fn hidden(question: &str, alphabet: Alphabet) -> io::Result<Option<Zeroizing<String>>> {
    let keyboard = Keyboard::begin(Keys::HiddenWithoutSignals)?;
    write!(io::stderr(), "{question} ")?;
    io::stderr().flush()?;
    let line = read_line(io::stdin().lock(), alphabet);
    drop(keyboard);
    writeln!(io::stderr())?;
    line
}

fn read_line(mut input: impl Read, alphabet: Alphabet) -> io::Result<Option<Zeroizing<String>>> {
    // The buffer never grows, so that no copy of the secret stays behind in memory.
    let mut line = Zeroizing::new(Vec::with_capacity(alphabet.most));
    let mut byte = Zeroizing::new([0]);
    while input.read(&mut *byte)? == 1 {
        match byte[0] {
            b'\r' | b'\n' => return text(line, alphabet.most).map(Some),
            // Ctrl-C and Ctrl-D, which raise no signal in this mode.
            3 | 4 => return Ok(None),
            8 | 127 => remove_last_character(&mut line),
            // Ctrl-U deletes the line.
            21 => line.clear(),
            typed if (alphabet.has)(typed) && line.len() < alphabet.most => line.push(typed),
            _ => {}
        }
    }
    if line.is_empty() { Ok(None) } else { text(line, alphabet.most).map(Some) }
}

fn first_line(mut input: impl Read) -> io::Result<Zeroizing<String>> {
    // The longest passphrase, and a line break of Windows.
    let mut line = Zeroizing::new(Vec::with_capacity(PASSPHRASE.most + 1));
    let mut byte = Zeroizing::new([0]);
    while line.len() <= PASSPHRASE.most && input.read(&mut *byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    text(line, PASSPHRASE.most)
}

fn remove_last_character(line: &mut Vec<u8>) {
    // The bytes of a character after its first one are 10xxxxxx.
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

/// `most`: the length from which on the line may be cut off, even inside a character.
fn text(mut line: Zeroizing<Vec<u8>>, most: usize) -> io::Result<Zeroizing<String>> {
    let is_cut = line.len() >= most;
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            if is_cut {
                return Err(io::Error::new(io::ErrorKind::InvalidData, KeyError::TooLong));
            }
            Err(io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Option<String> {
        read_line(keys, KEY).unwrap().map(|line| line.to_string())
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

    #[test]
    fn a_passphrase_has_spaces_and_letters_of_every_language() {
        let typed = |keys: &str| read_line(keys.as_bytes(), PASSPHRASE).unwrap().map(|line| line.to_string());
        assert_eq!(typed("correct horse\n").as_deref(), Some("correct horse"));
        assert_eq!(typed("grün 家x\x7f\x7f\x7f\x7fn\n").as_deref(), Some("grün"));
        assert_eq!(typed("wrong\x15right\r").as_deref(), Some("right"));
        assert_eq!(typed(&"a".repeat(5000)).map(|line| line.len()), Some(PASSPHRASE_BYTES + 1));
        assert!(read_line(b"\xff\n".as_slice(), PASSPHRASE).is_err());
    }

    #[test]
    fn the_passphrase_of_a_file_is_its_first_line() {
        let first = |text: &str| first_line(text.as_bytes()).unwrap().to_string();
        assert_eq!(first("correct horse\nbattery\n"), "correct horse");
        assert_eq!(first(" a \r\n"), " a ");
        assert_eq!(first(""), "");
        assert!(first_line(b"\xff".as_slice()).is_err());
    }

    #[test]
    fn a_passphrase_that_is_cut_inside_a_character_is_too_long_and_is_text() {
        let long = "ü".repeat(PASSPHRASE_BYTES);
        let too_long = KeyError::TooLong.to_string();
        assert_eq!(read_line(long.as_bytes(), PASSPHRASE).unwrap_err().to_string(), too_long);
        assert_eq!(first_line(format!("x{long}").as_bytes()).map_or_else(|error| error.to_string(), |_| String::new()), too_long);
        let longest = "a".repeat(PASSPHRASE_BYTES);
        for (line, length) in [("\r\n", PASSPHRASE_BYTES), ("\rb", PASSPHRASE_BYTES + 2), ("b\r\n", PASSPHRASE_BYTES + 1)] {
            assert_eq!(first_line(format!("{longest}{line}").as_bytes()).unwrap().len(), length, "{line:?}");
        }
    }
}
