//! Packages for Debian and its descendants. `dpkg-shlibdeps` finds the libraries that the programs need, and `dpkg-deb` packs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::contents::{Family, Source, fill};
use super::tree::{Tree, Work, set_mode};
use super::{DESKTOP, Product, SERVICE, printed, sortable};
use crate::{dates, root};

const ARCHITECTURE: &str = "amd64";
/// The maintainer of the packages, as the licence names the authors. The project has no address for mail.
const MAINTAINER: &str = "The Adit contributors";

const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Adit

Files: *
Copyright: 2026 The Adit contributors
License: MIT or Apache-2.0
 The texts are the files LICENSE-MIT and LICENSE-APACHE in this folder;
 Debian has the latter as /usr/share/common-licenses/Apache-2.0.
 THIRD-PARTY-NOTICES.gz has those of the libraries in the programs.
Comment:
 WireGuard is a registered trademark of Jason A. Donenfeld. Adit is not
 affiliated with him or with the WireGuard project.
";

/// Makes the package of `product` in `packages`.
pub(super) fn pack(product: &Product, source: &Source<'_>, work: &Work, packages: &Path) -> anyhow::Result<PathBuf> {
    let version = sortable(source.version);
    let mut tree = Tree::new(work.folder(&format!("{}-deb", product.name))?)?;
    fill(&mut tree, product, Family::Debian, source)?;
    let documents = format!("usr/share/doc/{}", product.name);
    tree.add(&format!("{documents}/copyright"), COPYRIGHT.as_bytes())?;
    let time = dates::seconds(&source.time).context("the time of the commit")?;
    tree.compress(&format!("{documents}/changelog"), changelog(product, &version, time)?.as_bytes())?;
    let libraries = libraries(product, &tree, &work.folder("shlibdeps")?)?;
    let files: Vec<&String> = tree.files().iter().collect();
    let sums = printed(Command::new("md5sum").args(files).current_dir(tree.root()))?;

    let control = tree.root().join("DEBIAN");
    std::fs::create_dir(&control)?;
    set_mode(&control, 0o755)?;
    let size = installed_size(&tree)?;
    std::fs::write(control.join("control"), fields(product, &version, &libraries, size))?;
    std::fs::write(control.join("md5sums"), sums)?;
    for name in ["control", "md5sums"] {
        set_mode(&control.join(name), 0o644)?;
    }
    if product.name == SERVICE.name {
        for script in ["postinst", "prerm", "postrm"] {
            let file = control.join(script);
            std::fs::copy(root().join("installers/linux/packages/deb").join(script), &file)
                .with_context(|| format!("copying {script}"))?;
            set_mode(&file, 0o755)?;
        }
    }
    let package = packages.join(format!("{}_{version}_{ARCHITECTURE}.deb", product.name));
    let mut build = Command::new("dpkg-deb");
    // Compressed as every Debian and Ubuntu can read it, and by one thread, so that the bytes do not depend on the machine.
    build
        .args(["--root-owner-group", "-Zxz", if source.is_small { "-z9" } else { "-z0" }, "--build"])
        .env("DPKG_DEB_THREADS_MAX", "1");
    printed(build.arg(tree.root()).arg(&package).env("SOURCE_DATE_EPOCH", time.to_string()))?;
    Ok(package)
}

fn fields(product: &Product, version: &str, libraries: &str, size: u64) -> String {
    let relations = if product.name == DESKTOP.name {
        // The same version: the app and the service speak the same contract.
        format!("Depends: adit (= {version}), {libraries}\n")
    } else {
        // The first installs the service's user, the second its folders. Without nft there is no kill switch.
        format!(
            "Depends: {libraries}, nftables, systemd | systemd-standalone-sysusers, systemd | \
             systemd-standalone-tmpfiles\n\
             Recommends: polkitd | policykit-1\n\
             Suggests: {}, systemd-resolved | resolvconf\n",
            DESKTOP.name
        )
    };
    let description: String = product.description.lines().map(|line| format!(" {line}\n")).collect();
    format!(
        "Package: {}\nVersion: {version}\nArchitecture: {ARCHITECTURE}\nMaintainer: {MAINTAINER}\nInstalled-Size: {size}\n\
         {relations}Section: net\nPriority: optional\nDescription: {}\n{description} .\n \
         WireGuard is a registered trademark of Jason A. Donenfeld. Adit is not\n affiliated with him or with the WireGuard \
         project.\n",
        product.name, product.summary
    )
}

fn changelog(product: &Product, version: &str, time: i64) -> anyhow::Result<String> {
    let date = printed(Command::new("date").args(["--utc", "--rfc-email", "--date"]).arg(format!("@{time}")).env("LC_ALL", "C"))?;
    let date = String::from_utf8(date)?;
    let entry = "  * CHANGELOG.md in this folder lists the changes.";
    Ok(format!("{} ({version}) unstable; urgency=medium\n\n{entry}\n\n -- {MAINTAINER} <>  {date}", product.name))
}

/// Returns the libraries that the programs are linked to, with the least versions that have what they use.
fn libraries(product: &Product, tree: &Tree, folder: &Path) -> anyhow::Result<String> {
    let control = folder.join("debian/control");
    std::fs::create_dir(folder.join("debian"))?;
    std::fs::write(&control, format!("Source: adit\n\nPackage: {}\nArchitecture: any\n", product.name))?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.current_dir(folder).arg("-O");
    for (program, _) in product.programs {
        command.arg("-e").arg(tree.root().join("usr/bin").join(program));
    }
    let variables = String::from_utf8(printed(&mut command)?)?;
    let libraries = variables.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    Ok(libraries.context("dpkg-shlibdeps finds no libraries")?.to_owned())
}

/// Returns the size on the disk, KiB, as Debian's policy counts it: each file rounded up.
fn installed_size(tree: &Tree) -> anyhow::Result<u64> {
    let sizes: Result<Vec<u64>, _> = tree
        .files()
        .iter()
        .map(|file| Ok::<_, std::io::Error>(tree.root().join(file).metadata()?.len().div_ceil(1024)))
        .collect();
    Ok(sizes?.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_needs_no_graphical_library_and_the_app_needs_its_own_service() {
        let service = fields(&SERVICE, "1.2.3", "libc6 (>= 2.34)", 1);
        assert!(service.contains("\nDepends: libc6 (>= 2.34), nftables, "), "{service}");
        assert!(!service.contains("webkit"));
        let app = fields(&DESKTOP, "1.2.3", "libwebkit2gtk-4.1-0", 1);
        assert!(app.contains("\nDepends: adit (= 1.2.3), libwebkit2gtk-4.1-0\n"), "{app}");
        for control in [service, app] {
            let (_, description) = control.split_once("\nDescription: ").expect("a description");
            assert!(description.lines().skip(1).all(|line| line.starts_with(' ') && line.len() <= 80), "{description}");
        }
    }
}
