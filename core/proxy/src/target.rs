//! Targets and forwards in the notation of users and protocols.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// Maximum length of a DNS name in characters.
const LONGEST_NAME: usize = 253;

/// An IP address or a name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TargetHost {
    /// An address.
    Ip(IpAddr),
    /// A name to be resolved.
    Name(String),
}

/// A host and a port.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Target {
    /// The host.
    pub host: TargetHost,
    /// TCP or UDP port; never 0.
    pub port: u16,
}

/// A forward from a port of this computer to a host on the tunnel's other side: `[BIND:]PORT:HOST:PORT[/udp]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalForward {
    /// Address to listen at.
    pub listen: SocketAddr,
    /// Target of the forward.
    pub target: Target,
    /// True for datagrams, false for connections.
    pub udp: bool,
}

/// A forward from a port of the tunnel's own address to a host that this computer can reach: `PORT:HOST:PORT`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteForward {
    /// Port on all addresses of the tunnel.
    pub port: u16,
    /// Target of the forward.
    pub target: Target,
}

/// An argument that cannot be parsed; the message shows a valid one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SpecError {
    /// The argument is not `HOST:PORT`.
    #[error("`{0}` is not HOST:PORT, as in intranet:443 or [fd00::1]:443")]
    Target(String),
    /// The argument is not `[ADDR:]PORT`.
    #[error("`{0}` is not ADDR:PORT, as in 127.0.0.1:1080 or [::1]:1080; a PORT alone is one of 127.0.0.1")]
    Listen(String),
    /// The argument is not `[BIND:]PORT:HOST:PORT[/udp]`.
    #[error("`{0}` is not [BIND:]PORT:HOST:PORT, as in 8080:intranet:80, or 5353:10.0.0.1:53/udp")]
    Local(String),
    /// The argument is not `PORT:HOST:PORT`.
    #[error("`{0}` is not PORT:HOST:PORT, as in 2222:127.0.0.1:22")]
    Remote(String),
}

/// Parses an address to listen at: `ADDR:PORT`, or `PORT` for this computer only.
///
/// # Errors
/// [`SpecError::Listen`].
pub fn listen_address(text: &str) -> Result<SocketAddr, SpecError> {
    let here = || text.parse().ok().map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
    text.parse().ok().or_else(here).ok_or_else(|| SpecError::Listen(text.to_owned()))
}

impl Target {
    /// Combines a host as a protocol gives it with a port. Returns `None` if either is invalid.
    pub fn new(host: &str, port: u16) -> Option<Self> {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = match bare.unwrap_or(host).parse::<IpAddr>() {
            Ok(address) => TargetHost::Ip(address.to_canonical()),
            Err(_) if bare.is_some() || !is_name(host) => return None,
            Err(_) => TargetHost::Name(host.to_owned()),
        };
        (port != 0).then_some(Self { host, port })
    }
}

/// Returns true for a name that cannot be mistaken for anything else, neither on a terminal nor in a protocol.
fn is_name(name: &str) -> bool {
    let fit = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fit) && !name.starts_with('.') && !name.contains("..")
}

impl FromStr for Target {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let parsed = text.rsplit_once(':').and_then(|(host, port)| Self::new(host, port.parse().ok()?));
        parsed.ok_or_else(|| SpecError::Target(text.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            TargetHost::Ip(address) => SocketAddr::new(*address, self.port).fmt(f),
            TargetHost::Name(name) => write!(f, "{name}:{}", self.port),
        }
    }
}

/// Splits `LEFT:HOST:PORT` before `HOST`.
fn split_target(text: &str) -> Option<(&str, Target)> {
    let (rest, port) = text.rsplit_once(':')?;
    let at = if rest.ends_with(']') { rest.rfind('[')? } else { rest.rfind(':')? + 1 };
    let left = rest.get(..at)?.strip_suffix(':')?;
    Some((left, Target::new(rest.get(at..)?, port.parse().ok()?)?))
}

impl FromStr for LocalForward {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let parse = || {
            let (rest, udp) =
                text.strip_suffix("/udp").map_or((text.strip_suffix("/tcp").unwrap_or(text), false), |rest| (rest, true));
            let (left, target) = split_target(rest)?;
            let listen = listen_address(left).ok()?;
            Some(Self { listen, target, udp })
        };
        parse().ok_or_else(|| SpecError::Local(text.to_owned()))
    }
}

impl FromStr for RemoteForward {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let parse = || {
            let (left, target) = split_target(text)?;
            Some(Self { port: left.parse().ok().filter(|port| *port != 0)?, target })
        };
        parse().ok_or_else(|| SpecError::Remote(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> String {
        let LocalForward { listen, target, udp } = text.parse().unwrap();
        format!("{listen} {target} {udp}")
    }

    #[test]
    fn forwards_are_read_with_and_without_an_address_and_for_both_families() {
        assert_eq!(local("8080:intranet:80"), "127.0.0.1:8080 intranet:80 false");
        assert_eq!(local("0.0.0.0:53:10.0.0.1:53/udp"), "0.0.0.0:53 10.0.0.1:53 true");
        assert_eq!(local("[::1]:8080:[fd00::1]:80/tcp"), "[::1]:8080 [fd00::1]:80 false");
        assert_eq!(local("0:[fd00::1]:80"), "127.0.0.1:0 [fd00::1]:80 false");
        let remote: RemoteForward = "2222:localhost:22".parse().unwrap();
        assert_eq!((remote.port, remote.target.to_string()), (2222, "localhost:22".into()));
    }

    #[test]
    fn a_port_alone_is_for_this_computer_only() {
        assert_eq!(listen_address("1080").unwrap().to_string(), "127.0.0.1:1080");
        assert_eq!(listen_address("[::]:1080").unwrap().to_string(), "[::]:1080");
        for bad in ["", "localhost:1080", "70000", "::1:1080"] {
            assert!(listen_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_missing_or_too_much_is_refused_with_an_example() {
        for bad in [
            "",
            ":",
            "80",
            "8080:intranet",
            "8080:intranet:0",
            "8080::80",
            "x:intranet:80",
            "8080:in tranet:80",
            "8080:fd00::1:80",
        ] {
            let error = bad.parse::<LocalForward>().unwrap_err().to_string();
            assert!(error.contains("8080:intranet:80"), "{bad}: {error}");
        }
        for bad in ["22", "0:localhost:22", "localhost:22:localhost:22"] {
            assert!(bad.parse::<RemoteForward>().is_err(), "{bad}");
        }
        for bad in ["host", "host:", "host:99999", "[name]:80", ":80", "a\u{1b}b:80", ".a:80", "a..b:80"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
        assert!(Target::new(&"a".repeat(254), 80).is_none());
    }
}
