//! The listening ports of a proxy: all are bound before any is served.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::credentials::Credentials;
use crate::dial::Dialer;
use crate::stack::Listener;
use crate::target::{LocalForward, RemoteForward, Target};
use crate::{forward, http, socks5};

/// Maximum number of clients at once; further ones wait to be accepted.
const MOST_CLIENTS: usize = 4096;

/// Pause after a failed accept, which usually means a lack of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// The ports that the user wants.
#[derive(Default)]
pub struct Plan {
    /// Addresses of SOCKS5 proxies.
    pub socks5: Vec<SocketAddr>,
    /// Addresses of HTTP proxies.
    pub http: Vec<SocketAddr>,
    /// Forwards from ports of this computer.
    pub local: Vec<LocalForward>,
    /// Forwards from ports of the tunnel's own address.
    pub remote: Vec<RemoteForward>,
    /// Users of SOCKS5 and HTTP; `None`: no password is required.
    pub credentials: Option<Credentials>,
}

/// The kind of a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A SOCKS5 proxy.
    Socks5,
    /// An HTTP proxy.
    Http,
    /// A TCP port of this computer.
    Local,
    /// A UDP port of this computer.
    LocalUdp,
    /// A TCP port of the tunnel's own address.
    Remote,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Socks5 => "SOCKS5",
            Self::Http => "HTTP",
            Self::Local => "forward",
            Self::LocalUdp => "UDP forward",
            Self::Remote => "remote forward",
        })
    }
}

/// A bound port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listening {
    /// Kind of the port.
    pub kind: Kind,
    /// Its address; for a remote forward, the first of the tunnel's addresses.
    pub address: SocketAddr,
    /// The target, if the port leads to only one.
    pub target: Option<Target>,
    /// True if clients must give a user name and a password.
    pub asks_for_password: bool,
}

impl Listening {
    /// Returns true if other computers can use the port without restriction.
    pub fn is_open_to_others(&self) -> bool {
        self.kind != Kind::Remote && !self.asks_for_password && !self.address.ip().to_canonical().is_loopback()
    }
}

/// A port that could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// A port of this computer.
    #[error("the {kind} cannot listen at {address}: {error}{}", advice(.error))]
    Here {
        /// Kind of the port.
        kind: Kind,
        /// Its address.
        address: SocketAddr,
        /// The error of the system.
        error: io::Error,
    },
    /// Two remote forwards use the same port of the tunnel.
    #[error("two remote forwards want the port {0}")]
    Twice(u16),
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "; another program has this port, so choose another",
        io::ErrorKind::PermissionDenied => "; ports below 1024 are root's, so choose another",
        io::ErrorKind::AddrNotAvailable => "; this computer has no such address",
        _ => "",
    }
}

/// The state that all listening ports share.
pub(crate) struct Front {
    pub(crate) dialer: Dialer,
    pub(crate) credentials: Option<Credentials>,
    places: Arc<Semaphore>,
}

/// All ports of a plan, bound but not yet served.
pub struct Bound {
    front: Arc<Front>,
    listening: Vec<Listening>,
    sockets: Vec<Socket>,
}

enum Socket {
    Socks5(TcpListener),
    Http(TcpListener),
    Local(TcpListener, Target),
    LocalUdp(UdpSocket, Target),
    Remote(Listener, Target),
}

impl Plan {
    /// Binds all ports.
    ///
    /// # Errors
    /// The error of the first port that could not be bound; no port stays bound then.
    pub async fn bind(self, dialer: Dialer) -> Result<Bound, BindError> {
        let places = Arc::new(Semaphore::new(MOST_CLIENTS));
        let stack = Arc::clone(&dialer.stack);
        let own = stack.addresses().first().copied().unwrap_or(IpAddr::from([0; 4]));
        let front = Arc::new(Front { dialer, credentials: self.credentials, places });
        let mut bound = Bound { front, listening: Vec::new(), sockets: Vec::new() };
        for address in self.socks5 {
            let listener = listen(Kind::Socks5, address).await?;
            bound.add(Kind::Socks5, listener.local_addr().unwrap_or(address), None, Socket::Socks5(listener));
        }
        for address in self.http {
            let listener = listen(Kind::Http, address).await?;
            bound.add(Kind::Http, listener.local_addr().unwrap_or(address), None, Socket::Http(listener));
        }
        for LocalForward { listen: address, target, udp } in self.local {
            if udp {
                let failed = |error| BindError::Here { kind: Kind::LocalUdp, address, error };
                let socket = UdpSocket::bind(address).await.map_err(failed)?;
                let address = socket.local_addr().unwrap_or(address);
                bound.add(Kind::LocalUdp, address, Some(target.clone()), Socket::LocalUdp(socket, target));
            } else {
                let listener = listen(Kind::Local, address).await?;
                let address = listener.local_addr().unwrap_or(address);
                bound.add(Kind::Local, address, Some(target.clone()), Socket::Local(listener, target));
            }
        }
        for RemoteForward { port, target } in self.remote {
            let listener = stack.listen(port).ok_or(BindError::Twice(port))?;
            bound.add(Kind::Remote, SocketAddr::new(own, port), Some(target.clone()), Socket::Remote(listener, target));
        }
        Ok(bound)
    }
}

async fn listen(kind: Kind, address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|error| BindError::Here { kind, address, error })
}

impl Bound {
    fn add(&mut self, kind: Kind, address: SocketAddr, target: Option<Target>, socket: Socket) {
        let asks_for_password = matches!(kind, Kind::Socks5 | Kind::Http) && self.front.credentials.is_some();
        self.listening.push(Listening { kind, address, target, asks_for_password });
        self.sockets.push(socket);
    }

    /// Returns the bound ports, with the port numbers that the system chose.
    pub fn listening(&self) -> &[Listening] {
        &self.listening
    }

    /// Serves clients until the future is dropped.
    pub async fn serve(self) {
        let mut all = JoinSet::new();
        let front = self.front;
        for socket in self.sockets {
            let front = Arc::clone(&front);
            match socket {
                Socket::Socks5(listener) => all.spawn(accept(Arc::clone(&front), listener, move |program, from| {
                    socks5::serve(Arc::clone(&front), program, from)
                })),
                Socket::Http(listener) => {
                    all.spawn(accept(Arc::clone(&front), listener, move |program, _| http::serve(Arc::clone(&front), program)))
                }
                Socket::Local(listener, target) => all.spawn(accept(Arc::clone(&front), listener, move |program, _| {
                    forward::local(Arc::clone(&front), program, target.clone())
                })),
                Socket::LocalUdp(socket, target) => all.spawn(forward::local_udp(front, Arc::new(socket), target)),
                Socket::Remote(listener, target) => all.spawn(accept_remote(front, listener, target)),
            };
        }
        while all.join_next().await.is_some() {}
        std::future::pending::<()>().await;
    }
}

async fn accept<F: Future<Output = ()> + Send + 'static>(
    front: Arc<Front>,
    listener: TcpListener,
    serve: impl Fn(TcpStream, SocketAddr) -> F,
) {
    let mut clients = JoinSet::new();
    loop {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&front.places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((program, from)) => {
                let _ = program.set_nodelay(true);
                let served = serve(program, from);
                clients.spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                front.dialer.teller.tell(&format!("a program's connection cannot be accepted: {error}"));
                tokio::time::sleep(BREATH).await;
            }
        }
        while clients.try_join_next().is_some() {}
    }
}

async fn accept_remote(front: Arc<Front>, mut listener: Listener, target: Target) {
    let mut clients = JoinSet::new();
    while let Some(incoming) = listener.next().await {
        // Beyond the limit, the other end's first packet is not answered.
        if let Ok(place) = Arc::clone(&front.places).try_acquire_owned() {
            let served = forward::remote(Arc::clone(&front), incoming, target.clone());
            clients.spawn(async move {
                served.await;
                drop(place);
            });
        }
        while clients.try_join_next().is_some() {}
    }
}
