//! Brings a tunnel up, step by step.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use adit_config::InterfaceSettings;
use adit_platform::commands::ShellKind;
use adit_platform::network::{ChangeError, Limits, Listener, NetworkError, NetworkEvents, Picture, Status};
use adit_protocol::PublicKey;
use adit_tunnel::wanted_queues;

use super::active::{Active, Configured};
use super::engine::{EngineObserver, StartError, Wanted};
use super::error::ActivationError;
use super::follow::{Observer, Overheard, Signal};
use super::kill_switch::{self, Outside};
use super::progress::{Advice, Progress, Reporter, Reporting};
use super::resolve::{Candidates, Lookup};
use super::shutdown::Shutdown;
use super::undo::Step;
use super::update::whole_update;
use super::{Platform, Request, hooks};

/// Brings the tunnel up. Nothing is changed until everything is known to be possible. If a step fails nevertheless, all changes
/// are undone. `observer` gets every event of the engine, and must not block.
///
/// # Errors
/// When the system, a command of the file or `shutdown` prevents the tunnel from coming up.
pub fn bring_up(
    request: Request,
    platform: &Platform,
    shutdown: &Shutdown,
    reporter: &Arc<dyn Reporter>,
    observer: Observer,
) -> Result<Active, ActivationError> {
    for what in platform.network.recover(&request.name)? {
        reporter.report(&Progress::LeftoverRemoved { name: request.name.clone(), what });
    }
    start(request, platform, shutdown, reporter, &Arc::new(observer))
}

/// Brings the tunnel up after leftovers of earlier tunnels have been removed.
fn start(
    request: Request,
    platform: &Platform,
    shutdown: &Shutdown,
    reporter: &Arc<dyn Reporter>,
    signals: &Arc<Observer>,
) -> Result<Active, ActivationError> {
    let settings = InterfaceSettings::from(&request.config, request.name.clone());
    let picture = picture(&request, &settings);
    let kill_switch = request.kill_switch.as_ref().filter(|_| picture.takes_all());
    // The kill switch comes first, so that nothing gets out whatever fails later.
    if let Some(kill_switch) = kill_switch {
        let closed = kill_switch::closed_except_lan(kill_switch, Some(&settings));
        platform.network.lock(&request.name, &closed)?;
        reporter.report(&Progress::Closed);
    }
    let listener: Arc<dyn Listener> = Arc::new(Reporting { name: request.name.clone(), reporter: Arc::clone(reporter) });
    let mut attachment = platform.network.prepare(&picture, &listener)?;
    for warning in attachment.check()? {
        reporter.report(&Progress::Advice(Advice::Network(warning)));
    }
    for advice in advice(&request, &settings, &attachment.status(), platform.commands.shell()) {
        reporter.report(&Progress::Advice(advice));
    }
    let outside = kill_switch.map(|_| Outside::of(platform, attachment.underlay()));
    attachment.let_out(kill_switch::literal(&request.config), true)?;
    let resolver = outside.as_ref().unwrap_or(&platform.resolver);
    let lookup = Lookup { resolver, patience: request.patience, shutdown, reporter: &**reporter };
    let found = lookup.candidates(&request.config);
    let known = found.as_ref().map(|found| found.iter().flat_map(|(_, found)| found.addresses.iter().copied()).collect());
    attachment.let_out(known.unwrap_or_else(|_| kill_switch::literal(&request.config)), false)?;
    let candidates = found?;
    let endpoints = preferred(&candidates);
    attachment.measure(&addresses(&endpoints))?;
    if let Some(too_large) = attachment.status().limits.mtu {
        reporter.report(&Progress::Advice(Advice::MtuTooLarge(too_large)));
    }
    let network = Box::new(Overheard { events: platform.network.events()?, signals: Arc::clone(signals) });
    let update = whole_update(&request.config, &endpoints, attachment.engine_mark());

    let candidates = candidates.into_iter().collect();
    let wanted = Configured { config: request.config, settings, update, candidates };
    let mut active = Active::nothing_yet(wanted, Some(attachment), request.hooks, platform, shutdown, reporter, signals);
    active.kill_switch = request.kill_switch;
    active.allow_ipv6_outside = request.allow_ipv6_outside;
    active.yields = request.yields;
    let told = Arc::clone(signals);
    active.bring_up(network, Box::new(move |event| told(&Signal::Engine(event.clone()))))?;
    reporter.report(&Progress::Up(active.name().clone()));
    Ok(active)
}

/// Builds the picture of the request, before the endpoints are looked up.
pub(super) fn picture(request: &Request, settings: &InterfaceSettings) -> Picture {
    let picture = Picture { yields: request.yields, allow_ipv6_outside: request.allow_ipv6_outside, ..settings.into() };
    let lockdown = kill_switch::lockdown(request.kill_switch.as_ref(), &picture, kill_switch::literal(&request.config), true);
    Picture { lockdown, ..picture }
}

/// Returns the address of each peer that is tried first.
pub(super) fn preferred(candidates: &[(PublicKey, Candidates)]) -> Vec<(PublicKey, SocketAddr)> {
    candidates.iter().filter_map(|(peer, found)| Some((*peer, *found.addresses.first()?))).collect()
}

/// Returns the addresses whose paths determine the MTU.
pub(super) fn addresses(endpoints: &[(PublicKey, SocketAddr)]) -> Vec<IpAddr> {
    endpoints.iter().map(|(_, endpoint)| endpoint.ip()).collect()
}

/// Returns the advice about a tunnel that can be brought up.
pub(super) fn advice(request: &Request, settings: &InterfaceSettings, status: &Status, shell: ShellKind) -> Vec<Advice> {
    let has_hooks = !request.config.interface.hooks.is_empty();
    let run = request.hooks.allows(&settings.hooks);
    let listed = |domains: &[String]| Some(domains.to_vec()).filter(|domains| !domains.is_empty());
    let Limits { ipv6, split_dns, search_without_server, packet_filter: _, mtu: _ } = &status.limits;
    let all = [
        (has_hooks && !run).then(|| Advice::HooksNotRun(settings.hooks.clone())),
        (has_hooks && run && shell == ShellKind::Sh).then_some(Advice::HooksInSh),
        listed(search_without_server).map(Advice::SearchWithoutServer),
        listed(split_dns).map(Advice::SplitDnsLeftOut),
        ipv6.as_ref().map(|left_out| Advice::Ipv6LeftOut { because: left_out.because.clone() }),
        (status.leaves_ipv6_outside() && ipv6.as_ref().is_none_or(|left_out| left_out.is_elsewhere))
            .then_some(Advice::Ipv6Outside),
        status.closes_ipv6().then_some(Advice::Ipv6Closed),
    ];
    all.into_iter().flatten().collect()
}

impl Active {
    /// Takes the tunnel down and brings it up again as `request` says. The packet filter stays in between.
    ///
    /// # Errors
    /// The same as for [`bring_up`]. The tunnel is then down.
    pub fn restart(mut self, request: Request, shutdown: &Shutdown, observer: Observer) -> Result<Self, ActivationError> {
        let (platform, reporter, name) = (self.platform.clone(), Arc::clone(&self.reporter), self.name().clone());
        if let Some(attachment) = &mut self.attachment {
            attachment.keep_filter();
        }
        drop(self);
        let restarted = start(request, &platform, shutdown, &reporter, &Arc::new(observer));
        platform.network.end_restart(&name)?;
        restarted
    }

    fn bring_up(&mut self, network: Box<dyn NetworkEvents>, observer: EngineObserver) -> Result<(), ActivationError> {
        self.pre_up()?;
        self.start(network, observer)?;
        self.configure()?;
        self.post_up()?;
        self.shutdown.check()
    }

    fn pre_up(&mut self) -> Result<(), ActivationError> {
        if !self.commands_allowed {
            return Ok(());
        }
        self.begun.insert(Step::PreUp);
        let lines = &self.now.settings.hooks.pre_up;
        self.commands_ran = !lines.is_empty();
        hooks::run(lines, &*self.platform.commands, &self.shutdown, &*self.reporter)
    }

    fn post_up(&mut self) -> Result<(), ActivationError> {
        if !self.commands_allowed {
            return Ok(());
        }
        self.commands_ran = true;
        self.begun.insert(Step::PostUp);
        hooks::run(&self.now.settings.hooks.post_up, &*self.platform.commands, &self.shutdown, &*self.reporter)
    }

    fn start(&mut self, network: Box<dyn NetworkEvents>, observer: EngineObserver) -> Result<(), ActivationError> {
        self.shutdown.check()?;
        let (name, update) = (self.name().clone(), self.now.update.clone());
        let Some(attachment) = &mut self.attachment else { return Ok(()) };
        let mtu = attachment.status().mtu;
        self.reporter.report(&Progress::Starting { name: name.clone(), mtu, peers: update.peers.len() });
        let failed = |error| ActivationError::Start { name: name.clone(), error };
        let device = attachment.open(wanted_queues()).map_err(|error| failed(StartError::Interface(error)))?;
        let (sockets, moved) = (attachment.underlay().sockets(), attachment.on_moved());
        let wanted = Wanted { name: &name, device, sockets, update, network, observer, moved };
        let running = self.platform.engine.start(wanted, &self.shutdown).map_err(failed)?;
        self.first_port = running.view().listen_port;
        self.running = Some(running);
        self.begun.insert(Step::Engine);
        Ok(())
    }

    /// Returns the reason to end, if there is one. Otherwise the adapter has stopped without a reason and has not made the
    /// change.
    pub(super) fn called_off(&self, error: &ChangeError) -> ActivationError {
        let failed = || NetworkError::kernel("changing the network")(std::io::Error::other(error.to_string())).into();
        self.shutdown.check().err().unwrap_or_else(failed)
    }

    fn configure(&mut self) -> Result<(), ActivationError> {
        let shutdown = &self.shutdown;
        let Some(attachment) = &mut self.attachment else { return Ok(()) };
        match attachment.configure(&|| shutdown.known().is_none()) {
            Ok(()) => Ok(()),
            Err(ChangeError::Network(error)) => Err(error.into()),
            Err(error @ (ChangeError::Stopped | ChangeError::Engine)) => Err(self.called_off(&error)),
        }
    }
}

#[cfg(test)]
mod tests;
