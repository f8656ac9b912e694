//! The free texts of a configuration. They are limited to one line, so that no value can add another key.

use std::fmt;
use std::str::FromStr;

use super::endpoint::{HostName, HostNameError};
use crate::key_like::key_like;

/// The reason why a text is not a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HookError {
    /// The text is only white space.
    #[error("empty")]
    Empty,
    /// The text has a line break or another control character; tabs are allowed.
    #[error("the control character {0:?} cannot be in a command")]
    Control(char),
}

/// The reason why a text is not a search domain: the part after an optional `~` is not a host name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(transparent)]
pub struct SearchDomainError(#[from] pub HostNameError);

/// The reason why a text is not a name for a peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PeerNameError {
    /// The text is only white space.
    #[error("empty")]
    Empty,
    /// The text has more than 64 characters.
    #[error("more than 64 characters")]
    TooLong,
    /// The text has a control, invisible or direction-changing character.
    #[error("the character {0:?} cannot be in a name")]
    Character(char),
    /// The text contains something that looks like a key. Names are shown to everyone, and the key may be a private one.
    #[error("a text that looks like a key cannot be in a name")]
    LikeAKey,
}

/// One command of `PreUp`, `PostUp`, `PreDown` or `PostDown`, on one line, without surrounding white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hook(String);

/// One search domain of `DNS`: a host name. A leading `~` makes it a routing-only domain if the resolver supports that
/// (systemd.network(5)); `~.` stands for all names. It never begins with `-` and has no space or line break, so that no program
/// that receives it takes it for an option or a second line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SearchDomain(String);

/// A peer's name, from a comment: at most 64 visible characters, and nothing that looks like a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerName(String);

impl Hook {
    /// Returns the text as given; `%i` stands for the interface.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the command to run, with every `%i` replaced by the interface's name, as wg-quick(8) does.
    pub fn for_interface(&self, name: &super::InterfaceName) -> String {
        self.0.replace("%i", name.as_str())
    }
}

impl SearchDomain {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PeerName {
    /// Returns the text.
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

/// Returns true for white space of `wg` and `wg-quick`, which treat text as bytes in the C locale.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// Returns true for characters that some programs read as a line end, or that are not visible.
fn is_control(character: char) -> bool {
    (character.is_control() && character != '\t') || matches!(character, '\u{2028}' | '\u{2029}')
}

impl FromStr for SearchDomain {
    type Err = SearchDomainError;

    fn from_str(text: &str) -> Result<Self, SearchDomainError> {
        if text != "~." {
            text.strip_prefix('~').unwrap_or(text).parse::<HostName>()?;
        }
        Ok(Self(text.to_owned()))
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
        if text.chars().count() > 64 {
            return Err(PeerNameError::TooLong);
        }
        if key_like(text).is_empty() { Ok(Self(text.to_owned())) } else { Err(PeerNameError::LikeAKey) }
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_search_domain_is_a_host_name_with_at_most_one_tilde_before_it() {
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        let longest_routed = format!("~{longest}.");
        for good in [
            "corp.example",
            "corp.example.",
            "local",
            "~.",
            "~corp.example",
            "~corp.example.",
            "_tcp.example.",
            "a--b",
            "7",
            "xn--bcher-kva.example",
            &longest,
            &longest_routed,
        ] {
            assert_eq!(good.parse::<SearchDomain>().as_ref().map(SearchDomain::as_str), Ok(good));
        }
        use HostNameError::{Character, Empty, Label, NotAscii, TooLong};
        for (bad, error) in [
            ("", Empty),
            (".", Empty),
            ("~", Empty),
            ("--help", Label),
            ("-x", Label),
            ("-", Label),
            ("~-x", Label),
            ("~--", Label),
            ("corp-.example", Label),
            ("corp.-example", Label),
            ("a..b", Label),
            (".a", Label),
            ("~..", Label),
            (&"a".repeat(64), Label),
            (&format!("{longest}c"), TooLong),
            ("~~.", Character('~')),
            ("a~b", Character('~')),
            ("a\nnameserver 6.6.6.6", Character('\n')),
            ("a;b", Character(';')),
            ("$(id)", Character('$')),
            ("`id`", Character('`')),
            ("a b", Character(' ')),
            ("a/b", Character('/')),
            ("a\0", Character('\0')),
            ("*", Character('*')),
            ("a\u{202e}b", Character('\u{202e}')),
            ("bücher.example", NotAscii),
        ] {
            assert_eq!(bad.parse::<SearchDomain>(), Err(SearchDomainError(error)), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_search_domain_can_be_taken_for_an_option_or_for_more_than_one_word(text in r"[~.a-z\-\s=;]{0,8}|\PC{0,6}") {
            if let Ok(domain) = text.parse::<SearchDomain>() {
                let word = domain.as_str();
                prop_assert!(!word.is_empty() && !word.starts_with('-') && !word.trim_start_matches('~').starts_with('-'));
                prop_assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"~._-".contains(&byte)));
            }
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

    #[test]
    fn a_peer_name_contains_no_key() {
        let key = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
        for bad in [key, &format!("old {key}"), &"c809f3e5".repeat(8), key.trim_end_matches('=')] {
            assert_eq!(bad.parse::<PeerName>(), Err(PeerNameError::LikeAKey), "{bad:?}");
        }
        assert!("yAnz5TF+lXXJte14tji3zlMN".parse::<PeerName>().is_ok(), "an abbreviated key is a name");
    }
}
