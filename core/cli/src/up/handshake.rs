//! Whether the peers answer: WireGuard is silent, and a tunnel that is up says nothing about whether anybody is at its other end.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use adit_config::Config;
use adit_protocol::PublicKey;

use super::engine::Running;
use super::events::{End, Events};
use super::{say, warn};

/// How long to wait for answers: the second attempt is made after five seconds (whitepaper section 6.1).
const PATIENCE: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(20);

/// Begins handshakes with all peers that have an endpoint, and says of each whether it answered. Ends early when it is time to go.
pub(crate) fn greet(config: &Config, running: &dyn Running, events: &Events) -> Option<End> {
    let mut silent = Vec::new();
    for (key, endpoint) in running.view().peers.iter().map(|peer| (peer.public_key, peer.endpoint)) {
        match endpoint {
            Some(endpoint) => silent.push((key, endpoint)),
            None => say(format!("{} has no endpoint: waiting for it to begin", label(config, &key))),
        }
    }
    if silent.is_empty() {
        return None;
    }
    let (started, begun) = (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    running.initiate_handshakes();
    while !silent.is_empty() && started.elapsed() < PATIENCE {
        let view = running.view();
        silent.retain(|(key, endpoint)| {
            let answered = view.peers.iter().find(|peer| peer.public_key == *key && !peer.last_handshake.is_zero());
            if let Some(peer) = answered {
                let took = peer.last_handshake.checked_sub(begun).unwrap_or_else(|| started.elapsed());
                say(format!("{} at {endpoint} answered within {:.2} ms", label(config, key), took.as_secs_f64() * 1e3));
            }
            answered.is_none()
        });
        if let Some(end) = events.wait(if silent.is_empty() { Duration::ZERO } else { STEP }) {
            return Some(end);
        }
    }
    for (key, endpoint) in silent {
        warn(no_answer(config, &key, endpoint));
    }
    None
}

fn no_answer(config: &Config, key: &PublicKey, endpoint: SocketAddr) -> String {
    let own = config.interface.private_key.as_ref().map_or("this end's public key".into(), |key| key.public().to_string());
    format!(
        "{} at {endpoint} did not answer within {} s, and is being asked again. Check that the address and port are right, that UDP \
         gets there, that its public key is {key}, and that it knows {own} as a peer",
        label(config, key),
        PATIENCE.as_secs(),
    )
}

fn label(config: &Config, key: &PublicKey) -> String {
    let name = config.peers.iter().find(|peer| peer.public_key == *key).and_then(|peer| peer.name.as_ref());
    name.map_or_else(|| format!("peer {}", key.short()), |name| format!("peer {name}"))
}
