//! Handles datagrams from the network one at a time: the simple path that tests compare the fast data path with.

use super::Engine;
use crate::dropped::Dropped;
use crate::path::{Ecn, UdpPath};
use crate::time::Now;
use crate::wire::{self, DATA_OVERHEAD, Kind};

impl Engine {
    /// Handles one datagram. [`Engine::poll_received`] then returns the packets that it carried.
    pub fn handle_datagram(&mut self, from: UdpPath, ecn: Ecn, datagram: &mut [u8], now: Now) -> Result<(), Dropped> {
        let result = match wire::kind(datagram) {
            Ok(Kind::Data { receiver }) => {
                self.publish();
                self.handle_data(from, ecn, receiver, datagram, now).inspect_err(|reason| self.plane.drops.count(*reason))
            }
            Ok(Kind::Handshake) => self.handle_handshake(from, datagram, now),
            Err(reason) => {
                self.plane.drops.count(reason);
                Err(reason)
            }
        };
        if self.plane.wants_attention() {
            self.handle_timeout(now);
        }
        result
    }

    fn handle_data(&mut self, from: UdpPath, ecn: Ecn, index: u32, message: &[u8], now: Now) -> Result<(), Dropped> {
        let session = self.plane.session(index).ok_or(Dropped::UnknownIndex)?;
        if now.instant.since(session.created()) >= self.plane.timing.reject_after {
            return Err(Dropped::SessionExpired);
        }
        let mut packet = vec![0; message.len().saturating_sub(DATA_OVERHEAD)];
        let len = session.open(message, &mut packet)?;
        session.peer().note_received(&self.plane, &session, from, now.instant, message.len(), len > 0);
        if len == 0 {
            return Ok(());
        }
        let len = self.plane.routes().admit(session.peer(), &mut packet, ecn)?;
        packet.truncate(len);
        self.received.push_back(packet);
        Ok(())
    }
}
