//! `cargo xtask ages`: rejects crate versions younger than a week, so that others have had time to notice a hijacked release.
//!
//! `supply/published.tsv` records when each crate version of `Cargo.lock` was published. The dates come from the crate index
//! (`pubtime`), of which cargo keeps a copy while it resolves. The check needs no network. A crate version without a record
//! fails. If cargo's copy of the index is there, records and checksums that differ from it fail too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::lockfile::Locked;
use crate::summary::Summary;
use crate::{dates, lockfile, root};

/// Age in days from which a crate version needs no reason.
const MINIMUM_DAYS: i64 = 7;

const RECORD: &str = "supply/published.tsv";

const HEADER: &str = "\
# When each crate version of Cargo.lock was published, from the crate index: name, version, time in UTC, separated by tabs.
# A fourth field gives the reason why a version may be younger than 7 days. Written by `cargo xtask ages --update`.
";

/// The record of one crate version.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Publication {
    /// Time of publication as in the index, in UTC.
    time: String,
    /// Why the version may be younger than [`MINIMUM_DAYS`]; empty without a reason.
    reason: String,
}

/// The records by name and version.
type Publications = BTreeMap<(String, String), Publication>;

/// `cargo xtask ages [--update]`.
pub(crate) fn command(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [] => crate::summarized(check),
        [option] if option == "--update" => update(),
        _ => bail!("usage: cargo xtask ages [--update]"),
    }
}

/// Checks the age of every crate version in `Cargo.lock`.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    summary.outcome("age of crates", {
        recorded().and_then(|record| judge(&lockfile::from_registry()?, &record, dates::now()?, indexed))
    });
    Ok(())
}

/// Fails with a list of every crate version that is too young, has no record, or has a record that differs from the index.
fn judge(
    locked: &[Locked],
    record: &Publications,
    now: i64,
    index: impl Fn(&Locked) -> anyhow::Result<Option<String>>,
) -> anyhow::Result<()> {
    let mut faults = String::new();
    for package in locked {
        let Locked { name, version, .. } = package;
        let Some(publication) = record.get(&(name.clone(), version.clone())) else {
            writeln!(faults, "{name} {version}: {RECORD} does not have it; run `cargo xtask ages --update`")?;
            continue;
        };
        if index(package)?.is_some_and(|time| time != publication.time) {
            writeln!(faults, "{name} {version}: {RECORD} has another time of publication than the crate index")?;
        }
        let age = now - dates::seconds(&publication.time).with_context(|| format!("{RECORD}: {name} {version}"))?;
        if age < MINIMUM_DAYS * dates::DAY && publication.reason.is_empty() {
            writeln!(
                faults,
                "{name} {version}: published {}, less than {MINIMUM_DAYS} days ago; take an older version or write a reason into {RECORD}",
                publication.time
            )?;
        }
    }
    ensure!(faults.is_empty(), "{}", faults.trim_end());
    Ok(())
}

/// Updates the record for the current `Cargo.lock`. Known versions keep time and reason; the times of new ones come from the
/// index.
fn update() -> anyhow::Result<()> {
    let known = if root().join(RECORD).exists() { recorded()? } else { Publications::new() };
    let mut text = HEADER.to_owned();
    let mut locked = lockfile::from_registry()?;
    locked.sort();
    for package in &locked {
        let Locked { name, version, .. } = package;
        let publication = match known.get(&(name.clone(), version.clone())) {
            Some(publication) => publication.clone(),
            None => Publication {
                time: indexed(package)?.with_context(|| {
                    format!("{name} {version}: cargo's copy of the crate index does not have it; run `cargo fetch --locked`")
                })?,
                reason: String::new(),
            },
        };
        write!(text, "{name}\t{version}\t{}", publication.time)?;
        if !publication.reason.is_empty() {
            write!(text, "\t{}", publication.reason)?;
        }
        text.push('\n');
    }
    std::fs::write(root().join(RECORD), text).with_context(|| format!("writing {RECORD}"))?;
    println!("written: {RECORD}, {} crate versions", locked.len());
    Ok(())
}

fn recorded() -> anyhow::Result<Publications> {
    parse(&std::fs::read_to_string(root().join(RECORD)).with_context(|| format!("reading {RECORD}"))?)
}

fn parse(text: &str) -> anyhow::Result<Publications> {
    let mut record = Publications::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let (name, version, time, reason) = match line.split('\t').collect::<Vec<_>>()[..] {
            [name, version, time] => (name, version, time, ""),
            [name, version, time, reason] => (name, version, time, reason.trim()),
            _ => bail!("{RECORD}, line {}: not name, version, time and perhaps a reason, separated by tabs", index + 1),
        };
        let publication = Publication { time: time.to_owned(), reason: reason.to_owned() };
        record.insert((name.to_owned(), version.to_owned()), publication);
    }
    Ok(record)
}

/// Returns the time of publication in cargo's copy of the index, or `None` if cargo has no copy of this version. Fails if the
/// index has another checksum than `Cargo.lock`, or no time.
fn indexed(package: &Locked) -> anyhow::Result<Option<String>> {
    let Locked { name, version, .. } = package;
    for file in cached(name) {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        // Separated by zero bytes: a header of cargo, then alternately a version and its line of the index.
        for line in bytes.split(|byte| *byte == 0).filter(|part| part.starts_with(b"{")) {
            let entry: Value = serde_json::from_slice(line).with_context(|| format!("reading {}", file.display()))?;
            if entry["vers"] != version.as_str() {
                continue;
            }
            ensure!(
                entry["cksum"] == package.checksum.as_str(),
                "{name} {version}: Cargo.lock has another checksum than the index"
            );
            let time = entry["pubtime"].as_str();
            return Ok(Some(time.with_context(|| format!("{name} {version}: the index has no time of publication"))?.to_owned()));
        }
    }
    Ok(None)
}

/// Returns the paths at which cargo may keep its copy of a crate's page of the index. Their folders are those of the registry's
/// index.
fn cached(name: &str) -> Vec<PathBuf> {
    let name = name.to_lowercase();
    let page = match name.len() {
        1 | 2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    };
    let cargo = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let registries = cargo.and_then(|cargo| cargo.join("registry/index").read_dir().ok());
    registries.into_iter().flatten().flatten().map(|entry| entry.path().join(".cache").join(&page)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-08T12:00:00Z";

    fn locked() -> Vec<Locked> {
        vec![Locked { name: "tar".into(), version: "0.4.46".into(), checksum: "ab".into() }]
    }

    fn judged(record: &str, index: Option<&str>) -> Result<(), String> {
        let now = dates::seconds(NOW).expect("a time");
        let record = parse(record).expect("readable");
        judge(&locked(), &record, now, |_| Ok(index.map(str::to_owned))).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_version_of_seven_days_passes_and_a_younger_one_fails() {
        assert_eq!(judged("tar\t0.4.46\t2026-03-01T12:00:00Z", None), Ok(()));
        let error = judged("tar\t0.4.46\t2026-03-01T12:00:01Z", None).expect_err("too young");
        assert!(error.contains("tar 0.4.46: published 2026-03-01T12:00:01Z, less than 7 days ago"), "{error}");
    }

    #[test]
    fn a_younger_version_passes_with_a_reason_only() {
        assert!(judged("tar\t0.4.46\t2026-03-08T11:00:00Z\tfixes RUSTSEC-2026-0001", None).is_ok());
        assert!(judged("tar\t0.4.46\t2026-03-08T11:00:00Z\t ", None).is_err());
    }

    #[test]
    fn a_version_that_is_not_recorded_fails_and_the_error_says_how_to_record_it() {
        let error = judged("tar\t0.4.45\t2026-01-01T00:00:00Z", None).expect_err("not recorded");
        assert!(error.contains("cargo xtask ages --update"), "{error}");
    }

    #[test]
    fn a_record_that_differs_from_the_index_fails() {
        let record = "tar\t0.4.46\t2026-01-01T00:00:00Z";
        assert!(judged(record, Some("2026-01-01T00:00:00Z")).is_ok());
        assert!(judged(record, Some("2026-03-08T00:00:00Z")).is_err());
    }
}
