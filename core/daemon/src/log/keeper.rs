//! Writes the log on a thread of its own, so that no other thread waits for a disk or a terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use adit_api::{LogCode, LogLevel, LogLine};
use anyhow::Context;

use super::Ring;

/// Maximum number of lines that wait to be written.
const WAITING: usize = 1024;

/// A message to the writing thread.
enum Entry {
    Line(LogLine),
    End,
}

/// The sender of log lines. Clones send to the same thread.
#[derive(Clone)]
pub(crate) struct Pen {
    entries: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
}

/// The handle of the writing thread.
pub(crate) struct Keeper {
    thread: JoinHandle<()>,
    pen: Pen,
}

impl Pen {
    /// Queues a line. If the queue is full, the line is dropped and counted.
    pub(crate) fn write(&self, line: LogLine) {
        match self.entries.try_send(Entry::Line(line)) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Keeper {
    /// Starts the writing thread. Without a ring, lines go to the journal or standard error only.
    pub(crate) fn start(ring: Option<Ring>) -> anyhow::Result<(Self, Pen)> {
        let (entries, waiting) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let pen = Pen { entries, lost: Arc::clone(&lost) };
        let thread = thread::Builder::new().name("log".into()).spawn(move || keep(&waiting, ring, &lost));
        Ok((Self { thread: thread.context("cannot start a thread")?, pen: pen.clone() }, pen))
    }

    /// Waits until all queued lines are written. Later lines are not written.
    pub(crate) fn finish(self) {
        // Neither call fails: the thread ends only here, or with the process.
        let _ = self.pen.entries.send(Entry::End);
        let _ = self.thread.join();
    }
}

fn keep(waiting: &Receiver<Entry>, mut ring: Option<Ring>, lost: &AtomicU64) {
    let mut fails = false;
    while let Ok(Entry::Line(line)) = waiting.recv() {
        show(&line);
        // Debug lines (each handshake) are not stored: on disk they would displace older, more important lines.
        if let Some(ring) = ring.as_mut().filter(|_| line.level != LogLevel::Debug) {
            match ring.append(&line) {
                Ok(()) => fails = false,
                // The error is logged once: the next lines fail for the same reason.
                Err(error) if !fails => {
                    tracing::error!(%error, "the log cannot be written down; it goes on in memory");
                    fails = true;
                }
                Err(_) => {}
            }
        }
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            count => tracing::warn!(count, "more was told than could be written down"),
        }
    }
}

/// Writes a line to the journal or standard error. In the journal, code and tunnel are fields of their own: `ADIT_CODE`,
/// `ADIT_TUNNEL`.
fn show(line: &LogLine) {
    let LogLine { number: _, at: _, level, tunnel, left_out, code } = line;
    let tunnel = tunnel.map(tracing::field::display);
    let (fields, code) = (fields(code, *left_out), code.name());
    match level {
        LogLevel::Error => tracing::error!(tunnel, code, "{code}{fields}"),
        LogLevel::Warn => tracing::warn!(tunnel, code, "{code}{fields}"),
        LogLevel::Info => tracing::info!(tunnel, code, "{code}{fields}"),
        LogLevel::Debug => tracing::debug!(tunnel, code, "{code}{fields}"),
    }
}

/// Formats the fields as ` peer="…" attempt=2`, with the values in JSON.
fn fields(code: &LogCode, left_out: u64) -> String {
    let value = serde_json::to_value(code).unwrap_or_default();
    let fields = value.get("fields").and_then(serde_json::Value::as_object);
    let mut text: String = fields.into_iter().flatten().map(|(name, value)| format!(" {name}={value}")).collect();
    if left_out > 0 {
        text.push_str(&format!(" left_out={left_out}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_has_every_field_of_a_line_on_one_line() {
        assert_eq!(fields(&LogCode::Up, 0), "");
        assert_eq!(fields(&LogCode::MtuChanged { from: 1420, to: 1280 }, 3), " from=1420 to=1280 left_out=3");
        assert_eq!(fields(&LogCode::Exported { to: "a\nb \"c\"".into() }, 0), r#" to="a; b \"c\"""#);
    }
}
