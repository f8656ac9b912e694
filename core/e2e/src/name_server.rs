//! A name server that answers each question for an IPv4 address with the same one, and keeps the names that it was asked for.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;

use crate::namespace::Namespace;

/// The length of a question's header.
const HEADER: usize = 12;
/// The type of IPv4 addresses.
const A: [u8; 2] = [0, 1];

/// Runs until it is dropped.
pub struct NameServer {
    asked: Arc<Mutex<BTreeSet<String>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    /// Answers at `at` in `namespace`.
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

    /// The names that it was asked for and that begin with `start`, each once.
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

/// The name that is asked for, and the response; None for what is no question.
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
    // Behind the name: its end, the type and the class. What follows, such as extensions (RFC 6891), is left out.
    let end = at + 5;
    let is_for_ipv4 = question.get(at + 1..at + 3)? == A;
    // A response to one question, without an error, with one record or none.
    let mut response = question.get(..2)?.to_vec();
    response.extend([0x81, 0x80, 0, 1, 0, u8::from(is_for_ipv4), 0, 0, 0, 0]);
    response.extend(question.get(HEADER..end)?);
    if is_for_ipv4 {
        // For the name at byte 12: A, IN, 60 s, four bytes.
        response.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        response.extend(with.octets());
    }
    Some((labels.join("."), response))
}
