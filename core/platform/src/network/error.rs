//! The errors of changing and reading the computer's network.

use std::fmt;
use std::io;

use adit_config::{Cidr, InterfaceName};

/// The reason why the network could not be changed or read.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Another interface has this name.
    #[error("there is an interface `{0}` already, which is not Adit's; choose another name for the file")]
    InterfaceExists(InterfaceName),
    /// A WireGuard interface of another program has this name.
    #[error(
        "there is a WireGuard interface `{0}` already, which another program made; where that was wg-quick, take it down with \
         `wg-quick down {0}`, or have Adit run it from now on with `adit take-over {0}`"
    )]
    WireGuardExists(InterfaceName),
    /// The interface does not exist.
    #[error("the interface `{0}` is gone")]
    InterfaceGone(InterfaceName),
    /// The computer is connected to this network, and cannot have a second route to it.
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
    /// Each of two tunnels would route the other's packets through itself.
    #[error(
        "another tunnel already takes all traffic ({}); two of them would send each other's packets in a circle: bring that one down \
         first",
        .0.evidence
    )]
    OtherFullTunnel(OtherTunnel),
    /// No program can set resolvers.
    #[error(
        "the file has DNS, and this computer has nothing to set it with: neither `resolvconf` nor a running systemd-resolved, and \
         /etc/resolv.conf cannot be written; install the package openresolv, or systemd-resolved, or remove the DNS line"
    )]
    NoResolver,
    /// IPv6 would leave outside a tunnel that takes only IPv4.
    #[error(
        "the tunnel takes all of IPv4 and none of IPv6, and IPv6 cannot be kept from leaving past it, because {because}; change that, \
         or let IPv6 leave past the tunnel with --allow-ipv6"
    )]
    CannotCloseIpv6 {
        /// The reason why the interface has no routes of IPv6.
        because: String,
    },
    /// IPv6 that belongs into the tunnel would leave outside it, or nothing of the tunnel would be left.
    #[error(
        "the tunnel carries IPv6, and here it cannot, because {because}; change that, remove IPv6 from Address and AllowedIPs, or let \
         IPv6 leave past the tunnel with --allow-ipv6"
    )]
    NoIpv6ForTunnel {
        /// The reason why the interface has no IPv6.
        because: String,
    },
    /// No packet filter can block packets.
    #[error("`nft` is not installed, and nothing else can keep traffic from passing by the tunnel; install nftables")]
    NoPacketFilter,
    /// This system lacks a feature, whatever is installed.
    #[error("this system has no {what}")]
    Unsupported {
        /// The feature, such as `kill switch that a program can set`.
        what: &'static str,
    },
    /// The kernel refused an operation.
    #[error("{doing}: {error}")]
    Kernel {
        /// The operation.
        doing: String,
        /// The kernel's error.
        error: io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed ({status}): {message}")]
    Program {
        /// The program with its arguments.
        command: String,
        /// Exit code or signal.
        status: String,
        /// Its output.
        message: String,
    },
}

impl NetworkError {
    /// For `map_err`: makes the error of an operation that the kernel refused.
    pub fn kernel(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Kernel { doing, error }
    }
}

/// A tunnel of another program, in the terms of this system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherTunnel {
    /// A label of one or two words that identifies it.
    pub label: String,
    /// Its name within a sentence.
    pub description: String,
    /// The sign that it exists.
    pub evidence: String,
}

impl fmt::Display for OtherTunnel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.description)
    }
}
