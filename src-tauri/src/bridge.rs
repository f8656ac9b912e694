//! The command `rpc`: the page asks, and the app or the service answers.

use adit_api::{DesktopRequest, DesktopResponse};
use adit_bridge::{Bridge, RpcError};
use serde::{Deserialize, Serialize};
use tauri::AppHandle;

use crate::settings::Kept;
use crate::tray::Presence;
use crate::{consent, screen};

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
        let value = serde_json::Value::deserialize(deserializer)?;
        // Its error names the method and no value, which can be a key.
        let others = |_| adit_bridge::Question::deserialize(&value).map(Self::Bridge).map_err(serde::de::Error::custom);
        DesktopRequest::deserialize(&value).map(Self::Desktop).or_else(others)
    }
}

/// The answer to a [`Question`].
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    Desktop(DesktopResponse),
    Bridge(adit_bridge::Reply),
}

/// The one command that the page can call.
#[tauri::command]
pub(crate) async fn rpc(
    request: Question,
    bridge: tauri::State<'_, Bridge>,
    kept: tauri::State<'_, Kept>,
    presence: tauri::State<'_, Presence>,
    app: AppHandle,
) -> Result<Reply, RpcError> {
    match request {
        Question::Bridge(question) => bridge.answer(question).await.map(Reply::Bridge),
        Question::Desktop(request) => desktop(request, &app, &bridge, &kept, &presence).await.map(Reply::Desktop),
    }
}

async fn desktop(
    request: DesktopRequest,
    app: &AppHandle,
    bridge: &Bridge,
    kept: &Kept,
    presence: &Presence,
) -> Result<DesktopResponse, RpcError> {
    match request {
        DesktopRequest::Desktop {} => Ok(DesktopResponse::Desktop(kept.view(presence.is_there()))),
        DesktopRequest::SetDesktop { settings, start_at_login } => {
            let view = kept.change(settings, start_at_login, presence.is_there());
            view.map(DesktopResponse::SetDesktop).map_err(|error| RpcError::Refused { error })
        }
        DesktopRequest::ScanScreen { from } => screen::scan(app, bridge, from).await.map(DesktopResponse::ScanScreen),
        DesktopRequest::AllowCamera {} => Ok(DesktopResponse::AllowCamera(consent::camera(app).await)),
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
}
