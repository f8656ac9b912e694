//! The icon in the tray of the desktop, with a menu of the tunnels. The window hides only where a tray shows the icon: without one,
//! nothing could bring it back.

#[cfg(target_os = "linux")]
mod icon;
pub(crate) mod look;
#[cfg(target_os = "linux")]
mod status_notifier;

use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use self::look::{Choice, Look};
use crate::instance::ActivationToken;

/// Time for a tray to take an icon, or to lose it.
const MOMENT: Duration = Duration::from_secs(2);

/// Whether a tray shows the icon now.
#[derive(Clone, Debug)]
pub(crate) struct Presence(watch::Sender<bool>);

impl Default for Presence {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Presence {
    pub(crate) fn is_there(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the icon is there, or is not, for [`MOMENT`] at most: a desktop without a tray shows no icon.
    pub(crate) async fn settle(&self, is_there: bool) {
        let mut presence = self.0.subscribe();
        // Where there is no tray the time passes.
        let _ = tokio::time::timeout(MOMENT, presence.wait_for(|present| *present == is_there)).await;
    }

    fn set(&self, is_there: bool) {
        self.0.send_replace(is_there);
    }
}

/// An event of the tray.
#[derive(Debug)]
pub(crate) enum TrayEvent {
    Chosen {
        choice: Choice,
        /// Lets the window come to the front.
        token: Option<ActivationToken>,
    },
    /// The tray has gone, and the icon with it.
    Gone,
}

/// The icon.
pub(crate) struct Tray {
    looks: watch::Sender<Option<Look>>,
}

impl Tray {
    /// Shows the icon, now or as soon as there is a tray; None: the user wants no icon. Nobody waits for that.
    pub(crate) fn show(look: Option<Look>, presence: &Presence, events: UnboundedSender<TrayEvent>) -> Self {
        let (looks, shown) = watch::channel(look);
        #[cfg(target_os = "linux")]
        tauri::async_runtime::spawn(status_notifier::run(shown, presence.clone(), events));
        #[cfg(not(target_os = "linux"))]
        let _ = (shown, presence, events);
        Self { looks }
    }

    /// Shows something else, if it is something else.
    pub(crate) fn change(&self, look: Option<Look>) {
        self.looks.send_if_modified(|shown| {
            let is_other = *shown != look;
            *shown = look;
            is_other
        });
    }
}
