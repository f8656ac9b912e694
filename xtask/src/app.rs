//! The desktop app (`src-tauri`): builds the page and the program around it, and opens the window.

use std::path::PathBuf;
use std::process::Command;

use anyhow::ensure;

use crate::machine::{self, Needed};
use crate::simulation::{self, Simulation};
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
    set_up()?;
    run(cargo("build").args(PACKAGE))?;
    if arguments == ["--build"] {
        println!("built {}", program().display());
        return Ok(());
    }
    let (mock, rest): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| *argument == "--mock");
    let names_socket = std::env::var_os("ADIT_SOCKET").is_some() || rest.iter().any(|argument| argument.starts_with("--socket"));
    if mock.is_empty() && (names_socket || simulation::a_service_runs()) {
        return run(Command::new(program()).args(rest));
    }
    let simulation = Simulation::start()?;
    run(Command::new(program()).arg("--socket").arg(&simulation.socket).args(rest))
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
