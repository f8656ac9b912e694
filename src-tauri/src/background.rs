//! The app's work beside its window: the icon in the tray, notifications, and what the user chooses in both.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use adit_api::{Request, Response, TunnelId};
use adit_bridge::{Bridge, RpcError};
use adit_words::{NoticeText, Words};
use tauri::{AppHandle, Manager as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::known::{Known, News};
use crate::notices::{Click, Notification, Sender, Watch, is_wanted};
use crate::places::Place;
use crate::settings::SettingsStore;
use crate::tray::look::{Choice, look};
use crate::tray::{Presence, Tray, TrayEvent};
use crate::{opened, places, window};

/// Time between two looks at the clock, where spans of time are shown.
const TICK: Duration = Duration::from_secs(1);
/// Time for a tray to start, at login or after another one has gone, before a hidden window comes out.
const GRACE: Duration = Duration::from_secs(5);
/// Time for the first news of the service, before the icon says that there is none.
const FIRST_NEWS: Duration = Duration::from_secs(2);

/// Everything that a choice of the user needs.
#[derive(Clone)]
struct Background {
    app: AppHandle,
    bridge: Bridge,
    words: Arc<Words>,
    sender: Arc<Sender>,
}

/// Runs until the app ends. `news` is what the app learns about the service.
pub(crate) async fn run(app: AppHandle, bridge: Bridge, words: Arc<Words>, mut news: UnboundedReceiver<News>, is_hidden: bool) {
    let presence = app.state::<Presence>().inner().clone();
    let (tray_sender, mut tray_events) = unbounded_channel();
    let (click_sender, mut clicks) = unbounded_channel();
    let background = Background { app, bridge, words, sender: Arc::new(Sender::new(click_sender)) };
    let (mut known, mut watch) = (Known::default(), Watch::default());
    if is_hidden {
        background.come_out_without_tray(&presence);
    }
    // The first picture is that of the service, if it answers soon.
    if let Ok(Some(first)) = tokio::time::timeout(FIRST_NEWS, news.recv()).await {
        known.learn(&first);
        background.notify(watch.see(&known, Some(&first), now()));
    }
    let tray = Tray::show(look(&known, now(), &background.words), &presence, tray_sender);
    loop {
        let latest = tokio::select! {
            Some(latest) = news.recv() => Some(latest),
            Some(event) = tray_events.recv() => {
                background.handle(event, &presence);
                continue;
            }
            Some(Click { tunnel, token }) = clicks.recv() => {
                background.go(Place::Tunnel { id: tunnel, turn_on: false }, token);
                continue;
            }
            () = tokio::time::sleep(TICK), if known.depends_on_time() => None,
            else => return,
        };
        if let Some(latest) = &latest {
            known.learn(latest);
        }
        background.notify(watch.see(&known, latest.as_ref(), now()));
        tray.change(look(&known, now(), &background.words));
    }
}

impl Background {
    fn handle(&self, event: TrayEvent, presence: &Presence) {
        match event {
            TrayEvent::Chosen { choice, token } => {
                let background = self.clone();
                // The service takes its time to turn a tunnel on.
                tauri::async_runtime::spawn(async move { background.carry_out(choice, token).await });
            }
            TrayEvent::Gone => self.come_out_without_tray(presence),
        }
    }

    /// Shows a hidden window if there is no tray in a while.
    fn come_out_without_tray(&self, presence: &Presence) {
        let (app, presence) = (self.app.clone(), presence.clone());
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(GRACE).await;
            if !presence.is_there() && window::is_hidden(&app) {
                window::show(&app, None);
            }
        });
    }

    async fn carry_out(&self, choice: Choice, token: Option<String>) {
        match choice {
            Choice::TurnOn(id) => {
                let refused = self.ask(Request::Connect { id, despite_conflicts: false }).await;
                if refused.is_some() {
                    // The page asks what the service wants to know, or shows why not.
                    self.go(Place::Tunnel { id, turn_on: true }, token);
                }
            }
            Choice::TurnOff(id) => self.switch(id, Request::Disconnect { id }).await,
            Choice::Pause { id, seconds } => self.switch(id, Request::Pause { id, seconds: Some(seconds) }).await,
            Choice::Resume(id) => self.switch(id, Request::Resume { id }).await,
            Choice::Open => window::show(&self.app, token),
            Choice::Import => {
                window::show(&self.app, token);
                let title = self.words.tray(&adit_words::TrayText::Import);
                opened::choose(&self.app, title);
            }
            Choice::About => self.go(Place::Settings, token),
            Choice::Quit => self.app.exit(0),
        }
    }

    /// Sends a request, and tells why it was not done.
    async fn switch(&self, id: TunnelId, request: Request) {
        let Some(error) = self.ask(request).await else { return };
        let text = match error {
            RpcError::Refused { error } => NoticeText::Refused(error),
            RpcError::Unreachable { .. } => NoticeText::NotReached,
        };
        let tunnel = match self.bridge.ask(Request::Tunnel { id }).await {
            Ok(Response::Tunnel(tunnel)) => tunnel.name.to_string(),
            Ok(_) | Err(_) => "Adit".to_owned(),
        };
        self.sender.send(&Notification { id, tunnel, text }, &self.words).await;
    }

    /// Sends a request, and returns why it was not carried out.
    async fn ask(&self, request: Request) -> Option<RpcError> {
        self.bridge.ask(request).await.err()
    }

    fn go(&self, place: Place, token: Option<String>) {
        window::show(&self.app, token);
        places::show(&self.app, place);
    }

    fn notify(&self, notifications: Vec<Notification>) {
        if notifications.is_empty() {
            return;
        }
        let settings = self.app.state::<SettingsStore>().settings();
        let is_watched = window::has_focus(&self.app);
        for notification in notifications.into_iter().filter(|it| is_wanted(&it.text, &settings, is_watched)) {
            let background = self.clone();
            tauri::async_runtime::spawn(async move { background.sender.send(&notification, &background.words).await });
        }
    }
}

/// Returns the present time, Unix milliseconds.
fn now() -> u64 {
    let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}
