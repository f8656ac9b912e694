//! Routers in network namespaces of their own, each at the other end of a veth pair.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use adit_testbus::Place;
use adit_testbus::places::to_leave;

use super::super::super::namespace::ip;
use crate::network_facts::Mac;

pub(super) trait HardwareAddress {
    /// Returns the hardware address of the router.
    fn mac(&self) -> Option<Mac>;
}

impl HardwareAddress for Place {
    fn mac(&self) -> Option<Mac> {
        self.mac.parse().ok()
    }
}

/// A network card of this computer, with a router at the other end that can stand for any network. The router ends with its
/// namespace when the card is dropped.
pub(super) struct Card {
    name: &'static str,
    orders: Option<Sender<String>>,
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Card {
    /// Makes a card that is in no network.
    pub(super) fn new(name: &'static str) -> Self {
        ip(&format!("link add {name} type veth peer name port0"));
        let ((orders, received), (tell, done), (number, told)) = (channel::<String>(), channel(), channel());
        let thread = std::thread::spawn(move || {
            // SAFETY: the call changes the namespace of this thread only.
            assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWNET) }, 0, "a namespace for the router");
            number.send(rustix::thread::gettid()).unwrap();
            for order in received {
                ip(&order);
                tell.send(()).unwrap();
            }
        });
        ip(&format!("link set port0 netns {}", told.recv().unwrap().as_raw_nonzero()));
        let card = Self { name, orders: Some(orders), done, thread: Some(thread) };
        card.order("link set port0 up");
        card
    }

    fn order(&self, arguments: &str) {
        self.orders.as_ref().unwrap().send(arguments.to_owned()).unwrap();
        self.done.recv().unwrap();
    }

    /// The router becomes that of another network, without this computer noticing.
    pub(super) fn move_to(&self, place: &Place) {
        place.at_the_router("port0").iter().for_each(|arguments| self.order(arguments));
    }

    /// Joins a network, with an address and a default route.
    pub(super) fn join(&self, place: &Place) {
        self.move_to(place);
        place.to_join(self.name).iter().for_each(|arguments| ip(arguments));
    }

    /// The card loses its carrier, addresses and routes.
    pub(super) fn leave(&self) {
        to_leave(self.name).iter().for_each(|arguments| ip(arguments));
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.orders = None;
        let ended = self.thread.take().map(JoinHandle::join);
        if !std::thread::panicking() {
            assert!(ended.is_some_and(|ended| ended.is_ok()), "the router has worked");
        }
    }
}

/// Runs many commands of `ip` in one process.
pub(super) fn ip_batch(commands: &str) {
    let mut child = Command::new("ip").args(["-batch", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(commands.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
