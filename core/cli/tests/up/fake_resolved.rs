//! A message bus with a fake of systemd-resolved that records its calls.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;
use zbus::Connection;
use zbus::connection::Builder;

use crate::computer::{Computer, text};

/// The bus and the fake; both end when this is dropped.
pub(crate) struct FakeResolved {
    bus: Child,
    calls: Calls,
    _runtime: Runtime,
    _connection: Connection,
}

#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, call: String) {
        self.0.lock().unwrap().push(call);
    }
}

#[zbus::interface(name = "org.freedesktop.resolve1.Manager")]
impl Calls {
    #[zbus(name = "SetLinkDNS")]
    async fn set_link_dns(&self, index: i32, servers: Vec<(i32, Vec<u8>)>) {
        self.note(format!("SetLinkDNS {index} {servers:?}"));
    }
    async fn set_link_domains(&self, index: i32, domains: Vec<(String, bool)>) {
        self.note(format!("SetLinkDomains {index} {domains:?}"));
    }
    async fn set_link_default_route(&self, index: i32, enable: bool) {
        self.note(format!("SetLinkDefaultRoute {index} {enable}"));
    }
    async fn revert_link(&self, index: i32) {
        self.note(format!("RevertLink {index}"));
    }
}

impl FakeResolved {
    /// Starts the fake on the system bus of `computer`. None, after printing why, if there is no `dbus-daemon`.
    pub(crate) fn start(computer: &Computer) -> Option<Self> {
        if !computer.has("dbus-daemon") {
            return None;
        }
        let socket = computer.files.path().join("bus");
        let mut bus = daemon(&socket);
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.starts_with("unix:"), "dbus-daemon prints its address: {address:?}");
        computer.sh(&format!("mkdir /run/dbus; ln -s {} /run/dbus/system_bus_socket", text(&socket)));
        let (calls, runtime) = (Calls::default(), Runtime::new().unwrap());
        let service = Builder::address(address.trim()).name("org.freedesktop.resolve1");
        let service = service.serve_at("/org/freedesktop/resolve1", calls.clone());
        let connection = runtime.block_on(service.build()).unwrap();
        Some(Self { bus, calls, _runtime: runtime, _connection: connection })
    }

    /// Returns the recorded calls, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.0.lock().unwrap().clone()
    }
}

impl Drop for FakeResolved {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

fn daemon(socket: &Path) -> Child {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
    command.arg(format!("--address=unix:path={}", socket.display()));
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}
