//! A network namespace: a host of its own with interfaces, addresses, routes and firewall.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::process::{Process, output_of, text_of, wait_for};

/// Folder in which `ip netns exec` finds files that replace those in `/etc` for a namespace.
const ETC: &str = "/etc/netns";

/// A network namespace. Dropping it removes it and kills everything that runs in it.
pub struct Namespace {
    name: String,
}

impl Namespace {
    pub(crate) fn create(name: String) -> anyhow::Result<Self> {
        text_of(Command::new("ip").args(["netns", "add", &name]))?;
        let namespace = Self { name };
        // Otherwise IPv6 on a new link detects duplicate addresses for a second and carries nothing meanwhile.
        namespace.shell("cd /proc/sys/net/ipv6/conf && echo 0 >default/accept_dad && echo 0 >default/dad_transmits")?;
        // Otherwise removing an address also removes the others of its network.
        namespace.shell("echo 1 >/proc/sys/net/ipv4/conf/all/promote_secondaries")?;
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    /// Returns the name for `ip netns`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs `ip -n NAMESPACE ...`, with the arguments separated by spaces.
    pub fn ip(&self, arguments: &str) -> anyhow::Result<String> {
        text_of(Command::new("ip").args(["-n", &self.name]).args(arguments.split_whitespace()))
    }

    /// Creates a command that runs in this namespace.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Runs a shell line and returns its output. It must succeed.
    pub fn shell(&self, line: &str) -> anyhow::Result<String> {
        text_of(self.command("sh").args(["-c", line]))
    }

    /// Runs a shell line and returns its output, even if it fails.
    pub fn try_shell(&self, line: &str) -> anyhow::Result<Output> {
        output_of(self.command("sh").args(["-c", line]))
    }

    /// Starts a program in the background, in this namespace.
    pub fn start<S: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
        environment: &[(&str, &str)],
        log: &Path,
    ) -> anyhow::Result<Process> {
        let mut all: Vec<OsString> = ["netns", "exec", &self.name].map(OsString::from).into();
        all.push(program.as_ref().to_owned());
        all.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        Process::start(OsStr::new("ip"), all, environment, log)
    }

    /// Replaces the file `/etc/NAME` for programs that are started in this namespace from now on. It is removed with the
    /// namespace.
    pub fn etc(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let folder = Path::new(ETC).join(&self.name);
        std::fs::create_dir_all(&folder)?;
        Ok(std::fs::write(folder.join(name), text)?)
    }

    /// Runs `work` on a thread in this namespace. Sockets that it opens stay in the namespace.
    pub fn within<T: Send>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
        let file = File::open(Path::new("/run/netns").join(&self.name)).context("the namespace has no file")?;
        std::thread::scope(|scope| {
            let thread = scope.spawn(move || {
                move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network))
                    .context("cannot enter the namespace")?;
                work()
            });
            thread.join().map_err(|_| anyhow!("the work inside the namespace panicked"))?
        })
    }

    /// Joins two namespaces by a veth pair. Both ends are up and have these addresses (`10.77.0.1/24 fd77::1/64`).
    pub fn link(
        &self,
        interface: &str,
        addresses: &str,
        other: &Self,
        other_interface: &str,
        other_addresses: &str,
    ) -> anyhow::Result<()> {
        self.ip(&format!("link add {interface} type veth peer name {other_interface} netns {}", other.name))?;
        for (namespace, interface, addresses) in [(self, interface, addresses), (other, other_interface, other_addresses)] {
            namespace.set_up(interface, addresses)?;
        }
        Ok(())
    }

    /// Sets the addresses of an interface and sets it up.
    pub fn set_up(&self, interface: &str, addresses: &str) -> anyhow::Result<()> {
        for address in addresses.split_whitespace() {
            self.ip(&format!("addr add {address} dev {interface}"))?;
        }
        self.ip(&format!("link set {interface} up"))?;
        Ok(())
    }

    /// Makes this namespace a router that hides `inside` (a network, `10.1.0.0/24`) behind its address on `outside`.
    pub fn masquerade(&self, inside: &str, outside: &str) -> anyhow::Result<()> {
        self.shell("echo 1 >/proc/sys/net/ipv4/ip_forward")?;
        self.shell(&format!(
            "nft 'table ip adit_nat {{ chain out {{ type nat hook postrouting priority srcnat; ip saddr {inside} oifname {outside} masquerade; }}; }}'"
        ))?;
        Ok(())
    }

    /// Returns the number of packets that an interface has received, as the kernel counts them.
    pub fn packets_received(&self, interface: &str) -> anyhow::Result<u64> {
        let text = self.shell(&format!("cat /sys/class/net/{interface}/statistics/rx_packets"))?;
        text.trim().parse().context("rx_packets is no number")
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

/// Kills everything that runs in a namespace and removes it. Errors are ignored: the namespace may not exist.
pub(crate) fn remove(name: &str) {
    // Repeats until no process is left: a program may have started another one between the listing and its end.
    let _ = wait_for("the namespace's processes to end", Duration::from_secs(5), || {
        let pids = text_of(Command::new("ip").args(["netns", "pids", name])).unwrap_or_default();
        for pid in pids.lines().filter_map(|line| line.trim().parse().ok()).filter_map(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        pids.trim().is_empty().then_some(())
    });
    let _ = output_of(Command::new("ip").args(["netns", "del", name]));
    let _ = std::fs::remove_dir_all(Path::new(ETC).join(name));
    // Succeeds only if nobody else has a file there.
    let _ = std::fs::remove_dir(ETC);
}
