//! The user's settings of the app, a file in the user's folder for configurations.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adit_api::{ApiError, DesktopSettings as Settings, DesktopView};
use adit_words::Words;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::autostart::Autostart;
use crate::language::{self, Language};
use crate::replace::replace;

/// The settings and their file; None: they last as long as the app.
#[derive(Debug)]
pub(crate) struct SettingsStore {
    file: Option<PathBuf>,
    autostart: Option<Autostart>,
    stored: watch::Sender<Stored>,
    language: Language,
}

/// The content of the file. What it lacks has its default.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Stored {
    #[serde(flatten)]
    pub(crate) settings: Settings,
    /// The tag of the language that the user chose; None: the system's language.
    pub(crate) language: Option<String>,
}

impl SettingsStore {
    /// Reads `adit/app.json` in the user's folder for configurations. A file that cannot be read is named on the standard error
    /// output, and counts as empty. `system`: the system's language, as its variables name it.
    pub(crate) fn load(folder: Option<&Path>, system: &str) -> Self {
        let file = folder.map(|folder| folder.join("adit/app.json"));
        let mut stored = file.as_deref().map(read).unwrap_or_default();
        // A language of a later version.
        stored.language = stored.language.filter(|tag| language::is_known(tag));
        let autostart = folder.and_then(|folder| Some(Autostart::new(folder, std::env::current_exe().ok()?)));
        let language = Language::new(stored.language.as_deref(), system);
        Self { file, autostart, stored: watch::Sender::new(stored), language }
    }

    /// Changes all settings, and saves them: all, or none.
    pub(crate) fn change(&self, settings: Settings, start_at_login: bool) -> Result<(), ApiError> {
        let before = self.settings();
        self.modify(|stored| stored.settings = settings).map_err(not_saved)?;
        if let Err(error) = self.set_start_at_login(start_at_login) {
            // The first error is the one to tell.
            let _ = self.modify(|stored| stored.settings = before);
            return Err(failed("saving what starts at login", error));
        }
        Ok(())
    }

    /// Changes the language, and saves it; None: the system's.
    pub(crate) fn choose_language(&self, language: Option<String>) -> Result<(), ApiError> {
        if let Some(tag) = language.as_deref().filter(|tag| !language::is_known(tag)) {
            return Err(ApiError::BadRequest { detail: format!("there is no language {tag:?}") });
        }
        self.modify(|stored| stored.language = language).map_err(not_saved)
    }

    /// Returns the settings as the page shows them.
    pub(crate) fn view(&self, has_tray: bool) -> DesktopView {
        let Stored { settings, language } = self.stored();
        DesktopView {
            settings,
            start_at_login: self.starts_at_login(),
            has_tray,
            language,
            system_language: self.language.system().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Returns the sentences of the present language.
    pub(crate) fn words(&self) -> Arc<Words> {
        self.language.words()
    }

    pub(crate) fn settings(&self) -> Settings {
        self.stored().settings
    }

    fn stored(&self) -> Stored {
        self.stored.borrow().clone()
    }

    /// Hears of every change.
    pub(crate) fn follow(&self) -> watch::Receiver<Stored> {
        self.stored.subscribe()
    }

    fn starts_at_login(&self) -> bool {
        self.autostart.as_ref().is_some_and(Autostart::is_on)
    }

    fn set_start_at_login(&self, is_on: bool) -> io::Result<()> {
        match &self.autostart {
            Some(autostart) => autostart.set(is_on),
            None if is_on => Err(io::ErrorKind::NotFound.into()),
            None => Ok(()),
        }
    }

    /// Saves changed settings, and then uses them.
    fn modify(&self, change: impl FnOnce(&mut Stored)) -> io::Result<()> {
        let mut saved = Ok(());
        self.stored.send_if_modified(|current| {
            let mut changed = current.clone();
            change(&mut changed);
            saved = self.file.as_deref().map_or(Ok(()), |file| write(file, &changed));
            if saved.is_ok() {
                // Before others hear of the change.
                self.language.choose(changed.language.as_deref());
                *current = changed;
            }
            saved.is_ok()
        });
        saved
    }
}

fn not_saved(error: io::Error) -> ApiError {
    failed("saving the settings of the app", error)
}

fn failed(doing: &str, error: io::Error) -> ApiError {
    ApiError::Io { doing: doing.to_owned(), detail: error.to_string() }
}

/// Returns the user's folder for configurations (XDG Base Directory).
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))
}

fn read(file: &Path) -> Stored {
    let problem = match std::fs::read(file) {
        Ok(text) => match serde_json::from_slice(&text) {
            Ok(stored) => return stored,
            Err(error) => error.to_string(),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Stored::default(),
        Err(error) => error.to_string(),
    };
    eprintln!("adit-app: {}: {problem}; the settings are the default ones", file.display());
    Stored::default()
}

fn write(file: &Path, stored: &Stored) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(stored)?;
    text.push(b'\n');
    replace(file, &text)
}

#[cfg(test)]
mod tests {
    use adit_words::TrayText;

    use super::*;

    fn load(folder: &Path) -> SettingsStore {
        SettingsStore::load(Some(folder), "C.UTF-8")
    }

    fn quiet() -> Settings {
        Settings { notify_up: false, ..Settings::default() }
    }

    #[test]
    fn settings_last_longer_than_the_app() {
        let folder = tempfile::tempdir().unwrap();
        let store = load(folder.path());
        assert_eq!(store.stored(), Stored::default());
        store.change(quiet(), false).unwrap();
        store.choose_language(Some("de".into())).unwrap();
        let stored = Stored { settings: quiet(), language: Some("de".into()) };
        assert_eq!((store.stored(), load(folder.path()).stored()), (stored.clone(), stored));
    }

    #[test]
    fn the_page_changes_settings_and_the_start_at_login() {
        let folder = tempfile::tempdir().unwrap();
        let store = load(folder.path());
        let view = DesktopView {
            settings: Settings::default(),
            start_at_login: false,
            has_tray: true,
            language: None,
            system_language: "en".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        };
        assert_eq!(store.view(true), view);
        store.change(quiet(), true).unwrap();
        assert_eq!(store.view(true), DesktopView { settings: quiet(), start_at_login: true, ..view });
        assert!(folder.path().join("autostart/io.adit.app.desktop").is_file());
    }

    #[test]
    fn of_a_change_that_fails_nothing_is_applied() {
        for obstacle in ["adit", "autostart"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(obstacle), "a file where a folder should be").unwrap();
            let store = load(folder.path());
            assert!(matches!(store.change(quiet(), true), Err(ApiError::Io { .. })), "{obstacle}");
            assert!(!store.starts_at_login(), "{obstacle}");
            assert_eq!(store.settings(), Settings::default(), "{obstacle}");
        }
    }

    #[test]
    fn a_follower_of_the_settings_uses_the_new_language() {
        let store = SettingsStore::load(None, "fr_FR.UTF-8");
        let off = || store.words().tray(&TrayText::Off);
        assert_eq!((off(), store.view(false).system_language), ("Aucun tunnel n'est allumé".to_owned(), "fr".to_owned()));
        let follower = store.follow();
        store.choose_language(Some("de".into())).unwrap();
        assert_eq!((follower.has_changed().unwrap(), off()), (true, "Kein Tunnel ist an".to_owned()));
        store.choose_language(None).unwrap();
        assert_eq!(off(), "Aucun tunnel n'est allumé");
    }

    #[test]
    fn a_language_that_the_app_lacks_is_refused_and_in_the_file_it_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = load(folder.path());
        store.choose_language(Some("de".into())).unwrap();
        let Err(ApiError::BadRequest { detail }) = store.choose_language(Some("tlh".into())) else { panic!("chosen") };
        assert_eq!(detail, "there is no language \"tlh\"");
        assert_eq!(store.stored().language.as_deref(), Some("de"));
        std::fs::write(folder.path().join("adit/app.json"), r#"{ "language": "tlh", "notify_up": false }"#).unwrap();
        let stored = Stored { settings: quiet(), language: None };
        assert_eq!(load(folder.path()).stored(), stored);
    }

    #[test]
    fn what_a_file_lacks_has_its_default_and_a_broken_file_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("adit")).unwrap();
        let with = |text: &str| {
            std::fs::write(folder.path().join("adit/app.json"), text).unwrap();
            load(folder.path()).settings()
        };
        let hides = Settings { close_hides: false, ..Settings::default() };
        assert_eq!(with(r#"{ "close_hides": false, "of_a_later_version": 1 }"#), hides);
        assert_eq!(with("{ close"), Settings::default());
    }

    #[test]
    fn settings_that_cannot_be_saved_are_not_used_and_nobody_hears_of_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("adit"), "a file where a folder should be").unwrap();
        let store = load(folder.path());
        let follower = store.follow();
        assert!(store.change(quiet(), false).is_err());
        assert!(store.settings().notify_up && !follower.has_changed().unwrap());
    }

    #[test]
    fn without_a_folder_settings_last_as_long_as_the_app() {
        let store = SettingsStore::load(None, "C.UTF-8");
        let follower = store.follow();
        store.change(quiet(), false).unwrap();
        assert!(!store.settings().notify_up && follower.has_changed().unwrap());
    }
}
