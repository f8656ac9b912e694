//! The seam to the computer's network: the wanted state of a tunnel above, everything that one system does for it below.
//!
//! [`Network::prepare`] gives an [`Attachment`] that has changed nothing yet. It goes through these calls in order: [`check`], [`measure`],
//! [`open`], which makes the interface, [`configure`] once the engine runs, any number of [`apply`], [`clear`] while the engine still runs,
//! and dropping it after the engine has stopped. An attachment that is dropped earlier takes back what there is to take back.
//!
//! The preparation is a step of its own because the kill switch and the look-ups of endpoints come before the interface, and need what the
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
mod private;
mod report;
mod status;
mod underlay;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::{Cidr, InterfaceName};

use crate::device::{InterfaceState, TunDevice};

pub use effect::{Effect, MtuSource};
pub use error::{NetworkError, OtherTunnel};
pub use events::{NetworkChange, NetworkEvents, Part, Protected, ResolversOverwritten, Tampering, TamperingEvents};
pub use picture::{Closed, DnsNames, DnsSpec, LinuxHints, Lockdown, Picture};
pub use private::{PRIVATE_NETWORKS, is_private};
pub use report::{AllTraffic, Listener, Outside, Report, RoutesSet, Setting, Step};
pub use status::{Ipv6LeftOut, Limits, MtuTooLarge, Routing, Status, TakesAll, Warning};
pub use underlay::{EndpointRoute, NameAddresses, Underlay};

/// The computer's network. The methods that have a body are for what not every system has.
pub trait Network: Send + Sync + 'static {
    /// Finds out how the picture can be made true, and chooses what the tunnel needs. Changes nothing.
    ///
    /// # Errors
    /// When the system cannot be asked.
    fn prepare(&self, picture: &Picture, listener: &Arc<dyn Listener>) -> Result<Box<dyn Attachment>, NetworkError>;

    /// The network past every tunnel, for packets of no tunnel in particular.
    fn underlay(&self) -> Arc<dyn Underlay>;

    /// Announces changes of links, addresses and routes from now on.
    ///
    /// # Errors
    /// When the system does not announce them.
    fn events(&self) -> Result<Box<dyn NetworkEvents>, NetworkError>;

    /// Removes what a tunnel of this name left behind when it was killed, and says what that was. Only for callers that have made sure
    /// that no such tunnel runs. Does nothing where an interface of that name exists: it is another program's.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn recover(&self, name: &InterfaceName) -> Result<Vec<String>, NetworkError>;

    /// Removes what [`Attachment::keep_filter`] left standing, unless a new attachment of that name has made it its own.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn end_restart(&self, _: &InterfaceName) -> Result<(), NetworkError> {
        Ok(())
    }

    /// The narrowest route to an address that the computer has beside those of tunnels that take all traffic, the default route left out:
    /// its network, and the name of its interface.
    ///
    /// # Errors
    /// When the system cannot be asked.
    fn local_route(&self, _: IpAddr) -> Result<Option<(Cidr, String)>, NetworkError> {
        Ok(None)
    }

    /// Fails where there can be no kill switch, and says what is missing.
    ///
    /// # Errors
    /// See above.
    fn check_kill_switch(&self) -> Result<(), NetworkError> {
        Err(NO_KILL_SWITCH)
    }

    /// Closes the kill switch of a tunnel that is not attached. In one step: at no moment more gets out than before or after. It stays,
    /// whatever becomes of this process, until [`Network::unlock`] or another attachment of that name.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn lock(&self, _: &InterfaceName, _: &Closed) -> Result<(), NetworkError> {
        Err(NO_KILL_SWITCH)
    }

    /// As [`Network::lock`], for a tunnel that is locked already: sets only what differs, such as the local networks that the computer is in
    /// by now.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn relock(&self, name: &InterfaceName, closed: &Closed) -> Result<(), NetworkError> {
        self.lock(name, closed)
    }

    /// Opens the kill switch of a tunnel that is not attached.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn unlock(&self, _: &InterfaceName) -> Result<(), NetworkError> {
        Ok(())
    }

    /// All kill switches that stand, of whatever process.
    ///
    /// # Errors
    /// When the system cannot be asked.
    fn kill_switches(&self) -> Result<Vec<StandingKillSwitch>, NetworkError> {
        Ok(Vec::new())
    }

    /// Takes a kill switch that an earlier process has set for its own: [`Network::put_back`] sets it again when others change it.
    fn adopt(&self, _: &InterfaceName, _: &Closed) {}

    /// Announces from now on what other programs do to what was set here, and new ways out. None: the system protects it by itself.
    ///
    /// # Errors
    /// When the system does not announce them.
    fn tampering(&self) -> Result<Option<Box<dyn TamperingEvents>>, NetworkError> {
        Ok(None)
    }

    /// All interfaces that something is set for.
    fn interfaces(&self) -> Vec<InterfaceName> {
        Vec::new()
    }

    /// Sets again what others have changed, and says what that was.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn put_back(&self, _: &InterfaceName, _: Protected) -> Result<Vec<Part>, NetworkError> {
        Ok(Vec::new())
    }

    /// Has `tell` called, on a thread of its own, each time that another program has overwritten the resolvers of a tunnel. Counts for the
    /// whole process; the first call counts.
    fn on_resolvers_overwritten(&self, _: ResolversOverwritten) {}
}

const NO_KILL_SWITCH: NetworkError = NetworkError::Unsupported { what: "kill switch that a program can set" };

/// One tunnel on the computer. Dropping it takes everything back, the last first, but the kill switch: when the tunnel breaks, that is what
/// stays.
pub trait Attachment: Send {
    /// The name of the interface that the system gave, once there is one.
    fn name(&self) -> &str;

    /// The part of its picture that the tunnel gets.
    fn status(&self) -> Status;

    /// The network past every tunnel, for packets of this tunnel's engine.
    fn underlay(&self) -> Arc<dyn Underlay>;

    /// `fwmark` of the engine's packets (as in the UAPI); 0 for none.
    fn engine_mark(&self) -> u32 {
        0
    }

    /// The changes of bringing the tunnel up.
    fn explain(&self) -> Vec<Effect>;

    /// Finds out, without changing anything, whether the tunnel can be set up, and leaves out what it can do without.
    ///
    /// # Errors
    /// Says what the obstacle is.
    fn check(&mut self) -> Result<Vec<Warning>, NetworkError>;

    /// Has the MTU follow the paths to these peers, where none is configured.
    ///
    /// # Errors
    /// When the system cannot be asked.
    fn measure(&mut self, peers: &[IpAddr]) -> Result<(), NetworkError>;

    /// Makes the interface, which carries nothing yet, with up to so many queues. To be called once.
    ///
    /// # Errors
    /// When the system does not make it; `NotFound`: it has no TUN devices.
    fn open(&mut self, queues: usize) -> io::Result<TunDevice>;

    /// Makes the rest of the picture true. `goes_on` is asked before each step.
    ///
    /// # Errors
    /// [`ChangeError::Stopped`] where `goes_on` said no; otherwise when the system cannot be told. Dropping the attachment takes back what
    /// was done.
    fn configure(&mut self, goes_on: &dyn Fn() -> bool) -> Result<(), ChangeError>;

    /// Makes another picture true, in place of the present one. Only what differs is touched. `engine` is turned at the moment at which none
    /// of its packets takes a wrong way.
    ///
    /// # Errors
    /// When the system or the engine does not take the change. Everything is then as it was.
    fn apply(&mut self, picture: &Picture, engine: &mut dyn EngineSide) -> Result<Applied, ChangeError>;

    /// Has the interface's MTU follow a path of so many bytes, where none is configured: the MTU before and after. None: it stays.
    ///
    /// # Errors
    /// When the system cannot be told.
    fn follow_path_mtu(&mut self, _: u32) -> Result<Option<(u16, u16)>, NetworkError> {
        Ok(None)
    }

    /// Closes or opens the way past the tunnel.
    ///
    /// # Errors
    /// When the system cannot be told. Everything is then as it was.
    fn set_lockdown(&mut self, lockdown: Option<&Lockdown>) -> Result<(), NetworkError> {
        if lockdown.is_some() { Err(NO_KILL_SWITCH) } else { Ok(()) }
    }

    /// Where there is a kill switch, has it let the engine's packets go to these endpoints, and to DNS servers or not.
    ///
    /// # Errors
    /// When the system cannot be told. They go where they went.
    fn let_out(&mut self, _: Vec<SocketAddr>, _: bool) -> Result<(), NetworkError> {
        Ok(())
    }

    /// Leaves the local networks outside of the tunnel that the computer is in by now. True: these are others than before.
    ///
    /// # Errors
    /// When the system cannot be told. The local networks that were open are open still.
    fn follow_local_networks(&mut self) -> Result<bool, NetworkError> {
        Ok(false)
    }

    /// To be called with the state of the interface when it was moved, on whichever thread that is noticed.
    fn on_moved(&self) -> Box<dyn Fn(&InterfaceState) + Send + Sync> {
        Box::new(|_| ())
    }

    /// The tunnel is about to go down: a move of its interface is no longer followed.
    fn about_to_go(&mut self) {}

    /// Has the packet filter stand until [`Network::end_restart`], because a new attachment of the same name follows this one.
    fn keep_filter(&mut self) {}

    /// Takes back everything but the interface, while the engine still runs: at no moment packets go past the tunnel because its engine is
    /// gone already.
    fn clear(&mut self) {}
}

/// The outcome of a change.
pub enum Applied {
    /// The device stays.
    Same,
    /// Packets come out of another device from now on, and the one before is dead or about to be.
    NewDevice(TunDevice),
}

/// The engine of a tunnel, as an attachment sees it while it changes the network.
pub trait EngineSide {
    /// Has the engine work as the new picture says ([`Direction::There`]), or as before again. Its packets get this `fwmark`. False: it does
    /// not, and the change is undone.
    fn turn(&mut self, direction: Direction, mark: u32) -> bool;

    /// Where the engine's packets go, now that it was turned.
    fn endpoints(&mut self) -> Vec<SocketAddr>;
}

/// Which way a change goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To the new picture.
    There,
    /// To the one before, because a step failed.
    Back,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The system refused.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The engine did not take it, and knows why.
    #[error("the engine did not take the change")]
    Engine,
    /// The caller did not go on.
    #[error("the change was called off")]
    Stopped,
}

/// A kill switch that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StandingKillSwitch {
    /// Of the tunnel.
    pub interface: InterfaceName,
    /// As it was set; empty where that cannot be read.
    pub owner: String,
}
