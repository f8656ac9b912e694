//! Resolves a name outside every tunnel and kill switch: with packets that carry a mark, which those of the C library's resolver
//! cannot.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;

use super::udp::set_mark;
pub use crate::dns_query::reply;
use crate::dns_query::{ask, in_hosts};
use crate::network::NameAddresses;

/// The files that list DNS servers. The first one that lists a server outside this computer counts: a local server would send its
/// queries without the mark.
const SERVERS: [&str; 3] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/NetworkManager/no-stub-resolv.conf"];
const HOSTS: &str = "/etc/hosts";
/// Resolves `host`; IPv4 addresses come before IPv6. Servers that are `inside` a tunnel are not asked.
pub(super) fn look_up(host: &str, mark: u32, inside: &[IpAddr]) -> io::Result<NameAddresses> {
    let in_hosts = in_hosts(&fs::read_to_string(HOSTS).unwrap_or_default(), host);
    if !in_hosts.is_empty() {
        return Ok(NameAddresses { addresses: in_hosts, ttl: None });
    }
    // While a tunnel's resolvers are in the file, the earlier ones are those outside the tunnel.
    let outside = super::dns::outside_servers().map(|file| servers(&file, inside)).filter(|servers| !servers.is_empty());
    let servers = outside.or_else(|| {
        SERVERS
            .iter()
            .map(|file| servers(&fs::read_to_string(file).unwrap_or_default(), inside))
            .find(|servers| !servers.is_empty())
    });
    ask(servers.unwrap_or_default(), host, |socket, _| set_mark(socket.as_fd(), mark))
}

/// Returns the servers outside this computer and outside the tunnel, in order.
fn servers(resolv_conf: &str, inside: &[IpAddr]) -> Vec<IpAddr> {
    let address = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse().ok()).flatten()
    };
    let is_outside = |address: &IpAddr| !address.is_loopback() && !inside.contains(address);
    resolv_conf.lines().filter_map(address).filter(is_outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_on_this_computer_would_ask_past_us() {
        assert_eq!(servers("# one\nnameserver 127.0.0.53\noptions edns0\n", &[]), Vec::<IpAddr>::new());
        assert_eq!(
            servers("nameserver 192.168.1.1\nnameserver fe80::1%eth0\nnameserver ::1\nnameserver 2001:db8::53\n", &[]).len(),
            2
        );
        let inside = ["10.64.0.1".parse().unwrap()];
        assert_eq!(
            servers("nameserver 10.64.0.1\nnameserver 192.168.1.1\n", &inside),
            ["192.168.1.1".parse::<IpAddr>().unwrap()]
        );
    }
}
