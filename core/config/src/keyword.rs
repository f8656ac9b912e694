//! The words of the language: sections, keys, and keys of other dialects, for which there is a better message than "unknown".

use std::fmt;

/// The two sections of wg(8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Section {
    /// The section of this end.
    Interface,
    /// The section of one peer.
    Peer,
}

/// The keys of wg(8) and wg-quick(8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "each is the key of that name; docs/CONFIG.md says what they mean")]
pub enum Key {
    PrivateKey,
    ListenPort,
    FwMark,
    Address,
    Dns,
    Mtu,
    Table,
    PreUp,
    PostUp,
    PreDown,
    PostDown,
    SaveConfig,
    PublicKey,
    PresharedKey,
    Endpoint,
    AllowedIps,
    PersistentKeepalive,
}

/// A WireGuard dialect whose keys are recognized and named, but have no effect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// AmneziaWG, which changes the packets themselves: a plain WireGuard peer does not understand them, nor the other way round.
    AmneziaWg,
    /// WireSock on Windows, whose keys choose which programs and networks use the tunnel.
    WireSock,
    /// The official Android app, whose keys choose which apps use the tunnel. They have no meaning elsewhere.
    Android,
}

impl Section {
    /// Both sections.
    pub const ALL: [Self; 2] = [Self::Interface, Self::Peer];

    /// Returns the name without brackets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interface => "Interface",
            Self::Peer => "Peer",
        }
    }
}

impl Key {
    /// All keys, in the order in which they are written.
    pub const ALL: [Self; 17] = [
        Self::PrivateKey,
        Self::ListenPort,
        Self::FwMark,
        Self::Address,
        Self::Dns,
        Self::Mtu,
        Self::Table,
        Self::SaveConfig,
        Self::PreUp,
        Self::PostUp,
        Self::PreDown,
        Self::PostDown,
        Self::PublicKey,
        Self::PresharedKey,
        Self::Endpoint,
        Self::AllowedIps,
        Self::PersistentKeepalive,
    ];

    /// Returns the name as written in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "PrivateKey",
            Self::ListenPort => "ListenPort",
            Self::FwMark => "FwMark",
            Self::Address => "Address",
            Self::Dns => "DNS",
            Self::Mtu => "MTU",
            Self::Table => "Table",
            Self::PreUp => "PreUp",
            Self::PostUp => "PostUp",
            Self::PreDown => "PreDown",
            Self::PostDown => "PostDown",
            Self::SaveConfig => "SaveConfig",
            Self::PublicKey => "PublicKey",
            Self::PresharedKey => "PresharedKey",
            Self::Endpoint => "Endpoint",
            Self::AllowedIps => "AllowedIPs",
            Self::PersistentKeepalive => "PersistentKeepalive",
        }
    }

    /// Returns the section to which the key belongs.
    pub const fn section(self) -> Section {
        match self {
            Self::PrivateKey
            | Self::ListenPort
            | Self::FwMark
            | Self::Address
            | Self::Dns
            | Self::Mtu
            | Self::Table
            | Self::PreUp
            | Self::PostUp
            | Self::PreDown
            | Self::PostDown
            | Self::SaveConfig => Section::Interface,
            Self::PublicKey | Self::PresharedKey | Self::Endpoint | Self::AllowedIps | Self::PersistentKeepalive => Section::Peer,
        }
    }

    /// Returns true if the value is a command, in which `#` does not start a comment.
    pub const fn is_hook(self) -> bool {
        matches!(self, Self::PreUp | Self::PostUp | Self::PreDown | Self::PostDown)
    }

    /// Returns true if each line adds to the previous ones instead of replacing them.
    pub const fn repeats(self) -> bool {
        self.is_hook() || matches!(self, Self::Address | Self::Dns | Self::AllowedIps)
    }

    /// Returns true if wg(8) reads the key; only wg-quick(8) reads the others.
    pub const fn is_wg(self) -> bool {
        matches!(
            self,
            Self::PrivateKey
                | Self::ListenPort
                | Self::FwMark
                | Self::PublicKey
                | Self::PresharedKey
                | Self::Endpoint
                | Self::AllowedIps
                | Self::PersistentKeepalive
        )
    }

    /// Parses a name in any case. `wg` ignores white space everywhere, so it accepts `Public Key` as a key; wg-quick does not.
    pub fn read(text: &str) -> Option<Self> {
        let exact = Self::ALL.into_iter().find(|key| text.eq_ignore_ascii_case(key.name()));
        exact.or_else(|| {
            let compact: String = text.chars().filter(|character| !is_space(*character)).collect();
            Self::ALL.into_iter().find(|key| key.is_wg() && compact.eq_ignore_ascii_case(key.name()))
        })
    }
}

impl Dialect {
    /// Returns the dialect that has this key, and the key's name there.
    pub fn read(text: &str) -> Option<(Self, &'static str)> {
        const AMNEZIA: [&str; 21] = [
            "Jc",
            "Jmin",
            "Jmax",
            "S1",
            "S2",
            "S3",
            "S4",
            "H1",
            "H2",
            "H3",
            "H4",
            "I1",
            "I2",
            "I3",
            "I4",
            "I5",
            "J1",
            "J2",
            "J3",
            "Itime",
            "AdvancedSecurity",
        ];
        const ANDROID: [&str; 2] = ["IncludedApplications", "ExcludedApplications"];
        const WIRESOCK: [&str; 4] = ["AllowedApps", "DisallowedApps", "DisallowedIPs", "Socks5Proxy"];
        let find = |names: &[&'static str]| names.iter().copied().find(|name| text.eq_ignore_ascii_case(name));
        let amnezia = find(&AMNEZIA).map(|name| (Self::AmneziaWg, name));
        let wiresock = || find(&WIRESOCK).map(|name| (Self::WireSock, name));
        amnezia.or_else(wiresock).or_else(|| find(&ANDROID).map(|name| (Self::Android, name)))
    }
}

/// Returns true for white space of `wg`, and for its replacements in text copied from a web page: no-break and zero-width spaces,
/// byte order marks.
pub fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}') || is_invisible(character)
}

/// Returns true for white space that is not visible as such, which `wg` refuses.
pub const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns the candidate that differs from `text` in at most two letters (one for short words), if there is one.
pub fn nearest<T: Copy>(text: &str, candidates: impl IntoIterator<Item = T>, name: impl Fn(T) -> &'static str) -> Option<T> {
    const LONGEST: usize = 32;
    if text.len() > LONGEST {
        return None;
    }
    let text = text.to_ascii_lowercase();
    let near =
        candidates.into_iter().map(|candidate| (strsim::levenshtein(&text, &name(candidate).to_ascii_lowercase()), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    let allowed = if name(candidate).len() <= 4 { 1 } else { 2 };
    (distance <= allowed).then_some(candidate)
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.name())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_any_case_and_those_of_wg_with_any_spaces() {
        assert_eq!(Key::read("privatekey"), Some(Key::PrivateKey));
        assert_eq!(Key::read("Allowed IPs"), Some(Key::AllowedIps));
        assert_eq!(Key::read("dns"), Some(Key::Dns));
        assert_eq!(Key::read("Post Up"), None);
        for key in Key::ALL {
            assert_eq!(Key::read(&key.name().to_uppercase()), Some(key));
        }
    }

    #[test]
    fn a_near_miss_has_a_suggestion_and_a_far_one_none() {
        let suggest = |text| nearest(text, Key::ALL, Key::name);
        assert_eq!(suggest("AllowedIP"), Some(Key::AllowedIps));
        assert_eq!(suggest("PrivatKey"), Some(Key::PrivateKey));
        assert_eq!(suggest("Adress"), Some(Key::Address));
        assert_eq!(suggest("Endpont"), Some(Key::Endpoint));
        assert_eq!(suggest("DSN"), None);
        assert_eq!(suggest("DN"), Some(Key::Dns));
        assert_eq!(suggest("Colour"), None);
    }

    #[test]
    fn other_dialects_are_known() {
        assert_eq!(Dialect::read("jc"), Some((Dialect::AmneziaWg, "Jc")));
        assert_eq!(Dialect::read("I5"), Some((Dialect::AmneziaWg, "I5")));
        assert_eq!(Dialect::read("excludedapplications"), Some((Dialect::Android, "ExcludedApplications")));
        assert_eq!(Dialect::read("Address"), None);
    }
}
