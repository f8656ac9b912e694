//! How many segments the kernel may put into one superpacket.
//!
//! This computer's own TCP keeps to the bound, so that each superpacket goes out in one send and comes out at the other end in one
//! piece. Superpackets that are forwarded were made elsewhere, and one that is over the bound is cut into single packets: where
//! packets are forwarded there is no bound.

use std::fs;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::linux::link;
use crate::linux::netlink::Netlink;

/// The kernel's own bound.
const UNBOUNDED: u32 = 65_535;

/// The bound of one interface.
pub(super) struct SegmentLimit {
    state: Mutex<State>,
}

struct State {
    /// In the network namespace where the interface was made.
    netlink: Netlink,
    bound: u32,
}

impl SegmentLimit {
    /// Of an interface in the thread's network namespace that has none yet.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { state: Mutex::new(State { netlink: Netlink::open()?, bound: UNBOUNDED }) })
    }

    /// Sets it, unless packets are forwarded. `index`: the interface's number at this moment.
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

/// Whether this computer passes on others' packets, of either family.
fn forwards() -> bool {
    ["/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"]
        .iter()
        .any(|file| fs::read_to_string(file).is_ok_and(|text| text.trim() != "0"))
}
