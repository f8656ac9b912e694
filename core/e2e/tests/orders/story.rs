//! Gives one order after the other to the service and to the model, and compares both after each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use adit_api::{ApiError, BlockingClient, CallError, ConfigText, Role, Route, TunnelId, TunnelState, TunnelView};
use adit_e2e::process::wait_for;
use adit_e2e::{Holdings, Kernel, Lab, Namespace, People, Seen, Who};
use adit_ipc::{Blocking, ClientError};
use anyhow::{Context as _, bail, ensure};

use crate::model::{Face, Model, Outcome};
use crate::order::{Dice, NAMES, Order};
use crate::texts::{FACTS, Texts};

const PATIENCE: Duration = Duration::from_secs(20);
/// A pause that does not end by itself during the test, seconds.
const LONG: u32 = 100_000;
/// Number of orders that are given at once.
const IN_A_STORM: usize = 24;
/// Number of orders after which all tunnels are taken down, and nothing may be left.
const BETWEEN_CALMS: usize = 100;
/// Number of orders after which the allocator has all the arenas that it will ever have. Memory is compared with its size at
/// that point. A multiple of [`BETWEEN_CALMS`].
const WARM_UP: usize = 1_000;
/// Allowed variation of resident memory, KiB (17 MiB were seen after 300 orders, and less after 4,000 of the same). It lets a
/// leak of 3 KiB per order show in ten thousand orders.
const SLACK: u64 = 24 * 1024;

/// The service's answer to a request.
type Answer<T> = Result<T, CallError<ClientError>>;

pub(crate) struct Story<'a> {
    namespace: &'a Namespace,
    kernel: Kernel,
    service: u32,
    texts: &'a Texts<'a>,
    clients: BTreeMap<Who, BlockingClient<Blocking>>,
    dice: Dice,
    model: Model,
    names: Vec<String>,
    interfaces: Vec<String>,
    /// The version of each tunnel that each user saw last.
    known: BTreeMap<(Who, TunnelId), u64>,
    empty: Seen,
    snapshot: String,
    holdings: Holdings,
    told: VecDeque<String>,
    counts: BTreeMap<String, usize>,
}

impl<'a> Story<'a> {
    pub(crate) fn begin(
        lab: &Lab,
        namespace: &'a Namespace,
        service: u32,
        socket: &Path,
        people: &People,
        texts: &'a Texts<'a>,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let clients = Who::ALL.into_iter().map(|who| Ok((who, people.connect(who, socket)?)));
        let clients: BTreeMap<Who, BlockingClient<Blocking>> = clients.collect::<anyhow::Result<_>>()?;
        for (who, client) in &clients {
            let role = client.about()?.role;
            ensure!(role == who.role(), "{who:?} is taken for one who may {role:?}");
        }
        let kernel = Kernel::of(namespace)?;
        let mut story = Self {
            empty: kernel.look()?,
            snapshot: namespace.snapshot()?,
            holdings: Holdings::of(service)?,
            namespace,
            kernel,
            service,
            texts,
            clients,
            dice: Dice::of(seed),
            model: Model::default(),
            names: (0..NAMES).map(|number| format!("Tunnel {number}")).collect(),
            interfaces: (0..NAMES).map(|_| lab.interface_name()).collect(),
            known: BTreeMap::new(),
            told: VecDeque::new(),
            counts: BTreeMap::new(),
        };
        story.everything_once()?;
        story.holdings = Holdings::of(service)?;
        Ok(story)
    }

    /// Creates everything that is created only once, before resources are counted.
    fn everything_once(&mut self) -> anyhow::Result<()> {
        for (text, (name, interface)) in self.names.iter().zip(&self.interfaces).enumerate() {
            let client = &self.clients[&Who::Root];
            let config = ConfigText::new(self.texts.all[text].clone());
            let id = client.import(name.parse()?, interface.parse()?, config)?.id;
            client.connect(id, false)?;
            client.remove(id)?;
        }
        self.nothing_is_left()
    }

    /// Carries out one random order of a random user.
    pub(crate) fn step(&mut self, number: usize) -> anyhow::Result<()> {
        if number % BETWEEN_CALMS == BETWEEN_CALMS - 1 {
            self.storm()?;
            self.calm()?;
        }
        if number + 1 == WARM_UP {
            self.holdings.resident = Holdings::of(self.service)?.resident;
        }
        let (who, order) = (self.dice.who(), self.dice.order());
        let id = self.some_tunnel();
        self.tell(format!("{number}: {who:?}: {order:?} of {:?}", id.map(|id| &self.model.tunnels[&id])));
        let outcome = match (order, id) {
            (Order::Import { name, text }, _) => self.import(who, name, text)?,
            (Order::Route { text }, _) => self.route(who, text)?,
            (order, Some(id)) => self.about(who, order, id)?,
            (_, None) => return Ok(()),
        };
        *self.counts.entry(outcome.err().unwrap_or("done").to_owned()).or_default() += 1;
        self.look(who)
    }

    fn client(&self, who: Who) -> &BlockingClient<Blocking> {
        &self.clients[&who]
    }

    fn some_tunnel(&mut self) -> Option<TunnelId> {
        // Sorted by interface: ids differ in each run of the test.
        let mut ids: Vec<TunnelId> = self.model.tunnels.keys().copied().collect();
        ids.sort_by_key(|id| self.model.tunnels[id].interface().to_owned());
        (!ids.is_empty()).then(|| ids[self.dice.below(ids.len())])
    }

    fn import(&mut self, who: Who, name: usize, text: usize) -> anyhow::Result<Outcome> {
        let (name, interface) = (self.names[name].clone(), self.interfaces[name].clone());
        let config = ConfigText::new(self.texts.all[text].clone());
        let imported = self.client(who).import(name.parse()?, interface.parse()?, config);
        let is_taken = self.model.import_is_refused(&name, &interface);
        match (code(&imported)?, who.role(), imported) {
            (Err("not_allowed"), Role::Status | Role::Operate, _) => Ok(Err("not_allowed")),
            (Err(taken @ ("name_taken" | "interface_taken")), Role::Administer, _) if is_taken => Ok(Err(taken)),
            (Ok(()), Role::Administer, Ok(imported)) if !is_taken => {
                self.model.import(imported.id, name, interface, text);
                Ok(Ok(()))
            }
            (outcome, ..) => bail!("{who:?} imports {name}, which is taken: {is_taken}; what came of it: {outcome:?}"),
        }
    }

    /// Gives an order about a tunnel. The model must agree with the outcome.
    fn about(&mut self, who: Who, order: Order, id: TunnelId) -> anyhow::Result<Outcome> {
        let seen = self.known.get(&(who, id)).copied().unwrap_or(1);
        let outcome = self.ask(who, order, id, seen)?;
        let expected = match who.role() < order.needs() {
            true => Err("not_allowed"),
            false => self.model.play(id, order, &self.names, seen, outcome),
        };
        ensure!(outcome == expected, "{who:?}: {order:?}: {outcome:?}, where {expected:?} is right");
        Ok(outcome)
    }

    fn ask(&self, who: Who, order: Order, id: TunnelId, seen: u64) -> anyhow::Result<Outcome> {
        let client = self.client(who);
        match order {
            Order::Edit { text } => code(&client.replace_config(id, ConfigText::new(self.texts.all[text].clone()), seen)),
            Order::Rename { name } => code(&client.rename(id, self.names[name].parse()?)),
            Order::Remove => code(&client.remove(id)),
            Order::Undo => match client.versions(id) {
                Ok(versions) => match versions.iter().find(|version| !version.is_current) {
                    Some(version) => code(&client.restore_version(id, version.version)),
                    None => Ok(Ok(())),
                },
                refused => code(&refused),
            },
            Order::Block { on } => {
                code(&client.set_kill_switch(id, if on { adit_api::KillSwitch::Block } else { adit_api::KillSwitch::Off }, false))
            }
            Order::Boot { on } => code(&client.set_start_at_boot(id, on)),
            Order::BeginRotation => code(&client.begin_rotation(id)),
            Order::CancelRotation => code(&client.cancel_rotation(id)),
            Order::Export => {
                let exported = client.export(id);
                if let Ok(text) = &exported {
                    let kept = &self.texts.all[self.model.tunnels[&id].text()];
                    ensure!(text.dangerously_reveal() == kept, "another text is handed out than the one that was handed in");
                }
                code(&exported)
            }
            Order::Versions => {
                let versions = client.versions(id);
                if let Ok(versions) = &versions {
                    let numbers: Vec<u64> = versions.iter().map(|version| version.version).collect();
                    ensure!(numbers == self.model.tunnels[&id].versions(), "other versions than there were: {numbers:?}");
                }
                code(&versions)
            }
            Order::Up { .. } | Order::Down | Order::Toggle | Order::Pause | Order::Resume | Order::Restart => {
                switch(client, order, id)
            }
            Order::Status => code(&client.tunnel(id)),
            Order::Import { .. } | Order::Route { .. } => bail!("{order:?} is about no tunnel"),
        }
    }

    /// Asks for a route. The service and the kernel must agree.
    fn route(&self, who: Who, text: usize) -> anyhow::Result<Outcome> {
        let network = FACTS[text].networks().next().context("a network")?;
        let (address, _) = network.split_once('/').context("a prefix")?;
        let ip: IpAddr =
            if FACTS[text].takes_all() { "203.0.113.9".parse()? } else { address.replace(".0.0", ".0.9").parse()? };
        let answer = self.client(who).route(ip)?;
        let kernel = self.namespace.try_shell(&format!("ip route get {ip}"))?;
        let kernel = String::from_utf8_lossy(&kernel.stdout).into_owned();
        let through = |interface: &str| kernel.split_whitespace().any(|word| word == interface);
        let agree = match &answer.route {
            Route::Tunnel { candidate, .. } => through(self.model.tunnels[&candidate.tunnel].interface()),
            Route::NoPeer { tunnel } => through(self.model.tunnels[tunnel].interface()),
            Route::Outside { .. } => !self.interfaces.iter().any(|interface| through(interface)),
        };
        ensure!(agree, "the service says {answer:?}, the kernel {kernel}");
        Ok(Ok(()))
    }

    /// Verifies the conditions that hold after every order.
    fn look(&mut self, who: Who) -> anyhow::Result<()> {
        let views = self.client(who).all_tunnels()?;
        let faces: BTreeMap<TunnelId, Face> = views.iter().map(|view| (view.id, Face::of(view))).collect();
        ensure!(faces == self.model.faces(), "it is\n{faces:#?}\nand should be\n{:#?}", self.model.faces());
        ensure!(views.iter().all(is_sound), "{views:#?}");
        self.known.extend(views.iter().map(|view| ((who, view.id), view.version)));
        self.look_at_the_kernel()
    }

    fn look_at_the_kernel(&self) -> anyhow::Result<()> {
        let seen = self.kernel.look()?;
        let up: Vec<_> = self.model.tunnels.values().filter(|tunnel| tunnel.is_up()).collect();
        let names: BTreeSet<String> = up.iter().map(|tunnel| tunnel.interface().to_owned()).collect();
        let interfaces: BTreeSet<String> = seen.interfaces.difference(&self.empty.interfaces).cloned().collect();
        ensure!(interfaces == names, "there are the interfaces {interfaces:?}, and up are {names:?}");
        ensure!(self.empty.interfaces.is_subset(&seen.interfaces), "an interface of others is gone: {seen:#?}");

        let routes: Vec<_> = seen.routes.difference(&self.empty.routes).collect();
        let routed: BTreeSet<String> = routes.iter().map(|route| route.interface.clone()).collect();
        ensure!(routed == names, "there are routes over {routed:?}, and up are {names:?}: {routes:#?}");
        ensure!(self.empty.routes.is_subset(&seen.routes), "a route of others is gone: {seen:#?}");
        for tunnel in up.iter().filter(|tunnel| !tunnel.despite) {
            for network in FACTS[tunnel.text()].networks() {
                let is_there = routes.iter().any(|route| route.network == network && route.interface == tunnel.interface());
                ensure!(is_there, "no route to {network} over {}: {routes:#?}", tunnel.interface());
            }
        }

        let all = up.iter().filter(|tunnel| FACTS[tunnel.text()].takes_all()).count();
        ensure!(self.empty.rules.is_subset(&seen.rules), "a rule of others is gone: {seen:#?}");
        ensure!(
            (seen.rules == self.empty.rules) == (all == 0),
            "{all} tunnels take everything, and the rules are {:#?}",
            seen.rules
        );
        let lead_nowhere: Vec<u32> = seen
            .tables
            .difference(&self.empty.tables)
            .copied()
            .filter(|table| !routes.iter().any(|route| route.table == *table && names.contains(&route.interface)))
            .collect();
        ensure!(
            lead_nowhere.is_empty(),
            "rules lead to the tables {lead_nowhere:?}, and they to no tunnel that is up: {seen:#?}"
        );
        Ok(())
    }

    /// All three users switch tunnels at once. The sequence is random; each order is carried out, or refused for a valid
    /// reason.
    fn storm(&mut self) -> anyhow::Result<()> {
        let mut orders: BTreeMap<Who, Vec<(Order, TunnelId)>> = BTreeMap::new();
        for who in Who::ALL.into_iter().cycle().take(IN_A_STORM) {
            let Some(id) = self.some_tunnel() else { return Ok(()) };
            let order = self.dice.switch();
            self.tell(format!("at once: {who:?}: {order:?} of {:?}", self.model.tunnels[&id]));
            orders.entry(who).or_default().push((order, id));
        }
        let clients = &self.clients;
        std::thread::scope(|scope| {
            let threads = orders.iter().map(|(who, orders)| {
                scope.spawn(move || {
                    orders.iter().try_for_each(|(order, id)| {
                        let outcome = switch(&clients[who], *order, *id)?;
                        let may = match (outcome, order) {
                            (Err("not_allowed"), _) => *who == Who::Nobody,
                            (Ok(()) | Err("conflict" | "busy"), _) => *who != Who::Nobody,
                            (Err("not_up"), Order::Pause | Order::Restart) | (Err("not_paused"), Order::Resume) => {
                                *who != Who::Nobody
                            }
                            // Another user is bringing it up in spite of conflicts, and all who wait for that get the same
                            // error. Or it was down for the moment of a restart, when somebody brought up a conflicting tunnel.
                            (Err("io"), Order::Up { .. } | Order::Toggle | Order::Resume | Order::Restart) => *who != Who::Nobody,
                            (Err(_), _) => false,
                        };
                        ensure!(may, "at once: {who:?}: {order:?}: {outcome:?}");
                        Ok(())
                    })
                })
            });
            let threads: Vec<_> = threads.collect();
            let mut outcomes = threads.into_iter().map(|thread| thread.join());
            outcomes.try_for_each(|outcome| outcome.map_err(|_| anyhow::anyhow!("a thread panicked"))?)
        })
    }

    /// Takes all tunnels down. The computer must then be as it was.
    fn calm(&mut self) -> anyhow::Result<()> {
        let ids: Vec<TunnelId> = self.model.tunnels.keys().copied().collect();
        for id in ids {
            let outcome = self.about(Who::Operator, Order::Down, id)?;
            ensure!(outcome.is_ok(), "{outcome:?}");
        }
        self.look(Who::Nobody)?;
        let snapshot = self.namespace.snapshot()?;
        ensure!(snapshot == self.snapshot, "left behind; before:\n{}\nafter:\n{snapshot}", self.snapshot);
        Ok(())
    }

    /// Removes all tunnels. The service must then hold the same resources as at the start.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        self.calm()?;
        let ids: Vec<TunnelId> = self.model.tunnels.keys().copied().collect();
        for id in ids {
            self.about(Who::Root, Order::Remove, id)?.map_err(anyhow::Error::msg)?;
        }
        self.look(Who::Root)?;
        self.nothing_is_left()
    }

    fn nothing_is_left(&self) -> anyhow::Result<()> {
        let before = self.holdings;
        let mut after = before;
        // A thread ends a moment after it has reported its end.
        let same = wait_for("files and threads to be given back", PATIENCE, || {
            after = Holdings::of(self.service).ok()?;
            (after.threads <= before.threads && after.files <= before.files).then_some(())
        });
        same.with_context(|| format!("before: {before:?}; after: {after:?}"))?;
        ensure!(after.resident <= before.resident + SLACK, "memory grows: {before:?}, {after:?}");
        Ok(())
    }

    fn tell(&mut self, order: String) {
        self.told.push_back(order);
        if self.told.len() > IN_A_STORM {
            self.told.pop_front();
        }
    }

    pub(crate) fn last_orders(&self) -> String {
        self.told.iter().cloned().collect::<Vec<_>>().join("\n")
    }

    /// Formats the number of each outcome, and the resources that the service holds.
    pub(crate) fn summary(&self) -> String {
        format!("{:?}; {:?}, then {:?}", self.counts, self.holdings, Holdings::of(self.service).ok())
    }
}

/// Gives an order that changes nothing in the store.
fn switch(client: &BlockingClient<Blocking>, order: Order, id: TunnelId) -> anyhow::Result<Outcome> {
    match order {
        Order::Up { despite } => code(&client.connect(id, despite)),
        Order::Down => code(&client.disconnect(id)),
        Order::Toggle => match client.tunnel(id)?.state {
            TunnelState::Down { .. } | TunnelState::Disconnecting { .. } | TunnelState::Paused { .. } => {
                code(&client.connect(id, false))
            }
            TunnelState::Connecting { .. } | TunnelState::Up(_) | TunnelState::Blocked { .. } => code(&client.disconnect(id)),
        },
        Order::Pause => code(&client.pause(id, Some(LONG))),
        Order::Resume => code(&client.resume(id)),
        Order::Restart => code(&client.restart(id)),
        other => bail!("{other:?} switches nothing"),
    }
}

/// Verifies the conditions that hold for each tunnel by itself.
fn is_sound(view: &TunnelView) -> bool {
    let runs_as_kept = !matches!(&view.state, TunnelState::Up(up) if up.differs);
    view.usable && runs_as_kept
}

/// Returns the code of a refusal. Fails if the connection broke.
fn code<T>(answer: &Answer<T>) -> anyhow::Result<Outcome> {
    match answer {
        Ok(_) => Ok(Ok(())),
        Err(CallError::Refused(error)) => Ok(Err(ApiError::code(error))),
        Err(CallError::Transport(error)) => Err(anyhow::anyhow!("the connection broke: {error}")),
        Err(CallError::WrongAnswer) => bail!("an answer to another question"),
    }
}
