//! A desktop without a screen: a session bus of its own with what desktops offer on it, a tray (`org.kde.StatusNotifierWatcher`),
//! notifications (`org.freedesktop.Notifications`) and pictures of the screen (`org.freedesktop.portal.Screenshot`).

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::Runtime;
use zbus::wire::{Structure, Variant};
use zbus::{Connection, DynamicType, OwnedVariant};

use crate::process::wait_for;
use crate::{Lab, Process};

/// Time for one step: a program to start, an item to change.
const PATIENCE: Duration = Duration::from_secs(30);

/// The name of the program that shows notifications, and its object.
const NOTIFIER: &str = "org.freedesktop.Notifications";
const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";

/// A bus that starts no other programs.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The bus. It ends when this is dropped.
pub struct Desktop {
    address: String,
    runtime: Runtime,
    _bus: Process,
}

impl Desktop {
    /// Starts the bus, with nothing on it.
    pub fn start(lab: &Lab) -> anyhow::Result<Self> {
        let socket = lab.file("session-bus");
        let config = lab.write("session-bus.conf", &BUS.replace("SOCKET", &socket.display().to_string()))?;
        let arguments = ["--nofork".to_owned(), "--nopidfile".to_owned(), format!("--config-file={}", config.display())];
        let bus = Process::start("dbus-daemon".as_ref(), arguments, &[], &lab.file("session-bus.log"))?;
        // Its file is there before it listens.
        wait_for("the session bus", PATIENCE, || UnixStream::connect(&socket).ok())?;
        let runtime = Runtime::new()?;
        Ok(Self { address: format!("unix:path={}", socket.display()), runtime, _bus: bus })
    }

    /// Returns the address, the value of `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Starts a tray. It ends when the result is dropped.
    pub fn tray(&self) -> anyhow::Result<Tray<'_>> {
        let watcher = Watcher::default();
        let items = Arc::clone(&watcher.0);
        let connection = self.serve("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", watcher)?;
        Ok(Tray { desktop: self, items, connection })
    }

    /// Starts to take notifications. Ends when the result is dropped.
    pub fn notifications(&self) -> anyhow::Result<Notifications<'_>> {
        self.notifier(true)
    }

    /// Does the same on a desktop that tells nobody what the user clicks.
    pub fn notifications_without_actions(&self) -> anyhow::Result<Notifications<'_>> {
        self.notifier(false)
    }

    fn notifier(&self, has_actions: bool) -> anyhow::Result<Notifications<'_>> {
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        let server = Server { taken: Arc::clone(&taken), has_actions };
        let connection = self.serve(NOTIFIER, NOTIFICATIONS, server)?;
        Ok(Notifications { desktop: self, taken, connection })
    }

    /// Starts a portal whose user takes a picture of the screen, with this file as the result, or cancels (None).
    pub fn portal(&self, picture: Option<&Path>) -> anyhow::Result<Portal> {
        let uri = picture.map(|file| format!("file://{}", file.display()));
        let asked = Arc::default();
        let screenshot = Screenshot { uri, asked: Arc::clone(&asked) };
        let connection = self.serve("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", screenshot)?;
        Ok(Portal { asked, _connection: connection })
    }

    fn serve<I: zbus::object_server::Interface>(&self, name: &str, path: &str, interface: I) -> anyhow::Result<Connection> {
        let builder = zbus::connection::Builder::address(self.address.as_str()).serve_at(path, interface).name(name);
        // Tasks of the connection run on the threads of this runtime.
        Ok(self.runtime.block_on(builder.build())?)
    }
}

/// The items that registered, by the name or unique name of their program.
#[derive(Default)]
struct Watcher(Arc<Mutex<Vec<String>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(&self, service: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(service);
    }

    #[zbus(property)]
    async fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    async fn protocol_version(&self) -> i32 {
        0
    }
}

/// A tray.
pub struct Tray<'desktop> {
    desktop: &'desktop Desktop,
    items: Arc<Mutex<Vec<String>>>,
    connection: Connection,
}

/// An item of a menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MenuItem {
    /// The number for [`Tray::click`].
    pub id: i32,
    /// The text; empty for a separator.
    pub label: String,
    /// True if it can be chosen.
    pub is_enabled: bool,
    /// Its icon, a PNG file; empty if it has none.
    pub icon: Vec<u8>,
    /// Whether its check mark is set; None if it has none.
    pub is_checked: Option<bool>,
    /// The items of its submenu.
    pub items: Vec<Self>,
}

impl Tray<'_> {
    /// Waits for an icon and returns the name of its program.
    pub fn item(&self) -> anyhow::Result<String> {
        let last = || self.items.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
        wait_for("an icon in the tray", PATIENCE, last)
    }

    /// Returns how many icons have come so far.
    pub fn icons(&self) -> usize {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Reads the menu of the icon (`com.canonical.dbusmenu`).
    pub fn menu(&self) -> anyhow::Result<Vec<MenuItem>> {
        let menu: (u32, Layout) = self.call("/MenuBar", "com.canonical.dbusmenu", "GetLayout", &(0, -1, Vec::<String>::new()))?;
        let (_, (_, _, children)) = menu;
        children.into_iter().map(|child| menu_item(Variant::from(child))).collect()
    }

    /// Waits until the menu has an item like this one, and returns it.
    pub fn wait_for_item(&self, what: &str, is_wanted: impl Fn(&MenuItem) -> bool) -> anyhow::Result<MenuItem> {
        let found = wait_for(what, PATIENCE, || self.menu().ok()?.into_iter().find(&is_wanted));
        found.with_context(|| format!("the menu is {:#?}", self.menu()))
    }

    /// Chooses an item of the menu.
    pub fn click(&self, item: &MenuItem) -> anyhow::Result<()> {
        let event = (item.id, "clicked", Variant::from(0_i32), 0_u32);
        self.call("/MenuBar", "com.canonical.dbusmenu", "Event", &event)
    }

    /// Clicks the icon itself.
    pub fn activate(&self) -> anyhow::Result<()> {
        self.call("/StatusNotifierItem", "org.kde.StatusNotifierItem", "Activate", &(0, 0))
    }

    /// Returns the pictures of the icon: width, height, and pixels as alpha, red, green, blue.
    pub fn icon(&self) -> anyhow::Result<Vec<(i32, i32, Vec<u8>)>> {
        let property = ("org.kde.StatusNotifierItem", "IconPixmap");
        let value: OwnedVariant = self.call("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", &property)?;
        let Variant::Array(pictures) = Variant::from(value) else { anyhow::bail!("no pictures") };
        let picture =
            |picture: &Variant<'_>| anyhow::Ok(<(i32, i32, Vec<u8>)>::try_from(Structure::try_from(picture.try_clone()?)?)?);
        pictures.inner().iter().map(picture).collect()
    }

    /// Returns the text of the tooltip.
    pub fn tooltip(&self) -> anyhow::Result<String> {
        let property = ("org.kde.StatusNotifierItem", "ToolTip");
        let value: OwnedVariant = self.call("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", &property)?;
        let fields = Structure::try_from(Variant::from(value))?.into_fields();
        Ok(fields.into_iter().nth(3).context("no text")?.downcast()?)
    }

    fn call<A: serde::de::DeserializeOwned + DynamicType + zbus::wire::Type>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &(impl serde::Serialize + DynamicType),
    ) -> anyhow::Result<A> {
        let item = self.item()?;
        let call = self.connection.call_method(Some(item.as_str()), path, Some(interface), method, body);
        let answer = self.desktop.runtime.block_on(async { tokio::time::timeout(PATIENCE, call).await })??;
        Ok(answer.body().deserialize()?)
    }
}

type Layout = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

fn menu_item(value: Variant<'_>) -> anyhow::Result<MenuItem> {
    let mut fields = Structure::try_from(value)?.into_fields().into_iter();
    let mut field = || fields.next().context("an item has three fields");
    let id = field()?.downcast()?;
    let properties: HashMap<String, OwnedVariant> = field()?.downcast()?;
    let items: Vec<OwnedVariant> = field()?.downcast()?;
    let text = |name: &str| properties.get(name).and_then(|value| String::try_from(value.try_clone().ok()?).ok());
    Ok(MenuItem {
        id,
        label: text("label").unwrap_or_default(),
        icon: properties
            .get("icon-data")
            .and_then(|value| Variant::from(value.try_clone().ok()?).downcast().ok())
            .unwrap_or_default(),
        is_enabled: properties.get("enabled").is_none_or(|value| **value != Variant::Bool(false)),
        is_checked: text("toggle-type").map(|_| properties.get("toggle-state").is_some_and(|value| **value == Variant::I32(1))),
        items: items.into_iter().map(|item| menu_item(Variant::from(item))).collect::<anyhow::Result<_>>()?,
    })
}

/// A notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Its number; the same as that of the notification that it replaces.
    pub number: u32,
    /// The number of the notification that it replaces; 0 for none.
    pub replaced: u32,
    /// The program's name.
    pub program: String,
    /// The name of its icon.
    pub icon: String,
    /// The hint `desktop-entry`.
    pub desktop_entry: Option<String>,
    /// The hint `urgency`: 0 low, 1 normal, 2 critical.
    pub urgency: Option<u8>,
    /// The heading.
    pub heading: String,
    /// The text.
    pub text: String,
    /// The keys of its actions and their names, by turns.
    pub actions: Vec<String>,
}

/// The program that shows notifications.
struct Server {
    taken: Arc<Mutex<Vec<Taken>>>,
    has_actions: bool,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "the interface's")]
    async fn notify(
        &self,
        program: String,
        replaced: u32,
        icon: String,
        heading: String,
        text: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        _milliseconds: i32,
    ) -> u32 {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let next = taken.iter().map(|taken| taken.number).max().unwrap_or_default() + 1;
        let number = if replaced == 0 { next } else { replaced };
        let desktop_entry = hints.get("desktop-entry").and_then(|hint| String::try_from(hint.try_clone().ok()?).ok());
        let urgency = hints.get("urgency").and_then(|hint| u8::try_from(hint.try_clone().ok()?).ok());
        taken.push(Taken { number, replaced, program, icon, desktop_entry, urgency, heading, text, actions });
        number
    }

    async fn get_capabilities(&self) -> Vec<String> {
        let actions = self.has_actions.then_some("actions");
        ["body"].into_iter().chain(actions).map(str::to_owned).collect()
    }
}

/// The notifications of a desktop.
pub struct Notifications<'desktop> {
    desktop: &'desktop Desktop,
    taken: Arc<Mutex<Vec<Taken>>>,
    connection: Connection,
}

impl Notifications<'_> {
    /// Returns all notifications so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the notifications on the screen: those that no later one has replaced.
    pub fn shown(&self) -> Vec<Taken> {
        let taken = self.taken();
        let is_last = |place: usize| taken[place + 1..].iter().all(|later| later.number != taken[place].number);
        (0..taken.len()).filter(|place| is_last(*place)).map(|place| taken[place].clone()).collect()
    }

    /// Waits for a notification with this heading, and returns its text.
    pub fn wait_for(&self, heading: &str) -> anyhow::Result<String> {
        let found = || self.taken().into_iter().find(|taken| taken.heading == heading).map(|taken| taken.text);
        wait_for(heading, PATIENCE, found).with_context(|| format!("the notifications are {:#?}", self.taken()))
    }

    /// Clicks the notification with this heading.
    pub fn click(&self, heading: &str) -> anyhow::Result<()> {
        let number = self.shown().iter().find(|taken| taken.heading == heading).context("no such notification")?.number;
        let signal = |member, value| {
            let body = (number, value);
            self.desktop.runtime.block_on(self.connection.emit_signal(None::<&str>, NOTIFICATIONS, NOTIFIER, member, &body))
        };
        signal("ActivationToken", "a token of Wayland")?;
        Ok(signal("ActionInvoked", "default")?)
    }
}

/// A portal. Ends when it is dropped.
pub struct Portal {
    asked: Arc<Mutex<Vec<bool>>>,
    _connection: Connection,
}

impl Portal {
    /// Returns for each picture that was asked for whether the user had to agree.
    pub fn asked(&self) -> Vec<bool> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Screenshot {
    uri: Option<String>,
    asked: Arc<Mutex<Vec<bool>>>,
}

#[zbus::interface(name = "org.freedesktop.portal.Screenshot")]
impl Screenshot {
    async fn screenshot(
        &self,
        #[zbus(header)] header: zbus::message::Header<'_>,
        #[zbus(connection)] connection: &Connection,
        _parent: String,
        options: HashMap<String, OwnedVariant>,
    ) -> zbus::fdo::Result<zbus::wire::OwnedObjectPath> {
        let failed = |error: &dyn std::fmt::Display| zbus::fdo::Error::Failed(error.to_string());
        let text = |name: &str| options.get(name).and_then(|value| String::try_from(value.try_clone().ok()?).ok());
        let is_interactive = options.get("interactive").is_some_and(|value| **value == Variant::Bool(true));
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(is_interactive);
        let sender = header.sender().map(|name| name.trim_start_matches(':').replace('.', "_")).unwrap_or_default();
        let token = text("handle_token").unwrap_or_default();
        let handle = format!("/org/freedesktop/portal/desktop/request/{sender}/{token}");
        let results: HashMap<&str, Variant<'_>> = self.uri.iter().map(|uri| ("uri", Variant::from(uri.as_str()))).collect();
        let response = (u32::from(self.uri.is_none()), results);
        let (path, interface) = (handle.as_str(), "org.freedesktop.portal.Request");
        connection.emit_signal(None::<&str>, path, interface, "Response", &response).await.map_err(|error| failed(&error))?;
        zbus::wire::OwnedObjectPath::try_from(handle).map_err(|error| failed(&error))
    }

    #[zbus(property, name = "version")]
    async fn version(&self) -> u32 {
        2
    }
}
