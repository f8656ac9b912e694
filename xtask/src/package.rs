//! `cargo xtask package`: builds the programs for distribution, with their licences and bill of materials, in `target/package`.

mod linked;
mod notices;
mod sbom;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::{cargo, checksum, root, run};

/// The distributed programs, and the packages that they are built from.
const PROGRAMS: &[(&str, &str)] = &[("adit", "adit"), ("adit-wg", "adit"), ("aditd", "adit-daemon")];

/// The target system.
const TARGET: &str = "x86_64-unknown-linux-gnu";

const SBOM: &str = "adit.cdx.json";
const NOTICES: &str = "THIRD-PARTY-NOTICES";
const SUMS: &str = "SHA256SUMS";

/// `cargo xtask package [--without-programs]`.
pub(crate) fn command(arguments: &[String]) -> anyhow::Result<()> {
    let programs = match arguments {
        [] => PROGRAMS,
        [option] if option == "--without-programs" => &[],
        _ => bail!("usage: cargo xtask package [--without-programs]"),
    };
    let folder = root().join("target/package");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder)?;
    let linked = linked::read()?;
    write(&folder, SBOM, &sbom::text(&linked)?)?;
    write(&folder, NOTICES, &notices::text(&linked.foreign(), &notices::standard_library()?)?)?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(root().join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
    }
    if !programs.is_empty() {
        let packages = ["--package", "adit", "--package", "adit-daemon"];
        run(cargo("build").args(["--release", "--bins", "--target", TARGET]).args(packages))?;
        for (program, _) in programs {
            let built = root().join("target").join(TARGET).join("release").join(program);
            std::fs::copy(&built, folder.join(program)).with_context(|| format!("copying {}", built.display()))?;
        }
    }
    write(&folder, SUMS, &sums(&folder)?)?;
    println!("written: {}", folder.display());
    Ok(())
}

/// Returns the checksum of each file in `folder`, in the format of `sha256sum --check`.
fn sums(folder: &Path) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let bytes = std::fs::read(entry.path())?;
        lines.push((entry.file_name().to_string_lossy().into_owned(), checksum::of(&bytes)));
    }
    lines.sort();
    Ok(lines.into_iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect())
}

fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    std::fs::write(folder.join(name), text).with_context(|| format!("writing {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_sorted_and_in_the_form_of_sha256sum() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "b", "").expect("written");
        write(folder.path(), "a", "abc").expect("written");
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
                        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n";
        assert_eq!(sums(folder.path()).expect("readable"), expected);
    }
}
