//! Control groups that share the processors in equal parts, as systemd's slices of services and of users do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Start of the groups' names; the process id of their creator follows.
const PREFIX: &str = "adit-abuse-";

/// The owner of a control group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    Service,
    /// The user who asks the service for its tunnels and sends through one.
    HonestUser,
    /// The user beside them.
    OtherUser,
    /// Programs that would run on another computer: the other end of the tunnel.
    OtherComputer,
}

impl Owner {
    const ALL: [Self; 4] = [Self::Service, Self::HonestUser, Self::OtherUser, Self::OtherComputer];

    fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::HonestUser => "honest",
            Self::OtherUser => "other",
            Self::OtherComputer => "far",
        }
    }
}

/// Control groups of equal weight. They are removed when this is dropped, or by the next run after one that was killed.
pub(crate) struct Groups {
    hierarchy: PathBuf,
    /// The control group that this process was in before.
    before: PathBuf,
}

impl Groups {
    /// Creates the groups.
    ///
    /// Prints why and returns None if the kernel or the container has no such groups.
    pub(crate) fn open() -> anyhow::Result<Option<Self>> {
        let Some((hierarchy, before)) = hierarchy()? else {
            println!("SKIPPED: there is no hierarchy of control groups here that shares processor time");
            return Ok(None);
        };
        remove_leftovers(&hierarchy);
        let groups = Self { hierarchy, before };
        for owner in Owner::ALL {
            // All new groups have the same weight.
            if let Err(error) = fs::create_dir(groups.of(owner)) {
                println!("SKIPPED: no control group can be made in {}: {error}", groups.hierarchy.display());
                return Ok(None);
            }
        }
        Ok(Some(groups))
    }

    /// Moves this process into a group. Processes that it starts from now on are in it as well.
    pub(crate) fn enter(&self, owner: Owner) -> anyhow::Result<()> {
        enter(&self.of(owner), std::process::id())
    }

    /// Moves another process into a group.
    pub(crate) fn add(&self, owner: Owner, process: u32) -> anyhow::Result<()> {
        enter(&self.of(owner), process)
    }

    fn of(&self, owner: Owner) -> PathBuf {
        self.hierarchy.join(format!("{PREFIX}{}-{}", std::process::id(), owner.name()))
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        // The next run removes what is left.
        let _ = enter(&self.before, std::process::id());
        for owner in Owner::ALL {
            let _ = fs::remove_dir(self.of(owner));
        }
    }
}

fn enter(group: &Path, process: u32) -> anyhow::Result<()> {
    let file = group.join("cgroup.procs");
    fs::write(&file, process.to_string()).with_context(|| format!("cannot write {process} to {}", file.display()))
}

/// Returns the hierarchy that controls the processors, and the group in it that this process is in (cgroups(7)).
fn hierarchy() -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    let found = mounts.lines().find_map(|line| {
        // The fields are device, mount point, type of the file system, and options.
        let mut words = line.split(' ').skip(1);
        let (folder, kind, options) = (PathBuf::from(words.next()?), words.next()?, words.next()?);
        match kind {
            "cgroup" if options.split(',').any(|option| option == "cpu") => Some((folder, false)),
            "cgroup2" if gives_cpu(&folder) => Some((folder, true)),
            _ => None,
        }
    });
    let Some((folder, is_second)) = found else { return Ok(None) };
    let groups = fs::read_to_string("/proc/self/cgroup")?;
    let present = groups.lines().find_map(|line| {
        let (_, line) = line.split_once(':')?;
        let (controllers, path) = line.split_once(':')?;
        let ours = if is_second { controllers.is_empty() } else { controllers.split(',').any(|controller| controller == "cpu") };
        ours.then(|| folder.join(path.trim_start_matches('/')))
    });
    Ok(present.map(|present| (folder, present)))
}

fn gives_cpu(folder: &Path) -> bool {
    fs::read_to_string(folder.join("cgroup.subtree_control")).is_ok_and(|text| text.split_whitespace().any(|word| word == "cpu"))
}

fn remove_leftovers(hierarchy: &Path) {
    for group in fs::read_dir(hierarchy).into_iter().flatten().flatten() {
        let name = group.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be removing it too.
            let _ = fs::remove_dir(group.path());
        }
    }
}
