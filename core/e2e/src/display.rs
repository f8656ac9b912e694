//! An X server without a screen, and the environment of a user's session on it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use anyhow::Context as _;

use crate::process::wait_for;
use crate::{Lab, Namespace, Process};

/// Time for the server to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// The X server. It ends when this is dropped.
pub struct Display {
    name: String,
    /// The user's home, which has all of the user's folders.
    home: String,
    _server: Process,
}

impl Display {
    /// Starts the server in a namespace.
    pub fn start(lab: &Lab, namespace: &Namespace) -> anyhow::Result<Self> {
        // Not the number of any real display, and another one for each test.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let name = format!(":{}", 1000 + std::process::id() % 3_000 * 16 + STARTED.fetch_add(1, Relaxed));
        let screen = [&name, "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
        let server = namespace.start("Xvfb", screen, &[], &lab.file("xvfb"))?;
        let socket = format!("/tmp/.X11-unix/X{}", &name[1..]);
        wait_for("the X server", PATIENCE, || Path::new(&socket).exists().then_some(()))?;
        let home = Self::home(lab)?.to_str().context("the folder's name")?.to_owned();
        Ok(Self { name, home, _server: server })
    }

    /// Returns the user's home, which is made if it is not there.
    pub fn home(lab: &Lab) -> anyhow::Result<PathBuf> {
        let folder = lab.file("user");
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns the X display, such as `:1000`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the environment for a program, with these variables in addition; of two with the same name the last one counts.
    pub fn environment<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![
            ("DISPLAY", self.name.as_str()),
            ("XDG_RUNTIME_DIR", &self.home),
            ("HOME", &self.home),
            ("XDG_CONFIG_HOME", &self.home),
            ("LANG", "C.UTF-8"),
            ("LC_ALL", "C.UTF-8"),
            // There is no bus for assistive programs, as on a minimal desktop.
            ("NO_AT_BRIDGE", "1"),
        ];
        all.extend(more);
        all
    }
}
