//! The language, which is the same in the page, in the tray and in notifications.

use adit_e2e::App;
use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use anyhow::ensure;

use crate::setup::{self, Empty, Imported, PATIENCE, with_service, with_tunnel};

/// Chooses a language in the settings, as a person does; an empty tag is the system's language.
fn choose(app: &App<'_>, tag: &str) -> anyhow::Result<()> {
    app.run("location.hash = '#/settings'")?;
    let script = format!(
        "const list = document.querySelector('select[id$=-language]'); if (!list) return false;
         list.value = '{tag}'; list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true"
    );
    wait_for("the list of languages", PATIENCE, || (app.run(&script).ok()? == true).then_some(()))
}

fn speaks(app: &App<'_>, tag: &str) -> anyhow::Result<()> {
    let shown = || app.run("return document.documentElement.lang").is_ok_and(|shown| shown == tag).then_some(());
    wait_for("the language of the page", PATIENCE, shown)
}

#[test]
fn a_language_chosen_in_the_settings_is_that_of_tray_and_notifications_at_once_and_at_the_next_start() -> anyhow::Result<()> {
    with_tunnel("the language of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
        let app = setup.start(client, &[], Some(&desktop))?;
        let offers = |label: &str| tray.wait_for_item(label, |item| item.label == label);
        offers("Manage tunnels…")?;

        choose(&app, "de")?;
        offers("Tunnel verwalten…")?;
        app.wait_for_text("Leiste und Benachrichtigungen")?;
        // The window in front of its user would be notification enough.
        let screen = Screen::open(app.display())?;
        screen.close("Adit")?;
        screen.wait_for("Adit", false)?;
        service.connect(id)?;
        notifications.wait_for(&format!("{} ist an", tunnel.interface))?;
        choose(&app, "fr")?;
        offers("Gérer les tunnels…")?;
        service.client()?.disconnect(id)?;
        notifications.wait_for(&format!("{} est éteint", tunnel.interface))?;

        // The window of the next start is hidden, and its page may not be loaded.
        let quit = tray.wait_for_item("Quit", |item| item.label.starts_with("Quitter"))?;
        // The answer may be lost with the program.
        let _ = tray.click(&quit);
        setup::wait_for_end(client)?;
        drop(app);
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        offers("Gérer les tunnels…")?;
        speaks(&app, "fr")?;
        choose(&app, "")?;
        offers("Manage tunnels…")?;
        speaks(&app, "en")?;
        let text = app.run("return document.body.textContent")?;
        ensure!(text.as_str().is_some_and(|text| text.contains("Tray and notifications")), "{text}");
        Ok(())
    })
}

#[test]
fn the_system_s_language_is_the_same_for_page_and_tray() -> anyhow::Result<()> {
    with_service("the system's language in the desktop app", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        // The web view looks at another variable (LC_CTYPE) than programs do for texts (LC_MESSAGES).
        let system = [("LC_ALL", ""), ("LANG", "C.UTF-8"), ("LC_MESSAGES", "pt_PT.UTF-8")];
        let app = setup.start_with(client, &[], &desktop, &system)?;
        tray.wait_for_item("the tray", |item| item.label == "Gerenciar túneis…")?;
        speaks(&app, "pt-BR")?;
        Ok(())
    })
}
