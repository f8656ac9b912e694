//! The kernel's WireGuard as a peer: a small Linux under qemu on a TAP device, for machines whose kernel has no WireGuard.
//!
//! The machine is emulated if the processor offers no virtualization, which is slow.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::lab::{Lab, program, skip};
use crate::namespace::Namespace;
use crate::peering::{Host, Side};
use crate::process::{output_of, text_of};

/// Programs needed to build and run the machine.
const NEEDED: &[&str] = &["qemu-system-x86_64", "cpio", "socat", "busybox", "dpkg-deb", "apt-get", "awk", "flock", "xz"];

/// A running machine with a `wg0`.
pub struct KernelPeer {
    name: String,
}

impl KernelPeer {
    /// Boots it as host 2 on a TAP device of a namespace that becomes host 1. Prints `SKIPPED: why` and returns None if this
    /// machine cannot.
    pub fn start(lab: &Lab, namespace: &Namespace) -> anyhow::Result<Option<Self>> {
        let missing: Vec<&str> = NEEDED.iter().copied().filter(|name| program(name).is_none()).collect();
        if !missing.is_empty() {
            skip(&format!("the kernel's WireGuard: not installed: {}", missing.join(", ")));
            return Ok(None);
        }
        let build = output_of(script().arg("build"))?;
        if !build.status.success() {
            let why = String::from_utf8_lossy(&build.stderr).lines().last().unwrap_or("no reason given").to_owned();
            skip(&format!("the kernel's WireGuard: {why}"));
            return Ok(None);
        }
        let peer = Self { name: lab.interface_name() };
        let arguments =
            ["start", "--name", &peer.name, "--ns", namespace.name(), "--tap", "eth0", "--net4", "10.77.0", "--net6", "fd77"];
        // The output goes to a file, because the machine that the script leaves running would keep a pipe open.
        let log = lab.file("kernel-peer.log");
        let file = std::fs::File::create(&log)?;
        let status =
            script().args(arguments).stdout(file.try_clone()?).stderr(file).status().context("cannot start kernel-peer")?;
        ensure!(status.success(), "kernel-peer ended with {status}:\n{}", std::fs::read_to_string(&log)?);
        let addresses: String = Host(2)
            .inner_networks()
            .split(' ')
            .map(|network| {
                let nodad = if network.contains(':') { "nodad" } else { "" };
                format!("ip addr add {network} dev wg0 {nodad} && ")
            })
            .collect();
        peer.shell(&format!("ip link add wg0 type wireguard && {addresses} ip link set wg0 up"))?;
        Ok(Some(peer))
    }

    /// Runs a shell line inside the machine. It must succeed.
    pub fn shell(&self, line: &str) -> anyhow::Result<String> {
        text_of(script().args(["exec", "--name", &self.name, line]))
    }
}

impl Side for KernelPeer {
    fn host(&self) -> Host {
        Host(2)
    }

    fn setconf(&self, text: &str) -> anyhow::Result<()> {
        self.shell(&format!("cat >/tmp/conf <<'END_OF_CONF'\n{text}\nEND_OF_CONF\nwg setconf wg0 /tmp/conf")).map(drop)
    }

    fn show(&self, field: &str, peer: &str) -> anyhow::Result<String> {
        let text = self.shell(&format!("wg show wg0 {field}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix(peer));
        Ok(line.with_context(|| format!("no {field} of {peer}:\n{text}"))?.trim().to_owned())
    }

    fn ping_all_answered(&self, address: IpAddr) -> anyhow::Result<()> {
        let printed = self.shell(&format!("ping -c 2 -W 5 {address}"))?;
        ensure!(printed.contains(" 0% packet loss"), "the kernel's pings to {address}:\n{printed}");
        Ok(())
    }
}

impl Drop for KernelPeer {
    fn drop(&mut self) {
        // The end of the namespace also ends the machine; there is nobody to report a failure to.
        let _ = output_of(script().args(["stop", "--name", &self.name]));
    }
}

fn script() -> Command {
    let folder = std::env::var_os("ADIT_KERNEL_PEER").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/adit-kernel-peer")));
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/lab/kernel-peer"));
    if let Some(folder) = folder {
        command.env("KP_DIR", folder);
    }
    command
}
