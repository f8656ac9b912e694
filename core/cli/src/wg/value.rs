//! Parses values as wg(8) does: it accepts a little more than Adit's configuration language, and the errors have the wording of
//! wg.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};
use adit_tunnel::{AllowedIp, PeerUpdate};
use zeroize::Zeroizing;

use super::WgError;
use crate::output::tell;
use crate::show;

/// Characters of a key in base64.
const KEY_LENGTH: usize = 44;
/// The longest key file, bytes. No real one is longer.
const MAX_KEY_FILE: u64 = 64 << 10;

/// Returns true for a white space character of C.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t'..='\r')
}

/// Parses a UDP port.
pub(super) fn port(text: &str) -> Result<u16, WgError> {
    if text.is_empty() {
        return Err(WgError::new("Unable to parse empty port"));
    }
    super::addresses::port(text).ok_or_else(|| WgError::new(format!("Servname not supported for ai_socktype: `{text}'")))
}

/// Parses `off`, or a number that is hexadecimal after `0x`.
pub(super) fn fwmark(text: &str) -> Result<u32, WgError> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(0);
    }
    let number = match text.strip_prefix("0x").filter(|digits| !digits.is_empty()) {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(digits, 16).ok(),
        Some(_) => None,
        None => digits(text),
    };
    number.ok_or_else(|| WgError::new(format!("Fwmark is neither 0/off nor 0-0xffffffff: `{text}'")))
}

/// Parses `off`, or a number of seconds.
pub(super) fn keepalive(text: &str) -> Result<u16, WgError> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(0);
    }
    let wrong = || WgError::new(format!("Persistent keepalive interval is neither 0/off nor 1-65535: `{text}'"));
    digits(text).and_then(|seconds| seconds.try_into().ok()).ok_or_else(wrong)
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Parses a public key. wg repeats a wrong one in its error; it may be a misplaced private key, so the error here does not.
pub(super) fn public_key(text: &str) -> Result<PublicKey, WgError> {
    text.parse().map_err(|_| WgError::new("Key is not the correct length or format"))
}

/// Parses a private key. The error does not repeat it.
pub(super) fn private_key(text: &str) -> Result<Option<PrivateKey>, WgError> {
    Ok(private(secret(text)?))
}

/// Parses a preshared key. The error does not repeat it.
pub(super) fn preshared_key(text: &str) -> Result<PresharedKey, WgError> {
    secret(text)
}

fn secret(text: &str) -> Result<PresharedKey, WgError> {
    text.parse().map_err(|_| WgError::new("Key is not the correct length or format"))
}

/// Returns the private key; None, which removes the key, if all its bytes are zero.
fn private(key: PresharedKey) -> Option<PrivateKey> {
    (!key.is_none()).then(|| PrivateKey::from_bytes(*key.dangerously_reveal()))
}

/// Reads the private key in a file; an empty file (`/dev/null`) removes the key.
pub(super) fn private_key_file(path: &str) -> Result<Option<PrivateKey>, WgError> {
    key_file(path).map(private)
}

/// Reads the preshared key in a file; an empty file (`/dev/null`) removes the key.
pub(super) fn preshared_key_file(path: &str) -> Result<PresharedKey, WgError> {
    key_file(path)
}

fn key_file(path: &str) -> Result<PresharedKey, WgError> {
    let file = std::fs::File::open(Path::new(path)).map_err(|error| WgError::system("fopen", &error))?;
    let mut text = Zeroizing::new(Vec::with_capacity(256));
    file.take(MAX_KEY_FILE).read_to_end(&mut text).map_err(|error| WgError::system("getc", &error))?;
    if text.is_empty() {
        return Ok(PresharedKey::none());
    }
    let too_short = || WgError::new("Invalid length key in key file");
    let (key, rest) = text.split_at_checked(KEY_LENGTH).ok_or_else(too_short)?;
    if let Some(byte) = rest.iter().find(|byte| !is_space(char::from(**byte))) {
        return Err(WgError::new(format!("Found trailing character in key file: `{}'", char::from(*byte).escape_default())));
    }
    secret(std::str::from_utf8(key).unwrap_or_default())
}

/// Parses a list separated by commas without spaces. `+` and `-` before a network add it to or remove it from the present list;
/// else the list replaces it.
pub(super) fn allowed_ips(peer: &mut PeerUpdate, list: &str) -> Result<(), WgError> {
    peer.replace_allowed_ips = true;
    if list.is_empty() {
        return Ok(());
    }
    for item in list.split(',') {
        let (add, text) = match (item.strip_prefix('-'), item.strip_prefix('+')) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => (true, item),
        };
        if text.len() != item.len() {
            peer.replace_allowed_ips = false;
        }
        let (ip, prefix) = text.split_once('/').map_or((text, None), |(ip, prefix)| (ip, Some(prefix)));
        let address = address(ip).ok_or_else(|| WgError::new(format!("Unable to parse IP address: `{ip}'")))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let wrong = || WgError::new(format!("AllowedIP is not in the correct format: `{text}'"));
        let length = prefix.map_or(Some(most), |prefix| digits(prefix).filter(|_| !prefix.is_empty()));
        let length = length.filter(|length| *length <= most).and_then(|length| u8::try_from(length).ok()).ok_or_else(wrong)?;
        let network = masked(address, length);
        if network != address {
            tell(format!("Warning: AllowedIP has nonzero host part: {ip}/{length}"));
        }
        peer.allowed_ips.push((AllowedIp { address: network, prefix: length }, add));
    }
    Ok(())
}

/// Parses an address as `inet_pton` does: no leading zeros, no scope.
fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') { text.parse::<Ipv6Addr>().ok().map(IpAddr::V6) } else { text.parse::<Ipv4Addr>().ok().map(IpAddr::V4) }
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix.min(128))).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

pub(super) use show::apply;
