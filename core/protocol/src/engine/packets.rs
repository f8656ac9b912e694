//! Handles packets from the TUN one at a time, and sends the packets that waited for a session.

use std::sync::Arc;

use super::{Engine, Transmit};
use crate::dropped::Dropped;
use crate::icmp;
use crate::inner;
use crate::path::{Ecn, UdpPath};
use crate::peer::Peer;
use crate::session::Session;
use crate::time::{Instant, Now};
use crate::wire::DATA_OVERHEAD;

impl Engine {
    /// Handles one IP packet for the peer that owns its destination. Without a session, the packet is staged and a handshake
    /// starts. If no peer can receive it, the sender gets an ICMP error, which [`Engine::poll_received`] returns (rule R17).
    pub fn handle_packet(&mut self, packet: &[u8], now: Now) -> Result<(), Dropped> {
        self.publish();
        let result = self.route(packet, now).inspect_err(|reason| {
            self.plane.drops.count(*reason);
            if matches!(reason, Dropped::NoRoute | Dropped::NoEndpoint)
                && let Some(answer) = icmp::unreachable(packet)
            {
                self.received.push_back(answer);
            }
        });
        if self.plane.wants_attention() {
            self.handle_timeout(now);
        }
        result
    }

    fn route(&mut self, packet: &[u8], now: Now) -> Result<(), Dropped> {
        let destination = inner::destination(packet).ok_or(Dropped::InnerPacket)?;
        let peer = Arc::clone(self.plane.routes().peer_for(destination).ok_or(Dropped::NoRoute)?);
        let path = peer.path().ok_or(Dropped::NoEndpoint)?;
        let session = peer.sending(&self.plane, now.instant).and_then(|session| session.as_ref().map(Arc::clone));
        if let Some(session) = session {
            self.seal(&peer, &session, path, packet, now.instant)
        } else {
            peer.stage(&self.plane, packet);
            Ok(())
        }
    }

    fn seal(&mut self, peer: &Peer, session: &Session, path: UdpPath, packet: &[u8], now: Instant) -> Result<(), Dropped> {
        let counter = session.next_counter().ok_or(Dropped::CounterExhausted)?;
        let padding = inner::padded_len(packet.len(), self.mtu) - packet.len();
        let mut payload = vec![0; packet.len() + padding + DATA_OVERHEAD];
        session.seal(counter, packet, padding, &mut payload);
        let ecn = inner::ecn(packet).map_or(Ecn::NotEct, inner::encapsulate);
        peer.note_sent(&self.plane, now, payload.len(), !packet.is_empty());
        self.transmits.push_back(Transmit { path, ecn, dscp: 0, payload });
        Ok(())
    }

    /// Sends the staged packets, or an empty message if there are none. Without a session, asks for a handshake.
    pub(super) fn send_keepalive(&mut self, slot: u32, now: Now) {
        let Some(peer) = self.peer(slot).map(|peer| Arc::clone(&peer.shared)) else { return };
        let Some(path) = peer.path() else { return };
        let session = peer.sending(&self.plane, now.instant).and_then(|session| session.as_ref().map(Arc::clone));
        match session {
            None => self.begin_handshake(slot, now, false),
            Some(_) if !peer.staged().is_empty() => self.flushing.push_back(slot),
            // `seal` fails only when the session's counters are used up; `sending` has then asked for a handshake.
            Some(session) => drop(self.seal(&peer, &session, path, &[], now.instant)),
        }
    }

    /// Seals the oldest staged packet of a peer. Returns false if there is none or no session to seal it with.
    pub(super) fn flush_one(&mut self, slot: u32, now: Instant) -> bool {
        let Some(peer) = self.peer(slot).map(|peer| Arc::clone(&peer.shared)) else { return false };
        let Some(path) = peer.path() else { return false };
        let Some(session) = peer.sending(&self.plane, now).and_then(|session| session.as_ref().map(Arc::clone)) else {
            return false;
        };
        let Some(packet) = peer.staged().pop_front() else { return false };
        self.seal(&peer, &session, path, &packet, now).is_ok()
    }
}
