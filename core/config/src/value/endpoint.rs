//! The address at which a peer can be reached: a name or an IP address, and a port.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The reason why a text is not an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EndpointError {
    /// The text is empty.
    #[error("empty")]
    Empty,
    /// There is no `:port` at the end.
    #[error("the port is missing")]
    PortMissing,
    /// The port is not a number from 1 to 65535.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// A `[` without `]`.
    #[error("the closing bracket is missing")]
    Bracket,
    /// The text in brackets is not an IPv6 address.
    #[error("not an IPv6 address")]
    Ipv6,
    /// A host name in brackets.
    #[error("brackets are for IPv6 addresses, not for names")]
    NameInBrackets,
    /// A text that looks like an IPv4 address but is not one.
    #[error("not an IPv4 address")]
    Ipv4,
    /// The text is not a host name.
    #[error("not a host name: {0}")]
    Name(HostNameError),
    /// The text after `%` is not an interface name or number.
    #[error("not an interface after `%`")]
    Zone,
    /// A network's prefix length, as in `192.0.2.1/24:51820`.
    #[error("an endpoint has no prefix length")]
    Prefix,
    /// A URL, a path or a user name, not `host:port`.
    #[error("a URL is not an endpoint")]
    Url,
}

/// The reason why a text is not a host name (RFC 1035 section 2.3.4, RFC 1123 section 2.1; underscores are allowed, because
/// resolvers accept them).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HostNameError {
    /// The text before the colon is empty.
    #[error("it is empty")]
    Empty,
    /// It has more than 253 characters without the final dot.
    #[error("it has more than 253 characters")]
    TooLong,
    /// A part between two dots is empty, longer than 63 characters, or begins or ends with `-`.
    #[error("a part between two dots is empty, longer than 63 characters, or begins or ends with `-`")]
    Label,
    /// It has letters outside ASCII: such a name is written in its `xn--` form.
    #[error("it has letters outside ASCII; write its xn-- form")]
    NotAscii,
    /// It has a character that host names cannot have.
    #[error("the character {0:?} cannot be in it")]
    Character(char),
}

/// A host name for the resolver.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

/// A host name or an IP address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Host {
    /// An address.
    Ip(IpAddr),
    /// A link-local address and the interface on which it is valid.
    Scoped {
        /// The address.
        address: Ipv6Addr,
        /// Name or number of the interface, as written after `%`.
        zone: String,
    },
    /// A host name, resolved when the tunnel comes up.
    Name(HostName),
}

/// An endpoint, `host:port` or `[address]:port`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Host name or address.
    pub host: Host,
    /// UDP port, 1–65535 when read from text.
    pub port: u16,
}

impl HostName {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let relative = text.strip_suffix('.').unwrap_or(text);
        if relative.is_empty() {
            return Err(HostNameError::Empty);
        }
        if let Some(character) = text.chars().find(|character| !character.is_ascii_alphanumeric() && !"-_.".contains(*character))
        {
            let is_letter = !character.is_ascii() && character.is_alphanumeric();
            return Err(if is_letter { HostNameError::NotAscii } else { HostNameError::Character(character) });
        }
        if relative.len() > 253 {
            return Err(HostNameError::TooLong);
        }
        let fits = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
        if !relative.split('.').all(fits) {
            return Err(HostNameError::Label);
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Parses an endpoint. As in `wg`, an IPv6 address may be written without brackets: the last colon separates it from the
    /// port.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if text.is_empty() {
            return Err(EndpointError::Empty);
        }
        if has_prefix_length(text) {
            return Err(EndpointError::Prefix);
        }
        if text.contains('/') || text.contains('@') {
            return Err(EndpointError::Url);
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (inside, port) = rest.split_once(']').ok_or(EndpointError::Bracket)?;
                let port = port.strip_prefix(':').ok_or(EndpointError::PortMissing)?;
                (bracketed(inside)?, port)
            }
            None => {
                let (host, port) = text.rsplit_once(':').ok_or(EndpointError::PortMissing)?;
                (if host.contains(':') { ipv6(host)? } else { name_or_ipv4(host)? }, port)
            }
        };
        Ok(Self { host, port: self::port(port)? })
    }
}

/// Returns true if the text would be an endpoint, or an address, without a `/` and the digits after it.
fn has_prefix_length(text: &str) -> bool {
    let Some((host, rest)) = text.split_once('/') else { return false };
    let (prefix, port) = rest.split_once([':', ']']).unwrap_or((rest, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !host.is_empty() && !host.ends_with('/') && !prefix.is_empty() && is_number(prefix) && is_number(port.trim_start_matches(':'))
}

/// Parses a UDP port.
pub(crate) fn port(text: &str) -> Result<u16, EndpointError> {
    if text.is_empty() {
        return Err(EndpointError::PortMissing);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EndpointError::Port);
    }
    text.parse().ok().filter(|port| *port != 0).ok_or(EndpointError::Port)
}

fn bracketed(text: &str) -> Result<Host, EndpointError> {
    if text.contains(':') {
        return ipv6(text);
    }
    let of_other = |_| if name_or_ipv4(text).is_ok() { EndpointError::NameInBrackets } else { EndpointError::Ipv6 };
    text.parse().map(Host::Ip).map_err(of_other)
}

fn ipv6(text: &str) -> Result<Host, EndpointError> {
    let Some((address, zone)) = text.split_once('%') else {
        return text.parse().map(|address| Host::Ip(IpAddr::V6(address))).map_err(|_| EndpointError::Ipv6);
    };
    let address = address.parse().map_err(|_| EndpointError::Ipv6)?;
    if zone.parse::<super::InterfaceName>().is_err() {
        return Err(EndpointError::Zone);
    }
    Ok(Host::Scoped { address, zone: zone.to_owned() })
}

fn name_or_ipv4(text: &str) -> Result<Host, EndpointError> {
    if let Ok(address) = text.parse() {
        return Ok(Host::Ip(address));
    }
    let last = text.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    if !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EndpointError::Ipv4);
    }
    text.parse().map(Host::Name).map_err(EndpointError::Name)
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Host {
    /// Writes an IPv6 address without brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Scoped { address, zone } => write!(f, "{address}%{zone}"),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(IpAddr::V6(_)) | Host::Scoped { .. } => write!(f, "[{}]:{}", self.host, self.port),
            Host::Ip(IpAddr::V4(_)) | Host::Name(_) => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_of_an_endpoint_is_read_and_printed_the_same() {
        for (text, printed) in [
            ("1.2.3.4:51820", "1.2.3.4:51820"),
            ("[::1]:65535", "[::1]:65535"),
            ("[fe80::1%eth0]:1", "[fe80::1%eth0]:1"),
            ("::1:51820", "[::1]:51820"),
            ("[1.2.3.4]:5", "1.2.3.4:5"),
            ("vpn.example.org:51820", "vpn.example.org:51820"),
            ("vpn.example.org.:51820", "vpn.example.org.:51820"),
            ("xn--bcher-kva.example:1", "xn--bcher-kva.example:1"),
            ("a_b:1", "a_b:1"),
        ] {
            assert_eq!(text.parse::<Endpoint>().map(|endpoint| endpoint.to_string()).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_endpoint_is_named() {
        use EndpointError::{Bracket, Empty, Ipv4, Ipv6, Name, NameInBrackets, Port, PortMissing, Prefix, Url, Zone};
        for (text, error) in [
            ("", Empty),
            ("example.org", PortMissing),
            ("example.org:", PortMissing),
            ("[::1]", PortMissing),
            ("[::1", Bracket),
            ("[::g]:1", Ipv6),
            ("[example.org]:1", NameInBrackets),
            ("[fe80::1%]:1", Zone),
            ("[fe80::1%a b]:1", Zone),
            ("1.2.3.4:0", Port),
            ("1.2.3.4:65536", Port),
            ("1.2.3.4:-1", Port),
            ("1.2.3.4:+1", Port),
            ("1.2.3.4:0x10", Port),
            ("1.2.3.4:1e3", Port),
            ("1.2.3.4:domain", Port),
            ("1.2.3.256:1", Ipv4),
            ("127.1:1", Ipv4),
            (":51820", Name(HostNameError::Empty)),
            ("a b:1", Name(HostNameError::Character(' '))),
            ("b\u{fc}cher.example:1", Name(HostNameError::NotAscii)),
            ("a..b:1", Name(HostNameError::Label)),
            ("-a:1", Name(HostNameError::Label)),
            ("https://example.org:443", Url),
            ("https://192.0.2.1/24:443", Url),
            ("192.0.2.1/24:51820", Prefix),
            ("192.0.2.1:51820/24", Prefix),
            ("[2001:db8::1/64]:51820", Prefix),
            ("192.0.2.1/path:51820", Url),
        ] {
            assert_eq!(text.parse::<Endpoint>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_host_name_has_at_most_253_characters() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(longest.len(), 253);
        assert!(format!("{longest}:1").parse::<Endpoint>().is_ok());
        assert!(format!("{longest}.:1").parse::<Endpoint>().is_ok());
        assert_eq!(format!("{longest}a:1").parse::<Endpoint>(), Err(EndpointError::Name(HostNameError::TooLong)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_prints_to_itself(text in r"\[?[a-f0-9:.%\]x -]{0,30}") {
            if let Ok(endpoint) = text.parse::<Endpoint>() {
                prop_assert_eq!(endpoint.to_string().parse::<Endpoint>(), Ok(endpoint));
            }
        }
    }
}
