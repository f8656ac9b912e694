//! Finds the crates that are linked into the programs, with the features that they are built with.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};

use super::{Product, TARGET};
use crate::{cargo, root};

/// Name and version of a crate.
pub(super) type Id = (String, String);

/// The crates of a product's programs.
pub(super) struct Linked {
    pub(super) packages: BTreeMap<Id, Package>,
    /// The crates that each crate is linked with.
    pub(super) edges: BTreeMap<Id, BTreeSet<Id>>,
}

impl Linked {
    /// Returns the crates of other authors.
    pub(super) fn foreign(&self) -> Vec<&Package> {
        self.packages.values().filter(|package| package.source.is_some()).collect()
    }
}

/// Asks cargo for the crates. `cargo tree` lists those built for these programs alone. `cargo metadata` has their licences and
/// folders, but joins the features of the whole workspace.
pub(super) fn read(product: &Product) -> anyhow::Result<Linked> {
    let built = built(product)?;
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::SomeFeatures(Vec::new()))
        .other_options(["--locked", "--filter-platform", TARGET].map(str::to_owned))
        .exec()
        .context("cargo metadata")?;
    let edges = edges(&metadata, &built)?;
    let packages: BTreeMap<Id, Package> =
        metadata.packages.into_iter().map(|package| (id(&package), package)).filter(|(id, _)| built.contains(id)).collect();
    let unknown: Vec<&Id> = built.iter().filter(|id| !packages.contains_key(*id)).collect();
    ensure!(unknown.is_empty(), "cargo tree names crates that cargo metadata does not have: {unknown:?}");
    Ok(Linked { packages, edges })
}

/// Returns the crates that are compiled into the programs, without build scripts, procedural macros and crates for tests.
fn built(product: &Product) -> anyhow::Result<BTreeSet<Id>> {
    let mut command = cargo("tree");
    let roots = product.crates();
    command.args(roots.iter().flat_map(|package| ["--package", package]));
    command.args(["--edges", "normal,no-proc-macro", "--target", TARGET, "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    let output = command.output().context("cannot start cargo tree")?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("what cargo tree prints")?;
    let ids: Option<BTreeSet<Id>> = text.lines().filter(|line| !line.is_empty()).map(parse).collect();
    let ids = ids.context("cargo tree prints something else than `name vVERSION`")?;
    ensure!(roots.iter().all(|root| ids.iter().any(|(name, _)| name == root)), "cargo tree does not name the programs");
    Ok(ids)
}

/// Parses `name v1.2.3 (/a/path)`.
fn parse(line: &str) -> Option<Id> {
    let mut words = line.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    Some((name.to_owned(), version.to_owned()))
}

fn edges(metadata: &Metadata, built: &BTreeSet<Id>) -> anyhow::Result<BTreeMap<Id, BTreeSet<Id>>> {
    let by_id: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, id(package))).collect();
    let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
    let mut edges = BTreeMap::new();
    for node in &resolve.nodes {
        let from = by_id.get(&node.id).context("cargo metadata: a crate without a package")?;
        if !built.contains(from) {
            continue;
        }
        let to = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal))
            .filter_map(|dependency| by_id.get(&dependency.pkg).filter(|id| built.contains(*id)).cloned())
            .collect();
        edges.insert(from.clone(), to);
    }
    Ok(edges)
}

/// Returns name and version of a package.
pub(super) fn id(package: &Package) -> Id {
    (package.name.to_string(), package.version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo_tree_are_read() {
        assert_eq!(parse("adit v0.1.0 (/work/core/cli)"), Some(("adit".into(), "0.1.0".into())));
        assert_eq!(parse("tar v0.4.46"), Some(("tar".into(), "0.4.46".into())));
        assert_eq!(parse("[build-dependencies]"), None);
    }

    #[test]
    fn what_carries_packets_is_linked_and_what_only_tests_use_is_not() {
        let linked = read(&super::super::SERVICE).expect("cargo answers");
        let has = |name: &str| linked.packages.keys().any(|(found, _)| found == name);
        assert!(has("adit-daemon") && has("adit-tunnel") && has("aws-lc-sys") && has("tokio"));
        for name in ["xtask", "adit-e2e", "adit-testkit", "proptest", "criterion", "serde_derive", "cc", "windows-sys", "tauri"] {
            assert!(!has(name), "{name} is not linked into the programs");
        }
    }

    #[test]
    fn the_desktop_app_is_linked_with_its_toolkit() {
        let linked = read(&super::super::DESKTOP).expect("cargo answers");
        let has = |name: &str| linked.packages.keys().any(|(found, _)| found == name);
        assert!(has("adit-app") && has("tauri") && has("gtk") && !has("adit-daemon") && !has("tauri-build"));
    }
}
