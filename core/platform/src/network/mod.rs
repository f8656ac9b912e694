//! The interface to the computer's network: above it the wanted state of a tunnel, below it everything that is specific to one
//! system.
//!
//! [`Network::prepare`] returns an [`Attachment`] that has changed nothing yet. Its calls have this order: [`check`],
//! [`measure`], [`open`], which makes the interface, [`configure`] after the engine has started, any number of [`apply`],
//! [`clear`] while the engine still runs. It is dropped after the engine has stopped. Dropping an attachment earlier undoes the
//! changes made so far.
//!
//! The preparation is its own step because the kill switch and the look-ups of endpoints come before the interface, and need
//! values that the
//! adapter has chosen for the tunnel, such as a mark.
//!
//! [`check`]: Attachment::check
//! [`measure`]: Attachment::measure
//! [`open`]: Attachment::open
//! [`configure`]: Attachment::configure
//! [`apply`]: Attachment::apply
//! [`clear`]: Attachment::clear

mod effect;
mod error;
mod events;
mod picture;
mod portal;
mod private;
mod report;
mod status;
mod underlay;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use crate::device::{InterfaceState, TunDevice};

pub use effect::{Effect, MtuSource};
pub use error::{NetworkError, OtherTunnel};
pub use events::{NetworkChange, NetworkEvents, Part, Protected, ResolversOverwritten, Tampering, TamperingEvents};
pub use picture::{Closed, DnsNames, DnsSpec, LinuxHints, Lockdown, Picture};
pub use portal::{PORTAL_PORTS, PortalExemption, can_be_portal};
pub use private::{PRIVATE_NETWORKS, is_private};
pub use report::{AllTraffic, Listener, Outside, Report, RoutesSet, Setting, Step};
pub use status::{Ipv6LeftOut, Limits, MtuTooLarge, Routing, Status, TakesAll, Warning};
pub use underlay::{EndpointRoute, NameAddresses, Underlay};

/// The computer's network. The methods with a default body are for features that not every system has.
pub trait Network: Send + Sync + 'static {
    /// Decides how to establish the picture, and chooses values that the tunnel needs. Changes nothing.
    ///
    /// # Errors
    /// If the system cannot be read.
    fn prepare(&self, picture: &Picture, listener: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError>;

    /// Returns the network outside every tunnel, for packets of no particular tunnel.
    fn underlay(&self) -> Arc<dyn Underlay>;

    /// Announces changes of links, addresses and routes from now on.
    ///
    /// # Errors
    /// If the system does not announce them.
    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError>;

    /// Removes the leftovers of a killed tunnel of this name, and returns descriptions of them. Only for callers that have made
    /// sure that no such tunnel runs. Does nothing if an interface of this name exists: it is another program's.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn recover(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError>;

    /// Removes what [`Attachment::keep_filter`] left in place, unless a new attachment of this name has adopted it.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn end_restart(&self, _: &InterfaceName) -> Result<(), NetworkError> {
        Ok(())
    }

    /// Returns the narrowest route to an address, without default routes and routes of tunnels that take all traffic: its
    /// network, and the name of its interface.
    ///
    /// # Errors
    /// If the system cannot be read.
    fn local_route(&self, _: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        Ok(None)
    }

    /// Fails if this computer can have no kill switch.
    ///
    /// # Errors
    /// The error says what is missing.
    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        Err(NO_KILL_SWITCH)
    }

    /// Closes the kill switch of a tunnel that is not attached. In one step: at no moment more packets get out than before or
    /// after. It stays closed after this process ends, until [`Network::unlock`] or another attachment of this name.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn lock(&self, _: &InterfaceName, _: &Closed) -> Result<(), NetworkError> {
        Err(NO_KILL_SWITCH)
    }

    /// Like [`Network::lock`], for a tunnel whose kill switch is closed already: changes only what differs, such as the local
    /// networks that the computer is connected to by now.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn relock(&self, name: &InterfaceName, closed: &Closed) -> Result<(), NetworkError> {
        self.lock(name, closed)
    }

    /// Opens the kill switch of a tunnel that is not attached.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn unlock(&self, _: &InterfaceName) -> Result<(), NetworkError> {
        Ok(())
    }

    /// Returns all closed kill switches, of any process.
    ///
    /// # Errors
    /// If the system cannot be read.
    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        Ok(Vec::new())
    }

    /// Adopts a kill switch that an earlier process closed: [`Network::put_back`] sets it again if another program changes it.
    fn adopt(&self, _: &InterfaceName, _: &Closed) {}

    /// Opens, changes or closes (None) the way to a captive portal: through all kill switches, and past all tunnels. Only sockets of
    /// [`Network::portal_connect`] can use it.
    ///
    /// # Errors
    /// If the system refuses a change. The way is then closed, or closes by itself when its time is over.
    fn set_portal(&self, exemption: Option<&PortalExemption>) -> Result<(), NetworkError> {
        if exemption.is_some() { Err(NO_PORTAL) } else { Ok(()) }
    }

    /// Resolves a name with the network's own DNS servers, outside all tunnels. Needs an open way to a portal if a kill switch is
    /// closed. May take seconds.
    ///
    /// # Errors
    /// If no server answers.
    fn portal_look_up(&self, _: &str) -> io::Result<NameAddresses> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Checks that packets of [`Network::portal_connect`] to this address leave the computer, and not into a tunnel.
    ///
    /// # Errors
    /// If they do not, or if there is no route.
    fn check_portal_route(&self, _: IpAddr) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Begins to connect to an address outside all tunnels. The socket does not block.
    ///
    /// # Errors
    /// If the system refuses at once.
    fn portal_connect(&self, _: SocketAddr) -> io::Result<TcpStream> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Announces, from now on, changes of this process's settings by other programs, and new ways out. None: the system protects
    /// the settings itself.
    ///
    /// # Errors
    /// If the system does not announce them.
    fn tampering(&self) -> Result<Option<Box<dyn TamperingEvents>>, NetworkError> {
        Ok(None)
    }

    /// Returns all interfaces that have settings.
    fn interfaces(&self) -> Vec<InterfaceName> {
        Vec::new()
    }

    /// Restores settings that other programs have changed, and returns which ones.
    ///
    /// # Errors
    /// If the system refuses a change.
    fn put_back(&self, _: &InterfaceName, _: Protected) -> Result<Vec<Part>, NetworkError> {
        Ok(Vec::new())
    }

    /// Makes `tell` be called, on its own thread, whenever another program has overwritten the resolvers of a tunnel. Holds for
    /// the whole process; only the first call counts.
    fn on_resolvers_overwritten(&self, _: ResolversOverwritten) {}
}

const NO_PORTAL: NetworkError = NetworkError::Unsupported { what: "exemption for a captive portal" };
const NO_KILL_SWITCH: NetworkError = NetworkError::Unsupported { what: "kill switch that a program can set" };

/// One tunnel on the computer. Dropping it undoes all changes in reverse order, except the kill switch, which must stay when the
/// tunnel breaks.
pub trait Attachment: Send {
    /// Returns the name that the system gave the interface, once it exists.
    fn name(&self) -> &str;

    /// Returns the settings that the tunnel got.
    fn status(&self) -> Status;

    /// Returns the network outside every tunnel, for packets of this tunnel's engine.
    fn underlay(&self) -> Arc<dyn Underlay>;

    /// Returns the `fwmark` of the engine's packets (as in the UAPI); 0 for none.
    fn engine_mark(&self) -> u32 {
        0
    }

    /// Returns the changes that bringing the tunnel up makes, or those that the last [`apply`](Self::apply) has made.
    fn explain(&self) -> Vec<Effect>;

    /// Checks, without changing anything, whether the tunnel can be set up, and leaves out settings that it can do without.
    ///
    /// # Errors
    /// The error names the obstacle.
    fn check(&mut self) -> Result<Vec<Warning>, NetworkError>;

    /// Sets the MTU that fits the paths to these peers, unless one is configured.
    ///
    /// # Errors
    /// If the system cannot be read.
    fn measure(&mut self, peers: &[IpAddr]) -> Result<(), NetworkError>;

    /// Makes the interface, which carries nothing yet, with up to `queues` queues. To be called once.
    ///
    /// # Errors
    /// If the system does not make it; `NotFound`: it has no TUN devices.
    fn open(&mut self, queues: usize) -> io::Result<TunDevice>;

    /// Establishes the rest of the picture. Calls `goes_on` before each step.
    ///
    /// # Errors
    /// [`ChangeError::Stopped`] if `goes_on` returned false; else the system's refusal. Dropping the attachment undoes the steps
    /// that were done.
    fn configure(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), ChangeError>;

    /// Establishes another picture in place of the present one. Changes only what differs. Switches `engine` over at the moment
    /// at which none of its packets takes a wrong route.
    ///
    /// # Errors
    /// If the system or the engine refuses the change. Everything is then as before.
    fn apply(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<Applied, ChangeError>;

    /// Adapts the interface's MTU to a path of this many bytes, unless one is configured. Returns the MTU before and after; None
    /// if it stays.
    ///
    /// # Errors
    /// If the system refuses the change.
    fn follow_path_mtu(&mut self, _: u32) -> Result<Option<(u16, u16)>, NetworkError> {
        Ok(None)
    }

    /// Closes or opens the kill switch.
    ///
    /// # Errors
    /// If the system refuses the change. Everything is then as before.
    fn set_lockdown(&mut self, lockdown: Option<&Lockdown>) -> Result<(), NetworkError> {
        if lockdown.is_some() { Err(NO_KILL_SWITCH) } else { Ok(()) }
    }

    /// If there is a kill switch, allows the engine's packets to these endpoints and, if the flag is set, to DNS servers.
    ///
    /// # Errors
    /// If the system refuses the change. The earlier destinations stay allowed.
    fn let_out(&mut self, _: Vec<SocketAddr>, _: bool) -> Result<(), NetworkError> {
        Ok(())
    }

    /// Leaves the local networks outside the tunnel that the computer is connected to by now. Returns true if they have changed.
    ///
    /// # Errors
    /// If the system refuses the change. The earlier local networks stay outside.
    fn follow_local_networks(&mut self) -> Result<bool, NetworkError> {
        Ok(false)
    }

    /// Returns a function to call with the state of the interface after it was moved, on any thread.
    fn on_moved(&self) -> Box<dyn Fn(&InterfaceState) + Send + Sync> {
        Box::new(|_| ())
    }

    /// Announces that the tunnel goes down: moves of its interface are no longer followed.
    fn about_to_go(&mut self) {}

    /// Leaves the packet filter in place until [`Network::end_restart`], because a new attachment of the same name follows this
    /// one.
    fn keep_filter(&mut self) {}

    /// Undoes everything except the interface, while the engine still runs: so no packet leaves outside the tunnel because its
    /// engine has already ended.
    fn clear(&mut self) {}
}

/// The outcome of a change.
pub enum Applied {
    /// The device stays.
    Same,
    /// Packets come from another device from now on, and the present one has ended or is about to.
    NewDevice(TunDevice),
}

/// The engine of a tunnel, as far as an attachment needs it to change the network.
pub trait EngineSide {
    /// Applies the new picture to the engine ([`Direction::There`]), or the earlier one again. Its packets get the mark `mark`.
    /// Returns false if the engine refuses; the change is then undone.
    fn turn(&mut self, direction: Direction, mark: u32) -> bool;

    /// Returns the destinations of the engine's packets after the switch.
    fn endpoints(&mut self) -> Vec<SocketAddr>;
}

/// The direction of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To the new picture.
    There,
    /// To the earlier picture, because a step failed.
    Back,
}

/// The reason why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The system refused.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The engine refused, and knows the reason.
    #[error("the engine did not take the change")]
    Engine,
    /// The caller cancelled the change.
    #[error("the change was called off")]
    Stopped,
}

/// A closed kill switch that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingKillSwitch {
    /// The tunnel's interface.
    pub interface: InterfaceName,
    /// The owner as it was set; empty if it cannot be read.
    pub owner: String,
    /// True if a way to a captive portal leads through it.
    pub has_portal: bool,
}
