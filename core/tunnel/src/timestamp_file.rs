//! Stores the greatest handshake timestamp sent, so that peers still answer after the clock was set back.
//!
//! A responder ignores every initiation whose timestamp is not greater than all before (whitepaper section 5.1). After a restart
//! with an earlier clock it would ignore all of ours until the clock has caught up.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use adit_platform::{clock, state_file};
use adit_protocol::{Event, Tai64n};

/// The lead of a written timestamp over the clock. Handshakes until then need no write and are covered when they are sent.
const AHEAD: Duration = Duration::from_secs(1);

/// Maximum size of the file in bytes: the digits, a newline, and room for white space that an editor added.
const LIMIT: u64 = 64;

/// A file with one timestamp: 24 hexadecimal digits and a newline. Only this user may be able to change its folder: another user
/// could raise the timestamp, or redirect a write by root to another file.
pub struct TimestampFile {
    directory: PathBuf,
    name: String,
}

impl TimestampFile {
    /// Names a file in `directory`, which is created when it is needed; `name` is the interface's name.
    pub fn new(directory: &Path, name: &str) -> Self {
        Self { directory: directory.to_owned(), name: name.to_owned() }
    }

    /// Returns the timestamp that an earlier run stored: no handshake of that run had a greater one. A file with other content
    /// counts as none and is replaced at the next handshake.
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

    /// Returns an observer of a tunnel's events that stores the timestamps and passes all events on to `then`. It never waits for
    /// the disk. Dropping it waits until the last timestamp is written.
    pub fn observing(self, then: impl Fn(&Event) + Send + Sync + 'static) -> Box<dyn Fn(&Event) + Send + Sync> {
        let keeper = Keeper::of(self);
        Box::new(move |event| {
            if let Event::HandshakeStarted { timestamp, .. } = event {
                keeper.note(*timestamp, clock::now().unix);
            }
            then(event);
        })
    }

    fn write(&self, timestamp: Tai64n) -> std::io::Result<()> {
        state_file::replace(&self.directory, &self.name, text(timestamp).as_bytes())
    }
}

/// Writes timestamps on a thread that runs only as long as there is something to write.
struct Keeper(Arc<Shared>);

struct Shared {
    file: TimestampFile,
    state: Mutex<State>,
    written: Condvar,
}

#[derive(Default)]
struct State {
    /// The timestamp that is in the file or about to be written.
    kept: Tai64n,
    /// The timestamp to be written next.
    waiting: Option<Tai64n>,
    is_writing: bool,
    complained: bool,
}

impl Keeper {
    fn of(file: TimestampFile) -> Self {
        Self(Arc::new(Shared { file, state: Mutex::default(), written: Condvar::new() }))
    }

    /// Notes a handshake with this timestamp that starts at `unix` (since 1970-01-01T00:00:00 UTC).
    fn note(&self, timestamp: Tai64n, unix: Duration) {
        let mut state = self.0.lock();
        if timestamp <= state.kept {
            return;
        }
        // [`AHEAD`] is added to the clock and not to a timestamp that is already ahead of the clock; otherwise each restart would
        // move the timestamp further ahead.
        state.kept = timestamp.max(Tai64n::whitened(unix.saturating_add(AHEAD)));
        state.waiting = Some(state.kept);
        if std::mem::replace(&mut state.is_writing, true) {
            return;
        }
        drop(state);
        let shared = Arc::clone(&self.0);
        if thread::Builder::new().name("timestamps".into()).spawn(move || shared.write_all()).is_err() {
            self.0.write_all();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let state = self.0.lock();
        drop(self.0.written.wait_while(state, |state| state.is_writing));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self) {
        loop {
            let mut state = self.lock();
            let Some(timestamp) = state.waiting.take() else {
                state.is_writing = false;
                self.written.notify_all();
                return;
            };
            drop(state);
            if let Err(error) = self.file.write(timestamp)
                && !std::mem::replace(&mut self.lock().complained, true)
            {
                let path = self.file.directory.join(&self.file.name);
                tracing::warn!(path = %path.display(), %error, "cannot keep the handshake timestamp for the next start");
            }
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

    const NOW: Duration = Duration::from_secs(1_700_000_000);

    fn after(milliseconds: u64) -> Duration {
        NOW + Duration::from_millis(milliseconds)
    }

    #[test]
    fn the_next_run_starts_after_every_handshake_of_the_one_before() {
        let directory = tempfile::tempdir().unwrap();
        let nested = directory.path().join("made/when/needed");
        assert_eq!(TimestampFile::new(&nested, "wg0").read(), None);
        let mut last = Tai64n::default();
        for run in 0..5 {
            let keeper = Keeper::of(TimestampFile::new(&nested, "wg0"));
            for handshake in 0..100 {
                last = Tai64n::whitened(after(run * 10_000 + handshake * 30));
                keeper.note(last, after(run * 10_000 + handshake * 30));
            }
            drop(keeper);
            let kept = TimestampFile::new(&nested, "wg0").read().unwrap();
            assert!(kept >= last && kept <= Tai64n::whitened(after(run * 10_000 + 100 * 30) + AHEAD), "{kept:?} after {last:?}");
        }
    }

    #[test]
    fn a_write_covers_the_handshakes_of_the_second_after_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = || TimestampFile::new(directory.path(), "wg0");
        let keeper = Keeper::of(file());
        keeper.note(Tai64n::whitened(NOW), NOW);
        drop(keeper.0.written.wait_while(keeper.0.lock(), |state| state.is_writing).unwrap());
        let kept = file().read().unwrap();
        for later in (0..=1000).step_by(100) {
            keeper.note(Tai64n::whitened(after(later)), after(later));
            assert!(Tai64n::whitened(after(later)) <= kept && keeper.0.lock().waiting.is_none());
        }
        keeper.note(Tai64n::whitened(after(1100)), after(1100));
        drop(keeper);
        assert!(file().read().unwrap() > kept);
    }

    #[test]
    fn timestamps_ahead_of_the_clock_do_not_run_away_from_it_with_each_restart() {
        let directory = tempfile::tempdir().unwrap();
        let ahead = Tai64n::whitened(NOW + Duration::from_secs(3600));
        let keeper = Keeper::of(TimestampFile::new(directory.path(), "wg0"));
        keeper.note(ahead, NOW);
        drop(keeper);
        assert_eq!(TimestampFile::new(directory.path(), "wg0").read(), Some(ahead));
    }

    #[test]
    fn a_disk_that_does_not_answer_does_not_hold_up_handshakes() {
        // Pretends that a write is in progress.
        let keeper = Keeper::of(TimestampFile::new(Path::new("/nonexistent"), "wg0"));
        keeper.0.lock().is_writing = true;
        for handshake in 0..1000 {
            keeper.note(Tai64n::whitened(after(handshake * 2000)), after(handshake * 2000));
        }
        let last = Tai64n::whitened(after(999 * 2000) + AHEAD);
        let mut state = keeper.0.lock();
        assert_eq!(state.waiting, Some(last), "the last one alone waits to be written");
        state.is_writing = false;
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
