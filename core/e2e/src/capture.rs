//! Records the packets on a link with tcpdump, and parses the recording.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustix::process::Signal;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};

/// Payload of the last packet of a recording.
const FENCE: &[u8] = b"the measurement ends";
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `tcpdump`.
pub struct Capture {
    process: Process,
    file: PathBuf,
}

impl Capture {
    /// Starts to record what matches `filter` (a tcpdump expression) on an interface, in both directions. It records once this
    /// returns.
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

    /// Ends the recording and returns it.
    pub fn finish(mut self) -> anyhow::Result<Recording> {
        self.process.signal(Signal::INT)?;
        self.process.wait(PATIENCE)?;
        let (recording, complete) = Recording::parse(&std::fs::read(&self.file)?)?;
        ensure!(complete, "the last frame is cut off");
        Ok(recording)
    }

    /// Ends the recording, once it contains everything that was sent before this call. `send` sends a datagram with this payload
    /// over the recorded link.
    pub fn finish_after(self, send: impl Fn(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<Recording> {
        let mut last = Ok(());
        let caught_up = wait_for("the sniffer to catch up", PATIENCE, || {
            // Sent each time, because a sniffer may lose packets.
            last = send(FENCE);
            match self.so_far() {
                Ok(recording) => recording.packets().any(|packet| packet.udp_payload() == Some(FENCE)).then_some(()),
                Err(error) => {
                    last = Err(error);
                    None
                }
            }
        });
        caught_up.with_context(|| format!("{last:?}"))?;
        self.finish()
    }

    /// Returns the frames that tcpdump has written so far. The recording continues.
    pub fn so_far(&self) -> anyhow::Result<Recording> {
        Ok(Recording::parse(&std::fs::read(&self.file)?)?.0)
    }
}

/// Length of an Ethernet header.
const ETHERNET: usize = 14;

/// Recorded frames, in the order in which they crossed the link.
#[derive(Debug)]
pub struct Recording {
    /// The frames, with Ethernet headers if the interface has these.
    pub frames: Vec<Vec<u8>>,
    /// When they crossed it, Unix time.
    times: Vec<Duration>,
    /// Length of the link-layer header, bytes: 0 on a TUN interface.
    header: usize,
}

/// An IP packet of a recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet<'a> {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Number of the transport protocol. IPv6 extension headers are not skipped.
    pub protocol: u8,
    /// The bytes after the IP header.
    pub body: &'a [u8],
}

impl<'a> Packet<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let address4 = |at: usize| Some(Ipv4Addr::from(*bytes.get(at..)?.first_chunk::<4>()?).into());
        let address6 = |at: usize| Some(Ipv6Addr::from(*bytes.get(at..)?.first_chunk::<16>()?).into());
        let (source, destination, protocol, header) = match bytes.first()? >> 4 {
            4 => (address4(12)?, address4(16)?, *bytes.get(9)?, usize::from(bytes.first()? & 0xf) * 4),
            6 => (address6(8)?, address6(24)?, *bytes.get(6)?, 40),
            _ => return None,
        };
        Some(Self { source, destination, protocol, body: bytes.get(header..)? })
    }

    /// Returns the destination port of TCP or UDP.
    pub fn port(&self) -> Option<u16> {
        matches!(self.protocol, 6 | 17).then(|| self.body.get(2..4).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]])))?
    }

    /// Returns the payload of a UDP datagram.
    pub fn udp_payload(&self) -> Option<&'a [u8]> {
        let length = usize::from(u16::from_be_bytes([*self.body.get(4)?, *self.body.get(5)?]));
        (self.protocol == 17).then(|| self.body.get(8..length))?
    }
}

impl Recording {
    /// Parses a classic pcap file, little-endian, of Ethernet frames or IP packets, as tcpdump writes it on this machine. Also
    /// returns whether the last frame is complete.
    fn parse(file: &[u8]) -> anyhow::Result<(Self, bool)> {
        let word = |at: usize| file.get(at..at + 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let unit = match word(0) {
            Some(0xa1b2_c3d4) => Duration::from_micros(1),
            Some(0xa1b2_3c4d) => Duration::from_nanos(1),
            _ => bail!("not a little-endian pcap file"),
        };
        let header = match word(20) {
            Some(1) => ETHERNET,
            Some(101) => 0,
            _ => bail!("no Ethernet frames or IP packets"),
        };
        let (mut at, mut frames, mut times) = (24, Vec::new(), Vec::new());
        while let (Some(seconds), Some(fraction), Some(length)) = (word(at), word(at + 4), word(at + 8)) {
            let Some(frame) = file.get(at + 16..at + 16 + length as usize) else { break };
            frames.push(frame.to_vec());
            times.push(Duration::from_secs(seconds.into()) + unit * fraction);
            at += 16 + length as usize;
        }
        Ok((Self { frames, times, header }, at == file.len()))
    }

    /// Returns the IP packets among the frames.
    pub fn packets(&self) -> impl Iterator<Item = Packet<'_>> {
        self.timed_packets().map(|(_, packet)| packet)
    }

    /// Returns the IP packets among the frames, with the Unix times at which they crossed the link.
    pub fn timed_packets(&self) -> impl Iterator<Item = (Duration, Packet<'_>)> {
        let is_ip = |frame: &[u8]| self.header == 0 || matches!(frame.get(12..14), Some([0x08, 0x00] | [0x86, 0xdd]));
        let frames = self.times.iter().zip(&self.frames).filter(move |(_, frame)| is_ip(frame));
        frames.filter_map(|(at, frame)| Some((*at, Packet::parse(frame.get(self.header..)?)?)))
    }

    /// Returns the payload of each UDP datagram.
    pub fn udp_payloads(&self) -> Vec<Vec<u8>> {
        self.packets().filter_map(|packet| packet.udp_payload().map(<[u8]>::to_vec)).collect()
    }
}
