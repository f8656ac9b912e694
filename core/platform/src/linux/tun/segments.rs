//! Limits the number of segments that the kernel may put into one superpacket.
//!
//! This computer's own TCP respects the limit, so that each superpacket goes out in one send and comes out at the other end in
//! one piece. Forwarded superpackets were built elsewhere, and the kernel cuts one that exceeds the limit into single packets.
//! Therefore there is no limit while packets are forwarded.

use std::fs;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::linux::link;
use crate::linux::netlink::Netlink;

/// The kernel's own limit.
const UNBOUNDED: u32 = 65_535;

/// The segment limit of one interface.
pub(super) struct SegmentLimit {
    state: Mutex<State>,
}

struct State {
    /// A netlink socket in the network namespace in which the interface was created.
    netlink: Netlink,
    bound: u32,
}

impl SegmentLimit {
    /// Creates the state of an interface in the thread's network namespace that has no limit yet.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { state: Mutex::new(State { netlink: Netlink::open()?, bound: UNBOUNDED }) })
    }

    /// Sets the limit to `most`, or removes it while packets are forwarded. `index` is the interface's current index.
    pub(super) fn prefer(&self, index: u32, most: usize) {
        let wanted = if forwards() { UNBOUNDED } else { u32::try_from(most).unwrap_or(UNBOUNDED).clamp(1, UNBOUNDED) };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.bound == wanted {
            return;
        }
        match link::set_max_segments(&mut state.netlink, index, wanted) {
            Ok(()) => state.bound = wanted,
            Err(error) => tracing::debug!(%error, "the kernel chooses the length of superpackets"),
        }
    }
}

/// Returns true if this computer forwards packets of either family.
fn forwards() -> bool {
    ["/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"]
        .iter()
        .any(|file| fs::read_to_string(file).is_ok_and(|text| text.trim() != "0"))
}
