//! The tests' server on a socket of its own, and a client that sends arbitrary bytes.

use std::io::{Read, Write};
#[cfg(target_os = "linux")]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use adit_api::{Action, Client, Role};
use adit_ipc::local::{SocketListener, connect};
use adit_ipc::{Connection, Events, Limits, Peer, RoleSource};
use adit_platform::control_socket::{Access, ControlSocket, Trust};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::service::Recorder;
use crate::system::{Place, Stream, connect as connect_raw};

/// A role source that grants everything to every user.
pub(crate) struct Everybody;

impl RoleSource for Everybody {
    fn standing(&self, _: &Peer) -> Role {
        Role::Administer
    }

    async fn role(&self, _: &Peer, _: Role) -> Role {
        Role::Administer
    }

    async fn action(&self, _: &Peer, _: Option<Action>) -> Option<Action> {
        Some(Action::Lockdown)
    }
}

pub(crate) struct Server {
    pub(crate) path: PathBuf,
    pub(crate) events: Events,
    pub(crate) service: Arc<Recorder>,
    pub(crate) runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    _place: Place,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default(), Everybody)
    }

    /// Starts a server that waits only 200 ms for a client.
    pub(crate) fn impatient() -> Self {
        Self::with(Limits { patience: Duration::from_millis(200), ..Limits::default() }, Everybody)
    }

    pub(crate) fn with(limits: Limits, roles: impl RoleSource) -> Self {
        let place = Place::new();
        let path = place.path.clone();
        let (events, service) = (Events::new(), Arc::new(Recorder::default()));
        let runtime = Runtime::new().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = {
            let _inside = runtime.enter();
            SocketListener::new(ControlSocket::bind(&path, Access::Everybody).unwrap()).unwrap()
        };
        let (serving, heard) = (Arc::clone(&service), events.clone());
        let task = runtime.spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            adit_ipc::serve("test server", serving, heard, listener, roles, limits, stopped).await;
        });
        Self { path, events, service, runtime, stop: Some(stop), task: Some(task), _place: place }
    }

    /// Asks the server to shut down.
    pub(crate) fn stop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
    }

    /// Waits until the server has shut down.
    pub(crate) fn ended(&mut self) {
        if let Some(task) = self.task.take() {
            self.runtime.block_on(task).unwrap();
        }
    }

    pub(crate) fn client(&self) -> Client<Connection> {
        self.runtime.block_on(connect(&self.path, "test client", Trust::ServiceOrOwnUser)).unwrap()
    }

    /// Connects without saying hello.
    pub(crate) fn raw(&self) -> Raw {
        Raw(connect_raw(&self.path))
    }

    /// Connects and says hello.
    pub(crate) fn greeted(&self) -> Raw {
        let mut raw = self.raw();
        raw.send(br#"{"hello":{"oldest":1,"newest":1000,"program":"raw"}}"#);
        assert!(raw.receive().is_some_and(|hello| hello.get("hello").is_some()));
        raw
    }

    /// Asserts that a well-behaved client is still answered.
    pub(crate) fn still_answers(&self) {
        let client = self.client();
        assert_eq!(self.runtime.block_on(client.all_tunnels()).unwrap(), []);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.service.hold(false);
        self.stop();
        self.ended();
    }
}

/// A client that sends arbitrary bytes.
pub(crate) struct Raw(pub(crate) Stream);

impl Raw {
    pub(crate) fn send(&mut self, json: &[u8]) {
        let mut frame = u32::try_from(json.len()).unwrap().to_le_bytes().to_vec();
        frame.extend_from_slice(json);
        self.bytes(&frame);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Returns the next frame, or None at the end of the stream.
    pub(crate) fn receive(&mut self) -> Option<Value> {
        let mut header = [0; 4];
        self.0.read_exact(&mut header).ok()?;
        let mut body = vec![0; u32::from_le_bytes(header).try_into().unwrap()];
        self.0.read_exact(&mut body).ok()?;
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// Returns the reason for which the server ended the connection.
    pub(crate) fn goodbye(&mut self) -> String {
        loop {
            let message = self.receive().expect("the server says why it ends the connection");
            if let Some(goodbye) = message.get("goodbye") {
                let code = goodbye["code"].as_str().unwrap().to_owned();
                assert_eq!(self.receive(), None, "nothing comes after a goodbye");
                return code;
            }
        }
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Creates a folder that every user can enter.
#[cfg(target_os = "linux")]
pub(crate) fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[cfg(target_os = "linux")]
pub(crate) fn probe() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_adit-ipc-probe"))
}
