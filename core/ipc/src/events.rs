//! Events on their way to all who listen. Nobody who publishes ever waits for anybody who listens.

use std::sync::{Arc, Mutex, PoisonError};

use adit_api::{Event, EventSink, Notice};
use tokio::sync::broadcast;
use zeroize::Zeroizing;

use crate::frame::encode;
use crate::message::ToClient;

/// Notices that are kept for listeners that are behind. Who is further behind misses some, and sees it by the sequence.
const KEPT: usize = 256;
/// Larger ones are not sent, so that those that are kept cannot fill the memory; listeners see that by the sequence too.
const MAX_NOTICE: usize = 64 * 1024;

/// A notice as a whole frame, shared by all who get it.
pub(crate) type SharedFrame = Arc<Zeroizing<Vec<u8>>>;

/// Hands events to every client that has subscribed.
#[derive(Clone, Debug)]
pub struct Events(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Sequence of the last one; held while a notice is sent, so that all get them in order.
    last: Mutex<u64>,
    sender: broadcast::Sender<SharedFrame>,
}

impl Events {
    /// Without listeners yet.
    pub fn new() -> Self {
        let (sender, _) = broadcast::channel(KEPT);
        Self(Arc::new(Inner { last: Mutex::new(0), sender }))
    }

    /// All notices behind the one whose sequence is returned.
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
                // Fails when the last listener has just gone.
                let _ = self.0.sender.send(Arc::new(frame));
            }
            Ok(frame) => tracing::debug!(bytes = frame.len(), "a notice is too large to be sent"),
            Err(error) => tracing::error!(%error, "a notice cannot be written"),
        }
    }
}
