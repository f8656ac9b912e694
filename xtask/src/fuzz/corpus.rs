//! Handles inputs as files: those of a run, those that the tests replay, and those that broke a target.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// Largest total size, bytes, of a target's found inputs; [`MOST_INPUTS`] limits their number. The repository contains all of
/// them, and replaying them must take only seconds.
const MOST_BYTES: u64 = 32 << 10;
/// See [`MOST_BYTES`].
const MOST_INPUTS: usize = 64;

/// Returns the number of inputs.
pub(super) fn count(folder: &Path) -> anyhow::Result<usize> {
    Ok(files(folder)?.len())
}

/// Removes the crashes of an earlier run.
pub(super) fn forget_crashes(folder: &Path) -> anyhow::Result<()> {
    files(folder)?.iter().try_for_each(|file| std::fs::remove_file(file).with_context(|| format!("removing {}", file.display())))
}

/// Moves the inputs that broke a target into its corpus and returns their number. Inputs that were only slow (`slow-unit-…`)
/// broke nothing.
pub(super) fn take_crashes(from: &Path, to: &Path) -> anyhow::Result<usize> {
    let broke = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        ["crash-", "timeout-", "oom-", "leak-"].iter().any(|kind| name.starts_with(kind))
    };
    let crashes: Vec<PathBuf> = files(from)?.into_iter().filter(broke).collect();
    for crash in &crashes {
        let name = crash.file_name().unwrap_or_default().to_string_lossy();
        let kept = to.join(format!("regression-{name}"));
        std::fs::copy(crash, &kept).with_context(|| format!("writing {}", kept.display()))?;
        println!("kept {}", kept.display());
    }
    Ok(crashes.len())
}

/// Replaces the found inputs of a target by the smallest set that reaches the same code. If there are too many, it keeps some
/// of every length. Inputs from people (`seed-…`) and inputs that broke the target (`regression-…`) stay.
pub(super) fn keep(target: &str, program: &Path, working: &Path, committed: &Path) -> anyhow::Result<()> {
    let least = working.with_extension("least");
    if least.exists() {
        std::fs::remove_dir_all(&least)?;
    }
    std::fs::create_dir_all(&least)?;
    // If several inputs reach the same code, the first one is preferred.
    let mut merge = Command::new(program);
    merge.arg("-set_cover_merge=1").arg(&least).arg(committed).arg(working).stdout(Stdio::null()).stderr(Stdio::null());
    ensure!(merge.status()?.success(), "the inputs of {target} cannot be merged");
    for old in files(committed)?.into_iter().filter(|file| !is_of_people(file)) {
        std::fs::remove_file(old)?;
    }
    let mut room = MOST_BYTES;
    let mut found: Vec<(u64, PathBuf)> = Vec::new();
    for file in files(&least)? {
        found.push((std::fs::metadata(&file)?.len(), file));
    }
    found.sort();
    let theirs: Vec<Vec<u8>> = files(committed)?.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let step = found.len().div_ceil(MOST_INPUTS).max(1);
    for (bytes, file) in found.into_iter().step_by(step) {
        if theirs.contains(&std::fs::read(&file)?) {
            continue;
        }
        room = match room.checked_sub(bytes) {
            Some(left) => left,
            None => break,
        };
        std::fs::copy(&file, committed.join(file.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn is_of_people(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("seed-") || name.starts_with("regression-")
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}
