//! Reads the answer to `get=1` from this implementation or any other.

use std::io::{self, Read};
use std::time::Duration;

use adit_protocol::{PresharedKey, PrivateKey, PublicKey};

use super::line::{Line, LineReader};
use super::request::{ScopeOf, decimal, endpoint, network};
use crate::{DeviceView, PeerView};

/// The reason why an answer gave no view.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The other side refused, with this positive `errno`.
    #[error("refused with error {0}")]
    Refused(i32),
    /// The received data is not an answer.
    #[error("Protocol error")]
    Protocol,
}

/// Reads one answer up to its `errno`. Unknown keys are skipped, as `wg` does. `scope` turns the name of an interface into its
/// index, for link-local endpoints.
pub fn read_view(stream: impl Read, scope: ScopeOf<'_>) -> Result<DeviceView, AnswerError> {
    let mut lines = LineReader::new(stream);
    let mut view = DeviceView::default();
    loop {
        // An answer may be longer than any request, so the limit counts anew for each line here.
        if !lines.begin_request()? {
            return Err(AnswerError::Protocol);
        }
        let Line::Text(line) = lines.next_line()? else { return Err(AnswerError::Protocol) };
        let line = std::str::from_utf8(line).map_err(|_| AnswerError::Protocol)?;
        let (key, value) = line.split_once('=').ok_or(AnswerError::Protocol)?;
        if key == "errno" {
            return match value.strip_prefix('-').unwrap_or(value).parse() {
                Ok(0) => Ok(view),
                Ok(number) => Err(AnswerError::Refused(number)),
                Err(_) => Err(AnswerError::Protocol),
            };
        }
        read_line(&mut view, key, value, scope).ok_or(AnswerError::Protocol)?;
    }
}

fn read_line(view: &mut DeviceView, key: &str, value: &str, scope: ScopeOf<'_>) -> Option<()> {
    match (key, view.peers.last_mut()) {
        ("public_key", _) => view.peers.push(PeerView::new(PublicKey::from_hex(value).ok()?)),
        ("private_key", None) => view.private_key = Some(PrivateKey::from_hex(value).ok()?),
        ("listen_port", None) => view.listen_port = decimal(value)?,
        ("fwmark", None) => view.fwmark = decimal(value)?,
        ("preshared_key", Some(peer)) => peer.preshared_key = PresharedKey::from_hex(value).ok()?,
        ("endpoint", Some(peer)) => peer.endpoint = Some(endpoint(value, scope)?),
        ("last_handshake_time_sec", Some(peer)) => {
            peer.last_handshake = Duration::new(decimal(value)?, peer.last_handshake.subsec_nanos());
        }
        ("last_handshake_time_nsec", Some(peer)) => {
            let nanos = decimal(value).filter(|nanos| *nanos < 1_000_000_000)?;
            peer.last_handshake = Duration::new(peer.last_handshake.as_secs(), nanos);
        }
        ("rx_bytes", Some(peer)) => peer.rx_bytes = decimal(value)?,
        ("tx_bytes", Some(peer)) => peer.tx_bytes = decimal(value)?,
        ("persistent_keepalive_interval", Some(peer)) => peer.persistent_keepalive = decimal(value)?,
        ("allowed_ip", Some(peer)) => peer.allowed_ips.push(network(value)?),
        _ => {}
    }
    Some(())
}
