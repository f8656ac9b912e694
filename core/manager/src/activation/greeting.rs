//! Whether the peers answer: WireGuard is silent, and a tunnel that is up says nothing about whether anybody is at its other end.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use adit_config::Config;
use adit_protocol::PrivateKey;

use super::ends::{End, Ends};
use super::engine::Running;
use super::progress::{PeerLabel, Progress, Reporter};

/// How long to wait for answers: the second attempt is made after five seconds (whitepaper section 6.1).
const PATIENCE: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(20);

/// Begins handshakes with all peers that have an endpoint, and tells of each whether it answered. Ends early when it is time to go.
pub fn greet(config: &Config, running: &dyn Running, ends: &Ends, reporter: &dyn Reporter) -> Option<End> {
    let label = |key| PeerLabel::of(key, config);
    let mut silent = Vec::new();
    for (key, endpoint) in running.view().peers.iter().map(|peer| (peer.public_key, peer.endpoint)) {
        match endpoint {
            Some(endpoint) => silent.push((key, endpoint)),
            None => reporter.report(&Progress::PeerHasNoEndpoint(label(key))),
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
                let within = peer.last_handshake.checked_sub(begun).unwrap_or_else(|| started.elapsed());
                reporter.report(&Progress::PeerAnswered { peer: label(*key), endpoint: *endpoint, within });
            }
            answered.is_none()
        });
        if let Some(end) = ends.wait_for(if silent.is_empty() { Duration::ZERO } else { STEP }) {
            return Some(end);
        }
    }
    let own = config.interface.private_key.as_ref().map(PrivateKey::public);
    for (key, endpoint) in silent {
        reporter.report(&Progress::PeerSilent { peer: label(key), endpoint, within: PATIENCE, own });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::hooks::HookPolicy;
    use super::super::stage::{FULL_TUNNEL, Stage};
    use super::*;

    #[test]
    fn a_peer_that_answers_is_named_and_one_that_does_not_ends_the_wait_when_the_interface_goes() {
        let stage = Stage::default();
        let active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
        stage.engine.with_view("wg0", |view| view.peers[0].last_handshake = Duration::from_secs(1));
        assert_eq!(active.greet(), None);
        assert_eq!(stage.engine.tunnel("wg0").greeted, 1);
        assert!(stage.told.lines().last().is_some_and(|line| line.starts_with("PeerAnswered")));
        stage.engine.with_view("wg0", |view| view.peers[0].last_handshake = Duration::ZERO);
        stage.engine.tunnel("wg0").ends.end(End::InterfaceRemoved);
        assert_eq!(active.greet(), Some(End::InterfaceRemoved));
    }
}
