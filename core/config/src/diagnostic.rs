//! The diagnostics of a configuration as data: the place, the problem, and the correction. `adit-words` has the sentences.
//!
//! No diagnostic contains a key: keys are described by their defect, and every quotation goes through [`Quoted`].

use std::fmt;
use std::ops::Range;

use crate::detect::Foreign;
use crate::keyword::{Dialect, Key, Section, is_invisible};
use crate::value::{Cidr, CidrError, Endpoint, EndpointError, HookError, NumberError, SearchDomainError, TableError};

/// The severity of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Information.
    Note,
    /// Accepted, but probably not intended.
    Warning,
    /// An error; there is no configuration until it is corrected.
    Error,
}

/// One diagnostic and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The severity, which follows from the code.
    pub severity: Severity,
    /// The problem.
    pub code: Code,
    /// The section of the problem.
    pub section: Option<Section>,
    /// The key of the problem.
    pub key: Option<Key>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// The place in bytes of the document.
    pub span: Range<usize>,
}

/// The reason why a text is not a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyDefect {
    /// It does not have 44 characters; this is their number.
    Length(usize),
    /// It has 43 characters: the final `=` is missing.
    Padding,
    /// It has a character that base64 does not have.
    Alphabet,
    /// It is base64 with `-` and `_`.
    UrlSafe,
    /// It has 64 hexadecimal digits.
    Hexadecimal,
    /// Its last character before the `=` has bits that no key has; `wg` refuses it.
    NotCanonical,
    /// It is all zero, which is no key.
    Zero,
    /// It is one of the few points with which every private key yields the same, known secret.
    LowOrder,
}

/// The problem that a diagnostic reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// The file has only white space and comments.
    Empty,
    /// The file is of another kind.
    Foreign(Foreign),
    /// There is no `[Interface]` section.
    MissingInterface,
    /// There are more diagnostics than the limit; the others are left out.
    TooMany,

    /// A line before the first section.
    OutsideSection,
    /// A line that is neither a section nor `name = value`.
    MissingEquals,
    /// A comment that starts with `;`.
    SemicolonComment,
    /// A section with an unknown name.
    UnknownSection {
        /// The name as written.
        found: Quoted,
        /// The section that was probably meant.
        suggestion: Option<Section>,
    },
    /// `[ Interface ]`: `wg` accepts it, wg-quick does not.
    SpacesInHeader,
    /// A second `[Interface]`, which is read as a continuation of the first.
    RepeatedInterface {
        /// Line of the first one.
        first: u32,
    },
    /// A key with an unknown name.
    UnknownKey {
        /// The name as written.
        found: Quoted,
        /// The key that was probably meant.
        suggestion: Option<Key>,
    },
    /// A text that looks like a cryptographic key, alone on its line.
    NamelessKey,
    /// A known key in the wrong section.
    WrongSection,
    /// A key of another dialect.
    Dialect {
        /// The dialect.
        dialect: Dialect,
        /// The key's name in that dialect.
        name: &'static str,
    },
    /// No value after `=`, where one is required.
    EmptyValue,
    /// No value after `=` for a key that is optional.
    LeftOut,
    /// A second value for a key that has only one; the later one wins.
    RepeatedKey {
        /// Line of the earlier one.
        first: u32,
    },
    /// A no-break or zero-width space, which is read as an ordinary space.
    Invisible(char),
    /// A line break that Unix does not use (CR alone, NEL, U+2028 …).
    LineBreak(char),

    /// A text that is not a key.
    Key(KeyDefect),
    /// A mark of [`crate::mask`] for which there is no key.
    Mask,
    /// A text that is not an address with a prefix length.
    Cidr(Quoted, CidrError),
    /// Two commas in a row, or one at the end.
    EmptyItem,
    /// A text that is not an endpoint.
    Endpoint(Quoted, EndpointError),
    /// A further endpoint, at a peer without a first one, which other programs would use.
    NoFirstEndpoint,
    /// A peer has more than 16 endpoints.
    TooManyEndpoints,
    /// An IPv6 endpoint without brackets, which is ambiguous.
    Brackets(Endpoint),
    /// A text that is not a number in the required range.
    Number(Quoted, NumberError),
    /// A text that is not a routing table.
    Table(Quoted, TableError),
    /// A text that is neither `true` nor `false`.
    Boolean(Quoted),
    /// A text that looks like the address of a DNS server and is not one.
    DnsServer(Quoted),
    /// A text that is not a search domain.
    SearchDomain(Quoted, SearchDomainError),
    /// A text that is not a command.
    Hook(HookError),
    /// `#` in a command: here it is part of the command, but wg-quick ends the command there.
    HashInHook,

    /// The interface has no private key, and no command that could set one.
    MissingPrivateKey,
    /// The interface has no private key until a command sets one.
    PrivateKeyFromHook,
    /// The peer has no public key.
    MissingPublicKey,
    /// A private key in the place of a public key.
    PrivateKeyPublished,
    /// The peer's key is the interface's own.
    OwnPeer,
    /// A preshared key of zeros, which means "none".
    ZeroPresharedKey,
    /// The same peer again; the two sections are joined, as `wg` does.
    RepeatedPeer {
        /// Line of the first `[Peer]`.
        first: u32,
    },
    /// An address where a network is expected.
    HostBits {
        /// The network that is used instead.
        network: Cidr,
    },
    /// An address without a prefix length.
    NoPrefix {
        /// The network that is used instead.
        taken: Cidr,
    },
    /// Another peer already had this network, and loses it to this peer.
    AllowedIpMoved {
        /// The network.
        network: Cidr,
        /// Line of the network at the peer that loses it.
        first: u32,
    },
    /// The network is listed twice for the same peer.
    AllowedIpRepeated {
        /// The network.
        network: Cidr,
    },
    /// `+` or `-` before an allowed IP, which older versions of `wg` do not know.
    Incremental,
    /// `-` before a network that is not in the list.
    NothingToRemove {
        /// The network.
        network: Cidr,
    },
    /// There are more than 200,000 allowed IPs.
    TooManyAllowedIps,
    /// All IPv4 traffic goes through the tunnel, and no IPv6 traffic.
    OnlyIpv4Default,
    /// All IPv6 traffic goes through the tunnel, and no IPv4 traffic.
    OnlyIpv6Default,
    /// This peer gets all traffic for which no other peer has a narrower network.
    DefaultBesideOthers {
        /// Number of other peers.
        others: usize,
    },
    /// No handshake can start: no peer has an endpoint, and this end's port is random.
    Unreachable,
    /// `DNS` has search domains but no server to set them with.
    SearchWithoutServer,
    /// The MTU is below 576, which hosts may rely on (RFC 791).
    SmallMtu,
    /// The MTU is below 1280, which IPv6 needs (RFC 8200 section 5).
    MtuTooSmallForIpv6,
}

impl Code {
    /// Returns how severe the problem is.
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
            | Self::NoFirstEndpoint
            | Self::TooManyEndpoints
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

/// A quotation from the file that is safe to show: at most 64 characters, no invisible or control characters, and nothing at all
/// of a text that could be (part of) a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quoted(Option<String>);

impl Quoted {
    /// Length of a run of base64 or hexadecimal letters that may be a key in the wrong place.
    const SECRET_RUN: usize = 20;
    const LONGEST: usize = 64;

    /// Keeps the part of `text` that may be shown.
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

    /// Returns the text that may be shown, or `None` if it could be a key.
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
