//! A private `/run` for a test: it lacks the files of other programs, and nobody else sees the files in it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};
use crate::system_bus;

const SETUP: &str = "set -e; mount -t tmpfs tmpfs /run; mkdir -m 700 /run/wireguard; mkdir /run/dbus";

/// A private `/run`. It is gone with everything in it once this is dropped and no program runs in it any more.
pub struct PrivateRun {
    /// Keeps the mount namespace alive.
    holder: Process,
}

impl PrivateRun {
    /// Creates a private `/run`.
    pub fn new(lab: &Lab) -> anyhow::Result<Self> {
        let start = |arguments: Vec<OsString>, log: &Path| Process::start(OsStr::new("unshare"), arguments, &[], log);
        Self::set_up(lab, "", start)
    }

    /// Creates a private `/run` for programs of `namespace`, with a private system bus in it.
    pub fn with_system_bus(lab: &Lab, namespace: &Namespace) -> anyhow::Result<Self> {
        system_bus::configure(lab)?;
        Self::set_up(lab, system_bus::START, |arguments, log| namespace.start("unshare", arguments, &[], log))
    }

    fn set_up(
        lab: &Lab,
        more: &str,
        start: impl FnOnce(Vec<OsString>, &Path) -> anyhow::Result<Process>,
    ) -> anyhow::Result<Self> {
        let script = format!("{SETUP}{more}\necho ready; exec sleep infinity");
        let mut arguments: Vec<OsString> = ["--mount", "--propagation", "private", "sh", "-c", &script].map(Into::into).into();
        arguments.push(lab.scratch().into());
        let holder = start(arguments, &lab.file("private-run"))?;
        let is_ready = || holder.printed().lines().any(|line| line == "ready").then_some(());
        wait_for("a private /run", Duration::from_secs(10), is_ready).with_context(|| holder.printed())?;
        Ok(Self { holder })
    }

    /// Returns the D-Bus address of its system bus, for programs outside it.
    pub fn bus_address(&self) -> String {
        format!("unix:path=/proc/{}/root{}", self.holder.id(), system_bus::SOCKET)
    }

    /// Returns the words that, put before a program and its arguments, run the program in it.
    pub fn wrapper(&self) -> Vec<OsString> {
        ["nsenter".to_owned(), format!("--mount=/proc/{}/ns/mnt", self.holder.id()), "--".to_owned()].map(OsString::from).into()
    }

    /// Creates a command that runs in it, and in the network of `namespace`.
    pub fn command(&self, namespace: &Namespace, program: impl AsRef<OsStr>) -> Command {
        let wrapper = self.wrapper();
        let mut words = wrapper.iter();
        let mut command = namespace.command(words.next().map_or(OsStr::new("nsenter"), OsString::as_os_str));
        command.args(words).arg(program);
        command
    }
}
