//! Questions that the user answers outside the page. The page shows text from strangers, so it may not answer for the user whether
//! the screen is looked at or the camera is used.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use adit_words::ConsentText;
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{AppHandle, Manager as _};

/// The words of a question: heading, explanation, yes.
type Question = (ConsentText, ConsentText, ConsentText);

const SCREEN: Question = (ConsentText::Screen, ConsentText::ScreenMore, ConsentText::ScreenYes);
const CAMERA: Question = (ConsentText::Camera, ConsentText::CameraMore, ConsentText::CameraYes);

/// Time after a No in which nothing is asked: a page cannot ask again and again until the user gives in.
const PAUSE: Duration = Duration::from_secs(10);

/// What the user has allowed, and whether a dialog is on the screen.
#[derive(Default)]
pub(crate) struct Consent {
    camera: AtomicBool,
    is_asking: AtomicBool,
    /// The time of the last No.
    refused_at: Mutex<Option<Instant>>,
}

impl Consent {
    /// Begins a dialog, or returns None while another one is open: a page cannot pile up dialogs.
    pub(crate) fn begin(&self) -> Option<Asking<'_>> {
        if self.is_asking.swap(true, Ordering::SeqCst) { None } else { Some(Asking(self)) }
    }

    /// Begins a question at the time `now`, or returns None while a dialog is open and for [`PAUSE`] after a No.
    pub(crate) fn begin_question(&self, now: Instant) -> Option<Asking<'_>> {
        let is_paused = || self.refused_at().is_some_and(|refused_at| now.saturating_duration_since(refused_at) < PAUSE);
        self.begin().filter(|_| !is_paused())
    }

    /// Forgets the last No, because the user has brought the window to the front.
    pub(crate) fn forget_refusal(&self) {
        *self.refused_at() = None;
    }

    /// Ends what the user has allowed, because the window is gone from the screen.
    pub(crate) fn end(&self) {
        self.camera.store(false, Ordering::SeqCst);
    }

    fn refused_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.refused_at.lock().unwrap_or_else(PoisonError::into_inner)
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

/// A dialog that is open until this is dropped.
pub(crate) struct Asking<'consent>(&'consent Consent);

impl Asking<'_> {
    /// The user said No at the time `now`.
    pub(crate) fn refuse(&self, now: Instant) {
        *self.0.refused_at() = Some(now);
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.is_asking.store(false, Ordering::SeqCst);
    }
}

/// Asks whether the page may use the camera, unless the user has allowed it since the window was last hidden.
pub(crate) async fn camera(app: &AppHandle) -> bool {
    let consent = app.state::<Consent>();
    if consent.camera.load(Ordering::SeqCst) {
        return true;
    }
    let Some(asking) = consent.begin_question(Instant::now()) else { return false };
    let is_allowed = ask(app, CAMERA).await;
    if !is_allowed {
        asking.refuse(Instant::now());
    }
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
    let words = app.state::<crate::settings::SettingsStore>().words();
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
        consent.end();
        assert_eq!(consent.permit(PermissionKind::Camera), PermissionResponse::Deny, "the window is hidden");
    }

    #[test]
    fn one_question_is_asked_at_a_time() {
        let consent = Consent::default();
        let first = consent.begin();
        assert!(first.is_some() && consent.begin().is_none() && consent.begin().is_none());
        drop(first);
        assert!(consent.begin().is_some());
    }

    #[test]
    fn after_a_no_nothing_is_asked_for_a_while_or_until_the_user_brings_the_window() {
        let (consent, start) = (Consent::default(), Instant::now());
        consent.begin_question(start).unwrap().refuse(start);
        assert!(consent.begin_question(start + PAUSE - Duration::from_millis(1)).is_none());
        assert!(consent.begin().is_some(), "a dialog for a file is no question");
        assert!(consent.begin_question(start + PAUSE).is_some());
        assert!(consent.begin_question(start).is_none());
        consent.forget_refusal();
        assert!(consent.begin_question(start).is_some());
    }
}
