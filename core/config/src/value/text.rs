//! The free texts of a configuration, held to one line so that no value can smuggle in another key.

use std::fmt;
use std::str::FromStr;

/// Why a text is not a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HookError {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// A line break or another control character (a tab is fine).
    #[error("the control character {0:?} cannot be in a command")]
    Control(char),
}

/// Why a text is not a search domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SearchDomainError {
    /// The first character that no domain has.
    #[error("the character {0:?} cannot be in a domain")]
    Character(char),
    /// Empty, a part is empty or too long, or all of it is.
    #[error("not a domain")]
    Shape,
}

/// Why a text is not a name for a peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PeerNameError {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More than 64 characters.
    #[error("more than 64 characters")]
    TooLong,
    /// A control, invisible or direction-changing character.
    #[error("the character {0:?} cannot be in a name")]
    Character(char),
}

/// One command of `PreUp`, `PostUp`, `PreDown` or `PostDown`, on one line, without surrounding white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hook(String);

/// One search domain of `DNS`; `~` in front makes it a routing-only domain, where the resolver knows such.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SearchDomain(String);

/// What somebody called a peer in a comment: at most 64 visible characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerName(String);

impl Hook {
    /// The text as given; `%i` stands for the interface.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The command to run, with every `%i` replaced by the interface's name, as wg-quick(8) does.
    pub fn for_interface(&self, name: &super::InterfaceName) -> String {
        self.0.replace("%i", name.as_str())
    }
}

impl SearchDomain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PeerName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Hook {
    type Err = HookError;

    fn from_str(text: &str) -> Result<Self, HookError> {
        let text = text.trim_matches(is_space);
        match text.chars().find(|character| is_control(*character)) {
            Some(character) => Err(HookError::Control(character)),
            None if text.is_empty() => Err(HookError::Empty),
            None => Ok(Self(text.to_owned())),
        }
    }
}

/// White space to `wg` and `wg-quick`, which look at bytes in the C locale.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// What would end the line for some reader, or not show.
fn is_control(character: char) -> bool {
    (character.is_control() && character != '\t') || matches!(character, '\u{2028}' | '\u{2029}')
}

impl FromStr for SearchDomain {
    type Err = SearchDomainError;

    fn from_str(text: &str) -> Result<Self, SearchDomainError> {
        let domain = text.strip_prefix('~').unwrap_or(text);
        if let Some(character) =
            domain.chars().find(|character| !character.is_ascii_alphanumeric() && !"-_.".contains(*character))
        {
            return Err(SearchDomainError::Character(character));
        }
        let relative = domain.strip_suffix('.').unwrap_or(domain);
        let is_root = text == "~.";
        let fits = relative.len() <= 253 && relative.split('.').all(|label| (1..=63).contains(&label.len()));
        if is_root || fits { Ok(Self(text.to_owned())) } else { Err(SearchDomainError::Shape) }
    }
}

impl FromStr for PeerName {
    type Err = PeerNameError;

    fn from_str(text: &str) -> Result<Self, PeerNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PeerNameError::Empty);
        }
        let hidden = |character: char| {
            character.is_control()
                || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if let Some(character) = text.chars().find(|character| hidden(*character)) {
            return Err(PeerNameError::Character(character));
        }
        if text.chars().count() > 64 { Err(PeerNameError::TooLong) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SearchDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_domain_cannot_carry_anything_else() {
        for good in ["corp.example", "local", "~.", "~corp.example", "_tcp.example."] {
            assert!(good.parse::<SearchDomain>().is_ok(), "{good}");
        }
        for bad in ["", ".", "~", "a..b", "a\nnameserver 6.6.6.6", "a;b", "$(id)", "`id`", "a b", "a/b", "*", "a\u{202e}b"] {
            assert!(bad.parse::<SearchDomain>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_command_is_one_line() {
        assert_eq!(" ip rule add; echo '# x'\t".parse::<Hook>().unwrap().as_str(), "ip rule add; echo '# x'");
        for bad in ["", "  ", "a\nb", "a\rb", "a\0b", "a\u{1b}[2Jb", "a\u{85}b", "a\u{2028}b"] {
            assert!(bad.parse::<Hook>().is_err(), "{bad:?}");
        }
        let name = "wg7".parse().unwrap();
        assert_eq!("a %i %i %%i".parse::<Hook>().unwrap().for_interface(&name), "a wg7 wg7 %wg7");
    }

    #[test]
    fn a_peer_name_is_short_and_visible() {
        assert_eq!(" Büro 🏢 ".parse::<PeerName>().unwrap().as_str(), "Büro 🏢");
        for bad in ["", "a\u{1b}[31m", "a\u{202e}b", "a\u{200b}", "a\nb", &"é".repeat(65)] {
            assert!(bad.parse::<PeerName>().is_err(), "{bad:?}");
        }
    }
}
