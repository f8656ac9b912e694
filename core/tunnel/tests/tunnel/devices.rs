//! Devices that misbehave as a test specifies, and otherwise behave like the fake ones.

use std::any::Any;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use adit_platform::device::{
    Datagrams, InterfaceState, Offload, Ready, ReceiveBatch, SendError, Stop, TunCapabilities, TunQueue, UdpFactory, UdpSocket,
};

pub(crate) type QueueReceive = dyn Fn(&dyn TunQueue, &mut [u8]) -> io::Result<(usize, Offload)> + Send + Sync;
type QueueSend = dyn Fn(&dyn TunQueue, Offload, &[u8]) -> io::Result<()> + Send + Sync;
type SentTogether = dyn Fn(&[(Offload, &[u8])]) + Send + Sync;
type SocketReceive = dyn Fn(&dyn UdpSocket, &mut ReceiveBatch, usize) -> io::Result<()> + Send + Sync;
type SocketSend = dyn Fn(&dyn UdpSocket, &[Datagrams<'_>]) -> Result<(), SendError> + Send + Sync;

/// A TUN queue whose receive and send operations a test replaces.
pub(crate) struct OddQueue {
    pub(crate) inner: Arc<dyn TunQueue>,
    pub(crate) receive: Box<QueueReceive>,
    pub(crate) send: Box<QueueSend>,
    /// Called with the packets that are sent together.
    pub(crate) together: Box<SentTogether>,
    /// True if it claims to be readable at all times.
    pub(crate) restless: bool,
    /// True if it cannot be waited for together with a socket.
    pub(crate) waits_alone: bool,
}

impl OddQueue {
    pub(crate) fn new(inner: Arc<dyn TunQueue>) -> Self {
        Self {
            inner,
            receive: Box::new(|inner, buffer| inner.recv(buffer)),
            send: Box::new(|inner, offload, packet| inner.send(offload, packet)),
            together: Box::new(|_| {}),
            restless: false,
            waits_alone: false,
        }
    }
}

impl TunQueue for OddQueue {
    fn recv(&self, buffer: &mut [u8]) -> io::Result<(usize, Offload)> {
        (self.receive)(&*self.inner, buffer)
    }

    fn send(&self, offload: Offload, packet: &[u8]) -> io::Result<()> {
        (self.send)(&*self.inner, offload, packet)
    }

    fn send_all(&self, packets: &[(Offload, &[u8])]) -> io::Result<()> {
        (self.together)(packets);
        packets.iter().map(|(offload, packet)| self.send(*offload, packet)).fold(Ok(()), Result::and)
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        if self.restless { Ok(readable_unless(stop)) } else { self.inner.wait(stop, patience) }
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        match self {
            Self { waits_alone: true, .. } => Err(io::ErrorKind::Unsupported.into()),
            Self { restless: true, .. } => Ok(readable_unless(stop)),
            _ => self.inner.wait_with(socket, stop, patience),
        }
    }

    fn capabilities(&self) -> TunCapabilities {
        self.inner.capabilities()
    }

    fn mtu(&self) -> usize {
        self.inner.mtu()
    }

    fn interface(&self) -> io::Result<InterfaceState> {
        self.inner.interface()
    }

    fn prefer_segments(&self, most: usize) {
        self.inner.prefer_segments(most);
    }
}

/// Creates sockets whose receive and send operations a test replaces.
pub(crate) struct OddFactory {
    pub(crate) inner: Arc<dyn UdpFactory>,
    pub(crate) receive: Arc<SocketReceive>,
    pub(crate) send: Arc<SocketSend>,
    /// True if the sockets claim to be readable at all times.
    pub(crate) restless: bool,
}

struct OddSocket {
    inner: Arc<dyn UdpSocket>,
    receive: Arc<SocketReceive>,
    send: Arc<SocketSend>,
    restless: bool,
}

impl OddFactory {
    pub(crate) fn new(inner: Arc<dyn UdpFactory>) -> Self {
        Self {
            inner,
            receive: Arc::new(|inner, batch, limit| inner.recv(batch, limit)),
            send: Arc::new(|inner, runs| inner.send(runs)),
            restless: false,
        }
    }
}

impl UdpFactory for OddFactory {
    fn bind(&self, port: u16, mark: u32) -> io::Result<Arc<dyn UdpSocket>> {
        let inner = self.inner.bind(port, mark)?;
        let (receive, send) = (Arc::clone(&self.receive), Arc::clone(&self.send));
        Ok(Arc::new(OddSocket { inner, receive, send, restless: self.restless }))
    }
}

impl UdpSocket for OddSocket {
    fn send(&self, runs: &[Datagrams<'_>]) -> Result<(), SendError> {
        (self.send)(&*self.inner, runs)
    }

    fn recv(&self, batch: &mut ReceiveBatch, limit: usize) -> io::Result<()> {
        (self.receive)(&*self.inner, batch, limit)
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        if self.restless { Ok(readable_unless(stop)) } else { self.inner.wait(stop, patience) }
    }

    fn port(&self) -> u16 {
        self.inner.port()
    }

    fn set_mark(&self, mark: u32) -> io::Result<()> {
        self.inner.set_mark(mark)
    }

    fn max_run(&self) -> (usize, usize) {
        self.inner.max_run()
    }

    fn receives_runs(&self) -> bool {
        self.inner.receives_runs()
    }

    fn as_any(&self) -> &dyn Any {
        if self.restless { self } else { self.inner.as_any() }
    }
}

fn readable_unless(stop: &dyn Stop) -> Ready {
    if stop.is_stopped() { Ready::Stopped } else { Ready::Readable }
}
