//! The command `rpc`: carries a request of the page to the service, or answers it in this process.

use std::path::PathBuf;
use std::sync::Arc;

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, Client, LocalRequest, LocalResponse, Request, Response,
    Transport as _,
};
use adit_ipc::local::{ConnectError, connect};
use adit_ipc::{ClientError, Connection};
use adit_platform::native::control_socket::Trust;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::PROGRAM;

/// A request of the page. In JSON: `{"method":"connect","params":{…}}`.
#[derive(Debug)]
pub(crate) enum Question {
    Service(Request),
    Local(LocalRequest),
}

impl<'de> Deserialize<'de> for Question {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let local = LocalRequest::deserialize(&value).map(Self::Local);
        let service = |_| Request::deserialize(&value).map(Self::Service);
        // serde's error can quote a value, and a value can be a key.
        local
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

    pub(crate) async fn answer(&self, question: Question) -> Result<Reply, RpcError> {
        match question {
            Question::Service(request) => match self.call(request).await {
                Ok(Ok(response)) => Ok(Reply::Service(Box::new(response))),
                Ok(Err(error)) => Err(RpcError::Refused { error }),
                Err(error) => Err(RpcError::unreachable(error)),
            },
            Question::Local(request) => {
                let blocking = BlockingClient(OnRuntime { bridge: self.clone(), runtime: Handle::current() });
                // Decoding pictures and archives takes seconds.
                let answer = tokio::task::spawn_blocking(move || adit_local::answer(&blocking, request)).await;
                Ok(Reply::Local(answer.map_err(RpcError::unreachable)??))
            }
        }
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
pub(crate) async fn rpc(request: Question, bridge: tauri::State<'_, Bridge>) -> Result<Reply, RpcError> {
    bridge.answer(request).await
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
        let error = parse(r#"{"method":"format_disk","params":{}}"#).unwrap_err().to_string();
        assert!(error.contains("format_disk"), "{error}");
    }

    #[tokio::test]
    async fn without_a_service_requests_fail_as_unreachable_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let bridge = Bridge::new(folder.path().join("socket"), Trust::ServiceOrOwnUser);
        let question = serde_json::from_str(r#"{"method":"about","params":{}}"#).unwrap();
        let Err(RpcError::Unreachable { why: Some(why) }) = bridge.answer(question).await else { panic!("answered") };
        assert!(!why.is_empty());
    }

    #[tokio::test]
    async fn what_needs_no_service_is_answered_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let bridge = Bridge::new(folder.path().join("socket"), Trust::ServiceOrOwnUser);
        let question = r#"{"method":"allowed_ips","params":{"include":["10.0.0.0/8"],"exclude":["10.0.0.0/9"]}}"#;
        let reply = bridge.answer(serde_json::from_str(question).unwrap()).await.unwrap();
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"method":"allowed_ips","result":["10.128.0.0/9"]}"#);
    }
}
