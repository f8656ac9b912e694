//! Control groups that share the processors as systemd's `system.slice` and `user.slice` do: in equal parts.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Start of the groups' names; the process id of their creator follows.
const PREFIX: &str = "adit-abuse-";

/// Two control groups of equal weight. They are removed when this is dropped, or by the next run after one that was killed.
pub(crate) struct Groups {
    system: PathBuf,
    user: PathBuf,
    /// The control group that this process was in before.
    before: PathBuf,
}

impl Groups {
    /// Creates both groups, and moves this process into the one for services. Processes that it starts later are in it as well.
    ///
    /// Prints why and returns None if the kernel or the container has no such groups.
    pub(crate) fn open() -> anyhow::Result<Option<Self>> {
        let Some((hierarchy, before)) = hierarchy()? else {
            println!("SKIPPED: there is no hierarchy of control groups here that shares processor time");
            return Ok(None);
        };
        remove_leftovers(&hierarchy);
        let folder = |what| hierarchy.join(format!("{PREFIX}{}-{what}", std::process::id()));
        let groups = Self { system: folder("system"), user: folder("user"), before };
        for folder in [&groups.system, &groups.user] {
            // All new groups have the same weight.
            if let Err(error) = fs::create_dir(folder) {
                println!("SKIPPED: no control group can be made in {}: {error}", hierarchy.display());
                return Ok(None);
            }
        }
        enter(&groups.system, std::process::id())?;
        Ok(Some(groups))
    }

    /// Moves a process into the group of the user.
    pub(crate) fn user(&self, process: u32) -> anyhow::Result<()> {
        enter(&self.user, process)
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        // The next run removes what is left.
        let _ = enter(&self.before, std::process::id());
        let _ = fs::remove_dir(&self.system);
        let _ = fs::remove_dir(&self.user);
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
