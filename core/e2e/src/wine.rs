//! Adit for Windows under Wine, as one end of a tunnel.
//!
//! Wine has no driver for TUN devices. `adit-wg.exe` loads a stand-in for its library instead (`tools/cross/test-wintun.c`), which
//! exchanges packets with a UDP socket here. A bridge carries them to and from a real TUN device of the namespace, so programs of
//! Linux use the tunnel as they would any other. All outer packets are sent by Wine's sockets, in the namespace.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use adit_platform::device::{MAX_SUPERPACKET, Offload, Offloads, Stop, TunQueue};
use adit_platform::linux::stop::EventStop;
use adit_platform::linux::tun;
use anyhow::{Context as _, bail, ensure};

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::peering::{Host, Side};
use crate::process::{Process, output_of, text_of, wait_for};

const WINE: &str = "/usr/lib/wine/wine64";

/// The MTU of the tunnel, as `adit-wg` sets it.
const MTU: u16 = 1420;

/// The time that Wine may take to start a program on a busy machine.
const START: Duration = Duration::from_secs(90);

/// How often the bridge looks whether it is to end.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A Windows of its own for one namespace: sockets belong to the namespace in which its server process was started.
pub struct Wine<'lab> {
    namespace: &'lab Namespace,
    prefix: PathBuf,
    programs: PathBuf,
    stand_in: PathBuf,
}

impl<'lab> Wine<'lab> {
    /// Copies the Windows that `tools/cross/windows.sh` has made. `cargo xtask windows` says where that and the programs are.
    pub fn copy(lab: &Lab, namespace: &'lab Namespace) -> anyhow::Result<Self> {
        let given = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set: use cargo xtask windows"))
        };
        let (wine, programs) = (given("ADIT_WINE")?, given("ADIT_WINDOWS_PROGRAMS")?);
        let prefix = lab.file(&format!("windows-{}", namespace.name()));
        text_of(Command::new("cp").args(["-a", "--reflink=auto"]).arg(wine.join("prefix")).arg(&prefix))?;
        Ok(Self { namespace, prefix, programs, stand_in: wine.join("test-wintun.dll") })
    }

    /// Uses copies of these programs in a folder of their own from now on.
    pub fn move_programs(&mut self, folder: &Path, programs: &[&str]) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        for program in programs {
            let copied = std::fs::copy(self.programs.join(program), folder.join(program));
            copied.with_context(|| format!("cannot copy {program}"))?;
        }
        self.programs = folder.to_owned();
        Ok(())
    }

    /// Returns the environment of programs in this Windows.
    fn environment(&self) -> anyhow::Result<[(&'static str, &str); 3]> {
        let prefix = self.prefix.to_str().context("the prefix has no name")?;
        Ok([("WINEPREFIX", prefix), ("WINEDEBUG", "-all"), ("WINEDLLOVERRIDES", "winedbg.exe=d")])
    }

    /// Runs one of the built programs to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = self.namespace.command(WINE);
        output_of(command.arg(self.programs.join(program)).args(arguments).envs(self.environment()?))
    }

    /// Runs `adit.exe` to its end. It must succeed.
    fn adit(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.run("adit.exe", arguments)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "");
        ensure!(
            output.status.success(),
            "adit.exe {arguments:?}: {}\n{}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
        Ok(text(&output.stdout))
    }
}

impl Drop for Wine<'_> {
    fn drop(&mut self) {
        // Ends all programs of this Windows and no others. If none is left, it fails, and nothing is to be done.
        let _ = output_of(self.namespace.command("/usr/lib/wine/wineserver").arg("-k").env("WINEPREFIX", &self.prefix));
    }
}

/// `adit-wg.exe` under Wine, with its inner side at a TUN device of the namespace.
pub struct WindowsDevice<'lab> {
    lab: &'lab Lab,
    wine: &'lab Wine<'lab>,
    interface: String,
    host: Host,
    process: Process,
    bridge: Bridge,
}

impl<'lab> WindowsDevice<'lab> {
    /// Starts the program on this host, with the host's inner addresses on the TUN device.
    pub fn start(lab: &'lab Lab, wine: &'lab Wine<'lab>, host: Host) -> anyhow::Result<Self> {
        let interface = lab.interface_name();
        let bridge = Bridge::open(wine.namespace, &interface)?;
        wine.namespace.set_up(&interface, &host.inner_networks())?;
        let (stand_in, port) = (on_drive(&wine.stand_in)?, bridge.port()?.to_string());
        let own = [("ADIT_TEST_WINTUN", stand_in.as_str()), ("ADIT_TEST_WINTUN_PORT", &port), ("LOG_LEVEL", "debug")];
        let environment = [&wine.environment()?[..], &own].concat();
        let program = wine.programs.join("adit-wg.exe");
        let log = lab.file(&format!("{interface}.log"));
        let arguments = [program.as_os_str(), "-f".as_ref(), interface.as_ref()];
        let process = wine.namespace.start(WINE, arguments, &environment, &log)?;
        let mut device = Self { lab, wine, interface, host, process, bridge };
        device.wait_until_it_runs()?;
        Ok(device)
    }

    fn wait_until_it_runs(&mut self) -> anyhow::Result<()> {
        let ended = wait_for("adit-wg.exe", START, || match self.process.ended() {
            Ok(None) => self.bridge.is_connected().then_some(None),
            ended => Some(Some(ended)),
        });
        match ended {
            Ok(None) => self.bridge.carry(),
            Ok(Some(ended)) => bail!("adit-wg.exe ended: {ended:?}\n{}", self.process.printed()),
            Err(error) => Err(error.context(self.process.printed())),
        }
    }

    /// Returns the running program.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Changes it with `adit.exe wg set`.
    pub fn set(&self, arguments: &str) -> anyhow::Result<()> {
        let words: Vec<&str> = ["wg", "set", &self.interface].into_iter().chain(arguments.split_whitespace()).collect();
        self.wine.adit(&words).map(drop)
    }
}

impl Side for WindowsDevice<'_> {
    fn host(&self) -> Host {
        self.host
    }

    fn setconf(&self, text: &str) -> anyhow::Result<()> {
        let path = self.lab.write(&format!("{}.conf", self.interface), text)?;
        self.wine.adit(&["wg", "setconf", &self.interface, &on_drive(&path)?]).map(drop)
    }

    fn show(&self, field: &str, peer: &str) -> anyhow::Result<String> {
        let text = self.wine.adit(&["wg", "show", &self.interface, field])?;
        let line = text.lines().find_map(|line| line.strip_prefix(peer));
        Ok(line.with_context(|| format!("`adit.exe wg show` has no {field} of {peer}:\n{text}"))?.trim().to_owned())
    }

    fn ping_all_answered(&self, address: IpAddr) -> anyhow::Result<()> {
        let printed = || format!("adit-wg.exe at {:?} printed:\n{}", self.host, self.process.printed());
        self.wine.namespace.ping_all_answered(&address.to_string()).with_context(printed)
    }
}

/// Returns a path as Wine has it: the root of this computer is drive Z.
fn on_drive(path: &Path) -> anyhow::Result<String> {
    Ok(format!("Z:{}", path.to_str().context("a path of text")?.replace('/', "\\")))
}

/// Carries packets between a TUN device of a namespace and the stand-in for the driver, one in each datagram.
struct Bridge {
    queue: Arc<dyn TunQueue>,
    socket: Arc<UdpSocket>,
    stop: Arc<EventStop>,
    threads: Vec<JoinHandle<()>>,
}

impl Bridge {
    fn open(namespace: &Namespace, interface: &str) -> anyhow::Result<Self> {
        let (device, socket) = namespace.within(|| {
            let device = tun::open(interface, MTU, 1, Offloads::NONE)?;
            Ok((device, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?))
        })?;
        socket.set_read_timeout(Some(LOOK_EVERY))?;
        let queue = device.queues.into_iter().next().context("a device has a queue")?;
        Ok(Self { queue, socket: Arc::new(socket), stop: Arc::new(EventStop::new()?), threads: Vec::new() })
    }

    fn port(&self) -> anyhow::Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    /// Returns true if the stand-in has told its address, and from then on exchanges datagrams with it alone.
    fn is_connected(&self) -> bool {
        self.socket.recv_from(&mut [0; 1]).is_ok_and(|(_, from)| self.socket.connect(from).is_ok())
    }

    fn carry(&mut self) -> anyhow::Result<()> {
        let (queue, socket, stop) = (Arc::clone(&self.queue), Arc::clone(&self.socket), Arc::clone(&self.stop));
        self.threads.push(thread::Builder::new().name("to Wine".to_owned()).spawn(move || to_wine(&*queue, &socket, &*stop))?);
        let (queue, socket, stop) = (Arc::clone(&self.queue), Arc::clone(&self.socket), Arc::clone(&self.stop));
        self.threads
            .push(thread::Builder::new().name("from Wine".to_owned()).spawn(move || from_wine(&*queue, &socket, &*stop))?);
        Ok(())
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.stop.stop();
        for thread in self.threads.drain(..) {
            assert!(thread.join().is_ok() || thread::panicking(), "the bridge panicked");
        }
    }
}

fn to_wine(queue: &dyn TunQueue, socket: &UdpSocket, stop: &dyn Stop) {
    let mut buffer = vec![0; MAX_SUPERPACKET];
    while !stop.is_stopped() {
        match queue.recv(&mut buffer) {
            // A packet that the other end does not take is lost, as on any network.
            Ok((len, _)) => drop(socket.send(&buffer[..len])),
            Err(_) => drop(queue.wait(stop, Some(LOOK_EVERY))),
        }
    }
}

fn from_wine(queue: &dyn TunQueue, socket: &UdpSocket, stop: &dyn Stop) {
    let mut buffer = vec![0; MAX_SUPERPACKET];
    while !stop.is_stopped() {
        if let Ok(len @ 1..) = socket.recv(&mut buffer) {
            // As above.
            drop(queue.send(Offload::default(), &buffer[..len]));
        }
    }
}
