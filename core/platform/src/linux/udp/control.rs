//! Control messages of a run of datagrams, besides its bytes and its address (`cmsg(3)`, RFC 3542).

use std::mem::size_of;
use std::net::{IpAddr, Ipv6Addr};

use adit_protocol::{Ecn, Local};
use libc::{c_int, cmsghdr, in_pktinfo, in6_pktinfo, msghdr};

use super::address::{from_in_addr, to_in_addr, to_in6_addr};

/// The size of the buffer, bytes: enough for packet information, traffic class and segment size.
const ROOM: usize = 128;

/// A control buffer, aligned as the kernel requires.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(super) struct Control {
    bytes: [u8; ROOM],
    len: usize,
}

impl Control {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0 }
    }

    /// Makes `header` send the pushed messages.
    pub(super) fn attach(&mut self, header: &mut msghdr) {
        if self.len > 0 {
            header.msg_control = self.bytes.as_mut_ptr().cast();
            header.msg_controllen = self.len as _;
        }
    }

    /// Makes `header` receive into the buffer.
    pub(super) fn attach_room(&mut self, header: &mut msghdr) {
        header.msg_control = self.bytes.as_mut_ptr().cast();
        header.msg_controllen = ROOM as _;
    }

    /// Adds the source address and interface to send from.
    pub(super) fn push_source(&mut self, local: Local) {
        match local.ip.to_canonical() {
            IpAddr::V4(ip) => {
                let info = in_pktinfo {
                    ipi_ifindex: local.interface as _,
                    ipi_spec_dst: to_in_addr(ip),
                    ipi_addr: to_in_addr(std::net::Ipv4Addr::UNSPECIFIED),
                };
                self.push(libc::IPPROTO_IP, libc::IP_PKTINFO, info);
            }
            IpAddr::V6(ip) => {
                let info = in6_pktinfo { ipi6_addr: to_in6_addr(ip), ipi6_ifindex: local.interface as _ };
                self.push(libc::IPPROTO_IPV6, libc::IPV6_PKTINFO, info);
            }
        }
    }

    /// Adds the TOS or traffic class byte.
    pub(super) fn push_traffic_class(&mut self, v6: bool, class: u8) {
        if v6 {
            self.push(libc::IPPROTO_IPV6, libc::IPV6_TCLASS, c_int::from(class));
        } else {
            self.push(libc::IPPROTO_IP, libc::IP_TOS, c_int::from(class));
        }
    }

    /// Adds the segment size: the kernel splits the bytes every `size` bytes.
    pub(super) fn push_segment_size(&mut self, size: u16) {
        self.push(libc::SOL_UDP, libc::UDP_SEGMENT, size);
    }

    fn push<T: Copy>(&mut self, level: c_int, kind: c_int, value: T) {
        // SAFETY: these two only compute.
        let (space, len) = unsafe { (libc::CMSG_SPACE(size_of::<T>() as _) as usize, libc::CMSG_LEN(size_of::<T>() as _)) };
        let Some(place) = self.bytes.get_mut(self.len..self.len + space) else { return };
        let header = place.as_mut_ptr().cast::<cmsghdr>();
        // SAFETY: `place` has room for header and value, and is aligned because the buffer and all spaces are.
        unsafe {
            (*header).cmsg_len = len as _;
            (*header).cmsg_level = level;
            (*header).cmsg_type = kind;
            libc::CMSG_DATA(header).cast::<T>().write_unaligned(value);
        }
        self.len += space;
    }
}

/// The control messages of a received run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ControlData {
    pub(super) local: Option<Local>,
    pub(super) ecn: Ecn,
    /// 0 for a single datagram.
    pub(super) segment_size: usize,
    /// Only if the socket asks for it.
    pub(super) hop_limit: Option<u8>,
}

/// Reads the control messages that the kernel left in `header`, whose control pointer must be to a live [`Control`].
pub(super) fn control_data(header: &msghdr) -> ControlData {
    let mut control_data = ControlData::default();
    // SAFETY: the kernel has set the length of the buffer that the header points to, and these macros stay within it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    // `next` stays a pointer derived from the whole buffer: a reference to the header alone could not reach the value behind it.
    while !next.is_null() {
        // SAFETY: a pointer from the macros that is not null is to a whole, aligned header in the buffer.
        let message = unsafe { next.read() };
        let len = message.cmsg_len as u64;
        match (message.cmsg_level, message.cmsg_type) {
            (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
                if let Some(info) = value::<in_pktinfo>(next, len) {
                    let ip = IpAddr::V4(from_in_addr(info.ipi_spec_dst));
                    control_data.local = Some(Local { ip, interface: info.ipi_ifindex.cast_unsigned() });
                }
            }
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
                if let Some(info) = value::<in6_pktinfo>(next, len) {
                    let ip = IpAddr::V6(Ipv6Addr::from(info.ipi6_addr.s6_addr));
                    control_data.local = Some(Local { ip, interface: info.ipi6_ifindex as _ });
                }
            }
            (libc::IPPROTO_IP, libc::IP_TOS) => control_data.ecn = value::<u8>(next, len).map_or(Ecn::NotEct, Ecn::from_bits),
            (libc::IPPROTO_IPV6, libc::IPV6_TCLASS) => {
                control_data.ecn = value::<c_int>(next, len).map_or(Ecn::NotEct, |class| Ecn::from_bits(class as u8));
            }
            (libc::IPPROTO_IP, libc::IP_TTL) | (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT) => {
                control_data.hop_limit = value::<c_int>(next, len).and_then(|hops| u8::try_from(hops).ok());
            }
            (libc::SOL_UDP, libc::UDP_GRO) => {
                control_data.segment_size = value::<c_int>(next, len).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
            }
            _ => {}
        }
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(header, next) };
    }
    control_data
}

/// Returns the value of the control message at `header`, which is `len` bytes long with its header; `None` if the value is
/// shorter than `T`. `header` must be derived from the whole control buffer, and every bit pattern must be valid for `T`.
fn value<T: Copy>(header: *const cmsghdr, len: u64) -> Option<T> {
    // SAFETY: only computes.
    let wanted = unsafe { libc::CMSG_LEN(size_of::<T>() as _) };
    if len < u64::from(wanted) {
        return None;
    }
    // SAFETY: the message is long enough and lies in the buffer that `header` may read, and the kernel has written its bytes.
    Some(unsafe { libc::CMSG_DATA(header).cast::<T>().read_unaligned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a received header whose control messages are those that were pushed to `control`.
    fn received(control: &mut Control) -> msghdr {
        // SAFETY: a header of zeros is one without buffers.
        let mut header: msghdr = unsafe { std::mem::zeroed() };
        control.attach(&mut header);
        header
    }

    #[test]
    fn values_are_read_through_a_pointer_to_the_whole_control_buffer() {
        let mut control = Control::new();
        let ip: IpAddr = "fd00::1".parse().unwrap();
        control.push_source(Local { ip, interface: 7 });
        control.push_traffic_class(true, 1);
        control.push(libc::SOL_UDP, libc::UDP_GRO, 1400 as c_int);
        let control_data = control_data(&received(&mut control));
        assert_eq!(control_data.local, Some(Local { ip, interface: 7 }));
        assert_eq!((control_data.ecn, control_data.segment_size), (Ecn::from_bits(1), 1400));
    }

    #[test]
    fn a_control_message_that_is_shorter_than_its_value_counts_as_none() {
        let mut control = Control::new();
        control.push(libc::SOL_UDP, libc::UDP_GRO, 7_u8);
        assert_eq!(control_data(&received(&mut control)).segment_size, 0);
    }
}
