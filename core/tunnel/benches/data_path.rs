//! Measures what splitting and coalescing cost: a 64 KiB superpacket of one TCP flow is cut into packets and joined again.
#![forbid(unsafe_code)]

use std::hint::black_box;

use adit_platform::device::{Checksum, Offload, Segmentation, TunCapabilities};
use adit_tunnel::checksum::Sum;
use adit_tunnel::coalesce::Coalescer;
use adit_tunnel::split::{SLACK, Splitter};
use criterion::{BatchSize, Criterion, Throughput};

/// IPv4 and TCP without options.
const HEADER: usize = 40;
/// Payload of one packet.
const SEGMENT: usize = 1380;
const SEGMENTS: usize = 45;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let superpacket = superpacket();
    let mut group = criterion.benchmark_group("superpacket, 45 packets");
    group.throughput(Throughput::Bytes((SEGMENTS * SEGMENT) as u64));
    group.bench_function("split", |bench| {
        bench.iter_batched_ref(
            || superpacket.clone(),
            |buffer| split(buffer, |packet| assert!(!black_box(packet).is_empty())),
            BatchSize::LargeInput,
        );
    });
    let mut packets = Vec::new();
    split(&mut superpacket.clone(), |packet| packets.push(packet.to_vec()));
    let mut coalescer = Coalescer::new(TunCapabilities { tcp_segmentation: true, udp_segmentation: true });
    group.bench_function("coalesce", |bench| {
        bench.iter(|| {
            for packet in &packets {
                coalescer.place(packet.len()).expect("short enough").copy_from_slice(packet);
                assert!(coalescer.commit(packet.len()).is_none(), "they all join");
            }
            assert_eq!(coalescer.take().map(|joined| joined.bytes.len()), Some(HEADER + SEGMENTS * SEGMENT));
        });
    });
    group.finish();
    criterion.final_summary();
}

fn split(buffer: &mut [u8], mut each: impl FnMut(&[u8])) {
    let offload = Offload {
        segmentation: Segmentation::Tcp4 { ecn: false },
        segment_size: SEGMENT as u16,
        header_len: HEADER as u16,
        checksum: Checksum::Partial { start: 20, offset: 16 },
    };
    let len = buffer.len() - SLACK;
    let mut splitter = Splitter::new(buffer, len, offload).expect("well-formed");
    while let Some(segment) = splitter.next_segment(|len| len) {
        each(segment.bytes);
    }
}

/// Returns a superpacket in the kernel's form: the transport checksum field holds the sum of the pseudo-header, and room for
/// padding follows the packet.
fn superpacket() -> Vec<u8> {
    let len = (HEADER + SEGMENTS * SEGMENT) as u16;
    let mut packet = vec![0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    packet[2..4].copy_from_slice(&len.to_be_bytes());
    packet.extend([0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 1, 0]);
    let pseudo = Sum::pseudo_header(&packet[12..20], 6).word(len - 20).fold();
    packet.extend(pseudo.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend((0..SEGMENTS * SEGMENT).map(|byte| byte as u8));
    packet.extend([0; SLACK]);
    packet
}
