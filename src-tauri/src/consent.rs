//! Questions that the user answers outside the page. The page shows text from strangers, so it may not answer for the user whether
//! the screen is looked at or the camera is used.

use std::sync::atomic::{AtomicBool, Ordering};

use adit_words::{ConsentText, Words};
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{AppHandle, Manager as _};

/// The words of a question: heading, explanation, yes.
type Question = (ConsentText, ConsentText, ConsentText);

const SCREEN: Question = (ConsentText::Screen, ConsentText::ScreenMore, ConsentText::ScreenYes);
const CAMERA: Question = (ConsentText::Camera, ConsentText::CameraMore, ConsentText::CameraYes);

/// What the user has allowed, and whether a question is on the screen.
#[derive(Default)]
pub(crate) struct Consent {
    camera: AtomicBool,
    is_asking: AtomicBool,
}

impl Consent {
    /// Begins a question, or returns None while another one is open: a page cannot pile up dialogs.
    pub(crate) fn begin(&self) -> Option<Asking<'_>> {
        (!self.is_asking.swap(true, Ordering::SeqCst)).then_some(Asking(self))
    }

    /// Answers what the page asks of the browser: the camera if the user has allowed it, and nothing else.
    pub(crate) fn permit(&self, kind: PermissionKind) -> PermissionResponse {
        if kind == PermissionKind::Camera && self.camera.load(Ordering::SeqCst) {
            PermissionResponse::Allow
        } else {
            PermissionResponse::Deny
        }
    }
}

/// A question that is open until this is dropped.
pub(crate) struct Asking<'consent>(&'consent Consent);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.is_asking.store(false, Ordering::SeqCst);
    }
}

/// Asks whether the page may use the camera, unless the user has allowed it before.
pub(crate) async fn camera(app: &AppHandle) -> bool {
    let consent = app.state::<Consent>();
    if consent.camera.load(Ordering::SeqCst) {
        return true;
    }
    let Some(_asking) = consent.begin() else { return false };
    let is_allowed = ask(app, CAMERA).await;
    consent.camera.store(is_allowed, Ordering::SeqCst);
    is_allowed
}

/// Asks whether the screen may be looked at.
pub(crate) async fn screen(app: &AppHandle) -> bool {
    ask(app, SCREEN).await
}

#[cfg(target_os = "linux")]
async fn ask(app: &AppHandle, (heading, more, yes): Question) -> bool {
    use gtk::prelude::{DialogExt as _, GtkWindowExt as _, WidgetExt as _};
    let words = Words::of(&crate::desk::language());
    let (sender, answer) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    // Fails only while the app ends; then there is no answer.
    let _ = app.run_on_main_thread(move || {
        let dialog = gtk::MessageDialog::builder()
            .modal(true)
            .destroy_with_parent(true)
            .message_type(gtk::MessageType::Question)
            .title(words.consent(heading))
            .text(words.consent(heading))
            .secondary_text(words.consent(more))
            .build();
        dialog.set_transient_for(crate::window::of_toolkit(&handle).as_ref());
        dialog.add_button(&words.consent(ConsentText::No), gtk::ResponseType::Cancel);
        dialog.add_button(&words.consent(yes), gtk::ResponseType::Accept);
        // The safe answer is the one that a stray key gives.
        dialog.set_default_response(gtk::ResponseType::Cancel);
        let sender = std::cell::Cell::new(Some(sender));
        dialog.connect_response(move |dialog, response| {
            if let Some(sender) = sender.take() {
                dialog.hide();
                // Fails only while the app ends.
                let _ = sender.send(response == gtk::ResponseType::Accept);
                dialog.close();
            }
        });
        dialog.show_all();
    });
    answer.await.unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
async fn ask(_app: &AppHandle, _question: Question) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_gets_the_camera_after_a_yes_and_nothing_else_ever() {
        let consent = Consent::default();
        assert_eq!(consent.permit(PermissionKind::Camera), PermissionResponse::Deny);
        consent.camera.store(true, Ordering::SeqCst);
        assert_eq!(consent.permit(PermissionKind::Camera), PermissionResponse::Allow);
        for other in [
            PermissionKind::Microphone,
            PermissionKind::DisplayCapture,
            PermissionKind::Geolocation,
            PermissionKind::Notifications,
            PermissionKind::ClipboardRead,
            PermissionKind::PointerLock,
        ] {
            assert_eq!(consent.permit(other), PermissionResponse::Deny, "{other:?}");
        }
    }

    #[test]
    fn one_question_is_asked_at_a_time() {
        let consent = Consent::default();
        let first = consent.begin();
        assert!(first.is_some() && consent.begin().is_none());
        drop(first);
        assert!(consent.begin().is_some());
    }
}
