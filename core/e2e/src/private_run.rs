//! A `/run` of a test's own: the files of programs that run elsewhere are not in it, and nobody else sees what is put there.

use std::ffi::{OsStr, OsString};
use std::process::Command;
use std::time::Duration;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};

const SETUP: &str = "mount -t tmpfs tmpfs /run && mkdir -m 700 /run/wireguard && echo ready && exec sleep infinity";

/// Gone with everything in it when this is dropped and no program runs in it any more.
pub struct PrivateRun {
    /// Keeps the mount namespace.
    holder: Process,
}

impl PrivateRun {
    /// Makes one.
    pub fn new(lab: &Lab) -> anyhow::Result<Self> {
        let arguments = ["--mount", "--propagation", "private", "sh", "-c", SETUP];
        let holder = Process::start(OsStr::new("unshare"), arguments, &[], &lab.file("private-run"))?;
        wait_for("a private /run", Duration::from_secs(10), || (holder.printed() == "ready\n").then_some(()))?;
        Ok(Self { holder })
    }

    /// To be put before a program and its arguments, which then run in it.
    pub fn wrapper(&self) -> Vec<OsString> {
        ["nsenter".to_owned(), format!("--mount=/proc/{}/ns/mnt", self.holder.id()), "--".to_owned()].map(OsString::from).into()
    }

    /// A command that will run in it, and in the network of `namespace`.
    pub fn command(&self, namespace: &Namespace, program: impl AsRef<OsStr>) -> Command {
        let wrapper = self.wrapper();
        let mut words = wrapper.iter();
        let mut command = namespace.command(words.next().map_or(OsStr::new("nsenter"), OsString::as_os_str));
        command.args(words).arg(program);
        command
    }
}
