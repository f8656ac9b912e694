//! Carries the requests of a page to the service, or answers them in this process.

use std::path::PathBuf;
use std::sync::Arc;

use adit_api::{ApiError, BlockingClient, BlockingTransport, Client, ImportReading, Request, Response, Transport as _};
use adit_ipc::local::{ConnectError, connect};
use adit_ipc::{ClientError, Connection};
use adit_local::{Drafts, HandedFile, Screenshot};
use adit_platform::native::control_socket::Trust;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::{Question, Reply, RpcError};

/// The connection to the service that all requests of a page share. It is opened with the first request, and anew after it
/// ended.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// Name and version of this program, for the service's log.
    program: &'static str,
    socket: Arc<PathBuf>,
    trust: Trust,
    connection: Arc<Mutex<Option<Arc<Client<Connection>>>>>,
    /// The drafts that the page is about to import.
    drafts: Arc<Drafts>,
}

impl Bridge {
    /// Creates a bridge to the service behind `socket`, for a program with this name and version, such as `adit-app 0.1.0`.
    /// Nothing is connected yet.
    pub fn new(program: &'static str, socket: PathBuf, trust: Trust) -> Self {
        Self { program, socket: Arc::new(socket), trust, connection: Arc::default(), drafts: Arc::default() }
    }

    /// Opens another connection to the service.
    pub async fn connect(&self) -> Result<Client<Connection>, ConnectError> {
        connect(&self.socket, self.program, self.trust).await
    }

    /// Answers a question of the page. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If the service refuses the request or cannot be reached.
    pub async fn answer(&self, question: Question) -> Result<Reply, RpcError> {
        match question {
            Question::Service(request) => Ok(Reply::Service(Box::new(self.ask(request).await?))),
            // Decoding pictures and archives takes seconds.
            Question::Local(request) => {
                let drafts = Arc::clone(&self.drafts);
                Ok(Reply::Local(self.run_blocking(move |service| adit_local::answer(service, &drafts, request)).await??))
            }
        }
    }

    /// Makes drafts of the QR codes in a picture of the screen. `from` is its origin, for people.
    ///
    /// # Errors
    /// If the service, which is asked for the names of tunnels, refuses or cannot be reached.
    pub async fn read_screen(&self, from: String, screen: Screenshot) -> Result<ImportReading, RpcError> {
        let drafts = Arc::clone(&self.drafts);
        Ok(self.run_blocking(move |service| adit_local::read_screen(service, &drafts, &from, screen)).await??)
    }

    /// Makes drafts of files. The next file is taken after the one before was read.
    ///
    /// # Errors
    /// If the service, which is asked for the names of tunnels, refuses or cannot be reached.
    pub async fn read_files(
        &self,
        files: impl IntoIterator<Item = HandedFile> + Send + 'static,
    ) -> Result<ImportReading, RpcError> {
        let drafts = Arc::clone(&self.drafts);
        Ok(self.run_blocking(move |service| adit_local::read_files(service, &drafts, files)).await??)
    }

    /// Erases the texts of all drafts, because the page that reviews them is gone.
    pub fn forget_drafts(&self) {
        self.drafts.forget();
    }

    /// Runs `work`, which asks the service or takes long, on a thread that may block. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If `work` panics.
    pub async fn run_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&BlockingClient<BlockingBridge>) -> R + Send + 'static,
    ) -> Result<R, RpcError> {
        let service = BlockingClient(BlockingBridge { bridge: self.clone(), runtime: Handle::current() });
        tokio::task::spawn_blocking(move || work(&service)).await.map_err(RpcError::no_answer)
    }

    /// Sends a request to the service.
    ///
    /// # Errors
    /// If the service refuses it or cannot be reached.
    pub async fn ask(&self, request: Request) -> Result<Response, RpcError> {
        match self.call(request).await {
            Ok(answer) => answer.map_err(|error| RpcError::Refused { error }),
            Err(error) => Err(error.into()),
        }
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
}

/// The reason why a request did not reach the service.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection broke.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// The bridge for a thread that may block.
#[derive(Clone, Debug)]
pub struct BlockingBridge {
    bridge: Bridge,
    runtime: Handle,
}

impl BlockingTransport for BlockingBridge {
    type Error = BridgeError;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, BridgeError> {
        self.runtime.block_on(self.bridge.call(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AwayCause;

    fn bridge_to_nobody(folder: &tempfile::TempDir) -> Bridge {
        Bridge::new("adit-test 0", folder.path().join("socket"), Trust::ServiceOrOwnUser)
    }

    #[tokio::test]
    async fn without_a_service_requests_fail_as_unreachable_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let question = serde_json::from_str(r#"{"method":"about","params":{}}"#).unwrap();
        let answer = bridge_to_nobody(&folder).answer(question).await;
        let Err(RpcError::Unreachable { cause, why: Some(why), .. }) = answer else { panic!("answered") };
        assert_eq!(cause, AwayCause::NotRunning);
        assert!(!why.is_empty());
    }

    #[tokio::test]
    async fn what_needs_no_service_is_answered_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let question = r#"{"method":"allowed_ips","params":{"include":["10.0.0.0/8"],"exclude":["10.0.0.0/9"]}}"#;
        let reply = bridge_to_nobody(&folder).answer(serde_json::from_str(question).unwrap()).await.unwrap();
        assert_eq!(serde_json::to_string(&reply).unwrap(), r#"{"method":"allowed_ips","result":["10.128.0.0/9"]}"#);
    }
}
