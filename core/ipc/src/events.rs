//! Broadcast of events to all subscribed clients. A publisher never waits for a subscriber.

use std::sync::{Arc, Mutex, PoisonError};

use adit_api::{Event, EventSink, Notice};
use tokio::sync::broadcast;
use zeroize::Zeroizing;

use crate::frame::encode;
use crate::message::ToClient;

/// Number of notices kept for slow subscribers. A subscriber that falls further behind misses some, and sees the gap in the
/// sequence numbers.
const KEPT: usize = 256;
/// Maximum size of a notice in bytes, which bounds the memory of the kept notices. Larger ones are not sent; subscribers see
/// the gap in the sequence numbers.
const MAX_NOTICE: usize = 64 * 1024;

/// A notice encoded as a complete frame, shared by all subscribers.
pub(crate) type SharedFrame = Arc<Zeroizing<Vec<u8>>>;

/// The sender of events to all subscribed clients.
#[derive(Clone, Debug)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Sequence number of the last notice. Locked while a notice is sent, so that all subscribers get the notices in the same
    /// order.
    last: Mutex<u64>,
    sender: broadcast::Sender<SharedFrame>,
}

impl Events {
    /// Creates a sender without subscribers.
    pub fn new() -> Self {
        let (sender, _) = broadcast::channel(KEPT);
        Self(Arc::new(Inner { last: Mutex::new(0), sender }))
    }

    /// Returns the sequence number of the last notice and a receiver of all later ones.
    pub(crate) fn subscribe(&self) -> (u64, broadcast::Receiver<SharedFrame>) {
        let last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        (*last, self.0.sender.subscribe())
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}

impl EventSink for Events {
    fn publish(&self, event: Event) {
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        if self.0.sender.receiver_count() == 0 {
            return;
        }
        match encode(&ToClient::Notice(Notice { sequence: *last, event })) {
            Ok(frame) if frame.len() <= MAX_NOTICE => {
                // Fails if the last subscriber has just gone.
                let _ = self.0.sender.send(Arc::new(frame));
            }
            Ok(frame) => tracing::debug!(bytes = frame.len(), "a notice is too large to be sent"),
            Err(error) => tracing::error!(%error, "a notice cannot be written"),
        }
    }
}
