//! Patterns for Wi-Fi names.

use std::fmt;
use std::str::FromStr;

use crate::escape::{self, Unit};
use crate::facts::Ssid;

/// A pattern for a Wi-Fi name: `*` stands for any characters, `?` for one character, everything else for itself. `!` at the start
/// makes it a pattern for names that must not match. A backslash before `*`, `?`, `!`, `"` and `\` makes the character stand for
/// itself; `\xNN` is a byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    is_negative: bool,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Part {
    AnyNumber,
    One,
    Literal(Unit),
}

/// The reason why a text is not a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GlobError {
    /// The pattern is empty, so that it matches no name.
    #[error("a pattern cannot be empty; `*` stands for every name")]
    Empty,
    /// A backslash without a known escape after it.
    #[error("after a backslash, `*`, `?`, `!`, `\"`, `\\` or `x` and two hexadecimal digits can stand")]
    Escape,
    /// The characters that must match take more than 32 bytes, so that no name matches.
    #[error("a Wi-Fi name has at most 32 bytes, and this needs {0}")]
    TooLong(usize),
}

const ESCAPABLE: &str = "*?!\"\\";

impl Glob {
    /// Returns the pattern that matches this name and no other.
    pub fn literal(ssid: &Ssid) -> Self {
        Self { is_negative: false, parts: escape::units(ssid.bytes()).into_iter().map(Part::Literal).collect() }
    }

    /// Returns true for a pattern with `!`.
    pub const fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// Returns the only name that the pattern matches, regardless of `!`; `None` if it has wildcards.
    pub fn only_name(&self) -> Option<Ssid> {
        let mut bytes = Vec::new();
        for part in &self.parts {
            match part {
                Part::Literal(unit) => unit.push_to(&mut bytes),
                Part::AnyNumber | Part::One => return None,
            }
        }
        Ssid::new(bytes).ok()
    }

    /// Returns true if the pattern without its `!` matches the name.
    pub fn matches(&self, ssid: &Ssid) -> bool {
        let name = escape::units(ssid.bytes());
        let (mut part, mut at) = (0, 0);
        // Where to go on when the characters after the last `*` do not match: the `*` takes one character more.
        let mut retry: Option<(usize, usize)> = None;
        while at < name.len() {
            match self.parts.get(part) {
                Some(Part::AnyNumber) => {
                    part += 1;
                    retry = Some((part, at));
                    continue;
                }
                Some(Part::One) => {
                    (part, at) = (part + 1, at + 1);
                    continue;
                }
                Some(Part::Literal(unit)) if *unit == name[at] => {
                    (part, at) = (part + 1, at + 1);
                    continue;
                }
                Some(Part::Literal(_)) | None => {}
            }
            let Some((after, taken)) = retry else { return false };
            (part, at) = (after, taken + 1);
            retry = Some((after, taken + 1));
        }
        self.parts[part..].iter().all(|part| *part == Part::AnyNumber)
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        let (is_negative, pattern) = text.strip_prefix('!').map_or((false, text), |pattern| (true, pattern));
        let mut parts: Vec<Part> = Vec::new();
        // Bytes that are written one by one may form a character together.
        let mut literal = Vec::new();
        let mut length = 0;
        for escaped in escape::read(pattern, ESCAPABLE) {
            let escaped = escaped.map_err(|_| GlobError::Escape)?;
            let wildcard = match escaped.unit {
                Unit::Char('*') if !escaped.is_literal => Part::AnyNumber,
                Unit::Char('?') if !escaped.is_literal => Part::One,
                unit => {
                    unit.push_to(&mut literal);
                    continue;
                }
            };
            length += literal.len() + usize::from(wildcard == Part::One);
            parts.extend(escape::units(&std::mem::take(&mut literal)).into_iter().map(Part::Literal));
            if wildcard != Part::AnyNumber || parts.last() != Some(&Part::AnyNumber) {
                parts.push(wildcard);
            }
        }
        length += literal.len();
        parts.extend(escape::units(&literal).into_iter().map(Part::Literal));
        match length {
            _ if parts.is_empty() => Err(GlobError::Empty),
            0..=Ssid::MAX_BYTES => Ok(Self { is_negative, parts }),
            _ => Err(GlobError::TooLong(length)),
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative {
            f.write_str("!")?;
        }
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::AnyNumber => f.write_str("*")?,
                Part::One => f.write_str("?")?,
                // `!` has a meaning only at the start.
                Part::Literal(unit @ Unit::Char('!')) if index > 0 => escape::write(f, *unit, "")?,
                Part::Literal(unit) => escape::write(f, *unit, ESCAPABLE)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

adit_config::serde_as_text!(Glob);

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        pattern.parse::<Glob>().unwrap().matches(&Ssid::new(name).unwrap())
    }

    #[test]
    fn a_wildcard_stands_for_characters_and_all_else_for_itself() {
        for (pattern, name, expected) in [
            ("Home", "Home", true),
            ("Home", "home", false),
            ("Home", "Home 5G", false),
            ("Home*", "Home", true),
            ("Home*", "Home 5G", true),
            ("*5G", "Home 5G", true),
            ("*5G", "5G Home", false),
            ("H?me", "Home", true),
            ("H?me", "Hme", false),
            ("?", "ü", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("*ab", "aab", true),
            ("*", "x", true),
            ("**", "x", true),
            ("?*?", "x", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    /// WG Tunnel makes a regular expression of the pattern and leaves these characters in it.
    #[test]
    fn characters_of_regular_expressions_stand_for_themselves() {
        for name in ["Cafe (5G)+", "a.b", "[x]", "^$", "a|b", "a{2}", "(", ")", "+", "\\d"] {
            let pattern = name.replace('\\', "\\\\");
            assert!(matches(&pattern, name), "{name}");
        }
        assert!(!matches("Cafe (5G)+", "Cafe 5G"));
        assert!(!matches("Cafe (5G)+", "Cafe 5G5G"));
        assert!(!matches("a.b", "axb"));
        assert!(!matches("[x]", "x"));
        assert!(!matches("a|b", "a"));
        assert!(!matches("aa+", "aaa"));
    }

    #[test]
    fn a_backslash_makes_a_wildcard_stand_for_itself() {
        assert!(matches(r"a\*b", "a*b") && !matches(r"a\*b", "axb"));
        assert!(matches(r"a\?b", "a?b") && !matches(r"a\?b", "axb"));
        assert!(matches(r"\!x", "!x"));
        assert!(matches(r"caf\xc3\xa9", "café"));
        let latin: Ssid = Ssid::new(*b"caf\xe9").unwrap();
        assert!(r"caf\xe9".parse::<Glob>().unwrap().matches(&latin));
        assert!("caf?".parse::<Glob>().unwrap().matches(&latin));
    }

    #[test]
    fn a_pattern_that_no_name_can_match_is_refused() {
        assert_eq!("".parse::<Glob>(), Err(GlobError::Empty));
        assert_eq!("!".parse::<Glob>(), Err(GlobError::Empty));
        assert_eq!(r"a\".parse::<Glob>(), Err(GlobError::Escape));
        assert_eq!(r"a\n".parse::<Glob>(), Err(GlobError::Escape));
        assert_eq!(r"a\xg0".parse::<Glob>(), Err(GlobError::Escape));
        assert_eq!("x".repeat(33).parse::<Glob>(), Err(GlobError::TooLong(33)));
        assert!(format!("{}*", "x".repeat(32)).parse::<Glob>().is_ok());
    }

    #[test]
    fn a_pattern_is_printed_as_it_is_read() {
        for text in ["Home", "!Home*", r"\!x!", r"a\*\?\\\x22b".replace(r"\x22", "\\\"").as_str(), r"caf\xe9", "日本?"] {
            assert_eq!(text.parse::<Glob>().unwrap().to_string(), text);
        }
        assert_eq!(Glob::literal(&Ssid::new("a*b!").unwrap()).to_string(), r"a\*b!");
    }
}
