//! Where a demo takes place: in network namespaces where that is allowed, else in this process.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use adit_config::{Config, InterfaceName};
use adit_tunnel::PeerView;
use anyhow::Context;
use serde::Serialize;

use super::belongings::Belongings;
use super::conf_file::ConfFile;
use super::keys::{self, Keys};
use super::namespaces::{self, Computer};
use super::sockets::Sockets;
use super::tunnel::Running;
use super::up::Said;
use super::userspace::Stack;
use crate::show;

/// The MTU where no interface says it.
const MTU: usize = 1420;

/// What a demo takes place on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// The kernel's IP stack and real interfaces.
    Namespaces,
    /// An IP stack in this process.
    Userspace,
}

/// Two ends that can reach each other.
pub(super) enum Ground {
    /// Two computers.
    Namespaces { you: Computer, peer: Computer },
    /// This process, and why nothing better; None where nothing better was wanted.
    Userspace(Option<anyhow::Error>),
}

/// An end with a tunnel in this process. The tunnel ends before what it runs on.
pub(super) struct End {
    pub(super) tunnel: Running,
    pub(super) sockets: Arc<dyn Sockets>,
}

/// Your end. The tunnel ends before what it runs on.
pub(super) struct You {
    tunnel: YourTunnel,
    pub(super) sockets: Arc<dyn Sockets>,
}

enum YourTunnel {
    InProcess(Running),
    /// `adit up`, which belongs to [`Belongings`].
    Command {
        interface: InterfaceName,
        said: Said,
    },
}

impl Ground {
    /// Namespaces, unless only this process is wanted or allowed.
    pub(super) fn find(userspace: bool) -> Self {
        if userspace {
            return Self::Userspace(None);
        }
        match namespaces::joined() {
            Ok((you, peer)) => Self::Namespaces { you, peer },
            Err(error) => Self::Userspace(Some(error)),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Namespaces { .. } => Kind::Namespaces,
            Self::Userspace(_) => Kind::Userspace,
        }
    }

    /// Starts the peer, and tells where it can be reached.
    pub(super) fn start_peer(&self, keys: &Keys) -> anyhow::Result<(End, SocketAddrV4)> {
        let config = keys.peer()?;
        let (end, address) = match self {
            Self::Namespaces { peer, .. } => (on_computer(peer, &config)?, namespaces::PEER),
            Self::Userspace(_) => (in_process(keys::PEER, &config)?, Ipv4Addr::LOCALHOST),
        };
        let endpoint = SocketAddrV4::new(address, end.tunnel.port());
        Ok((end, endpoint))
    }

    /// Brings your tunnel up as `file` says.
    pub(super) fn bring_you_up(&self, file: &ConfFile, belongings: &Belongings) -> anyhow::Result<You> {
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
    /// Waits until the peer has answered, and tells how long the handshake took; `hear` is told what `adit up` says.
    pub(super) fn handshake(&self, hear: impl Fn(&str)) -> anyhow::Result<Duration> {
        match &self.tunnel {
            YourTunnel::InProcess(tunnel) => tunnel.shake_hands(),
            YourTunnel::Command { said, .. } => said.handshake(hear),
        }
    }

    /// The only peer, with its counters, as `adit show` would show it.
    pub(super) fn peer(&self) -> anyhow::Result<PeerView> {
        match &self.tunnel {
            YourTunnel::InProcess(tunnel) => tunnel.peer(),
            YourTunnel::Command { interface, .. } => {
                show::view(interface.as_str())?.peers.pop().context("the tunnel has lost its peer")
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
