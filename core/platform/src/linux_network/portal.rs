//! The way to a captive portal, as part of every kill switch that is set while it is open.
//!
//! Only marked sockets of this process's user get through, as for a tunnel's own packets. The mark is that of a full tunnel that is
//! up, whose routing rules spare it. So the way needs no routing rule, and no other program can use it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use adit_config::InterfaceName;

use super::spec::{DnsSpec, PortalRules, RouteSpec};
use crate::network::PortalExemption;

/// The mark while no full tunnel is up. It is the first that a full tunnel gets, so that connections outlive its start.
const FREE_MARK: u32 = 51820;

/// The exemption, and what it has to know of the tunnels that are up.
#[derive(Default)]
pub(super) struct PortalPath {
    pub(super) exemption: Option<PortalExemption>,
    /// The marks of the full tunnels. True: the tunnel takes IPv4.
    marks: BTreeMap<InterfaceName, (bool, u32)>,
    /// The DNS servers inside the tunnels.
    resolvers: BTreeMap<InterfaceName, Vec<IpAddr>>,
}

impl PortalPath {
    /// Notes the routes of a tunnel; None if it has none. Returns true if the rules of an open way differ from now on.
    pub(super) fn note_routes(&mut self, name: &InterfaceName, routes: Option<&RouteSpec>) -> bool {
        let before = self.mark();
        match routes.and_then(|routes| routes.policy) {
            Some(policy) => self.marks.insert(name.clone(), (policy.ipv4, policy.mark)),
            None => self.marks.remove(name),
        };
        self.exemption.is_some() && self.mark() != before
    }

    pub(super) fn note_resolvers(&mut self, name: &InterfaceName, dns: Option<&DnsSpec>) {
        match dns {
            Some(dns) => self.resolvers.insert(name.clone(), dns.servers.clone()),
            None => self.resolvers.remove(name),
        };
    }

    /// Returns the mark of sockets that lead to the portal. Of several full tunnels, that of one that takes IPv4 counts.
    pub(super) fn mark(&self) -> u32 {
        self.marks.values().max_by_key(|(ipv4, _)| *ipv4).map_or(FREE_MARK, |(_, mark)| *mark)
    }

    /// Returns all DNS servers inside tunnels.
    pub(super) fn inside(&self) -> Vec<IpAddr> {
        self.resolvers.values().flatten().copied().collect()
    }

    /// Returns the rules at this moment; None if the way is closed.
    pub(super) fn rules(&self) -> Option<PortalRules> {
        let exemption = self.exemption.as_ref()?;
        let seconds = exemption.until.saturating_duration_since(Instant::now()).as_secs();
        (seconds > 0).then(|| PortalRules { mark: self.mark(), addresses: exemption.addresses.clone(), seconds })
    }
}
