//! A name server that answers each query for an IPv4 address with the same address, and records the names queried.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;

use crate::namespace::Namespace;

/// Length of a DNS header, bytes.
const HEADER: usize = 12;
/// The type of IPv4 addresses.
const A: [u8; 2] = [0, 1];

/// A running name server. It stops when this is dropped.
pub struct NameServer {
    asked: Arc<Mutex<BTreeSet<String>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    /// Starts a server that answers at `at` in `namespace`.
    pub fn start(namespace: &Namespace, at: SocketAddr, with: Ipv4Addr) -> anyhow::Result<Self> {
        let socket = namespace.within(|| {
            let socket = UdpSocket::bind(at).with_context(|| format!("cannot answer at {at}"))?;
            socket.set_read_timeout(Some(Duration::from_millis(50)))?;
            Ok(socket)
        })?;
        let (asked, ends) = (Arc::<Mutex<BTreeSet<String>>>::default(), Arc::<AtomicBool>::default());
        let (names, end) = (Arc::clone(&asked), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            let mut question = [0; 1500];
            while !end.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut question) else { continue };
                let Some((name, answer)) = question.get(..length).and_then(|question| answer(question, with)) else { continue };
                names.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
                // The caller may have disconnected.
                let _ = socket.send_to(&answer, from);
            }
        });
        Ok(Self { asked, ends, thread: Some(thread) })
    }

    /// Returns the number of different names queried that begin with `start`.
    pub fn asked(&self, start: &str) -> usize {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|name| name.starts_with(start)).count()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the queried name and the response. None if the datagram is no query.
fn answer(question: &[u8], with: Ipv4Addr) -> Option<(String, Vec<u8>)> {
    let mut labels = Vec::new();
    let mut at = HEADER;
    loop {
        let length = usize::from(*question.get(at)?);
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(question.get(at + 1..at + 1 + length)?).to_ascii_lowercase());
        at += 1 + length;
    }
    // After the name come its end, the type and the class. Anything after these, such as extensions (RFC 6891), is left out.
    let end = at + 5;
    let is_for_ipv4 = question.get(at + 1..at + 3)? == A;
    // Header of a response to one question, without an error, with one record or none.
    let mut response = question.get(..2)?.to_vec();
    response.extend([0x81, 0x80, 0, 1, 0, u8::from(is_for_ipv4), 0, 0, 0, 0]);
    response.extend(question.get(HEADER..end)?);
    if is_for_ipv4 {
        // A record for the name at byte 12: A, IN, 60 s, four bytes.
        response.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        response.extend(with.octets());
    }
    Some((labels.join("."), response))
}
