//! Hands notifications to the desktop (`org.freedesktop.Notifications`).

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use adit_words::{NoticeText, Words};
use notify_rust::{Hint, Urgency};

use super::{Notification, said};

/// Time for the desktop to take a notification: it may have to start the program that shows them.
const PATIENCE: Duration = Duration::from_secs(25);

/// The way to the desktop's notifications.
#[derive(Debug, Default)]
pub(crate) struct Sender {
    has_failed: AtomicBool,
}

impl Sender {
    /// Shows a notification. A desktop that shows none is named once, on the standard error output.
    pub(crate) async fn send(&self, notification: &Notification, words: &Words) {
        let (heading, text) = said(notification, words);
        let mut shown = notify_rust::Notification::new();
        shown
            .appname("Adit")
            .summary(&heading)
            .body(&escaped(&text))
            .icon("network-vpn")
            .hint(Hint::Urgency(urgency(&notification.text)));
        let problem = match tokio::time::timeout(PATIENCE, shown.show_async()).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the desktop does not answer".to_owned(),
        };
        if !self.has_failed.swap(true, Relaxed) {
            eprintln!("adit-app: no notifications: {problem}");
        }
    }
}

fn urgency(text: &NoticeText) -> Urgency {
    match text {
        // It stays until the user has seen it.
        NoticeText::Blocked => Urgency::Critical,
        NoticeText::Up | NoticeText::Answers => Urgency::Low,
        _ => Urgency::Normal,
    }
}

/// Writes a text so that a desktop shows it as it is, instead of taking parts of it for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
