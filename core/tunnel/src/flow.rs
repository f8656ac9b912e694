//! Chooses the TUN queue to which a packet is written.
//!
//! Linux steers the packets that a flow sends to the queue on which the flow's last packet arrived. Each flow is therefore
//! written to one fixed queue: its packets keep their order in both directions, and different flows are spread over the threads.

use crate::headers::{
    IPV4_ADDRESSES, IPV4_FRAGMENT, IPV4_HEADER, IPV4_IS_FRAGMENT, IPV4_PROTOCOL, IPV6_ADDRESSES, IPV6_HEADER, IPV6_NEXT, TCP,
    UDP, double_word, word,
};

/// Returns the queue for a packet of a flow, out of `queues` (at least 1).
pub(crate) fn queue_of(packet: &[u8], queues: usize) -> usize {
    if queues <= 1 { 0 } else { hash(packet) as usize % queues }
}

/// Returns a hash that is equal for all packets of a flow. Fragments have no ports, so all fragments between two hosts count as
/// one flow.
fn hash(packet: &[u8]) -> u32 {
    let (addresses, protocol, header, whole) = match packet.first().map(|byte| byte >> 4) {
        Some(4) => {
            let header = usize::from(packet.first().map_or(0, |byte| byte & 0xf)) * 4;
            let whole = word(packet, IPV4_FRAGMENT) & IPV4_IS_FRAGMENT == 0;
            (IPV4_ADDRESSES, packet.get(IPV4_PROTOCOL), header.max(IPV4_HEADER), whole)
        }
        _ => (IPV6_ADDRESSES, packet.get(IPV6_NEXT), IPV6_HEADER, true),
    };
    let ports = match protocol {
        Some(&(TCP | UDP)) if whole => double_word(packet, header),
        _ => 0,
    };
    let addresses = packet.get(addresses).unwrap_or_default();
    let mixed = addresses.chunks(4).fold(ports, |mixed, bytes| mix(mixed ^ double_word(bytes, 0)));
    mix(mixed)
}

/// The finalizer of MurmurHash3 (public domain), a permutation in which each input bit changes half of the output bits.
const fn mix(mut bits: u32) -> u32 {
    bits ^= bits >> 16;
    bits = bits.wrapping_mul(0x85eb_ca6b);
    bits ^= bits >> 13;
    bits = bits.wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::queue_of;

    fn tcp(port: u16, more: u8) -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 44, more, more, 0, 0, 64, 6, more, more, 10, 0, 0, 1, 10, 0, 0, 2];
        packet.extend(port.to_be_bytes());
        packet.extend([0, 80]);
        packet.extend([more; 20]);
        packet
    }

    #[test]
    fn a_flow_keeps_its_queue_and_many_flows_use_all_of_them() {
        let mut flows = [0; 8];
        for port in 10_000..10_800 {
            let queue = queue_of(&tcp(port, 0), 8);
            assert_eq!(queue, queue_of(&tcp(port, 7), 8), "whatever else is in its packets");
            flows[queue] += 1;
        }
        assert!(flows.iter().all(|count| (70..130).contains(count)), "{flows:?}");
    }

    #[test]
    fn fragments_of_a_datagram_stay_together() {
        let (mut first, mut last) = (tcp(1, 0), tcp(2, 0));
        first[6] = 0x20;
        last[7] = 9;
        assert_eq!(queue_of(&first, 8), queue_of(&last, 8));
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_queue(bytes in proptest::collection::vec(any::<u8>(), 0..80), queues in 0usize..9) {
            prop_assert!(queue_of(&bytes, queues) < queues.max(1));
        }
    }
}
