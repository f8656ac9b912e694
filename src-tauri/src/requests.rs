//! The command `rpc`: the page asks, and the app or the service answers.

use std::path::PathBuf;
use std::sync::Arc;

use adit_api::{ApiError, BlockingClient, CallError, ConfigText, DesktopRequest, DesktopResponse, DesktopView};
use adit_backup::limits::CONFIG_BYTES;
use adit_bridge::{BlockingBridge, Bridge, BridgeError, Json, RpcError};
use adit_words::Words;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _};

use crate::backups::OpenBackup;
use crate::clipboard::{Copied, DesktopBoard, a_minute};
use crate::opened::Opened;
use crate::settings::SettingsStore;
use crate::tray::Presence;
use crate::{consent, dialogs, exports, imports, screen, window};

/// A request of the page. In JSON: `{"method":"connect","params":{…}}`.
#[derive(Debug)]
pub(crate) enum Question {
    /// The app answers it itself.
    Desktop(DesktopRequest),
    /// Any other one.
    Bridge(adit_bridge::Question),
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Json::deserialize(deserializer)?;
        // Its error names the method and no value, which can be a key.
        let others = |_| adit_bridge::Question::deserialize(&*value).map(Self::Bridge).map_err(serde::de::Error::custom);
        DesktopRequest::deserialize(&*value).map(Self::Desktop).or_else(others)
    }
}

/// The answer to a [`Question`].
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    Desktop(DesktopResponse),
    Bridge(adit_bridge::Reply),
}

/// The parts of the app that answers of its own need.
#[derive(Clone)]
pub(crate) struct Program {
    app: AppHandle,
    pub(crate) bridge: Bridge,
    backup: Arc<OpenBackup>,
}

impl Program {
    pub(crate) fn new(app: AppHandle, bridge: Bridge) -> Self {
        Self { app, bridge, backup: Arc::default() }
    }

    /// Returns the sentences of the present language.
    pub(crate) fn words(&self) -> Arc<Words> {
        self.app.state::<SettingsStore>().words()
    }

    /// Runs `question`, which asks the service, on a thread that may block.
    pub(crate) async fn ask<R: Send + 'static>(
        &self,
        question: impl FnOnce(&BlockingClient<BlockingBridge>) -> Result<R, CallError<BridgeError>> + Send + 'static,
    ) -> Result<R, RpcError> {
        Ok(self.bridge.run_blocking(question).await??)
    }

    /// Runs `work`, which takes a while, on a thread that may block.
    pub(crate) async fn work<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> Result<R, RpcError> {
        self.bridge.run_blocking(|_| work()).await
    }

    /// Lets the user choose the file to write.
    pub(crate) async fn save(&self, title: String, name: String) -> Result<Option<PathBuf>, RpcError> {
        dialogs::save(&self.app, title, name).await.map_err(|error| RpcError::Refused { error })
    }

    /// Lets the user choose the file to read.
    pub(crate) async fn open(&self, title: String) -> Result<Option<PathBuf>, RpcError> {
        dialogs::open(&self.app, title).await.map_err(|error| RpcError::Refused { error })
    }

    /// Lets the user choose files to read, or one folder.
    pub(crate) async fn choose(&self, title: String, is_folder: bool) -> Result<Vec<PathBuf>, RpcError> {
        dialogs::choose(&self.app, title, is_folder).await.map_err(|error| RpcError::Refused { error })
    }

    fn view(&self) -> DesktopView {
        self.app.state::<SettingsStore>().view(self.app.state::<Presence>().is_there())
    }

    /// Puts a secret into the clipboard for a minute, while the user works with the window.
    async fn copy(&self, text: ConfigText) -> Result<(), ApiError> {
        check_secret(&text)?;
        if !window::comes_to_focus(&self.app).await {
            return Err(ApiError::BadRequest {
                detail: "a secret is copied only while the user works with the window".to_owned(),
            });
        }
        let (copied, board) = (self.app.state::<Copied>().inner().clone(), DesktopBoard(self.app.clone()));
        let number = copied.copy(text, &board).await.ok_or_else(|| ApiError::Io {
            doing: "copying to the clipboard".to_owned(),
            detail: "the desktop does not take the text".to_owned(),
        })?;
        tauri::async_runtime::spawn(async move {
            a_minute().await;
            copied.empty(number, &board);
        });
        Ok(())
    }

    async fn answer(&self, request: DesktopRequest) -> Result<DesktopResponse, RpcError> {
        let refused = |error| RpcError::Refused { error };
        let settings = self.app.state::<SettingsStore>();
        Ok(match request {
            DesktopRequest::Desktop {} => DesktopResponse::Desktop(self.view()),
            DesktopRequest::SetDesktop { settings: wanted, start_at_login } => {
                let (had_icon, has_icon) = (settings.settings().show_tray, wanted.show_tray);
                settings.change(wanted, start_at_login).map_err(refused)?;
                if has_icon != had_icon {
                    self.app.state::<Presence>().settle(has_icon).await;
                }
                DesktopResponse::SetDesktop(self.view())
            }
            DesktopRequest::SetLanguage { language } => {
                settings.choose_language(language).map_err(refused)?;
                DesktopResponse::SetLanguage(self.view())
            }
            DesktopRequest::CopySecret { text } => {
                self.copy(text).await.map_err(refused)?;
                DesktopResponse::CopySecret(())
            }
            DesktopRequest::ScanScreen { from } => {
                DesktopResponse::ScanScreen(screen::scan(&self.app, &self.bridge, from).await?)
            }
            DesktopRequest::ChooseImport { folder } => DesktopResponse::ChooseImport(imports::choose(self, folder).await?),
            DesktopRequest::ReadOpened {} => {
                DesktopResponse::ReadOpened(imports::opened(self, &self.app.state::<Opened>()).await?)
            }
            DesktopRequest::AllowCamera {} => DesktopResponse::AllowCamera(consent::camera(&self.app).await),
            DesktopRequest::ExportFile { id } => DesktopResponse::ExportFile(exports::file(self, id).await?),
            DesktopRequest::ExportAll {} => DesktopResponse::ExportAll(exports::all(self).await?),
            DesktopRequest::BackUp { passphrase } => DesktopResponse::BackUp(exports::backup(self, passphrase).await?),
            DesktopRequest::ChooseBackup {} => DesktopResponse::ChooseBackup(self.backup.choose(self).await?),
            DesktopRequest::OpenBackup { passphrase } => DesktopResponse::OpenBackup(self.backup.open(self, passphrase).await?),
            DesktopRequest::Restore { tunnels } => DesktopResponse::Restore(self.backup.restore(self, tunnels).await?),
            DesktopRequest::CloseBackup {} => {
                self.backup.close();
                DesktopResponse::CloseBackup(())
            }
        })
    }
}

/// Fails for a text that is larger than a configuration may be.
fn check_secret(text: &ConfigText) -> Result<(), ApiError> {
    if text.dangerously_reveal().len() <= CONFIG_BYTES {
        return Ok(());
    }
    Err(ApiError::TooLarge { limit: u32::try_from(CONFIG_BYTES).unwrap_or(u32::MAX) })
}

/// The one command that the page can call.
#[tauri::command]
pub(crate) async fn rpc(request: Question, program: tauri::State<'_, Program>) -> Result<Reply, RpcError> {
    match request {
        Question::Bridge(question) => program.bridge.answer(question).await.map(Reply::Bridge),
        Question::Desktop(request) => program.answer(request).await.map(Reply::Desktop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_the_app_are_told_from_those_to_others_by_their_method() {
        let parse = |text: &str| serde_json::from_str::<Question>(text);
        let about = parse(r#"{"method":"about","params":{}}"#);
        assert!(matches!(about, Ok(Question::Bridge(adit_bridge::Question::Service(_)))), "{about:?}");
        assert!(matches!(parse(r#"{"method":"desktop","params":{}}"#), Ok(Question::Desktop(_))));
        let error = parse(r#"{"method":"format_disk","params":{"key":"secret"}}"#).unwrap_err().to_string();
        assert!(error.contains("format_disk") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn nothing_larger_than_a_configuration_is_copied() {
        let text = |bytes| ConfigText::new("#".repeat(bytes));
        assert_eq!(check_secret(&text(CONFIG_BYTES)), Ok(()));
        assert_eq!(check_secret(&text(CONFIG_BYTES + 1)), Err(ApiError::TooLarge { limit: 1 << 20 }));
    }

    #[test]
    fn a_passphrase_is_in_no_message_about_its_request() {
        let parse = |text: &str| serde_json::from_str::<Question>(text);
        let request = parse(r#"{"method":"back_up","params":{"passphrase":"correct horse"}}"#).unwrap();
        assert!(!format!("{request:?}").contains("horse"), "{request:?}");
        let error = parse(r#"{"method":"back_up","params":{"passphrase":["correct horse"]}}"#).unwrap_err().to_string();
        assert!(!error.contains("horse"), "{error}");
    }
}
