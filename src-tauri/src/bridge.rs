//! The command `rpc`: carries a request of the page to the service, or answers it in this process.

use std::path::PathBuf;
use std::sync::Arc;

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, Client, DesktopRequest, DesktopResponse, LocalRequest, LocalResponse,
    Request, Response, Transport as _, TunnelId,
};
use adit_ipc::local::{ConnectError, connect};
use adit_ipc::{ClientError, Connection};
use adit_platform::native::control_socket::Trust;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::PROGRAM;
use crate::settings::Kept;
use crate::tray::Presence;

/// A request of the page. In JSON: `{"method":"connect","params":{…}}`.
#[derive(Debug)]
pub(crate) enum Question {
    Service(Request),
    Local(LocalRequest),
    Desktop(DesktopRequest),
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let local = LocalRequest::deserialize(&value).map(Self::Local);
        let desktop = |_| DesktopRequest::deserialize(&value).map(Self::Desktop);
        let service = |_| Request::deserialize(&value).map(Self::Service);
        // serde's error can quote a value, and a value can be a key.
        local
            .or_else(desktop)
            .or_else(service)
            .map_err(|_| serde::de::Error::custom(format!("{} is not a request of the contract", value["method"])))
    }
}

/// The answer to a [`Question`].
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    Service(Box<Response>),
    Local(LocalResponse),
    Desktop(DesktopResponse),
}

/// The reason why there is no answer; the page shows it.
#[derive(PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum RpcError {
    /// The service refused the request.
    Refused { error: ApiError },
    /// The service cannot be reached.
    Unreachable { why: Option<String> },
}

impl RpcError {
    fn unreachable(why: impl ToString) -> Self {
        Self::Unreachable { why: Some(why.to_string()) }
    }
}

impl<E: std::fmt::Display> From<CallError<E>> for RpcError {
    fn from(error: CallError<E>) -> Self {
        match error {
            CallError::Refused(error) => Self::Refused { error },
            other => Self::unreachable(other),
        }
    }
}

/// The connection to the service that all requests of the page share. It is opened with the first request, and anew after it
/// ended.
#[derive(Clone, Debug)]
pub(crate) struct Bridge {
    socket: Arc<PathBuf>,
    trust: Trust,
    connection: Arc<Mutex<Option<Arc<Client<Connection>>>>>,
}

impl Bridge {
    pub(crate) fn new(socket: PathBuf, trust: Trust) -> Self {
        Self { socket: Arc::new(socket), trust, connection: Arc::default() }
    }

    /// Opens another connection to the service.
    pub(crate) async fn connect(&self) -> Result<Client<Connection>, ConnectError> {
        connect(&self.socket, PROGRAM, self.trust).await
    }

    async fn call(&self, request: Request) -> Result<Result<Response, ApiError>, BridgeError> {
        let client = self.shared().await?;
        let answer = client.0.call(request).await;
        if answer.is_err() {
            self.forget(&client).await;
        }
        Ok(answer?)
    }

    async fn shared(&self) -> Result<Arc<Client<Connection>>, ConnectError> {
        let mut connection = self.connection.lock().await;
        if let Some(client) = &*connection {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(self.connect().await?);
        *connection = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Lets the next request open a connection, unless another request has done so.
    async fn forget(&self, client: &Arc<Client<Connection>>) {
        let mut connection = self.connection.lock().await;
        if connection.as_ref().is_some_and(|current| Arc::ptr_eq(current, client)) {
            *connection = None;
        }
    }

    /// Returns a tunnel's name, if the service tells it.
    pub(crate) async fn name_of(&self, id: TunnelId) -> Option<String> {
        match self.call(Request::Tunnel { id }).await {
            Ok(Ok(Response::Tunnel(tunnel))) => Some(tunnel.name.to_string()),
            _ => None,
        }
    }

    /// Sends a request to the service.
    pub(crate) async fn ask(&self, request: Request) -> Result<Reply, RpcError> {
        match self.call(request).await {
            Ok(Ok(response)) => Ok(Reply::Service(Box::new(response))),
            Ok(Err(error)) => Err(RpcError::Refused { error }),
            Err(error) => Err(RpcError::unreachable(error)),
        }
    }

    /// Answers a request in this process, with what the service tells for it.
    async fn answer(&self, request: LocalRequest) -> Result<Reply, RpcError> {
        let blocking = BlockingClient(OnRuntime { bridge: self.clone(), runtime: Handle::current() });
        // Decoding pictures and archives takes seconds.
        let answer = tokio::task::spawn_blocking(move || adit_local::answer(&blocking, request)).await;
        Ok(Reply::Local(answer.map_err(RpcError::unreachable)??))
    }
}

/// The reason why a request did not reach the service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BridgeError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Requests from a thread that may block.
struct OnRuntime {
    bridge: Bridge,
    runtime: Handle,
}

impl BlockingTransport for OnRuntime {
    type Error = BridgeError;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, BridgeError> {
        self.runtime.block_on(self.bridge.call(request))
    }
}

/// The one command that the page can call.
#[tauri::command]
pub(crate) async fn rpc(
    request: Question,
    bridge: tauri::State<'_, Bridge>,
    kept: tauri::State<'_, Kept>,
    presence: tauri::State<'_, Presence>,
) -> Result<Reply, RpcError> {
    match request {
        Question::Service(request) => bridge.ask(request).await,
        Question::Local(request) => bridge.answer(request).await,
        Question::Desktop(request) => {
            let answer = kept.answer(request, presence.is_there());
            answer.map(Reply::Desktop).map_err(|error| RpcError::Refused { error })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_the_service_and_to_the_app_are_told_apart_by_their_method() {
        let parse = |text: &str| serde_json::from_str::<Question>(text);
        assert!(
            matches!(parse(r#"{"method":"about","params":{}}"#), Ok(Question::Service(_))),
            "{:?}",
            parse(r#"{"method":"about","params":{}}"#)
        );
        let outline = r#"{"method":"outline","params":{"config":"[Interface]"}}"#;
        assert!(matches!(parse(outline), Ok(Question::Local(LocalRequest::Outline { .. }))));
        assert!(matches!(parse(r#"{"method":"desktop","params":{}}"#), Ok(Question::Desktop(_))));
        let error = parse(r#"{"method":"format_disk","params":{}}"#).unwrap_err().to_string();
        assert!(error.contains("format_disk"), "{error}");
    }

    #[tokio::test]
    async fn without_a_service_requests_fail_as_unreachable_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let bridge = Bridge::new(folder.path().join("socket"), Trust::ServiceOrOwnUser);
        let Err(RpcError::Unreachable { why: Some(why) }) = bridge.ask(Request::About {}).await else { panic!("answered") };
        assert!(!why.is_empty());
    }

    #[tokio::test]
    async fn what_needs_no_service_is_answered_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let bridge = Bridge::new(folder.path().join("socket"), Trust::ServiceOrOwnUser);
        let request = LocalRequest::AllowedIps {
            include: vec!["10.0.0.0/8".parse().unwrap()],
            exclude: vec!["10.0.0.0/9".parse().unwrap()],
        };
        let reply = bridge.answer(request).await.unwrap();
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"method":"allowed_ips","result":["10.128.0.0/9"]}"#);
    }
}
