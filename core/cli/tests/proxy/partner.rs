//! The other end of the tunnel, in this process: an echo server, a DNS server, and servers that a test adds.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use adit_platform::device::Stop;
use adit_platform::linux::doorbell::EventDoorbell;
use adit_platform::linux::stop::EventStop;
use adit_platform::linux::udp::LinuxUdp;
use adit_protocol::{PrivateKey, PublicKey};
use adit_proxy::stack::{Connection, Stack, UdpPort};
use adit_tunnel::{AllowedIp, Control, DeviceUpdate, Options, PeerUpdate, Tunnel};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::runtime::Runtime;

/// The port of the echo server, TCP and UDP.
pub(crate) const ECHO: u16 = 7;

pub(crate) struct Partner {
    pub(crate) stack: Arc<Stack>,
    pub(crate) runtime: Runtime,
    pub(crate) port: u16,
    /// The names that were asked for, in order.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    /// The number of connections whose echo ended regularly.
    pub(crate) echoed: Arc<AtomicUsize>,
    _tunnel: Tunnel,
}

impl Partner {
    /// Starts the partner with the addresses 10.66.0.1 and fd66::1; it knows one peer, at .2.
    pub(crate) fn start(key: &PrivateKey, peer: PublicKey) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let in_runtime = runtime.enter();
        let addresses = ["10.66.0.1", "fd66::1"].map(|address| address.parse().unwrap()).into();
        let (stack, device) = Stack::start(addresses, 1420, Box::new(EventDoorbell::new().unwrap())).unwrap();
        let stack = Arc::new(stack);
        let options = Options {
            new_stop: || Ok(Arc::new(EventStop::new()?) as Arc<dyn Stop>),
            network: None,
            timestamp_floor: None,
            observer: Box::new(|_| {}),
            share_always: false,
            moved: Box::new(|_| ()),
            danger_timing: None,
        };
        let tunnel = Tunnel::start(device, Arc::new(LinuxUdp::default()), options).unwrap();
        let own = |address: &str, prefix| (AllowedIp { address: address.parse().unwrap(), prefix }, true);
        let peer = PeerUpdate { allowed_ips: vec![own("10.66.0.2", 32), own("fd66::2", 128)], ..PeerUpdate::new(peer) };
        let update = DeviceUpdate { private_key: Some(Some(key.clone())), peers: vec![peer], ..DeviceUpdate::default() };
        tunnel.handle().apply(update).unwrap();
        let port = tunnel.handle().view().listen_port;
        let (asked, echoed) = (Arc::default(), Arc::default());
        drop(in_runtime);
        let partner = Self { stack, runtime, port, asked, echoed, _tunnel: tunnel };
        partner.echo();
        partner.answer_names();
        partner
    }

    /// Serves each connection to `port` with `serve`.
    pub(crate) fn serve<F: Future<Output = ()> + Send + 'static>(
        &self,
        port: u16,
        serve: impl Fn(Connection) -> F + Send + 'static,
    ) {
        let mut listener = self.stack.listen(port).unwrap();
        self.runtime.spawn(async move {
            while let Some(incoming) = listener.next().await {
                if let Ok(connection) = incoming.accept().await {
                    tokio::spawn(serve(connection));
                }
            }
        });
    }

    fn echo(&self) {
        let echoed = Arc::clone(&self.echoed);
        self.serve(ECHO, move |mut connection| {
            let echoed = Arc::clone(&echoed);
            async move {
                let (program, mut end) = duplex(64 * 1024);
                tokio::spawn(async move {
                    let (mut reads, mut writes) = tokio::io::split(program);
                    let _ = tokio::io::copy(&mut reads, &mut writes).await;
                    let _ = writes.shutdown().await;
                });
                if connection.relay(&mut end).await.is_ok() {
                    echoed.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        for like in ["0.0.0.0:7", "[::]:7"] {
            let port = self.udp(like);
            self.runtime.spawn(async move {
                loop {
                    let (datagram, from) = port.receive().await;
                    let _ = port.send_to(&datagram, from);
                }
            });
        }
    }

    fn udp(&self, like: &str) -> UdpPort {
        self.stack.udp(like.parse().unwrap()).unwrap()
    }

    fn answer_names(&self) {
        let (port, asked) = (self.udp("0.0.0.0:53"), Arc::clone(&self.asked));
        self.runtime.spawn(async move {
            loop {
                let (question, from) = port.receive().await;
                asked.lock().unwrap().push(name_in(&question));
                let _ = port.send_to(&answer(&question, true), from);
            }
        });
        self.serve(53, |mut connection| async move {
            let (mut program, mut end) = duplex(4096);
            tokio::spawn(async move {
                let mut question = vec![0; usize::from(program.read_u16().await.unwrap())];
                program.read_exact(&mut question).await.unwrap();
                let answer = answer(&question, false);
                program.write_u16(answer.len() as u16).await.unwrap();
                program.write_all(&answer).await.unwrap();
            });
            let _ = connection.relay(&mut end).await;
        });
    }
}

fn name_in(question: &[u8]) -> String {
    let (mut labels, mut at) = (Vec::new(), 12);
    while question[at] != 0 {
        let len = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..at + 1 + len]).into_owned());
        at += 1 + len;
    }
    labels.join(".")
}

/// Answers a DNS question. `echo.inside` and `long.inside` are the partner; the answer for the latter fits only into TCP. Other
/// names do not exist.
fn answer(question: &[u8], datagram: bool) -> Vec<u8> {
    let name = name_in(question);
    let kind = question[question.len() - 3];
    let mut answer = question.to_vec();
    let known = matches!(name.as_str(), "echo.inside" | "long.inside");
    let truncated = datagram && name == "long.inside";
    answer[2] = 0x81 | if truncated { 2 } else { 0 };
    answer[3] = if known { 0x80 } else { 0x83 };
    if !known || truncated {
        return answer;
    }
    answer[7] = 1;
    let address: IpAddr = if kind == 1 { "10.66.0.1".parse().unwrap() } else { "fd66::1".parse().unwrap() };
    answer.extend_from_slice(&[0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60]);
    match address {
        IpAddr::V4(address) => answer.extend_from_slice(&[&[0, 4][..], &address.octets()].concat()),
        IpAddr::V6(address) => answer.extend_from_slice(&[&[0, 16][..], &address.octets()].concat()),
    }
    answer
}

/// Returns an address of the partner.
pub(crate) fn at(host: &str, port: u16) -> SocketAddr {
    SocketAddr::new(host.parse().unwrap(), port)
}
