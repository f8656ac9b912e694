//! The name of a tunnel, for people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const MAX_CHARACTERS: usize = 64;

/// A name of 1 to 64 visible characters, with spaces only inside. It is for people; files and interfaces have other names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
pub struct TunnelName(String);

/// The reason why a text cannot name a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TunnelNameError {
    /// The text is empty.
    #[error("a tunnel's name cannot be empty")]
    Empty,
    /// More than 64 characters.
    #[error("a tunnel's name has at most 64 characters, this has {0}")]
    TooLong(usize),
    /// A control character, an invisible character, or one that changes the direction of others.
    #[error("the character {0:?} cannot be seen, or changes how others are seen; leave it out")]
    Invisible(char),
    /// The text looks like an option, a path or a folder.
    #[error("a tunnel's name cannot begin with `-` or `.` nor have `/` or `\\` in it")]
    LikeAPath,
    /// Spaces at the ends, which are invisible.
    #[error("a tunnel's name cannot begin or end with a space")]
    Space,
}

impl TunnelName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if both names are equal regardless of case.
    pub fn is_like(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

/// Returns true for Unicode's format characters (zero width, direction), separators other than the space, private use and
/// unassigned characters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || (character.is_whitespace() && character != ' ')
        || matches!(u32::from(character),
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e
            | 0x2060..=0x206f | 0x3164 | 0xe000..=0xf8ff | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xffff
            | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0x0010_ffff)
}

impl FromStr for TunnelName {
    type Err = TunnelNameError;

    fn from_str(text: &str) -> Result<Self, TunnelNameError> {
        let characters = text.chars().count();
        if characters == 0 {
            return Err(TunnelNameError::Empty);
        }
        if characters > MAX_CHARACTERS {
            return Err(TunnelNameError::TooLong(characters));
        }
        if let Some(character) = text.chars().find(|character| is_invisible(*character)) {
            return Err(TunnelNameError::Invisible(character));
        }
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(TunnelNameError::Space);
        }
        if text.starts_with(['-', '.']) || text.contains(['/', '\\']) {
            return Err(TunnelNameError::LikeAPath);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for TunnelName {
    type Error = TunnelNameError;

    fn try_from(text: String) -> Result<Self, TunnelNameError> {
        text.parse()
    }
}

impl From<TunnelName> for String {
    fn from(name: TunnelName) -> Self {
        name.0
    }
}

impl fmt::Display for TunnelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TunnelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_language_are_names() {
        for text in ["Office", "wg0", "Büro 2", "家", "מרחוק", "a", &"x".repeat(64)] {
            assert_eq!(text.parse::<TunnelName>().map(String::from), Ok(text.to_owned()));
        }
    }

    #[test]
    fn names_that_would_deceive_an_eye_or_a_program_are_refused() {
        for text in [
            "",
            " a",
            "a ",
            "..",
            ".a",
            "-rf",
            "a/b",
            "a\\b",
            "a\nb",
            "a\0",
            "\u{202e}gpj",
            "a\u{200b}b",
            "\u{1b}[31m",
            "a\u{a0}b",
            &"x".repeat(65),
        ] {
            assert!(text.parse::<TunnelName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_name_from_json_is_as_strict() {
        assert!(serde_json::from_str::<TunnelName>("\"../x\"").is_err());
        assert_eq!(serde_json::to_string(&"Office".parse::<TunnelName>().unwrap()).unwrap(), "\"Office\"");
    }
}
