//! Three users of one computer, as the kernel knows them: root, a member of the group of operators, and a user in no group.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use adit_api::{BlockingClient, Role};
use adit_ipc::Blocking;
use anyhow::{Context as _, anyhow};
use rustix::process::{Gid, Uid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

use crate::namespace::Namespace;
use crate::service::client_of;

/// The group whose members may bring tunnels up and down.
const GROUP: &str = "adit-operators";
/// Its id, if this computer has no such group.
const GROUP_NUMBER: u32 = 64_999;

/// A user.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// User id 0.
    Root,
    /// An ordinary user in the group `adit-operators`.
    Operator,
    /// A user in no relevant group who is not in the foreground session of a seat.
    Nobody,
}

impl Who {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Root, Self::Operator, Self::Nobody];

    /// Returns the role that the contract gives the user.
    pub fn role(self) -> Role {
        match self {
            Self::Root => Role::Administer,
            Self::Operator => Role::Operate,
            Self::Nobody => Role::Status,
        }
    }

    /// Returns the user id.
    pub fn uid(self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Operator => 64_998,
            Self::Nobody => 65_534,
        }
    }
}

/// The users, on a computer that has the group.
#[derive(Clone, Copy, Debug)]
pub struct People {
    group: u32,
}

impl People {
    /// Makes the group known to programs that are started in the namespace from now on, whether this computer has it or not.
    pub fn on(namespace: &Namespace) -> anyhow::Result<Self> {
        let groups = std::fs::read_to_string("/etc/group")?;
        let number = groups.lines().find_map(|line| line.strip_prefix("adit-operators:")?.split(':').nth(1));
        let group = number.map_or(Ok(GROUP_NUMBER), str::parse).context("/etc/group")?;
        if number.is_none() {
            namespace.etc("group", &format!("{}\n{GROUP}:x:{group}:\n", groups.trim_end()))?;
        }
        Ok(Self { group })
    }

    /// Creates a command that runs in the namespace as this user.
    pub fn command(&self, who: Who, namespace: &Namespace, program: impl AsRef<OsStr>) -> Command {
        let through = self.through(who);
        let Some((first, more)) = through.split_first() else { return namespace.command(program) };
        let mut command = namespace.command(first);
        command.args(more).arg(program);
        command
    }

    /// Returns the command line that starts the program behind it as this user; empty for root.
    pub fn through(&self, who: Who) -> Vec<String> {
        let uid = who.uid();
        let groups = match who {
            Who::Root => return Vec::new(),
            Who::Operator => format!("--groups={}", self.group),
            Who::Nobody => "--clear-groups".to_owned(),
        };
        vec!["setpriv".to_owned(), format!("--reuid={uid}"), format!("--regid={uid}"), groups, "--".to_owned()]
    }

    /// Connects to the service that root runs at `socket`. For the kernel, and so for the service, the connection is this
    /// user's.
    pub fn connect(&self, who: Who, socket: &Path) -> anyhow::Result<BlockingClient<Blocking>> {
        self.work_as(who, || client_of(socket, &[0]).with_context(|| format!("{who:?} does not reach the service")))
    }

    /// Runs `work` as this user.
    pub fn work_as<T: Send>(&self, who: Who, work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
        match who {
            Who::Root => work(),
            Who::Operator | Who::Nobody => self.work_as_user(who.uid(), who == Who::Operator, work),
        }
    }

    /// Runs `work` as the user with this id, with the group of operators or without any group that Adit knows.
    pub fn work_as_user<T: Send>(
        &self,
        uid: u32,
        is_operator: bool,
        work: impl FnOnce() -> anyhow::Result<T> + Send,
    ) -> anyhow::Result<T> {
        // On a thread of its own: on Linux the user belongs to a thread, which cannot return to root.
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                self.become_user(uid, is_operator)?;
                work()
            });
            thread.join().map_err(|_| anyhow!("the thread of user {uid} panicked"))?
        })
    }

    fn become_user(&self, uid: u32, is_operator: bool) -> anyhow::Result<()> {
        let groups: &[Gid] = if is_operator { &[Gid::from_raw(self.group)] } else { &[] };
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(uid));
        set_thread_groups(groups).context("setgroups")?;
        set_thread_res_gid(gid, gid, gid).context("setresgid")?;
        set_thread_res_uid(uid, uid, uid).context("setresuid")
    }
}
