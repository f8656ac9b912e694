//! The icon as an `org.kde.StatusNotifierItem`, which trays of desktops on Linux show.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use ksni::menu::{CheckmarkItem, StandardItem, SubMenu};
use ksni::{Handle, Icon, MenuItem, OfflineReason, ToolTip, TrayMethods as _};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch::Receiver;

use super::icon::{self, Pixmap};
use super::look::{Badge, Choice, Item, Look};
use super::{Presence, TrayEvent};
use crate::instance::ActivationToken;

/// Time for the session bus and the tray to answer.
const PATIENCE: Duration = Duration::from_secs(25);
/// Time between two attempts to register the item.
const PAUSE: Duration = Duration::from_secs(10);

/// The item on the bus.
pub(super) struct Notifier {
    look: Look,
    icons: Vec<Icon>,
    presence: Presence,
    course: Arc<Course>,
    events: UnboundedSender<TrayEvent>,
}

/// The result for an item.
#[derive(Default)]
struct Course {
    /// There is no tray now.
    is_early: AtomicBool,
    /// The first registration is over.
    has_begun: AtomicBool,
    /// A tray that started later refused the item, which has ended.
    has_ended: Notify,
}

/// Shows the icon as long as there is somebody who can change it and wants it: registers the item, again where that fails.
pub(super) async fn run(mut looks: Receiver<Option<Look>>, presence: Presence, events: UnboundedSender<TrayEvent>) {
    let mut has_failed = false;
    loop {
        let Some(look) = looks.borrow_and_update().clone() else {
            if looks.changed().await.is_err() {
                return;
            }
            continue;
        };
        let course = Arc::<Course>::default();
        let end = match start(look, &course, &presence, events.clone()).await {
            Ok(handle) => follow(&mut looks, &handle, &course).await,
            Err(problem) => {
                if !std::mem::replace(&mut has_failed, true) {
                    eprintln!("adit-app: no icon in the tray yet: {problem}");
                }
                End::Failed
            }
        };
        presence.set(false);
        match end {
            End::App => return,
            // A window that is hidden comes out.
            End::Unwanted => drop(events.send(TrayEvent::Gone)),
            End::Failed => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// The reason why an item is no longer there.
enum End {
    /// The app ends.
    App,
    /// The user wants no icon.
    Unwanted,
    /// The tray or the bus does not have it any more.
    Failed,
}

/// Changes the item until it ends.
async fn follow(looks: &mut Receiver<Option<Look>>, handle: &Handle<Notifier>, course: &Course) -> End {
    loop {
        tokio::select! {
            changed = looks.changed() => {
                if changed.is_err() {
                    return End::App;
                }
                let look = looks.borrow_and_update().clone();
                let Some(look) = look else {
                    handle.shutdown().await;
                    return End::Unwanted;
                };
                if handle.update(|tray| tray.show(&look)).await.is_none() {
                    return End::Failed;
                }
            }
            () = course.has_ended.notified() => return End::Failed,
        }
    }
}

/// Registers the item with the tray, and again with each tray that starts later.
async fn start(
    look: Look,
    course: &Arc<Course>,
    presence: &Presence,
    events: UnboundedSender<TrayEvent>,
) -> Result<Handle<Notifier>, String> {
    let icons = icons(look.badge);
    let notifier = Notifier { look, icons, presence: presence.clone(), course: Arc::clone(course), events };
    match tokio::time::timeout(PATIENCE, notifier.assume_sni_available(true).spawn()).await {
        Ok(Ok(handle)) => {
            course.has_begun.store(true, Relaxed);
            if !course.is_early.load(Relaxed) {
                presence.set(true);
            }
            Ok(handle)
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the session bus does not answer".to_owned()),
    }
}

impl Notifier {
    pub(super) fn show(&mut self, look: &Look) {
        if self.look.badge != look.badge {
            self.icons = icons(look.badge);
        }
        self.look.clone_from(look);
    }

    fn tell(&self, choice: Choice) {
        // The receiver ends only with the app.
        let token = ksni::current_xdg_activation_token().map(ActivationToken::new);
        let _ = self.events.send(TrayEvent::Chosen { choice, token });
    }
}

impl ksni::Tray for Notifier {
    fn id(&self) -> String {
        "adit".to_owned()
    }

    fn title(&self) -> String {
        "Adit".to_owned()
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        self.icons.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        let description = self.look.tooltip.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>");
        ToolTip { title: "Adit".to_owned(), description, ..ToolTip::default() }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.look.menu.iter().map(|item| menu_item(item, self.look.badge)).collect()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.tell(Choice::Manage);
    }

    fn watcher_online(&self) {
        self.course.is_early.store(false, Relaxed);
        self.presence.set(true);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        self.course.is_early.store(true, Relaxed);
        self.presence.set(false);
        let _ = self.events.send(TrayEvent::Gone);
        // An error of the first registration means that no tray has started yet; each that starts is asked. One that refuses the
        // item is not asked again: then only another item helps.
        let is_refused = matches!(reason, OfflineReason::Error(_)) && self.course.has_begun.load(Relaxed);
        if is_refused {
            self.course.has_ended.notify_one();
        }
        !is_refused
    }
}

fn menu_item(item: &Item, badge: Badge) -> MenuItem<Notifier> {
    match item {
        Item::Status(text) => {
            let icon_data = icon::png(badge).unwrap_or_default();
            StandardItem { label: label(text), icon_data, enabled: false, ..StandardItem::default() }.into()
        }
        Item::Note(text) => StandardItem { label: label(text), enabled: false, ..StandardItem::default() }.into(),
        Item::Separator => MenuItem::Separator,
        Item::Check { label: text, is_on, choice } => {
            CheckmarkItem { label: label(text), checked: *is_on, activate: activate(choice), ..CheckmarkItem::default() }.into()
        }
        Item::Act { label: text, choice } => {
            StandardItem { label: label(text), activate: activate(choice), ..StandardItem::default() }.into()
        }
        Item::Menu { label: text, items } => {
            let submenu = items.iter().map(|item| menu_item(item, badge)).collect();
            SubMenu { label: label(text), submenu, ..SubMenu::default() }.into()
        }
    }
}

fn activate(choice: &Choice) -> Box<dyn Fn(&mut Notifier) + Send> {
    let choice = choice.clone();
    Box::new(move |notifier| notifier.tell(choice.clone()))
}

/// Writes a text so that a menu shows its underscores, instead of taking them for marks of access keys.
fn label(text: &str) -> String {
    text.replace('_', "__")
}

/// Writes a text so that a tooltip shows it as it is, instead of taking parts of it for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn icons(badge: Badge) -> Vec<Icon> {
    let icon = |Pixmap { side, argb }| Icon { width: side, height: side, data: argb };
    icon::draw(badge).into_iter().map(icon).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_s_name_is_shown_as_it_is() {
        assert_eq!(label("wg_home"), "wg__home");
        assert_eq!(escaped("<b>home</b> & work"), "&lt;b&gt;home&lt;/b&gt; &amp; work");
    }
}
