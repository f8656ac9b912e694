//! The one window, and what its page may not do: leave, open further windows, or show anything but the page of this program.

use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

const LABEL: &str = "main";
/// Width and height at the first start, logical pixels.
const SIZE: (f64, f64) = (1080.0, 760.0);
/// The narrowest and lowest window in which the page is usable, logical pixels.
const LEAST: (f64, f64) = (360.0, 420.0);

/// Opens the window.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Adit")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        // The page reads files that are dropped on it by itself.
        .disable_drag_drop_handler()
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        // A window manager may refuse the focus.
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    }
}

/// Returns true for the address of this program's page.
fn is_own(url: &Url) -> bool {
    let is_page = |scheme, host| url.scheme() == scheme && url.host_str() == Some(host) && url.port().is_none();
    // Windows and Android have no schemes of programs.
    is_page("tauri", "localhost") || (cfg!(any(windows, target_os = "android")) && is_page("http", "tauri.localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_cannot_leave_for_another_address() {
        let is_own = |url: &str| is_own(&url.parse().unwrap());
        assert!(is_own("tauri://localhost/index.html") && is_own("tauri://localhost/#/tunnels/1"));
        for foreign in [
            "https://example.com/",
            "http://localhost/",
            "tauri://example.com/",
            "tauri://localhost:81/",
            "file:///etc/passwd",
            "data:text/html,<p>",
            "javascript:alert(1)",
        ] {
            assert!(!is_own(foreign), "{foreign}");
        }
    }
}
