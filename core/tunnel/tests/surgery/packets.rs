//! Builds IP packets from their fields, and computes how a superpacket must be cut. It shares no code with the code under test.

use adit_platform::device::{Checksum, Offload, Segmentation};
use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const PSH: u8 = 0x08;
pub(crate) const ACK: u8 = 0x10;
pub(crate) const URG: u8 = 0x20;
pub(crate) const ECE: u8 = 0x40;
pub(crate) const CWR: u8 = 0x80;

/// The fields that all packets of a flow have in common.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) v6: bool,
    pub(crate) tcp: bool,
    pub(crate) source: [u8; 16],
    pub(crate) destination: [u8; 16],
    pub(crate) ports: [u16; 2],
    pub(crate) tos: u8,
    pub(crate) ttl: u8,
    pub(crate) label: u32,
    pub(crate) dont_fragment: bool,
    /// Number of IP options of four bytes each.
    pub(crate) ip_options: usize,
    /// Kind of each extension header, and its length in units of eight bytes beyond the first.
    pub(crate) extensions: Vec<(u8, u8)>,
    /// TCP options of four bytes each.
    pub(crate) tcp_options: Vec<[u8; 4]>,
    pub(crate) acknowledged: u32,
    pub(crate) window: u16,
    pub(crate) urgent: u16,
    /// The low four bits of the byte that holds the data offset.
    pub(crate) reserved: u8,
}

/// The fields that differ between the packets of a flow.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) id: u16,
    pub(crate) sequence: u32,
    pub(crate) flags: u8,
    pub(crate) payload: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Complete,
    /// Only the sum of the pseudo-header.
    Partial,
}

pub(crate) fn naive_sum(bytes: &[u8]) -> u16 {
    let mut sum = 0u32;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u32::from(low));
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

impl Flow {
    pub(crate) fn plain(v6: bool, tcp: bool) -> Self {
        Self {
            v6,
            tcp,
            source: [0x11; 16],
            destination: [0x22; 16],
            ports: [40_000, 443],
            tos: 0,
            ttl: 64,
            label: 0,
            dont_fragment: false,
            ip_options: 0,
            extensions: Vec::new(),
            tcp_options: if tcp { vec![[1, 1, 8, 10], [0, 0, 0, 7], [0, 0, 0, 9]] } else { Vec::new() },
            acknowledged: 77,
            window: 512,
            urgent: 0,
            reserved: 0,
        }
    }

    pub(crate) fn transport_start(&self) -> usize {
        if self.v6 {
            40 + self.extensions.iter().map(|&(_, eights)| 8 + 8 * usize::from(eights)).sum::<usize>()
        } else {
            20 + 4 * self.ip_options
        }
    }

    pub(crate) fn header_len(&self) -> usize {
        self.transport_start() + if self.tcp { 20 + 4 * self.tcp_options.len() } else { 8 }
    }

    pub(crate) fn protocol(&self) -> u8 {
        if self.tcp { 6 } else { 17 }
    }

    fn addresses(&self) -> Vec<u8> {
        let len = if self.v6 { 16 } else { 4 };
        [&self.source[..len], &self.destination[..len]].concat()
    }

    pub(crate) fn packet(&self, piece: &Piece, field: Field) -> Vec<u8> {
        let transport = self.transport(piece, field);
        let mut packet = if self.v6 { self.ipv6(transport.len()) } else { self.ipv4(piece.id, transport.len()) };
        packet.extend(transport);
        packet
    }

    fn ipv4(&self, id: u16, len: usize) -> Vec<u8> {
        let mut header = vec![0x45 + self.ip_options as u8, self.tos];
        header.extend(((20 + 4 * self.ip_options + len) as u16).to_be_bytes());
        header.extend(id.to_be_bytes());
        header.extend([if self.dont_fragment { 0x40 } else { 0 }, 0, self.ttl, self.protocol(), 0, 0]);
        header.extend(self.addresses());
        header.extend(vec![1; 4 * self.ip_options]);
        let checksum = !naive_sum(&header);
        header[10..12].copy_from_slice(&checksum.to_be_bytes());
        header
    }

    fn ipv6(&self, len: usize) -> Vec<u8> {
        let mut header = (0x6000_0000 | u32::from(self.tos) << 20 | self.label).to_be_bytes().to_vec();
        header.extend(((self.transport_start() - 40 + len) as u16).to_be_bytes());
        let kinds: Vec<u8> = self.extensions.iter().map(|&(kind, _)| kind).chain([self.protocol()]).collect();
        header.extend([kinds[0], self.ttl]);
        header.extend(self.addresses());
        for (&(_, eights), next) in self.extensions.iter().zip(&kinds[1..]) {
            header.extend([*next, eights]);
            header.extend(vec![0; 6 + 8 * usize::from(eights)]);
        }
        header
    }

    fn transport(&self, piece: &Piece, field: Field) -> Vec<u8> {
        let mut bytes = [self.ports[0].to_be_bytes(), self.ports[1].to_be_bytes()].concat();
        let at = if self.tcp {
            bytes.extend(piece.sequence.to_be_bytes());
            bytes.extend(self.acknowledged.to_be_bytes());
            bytes.extend([((5 + self.tcp_options.len()) as u8) << 4 | self.reserved, piece.flags]);
            bytes.extend([self.window.to_be_bytes(), [0, 0], self.urgent.to_be_bytes()].concat());
            bytes.extend(self.tcp_options.concat());
            16
        } else {
            bytes.extend(((8 + piece.payload.len()) as u16).to_be_bytes());
            bytes.extend([0, 0]);
            6
        };
        bytes.extend(&piece.payload);
        let mut summed = self.addresses();
        summed.extend((bytes.len() as u32).to_be_bytes());
        summed.extend([0, 0, 0, self.protocol()]);
        if field == Field::Complete {
            summed.extend(&bytes);
        }
        let sum = naive_sum(&summed);
        let value = match (field, !sum) {
            (Field::Partial, _) => sum,
            (Field::Complete, 0) if !self.tcp => 0xffff,
            (Field::Complete, checksum) => checksum,
        };
        bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
        bytes
    }

    pub(crate) fn offload(&self, segment_size: usize, ecn: bool) -> Offload {
        Offload {
            segmentation: match (self.tcp, self.v6) {
                (true, false) => Segmentation::Tcp4 { ecn },
                (true, true) => Segmentation::Tcp6 { ecn },
                (false, _) => Segmentation::Udp,
            },
            segment_size: segment_size as u16,
            header_len: self.header_len() as u16,
            checksum: Checksum::Partial { start: self.transport_start() as u16, offset: if self.tcp { 16 } else { 6 } },
        }
    }

    /// Returns the packets that a host without offloads would send instead of the superpacket `whole`.
    pub(crate) fn cut(&self, whole: &Piece, segment_size: usize, ecn: bool) -> Vec<Vec<u8>> {
        let count = whole.payload.len().div_ceil(segment_size);
        let cut = |(index, payload): (usize, &[u8])| {
            let mut flags = whole.flags;
            if index + 1 < count {
                flags &= !(FIN | PSH);
            }
            if index > 0 && ecn {
                flags &= !CWR;
            }
            let id = whole.id.wrapping_add(index as u16);
            let sequence = whole.sequence.wrapping_add((index * segment_size) as u32);
            self.packet(&Piece { id, sequence, flags, payload: payload.to_vec() }, Field::Complete)
        };
        whole.payload.chunks(segment_size).enumerate().map(cut).collect()
    }
}

pub(crate) fn flow() -> impl Strategy<Value = Flow> {
    let extension = (prop::sample::select(vec![0u8, 43, 60]), 0u8..3);
    let network = (any::<[u8; 16]>(), any::<[u8; 16]>(), any::<u8>(), any::<u8>(), 0u32..1 << 20, any::<bool>());
    let transport = (any::<[u16; 2]>(), vec(any::<[u8; 4]>(), 0..=10), any::<u32>(), any::<u16>(), any::<u16>(), 0u8..16);
    (any::<(bool, bool)>(), network, transport, 0usize..=10, vec(extension, 0..3)).prop_map(
        |((v6, tcp), network, transport, ip_options, extensions)| {
            let (source, destination, tos, ttl, label, dont_fragment) = network;
            let (ports, tcp_options, acknowledged, window, urgent, reserved) = transport;
            Flow {
                v6,
                tcp,
                source,
                destination,
                ports,
                tos,
                ttl,
                label,
                dont_fragment,
                ip_options: if v6 { 0 } else { ip_options },
                extensions: if v6 { extensions } else { Vec::new() },
                tcp_options: if tcp { tcp_options } else { Vec::new() },
                acknowledged,
                window,
                urgent,
                reserved,
            }
        },
    )
}

pub(crate) fn piece(len: std::ops::Range<usize>) -> impl Strategy<Value = Piece> {
    (any::<u16>(), any::<u32>(), any::<u8>(), vec(any::<u8>(), len)).prop_map(|(id, sequence, flags, payload)| Piece {
        id,
        sequence,
        flags,
        payload,
    })
}

pub(crate) fn offload() -> impl Strategy<Value = Offload> {
    let segmentation = prop_oneof![
        Just(Segmentation::None),
        any::<bool>().prop_map(|ecn| Segmentation::Tcp4 { ecn }),
        any::<bool>().prop_map(|ecn| Segmentation::Tcp6 { ecn }),
        Just(Segmentation::Udp),
    ];
    let partial = (prop_oneof![0u16..200, any::<u16>()], prop_oneof![0u16..20, any::<u16>()]);
    let checksum = prop_oneof![
        Just(Checksum::Complete),
        Just(Checksum::Valid),
        partial.prop_map(|(start, offset)| Checksum::Partial { start, offset }),
    ];
    (segmentation, prop_oneof![0u16..50, any::<u16>()], prop_oneof![0u16..300, any::<u16>()], checksum).prop_map(
        |(segmentation, segment_size, header_len, checksum)| Offload { segmentation, segment_size, header_len, checksum },
    )
}
