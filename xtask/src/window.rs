//! The window (`ui`): its checks, its tests in jsdom and in a browser, and pictures of it. Needs Node.js, npm and Chromium.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{checksum, root, run};

/// Chromium draws with the fonts of the system, and comes without one.
const NEEDED: &[Needed] =
    &[("node", "nodejs"), ("npm", "npm"), ("chromium", "chromium"), ("fc-list", "fontconfig fonts-dejavu-core fonts-noto-core")];

/// The Node.js that is fetched from npm where the system's is older, as Debian 12's is.
const NODE: &str = "22.23.3";

/// The text before the reason why checks of the window cannot run.
const SKIPPED: &str = "the window's checks";

/// Types, lints and all tests of the window.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    let tools = match Tools::set_up() {
        Ok(tools) => tools,
        Err(why) => {
            summary.skip(format!("{SKIPPED}: {why:#}"));
            return Ok(());
        }
    };
    summary.check("types and lints of the window", tools.npm().args(["run", "check"]))?;
    summary.tests("tests of the window", tools.npm().args(["run", "test", "--", REPORTER]))?;
    match browser() {
        Ok(chromium) => {
            let mut command = tools.npm();
            summary.tests("the window in a browser", command.args(["run", "e2e", "--", REPORTER]).env("CHROMIUM", chromium))
        }
        Err(why) => {
            summary.skip(format!("{SKIPPED} in a browser: {why:#}"));
            Ok(())
        }
    }
}

/// Prints results in the form that [`Summary::tests`] reads.
const REPORTER: &str = "--reporter=./reporter.ts";

/// Makes the pictures in `docs/screenshots`.
pub(crate) fn shots() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    let tools = Tools::set_up()?;
    run(tools.npm().args(["run", "shots"]).env("CHROMIUM", browser()?))
}

fn browser() -> anyhow::Result<PathBuf> {
    machine::find("chromium").context("no `chromium`")
}

/// npm, with a Node.js that is new enough, and the packages of the window.
struct Tools {
    npm: PathBuf,
    /// The system's Node.js.
    system_node: PathBuf,
    /// The folder of a newer one, for the programs that npm starts; None if the system's is new enough.
    node: Option<PathBuf>,
}

impl Tools {
    /// Fetches what is missing. The error says what cannot be had.
    fn set_up() -> anyhow::Result<Self> {
        let node = machine::find("node").context("no `node`")?;
        let npm = machine::find("npm").context("no `npm`")?;
        let output = Command::new(&node).arg("--version").output().context("cannot start node")?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut tools = Self { npm, system_node: node, node: None };
        if !is_new_enough(&version) {
            tools.node = Some(tools.newer_node().with_context(|| format!("Node.js {version} is too old"))?);
        }
        tools.install_packages()?;
        Ok(tools)
    }

    /// A command of npm in `ui`.
    fn npm(&self) -> Command {
        let mut command = match &self.node {
            Some(folder) => {
                let mut path = folder.clone().into_os_string();
                path.push(":");
                path.push(std::env::var_os("PATH").unwrap_or_default());
                // Debian's npm finds its own modules only on Debian's Node.js.
                let mut command = Command::new(&self.system_node);
                command.arg(&self.npm).env("PATH", path);
                command
            }
            None => Command::new(&self.npm),
        };
        command.current_dir(root().join("ui")).env("NO_COLOR", "1");
        command
    }

    /// The folder of a Node.js of version [`NODE`], which npm has as a package for each kind of processor.
    fn newer_node(&self) -> anyhow::Result<PathBuf> {
        let processor = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => bail!("npm has no newer one for the processor {other}"),
        };
        let package = format!("node-linux-{processor}");
        let prefix = root().join("target/tools/node").join(NODE);
        let folder = prefix.join("node_modules").join(&package).join("bin");
        if !folder.join("node").is_file() {
            println!("\n=== npm install {package}@{NODE}");
            std::fs::create_dir_all(&prefix)?;
            let mut command = Command::new(&self.npm);
            command.args(["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(&prefix);
            run(command.arg(format!("{package}@{NODE}"))).context("npm cannot fetch a newer one")?;
        }
        Ok(folder)
    }

    /// `npm ci`, unless the packages in `ui/node_modules` are those of the lock file.
    fn install_packages(&self) -> anyhow::Result<()> {
        let lock = std::fs::read(root().join("ui/package-lock.json")).context("cannot read ui/package-lock.json")?;
        let wanted = checksum::of(&lock);
        let installed = root().join("ui/node_modules/.installed");
        if std::fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
            return Ok(());
        }
        println!("\n=== npm ci");
        run(self.npm().arg("ci")).context("the packages of the window cannot be fetched")?;
        std::fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
    }
}

/// Returns true if `node --version` names a version that the tools in `ui/package-lock.json` run on.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => matches!((major, minor), (20, 19..) | (22, 13..) | (24.., _)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_recognized() {
        let fit = [("v20.19.0", true), ("v22.13.1", true), ("v24.0.0", true)];
        let unfit = ["v22.12.0", "v21.7.3", "v20.18.1", "v18.20.4", "v23.1.0", ""].map(|version| (version, false));
        for (version, expected) in fit.into_iter().chain(unfit) {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }

    #[test]
    fn the_lock_file_names_no_registry_and_has_a_checksum_for_each_package() {
        let text = std::fs::read_to_string(root().join("ui/package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        assert!(packages.len() > 20, "{}", packages.len());
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            assert!(package.get("resolved").is_none(), "{name}: npm config omit-lockfile-registry-resolved leaves it out");
            assert!(package["integrity"].as_str().is_some_and(|sum| sum.starts_with("sha512-")), "{name}");
        }
    }
}
