//! The settings that this computer has for a tunnel, and whether its interface is in this network namespace.
//!
//! An interface that is moved to another network namespace loses its addresses, and the kernel removes its routes. Rules,
//! resolvers and packet filter stay, and would send packets to a tunnel that is not there. The kill switch stays closed: it lets
//! no packet out past the tunnel.

use std::sync::{Arc, Mutex, PoisonError};

use adit_config::InterfaceName;

use super::host::Host;
use super::plan::Plan;
use super::spec::{FirewallPolicy, InterfaceSpec, RouteSpec};
use crate::network::{Listener, NetworkError, Report};

/// Shared with the engine, which reports a move on its own thread.
pub(super) struct Place {
    name: InterfaceName,
    host: Arc<dyn Host>,
    listener: Arc<dyn Listener>,
    /// The present settings; None while the tunnel comes up and goes down.
    told: Mutex<Option<(Plan, InterfaceSpec)>>,
}

impl Place {
    pub(super) fn new(name: InterfaceName, host: Arc<dyn Host>, listener: Arc<dyn Listener>) -> Self {
        Self { name, host, listener, told: Mutex::default() }
    }

    /// Sets the present settings; None means that the tunnel undoes them itself. Waits for the end of [`Place::follow`].
    pub(super) fn set(&self, told: Option<(&Plan, &InterfaceSpec)>) {
        let told = told.map(|(plan, interface)| (plan.clone(), interface.clone()));
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
    }

    /// Follows a move of the interface to another network namespace, or back. A step that fails is reported, and the others are
    /// still done.
    pub(super) fn follow(&self, elsewhere: bool) {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((plan, interface)) = &*told else { return };
        self.listener.hear(Report::Moved { elsewhere });
        for step in if elsewhere { self.take_back(plan) } else { self.set_again(plan, interface) } {
            if let Err(error) = step {
                self.listener.hear(Report::NotTakenBack(error));
            }
        }
    }

    fn take_back(&self, plan: &Plan) -> [Result<(), NetworkError>; 3] {
        let dns = if plan.dns.is_some() { self.host.set_dns(&self.name, None) } else { Ok(()) };
        let routes = self.host.set_routes(&RouteSpec::none(self.name.clone()));
        let open = plan.firewall == FirewallPolicy::Open;
        let firewall = if open { Ok(()) } else { self.host.set_firewall(&self.name, &FirewallPolicy::Open) };
        [dns, routes, firewall]
    }

    fn set_again(&self, plan: &Plan, interface: &InterfaceSpec) -> [Result<(), NetworkError>; 3] {
        // Without its addresses the other steps are useless.
        let addresses = self.host.set_interface(interface).and_then(|()| self.host.set_firewall(&self.name, &plan.firewall));
        let routes = if addresses.is_ok() { self.host.set_routes(&plan.routes) } else { Ok(()) };
        let dns = if addresses.is_ok() && plan.dns.is_some() { self.host.set_dns(&self.name, plan.dns.as_ref()) } else { Ok(()) };
        [addresses, routes, dns]
    }
}
