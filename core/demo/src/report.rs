//! Prints each step as it is done, then the figures.

use std::cell::RefCell;
use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};

use anyhow::Context;

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
    /// True if standard output gets colours, and lines that replace others.
    styled: bool,
    /// The first error of a write.
    failed: RefCell<Option<io::Error>>,
}

impl Progress {
    /// Makes the output, which goes to standard output; with `json` only the figures are printed.
    pub(crate) fn new(json: bool) -> Self {
        let styled = gets_style(env::var_os("NO_COLOR").as_deref(), env::var_os("TERM").as_deref());
        Self { json, styled: styled && !json && io::stdout().is_terminal(), failed: RefCell::default() }
    }

    /// Prints a step that is done.
    pub(crate) fn step(&self, text: &str) {
        if self.styled {
            self.write(&format!("{CLEAR}{GREEN}✓{RESET} {text}\n"));
        } else {
            self.write(&format!("ok: {text}\n"));
        }
    }

    /// Prints a step that takes a while. The next step replaces its line.
    pub(crate) fn begin(&self, text: &str) {
        if self.styled {
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
        if self.styled {
            self.write(&format!("  {DIM}│ {text}{RESET}\n"));
        } else {
            self.write(&format!("    {text}\n"));
        }
    }

    /// Prints the figures. Fails if anything could not be printed.
    pub(crate) fn finish(&self, figures: &Figures) -> anyhow::Result<()> {
        if self.json {
            let text = serde_json::to_string_pretty(figures).context("writing JSON")?;
            return writeln!(io::stdout(), "{text}").context("writing to standard output");
        }
        let (bold, reset) = if self.styled { (BOLD, RESET) } else { ("", "") };
        let table = rows(figures).map(|(name, value)| format!("  {bold}{name:<11}{reset} {value}\n"));
        self.write(&format!("\n{}\n", table.concat()));
        self.failed.take().map_or(Ok(()), Err).context("writing to standard output")
    }

    /// Prints the error.
    pub(crate) fn fail(&self, error: &anyhow::Error) {
        let text = if self.styled {
            self.write(CLEAR);
            format!("{RED}✗{RESET} {error:#}\n  nothing is left behind")
        } else {
            format!("adit: {error:#}")
        };
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Keeps an error for [`Progress::finish`]: a closed output must not keep the demo from taking its tunnel down.
    fn write(&self, text: &str) {
        if self.json || self.failed.borrow().is_some() {
            return;
        }
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            self.failed.replace(Some(error));
        }
    }
}

/// Returns true unless `NO_COLOR` is set (<https://no-color.org>) or the terminal knows no escape sequences.
fn gets_style(no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    no_color.is_none_or(OsStr::is_empty) && term.is_none_or(|term| term != "dumb")
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
    fn colours_are_for_terminals_that_want_and_know_them() {
        let style = |no_color: Option<&str>, term: Option<&str>| gets_style(no_color.map(OsStr::new), term.map(OsStr::new));
        assert!(style(None, Some("xterm")) && style(Some(""), None));
        assert!(!style(Some("1"), Some("xterm")) && !style(None, Some("dumb")));
    }

    #[test]
    fn figures_are_told_in_the_unit_that_fits() {
        assert_eq!([rate(12_345_678_900.0), rate(999e6), rate(1.4e6)], ["12.35 Gbit/s", "999 Mbit/s", "1 Mbit/s"]);
        assert_eq!([size(1_234_567_890), size(1_500_000), size(999)], ["1.23 GB", "1.5 MB", "999 bytes"]);
    }
}
