//! Notifications of the desktop, and clicks on them.

use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use anyhow::ensure;

use crate::setup::{INSIDE, Imported, PATIENCE, with_tunnel};

#[test]
fn a_desktop_without_notifications_is_named_once_and_the_tray_goes_on() -> anyhow::Result<()> {
    with_tunnel("the desktop app without notifications", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let _app = setup.start(client, &["--hidden"], Some(&desktop))?;
        let switch =
            |is_on| tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface && item.is_checked == Some(is_on));
        switch(false)?;
        for _ in 0..2 {
            service.connect(id)?;
            client.ping_all_answered(INSIDE)?;
            switch(true)?;
            service.client()?.disconnect(id)?;
            switch(false)?;
        }
        // The driver's output has that of the app.
        let complaints = || std::fs::read_to_string(lab.file("driver")).unwrap_or_default().matches("no notifications").count();
        wait_for("the complaint", PATIENCE, || (complaints() > 0).then_some(()))?;
        ensure!(complaints() == 1, "{} complaints", complaints());
        Ok(())
    })
}

#[test]
fn a_click_on_a_notification_shows_its_tunnel_in_the_window() -> anyhow::Result<()> {
    with_tunnel("clicks on notifications of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        let screen = Screen::open(app.display())?;
        tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface)?;
        ensure!(!screen.shows("Adit")?, "the window does not start hidden");
        service.connect(id)?;
        let heading = format!("{} is on", tunnel.interface);
        notifications.wait_for(&heading)?;
        let on = notifications.taken().swap_remove(0);
        ensure!((on.program.as_str(), on.icon.as_str(), on.replaced) == ("Adit", "io.adit.app", 0), "{on:#?}");
        ensure!((on.desktop_entry.as_deref(), on.urgency) == (Some("io.adit.app"), Some(0)), "{on:#?}");

        // The next one takes its place.
        service.client()?.disconnect(id)?;
        notifications.wait_for(&format!("{} is off", tunnel.interface))?;
        let shown = notifications.shown();
        ensure!(shown.len() == 1 && shown[0].number == on.number && shown[0].replaced == on.number, "{shown:#?}");
        let heading = shown[0].heading.clone();
        notifications.click(&heading)?;
        screen.wait_for("Adit", true)?;
        let is_there = || app.run("return location.hash").is_ok_and(|hash| hash == format!("#/tunnel/{id}")).then_some(());
        wait_for("the page of the tunnel", PATIENCE, is_there)?;
        Ok(())
    })
}

#[test]
fn a_desktop_that_knows_no_clicks_gets_notifications_without_an_action() -> anyhow::Result<()> {
    with_tunnel("notifications without actions of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications_without_actions()?);
        let _app = setup.start(client, &["--hidden"], Some(&desktop))?;
        tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface)?;
        service.connect(id)?;
        notifications.wait_for(&format!("{} is on", tunnel.interface))?;
        service.client()?.disconnect(id)?;
        notifications.wait_for(&format!("{} is off", tunnel.interface))?;
        ensure!(notifications.taken().iter().all(|taken| taken.actions.is_empty()), "{:#?}", notifications.taken());
        Ok(())
    })
}
