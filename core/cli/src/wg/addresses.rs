//! Resolves endpoints as wg does, which retries while the resolver reports a temporary failure.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};

use adit_activation::{Patience, is_permanent, retry_pauses};

use super::WgError;
use crate::output::tell;

/// Resolves `HOST:PORT` or `[HOST]:PORT`.
pub(super) fn endpoint(text: &str) -> Result<SocketAddr, WgError> {
    let mut patience = patience()?;
    if text.is_empty() {
        return Err(WgError::new("Unable to parse empty endpoint"));
    }
    let no_port = || WgError::new(format!("Unable to find port of endpoint: `{text}'"));
    let (host, service) = match text.strip_prefix('[') {
        Some(rest) => {
            let no_brace = || WgError::new(format!("Unable to find matching brace of endpoint: `{text}'"));
            let (host, rest) = rest.split_once(']').ok_or_else(no_brace)?;
            (host, rest.strip_prefix(':').ok_or_else(no_port)?)
        }
        None => text.rsplit_once(':').ok_or_else(no_port)?,
    };
    if service.is_empty() {
        return Err(no_port());
    }
    let port = port(service).ok_or_else(|| WgError::new(format!("Servname not supported for ai_socktype: `{text}'")))?;
    let mut pauses = retry_pauses();
    loop {
        let error = match (host, port).to_socket_addrs() {
            Ok(mut found) => match found.next() {
                Some(address) => return Ok(address),
                None => return Err(WgError::new(format!("Neither IPv4 nor IPv6 address found: `{text}'"))),
            },
            Err(error) => reason(&error),
        };
        let next = patience.after_failure().filter(|_| !is_permanent(&error));
        let (Some(left), Some(pause)) = (next, pauses.next()) else {
            return Err(WgError::new(format!("{error}: `{text}'")));
        };
        patience = left;
        tell(format!("{error}: `{text}'. Trying again in {:.2} seconds...", pause.as_secs_f64()));
        std::thread::sleep(pause);
    }
}

/// Reads `WG_ENDPOINT_RESOLUTION_RETRIES`, of which `wg` accepts only a number or `infinity`.
fn patience() -> Result<Patience, WgError> {
    match std::env::var("WG_ENDPOINT_RESOLUTION_RETRIES") {
        Ok(text) if text != "infinity" && text.parse::<u32>().is_err() => {
            Err(WgError::new(format!("Unable to parse WG_ENDPOINT_RESOLUTION_RETRIES: `{text}'")))
        }
        given => Ok(Patience::from_wg(given.ok().as_deref())),
    }
}

/// Parses a port number, or looks up the name of a UDP service in /etc/services.
pub(super) fn port(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let services = fs::read_to_string("/etc/services").ok()?;
    services.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let (name, place) = (words.next()?, words.next()?);
        let is_it = name == text || words.any(|alias| alias == text);
        place.strip_suffix("/udp").filter(|_| is_it)?.parse().ok()
    })
}

/// Returns the message of `getaddrinfo`, without the prefix that Rust adds.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}
