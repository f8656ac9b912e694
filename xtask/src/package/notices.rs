//! Collects the licences of the crates that are linked into the programs, each text once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use cargo_metadata::Package;

use super::linked::id;
use super::page::Module;
use crate::root;

/// Folder of texts for crates and npm packages that contain none: `NAME-VERSION.txt`, so that a new version must be reviewed again.
/// In names of npm, `/` is written `+`.
const OURS: &str = "supply/licences";

/// Prefixes, in lower case, of the names of files that contain a licence or a notice.
const BEGINNINGS: &[&str] = &["license", "licence", "copying", "unlicense", "copyright", "notice"];

const RULE: &str = "================================================================================";

/// Licence texts, each with the crates that it covers.
type Texts = BTreeMap<String, BTreeSet<String>>;

/// Returns all notices. The error names every crate and npm package without a text.
pub(super) fn text(packages: &[&Package], page: &[Module], standard_library: &[String]) -> anyhow::Result<String> {
    let mut texts = Texts::new();
    let mut missing = Vec::new();
    for package in packages {
        let (name, version) = id(package);
        let found = texts_of(package)?;
        if found.is_empty() {
            missing.push(format!("{name} {version}"));
        }
        let license = package.license.as_deref().unwrap_or("see the text");
        for text in found {
            texts.entry(text).or_default().insert(format!("{name} {version} ({license})"));
        }
    }
    for module in page {
        let Module { name, version, licence, folder, .. } = module;
        let mut found = texts_in(folder)?;
        if found.is_empty() {
            found.extend(kept(&name.replace('/', "+"), version)?);
        }
        if found.is_empty() {
            missing.push(format!("{name} {version}"));
        }
        for text in found {
            texts.entry(text).or_default().insert(format!("{name} {version} ({licence})"));
        }
    }
    ensure!(
        missing.is_empty(),
        "no licence text in the files of {}; put what its author publishes into {OURS}/NAME-VERSION.txt",
        missing.join(", ")
    );
    for text in standard_library {
        texts.entry(text.clone()).or_default().insert("the Rust standard library (MIT OR Apache-2.0)".to_owned());
    }
    Ok(joined(&texts))
}

/// Returns the licences of the standard library, from the toolchain.
pub(super) fn standard_library() -> anyhow::Result<Vec<String>> {
    let output = Command::new("rustc").current_dir(root()).args(["--print", "sysroot"]).output().context("cannot start rustc")?;
    ensure!(output.status.success(), "rustc --print sysroot ended with {}", output.status);
    let folder = PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("share/doc/rust/licenses");
    ["MIT.txt", "Apache-2.0.txt"].iter().map(|name| read(&folder.join(name))).collect()
}

fn joined(texts: &Texts) -> String {
    // Sorted by the crates covered, not by the text: a reader looks for a crate.
    let mut sorted: Vec<(&BTreeSet<String>, &String)> = texts.iter().map(|(text, covered)| (covered, text)).collect();
    sorted.sort();
    let mut joined = "Adit contains the following software, under the licences below.\n".to_owned();
    for (covered, text) in sorted {
        // Writing into a String does not fail.
        let _ = write!(joined, "\n{RULE}\n");
        for name in covered {
            let _ = writeln!(joined, "{name}");
        }
        let _ = write!(joined, "{RULE}\n\n{text}\n");
    }
    joined
}

/// Returns the texts in a crate's own files, otherwise the one that we keep for it.
fn texts_of(package: &Package) -> anyhow::Result<BTreeSet<String>> {
    let folder = package.manifest_path.parent().context("a manifest without a folder")?.as_std_path();
    let mut texts = texts_in(folder)?;
    if let Some(file) = &package.license_file {
        texts.insert(read(&folder.join(file))?);
    }
    if texts.is_empty() {
        let (name, version) = id(package);
        texts.extend(kept(&name, &version)?);
    }
    Ok(texts)
}

/// Returns the text that we keep for a crate or npm package.
fn kept(name: &str, version: &str) -> anyhow::Result<Option<String>> {
    let file = root().join(OURS).join(format!("{name}-{version}.txt"));
    file.exists().then(|| read(&file)).transpose()
}

/// Returns the texts in `folder` and below it: C code and copied modules inside a crate have licences of their own.
fn texts_in(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let is_licence = |name: &str| BEGINNINGS.iter().any(|beginning| name.to_lowercase().starts_with(beginning));
    let mut texts = BTreeSet::new();
    for entry in folder.read_dir().with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if path.is_dir() && is_licence(&name) {
            for inner in path.read_dir()?.collect::<Result<Vec<_>, _>>()?.iter().filter(|inner| inner.path().is_file()) {
                texts.insert(read(&inner.path())?);
            }
        } else if path.is_dir() && !name.starts_with('.') {
            texts.append(&mut texts_in(&path)?);
        } else if path.is_file() && is_licence(&name) && !name.ends_with(".rs") {
            texts.insert(read(&path)?);
        }
    }
    Ok(texts)
}

/// Reads a text with uniform line ends and trimmed white space, so that equal texts compare equal.
fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n").trim_matches('\n').to_owned();
    if text.trim().is_empty() {
        bail!("{} is empty", file.display());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::super::{PRODUCTS, Product, SERVICE, linked};
    use super::*;

    fn read_linked(product: &Product) -> linked::Linked {
        linked::read(product).expect("cargo answers")
    }

    #[test]
    fn every_npm_package_without_a_text_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let modules = super::super::page::read(folder.path()).expect("a lock file");
        for module in &modules {
            std::fs::create_dir_all(&module.folder).expect("made");
        }
        let error = text(&[], &modules, &[]).expect_err("no texts").to_string();
        assert!(error.contains("svelte ") && !error.contains("@fluent/bundle"), "{error}");
    }

    #[test]
    fn every_crate_that_is_linked_has_a_licence_text() {
        for product in PRODUCTS {
            let linked = read_linked(product);
            let foreign = linked.foreign();
            let notices = text(&foreign, &[], &[]).expect("no text is missing");
            for package in foreign {
                let (name, version) = id(package);
                assert!(notices.contains(&format!("\n{name} {version} (")), "{name} {version} has no notice");
            }
        }
    }

    #[test]
    fn a_crate_without_a_text_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let linked = read_linked(&SERVICE);
        let mut package = (*linked.foreign().first().expect("a crate")).clone();
        let manifest = folder.path().join("Cargo.toml").into_os_string().into_string().expect("UTF-8");
        package.manifest_path = manifest.into();
        package.license_file = None;
        let error = text(&[&package], &[], &[]).expect_err("no text").to_string();
        assert!(error.contains(package.name.as_str()), "{error}");
    }

    #[test]
    fn one_text_of_two_crates_stands_once() {
        let covered = BTreeSet::from(["a 1.0.0 (MIT)".to_owned(), "b 2.0.0 (MIT)".to_owned()]);
        let notices = joined(&Texts::from([("Permission is granted".to_owned(), covered)]));
        assert_eq!(notices.matches("Permission is granted").count(), 1);
        assert!(notices.contains("a 1.0.0 (MIT)\nb 2.0.0 (MIT)\n"));
    }

    #[test]
    fn texts_that_differ_in_line_ends_only_are_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("LICENSE-MIT"), "a\r\nb\r\n").expect("written");
        std::fs::write(folder.path().join("COPYING"), "\na \nb").expect("written");
        std::fs::write(folder.path().join("README"), "c").expect("written");
        assert_eq!(texts_in(folder.path()).expect("readable"), BTreeSet::from(["a\nb".to_owned()]));
    }

    #[test]
    fn the_terms_of_code_that_a_crate_contains_are_found_below_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        for (place, text) in
            [("c/third_party", "terms of the C code"), (".github", "no terms"), ("LICENSES", "terms of the crate")]
        {
            std::fs::create_dir_all(folder.path().join(place)).expect("made");
            std::fs::write(folder.path().join(place).join("LICENSE.md"), text).expect("written");
        }
        let expected = BTreeSet::from(["terms of the C code".to_owned(), "terms of the crate".to_owned()]);
        assert_eq!(texts_in(folder.path()).expect("readable"), expected);
        let linked = read_linked(&SERVICE);
        let notices = text(&linked.foreign(), &[], &[]).expect("no text is missing");
        assert!(notices.contains("the fiat-crypto authors"), "the terms of fiat-crypto, which AWS-LC contains, are missing");
    }
}
