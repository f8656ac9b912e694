//! Follows the service's notices. Hands them to the page as the event `adit`, and to the tray as [`News`].

use std::time::Duration;

use adit_api::{Event, Notice};
use adit_bridge::Bridge;
use adit_ipc::local::ConnectError;
use serde::Serialize;
use tauri::{AppHandle, Emitter as _};
use tokio::sync::mpsc::UnboundedSender;

use crate::known::News;

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
pub(crate) async fn follow(app: AppHandle, bridge: Bridge, news: UnboundedSender<News>) {
    // Both ends of the channel live as long as the app.
    while let Err(why) = until_lost(&app, &bridge, &news).await {
        let _ = news.send(News::Away);
        // Fails only while the app ends.
        if app.emit("adit", Signal::Lost { why: Some(why) }).is_err() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the reason why the connection ended, or `Ok` if the app ends.
async fn until_lost(app: &AppHandle, bridge: &Bridge, news: &UnboundedSender<News>) -> Result<(), String> {
    let client = bridge.connect().await.map_err(|error: ConnectError| error.to_string())?;
    let mut notices = client.0.subscribe().await.map_err(|error| error.to_string())?;
    if app.emit("adit", Signal::Connected { sequence: notices.since }).is_err() {
        return Ok(());
    }
    let mut sequence = notices.since;
    let _ = news.send(News::There(client.all_tunnels().await.map_err(|error| error.to_string())?));
    loop {
        let notice = Box::new(notices.next().await.map_err(|error| error.to_string())?);
        let expected = std::mem::replace(&mut sequence, notice.sequence) + 1;
        if notice.sequence > expected {
            // Notices were lost.
            let _ = news.send(News::There(client.all_tunnels().await.map_err(|error| error.to_string())?));
        }
        if !matches!(notice.event, Event::Traffic { .. } | Event::Log { .. }) {
            let _ = news.send(News::Event(Box::new(notice.event.clone())));
        }
        if app.emit("adit", Signal::Notice { notice }).is_err() {
            return Ok(());
        }
    }
}
