//! The files of each package and their places.

use std::path::Path;
use std::process::Command;

use super::tree::Tree;
use super::{DESKTOP, LICENCES, Product, SERVICE, printed};
use crate::root;

/// The sources of packages.
pub(super) struct Source<'a> {
    /// Folder of the programs and of their documents.
    pub(super) folder: &'a Path,
    /// Version of the packages, as Cargo writes it.
    pub(super) version: &'a str,
    /// Time of the packaged commit, in UTC.
    pub(super) time: String,
    /// True: as small as possible. False: as quick as possible, for tests.
    pub(super) is_small: bool,
}

/// A family of distributions, which have folders of their own for some files.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Family {
    Debian,
    Fedora,
}

/// The files for service managers and polkit: source in `installers/linux`, and path.
const SYSTEM: [(&str, &str); 8] = [
    ("aditd.service", "usr/lib/systemd/system/aditd.service"),
    ("aditd.socket", "usr/lib/systemd/system/aditd.socket"),
    ("adit-close-first.service", "usr/lib/systemd/system/adit-close-first.service"),
    ("adit-home.service", "usr/lib/systemd/system/adit-home.service"),
    ("adit.sysusers", "usr/lib/sysusers.d/adit.conf"),
    ("adit.tmpfiles", "usr/lib/tmpfiles.d/adit.conf"),
    ("io.adit.policy", "usr/share/polkit-1/actions/io.adit.policy"),
    ("50-adit.rules", "usr/share/polkit-1/rules.d/50-adit.rules"),
];

/// The files that desktops read: source in `installers/linux/desktop`, and path.
const FOR_DESKTOPS: [(&str, &str); 4] = [
    ("io.adit.app.desktop", "usr/share/applications/io.adit.app.desktop"),
    ("io.adit.app.metainfo.xml", "usr/share/metainfo/io.adit.app.metainfo.xml"),
    ("io.adit.app.mime.xml", "usr/share/mime/packages/io.adit.app.xml"),
    ("io.adit.app-symbolic.svg", "usr/share/icons/hicolor/symbolic/apps/io.adit.app-symbolic.svg"),
];

/// Widths of the icon, pixels.
const ICONS: [u32; 8] = [16, 24, 32, 48, 64, 128, 256, 512];

/// Puts the files of `product` into `tree`.
pub(super) fn fill(tree: &mut Tree, product: &Product, family: Family, source: &Source<'_>) -> anyhow::Result<()> {
    for (program, _) in product.programs {
        let path = format!("usr/bin/{program}");
        tree.copy_program(&source.folder.join(program), &path)?;
        // What a debugger needs stays with the programs in `target`.
        printed(Command::new("strip").args(["--strip-unneeded", "--remove-section=.comment"]).arg(tree.root().join(&path)))?;
    }
    if product.name == SERVICE.name {
        for (name, path) in SYSTEM {
            tree.copy(&root().join("installers/linux").join(name), path)?;
        }
        command_line(tree, family, &source.folder.join("adit"))?;
        manual(tree, &source.folder.join("aditd"), "man8/aditd.8")?;
    }
    if product.name == DESKTOP.name {
        for (name, path) in FOR_DESKTOPS {
            tree.copy(&root().join("installers/linux/desktop").join(name), path)?;
        }
        icons(tree)?;
        manual(tree, &source.folder.join("adit-app"), "man1/adit-app.1")?;
    }
    documents(tree, product, family, source)
}

/// Manual pages and completions, as the built program writes them.
fn command_line(tree: &mut Tree, family: Family, adit: &Path) -> anyhow::Result<()> {
    let pages = tree.root().with_extension("pages");
    printed(Command::new(adit).args(["man", "--dir"]).arg(&pages))?;
    for entry in pages.read_dir()? {
        let entry = entry?;
        tree.compress(&format!("usr/share/man/man1/{}", entry.file_name().display()), &std::fs::read(entry.path())?)?;
    }
    std::fs::remove_dir_all(pages)?;
    let zsh = match family {
        Family::Debian => "usr/share/zsh/vendor-completions/_adit",
        Family::Fedora => "usr/share/zsh/site-functions/_adit",
    };
    for (shell, path) in [
        ("bash", "usr/share/bash-completion/completions/adit"),
        ("zsh", zsh),
        ("fish", "usr/share/fish/vendor_completions.d/adit.fish"),
    ] {
        tree.add(path, &printed(Command::new(adit).args(["completions", shell]))?)?;
    }
    Ok(())
}

/// The manual page of a program with one page, as the built program writes it.
fn manual(tree: &mut Tree, program: &Path, page: &str) -> anyhow::Result<()> {
    tree.compress(&format!("usr/share/man/{page}"), &printed(Command::new(program).arg("--man-page"))?)
}

/// Draws the icon in each size.
fn icons(tree: &mut Tree) -> anyhow::Result<()> {
    let drawing = root().join("src-tauri/icons/icon.svg");
    for width in ICONS {
        let width = width.to_string();
        let picture = printed(Command::new("rsvg-convert").args(["--width", &width, "--height", &width]).arg(&drawing))?;
        tree.add(&format!("usr/share/icons/hicolor/{width}x{width}/apps/io.adit.app.png"), &picture)?;
    }
    tree.copy(&drawing, "usr/share/icons/hicolor/scalable/apps/io.adit.app.svg")
}

/// Licences, notices and the bill of materials.
fn documents(tree: &mut Tree, product: &Product, family: Family, source: &Source<'_>) -> anyhow::Result<()> {
    let documents = format!("usr/share/doc/{}", product.name);
    let licences = match family {
        Family::Debian => documents.clone(),
        Family::Fedora => format!("usr/share/licenses/{}", product.name),
    };
    for name in LICENCES {
        tree.copy(&source.folder.join(name), &format!("{licences}/{name}"))?;
    }
    tree.compress(&format!("{licences}/THIRD-PARTY-NOTICES"), &std::fs::read(source.folder.join(product.notices()))?)?;
    tree.compress(&format!("{documents}/{}", product.sbom()), &std::fs::read(source.folder.join(product.sbom()))?)?;
    tree.copy(&root().join("CHANGELOG.md"), &format!("{documents}/CHANGELOG.md"))
}
