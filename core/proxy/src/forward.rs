//! Forwarded ports, and the part that all entries into the tunnel share: moving bytes in both directions.

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

/// Time limit for a client to send its request.
pub(crate) const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// Time limit for connecting to a host on this side of the tunnel.
const OUTWARD_PATIENCE: Duration = Duration::from_secs(10);

/// Time without datagrams in both directions after which a client's session ends.
const UDP_IDLE: Duration = Duration::from_secs(120);

/// Maximum number of clients of one UDP forward at once.
const UDP_CLIENTS: usize = 1024;

/// Maximum number of datagrams that wait for one client's session.
const UDP_BACKLOG: usize = 64;

/// Maximum size of a datagram in bytes.
const LONGEST: usize = 65_535;

/// Moves bytes until both ends are done. A reset of one end resets the other.
pub(crate) async fn relay(connection: &mut Connection, program: &mut TcpStream) {
    match connection.relay(program).await {
        Ok(()) => {}
        Err(error @ (RelayError::Reset | RelayError::HalfClosed)) => {
            tracing::debug!(%error, "a connection ended");
            // If that fails, the connection is closed normally.
            let _ = program.set_zero_linger();
        }
        Err(error @ RelayError::Program(_)) => tracing::debug!(%error, "a connection ended"),
    }
}

/// Serves a client of a local port.
pub(crate) async fn local(front: Arc<Front>, mut program: TcpStream, target: Target) {
    match front.dialer.dial(&target).await {
        Ok(mut connection) => relay(&mut connection, &mut program).await,
        Err(_) => {
            // The protocol has no error message, and the failure was reported on the terminal.
            let _ = program.set_zero_linger();
        }
    }
}

/// Serves a client that connects from the tunnel.
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

/// Serves a local UDP port. Each client has its own port in the tunnel as long as datagrams flow.
pub(crate) async fn local_udp(front: Arc<Front>, socket: Arc<UdpSocket>, target: Target) {
    let mut clients: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>> = HashMap::new();
    let mut buffer = vec![0; LONGEST];
    loop {
        // An error concerns an earlier datagram that its receiver did not accept.
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
            // A datagram beyond the limit is lost, like any datagram on a network.
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
                    // Lost if the client does not accept it.
                    let _ = socket.send_to(&datagram, client).await;
                }
            }
            () = tokio::time::sleep(UDP_IDLE) => return,
        }
    }
}
