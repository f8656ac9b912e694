//! Joins decrypted packets of one flow into superpackets for the TUN device, without moving their payload.
//!
//! The next packet is decrypted to where its payload belongs if it does follow the last one, so that its header covers the tail of
//! that payload. The tail is kept aside meanwhile and put back as soon as the header has been looked at:
//!
//! ```text
//! open superpacket  [H0|payload 0    |payload 1    ]
//! place                                        [H2 |payload 2    ]      the end of payload 1 is kept aside
//! joined            [H0|payload 0    |payload 1    |payload 2    ]      and put back
//! ```
//!
//! # Why checksums are verified before joining
//!
//! The AEAD proves that a packet is what the *peer* sent, not that the peer got it unharmed: a peer that forwards for others may
//! pass on a packet whose inner checksum is wrong, for the receiver to notice. A superpacket goes to the kernel with a checksum to
//! be completed, which says "trust the bytes", and its segments would carry right checksums from there on. So a packet joins only if
//! its own checksums are right; one with a wrong checksum goes on alone and untouched. The sum is over bytes that the
//! cipher has just written, and costs a twentieth of the cipher.

mod segment;

use adit_platform::device::{Checksum, MAX_SUPERPACKET, Offload, Segmentation, TunCapabilities};
use adit_platform::memory;

use crate::checksum::Sum;
use crate::headers::{
    IPV4_CHECKSUM, IPV4_LENGTH, IPV6_HEADER, IPV6_LENGTH, PSH, TCP_CHECKSUM, TCP_FLAGS, UDP_CHECKSUM, UDP_LENGTH, put,
};
use segment::{MAX_HEADER, Segment};

/// Longest plaintext that can be placed, in bytes: the longest packet and its padding.
pub const MAX_PLAINTEXT: usize = MAX_SUPERPACKET + 17;

/// Segments of one UDP superpacket that Linux accepts (`UDP_MAX_SEGMENTS` before Linux 6.9).
const MAX_UDP_SEGMENTS: usize = 64;

/// Joins packets. For each: [`Coalescer::place`], decrypt into what it gives, then [`Coalescer::commit`] or [`Coalescer::discard`];
/// [`Coalescer::take`] at the end of a batch. Packets of one flow come out in the order they went in; those of another flow that
/// cannot be joined at all, such as a bare ACK, may overtake the superpacket that is still open.
pub struct Coalescer {
    /// The open superpacket, at the front but for its first packet, and behind it room for a packet.
    buffer: Vec<u8>,
    device: TunCapabilities,
    open: Option<Open>,
    slot: Option<Slot>,
    covered: [u8; MAX_HEADER],
}

/// What is to be written to the TUN device in one piece.
#[derive(Debug)]
pub struct Superpacket<'a> {
    /// How the device is to cut it; the default for a packet that stayed alone, which is as it was received.
    pub offload: Offload,
    /// From the IP header on.
    pub bytes: &'a mut [u8],
}

/// The packets that wait for another.
struct Open {
    start: usize,
    end: usize,
    /// The first packet's form, and its header: in the buffer, that of the next packet may cover it. `None` for a packet that stays alone.
    first: Option<(Segment, [u8; MAX_HEADER])>,
    segments: usize,
    /// Whether more may follow.
    growing: bool,
    /// Whether the checksums of the first packet were found right.
    verified: bool,
    pushed: bool,
}

/// Where the packet that is being decrypted stands; its first `covered` bytes stand on the end of the open superpacket.
#[derive(Clone, Copy)]
struct Slot {
    start: usize,
    len: usize,
    covered: usize,
}

/// What becomes of a packet.
enum Verdict {
    Joins(Segment),
    Overtakes,
    Follows(Option<Segment>),
}

impl Coalescer {
    /// For a device that takes such superpackets.
    pub fn new(device: TunCapabilities) -> Self {
        Self { buffer: vec![0; MAX_SUPERPACKET + MAX_PLAINTEXT], device, open: None, slot: None, covered: [0; MAX_HEADER] }
    }

    /// Where to decrypt the next plaintext, padding included, to; exactly `plaintext_len` bytes.
    /// `None` if that is more than [`MAX_PLAINTEXT`]. A packet that was placed and never committed is discarded.
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

    /// Takes in the first `len` bytes of what was placed: an authenticated packet without its padding. Gives what is to be written
    /// now: what was open until then, or a packet that overtakes it. No packet at all (`len` 0, a keepalive) is discarded.
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

    /// Forgets what was placed: it was not authentic, a replay, from the wrong source, or no packet.
    pub fn discard(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.buffer[slot.start..slot.start + slot.covered].copy_from_slice(&self.covered[..slot.covered]);
        }
    }

    /// The length of the superpacket that is still open, bytes; 0 if there is none.
    pub fn open_len(&self) -> usize {
        self.open.as_ref().map_or(0, Open::len)
    }

    /// Gives the buffer's memory back to the system, unless something is in it.
    pub fn give_back(&mut self) {
        if self.open.is_none() && self.slot.is_none() {
            memory::give_back(&mut self.buffer);
        }
    }

    /// The superpacket that is still open, if there is one. To be called at the latest when no packet is left to wait for.
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

    /// Moves the packet from the slot behind the open superpacket, whose end it covers.
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

    /// Verifies the first packet, put off until another one comes.
    fn prepare_to_grow(&mut self, buffer: &[u8]) {
        if self.growing && !self.verified {
            self.verified = self.first.as_ref().is_some_and(|(first, _)| first.is_intact(&buffer[self.start..self.end]));
            self.growing = self.verified;
        }
    }

    /// How many bytes of a packet of `plaintext_len` bytes are header that is dropped if it joins; 0 if it cannot.
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
