//! Parses requests from lines into a [`DeviceUpdate`] that is complete before it is applied.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

use super::error::RequestError;
use super::line::{Line, LineReader};
use crate::{AllowedIp, DeviceUpdate, PeerUpdate};

/// A request of a client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Asks for the whole state.
    Get,
    /// Asks for a change of the tunnel.
    Set(DeviceUpdate),
}

/// Turns the name of an interface into its index, for the scope of a link-local endpoint.
pub type ScopeOf<'a> = &'a dyn Fn(&str) -> Option<u32>;

/// Reads one request up to its blank line. This also holds for a refused request, so that the next one can be read after it
/// unless [`RequestError::ends_connection`] is true. Returns `None` if the stream ends before a request begins; the outer error
/// is the stream's.
pub fn read_request<R: Read>(lines: &mut LineReader<R>, scope: ScopeOf<'_>) -> io::Result<Option<Result<Request, RequestError>>> {
    let mut reading = Reading::Start;
    let mut refused = None;
    for number in 1.. {
        let step = match lines.next_line()? {
            Line::End { clean: true } => return Ok(None),
            Line::End { clean: false } => return Ok(Some(Err(RequestError::Truncated))),
            Line::RequestTooLong => return Ok(Some(Err(RequestError::RequestTooLong))),
            Line::TooLong => Err(RequestError::LineTooLong { line: number }),
            Line::Text(b"") => break,
            Line::Text(line) => reading.line(line, number, scope),
        };
        if let Err(error) = step {
            refused.get_or_insert(error);
        }
    }
    Ok(Some(match (refused, reading) {
        (Some(error), _) => Err(error),
        (None, Reading::Start) => Err(RequestError::Operation),
        (None, Reading::Get) => Ok(Request::Get),
        (None, Reading::Set(update)) => Ok(Request::Set(update)),
    }))
}

enum Reading {
    Start,
    Get,
    Set(DeviceUpdate),
}

impl Reading {
    fn line(&mut self, line: &[u8], number: usize, scope: ScopeOf<'_>) -> Result<(), RequestError> {
        match self {
            Self::Start => {
                *self = match line {
                    b"get=1" => Self::Get,
                    b"set=1" => Self::Set(DeviceUpdate::default()),
                    _ => return Err(RequestError::Operation),
                };
                Ok(())
            }
            Self::Get => Err(RequestError::UnknownKey { line: number }),
            Self::Set(update) => {
                let line = std::str::from_utf8(line).map_err(|_| RequestError::Syntax { line: number })?;
                let (key, value) = line.split_once('=').ok_or(RequestError::Syntax { line: number })?;
                let value = Value { line: number, text: value };
                match (key, update.peers.last_mut()) {
                    ("public_key", _) => {
                        let key = value.key("public_key", PublicKey::from_hex)?;
                        update.peers.push(PeerUpdate::new(key));
                        Ok(())
                    }
                    (_, None) => device_line(update, key, &value),
                    (_, Some(peer)) => peer_line(peer, key, &value, scope),
                }
            }
        }
    }
}

fn device_line(update: &mut DeviceUpdate, key: &str, value: &Value<'_>) -> Result<(), RequestError> {
    match key {
        "private_key" => {
            let private_key = value.key("private_key", PrivateKey::from_hex)?;
            update.private_key = Some((!PrivateKey::is_zero_hex(value.text)).then_some(private_key));
        }
        "listen_port" => update.listen_port = Some(value.number("listen_port", "a number from 0 to 65535")?),
        "fwmark" => update.fwmark = Some(value.number("fwmark", "a number from 0 to 4294967295")?),
        "replace_peers" => update.replace_peers = value.only_true("replace_peers")?,
        _ => return Err(RequestError::UnknownKey { line: value.line }),
    }
    Ok(())
}

fn peer_line(peer: &mut PeerUpdate, key: &str, value: &Value<'_>, scope: ScopeOf<'_>) -> Result<(), RequestError> {
    match key {
        "remove" => peer.remove = value.only_true("remove")?,
        "update_only" => peer.update_only = value.only_true("update_only")?,
        "preshared_key" => peer.preshared_key = Some(value.key("preshared_key", PresharedKey::from_hex)?),
        "endpoint" => peer.endpoint = Some(value.endpoint(scope)?),
        "persistent_keepalive_interval" => {
            peer.persistent_keepalive =
                Some(value.number("persistent_keepalive_interval", "a number of seconds from 0 to 65535")?);
        }
        "replace_allowed_ips" => {
            peer.replace_allowed_ips = value.only_true("replace_allowed_ips")?;
            peer.allowed_ips.clear();
        }
        "allowed_ip" => peer.allowed_ips.push(value.allowed_ip()?),
        "protocol_version" if value.text == "1" => {}
        "protocol_version" => return Err(value.error("protocol_version", "1")),
        _ => return Err(RequestError::UnknownKey { line: value.line }),
    }
    Ok(())
}

/// A value and its place in the request.
struct Value<'a> {
    line: usize,
    text: &'a str,
}

impl Value<'_> {
    fn error(&self, key: &'static str, expected: &'static str) -> RequestError {
        RequestError::Value { line: self.line, key, expected }
    }

    fn key<K, E>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<K, E>) -> Result<K, RequestError> {
        parse(self.text).map_err(|_| self.error(key, "64 hexadecimal digits"))
    }

    fn only_true(&self, key: &'static str) -> Result<bool, RequestError> {
        if self.text == "true" { Ok(true) } else { Err(self.error(key, "true")) }
    }

    fn number<N: std::str::FromStr>(&self, key: &'static str, expected: &'static str) -> Result<N, RequestError> {
        decimal(self.text).ok_or_else(|| self.error(key, expected))
    }

    fn endpoint(&self, scope: ScopeOf<'_>) -> Result<SocketAddr, RequestError> {
        let expected = "an IP address and a port, as in 192.0.2.1:51820 or [2001:db8::1]:51820";
        endpoint(self.text, scope).ok_or_else(|| self.error("endpoint", expected))
    }

    /// Parses a network. A leading `-` removes it, `+` or no sign adds it; host bits are set to zero.
    fn allowed_ip(&self) -> Result<(AllowedIp, bool), RequestError> {
        let (text, add) = match self.text.strip_prefix('-') {
            Some(text) => (text, false),
            None => (self.text.strip_prefix('+').unwrap_or(self.text), true),
        };
        network(text)
            .map(|network| (network, add))
            .ok_or_else(|| self.error("allowed_ip", "an IP network, as in 192.0.2.0/24 or 2001:db8::/32"))
    }
}

/// Parses a number of digits only, because `parse` alone would accept a sign.
pub(super) fn decimal<N: std::str::FromStr>(text: &str) -> Option<N> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Parses `IPv4:port`, `[IPv6]:port` or `[IPv6%scope]:port`, where the scope is an interface's index or name. Host names are not
/// accepted: the sender of an endpoint has already resolved it.
pub(super) fn endpoint(text: &str, scope: ScopeOf<'_>) -> Option<SocketAddr> {
    if let Ok(endpoint) = text.parse() {
        return Some(endpoint);
    }
    let (address, rest) = text.strip_prefix('[')?.split_once('%')?;
    let (interface, port) = rest.rsplit_once("]:")?;
    let address: Ipv6Addr = address.parse().ok()?;
    Some(SocketAddrV6::new(address, decimal(port)?, 0, scope(interface)?).into())
}

/// Parses an IP network and sets its host bits to zero.
pub(super) fn network(text: &str) -> Option<AllowedIp> {
    let (address, prefix) = text.split_once('/')?;
    let prefix: u8 = decimal(prefix)?;
    let address = match address.parse().ok()? {
        IpAddr::V4(address) if prefix <= 32 => {
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)))
        }
        IpAddr::V6(address) if prefix <= 128 => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)))
        }
        IpAddr::V4(_) | IpAddr::V6(_) => return None,
    };
    Some(AllowedIp { address, prefix })
}
