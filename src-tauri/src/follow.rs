//! Follows the service's notices and hands them to the page as the event `adit`.

use std::time::Duration;

use adit_api::Notice;
use adit_ipc::local::ConnectError;
use serde::Serialize;
use tauri::{AppHandle, Emitter as _};

use crate::bridge::Bridge;

/// Time between two attempts to reach the service.
const PAUSE: Duration = Duration::from_millis(500);

/// The payload of the event `adit`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Signal {
    /// All notices with a sequence number above `sequence` follow.
    Connected {
        sequence: u64,
    },
    /// The service cannot be reached; further attempts are made.
    Lost {
        why: Option<String>,
    },
    Notice {
        notice: Box<Notice>,
    },
}

/// Subscribes to the service, again after each end of the connection. Returns when the app ends.
pub(crate) async fn follow(app: AppHandle, bridge: Bridge) {
    // Fails only while the app ends.
    while let Err(why) = until_lost(&app, &bridge).await {
        if app.emit("adit", Signal::Lost { why: Some(why) }).is_err() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the reason why the connection ended, or `Ok` if the app ends.
async fn until_lost(app: &AppHandle, bridge: &Bridge) -> Result<(), String> {
    let client = bridge.connect().await.map_err(|error: ConnectError| error.to_string())?;
    let mut notices = client.0.subscribe().await.map_err(|error| error.to_string())?;
    if app.emit("adit", Signal::Connected { sequence: notices.since }).is_err() {
        return Ok(());
    }
    loop {
        let notice = Box::new(notices.next().await.map_err(|error| error.to_string())?);
        if app.emit("adit", Signal::Notice { notice }).is_err() {
            return Ok(());
        }
    }
}
