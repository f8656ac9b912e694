//! Keeps the greatest handshake timestamp that was sent, so that a clock that was set back does not lock us out.
//!
//! A responder ignores every initiation whose timestamp is not greater than all before (whitepaper section 5.1). After a restart
//! with an earlier clock it would ignore all of ours, until the clock has caught up.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use adit_platform::{clock, state_file};
use adit_protocol::{Event, Instant, Tai64n};

/// Timestamps are written at most this often; what a crash loses is less than a second, and time passes.
const INTERVAL: Duration = Duration::from_secs(1);

/// The digits and a newline, and room for what somebody may have added.
const LIMIT: u64 = 64;

/// A file with one timestamp: 24 hexadecimal digits and a newline. Its folder must be this user's alone to change: another user could
/// raise the timestamp, or lead a write of root elsewhere.
pub struct TimestampFile {
    directory: PathBuf,
    name: String,
    written: Option<Instant>,
    complained: bool,
}

impl TimestampFile {
    /// In `directory`, which is made when it is needed; `name` is the interface's.
    pub fn new(directory: &Path, name: &str) -> Self {
        Self { directory: directory.to_owned(), name: name.to_owned(), written: None, complained: false }
    }

    /// What an earlier run wrote. A file that holds something else counts as none, and is replaced at the next handshake.
    pub fn read(&self) -> Option<Tai64n> {
        let path = self.directory.join(&self.name);
        let bytes = match state_file::read(&self.directory, &self.name, LIMIT) {
            Ok(bytes) => bytes?,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "no timestamp of an earlier run");
                return None;
            }
        };
        let timestamp = std::str::from_utf8(&bytes).ok().and_then(|text| parse(text.trim_end()));
        if timestamp.is_none() {
            tracing::warn!(path = %path.display(), "not a timestamp: expected 24 hexadecimal digits");
        }
        timestamp
    }

    /// An observer of a tunnel's events that keeps the timestamps and passes everything on to `then`.
    pub fn observing(self, then: impl Fn(&Event) + Send + Sync + 'static) -> Box<dyn Fn(&Event) + Send + Sync> {
        let file = Mutex::new(self);
        Box::new(move |event| {
            if let Event::HandshakeStarted { timestamp, .. } = event {
                file.lock().unwrap_or_else(PoisonError::into_inner).note(*timestamp, clock::instant());
            }
            then(event);
        })
    }

    fn note(&mut self, timestamp: Tai64n, now: Instant) {
        if self.written.is_none_or(|written| now.since(written) >= INTERVAL) {
            self.written = Some(now);
            self.write(timestamp);
        }
    }

    fn write(&mut self, timestamp: Tai64n) {
        if let Err(error) = state_file::replace(&self.directory, &self.name, text(timestamp).as_bytes())
            && !std::mem::replace(&mut self.complained, true)
        {
            let path = self.directory.join(&self.name);
            tracing::warn!(path = %path.display(), %error, "cannot keep the handshake timestamp for the next start");
        }
    }
}

fn text(timestamp: Tai64n) -> String {
    let mut text = timestamp.as_bytes().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.push('\n');
    text
}

fn parse(text: &str) -> Option<Tai64n> {
    let mut bytes = [0; 12];
    if text.len() != 24 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Tai64n::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_run_wrote_the_next_one_reads() {
        let directory = tempfile::tempdir().unwrap();
        let nested = directory.path().join("made/when/needed");
        let mut file = TimestampFile::new(&nested, "wg0");
        assert_eq!(file.read(), None);
        let timestamp = Tai64n::whitened(Duration::from_secs(1_700_000_000));
        file.note(timestamp, Instant::from_nanos(1));
        assert_eq!(TimestampFile::new(&nested, "wg0").read(), Some(timestamp));
    }

    #[test]
    fn a_torn_or_foreign_file_counts_as_none() {
        let directory = tempfile::tempdir().unwrap();
        for wrong in ["", "40", "4000000000000000000000zz", "4000000000000000000000é", &"0".repeat(25)] {
            std::fs::write(directory.path().join("wg0"), wrong).unwrap();
            assert_eq!(TimestampFile::new(directory.path(), "wg0").read(), None, "{wrong:?}");
        }
    }
}
