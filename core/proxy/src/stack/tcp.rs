//! TCP connections of the tunnel's address: opened from here, or accepted.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use smoltcp::iface::{Config, Interface, PollIngressSingleResult, PollResult, SocketHandle, SocketSet};
use smoltcp::socket::tcp::{CongestionControl, Socket, SocketBuffer, State};
use smoltcp::wire::{HardwareAddress, IpCidr};
use tokio::sync::mpsc;
use tokio::time::{Sleep, sleep_until};

use super::arrival::Flow;
use super::inbox::{IcmpError, Inbox};
use super::table::Begun;
use super::window::Window;
use super::wire::Wire;
use super::{Shared, Stack, add_default_route, may_be_somebody};

/// Maximum bytes of packets that wait for a connection's task. No more than its window can be in flight, except for headers.
pub(super) const INBOX: usize = 2 << 20;

/// Maximum number of connections that wait to be accepted at one port.
const BACKLOG: usize = 256;

/// Time limit for the other end to complete the TCP handshake.
const ACCEPT_PATIENCE: Duration = Duration::from_secs(30);

/// Silence after which a TCP keepalive is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(5 * 60);

/// Silence after which the connection is given up.
const GIVE_UP: Duration = Duration::from_secs(15 * 60);

/// The speed of the stack's clock, as a multiple of real time. `smoltcp` 0.14 waits at least a second, by its clock, before it
/// retransmits a lost segment without duplicate acknowledgements; Linux waits 200 ms.
const CLOCK_SCALE: u32 = 4;

/// The time for which the stack may still send after both ends have closed. Later it would discard data that the program has
/// not read yet.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Delay before the stack is called again if it says that work is due at once but does none.
const BREATH: Duration = Duration::from_millis(1);

/// A TCP connection. Dropping it resets it unless both ends have closed.
pub struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) flow: Flow,
    inbox: Arc<Inbox>,
    wire: Wire,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    /// Start of the stack's clock.
    born: Instant,
    alarm: Pin<Box<Sleep>>,
    /// Time for which the alarm is set.
    set_for: Option<Instant>,
    /// Time at which both ends had closed.
    closed_since: Option<Instant>,
    /// The memory that the connection may use.
    _window: Window,
}

/// The reason why there is no connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConnectError {
    /// The other end refused the connection, because nothing listens at the port.
    #[error("the connection was refused")]
    Refused,
    /// A router, or this end of the tunnel, has no route to the address.
    #[error("there is no way there through the tunnel")]
    Unreachable,
    /// The tunnel has no address of this family.
    #[error("the tunnel has no {} address of its own", if *.0 { "IPv6" } else { "IPv4" })]
    NoAddress(bool),
    /// There was no answer in this time.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The maximum number of connections is reached.
    #[error("there are too many connections")]
    TooMany,
}

impl Stack {
    /// Opens a connection and waits until it is established.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(&self, to: SocketAddr, patience: Duration) -> Result<Connection, ConnectError> {
        let to = SocketAddr::new(to.ip().to_canonical(), to.port());
        let own = self.shared.own_address(to.ip()).ok_or(ConnectError::NoAddress(to.is_ipv6()))?;
        if !may_be_somebody(&to.ip()) || to.port() == 0 {
            return Err(ConnectError::Unreachable);
        }
        let inbox = Arc::new(Inbox::new(INBOX));
        let flow = self.shared.table.add_flow(own, to, &inbox).ok_or(ConnectError::TooMany)?;
        let mut connection = Connection::new(Arc::clone(&self.shared), flow, inbox);
        let (interface, sockets) = (&mut connection.interface, &mut connection.sockets);
        let socket = sockets.get_mut::<Socket<'_>>(connection.handle);
        socket.connect(interface.context(), to, flow.local).map_err(|_| ConnectError::Unreachable)?;
        match tokio::time::timeout(patience, connection.established()).await {
            Ok(result) => result.map(|()| connection),
            Err(_) => Err(ConnectError::TimedOut(patience)),
        }
    }

    /// Accepts connections at this port of all own addresses. Returns `None` if the port is in use.
    pub fn listen(&self, port: u16) -> Option<Listener> {
        let begun = self.shared.table.listen(port, BACKLOG)?;
        Some(Listener { shared: Arc::clone(&self.shared), port, begun })
    }
}

/// Accepts connections. It stops listening when it is dropped.
pub struct Listener {
    shared: Arc<Shared>,
    port: u16,
    begun: mpsc::Receiver<Begun>,
}

/// A connection whose first packet from the other end has arrived.
pub struct Incoming(Connection);

impl Listener {
    /// Returns the next connection that the other end starts.
    pub async fn next(&mut self) -> Option<Incoming> {
        let Begun { flow, inbox } = self.begun.recv().await?;
        Some(Incoming(Connection::new(Arc::clone(&self.shared), flow, inbox)))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.table.stop_listening(self.port);
        while let Ok(Begun { flow, .. }) = self.begun.try_recv() {
            self.shared.table.remove_flow(&flow);
        }
    }
}

impl Incoming {
    /// Answers, and waits until the connection is established.
    ///
    /// # Errors
    /// If the other end cancels the connection or stops answering.
    pub async fn accept(self) -> Result<Connection, ConnectError> {
        let Self(mut connection) = self;
        let local = connection.flow.local;
        connection.socket().listen(local).map_err(|_| ConnectError::Unreachable)?;
        match tokio::time::timeout(ACCEPT_PATIENCE, connection.established()).await {
            Ok(result) => result.map(|()| connection),
            Err(_) => Err(ConnectError::TimedOut(ACCEPT_PATIENCE)),
        }
    }
}

impl Connection {
    fn new(shared: Arc<Shared>, flow: Flow, inbox: Arc<Inbox>) -> Self {
        let mut wire = Wire::new(Arc::clone(&shared), headers(&flow));
        let mut config = Config::new(HardwareAddress::Ip);
        // The seed must be unpredictable. Without randomness there is no tunnel in the first place.
        config.random_seed = getrandom::u64().unwrap_or_default();
        let mut interface = Interface::new(config, &mut wire, smoltcp::time::Instant::ZERO);
        let own = flow.local.ip();
        interface.update_ip_addrs(|addresses| {
            // There is always room for the first address.
            let _ = addresses.push(IpCidr::new(own.into(), if own.is_ipv4() { 32 } else { 128 }));
        });
        add_default_route(&mut interface, own);
        let window = shared.windows.claim();
        let buffer = || SocketBuffer::new(vec![0; window.size]);
        let mut socket = Socket::new(buffer(), buffer());
        socket.set_congestion_control(CongestionControl::Cubic);
        socket.set_nagle_enabled(false);
        // Acknowledgements are sent after all arrived packets were handled, once for all of them.
        socket.set_ack_delay(None);
        socket.set_keep_alive(Some((KEEP_ALIVE * CLOCK_SCALE).into()));
        socket.set_timeout(Some((GIVE_UP * CLOCK_SCALE).into()));
        let mut sockets = SocketSet::new(Vec::with_capacity(1));
        let handle = sockets.add(socket);
        let born = Instant::now();
        let alarm = Box::pin(sleep_until((born + KEEP_ALIVE).into()));
        Self {
            shared,
            flow,
            inbox,
            wire,
            interface,
            sockets,
            handle,
            born,
            alarm,
            set_for: None,
            closed_since: None,
            _window: window,
        }
    }

    /// Returns the address of this end.
    pub fn local(&self) -> SocketAddr {
        self.flow.local
    }

    /// Returns the address of the other end.
    pub fn remote(&self) -> SocketAddr {
        self.flow.remote
    }

    /// Sends bytes that were read before the connection was established; at most 64 KiB in all, and before [`Connection::relay`].
    pub fn send_first(&mut self, bytes: &[u8]) {
        // No window is smaller than that.
        let _ = self.socket().send_slice(bytes);
    }

    pub(super) fn socket(&mut self) -> &mut Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    async fn established(&mut self) -> Result<(), ConnectError> {
        poll_fn(|context| {
            let icmp_error = self.take_in(context);
            self.send_out();
            match self.socket().state() {
                State::Closed | State::Listen => Poll::Ready(Err(ConnectError::Refused)),
                State::SynSent | State::SynReceived if icmp_error == Some(IcmpError::Unreachable) => {
                    Poll::Ready(Err(ConnectError::Unreachable))
                }
                State::SynSent | State::SynReceived => {
                    self.wait(context, None);
                    Poll::Pending
                }
                State::Established
                | State::FinWait1
                | State::FinWait2
                | State::CloseWait
                | State::Closing
                | State::LastAck
                | State::TimeWait => Poll::Ready(Ok(())),
            }
        })
        .await
    }

    /// Converts a time to the stack's clock.
    fn clock(&self, now: Instant) -> smoltcp::time::Instant {
        let age = now.saturating_duration_since(self.born) * CLOCK_SCALE;
        smoltcp::time::Instant::from_micros(i64::try_from(age.as_micros()).unwrap_or(i64::MAX))
    }

    /// Lets the stack handle all packets that have arrived.
    pub(super) fn take_in(&mut self, context: &Context<'_>) -> Option<IcmpError> {
        let icmp_error = self.inbox.take(&mut self.wire.incoming, context.waker());
        if let Some(IcmpError::TooBig(mtu)) = icmp_error {
            self.wire.limit(mtu, headers(&self.flow));
        }
        if !self.wire.incoming.is_empty() {
            let now = self.clock(Instant::now());
            while self.interface.poll_ingress_single(now, &mut self.wire, &mut self.sockets) != PollIngressSingleResult::None {}
        }
        icmp_error
    }

    /// Lets the stack send as much as it can.
    pub(super) fn send_out(&mut self) {
        let now = Instant::now();
        if self.socket().state() == State::TimeWait && now >= *self.closed_since.get_or_insert(now) + LAST_WORD {
            return;
        }
        let now = self.clock(now);
        while self.interface.poll_egress(now, &mut self.wire, &mut self.sockets) != PollResult::None {}
    }

    /// Schedules the task to be woken for the stack's timers, at `other`, and when there is room for unsent packets.
    pub(super) fn wait(&mut self, context: &mut Context<'_>, other: Option<Instant>) {
        let now = Instant::now();
        let is_over = self.socket().state() == State::TimeWait;
        let due = self
            .interface
            .poll_at(self.clock(now), &self.sockets)
            .filter(|_| !is_over)
            .map(|due| self.born + Duration::from_micros(u64::try_from(due.total_micros()).unwrap_or(0)) / CLOCK_SCALE);
        let due = match due {
            // Nothing is due until there is room.
            Some(due) if due <= now && self.shared.outbox.wait_for_room(context.waker()) => other,
            due => due.into_iter().chain(other).min(),
        };
        let Some(due) = due.map(|due| due.max(now + BREATH)) else { return };
        // An early alarm is harmless, and setting an alarm has a cost.
        if self.set_for.is_none_or(|set_for| due < set_for) {
            self.alarm.as_mut().reset(due.into());
            self.set_for = Some(due);
        }
        if self.alarm.as_mut().poll(context).is_ready() {
            self.set_for = None;
            context.waker().wake_by_ref();
        }
    }
}

/// Returns the bytes of the IP and TCP headers of a packet.
fn headers(flow: &Flow) -> u16 {
    if flow.local.is_ipv4() { 40 } else { 60 }
}

impl Drop for Connection {
    fn drop(&mut self) {
        match self.socket().state() {
            State::TimeWait => {
                let last_word = self.wire.last_short().into();
                self.shared.table.time_wait().add(self.flow, last_word, Instant::now());
            }
            State::Closed | State::Listen => {}
            State::SynSent
            | State::SynReceived
            | State::Established
            | State::FinWait1
            | State::FinWait2
            | State::CloseWait
            | State::Closing
            | State::LastAck => {
                self.socket().abort();
                self.send_out();
            }
        }
        self.shared.table.remove_flow(&self.flow);
    }
}
