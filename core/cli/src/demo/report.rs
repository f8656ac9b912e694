//! What the person at the terminal sees: each step as it is done, then the figures.

use std::io::{self, IsTerminal, Write};

use super::ground::Ground;
use super::scenario::Figures;

const RESET: &str = "\x1b[0m";
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
/// Back to the start of the line, and the line empty.
const CLEAR: &str = "\r\x1b[K";

/// Where the story is told.
pub(super) struct Progress {
    json: bool,
    terminal: bool,
}

impl Progress {
    /// On standard output; with `json` nothing but the figures.
    pub(super) fn new(json: bool) -> Self {
        Self { json, terminal: !json && io::stdout().is_terminal() }
    }

    /// Something was done.
    pub(super) fn step(&self, text: &str) {
        if self.terminal {
            self.write(&format!("{CLEAR}{GREEN}✓{RESET} {text}\n"));
        } else {
            self.write(&format!("ok: {text}\n"));
        }
    }

    /// Something takes a while. The next step takes its place.
    pub(super) fn begin(&self, text: &str) {
        if self.terminal {
            self.write(&format!("{DIM}… {text}{RESET}"));
        }
    }

    /// Where it takes place, and why there.
    pub(super) fn ground(&self, ground: &Ground) {
        match ground {
            Ground::Namespaces { .. } => self.step("made two network namespaces with a cable between them: you and a peer"),
            Ground::Userspace(None) => self.step("took two IP stacks in this process (smoltcp): you and a peer"),
            Ground::Userspace(Some(reason)) => {
                self.step("took two IP stacks in this process (smoltcp): you and a peer");
                self.note(&format!("real interfaces need root: {reason:#}"));
            }
        }
    }

    /// The page, as it came.
    pub(super) fn page(&self, body: &str) {
        body.lines().for_each(|line| self.note(line));
    }

    fn note(&self, text: &str) {
        if self.terminal {
            self.write(&format!("  {DIM}│ {text}{RESET}\n"));
        } else {
            self.write(&format!("    {text}\n"));
        }
    }

    /// The figures.
    pub(super) fn finish(&self, figures: &Figures) {
        if self.json {
            let text = serde_json::to_string_pretty(figures).unwrap_or_default();
            let _ = writeln!(io::stdout(), "{text}");
            return;
        }
        let (bold, reset) = if self.terminal { (BOLD, RESET) } else { ("", "") };
        let table = rows(figures).map(|(name, value)| format!("  {bold}{name:<11}{reset} {value}\n"));
        self.write(&format!("\n{}\n", table.concat()));
    }

    /// What went wrong.
    pub(super) fn fail(&self, error: &anyhow::Error) {
        if self.terminal {
            self.write(CLEAR);
            eprintln!("{RED}✗{RESET} {error:#}; nothing is left behind");
        } else {
            eprintln!("adit: {error:#}");
        }
    }

    /// That nobody reads on is no reason to stop: what was begun is also taken down.
    fn write(&self, text: &str) {
        if !self.json {
            let mut out = io::stdout().lock();
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }
}

fn rows(figures: &Figures) -> [(&'static str, String); 7] {
    let slow = if figures.build == "debug" { " (debug build; a release build is faster)" } else { "" };
    let ground = match figures.mode {
        super::ground::Kind::Namespaces => "TCP over real interfaces, both ends on this computer",
        super::ground::Kind::Userspace => "TCP of smoltcp, all in one process",
    };
    [
        ("peer", format!("{} at {}", figures.peer, figures.endpoint)),
        ("addresses", format!("{} (you), {} (peer)", figures.address, figures.peer_address)),
        ("handshake", format!("{:.2} ms", figures.handshake_seconds * 1e3)),
        ("page", format!("{} bytes in {:.2} ms", figures.page.body.len(), figures.page.seconds * 1e3)),
        (
            "throughput",
            format!(
                "{} down, {} up{slow}: {ground}",
                rate(figures.download.bits_per_second),
                rate(figures.upload.bits_per_second)
            ),
        ),
        ("tunnel", format!("{} received, {} sent, as the engine counts", size(figures.rx_bytes), size(figures.tx_bytes))),
        ("in all", format!("{:.1} s", figures.total_seconds)),
    ]
}

fn rate(bits_per_second: f64) -> String {
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
