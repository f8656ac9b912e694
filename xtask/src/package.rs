//! `cargo xtask package`: builds the programs for distribution, with their licences and bills of materials, and packages of them
//! for Debian and Fedora, in `target/package`.

mod contents;
mod deb;
mod linked;
mod notices;
mod page;
mod rpm;
mod sbom;
mod tree;
mod trial;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::machine::{self, Needed};
use crate::{app, cargo, checksum, root, run, window};

/// Programs that are packed together, with the crates that they are built from.
struct Product {
    name: &'static str,
    programs: &'static [(&'static str, &'static str)],
    /// One line for lists of packages.
    summary: &'static str,
    description: &'static str,
}

/// Needs no graphical interface, so that it fits a server.
const SERVICE: Product = Product {
    name: "adit",
    programs: &[("adit", "adit"), ("adit-wg", "adit"), ("aditd", "adit-daemon")],
    summary: "WireGuard client: service and command line",
    description: "Adit keeps WireGuard tunnels up and stops traffic from leaving outside them.\n\
                  This package has the service, its command adit, and adit-wg for wg-quick.",
};
const DESKTOP: Product = Product {
    name: "adit-desktop",
    programs: &[("adit-app", "adit-app")],
    summary: "WireGuard client: desktop app",
    description: "Adit keeps WireGuard tunnels up and stops traffic from leaving outside them.\n\
                  This package has the desktop app, a window that controls the service.",
};
const PRODUCTS: [&Product; 2] = [&SERVICE, &DESKTOP];

impl Product {
    fn crates(&self) -> Vec<&'static str> {
        let mut crates: Vec<&str> = self.programs.iter().map(|(_, package)| *package).collect();
        crates.dedup();
        crates
    }

    fn sbom(&self) -> String {
        format!("{}.cdx.json", self.name)
    }

    fn notices(&self) -> String {
        format!("{}.THIRD-PARTY-NOTICES", self.name)
    }
}

/// The target system.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The profile of programs that users get.
const RELEASE: &str = "release";

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];
const SUMS: &str = "SHA256SUMS";

/// The distributions' own programs that make packages.
const NEEDED: &[Needed] = &[
    ("dpkg-deb", "dpkg"),
    ("dpkg-shlibdeps", "dpkg-dev"),
    ("strip", "binutils"),
    ("rpmbuild", "rpm"),
    ("rsvg-convert", "librsvg2-bin"),
];

const USAGE: &str = "usage: cargo xtask package [--profile PROFILE] [--version VERSION] [--without-programs | --test]";

/// The request of the command line.
struct Options {
    profile: String,
    /// The version of the packages, otherwise that of the programs.
    version: Option<String>,
    has_programs: bool,
    is_test: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> anyhow::Result<Self> {
        let mut options = Self { profile: RELEASE.to_owned(), version: None, has_programs: true, is_test: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--profile" => options.profile = rest.next().context(USAGE)?.clone(),
                "--version" => options.version = Some(rest.next().context(USAGE)?.clone()),
                "--without-programs" => options.has_programs = false,
                "--test" => options.is_test = true,
                unknown => bail!("unknown argument `{unknown}`; {USAGE}"),
            }
        }
        ensure!(options.has_programs || !options.is_test, "{USAGE}");
        Ok(options)
    }
}

/// Carries out `cargo xtask package`.
pub(crate) fn command(arguments: &[String]) -> anyhow::Result<()> {
    let options = Options::parse(arguments)?;
    machine::install(NEEDED)?;
    let folder = fresh(&root().join("target/package"))?;
    let dependencies = window::packages()?;
    for product in PRODUCTS {
        document(product, &folder, &dependencies)?;
    }
    for name in LICENCES {
        std::fs::copy(root().join(name), folder.join(name)).with_context(|| format!("copying {name}"))?;
    }
    if !options.has_programs {
        return finish(&folder);
    }
    let built = build(&options.profile)?;
    for (program, _) in PRODUCTS.iter().flat_map(|product| product.programs) {
        let program_file = built.join(program);
        std::fs::copy(&program_file, folder.join(program)).with_context(|| format!("copying {}", program_file.display()))?;
    }
    let version = options.version.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned());
    let is_small = options.profile == RELEASE;
    pack(&folder, &version, &folder, is_small)?;
    finish(&folder)?;
    if options.is_test { trial::test(&folder, &version, is_small) } else { Ok(()) }
}

/// Writes the bill of materials and the licence texts of what is linked into `product`.
fn document(product: &Product, folder: &Path, dependencies: &Path) -> anyhow::Result<()> {
    let linked = linked::read(product)?;
    let page = if product.name == DESKTOP.name { page::read(dependencies)? } else { Vec::new() };
    write(folder, &product.sbom(), &sbom::text(product, &linked, &page)?)?;
    let text = notices::text(&linked.foreign(), &page, &notices::standard_library()?)?;
    write(folder, &product.notices(), &text)
}

/// Builds the programs, and returns their folder.
fn build(profile: &str) -> anyhow::Result<PathBuf> {
    app::set_up()?;
    // Released programs have a folder of their own, whatever the target of other builds is.
    let target: &[&str] = if profile == RELEASE { &["--target", TARGET] } else { &[] };
    // One after the other: crates that both have would otherwise get the features of both.
    for product in PRODUCTS {
        let packages = product.crates().into_iter().flat_map(|package| ["--package", package]);
        run(cargo("build").args(["--profile", profile, "--bins"]).args(target).args(packages))?;
    }
    let target = root().join("target");
    Ok(match profile {
        RELEASE => target.join(TARGET).join(RELEASE),
        "dev" => target.join("debug"),
        _ => target.join(profile),
    })
}

/// Makes packages of `version` in `packages`, from the programs and documents in `folder`.
fn pack(folder: &Path, version: &str, packages: &Path, is_small: bool) -> anyhow::Result<()> {
    let work = tree::Work::new(&root().join("target/package-work"))?;
    let source = contents::Source { folder, version, time: sbom::time_of_commit()?, is_small };
    for product in PRODUCTS {
        deb::pack(product, &source, &work, packages)?;
        rpm::pack(product, &source, &work, packages)?;
    }
    Ok(())
}

/// Returns the version as both package managers order it: `0.2.0~beta.1` is before `0.2.0`.
fn sortable(version: &str) -> String {
    version.replacen('-', "~", 1).replace('-', ".")
}

fn finish(folder: &Path) -> anyhow::Result<()> {
    write(folder, SUMS, &sums(folder)?)?;
    println!("written: {}", folder.display());
    Ok(())
}

/// Makes `folder` empty.
fn fresh(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.to_owned())
}

/// Runs a program and returns what it prints.
fn printed(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot start {name}"))?;
    ensure!(output.status.success(), "{name} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
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

    #[test]
    fn a_version_before_a_release_is_ordered_before_it() {
        assert_eq!(sortable("0.2.0"), "0.2.0");
        assert_eq!(sortable("0.2.0-beta-3.1"), "0.2.0~beta.3.1");
    }

    #[test]
    fn arguments_that_contradict_each_other_or_are_unknown_are_refused() {
        let parse = |text: &str| Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(parse("").expect("no arguments").profile, "release");
        assert_eq!(parse("--profile quick --version 9.0.0").expect("both").version.as_deref(), Some("9.0.0"));
        for wrong in ["--profile", "--version", "--quick", "--test --without-programs"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
