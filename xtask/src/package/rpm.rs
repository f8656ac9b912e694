//! Packages for Fedora and its relatives, made by `rpmbuild`, which finds the libraries that the programs need.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::contents::{Family, Source, fill};
use super::tree::{Tree, Work};
use super::{DESKTOP, Product, SERVICE, printed, sortable};
use crate::{dates, root};

const ARCHITECTURE: &str = "x86_64";

/// Builds of one commit are equal: nothing of the machine, of the moment, or of tools that change files.
const MACROS: [&str; 8] = [
    "_buildhost localhost",
    "use_source_date_epoch_as_buildtime 1",
    "clamp_mtime_to_source_date_epoch 1",
    "source_date_epoch_from_changelog 0",
    "_build_id_links none",
    "debug_package %{nil}",
    "__os_install_post %{nil}",
    "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
];

/// Makes the package of `product` in `packages`.
pub(super) fn pack(product: &Product, source: &Source<'_>, work: &Work, packages: &Path) -> anyhow::Result<PathBuf> {
    let version = sortable(source.version);
    let mut tree = Tree::new(work.folder(&format!("{}-rpm", product.name))?)?;
    fill(&mut tree, product, Family::Fedora, source)?;
    let top = work.folder("rpmbuild")?;
    let spec = top.join(format!("{}.spec", product.name));
    std::fs::write(&spec, text(product, &version, &tree)?)?;
    let mut build = Command::new("rpmbuild");
    build.arg("-bb").args(["--target", &format!("{ARCHITECTURE}-linux")]);
    for definition in MACROS {
        build.args(["--define", definition]);
    }
    // rpm 4.14 and later read it.
    build.arg("--define").arg(if source.is_small { "_binary_payload w19.zstdio" } else { "_binary_payload w1.zstdio" });
    build.arg("--define").arg(format!("_topdir {}", top.display()));
    build.arg("--define").arg(format!("_rpmdir {}", packages.display()));
    build.env("SOURCE_DATE_EPOCH", dates::seconds(&source.time).context("the time of the commit")?.to_string());
    printed(build.arg(spec))?;
    Ok(packages.join(format!("{}-{version}-1.{ARCHITECTURE}.rpm", product.name)))
}

fn text(product: &Product, version: &str, tree: &Tree) -> anyhow::Result<String> {
    let relations = if product.name == DESKTOP.name {
        // The same version: the app and the service speak the same contract.
        format!("Requires: adit = {version}-1\n")
    } else {
        "Requires: nftables, systemd\nRecommends: polkit\n".to_owned()
    };
    let mut text = format!(
        "Name: {}\nVersion: {version}\nRelease: 1\nSummary: {}\nLicense: MIT OR Apache-2.0\n{relations}\n\
         %description\n{}\n\nWireGuard is a registered trademark of Jason A. Donenfeld. Adit is not\naffiliated with him or with \
         the WireGuard project.\n\n%install\ncp -a '{}/.' '%{{buildroot}}/'\n\n",
        product.name,
        product.summary,
        product.description,
        tree.root().display()
    );
    if product.name == SERVICE.name {
        for script in ["post", "preun", "postun"] {
            let file = root().join("installers/linux/packages/rpm").join(script);
            let body = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            write!(text, "%{script}\n{}\n", body.replace('%', "%%"))?;
        }
    }
    text.push_str("%files\n%defattr(-,root,root,-)\n");
    for folder in [format!("usr/share/doc/{}", product.name), format!("usr/share/licenses/{}", product.name)] {
        writeln!(text, "%dir \"/{folder}\"")?;
    }
    for file in tree.files() {
        let kind = match file {
            file if file.starts_with("usr/share/licenses/") => "%license ",
            file if file.starts_with("usr/share/doc/") || file.starts_with("usr/share/man/") => "%doc ",
            _ => "",
        };
        writeln!(text, "{kind}\"/{file}\"")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_and_scripts_are_not_taken_for_macros() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tree = Tree::new(folder.path().to_owned()).expect("a tree");
        tree.add("usr/bin/adit", b"").expect("added");
        tree.add("usr/share/licenses/adit/LICENSE-MIT", b"").expect("added");
        let text = text(&SERVICE, "1.2.3", &tree).expect("a text");
        assert!(text.contains("\n\"/usr/bin/adit\"\n%license \"/usr/share/licenses/adit/LICENSE-MIT\"\n"), "{text}");
        let (_, post) = text.split_once("\n%post\n").expect("scripts");
        assert!(post.starts_with("systemd-sysusers"), "{post}");
        assert!(!text.contains("webkit"));
    }
}
