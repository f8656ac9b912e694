//! The steps of bringing a tunnel up, in order, each with its way back.

use std::cell::Cell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use adit_config::{Config, InterfaceSettings};
use adit_platform::host::{DnsSpec, FirewallPolicy, Host, InterfaceSpec, NetworkEvents, Plan, RouteSpec};
use adit_tunnel::DeviceUpdate;
use anyhow::Context;

use super::engine::{self, Engine, Running, Wanted};
use super::events::{End, Events};
use super::undo::Undo;
use super::{handshake, hooks, resolve, say, warn};

/// More routes than this are counted, not listed.
const LISTED_ROUTES: usize = 8;

/// What is to be brought up.
pub(super) struct Request<'a> {
    pub(super) config: &'a Config,
    pub(super) settings: &'a InterfaceSettings,
    pub(super) allow_hooks: bool,
}

/// Brings the tunnel up, keeps it up until it is time to go, and takes everything back. Until everything is known to be possible,
/// nothing is changed.
pub(super) fn serve(request: &Request<'_>, host: &dyn Host, engine: &dyn Engine, events: &Events) -> anyhow::Result<()> {
    let settings = request.settings;
    let name = &settings.name;
    for leftover in host.clean_up(name)? {
        say(format!("remove what a killed {name} left behind: {leftover}"));
    }
    let plan = Plan::new(settings, || host.free_table())?;
    for warning in host.check(&plan)? {
        warn(warning.to_string());
    }
    advise(request, &plan);
    let endpoints = resolve::endpoints(request.config, events)?;
    let addresses: Vec<IpAddr> = endpoints.iter().map(|(_, endpoint)| endpoint.ip()).collect();
    let interface = plan.interface(host.route_mtu(&addresses)?);
    let update = engine::update(request.config, &endpoints, plan.mark);
    let network = host.watch()?;

    let hooked = Cell::new(false);
    let mut undo = Undo::default();
    let job = Job { request, host, engine, events, plan: &plan, interface: &interface, hooked: &hooked };
    let running = job.bring_up(update, network, &mut undo)?;
    say(format!("{name} is up; Ctrl-C or `adit down {name}` takes it down"));
    let end = handshake::greet(request.config, &*running, events).unwrap_or_else(|| wait(events));
    match end {
        End::Interrupted | End::Terminated => {}
        End::InterfaceRemoved => warn(format!("somebody removed the interface {name}")),
        End::SocketRemoved => warn(format!("somebody removed the socket of {name}, which asks it to go")),
    }
    Ok(())
}

fn advise(request: &Request<'_>, plan: &Plan) {
    let Request { settings, allow_hooks, .. } = request;
    if !allow_hooks {
        hooks::show(&settings.hooks);
    }
    if settings.save_config {
        warn("SaveConfig is not carried out: the file stays as it is");
    }
    if plan.dns.is_none() && !settings.dns.search.is_empty() {
        warn("DNS has search domains but no server, so that they are not set (as in wg-quick)");
    }
    if plan.leaves_ipv6_outside() {
        warn("IPv6 goes PAST this tunnel: AllowedIPs has 0.0.0.0/0 but not ::/0. Add ::/0 to send it through, or drop it there");
    }
}

fn wait(events: &Events) -> End {
    loop {
        if let Some(end) = events.wait(Duration::from_secs(3600)) {
            return end;
        }
    }
}

struct Job<'a> {
    request: &'a Request<'a>,
    host: &'a dyn Host,
    engine: &'a dyn Engine,
    events: &'a Events,
    plan: &'a Plan,
    interface: &'a InterfaceSpec,
    /// Whether any command has been run: only then are those for the way down.
    hooked: &'a Cell<bool>,
}

impl<'a> Job<'a> {
    fn bring_up(
        &self,
        update: DeviceUpdate,
        network: Box<dyn NetworkEvents>,
        undo: &mut Undo<'a>,
    ) -> anyhow::Result<Arc<dyn Running>> {
        self.pre_up(undo)?;
        let running = self.start(update, network, undo)?;
        self.configure()?;
        self.firewall(undo)?;
        self.routes(undo)?;
        if let Some(dns) = &self.plan.dns {
            self.dns(dns, undo)?;
        }
        self.post_up(undo)?;
        self.events.check()?;
        Ok(running)
    }

    fn pre_up(&self, undo: &mut Undo<'a>) -> anyhow::Result<()> {
        if !self.request.allow_hooks {
            return Ok(());
        }
        let (hooks, hooked) = (&self.request.settings.hooks, self.hooked);
        undo.push("", move || if hooked.get() { hooks::run_all(&hooks.post_down) } else { Ok(()) });
        hooked.set(!hooks.pre_up.is_empty());
        hooks::run(&hooks.pre_up, self.events)
    }

    fn post_up(&self, undo: &mut Undo<'a>) -> anyhow::Result<()> {
        if !self.request.allow_hooks {
            return Ok(());
        }
        let hooks = &self.request.settings.hooks;
        self.hooked.set(true);
        undo.push("", || hooks::run_all(&hooks.pre_down));
        hooks::run(&hooks.post_up, self.events)
    }

    fn start(
        &self,
        update: DeviceUpdate,
        network: Box<dyn NetworkEvents>,
        undo: &mut Undo<'a>,
    ) -> anyhow::Result<Arc<dyn Running>> {
        self.events.check()?;
        let (host, InterfaceSpec { name, mtu, .. }) = (self.host, self.interface);
        let peers = match update.peers.len() {
            1 => "1 peer".to_owned(),
            count => format!("{count} peers"),
        };
        say(format!("create the interface {name} (MTU {mtu}) and start WireGuard on it, {peers}"));
        undo.push(format!("remove the interface {name}"), move || Ok(host.remove_interface(name)?));
        let running = self
            .engine
            .start(Wanted { name, mtu: *mtu, update, network }, self.events.sender())
            .with_context(|| format!("cannot start {name}"))?;
        let stopping = Arc::clone(&running);
        undo.push("", move || {
            stopping.stop();
            Ok(())
        });
        Ok(running)
    }

    fn configure(&self) -> anyhow::Result<()> {
        self.events.check()?;
        if !self.interface.addresses.is_empty() {
            let addresses: Vec<String> = self.interface.addresses.iter().map(ToString::to_string).collect();
            say(format!("give it the address {}", addresses.join(", ")));
        }
        Ok(self.host.set_interface(self.interface)?)
    }

    fn firewall(&self, undo: &mut Undo<'a>) -> anyhow::Result<()> {
        self.events.check()?;
        let (host, plan) = (self.host, self.plan);
        if plan.firewall == FirewallPolicy::Open {
            return Ok(());
        }
        say("refuse packets for the tunnel's addresses from other interfaces");
        undo.push("remove the packet filter", || Ok(host.set_firewall(&plan.name, &FirewallPolicy::Open)?));
        Ok(host.set_firewall(&plan.name, &plan.firewall)?)
    }

    fn routes(&self, undo: &mut Undo<'a>) -> anyhow::Result<()> {
        self.events.check()?;
        let (host, routes) = (self.host, &self.plan.routes);
        if routes.routes.is_empty() {
            return Ok(());
        }
        say(described(routes));
        undo.push("remove the routes", || Ok(host.set_routes(&RouteSpec::none(routes.interface.clone()))?));
        Ok(host.set_routes(routes)?)
    }

    fn dns(&self, dns: &DnsSpec, undo: &mut Undo<'a>) -> anyhow::Result<()> {
        self.events.check()?;
        let (host, plan) = (self.host, self.plan);
        let servers: Vec<String> = dns.servers.iter().map(ToString::to_string).collect();
        let search = if dns.search.is_empty() { String::new() } else { format!(" (search {})", dns.search.join(" ")) };
        say(format!("ask {}{search} for names", servers.join(", ")));
        undo.push("give back the resolvers", || Ok(host.set_dns(&plan.name, None)?));
        Ok(host.set_dns(&plan.name, Some(dns))?)
    }
}

fn described(routes: &RouteSpec) -> String {
    match &routes.policy {
        Some(policy) => {
            let families = [(policy.ipv4, "IPv4"), (policy.ipv6, "IPv6")];
            let families: Vec<&str> = families.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
            format!(
                "send all {} traffic into the tunnel (table {}), except to private networks that are here",
                families.join(" and "),
                policy.table
            )
        }
        None => {
            let mut listed: Vec<String> =
                routes.routes.iter().take(LISTED_ROUTES).map(|route| route.network.to_string()).collect();
            let more = routes.routes.len() - listed.len();
            if more > 0 {
                listed.push(format!("and {more} more"));
            }
            format!("send into the tunnel: {}", listed.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
