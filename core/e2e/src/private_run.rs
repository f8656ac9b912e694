//! A private `/run` for a test: it lacks the files of other programs, and nobody else sees the files in it.

use std::ffi::{OsStr, OsString};
use std::process::Command;
use std::time::Duration;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};

const SETUP: &str = "mount -t tmpfs tmpfs /run && mkdir -m 700 /run/wireguard && echo ready && exec sleep infinity";

/// A private `/run`. It is gone with everything in it once this is dropped and no program runs in it any more.
pub struct PrivateRun {
    /// Keeps the mount namespace alive.
    holder: Process,
}

impl PrivateRun {
    /// Creates a private `/run`.
    pub fn new(lab: &Lab) -> anyhow::Result<Self> {
        let arguments = ["--mount", "--propagation", "private", "sh", "-c", SETUP];
        let holder = Process::start(OsStr::new("unshare"), arguments, &[], &lab.file("private-run"))?;
        wait_for("a private /run", Duration::from_secs(10), || (holder.printed() == "ready\n").then_some(()))?;
        Ok(Self { holder })
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
