//! Joins decrypted packets of one flow into superpackets for the TUN device, without moving their payload.
//!
//! If the next packet is likely to follow the last one, it is decrypted to where its payload belongs, so that its header covers
//! the end of the previous payload. The covered bytes are saved first and restored as soon as the header has been examined:
//!
//! ```text
//! open superpacket  [H0|payload 0    |payload 1    ]
//! place                                        [H2 |payload 2    ]      the end of payload 1 is saved
//! joined            [H0|payload 0    |payload 1    |payload 2    ]      and restored
//! ```
//!
//! # Why checksums are verified before joining
//!
//! The AEAD proves that a packet is what the *peer* sent, not that the peer received it intact: a peer that forwards for others
//! may pass on a packet whose inner checksum is wrong, so that the receiver notices. A superpacket goes to the kernel with a
//! partial checksum, which means "trust the bytes", and its segments would carry correct checksums from there on. A packet
//! therefore joins only if its own checksums are correct; one with a wrong checksum goes on alone and unchanged. The sum is over
//! bytes that the cipher has just written, and costs a twentieth of the cipher.

mod segment;

use adit_platform::device::{Checksum, MAX_SUPERPACKET, Offload, Segmentation, TunCapabilities};
use adit_platform::memory;

use crate::checksum::Sum;
use crate::headers::{
    IPV4_CHECKSUM, IPV4_LENGTH, IPV6_HEADER, IPV6_LENGTH, PSH, TCP_CHECKSUM, TCP_FLAGS, UDP_CHECKSUM, UDP_LENGTH, put,
};
use segment::{MAX_HEADER, Segment};

/// Longest plaintext that can be placed, in bytes: the longest packet plus its padding.
pub const MAX_PLAINTEXT: usize = MAX_SUPERPACKET + 17;

/// Maximum number of segments in a UDP superpacket for Linux (`UDP_MAX_SEGMENTS` before Linux 6.9).
const MAX_UDP_SEGMENTS: usize = 64;

/// Joins packets. For each packet the caller calls [`Coalescer::place`], decrypts into the returned buffer, and then calls
/// [`Coalescer::commit`] or [`Coalescer::discard`]. At the end of a batch it calls [`Coalescer::take`]. Packets of one flow come
/// out in their order. A packet of another flow that cannot be joined at all, such as a bare ACK, may overtake the open
/// superpacket.
pub struct Coalescer {
    /// The open superpacket, at the front unless it is still its first packet, and behind it room for one packet.
    buffer: Vec<u8>,
    device: TunCapabilities,
    open: Option<Open>,
    slot: Option<Slot>,
    covered: [u8; MAX_HEADER],
}

/// A packet or superpacket to write to the TUN device in one piece.
#[derive(Debug)]
pub struct Superpacket<'a> {
    /// The segmentation that the device must do; the default for a packet that was not joined and is unchanged.
    pub offload: Offload,
    /// The bytes, starting with the IP header.
    pub bytes: &'a mut [u8],
}

/// The open superpacket: joined packets that wait for further ones.
struct Open {
    start: usize,
    end: usize,
    /// The form and the header of the first packet. The header is copied because the next packet's may cover it in the buffer.
    /// `None` for a packet that cannot be joined.
    first: Option<(Segment, [u8; MAX_HEADER])>,
    segments: usize,
    /// True if more packets may join.
    growing: bool,
    /// True if the checksums of the first packet were verified.
    verified: bool,
    pushed: bool,
}

/// The place of the packet that is being decrypted. Its first `covered` bytes lie over the end of the open superpacket.
#[derive(Clone, Copy)]
struct Slot {
    start: usize,
    len: usize,
    covered: usize,
}

/// The decision about a packet.
enum Verdict {
    Joins(Segment),
    Overtakes,
    Follows(Option<Segment>),
}

impl Coalescer {
    /// Creates a coalescer for a device that accepts the superpackets in `device`.
    pub fn new(device: TunCapabilities) -> Self {
        Self { buffer: vec![0; MAX_SUPERPACKET + MAX_PLAINTEXT], device, open: None, slot: None, covered: [0; MAX_HEADER] }
    }

    /// Returns the buffer for decrypting the next plaintext, padding included, with exactly `plaintext_len` bytes. Returns `None`
    /// if that is more than [`MAX_PLAINTEXT`]. A packet that was placed and not committed is discarded.
    pub fn place(&mut self, plaintext_len: usize) -> Option<&mut [u8]> {
        self.discard();
        if plaintext_len > MAX_PLAINTEXT {
            return None;
        }
        let (end, covered) = match &mut self.open {
            None => (0, 0),
            Some(open) => {
                open.move_to_front(&mut self.buffer);
                open.prepare_to_grow(&self.buffer);
                (open.end, open.header_to_cover(plaintext_len))
            }
        };
        let slot = Slot { start: end - covered, len: plaintext_len, covered };
        self.covered[..covered].copy_from_slice(&self.buffer[slot.start..end]);
        self.slot = Some(slot);
        Some(&mut self.buffer[slot.start..slot.start + plaintext_len])
    }

    /// Accepts the first `len` bytes of the placed packet: an authenticated packet without its padding. Returns what must be
    /// written now: the superpacket that was open until then, or a packet that overtakes it. An empty packet (`len` 0, a
    /// keepalive) is discarded.
    pub fn commit(&mut self, len: usize) -> Option<Superpacket<'_>> {
        let slot = self.slot?;
        let len = len.min(slot.len);
        if len == 0 {
            self.discard();
            return None;
        }
        self.slot = None;
        let end = slot.start + slot.covered;
        match self.judge(slot, len) {
            Verdict::Joins(next) => {
                self.buffer[slot.start..end].copy_from_slice(&self.covered[..slot.covered]);
                self.open.as_mut()?.append(&next);
                None
            }
            Verdict::Overtakes => {
                self.uncover(slot, len);
                Some(Superpacket { offload: Offload::default(), bytes: &mut self.buffer[end..end + len] })
            }
            Verdict::Follows(first) => {
                self.uncover(slot, len);
                let open = Open::new(end, &self.buffer[end..end + len], first);
                self.open.replace(open).map(|before| before.finish(&mut self.buffer))
            }
        }
    }

    /// Discards the placed packet, because it is not authentic, a replay, from a wrong source, or no packet.
    pub fn discard(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.buffer[slot.start..slot.start + slot.covered].copy_from_slice(&self.covered[..slot.covered]);
        }
    }

    /// Returns the length of the open superpacket in bytes; 0 if there is none.
    pub fn open_len(&self) -> usize {
        self.open.as_ref().map_or(0, Open::len)
    }

    /// Returns the buffer's memory to the system, unless the buffer is in use.
    pub fn give_back(&mut self) {
        if self.open.is_none() && self.slot.is_none() {
            memory::give_back(&mut self.buffer);
        }
    }

    /// Returns the open superpacket, if there is one. To be called at the latest when no further packet is to be waited for.
    pub fn take(&mut self) -> Option<Superpacket<'_>> {
        self.discard();
        self.open.take().map(|open| open.finish(&mut self.buffer))
    }

    fn judge(&self, slot: Slot, len: usize) -> Verdict {
        let packet = &self.buffer[slot.start..slot.start + len];
        let segment = Segment::parse(packet, self.device);
        let Some(open) = &self.open else {
            return Verdict::Follows(segment);
        };
        match (segment, &open.first) {
            (Some(next), _) if slot.covered == next.header_len && open.takes(&next, packet) && next.is_intact(packet) => {
                Verdict::Joins(next)
            }
            (Some(next), _) => Verdict::Follows(Some(next)),
            (None, Some((first, header))) if first.is_other_flow(header, packet) => Verdict::Overtakes,
            (None, _) => Verdict::Follows(None),
        }
    }

    /// Moves the packet from its slot to behind the open superpacket, whose end it covers.
    fn uncover(&mut self, slot: Slot, len: usize) {
        let end = slot.start + slot.covered;
        if slot.covered > 0 {
            self.buffer.copy_within(slot.start..slot.start + len, end);
            self.buffer[slot.start..end].copy_from_slice(&self.covered[..slot.covered]);
        }
    }
}

impl Open {
    fn new(start: usize, packet: &[u8], form: Option<Segment>) -> Self {
        let first = form.map(|form| {
            let mut header = [0; MAX_HEADER];
            header[..form.header_len].copy_from_slice(&packet[..form.header_len]);
            (form, header)
        });
        let pushed = form.is_some_and(|form| form.pushed);
        let growing = form.is_some() && !pushed;
        Self { start, end: start + packet.len(), first, segments: 1, growing, verified: false, pushed }
    }

    fn len(&self) -> usize {
        self.end - self.start
    }

    fn move_to_front(&mut self, buffer: &mut [u8]) {
        if self.start > 0 {
            buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.len());
        }
    }

    /// Verifies the first packet. This is delayed until a second packet arrives.
    fn prepare_to_grow(&mut self, buffer: &[u8]) {
        if self.growing && !self.verified {
            self.verified = self.first.as_ref().is_some_and(|(first, _)| first.is_intact(&buffer[self.start..self.end]));
            self.growing = self.verified;
        }
    }

    /// Returns how many bytes of a packet of `plaintext_len` bytes are a header that is dropped if the packet joins; 0 if it
    /// cannot join.
    fn header_to_cover(&self, plaintext_len: usize) -> usize {
        const PADDING: usize = 15;
        let header_len = self.first.as_ref().filter(|_| self.growing).map_or(0, |(first, _)| first.header_len);
        let payload = plaintext_len.saturating_sub(header_len + PADDING);
        if self.len() + payload > MAX_SUPERPACKET { 0 } else { header_len }
    }

    fn takes(&self, next: &Segment, packet: &[u8]) -> bool {
        let Some((first, header)) = self.first.as_ref().filter(|_| self.growing) else {
            return false;
        };
        let same_form = (first.is_v4, first.is_tcp, first.header_len) == (next.is_v4, next.is_tcp, next.header_len);
        let fits = next.payload <= first.payload && self.len() + next.payload <= MAX_SUPERPACKET;
        same_form && fits && first.goes_on(header, packet, self.segments)
    }

    fn append(&mut self, next: &Segment) {
        self.end += next.payload;
        self.segments += 1;
        self.pushed = next.pushed;
        let room = self.len() + next.payload <= MAX_SUPERPACKET && (next.is_tcp || self.segments < MAX_UDP_SEGMENTS);
        let is_full_size = self.first.as_ref().is_some_and(|(first, _)| first.payload == next.payload);
        self.growing = is_full_size && room && !next.pushed;
    }

    /// Writes the header of the superpacket.
    fn finish(self, buffer: &mut [u8]) -> Superpacket<'_> {
        let bytes = &mut buffer[self.start..self.end];
        let Some((first, header)) = self.first.filter(|_| self.segments > 1) else {
            return Superpacket { offload: Offload::default(), bytes };
        };
        let transport_len = bytes.len() - first.network;
        if first.is_v4 {
            let total = (bytes.len() as u16).to_be_bytes();
            put(bytes, IPV4_LENGTH, total);
            put(bytes, IPV4_CHECKSUM, [0; 2]);
            let checksum = Sum::of(&bytes[..first.network]).checksum();
            put(bytes, IPV4_CHECKSUM, checksum.to_be_bytes());
        } else {
            let payload = ((bytes.len() - IPV6_HEADER) as u16).to_be_bytes();
            put(bytes, IPV6_LENGTH, payload);
        }
        let (segmentation, field) = match (first.is_tcp, first.is_v4) {
            (true, true) => (Segmentation::Tcp4 { ecn: false }, TCP_CHECKSUM),
            (true, false) => (Segmentation::Tcp6 { ecn: false }, TCP_CHECKSUM),
            (false, true | false) => (Segmentation::Udp, UDP_CHECKSUM),
        };
        if !first.is_tcp {
            put(bytes, first.network + UDP_LENGTH, (transport_len as u16).to_be_bytes());
        } else if self.pushed {
            let flags = header[first.network + TCP_FLAGS] | PSH;
            put(bytes, first.network + TCP_FLAGS, [flags]);
        }
        put(bytes, first.network + field, first.pseudo_header(&header, transport_len).fold().to_be_bytes());
        let offload = Offload {
            segmentation,
            segment_size: first.payload as u16,
            header_len: first.header_len as u16,
            checksum: Checksum::Partial { start: first.network as u16, offset: field as u16 },
        };
        Superpacket { offload, bytes }
    }
}
