//! Carries congestion marks through the tunnel (RFC 6040): copies them to the outer header (normal mode), and combines them on
//! receipt.

use super::{Header, version};
use crate::{Dropped, Ecn};

/// Returns the ECN bits of an IP packet. `None`: no complete IPv4 or IPv6 header.
pub fn ecn(packet: &[u8]) -> Option<Ecn> {
    Some(match Header::of(packet)? {
        Header::V4(header) => Ecn::from_bits(header[1]),
        Header::V6(header) => Ecn::from_bits(header[1] >> 4),
    })
}

/// Returns the ECN bits of the outer header for a packet marked `inner`: the same bits (RFC 6040 section 4.1, normal mode).
pub const fn encapsulate(inner: Ecn) -> Ecn {
    inner
}

/// Combines the ECN bits of the outer header into the decrypted packet (RFC 6040 section 4.2, figure 4).
///
/// # Errors
/// [`Dropped::Congestion`] if the outer header marks congestion and the packet is not ECN-capable: dropping the packet is the
/// only way to tell its sender. [`Dropped::InnerPacket`] if it is not an IP packet.
pub fn decapsulate(outer: Ecn, packet: &mut [u8]) -> Result<(), Dropped> {
    let inner = ecn(packet).ok_or(Dropped::InnerPacket)?;
    let combined = match (inner, outer) {
        (Ecn::NotEct, Ecn::Ce) => return Err(Dropped::Congestion),
        (Ecn::NotEct, Ecn::NotEct | Ecn::Ect0 | Ecn::Ect1) => Ecn::NotEct,
        (Ecn::Ect0, Ecn::NotEct | Ecn::Ect0) => Ecn::Ect0,
        (Ecn::Ect0, Ecn::Ect1) | (Ecn::Ect1, Ecn::NotEct | Ecn::Ect0 | Ecn::Ect1) => Ecn::Ect1,
        (Ecn::Ce, _) | (Ecn::Ect0 | Ecn::Ect1, Ecn::Ce) => Ecn::Ce,
    };
    if combined != inner {
        set(combined, packet);
    }
    Ok(())
}

fn set(ecn: Ecn, packet: &mut [u8]) {
    match (version(packet), packet) {
        (Some(4), [first, tos, _, _, _, _, _, _, _, _, high, low, ..]) => {
            let old = u16::from_be_bytes([*first, *tos]);
            *tos = *tos & !0b11 | ecn as u8;
            let new = u16::from_be_bytes([*first, *tos]);
            let checksum = adjusted(u16::from_be_bytes([*high, *low]), old, new);
            [*high, *low] = checksum.to_be_bytes();
        }
        (Some(6), [_, class, ..]) => *class = *class & !0b11_0000 | (ecn as u8) << 4,
        _ => {}
    }
}

/// Returns the checksum of a header in which one word changed (RFC 1624 section 3, equation 3).
fn adjusted(checksum: u16, old: u16, new: u16) -> u16 {
    let sum = u32::from(!checksum) + u32::from(!old) + u32::from(new);
    let sum = (sum & 0xffff) + (sum >> 16);
    !((sum & 0xffff) + (sum >> 16)) as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOT_ECT: Ecn = Ecn::NotEct;
    const ECT0: Ecn = Ecn::Ect0;
    const ECT1: Ecn = Ecn::Ect1;
    const CE: Ecn = Ecn::Ce;
    const ALL: [Ecn; 4] = [NOT_ECT, ECT0, ECT1, CE];

    /// Figure 4 of RFC 6040: one row per inner field and one column per outer field, both in the order of `ALL`; `None` is a
    /// drop.
    const FIGURE_4: [[Option<Ecn>; 4]; 4] = [
        [Some(NOT_ECT), Some(NOT_ECT), Some(NOT_ECT), None],
        [Some(ECT0), Some(ECT0), Some(ECT1), Some(CE)],
        [Some(ECT1), Some(ECT1), Some(ECT1), Some(CE)],
        [Some(CE), Some(CE), Some(CE), Some(CE)],
    ];

    fn ipv4(tos: u8, rest: [u8; 18]) -> Vec<u8> {
        let mut packet = vec![0x45, tos];
        packet.extend(rest);
        packet[10..12].fill(0);
        let checksum = !sum(&packet);
        packet[10..12].copy_from_slice(&checksum.to_be_bytes());
        packet
    }

    fn ipv6(class: u8) -> Vec<u8> {
        let mut packet = vec![0; 40];
        packet[0] = 0x60 | class >> 4;
        packet[1] = class << 4 | 0x0a;
        packet
    }

    fn sum(header: &[u8]) -> u16 {
        let mut sum: u32 = header.chunks(2).map(|word| u32::from(u16::from_be_bytes([word[0], word[1]]))).sum();
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum as u16
    }

    #[test]
    fn p9_all_sixteen_combinations_are_those_of_rfc_6040_for_every_dscp() {
        for (inner, row) in ALL.into_iter().zip(FIGURE_4) {
            for (outer, expected) in ALL.into_iter().zip(row) {
                for dscp in 0..64_u8 {
                    for mut packet in [ipv4(dscp << 2 | inner as u8, [7; 18]), ipv6(dscp << 2 | inner as u8)] {
                        let before = packet.clone();
                        let result = decapsulate(outer, &mut packet);
                        match expected {
                            None => assert_eq!((result, &packet), (Err(Dropped::Congestion), &before)),
                            Some(expected) => {
                                let tos = dscp << 2 | expected as u8;
                                let wanted = if before[0] >> 4 == 4 { ipv4(tos, [7; 18]) } else { ipv6(tos) };
                                assert_eq!((result, packet), (Ok(()), wanted), "inner {inner:?}, outer {outer:?}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn p9_the_outer_field_is_a_copy_of_the_inner_one() {
        for mark in ALL {
            assert_eq!(encapsulate(mark), mark);
            assert_eq!(ecn(&ipv4(0xb8 | mark as u8, [0; 18])), Some(mark));
            assert_eq!(ecn(&ipv6(0xb8 | mark as u8)), Some(mark));
        }
    }

    #[test]
    fn bytes_that_are_no_ip_packet_have_no_ecn() {
        for mut packet in [vec![], vec![0x45; 19], vec![0x60; 39], vec![0xff; 64]] {
            assert_eq!(ecn(&packet), None);
            assert_eq!(decapsulate(CE, &mut packet), Err(Dropped::InnerPacket));
        }
    }

    proptest! {
        #[test]
        fn p9_the_checksum_stays_right(tos: u8, rest: [u8; 18], outer: u8) {
            let mut packet = ipv4(tos, rest);
            let _ = decapsulate(Ecn::from_bits(outer), &mut packet);
            prop_assert_eq!(sum(&packet), 0xffff);
        }

        #[test]
        fn a_wrong_checksum_stays_exactly_as_wrong(tos in 0_u8..=255, rest: [u8; 18], wrong: u16) {
            let mut packet = ipv4(tos & !0b11 | ECT0 as u8, rest);
            packet[10..12].copy_from_slice(&wrong.to_be_bytes());
            let valid = sum(&packet) == 0xffff;
            let _ = decapsulate(CE, &mut packet);
            prop_assert_eq!(sum(&packet) == 0xffff, valid);
        }
    }
}
