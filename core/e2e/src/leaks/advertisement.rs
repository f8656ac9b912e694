//! An IPv6 router advertisement with a route information option (RFC 4191), as a hostile neighbour sends it.

use std::net::{Ipv6Addr, SocketAddrV6};
use std::time::Duration;

use anyhow::Context as _;
use rustix::net::sockopt::set_ipv6_multicast_hops;
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, ipproto, sendto, socket_with};

use crate::namespace::Namespace;
use crate::process::wait_for;

const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
/// Length of the prefix, as in the option.
const PREFIX: u8 = 64;

/// Advertises the router's `eth0` as the route to `network`/64, with high preference. Returns once the client has the route.
pub fn advertise(client: &Namespace, router: &Namespace, network: Ipv6Addr) -> anyhow::Result<()> {
    client.shell("cd /proc/sys/net/ipv6/conf/eth0 && echo 2 >accept_ra && echo 64 >accept_ra_rt_info_max_plen")?;
    let index: u32 = router.shell("cat /sys/class/net/eth0/ifindex")?.trim().parse()?;
    // Type, code, checksum (filled in by the kernel), hop limit, flags, router lifetime, reachable time, retransmission timer.
    let mut message = vec![134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0];
    // Route information: length in units of 8 bytes, prefix length, high preference, lifetime, prefix.
    message.extend([24, 2, PREFIX, 0x08, 0, 0, 0x07, 0x08]);
    message.extend(&network.octets()[..8]);
    let socket = router.within(|| {
        let socket = socket_with(AddressFamily::INET6, SocketType::RAW, SocketFlags::CLOEXEC, Some(ipproto::ICMPV6))?;
        set_ipv6_multicast_hops(&socket, 255)?;
        Ok(socket)
    })?;
    let to = SocketAddrV6::new(ALL_NODES, 0, 0, index);
    wait_for("the route of the router advertisement", Duration::from_secs(10), || {
        if sendto(&socket, &message, SendFlags::empty(), &to).is_err() {
            return None;
        }
        let routes = client.ip(&format!("-6 route show {network}/{PREFIX}")).ok()?;
        routes.contains("proto ra").then_some(())
    })
    .with_context(|| client.ip("-6 route").unwrap_or_default())
}
