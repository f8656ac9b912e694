//! Hands notifications to the desktop, and learns which of them the user clicks (`org.freedesktop.Notifications`, Desktop
//! Notifications Specification 1.2).

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use adit_api::TunnelId;
use adit_words::{NoticeText, RuleAct, Words};
use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use tauri::{AppHandle, Manager as _};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, Variant};

use super::{Notification, said};
use crate::instance::ActivationToken;
use crate::settings::SettingsStore;

/// The bus itself, and its signal that another program owns a name.
const BUS: &str = "org.freedesktop.DBus";
const OWNER: &str = "NameOwnerChanged";
const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// Time for the desktop to take a notification: it may have to start the program that shows them.
const PATIENCE: Duration = Duration::from_secs(25);
/// The most notifications whose clicks are known. Desktops need not say that one is gone.
const MOST: usize = 64;
/// The action of a click on the notification itself.
const CLICK: &str = "default";
/// The app's icon and, without its ending, its desktop entry, by which desktops know the app.
const APP_ID: &str = "io.adit.app";

/// A click on a notification.
#[derive(Debug)]
pub(crate) struct Click {
    pub(crate) tunnel: TunnelId,
    /// Lets the window come to the front.
    pub(crate) token: Option<ActivationToken>,
}

/// The way to the desktop's notifications.
#[derive(Debug)]
pub(crate) struct Sender {
    clicks: UnboundedSender<Click>,
    /// The connection to the desktop; None: there is none yet, or it failed.
    desktop: Option<Desktop>,
    has_failed: bool,
}

impl Sender {
    /// Sends all clicks to `clicks`.
    pub(crate) fn new(clicks: UnboundedSender<Click>) -> Self {
        Self { clicks, desktop: None, has_failed: false }
    }

    /// Shows notifications one after the other, because the last one about a tunnel stays.
    pub(crate) async fn run(mut self, mut notifications: UnboundedReceiver<Notification>, app: AppHandle) {
        while let Some(notification) = notifications.recv().await {
            let words = app.state::<SettingsStore>().words();
            self.send(&notification, &words).await;
        }
    }

    /// Shows a notification. A desktop that shows none is named once, on the standard error output.
    async fn send(&mut self, notification: &Notification, words: &Words) {
        let problem = match tokio::time::timeout(PATIENCE, self.try_send(notification, words)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the desktop does not answer".to_owned(),
        };
        if !std::mem::replace(&mut self.has_failed, true) {
            eprintln!("adit-app: no notifications: {problem}");
        }
    }

    async fn try_send(&mut self, notification: &Notification, words: &Words) -> zbus::Result<()> {
        // One that fails is connected anew for the next notification.
        let connected = match self.desktop.take() {
            Some(desktop) => desktop,
            None => Desktop::connect(self.clicks.clone()).await?,
        };
        connected.show(notification, words).await?;
        self.desktop = Some(connected);
        Ok(())
    }
}

/// A connection to the desktop.
#[derive(Debug)]
struct Desktop {
    connection: Connection,
    /// True if the desktop tells what the user clicks. One that cannot might show the action as a button.
    has_actions: bool,
    shown: Arc<Mutex<Shown>>,
    listener: tokio::task::JoinHandle<()>,
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Desktop {
    async fn connect(clicks: UnboundedSender<Click>) -> zbus::Result<Self> {
        let connection = Connection::session().await?;
        // A desktop that does not tell what it can do may show notifications nevertheless.
        let capabilities: Vec<String> = call(&connection, "GetCapabilities", &()).await.unwrap_or_default();
        let has_actions = capabilities.iter().any(|capability| capability == "actions");
        let shown = Arc::<Mutex<Shown>>::default();
        // All its signals on one stream, because their order counts.
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(NAME).interface(NAME).path(PATH).build()?;
        let signals = MessageStream::for_match_rule(rule, &connection, None).await?;
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(BUS).interface(BUS).member(OWNER).arg(0, NAME).build()?;
        let owners = MessageStream::for_match_rule(rule, &connection, None).await?;
        let listener = tokio::spawn(listen(stream::select(signals, owners), Arc::clone(&shown), clicks));
        Ok(Self { connection, has_actions, shown, listener })
    }

    async fn show(&self, notification: &Notification, words: &Words) -> zbus::Result<()> {
        let (heading, text) = said(notification, words);
        let open = words.notice_action();
        let actions: &[&str] = if self.has_actions { &[CLICK, &open] } else { &[] };
        let hints =
            HashMap::from([("urgency", Variant::from(urgency(&notification.text))), ("desktop-entry", Variant::from(APP_ID))]);
        // A click waits until its notification is known.
        let mut shown = self.shown.lock().await;
        let topic = topic(&notification.text);
        let replaced = shown.number(notification.id, topic).unwrap_or_default();
        let body = ("Adit", replaced, APP_ID, heading, escaped(&text), actions, hints, -1_i32);
        let id: u32 = call(&self.connection, "Notify", &body).await?;
        shown.add(id, notification.id, topic);
        Ok(())
    }
}

async fn call<A: serde::de::DeserializeOwned + zbus::wire::Type>(
    connection: &Connection,
    method: &str,
    body: &(impl serde::Serialize + zbus::DynamicType),
) -> zbus::Result<A> {
    connection.call_method(Some(NAME), PATH, Some(NAME), method, body).await?.body().deserialize()
}

/// Hands clicks on until the connection ends.
async fn listen(
    mut signals: impl Stream<Item = zbus::Result<Message>> + Unpin,
    shown: Arc<Mutex<Shown>>,
    clicks: UnboundedSender<Click>,
) {
    while let Some(signal) = signals.next().await {
        // One that cannot be read says nothing about the next one.
        let Ok(signal) = signal else { continue };
        if let Some(click) = shown.lock().await.take_in(&signal) {
            // The receiver ends only with the app.
            let _ = clicks.send(click);
        }
    }
}

/// The subject of a notification. A new one about the same tunnel and subject takes the place of the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Topic {
    State,
    /// Its age does not hide that the tunnel is blocked.
    Key,
}

fn topic(text: &NoticeText) -> Topic {
    match text {
        NoticeText::Up
        | NoticeText::Down(_)
        | NoticeText::ByRules { .. }
        | NoticeText::ByFailover { .. }
        | NoticeText::Silent(_)
        | NoticeText::Answers
        | NoticeText::Blocked
        | NoticeText::Refused(_)
        | NoticeText::NotReached(_) => Topic::State,
        NoticeText::KeyOld(_) | NoticeText::PresharedKeyOld(_) => Topic::Key,
    }
}

/// The notifications on the screen.
#[derive(Debug, Default)]
struct Shown {
    /// In the order in which they came.
    tunnels: VecDeque<(u32, TunnelId, Topic)>,
    /// Tokens of clicks; each comes before its click.
    tokens: BTreeMap<u32, ActivationToken>,
}

impl Shown {
    fn add(&mut self, number: u32, tunnel: TunnelId, topic: Topic) {
        self.forget(number);
        self.tunnels.push_back((number, tunnel, topic));
        if self.tunnels.len() > MOST
            && let Some((oldest, ..)) = self.tunnels.pop_front()
        {
            self.tokens.remove(&oldest);
        }
    }

    fn forget(&mut self, number: u32) {
        self.tunnels.retain(|(shown, ..)| *shown != number);
        self.tokens.remove(&number);
    }

    fn tunnel(&self, number: u32) -> Option<TunnelId> {
        self.tunnels.iter().find(|(shown, ..)| *shown == number).map(|(_, tunnel, _)| *tunnel)
    }

    /// Returns the number of the notification that a new one replaces.
    fn number(&self, tunnel: TunnelId, topic: Topic) -> Option<u32> {
        let found = self.tunnels.iter().rev().find(|(_, of, about)| (*of, *about) == (tunnel, topic));
        found.map(|(number, ..)| *number)
    }

    /// Takes a signal in. Returns the click that it is.
    fn take_in(&mut self, signal: &Message) -> Option<Click> {
        let header = signal.header();
        let body = signal.body();
        match header.member()?.as_str() {
            "ActivationToken" => {
                let (id, token) = body.deserialize::<(u32, String)>().ok()?;
                if self.tunnel(id).is_some() {
                    self.tokens.insert(id, ActivationToken::new(token));
                }
                None
            }
            "ActionInvoked" => {
                let (id, action) = body.deserialize::<(u32, String)>().ok()?;
                let token = self.tokens.remove(&id);
                let tunnel = self.tunnel(id).filter(|_| action == CLICK)?;
                Some(Click { tunnel, token })
            }
            "NotificationClosed" => {
                let (id, _reason) = body.deserialize::<(u32, u32)>().ok()?;
                self.forget(id);
                None
            }
            OWNER => {
                let (_name, before, _after) = body.deserialize::<(String, String, String)>().ok()?;
                // The program that showed them has ended, and the next one counts from the beginning.
                if !before.is_empty() {
                    *self = Self::default();
                }
                None
            }
            _ => None,
        }
    }
}

/// The urgency: 0 low, 1 normal, 2 critical.
fn urgency(text: &NoticeText) -> u8 {
    match text {
        // It stays until the user has seen it.
        NoticeText::Blocked => 2,
        NoticeText::Up
        | NoticeText::ByRules { act: RuleAct::On, .. }
        | NoticeText::ByFailover { act: RuleAct::On, .. }
        | NoticeText::Answers => 0,
        _ => 1,
    }
}

/// Writes a text so that a desktop shows it as it is, instead of taking parts of it for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::samples::id;

    fn signal<B: serde::Serialize + zbus::DynamicType>(member: &str, body: &B) -> Message {
        Message::signal(PATH, NAME, member).build(body).unwrap()
    }

    fn owner_changed(before: &str, after: &str) -> Message {
        Message::signal("/org/freedesktop/DBus", BUS, OWNER).build(&(NAME, before, after)).unwrap()
    }

    #[test]
    fn a_click_on_a_notification_is_one_on_its_tunnel_and_brings_its_token() {
        let mut shown = Shown::default();
        shown.add(7, id(1), Topic::State);
        shown.add(8, id(2), Topic::State);
        assert!(shown.take_in(&signal("ActivationToken", &(8_u32, "token"))).is_none());
        let click = shown.take_in(&signal("ActionInvoked", &(8_u32, "default"))).unwrap();
        assert_eq!((click.tunnel, click.token), (id(2), Some(ActivationToken::new("token".into()))));
        let click = shown.take_in(&signal("ActionInvoked", &(7_u32, "default"))).unwrap();
        assert_eq!((click.tunnel, click.token), (id(1), None));
    }

    #[test]
    fn clicks_on_other_notifications_and_signals_of_another_form_are_nothing() {
        let mut shown = Shown::default();
        shown.add(7, id(1), Topic::State);
        assert!(shown.take_in(&signal("ActionInvoked", &(9_u32, "default"))).is_none(), "another program's");
        assert!(shown.take_in(&signal("ActionInvoked", &(7_u32, "settings"))).is_none());
        assert!(shown.take_in(&signal("ActionInvoked", &("7",))).is_none());
        assert!(shown.take_in(&signal("Invented", &(7_u32, "default"))).is_none());
        assert!(shown.take_in(&signal("NotificationClosed", &(7_u32, 2_u32))).is_none());
        assert!(shown.take_in(&signal("ActionInvoked", &(7_u32, "default"))).is_none(), "it is gone");
    }

    #[test]
    fn a_new_notification_takes_the_place_of_the_last_about_the_same_tunnel_unless_that_is_about_a_key() {
        let mut shown = Shown::default();
        shown.add(7, id(1), Topic::State);
        shown.add(8, id(1), Topic::Key);
        shown.add(9, id(2), Topic::State);
        assert_eq!(shown.number(id(1), topic(&NoticeText::Blocked)), Some(7));
        assert_eq!(shown.number(id(1), topic(&NoticeText::KeyOld(1))), Some(8));
        assert_eq!(shown.number(id(2), topic(&NoticeText::KeyOld(1))), None);
        shown.take_in(&signal("NotificationClosed", &(7_u32, 2_u32)));
        assert_eq!(shown.number(id(1), Topic::State), None, "the user has closed it");
    }

    #[test]
    fn after_a_restart_of_the_desktop_nothing_of_before_is_replaced_or_clicked() {
        let mut shown = Shown::default();
        shown.add(7, id(1), Topic::State);
        assert!(shown.take_in(&owner_changed("", ":1.5")).is_none());
        assert_eq!(shown.number(id(1), Topic::State), Some(7), "the first notification starts the program that shows it");
        assert!(shown.take_in(&owner_changed(":1.5", "")).is_none());
        assert_eq!(shown.number(id(1), Topic::State), None);
        assert!(shown.take_in(&signal("ActionInvoked", &(7_u32, "default"))).is_none());
    }

    #[test]
    fn a_desktop_that_never_says_that_a_notification_is_gone_fills_no_memory() {
        let mut shown = Shown::default();
        for number in 0..1_000 {
            shown.add(number, id(1), Topic::State);
            shown.take_in(&signal("ActivationToken", &(number, "token")));
        }
        assert_eq!((shown.tunnels.len(), shown.tokens.len()), (MOST, MOST));
        assert!(shown.take_in(&signal("ActionInvoked", &(999_u32, "default"))).is_some());
    }

    #[test]
    fn the_oldest_notifications_are_forgotten_and_not_those_with_the_lowest_numbers() {
        let mut shown = Shown::default();
        let most = u32::try_from(MOST).unwrap();
        (1_000..1_000 + most).for_each(|number| shown.add(number, id(1), Topic::State));
        shown.add(1, id(2), Topic::State);
        assert_eq!((shown.tunnel(1), shown.tunnel(1_000), shown.tunnel(1_001)), (Some(id(2)), None, Some(id(1))));
        shown.add(1_001, id(3), Topic::State);
        assert_eq!((shown.tunnel(1_001), shown.tunnels.len()), (Some(id(3)), MOST));
    }
}
