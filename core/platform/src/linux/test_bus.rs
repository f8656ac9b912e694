//! For tests: a message bus of the test's own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A message bus. It ends when dropped.
pub(crate) struct Bus {
    daemon: Child,
    pub(crate) address: String,
}

impl Bus {
    /// Without `dbus-daemon` it prints that the test is skipped.
    pub(crate) fn start() -> Option<Self> {
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let Ok(mut daemon) = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            println!("SKIPPED: no dbus-daemon");
            return None;
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let bus = Self { daemon, address: address.trim().to_owned() };
        assert!(!bus.address.is_empty(), "dbus-daemon prints its address");
        Some(bus)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
