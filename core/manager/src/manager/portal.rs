//! The exemption for a captive portal: one program gets connected sockets of the service to the hosts that it names, past kill switches
//! and tunnels. Nothing else opens.
//!
//! The controller of the rules decides how long it lasts ([`adit_rules::controller::UserAction::OpenPortal`]); the platform opens and
//! closes the way. The lock comes before that of the desk, and is held while the platform changes.

mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as SystemInstant};

use adit_api::{
    Action, ApiError, Caller, Event, LogCode, LogText, PeerId, PortalEnd, PortalExemption as OpenView, PortalTicket, PortalView,
    Role,
};
use adit_platform::network::PortalExemption;
use adit_protocol::Instant;
use adit_rules::controller::{self, Input, PORTAL_TIME, UserAction};

use super::clock::Clock;
use super::entry::Tunnels;
use super::inbox::{Deliver, Delivery, Inbox};
use super::life::KillSwitchState;
use super::{Inner, Manager, refusal, rights};
pub use session::{PortalRefusal, PortalSession};

/// The time within which the program must begin to use the exemption.
const TIME_TO_JOIN: Duration = Duration::from_secs(10);

/// The exemption of the manager.
pub(super) struct Portal {
    state: Mutex<Exemption>,
    heard: Inbox<Heard>,
}

#[derive(Default)]
struct Exemption {
    open: Option<Open>,
    last_end: Option<PortalEnd>,
    /// The number of exemptions so far.
    count: u64,
    /// The captive portal that clients were last told of, and whether it was shut out.
    told: Option<(String, bool)>,
    /// The path of the channel to programs; None: no program can join.
    channel: Option<PathBuf>,
}

/// An exemption that lasts.
struct Open {
    number: u64,
    /// The user with the rights of that moment.
    caller: Caller,
    by: String,
    /// The word with which the program joins; None once it has.
    token: Option<String>,
    until: Instant,
    time: Duration,
    addresses: BTreeSet<IpAddr>,
    /// The addresses of the names that were resolved, and when.
    names: BTreeMap<String, (Instant, Vec<IpAddr>)>,
    /// Ends the program's connection.
    hang_up: Option<HangUp>,
}

type HangUp = Box<dyn FnOnce() + Send>;

/// A message to the thread that ends exemptions.
enum Heard {
    Over(PortalEnd),
    /// Something has changed that clients may have to be told.
    Look,
    Leave,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Over,
    Look,
}

impl Deliver for Heard {
    type Key = Key;

    fn delivery(&self) -> Delivery<Key> {
        match self {
            Self::Leave => Delivery::First,
            Self::Over(_) => Delivery::Event(Key::Over),
            Self::Look => Delivery::Event(Key::Look),
        }
    }
}

impl Portal {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::default(), heard: Inbox::new(clock) }
    }

    /// Ends the exemption soon. Does not block.
    pub(super) fn is_over(&self, end: controller::PortalEnd) {
        self.heard.push(Heard::Over(match end {
            controller::PortalEnd::Asked => PortalEnd::Asked,
            controller::PortalEnd::TimeOver => PortalEnd::TimeOver,
            controller::PortalEnd::NetworkChanged => PortalEnd::NetworkChanged,
            controller::PortalEnd::Passed => PortalEnd::Passed,
        }));
    }

    /// Tells clients soon, if there is something new. Does not block.
    pub(super) fn look(&self) {
        self.heard.push(Heard::Look);
    }

    fn lock(&self) -> MutexGuard<'_, Exemption> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tunnels {
    /// Returns true if a closed kill switch keeps programs from a captive portal. A tunnel alone does not count: without a packet
    /// filter, nothing would stop the program's connections when its time is over.
    fn shut_portal_out(&self) -> bool {
        self.entries.values().any(|entry| entry.kill_switch == KillSwitchState::Closed)
    }

    /// Returns the action needed to open the way to a captive portal through all closed kill switches.
    pub(super) fn to_open_portal(&self) -> Option<Action> {
        let closed = self.entries.values().filter(|entry| entry.kill_switch == KillSwitchState::Closed);
        let needed = closed.map(|entry| {
            let is_lockdown = entry.profile.is_under_lockdown() || entry.profile.is_unknown;
            if is_lockdown { Action::Lockdown } else { Action::KillSwitch }
        });
        needed.max()
    }
}

impl Inner {
    /// Returns the state of the captive portal and its exemption.
    pub(super) fn portal_view(&self) -> PortalView {
        self.view_of_portal(&self.portal.lock())
    }

    fn view_of_portal(&self, exemption: &Exemption) -> PortalView {
        let now = self.clock.both();
        PortalView {
            captive: self.captive_interface(),
            is_shut_out: self.lock().shut_portal_out(),
            open: exemption.open.as_ref().map(|open| OpenView { by: open.by.clone(), until: now.unix(open.until).get() }),
            last_end: exemption.last_end,
        }
    }

    /// Opens the way to the captive portal for one program of the caller's user, which has to join.
    pub(super) fn open_portal(&self, caller: &Caller, seconds: Option<u32>) -> Result<PortalTicket, ApiError> {
        let longest = u32::try_from(PORTAL_TIME.as_secs()).unwrap_or(u32::MAX);
        let seconds = seconds.unwrap_or(longest);
        if seconds == 0 || seconds > longest {
            return Err(ApiError::BadRequest { detail: format!("{seconds} s; possible are 1 to {longest}") });
        }
        let mut exemption = self.portal.lock();
        // The end of the service sets this first, and then closes the way under the same lock.
        if self.lock().closing {
            return Err(ApiError::ShuttingDown);
        }
        rights::check(caller, self.lock().to_open_portal())?;
        if !self.lock().shut_portal_out() {
            return Err(ApiError::PortalNotShutOut);
        }
        if let Some(open) = &exemption.open {
            return Err(ApiError::PortalIsOpen { by: open.by.clone(), until: self.clock.both().unix(open.until).get() });
        }
        let token = random_token()?;
        self.set_portal(&BTreeSet::new(), TIME_TO_JOIN)?;
        self.tell_desk_of_portal(UserAction::OpenPortal(TIME_TO_JOIN));
        exemption.count += 1;
        exemption.open = Some(Open {
            number: exemption.count,
            caller: caller.clone(),
            by: caller.peer.as_ref().map_or_else(|| caller.who.clone(), PeerId::to_string),
            token: Some(token.clone()),
            until: self.clock.now() + TIME_TO_JOIN,
            time: Duration::from_secs(seconds.into()),
            addresses: BTreeSet::new(),
            names: BTreeMap::new(),
            hang_up: None,
        });
        self.event_log.write(None, LogCode::PortalOpened { by: caller.who.as_str().into(), seconds });
        self.tell_of_portal(&mut exemption);
        let channel = exemption.channel.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        Ok(PortalTicket { token, channel })
    }

    /// Ends the exemption, if there is one.
    pub(super) fn close_portal(&self, end: PortalEnd) {
        let mut exemption = self.portal.lock();
        self.end_portal(&mut exemption, end);
    }

    /// Ends the exemption, if there is one, for its own user or an administrator.
    pub(super) fn close_portal_for(&self, caller: &Caller) -> Result<(), ApiError> {
        let mut exemption = self.portal.lock();
        let Some(open) = &exemption.open else { return Ok(()) };
        if caller.peer != open.caller.peer && caller.role < Role::Administer {
            return Err(ApiError::NotAllowed { needs: Role::Administer, action: None });
        }
        self.end_portal(&mut exemption, PortalEnd::Asked);
        Ok(())
    }

    /// Ends the exemption if its user has no right to open a kill switch that needs this action.
    pub(super) fn close_portal_without(&self, action: Action) {
        let mut exemption = self.portal.lock();
        if exemption.open.as_ref().is_some_and(|open| rights::check(&open.caller, Some(action)).is_err()) {
            self.end_portal(&mut exemption, PortalEnd::Asked);
        }
    }

    /// Returns true if the exemption lasts and its user may open each kill switch that is closed now.
    fn may_use_portal(&self, open: &Open) -> bool {
        self.clock.now() < open.until && rights::check(&open.caller, self.lock().to_open_portal()).is_ok()
    }

    /// Removes the way to a captive portal that a killed predecessor left open.
    pub(super) fn close_left_portal(&self) {
        if let Err(error) = self.platform.network.set_portal(None) {
            self.event_log.write(None, LogCode::PortalNotClosed { error: LogText::of(error) });
        }
    }

    /// Starts the thread that ends exemptions which the rules' controller has ended.
    pub(super) fn start_portal(self: &Arc<Self>) -> Result<(), ApiError> {
        self.spawn("portal", |inner| {
            loop {
                match inner.portal.heard.next(None) {
                    Some(Heard::Over(end)) => inner.close_portal(end),
                    Some(Heard::Look) | None => {
                        let mut exemption = inner.portal.lock();
                        let needed = inner.lock().to_open_portal();
                        if exemption.open.as_ref().is_some_and(|open| rights::check(&open.caller, needed).is_err()) {
                            inner.end_portal(&mut exemption, PortalEnd::Asked);
                        }
                        if exemption.told != news(&inner.view_of_portal(&exemption)) {
                            inner.tell_of_portal(&mut exemption);
                        }
                    }
                    Some(Heard::Leave) => return,
                }
            }
        })
    }

    /// Ends the exemption and the thread.
    pub(super) fn leave_portal(&self) {
        self.close_portal(PortalEnd::ServiceEnded);
        self.portal.heard.push(Heard::Leave);
    }

    fn end_portal(&self, exemption: &mut Exemption, end: PortalEnd) {
        let Some(open) = exemption.open.take() else { return };
        self.close_left_portal();
        if let Some(hang_up) = open.hang_up {
            hang_up();
        }
        self.tell_desk_of_portal(UserAction::ClosePortal);
        exemption.last_end = Some(end);
        self.event_log.write(None, LogCode::PortalClosed { end });
        self.tell_of_portal(exemption);
    }

    /// Opens the way to these addresses for this time, or changes it.
    fn set_portal(&self, addresses: &BTreeSet<IpAddr>, time: Duration) -> Result<(), ApiError> {
        let open = PortalExemption { addresses: addresses.clone(), until: SystemInstant::now() + time };
        self.platform.network.set_portal(Some(&open)).map_err(|error| refusal::of_network(&error))
    }

    fn tell_desk_of_portal(&self, action: UserAction) {
        self.tell_desk_by_hand(Input::User(action));
    }

    fn tell_of_portal(&self, exemption: &mut Exemption) {
        let portal = self.view_of_portal(exemption);
        exemption.told = news(&portal);
        self.sink.publish(Event::PortalChanged { portal });
    }
}

impl Manager {
    /// Sets the path at which programs join an exemption. Without it, none can be opened.
    pub fn set_portal_channel(&self, path: PathBuf) {
        self.inner.portal.lock().channel = Some(path);
    }

    /// Returns true if an exemption waits for a program of this user.
    pub fn awaits_portal_program(&self, user: &PeerId) -> bool {
        let exemption = self.inner.portal.lock();
        exemption.open.as_ref().is_some_and(|open| open.token.is_some() && open.caller.peer.as_ref() == Some(user))
    }

    /// Begins the exemption for the program of this user that knows the token, which is valid once. `hang_up` ends the program's
    /// connection when the exemption ends. None: there is no such exemption.
    pub fn join_portal(&self, user: &PeerId, token: &str, hang_up: impl FnOnce() + Send + 'static) -> Option<PortalSession> {
        let inner = &self.inner;
        let mut exemption = inner.portal.lock();
        let open = exemption.open.as_mut()?;
        if open.caller.peer.as_ref() != Some(user) || open.token.as_deref() != Some(token) {
            return None;
        }
        if inner.lock().closing || !inner.may_use_portal(open) {
            return None;
        }
        if let Err(error) = inner.set_portal(&open.addresses, open.time) {
            inner.event_log.write(None, LogCode::PortalNotOpened { error: LogText::of(error) });
            inner.end_portal(&mut exemption, PortalEnd::ServiceEnded);
            return None;
        }
        open.token = None;
        open.hang_up = Some(Box::new(hang_up));
        open.until = inner.clock.now() + open.time;
        let (number, time) = (open.number, open.time);
        inner.tell_desk_of_portal(UserAction::OpenPortal(time));
        inner.tell_of_portal(&mut exemption);
        Some(PortalSession::new(Arc::clone(inner), number))
    }
}

/// Returns the part that clients are told of when it changes by itself.
fn news(portal: &PortalView) -> Option<(String, bool)> {
    portal.captive.as_ref().map(|interface| (interface.clone(), portal.is_shut_out))
}

/// Returns 128 random bits as text.
fn random_token() -> Result<String, ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| ApiError::Io { doing: "getting random numbers".into(), detail: error.to_string() })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
