//! The JSON of requests about the desktop app, and of their answers.

use adit_api::{DesktopRequest, DesktopResponse, DesktopSettings, DesktopView};

pub(crate) fn requests() -> Vec<DesktopRequest> {
    vec![DesktopRequest::Desktop {}, DesktopRequest::SetDesktop { settings: DesktopSettings::default(), start_at_login: true }]
}

pub(crate) fn answers() -> Vec<DesktopResponse> {
    let view = |start_at_login| DesktopView { settings: DesktopSettings::default(), start_at_login, has_tray: true };
    vec![DesktopResponse::Desktop(view(false)), DesktopResponse::SetDesktop(view(true))]
}
