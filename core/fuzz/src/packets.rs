//! Builds IP packets from their fields, with the simplest possible checksum. It shares no code with the code under test.

use crate::input::Input;

pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;

/// Returns the ones' complement sum of `bytes` (RFC 1071), added to `start`.
pub(crate) fn sum(start: u32, bytes: &[u8]) -> u16 {
    let mut sum = start;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

/// Offsets in a TCP or UDP packet without extension headers. There is no layout for any other packet.
pub(crate) struct Layout {
    pub(crate) is_v4: bool,
    pub(crate) protocol: u8,
    /// Start of the transport header.
    pub(crate) transport: usize,
    /// Position of the transport checksum.
    pub(crate) checksum: usize,
    /// Start of the payload.
    pub(crate) payload: usize,
}

impl Layout {
    pub(crate) fn of(packet: &[u8]) -> Option<Self> {
        let is_v4 = match packet.first()? >> 4 {
            4 => true,
            6 => false,
            _ => return None,
        };
        let transport = if is_v4 { usize::from(packet[0] & 15) * 4 } else { 40 };
        if transport < 20 || packet.len() < transport || is_v4 && u16::from_be_bytes([packet[6], packet[7]]) & 0x3fff != 0 {
            return None;
        }
        let protocol = packet[if is_v4 { 9 } else { 6 }];
        let (checksum, payload) = match protocol {
            TCP if packet.len() >= transport + 20 => (transport + 16, transport + usize::from(packet[transport + 12] >> 4) * 4),
            UDP if packet.len() >= transport + 8 => (transport + 6, transport + 8),
            _ => return None,
        };
        (payload <= packet.len()).then_some(Self { is_v4, protocol, transport, checksum, payload })
    }

    /// Returns the length in the IP header.
    pub(crate) fn said(packet: &[u8]) -> usize {
        if packet[0] >> 4 == 4 {
            usize::from(u16::from_be_bytes([packet[2], packet[3]]))
        } else {
            usize::from(u16::from_be_bytes([packet[4], packet[5]])) + 40
        }
    }

    /// Returns the sum of the pseudo-header.
    fn pseudo_header(&self, packet: &[u8]) -> u16 {
        let len = u32::try_from(packet.len() - self.transport).expect("packets are short");
        let addresses = if self.is_v4 { &packet[12..20] } else { &packet[8..40] };
        sum(u32::from(self.protocol) + (len & 0xffff) + (len >> 16), addresses)
    }

    /// Returns true if the transport checksum is correct.
    pub(crate) fn is_intact(&self, packet: &[u8]) -> bool {
        sum(u32::from(self.pseudo_header(packet)), &packet[self.transport..]) == 0xffff
    }

    /// Returns true if the checksum of the IPv4 header is correct; IPv6 has none.
    pub(crate) fn has_intact_header(&self, packet: &[u8]) -> bool {
        !self.is_v4 || sum(0, &packet[..self.transport]) == 0xffff
    }
}

/// Writes lengths and checksums into a packet whose other fields are set.
pub(crate) fn complete(packet: &mut [u8]) {
    let Some(first) = packet.first() else { return };
    let len = u16::try_from(packet.len()).unwrap_or(u16::MAX);
    match first >> 4 {
        4 if packet.len() >= 20 => packet[2..4].copy_from_slice(&len.to_be_bytes()),
        6 if packet.len() >= 40 => packet[4..6].copy_from_slice(&(len - 40).to_be_bytes()),
        _ => return,
    }
    let Some(layout) = Layout::of(packet) else { return };
    if layout.is_v4 {
        packet[10..12].fill(0);
        let checksum = !sum(0, &packet[..layout.transport]);
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
    }
    if layout.protocol == UDP {
        let len = u16::try_from(packet.len() - layout.transport).expect("packets are short");
        packet[layout.transport + 4..layout.transport + 6].copy_from_slice(&len.to_be_bytes());
    }
    packet[layout.checksum..layout.checksum + 2].fill(0);
    let checksum = match !sum(u32::from(layout.pseudo_header(packet)), &packet[layout.transport..]) {
        0 if layout.protocol == UDP => 0xffff,
        checksum => checksum,
    };
    packet[layout.checksum..layout.checksum + 2].copy_from_slice(&checksum.to_be_bytes());
}

/// Writes the checksum field of a packet whose checksum is still to be completed.
pub(crate) fn leave_checksum(packet: &mut [u8]) {
    let Some(layout) = Layout::of(packet) else { return };
    let sum = layout.pseudo_header(packet);
    packet[layout.checksum..layout.checksum + 2].copy_from_slice(&sum.to_be_bytes());
}

/// The fields that all packets of a flow have in common.
#[derive(Clone, Copy)]
pub(crate) struct Flow {
    pub(crate) is_v4: bool,
    pub(crate) is_tcp: bool,
    /// Bytes of TCP options: a multiple of 4, at most 40.
    pub(crate) options: usize,
    pub(crate) source: [u8; 16],
    pub(crate) destination: [u8; 16],
    pub(crate) ports: [u16; 2],
    pub(crate) class: u8,
    pub(crate) dont_fragment: bool,
}

impl Flow {
    /// Reads one of a few flows between the same hosts.
    pub(crate) fn read(input: &mut Input<'_>) -> Self {
        let form = input.byte();
        Self {
            is_v4: form & 1 == 0,
            is_tcp: form & 2 == 0,
            options: if form & 4 == 0 { 0 } else { 12 },
            source: [10; 16],
            destination: [11; 16],
            ports: [1000 + u16::from(form >> 6), 443],
            class: if form & 16 == 0 { 0 } else { 2 },
            dont_fragment: form & 32 == 0,
        }
    }

    /// Returns a complete packet. `sequence` and `flags` are those of TCP.
    pub(crate) fn packet(&self, id: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
        let protocol = if self.is_tcp { TCP } else { UDP };
        let mut packet = if self.is_v4 {
            let mut header = vec![0x45, self.class, 0, 0];
            header.extend(id.to_be_bytes());
            header.extend([if self.dont_fragment { 0x40 } else { 0 }, 0, 64, protocol, 0, 0]);
            header.extend(&self.source[..4]);
            header.extend(&self.destination[..4]);
            header
        } else {
            let mut header = vec![0x60, self.class << 4, 0, 0, 0, 0, protocol, 64];
            header.extend(self.source);
            header.extend(self.destination);
            header
        };
        packet.extend(self.ports.iter().flat_map(|port| port.to_be_bytes()));
        if self.is_tcp {
            packet.extend(sequence.to_be_bytes());
            let words = u8::try_from(5 + self.options / 4).expect("at most 15");
            packet.extend([0, 0, 0, 1, words << 4, flags, 0x10, 0, 0, 0, 0, 0]);
            packet.extend(std::iter::repeat_n(1, self.options));
        } else {
            packet.extend([0; 4]);
        }
        packet.extend_from_slice(payload);
        complete(&mut packet);
        packet
    }
}
