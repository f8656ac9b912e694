//! Secrets in the clipboard. They are gone after a minute and with the app, unless something else is there by then. The page cannot
//! do this: WebKit lets a page write to the clipboard only while it handles a key or a click, and read it never.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adit_api::ConfigText;

/// Time that a secret stays in the clipboard.
const KEPT: Duration = Duration::from_secs(60);

/// A clipboard.
pub(crate) trait Board: Send + 'static {
    /// Puts a text in place of what is there.
    fn put(&self, text: ConfigText);

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
}

#[derive(Clone, Copy)]
struct Secret {
    /// Counts the secrets that were copied.
    number: u64,
    hash: u64,
}

impl Copied {
    /// Copies a secret, and empties the clipboard when `time` is over: [`a_minute`], except in tests.
    pub(crate) async fn copy(&self, text: ConfigText, board: &impl Board, time: impl Future<Output = ()>) {
        let number = self.remember(text.dangerously_reveal());
        board.put(text);
        time.await;
        // A later secret has a time of its own, also if it is the same one.
        if self.last().is_some_and(|last| last.number == number) {
            self.empty(board);
        }
    }

    /// Empties the clipboard if a secret is still in it.
    fn empty(&self, board: &impl Board) {
        if self.last().is_some() {
            let copied = self.clone();
            board.empty_if(move |text| copied.forget_if(text));
        }
    }

    fn remember(&self, text: &str) -> u64 {
        let hash = self.0.hasher.hash_one(text);
        let mut last = self.last();
        let number = last.map_or(0, |last| last.number + 1);
        *last = Some(Secret { number, hash });
        number
    }

    /// Forgets the secret. Returns true if `text` is the secret.
    fn forget_if(&self, text: &str) -> bool {
        let hash = self.0.hasher.hash_one(text);
        self.last().take().is_some_and(|last| last.hash == hash)
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
    use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
    use gtk::{Clipboard, TargetEntry, TargetFlags};
    use tauri::AppHandle;

    use super::{Board, ConfigText, Copied};

    /// Names of the form "text" (ICCCM, and the types of Wayland).
    const TEXTS: [&str; 5] = ["UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "TEXT"];
    /// Asks programs that keep a history of the clipboard to leave this out.
    const HINT: &str = "x-kde-passwordManagerHint";

    /// The desktop's clipboard, which belongs to the main thread.
    pub(crate) struct DesktopBoard(pub(crate) AppHandle);

    impl Board for DesktopBoard {
        fn put(&self, text: ConfigText) {
            // Fails only while the app ends.
            let _ = self.0.run_on_main_thread(move || {
                let names = TEXTS.into_iter().chain([HINT]);
                let forms: Vec<_> =
                    (0..).zip(names).map(|(info, name)| TargetEntry::new(name, TargetFlags::empty(), info)).collect();
                clipboard().set_with_data(&forms, move |_, wanted, _| {
                    if wanted.target() == Atom::intern(HINT) {
                        wanted.set(&wanted.target(), 8, b"secret");
                    } else {
                        wanted.set_text(text.dangerously_reveal());
                    }
                });
            });
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
            let has_secret = self.last().is_some();
            if has_secret && clipboard().wait_for_text().is_some_and(|text| self.forget_if(&text)) {
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
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::*;

    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<String>>);

    impl Fake {
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }

        fn hold(&self, text: &str) {
            *self.0.lock().unwrap() = text.to_owned();
        }
    }

    impl Board for Fake {
        fn put(&self, text: ConfigText) {
            self.hold(text.dangerously_reveal());
        }

        fn empty_if(&self, is_secret: impl FnOnce(&str) -> bool + Send + 'static) {
            if is_secret(&self.text()) {
                self.hold("");
            }
        }
    }

    /// A secret that is copied in a task of its own, as a request of the page does it.
    struct Task {
        is_over: oneshot::Sender<()>,
        task: JoinHandle<()>,
    }

    impl Task {
        async fn copy(copied: &Copied, text: &str, board: &Fake) -> Self {
            let (copied, text, board) = (copied.clone(), ConfigText::new(text.to_owned()), board.clone());
            let (is_over, time) = oneshot::channel();
            let task = tokio::spawn(async move { copied.copy(text, &board, async { time.await.unwrap() }).await });
            tokio::task::yield_now().await;
            Self { is_over, task }
        }

        async fn pass(self) {
            self.is_over.send(()).unwrap();
            self.task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_secret_is_gone_when_its_time_is_over() {
        let (copied, board) = (Copied::default(), Fake::default());
        let task = Task::copy(&copied, "secret", &board).await;
        assert_eq!(board.text(), "secret");
        task.pass().await;
        assert_eq!(board.text(), "");
        assert!(copied.last().is_none(), "it is remembered");
    }

    #[tokio::test]
    async fn something_else_that_was_copied_stays() {
        let (copied, board) = (Copied::default(), Fake::default());
        let task = Task::copy(&copied, "secret", &board).await;
        board.hold("mine");
        task.pass().await;
        assert_eq!(board.text(), "mine");
    }

    #[tokio::test]
    async fn a_later_secret_has_its_own_time_also_if_it_is_the_same() {
        for second in ["another", "secret"] {
            let (copied, board) = (Copied::default(), Fake::default());
            let first = Task::copy(&copied, "secret", &board).await;
            let later = Task::copy(&copied, second, &board).await;
            first.pass().await;
            assert_eq!(board.text(), second);
            later.pass().await;
            assert_eq!(board.text(), "");
        }
    }
}
