//! Keys in the clipboard.

use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use anyhow::{Context as _, ensure};

use crate::setup::{self, Empty, Imported, PATIENCE, with_service, with_tunnel};

#[test]
fn a_copied_configuration_leaves_the_clipboard_by_itself() -> anyhow::Result<()> {
    with_tunnel("the clipboard of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, id, service: _service, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let text = std::fs::read_to_string(&tunnel.conf)?;
        let seconds = [("ADIT_CLIPBOARD_SECONDS", "8")];
        let app = setup.start_with(client, &[], &desktop, &seconds)?;
        let screen = Screen::open(app.display())?;
        app.wait_for_text(&tunnel.interface)?;
        app.run(&format!("location.hash = '#/export/{id}'"))?;
        let holds = |wanted: &str| {
            let what = if wanted.is_empty() { "an empty clipboard" } else { "the clipboard" };
            let held = wait_for(what, PATIENCE, || screen.clipboard().is_ok_and(|text| text == wanted).then_some(()));
            held.with_context(|| format!("it is {:?}", screen.clipboard()))
        };
        screen.focus("Adit")?;
        app.click("Copy the configuration")?;
        holds(&text)?;
        holds("")?;

        // The app ends before the time is over.
        app.click("Copy the configuration")?;
        holds(&text)?;
        let quit = tray.wait_for_item("Quit", |item| item.label.starts_with("Quit"))?;
        // The answer may be lost with the program.
        let _ = tray.click(&quit);
        setup::wait_for_end(client)?;
        holds("")?;
        Ok(())
    })
}

#[test]
fn a_page_can_neither_read_the_clipboard_nor_write_to_it_by_itself() -> anyhow::Result<()> {
    with_service("the clipboard and the page of the desktop app", |scene| {
        let Empty { setup, client, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
        let tried = |call: &str| {
            // A script of WebDriver counts as a click; what it lets run later does not.
            app.run_async(&format!(
                "const done = arguments[arguments.length - 1];
                 setTimeout(() => {call}.then(() => done('done'), (error) => done(error.name)), 5000)"
            ))
        };
        for call in ["navigator.clipboard.readText()", "navigator.clipboard.writeText('x')"] {
            let outcome = tried(call)?;
            ensure!(outcome == "NotAllowedError", "{call}: {outcome}");
        }
        Ok(())
    })
}
