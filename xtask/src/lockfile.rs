//! Reads `Cargo.lock`.

use anyhow::{Context as _, ensure};

use crate::root;

/// A crate version in `Cargo.lock` that comes from the registry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Locked {
    pub(crate) name: String,
    pub(crate) version: String,
    /// SHA-256 of the `.crate` file, hexadecimal.
    pub(crate) checksum: String,
}

/// Returns all crate versions from the registry, without the members of the workspace.
pub(crate) fn from_registry() -> anyhow::Result<Vec<Locked>> {
    let file = root().join("Cargo.lock");
    parse(&std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?)
}

/// Parses the file as cargo writes it: one `key = "value"` per line below each `[[package]]`.
fn parse(text: &str) -> anyhow::Result<Vec<Locked>> {
    let mut found = Vec::new();
    let (_version, packages) = text.split_once("[[package]]").context("Cargo.lock names no package")?;
    for package in packages.split("[[package]]") {
        let value = |key: &str| {
            package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')).map(str::to_owned)
        };
        let name = value("name").context("Cargo.lock: a package without a name")?;
        let version = value("version").with_context(|| format!("Cargo.lock: {name} has no version"))?;
        let Some(source) = value("source") else { continue };
        ensure!(source.starts_with("registry+"), "Cargo.lock: {name} {version} comes from {source}, not from the registry");
        let checksum = value("checksum").with_context(|| format!("Cargo.lock: {name} {version} has no checksum"))?;
        found.push(Locked { name, version, checksum });
    }
    ensure!(!found.is_empty(), "Cargo.lock names no crate from the registry");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_the_registry_are_read_and_workspace_members_are_left_out() {
        let text = "version = 4\n\n[[package]]\nname = \"adit\"\nversion = \"0.1.0\"\ndependencies = [\n \"tar\",\n]\n\n\
                    [[package]]\nname = \"tar\"\nversion = \"0.4.46\"\nsource = \"registry+https://example\"\nchecksum = \"ab\"\n";
        let tar = Locked { name: "tar".into(), version: "0.4.46".into(), checksum: "ab".into() };
        assert_eq!(parse(text).expect("readable"), [tar]);
    }

    #[test]
    fn a_crate_from_a_git_repository_is_an_error() {
        let text = "[[package]]\nname = \"tar\"\nversion = \"0.4.46\"\nsource = \"git+https://example\"\n";
        assert!(parse(text).is_err());
    }
}
