//! The desktop app (`src-tauri`): builds the page and the program around it, and opens the window.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::machine::{self, Needed};
use crate::simulation::{self, Installed, Simulation};
use crate::summary::Summary;
use crate::{cargo, root, run, test, window};

/// Header files to compile with, and what the tests of the window need: an X server without a screen, and WebDriver.
const NEEDED: &[Needed] = &[
    (HEADER, "libwebkit2gtk-4.1-dev"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("fc-list", "fontconfig fonts-dejavu-core"),
];

/// A file of WebKitGTK's development package, which has no program.
const HEADER: &str = "/usr/include/webkitgtk-4.1/webkit2/webkit2.h";

/// The package and the profile of all builds of the app: other profiles and features would compile Tauri once more.
const PACKAGE: [&str; 4] = ["--profile", "quick", "--package", "adit-app"];

/// Builds the app and opens it. `--build` only builds it, `--test` runs its tests, `--mock` shows a simulated computer, as is
/// done where no service runs; other arguments go to the app.
pub(crate) fn app(arguments: &[String]) -> anyhow::Result<()> {
    if arguments == ["--test"] {
        return test();
    }
    // Before minutes of compiling.
    let start = Start::of(arguments)?;
    set_up()?;
    run(cargo("build").args(PACKAGE))?;
    if arguments == ["--build"] {
        println!("built {}", program().display());
        return Ok(());
    }
    let names_service = start.socket.is_some() || std::env::var_os("ADIT_SOCKET").is_some();
    let Some(simulated) = start.simulated(names_service, simulation::installed_service) else {
        return run(Command::new(program()).args(start.socket_arguments()).args(&start.rest));
    };
    let simulation = Simulation::start(simulated)?;
    run(Command::new(program()).arg("--socket").arg(&simulation.socket).args(&start.rest))
}

/// How the app is opened.
#[derive(PartialEq, Eq, Debug)]
struct Start {
    /// With a simulated computer, whatever runs here.
    is_mock: bool,
    /// The socket of the service; with `--mock`, the one that the simulated service listens on.
    socket: Option<PathBuf>,
    /// The arguments of the app.
    rest: Vec<String>,
}

impl Start {
    /// Takes the arguments apart. `--` ends options, as in the app.
    fn of(arguments: &[String]) -> anyhow::Result<Self> {
        let mut start = Self { is_mock: false, socket: None, rest: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let socket = match argument.as_str() {
                "--" => {
                    start.rest.push(argument.clone());
                    start.rest.extend(arguments.cloned());
                    break;
                }
                "--mock" => {
                    start.is_mock = true;
                    continue;
                }
                "--socket" => arguments.next().map(String::as_str),
                other => match other.strip_prefix("--socket=") {
                    Some(socket) => Some(socket),
                    None => {
                        start.rest.push(other.to_owned());
                        continue;
                    }
                },
            };
            let socket = socket.filter(|socket| !socket.is_empty()).context("--socket needs the path of a socket")?;
            ensure!(start.socket.replace(socket.into()).is_none(), "--socket is there twice; which one is meant?");
        }
        Ok(start)
    }

    fn socket_arguments(&self) -> impl Iterator<Item = &OsStr> {
        self.socket.iter().flat_map(|socket| [OsStr::new("--socket"), socket.as_os_str()])
    }

    /// Returns the socket for a simulated service; None: the app uses a real one. `names_service`: the user names one, whether it
    /// runs or not. `installed`: whether the installed one runs.
    fn simulated(&self, names_service: bool, installed: impl FnOnce() -> Installed) -> Option<PathBuf> {
        let simulated = || Some(self.socket.clone().unwrap_or_else(simulation::socket));
        if self.is_mock {
            return simulated();
        }
        if names_service {
            return None;
        }
        match installed() {
            Installed::Runs => None,
            Installed::Unreachable(error) => {
                println!(
                    "The service is there, but this user cannot connect to it ({error}). The window says what helps; --mock \
                          shows a simulated computer."
                );
                None
            }
            Installed::Absent => {
                println!("No service runs here: the window shows a simulated computer.");
                simulated()
            }
        }
    }
}

/// Lints and tests the app: the program alone, then as root the real window with the real service in network namespaces.
fn test() -> anyhow::Result<()> {
    machine::install(machine::FOR_TESTS)?;
    let mut summary = Summary::default();
    set_up()?;
    check(&mut summary)?;
    test::build_commands()?;
    let window = || {
        let mut command = cargo("test");
        command.args(["--package", "adit-e2e", "--features", "window", "--test", "window"]);
        command
    };
    summary.cargo_tests("the window with the service", window, &[])?;
    summary.finish()
}

/// Builds the app's program, with its lints, and runs its own tests.
pub(crate) fn check(summary: &mut Summary) -> anyhow::Result<()> {
    summary.check("the desktop app and its lints", test::linted("build")?.args(PACKAGE))?;
    summary.tests("tests of the desktop app's program", test::linted("test")?.args(PACKAGE))
}

/// Installs what the app is compiled with, and builds its page.
pub(crate) fn set_up() -> anyhow::Result<()> {
    machine::install(NEEDED)?;
    ensure!(machine::find(HEADER).is_some(), "the app needs WebKitGTK 4.1 with its header files (libwebkit2gtk-4.1-dev)");
    window::build_page()
}

fn program() -> PathBuf {
    root().join("target/quick/adit-app")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn start(arguments: &[&str]) -> anyhow::Result<Start> {
        Start::of(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    fn of(arguments: &[&str]) -> Start {
        start(arguments).expect("valid arguments")
    }

    #[test]
    fn with_mock_the_socket_is_the_one_that_the_simulated_service_listens_on() {
        for arguments in [["--mock", "--socket", "/tmp/mine.sock"].as_slice(), &["--socket=/tmp/mine.sock", "--mock"]] {
            let start = of(arguments);
            let socket = start.simulated(true, || unreachable!("nobody asks whether a service runs"));
            assert_eq!((socket, start.rest.is_empty()), (Some("/tmp/mine.sock".into()), true), "{arguments:?}");
        }
        let without = of(&["--mock", "office.conf", "--hidden"]);
        assert_eq!(without.simulated(false, || unreachable!()), Some(simulation::socket()));
        assert_eq!(without.rest, ["office.conf", "--hidden"]);
    }

    #[test]
    fn a_named_service_is_used_whether_it_runs_or_not() {
        let start = of(&["--socket", "/run/other.sock", "office.conf"]);
        assert_eq!(start.simulated(true, || unreachable!()), None);
        assert_eq!(start.socket_arguments().collect::<Vec<_>>(), ["--socket", "/run/other.sock"]);
        assert_eq!(start.rest, ["office.conf"]);
    }

    #[test]
    fn a_service_that_refuses_this_user_is_never_replaced_by_a_simulated_one() {
        let start = of(&[]);
        assert_eq!(start.simulated(false, || Installed::Runs), None);
        assert_eq!(start.simulated(false, || Installed::Unreachable(io::ErrorKind::PermissionDenied.into())), None);
        assert_eq!(start.simulated(false, || Installed::Absent), Some(simulation::socket()));
    }

    #[test]
    fn unknown_options_go_to_the_app_unchanged() {
        assert_eq!(of(&["--", "--mock", "--socket"]).rest, ["--", "--mock", "--socket"]);
        assert_eq!(of(&["--hidden", "adit:import"]).rest, ["--hidden", "adit:import"]);
    }

    #[test]
    fn a_socket_without_a_path_or_two_of_them_are_errors() {
        for (arguments, error) in [
            (["--mock", "--socket"].as_slice(), "--socket needs the path of a socket"),
            (&["--socket="], "--socket needs the path of a socket"),
            (&["--socket", "/a", "--socket=/b"], "--socket is there twice; which one is meant?"),
        ] {
            assert_eq!(start(arguments).expect_err("refused").to_string(), error);
        }
    }
}
