//! Secrets in the clipboard. They are gone after a minute and with the app, unless something else is there by then. The page cannot
//! do this: WebKit lets a page write to the clipboard only while it handles a key or a click, and read it never.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adit_api::ConfigText;

/// Time that a secret stays in the clipboard.
const KEPT: Duration = Duration::from_secs(60);

/// A clipboard.
pub(crate) trait Board: Send + 'static {
    /// Puts a text in place of what is there. Calls `remember` at the same moment, so that of two texts the one that is there was
    /// remembered last. Returns None if the text is not there.
    fn put(
        &self,
        text: ConfigText,
        remember: impl FnOnce(&str) -> u64 + Send + 'static,
    ) -> impl Future<Output = Option<u64>> + Send;

    /// Empties it if `is_secret` says so of the text that is there.
    fn empty_if(&self, is_secret: impl FnOnce(&str) -> bool + Send + 'static);
}

/// The last secret that was copied and may still be in the clipboard. Only its hash is known.
#[derive(Clone, Default)]
pub(crate) struct Copied(Arc<State>);

#[derive(Default)]
struct State {
    /// Hashes with a key of this process.
    hasher: RandomState,
    last: Mutex<Option<Secret>>,
    /// Secrets that were copied so far.
    count: AtomicU64,
}

#[derive(Clone, Copy)]
struct Secret {
    /// Belongs to this one alone.
    number: u64,
    hash: u64,
}

impl Copied {
    /// Copies a secret. Returns its number, or None if it is not in the clipboard.
    pub(crate) async fn copy(&self, text: ConfigText, board: &impl Board) -> Option<u64> {
        let copied = self.clone();
        board.put(text, move |text| copied.remember(text)).await
    }

    /// Empties the clipboard if the secret of this number is still in it. A later secret has a time of its own, also if it is the
    /// same one.
    pub(crate) fn empty(&self, number: u64, board: &impl Board) {
        let copied = self.clone();
        board.empty_if(move |text| copied.forget_if(number, text));
    }

    fn remember(&self, text: &str) -> u64 {
        let hash = self.0.hasher.hash_one(text);
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        *self.last() = Some(Secret { number, hash });
        number
    }

    /// Forgets the secret of this number, unless another one was copied since. Returns true if `text` is the secret.
    fn forget_if(&self, number: u64, text: &str) -> bool {
        let hash = self.0.hasher.hash_one(text);
        self.last().take_if(|last| last.number == number).is_some_and(|last| last.hash == hash)
    }

    fn last(&self) -> MutexGuard<'_, Option<Secret>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the time that a secret stays in the clipboard, which tests of the window shorten in debug builds.
pub(crate) async fn a_minute() {
    let seconds = || std::env::var("ADIT_CLIPBOARD_SECONDS").ok()?.parse().ok();
    let shortened = if cfg!(debug_assertions) { seconds() } else { None };
    tokio::time::sleep(shortened.map_or(KEPT, Duration::from_secs)).await;
}

#[cfg(target_os = "linux")]
pub(crate) use self::desktop::DesktopBoard;

#[cfg(target_os = "linux")]
mod desktop {
    use std::rc::Rc;

    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use gtk::{Clipboard, TargetEntry, TargetFlags};
    use tauri::AppHandle;
    use tokio::sync::oneshot;

    use super::{Board, ConfigText, Copied, Secret};

    /// Names of the form "text" (ICCCM, and the types of Wayland).
    const TEXTS: [&str; 5] = ["UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "TEXT"];
    /// Asks programs that keep a history of the clipboard to leave this out.
    const HINT: &str = "x-kde-passwordManagerHint";

    /// The desktop's clipboard, which belongs to the main thread.
    pub(crate) struct DesktopBoard(pub(crate) AppHandle);

    impl Board for DesktopBoard {
        async fn put(&self, text: ConfigText, remember: impl FnOnce(&str) -> u64 + Send + 'static) -> Option<u64> {
            let (sender, number) = oneshot::channel();
            // Fails only while the app ends; then there is no number.
            let _ = self.0.run_on_main_thread(move || {
                let names = TEXTS.into_iter().chain([HINT]);
                let forms: Vec<_> =
                    (0..).zip(names).map(|(info, name)| TargetEntry::new(name, TargetFlags::empty(), info)).collect();
                let text = Rc::new(text);
                let held = Rc::clone(&text);
                let is_there = clipboard().set_with_data(&forms, move |_, wanted, _| {
                    if wanted.target() == Atom::intern(HINT) {
                        wanted.set(&wanted.target(), 8, b"secret");
                    } else {
                        wanted.set_text(held.dangerously_reveal());
                    }
                });
                if is_there {
                    // Fails only if nobody waits any more.
                    let _ = sender.send(remember(text.dangerously_reveal()));
                }
            });
            number.await.ok()
        }

        fn empty_if(&self, is_secret: impl FnOnce(&str) -> bool + Send + 'static) {
            // Fails only while the app ends.
            let _ = self.0.run_on_main_thread(move || {
                clipboard().request_text(|clipboard, text| {
                    if text.is_some_and(is_secret) {
                        clipboard.set_text("");
                    }
                });
            });
        }
    }

    impl Copied {
        /// Empties the clipboard, because the app ends. Must be called on the main thread.
        pub(crate) fn end(&self) {
            let Some(Secret { number, .. }) = *self.last() else { return };
            if clipboard().wait_for_text().is_some_and(|text| self.forget_if(number, &text)) {
                clipboard().set_text("");
                // A desktop that keeps the clipboard for programs that end gets the empty one.
                clipboard().store();
            }
        }
    }

    fn clipboard() -> Clipboard {
        Clipboard::get(&SELECTION_CLIPBOARD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<Option<String>>>);

    impl Fake {
        fn text(&self) -> Option<String> {
            self.0.lock().unwrap().clone()
        }

        fn hold(&self, text: &str) {
            *self.0.lock().unwrap() = Some(text.to_owned());
        }
    }

    impl Board for Fake {
        async fn put(&self, text: ConfigText, remember: impl FnOnce(&str) -> u64 + Send + 'static) -> Option<u64> {
            self.hold(text.dangerously_reveal());
            Some(remember(text.dangerously_reveal()))
        }

        fn empty_if(&self, is_secret: impl FnOnce(&str) -> bool + Send + 'static) {
            if self.text().is_some_and(|text| is_secret(&text)) {
                *self.0.lock().unwrap() = None;
            }
        }
    }

    /// A clipboard that takes nothing, as while the app ends.
    struct Gone;

    impl Board for Gone {
        async fn put(&self, _text: ConfigText, _remember: impl FnOnce(&str) -> u64 + Send + 'static) -> Option<u64> {
            None
        }

        fn empty_if(&self, _is_secret: impl FnOnce(&str) -> bool + Send + 'static) {}
    }

    fn text(text: &str) -> ConfigText {
        ConfigText::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_secret_is_gone_when_its_time_is_over() {
        let (copied, board) = (Copied::default(), Fake::default());
        let number = copied.copy(text("secret"), &board).await.unwrap();
        assert_eq!(board.text().unwrap(), "secret");
        copied.empty(number, &board);
        assert_eq!(board.text(), None);
        assert!(copied.last().is_none(), "it is remembered");
    }

    #[tokio::test]
    async fn something_else_that_was_copied_stays() {
        let (copied, board) = (Copied::default(), Fake::default());
        let number = copied.copy(text("secret"), &board).await.unwrap();
        board.hold("mine");
        copied.empty(number, &board);
        assert_eq!(board.text().unwrap(), "mine");
    }

    #[tokio::test]
    async fn a_later_secret_has_its_own_time_also_if_it_is_the_same() {
        for second in ["another", "secret"] {
            let (copied, board) = (Copied::default(), Fake::default());
            let first = copied.copy(text("secret"), &board).await.unwrap();
            let later = copied.copy(text(second), &board).await.unwrap();
            copied.empty(first, &board);
            assert_eq!(board.text().unwrap(), second);
            copied.empty(later, &board);
            assert_eq!(board.text(), None);
        }
    }

    #[tokio::test]
    async fn the_number_of_a_secret_is_never_that_of_an_earlier_one() {
        let (copied, board) = (Copied::default(), Fake::default());
        let first = copied.copy(text("secret"), &board).await.unwrap();
        copied.empty(first, &board);
        copied.copy(text("secret"), &board).await.unwrap();
        copied.empty(first, &board);
        assert_eq!(board.text().unwrap(), "secret", "the time of the first is over once");
    }

    #[tokio::test]
    async fn a_secret_that_is_not_in_the_clipboard_is_not_said_to_be() {
        let copied = Copied::default();
        assert_eq!(copied.copy(text("secret"), &Gone).await, None);
        assert!(copied.last().is_none());
    }
}
