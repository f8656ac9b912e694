//! Requests of the configuration protocol (UAPI): `get=1`, `set=1`.
//!
//! The division of the bytes into reads has no effect. Every request has one answer. A refused request changes nothing. An update
//! has the same meaning when it is written and read again.

use std::io::{self, Cursor, Read};
use std::sync::Mutex;
use std::time::Duration;

use adit_platform::uapi_listener::UapiStream;
use adit_tunnel::uapi::{LineReader, Request, answer_all, read_request, write_update};
use adit_tunnel::{Control, DeviceUpdate, DeviceView, PeerUpdate, UpdateError};

use crate::input::Input;

const TIME: Duration = Duration::from_secs(60);

/// Checks one client: a byte with the size of the reads, then the bytes that the client sends.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = usize::from(input.byte()) + 1;
    let says = input.rest();
    let (answers, updates) = serve(says, usize::MAX);
    assert_eq!(serve(says, piece), (answers.clone(), updates.clone()), "pieces change nothing");
    let numbers: Vec<&str> = answers.lines().filter_map(|line| line.strip_prefix("errno=")).collect();
    assert!(answers.is_empty() || answers.ends_with("\n\n"));
    assert_eq!(answers.matches("\n\n").count(), numbers.len(), "an answer ends with its number and a blank line");
    assert!(answers.lines().all(|line| line.is_empty() || line.contains('=')));
    let granted = numbers.iter().filter(|number| **number == "0").count();
    assert!(updates.len() <= granted, "a refused request changes nothing");
    for update in updates {
        let mut written = Vec::new();
        write_update(&mut written, &update).expect("memory takes everything");
        assert_eq!(reread(&written), Some(Request::Set(as_written(update))), "what is written is read back");
    }
}

fn serve(says: &[u8], piece: usize) -> (String, Vec<DeviceUpdate>) {
    let client = Client { says: Mutex::new(Cursor::new(says.to_vec())), piece, told: Mutex::default() };
    let tunnel = Tunnel::default();
    answer_all(&client, &tunnel, TIME, &scope).expect("memory does not fail");
    let told = client.told.into_inner().expect("nothing panicked");
    (String::from_utf8(told).expect("answers are text"), tunnel.updates.into_inner().expect("nothing panicked"))
}

fn reread(request: &[u8]) -> Option<Request> {
    read_request(&mut LineReader::new(request), &scope).ok()??.ok()
}

/// Resolves the name of an interface, which here is its index, as in answers.
pub(crate) fn scope(name: &str) -> Option<u32> {
    name.parse().ok()
}

/// Returns the update as it is written: for a removed peer, nothing but the removal is written.
fn as_written(mut update: DeviceUpdate) -> DeviceUpdate {
    for peer in update.peers.iter_mut().filter(|peer| peer.remove) {
        *peer = PeerUpdate { remove: true, ..PeerUpdate::new(peer.public_key) };
    }
    update
}

/// A client whose complete input is known in advance.
struct Client {
    says: Mutex<Cursor<Vec<u8>>>,
    /// Maximum number of bytes per read.
    piece: usize,
    told: Mutex<Vec<u8>>,
}

impl UapiStream for Client {
    fn read(&self, buffer: &mut [u8], _: Option<Duration>) -> io::Result<usize> {
        let most = buffer.len().min(self.piece);
        self.says.lock().expect("nothing panicked").read(&mut buffer[..most])
    }

    fn write(&self, bytes: &[u8], _: Duration) -> io::Result<usize> {
        self.told.lock().expect("nothing panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn close(&self) {}
}

/// A tunnel that records the updates that it receives.
#[derive(Default)]
struct Tunnel {
    updates: Mutex<Vec<DeviceUpdate>>,
}

impl Control for Tunnel {
    fn apply(&self, update: DeviceUpdate) -> Result<(), UpdateError> {
        self.updates.lock().expect("nothing panicked").push(update);
        Ok(())
    }

    fn view(&self) -> DeviceView {
        DeviceView { listen_port: 51820, ..DeviceView::default() }
    }
}
