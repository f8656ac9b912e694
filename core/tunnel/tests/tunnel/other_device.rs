//! Replaces the TUN device of a running tunnel, as on systems that create a new one for each change (Android's `establish`).

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use adit_platform::device::{Offload, TunCapabilities, TunDevice};
use adit_platform::fake::{FakeNet, FakeTun, TunState};
use adit_platform::network::NetworkEvents;
use adit_tunnel::Ended;

use crate::devices::{OddQueue, QueueReceive};
use crate::endings::Announcements;
use crate::stage::{EVERYTHING, Machine, PATIENCE, Setup, in_time, packet, pair, received, wait_until};

/// The number of times that a device is replaced under traffic.
const TIMES: usize = 30;

/// Minimum number of packets in each direction between two replacements.
const PACKETS: usize = 50;

fn device(queues: usize) -> (TunDevice, FakeTun) {
    FakeTun::new("adit1", queues, EVERYTHING)
}

/// Starts two machines that communicate; `setup` configures the first one.
fn pair_with(net: &FakeNet, setup: Setup) -> (Machine, Machine) {
    let (a, b) = (Machine::with(net, 1, setup), Machine::start(net, 2));
    a.dials(&b, false);
    a.pings(&b);
    (a, b)
}

/// Gives the machine another device, and returns the kernel's side of the previous one.
fn replace(machine: &mut Machine, (device, kernel): (TunDevice, FakeTun)) -> FakeTun {
    machine.handle.replace_device(device).expect("replace");
    std::mem::replace(&mut machine.kernel, kernel)
}

/// Blocks until as many packets have left a tunnel as were sent, and checks that they are the same ones, each once.
fn all_arrive(sent: &[Vec<u8>], kernels: &[FakeTun]) {
    let begun = std::time::Instant::now();
    let mut arrived: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    while arrived.len() < sent.len() {
        assert!(begun.elapsed() < PATIENCE, "{} of {} packets arrived", arrived.len(), sent.len());
        for packet in kernels.iter().flat_map(|kernel| received(kernel, 0)) {
            *arrived.entry(packet).or_default() += 1;
        }
        thread::yield_now();
    }
    assert!(sent.iter().all(|packet| arrived.get(packet) == Some(&1)), "each packet arrives, and once");
    assert_eq!(arrived.len(), sent.len());
}

/// Sends and counts packets from one machine to the other until `over` is set.
fn send_until(over: &AtomicBool, count: &AtomicUsize, [from, to]: [u8; 2], send: impl Fn(&[u8])) -> Vec<Vec<u8>> {
    let mut sent = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let packet = packet(from, to, false);
        send(&packet);
        sent.push(packet);
        count.fetch_add(1, Ordering::Relaxed);
        thread::yield_now();
    }
    sent
}

/// Replaces the first machine's device again and again, cycling through these numbers of queues, while both machines send.
fn no_packet_is_lost(setup: Setup, queues: &[usize]) {
    let net = FakeNet::new();
    let (mut a, b) = pair_with(&net, setup);
    let kernels = Mutex::new(vec![std::mem::replace(&mut a.kernel, device(1).1)]);
    let (over, counts) = (AtomicBool::new(false), [AtomicUsize::new(0), AtomicUsize::new(0)]);
    let [there, back] = thread::scope(|threads| {
        let there = threads.spawn(|| {
            // As soon as there is a new interface, packets are routed to it.
            let send = |packet: &[u8]| kernels.lock().unwrap().last().unwrap().inject(0, Offload::default(), packet);
            send_until(&over, &counts[0], [1, 2], send)
        });
        let back = threads.spawn(|| send_until(&over, &counts[1], [2, 1], |packet| b.sends(packet)));
        for queues in queues.iter().cycle().take(TIMES) {
            let (device, kernel) = device(*queues);
            kernels.lock().unwrap().push(kernel);
            a.handle.replace_device(device).expect("replace");
            assert_eq!(a.handle.data_path().queues, *queues);
            for count in &counts {
                let before = count.load(Ordering::Relaxed);
                wait_until("there is traffic", || count.load(Ordering::Relaxed) > before + PACKETS);
            }
        }
        over.store(true, Ordering::Relaxed);
        [there, back].map(|sent| sent.join().unwrap())
    });
    all_arrive(&there, std::slice::from_ref(&b.kernel));
    all_arrive(&back, &kernels.into_inner().unwrap());
}

#[test]
fn no_packet_is_lost_when_the_device_is_replaced() {
    no_packet_is_lost(Setup::default(), &[1]);
    no_packet_is_lost(Setup { share_always: true, ..Setup::default() }, &[1]);
}

#[test]
fn no_packet_is_lost_when_the_new_device_has_fewer_queues_and_the_next_one_more() {
    no_packet_is_lost(Setup { queues: 4, ..Setup::default() }, &[1, 4, 2]);
    no_packet_is_lost(Setup { queues: 4, share_always: true, ..Setup::default() }, &[1, 4, 2]);
}

#[test]
fn no_packet_is_lost_where_devices_cannot_be_waited_for_together() {
    let wrap_queue = Box::new(|inner| Arc::new(OddQueue { waits_alone: true, ..OddQueue::new(inner) }) as _);
    no_packet_is_lost(Setup { wrap_queue, ..Setup::default() }, &[1]);
}

#[test]
fn packets_that_the_replaced_device_holds_are_still_sent() {
    let net = FakeNet::new();
    let held = Arc::new(Mutex::new(()));
    let hold = Arc::clone(&held);
    let wrap_queue = Box::new(move |inner| {
        let hold = Arc::clone(&hold);
        let receive: Box<QueueReceive> = Box::new(move |inner, buffer| {
            drop(hold.lock());
            inner.recv(buffer)
        });
        Arc::new(OddQueue { receive, ..OddQueue::new(inner) }) as _
    });
    let (a, b) = pair_with(&net, Setup { queues: 2, wrap_queue, ..Setup::default() });
    let guard = held.lock().unwrap();
    let sent: Vec<_> = (0..2_000).map(|_| packet(1, 2, false)).collect();
    sent.iter().for_each(|packet| a.sends(packet));
    let handle = a.handle.clone();
    let replaced = thread::spawn(move || handle.replace_device(device(1).0));
    wait_until("it is replaced", || a.handle.data_path().queues == 1);
    drop(guard);
    replaced.join().unwrap().expect("replace");
    all_arrive(&sent, std::slice::from_ref(&b.kernel));
}

#[test]
fn sessions_and_the_socket_stay_when_the_device_is_replaced() {
    let net = FakeNet::new();
    let (mut a, b) = pair(&net);
    let before = (a.picture(), a.events.count(|_| true));
    replace(&mut a, device(1));
    assert_eq!((a.picture(), a.events.count(|_| true)), before);
    a.pings(&b);
    assert_eq!(a.events.count(|_| true), before.1, "there was no handshake");
}

#[test]
fn a_device_that_takes_no_superpackets_gets_none_after_one_that_does() {
    let net = FakeNet::new();
    let (mut a, b) = pair(&net);
    assert!(a.handle.data_path().tun_segmentation);
    replace(&mut a, FakeTun::new("adit1", 1, TunCapabilities::default()));
    assert!(!a.handle.data_path().tun_segmentation);
    let sent: Vec<_> = (0..200).map(|_| packet(2, 1, false)).collect();
    sent.iter().for_each(|packet| b.sends(packet));
    for sent in &sent {
        let (offload, packet) = a.kernel.take_within(PATIENCE).expect("a packet");
        assert_eq!((offload.segmentation, &packet), (Default::default(), sent));
    }
}

#[test]
fn a_replaced_device_is_closed_although_nothing_comes_from_anywhere() {
    let net = FakeNet::new();
    for queues in [1, 4] {
        let (_silent, announcements) = channel();
        let network: Option<Box<dyn NetworkEvents>> = Some(Box::new(Announcements(announcements)));
        let mut a = Machine::with(&net, 1, Setup { queues, network, ..Setup::default() });
        let (second, kernel) = device(queues);
        let queue = Arc::downgrade(&second.queues[queues - 1]);
        replace(&mut a, (second, kernel));
        assert!(queue.strong_count() > 0);
        replace(&mut a, device(1));
        assert_eq!(queue.strong_count(), 0);
    }
}

#[test]
fn a_replaced_device_may_go_and_the_one_in_use_ends_the_tunnel() {
    let net = FakeNet::new();
    let (mut a, b) = pair(&net);
    let old = replace(&mut a, device(1));
    old.set_state(TunState::Removed);
    a.pings(&b);
    a.kernel.set_state(TunState::Removed);
    let handle = a.handle.clone();
    assert_eq!(in_time("the tunnel ends", move || handle.wait()), Ended::InterfaceGone);
}

#[test]
fn a_device_without_queues_or_with_more_than_there_are_threads_for_is_refused_and_nothing_changes() {
    let net = FakeNet::new();
    let (a, b) = pair(&net);
    for queues in [0, 2] {
        let error = a.handle.replace_device(device(queues).0).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert_eq!(error.to_string(), format!("a TUN device with {queues} queues cannot replace one of 1"));
    }
    a.pings(&b);
}

#[test]
fn a_device_can_be_replaced_while_the_port_changes_and_while_the_tunnel_ends() {
    let net = FakeNet::new();
    let (mut a, b) = pair(&net);
    let _first = std::mem::replace(&mut a.kernel, device(1).1);
    let mut kernels = thread::scope(|threads| {
        let (one, other) = (a.handle.clone(), &a);
        let replaced = threads.spawn(move || {
            let replace = |(device, kernel)| one.replace_device(device).map(|()| kernel).expect("replace");
            (0..TIMES).map(|_| replace(device(1))).collect::<Vec<FakeTun>>()
        });
        for port in 0..20 {
            other.apply(adit_tunnel::DeviceUpdate { listen_port: Some(5_000 + port % 2), ..Default::default() });
        }
        replaced.join().unwrap()
    });
    a.kernel = kernels.pop().unwrap();
    a.pings(&b);
    let handle = a.handle.clone();
    let ending = thread::spawn(move || drop(a.tunnel.take()));
    // The device may be replaced before or after the end of the tunnel; neither blocks forever.
    in_time("replacing a device of a tunnel that ends", move || handle.replace_device(device(1).0)).unwrap();
    in_time("the tunnel ends", move || ending.join().unwrap());
}
