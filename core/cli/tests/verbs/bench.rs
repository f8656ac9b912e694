//! A service on fake devices, a peer that answers, and the program under test.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use adit_activation::{
    Active, Candidates, HookPolicy, Patience, Platform, Progress, Reporter, Request, Resolver, Shutdown, Userspace,
};
use adit_api::{Action, Caller, ConfigText, Role, Service, TunnelId};
use adit_config::{Document, parse};
use adit_ipc::local::SocketListener;
use adit_ipc::{Events, Limits, Peer, RoleSource};
use adit_manager::manager::{Dependencies, Manager, StartReason, SystemClock};
use adit_manager::secrets::{Secret, SecretError, SecretStore};
use adit_manager::store::Store;
use adit_platform::control_socket::{Access, ControlSocket};
use adit_platform::device::Offloads;
use adit_platform::fake::{FakeDevices, FakeFacts, FakeNet, FakeWgQuick, RecordingCommands, RecordingHost};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const ADIT: &str = env!("CARGO_BIN_EXE_adit");
pub(crate) const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
/// The public key of [`PEER_PRIVATE`].
pub(crate) const PEER: &str = "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=";
const OWN_PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
pub(crate) const PEER_PRIVATE: &str = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

/// Returns the configuration of a tunnel to the peer that answers, with `lines` in `[Interface]`.
pub(crate) fn conf(lines: &str, allowed: &str) -> String {
    format!(
        "[Interface]\nPrivateKey = {OWN}\n{lines}\n\n[Peer]\nPublicKey = {PEER}\nAllowedIPs = {allowed}\nEndpoint = 192.0.2.1:51820\n"
    )
}

/// Returns the configuration that most tests use.
pub(crate) fn office() -> String {
    conf("Address = 10.8.0.2/24", "10.8.0.0/24")
}

/// Returns the same configuration with a peer that never answers.
pub(crate) fn silent() -> String {
    office().replace("192.0.2.1", "192.0.2.99")
}

pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) manager: Manager,
    pub(crate) commands: RecordingCommands,
    pub(crate) wg_quick: FakeWgQuick,
    pub(crate) networks: FakeFacts,
    socket: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    runtime: Runtime,
    _peer: Active,
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Checks that it succeeded, and returns its output.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.out
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// Checks that it failed with this exit code, and returns the error that it printed.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:#?}");
        self.err
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Gives every caller this role.
struct Everybody(Role);

impl RoleSource for Everybody {
    fn standing(&self, _: &Peer) -> Role {
        Role::Administer
    }

    async fn role(&self, _: &Peer, _: Role) -> Role {
        self.0
    }

    async fn action(&self, _: &Peer, needs: Option<Action>) -> Option<Action> {
        needs.filter(|action| self.0 >= action.usual_role())
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::for_callers(Role::Administer)
    }

    pub(crate) fn for_callers(role: Role) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let net = FakeNet::new();
        let us = FakeDevices::on(net.host(&["192.0.2.2".parse().unwrap()], Offloads::NONE));
        let peer = FakeDevices::on(net.host(&["192.0.2.1".parse().unwrap()], Offloads::NONE));
        let (commands, wg_quick) = (RecordingCommands::default(), FakeWgQuick::default());
        let networks = FakeFacts::new();
        let platform = platform(&us, &commands, &folder.path().join("stamps"));
        let events = Events::new();
        let (store, _) = Store::open(&folder.path().join("state"), &Memory, &[]).unwrap();
        let dependencies = Dependencies {
            platform,
            devices: Arc::new(us),
            sink: Arc::new(events.clone()),
            clock: Arc::new(SystemClock),
            system: "memory",
            simulated: true,
            conf_files: Some(folder.path().join("wireguard")),
            early: None,
            wg_quick: Some(Arc::new(wg_quick.clone())),
            facts: Some(Arc::new(networks.clone())),
            home_probe: None,
        };
        let manager = Manager::start(store, dependencies, StartReason::Boot);
        let runtime = Runtime::new().unwrap();
        let socket = folder.path().join("run/adit.sock");
        let listener = {
            let _inside = runtime.enter();
            SocketListener::new(ControlSocket::bind(&socket, Access::Everybody).unwrap()).unwrap()
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let service = Arc::new(manager.clone());
        let limits = Limits { requests_per_second: 10_000, burst: 10_000, ..Limits::default() };
        let task = runtime.spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            adit_ipc::serve("test daemon", service, events, listener, Everybody(role), limits, stopped).await;
        });
        let peer = answering(&peer, &folder.path().join("peer-stamps"));
        Self { folder, manager, commands, wg_quick, networks, socket, stop: Some(stop), task: Some(task), runtime, _peer: peer }
    }

    /// Adds a tunnel to the service without running the program.
    pub(crate) fn keep(&self, name: &str, text: &str) -> TunnelId {
        let interface = name.to_lowercase().replace(' ', "-").parse().unwrap();
        let text = ConfigText::new(text.to_owned());
        self.manager.import(&Caller::ourselves(), name.parse().unwrap(), interface, text).unwrap().id
    }

    /// Returns the configuration that the service stores.
    pub(crate) fn text(&self, id: TunnelId) -> String {
        self.manager.export(&Caller::ourselves(), id).unwrap().dangerously_reveal().to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(ADIT);
        command.args(arguments).env("ADIT_SOCKET", &self.socket).stdin(Stdio::null());
        for name in ["VISUAL", "EDITOR", "NO_COLOR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(name);
        }
        command.env("XDG_RUNTIME_DIR", self.folder.path());
        // No user's keyring is touched.
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", self.path("no-bus")));
        command
    }

    pub(crate) fn adit(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs the program with `input` on its standard input.
    pub(crate) fn adit_reading(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// Starts the program; the test reads its output.
    pub(crate) fn running(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(task) = self.task.take() {
            let _ = self.runtime.block_on(task);
        }
        self.manager.shut_down();
    }
}

fn platform(devices: &FakeDevices, commands: &RecordingCommands, timestamps: &Path) -> Platform {
    Platform {
        network: RecordingHost::with_devices(devices.clone()).network(),
        engine: Arc::new(Userspace { devices: Arc::new(devices.clone()), timestamps: timestamps.to_owned() }),
        commands: Arc::new(commands.clone()),
        resolver: Arc::new(Names),
    }
}

/// Starts the other end, which runs as long as the test.
fn answering(devices: &FakeDevices, timestamps: &Path) -> Active {
    let text = format!(
        "[Interface]\nPrivateKey = {PEER_PRIVATE}\nListenPort = 51820\n[Peer]\nPublicKey = {OWN_PUBLIC}\nAllowedIPs = 10.8.0.2/32\n"
    );
    let (config, _) = parse::config(&Document::parse(text.as_bytes()).unwrap()).unwrap();
    let request = Request {
        config,
        name: "peer".parse().unwrap(),
        hooks: HookPolicy::Never,
        patience: Patience::Retries(0),
        kill_switch: None,
        allow_ipv6_outside: false,
        yields: false,
    };
    let platform = platform(devices, &RecordingCommands::default(), timestamps);
    let quiet: Arc<dyn Reporter> = Arc::new(Quiet);
    adit_activation::bring_up(request, &platform, &Shutdown::default(), &quiet, Box::new(|_| {})).unwrap()
}

struct Quiet;

impl Reporter for Quiet {
    fn report(&self, _: &Progress) {}
}

/// A resolver that knows no name.
struct Names;

impl Resolver for Names {
    fn look_up(&self, _: &str, _: u16) -> std::io::Result<Candidates> {
        Err(std::io::Error::other("failed to lookup address information: Name or service not known"))
    }
}

struct Memory;

impl SecretStore for Memory {
    fn describe(&self) -> String {
        "memory".into()
    }

    fn load(&self) -> Result<Option<Secret>, SecretError> {
        Secret::from_slice(&[7; 32], String::new).map(Some)
    }

    fn keep(&self, _: &Secret) -> Result<(), SecretError> {
        Err(SecretError::Exists(self.describe()))
    }

    fn forget(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// The output of a running program, line by line.
pub(crate) struct Lines(pub(crate) Mutex<std::io::BufReader<std::process::ChildStdout>>);

impl Lines {
    pub(crate) fn of(child: &mut Child) -> Self {
        Self(Mutex::new(std::io::BufReader::new(child.stdout.take().unwrap())))
    }

    /// Reads lines until one contains `wanted`.
    pub(crate) fn until(&self, wanted: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let count = std::io::BufRead::read_line(&mut *self.0.lock().unwrap(), &mut line).unwrap();
            assert_ne!(count, 0, "it ended without {wanted:?}: {all}");
            all.push_str(&line);
            if line.contains(wanted) {
                return line;
            }
        }
    }
}
