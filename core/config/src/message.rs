//! Renders diagnostics in English: the problem, its place, and the correction.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::detect::Foreign;
use crate::diagnostic::{Code, Diagnostic, KeyDefect, Severity};
use crate::keyword::{Dialect, Key};
use crate::value::{CidrError, EndpointError, HostNameError, NumberError};

/// Renders `wg0.conf:12:14: error: AllowedIPs: …` and, indented below it, the advice. There is no line feed at the end. `file` is
/// shown as given.
pub fn render(file: &str, diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, code, key, line, column, .. } = diagnostic;
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!("{file}:{line}:{column}: {severity}: ");
    if let Some(key) = key {
        let _ = write!(text, "{key}: ");
    }
    text.push_str(&problem(code));
    if let Some(advice) = advice(code, *key) {
        let _ = write!(text, "\n    {advice}");
    }
    text
}

/// Describes the problem in a sentence without a full stop.
pub fn problem(code: &Code) -> String {
    match code {
        Code::Empty => "the file is empty".into(),
        Code::Foreign(foreign) => format!("this is {foreign}, not a WireGuard configuration"),
        Code::MissingInterface => "there is no [Interface] section".into(),
        Code::TooMany => "too many complaints, the others are not shown".into(),
        Code::OutsideSection => "line must occur in a section".into(),
        Code::MissingEquals => "config key is missing an equals separator".into(),
        Code::SemicolonComment => "`;` does not begin a comment".into(),
        Code::UnknownSection { found, .. } => format!("unknown section {found}"),
        Code::SpacesInHeader => "spaces inside a section header, which wg-quick does not recognise".into(),
        Code::RepeatedInterface { first } => {
            format!("a second [Interface] (the first is on line {first}); it is read as its continuation")
        }
        Code::UnknownKey { found, .. } => format!("unknown key {found}"),
        Code::NamelessKey => "this looks like a cryptographic key, but no `NAME =` is before it".into(),
        Code::WrongSection => "this key is in the wrong section".into(),
        Code::Dialect { dialect: Dialect::AmneziaWg, name } => {
            format!(
                "{name} belongs to AmneziaWG, which changes the packets; this is a client for WireGuard and cannot reach such a server"
            )
        }
        Code::Dialect { dialect: Dialect::WireSock, name } => {
            format!("{name} is an option of WireSock, which selects the traffic of the tunnel; here it has no effect")
        }
        Code::Dialect { dialect: Dialect::Android, name } => format!("{name} has a meaning only on Android and is ignored here"),
        Code::EmptyValue => "the value is missing".into(),
        Code::LeftOut => "the value is missing; this line is ignored".into(),
        Code::RepeatedKey { first } => format!("given again (first on line {first}); this one counts"),
        Code::Invisible(character) => format!("an invisible character ({}) is read as a space", character.escape_unicode()),
        Code::LineBreak(character) => format!("a line break of another system ({}) inside the line", character.escape_unicode()),
        Code::Key(defect) => key_defect(*defect),
        Code::Mask => "this stands for a saved key, and no key is saved for this place".into(),
        Code::Cidr(text, error) => format!("{text}: {error}"),
        Code::EmptyItem => "two commas in a row, or one too many at an end".into(),
        Code::Endpoint(text, error) => format!("{text}: {error}"),
        Code::Brackets(_) => "an IPv6 address without brackets; the last number is taken for the port".into(),
        Code::Number(text, NumberError::NotANumber) => format!("{text} is not a number"),
        Code::Number(text, NumberError::Range { minimum, maximum }) => format!("{text} is not between {minimum} and {maximum}"),
        Code::Table(text, error) => format!("{text}: {error}"),
        Code::Boolean(text) => format!("{text} is neither `true` nor `false`"),
        Code::DnsServer(text) => format!("{text} is not an IP address"),
        Code::SearchDomain(text, error) => format!("{text} is not a search domain: {error}"),
        Code::Hook(error) => error.to_string(),
        Code::HashInHook => "`#` is part of this command, but wg-quick would end the command there".into(),
        Code::MissingPrivateKey => "an interface must have a private key".into(),
        Code::PrivateKeyFromHook => "the interface has no PrivateKey until a command sets it".into(),
        Code::MissingPublicKey => "all peers must have public keys, and this one has none".into(),
        Code::PrivateKeyPublished => "this is the interface's private key, which nobody else may know".into(),
        Code::OwnPeer => "this is the interface's own key; WireGuard ignores such a peer".into(),
        Code::ZeroPresharedKey => "a key of zeros is the same as none".into(),
        Code::RepeatedPeer { first } => {
            format!(
                "the same peer as on line {first}; as with wg, the settings here override the earlier ones, and the allowed IPs here replace the earlier ones"
            )
        }
        Code::HostBits { network } => format!("host bits are set; it is taken for {network}"),
        Code::NoPrefix { taken } => format!("no prefix length; it is taken for {taken}"),
        Code::AllowedIpMoved { network, first } => {
            format!("{network} belongs to the peer on line {first} as well; this one, the later, gets it")
        }
        Code::AllowedIpRepeated { network } => format!("{network} is given twice"),
        Code::Incremental => "`+` and `-` need wg 1.0.20250521 or later; older ones refuse the file".into(),
        Code::NothingToRemove { network } => format!("{network} is not on the list, so that there is nothing to remove"),
        Code::TooManyAllowedIps => "more than 200,000 allowed IPs".into(),
        Code::OnlyIpv4Default => "all of IPv4 goes through the tunnel, but IPv6 does not".into(),
        Code::OnlyIpv6Default => "all of IPv6 goes through the tunnel, but IPv4 does not".into(),
        Code::DefaultBesideOthers { others: 1 } => {
            "this peer gets everything that the other peer has no narrower network for".into()
        }
        Code::DefaultBesideOthers { others } => {
            format!("this peer gets everything that the {others} other peers have no narrower network for")
        }
        Code::Unreachable => "no peer has an Endpoint, and without ListenPort none can find this end".into(),
        Code::SearchWithoutServer => "search domains without a server, so they are not set (as in wg-quick)".into(),
        Code::SmallMtu => "below 576 bytes, many programs fail".into(),
        Code::MtuTooSmallForIpv6 => "IPv6 needs at least 1280 bytes; the system will turn it off on this interface".into(),
    }
}

/// Describes the correction, if there is one to suggest.
pub fn advice(code: &Code, key: Option<Key>) -> Option<String> {
    let text = match code {
        Code::Empty | Code::MissingInterface => "a configuration has an [Interface] section and one [Peer] section per peer",
        Code::Foreign(foreign) => return foreign_advice(*foreign),
        Code::OutsideSection => "put [Interface] or [Peer] above it",
        Code::MissingEquals => "write NAME = VALUE, or begin the line with `#` to make it a comment",
        Code::SemicolonComment => "begin the comment with `#`",
        Code::UnknownSection { suggestion, .. } => {
            return Some(
                suggestion.map_or_else(
                    || "the sections are [Interface] and [Peer]".into(),
                    |section| format!("did you mean {section}?"),
                ),
            );
        }
        Code::SpacesInHeader => "remove the spaces",
        Code::UnknownKey { suggestion, .. } => {
            return suggestion.map(|key| format!("did you mean {key} (in {})?", key.section()));
        }
        Code::NamelessKey => "write PrivateKey =, PublicKey = or PresharedKey = before it",
        Code::WrongSection => return key.map(|key| format!("it belongs to {}", key.section())),
        Code::Dialect { dialect: Dialect::WireSock, .. } => "remove the line; AllowedIPs alone selects the traffic of the tunnel",
        Code::Dialect { dialect: Dialect::AmneziaWg, .. } => "ask the provider for a plain WireGuard configuration",
        Code::EmptyValue | Code::LeftOut => "give a value, or remove the line",
        Code::RepeatedKey { .. } => "remove one of them",
        Code::LineBreak(_) => "save the file with Unix or Windows line ends",
        Code::Key(defect) => return Some(key_advice(*defect, key).into()),
        Code::Mask => "write the key itself, or put the line back to where it was",
        Code::Cidr(_, error) => return cidr_advice(*error, key),
        Code::EmptyItem => "remove the comma",
        Code::Endpoint(_, error) => return Some(endpoint_advice(*error).into()),
        Code::Brackets(endpoint) => return Some(format!("write {endpoint}")),
        Code::Number(text, _) | Code::Boolean(text) if text.as_str().is_some_and(|text| text.contains(';')) => {
            "comments begin with `#`"
        }
        Code::Number(..) => return number_advice(key),
        Code::Table(..) => "write `auto`, `off`, or a number from 1 to 4294967295",
        Code::Boolean(_) => "write `true` or `false`",
        Code::DnsServer(server) => return Some(dns_server_advice(server.as_str().unwrap_or_default())),
        Code::SearchDomain(..) => "write a domain such as corp.example: letters, digits, `-` and `_`, with dots between",
        Code::MissingPrivateKey => "add PrivateKey = …, made by `adit genkey`",
        Code::MissingPublicKey => "add PublicKey = …; ask the administrator of the peer for this key",
        Code::PrivateKeyPublished => "put the other end's public key here; if this file was given away, make a new private key",
        Code::HostBits { network } => return Some(format!("write {network}")),
        Code::NoPrefix { taken } => return Some(format!("write {taken}")),
        Code::OnlyIpv4Default => "add ::/0 unless that is wanted",
        Code::OnlyIpv6Default => "add 0.0.0.0/0 unless that is wanted",
        Code::Unreachable => "add an Endpoint to a peer, or a ListenPort here",
        Code::SearchWithoutServer => "add the address of a DNS server",
        Code::HashInHook => "if it begins a comment, move that to its own line",
        Code::TooMany
        | Code::RepeatedInterface { .. }
        | Code::Dialect { dialect: Dialect::Android, .. }
        | Code::Invisible(_)
        | Code::Hook(_)
        | Code::PrivateKeyFromHook
        | Code::OwnPeer
        | Code::ZeroPresharedKey
        | Code::RepeatedPeer { .. }
        | Code::AllowedIpMoved { .. }
        | Code::AllowedIpRepeated { .. }
        | Code::Incremental
        | Code::NothingToRemove { .. }
        | Code::TooManyAllowedIps
        | Code::DefaultBesideOthers { .. }
        | Code::SmallMtu
        | Code::MtuTooSmallForIpv6 => return None,
    };
    Some(text.into())
}

fn key_defect(defect: KeyDefect) -> String {
    match defect {
        KeyDefect::Length(1) => "invalid key: it has 1 character, a key has 44".into(),
        KeyDefect::Length(characters) => format!("invalid key: it has {characters} characters, a key has 44"),
        KeyDefect::Padding => "invalid key: the `=` at its end is missing".into(),
        KeyDefect::Alphabet => "invalid key: it has a character that base64 does not have".into(),
        KeyDefect::UrlSafe => "invalid key: it is in the URL-safe form of base64".into(),
        KeyDefect::Hexadecimal => "invalid key: it is in hexadecimal".into(),
        KeyDefect::NotCanonical => {
            "invalid key: its last character before the `=` cannot be in a key, so that it is mistyped or cut".into()
        }
        KeyDefect::Zero => "invalid key: it is all zero".into(),
        KeyDefect::LowOrder => "invalid key: it is one of the few with which there can be no secret".into(),
    }
}

fn key_advice(defect: KeyDefect, key: Option<Key>) -> &'static str {
    match (defect, key) {
        (KeyDefect::Padding, _) => "add the `=`",
        (KeyDefect::UrlSafe, _) => "write `+` for `-` and `/` for `_`",
        (KeyDefect::Hexadecimal, _) => "write it in base64",
        (KeyDefect::Zero, _) => "make one with `adit genkey`",
        (_, Some(Key::PrivateKey)) => "copy the whole key: 44 characters, the last one `=`; `adit genkey` makes one",
        (_, Some(Key::PresharedKey)) => "copy the whole key: 44 characters, the last one `=`; `adit genpsk` makes one",
        _ => "copy the whole key: 44 characters, the last one `=`",
    }
}

fn cidr_advice(error: CidrError, key: Option<Key>) -> Option<String> {
    let example = if key == Some(Key::Address) { "10.0.0.2/32 or fd00::2/128" } else { "10.0.0.0/24, 0.0.0.0/0 or fd00::/64" };
    match error {
        CidrError::Netmask(Some(prefix)) => Some(format!("write /{prefix}")),
        CidrError::Netmask(None) | CidrError::Empty | CidrError::Address | CidrError::Prefix => {
            Some(format!("write it as in {example}"))
        }
        CidrError::PrefixTooLong { maximum } => Some(format!("write a prefix length from 0 to {maximum}")),
    }
}

fn dns_server_advice(server: &str) -> String {
    if let Ok(with_port) = server.parse::<SocketAddr>() {
        return format!("write {}: a resolver is always asked at port 53", with_port.ip());
    }
    if server.contains("://") {
        return "DNS over HTTPS and TLS cannot be set here; write the address of a server, such as 10.0.0.53".into();
    }
    "write an address such as 10.0.0.53, without port or prefix length".into()
}

fn endpoint_advice(error: EndpointError) -> &'static str {
    match error {
        EndpointError::PortMissing => "add a port, as in vpn.example.org:51820 or [2001:db8::1]:51820",
        EndpointError::Prefix => "remove the `/` and the number behind it",
        EndpointError::Port => "write the port as a number from 1 to 65535",
        EndpointError::NameInBrackets => "write the name without brackets, as in vpn.example.org:51820",
        EndpointError::Bracket => "close the bracket, as in [2001:db8::1]:51820",
        EndpointError::Ipv6 | EndpointError::Zone => "write it as in [2001:db8::1]:51820 or [fe80::1%eth0]:51820",
        EndpointError::Name(HostNameError::NotAscii) => "write the name in its xn-- form",
        EndpointError::Empty | EndpointError::Ipv4 | EndpointError::Name(_) | EndpointError::Url => {
            "write it as in vpn.example.org:51820 or 192.0.2.1:51820"
        }
    }
}

fn number_advice(key: Option<Key>) -> Option<String> {
    let text = match key? {
        Key::ListenPort => "write a number from 0 to 65535; 0 lets the system choose",
        Key::FwMark => "write `off`, a number, or 0x and hexadecimal digits; at most 32 bits",
        Key::Mtu => "write a number from 68 to 65535, or leave the line out to have it found",
        Key::PersistentKeepalive => "write `off` or seconds from 1 to 65535",
        _ => return None,
    };
    Some(text.into())
}

fn foreign_advice(foreign: Foreign) -> Option<String> {
    let text = match foreign {
        Foreign::OpenVpn => "OpenVPN needs its own client; ask the provider for a WireGuard configuration",
        Foreign::Ikev2Profile | Foreign::CiscoPcf | Foreign::StrongSwan => {
            "IPsec needs another client; ask the provider for a WireGuard configuration"
        }
        Foreign::Zip | Foreign::Tar | Foreign::Gzip | Foreign::Compressed => "unpack it first",
        Foreign::Html => "download the file itself, not the page around it",
        Foreign::WireGuardLink => {
            "programs do not agree on such links; ask for the configuration as a .conf file or as its QR code"
        }
        Foreign::Link => "download the file behind it, or give the link itself to `adit import`",
        Foreign::AppleProfile
        | Foreign::Pem
        | Foreign::Xml
        | Foreign::Json
        | Foreign::Image
        | Foreign::Pdf
        | Foreign::Program => return None,
    };
    Some(text.into())
}
