//! Searches the memory of another process for secrets.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use adit_testkit::probe::Secret;
use anyhow::Context as _;

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// A secret that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Name of the secret.
    pub name: &'static str,
    /// Its address in the process.
    pub address: u64,
    /// The line of `/proc/PID/maps` for the mapping that contains it.
    pub mapping: String,
}

/// Returns every place in the readable and writable memory of a process that contains one of the secrets.
///
/// # Errors
/// When the process has ended, or this process may not read its memory.
pub fn find(process: u32, secrets: &[Secret]) -> anyhow::Result<Vec<Found>> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).context("the process has no maps: has it ended?")?;
    let memory = File::open(format!("/proc/{process}/mem")).context("cannot look into the process")?;
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (start, end) = range(line).with_context(|| format!("no range in {line}"))?;
        let mut at = start;
        while at < end {
            let length = usize::try_from(end - at)?.min(CHUNK + 31);
            let mut bytes = vec![0; length];
            // A mapping may disappear meanwhile, and mappings of devices cannot be read.
            if memory.read_exact_at(&mut bytes, at).is_ok() {
                for (offset, name) in search(&bytes, secrets) {
                    found.push(Found { name, address: at + offset as u64, mapping: line.to_owned() });
                }
            }
            at += CHUNK as u64;
        }
    }
    found.dedup_by_key(|found| (found.name, found.address));
    Ok(found)
}

fn range(line: &str) -> Option<(u64, u64)> {
    let (start, end) = line.split(' ').next()?.split_once('-')?;
    Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
}

fn search<'a>(bytes: &'a [u8], secrets: &'a [Secret]) -> impl Iterator<Item = (usize, &'static str)> + 'a {
    let mut first = [false; 256];
    secrets.iter().for_each(|(_, secret)| first[usize::from(secret[0])] = true);
    bytes.windows(32).enumerate().filter(move |(_, window)| first[usize::from(window[0])]).flat_map(|(offset, window)| {
        secrets.iter().filter(move |(_, secret)| window == secret).map(move |(name, _)| (offset, *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_on_our_own_heap_is_found_where_it_lies() {
        // Computed, so that the program's text does not contain it too.
        let secret: Box<[u8; 32]> = Box::new(std::array::from_fn(|at| (at * 37 % 251) as u8 ^ std::process::id() as u8));
        let found = find(std::process::id(), &[("secret", *secret)]).expect("we may look into ourselves");
        assert!(found.iter().any(|found| found.address == secret.as_ptr() as u64), "{found:?}");
    }
}
