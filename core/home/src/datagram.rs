//! What a socket knows about a datagram, as far as it decides whether the sender is on the same link.

use std::net::{IpAddr, SocketAddr};

use adit_config::Cidr;
use adit_platform::lan::HOP_LIMIT;

/// A received datagram.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// The sender.
    pub source: SocketAddr,
    /// The hop limit with which it arrived. None: the system does not say.
    pub hop_limit: Option<u8>,
    /// The content.
    pub bytes: &'a [u8],
}

/// The link on which a datagram arrived.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// The networks of the interface's addresses.
    pub subnets: Vec<Cidr>,
}

impl Link {
    /// Returns the link of an interface with these addresses.
    pub fn of(addresses: &[Cidr]) -> Self {
        Self { subnets: addresses.iter().map(Cidr::network).collect() }
    }

    /// Returns true if no router lies between this computer and the sender, as far as anybody can tell.
    pub(crate) fn is_origin_of(&self, datagram: &Datagram<'_>) -> bool {
        datagram.hop_limit == Some(HOP_LIMIT) && self.contains(datagram.source.ip())
    }

    fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_link_local = matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
        is_link_local || self.subnets.iter().any(|subnet| !subnet.is_default() && subnet.contains(address))
    }
}
