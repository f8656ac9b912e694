//! What is wrong with a configuration, as data: where, what, and what would be right. [`crate::message`] makes sentences of it.
//!
//! No diagnostic carries a key: keys are described by their defect, and every quotation goes through [`Quoted`].

use std::fmt;
use std::ops::Range;

use crate::detect::Foreign;
use crate::keyword::{Dialect, Key, Section, is_invisible};
use crate::value::{Cidr, CidrError, Endpoint, EndpointError, HookError, NumberError, SearchDomainError, TableError};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Accepted, and probably not what was meant.
    Warning,
    /// There is no configuration until this is put right.
    Error,
}

/// One complaint and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Follows from the code.
    pub severity: Severity,
    /// What is wrong.
    pub code: Code,
    /// In which section.
    pub section: Option<Section>,
    /// At which key.
    pub key: Option<Key>,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// Bytes of the document.
    pub span: Range<usize>,
}

/// What is wrong with the text of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyDefect {
    /// Not 44 characters.
    Length(usize),
    /// 43 characters: the final `=` got lost.
    Padding,
    /// A character that base64 does not have.
    Alphabet,
    /// base64 with `-` and `_`.
    UrlSafe,
    /// 64 hexadecimal digits.
    Hexadecimal,
    /// The last character but the `=` has bits that no key has; `wg` refuses it.
    NotCanonical,
    /// All zero, which is no key.
    Zero,
    /// One of the few points with which every private key makes the same, known secret.
    LowOrder,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// Nothing but white space and comments.
    Empty,
    /// Another kind of file.
    Foreign(Foreign),
    /// No `[Interface]`.
    MissingInterface,
    /// More complaints than anybody reads; the rest is left out.
    TooMany,

    /// A line before the first section.
    OutsideSection,
    /// Neither section nor `name = value`.
    MissingEquals,
    /// `; comment`.
    SemicolonComment,
    /// A section of another name.
    UnknownSection {
        /// As written.
        found: Quoted,
        /// What it may have been meant to be.
        suggestion: Option<Section>,
    },
    /// `[ Interface ]`: wg takes it, wg-quick does not.
    SpacesInHeader,
    /// A second `[Interface]`, which is read as if it continued the first.
    RepeatedInterface {
        /// Line of the first.
        first: u32,
    },
    /// A key of another name.
    UnknownKey {
        /// As written.
        found: Quoted,
        /// What it may have been meant to be.
        suggestion: Option<Key>,
    },
    /// What looks like a cryptographic key, alone on its line.
    NamelessKey,
    /// A known key in the other section.
    WrongSection,
    /// A key of another dialect.
    Dialect {
        /// Which.
        dialect: Dialect,
        /// As it is written there.
        name: &'static str,
    },
    /// Nothing after `=`, where there has to be something.
    EmptyValue,
    /// Nothing after `=` of a key that may be left out.
    LeftOut,
    /// A key that counts once, given again; the later one wins.
    RepeatedKey {
        /// Line of the earlier one.
        first: u32,
    },
    /// A no-break or zero-width space, which is read as a space.
    Invisible(char),
    /// A line break that Unix does not know (CR alone, NEL, U+2028 …).
    LineBreak(char),

    /// Not a key.
    Key(KeyDefect),
    /// A mark of [`crate::mask`] that stands for no key.
    Mask,
    /// Not an address with a prefix length.
    Cidr(Quoted, CidrError),
    /// Two commas in a row, or one at the end.
    EmptyItem,
    /// Not an endpoint.
    Endpoint(Quoted, EndpointError),
    /// An IPv6 endpoint without brackets, which could be read in two ways.
    Brackets(Endpoint),
    /// Not the number it should be.
    Number(Quoted, NumberError),
    /// Not a routing table.
    Table(Quoted, TableError),
    /// Neither `true` nor `false`.
    Boolean(Quoted),
    /// Looks like the address of a resolver and is none.
    DnsServer(Quoted),
    /// Not a search domain.
    SearchDomain(Quoted, SearchDomainError),
    /// Not a command.
    Hook(HookError),
    /// `#` in a command: here part of it, but wg-quick ends the command there.
    HashInHook,

    /// The interface has no private key, and no command that could set one.
    MissingPrivateKey,
    /// The interface has no private key until a command sets it.
    PrivateKeyFromHook,
    /// The peer has no public key.
    MissingPublicKey,
    /// A private key where everybody's public key goes.
    PrivateKeyPublished,
    /// The peer's key is the interface's own.
    OwnPeer,
    /// A preshared key of zeros is none.
    ZeroPresharedKey,
    /// The same peer again; they are joined as `wg` does.
    RepeatedPeer {
        /// Line of the first `[Peer]`.
        first: u32,
    },
    /// An address in place of a network.
    HostBits {
        /// What it is taken for.
        network: Cidr,
    },
    /// No prefix length.
    NoPrefix {
        /// What it is taken for.
        taken: Cidr,
    },
    /// The network is another peer's already, and is taken from it.
    AllowedIpMoved {
        /// Which.
        network: Cidr,
        /// Line on which the peer that loses it has it.
        first: u32,
    },
    /// The network is on the list of the same peer twice.
    AllowedIpRepeated {
        /// Which.
        network: Cidr,
    },
    /// `+` or `-` before an allowed IP, which older `wg` do not know.
    Incremental,
    /// `-` before a network that is not on the list.
    NothingToRemove {
        /// Which.
        network: Cidr,
    },
    /// More than 200,000.
    TooManyAllowedIps,
    /// All of IPv4 goes through the tunnel and none of IPv6.
    OnlyIpv4Default,
    /// All of IPv6 goes through the tunnel and none of IPv4.
    OnlyIpv6Default,
    /// This peer gets all that no other peer has a narrower network for.
    DefaultBesideOthers {
        /// How many others there are.
        others: usize,
    },
    /// Nobody can begin: no peer has an endpoint, and this end's port is random.
    Unreachable,
    /// `DNS` has search domains and no server to set them with.
    SearchWithoutServer,
    /// Below 576, which hosts may rely on (RFC 791).
    SmallMtu,
    /// Below 1280, which IPv6 needs (RFC 8200 section 5).
    MtuTooSmallForIpv6,
}

impl Code {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Empty
            | Self::Foreign(_)
            | Self::MissingInterface
            | Self::OutsideSection
            | Self::MissingEquals
            | Self::SemicolonComment
            | Self::UnknownSection { .. }
            | Self::UnknownKey { .. }
            | Self::NamelessKey
            | Self::WrongSection
            | Self::Dialect { dialect: Dialect::AmneziaWg | Dialect::WireSock, .. }
            | Self::EmptyValue
            | Self::LineBreak(_)
            | Self::Key(_)
            | Self::Mask
            | Self::Cidr(..)
            | Self::EmptyItem
            | Self::Endpoint(..)
            | Self::Number(..)
            | Self::Table(..)
            | Self::Boolean(_)
            | Self::DnsServer(_)
            | Self::SearchDomain(..)
            | Self::Hook(_)
            | Self::MissingPrivateKey
            | Self::MissingPublicKey
            | Self::PrivateKeyPublished
            | Self::TooManyAllowedIps => Severity::Error,
            Self::TooMany
            | Self::SpacesInHeader
            | Self::RepeatedInterface { .. }
            | Self::Dialect { dialect: Dialect::Android, .. }
            | Self::RepeatedKey { .. }
            | Self::Invisible(_)
            | Self::Brackets(_)
            | Self::HashInHook
            | Self::PrivateKeyFromHook
            | Self::OwnPeer
            | Self::ZeroPresharedKey
            | Self::RepeatedPeer { .. }
            | Self::HostBits { .. }
            | Self::AllowedIpMoved { .. }
            | Self::Incremental
            | Self::NothingToRemove { .. }
            | Self::OnlyIpv4Default
            | Self::OnlyIpv6Default
            | Self::Unreachable
            | Self::SearchWithoutServer
            | Self::SmallMtu
            | Self::MtuTooSmallForIpv6 => Severity::Warning,
            Self::LeftOut | Self::NoPrefix { .. } | Self::AllowedIpRepeated { .. } | Self::DefaultBesideOthers { .. } => {
                Severity::Note
            }
        }
    }
}

/// A piece of the file that may be shown: at most 64 characters, nothing invisible or controlling, and nothing at all of what
/// could be (part of) a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quoted(Option<String>);

impl Quoted {
    /// A run this long of letters that base64 and hexadecimal have may be a key in the wrong place.
    const SECRET_RUN: usize = 20;
    const LONGEST: usize = 64;

    /// Takes what may be shown.
    pub fn new(text: &str) -> Self {
        let visible = text.chars().filter(|character| !character.is_whitespace() && !is_invisible(*character));
        let mut run = 0;
        for character in visible {
            let in_alphabet = character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=' | '-' | '_');
            run = if in_alphabet { run + 1 } else { 0 };
            if run >= Self::SECRET_RUN {
                return Self(None);
            }
        }
        let mut shown = String::new();
        for (count, character) in text.chars().enumerate() {
            if count == Self::LONGEST {
                shown.push('…');
                break;
            }
            if character.is_control() || is_invisible(character) || matches!(character, '\u{2028}' | '\u{2029}') {
                shown.extend(character.escape_unicode());
            } else {
                shown.push(character);
            }
        }
        Self(Some(shown))
    }

    /// What may be shown, or none if that could be a key.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(text) => write!(f, "`{text}`"),
            None => f.write_str("(not shown, it could be a key)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_shows_neither_keys_nor_control_characters() {
        assert_eq!(Quoted::new("1.2.3.4/33").to_string(), "`1.2.3.4/33`");
        assert_eq!(Quoted::new("a\u{1b}[31m\u{202e}b").to_string(), r"`a\u{1b}[31m\u{202e}b`");
        assert_eq!(Quoted::new("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=").as_str(), None);
        assert_eq!(Quoted::new("yAnz5TF+lXXJt e14tji3zlMNq:1").as_str(), None);
        assert_eq!(Quoted::new(&"a.".repeat(40)).as_str().map(|text| text.chars().count()), Some(65));
    }
}
