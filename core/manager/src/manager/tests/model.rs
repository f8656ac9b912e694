//! Random operations of three clients, each with its own outdated knowledge, are applied to the manager and to a model. After
//! every operation the two are compared and the promised properties are checked.
//!
//! `ADIT_SEED=N` repeats the run of one seed; `ADIT_ORDERS=N` sets its number of operations.

mod reference;

use std::collections::{BTreeMap, BTreeSet};

use adit_api::{ApiError, ConfigText, Event, LogLevel, Service, TunnelId, TunnelState, TunnelView};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::super::StartReason;
use super::bench::{Bench, us};
use crate::store::Wanted;
use adit_activation::End;
use reference::{How, Reference, TEXTS, Tunnel};

const CLIENTS: usize = 3;
const NAMES: u32 = 6;

/// A request of a client, or an event.
#[derive(Clone, Debug)]
enum Order {
    Import { name: u32, text: usize },
    Connect { despite: bool },
    Disconnect,
    Pause { seconds: Option<u32> },
    Resume,
    Restart,
    Replace { text: usize },
    Rename { name: u32 },
    RestoreVersion,
    Remove,
    InterfaceRemoved,
    EngineFails,
    EngineWorks,
    Block { enabled: bool },
    NetworkIsAnother,
    TimePasses { seconds: u32 },
    ProgramRestarts,
}

struct Story {
    bench: Bench,
    model: Reference,
    rng: ChaCha20Rng,
    /// The latest version of each tunnel that each client has seen.
    seen: [BTreeMap<TunnelId, u64>; CLIENTS],
    /// The tunnels as a client that only listens to events knows them.
    listened: BTreeMap<TunnelId, TunnelView>,
}

impl Story {
    fn number(&mut self, below: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % below
    }

    fn some_tunnel(&mut self) -> Option<TunnelId> {
        // Sorted by interface, because ids differ each time a seed is repeated.
        let mut ids: Vec<TunnelId> = self.model.tunnels.keys().copied().collect();
        ids.sort_by_key(|id| self.model.tunnels[id].interface.clone());
        (!ids.is_empty()).then(|| ids[self.number(ids.len())])
    }

    fn order(&mut self) -> Order {
        let number = self.rng.next_u32();
        let text = self.number(TEXTS.len());
        match self.number(46) {
            0..=3 => Order::Import { name: number % NAMES, text },
            4..=13 => Order::Connect { despite: number.is_multiple_of(4) },
            14..=18 => Order::Disconnect,
            19..=21 => Order::Pause { seconds: (!number.is_multiple_of(3)).then_some(number % 100) },
            22..=23 => Order::Resume,
            24..=25 => Order::Restart,
            26..=29 => Order::Replace { text },
            30 => Order::Rename { name: number % NAMES },
            31 => Order::RestoreVersion,
            32 => Order::Remove,
            33 => Order::InterfaceRemoved,
            34 => Order::EngineFails,
            35..=36 => Order::EngineWorks,
            39..=41 => Order::Block { enabled: !number.is_multiple_of(4) },
            42 => Order::NetworkIsAnother,
            43..=44 => Order::InterfaceRemoved,
            37..=38 => Order::TimePasses { seconds: number % 60 },
            _ => Order::ProgramRestarts,
        }
    }

    /// Applies an operation to the manager and to the model, which must agree on its result.
    fn play(&mut self, client: usize, order: &Order) {
        let now = self.model.now;
        let id = self.some_tunnel();
        let manager = self.bench.manager().clone();
        match (order, id) {
            (Order::Import { name, text }, _) => {
                let name = format!("t{name}");
                let config = ConfigText::new(TEXTS[*text].0.to_owned());
                let imported = manager.import(&us(), name.parse().unwrap(), name.parse().unwrap(), config);
                match (imported, self.model.name_is_free(&name, None)) {
                    (Ok(imported), true) => self.model.import(imported.id, name, *text),
                    (Err(ApiError::NameTaken { .. } | ApiError::InterfaceTaken { .. }), false) => {}
                    (outcome, free) => panic!("importing {name} (free: {free}): {outcome:?}"),
                }
            }
            (Order::Connect { despite }, Some(id)) => {
                let outcome = manager.connect(&us(), id, *despite);
                let expected = self.model.connect(id, *despite);
                self.agree(order, outcome, expected);
            }
            (Order::Disconnect, Some(id)) => {
                manager.disconnect(&us(), id).unwrap();
                self.model.disconnect(id);
            }
            (Order::Block { enabled }, Some(id)) => {
                manager
                    .set_kill_switch(
                        &us(),
                        id,
                        if *enabled { adit_api::KillSwitch::Block } else { adit_api::KillSwitch::Off },
                        false,
                    )
                    .unwrap();
                self.model.block(id, *enabled);
                self.settle();
            }
            (Order::NetworkIsAnother, _) => {
                self.hear_of_the_network();
                self.model.network_is_another();
                self.settle();
            }
            (Order::Pause { seconds }, Some(id)) => {
                let until = seconds.map(|seconds| self.model.unlike_others(id, now + u64::from(seconds)));
                let seconds = until.map(|until| u32::try_from(until - now).unwrap());
                let outcome = manager.pause(&us(), id, seconds);
                let expected = self.model.pause(id, until);
                self.agree(order, outcome, expected);
                self.settle();
            }
            (Order::Resume, Some(id)) => {
                let outcome = manager.resume(&us(), id);
                let expected = self.model.resume(id);
                self.agree(order, outcome, expected);
            }
            (Order::Restart, Some(id)) => {
                let outcome = manager.restart(&us(), id);
                let expected = self.model.restart(id);
                self.agree(order, outcome, expected);
            }
            (Order::Replace { text }, Some(id)) => {
                let version = self.seen[client].get(&id).copied().unwrap_or(1);
                let config = ConfigText::new(TEXTS[*text].0.to_owned());
                let outcome = manager.replace_config(&us(), id, config, version).map(drop);
                let expected = self.model.replace(id, *text, version);
                self.agree(order, outcome, expected);
            }
            (Order::Rename { name }, Some(id)) => {
                let name = format!("t{name}");
                let outcome = manager.rename(&us(), id, name.parse().unwrap());
                let expected = self.model.rename(id, name);
                self.agree(order, outcome, expected);
            }
            (Order::RestoreVersion, Some(id)) => {
                let versions: BTreeSet<u64> =
                    manager.versions(&us(), id).unwrap().iter().filter(|one| !one.is_current).map(|one| one.version).collect();
                assert_eq!(versions, self.model.versions(id));
                if let Some(version) = versions.first() {
                    let outcome = manager.restore_version(&us(), id, *version).map(drop);
                    let expected = self.model.restore(id, *version);
                    self.agree(order, outcome, expected);
                }
            }
            (Order::Remove, Some(id)) => {
                manager.remove(&us(), id).unwrap();
                self.model.tunnels.remove(&id);
            }
            (Order::InterfaceRemoved, Some(id)) => {
                if self.model.tunnels[&id].how.is_up() {
                    let name = self.model.tunnels[&id].interface.clone();
                    self.bench.stage.engine.tunnel(&name).shutdown.end(End::InterfaceRemoved);
                    self.model.breaks(id);
                    self.settle();
                }
            }
            (Order::EngineFails, _) => {
                self.bench.stage.engine.set_failing(true);
                self.model.fails = true;
            }
            (Order::EngineWorks, _) => {
                self.bench.stage.engine.set_failing(false);
                self.model.fails = false;
            }
            (Order::TimePasses { seconds }, _) => {
                // Time advances from one due event to the next, so that their order is known.
                let end = self.model.milliseconds + u64::from(*seconds) * 1_000;
                while let Some(next) = self.model.next_due().filter(|next| *next <= end) {
                    self.pass_until(next);
                }
                self.pass_until(end);
            }
            (Order::ProgramRestarts, _) => {
                // Only one program at a time can open the store.
                drop(manager);
                self.bench.restart(StartReason::Restart);
                self.bench.heard.take();
                self.listened = BTreeMap::new();
                self.model.restart_program();
                self.settle();
                let views = self.bench.tunnels();
                self.listened = views.into_iter().map(|view| (view.id, view)).collect();
            }
            (_, None) => {}
        }
        if let Some(view) = id.and_then(|id| self.bench.manager().tunnel(&us(), id).ok()) {
            // Only this client has seen the tunnel's current version.
            self.seen[client].insert(view.id, view.version);
        }
    }

    fn agree(&self, order: &Order, outcome: Result<(), ApiError>, expected: Result<(), &'static str>) {
        let code = outcome.as_ref().map_err(ApiError::code).copied();
        assert_eq!(code, expected, "{order:?}: {outcome:?}");
    }

    fn pass_until(&mut self, milliseconds: u64) {
        self.bench.advance(milliseconds - self.model.milliseconds);
        self.model.pass_until(milliseconds);
        self.settle();
    }

    fn hear_of_the_network(&self) {
        let heard = |after: u64| self.bench.manager().logs(&us(), after, LogLevel::Debug, 1_000).unwrap();
        let last = std::iter::successors(Some(heard(0)), |page| Some(heard(page.last)).filter(|page| !page.lines.is_empty()));
        let last = last.last().map_or(0, |page| page.last);
        self.bench.stage.host.way_out();
        self.bench.until("it is heard", |_| heard(last).lines.iter().any(|line| line.code == adit_api::LogCode::NetworkChanged));
    }

    /// Waits for the events that happen by themselves, and copies the random times of retries into the model.
    fn settle(&mut self) {
        let views = |bench: &Bench| bench.tunnels();
        let same = |bench: &Bench| self.model.is_so(&views(bench));
        if !same(&self.bench) {
            self.bench.until("it is as in the model", same);
        }
        self.model.learn(&views(&self.bench));
    }

    /// Checks the properties that hold after every operation.
    fn look(&mut self) {
        let views = self.bench.tunnels();
        let hows: BTreeMap<TunnelId, How> = views.iter().map(|view| (view.id, How::of(&view.state))).collect();
        assert_eq!(hows, self.model.hows(), "states");

        let up: BTreeSet<String> =
            self.model.tunnels.values().filter(|tunnel| tunnel.how.is_up()).map(|tunnel| tunnel.interface.clone()).collect();
        let running: BTreeSet<String> = self.bench.stage.engine.running().iter().map(ToString::to_string).collect();
        assert_eq!(running, up, "an engine for each tunnel that is up, and for no other");
        let states = self.bench.stage.host.states();
        let set: BTreeSet<String> = states.keys().map(ToString::to_string).collect();
        let is_there = |tunnel: &&Tunnel| tunnel.how.is_up() || tunnel.closed;
        let there: BTreeSet<String> =
            self.model.tunnels.values().filter(is_there).map(|tunnel| tunnel.interface.clone()).collect();
        assert_eq!(set, there, "the computer knows of nothing but what is up or closed");
        let kill_switches = states.iter().filter(|(_, state)| state.kill_switch.is_some()).map(|(name, _)| name.to_string());
        let closed = self.model.tunnels.values().filter(|tunnel| tunnel.closed).map(|tunnel| tunnel.interface.clone());
        assert_eq!(kill_switches.collect::<BTreeSet<_>>(), closed.collect(), "what is closed");
        let held: BTreeSet<String> =
            self.model.tunnels.values().filter(|tunnel| tunnel.how.has_thread()).map(|tunnel| tunnel.interface.clone()).collect();
        self.bench.until("the names are held", |bench| {
            bench.devices.claimed().iter().map(ToString::to_string).collect::<BTreeSet<_>>() == held
        });

        for view in &views {
            let tunnel = &self.model.tunnels[&view.id];
            assert_eq!((view.name.as_str(), view.version), (tunnel.name.as_str(), tunnel.version), "{:?}", view.id);
            assert_eq!(view.kill_switch == adit_api::KillSwitch::Block, tunnel.block, "{}", view.name.as_str());
            assert_eq!(self.bench.wanted(view.id), tunnel.wanted(), "{}", view.name.as_str());
            if let TunnelState::Up(up) = &view.state {
                assert!(!up.differs, "{}: what is up is what is kept", view.name.as_str());
                let told = self.bench.stage.engine.tunnel(view.interface.as_str()).view.peers[0].allowed_ips.len();
                assert_eq!(told, TEXTS[tunnel.text()].1.networks, "the engine has what is kept");
            }
        }

        for event in self.bench.heard.take() {
            match event {
                Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } => {
                    self.listened.insert(tunnel.id, *tunnel);
                }
                Event::TunnelRemoved { id } => {
                    self.listened.remove(&id);
                }
                Event::RulesChanged { .. }
                | Event::PortalChanged { .. }
                | Event::Traffic { .. }
                | Event::KeyIsOld { .. }
                | Event::Log { .. } => {}
            }
        }
        let seen = |view: &TunnelView| (view.id, view.name.clone(), view.version, How::of(&view.state));
        let listened: BTreeSet<_> = self.listened.values().map(seen).collect();
        assert_eq!(listened, views.iter().map(seen).collect(), "who only listens knows the same");
    }
}

fn play(seed: u64, orders: usize) {
    let mut story = Story {
        bench: Bench::new(),
        model: Reference::new(),
        rng: ChaCha20Rng::seed_from_u64(seed),
        seen: Default::default(),
        listened: BTreeMap::new(),
    };
    let mut told = std::collections::VecDeque::new();
    for number in 0..orders {
        let (client, order) = (story.number(CLIENTS), story.order());
        told.push_back(format!("{number}: client {client}: {order:?}"));
        if told.len() > 12 {
            told.pop_front();
        }
        let step = std::panic::AssertUnwindSafe(|| {
            story.play(client, &order);
            story.settle();
            story.look();
        });
        if let Err(panic) = std::panic::catch_unwind(step) {
            let last: Vec<String> = told.into_iter().collect();
            println!("seed {seed}; the last orders were\n{}", last.join("\n"));
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn ten_thousand_orders_of_three_clients_leave_what_the_model_says() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let orders = usize::try_from(number("ADIT_ORDERS").unwrap_or(10_000)).unwrap();
    play(number("ADIT_SEED").unwrap_or(1), orders);
}

impl Bench {
    /// Returns the stored intent of a tunnel in the model's form.
    fn wanted(&self, id: TunnelId) -> Option<Option<u64>> {
        match self.manager().inner.store().summary(id).unwrap().settings.wanted {
            Wanted::Down => None,
            Wanted::Up => Some(None),
            Wanted::PausedUntil(until) => Some(Some(until.0)),
        }
    }
}
