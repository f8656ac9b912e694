//! A network in memory: hosts with addresses, their UDP sockets, and a function that decides the fate of each datagram.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use adit_protocol::{Ecn, Local, UdpPath};

use super::bell::Bell;
use super::lock;
use crate::device::{
    Datagrams, MAX_SUPERPACKET, Offloads, Ready, ReceiveBatch, Received, SendError, Stop, UdpFactory, UdpSocket,
};

/// The longest UDP payload over IPv4, in bytes.
const MAX_PAYLOAD: usize = 65_507;
/// The most datagrams in a run.
const MAX_SEGMENTS: usize = 64;
/// The most datagrams that wait in a socket; more are lost.
const MAX_WAITING: usize = 16_384;
/// The only interface of a fake host.
const INTERFACE: u32 = 1;
/// The first port that is given for port 0.
const FIRST_FREE_PORT: u16 = 40_000;

/// A datagram in transit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FakeDatagram {
    /// Sender.
    pub from: SocketAddr,
    /// Receiver.
    pub to: SocketAddr,
    /// ECN bits of the IP header.
    pub ecn: Ecn,
    /// DSCP of the IP header, upper six bits in place.
    pub dscp: u8,
    /// Payload.
    pub bytes: Vec<u8>,
}

/// The fate of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It arrives.
    Deliver,
    /// It is lost.
    Drop,
    /// It arrives twice.
    Duplicate,
    /// It arrives after this many later datagrams of the whole network; if there are fewer, it never arrives.
    Late(usize),
}

/// Decides the fate of each datagram, and may change it. Use a seed, so that a failure can be repeated.
type Weather = Box<dyn FnMut(&mut FakeDatagram) -> Fate + Send>;

/// The network. Clones share one network.
#[derive(Clone)]
pub struct FakeNet {
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    weather: Weather,
    hosts: Vec<Host>,
    late: Vec<(usize, FakeDatagram)>,
}

#[derive(Default)]
struct Host {
    addresses: Vec<IpAddr>,
    sockets: BTreeMap<u16, Weak<Mailbox>>,
}

/// A host of a [`FakeNet`]; as a [`UdpFactory`] it opens sockets there.
#[derive(Clone)]
pub struct FakeHost {
    net: FakeNet,
    index: usize,
    offloads: Offloads,
}

#[derive(Default)]
struct Mailbox {
    waiting: Mutex<VecDeque<FakeDatagram>>,
    mark: Mutex<u32>,
    bell: Arc<Bell>,
}

pub(super) struct Socket {
    host: FakeHost,
    port: u16,
    mailbox: Arc<Mailbox>,
}

impl Default for FakeNet {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeNet {
    /// Makes a network without hosts that delivers every datagram.
    pub fn new() -> Self {
        let inside = Inside { weather: Box::new(|_| Fate::Deliver), hosts: Vec::new(), late: Vec::new() };
        Self { inside: Arc::new(Mutex::new(inside)) }
    }

    /// Makes `weather` decide about each datagram from now on, in the order of sending.
    pub fn set_weather(&self, weather: impl FnMut(&mut FakeDatagram) -> Fate + Send + 'static) {
        lock(&self.inside).weather = Box::new(weather);
    }

    /// Adds a host. Its first address of a family is the source if a path names none.
    pub fn host(&self, addresses: &[IpAddr], offloads: Offloads) -> FakeHost {
        let mut inside = lock(&self.inside);
        inside.hosts.push(Host { addresses: addresses.to_vec(), sockets: BTreeMap::new() });
        FakeHost { net: self.clone(), index: inside.hosts.len() - 1, offloads }
    }

    /// Sends `datagram` with any sender, which may be forged.
    pub fn throw(&self, datagram: FakeDatagram) {
        self.carry(vec![datagram]);
    }

    fn carry(&self, datagrams: Vec<FakeDatagram>) {
        let mut arrivals = Vec::new();
        let mut inside = lock(&self.inside);
        for mut datagram in datagrams {
            inside.late.iter_mut().for_each(|(left, _)| *left -= 1);
            match (inside.weather)(&mut datagram) {
                Fate::Drop => {}
                Fate::Late(0) | Fate::Deliver => arrivals.push(datagram),
                Fate::Duplicate => arrivals.extend([datagram.clone(), datagram]),
                Fate::Late(left) => inside.late.push((left, datagram)),
            }
            arrivals.extend(inside.late.extract_if(.., |(left, _)| *left == 0).map(|(_, datagram)| datagram));
        }
        let letters: Vec<_> =
            arrivals.into_iter().filter_map(|datagram| Some((inside.mailbox(datagram.to)?, datagram))).collect();
        drop(inside);
        for (mailbox, datagram) in letters {
            let mut waiting = lock(&mailbox.waiting);
            if waiting.len() < MAX_WAITING {
                waiting.push_back(datagram);
            }
            drop(waiting);
            mailbox.bell.ring();
        }
    }
}

impl Inside {
    fn mailbox(&self, to: SocketAddr) -> Option<Arc<Mailbox>> {
        let host = self.hosts.iter().find(|host| host.addresses.contains(&to.ip()))?;
        host.sockets.get(&to.port())?.upgrade()
    }
}

impl FakeHost {
    /// Changes the host's addresses: it roams, and sources that paths remember are gone.
    pub fn move_to(&self, addresses: &[IpAddr]) {
        self.with(|host| host.addresses = addresses.to_vec());
    }

    /// Returns the mark of the socket on `port`.
    pub fn mark_of(&self, port: u16) -> Option<u32> {
        self.with(|host| host.sockets.get(&port).and_then(Weak::upgrade)).map(|mailbox| *lock(&mailbox.mark))
    }

    fn with<T>(&self, story: impl FnOnce(&mut Host) -> T) -> T {
        let mut inside = lock(&self.net.inside);
        match inside.hosts.get_mut(self.index) {
            Some(host) => story(host),
            None => story(&mut Host::default()),
        }
    }

    fn has(&self, ip: IpAddr) -> bool {
        self.with(|host| host.addresses.contains(&ip))
    }

    fn default_source(&self, to: IpAddr) -> Option<IpAddr> {
        self.with(|host| host.addresses.iter().copied().find(|ip| ip.is_ipv4() == to.is_ipv4()))
    }
}

impl UdpFactory for FakeHost {
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>> {
        let mailbox = Arc::new(Mailbox::default());
        *lock(&mailbox.mark) = mark;
        let port = self.with(|host| {
            let is_free = |port: &u16| host.sockets.get(port).is_none_or(|socket| socket.strong_count() == 0);
            let port = if port == 0 { (FIRST_FREE_PORT..).find(is_free) } else { Some(port).filter(is_free) };
            let port = port.ok_or(io::ErrorKind::AddrInUse)?;
            host.sockets.insert(port, Arc::downgrade(&mailbox));
            Ok::<_, io::Error>(port)
        })?;
        Ok(Arc::new(Socket { host: self.clone(), port, mailbox }))
    }
}

impl Socket {
    pub(super) fn is_readable(&self) -> bool {
        !lock(&self.mailbox.waiting).is_empty()
    }

    /// Makes `bell` ring when a datagram arrives.
    pub(super) fn also_ring(&self, bell: &Arc<Bell>) {
        self.mailbox.bell.also_ring(bell);
    }

    fn send_run(&self, run: &Datagrams<'_>) -> Result<(), SendError> {
        let failed = |kind: io::ErrorKind, sent| SendError { path: run.path, error: kind.into(), sent };
        let remote = SocketAddr::new(run.path.remote.ip().to_canonical(), run.path.remote.port());
        let sticky = run.path.local.map(|local| local.ip.to_canonical());
        let source = sticky.filter(|&ip| self.host.has(ip)).or_else(|| self.host.default_source(remote.ip()));
        let source = source.ok_or(failed(io::ErrorKind::NetworkUnreachable, false))?;
        let segment_size = if run.segment_size == 0 { run.bytes.len() } else { run.segment_size }.max(1);
        if segment_size.min(run.bytes.len()) > MAX_PAYLOAD {
            return Err(failed(io::ErrorKind::InvalidInput, false));
        }
        let from = SocketAddr::new(source, self.port);
        let datagram = |bytes: &[u8]| FakeDatagram { from, to: remote, ecn: run.ecn, dscp: run.dscp, bytes: bytes.to_vec() };
        self.host.net.carry(match run.bytes {
            [] => vec![datagram(&[])],
            bytes => bytes.chunks(segment_size).map(datagram).collect(),
        });
        if sticky.is_some_and(|ip| ip != source) { Err(failed(io::ErrorKind::AddrNotAvailable, true)) } else { Ok(()) }
    }
}

impl UdpSocket for Socket {
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError> {
        runs.iter().map(|run| self.send_run(run)).fold(Ok(()), Result::and)
    }

    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
        batch.received.clear();
        let mut waiting = lock(&self.mailbox.waiting);
        for buffer in batch.buffers.iter_mut().take(limit) {
            let Some(first) = waiting.pop_front() else { break };
            let segment_size = first.bytes.len();
            let mut run = first.bytes.clone();
            // As in the kernel: a shorter datagram may follow the equal ones, and ends the run.
            while let Some(next) = waiting.front().filter(|next| {
                let same = (next.from, next.to, next.ecn) == (first.from, first.to, first.ecn);
                let fits = (1..=segment_size).contains(&next.bytes.len()) && run.len() + next.bytes.len() <= MAX_PAYLOAD;
                self.host.offloads.udp_receive && same && fits && run.len().is_multiple_of(segment_size)
            }) {
                run.extend(&next.bytes);
                waiting.pop_front();
            }
            buffer.resize(buffer.len().max(MAX_SUPERPACKET), 0);
            if let Some(place) = buffer.get_mut(..run.len()) {
                place.copy_from_slice(&run);
            }
            let path = UdpPath { remote: first.from, local: Some(Local { ip: first.to.ip(), interface: INTERFACE }) };
            batch.received.push(Received { path, ecn: first.ecn, segment_size, len: run.len() });
        }
        if batch.received.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        Ok(self.mailbox.bell.wait(stop, patience, || self.is_readable()))
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn set_mark(&self, mark: u32) -> io::Result<()> {
        *lock(&self.mailbox.mark) = mark;
        Ok(())
    }

    fn max_run(&self) -> (usize, usize) {
        (if self.host.offloads.udp_segmentation { MAX_SEGMENTS } else { 1 }, MAX_PAYLOAD)
    }

    fn receives_runs(&self) -> bool {
        self.host.offloads.udp_receive
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
