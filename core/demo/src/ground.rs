//! The network that a demo runs on: network namespaces if they are allowed, else an IP stack in this process.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use adit_config::{Config, InterfaceName};
use adit_foreground::interfaces;
use adit_tunnel::PeerView;
use anyhow::Context;
use serde::Serialize;

use crate::belongings::Belongings;
use crate::conf_file::ConfFile;
use crate::keys::{self, Keys};
use crate::namespaces::{self, Computer};
use crate::sockets::Sockets;
use crate::tunnel::Running;
use crate::up::Said;
use crate::userspace::Stack;

/// The MTU if no interface has one.
const MTU: usize = 1420;

/// The kind of network that a demo runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The kernel's IP stack and real interfaces.
    Namespaces,
    /// An IP stack in this process.
    Userspace,
}

/// Two ends that can reach each other.
pub(crate) enum Ground {
    /// Two simulated computers.
    Namespaces { you: Computer, peer: Computer },
    /// An IP stack in this process, and the reason why namespaces are not available; None if the user asked for this.
    Userspace(Option<anyhow::Error>),
}

/// One end, whose tunnel runs in this process. The tunnel is dropped before the network under it.
pub(crate) struct End {
    pub(crate) tunnel: Running,
    pub(crate) sockets: Arc<dyn Sockets>,
}

/// Your end. The tunnel is dropped before the network under it.
pub(crate) struct You {
    tunnel: YourTunnel,
    pub(crate) sockets: Arc<dyn Sockets>,
}

enum YourTunnel {
    InProcess(Running),
    /// A process `adit up`, which [`Belongings`] owns.
    Command {
        interface: InterfaceName,
        said: Said,
    },
}

impl Ground {
    /// Makes namespaces, unless `userspace` is set or they are not allowed.
    pub(crate) fn find(userspace: bool) -> Self {
        if userspace {
            return Self::Userspace(None);
        }
        match namespaces::joined() {
            Ok((you, peer)) => Self::Namespaces { you, peer },
            Err(error) => Self::Userspace(Some(error)),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Namespaces { .. } => Kind::Namespaces,
            Self::Userspace(_) => Kind::Userspace,
        }
    }

    /// Starts the peer, and returns its address.
    pub(crate) fn start_peer(&self, keys: &Keys) -> anyhow::Result<(End, SocketAddrV4)> {
        let config = keys.peer()?;
        let (end, address) = match self {
            Self::Namespaces { peer, .. } => (on_computer(peer, &config)?, namespaces::PEER),
            Self::Userspace(_) => (in_process(keys::PEER, &config)?, Ipv4Addr::LOCALHOST),
        };
        let endpoint = SocketAddrV4::new(address, end.tunnel.port());
        Ok((end, endpoint))
    }

    /// Brings your tunnel up with the configuration in `file`.
    pub(crate) fn bring_you_up(&self, file: &ConfFile, belongings: &Belongings) -> anyhow::Result<You> {
        match self {
            Self::Namespaces { you, .. } => {
                let said = belongings.start_up(you, &file.path)?;
                let tunnel = YourTunnel::Command { interface: file.interface.clone(), said };
                Ok(You { tunnel, sockets: Arc::new(you.clone()) })
            }
            Self::Userspace(_) => {
                let End { tunnel, sockets } = in_process(keys::YOU, &file.read()?)?;
                Ok(You { tunnel: YourTunnel::InProcess(tunnel), sockets })
            }
        }
    }
}

impl You {
    /// Waits until the peer has answered, and returns how long the handshake took; `hear` receives the lines of `adit up`.
    pub(crate) fn handshake(&self, hear: impl Fn(&str)) -> anyhow::Result<Duration> {
        match &self.tunnel {
            YourTunnel::InProcess(tunnel) => tunnel.shake_hands(),
            YourTunnel::Command { said, .. } => said.handshake(hear),
        }
    }

    /// Returns the only peer with its counters, as `adit show` would show it.
    pub(crate) fn peer(&self) -> anyhow::Result<PeerView> {
        match &self.tunnel {
            YourTunnel::InProcess(tunnel) => tunnel.peer(),
            YourTunnel::Command { interface, .. } => {
                interfaces::view(interface.as_str())?.peers.pop().context("the tunnel has lost its peer")
            }
        }
    }
}

fn on_computer(computer: &Computer, config: &Config) -> anyhow::Result<End> {
    Ok(End { tunnel: computer.bring_up(config)?, sockets: Arc::new(computer.clone()) })
}

fn in_process(address: Ipv4Addr, config: &Config) -> anyhow::Result<End> {
    let (stack, device) = Stack::start(address, MTU).context("starting an IP stack")?;
    Ok(End { tunnel: Running::start(device, config)?, sockets: Arc::new(stack) })
}
