//! Finds the leftovers of killed processes of Adit, of tunnels of any name, and removes them one by one.
//!
//! Interfaces, their addresses and their routes are never left over: the kernel removes them with the process that made them. So
//! an existing interface is in use or belongs to another program, and nothing with its name is left over except a kill switch,
//! which outlives its process on purpose.

use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use adit_config::InterfaceName;

use super::firewall::Filter;
use super::netlink::Netlink;
use super::rule::LeftOver;
use super::{claim, dns, file_locks, firewall, interface_files, kill_switch, link, socket_file, uapi_socket};
use crate::leftovers::{Found, InUse, Leftover};
use crate::network::NetworkError;
use crate::portal_channel;

/// The lock file in the service's usual state folder, locked while the service runs.
const SERVICE_LOCK: &str = "/var/lib/adit/store.lock";
/// Folders with a file for each interface that Adit has run on this computer, in the usual state folders.
const TIMESTAMPS: [&str; 2] = ["/var/lib/adit/timestamps", "/var/lib/adit-root/timestamps"];

/// Returns the tunnels that are in use, by the locks that processes hold.
pub fn in_use() -> io::Result<Vec<InUse>> {
    let in_use = |found: claim::Found| found.holder.map(|(process, owner)| InUse { name: found.name, process, owner });
    Ok(claim::list()?.into_iter().filter_map(in_use).collect())
}

/// Returns the service that uses the usual state folder, even if it does not answer at its socket.
pub fn running_service() -> io::Result<Option<NonZeroU32>> {
    match rustix::fs::lstat(SERVICE_LOCK) {
        Ok(stat) => file_locks::holder(&stat),
        Err(rustix::io::Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Finds all leftovers. `control_socket` is the service's socket.
pub fn find(control_socket: &Path) -> Result<Found, NetworkError> {
    let kernel = NetworkError::kernel;
    let mut netlink = open()?;
    let mut unseen = Vec::new();
    let ((filters, in_use), standing) = or_note(nftables(&mut netlink), &mut unseen);
    let locks = claim::list().map_err(kernel("looking for lock files"));
    let locks: Vec<claim::Found> = or_note(locks, &mut unseen).into_iter().filter(|found| found.holder.is_none()).collect();

    // A resolver's record and a socket have only a name, and could belong to another program's interface.
    let mut ours: BTreeSet<InterfaceName> = locks.iter().map(|found| found.name.clone()).collect();
    ours.extend(filters.iter().map(|filter| filter.interface.clone()).chain(standing.iter().cloned()));
    for directory in TIMESTAMPS {
        let names =
            interface_files::interfaces(Path::new(directory), "").map_err(NetworkError::kernel(format!("reading {directory}")));
        ours.extend(or_note(names, &mut unseen));
    }
    ours.extend(dns::recorded());
    let ours = gone(&mut netlink, ours)?;

    let mut leftovers: Vec<Leftover> = dns::left_over(&ours).into_iter().cloned().map(Leftover::Resolvers).collect();
    let rules = or_note(LeftOver::find(&mut netlink).map_err(kernel("reading the routing rules")), &mut unseen);
    if rules.count() > 0 {
        leftovers.push(Leftover::Rules { count: rules.count(), tables: rules.tables() });
    }
    if in_use.is_empty() {
        // The first filter recorded the original value; later ones may have recorded the value that the first one set, which is
        // greater.
        let before = filters.iter().filter_map(|filter| filter.remembered.as_ref()).min();
        let changed = before.filter(|before| firewall::read_mark_validation().is_some_and(|now| now != **before));
        leftovers.extend(changed.cloned().map(Leftover::MarkValidation));
    }
    let filter = |Filter { interface, tables, .. }| Leftover::PacketFilter { name: interface, tables };
    leftovers.extend(filters.into_iter().map(filter));
    let sockets = uapi_socket::stale(Path::new(uapi_socket::DIRECTORY)).map_err(kernel("looking for configuration sockets"));
    let sockets = or_note(sockets, &mut unseen).into_iter().filter(|name| ours.contains(name));
    leftovers.extend(sockets.map(Leftover::ConfigurationSocket));
    leftovers.extend(standing.into_iter().map(Leftover::KillSwitch));
    leftovers.extend(locks.into_iter().map(|claim::Found { name, path, .. }| Leftover::LockFile { name, path }));
    for socket in [control_socket.to_owned(), portal_channel::beside(control_socket)] {
        if socket_file::is_left_over(&socket) {
            leftovers.push(Leftover::ControlSocket(socket));
        }
    }
    Ok(Found { leftovers, unseen })
}

fn or_note<T: Default>(result: Result<T, NetworkError>, unseen: &mut Vec<NetworkError>) -> T {
    result.unwrap_or_else(|error| {
        unseen.push(error);
        T::default()
    })
}

/// The packet filters of interfaces that are gone, those of existing interfaces, and the interfaces that have a kill switch.
type Nftables = ((Vec<Filter>, Vec<Filter>), Vec<InterfaceName>);

fn nftables(netlink: &mut Netlink) -> Result<Nftables, NetworkError> {
    let standing = kill_switch::list()?.into_iter().map(|standing| standing.interface).collect();
    Ok((filters(netlink)?, standing))
}

/// Removes a leftover; does nothing if it is gone or its interface exists by now. The caller has claimed the interface's name
/// and, for a kill switch, made sure that no service runs.
pub fn remove(leftover: &Leftover) -> Result<(), NetworkError> {
    let mut netlink = open()?;
    let mut is_gone = |name: &InterfaceName| gone(&mut netlink, [name.clone()].into()).map(|gone| !gone.is_empty());
    match leftover {
        Leftover::Resolvers(name) if is_gone(name)? => dns::set(name, None),
        Leftover::PacketFilter { name, .. } if is_gone(name)? => remove_filter(&mut netlink, name),
        Leftover::ConfigurationSocket(name) if is_gone(name)? => {
            uapi_socket::remove_stale(Path::new(uapi_socket::DIRECTORY), name.as_str())
                .map(drop)
                .map_err(|error| NetworkError::kernel("removing a socket")(io::Error::other(error)))
        }
        Leftover::Resolvers(_) | Leftover::PacketFilter { .. } | Leftover::ConfigurationSocket(_) => Ok(()),
        Leftover::KillSwitch(name) => kill_switch::set(name, None),
        Leftover::Rules { .. } => {
            let remove = |netlink: &mut Netlink| LeftOver::find(netlink)?.remove(netlink);
            remove(&mut netlink).map_err(NetworkError::kernel("removing routing rules"))
        }
        Leftover::MarkValidation(value) => firewall::write_mark_validation(value),
        Leftover::LockFile { path, .. } => {
            let failed = NetworkError::kernel(format!("removing {}", path.display()));
            match claim::remove_left_over(path) {
                Ok(true) => Ok(()),
                Ok(false) => Err(failed(io::Error::other("a process has locked it meanwhile"))),
                Err(error) => Err(failed(error)),
            }
        }
        Leftover::ControlSocket(path) => {
            socket_file::remove_left_over(path).map_err(NetworkError::kernel(format!("removing {}", path.display())))
        }
    }
}

/// Returns the filters of interfaces that are gone, and those of existing interfaces.
fn filters(netlink: &mut Netlink) -> Result<(Vec<Filter>, Vec<Filter>), NetworkError> {
    let filters = firewall::list()?;
    let gone = gone(netlink, filters.iter().map(|filter| filter.interface.clone()).collect())?;
    Ok(filters.into_iter().partition(|filter| gone.contains(&filter.interface)))
}

/// Removes a filter, unless it alone records the original value of the sysctl for a tunnel in use, which found the sysctl already
/// changed.
fn remove_filter(netlink: &mut Netlink, name: &InterfaceName) -> Result<(), NetworkError> {
    let (left_over, in_use) = filters(netlink)?;
    let Some(filter) = left_over.into_iter().find(|filter| filter.interface == *name) else { return Ok(()) };
    let knows_less = |other: &Filter| filter.remembered.is_some() && other.remembered > filter.remembered;
    if let Some(other) = in_use.first().filter(|_| in_use.iter().all(knows_less)) {
        let why = format!(
            "it remembers the setting net.ipv4.conf.all.src_valid_mark of before, and {} still needs the new one; take {0} down first",
            other.interface
        );
        return Err(NetworkError::kernel(format!("removing the packet filter of {name}"))(io::Error::other(why)));
    }
    firewall::remove(&filter)
}

/// Returns those of `names` that no interface has.
fn gone(netlink: &mut Netlink, names: BTreeSet<InterfaceName>) -> Result<BTreeSet<InterfaceName>, NetworkError> {
    let mut gone = BTreeSet::new();
    for name in names {
        let found =
            link::find(netlink, name.as_str()).map_err(NetworkError::kernel(format!("looking for the interface {name}")))?;
        if found.is_none() {
            gone.insert(name);
        }
    }
    Ok(gone)
}

fn open() -> Result<Netlink, NetworkError> {
    Netlink::open().map_err(NetworkError::kernel("opening a netlink socket"))
}
