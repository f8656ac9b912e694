//! The icon as an `org.kde.StatusNotifierItem`, which trays of desktops on Linux show.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use ksni::menu::{CheckmarkItem, StandardItem, SubMenu};
use ksni::{Handle, Icon, MenuItem, OfflineReason, ToolTip, TrayMethods as _};
use tokio::sync::mpsc::UnboundedSender;

use super::icon::{self, Pixmap};
use super::look::{Badge, Choice, Item, Look};
use super::{Presence, Told};

/// Time for the session bus and the tray to answer.
const PATIENCE: Duration = Duration::from_secs(25);

/// The item on the bus.
pub(super) struct Notifier {
    look: Look,
    icons: Vec<Icon>,
    presence: Presence,
    /// There was no tray when the item was made.
    is_early: Arc<AtomicBool>,
    told: UnboundedSender<Told>,
}

/// Registers the item with the tray, and again with each tray that starts later.
pub(super) async fn start(look: &Look, presence: &Presence, told: UnboundedSender<Told>) -> Option<Handle<Notifier>> {
    let is_early = Arc::new(AtomicBool::new(false));
    let notifier = Notifier {
        look: look.clone(),
        icons: icons(look.badge),
        presence: presence.clone(),
        is_early: Arc::clone(&is_early),
        told,
    };
    match tokio::time::timeout(PATIENCE, notifier.assume_sni_available(true).spawn()).await {
        Ok(Ok(handle)) => {
            if !is_early.load(Relaxed) {
                presence.set(true);
            }
            Some(handle)
        }
        Ok(Err(error)) => {
            eprintln!("adit-app: no icon in the tray: {error}");
            None
        }
        Err(_) => {
            eprintln!("adit-app: no icon in the tray: the session bus does not answer");
            None
        }
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
        let _ = self.told.send(Told::Chosen { choice, token: ksni::current_xdg_activation_token() });
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
        self.look.menu.iter().map(menu_item).collect()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.tell(Choice::Open);
    }

    fn watcher_online(&self) {
        self.is_early.store(false, Relaxed);
        self.presence.set(true);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.is_early.store(true, Relaxed);
        self.presence.set(false);
        let _ = self.told.send(Told::Gone);
        true
    }
}

fn menu_item(item: &Item) -> MenuItem<Notifier> {
    match item {
        Item::Note(text) => StandardItem { label: label(text), enabled: false, ..StandardItem::default() }.into(),
        Item::Separator => MenuItem::Separator,
        Item::Check { label: text, is_on, choice } => {
            CheckmarkItem { label: label(text), checked: *is_on, activate: activate(choice), ..CheckmarkItem::default() }.into()
        }
        Item::Act { label: text, choice } => {
            StandardItem { label: label(text), activate: activate(choice), ..StandardItem::default() }.into()
        }
        Item::Menu { label: text, items } => {
            SubMenu { label: label(text), submenu: items.iter().map(menu_item).collect(), ..SubMenu::default() }.into()
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
