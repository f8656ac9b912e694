//! Files that the app writes and reads: exported configurations, and backups. Dialogs of the desktop choose them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use adit_e2e::App;
use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::{RETURN, Screen};
use anyhow::{Context as _, ensure};

use crate::setup::{Imported, Offered, PATIENCE, with_file, with_tunnel};

const PASSPHRASE: &str = "seven blue horses";

/// Waits for a file, which its owner alone may read, and returns its content.
fn private_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    wait_for("the file", PATIENCE, || path.is_file().then_some(()))?;
    let mode = path.metadata()?.permissions().mode() & 0o777;
    ensure!(mode == 0o600, "{} has the mode {mode:o}", path.display());
    Ok(std::fs::read(path)?)
}

/// Confirms the dialog with this title, which proposes a file.
fn confirm(screen: &Screen, title: &str) -> anyhow::Result<()> {
    screen.wait_for(title, true)?;
    screen.press(title, RETURN)
}

fn go(app: &App<'_>, page: &str) -> anyhow::Result<()> {
    app.run(&format!("location.hash = '#/{page}'")).map(drop)
}

#[test]
fn a_configuration_is_saved_as_a_private_file_and_one_that_exists_is_replaced_only_after_a_question() -> anyhow::Result<()> {
    with_tunnel("an export of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, id, service: _service, .. } = scene;
        let app = setup.start(client, &[], None)?;
        let screen = Screen::open(app.display())?;
        app.wait_for_text(&tunnel.interface)?;
        let title = format!("Save the configuration of {}", tunnel.interface);
        let file = lab.file("user").join(format!("{}.conf", tunnel.interface));

        go(&app, &format!("export/{id}"))?;
        app.click("Save as a file…")?;
        confirm(&screen, &title)?;
        ensure!(private_file(&file)? == std::fs::read(&tunnel.conf)?, "the file differs from the configuration");
        app.wait_for_text(&format!("{}.conf is saved", tunnel.interface))?;
        let page = app.run("return document.documentElement.outerHTML")?;
        ensure!(!page.to_string().contains(&tunnel.secrets[0]), "the page has the private key");

        // A file of the user's: the dialog asks, and nothing is written without an answer.
        std::fs::write(&file, "mine")?;
        screen.wait_for(&title, false)?;
        app.click("Save as a file…")?;
        confirm(&screen, &title)?;
        let question = screen.wait_for_another(&["Adit", &title])?;
        ensure!(std::fs::read_to_string(&file)? == "mine", "it was replaced without an answer");
        screen.close_window(question)?;
        screen.close(&title)?;
        screen.wait_for(&title, false)?;
        ensure!(std::fs::read_to_string(&file)? == "mine", "it was replaced although the user gave up");

        // All tunnels as an archive.
        go(&app, "export_all")?;
        app.click("Save as a zip archive…")?;
        confirm(&screen, "Save all configurations")?;
        let archive = private_file(&lab.file("user").join("adit.zip"))?;
        ensure!(archive.starts_with(b"PK"), "no zip archive");
        Ok(())
    })
}

#[test]
fn a_file_that_is_chosen_in_the_desktop_s_dialog_becomes_a_tunnel() -> anyhow::Result<()> {
    with_file("the import dialog of the desktop app", |scene| {
        let Offered { setup, lab, client, tunnel, service, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let tray = desktop.tray()?;
        let app = setup.start(client, &[], Some(&desktop))?;
        let screen = Screen::open(app.display())?;
        app.wait_for_text("Add your first tunnel")?;
        let import = tray.wait_for_item("Import", |item| item.label.starts_with("Import"))?;
        tray.click(&import)?;
        let dialog = "Import tunnels from files…";
        screen.wait_for(dialog, true)?;
        screen.type_text(dialog, tunnel.conf.to_str().context("the file")?)?;
        screen.press(dialog, RETURN)?;
        app.wait_for_text("Import one tunnel")?;
        ensure!(service.client()?.all_tunnels()?.is_empty(), "it was imported before the user agreed");
        app.click("Import one tunnel")?;
        app.wait_for_text("Where does an address go?")?;
        let tunnels = service.client()?.all_tunnels()?;
        ensure!(tunnels.len() == 1 && tunnels[0].name.as_str() == tunnel.interface, "{tunnels:?}");
        let config = service.client()?.export(tunnels[0].id)?;
        ensure!(config.dangerously_reveal().as_bytes() == std::fs::read(&tunnel.conf)?, "the configuration is another one");
        Ok(())
    })
}

#[test]
fn a_backup_of_the_window_is_restored_in_the_window() -> anyhow::Result<()> {
    with_tunnel("a backup of the desktop app", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let app = setup.start(client, &[], None)?;
        let screen = Screen::open(app.display())?;
        app.wait_for_text(&tunnel.interface)?;

        go(&app, "backup")?;
        app.fill("Passphrase", PASSPHRASE)?;
        app.fill("The same again", "seven blue mules!")?;
        app.wait_for_text("The passphrases differ.")?;
        app.fill("The same again", PASSPHRASE)?;
        app.click("Save the backup…")?;
        confirm(&screen, "Save the backup")?;
        app.wait_for_text("adit.age is written: one tunnel, encrypted")?;
        let file = lab.file("user").join("adit.age");
        let sealed = private_file(&file)?;
        ensure!(sealed.starts_with(b"age-encryption.org/v1\n"), "no file in the age format");
        let driver = std::fs::read_to_string(lab.file("driver"))?;
        ensure!(!driver.contains(PASSPHRASE), "the passphrase is in the log");

        // Everything is lost but the file.
        service.client()?.remove(id)?;
        go(&app, "restore")?;
        app.click("Choose a backup…")?;
        screen.wait_for("Choose a backup", true)?;
        screen.type_text("Choose a backup", file.to_str().context("the file")?)?;
        screen.press("Choose a backup", RETURN)?;
        app.wait_for_text("adit.age")?;
        app.fill("Passphrase", "seven blue mules!")?;
        app.click("Open")?;
        app.wait_for_text("That is not the passphrase of this backup.")?;
        app.fill("Passphrase", PASSPHRASE)?;
        app.click("Open")?;
        app.wait_for_text("Restore one tunnel")?;
        ensure!(service.client()?.all_tunnels()?.is_empty(), "it was restored before the user agreed");
        app.click("Restore one tunnel")?;
        app.wait_for_text("One tunnel was restored")?;
        let restored = service.client()?.all_tunnels()?;
        ensure!(restored.len() == 1 && restored[0].name.as_str() == tunnel.interface, "{restored:?}");
        let config = service.client()?.export(restored[0].id)?;
        ensure!(config.dangerously_reveal().as_bytes() == std::fs::read(&tunnel.conf)?, "the configuration is another one");
        Ok(())
    })
}

#[test]
fn files_that_another_program_drops_on_the_window_become_drafts_and_the_page_learns_no_path() -> anyhow::Result<()> {
    with_file("files that are dropped on the window of the desktop app", |scene| {
        let Offered { setup, client, tunnel, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
        let screen = Screen::open(app.display())?;
        app.run(
            "window.heard = [];
             for (const kind of ['drop', 'dragenter', 'dragover']) {
                 addEventListener(kind, (event) => heard.push(kind, event.dataTransfer.getData('text/uri-list'),
                     event.dataTransfer.getData('text/plain'), event.dataTransfer.files.length), true);
             }
             for (const event of ['tauri://drag-drop', 'tauri://drag-enter']) {
                 const handler = window.__TAURI_INTERNALS__.transformCallback((it) => heard.push(event, JSON.stringify(it)));
                 window.__TAURI_INTERNALS__.invoke('plugin:event|listen', { event, target: { kind: 'Any' }, handler });
             }",
        )?;
        let address = format!("file://{}\r\n", tunnel.conf.display());
        screen.drop_on("Adit", "text/uri-list", &address)?;
        let name = tunnel.conf.file_stem().context("the name of the file")?.to_string_lossy();
        app.wait_for_text(&name)?;
        let heard = app.run("return JSON.stringify([heard, document.documentElement.outerHTML])")?.to_string();
        let folder = tunnel.conf.parent().context("the folder of the file")?.display().to_string();
        ensure!(heard.contains("dragenter") && !heard.contains("\\\"drop\\\""), "the page heard {heard}");
        ensure!(!heard.contains("tauri://drag") && !heard.contains(&folder), "the page heard {heard}");
        ensure!(!heard.contains(&tunnel.secrets[0]), "the page has the private key");
        Ok(())
    })
}
