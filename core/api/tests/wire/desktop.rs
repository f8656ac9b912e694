//! The JSON of requests about the desktop app, and of their answers.

use adit_api::{DesktopRequest, DesktopResponse, DesktopSettings, DesktopView, ImportReading};

pub(crate) fn requests() -> Vec<DesktopRequest> {
    vec![
        DesktopRequest::Desktop {},
        DesktopRequest::SetDesktop { settings: DesktopSettings::default(), start_at_login: true },
        DesktopRequest::ScanScreen { from: "the screen".into() },
        DesktopRequest::AllowCamera {},
    ]
}

pub(crate) fn answers() -> Vec<DesktopResponse> {
    let view = |start_at_login| DesktopView { settings: DesktopSettings::default(), start_at_login, has_tray: true };
    let nothing = ImportReading { drafts: Vec::new(), refusals: Vec::new() };
    vec![
        DesktopResponse::Desktop(view(false)),
        DesktopResponse::SetDesktop(view(true)),
        DesktopResponse::ScanScreen(Some(nothing)),
        DesktopResponse::AllowCamera(true),
    ]
}
