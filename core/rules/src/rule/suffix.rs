//! A DNS suffix.

use std::fmt;
use std::str::FromStr;

use adit_config::value::{HostName, HostNameError};

/// A DNS suffix such as `corp.example`, in lower case and without dots at the ends.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Suffix(String);

/// The reason why a text is not a DNS suffix.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(transparent)]
pub struct SuffixError(#[from] HostNameError);

impl Suffix {
    /// Returns the suffix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if `domain` is this suffix or a name below it. Case and a dot at the end do not matter.
    pub fn covers(&self, domain: &str) -> bool {
        let domain = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
        domain.strip_suffix(&self.0).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    }
}

impl FromStr for Suffix {
    type Err = SuffixError;

    /// Parses `corp.example`, `.corp.example` or `corp.example.`.
    fn from_str(text: &str) -> Result<Self, SuffixError> {
        let bare = text.strip_prefix('.').unwrap_or(text);
        let bare = bare.strip_suffix('.').unwrap_or(bare);
        bare.parse::<HostName>()?;
        Ok(Self(bare.to_ascii_lowercase()))
    }
}

impl fmt::Display for Suffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

adit_config::serde_as_text!(Suffix);
