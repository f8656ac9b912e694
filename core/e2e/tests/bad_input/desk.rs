//! A user who types commands, and a service with one tunnel, whose state is compared before and after.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use adit_api::{BlockingClient, ConfigText, TunnelView};
use adit_e2e::{Kernel, Keys, Lab, Namespace, People, Seen, Who};
use adit_ipc::Blocking;
use anyhow::{Context as _, ensure};

pub(crate) struct Desk<'a> {
    pub(crate) lab: &'a Lab,
    pub(crate) people: &'a People,
    computer: &'a Namespace,
    kernel: Kernel,
    adit: PathBuf,
    socket: PathBuf,
    root: BlockingClient<Blocking>,
    /// Text of the tunnel's configuration.
    pub(crate) office: String,
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; None if a signal ended the program.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// The state that bad input must not change.
#[derive(PartialEq, Debug)]
struct Facts {
    tunnels: Vec<TunnelView>,
    kernel: Seen,
}

impl<'a> Desk<'a> {
    pub(crate) fn beside(lab: &'a Lab, computer: &'a Namespace, people: &'a People, socket: &Path) -> anyhow::Result<Self> {
        let office = format!(
            "[Interface]\nPrivateKey = {}\nAddress = 10.8.0.2/24\n\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.8.0.0/24\n\
             Endpoint = 192.0.2.1:51820\n",
            Keys::generate()?.private,
            Keys::generate()?.public
        );
        let root = people.connect(Who::Root, socket)?;
        root.import("office".parse()?, lab.interface_name().parse()?, ConfigText::new(office.clone()))?;
        let adit = lab.built_for_all("adit")?;
        Ok(Self { lab, people, computer, kernel: Kernel::of(computer)?, adit, socket: socket.to_owned(), root, office })
    }

    /// Writes a file that only root can read, and returns its path.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> anyhow::Result<String> {
        let path = self.lab.file(name);
        std::fs::write(&path, bytes)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(path.display().to_string())
    }

    pub(crate) fn command(&self, who: Who, arguments: &[&str]) -> Command {
        let mut command = self.people.command(who, self.computer, &self.adit);
        command.args(arguments).current_dir("/").env("ADIT_SOCKET", &self.socket).stdin(Stdio::null());
        for name in ["VISUAL", "EDITOR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn adit(&self, arguments: &[&str], input: &str) -> anyhow::Result<Ran> {
        let mut command = self.command(Who::Root, arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // The program may not read its input.
        let _ = child.stdin.take().context("a pipe")?.write_all(input.as_bytes());
        Ok(child.wait_with_output()?.into())
    }

    /// Runs a shell line as root; `adit` in it finds the service.
    pub(crate) fn shell(&self, line: &str) -> anyhow::Result<Output> {
        Ok(self.computer.command("sh").args(["-c", line]).env("ADIT_SOCKET", &self.socket).output()?)
    }

    /// Runs `adit`. It must end with one of these codes, print all of `says` on standard error, and change nothing.
    pub(crate) fn fails(&self, arguments: &[&str], input: &str, codes: &[i32], says: &[&str]) -> anyhow::Result<()> {
        let before = self.facts()?;
        let ran = self.adit(arguments, input)?;
        is_well_said(&ran, codes, says).with_context(|| format!("adit {}", arguments.join(" ")))?;
        let after = self.facts()?;
        ensure!(before == after, "adit {}: before:\n{before:#?}\nafter:\n{after:#?}", arguments.join(" "));
        Ok(())
    }

    fn facts(&self) -> anyhow::Result<Facts> {
        Ok(Facts { tunnels: self.root.all_tunnels()?, kernel: self.kernel.look()? })
    }
}

/// Verifies that the failure names a remedy: exit code, words, and no debug output.
pub(crate) fn is_well_said(ran: &Ran, codes: &[i32], says: &[&str]) -> anyhow::Result<()> {
    ensure!(ran.code.is_some_and(|code| codes.contains(&code)), "it should have ended with {codes:?}: {ran:#?}");
    ensure!(!ran.err.trim().is_empty(), "nothing is said: {ran:#?}");
    for said in says {
        ensure!(ran.err.contains(said), "no `{said}` in {ran:#?}");
    }
    for never in ["panicked", "Error {", "Some(", "unwrap"] {
        ensure!(!ran.err.contains(never) && !ran.out.contains(never), "`{never}` in {ran:#?}");
    }
    let moves_the_cursor = ran.err.chars().any(|character| character.is_control() && character != '\n' && character != '\t');
    ensure!(!moves_the_cursor, "{ran:#?}");
    Ok(())
}
