//! One computer with a service, two tunnels, a peer that answers, and a folder for each user.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use adit_api::{BlockingClient, ConfigText, TunnelView};
use adit_e2e::process::wait_for;
use adit_e2e::{Device, Family, Host, Implementation, Kernel, Keys, Lab, Namespace, People, Seen, Side as _, Who};
use adit_ipc::Blocking;
use adit_protocol::PrivateKey;
use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);
/// The endings of files that each user has before a verb runs.
const GIVEN: [&str; 3] = ["conf", "age", "txt"];
/// A backup, and the secret key that opens it.
const BACKUP: [(&str, &[u8]); 2] = [
    ("golden.age", include_bytes!("../../../backup/tests/golden/format-1.age")),
    ("identity.txt", include_bytes!("../../../backup/tests/golden/identity.txt")),
];

pub(crate) struct Stage<'a> {
    lab: &'a Lab,
    computer: &'a Namespace,
    people: &'a People,
    kernel: Kernel,
    adit: PathBuf,
    socket: PathBuf,
    root: BlockingClient<Blocking>,
    office: String,
    office_before: String,
    hooked: String,
    /// Unique names of interfaces: of the two tunnels, and of a file.
    interfaces: [String; 3],
    /// The keys that the service stores: the tunnels' own, and the preshared key of both.
    private: [String; 2],
    preshared: String,
    _peer: Device<'a>,
}

/// The outcome of a run of the program.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; None if a signal ended the program.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The state that a verb can change, as root sees it.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    /// The output of `list`, without values that change by themselves.
    list: Vec<Value>,
    texts: Vec<String>,
    versions: Vec<Vec<u64>>,
    kernel: Seen,
}

impl<'a> Stage<'a> {
    pub(crate) fn set(
        lab: &'a Lab,
        computer: &'a Namespace,
        server: &'a Namespace,
        people: &'a People,
        socket: &Path,
    ) -> anyhow::Result<Self> {
        let peer = Device::start(lab, server, Implementation::AditWg, Host(2))?;
        let (own, others) = (Keys::generate()?, [Keys::generate()?, Keys::generate()?]);
        let preshared = Keys::preshared()?;
        peer.setconf(&format!(
            "[Interface]\nPrivateKey = {}\nListenPort = {}\n\n[Peer]\nPublicKey = {}\nPresharedKey = {preshared}\nAllowedIPs = {}\n",
            own.private,
            Host(2).port(),
            others[0].public,
            Host(1).allowed_ips()
        ))?;
        let conf = |lines: &str, keys: &Keys| {
            format!(
                "[Interface]\nPrivateKey = {}\nAddress = {}\n{lines}\n[Peer]\nPublicKey = {}\nPresharedKey = {preshared}\n\
                 AllowedIPs = {}\nEndpoint = {}\n",
                keys.private,
                Host(1).inner_networks().replace(' ', ", "),
                own.public,
                Host(2).allowed_ips(),
                Host(2).endpoint(Family::V4)
            )
        };
        let stage = Self {
            lab,
            computer,
            people,
            kernel: Kernel::of(computer)?,
            adit: lab.built_for_all("adit")?,
            socket: socket.to_owned(),
            root: people.connect(Who::Root, socket)?,
            office_before: conf("", &others[0]),
            office: conf("MTU = 1400\n", &others[0]),
            hooked: conf("PostUp = true\n", &others[1]),
            interfaces: std::array::from_fn(|_| lab.interface_name()),
            private: others.map(|keys| keys.private),
            preshared,
            _peer: peer,
        };
        for who in Who::ALL {
            stage.give_files_to(who)?;
        }
        Ok(stage)
    }

    /// Creates a folder of the user's own with files, whose keys the user may know.
    fn give_files_to(&self, who: Who) -> anyhow::Result<()> {
        let folder = self.folder(who);
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let keys = Keys::generate()?;
        let own = self.office.replace(&self.private[0], &keys.private).replace(&self.preshared, &Keys::preshared()?);
        for name in ["new.conf".to_owned(), format!("{}.conf", self.interfaces[2])] {
            std::fs::write(folder.join(name), &own)?;
        }
        for (name, content) in BACKUP {
            std::fs::write(folder.join(name), content)?;
        }
        for entry in folder.read_dir()? {
            let path = entry?.path();
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            chown(&path, Some(who.uid()), Some(who.uid()))?;
        }
        Ok(chown(&folder, Some(who.uid()), Some(who.uid()))?)
    }

    fn folder(&self, who: Who) -> PathBuf {
        self.lab.file(&format!("{who:?}").to_lowercase())
    }

    /// Puts the two tunnels into the state in which each case begins.
    pub(crate) fn begin_anew(&self) -> anyhow::Result<()> {
        for tunnel in self.root.all_tunnels()? {
            self.root.remove(tunnel.id)?;
        }
        let keep = |name: &str, interface: &str, text: &str| {
            let (name, interface) = (name.parse()?, interface.parse()?);
            anyhow::Ok(self.root.import(name, interface, ConfigText::new(text.to_owned()))?.id)
        };
        let office = keep("office", &self.interfaces[0], &self.office_before)?;
        self.root.replace_config(office, ConfigText::new(self.office.clone()), 1)?;
        keep("hooked", &self.interfaces[1], &self.hooked)?;
        for entry in Who::ALL.into_iter().filter_map(|who| self.folder(who).read_dir().ok()).flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| !GIVEN.iter().any(|given| extension == *given)) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Returns the current view of a tunnel.
    pub(crate) fn view(&self, name: &str) -> anyhow::Result<TunnelView> {
        let found = self.root.all_tunnels()?.into_iter().find(|tunnel| tunnel.name.as_str() == name);
        found.with_context(|| format!("there is no tunnel {name}"))
    }

    /// Returns the stored configuration of a tunnel.
    pub(crate) fn text(&self, name: &str) -> anyhow::Result<String> {
        Ok(self.root.export(self.view(name)?.id)?.dangerously_reveal().to_owned())
    }

    /// Returns true if the interface of the tunnel with this number exists, which it does while the tunnel is up.
    pub(crate) fn has_interface(&self, number: usize) -> anyhow::Result<bool> {
        Ok(self.kernel.look()?.interfaces.contains(&self.interfaces[number]))
    }

    fn command(&self, who: Who, line: &str) -> Command {
        let mine = self.folder(who).display().to_string();
        let line = line.replace("{mine}", &mine).replace("{office}", &self.interfaces[0]).replace("{file}", &self.interfaces[2]);
        let mut command = self.people.command(who, self.computer, &self.adit);
        command.args(line.split_whitespace()).current_dir("/").env("ADIT_SOCKET", &self.socket).env("HOME", &mine);
        command.env("ADIT_STATE_DIR", format!("{mine}/state")).env_remove("XDG_RUNTIME_DIR");
        command
    }

    /// Runs the program to its end. `{mine}`, `{office}` and `{file}` in the line stand for a folder and names of interfaces.
    pub(crate) fn adit(&self, who: Who, line: &str, input: &str) -> anyhow::Result<Ran> {
        let mut command = self.command(who, line);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // The program may not read its input.
        let _ = child.stdin.take().context("a pipe")?.write_all(input.as_bytes());
        let output = child.wait_with_output()?;
        Ok(Ran { code: output.status.code(), out: String::from_utf8(output.stdout)?, err: String::from_utf8(output.stderr)? })
    }

    /// Runs a program that continues until it is interrupted, until it has printed `says` or ends by itself.
    pub(crate) fn adit_until(&self, who: Who, line: &str, says: &str) -> anyhow::Result<Ran> {
        let (out, err) = (self.lab.file("out"), self.lab.file("err"));
        let mut command = self.command(who, line);
        let (stdout, stderr) = (std::fs::File::create(&out)?, std::fs::File::create(&err)?);
        let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn()?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("a process")?;
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        let office = self.view("office")?.id;
        let said = wait_for(says, PATIENCE, || {
            // Makes a change, for verbs that wait for one.
            let happens = [true, false].into_iter().try_for_each(|on| self.root.set_start_at_boot(office, on));
            let ended = happens.is_err() || child.try_wait().is_ok_and(|ended| ended.is_some());
            (ended || read(&out).contains(says) || read(&err).contains(says)).then_some(())
        });
        // It may have ended. SIGINT would not do: a shell makes its background processes ignore it.
        let _ = kill_process(pid, Signal::TERM);
        let status = child.wait()?;
        said.with_context(|| format!("{}{}", read(&out), read(&err)))?;
        Ok(Ran { code: status.code(), out: read(&out), err: read(&err) })
    }

    pub(crate) fn facts(&self) -> anyhow::Result<Facts> {
        let listed = self.adit(Who::Root, "list --json", "")?;
        ensure!(listed.code == Some(0), "{listed:#?}");
        let mut list: Vec<Value> = serde_json::from_str(&listed.out)?;
        for tunnel in &mut list {
            tunnel["state"] = tunnel["state"]["kind"].clone();
        }
        let views = self.root.all_tunnels()?;
        let texts = views.iter().map(|view| Ok(self.root.export(view.id)?.dangerously_reveal().to_owned()));
        let versions = views.iter().map(|view| {
            let versions = self.root.versions(view.id)?;
            Ok(versions.iter().map(|version| version.version).collect())
        });
        Ok(Facts {
            list,
            texts: texts.collect::<anyhow::Result<_>>()?,
            versions: versions.collect::<anyhow::Result<_>>()?,
            kernel: self.kernel.look()?,
        })
    }

    /// Verifies that a text contains no key that the service stores, nor a new one.
    pub(crate) fn nothing_secret(&self, text: &str) -> anyhow::Result<()> {
        let mut public: BTreeSet<String> = BTreeSet::new();
        for view in self.root.all_tunnels()? {
            public.extend(view.public_key.map(|key| key.to_string()));
            public.extend(view.rotation.map(|rotation| rotation.public_key.to_string()));
        }
        for secret in self.private.iter().chain([&self.preshared]) {
            let raw = *secret.parse::<PrivateKey>()?.dangerously_reveal();
            let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
            ensure!(!text.contains(secret) && !text.to_lowercase().contains(&hex), "a key is in:\n{text}");
        }
        for word in text.split(|character: char| !character.is_ascii_alphanumeric() && !"+/=".contains(character)) {
            let key = word.parse::<PrivateKey>().map(|key| key.public().to_string());
            ensure!(!key.is_ok_and(|key| public.contains(&key)), "a private key is in:\n{text}");
        }
        Ok(())
    }
}
