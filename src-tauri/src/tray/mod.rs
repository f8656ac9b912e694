//! The icon in the tray of the desktop, with a menu of the tunnels. The window hides only where a tray shows the icon: without one,
//! nothing could bring it back.

#[cfg(target_os = "linux")]
mod icon;
pub(crate) mod look;
#[cfg(target_os = "linux")]
mod status_notifier;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use self::look::{Choice, Look};

/// Whether a tray shows the icon now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presence(Arc<AtomicBool>);

impl Presence {
    pub(crate) fn is_there(&self) -> bool {
        self.0.load(Relaxed)
    }

    fn set(&self, is_there: bool) {
        self.0.store(is_there, Relaxed);
    }
}

/// An event of the tray.
#[derive(Debug)]
pub(crate) enum TrayEvent {
    Chosen {
        choice: Choice,
        /// Lets the window come to the front (xdg-activation of Wayland).
        token: Option<String>,
    },
    /// The tray has gone, and the icon with it.
    Gone,
}

/// The icon.
pub(crate) struct Tray {
    looks: watch::Sender<Look>,
}

impl Tray {
    /// Shows the icon, now or as soon as there is a tray. Nobody waits for that.
    pub(crate) fn show(look: Look, presence: &Presence, events: UnboundedSender<TrayEvent>) -> Self {
        let (looks, shown) = watch::channel(look);
        #[cfg(target_os = "linux")]
        tauri::async_runtime::spawn(status_notifier::run(shown, presence.clone(), events));
        #[cfg(not(target_os = "linux"))]
        let _ = (shown, presence, events);
        Self { looks }
    }

    /// Shows something else, if it is something else.
    pub(crate) fn change(&self, look: Look) {
        self.looks.send_if_modified(|shown| {
            let is_other = *shown != look;
            *shown = look;
            is_other
        });
    }
}
