//! The user's settings of the app, a file in the user's folder for configurations.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use adit_api::{ApiError, DesktopSettings as Settings, DesktopView};

use crate::autostart::Autostart;
use crate::replace::replace;

/// The settings and their file; None: they last as long as the app.
#[derive(Debug)]
pub(crate) struct SettingsStore {
    file: Option<PathBuf>,
    autostart: Option<Autostart>,
    settings: Mutex<Settings>,
}

impl SettingsStore {
    /// Reads `adit/app.json` in the user's folder for configurations. A file that cannot be read is named on the standard error
    /// output, and counts as empty.
    pub(crate) fn load(folder: Option<&Path>) -> Self {
        let file = folder.map(|folder| folder.join("adit/app.json"));
        let settings = file.as_deref().map(read).unwrap_or_default();
        let autostart = folder.and_then(|folder| Some(Autostart::new(folder, std::env::current_exe().ok()?)));
        Self { file, autostart, settings: Mutex::new(settings) }
    }

    /// Changes all settings, and saves them: all, or none.
    pub(crate) fn change(&self, settings: Settings, start_at_login: bool, has_tray: bool) -> Result<DesktopView, ApiError> {
        let failed = |doing: &str, error: io::Error| ApiError::Io { doing: doing.to_owned(), detail: error.to_string() };
        let before = self.settings();
        self.set(settings).map_err(|error| failed("saving the settings of the app", error))?;
        if let Err(error) = self.set_start_at_login(start_at_login) {
            // The first error is the one to tell.
            let _ = self.set(before);
            return Err(failed("saving what starts at login", error));
        }
        Ok(self.view(has_tray))
    }

    /// Returns the settings as the page shows them.
    pub(crate) fn view(&self, has_tray: bool) -> DesktopView {
        DesktopView { settings: self.settings(), start_at_login: self.starts_at_login(), has_tray }
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

    pub(crate) fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Saves other settings, and then uses them.
    fn set(&self, settings: Settings) -> io::Result<()> {
        let mut current = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file {
            write(file, &settings)?;
        }
        *current = settings;
        Ok(())
    }
}

/// Returns the user's folder for configurations (XDG Base Directory).
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))
}

fn read(file: &Path) -> Settings {
    let problem = match std::fs::read(file) {
        Ok(text) => match serde_json::from_slice(&text) {
            Ok(settings) => return settings,
            Err(error) => error.to_string(),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Settings::default(),
        Err(error) => error.to_string(),
    };
    eprintln!("adit-app: {}: {problem}; the settings are the default ones", file.display());
    Settings::default()
}

fn write(file: &Path, settings: &Settings) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(settings)?;
    text.push(b'\n');
    replace(file, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_last_longer_than_the_app() {
        let folder = tempfile::tempdir().unwrap();
        let store = SettingsStore::load(Some(folder.path()));
        assert_eq!(store.settings(), Settings::default());
        let quiet = Settings { notify_up: false, ..Settings::default() };
        store.set(quiet.clone()).unwrap();
        assert_eq!((store.settings(), SettingsStore::load(Some(folder.path())).settings()), (quiet.clone(), quiet));
    }

    #[test]
    fn the_page_changes_settings_and_the_start_at_login() {
        let folder = tempfile::tempdir().unwrap();
        let store = SettingsStore::load(Some(folder.path()));
        let view = DesktopView { settings: Settings::default(), start_at_login: false, has_tray: true };
        assert_eq!(store.view(true), view);
        let settings = Settings { notify_down: false, ..Settings::default() };
        let changed = DesktopView { settings: settings.clone(), start_at_login: true, ..view };
        assert_eq!(store.change(settings, true, true), Ok(changed));
        assert!(folder.path().join("autostart/io.adit.app.desktop").is_file());
    }

    #[test]
    fn of_a_change_that_fails_nothing_is_applied() {
        for obstacle in ["adit", "autostart"] {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(obstacle), "a file where a folder should be").unwrap();
            let store = SettingsStore::load(Some(folder.path()));
            let settings = Settings { notify_down: false, ..Settings::default() };
            assert!(matches!(store.change(settings, true, true), Err(ApiError::Io { .. })), "{obstacle}");
            assert!(!store.starts_at_login(), "{obstacle}");
            assert_eq!(store.settings(), Settings::default(), "{obstacle}");
        }
    }

    #[test]
    fn what_a_file_lacks_has_its_default_and_a_broken_file_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("adit")).unwrap();
        let with = |text: &str| {
            std::fs::write(folder.path().join("adit/app.json"), text).unwrap();
            SettingsStore::load(Some(folder.path())).settings()
        };
        let hides = Settings { close_hides: false, ..Settings::default() };
        assert_eq!(with(r#"{ "close_hides": false, "of_a_later_version": 1 }"#), hides);
        assert_eq!(with("{ close"), Settings::default());
    }

    #[test]
    fn settings_that_cannot_be_saved_are_not_used() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("adit"), "a file where a folder should be").unwrap();
        let store = SettingsStore::load(Some(folder.path()));
        assert!(store.set(Settings { notify_up: false, ..Settings::default() }).is_err());
        assert!(store.settings().notify_up);
    }

    #[test]
    fn without_a_folder_settings_last_as_long_as_the_app() {
        let store = SettingsStore::load(None);
        store.set(Settings { close_hides: false, ..Settings::default() }).unwrap();
        assert!(!store.settings().close_hides);
    }
}
