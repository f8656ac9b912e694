//! UDP ASSOCIATE (RFC 1928 section 7): relays datagrams for any host as long as the requesting connection is open.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Semaphore;

use crate::plan::Front;
use crate::socks5::{self, Answer};
use crate::stack::UdpPort;

/// Maximum size of a datagram in bytes.
const LONGEST: usize = 65_535;

/// Maximum number of datagrams of one client that wait for name resolution; further ones are lost.
const LOOK_UPS: usize = 16;

/// Serves one client until it disconnects.
pub(crate) async fn serve(front: &Arc<Front>, mut program: TcpStream, from: SocketAddr) {
    let Ok(association) = Association::open(front, &program, from).await else {
        let failed = socks5::answer(Answer::Failure, SocketAddr::from(([0; 4], 0)));
        // An error means that the client has disconnected, so no answer is needed.
        let _ = program.write_all(&failed).await;
        return;
    };
    if program.write_all(&socks5::answer(Answer::Succeeded, association.address)).await.is_ok() {
        association.carry(program).await;
    }
}

struct Association {
    front: Arc<Front>,
    socket: UdpSocket,
    address: SocketAddr,
    /// One port in the tunnel for each of its address families.
    ports: Vec<Arc<UdpPort>>,
    /// The client's address. The port is that of its first datagram.
    client: SocketAddr,
    client_is_known: bool,
    look_ups: Arc<Semaphore>,
}

impl Association {
    async fn open(front: &Arc<Front>, program: &TcpStream, client: SocketAddr) -> io::Result<Self> {
        let here = SocketAddr::new(program.local_addr()?.ip(), 0);
        let socket = UdpSocket::bind(here).await?;
        let stack = &front.dialer.stack;
        let families = [SocketAddr::from(([0; 4], 0)), SocketAddr::from(([0u16; 8], 0))];
        let ports = families.into_iter().filter_map(|family| stack.udp(family).ok()).map(Arc::new).collect();
        let address = socket.local_addr()?;
        let look_ups = Arc::new(Semaphore::new(LOOK_UPS));
        Ok(Self { front: Arc::clone(front), socket, address, ports, client, client_is_known: false, look_ups })
    }

    async fn carry(mut self, mut program: TcpStream) {
        let (mut buffer, mut ignored) = (vec![0; LONGEST], [0; 64]);
        let one = self.ports.first().map(Arc::clone);
        let other = self.ports.get(1).map(Arc::clone);
        loop {
            tokio::select! {
                read = program.read(&mut ignored) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                },
                received = self.socket.recv_from(&mut buffer) => {
                    // An error concerns an earlier datagram that its receiver did not accept.
                    if let Ok((len, from)) = received && self.is_client(from) {
                        self.outwards(buffer.get(..len).unwrap_or_default()).await;
                    }
                }
                (payload, from) = next(one.as_deref()) => self.inwards(&payload, from).await,
                (payload, from) = next(other.as_deref()) => self.inwards(&payload, from).await,
            }
        }
    }

    fn is_client(&mut self, from: SocketAddr) -> bool {
        if !self.client_is_known && from.ip() == self.client.ip() {
            (self.client, self.client_is_known) = (from, true);
        }
        from == self.client
    }

    async fn outwards(&self, datagram: &[u8]) {
        let Some((target, datagram)) = socks5::read_datagram(datagram).await else { return };
        if let crate::target::TargetHost::Ip(ip) = target.host {
            send(&self.ports, datagram, SocketAddr::new(ip, target.port));
            return;
        }
        let Ok(place) = Arc::clone(&self.look_ups).try_acquire_owned() else { return };
        let (front, ports, datagram) = (Arc::clone(&self.front), self.ports.clone(), datagram.to_vec());
        tokio::spawn(async move {
            match front.dialer.address(&target).await {
                Ok(to) => send(&ports, &datagram, to),
                Err(error) => front.dialer.teller.tell(&error.to_string()),
            }
            drop(place);
        });
    }

    async fn inwards(&self, payload: &[u8], from: SocketAddr) {
        if !self.client_is_known {
            return;
        }
        // Lost if the client does not accept it.
        let _ = self.socket.send_to(&socks5::datagram(from, payload), self.client).await;
    }
}

fn send(ports: &[Arc<UdpPort>], payload: &[u8], to: SocketAddr) {
    if let Some(port) = ports.iter().find(|port| port.local().is_ipv4() == to.is_ipv4())
        && let Err(error) = port.send_to(payload, to)
    {
        tracing::debug!(%error, len = payload.len(), "a datagram was lost");
    }
}

async fn next(port: Option<&UdpPort>) -> (Vec<u8>, SocketAddr) {
    match port {
        Some(port) => port.receive().await,
        None => std::future::pending().await,
    }
}
