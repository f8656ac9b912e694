//! Recording what crosses a cable, and what was recorded.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::process::Signal;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};

/// A running `tcpdump`.
pub struct Capture {
    process: Process,
    file: PathBuf,
}

impl Capture {
    /// Records what matches `filter` (a tcpdump expression) on an interface, both ways, from the return of this call on.
    pub fn start(lab: &Lab, namespace: &Namespace, interface: &str, filter: &str) -> anyhow::Result<Self> {
        let name = lab.interface_name();
        let file = lab.file(&format!("{name}.pcap"));
        let arguments = ["-Z", "root", "-n", "-U", "--immediate-mode", "-i", interface, "-w"].map(Into::into);
        let arguments = arguments.into_iter().chain([file.clone().into_os_string(), filter.into()]);
        let process = namespace.start("tcpdump", arguments, &[], &lab.file(&format!("{name}.tcpdump")))?;
        wait_for("tcpdump to listen", Duration::from_secs(10), || process.printed().contains("listening on").then_some(()))
            .with_context(|| process.printed())?;
        Ok(Self { process, file })
    }

    /// Ends the recording.
    pub fn finish(mut self) -> anyhow::Result<Recording> {
        self.process.signal(Signal::INT)?;
        self.process.wait(Duration::from_secs(5))?;
        Recording::parse(&std::fs::read(&self.file)?)
    }
}

/// Ethernet frames, in the order in which they crossed the cable.
#[derive(Debug)]
pub struct Recording {
    /// With their Ethernet headers.
    pub frames: Vec<Vec<u8>>,
}

impl Recording {
    /// Reads a classic pcap file, little-endian, of Ethernet frames, as tcpdump writes it on this machine.
    fn parse(file: &[u8]) -> anyhow::Result<Self> {
        let word = |at: usize| file.get(at..at + 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        if !matches!(word(0), Some(0xa1b2_c3d4 | 0xa1b2_3c4d)) || word(20) != Some(1) {
            bail!("not a little-endian pcap file of Ethernet frames");
        }
        let (mut at, mut frames) = (24, Vec::new());
        while let Some(length) = word(at + 8) {
            let frame = file.get(at + 16..at + 16 + length as usize).context("the last frame is cut off")?;
            frames.push(frame.to_vec());
            at += 16 + length as usize;
        }
        Ok(Self { frames })
    }

    /// The payload of each UDP datagram.
    pub fn udp_payloads(&self) -> Vec<Vec<u8>> {
        self.frames.iter().filter_map(|frame| udp_payload(frame)).collect()
    }
}

fn udp_payload(frame: &[u8]) -> Option<Vec<u8>> {
    let header = match frame.get(12..14)? {
        [0x08, 0x00] => usize::from(frame.get(14)? & 0xf) * 4,
        [0x86, 0xdd] => 40,
        _ => return None,
    };
    let udp = frame.get(14 + header..)?;
    let length = usize::from(u16::from_be_bytes([*udp.get(4)?, *udp.get(5)?]));
    Some(udp.get(8..length)?.to_vec())
}
