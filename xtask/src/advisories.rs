//! Checks for known vulnerabilities in the RustSec advisory database if it can be fetched, otherwise in the snapshot of it in
//! `supply/`.
//!
//! The snapshot is the whole database, half a megabyte compressed, so that it covers crates that are added to `Cargo.lock`
//! later and needs no list of crates. `supply/advisory-db.json` records its commit, date and checksum.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::summary::Summary;
use crate::{checksum, dates, root, run};

const ARCHIVE: &str = "supply/advisory-db.tar.gz";
const RECORD: &str = "supply/advisory-db.json";

/// Name of the folder in which cargo-deny expects the database of its default address: the last part of the address, and a hash
/// of the whole. If another release used another name, it would find no database and fail.
const DATABASE: &str = "advisory-db-3157b0e258782691";

/// The parts of the database that the snapshot contains. The licences must stay with the texts.
const PARTS: &[&str] = &["crates", "rust", "support.toml", "LICENSE.txt", "LICENSES"];

/// Age in days from which a snapshot no longer counts as a check.
const MAXIMUM_DAYS: i64 = 180;

/// `cargo xtask advisories --update DIR`: makes a new snapshot from a checkout of <https://github.com/RustSec/advisory-db>.
pub(crate) fn command(arguments: &[String]) -> anyhow::Result<()> {
    match arguments {
        [option, folder] if option == "--update" => update(Path::new(folder)),
        _ => bail!("usage: cargo xtask advisories --update DIR, with DIR a git clone of https://github.com/RustSec/advisory-db"),
    }
}

/// Checks all of `Cargo.lock`. `deny` creates a command of cargo-deny.
pub(crate) fn check(summary: &mut Summary, deny: impl Fn(&[&str]) -> Command) -> anyhow::Result<()> {
    // Fetched in a separate step, to distinguish a machine that cannot reach the database from a crate with a vulnerability.
    let fetched = deny(&["fetch", "db"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
    if fetched {
        return summary.check("advisories", &mut deny(&["--offline", "check", "--hide-inclusion-graph", "advisories"]));
    }
    let snapshot = match Snapshot::read().and_then(|snapshot| snapshot.ensure_recent(dates::now()?).map(|()| snapshot)) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            summary.outcome("advisories", Err(error));
            return Ok(());
        }
    };
    let name = format!("advisories up to {}, from {ARCHIVE}: the database cannot be fetched from here", snapshot.date);
    match snapshot.unpack() {
        Ok(configuration) => {
            let configuration = configuration.to_str().context("the path of the repository is not UTF-8")?;
            summary.check(
                &name,
                &mut deny(&["--offline", "--config", configuration, "check", "--hide-inclusion-graph", "advisories"]),
            )
        }
        Err(error) => {
            summary.outcome(&name, Err(error));
            Ok(())
        }
    }
}

/// The snapshot in the repository, with its checksum verified.
struct Snapshot {
    archive: Vec<u8>,
    /// Date of its last commit, in UTC.
    date: String,
}

impl Snapshot {
    fn read() -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(root().join(RECORD)).with_context(|| format!("reading {RECORD}"))?;
        let record: Value = serde_json::from_str(&text).with_context(|| format!("reading {RECORD}"))?;
        let archive = std::fs::read(root().join(ARCHIVE)).with_context(|| format!("reading {ARCHIVE}"))?;
        Self::verify(archive, &record)
    }

    fn verify(archive: Vec<u8>, record: &Value) -> anyhow::Result<Self> {
        let date = record["date"].as_str().with_context(|| format!("{RECORD}: no `date`"))?.to_owned();
        ensure!(record["sha256"] == checksum::of(&archive).as_str(), "{ARCHIVE} has another checksum than {RECORD} says");
        Ok(Self { archive, date })
    }

    fn ensure_recent(&self, now: i64) -> anyhow::Result<()> {
        let age = (now - dates::seconds(&self.date)?) / dates::DAY;
        ensure!(
            age <= MAXIMUM_DAYS,
            "the snapshot of the advisory database is {age} days old, {MAXIMUM_DAYS} are allowed, and the database cannot be fetched \
             from here; run `cargo xtask advisories --update DIR` with a clone of https://github.com/RustSec/advisory-db"
        );
        Ok(())
    }

    /// Unpacks the snapshot into a git repository, which cargo-deny reads, and returns the path of a configuration that names
    /// it.
    fn unpack(&self) -> anyhow::Result<PathBuf> {
        let folder = root().join("target/advisories");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let database = folder.join(DATABASE);
        tar::Archive::new(GzDecoder::new(&self.archive[..])).unpack(&database).with_context(|| format!("unpacking {ARCHIVE}"))?;
        git(&database, &["init", "--quiet", "--initial-branch=main"])?;
        git(&database, &["add", "--all", "--force"])?;
        git(&database, &["commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message=Snapshot"])?;
        let deny = std::fs::read_to_string(root().join("deny.toml")).context("reading deny.toml")?;
        let configuration = folder.join("deny.toml");
        std::fs::write(&configuration, pointed_at(&deny, &folder)?)?;
        Ok(configuration)
    }
}

/// Returns `deny.toml` with `folder` as the folder of the databases.
fn pointed_at(deny: &str, folder: &Path) -> anyhow::Result<String> {
    const SECTION: &str = "[advisories]\n";
    ensure!(deny.matches(SECTION).count() == 1, "deny.toml: no line `[advisories]`, or more than one");
    // A JSON string is also a valid TOML string.
    let path = json!(folder).to_string();
    Ok(deny.replace(SECTION, &format!("{SECTION}db-path = {path}\n")))
}

fn update(checkout: &Path) -> anyhow::Result<()> {
    let output = |arguments: &[&str]| -> anyhow::Result<Vec<u8>> {
        let output = Command::new("git")
            .arg("-C")
            .arg(checkout)
            .args(arguments)
            .env("TZ", "UTC")
            .stderr(Stdio::inherit())
            .output()
            .context("cannot start git")?;
        ensure!(output.status.success(), "git {} in {} ended with {}", arguments.join(" "), checkout.display(), output.status);
        Ok(output.stdout)
    };
    let line = |bytes: Vec<u8>| String::from_utf8(bytes).map(|text| text.trim().to_owned());
    let commit = line(output(&["rev-parse", "HEAD"])?)?;
    let date = line(output(&["log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd"])?)?;
    let mut arguments = vec!["archive", "--format=tar", "HEAD"];
    arguments.extend(PARTS);
    let archive = output(&arguments)?;
    ensure!(
        advisories(&archive)? >= 500,
        "{} has fewer than 500 advisories; it is no clone of https://github.com/RustSec/advisory-db",
        checkout.display()
    );
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut encoder, &archive)?;
    let archive = encoder.finish()?;
    let record = json!({
        "source": "https://github.com/RustSec/advisory-db",
        "commit": commit,
        "date": date,
        "sha256": checksum::of(&archive),
    });
    std::fs::write(root().join(ARCHIVE), archive).with_context(|| format!("writing {ARCHIVE}"))?;
    std::fs::write(root().join(RECORD), format!("{record:#}\n")).with_context(|| format!("writing {RECORD}"))?;
    println!("written: {ARCHIVE}, of {date}, commit {commit}");
    Ok(())
}

/// Returns the number of advisories in a tar archive of the database.
fn advisories(archive: &[u8]) -> anyhow::Result<usize> {
    let mut count = 0;
    for entry in tar::Archive::new(archive).entries()? {
        let entry = entry?;
        let path = entry.path()?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        count += usize::from(path.starts_with("crates") && name.starts_with("RUSTSEC-") && name.ends_with(".md"));
    }
    Ok(count)
}

/// Runs git without any user's configuration or name.
fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    for whose in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{whose}_NAME"), "xtask").env(format!("GIT_{whose}_EMAIL"), "xtask@localhost");
    }
    // A git hook sets these variables, and they name another repository.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshot_in_the_repository_is_whole_and_has_the_recorded_checksum() {
        let snapshot = Snapshot::read().expect("the snapshot");
        let mut archive = Vec::new();
        std::io::Read::read_to_end(&mut GzDecoder::new(&snapshot.archive[..]), &mut archive).expect("a gzip file");
        assert!(advisories(&archive).expect("a tar archive") > 800);
        dates::seconds(&snapshot.date).expect("its date");
    }

    #[test]
    fn a_snapshot_that_was_changed_is_an_error() {
        let record = json!({ "date": "2026-01-01T00:00:00Z", "sha256": checksum::of(b"whole") });
        assert!(Snapshot::verify(b"whole".to_vec(), &record).is_ok());
        assert!(Snapshot::verify(b"changed".to_vec(), &record).is_err());
    }

    #[test]
    fn a_snapshot_older_than_180_days_is_an_error_that_says_how_to_refresh_it() {
        let snapshot = Snapshot { archive: Vec::new(), date: "2026-01-01T00:00:00Z".into() };
        let made = dates::seconds(&snapshot.date).expect("a time");
        assert!(snapshot.ensure_recent(made + MAXIMUM_DAYS * dates::DAY).is_ok());
        let error = snapshot.ensure_recent(made + (MAXIMUM_DAYS + 1) * dates::DAY).expect_err("too old").to_string();
        assert!(error.contains("cargo xtask advisories --update"), "{error}");
    }

    #[test]
    fn the_configuration_for_the_snapshot_keeps_everything_else_of_deny_toml() {
        let changed = pointed_at("[advisories]\nyanked = \"deny\"\n", Path::new("/a b")).expect("one section");
        assert_eq!(changed, "[advisories]\ndb-path = \"/a b\"\nyanked = \"deny\"\n");
        assert!(pointed_at("[bans]\n", Path::new("/")).is_err());
    }
}
