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

/// What the tray tells.
#[derive(Debug)]
pub(crate) enum Told {
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
    #[cfg(target_os = "linux")]
    handle: Option<ksni::Handle<status_notifier::Notifier>>,
}

impl Tray {
    /// Shows the icon, now or as soon as there is a tray. Without a session bus it never is.
    pub(crate) async fn show(look: &Look, presence: &Presence, told: UnboundedSender<Told>) -> Self {
        #[cfg(target_os = "linux")]
        return Self { handle: status_notifier::start(look, presence, told).await };
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (look, presence, told);
            Self {}
        }
    }

    /// Shows something else.
    pub(crate) async fn change(&self, look: &Look) {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            // None only after the tray was shut down, which nothing does.
            let _ = handle.update(|tray| tray.show(look)).await;
        }
        #[cfg(not(target_os = "linux"))]
        let _ = look;
    }
}
