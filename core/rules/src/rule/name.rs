//! The name of a tunnel or of a rule.

use std::fmt;
use std::str::FromStr;

use crate::escape::is_visible;

/// A name of 1 to 64 visible characters, with spaces only inside.
///
/// Rules can name tunnels that do not exist (yet), so this is any text that people can read, and whether it is a tunnel's name
/// is known only beside the list of tunnels.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// The reason why a text is not a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name cannot be empty")]
    Empty,
    /// More than 64 characters.
    #[error("a name has at most 64 characters, this has {0}")]
    TooLong(usize),
    /// A character that people cannot see, or that changes how others are seen.
    #[error("the character {0:?} cannot be seen, or changes how others are seen; leave it out")]
    Invisible(char),
    /// A space at an end.
    #[error("a name cannot begin or end with a space")]
    Space,
}

impl Name {
    const LONGEST: usize = 64;

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if both names are equal regardless of case.
    pub fn is(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let characters = text.chars().count();
        if characters == 0 {
            return Err(NameError::Empty);
        }
        if characters > Self::LONGEST {
            return Err(NameError::TooLong(characters));
        }
        if let Some(character) = text.chars().find(|character| !is_visible(*character)) {
            return Err(NameError::Invisible(character));
        }
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(NameError::Space);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

adit_config::serde_as_text!(Name);
