//! The table that finds the receiver of each packet.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::mpsc;

use super::arrival::Flow;
use super::inbox::Inbox;
use super::time_wait::TimeWait;

/// Maximum number of connections at once, in both directions together. Each one has its own window memory.
pub(super) const MOST_FLOWS: usize = 8192;

/// Start of the range for ports that the stack chooses, the same as in Linux.
const FIRST_PORT: u16 = 32_768;

/// A connection that the other end has started.
pub(super) struct Begun {
    pub(super) flow: Flow,
    pub(super) inbox: Arc<Inbox>,
}

#[derive(Default)]
pub(super) struct Table {
    flows: RwLock<HashMap<Flow, Arc<Inbox>>>,
    udp: RwLock<HashMap<SocketAddr, Arc<Inbox>>>,
    listeners: RwLock<HashMap<u16, mpsc::Sender<Begun>>>,
    time_wait: Mutex<TimeWait>,
    next_port: AtomicU16,
}

impl Table {
    /// Creates a table. `seed` is where the choice of ports begins.
    pub(super) fn new(seed: u16) -> Self {
        Self { next_port: seed.into(), ..Self::default() }
    }

    pub(super) fn flow(&self, flow: &Flow) -> Option<Arc<Inbox>> {
        self.flows.read().unwrap_or_else(PoisonError::into_inner).get(flow).map(Arc::clone)
    }

    pub(super) fn flows(&self) -> usize {
        self.flows.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn udp(&self, local: &SocketAddr) -> Option<Arc<Inbox>> {
        self.udp.read().unwrap_or_else(PoisonError::into_inner).get(local).map(Arc::clone)
    }

    pub(super) fn time_wait(&self) -> MutexGuard<'_, TimeWait> {
        self.time_wait.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection from `local` to `remote`, from a port that no recent connection to `remote` has used.
    pub(super) fn add_flow(&self, local: IpAddr, remote: SocketAddr, inbox: &Arc<Inbox>) -> Option<Flow> {
        let mut flows = self.flows.write().unwrap_or_else(PoisonError::into_inner);
        if flows.len() >= MOST_FLOWS {
            return None;
        }
        let time_wait = self.time_wait();
        let mut candidates = self.ports().map(|port| Flow { local: SocketAddr::new(local, port), remote });
        let flow = candidates.find(|flow| !flows.contains_key(flow) && !time_wait.holds(flow))?;
        flows.insert(flow, Arc::clone(inbox));
        Some(flow)
    }

    pub(super) fn remove_flow(&self, flow: &Flow) {
        self.flows.write().unwrap_or_else(PoisonError::into_inner).remove(flow);
    }

    /// Tells the listener of this port about a new connection. Its packets go to the inbox, which already contains the first one.
    /// If the listener's backlog is full nothing happens, and the other end tries again.
    pub(super) fn begin(&self, flow: Flow, inbox: Arc<Inbox>) {
        let listener = self.listeners.read().unwrap_or_else(PoisonError::into_inner).get(&flow.local.port()).cloned();
        let Some(listener) = listener else { return };
        let Ok(place) = listener.try_reserve() else { return };
        let mut flows = self.flows.write().unwrap_or_else(PoisonError::into_inner);
        if flows.len() >= MOST_FLOWS {
            return;
        }
        flows.insert(flow, Arc::clone(&inbox));
        drop(flows);
        self.time_wait().forget(&flow);
        place.send(Begun { flow, inbox });
    }

    pub(super) fn is_listening(&self, port: u16) -> bool {
        self.listeners.read().unwrap_or_else(PoisonError::into_inner).contains_key(&port)
    }

    /// Adds a listener. Returns `None` if the port is in use.
    pub(super) fn listen(&self, port: u16, backlog: usize) -> Option<mpsc::Receiver<Begun>> {
        let mut listeners = self.listeners.write().unwrap_or_else(PoisonError::into_inner);
        if listeners.contains_key(&port) {
            return None;
        }
        let (sender, receiver) = mpsc::channel(backlog);
        listeners.insert(port, sender);
        Some(receiver)
    }

    pub(super) fn stop_listening(&self, port: u16) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).remove(&port);
    }

    /// Adds a UDP port of `local`: the given one, or for 0 a random one, which a forger of answers has to guess (RFC 5452 section
    /// 9.2). Returns `None` if the port, or every port, is in use, or the system provides no random numbers.
    pub(super) fn add_udp(&self, local: SocketAddr, inbox: &Arc<Inbox>) -> Option<SocketAddr> {
        let mut udp = self.udp.write().unwrap_or_else(PoisonError::into_inner);
        let local = match local.port() {
            0 => random_ports()?.map(|port| SocketAddr::new(local.ip(), port)).find(|local| !udp.contains_key(local))?,
            _ if udp.contains_key(&local) => return None,
            _ => local,
        };
        udp.insert(local, Arc::clone(inbox));
        Some(local)
    }

    pub(super) fn remove_udp(&self, local: &SocketAddr) {
        self.udp.write().unwrap_or_else(PoisonError::into_inner).remove(local);
    }

    /// Returns each port of the range once, continuing where the last call ended.
    fn ports(&self) -> impl Iterator<Item = u16> {
        (0..=u16::MAX - FIRST_PORT).map(|_| self.next_port.fetch_add(1, Ordering::Relaxed) | FIRST_PORT)
    }
}

/// Returns each port of the range once, beginning at a random port.
fn random_ports() -> Option<impl Iterator<Item = u16>> {
    let first = getrandom::u32().ok()? as u16;
    Some((0..=u16::MAX - FIRST_PORT).map(move |step| first.wrapping_add(step) | FIRST_PORT))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

    #[test]
    fn source_ports_of_dns_queries_are_not_a_sequence() {
        let table = Table::new(1);
        let ports: Vec<u16> = (0..64).map(|_| table.add_udp(ANY, &Arc::new(Inbox::new(1))).unwrap().port()).collect();
        let steps: HashSet<u16> = ports.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        assert!(steps.len() > 32 && ports.iter().all(|port| *port >= FIRST_PORT), "{ports:?}");
    }

    #[test]
    fn every_udp_port_of_the_range_can_be_had_once() {
        let table = Table::new(1);
        let inbox = Arc::new(Inbox::new(1));
        let ports: HashSet<u16> = (FIRST_PORT..=u16::MAX).map(|_| table.add_udp(ANY, &inbox).unwrap().port()).collect();
        assert_eq!(ports.len(), usize::from(u16::MAX - FIRST_PORT) + 1);
        assert_eq!(table.add_udp(ANY, &inbox), None);
    }
}
