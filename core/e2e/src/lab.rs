//! The root of a test: unique names, a scratch folder, and cleaning up after tests that were killed.

use std::cell::Cell;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};

use crate::namespace::Namespace;
use crate::process::{output_of, text_of};

/// Prefix of every namespace name: `adit-e2e-PID-NUMBER-ROLE`.
const NAMESPACE_PREFIX: &str = "adit-e2e-";
/// Prefix of every WireGuard interface name: `aePIDxNUMBER`, at most 15 characters.
const INTERFACE_PREFIX: &str = "ae";
/// Folder in which userspace implementations put their configuration sockets.
pub(crate) const SOCKETS: &str = "/var/run/wireguard";

/// The next unique number in this process.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The laboratory of one test.
pub struct Lab {
    number: u32,
    namespaces: Cell<u32>,
    scratch: tempfile::TempDir,
}

impl Lab {
    /// Opens a lab. Prints `SKIPPED: why` and returns None if this machine cannot have one.
    pub fn open(story: &str) -> anyhow::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            skip(&format!("{story}: network namespaces need root"));
            return Ok(None);
        }
        let missing: Vec<&str> =
            ["ip", "wg", "ping", "setpriv", "nft", "tcpdump"].into_iter().filter(|name| program(name).is_none()).collect();
        if !missing.is_empty() {
            skip(&format!("{story}: not installed: {}", missing.join(", ")));
            return Ok(None);
        }
        if !Path::new("/dev/net/tun").exists() {
            skip(&format!("{story}: no /dev/net/tun"));
            return Ok(None);
        }
        remove_leftovers_of_killed_tests()?;
        let scratch = tempfile::Builder::new().prefix("adit-e2e-").tempdir().context("cannot make a scratch folder")?;
        Ok(Some(Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), namespaces: Cell::new(0), scratch }))
    }

    /// Creates an empty network namespace with its loopback interface up. Its name ends with `role` (`client`, `server`, ...).
    pub fn namespace(&self, role: &str) -> anyhow::Result<Namespace> {
        let count = self.namespaces.replace(self.namespaces.get() + 1);
        Namespace::create(format!("{NAMESPACE_PREFIX}{}-{}-{count}-{role}", std::process::id(), self.number))
    }

    /// Returns an interface name that no other test uses: the configuration sockets of all namespaces share one folder.
    pub fn interface_name(&self) -> String {
        format!("{INTERFACE_PREFIX}{}x{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns this lab's scratch folder.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// Returns the path of a file in this lab's scratch folder, which is removed with the lab.
    pub fn file(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Lets other users enter the scratch folder without listing it, so that they reach the files that they may open.
    pub fn let_others_in(&self) -> anyhow::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        Ok(std::fs::set_permissions(self.scratch.path(), std::fs::Permissions::from_mode(0o711))?)
    }

    /// Copies a program of this workspace to a path where every user can run it.
    pub fn built_for_all(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.file(name);
        std::fs::copy(built(name)?, &path).with_context(|| format!("cannot copy {name}"))?;
        Ok(path)
    }

    /// Writes a file that only root can read into the scratch folder.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = self.file(name);
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(path)
    }
}

/// A key pair, made by the stock `wg`, in base64.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The private key: base64, 44 characters.
    pub private: String,
    /// The public key: base64, 44 characters.
    pub public: String,
}

impl Keys {
    /// Generates a key pair.
    pub fn generate() -> anyhow::Result<Self> {
        let private = text_of(Command::new("wg").arg("genkey"))?.trim().to_owned();
        let public = text_of(Command::new("sh").args(["-c", "echo \"$0\" | wg pubkey", &private]))?.trim().to_owned();
        Ok(Self { private, public })
    }

    /// Generates a preshared key, base64.
    pub fn preshared() -> anyhow::Result<String> {
        Ok(text_of(Command::new("wg").arg("genpsk"))?.trim().to_owned())
    }
}

/// Prints that something was not tested and why, past libtest's capturing, so that the line is seen and counted.
pub fn skip(why: &str) {
    // A lost line would only make the count of skipped checks too low by one; there is nobody to report it to.
    // One write, so that no other thread's output gets into the line.
    let _ = std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes());
}

/// Finds a program in `PATH`, in the folders of system administration, where Go and cargo install theirs, or where
/// `cargo xtask` installs peers.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([home.join("go/bin"), home.join(".cargo/bin")]);
    }
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/bin"));
    folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Returns the path of a program of this workspace, built by `cargo build` beside the running test.
pub fn built(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe().context("the running test has no path")?;
    let found = test.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|file| file.is_file());
    found.with_context(|| format!("{name} is not built: cargo build --locked --package adit --bins, or use cargo xtask e2e"))
}

/// Kills the processes in namespaces whose test process is dead, and removes the namespaces and their sockets.
fn remove_leftovers_of_killed_tests() -> anyhow::Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = output_of(Command::new("ip").args(["netns", "list"]))?;
    if !output.status.success() {
        bail!("ip netns list: {}", String::from_utf8_lossy(&output.stderr));
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if owner_is_dead(name, NAMESPACE_PREFIX, '-') {
            crate::namespace::remove(name);
        }
    }
    for entry in std::fs::read_dir(SOCKETS).into_iter().flatten().flatten() {
        if owner_is_dead(&entry.file_name().to_string_lossy(), INTERFACE_PREFIX, 'x') {
            // The file may have been removed since it was listed.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Returns true if `name` consists of `prefix`, the id of a process that has ended, `end`, and any rest.
fn owner_is_dead(name: &str, prefix: &str, end: char) -> bool {
    name.strip_prefix(prefix)
        .and_then(|rest| rest.split_once(end))
        .and_then(|(pid, _)| pid.parse::<u32>().ok())
        .is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists())
}
