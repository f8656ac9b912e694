//! Gathers sealed datagrams into runs of equal size, so that one system call sends many.

use adit_platform::device::{Datagrams, SendError, UdpSocket};
use adit_platform::memory;
use adit_protocol::wire::DATA_OVERHEAD;
use adit_protocol::{Ecn, UdpPath};

/// Bytes of the buffer: room for the datagrams of one superpacket, and for as many small ones as are worth one system call.
const CAPACITY: usize = 128 * 1024;

/// Returns how many sealed full-size packets of an interface with this MTU fit into one run. Without runs there is no limit,
/// because one send takes several datagrams anyway.
pub(crate) fn segments_in_one_run((max_datagrams, max_bytes): (usize, usize), mtu: usize) -> usize {
    if max_datagrams == 1 { usize::MAX } else { max_datagrams.min(max_bytes / (mtu + DATA_OVERHEAD)).max(1) }
}

/// A buffer of datagrams, and the runs that they form.
pub(crate) struct Outgoing {
    buffer: Vec<u8>,
    used: usize,
    runs: Vec<Run>,
    max_datagrams: usize,
    max_bytes: usize,
}

struct Run {
    path: UdpPath,
    ecn: Ecn,
    segment_size: usize,
    start: usize,
    len: usize,
    /// True if the run may grow; a datagram shorter than the others ends a run.
    open: bool,
}

impl Outgoing {
    /// Creates a buffer for a socket that takes this many datagrams and bytes in one run.
    pub(crate) fn new((max_datagrams, max_bytes): (usize, usize)) -> Self {
        Self { buffer: vec![0; CAPACITY], used: 0, runs: Vec::with_capacity(64), max_datagrams, max_bytes }
    }

    /// Sets the limits for the next datagrams, because the socket may have been replaced or have lost an offload.
    pub(crate) fn set_limits(&mut self, (max_datagrams, max_bytes): (usize, usize)) {
        (self.max_datagrams, self.max_bytes) = (max_datagrams, max_bytes);
    }

    /// Returns true if `len` more bytes fit.
    pub(crate) fn has_room(&self, len: usize) -> bool {
        self.buffer.len() - self.used >= len
    }

    /// Returns the number of bytes to be sent.
    pub(crate) const fn len(&self) -> usize {
        self.used
    }

    /// Adds a datagram of at most `max_len` bytes. `write` puts it into the buffer and returns its length.
    pub(crate) fn push(&mut self, path: UdpPath, ecn: Ecn, max_len: usize, write: impl FnOnce(&mut [u8]) -> usize) {
        let Some(room) = self.buffer.get_mut(self.used..self.used + max_len) else { return };
        let len = write(room);
        let start = self.used;
        self.used += len;
        if let Some(run) = self.runs.last_mut()
            && run.open
            && run.path == path
            && run.ecn == ecn
            && len <= run.segment_size
            && run.len + len <= self.max_bytes
            && run.len / run.segment_size < self.max_datagrams
        {
            run.open = len == run.segment_size;
            run.len += len;
        } else {
            self.runs.push(Run { path, ecn, segment_size: len, start, len, open: self.max_datagrams > 1 });
        }
    }

    /// Returns the buffer's memory to the system, unless the buffer is in use.
    pub(crate) fn give_back(&mut self) {
        if self.used == 0 {
            memory::give_back(&mut self.buffer);
        }
    }

    /// Sends everything. An error is that of the first run that could not be sent unchanged.
    pub(crate) fn flush(&mut self, socket: &dyn UdpSocket) -> Result<(), SendError> {
        if self.runs.is_empty() {
            return Ok(());
        }
        let runs: Vec<Datagrams<'_>> = self
            .runs
            .iter()
            .map(|run| Datagrams {
                path: run.path,
                ecn: run.ecn,
                dscp: 0,
                segment_size: run.segment_size,
                bytes: &self.buffer[run.start..run.start + run.len],
            })
            .collect();
        let sent = socket.send(&runs);
        self.runs.clear();
        self.used = 0;
        sent
    }
}
