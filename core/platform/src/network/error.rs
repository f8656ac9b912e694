//! Why the computer's network could not be changed or asked.

use std::fmt;
use std::io;

use adit_config::{Cidr, InterfaceName};

/// Why the system could not be told.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The name is taken.
    #[error("there is an interface `{0}` already, which is not Adit's; choose another name for the file")]
    InterfaceExists(InterfaceName),
    /// The name is taken by a tunnel.
    #[error(
        "there is a WireGuard interface `{0}` already, which another program made; where that was wg-quick, take it down with \
         `wg-quick down {0}`, or have Adit run it from now on with `adit take-over {0}`"
    )]
    WireGuardExists(InterfaceName),
    /// There is no such interface.
    #[error("the interface `{0}` is gone")]
    InterfaceGone(InterfaceName),
    /// The computer is in that network, and cannot have a second route to it.
    #[error(
        "AllowedIPs has {network}, which is the network that this computer is in ({interface}); leave it out, or give that network other \
         addresses"
    )]
    LocalNetwork {
        /// The network.
        network: Cidr,
        /// Name of the interface that leads there.
        interface: String,
    },
    /// Two tunnels would each send the other's packets through itself.
    #[error(
        "another tunnel already takes all traffic ({}); two of them would send each other's packets in a circle: bring that one down \
         first",
        .0.evidence
    )]
    OtherFullTunnel(OtherTunnel),
    /// Nothing can set resolvers.
    #[error(
        "the file has DNS, and this computer has nothing to set it with: neither `resolvconf` nor a running systemd-resolved, and \
         /etc/resolv.conf cannot be written; install the package openresolv, or systemd-resolved, or remove the DNS line"
    )]
    NoResolver,
    /// IPv6 would leave past a tunnel that takes IPv4 alone.
    #[error(
        "the tunnel takes all of IPv4 and none of IPv6, and IPv6 cannot be kept from leaving past it, because {because}; change that, \
         or let IPv6 leave past the tunnel with --allow-ipv6"
    )]
    CannotCloseIpv6 {
        /// The reason why the interface has no routes of IPv6.
        because: String,
    },
    /// IPv6 that belongs into the tunnel would leave past it, or there would be nothing left of the tunnel.
    #[error(
        "the tunnel carries IPv6, and here it cannot, because {because}; change that, remove IPv6 from Address and AllowedIPs, or let \
         IPv6 leave past the tunnel with --allow-ipv6"
    )]
    NoIpv6ForTunnel {
        /// The reason why the interface has no IPv6.
        because: String,
    },
    /// Nothing can keep packets from leaving.
    #[error("`nft` is not installed, and nothing else can keep traffic from passing by the tunnel; install nftables")]
    NoPacketFilter,
    /// This system has no such thing, whatever is installed.
    #[error("this system has no {what}")]
    Unsupported {
        /// Such as `kill switch that a program can set`.
        what: &'static str,
    },
    /// The kernel refused.
    #[error("{doing}: {error}")]
    Kernel {
        /// The operation.
        doing: String,
        /// Why not.
        error: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed ({status}): {message}")]
    Program {
        /// With its arguments.
        command: String,
        /// Exit code or signal.
        status: String,
        /// Its output.
        message: String,
    },
}

impl NetworkError {
    /// For `map_err`: what was being done when the kernel refused.
    pub fn kernel(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Kernel { doing, error }
    }
}

/// A tunnel of another program, in the words of this system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherTunnel {
    /// Tells it from others, in one or two words.
    pub label: String,
    /// Names it within a sentence.
    pub description: String,
    /// The sign that it is there.
    pub evidence: String,
}

impl fmt::Display for OtherTunnel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.description)
    }
}
