//! The app's work beside its window: the icon in the tray, notifications, and what the user chooses in both.

use std::time::{Duration, SystemTime};

use adit_api::{ApiError, Request};
use adit_bridge::{Bridge, RpcError};
use adit_words::{NoticeText, TrayText};
use tauri::{AppHandle, Manager as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::instance::ActivationToken;
use crate::known::{Known, News};
use crate::notices::{Click, Notification, Sender, Watch, is_wanted};
use crate::places::Place;
use crate::settings::SettingsStore;
use crate::tray::look::{Choice, Look, active, look};
use crate::tray::{Presence, Tray, TrayEvent};
use crate::{follow, opened, places, window};

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
    notifications: UnboundedSender<Notification>,
}

/// Runs until the app ends. `news` is what the app learns about the service.
pub(crate) async fn run(app: AppHandle, bridge: Bridge, mut news: UnboundedReceiver<News>, is_hidden: bool) {
    let presence = app.state::<Presence>().inner().clone();
    let mut settings = app.state::<SettingsStore>().follow();
    let (tray_sender, mut tray_events) = unbounded_channel();
    let (click_sender, mut clicks) = unbounded_channel();
    let (notifications, to_send) = unbounded_channel();
    tauri::async_runtime::spawn(Sender::new(click_sender).run(to_send, app.clone()));
    let background = Background { app, bridge, notifications };
    let (mut known, mut watch) = (Known::default(), Watch::default());
    if is_hidden {
        background.come_out_without_tray(&presence);
    }
    // The first picture is that of the service, if it answers soon.
    let first = learn_state(&mut news, |first| {
        known.learn(first);
        background.notify(watch.see(&known, Some(first), now()));
    });
    // Without news in time the icon says so.
    let _ = tokio::time::timeout(FIRST_NEWS, first).await;
    let tray = Tray::show(background.look(&known), &presence, tray_sender);
    loop {
        let latest = tokio::select! {
            Some(latest) = news.recv() => Some(latest),
            // Another language, or the user wants an icon or none.
            Ok(()) = settings.changed() => None,
            Some(event) = tray_events.recv() => {
                background.handle(event, &known, &presence);
                continue;
            }
            Some(Click { tunnel, token }) = clicks.recv() => {
                background.go(Place::Tunnel { id: tunnel, turn_on: false }, token);
                continue;
            }
            () = tokio::time::sleep(TICK), if known.depends_on_time() || watch.is_waiting() => None,
            else => return,
        };
        if let Some(latest) = &latest {
            known.learn(latest);
        }
        background.notify(watch.see(&known, latest.as_ref(), now()));
        tray.change(background.look(&known));
    }
}

/// Takes news until the service is known to be there or away, or the news end.
async fn learn_state(news: &mut UnboundedReceiver<News>, mut take: impl FnMut(&News)) {
    while let Some(latest) = news.recv().await {
        take(&latest);
        if matches!(latest, News::There(_) | News::Away(_)) {
            return;
        }
    }
}

impl Background {
    /// Returns what the tray shows now; None if the user wants no icon.
    fn look(&self, known: &Known) -> Option<Look> {
        let settings = self.app.state::<SettingsStore>();
        settings.settings().show_tray.then(|| look(known, now(), &settings.words()))
    }

    fn handle(&self, event: TrayEvent, known: &Known, presence: &Presence) {
        match event {
            TrayEvent::Chosen { choice, token } => {
                let (background, known) = (self.clone(), known.clone());
                // The service takes its time to turn a tunnel on.
                tauri::async_runtime::spawn(async move { background.carry_out(choice, &known, token).await });
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

    /// `known`: the tunnels at the moment of the choice.
    async fn carry_out(&self, choice: Choice, known: &Known, token: Option<ActivationToken>) {
        let (id, request) = match choice {
            Choice::TurnOn(id) => (id, Request::Connect { id, despite_conflicts: false }),
            Choice::TurnOff(id) => (id, Request::Disconnect { id }),
            Choice::Pause { id, seconds } => (id, Request::Pause { id, seconds: Some(seconds) }),
            Choice::Resume(id) => (id, Request::Resume { id }),
            Choice::ResumeRules => {
                let Some(id) = known.governed() else { return };
                (id, Request::ResumeRules {})
            }
            Choice::Manage => {
                return match active(known) {
                    Some(id) => self.go(Place::Tunnel { id, turn_on: false }, token),
                    None => window::show(&self.app, token),
                };
            }
            Choice::Import => {
                window::show(&self.app, token);
                let title = self.app.state::<SettingsStore>().words().tray(&TrayText::Import);
                return opened::choose(&self.app, title);
            }
            Choice::About => return self.go(Place::About, token),
            Choice::Quit => return self.app.exit(0),
        };
        let Err(error) = self.bridge.ask(request).await else { return };
        if is_question(&error) {
            // The page makes the request again, and asks what the service wants to know.
            self.go(Place::Tunnel { id, turn_on: true }, token);
        } else if window::is_hidden(&self.app) {
            let text = match error {
                RpcError::Refused { error } => NoticeText::Refused(error),
                RpcError::Unreachable { .. } => NoticeText::NotReached(follow::away(&error)),
            };
            let tunnel = known.name(id).unwrap_or("Adit").to_owned();
            self.tell(Notification { id, tunnel, text });
        } else {
            self.go(Place::NotDone { id, why: Box::new(error) }, token);
        }
    }

    fn go(&self, place: Place, token: Option<ActivationToken>) {
        window::show(&self.app, token);
        places::show(&self.app, place);
    }

    fn notify(&self, notifications: Vec<Notification>) {
        if notifications.is_empty() {
            return;
        }
        let settings = self.app.state::<SettingsStore>().settings();
        let is_watched = window::has_focus(&self.app);
        notifications.into_iter().filter(|it| is_wanted(&it.text, &settings, is_watched)).for_each(|it| self.tell(it));
    }

    fn tell(&self, notification: Notification) {
        // The receiver ends only with the app.
        let _ = self.notifications.send(notification);
    }
}

/// Returns true if the service only wants to know something before it turns a tunnel on. The page asks for that.
fn is_question(error: &RpcError) -> bool {
    let RpcError::Refused { error } = error else { return false };
    matches!(
        error,
        ApiError::Conflict { .. }
            | ApiError::NeedsKey { .. }
            | ApiError::WrongKey { .. }
            | ApiError::HooksNotApproved { .. }
            | ApiError::HooksChanged { .. }
    )
}

/// Returns the present time, Unix milliseconds.
fn now() -> u64 {
    let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use adit_words::Away;

    use super::*;

    #[tokio::test]
    async fn the_first_picture_waits_until_the_service_is_known_to_be_there_or_away() {
        for last in [News::There(Vec::new()), News::Away(Away::NotRunning)] {
            let (sender, mut news) = unbounded_channel();
            for sent in [News::Failover(Vec::new()), News::Rules(Vec::new()), last, News::Rules(Vec::new())] {
                sender.send(sent).unwrap();
            }
            let mut taken = 0;
            learn_state(&mut news, |_| taken += 1).await;
            assert_eq!((taken, news.len()), (3, 1));
        }
    }

    #[tokio::test]
    async fn the_first_picture_does_not_wait_for_news_that_cannot_come() {
        let (sender, mut news) = unbounded_channel();
        drop(sender);
        learn_state(&mut news, |_| ()).await;
    }
}
