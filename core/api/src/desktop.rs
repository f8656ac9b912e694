//! Requests that the program around the window answers: its settings, which it keeps for its user, files that the user chooses in
//! dialogs of the program, and the screen, the camera and the clipboard, which the page cannot reach by itself. The page never learns a
//! path, and no key of a file passes through it. The service knows nothing of all this.

use serde::{Deserialize, Serialize};

use crate::{BackupChoice, BackupOpening, ConfigText, ImportReading, Passphrase, RestoreResult, TunnelId, TunnelName};

/// A request to the desktop app. The JSON has the form of a request to the service:
/// `{"method":"desktop","params":{}}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DesktopRequest {
    /// The settings.
    Desktop {},
    /// Changes all settings, and saves them.
    SetDesktop {
        /// The settings.
        settings: DesktopSettings,
        /// True if the app starts when the user logs in.
        start_at_login: bool,
    },
    /// Sets the language of page, tray and notifications, and saves it.
    SetLanguage {
        /// The tag of one of the languages that the app has; None: the system's language.
        language: Option<String>,
    },
    /// Copies a text with keys to the clipboard. The program empties the clipboard after a minute and when the app ends, unless
    /// something else is in it by then.
    CopySecret {
        /// A configuration or a preshared key.
        text: ConfigText,
    },
    /// Drafts of tunnels from the QR codes on the screen, which is looked at once. The user is asked first, outside the page, and
    /// the page never gets the picture.
    ScanScreen {
        /// The picture's origin, for people, in the user's language: it is part of each draft's `from`.
        from: String,
    },
    /// Drafts of tunnels from files that the user chooses in a dialog. The page gets neither their paths nor their keys.
    ChooseImport {
        /// True for one folder, whose `.conf` files are imported, instead of files.
        folder: bool,
    },
    /// Drafts of tunnels from the files that were opened with the app or dropped on its window, and from the `.conf` files of such
    /// folders. Each is handed over once.
    ReadOpened {},
    /// Lets the page use the camera until the app ends. The user is asked first, outside the page, once.
    AllowCamera {},
    /// Writes a tunnel's configuration, with its keys, into a file that the user chooses.
    ExportFile {
        /// The tunnel.
        id: TunnelId,
    },
    /// Writes the configurations of all tunnels, with their keys, into a zip archive that the user chooses.
    ExportAll {},
    /// Writes all tunnels and their settings into an encrypted file that the user chooses. Takes a second or more.
    BackUp {
        /// Encrypts the file.
        passphrase: Passphrase,
    },
    /// Lets the user choose a backup, in place of one that is chosen already.
    ChooseBackup {},
    /// Decrypts the chosen backup and compares it with the tunnels of this computer. Takes a second or more, and changes nothing.
    OpenBackup {
        /// Decrypts it.
        passphrase: Passphrase,
    },
    /// Restores tunnels of the open backup as its plan says, each completely or not at all. The backup is closed then.
    Restore {
        /// The tunnels.
        tunnels: Vec<TunnelName>,
    },
    /// Forgets the chosen or open backup.
    CloseBackup {},
}

/// The answer to the request of the same name. In JSON: `{"method":"desktop","result":…}`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "result", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DesktopResponse {
    /// The settings.
    Desktop(DesktopView),
    /// The settings after the change.
    SetDesktop(DesktopView),
    /// The settings after the change.
    SetLanguage(DesktopView),
    /// It is in the clipboard.
    CopySecret(()),
    /// The drafts, and the reason where there is none; null if the user did not want it.
    ScanScreen(Option<ImportReading>),
    /// The drafts, and the files that cannot become a tunnel; null if the user chose nothing.
    ChooseImport(Option<ImportReading>),
    /// The drafts, and the files that cannot become a tunnel; null if no file waits.
    ReadOpened(Option<ImportReading>),
    /// True if the user allowed it.
    AllowCamera(bool),
    /// The name of the file, without its path; None if the user chose none.
    ExportFile(Option<String>),
    /// The name of the file; None if the user chose none.
    ExportAll(Option<String>),
    /// The name of the file; None if the user chose none.
    BackUp(Option<String>),
    /// The user's choice.
    ChooseBackup(BackupChoice),
    /// The changes that restoring it would make.
    OpenBackup(BackupOpening),
    /// The result for each tunnel of the plan, in its order.
    Restore(Vec<RestoreResult>),
    /// It is forgotten.
    CloseBackup(()),
}

/// The settings of the app as the window shows them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DesktopView {
    /// The settings.
    pub settings: DesktopSettings,
    /// True if the app starts when the user logs in.
    pub start_at_login: bool,
    /// True if a tray shows the app's icon now. Without one, closing the window ends the app.
    pub has_tray: bool,
    /// The tag of the language that the user chose, such as `pt-BR`; None: the system's language.
    pub language: Option<String>,
    /// The tag of the language that stands for the system's.
    pub system_language: String,
    /// The version of the app.
    pub version: String,
}

/// The settings. What is missing in their file has its default.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DesktopSettings {
    /// True if the app tells that a tunnel came up.
    pub notify_up: bool,
    /// True if the app tells that a tunnel went down or could not come up.
    pub notify_down: bool,
    /// True if the app tells that an on-demand rule turned a tunnel on or off, or changed its routing mode.
    pub notify_rules: bool,
    /// True if the app tells that no peer has answered for five minutes.
    pub notify_silent: bool,
    /// True if the app tells that a peer answers again.
    pub notify_answers: bool,
    /// True if the app tells that a kill switch blocks traffic.
    pub notify_blocked: bool,
    /// True if the app tells that a key is old.
    pub notify_key_old: bool,
    /// True if the app shows an icon in the tray.
    pub show_tray: bool,
    /// True if closing the window only hides it, where a tray shows the app's icon.
    pub close_hides: bool,
}

impl Default for DesktopSettings {
    fn default() -> Self {
        Self {
            notify_up: true,
            notify_down: true,
            notify_rules: true,
            notify_silent: true,
            notify_answers: true,
            notify_blocked: true,
            notify_key_old: true,
            show_tray: true,
            close_hides: true,
        }
    }
}
