//! Forwarded ports, and what all ways into the tunnel have in common: bytes go both ways.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::plan::Front;
use crate::stack::{Connection, Incoming, RelayError};
use crate::target::{Target, TargetHost};

/// For a client to say what it wants.
pub(crate) const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// For a host of this side of the tunnel.
const OUTWARD_PATIENCE: Duration = Duration::from_secs(10);

/// Silence in both directions after which a client's datagrams are no longer expected.
const UDP_IDLE: Duration = Duration::from_secs(120);

/// Clients of one UDP forward at once.
const UDP_CLIENTS: usize = 1024;

/// Datagrams that may wait for one client's session.
const UDP_BACKLOG: usize = 64;

/// Longest datagram, bytes.
const LONGEST: usize = 65_535;

/// Moves bytes until both ends are done. An end that was reset resets the other.
pub(crate) async fn relay(connection: &mut Connection, program: &mut TcpStream) {
    match connection.relay(program).await {
        Ok(()) => {}
        Err(error @ (RelayError::Reset | RelayError::HalfClosed)) => {
            tracing::debug!(%error, "a connection ended");
            // Where that fails it is closed as any other.
            let _ = program.set_zero_linger();
        }
        Err(error @ RelayError::Program(_)) => tracing::debug!(%error, "a connection ended"),
    }
}

/// A client of a local port.
pub(crate) async fn local(front: Arc<Front>, mut program: TcpStream, target: Target) {
    match front.dialer.dial(&target).await {
        Ok(mut connection) => relay(&mut connection, &mut program).await,
        Err(_) => {
            // There are no words for it, and the person at the terminal was told.
            let _ = program.set_zero_linger();
        }
    }
}

/// A client from the tunnel.
pub(crate) async fn remote(front: Arc<Front>, incoming: Incoming, target: Target) {
    let Ok(mut connection) = incoming.accept().await else { return };
    let outwards = async {
        match &target.host {
            TargetHost::Ip(address) => TcpStream::connect(SocketAddr::new(*address, target.port)).await,
            TargetHost::Name(name) => TcpStream::connect((name.as_str(), target.port)).await,
        }
    };
    match timeout(OUTWARD_PATIENCE, outwards).await {
        Ok(Ok(mut program)) => {
            let _ = program.set_nodelay(true);
            relay(&mut connection, &mut program).await;
        }
        Ok(Err(error)) => {
            front.dialer.teller.tell(&format!("{} wanted {target}, which cannot be reached: {error}", connection.remote()))
        }
        Err(_) => front.dialer.teller.tell(&format!("{} wanted {target}, which does not answer", connection.remote())),
    }
}

/// A local UDP port: each client has a port of its own in the tunnel for as long as datagrams go to and fro.
pub(crate) async fn local_udp(front: Arc<Front>, socket: Arc<UdpSocket>, target: Target) {
    let mut clients: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>> = HashMap::new();
    let mut buffer = vec![0; LONGEST];
    loop {
        // An error is about an earlier datagram that its receiver did not take.
        let Ok((len, from)) = socket.recv_from(&mut buffer).await else { continue };
        let datagram = buffer.get(..len).unwrap_or_default().to_vec();
        if clients.get(&from).is_none_or(mpsc::Sender::is_closed) {
            if clients.len() >= UDP_CLIENTS {
                clients.retain(|_, session| !session.is_closed());
            }
            if clients.len() >= UDP_CLIENTS {
                continue;
            }
            let (sender, receiver) = mpsc::channel(UDP_BACKLOG);
            clients.insert(from, sender);
            tokio::spawn(session(Arc::clone(&front), Arc::clone(&socket), from, target.clone(), receiver));
        }
        if let Some(session) = clients.get(&from) {
            // A datagram too many is lost, like any.
            let _ = session.try_send(datagram);
        }
    }
}

async fn session(
    front: Arc<Front>,
    socket: Arc<UdpSocket>,
    client: SocketAddr,
    target: Target,
    mut out: mpsc::Receiver<Vec<u8>>,
) {
    let to = match front.dialer.address(&target).await {
        Ok(to) => to,
        Err(error) => return front.dialer.teller.tell(&error.to_string()),
    };
    let port = match front.dialer.stack.udp(SocketAddr::new(to.ip(), 0)) {
        Ok(port) => port,
        Err(error) => return front.dialer.teller.tell(&format!("{target}: no UDP port in the tunnel: {error}")),
    };
    loop {
        tokio::select! {
            datagram = out.recv() => {
                let Some(datagram) = datagram else { return };
                if let Err(error) = port.send_to(&datagram, to) {
                    tracing::debug!(%error, len = datagram.len(), "a datagram was lost");
                }
            }
            (datagram, from) = port.receive() => {
                if from == to {
                    // Lost, if the client does not take it.
                    let _ = socket.send_to(&datagram, client).await;
                }
            }
            () = tokio::time::sleep(UDP_IDLE) => return,
        }
    }
}
