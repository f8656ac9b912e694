//! Follows the service's events.

use std::time::Duration;

use adit_api::Notice;
use serde::Serialize;

use crate::Bridge;

/// Time between two attempts to reach the service.
const PAUSE: Duration = Duration::from_millis(500);

/// What a page is told without asking.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Signal {
    /// All notices with a sequence number above `sequence` follow.
    Connected {
        /// The number of the last notice before.
        sequence: u64,
    },
    /// The service cannot be reached; further attempts are made.
    Lost {
        /// The reason, in English, if it is known.
        why: Option<String>,
    },
    /// An event of the service.
    Notice {
        /// The event and its number.
        notice: Box<Notice>,
    },
}

/// The receiver of signals has ended.
struct Ended;

/// Subscribes to the service, again after each end of the connection, and gives each signal to `tell`. Returns when `tell`
/// returns false.
pub async fn follow(bridge: &Bridge, tell: impl Fn(Signal) -> bool) {
    let tell = |signal| if tell(signal) { Ok(()) } else { Err(Ended) };
    while let Ok(why) = until_lost(bridge, &tell).await {
        if tell(Signal::Lost { why: Some(why) }).is_err() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the reason why the connection ended.
async fn until_lost(bridge: &Bridge, tell: &impl Fn(Signal) -> Result<(), Ended>) -> Result<String, Ended> {
    let client = match bridge.connect().await {
        Ok(client) => client,
        Err(error) => return Ok(error.to_string()),
    };
    let mut notices = match client.0.subscribe().await {
        Ok(notices) => notices,
        Err(error) => return Ok(error.to_string()),
    };
    tell(Signal::Connected { sequence: notices.since })?;
    loop {
        match notices.next().await {
            Ok(notice) => tell(Signal::Notice { notice: Box::new(notice) })?,
            Err(error) => return Ok(error.to_string()),
        }
    }
}
