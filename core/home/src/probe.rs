//! The question as the rest of Adit asks it: which of these homes is on this link?

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use adit_config::Cidr;
use adit_platform::device::Stop;
use adit_platform::lan::{LanInterface, LanSocket};
use adit_platform::{clock, native};
use adit_protocol::PublicKey;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng as _};

use crate::datagram::Link;
use crate::run::{Asked, ask};
use crate::{Ask, PORT};

/// More IPv4 addresses of one interface are not asked from.
const MAX_ADDRESSES: usize = 4;
/// The group of all nodes on a link (RFC 4291, section 2.7.1).
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// A way to ask a link which homes it belongs to.
pub trait HomeProbe: Send + Sync + 'static {
    /// Asks on the link of `interface` for the owners of `keys`. Blocks until all of them have answered, for a second at most, or
    /// until `stop` is set.
    ///
    /// # Errors
    /// If no question could be sent, for example because the interface is gone or has no address yet.
    fn ask(&self, interface: &str, keys: &[PublicKey], stop: &dyn Stop) -> io::Result<Asked>;
}

/// Asks on sockets of the system, from every IPv4 address and the link-local address of the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LanProbe {
    /// The port of the responders.
    pub port: u16,
}

impl Default for LanProbe {
    fn default() -> Self {
        Self { port: PORT }
    }
}

impl HomeProbe for LanProbe {
    fn ask(&self, interface: &str, keys: &[PublicKey], stop: &dyn Stop) -> io::Result<Asked> {
        let LanInterface { index, addresses } = native::lan_interface(interface)?;
        let link = Link::of(&addresses);
        let paths = self.paths(index, &addresses);
        if paths.is_empty() {
            return Err(io::Error::new(io::ErrorKind::AddrNotAvailable, "the interface has no address"));
        }
        let results: Vec<io::Result<Asked>> = std::thread::scope(|scope| {
            let ask = |(own, to): &(SocketAddr, SocketAddr)| {
                let (own, to, link) = (*own, *to, link.clone());
                std::thread::Builder::new()
                    .name("home-probe".into())
                    .spawn_scoped(scope, move || ask_from(&*native::lan_socket(interface, own)?, to, &link, keys, stop))
            };
            let threads: Vec<_> = paths.iter().map(ask).collect();
            let panicked = |_| Err(io::Error::other("the thread of a question has panicked"));
            threads.into_iter().map(|thread| thread.and_then(|thread| thread.join().unwrap_or_else(panicked))).collect()
        });
        Asked::of_all(results)
    }
}

impl LanProbe {
    /// Returns where to ask from, and where to.
    fn paths(self, index: u32, addresses: &[Cidr]) -> Vec<(SocketAddr, SocketAddr)> {
        let everybody = SocketAddr::from((Ipv4Addr::BROADCAST, self.port));
        let ipv4 = addresses.iter().map(Cidr::address).filter(IpAddr::is_ipv4).take(MAX_ADDRESSES);
        let mut paths: Vec<_> = ipv4.map(|address| (SocketAddr::new(address, 0), everybody)).collect();
        let link_local = addresses.iter().find_map(|own| match own.address() {
            IpAddr::V6(address) if address.is_unicast_link_local() => Some(address),
            _ => None,
        });
        paths.extend(link_local.map(|address| {
            let own = SocketAddrV6::new(address, 0, 0, index);
            (own.into(), SocketAddrV6::new(ALL_NODES, self.port, 0, index).into())
        }));
        paths
    }
}

fn ask_from(socket: &dyn LanSocket, to: SocketAddr, link: &Link, keys: &[PublicKey], stop: &dyn Stop) -> io::Result<Asked> {
    let (own, now) = (socket.local()?, clock::instant());
    let questions = keys.iter().map(|key| Ask::new(*key, own, link.clone(), now)).collect();
    ask(questions, socket, &[to], stop, &clock::now, &mut random()?)
}

/// Returns a generator of random numbers, with a seed from the system.
///
/// # Errors
/// If the system has no random numbers.
pub fn random() -> io::Result<impl CryptoRng> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_leaves_from_the_ipv4_addresses_and_the_link_local_address() {
        let addresses = ["192.168.1.7/24", "2001:db8::7/64", "fe80::7/64"].map(|text| text.parse().unwrap());
        let paths = LanProbe::default().paths(3, &addresses);
        let text: Vec<String> = paths.iter().map(|(own, to)| format!("{own} -> {to}")).collect();
        assert_eq!(text, ["192.168.1.7:0 -> 255.255.255.255:51819", "[fe80::7%3]:0 -> [ff02::1%3]:51819"]);
        assert_eq!(LanProbe::default().paths(3, &addresses[1..2]), [], "no address that only this link has");
    }

    #[test]
    fn an_interface_that_is_not_there_cannot_be_asked() {
        let stop = native::new_stop().unwrap();
        let asked = LanProbe::default().ask("nowhere", &[PublicKey::from_bytes([7; 32])], &*stop);
        assert_eq!(asked.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
