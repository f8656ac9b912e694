//! The network of a demo as root: two network namespaces joined by a virtual cable, with real TUN devices.

use std::io::{self, Read, Write};
use std::mem::{self, ManuallyDrop};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use adit_config::{Config, InterfaceName, InterfaceSettings};
use adit_platform::linux::network::LinuxNetwork;
use adit_platform::linux::network_namespace::NetworkNamespace;
use adit_platform::network::{self, Attachment, Network, Picture, Report};
use anyhow::{Context, ensure};

use crate::sockets::{Listener, PATIENCE, Sockets, Stream};
use crate::tunnel::Running;

/// The peer's address on the cable, and yours: documentation addresses (RFC 5737).
pub(crate) const PEER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const YOU: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// A network namespace that serves as one computer of the demo.
#[derive(Clone)]
pub(crate) struct Computer(Arc<Inside>);

struct Inside {
    namespace: NetworkNamespace,
    tunnels: Mutex<Vec<Box<dyn Attachment>>>,
}

impl Drop for Inside {
    /// Takes the tunnels down inside their namespace.
    fn drop(&mut self) {
        let tunnels = mem::take(self.tunnels.get_mut().unwrap_or_else(PoisonError::into_inner));
        let tunnels = ManuallyDrop::new(tunnels);
        // If the namespace cannot be entered, the tunnels end with it.
        let _ = self.namespace.within::<_, io::Error>(|| {
            drop(ManuallyDrop::into_inner(tunnels));
            Ok(())
        });
    }
}

/// A notifier that prints nothing: the demo prints its own text.
struct Quiet;

impl network::Listener for Quiet {
    fn hear(&self, _: Report) {}
}

/// Makes two namespaces, the peer's and yours, with a cable between them.
///
/// # Errors
/// If namespaces are forbidden, or `ip` is missing.
pub(crate) fn joined() -> anyhow::Result<(Computer, Computer)> {
    let new = || -> anyhow::Result<Computer> {
        let namespace = NetworkNamespace::new().context("making a network namespace")?;
        Ok(Computer(Arc::new(Inside { namespace, tunnels: Mutex::default() })))
    };
    let (you, peer) = (new()?, new()?);
    let other = peer.0.namespace.path();
    you.ip(&format!("link add name cable type veth peer name cable netns {}", other.display()))?;
    for (computer, address) in [(&you, YOU), (&peer, PEER)] {
        computer.ip("link set lo up")?;
        computer.ip(&format!("address add {address}/24 dev cable"))?;
        computer.ip("link set cable up")?;
    }
    Ok((you, peer))
}

impl Computer {
    /// Runs `work` on a thread inside this namespace.
    pub(crate) fn within<T: Send>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
        self.0.namespace.within(work)
    }

    /// Brings a tunnel up in this process.
    pub(crate) fn bring_up(&self, config: &Config) -> anyhow::Result<Running> {
        let name: InterfaceName = "adit-demo".parse()?;
        let settings = InterfaceSettings::from(config, name);
        let listener: Arc<dyn network::Listener> = Arc::new(Quiet);
        self.0.namespace.within(|| {
            let mut attachment = LinuxNetwork::default().prepare(&Picture::from(&settings), &listener)?;
            attachment.check()?;
            let running = Running::start(attachment.open(1)?, config)?;
            attachment.configure(&|| true)?;
            self.0.tunnels.lock().unwrap_or_else(PoisonError::into_inner).push(attachment);
            Ok::<_, anyhow::Error>(running)
        })
    }

    /// Runs `ip` of iproute2 with arguments separated by spaces.
    fn ip(&self, arguments: &str) -> anyhow::Result<()> {
        let output = self.0.namespace.within(|| Command::new("ip").args(arguments.split(' ')).output());
        let output = output.context("running `ip`, of the package iproute2")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "ip {arguments}: {}", said.trim());
        Ok(())
    }
}

impl Sockets for Computer {
    fn connect(&self, to: SocketAddrV4) -> io::Result<Box<dyn Stream>> {
        let stream = self.0.namespace.within(|| TcpStream::connect_timeout(&to.into(), PATIENCE))?;
        Ok(Box::new(Connection::new(stream)?))
    }

    fn listen(&self, on: SocketAddrV4) -> io::Result<Box<dyn Listener>> {
        Ok(Box::new(self.0.namespace.within(|| TcpListener::bind(on))?))
    }
}

struct Connection(TcpStream);

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }
}

impl Listener for TcpListener {
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, Ipv4Addr)> {
        let (stream, from) = TcpListener::accept(self)?;
        let from = match from {
            SocketAddr::V4(from) => *from.ip(),
            SocketAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        Ok((Box::new(Connection::new(stream)?), from))
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Stream for Connection {
    fn finish(&mut self) -> io::Result<()> {
        self.0.shutdown(Shutdown::Write)
    }
}
