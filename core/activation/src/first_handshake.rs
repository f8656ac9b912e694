//! Waits for the peers' first handshakes: WireGuard is silent, so that a tunnel that is up does not show whether its peers can
//! be reached.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use adit_config::Config;
use adit_protocol::{PrivateKey, PublicKey};

use super::engine::Running;
use super::progress::{PeerLabel, Progress, Reporter};

/// The longest wait for answers. The second attempt is made after five seconds (whitepaper section 6.1).
const PATIENCE: Duration = Duration::from_secs(5);
/// Interval between two checks for answers.
pub(super) const STEP: Duration = Duration::from_millis(20);

/// The first handshakes with all peers that have an endpoint, while their answers are awaited.
pub(super) struct FirstHandshake {
    silent: Vec<(PublicKey, SocketAddr)>,
    started: Instant,
}

impl FirstHandshake {
    /// Sends initiations to all peers that have an endpoint. None if there is no such peer.
    pub(super) fn begin(config: &Config, running: &dyn Running, reporter: &dyn Reporter) -> Option<Self> {
        let mut silent = Vec::new();
        for (key, endpoint) in running.view().peers.iter().map(|peer| (peer.public_key, peer.endpoint)) {
            match endpoint {
                Some(endpoint) => silent.push((key, endpoint)),
                None => reporter.report(&Progress::PeerHasNoEndpoint(PeerLabel::of(key, config))),
            }
        }
        if silent.is_empty() {
            return None;
        }
        let started = Instant::now();
        running.initiate_handshakes();
        Some(Self { silent, started })
    }

    /// Reports the peers that have answered since. Returns true once all have answered or the time is up.
    pub(super) fn is_over(&mut self, config: &Config, running: &dyn Running, reporter: &dyn Reporter) -> bool {
        let Self { silent, started } = self;
        let view = running.view();
        silent.retain(|(key, endpoint)| {
            let answered = view.peers.iter().find(|peer| peer.public_key == *key && !peer.last_handshake.is_zero());
            if let Some(peer) = answered {
                // Without a round trip the peer has begun the handshake itself. It completed between our initiation and this
                // check.
                let within = peer.round_trip.unwrap_or_else(|| started.elapsed());
                // It may have answered at another of its addresses.
                let endpoint = peer.endpoint.unwrap_or(*endpoint);
                reporter.report(&Progress::PeerAnswered { peer: PeerLabel::of(*key, config), endpoint, within });
            }
            answered.is_none()
        });
        if silent.is_empty() {
            return true;
        }
        if started.elapsed() < PATIENCE {
            return false;
        }
        let own = config.interface.private_key.as_ref().map(PrivateKey::public);
        for (key, endpoint) in silent.drain(..) {
            reporter.report(&Progress::PeerSilent { peer: PeerLabel::of(key, config), endpoint, within: PATIENCE, own });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::fake::{FULL_TUNNEL, Stage};
    use super::super::foreground::Mailbox;
    use super::super::hooks::HookPolicy;
    use super::super::shutdown::End;
    use super::*;

    #[test]
    fn a_peer_that_answers_is_named_and_one_that_does_not_ends_the_wait_when_the_interface_goes() {
        let stage = Stage::default();
        let mut active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
        // A packet began the handshake, which completed before the test asked for it.
        stage.engine.with_view("wg0", |view| {
            (view.peers[0].last_handshake, view.peers[0].round_trip) = (Duration::from_secs(1), Some(Duration::from_millis(37)));
        });
        let running = active.running().unwrap();
        let mut first = FirstHandshake::begin(active.config(), &*running, &stage.reports).unwrap();
        assert!(first.is_over(active.config(), &*running, &stage.reports));
        assert_eq!(stage.engine.tunnel("wg0").greeted, 1);
        assert!(
            stage.reports.lines().last().is_some_and(|line| line.starts_with("PeerAnswered") && line.contains("within: 37ms"))
        );
        stage.engine.with_view("wg0", |view| view.peers[0].last_handshake = Duration::ZERO);
        stage.engine.tunnel("wg0").shutdown.end(End::InterfaceRemoved);
        assert_eq!(active.keep_up(&Mailbox::new(&stage.shutdown)), End::InterfaceRemoved);
    }
}
