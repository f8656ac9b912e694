//! The icon in the tray, and the window that closes into it.

use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use adit_e2e::{How, Service};
use anyhow::{Context as _, ensure};

use crate::setup::{self, Empty, INSIDE, Imported, Offered, PATIENCE, Setup, with_file_that_says, with_service, with_tunnel};

#[test]
fn tunnels_are_switched_in_the_tray_whose_icon_follows_the_service() -> anyhow::Result<()> {
    with_tunnel("the tray of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, mut service, id, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
        let app = setup.start(client, &[], Some(&desktop))?;
        app.wait_for_text(&tunnel.interface)?;
        let screen = Screen::open(app.display())?;

        // The window closes into the tray.
        let switch = |is_on| {
            let name = &tunnel.interface;
            tray.wait_for_item(&format!("{name}: {is_on}"), |item| item.label == *name && item.is_checked == Some(is_on))
        };
        let is_off = switch(false)?;
        let status = tray.menu()?.swap_remove(0);
        ensure!(status.label == "Status: No tunnel is on" && !status.is_enabled, "{status:#?}");
        ensure!(status.icon.starts_with(b"\x89PNG"), "the status has no icon");
        let labels: Vec<String> = tray.menu()?.into_iter().skip(1).map(|item| item.label).collect();
        let window = ["Manage tunnels…", "Import tunnels from files…", "", "About…", "Quit (tunnels stay as they are)"];
        ensure!(labels == [&["", &tunnel.interface, ""], window.as_slice()].concat(), "{labels:#?}");
        ensure!(screen.shows("Adit")?, "there is no window");
        screen.close("Adit")?;
        screen.wait_for("Adit", false)?;
        setup::process(client)?;
        let off = tray.icon()?;
        ensure!(
            off.iter().any(|(width, height, pixels)| (*width, *height, pixels.len()) == (22, 22, 22 * 22 * 4)),
            "no 22 pixels"
        );

        // The menu turns the tunnel on.
        tray.click(&is_off)?;
        service.wait_until_up(id)?;
        client.ping_all_answered(INSIDE)?;
        let is_on = switch(true)?;
        tray.wait_for_item("its state", |item| item.label == format!("Status: {} – healthy", tunnel.interface))?;
        tray.wait_for_item("its addresses", |item| item.label.starts_with("Addresses: 10.99.0.1/24"))?;
        notifications.wait_for(&format!("{} is on", tunnel.interface))?;
        let on = tray.icon()?;
        ensure!(on != off, "the icon is the same");
        ensure!(tray.tooltip()?.contains("healthy"), "{}", tray.tooltip()?);

        // A click on the icon brings the window back, at the tunnel that is on.
        app.run("location.hash = '#/log'")?;
        tray.activate()?;
        screen.wait_for("Adit", true)?;
        let is_there = || app.run("return location.hash").is_ok_and(|hash| hash == format!("#/tunnel/{id}")).then_some(());
        wait_for("the page of the tunnel", PATIENCE, is_there)?;
        screen.close("Adit")?;
        screen.wait_for("Adit", false)?;

        // The service is killed.
        service.kill()?;
        tray.wait_for_item("the missing service", |item| item.label == "Status: The Adit service is not running")?;
        let away = tray.icon()?;
        ensure!(away != on && away != off, "the icon does not say that the service is missing");
        service.again()?;
        let label =
            tray.wait_for_item("the tunnel", |item| item.label.starts_with(&tunnel.interface) && item.is_checked.is_some())?;
        if label.is_checked == Some(true) {
            service.client()?.disconnect(id)?;
        }
        switch(false)?;
        ensure!(is_on.is_enabled, "{is_on:?}");

        // Another tray gets the icon too.
        drop(tray);
        let tray = desktop.tray()?;
        tray.wait_for_item("the menu in another tray", |item| item.label == tunnel.interface)?;
        let quit = tray.wait_for_item("Quit", |item| item.label.starts_with("Quit"))?;
        // The answer may be lost with the program.
        let _ = tray.click(&quit);
        setup::wait_for_end(client)?;
        Ok(())
    })
}

#[test]
fn without_a_tray_the_app_starts_with_its_window_and_ends_with_it() -> anyhow::Result<()> {
    with_service("the desktop app without a tray", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let desktop = Desktop::start(lab)?;
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        app.wait_for_text("Add your first tunnel")?;
        let screen = Screen::open(app.display())?;
        screen.wait_for("Adit", true)?;
        screen.close("Adit")?;
        setup::wait_for_end(client)?;
        Ok(())
    })
}

#[test]
fn what_the_service_asks_before_a_tunnel_is_turned_on_in_the_tray_is_shown_in_the_window() -> anyhow::Result<()> {
    with_file_that_says("questions of the tray of the desktop app", "PostUp = true", |scene| {
        let Offered { setup, lab, client, tunnel, service, .. } = scene;
        service.import(&tunnel)?;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        let screen = Screen::open(app.display())?;
        let switch = tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface)?;
        ensure!(!screen.shows("Adit")?, "the window does not start hidden");
        tray.click(&switch)?;
        screen.wait_for("Adit", true)?;
        app.wait_for_text("PostUp")?;
        app.wait_for_text("Approve")?;
        Ok(())
    })
}

#[test]
fn the_tray_is_set_up_in_the_window() -> anyhow::Result<()> {
    with_service("the settings of the desktop app", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        let screen = Screen::open(app.display())?;
        let import = tray.wait_for_item("Import", |item| item.label.starts_with("Import"))?;
        tray.click(&import)?;
        let dialog = "Import tunnels from files…";
        screen.wait_for(dialog, true)?;
        screen.close(dialog)?;
        screen.wait_for(dialog, false)?;
        let about = tray.wait_for_item("About", |item| item.label.starts_with("About"))?;
        tray.click(&about)?;
        app.wait_for_text(&format!("Version {}", env!("CARGO_PKG_VERSION")))?;
        // On the screen, and not below its end.
        let is_seen = "const part = document.getElementById('about')?.getBoundingClientRect();
            return part !== undefined && document.activeElement?.id === 'about' && part.top >= 0 && part.bottom <= innerHeight";
        wait_for("the part about the program", PATIENCE, || (app.run(is_seen).ok()? == true).then_some(()))?;
        app.click("Start when you log in")?;
        let file = lab.file("user").join("autostart/io.adit.app.desktop");
        let entry =
            wait_for("the start at login", PATIENCE, || std::fs::read_to_string(&file).ok().filter(|text| !text.is_empty()))?;
        ensure!(entry.contains("adit-app\" --hidden"), "{entry}");

        // The window no longer closes into the tray.
        app.click("Close the window into the tray")?;
        let file = lab.file("user").join("adit/app.json");
        let is_saved = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains("\"close_hides\": false"));
        wait_for("the setting", PATIENCE, || is_saved().then_some(()))?;
        screen.close("Adit")?;
        setup::wait_for_end(client)?;
        Ok(())
    })
}

#[test]
fn without_an_icon_in_the_tray_closing_the_window_ends_the_app_and_it_never_starts_hidden() -> anyhow::Result<()> {
    with_service("the desktop app without its icon", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let app = setup.start(client, &[], Some(&desktop))?;
        let screen = Screen::open(app.display())?;
        app.wait_for_text("Add your first tunnel")?;
        tray.wait_for_item("the menu", |item| item.label == "Manage tunnels…")?;
        app.run("location.hash = '#/settings'")?;
        let switch = "Show an icon in the tray";
        app.click(switch)?;
        app.wait_for_text("Closing the window ends Adit.")?;
        wait_for("the icon to go", PATIENCE, || tray.menu().is_err().then_some(()))?;
        // It comes back, and goes again.
        app.click(switch)?;
        app.wait_for_text("Close the window into the tray")?;
        tray.wait_for_item("the menu", |item| item.label == "Manage tunnels…")?;
        app.click(switch)?;
        wait_for("the icon to go again", PATIENCE, || tray.menu().is_err().then_some(()))?;
        screen.close("Adit")?;
        setup::wait_for_end(client)?;
        drop(app);

        let icons = tray.icons();
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        app.wait_for_text("Add your first tunnel")?;
        let screen = Screen::open(app.display())?;
        screen.wait_for("Adit", true)?;
        screen.close("Adit")?;
        setup::wait_for_end(client)?;
        ensure!(tray.icons() == icons, "there was an icon");
        Ok(())
    })
}

#[test]
fn an_error_of_the_tray_is_told_in_a_notification_or_in_the_window_if_that_is_visible() -> anyhow::Result<()> {
    let Some(setup) = Setup::new("errors of the tray of the desktop app")? else { return Ok(()) };
    let lab = &setup.lab;
    let client = lab.namespace("client")?;
    let files = lab.file("conf-files");
    std::fs::create_dir(&files)?;
    std::fs::write(files.join("broken.conf"), "[Interface]\nPrivateKey = nonsense\n")?;
    let mut how = How::plain(lab);
    how.arguments = vec!["--conf-files".to_owned(), files.to_str().context("the folder")?.to_owned()];
    let _service = Service::start(lab, &client, how)?;
    let desktop = Desktop::start(lab)?;
    let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
    let app = setup.start(&client, &["--hidden"], Some(&desktop))?;
    let screen = Screen::open(app.display())?;
    let switch = tray.wait_for_item("the tunnel", |item| item.label == "broken")?;
    tray.click(&switch)?;
    let told = notifications.wait_for("broken was not switched")?;
    ensure!(!told.is_empty() && !screen.shows("Adit")?, "the window came out: {told}");

    tray.activate()?;
    screen.wait_for("Adit", true)?;
    app.run("location.hash = '#/log'")?;
    tray.click(&switch)?;
    let shown = "return document.querySelector('[role=alert]')?.innerText ?? ''";
    let says = || app.run(shown).is_ok_and(|text| text.as_str().is_some_and(|text| !text.is_empty())).then_some(());
    wait_for("the error in the window", PATIENCE, says).with_context(|| format!("{:?}", app.text()))?;
    let hash = app.run("return location.hash")?;
    ensure!(hash.as_str().is_some_and(|hash| hash.starts_with("#/tunnel/")), "it is shown at {hash}");
    ensure!(notifications.taken().len() == 1, "{:#?}", notifications.taken());
    Ok(())
}

#[test]
fn without_the_service_the_tray_leads_to_the_part_about_the_program_all_the_same() -> anyhow::Result<()> {
    let Some(setup) = Setup::new("the desktop app's version without the service")? else { return Ok(()) };
    let lab = &setup.lab;
    let client = lab.namespace("client")?;
    let desktop = Desktop::start(lab)?;
    let tray = desktop.tray()?;
    let app = setup.start(&client, &[], Some(&desktop))?;
    app.wait_for_text("The Adit service is not running")?;
    let about = tray.wait_for_item("About", |item| item.label == "About…")?;
    tray.click(&about)?;
    app.wait_for_text(&format!("Version {}", env!("CARGO_PKG_VERSION")))?;
    app.wait_for_text("Show an icon in the tray")?;
    Ok(())
}

#[test]
fn a_window_in_a_tray_that_ends_comes_out() -> anyhow::Result<()> {
    with_service("the desktop app in a tray that ends", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        tray.wait_for_item("the menu", |item| item.label == "Status: There are no tunnels yet")?;
        let screen = Screen::open(app.display())?;
        ensure!(!screen.shows("Adit")?, "the window does not start hidden");
        drop(tray);
        screen.wait_for("Adit", true)?;
        app.wait_for_text("Add your first tunnel")?;
        Ok(())
    })
}
