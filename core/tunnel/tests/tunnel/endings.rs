//! Tests the ways in which a tunnel ends, and that it always does.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use std::{io, thread};

use adit_platform::device::{Offload, Stop, UdpFactory};
use adit_platform::fake::{FakeNet, TunState};
use adit_platform::network::{NetworkChange, NetworkEvents};
use adit_protocol::Event;
use adit_tunnel::{Control, DeviceUpdate, Ended, PeerUpdate};

use crate::devices::{OddFactory, OddQueue};
use crate::stage::{Machine, Setup, in_time, key, outer, packet, pair, wait_until};

/// Drops the tunnel; all its threads must end.
fn end(mut machine: Machine) -> Machine {
    let tunnel = machine.tunnel.take();
    in_time("the threads end", move || drop(tunnel));
    machine
}

#[test]
fn when_its_interface_is_removed_it_ends_by_itself() {
    let net = FakeNet::new();
    let (a, _b) = pair(&net);
    a.kernel.set_state(TunState::Removed);
    let handle = a.handle.clone();
    assert_eq!(in_time("it ends", move || handle.wait()), Ended::InterfaceGone);
    end(a);
}

#[test]
fn when_it_is_dropped_no_thread_no_key_and_no_socket_stay() {
    let net = FakeNet::new();
    let (a, _b) = pair(&net);
    let (port, host) = (a.port(), a.host.clone());
    let a = end(a);
    let view = a.handle.view();
    assert!(view.private_key.is_none() && view.peers.is_empty());
    assert_eq!(a.handle.wait(), Ended::Stopped);
    drop(a);
    wait_until("the last handle had the socket", || host.bind(port, 0).is_ok());
}

#[test]
fn a_handle_that_outlives_its_tunnel_can_do_no_harm() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    let a = end(a);
    a.apply(DeviceUpdate { private_key: Some(Some(key(1))), listen_port: Some(5_000), ..DeviceUpdate::default() });
    a.apply_peer(PeerUpdate { endpoint: Some(b.endpoint(false)), ..b.as_peer() });
    a.handle.initiate_all();
    a.handle.end_sessions();
    a.handle.stop();
}

#[test]
fn it_ends_while_its_socket_is_being_replaced() {
    for _ in 0..30 {
        let net = FakeNet::new();
        let a = Machine::start(&net, 1);
        let handle = a.handle.clone();
        let replacing = thread::spawn(move || {
            for port in 5_000..5_010 {
                let update = DeviceUpdate { listen_port: Some(port), ..DeviceUpdate::default() };
                handle.apply(update).expect("apply");
            }
        });
        end(a);
        replacing.join().expect("thread");
    }
}

#[test]
fn a_thread_that_panics_takes_the_tunnel_with_it() {
    let net = FakeNet::new();
    let setup = Setup {
        wrap_queue: Box::new(|queue| {
            let mut odd = OddQueue::new(queue);
            odd.receive = Box::new(|inner, buffer| {
                let (len, offload) = inner.recv(buffer)?;
                assert!(len != 1, "as the test wants");
                Ok((len, offload))
            });
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let a = Machine::with(&net, 1, setup);
    a.kernel.inject(0, Offload::default(), &[0]);
    let handle = a.handle.clone();
    assert_eq!(in_time("it ends", move || handle.wait()), Ended::Stopped);
    end(a);
}

#[test]
fn it_ends_although_packets_never_do() {
    let net = FakeNet::new();
    let endless = packet(1, 2, false);
    let setup = Setup {
        wrap_queue: Box::new(move |queue| {
            let (mut odd, packet) = (OddQueue::new(queue), endless.clone());
            odd.receive = Box::new(move |_, buffer| {
                buffer[..packet.len()].copy_from_slice(&packet);
                Ok((packet.len(), Offload::default()))
            });
            odd.send = Box::new(|_, _, _| Ok(()));
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    end(Machine::with(&net, 1, setup));
}

#[test]
fn it_ends_although_handshake_messages_never_do() {
    let net = FakeNet::new();
    let setup = Setup {
        wrap_factory: Box::new(|factory| {
            let mut odd = OddFactory::new(factory);
            odd.receive = Arc::new(crate::idle::endless_initiations);
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    let a = Machine::with(&net, 1, setup);
    a.events.wait_for(1_000, |event| matches!(event, Event::HandshakeDropped { .. }));
    end(a);
}

#[test]
fn it_ends_although_its_devices_only_fail() {
    let net = FakeNet::new();
    let setup = Setup {
        wrap_queue: Box::new(|queue| {
            let mut odd = OddQueue::new(queue);
            odd.receive = Box::new(|_, _| Err(io::Error::other("as the test wants")));
            odd.restless = true;
            Arc::new(odd)
        }),
        wrap_factory: Box::new(|factory| {
            let mut odd = OddFactory::new(factory);
            odd.receive = Arc::new(|_, _, _| Err(io::Error::other("as the test wants")));
            odd.restless = true;
            Arc::new(odd)
        }),
        ..Setup::default()
    };
    end(Machine::with(&net, 1, setup));
}

/// Network announcements that the test makes.
pub(crate) struct Announcements(pub(crate) Receiver<NetworkChange>);

impl NetworkEvents for Announcements {
    fn next(&mut self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Option<NetworkChange>> {
        let begun = Instant::now();
        loop {
            if patience.is_some_and(|patience| begun.elapsed() >= patience) {
                return Ok(None);
            }
            match self.0.recv_timeout(Duration::from_millis(10)) {
                Ok(change) => return Ok(Some(change)),
                Err(_) if stop.is_stopped() => return Ok(None),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Err(io::Error::other("no more news")),
            }
        }
    }
}

fn announced_pair(net: &FakeNet) -> (Machine, Machine, Sender<NetworkChange>) {
    let (announce, announcements) = channel();
    let setup = Setup { network: Some(Box::new(Announcements(announcements))), ..Setup::default() };
    let (a, b) = (Machine::with(net, 1, setup), Machine::start(net, 2));
    b.dials(&a, false);
    b.pings(&a);
    (a, b, announce)
}

#[test]
fn other_paths_make_it_forget_its_sources() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    // From here on `a` has a second address, which is the preferred one; the sticky one still exists.
    let there = std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 103));
    a.host.move_to(&[there, outer(1, false)]);
    a.tells(&b);
    assert_eq!(b.handle.view().peers[0].endpoint.map(|endpoint| endpoint.ip()), Some(outer(1, false)));
    wait_until("it comes from the other address", || {
        // Repeated, because a worker may still be noting the destination address of the last packet.
        announce.send(NetworkChange::Paths).expect("send");
        a.tells(&b);
        b.handle.view().peers[0].endpoint.map(|endpoint| endpoint.ip()) == Some(there)
    });
}

#[test]
fn sessions_end_with_the_interface_down_and_only_with_its_own() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    let handshake = |event: &Event| matches!(event, Event::HandshakeCompleted { .. });
    a.events.wait_for(1, handshake);
    announce.send(NetworkChange::InterfaceDown("eth0".to_owned())).expect("send");
    announce.send(NetworkChange::InterfaceRemoved("eth0".to_owned())).expect("send");
    a.pings(&b);
    assert_eq!(a.events.count(handshake), 1);
    let session = crate::idle::session_of(&a, &net, || b.tells(&a));
    assert!(session.upgrade().is_some());
    announce.send(NetworkChange::InterfaceDown("adit0".to_owned())).expect("send");
    wait_until("the keys are gone", || session.upgrade().is_none());
    a.pings(&b);
    a.events.wait_for(2, handshake);
}

#[test]
fn a_persistent_keepalive_wakes_the_peer_again_when_the_interface_is_up() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    let handshake = |event: &Event| matches!(event, Event::HandshakeCompleted { .. });
    let mut keepalive = PeerUpdate::new(b.public_key());
    keepalive.persistent_keepalive = Some(25);
    a.handle.apply(DeviceUpdate { peers: vec![keepalive], ..DeviceUpdate::default() }).expect("apply");
    a.events.wait_for(1, handshake);
    announce.send(NetworkChange::InterfaceUp("adit0".to_owned())).expect("send");
    announce.send(NetworkChange::InterfaceDown("adit0".to_owned())).expect("send");
    announce.send(NetworkChange::InterfaceUp("adit0".to_owned())).expect("send");
    a.events.wait_for(2, handshake);
}

#[test]
fn only_the_device_says_that_its_interface_is_gone() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    announce.send(NetworkChange::InterfaceRemoved("adit0".to_owned())).expect("send");
    a.pings(&b);
    a.kernel.set_state(TunState::Removed);
    announce.send(NetworkChange::InterfaceRemoved("adit0".to_owned())).expect("send");
    let handle = a.handle.clone();
    assert_eq!(in_time("it ends", move || handle.wait()), Ended::InterfaceGone);
    end(a);
}

#[test]
fn down_and_up_are_noticed_without_announcements_where_the_interface_was_moved_to() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    let handshake = |event: &Event| matches!(event, Event::HandshakeCompleted { .. });
    let mut keepalive = PeerUpdate::new(b.public_key());
    keepalive.persistent_keepalive = Some(25);
    a.handle.apply(DeviceUpdate { peers: vec![keepalive], ..DeviceUpdate::default() }).expect("apply");
    a.events.wait_for(1, handshake);
    let session = crate::idle::session_of(&a, &net, || b.tells(&a));
    a.kernel.move_to("renamed", true);
    announce.send(NetworkChange::InterfaceRemoved("adit0".to_owned())).expect("send");
    wait_until("the keys are gone", || session.upgrade().is_none());
    a.kernel.set_state(TunState::Up);
    a.events.wait_for(2, handshake);
    // Until `b` has received from it, `b` sends on the session that `a` has forgotten.
    a.tells(&b);
    let session = crate::idle::session_of(&a, &net, || b.tells(&a));
    a.kernel.set_state(TunState::Down);
    wait_until("the keys are gone", || session.upgrade().is_none());
    let handshakes = a.events.count(handshake);
    // An interface with the old name in the old namespace is another interface.
    announce.send(NetworkChange::InterfaceUp("adit0".to_owned())).expect("send");
    a.kernel.set_state(TunState::Up);
    a.events.wait_for(handshakes + 1, handshake);
    a.tells(&b);
    // After the interface is moved back, announcements concern it again.
    let session = crate::idle::session_of(&a, &net, || b.tells(&a));
    a.kernel.move_to("adit1", false);
    announce.send(NetworkChange::Paths).expect("send");
    wait_until("the keys are gone", || session.upgrade().is_none());
    a.kernel.set_state(TunState::Up);
    announce.send(NetworkChange::InterfaceUp("adit1".to_owned())).expect("send");
    a.events.wait_for(handshakes + 2, handshake);
}

#[test]
fn it_lives_on_without_news_of_the_network() {
    let net = FakeNet::new();
    let (a, b, announce) = announced_pair(&net);
    drop(announce);
    a.pings(&b);
    end(a);
}
