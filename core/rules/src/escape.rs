//! Text in which a backslash gives characters another meaning, and names that are not quite text.
//!
//! The name of a Wi-Fi network is bytes that usually are UTF-8. [`units`] cuts them into characters, and into bytes where they
//! are not UTF-8, so that one `?` of a pattern stands for one character that people see.

use std::fmt;

/// One character, or one byte that belongs to no character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Unit {
    /// A character of UTF-8.
    Char(char),
    /// A byte, at least 0x80, that is not part of UTF-8.
    Byte(u8),
}

impl Unit {
    /// Appends the bytes of the unit.
    pub(crate) fn push_to(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Char(character) => bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Byte(byte) => bytes.push(byte),
        }
    }
}

/// Cuts bytes into characters, and into bytes where they are not UTF-8.
pub(crate) fn units(bytes: &[u8]) -> Vec<Unit> {
    bytes
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().map(Unit::Char).chain(chunk.invalid().iter().copied().map(Unit::Byte)))
        .collect()
}

/// One unit of a text, and whether it stood behind a backslash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Escaped {
    /// The unit.
    pub(crate) unit: Unit,
    /// Whether it was escaped, and so means itself.
    pub(crate) is_literal: bool,
}

/// The error for a backslash without a known escape after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct EscapeError;

/// Reads a text in which `\` may stand before each character of `escapable` and before `xNN`, which is a byte.
pub(crate) fn read<'a>(text: &'a str, escapable: &'a str) -> impl Iterator<Item = Result<Escaped, EscapeError>> + 'a {
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let character = rest.next()?;
        if character != '\\' {
            return Some(Ok(Escaped { unit: Unit::Char(character), is_literal: false }));
        }
        let unit = match rest.next() {
            Some('x') => byte(rest.by_ref()),
            Some(escaped) if escapable.contains(escaped) => Ok(Unit::Char(escaped)),
            Some(_) | None => Err(EscapeError),
        };
        Some(unit.map(|unit| Escaped { unit, is_literal: true }))
    })
}

/// Reads two hexadecimal digits. A byte below 0x80 is the character of that number.
fn byte(digits: &mut impl Iterator<Item = char>) -> Result<Unit, EscapeError> {
    let mut digit = || digits.next().and_then(|digit| digit.to_digit(16)).ok_or(EscapeError);
    let byte = u8::try_from(digit()? * 16 + digit()?).map_err(|_| EscapeError)?;
    Ok(if byte.is_ascii() { Unit::Char(char::from(byte)) } else { Unit::Byte(byte) })
}

/// Writes one unit so that [`read`] reads it again: with a backslash before the characters of `escapable`, and as bytes if it
/// cannot be seen.
pub(crate) fn write(f: &mut impl fmt::Write, unit: Unit, escapable: &str) -> fmt::Result {
    match unit {
        Unit::Char(character) if escapable.contains(character) => write!(f, "\\{character}"),
        Unit::Char(character) if is_visible(character) => f.write_char(character),
        Unit::Char(character) => character.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(f, "\\x{byte:02x}")),
        Unit::Byte(byte) => write!(f, "\\x{byte:02x}"),
    }
}

/// Returns false for characters that people cannot see, or that change how others are seen.
pub(crate) fn is_visible(character: char) -> bool {
    adit_config::visible(character.encode_utf8(&mut [0; 4])).chars().eq([character])
        && (!character.is_whitespace() || character == ' ')
}
