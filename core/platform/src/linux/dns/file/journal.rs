//! The data for restoring the file, on disk, so that the successor of a killed program has it too.
//!
//! The format: for each tunnel, the oldest first, a line `tunnel NAME PROCESS START` and then the tunnel's lines for the file,
//! each indented by a tab; then `nothing`, `link TARGET`, or `file MODE USER GROUP` followed by the file's bytes after that line.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use adit_config::InterfaceName;

use super::{Content, MARK};
use crate::linux::process;

/// The tunnels whose resolvers must be in the file, and the content to restore afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Journal {
    /// The tunnels, the newest last.
    pub(super) tunnels: Vec<Tunnel>,
    pub(super) before: Content,
}

/// The resolvers of one tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tunnel {
    pub(super) name: InterfaceName,
    /// The lines in the format of resolv.conf(5).
    lines: String,
    /// The process that keeps the tunnel up, and its start time: numbers of processes are used again.
    process: u32,
    start: u64,
}

impl Tunnel {
    pub(super) fn of_this_process(name: InterfaceName, lines: String) -> Self {
        let process = std::process::id();
        Self { name, lines, process, start: process::start_time(process).unwrap_or_default() }
    }

    /// Returns true if the tunnel's process still runs.
    pub(super) fn lives(&self) -> bool {
        process::start_time(self.process) == Some(self.start)
    }

    /// Builds the whole file. The earlier options stay: they concern the C library, not servers.
    pub(super) fn file(&self, before: &Content) -> Vec<u8> {
        let mut text =
            format!("{MARK} for the tunnel {}. The file from before is put back when the tunnel goes down.\n", self.name);
        text.push_str(&self.lines);
        if let Content::File { bytes, .. } = before {
            let before = String::from_utf8_lossy(bytes);
            before.lines().filter(|line| line.starts_with("options ")).for_each(|line| text.extend([line, "\n"]));
        }
        text.into_bytes()
    }
}

impl Journal {
    pub(super) fn new(before: Content) -> Self {
        Self { tunnels: Vec::new(), before }
    }

    pub(super) fn newest(&self) -> Option<&Tunnel> {
        self.tunnels.last()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for Tunnel { name, lines, process, start } in &self.tunnels {
            let _ = writeln!(text, "tunnel {name} {process} {start}");
            lines.lines().for_each(|line| text.extend(["\t", line, "\n"]));
        }
        let mut bytes = text.into_bytes();
        match &self.before {
            Content::Nothing => bytes.extend(b"nothing\n"),
            Content::Link(target) => bytes.extend([b"link ", target.as_os_str().as_bytes(), b"\n"].concat()),
            Content::File { bytes: content, mode, user, group } => {
                bytes.extend(format!("file {mode:o} {user} {group}\n").into_bytes());
                bytes.extend(content);
            }
        }
        bytes
    }

    pub(super) fn read(mut bytes: &[u8]) -> io::Result<Self> {
        let damaged = || {
            io::Error::new(
                ErrorKind::InvalidData,
                "the journal of /etc/resolv.conf is damaged: put that file right, and remove /var/lib/adit-root/resolv.conf",
            )
        };
        let mut tunnels: Vec<Tunnel> = Vec::new();
        loop {
            let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
            let (line, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            if let Some(target) = line.strip_prefix(b"link ") {
                return Ok(Self { tunnels, before: Content::Link(PathBuf::from(OsStr::from_bytes(target))) });
            }
            let line = str::from_utf8(line).map_err(|_| damaged())?;
            let words: Vec<&str> = line.split(' ').collect();
            match (&words[..], line.strip_prefix('\t')) {
                (_, Some(line)) => tunnels.last_mut().ok_or_else(damaged)?.lines.extend([line, "\n"]),
                (["nothing"], _) => return Ok(Self { tunnels, before: Content::Nothing }),
                (["tunnel", name, process, start], _) => tunnels.push(Tunnel {
                    name: name.parse().map_err(|_| damaged())?,
                    lines: String::new(),
                    process: process.parse().map_err(|_| damaged())?,
                    start: start.parse().map_err(|_| damaged())?,
                }),
                (["file", mode, user, group], _) => {
                    let before = Content::File {
                        bytes: bytes.to_vec(),
                        mode: u32::from_str_radix(mode, 8).map_err(|_| damaged())?,
                        user: user.parse().map_err(|_| damaged())?,
                        group: group.parse().map_err(|_| damaged())?,
                    };
                    return Ok(Self { tunnels, before });
                }
                _ => return Err(damaged()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_journal_is_read_as_it_was_written(bytes: Vec<u8>, mode in 0..0o7777_u32, user: u32, group: u32, which in 0..3) {
            let before = match which {
                0 => Content::Nothing,
                1 => Content::Link("../run/a b/resolv.conf".into()),
                _ => Content::File { bytes, mode, user, group },
            };
            let tunnel = |name: &str| Tunnel::of_this_process(name.parse().unwrap(), "nameserver 10.0.0.1\nsearch a b\n".into());
            let journal = Journal { tunnels: vec![tunnel("wg0"), tunnel("wg1")], before };
            prop_assert_eq!(Journal::read(&journal.to_bytes()).unwrap(), journal);
        }

        #[test]
        fn arbitrary_bytes_are_an_error_or_a_journal(bytes: Vec<u8>) {
            let _ = Journal::read(&bytes);
        }
    }
}
