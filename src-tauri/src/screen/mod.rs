//! QR codes on the screen. The picture of the screen stays in this process: the page gets the tunnels that the codes describe.
//!
//! On Wayland only the desktop can take the picture, and asks the user itself. On X11 every program can, and the app asks before it
//! does, because the page must not.

use std::time::Instant;

use adit_api::{ApiError, ImportReading};
use adit_bridge::{Bridge, RpcError, Screenshot};
use tauri::{AppHandle, Manager as _};

use crate::consent::{self, Consent};

#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
mod x11;

/// Looks at the screen once. None: the user does not want that or has just said so, or another dialog is open.
pub(crate) async fn scan(app: &AppHandle, bridge: &Bridge, from: String) -> Result<Option<ImportReading>, RpcError> {
    let consent = app.state::<Consent>();
    let Some(asking) = consent.begin_question(Instant::now()) else { return Ok(None) };
    match take(app).await.map_err(|detail| failed(&detail))? {
        Some(screenshot) => bridge.read_screen(from, screenshot).await.map(Some),
        None => {
            asking.refuse(Instant::now());
            Ok(None)
        }
    }
}

/// Takes a picture of the screen. None: the user does not want that.
#[cfg(target_os = "linux")]
async fn take(app: &AppHandle) -> Result<Option<Screenshot>, String> {
    // Programs for X11 see nothing of the others on a Wayland desktop.
    if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
        return Ok(portal::take().await?.map(Screenshot::File));
    }
    if !consent::screen(app).await {
        return Ok(None);
    }
    // The dialog has to leave the screen.
    tokio::time::sleep(x11::PAUSE).await;
    let taken = tauri::async_runtime::spawn_blocking(|| x11::take().map_err(|error| error.to_string())).await;
    taken.map_err(|error| error.to_string())?.map(|pixels| Some(Screenshot::Pixels(pixels)))
}

#[cfg(not(target_os = "linux"))]
async fn take(app: &AppHandle) -> Result<Option<Screenshot>, String> {
    let _ = consent::screen(app).await;
    Err("Adit cannot look at the screen of this system".to_owned())
}

fn failed(detail: &str) -> RpcError {
    let error = ApiError::Io { doing: "taking a picture of the screen".to_owned(), detail: detail.to_owned() };
    RpcError::Refused { error }
}
