//! Tests of the changes that the kernel announces.

use super::*;
use crate::linux::stop::EventStop;
use crate::network::NetworkChange;

/// A tunnel that mistook a new interface for one that was set down gave up the handshake that it had just begun, and the peer
/// delayed the next one.
#[test]
fn an_interface_that_is_new_is_not_taken_for_one_that_was_set_down() {
    alone(|| {
        let mut events = LinuxHost.watch().unwrap();
        let stop = EventStop::new().unwrap();
        tunnel_device();
        ip("link set wg0 mtu 1400");
        ip("link set wg0 up");
        ip("link set wg0 mtu 1300");
        ip("link set wg0 down");
        ip("link delete wg0");
        let seen: Vec<_> = std::iter::from_fn(|| events.next(&stop, None).unwrap())
            .take_while(|change| *change != NetworkChange::InterfaceRemoved("wg0".into()))
            .collect();
        let downs = seen.iter().filter(|change| **change == NetworkChange::InterfaceDown("wg0".into())).count();
        assert_eq!(downs, 1, "{seen:?}");
        assert_eq!(seen.first(), Some(&NetworkChange::Paths), "{seen:?}");
    });
}

#[test]
fn an_interface_that_is_removed_is_announced() {
    alone(|| {
        let mut events = LinuxHost.watch().unwrap();
        let stop = EventStop::new().unwrap();
        tunnel_device();
        ip("link delete wg0");
        let mut changes = std::iter::from_fn(|| events.next(&stop, None).unwrap());
        assert!(changes.any(|change| change == NetworkChange::InterfaceRemoved("wg0".into())));
    });
}
