//! Handshakes with a pending key from a separate socket, only to find out which peers know that key.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::clock;
use adit_platform::device::{Datagrams, Ready, ReceiveBatch, Stop, UdpSocket};
use adit_platform::devices::Devices;
use adit_platform::network::Underlay;
use adit_protocol::{Engine, Event, PresharedKey, PrivateKey, PublicKey};

/// Time limit of a trial. The second initiation is sent after five seconds (whitepaper section 6.1), and its response is waited
/// for too.
const PATIENCE: Duration = Duration::from_millis(6_500);
const STEP: Duration = Duration::from_millis(500);

/// A trial of a key.
pub(super) struct Trial<'a> {
    pub(super) key: PrivateKey,
    pub(super) peers: Vec<Asked>,
    /// The network outside the tunnel.
    pub(super) underlay: &'a dyn Underlay,
    pub(super) devices: &'a dyn Devices,
}

/// A peer that gets an initiation.
pub(super) struct Asked {
    pub(super) key: PublicKey,
    pub(super) preshared: Option<PresharedKey>,
    pub(super) endpoint: SocketAddr,
}

struct Shared {
    engine: Mutex<Engine>,
    socket: Arc<dyn UdpSocket>,
}

impl Trial<'_> {
    /// Runs the trial. Returns the peers that answered.
    pub(super) fn run(&self) -> io::Result<HashSet<PublicKey>> {
        let mut answered = HashSet::new();
        if self.peers.is_empty() {
            return Ok(answered);
        }
        let shared = Arc::new(Shared { engine: Mutex::new(self.engine()?), socket: self.underlay.bind()? });
        let stop = (self.devices.new_stop())()?;
        let (sender, receiver) = channel();
        let (listening, until) = (Arc::clone(&shared), Arc::clone(&stop));
        let listener = thread::Builder::new().name("trial".into()).spawn(move || listening.listen(&*until, &sender))?;
        shared.with(|engine| self.ask(engine));
        let begun = Instant::now();
        while answered.len() < self.peers.len() && begun.elapsed() < PATIENCE {
            match receiver.recv_timeout(STEP) {
                Ok(peer) => {
                    answered.insert(peer);
                }
                Err(RecvTimeoutError::Timeout) => shared.with(|engine| engine.handle_timeout(clock::now())),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        stop.stop();
        let _ = listener.join();
        Ok(answered)
    }

    fn engine(&self) -> io::Result<Engine> {
        let rng = super::rng().map_err(io::Error::other)?;
        let mut engine = Engine::new(Box::new(rng));
        engine.set_private_key(Some(&self.key), clock::now());
        for asked in &self.peers {
            let Some(peer) = engine.add_peer(asked.key) else { continue };
            engine.set_endpoint(&peer, asked.endpoint);
            if let Some(key) = &asked.preshared {
                engine.set_preshared_key(&peer, key.clone());
            }
        }
        engine.publish();
        Ok(engine)
    }

    fn ask(&self, engine: &mut Engine) {
        for asked in &self.peers {
            if let Some(peer) = engine.find_peer(&asked.key) {
                engine.initiate(&peer, clock::now());
            }
        }
    }
}

impl Shared {
    /// Runs `work` on the engine and sends the datagrams that result.
    fn with<T>(&self, work: impl FnOnce(&mut Engine) -> T) -> T {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(&mut engine);
        while let Some(transmit) = engine.poll_transmit(clock::instant()) {
            let (path, ecn, dscp) = (transmit.path, transmit.ecn, transmit.dscp);
            let run = Datagrams { path, ecn, dscp, segment_size: transmit.payload.len().max(1), bytes: &transmit.payload };
            // A failure counts as a lost datagram: the engine retransmits it.
            let _ = self.socket.send(&[run]);
        }
        result
    }

    fn listen(&self, stop: &dyn Stop, answers: &Sender<PublicKey>) {
        let mut batch = ReceiveBatch::new(1);
        while matches!(self.socket.wait(stop, None), Ok(Ready::Readable)) {
            if self.socket.recv(&mut batch, 1).is_err() {
                continue;
            }
            for (received, buffer) in batch.received.iter().zip(&mut batch.buffers) {
                let bytes = buffer.get_mut(..received.len).unwrap_or_default();
                for datagram in bytes.chunks_mut(received.segment_size.max(1)) {
                    // Datagrams that are no response are dropped.
                    let _ = self.with(|engine| engine.handle_datagram(received.path, received.ecn, datagram, clock::now()));
                }
            }
            let completed = self.with(|engine| std::iter::from_fn(|| engine.poll_event()).collect::<Vec<_>>());
            for event in completed {
                if let Event::HandshakeCompleted { peer, .. } = event {
                    let _ = answers.send(peer);
                }
            }
        }
    }
}
