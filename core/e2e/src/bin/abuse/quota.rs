//! A control group that bounds the processor time of what is in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Microseconds of each [`PERIOD`], of all processors together.
const QUOTA: u32 = 20_000;
const PERIOD: u32 = 100_000;
/// Before the process id of who made the group.
const PREFIX: &str = "adit-abuse-";

/// The group. Removed when this is dropped, and by the next run after one that was killed.
pub(crate) struct Quota(PathBuf);

impl Quota {
    /// None, and says so, where the kernel or the container has no such groups.
    pub(crate) fn open() -> anyhow::Result<Option<Self>> {
        let Some((hierarchy, is_second)) = hierarchy()? else {
            println!("SKIPPED: there is no hierarchy of control groups here that bounds processor time");
            return Ok(None);
        };
        remove_leftovers(&hierarchy);
        let folder = hierarchy.join(format!("{PREFIX}{}", std::process::id()));
        if let Err(error) = fs::create_dir(&folder) {
            println!("SKIPPED: no control group can be made in {}: {error}", hierarchy.display());
            return Ok(None);
        }
        let group = Self(folder);
        if is_second {
            group.write("cpu.max", &format!("{QUOTA} {PERIOD}"))?;
        } else {
            group.write("cpu.cfs_period_us", &PERIOD.to_string())?;
            group.write("cpu.cfs_quota_us", &QUOTA.to_string())?;
        }
        Ok(Some(group))
    }

    /// Puts a process with all its threads into the group.
    pub(crate) fn hold(&self, process: u32) -> anyhow::Result<()> {
        self.write("cgroup.procs", &process.to_string())
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let file = self.0.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {text} to {}", file.display()))
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // What is left is removed by the next run.
        let _ = fs::remove_dir(&self.0);
    }
}

/// Where groups with a processor quota are made, and whether by version 2 (cgroups(7)).
fn hierarchy() -> anyhow::Result<Option<(PathBuf, bool)>> {
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    Ok(mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (folder, kind, options) = (PathBuf::from(words.next()?), words.next()?, words.next()?);
        match kind {
            "cgroup" if options.split(',').any(|option| option == "cpu") => Some((folder, false)),
            "cgroup2" if gives_cpu(&folder) => Some((folder, true)),
            _ => None,
        }
    }))
}

fn gives_cpu(folder: &Path) -> bool {
    fs::read_to_string(folder.join("cgroup.subtree_control")).is_ok_and(|text| text.split_whitespace().any(|word| word == "cpu"))
}

fn remove_leftovers(hierarchy: &Path) {
    for group in fs::read_dir(hierarchy).into_iter().flatten().flatten() {
        let name = group.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be doing the same.
            let _ = fs::remove_dir(group.path());
        }
    }
}
