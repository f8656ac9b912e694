//! The steps of bringing a tunnel up, in order.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::InterfaceSettings;
use adit_platform::commands::ShellKind;
use adit_platform::device::InterfaceState;
use adit_platform::host::{FirewallPolicy, Host, HostError, Limits, NetworkEvents, Plan, Warning};
use adit_protocol::PublicKey;

use super::active::{Active, Picture};
use super::engine::{EngineObserver, Wanted};
use super::error::ActivationError;
use super::follow::{Observer, Overheard, Signal};
use super::kill_switch::{self, Outside};
use super::progress::{Advice, Progress, Reporter};
use super::resolve::{Candidates, Lookup};
use super::shutdown::Shutdown;
use super::undo::Step;
use super::update::whole_update;
use super::{KillSwitchRequest, Platform, Request, hooks};

/// Brings the tunnel up. Until everything is known to be possible, nothing is changed; what has been changed when something fails
/// after all is taken back. `observer` hears of every event of the engine, and must not block.
///
/// # Errors
/// When the system, a command of the file or `shutdown` does not let it be up.
pub fn bring_up(
    request: Request,
    platform: &Platform,
    shutdown: &Shutdown,
    reporter: &Arc<dyn Reporter>,
    observer: Observer,
) -> Result<Active, ActivationError> {
    for what in platform.host.clean_up(&request.name)? {
        reporter.report(&Progress::LeftoverRemoved { name: request.name.clone(), what });
    }
    start(request, platform, shutdown, reporter, &Arc::new(observer))
}

/// On a computer where nothing is left to clean up.
fn start(
    request: Request,
    platform: &Platform,
    shutdown: &Shutdown,
    reporter: &Arc<dyn Reporter>,
    signals: &Arc<Observer>,
) -> Result<Active, ActivationError> {
    let settings = InterfaceSettings::from(&request.config, request.name.clone());
    let host = &*platform.host;
    let kill_switch = kill_switch::wanted(&request, &settings);
    // Before anything else: whatever fails from here on, nothing gets out.
    if let Some(kill_switch) = kill_switch {
        let closed = kill_switch::closed_except_lan(kill_switch, Some(&settings), &request.name, host);
        host.set_kill_switch(&request.name, Some(&closed))?;
        reporter.report(&Progress::Closed);
    }
    let mut plan = planned(&request, &settings, host)?;
    for warning in platform.host.check(&plan)? {
        if warning == Warning::NoFirewall {
            plan.leave_out_packet_filter();
        }
        reporter.report(&Progress::Advice(Advice::Host(warning)));
    }
    for advice in advice(&request, &settings, &plan, platform.commands.shell()) {
        reporter.report(&Progress::Advice(advice));
    }
    let close = |endpoints, resolving| match kill_switch {
        Some(KillSwitchRequest { owner, .. }) => {
            host.set_kill_switch(&request.name, Some(&kill_switch::around(owner, &plan, &settings, endpoints, resolving)))
        }
        None => Ok(()),
    };
    let outside = kill_switch.map(|_| Outside::of(platform, &plan));
    close(kill_switch::literal(&request.config), true)?;
    let resolver = outside.as_ref().unwrap_or(&platform.resolver);
    let lookup = Lookup { resolver, patience: request.patience, shutdown, reporter: &**reporter };
    let found = lookup.candidates(&request.config);
    let known = found.as_ref().map(|found| found.iter().flat_map(|(_, found)| found.addresses.iter().copied()).collect());
    close(known.unwrap_or_else(|_| kill_switch::literal(&request.config)), false)?;
    let candidates = found?;
    let endpoints = preferred(&candidates);
    let route_mtu = platform.host.route_mtu(&addresses(&endpoints), plan.mark)?;
    plan.check_mtu(route_mtu, &addresses(&endpoints));
    if let Some(too_large) = plan.limits.mtu {
        reporter.report(&Progress::Advice(Advice::MtuTooLarge(too_large)));
    }
    let interface = plan.interface(route_mtu);
    let network = Box::new(Overheard { events: platform.host.watch()?, signals: Arc::clone(signals) });
    let update = whole_update(&request.config, &endpoints, plan.mark);

    let candidates = candidates.into_iter().collect();
    let wanted = Picture { config: request.config, settings, plan, interface, update, candidates };
    let mut active = Active::nothing_yet(wanted, request.hooks, platform, shutdown, reporter, signals);
    active.kill_switch = request.kill_switch;
    active.allow_ipv6_outside = request.allow_ipv6_outside;
    let told = Arc::clone(signals);
    active.bring_up(network, Box::new(move |event| told(&Signal::Engine(event.clone()))))?;
    reporter.report(&Progress::Up(active.name().clone()));
    Ok(active)
}

/// What the request asks of this computer.
pub(super) fn planned(request: &Request, settings: &InterfaceSettings, host: &dyn Host) -> Result<Plan, HostError> {
    let mut plan = Plan::new(settings, || host.free_table())?;
    kill_switch::limit(&mut plan, request.kill_switch.as_ref(), request.allow_ipv6_outside, host)?;
    Ok(plan)
}

/// The address of each peer that is asked first.
pub(super) fn preferred(candidates: &[(PublicKey, Candidates)]) -> Vec<(PublicKey, SocketAddr)> {
    candidates.iter().filter_map(|(peer, found)| Some((*peer, *found.addresses.first()?))).collect()
}

/// What the way to them decides the MTU by.
pub(super) fn addresses(endpoints: &[(PublicKey, SocketAddr)]) -> Vec<IpAddr> {
    endpoints.iter().map(|(_, endpoint)| endpoint.ip()).collect()
}

/// What to know about a tunnel that can be brought up.
pub(super) fn advice(request: &Request, settings: &InterfaceSettings, plan: &Plan, shell: ShellKind) -> Vec<Advice> {
    let has_hooks = !request.config.interface.hooks.is_empty();
    let run = request.hooks.allows(&settings.hooks);
    let listed = |domains: &[String]| Some(domains.to_vec()).filter(|domains| !domains.is_empty());
    let Limits { ipv6, split_dns, search_without_server, packet_filter: _, mtu: _ } = &plan.limits;
    let all = [
        (has_hooks && !run).then(|| Advice::HooksNotRun(settings.hooks.clone())),
        (has_hooks && run && shell == ShellKind::Sh).then_some(Advice::HooksInSh),
        listed(search_without_server).map(Advice::SearchWithoutServer),
        listed(split_dns).map(Advice::SplitDnsLeftOut),
        ipv6.as_ref().map(|left_out| Advice::Ipv6LeftOut { because: left_out.because.clone() }),
        (plan.leaves_ipv6_outside() && ipv6.as_ref().is_none_or(|left_out| left_out.is_elsewhere)).then_some(Advice::Ipv6Outside),
        plan.closes_ipv6.then_some(Advice::Ipv6Closed),
    ];
    all.into_iter().flatten().collect()
}

impl Active {
    /// Takes the tunnel down and brings it up again as `request` says. The packet filter stands in between.
    ///
    /// # Errors
    /// As for bringing it up; it is then down.
    pub fn restart(mut self, request: Request, shutdown: &Shutdown, observer: Observer) -> Result<Self, ActivationError> {
        let (platform, reporter, name) = (self.platform.clone(), Arc::clone(&self.reporter), self.name().clone());
        let stands = self.undo.forget(Step::Firewall);
        drop(self);
        let restarted = start(request, &platform, shutdown, &reporter, &Arc::new(observer));
        let guarded = restarted.as_ref().is_ok_and(|active| active.now.plan.firewall != FirewallPolicy::Open);
        if stands && !guarded {
            platform.host.set_firewall(&name, &FirewallPolicy::Open)?;
        }
        restarted
    }

    fn bring_up(&mut self, network: Box<dyn NetworkEvents>, observer: EngineObserver) -> Result<(), ActivationError> {
        self.pre_up()?;
        self.start(network, observer)?;
        self.configure()?;
        self.firewall()?;
        self.routes()?;
        self.dns()?;
        // A command may move the interface.
        self.place.set(Some((&self.now.plan, &self.now.interface)));
        self.post_up()?;
        self.shutdown.check()
    }

    fn pre_up(&mut self) -> Result<(), ActivationError> {
        if !self.commands_allowed {
            return Ok(());
        }
        self.undo.push(Step::PreUp);
        let lines = &self.now.settings.hooks.pre_up;
        self.commands_ran = !lines.is_empty();
        hooks::run(lines, &*self.platform.commands, &self.shutdown, &*self.reporter)
    }

    fn post_up(&mut self) -> Result<(), ActivationError> {
        if !self.commands_allowed {
            return Ok(());
        }
        self.commands_ran = true;
        self.undo.push(Step::PostUp);
        hooks::run(&self.now.settings.hooks.post_up, &*self.platform.commands, &self.shutdown, &*self.reporter)
    }

    fn start(&mut self, network: Box<dyn NetworkEvents>, observer: EngineObserver) -> Result<(), ActivationError> {
        self.shutdown.check()?;
        let (name, mtu, update) = (self.name().clone(), self.now.interface.mtu, self.now.update.clone());
        self.reporter.report(&Progress::Starting { name: name.clone(), mtu, peers: update.peers.len() });
        self.undo.push(Step::Interface);
        let place = Arc::clone(&self.place);
        let moved = Box::new(move |interface: &InterfaceState| place.follow(interface.is_elsewhere));
        let wanted = Wanted { name: &name, mtu, update, network, observer, moved };
        let running = self.platform.engine.start(wanted, &self.shutdown);
        let running = running.map_err(|error| ActivationError::Start { name, error })?;
        self.first_port = running.view().listen_port;
        self.running = Some(running);
        self.undo.push(Step::Engine);
        Ok(())
    }

    fn configure(&mut self) -> Result<(), ActivationError> {
        self.shutdown.check()?;
        if !self.now.interface.addresses.is_empty() {
            self.reporter.report(&Progress::Addresses(self.now.interface.addresses.clone()));
        }
        Ok(self.platform.host.set_interface(&self.now.interface)?)
    }

    fn firewall(&mut self) -> Result<(), ActivationError> {
        self.shutdown.check()?;
        if self.now.plan.firewall == FirewallPolicy::Open {
            return Ok(());
        }
        self.reporter.report(&Progress::Firewall);
        self.undo.push(Step::Firewall);
        Ok(self.platform.host.set_firewall(&self.now.plan.name, &self.now.plan.firewall)?)
    }

    fn routes(&mut self) -> Result<(), ActivationError> {
        self.shutdown.check()?;
        if self.now.plan.routes.routes.is_empty() {
            return Ok(());
        }
        self.reporter.report(&Progress::Routes(self.now.plan.routes.clone()));
        self.undo.push(Step::Routes);
        Ok(self.platform.host.set_routes(&self.now.plan.routes)?)
    }

    fn dns(&mut self) -> Result<(), ActivationError> {
        let Some(dns) = &self.now.plan.dns else { return Ok(()) };
        self.shutdown.check()?;
        self.reporter.report(&Progress::Dns(dns.clone()));
        self.undo.push(Step::Dns);
        Ok(self.platform.host.set_dns(&self.now.plan.name, Some(dns))?)
    }
}

#[cfg(test)]
mod tests;
