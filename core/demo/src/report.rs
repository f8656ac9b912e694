//! Prints each step as it is done, then the figures.

use std::io::{self, IsTerminal, Write};

use crate::conf_file::ConfFile;
use crate::ground::{Ground, Kind};
use crate::scenario::{Figures, TransferFigures};

const RESET: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
/// The escape sequence that clears the line.
const CLEAR: &str = "\r\x1b[K";

/// The output of the demo.
pub(crate) struct Progress {
    json: bool,
    terminal: bool,
}

impl Progress {
    /// Makes the output, which goes to standard output; with `json` only the figures are printed.
    pub(crate) fn new(json: bool) -> Self {
        Self { json, terminal: !json && io::stdout().is_terminal() }
    }

    /// Prints a step that is done.
    pub(crate) fn step(&self, text: &str) {
        if self.terminal {
            self.write(&format!("{CLEAR}{GREEN}✓{RESET} {text}\n"));
        } else {
            self.write(&format!("ok: {text}\n"));
        }
    }

    /// Prints a step that takes a while. The next step replaces its line.
    pub(crate) fn begin(&self, text: &str) {
        if self.terminal {
            self.write(&format!("{DIM}… {text}{RESET}"));
        }
    }

    /// Prints the network that the demo runs on, and why it was chosen.
    pub(crate) fn ground(&self, ground: &Ground) {
        match ground {
            Ground::Namespaces { .. } => self.step("made two network namespaces with a cable between them: you and a peer"),
            Ground::Userspace(None) => self.step("took two IP stacks in this process (smoltcp): you and a peer"),
            Ground::Userspace(Some(reason)) => {
                self.step("took two IP stacks in this process (smoltcp): you and a peer");
                self.note(&format!("real interfaces need root: {reason:#}"));
            }
        }
    }

    /// Prints that the tunnel is being brought up, a step that prints lines of its own.
    pub(crate) fn bringing_up(&self, ground: &Ground, file: &ConfFile) {
        if ground.kind() == Kind::Namespaces {
            self.step(&format!("running: adit up {}", file.path.display()));
        }
    }

    /// Prints the fetched page.
    pub(crate) fn page(&self, body: &str) {
        body.lines().for_each(|line| self.note(line));
    }

    /// Prints a line that belongs to the last step.
    pub(crate) fn note(&self, text: &str) {
        if self.terminal {
            self.write(&format!("  {DIM}│ {text}{RESET}\n"));
        } else {
            self.write(&format!("    {text}\n"));
        }
    }

    /// Prints the figures.
    pub(crate) fn finish(&self, figures: &Figures) {
        if self.json {
            let text = serde_json::to_string_pretty(figures).unwrap_or_default();
            let _ = writeln!(io::stdout(), "{text}");
            return;
        }
        let (bold, reset) = if self.terminal { (BOLD, RESET) } else { ("", "") };
        let table = rows(figures).map(|(name, value)| format!("  {bold}{name:<11}{reset} {value}\n"));
        self.write(&format!("\n{}\n", table.concat()));
    }

    /// Prints the error.
    pub(crate) fn fail(&self, error: &anyhow::Error) {
        let text = if self.terminal {
            self.write(CLEAR);
            format!("{RED}✗{RESET} {error:#}\n  nothing is left behind")
        } else {
            format!("adit: {error:#}")
        };
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Ignores errors: a closed output must not keep the demo from taking its tunnel down.
    fn write(&self, text: &str) {
        if !self.json {
            let mut out = io::stdout().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }
}

fn rows(figures: &Figures) -> [(&'static str, String); 9] {
    let stack = match figures.mode {
        Kind::Namespaces => "TCP of the kernel, both ends on this computer",
        Kind::Userspace => "TCP of smoltcp, all in one process",
    };
    let slow = if figures.build == "debug" { "; a debug build, slower than a release" } else { "" };
    let moved = |transfer: &TransferFigures| {
        format!("{:<12} ({} in {:.1} s)", rate(transfer.bits_per_second), size(transfer.bytes), transfer.seconds)
    };
    [
        ("peer", figures.peer.clone()),
        ("endpoint", figures.endpoint.clone()),
        ("addresses", format!("{} (you), {} (peer)", figures.address, figures.peer_address)),
        ("handshake", milliseconds(figures.handshake_seconds)),
        ("page", format!("{} bytes in {}", figures.page.body.len(), milliseconds(figures.page.seconds))),
        ("download", moved(&figures.download)),
        ("upload", moved(&figures.upload)),
        ("", format!("{stack}{slow}")),
        ("wireguard", format!("{} received, {} sent, as your end counts", size(figures.rx_bytes), size(figures.tx_bytes))),
    ]
}

/// Formats a time with two decimals.
pub(crate) fn milliseconds(seconds: f64) -> String {
    format!("{:.2} ms", seconds * 1e3)
}

pub(crate) fn rate(bits_per_second: f64) -> String {
    match bits_per_second {
        giga if giga >= 1e9 => format!("{:.2} Gbit/s", giga / 1e9),
        mega => format!("{:.0} Mbit/s", mega / 1e6),
    }
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn size(bytes: u64) -> String {
    match bytes as f64 {
        giga if giga >= 1e9 => format!("{:.2} GB", giga / 1e9),
        mega if mega >= 1e6 => format!("{:.1} MB", mega / 1e6),
        small => format!("{small} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_the_unit_that_fits() {
        assert_eq!([rate(12_345_678_900.0), rate(999e6), rate(1.4e6)], ["12.35 Gbit/s", "999 Mbit/s", "1 Mbit/s"]);
        assert_eq!([size(1_234_567_890), size(1_500_000), size(999)], ["1.23 GB", "1.5 MB", "999 bytes"]);
    }
}
