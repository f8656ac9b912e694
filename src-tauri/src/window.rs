//! The one window, and what its page may not do: leave, open further windows, or show anything but the page of this program.

use std::time::{Duration, Instant};

use tauri::webview::{NewWindowResponse, PageLoadEvent, PlatformWebview};
use tauri::{App, AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::consent::Consent;
use crate::drops;
use crate::instance::ActivationToken;
use crate::requests::Program;
use crate::settings::SettingsStore;
use crate::tray::Presence;

const LABEL: &str = "main";
/// Width and height at the first start, logical pixels.
const SIZE: (f64, f64) = (1080.0, 760.0);
/// The narrowest and lowest window in which the page is usable, logical pixels.
const LEAST: (f64, f64) = (360.0, 420.0);
const FOCUS_PATIENCE: Duration = Duration::from_secs(2);

/// Makes the window, and shows it unless `is_hidden`.
pub(crate) fn open(app: &App, is_hidden: bool) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Adit")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // Else Tauri tells the page the paths of what is dragged over it.
        .disable_drag_drop_handler()
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Started {
                // Nobody can ask for the drafts of the page before.
                window.state::<Program>().bridge.forget_drafts();
            }
        })
        .on_permission_request(|webview, kind| webview.state::<Consent>().permit(kind))
        .visible(!is_hidden)
        .build()?;
    let handle = app.handle().clone();
    window.with_webview(move |webview| {
        enable_camera(&webview);
        drops::take(handle, &webview);
    })?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } if hides(&handle) => {
            api.prevent_close();
            handle.state::<Consent>().end();
            // A window that cannot be hidden stays.
            let _ = main(&handle).map(|window| window.hide());
        }
        _ => {}
    });
    Ok(())
}

/// Lets the page ask for the camera, which [`Consent`] answers.
#[cfg(target_os = "linux")]
fn enable_camera(webview: &PlatformWebview) {
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};
    let Some(settings) = webview.inner().settings() else { return };
    settings.set_enable_media_stream(true);
    // Tests have no camera, and WebKit can draw one.
    settings.set_enable_mock_capture_devices(cfg!(debug_assertions) && std::env::var_os("ADIT_MOCK_CAMERA").is_some());
}

#[cfg(not(target_os = "linux"))]
fn enable_camera(_webview: &PlatformWebview) {}

/// Returns true if closing the window only hides it: the user wants that, and the icon in the tray can bring it back.
fn hides(app: &AppHandle) -> bool {
    app.state::<Presence>().is_there() && app.state::<SettingsStore>().settings().close_hides
}

/// Brings the window to the front. `token`: the desktop's permission for that, from the program in which the user asked for it.
pub(crate) fn show(app: &AppHandle, token: Option<ActivationToken>) {
    let Some(window) = main(app) else { return };
    app.state::<Consent>().forget_refusal();
    let permitted = window.clone();
    // Fails only while the app ends.
    let _ = app.run_on_main_thread(move || permit(&permitted, token));
    // A window manager may refuse the focus.
    let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
}

#[cfg(target_os = "linux")]
fn permit(window: &WebviewWindow, token: Option<ActivationToken>) {
    use gtk::prelude::GtkWindowExt as _;
    if let (Some(token), Ok(window)) = (token, window.gtk_window()) {
        window.set_startup_id(token.reveal());
    }
}

#[cfg(not(target_os = "linux"))]
fn permit(_window: &WebviewWindow, _token: Option<ActivationToken>) {}

/// Returns true if the window is not on the screen at all.
pub(crate) fn is_hidden(app: &AppHandle) -> bool {
    main(app).is_some_and(|window| window.is_visible().is_ok_and(|is_visible| !is_visible))
}

/// Returns true if the user works with the window.
pub(crate) fn has_focus(app: &AppHandle) -> bool {
    main(app).is_some_and(|window| window.is_focused().unwrap_or_default() && !is_hidden(app))
}

/// Returns true if the user works with the window, or does within [`FOCUS_PATIENCE`]: a dialog of the desktop that asked for a
/// password gives the focus back a moment after it is answered.
pub(crate) async fn comes_to_focus(app: &AppHandle) -> bool {
    let begun = Instant::now();
    while !has_focus(app) {
        if begun.elapsed() > FOCUS_PATIENCE {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    true
}

/// Returns the window as the toolkit knows it.
#[cfg(target_os = "linux")]
pub(crate) fn of_toolkit(app: &AppHandle) -> Option<gtk::ApplicationWindow> {
    main(app)?.gtk_window().ok()
}

fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
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
